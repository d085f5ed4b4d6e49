"""The description of the API (OpenAPI 3.1): reads the catalogue, yields an operation for each query beside those of every server.

https://spec.openapis.org/oas/v3.1.1.html; what is the same for every dataset stands in ``openapi.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote

from kzlod.queries.catalogue import Parameter, Query
from kzlod.resources import read_resource
from kzlod.serving.requests import has_pages, list_formats

_REFUSALS: Final = {
    "304": "NotModified",
    "400": "BadRequest",
    "406": "NotAcceptable",
    "413": "TooLarge",
    "429": "TooManyRequests",
    "503": "Unavailable",
    "504": "TimedOut",
}
"""What beside a result may come of a query, by the names in the frame."""


def describe_api(queries: Iterable[Query], title: str, version: str) -> bytes:
    """The description as JSON.

    Args:
        queries: the catalogue.
        title: of the dataset.
        version: of the release.
    """
    document: dict[str, Any] = json.loads(read_resource("kzlod.serving", "openapi.json"))
    document["info"] |= {"title": title, "version": version}
    operations = {f"/queries/{quote(query.name)}": {"get": _describe_query(query)} for query in queries}
    document["paths"] = operations | document["paths"]
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _describe_query(query: Query) -> dict[str, Any]:
    formats = list_formats(query)
    asked: list[dict[str, Any]] = [_describe_parameter(parameter) for parameter in query.parameters]
    asked += [_refer("parameters", name) for name in ("limit", "offset") if has_pages(query)]
    schema = {"type": "string", "enum": list(formats)}
    asked.append({"name": "format", "in": "query", "description": "In place of the header Accept.", "schema": schema})
    headers = ("ETag", "Link", "X-Total-Count") if has_pages(query) else ("ETag", "Link")
    result = {
        "description": "The result.",
        "headers": {name: _refer("headers", name) for name in headers},
        "content": {types[0]: {"schema": _describe_result(name)} for name, types in formats.items()},
    }
    return {
        "operationId": query.name,
        "tags": ["queries"],
        "summary": query.title,
        "description": query.description,
        "parameters": asked,
        "responses": {"200": result} | {status: _refer("responses", name) for status, name in _REFUSALS.items()},
    }


def _describe_parameter(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = _refer("schemas", parameter.type)
    described = {"name": parameter.name, "in": "query", "description": parameter.description, "schema": schema}
    if parameter.default is None:
        return described
    default = int(parameter.default) if parameter.type == "integer" else parameter.default
    return {**described, "schema": {**schema, "default": default}, "example": default}


def _describe_result(name: str) -> dict[str, Any]:
    """The schema of a result in a format."""
    if name == "json":
        return _refer("schemas", "Results")
    return {"type": ["object", "array"]} if name == "jsonld" else {"type": "string"}


def _refer(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}
