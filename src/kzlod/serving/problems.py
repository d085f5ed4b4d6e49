"""Refusals as HTTP answers: a JSON problem (RFC 9457), and when to come again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"


def refuse(
    status: int,
    detail: str,
    title: str = "",
    headers: Mapping[str, str] | None = None,
    errors: Sequence[Mapping[str, str]] = (),
) -> Response:
    """A refusal.

    Args:
        status: of HTTP.
        detail: what is wrong, and what the client can do about it.
        title: in few words; the standard phrase of the status where it is "".
        headers: besides those that every answer has.
        errors: each thing that is wrong, where there may be several (RFC 9457, section 3.2).
    """
    body = {"type": "about:blank", "title": title or HTTPStatus(status).phrase, "status": status, "detail": detail}
    whole = {**body, "errors": list(errors)} if errors else body
    return Response(json.dumps(whole, ensure_ascii=False) + "\n", status, headers, MEDIA_TYPE)
