"""A reconciliation service somewhere, behind HTTP: sends batches of queries, gives their answers as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from kzlod.connections import Connections, RefusalError
from kzlod.errors import Problem, quote
from kzlod.proposals.manifest import Manifest, read_manifest

_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = "application/json"
FAILED: Final = 500
"""A status after which a query is sent again, since services answer so under load."""


class RemoteService:
    """Answers of a service on the web.

    Args:
        connections: over which it is asked.
        url: where it answers.

    Raises:
        ConfigurationError, EngineError: as ``Connections.send``; also where its manifest is none.
    """

    def __init__(self, connections: Connections, url: str) -> None:
        self._connections = connections
        self._url = url
        self.manifest: Manifest = read_manifest(url, self._read(connections.send("GET", url, b"", "", accept=_JSON)))

    def reconcile(self, queries: Mapping[str, object]) -> dict[str, Any]:
        """The answers of a batch by its keys.

        Raises:
            RefusalError: the service refuses these queries, or answers with something else.
            ConfigurationError, EngineError: as ``Connections.send``.
        """
        body = urlencode({"queries": json.dumps(queries, ensure_ascii=False, separators=(",", ":"))}).encode()
        found = self._read(self._connections.send("POST", self._url, body, _FORM, accept=_JSON))
        if not isinstance(found, dict) or not any(key in found for key in queries):
            said = found.get("message") if isinstance(found, dict) else None
            raise self._refuse(f"the answer has none of the queries{f': {quote(str(said), 200)}' if said else ''}")
        return found

    def _read(self, body: bytes) -> Any:
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            start = " ".join(body[:400].decode(errors="replace").split())
            raise self._refuse(f"the answer is no JSON: {quote(start, 80) if start else 'it is empty'}") from None

    def _refuse(self, message: str) -> RefusalError:
        return RefusalError([Problem(self._url, None, None, message, "service")])
