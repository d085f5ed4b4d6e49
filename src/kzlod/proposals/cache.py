"""Answers of services, kept on disk: what was asked once is not asked again, however the run ended.

It is one SQLite file. A batch is written in one transaction: of a run that is killed all batches stay whose answers had come.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from kzlod.errors import ConfigurationError, Problem

FILE: Final = "answers.sqlite"
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS answers (service TEXT, query TEXT, answer TEXT NOT NULL, PRIMARY KEY (service, query)) WITHOUT ROWID"""
_ABOUT: Final = 60
"""Seconds for which another run that writes is waited for."""


class Cache:
    """The answers in a folder, which is made if need be; to be used in a ``with`` block.

    Raises:
        ConfigurationError: the file in it is no such cache, or cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with ExitStack() as opened:
                self._connection = opened.enter_context(closing(sqlite3.connect(self._path, timeout=_ABOUT, isolation_level=None)))
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute(_TABLE)
                opened.pop_all()
        except (sqlite3.Error, OSError) as error:
            raise self._fail(error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._connection.close()

    def find(self, service: str, query: str) -> dict[str, Any] | None:
        """The answer of a service to a query, or None where it was not asked yet."""
        try:
            row = self._connection.execute(
                "SELECT answer FROM answers WHERE service = ? AND query = ?", (service, query)
            ).fetchone()
        except sqlite3.Error as error:
            raise self._fail(error) from None
        found: dict[str, Any] | None = json.loads(row[0]) if row else None
        return found

    def keep(self, service: str, answers: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Write answers by query, all or none; they take the place of earlier ones."""
        rows = [(service, query, json.dumps(answer, ensure_ascii=False, separators=(",", ":"))) for query, answer in answers]
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", rows)
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise self._fail(error) from None

    def _fail(self, error: Exception) -> ConfigurationError:
        message = f"the cache of answers cannot be used: {error}: name another folder with --cache, or remove this file"
        return ConfigurationError([Problem(self._path.as_posix(), None, None, message, "cache")])
