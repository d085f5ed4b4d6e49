"""What a difference means: reads a patch and its two dumps, yields entities and facts that are added, changed, merged, withdrawn.

An entity is what statements are about; a fact is a graph that the evidence graph calls one. Where there are no facts, all subjects
are entities.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from kzlod.quoting import write_text
from kzlod.releases.dumps import Dump, select_lines
from kzlod.terms import CHANGE_NOTE, DEPRECATED, FACT, FACT_STATUS, NAMES, RDF_TYPE, REPLACED_BY, TRUE, read_iri, read_literal

_QUADS: Final = r"""
SELECT operation, q.* FROM (
  SELECT operation, regexp_extract(line, '^(\S+) (\S+) (<[^>]*>|"(?:[^"\\]|\\.)*"(?:@[^ ]+|\^\^<[^>]*>)?|_:\S+)(?: (\S+))? \.$',
    ['subject', 'predicate', 'object', 'graph']) AS q FROM ({lines}))"""

_CHANGED: Final = """
CREATE TABLE changed AS """ + _QUADS.format(
    lines="SELECT line[1] AS operation, line[3:] AS line FROM ({patch}) WHERE line[:2] IN ('A ', 'D ')"
)

# A node of the evidence of a fact is fact#...
_TOUCHED: Final = """
CREATE TABLE touched AS SELECT DISTINCT unnest(
  [subject, graph, CASE WHEN contains(subject, '#') THEN split_part(subject, '#', 1) || '>' END]) AS iri FROM changed"""

_SAID: Final = "CREATE TABLE said AS " + _QUADS.format(
    lines="""
    SELECT 'old' AS operation, line FROM ({old}) WHERE split_part(line, ' ', 1) IN (SELECT iri FROM touched)
    UNION ALL SELECT 'new', line FROM ({new}) WHERE split_part(line, ' ', 1) IN (SELECT iri FROM touched)"""
)

_EVIDENCE: Final = """
CREATE TABLE evidence AS SELECT DISTINCT graph, regexp_extract(graph, '^<(.*)graph/evidence>$', 1) AS base FROM said
WHERE predicate = $type AND object = $fact AND graph <> ''"""

_THINGS: Final = """
CREATE TABLE things AS
SELECT subject AS iri, {sides},
  first(object ORDER BY list_position($names, predicate), NOT suffix(object, '@en'), NOT suffix(object, '"'), operation, object)
    FILTER (predicate IN (SELECT unnest($names))) AS name,
  min(object) FILTER (operation = 'new' AND predicate = $note) AS reason
FROM said GROUP BY subject"""
_SIDE: Final = """
  coalesce(bool_or(operation = '{side}' AND predicate = $type AND object = $fact), false) AS {side}_fact,
  coalesce(bool_or(operation = '{side}' AND graph NOT IN (SELECT graph FROM evidence)), false) AS {side}_there,
  coalesce(bool_or(operation = '{side}'
    AND (predicate = $replaced OR predicate = $deprecated AND object = $true)), false) AS {side}_gone,
  min(object) FILTER (operation = '{side}' AND predicate = $replaced) AS {side}_target"""

# What is said of an entity has not changed where another fact says the same.
_STATEMENTS: Final = """
CREATE TABLE statements AS
SELECT iri, count(DISTINCT triple) FILTER (operation = 'A') AS added, count(DISTINCT triple) FILTER (operation = 'D') AS deleted
FROM (
  SELECT subject AS iri, operation, (subject, predicate, object) AS triple FROM changed
  ANTI JOIN (SELECT * FROM said WHERE graph NOT IN (SELECT graph FROM evidence)) AS said ON said.subject = changed.subject
    AND said.predicate = changed.predicate AND said.object = changed.object
    AND said.operation = CASE changed.operation WHEN 'A' THEN 'old' ELSE 'new' END
  WHERE graph NOT IN (SELECT graph FROM evidence)
  UNION ALL SELECT graph, operation, (subject, predicate, object) FROM changed WHERE graph <> ''
    AND graph NOT IN (SELECT graph FROM evidence)
  UNION ALL SELECT subject, operation, (subject, predicate, object) FROM changed WHERE predicate = $status)
GROUP BY iri"""

_ITEMS: Final = """
CREATE TABLE items AS
SELECT is_fact, change, iri, CASE WHEN is_fact THEN split_part(path, '/', 2) ELSE split_part(path, '/', 1) END AS source,
  name, coalesce(added, 0) AS added, coalesce(deleted, 0) AS deleted, CASE WHEN change = 'merged' THEN new_target END AS target,
  CASE WHEN change = 'withdrawn' THEN reason END AS reason, change = 'withdrawn' AND NOT (new_there OR new_gone) AS is_silent
FROM (
  SELECT *, CASE
    WHEN is_fact AND old_fact AND new_fact THEN CASE WHEN added + deleted > 0 THEN 'changed' ELSE 'moved' END
    WHEN is_fact THEN CASE WHEN new_fact THEN 'added' WHEN old_fact THEN 'withdrawn' END
    WHEN old_there AND new_target IS DISTINCT FROM old_target AND new_target IS NOT NULL THEN 'merged'
    WHEN old_there AND NOT old_gone AND (new_gone OR NOT new_there) THEN 'withdrawn'
    WHEN new_there AND NOT new_gone AND (old_gone OR NOT old_there) THEN 'added'
    WHEN added + deleted > 0 THEN 'changed' END AS change
  FROM (
    SELECT *, old_fact OR new_fact OR coalesce(starts_with(path, 'fact/'), false) AS is_fact FROM (
      SELECT *, CASE WHEN starts_with(iri, '<' || base) THEN iri[len(base) + 2:-2] END AS path
      FROM things LEFT JOIN statements USING (iri) LEFT JOIN (SELECT any_value(base) AS base FROM evidence) ON true))
  WHERE is_fact OR old_there OR new_there)
WHERE change IS NOT NULL"""

_COUNTS: Final = """
SELECT is_fact, coalesce(source, ''), change, count(*) FROM items GROUP BY ALL ORDER BY ALL"""

_SHOWN: Final = """
SELECT iri, is_fact, change, name, added, deleted, target, reason, is_silent FROM items
WHERE change <> 'moved'
QUALIFY $limit IS NULL OR row_number() OVER (PARTITION BY is_fact, change ORDER BY iri) <= $limit ORDER BY is_fact, change, iri"""


@dataclass(frozen=True)
class Item:
    """An entity or a fact that differs.

    Args:
        iri: what it is called.
        is_fact: whether it is a fact.
        change: ``added``, ``changed``, ``merged`` or ``withdrawn``.
        name: a name of it, English where there is one, or "".
        added, deleted: number of its statements that are new, and that are gone.
        target: what has taken the place of a merged entity, or "".
        reason: why it is withdrawn, or "".
        is_silent: whether it is gone without a trace.
    """

    iri: str
    is_fact: bool
    change: str
    name: str
    added: int
    deleted: int
    target: str
    reason: str
    is_silent: bool


@dataclass(frozen=True)
class Changes:
    """What differs between two dumps.

    Args:
        base: what the IRIs of the dataset start with, or "" where there are no facts to tell it.
        added, deleted: number of statements, each graph's its own.
        entities, facts: numbers by type of entity or source of fact, then by change; facts of which only the evidence stands
            elsewhere are ``moved``.
        items: by fact or entity, change and IRI; of each change not more than was asked for.
    """

    base: str
    added: int
    deleted: int
    entities: Mapping[str, Mapping[str, int]]
    facts: Mapping[str, Mapping[str, int]]
    items: tuple[Item, ...]


def list_changes(old: Dump, new: Dump, patch: Path, limit: int | None = None) -> Changes:
    """Tell what a patch does to entities and facts.

    Args:
        old, new: the dumps.
        patch: the file of the patch from one to the other, of canonical rows.
        limit: so many items of each change are listed; all where there is none.
    """
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        # Else DuckDB may keep a whole dump in memory to look up the few things that have changed.
        connection.execute("SET disabled_optimizers = 'build_side_probe_side'")
        connection.execute(f"SET temp_directory = {write_text(folder)}; SET preserve_insertion_order = false")
        _fill(connection, old, new, patch)
        totals = dict(connection.execute("SELECT operation, count(*) FROM changed GROUP BY operation").fetchall())
        (base,) = connection.execute("SELECT coalesce(any_value(base), '') FROM evidence").fetchone() or ("",)
        counts: tuple[dict[str, dict[str, int]], ...] = ({}, {})
        for is_fact, source, change, number in connection.execute(_COUNTS).fetchall():
            counts[is_fact].setdefault(source, {})[change] = number
        items = tuple(_iter_items(connection, limit))
    return Changes(base, totals.get("A", 0), totals.get("D", 0), counts[False], counts[True], items)


def _fill(connection: duckdb.DuckDBPyConnection, old: Dump, new: Dump, patch: Path) -> None:
    words = {
        "type": RDF_TYPE,
        "fact": FACT,
        "status": FACT_STATUS,
        "names": list(NAMES),
        "note": CHANGE_NOTE,
        "deprecated": DEPRECATED,
        "true": TRUE,
        "replaced": REPLACED_BY,
    }
    sides = ",".join(_SIDE.format(side=side) for side in ("old", "new"))
    for query in (
        _CHANGED.format(patch=select_lines(patch, 2 + max(old.longest, new.longest))),
        _TOUCHED,
        _SAID.format(old=select_lines(old.path, old.longest), new=select_lines(new.path, new.longest)),
        _EVIDENCE,
        _THINGS.format(sides=sides),
        _STATEMENTS,
        _ITEMS,
    ):
        connection.execute(query, {name: value for name, value in words.items() if f"${name}" in query})


def _iter_items(connection: duckdb.DuckDBPyConnection, limit: int | None) -> Iterator[Item]:
    rows = connection.execute(_SHOWN, {"limit": limit})
    for iri, is_fact, change, name, added, deleted, target, reason, is_silent in rows.fetchall():
        yield Item(
            read_iri(iri),
            is_fact,
            change,
            read_literal(name).text if name else "",
            added,
            deleted,
            read_iri(target) if target else "",
            read_literal(reason).text if reason else "",
            is_silent,
        )
