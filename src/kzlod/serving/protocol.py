"""The SPARQL 1.1 Protocol: reads requests, yields queries with their datasets, or the reason of a refusal.

https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from kzlod.terms import is_iri

FORM: Final = "application/x-www-form-urlencoded"
_QUERY: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"
_MOST_FIELDS: Final = 1000


class ProtocolError(Exception):
    """A request that is refused.

    Args:
        status: of HTTP.
        title: what is wrong, in few words.
        detail: the same with what the client can do about it.
    """

    def __init__(self, status: int, title: str, detail: str = "") -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.detail = detail


@dataclass(frozen=True)
class QueryRequest:
    """A query as it is asked.

    Args:
        text: SPARQL 1.1.
        default_graphs, named_graphs: IRIs that make the dataset, or None where the request names neither.
        format: what the request asks for beside the header Accept, or "".
    """

    text: str
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    format: str = ""


def read_path(scope: Mapping[str, Any]) -> str:
    """The path of a request (ASGI) below that of the server.

    >>> read_path({"path": "/data/person/a", "root_path": "/data"})
    '/person/a'
    """
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def read_query(method: str, parameters: str, content_type: str, body: bytes) -> QueryRequest | None:
    """The query of a request, or None where it asks for none (and so for the description of the service).

    Args:
        method: GET, HEAD or POST.
        parameters: what follows ``?`` in the address, still encoded.
        content_type: the header of that name, or "".
        body: of the request.

    Raises:
        ProtocolError: it is no query operation of the protocol, or an update, which is never allowed here.

    >>> read_query("GET", "query=ASK%20%7B%7D", "", b"").text
    'ASK {}'
    """
    fields = read_fields(parameters.encode("utf-8", errors="surrogateescape"))
    if method == "POST":
        fields += _read_body(fields, content_type.partition(";")[0].strip().lower(), body)
    if any(name == "update" for name, _ in fields):
        raise _refuse_update()
    queries = [value for name, value in fields if name == "query"]
    if len(queries) > 1:
        raise ProtocolError(400, "Several queries", "A request holds one query.")
    if not queries and method == "POST":
        raise ProtocolError(400, "No query", "A POST request holds a query.")
    if not queries:
        return None
    wanted = next((value for name, value in reversed(fields) if name == "format"), "")
    default, named = (_list_graphs(fields, name) for name in ("default-graph-uri", "named-graph-uri"))
    return QueryRequest(queries[0], default, named, wanted)


def _read_body(address: Sequence[tuple[str, str]], kind: str, body: bytes) -> list[tuple[str, str]]:
    """The fields in the body of a POST request whose address has others."""
    given = {name for name, _ in address}
    if kind == _UPDATE:
        raise _refuse_update()
    if kind == _QUERY:
        if "query" in given:
            raise ProtocolError(400, "Two queries", "The query stands in the body; there must be none in the address.")
        return [("query", decode_text(body))]
    if kind == FORM:
        if given & {"query", "update"}:
            raise ProtocolError(400, "A query in the address of a form", "A form holds the query in its body alone.")
        return read_fields(body)
    raise ProtocolError(415, "Unsupported media type", f"A query is sent as {FORM} or {_QUERY}.")


def _refuse_update() -> ProtocolError:
    return ProtocolError(403, "Updates are refused", "This endpoint only reads.")


def _list_graphs(fields: Sequence[tuple[str, str]], name: str) -> tuple[str, ...] | None:
    graphs = tuple(value for key, value in fields if key == name)
    for graph in graphs:
        if not is_iri(graph):
            raise ProtocolError(400, "Not an IRI", f"{name} must be an absolute IRI.")
    return graphs or None


def read_fields(encoded: bytes) -> list[tuple[str, str]]:
    """The fields of a form or of the query of an address, in order.

    Raises:
        ProtocolError: there are too many, they are not in UTF-8, or one holds a null character.

    >>> read_fields(b"a=1&b=%D3%99&a=")
    [('a', '1'), ('b', 'ә'), ('a', '')]
    """
    try:
        # Latin-1 stands for the bytes themselves.
        pairs = parse_qsl(encoded.decode("latin-1"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, encoding="latin-1")
    except ValueError:
        raise ProtocolError(400, "Too many fields", f"A request has at most {_MOST_FIELDS} fields.") from None
    return [(decode_text(name.encode("latin-1")), decode_text(value.encode("latin-1"))) for name, value in pairs]


def decode_text(content: bytes) -> str:
    """The text of a request, or of one of its fields.

    Raises:
        ProtocolError: it is not in UTF-8, or holds a null character.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise ProtocolError(400, "Not UTF-8", "A request is encoded in UTF-8.") from None
    if "\x00" in text:
        raise ProtocolError(400, "A null character", "A request has none.")
    return text
