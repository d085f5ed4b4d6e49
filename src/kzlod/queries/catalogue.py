"""The query catalogue: reads .rq files with a header, yields queries whose typed parameters can be bound.

The header is YAML behind ``#+``. A parameter's place in the query is its ``VALUES ?name { default }``: so each file runs as it
is in any SPARQL client, and a bound value is always a whole RDF term, never pasted text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph

from kzlod.errors import ConfigurationError, Problem, quote
from kzlod.terms import XSD, is_iri, write_iri, write_literal
from kzlod.tree import Mapping as Tree
from kzlod.tree import Node, Scalar, parse_tree

_HEADER: Final = re.compile(r"#\+ ?(.*)")
_REQUIRED: Final = ("title", "description")
_KNOWN: Final = (*_REQUIRED, "parameters", "example", "rows")

# What a value of each type must look like, and the datatype it gets; an IRI may be relative to the project's base.
_PATTERNS: Final = {
    "iri": r"\S+",
    "text": r"[^\x00]*",
    "language": r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*",
    "integer": r"[+-]?[0-9]+",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
}


@dataclass(frozen=True)
class Parameter:
    """A value that a query can be given; ``type`` is iri, text, language, integer or date."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Query:
    """A query of the catalogue.

    Args:
        name: the file's name without ending.
        text: SPARQL 1.1.
        rows: how many rows the query gives as it stands, or None where it does not say.
    """

    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    example: str
    rows: int | None
    text: str

    def bind(self, values: Mapping[str, str], base: str) -> str:
        """The query's text with values in place of the defaults.

        Args:
            values: texts by parameter name.
            base: what a relative IRI starts from.

        Raises:
            ConfigurationError: an unknown parameter, or a value that is not of its type; all at once.
        """
        text = self.text
        problems: list[Problem] = []
        for name, value in values.items():
            parameter = next((known for known in self.parameters if known.name == name), None)
            if parameter is None:
                known = ", ".join(p.name for p in self.parameters) or "none"
                problems.append(
                    Problem(self.name, None, None, f"there is no parameter {quote(name)}; there are: {known}", "parameter")
                )
                continue
            try:
                term = write_parameter(parameter.type, value, base)
            except ValueError as error:
                problems.append(Problem(self.name, None, None, f"{name}: {error}", "parameter", value))
                continue
            text = _place_of(name).sub(lambda _, name=name, term=term: f"VALUES ?{name} {{ {term} }}", text)  # type: ignore[misc]
        if problems:
            raise ConfigurationError(problems)
        return text


def write_parameter(kind: str, value: str, base: str) -> str:
    """A parameter's text as an RDF term.

    Raises:
        ValueError: the text is not of that type.

    >>> write_parameter("iri", "person/a", "https://w3id.org/kzlod/"), write_parameter("text", 'a" } UNION', "")
    ('<https://w3id.org/kzlod/person/a>', '"a\\\\" } UNION"')
    """
    if not re.fullmatch(_PATTERNS[kind], value):
        raise ValueError(f"{quote(value)} is no {kind}")
    if kind == "iri":
        return write_iri(value if is_iri(value) else base + value)
    if kind in {"integer", "date"}:
        return write_literal(value, datatype=XSD + kind)
    return write_literal(value)


def load_catalogue(folder: Path) -> dict[str, Query]:
    """The queries of a folder by name, sorted.

    Raises:
        ConfigurationError: a header or a query is wrong, with file and line; all at once.
    """
    queries: dict[str, Query] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.rq")):
        try:
            queries[path.stem] = load_query(path)
        except ConfigurationError as error:
            problems += error.problems
    if problems:
        raise ConfigurationError(problems)
    return queries


def load_query(path: Path) -> Query:
    """Read one query.

    Raises:
        ConfigurationError: no header, an unknown entry, a parameter without its VALUES, or no SPARQL.
    """
    shown = f"queries/{path.name}"
    text = path.read_text(encoding="utf-8")
    header = [found[1] if (found := _HEADER.fullmatch(line)) else "" for line in text.splitlines()]
    tree = parse_tree("\n".join(header), shown)
    if not isinstance(tree, Tree):
        raise ConfigurationError([Problem(shown, 1, None, "the header is no table of names", "header")])
    query = Query(
        name=path.stem,
        title=_text(tree.get("title")),
        description=_text(tree.get("description")),
        parameters=tuple(_parameter(name, node) for name, node in _entries(tree.get("parameters"))),
        example=_text(tree.get("example")),
        rows=int(_text(tree.get("rows")) or -1) if "rows" in tree.entries else None,
        text=text,
    )
    problems = [*_find_header_problems(tree, query), *_find_text_problems(shown, query)]
    if problems:
        raise ConfigurationError(problems)
    return query


def _parameter(name: str, node: Node) -> Parameter:
    entries = node.entries if isinstance(node, Tree) else {}
    return Parameter(name, _text(entries.get("type")), _text(entries.get("description")))


def _find_header_problems(tree: Tree, query: Query) -> list[Problem]:
    problems = [
        tree.keys[name].problem(f"{quote(name)} is not known in a header", "header") for name in tree.entries.keys() - set(_KNOWN)
    ]
    problems += [tree.place.problem(f"the header has no {name}", "header") for name in _REQUIRED if not _text(tree.get(name))]
    for parameter in query.parameters:
        if parameter.type not in _PATTERNS:
            message = f"parameter {quote(parameter.name)} has no known type; there are {', '.join(_PATTERNS)}"
            problems.append(tree.place.problem(message, "header"))
        if not _place_of(parameter.name).search(query.text):
            message = f"parameter {quote(parameter.name)} has no VALUES ?{parameter.name} {{ ... }} in the query"
            problems.append(tree.place.problem(message, "header"))
    return problems


def _find_text_problems(shown: str, query: Query) -> list[Problem]:
    try:
        pyoxigraph.Store().query(query.text)
    except SyntaxError as error:
        found = re.search(r"at (\d+):(\d+)", str(error))
        line, column = (int(found[1]), int(found[2])) if found else (None, None)
        reason = re.split(r"[,\n]", str(error).partition(": ")[2], maxsplit=1)[0]
        return [Problem(shown, line, column, f"not SPARQL: {reason}", "sparql")]
    return []


def _place_of(name: str) -> re.Pattern[str]:
    return re.compile(rf"VALUES \?{re.escape(name)} \{{[^{{}}]*\}}")


def _text(node: Node | None) -> str:
    return node.text.strip() if isinstance(node, Scalar) else ""


def _entries(node: Node | None) -> list[tuple[str, Node]]:
    return list(node.entries.items()) if isinstance(node, Tree) else []
