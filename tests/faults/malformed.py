"""Requests that are random or wrong, each known by a number."""

from __future__ import annotations

import random
from collections.abc import Callable
from urllib.parse import quote

METHODS = (
    [b"GET"] * 8
    + [b"POST"] * 4
    + [b"HEAD", b"OPTIONS", b"PUT", b"DELETE", b"TRACE", b"CONNECT", b"PATCH", b"get", b"BREW", b"M-SEARCH", b"\xff"]
)
PATHS = [
    *[b"/", b"/sparql", b"/sparql", b"/sparql", b"/health", b"/metrics", b"/openapi.json", b"/queries/", b"/queries/people.csv"],
    *[b"/queries/career", b"/queries/actions", b"/person/alia", b"/person/alia.ttl", b"/index.html", b"/dumps/", b"/fact/a"],
    *[b"*", b"//", b"/../../etc/passwd", b"/%2e%2e/%2e%2e/etc/passwd", b"/%00", b"/%", b"/%zz", b"/%f0%28", b"/\xff\xfe"],
    *[b"http://127.0.0.1/sparql", b"http://[::1/sparql", b"https://example.org:99999/", b"sparql", b"", b"/a b", b"/#fragment"],
    b"/" + b"a/" * 3000,
]
FIELDS = [
    b"query",
    b"query",
    b"update",
    b"format",
    b"default-graph-uri",
    b"named-graph-uri",
    b"limit",
    b"offset",
    b"person",
    b"\xff",
]
VALUES = [
    *[b"ASK {}", b"SELECT * { ?s ?p ?o } LIMIT 3", b"CONSTRUCT WHERE { ?s ?p ?o }", b"DESCRIBE <a:a>", b"SELECT * {", b"", b"json"],
    *[b"LOAD <file:///etc/passwd>", b"\x00", b"\xff\xfe", "Әлия ⵣ \U0001f600".encode(), b"\xed\xa0\x80", b"text/turtle", b"html"],
    *[
        b"-1",
        b"9" * 50,
        b"1e9",
        b"a:b",
        b"not an iri",
        b"<>",
        b"ASK { FILTER(" + b"!" * 5000 + b"true) }",
        b"\\ud800",
        b"ASK { ?s ?p '\\uD800' }",
    ],
]
HEADERS = [
    *[b"Accept: */*;q=oops", b"Accept: ,;,", b"Accept: text/html;q=1e400", b"Accept: " + b"a/b," * 2000, b"Accept: text/csv"],
    *[b"Accept-Language: kk;q=, *;q=nan", b"Accept-Language: \xff", b"If-None-Match: *", b'If-None-Match: W/"', b"Range: bytes=-1"],
    *[b"Range: bytes=5-1,0-,a-b", b"Range: bytes=0-0,0-0,0-0", b"Host: [", b"Host: a:b:c", b"Host: \xff", b"Host: a b", b"Host:"],
    *[
        b"X-Forwarded-For: 127.0.0.1",
        b"X-Forwarded-Host: evil",
        b"Forwarded: for=_",
        b"Cookie: " + b"a" * 60_000,
        b"Expect: 100-continue",
    ],
    *[
        b"Connection: upgrade\r\nUpgrade: websocket",
        b"Connection: upgrade\r\nUpgrade: h2c",
        b"Connection: close",
        b"Connection: \xff",
    ],
    *[b"Content-Type: application/sparql-query", b"Content-Type: application/x-www-form-urlencoded; charset=utf-16"],
    *[b"Content-Type: multipart/form-data", b"Content-Type: \xff", b"Content-Encoding: gzip", b"Transfer-Encoding: gzip, chunked"],
    *[b"Transfer-Encoding: chunked", b"Content-Length: -1", b"Content-Length: 5, 6", b"Content-Length: " + b"9" * 30, b"No colon"],
    *[b": no name", b"A\x00: b", b"A: \x00", b" folded: a", b"Access-Control-Request-Headers: \xe9", b"Origin: null"],
]


_PLAUSIBLE_PATHS = 16
_PLAUSIBLE_HEADERS = 13
"""How many of those above are no fault of HTTP itself."""


def write_request(number: int) -> bytes:
    """One request or what is none."""
    chance = random.Random(number)
    return chance.choice(KINDS)(chance)


def _write_any(chance: random.Random) -> bytes:
    body = chance.choice([b"", b"", chance.choice(VALUES), _write_fields(chance), chance.randbytes(chance.randrange(2000))])
    headers = chance.sample(HEADERS, chance.choice([0, 1, 1, 2, 3]))
    return _write(chance, chance.choice(METHODS), chance.choice(PATHS), headers, body)


def _write_plausible(chance: random.Random) -> bytes:
    """What passes as HTTP, and is wrong further on."""
    headers = chance.sample(HEADERS[:_PLAUSIBLE_HEADERS], chance.choice([0, 1, 2]))
    return _write(chance, chance.choice([b"GET", b"HEAD"]), chance.choice(PATHS[:_PLAUSIBLE_PATHS]), headers, b"")


def _write_post(chance: random.Random) -> bytes:
    body, kind = chance.choice([(_write_fields(chance), b"x-www-form-urlencoded"), (chance.choice(VALUES), b"sparql-query")])
    return _write(chance, b"POST", b"/sparql", [b"Content-Type: application/" + kind], body)


def _write(chance: random.Random, method: bytes, path: bytes, headers: list[bytes], body: bytes) -> bytes:
    query = chance.choice([b"", b"?" + _write_fields(chance)])
    lines = [method + b" " + path + query + chance.choice([b" HTTP/1.1"] * 30 + [b" HTTP/1.0", b" HTTP/9.9", b"", b" FTP/1"])]
    length = [b"Content-Length: %d" % len(body)] if body else []
    length += [b"Connection: close"] if chance.random() < 0.8 else []
    return b"\r\n".join([*lines, b"Host: a", *headers, *length, b"", body])


def _write_fields(chance: random.Random) -> bytes:
    pairs = [(chance.choice(FIELDS), chance.choice(VALUES)) for _ in range(chance.choice([1, 1, 2, 3, 1500]))]
    write: Callable[[bytes], bytes] = chance.choice(
        [lambda value: quote(value).encode(), lambda value: quote(value).encode(), _escape_badly]
    )
    return b"&".join(name + b"=" + write(value) for name, value in pairs)


def _escape_badly(value: bytes) -> bytes:
    return value.replace(b" ", b"+").replace(b"{", b"%7").replace(b"\x00", b"%00")


def _write_chunks(chance: random.Random) -> bytes:
    head = b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n"
    sizes = chance.choice([b"6", b"5", b"7", b"-6", b"zz", b"6;a=b", b"FFFFFFFFFFFFFFFFF", b"0x6"])
    return head + sizes + b"\r\nASK {}\r\n" + chance.choice([b"0\r\n\r\n", b"0\r\nA: b\r\n\r\n", b"\r\n", b"0"])


def _write_mutant(chance: random.Random) -> bytes:
    content = bytearray(_write_any(chance))
    for _ in range(chance.choice([1, 2, 5, 30])):
        place = chance.randrange(len(content))
        content[place : place + chance.choice([0, 1, 1, 10])] = chance.randbytes(chance.choice([0, 1, 1, 10]))
        content += b"\n"
    return bytes(content)


def _write_pipeline(chance: random.Random) -> bytes:
    return b"".join(
        _write(chance, b"GET", chance.choice(PATHS[:_PLAUSIBLE_PATHS]), [], b"") for _ in range(chance.choice([2, 5, 50]))
    )


def _write_many_headers(chance: random.Random) -> bytes:
    return _write(chance, b"GET", b"/sparql", [b"A%d: b" % number for number in range(chance.choice([90, 101, 5000]))], b"")


def _write_large(chance: random.Random) -> bytes:
    size = chance.choice([70_000, 900_000, 1_200_000])
    query = b"ASK { FILTER('" + b"a" * size + b"' = 'a') }"
    if chance.random() < 0.5:
        return b"GET /sparql?query=" + quote(query).encode() + b" HTTP/1.1\r\nHost: a\r\n\r\n"
    return (
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\nContent-Length: %d\r\n\r\n" % len(query)
        + query
    )


def _write_noise(chance: random.Random) -> bytes:
    return chance.randbytes(chance.randrange(1, 3000))


KINDS = (
    [_write_plausible] * 40
    + [_write_post] * 20
    + [_write_any] * 20
    + [_write_mutant] * 20
    + [_write_chunks] * 10
    + [_write_pipeline] * 4
    + [_write_many_headers, _write_large, _write_noise]
)
