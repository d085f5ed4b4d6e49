"""The pages of the endpoint and of the named queries: forms that work without a script, results as tables, in the site's style."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import islice
from typing import Final

import jinja2
import pyoxigraph

from kzlod.queries.catalogue import Query
from kzlod.serving.negotiation import FORMATS
from kzlod.serving.pool import Answer
from kzlod.serving.requests import list_formats
from kzlod.terms import XSD, Prefixes

PAGE_ROWS: Final = 1000
"""The most rows of a page."""

MOST_STATEMENTS: Final = 2_000
"""The most statements on the page of a thing, and the most that mention it."""

_INPUTS: Final = {"date": "date", "integer": "number"}
"""Types of input elements by types of parameters; the others are texts."""

_NUMBERS: Final = frozenset(XSD + name for name in ("integer", "decimal", "double", "float"))


@dataclass(frozen=True)
class Cell:
    """A term of a result as it is shown.

    Args:
        text: that is shown.
        link: where it leads, or "".
        language: of the text, or "".
        is_number: whether it stands on the right.
    """

    text: str
    link: str = ""
    language: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class Statement:
    """A statement as it is shown on the page of its subject or of its object.

    Args:
        predicate: of it.
        other: its object on the page of its subject, else its subject.
        facts: IRIs of the facts that say it.
    """

    predicate: pyoxigraph.NamedNode
    other: object
    facts: Sequence[str]


class Pages:
    """The pages of one release.

    Args:
        title: of the dataset.
        base: namespace of the IRIs that have a page here.
        prefixes: names of namespaces.
    """

    def __init__(self, title: str, base: str, prefixes: Prefixes) -> None:
        self.title = title
        self.base = base
        self.prefixes = prefixes
        assets = resources.files("kzlod.site").joinpath("assets")
        self.style, self.icon = (assets.joinpath(name).read_bytes() for name in ("site.css", "icon.svg"))
        self.environment = jinja2.Environment(
            loader=jinja2.PackageLoader("kzlod.serving"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.StrictUndefined,
        )
        self.environment.globals.update(dataset=title, inputs=_INPUTS, list_formats=list_formats, root="../")

    def write_list(self, queries: Sequence[Query]) -> str:
        """The page of all queries, with a form for each."""
        return self.environment.get_template("queries.html").render(queries=queries)

    def write_query(  # noqa: PLR0913, PLR0917 - what the page shows
        self,
        query: Query,
        given: Mapping[str, str],
        answer: Answer | None = None,
        offset: int = 0,
        pages: Mapping[str, str] | None = None,
        problems: Sequence[str] = (),
    ) -> str:
        """The page of a query with its result.

        Args:
            query: that was asked.
            given: the fields of the address.
            answer: the result in SPARQL's JSON or in N-Triples, where there is one.
            offset: how many rows were passed over.
            pages: the other pages of the rows, by their relation to this one.
            problems: what is wrong, where there is no result.
        """
        names, rows, total = self._read_rows(answer) if answer else ([], [], 0)
        return self.environment.get_template("query.html").render(
            query=query,
            given=given,
            names=names,
            rows=rows,
            total=total if answer is None or answer.total is None else answer.total,
            offset=offset,
            pages=pages or {},
            problems=problems,
        )

    def write_sparql(self, text: str = "", answer: Answer | None = None, problems: Sequence[str] = ()) -> str:
        """The page of the endpoint.

        Args:
            text: the query that was asked; without one, the page begins one.
            answer: its result as in ``write_query``, where there is one.
            problems: what is wrong, where there is none.
        """
        names, rows, total = self._read_rows(answer, "./") if answer else ([], [], 0)
        return self.environment.get_template("sparql.html").render(
            root="./",
            text=text or self._begin_query(),
            formats=FORMATS,
            most=PAGE_ROWS,
            answer=answer,
            names=names,
            rows=rows,
            total=total if answer is None or answer.total is None else answer.total,
            problems=problems,
        )

    def _begin_query(self) -> str:
        lines = [f"PREFIX {name}: <{namespace}>\n" for name, namespace in self.prefixes.namespaces.items()]
        return "".join([*lines, "\n", self.environment.get_template("sparql.rq").render()]).lstrip()

    def write_index(self) -> str:
        """The page at the root."""
        return self.environment.get_template("index.html").render(root="./")

    def write_entity(  # noqa: PLR0913, PLR0917 - what the page shows
        self,
        node: pyoxigraph.NamedNode,
        name: str,
        path: str,
        said: Sequence[Statement],
        mentions: Sequence[Statement],
        content: Sequence[pyoxigraph.Triple] = (),
        *,
        is_accepted: bool = True,
    ) -> str:
        """The page of a thing.

        Args:
            node: the thing.
            name: of it.
            path: of the page, relative to the root and without ending.
            said: the statements of which it is the subject; of more than ``MOST_STATEMENTS`` the page shows so many, and says it.
            mentions: those of which it is the object, likewise.
            content: what it says itself, where it is a fact, likewise.
            is_accepted: whether there is an accepted statement, or evidence, among the first; data there are only then.
        """
        root = "../" * path.count("/")
        return self.environment.get_template("entity.html").render(
            root=root,
            iri=node.value,
            name=name,
            file=path.rpartition("/")[2],
            most=MOST_STATEMENTS,
            is_accepted=is_accepted,
            said=self._show_all(said, root),
            mentions=self._show_all(mentions, root),
            content=[[self._show(term, root) for term in triple] for triple in content],
        )

    def _show_all(self, statements: Sequence[Statement], root: str) -> list[tuple[Cell, Cell, list[Cell]]]:
        return [
            (self._show(each.predicate, root), self._show(each.other, root), [self._show_iri(fact, root) for fact in each.facts])
            for each in statements
        ]

    def _read_rows(self, answer: Answer, root: str = "../") -> tuple[list[str], list[list[Cell]], int]:
        """The names of the columns, the rows that are shown, and the number of all."""
        if answer.format != "json":
            triples = sorted(
                (quad.triple for quad in pyoxigraph.parse(answer.body, format=pyoxigraph.RdfFormat.N_TRIPLES)), key=str
            )
            return ["subject", "predicate", "object"], self._show_rows(triples, root), len(triples)
        found = pyoxigraph.parse_query_results(answer.body, format=pyoxigraph.QueryResultsFormat.JSON)
        if isinstance(found, pyoxigraph.QueryBoolean):
            return ["answer"], [[Cell("true" if found else "false")]], 1
        rows = self._show_rows(found, root)
        return [variable.value for variable in found.variables], rows, len(rows)

    def _show_rows(self, rows: Iterable[Iterable[object]], root: str) -> list[list[Cell]]:
        return [[self._show(term, root) for term in row] for row in islice(rows, PAGE_ROWS)]

    def _show(self, term: object, root: str) -> Cell:
        if isinstance(term, pyoxigraph.NamedNode):
            return self._show_iri(term.value, root)
        if isinstance(term, pyoxigraph.Literal):
            return Cell(term.value, language=term.language or "", is_number=term.datatype.value in _NUMBERS)
        return Cell("" if term is None else str(term))

    def _show_iri(self, iri: str, root: str) -> Cell:
        short = self.prefixes.shorten(iri)
        if iri.startswith(self.base):
            # What follows the steps is a path, whatever it holds.
            own = iri.removeprefix(self.base)
            return Cell(own or iri, f"{root}{own}")
        return Cell(short or iri, iri if iri.startswith(("http:", "https:")) else "")
