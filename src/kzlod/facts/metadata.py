"""Table descriptions: reads the tables.json files of a project (CSVW), yields its tables.

Source: Metadata Vocabulary for Tabular Data (W3C, 2015), section 5; a property that would change the reading of a table and
is not supported is an error, annotations are ignored. Of kzlod's own are ``ns#role``, ``ns#order``, ``ns#acyclic`` and
``ns#names``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import duckdb

from kzlod.errors import ConfigurationError, Problem, quote
from kzlod.facts.columns import ColumnReader
from kzlod.facts.references import link_tables
from kzlod.facts.roles import ROLES
from kzlod.facts.tables import PROJECT, Pair, Table
from kzlod.project import Project
from kzlod.terms import CSVW_CONTEXT, NS
from kzlod.tree import Mapping, Node, Scalar, Sequence, load_tree

METADATA: Final = "tables.json"
_ROLE: Final = f"{NS}role"
_ORDER: Final = f"{NS}order"
_ACYCLIC: Final = f"{NS}acyclic"
_ENDINGS: Final = (".csv", ".tsv")
_NAMES: Final = f"{NS}names"
_TITLE: Final = "dc:title"
_TABLE: Final = ("url", "tableSchema", _ROLE, _ORDER, _ACYCLIC, _NAMES)
_SCHEMA: Final = ("columns", "primaryKey", "foreignKeys")

# Schemas and catalogues that DuckDB has already; a source is a schema of its own.
TAKEN: Final = ("information_schema", "main", "memory", "pg_catalog", "system", "temp")


def load_tables(project: Project) -> tuple[Table, ...]:
    """Read the table descriptions of a project.

    Returns:
        The tables directly in ``facts/`` (source ``project``), if it has a tables.json, then those of each source in the
        order of kzlod.toml; within a source in the order of its tables.json.

    Raises:
        ConfigurationError: a tables.json is missing, is no CSVW table group or says what is not supported; a table, column
            or reference is not what it must be; a CSV file is described nowhere. All of it at once.
    """
    problems = [*_check_sources(project)]
    found: list[tuple[Table, tuple[Node, ...]]] = []
    is_whole = True
    with duckdb.connect() as engine:
        for source, folder in _list_folders(project):
            reader = _GroupReader(project, source, folder, engine)
            try:
                found += reader.read()
            except ConfigurationError as error:
                is_whole = False
                problems += error.problems
            problems += reader.problems
    # Without one of the files nobody can say which references lead nowhere.
    tables, wrong_links = link_tables(found) if is_whole else ((), [])
    problems += wrong_links
    if problems:
        raise ConfigurationError(problems)
    return tables


def _check_sources(project: Project) -> Iterator[Problem]:
    names = [PROJECT, *project.sources]
    for number, name in enumerate(names):
        taken = name.lower() in TAKEN or name.lower() in (other.lower() for other in names[:number])
        if taken:
            yield Problem("kzlod.toml", None, None, f"a source cannot be named {quote(name)}: the name is taken", "tables", name)


def _list_folders(project: Project) -> Iterator[tuple[str, Path]]:
    root = project.facts
    if (root / METADATA).exists() or any(_list_files(root)):
        yield PROJECT, root
    for source in project.sources:
        yield source, root / source


def _list_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.name.endswith(_ENDINGS))


class _GroupReader(ColumnReader):
    """Reads one tables.json."""

    def __init__(self, project: Project, source: str, folder: Path, engine: duckdb.DuckDBPyConnection) -> None:
        super().__init__(engine)
        self.project = project
        self.source = source
        self.folder = folder

    def read(self) -> list[tuple[Table, tuple[Node, ...]]]:
        path = self.folder / METADATA
        group = self.read_object(load_tree(path, self.project.show(path)), "a table group", ("@context", "tables"))
        if group is None:
            return []
        self._check_context(group)
        if "tables" not in group.entries:
            self.complain(group.place, "a table group has tables")
        nodes = self.read_items(group, "tables")
        urls = [node.get("url") for node in nodes if isinstance(node, Mapping)]
        self._check_files({url.text for url in urls if isinstance(url, Scalar)})
        return [table for node in nodes if (table := self._read_table(node)) is not None]

    def _check_context(self, group: Mapping) -> None:
        node = group.get("@context")
        # With a second item the context can give a language; @base would move every path.
        items = node.items if isinstance(node, Sequence) else (node,)
        given = items[0] if items else None
        extra = [item for item in items[1:] if not isinstance(item, Mapping) or set(item.entries) - {"@language"}]
        if not isinstance(given, Scalar) or given.text != CSVW_CONTEXT or extra:
            self.complain(node.place if node else group.place, f"@context must be {quote(CSVW_CONTEXT)}")

    def _read_table(self, node: Node) -> tuple[Table, tuple[Node, ...]] | None:
        given = self.read_object(node, "a table", _TABLE)
        url = self.read_text(given, "url", "a table") if given else None
        if given is None or url is None:
            return None
        name = url.partition(".")[0]
        if not name or not url.endswith(_ENDINGS) or "/" in url or "\\" in url:
            self.complain(given.place, f"{quote(url)} is no name of a CSV or TSV file in this folder", url)
            return None
        schema_node = given.get("tableSchema")
        schema = self.read_object(schema_node, "a table schema", _SCHEMA) if schema_node else None
        if schema is None:
            self.complain(given.place, f"table {quote(name)} has no tableSchema")
            return None
        path = self.folder / url
        table = Table(
            source=self.source,
            name=name,
            path=path,
            shown=self.project.show(path),
            columns=self.read_columns(schema),
            primary_key=self.read_texts(schema.get("primaryKey"), "primaryKey"),
            foreign_keys=(),
            role=self._read_role(given, name),
            order=tuple(pair for item in self.read_items(given, _ORDER) for pair in self._read_pair(item, "order")),
            acyclic=next(self._read_pair(given.get(_ACYCLIC), "acyclic"), None),
            names=tuple(pair for item in self.read_items(given, _NAMES) for pair in self._read_pair(item, "names")),
            title=title.text if isinstance(title := given.get(_TITLE), Scalar) else name,
            place=given.place,
        )
        columns = tuple(replace(column, required=column.required or column.name in table.primary_key) for column in table.columns)
        return replace(table, columns=columns), self.read_items(schema, "foreignKeys")

    def _read_role(self, given: Mapping, name: str) -> str:
        node = given.get(_ROLE)
        if isinstance(node, Scalar) and node.text in ROLES:
            return node.text
        place = node.place if node else given.place
        self.complain(place, f"the role ({_ROLE}) of table {quote(name)} must be one of {', '.join(ROLES)}")
        return ""

    def _read_pair(self, node: Node | None, name: str) -> Iterator[Pair]:
        pair = self.read_pair(node, name) if node else None
        if node and pair:
            yield Pair(*pair, node.place)

    def _check_files(self, described: set[str]) -> None:
        for path in _list_files(self.folder):
            if path.name not in described:
                shown = self.project.show(path)
                self.problems.append(Problem(shown, None, None, f"{METADATA} beside it does not name this table", "tables"))
