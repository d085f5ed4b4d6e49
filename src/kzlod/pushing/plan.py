"""What is to be pushed: reads a dump, yields its triples graph by graph, each graph with its number of triples.

The triples are sorted by graph in a database on disk, so that memory does not grow with the dump.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import duckdb

from kzlod.errors import DataError
from kzlod.releases.dumps import Dump, complain_of, is_canonical, open_dump, select_lines

_MEMORY: Final = "512MB"
_ROWS: Final = 10_000
_SHOWN: Final = 100
_STATEMENT: Final = (
    r"""^(<[^>]*> <[^>]*> (?:<[^>]*>|"(?:[^"\\]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^>]*>)?)) (?:<([^>]*)> )?\.$""".replace("'", "''")
)


class Graph(NamedTuple):
    """A graph of the dump.

    Args:
        number: its place in the order of names; the default graph is 0.
        name: its IRI, or "" for the default graph.
        triples: how many there are.
    """

    number: int
    name: str
    triples: int

    def __str__(self) -> str:
        return f"graph {self.name}" if self.name else "the default graph"


@dataclass(frozen=True)
class Plan:
    """A dump by graphs.

    Args:
        sha256: of the dump's lines.
        graphs: all graphs, the default graph first, then by name.
    """

    sha256: str
    graphs: tuple[Graph, ...]
    _connection: duckdb.DuckDBPyConnection

    @property
    def triples(self) -> int:
        """The triples of all graphs."""
        return sum(graph.triples for graph in self.graphs)

    def iter_triples(self, skipped: Mapping[int, int]) -> Iterator[tuple[Graph, str]]:
        """The triples of some graphs in N-Triples without the closing point, in the order of graphs and then of triples.

        Args:
            skipped: by the number of each graph that is wanted, how many of its triples are left out from the start.
        """
        graphs = {graph.number: graph for graph in self.graphs}
        self._connection.execute(
            "CREATE OR REPLACE TABLE wanted AS SELECT unnest(?::BIGINT[]) AS number, unnest(?::BIGINT[]) AS skipped",
            [list(skipped), list(skipped.values())],
        )
        rows = self._connection.execute(
            "SELECT number, triple FROM statement JOIN wanted USING (number) WHERE place > skipped ORDER BY number, place"
        )
        while batch := rows.fetchmany(_ROWS):
            for number, triple in batch:
                yield graphs[number], triple


@contextmanager
def open_plan(path: Path) -> Iterator[Plan]:
    """Give the plan of the dump that a path means; it ends with the block.

    Raises:
        ConfigurationError: there is no dump.
        DataError: lines of it are no statements, or have blank nodes, which a store would rename.
    """
    with open_dump(path) as dump, tempfile.TemporaryDirectory() as folder:
        _check_lines(dump)
        with duckdb.connect(str(Path(folder) / "plan.duckdb")) as connection:
            connection.execute(f"SET memory_limit = '{_MEMORY}'; SET preserve_insertion_order = false")
            lines = select_lines(dump.path, dump.longest)
            connection.execute(
                f"CREATE TABLE parted AS SELECT regexp_extract(line, '{_STATEMENT}', ['triple', 'name']) AS parts FROM ({lines})"
            )
            connection.execute(
                "CREATE TABLE graph AS SELECT parts.name AS name, count(*) AS triples, "
                "if(name = '', 0, row_number() OVER (PARTITION BY name = '' ORDER BY name)) AS number "
                "FROM parted GROUP BY parts.name"
            )
            connection.execute(
                "CREATE TABLE statement AS SELECT number, parts.triple AS triple, "
                "row_number() OVER (PARTITION BY number ORDER BY parts.triple) AS place "
                "FROM parted JOIN graph ON graph.name = parts.name"
            )
            connection.execute("DROP TABLE parted")
            rows = connection.execute("SELECT number, name, triples FROM graph ORDER BY number").fetchall()
            yield Plan(dump.sha256, tuple(Graph(*row) for row in rows), connection)


def _check_lines(dump: Dump) -> None:
    problems = []
    for line in dump.iter_lines():
        if not is_canonical(line):
            problems.append(complain_of(dump, line))
            if len(problems) == _SHOWN:
                break
    if problems:
        raise DataError(problems)
