"""Requests to the reconciliation service: reads the fields of an address or a body, yields what is asked as JSON values.

Reconciliation Service API 0.2, sections 3.1, 4.3 and 7.3; ``query`` and ``callback`` are of version 0.1 and before.
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from kzlod.serving.protocol import FORM, ProtocolError, decode_text, read_fields

_JSON: Final = "application/json"
_ASKING: Final = ("queries", "extend", "query")
_CALLBACK: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*(?:\.[A-Za-z_$][A-Za-z0-9_$]*)*")
_LONGEST_CALLBACK: Final = 200


@dataclass(frozen=True)
class Asked:
    """What a request asks for.

    Args:
        kind: queries, query (a single one), extend, or "" for the manifest.
        value: what stands there, as JSON has it.
        callback: the function that takes the answer (JSONP), or "".
    """

    kind: str
    value: Any = None
    callback: str = ""


def read_asked(parameters: bytes, content_type: str, body: bytes | None) -> Asked:
    """What a request to the endpoint asks for; fields that no version has say nothing.

    Args:
        parameters: what follows ``?`` in the address, still encoded.
        content_type: the header of that name, or "".
        body: of a POST request, else None.

    Raises:
        ProtocolError: it is no request of the API.

    >>> read_asked(b"callback=a.b&_=1", "", None)
    Asked(kind='', value=None, callback='a.b')
    >>> read_asked(b"", "application/x-www-form-urlencoded", b'queries=%7B%22q0%22%3A%7B%22query%22%3A%22x%22%7D%7D').value
    {'q0': {'query': 'x'}}
    """
    fields = read_fields(parameters)
    callback = read_callback(fields)
    if body is not None:
        kind = content_type.partition(";")[0].strip().lower()
        if kind == _JSON:
            return _read_body(read_json(decode_text(body.removeprefix(BOM_UTF8)), "the body"), callback)
        if kind != FORM:
            raise ProtocolError(415, "Unsupported media type", f"A request is sent as {FORM} or {_JSON}.")
        fields += read_fields(body)
    asked = [(name, value) for name, value in fields if name in _ASKING]
    if len(asked) > 1:
        raise ProtocolError(400, "Several requests", f"A request has one of the fields {', '.join(_ASKING)}, once.")
    if not asked and body is not None:
        raise ProtocolError(400, "No request", "A POST request has the field queries or extend.")
    if not asked:
        return Asked("", callback=callback)
    name, text = asked[0]
    # Old clients ask for a single name as it is.
    is_name = name == "query" and not text.lstrip().startswith("{")
    return Asked(name, {"query": text} if is_name else read_json(text, name), callback)


def read_callback(fields: Sequence[tuple[str, str]]) -> str:
    """The function that takes the answer, or "".

    Raises:
        ProtocolError: it is no name of one: a script would run that somebody else has written.

    >>> read_callback([("callback", "jQuery36_1.f")]), read_callback([])
    ('jQuery36_1.f', '')
    """
    given = [value for name, value in fields if name == "callback"]
    if not given:
        return ""
    if len(given) > 1 or len(given[0]) > _LONGEST_CALLBACK or not _CALLBACK.fullmatch(given[0]):
        raise ProtocolError(400, "Wrong callback", "callback is one identifier, or several with dots between them.")
    return given[0]


def read_number(fields: Mapping[str, str], name: str) -> int | None:
    """A field that is a whole number, or None where it is not given.

    Raises:
        ProtocolError: it is no such number.
    """
    text = fields.get(name, "").strip()
    if not text:
        return None
    if not re.fullmatch("[0-9]{1,9}", text):
        raise ProtocolError(400, "Wrong number", f"{name} is a whole number, and not negative.")
    return int(text)


def read_json(text: str, name: str) -> Any:
    """A JSON value.

    Raises:
        ProtocolError: it is none, or nothing can hold it.
    """
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise ProtocolError(400, "Not JSON", f"{name}: it is nested too deeply.") from None
    except ValueError as error:
        raise ProtocolError(400, "Not JSON", f"{name}: {str(error)[:200]}") from None


def _read_body(value: Any, callback: str) -> Asked:
    """What a body of JSON asks for: fields as in a form, or queries by their keys."""
    if isinstance(value, dict) and len(value) == 1 and isinstance(next(iter(value.values())), dict):
        (name, inner), *_ = value.items()
        if (name in _ASKING and "query" not in inner and "properties" not in inner) or name == "extend":
            return Asked(name, inner, callback)
    return Asked("queries", value, callback)


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")
