"""The query catalogue: reads .rq files with a header, yields queries whose typed parameters can be bound.

The header is YAML behind ``#+``. A parameter's place in the query is its ``VALUES ?name { default }``: so each file runs as it
is in any SPARQL client, and a bound value is always a whole RDF term, never pasted text.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph

from kzlod.errors import ConfigurationError, Problem, quote
from kzlod.terms import LANGUAGE_TAG, NAMES, SH, XSD, is_iri, write_iri, write_literal
from kzlod.tree import Mapping as Tree
from kzlod.tree import Node, Place, Scalar, parse_tree

# Its page lies beside the list of the queries, the index.
_NAME: Final = re.compile("(?!index$)[a-z0-9-]{1,100}")
_PLACE: Final = re.compile(r"VALUES \?(\w+) \{[^{}]*\}")
# Texts, IRIs and comments, in which a keyword is none.
_QUOTED: Final = re.compile(
    r'"""(?s:\\.|.)*?"""|' r"'''(?s:\\.|.)*?'''|" r'"(?:[^"\\\n\r]|\\.)*"|' r"'(?:[^'\\\n\r]|\\.)*'|" r"<[^<>\s]*>|#[^\n\r]*"
)
_FORM: Final = re.compile(r"\b(?:SELECT|CONSTRUCT|ASK|DESCRIBE)\b", re.IGNORECASE)
_REQUIRED: Final = ("title", "description")
_KNOWN: Final = (*_REQUIRED, "parameters", "example", "rows", "heavy")
_TEXTS: Final = tuple(f"<{SH}{form}>" for form in ("select", "construct", "ask", "describe"))
_KNOWN_OF_PARAMETER: Final = ("type", "description")
_RESERVED: Final = ("format", "limit", "offset")
"""What every query can be asked beside its parameters when it is served."""

# What a value of each type must look like, and the datatype it gets; an IRI may be relative to the project's base.
_PATTERNS: Final = {
    "iri": r"\S+",
    "text": r"[^\x00\ud800-\udfff]*",
    "language": LANGUAGE_TAG,
    "integer": r"[+-]?[0-9]+",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
}


@dataclass(frozen=True)
class Parameter:
    """A value that a query can be given.

    Args:
        type: iri, text, language, integer or date.
        default: what stands in the query, written as a value is, or None where that is several terms or of another type.
    """

    name: str
    type: str
    description: str
    default: str | None = None


@dataclass(frozen=True)
class Query:
    """A query of the catalogue.

    Args:
        name: the file's name without ending.
        text: SPARQL 1.1.
        rows: how many rows the query gives as it stands, or None where it does not say.
        heavy: whether its result as it stands is made with each release.
    """

    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    example: str
    rows: int | None
    text: str
    heavy: bool = False

    @property
    def form(self) -> str:
        """Which of SPARQL's forms it has: select, construct, ask or describe."""
        found = _FORM.search(_mask(self.text))
        return found[0].lower() if found else ""

    def bind(self, values: Mapping[str, str], base: str) -> str:
        """The query's text with values in place of the defaults.

        Args:
            values: texts by parameter name.
            base: what a relative IRI starts from.

        Raises:
            ConfigurationError: an unknown parameter, or a value that is not of its type; all at once.
        """
        terms: dict[str, str] = {}
        problems: list[Problem] = []
        for name, value in values.items():
            parameter = next((known for known in self.parameters if known.name == name), None)
            if parameter is None:
                known = ", ".join(p.name for p in self.parameters) or "none"
                message = f"there is no parameter {quote(name)}; there are: {known}"
                problems.append(Problem(self.name, None, None, message, "parameter", name))
                continue
            try:
                terms[name] = write_parameter(parameter.type, value, base)
            except ValueError as error:
                problems.append(Problem(self.name, None, None, f"{name}: {error}", "parameter", value))
        if problems:
            raise ConfigurationError(problems)
        # In one pass: a value that has been put in is not searched for the place of the next.
        parts, end = [], 0
        for name, start, stop in _iter_places(self.text):
            if name in terms:
                parts += [self.text[end:start], f"VALUES ?{name} {{ {terms[name]} }}"]
                end = stop
        return "".join([*parts, self.text[end:]])


def write_parameter(kind: str, value: str, base: str) -> str:
    """A parameter's text as an RDF term.

    Raises:
        ValueError: the text is not of that type.

    >>> write_parameter("iri", "person/a", "https://w3id.org/kzlod/"), write_parameter("text", 'a" } UNION', "")
    ('<https://w3id.org/kzlod/person/a>', '"a\\\\" } UNION"')
    """
    if not re.fullmatch(_PATTERNS[kind], value) or (kind == "date" and not _is_day(value)):
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
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigurationError([Problem(shown, None, None, f"not a text file in UTF-8: {error}", "encoding")]) from None
    return read_query(path.stem, text, shown)


def load_published(path: Path) -> dict[str, Query]:
    """The queries that a build has published in one file, ``queries.ttl``, by name, sorted.

    Raises:
        ConfigurationError: there is no such file, it is no Turtle, or a query in it is wrong or has no name.
    """
    texts: dict[str, str] = {}
    names: dict[str, str] = {}
    try:
        for triple in pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE):
            predicate, value = f"<{triple.predicate.value}>", triple.object
            if isinstance(value, pyoxigraph.Literal) and predicate in {NAMES[0], *_TEXTS}:
                (names if predicate == NAMES[0] else texts)[str(triple.subject)] = value.value
    except FileNotFoundError:
        raise ConfigurationError([Problem(path.as_posix(), None, None, "the queries are not here", "catalogue")]) from None
    except SyntaxError as error:
        raise ConfigurationError([Problem(path.as_posix(), error.lineno, None, f"not Turtle: {error.msg}", "catalogue")]) from None
    nameless = [subject for subject in texts if subject not in names]
    if nameless:
        raise ConfigurationError(
            Problem(path.as_posix(), None, None, f"the query {subject} has no schema:name", "catalogue") for subject in nameless
        )
    queries = [read_query(names[subject], text, f"{path.as_posix()}: {names[subject]}") for subject, text in texts.items()]
    return {query.name: query for query in sorted(queries, key=lambda query: query.name)}


def read_query(name: str, text: str, shown: str) -> Query:
    """Take a query with its header apart.

    Args:
        name: what it is called.
        text: header and SPARQL.
        shown: the file, for messages.

    Raises:
        ConfigurationError: as ``load_query``.
    """
    # Spaces in place of the mark, and empty lines for SPARQL, so that a place in the header is its place in the file.
    header = ["  " + line[2:] if line.startswith("#+") else "" for line in text.split("\n")]
    if not any(header):
        raise ConfigurationError([Problem(shown, 1, None, "there is no header of lines that start with #+", "header")])
    tree = parse_tree("\n".join(header), shown)
    if not isinstance(tree, Tree):
        raise ConfigurationError([Problem(shown, 1, None, "the header is no table of names", "header")])
    problems = [*_find_name_problems(shown, name), *_find_header_problems(tree, text), *_find_text_problems(shown, text)]
    if problems:
        raise ConfigurationError(problems)
    return Query(
        name=name,
        title=_read_text(tree.get("title")),
        description=_read_text(tree.get("description")),
        parameters=tuple(
            Parameter(
                name, kind := _read_text(entry.get("type")), _read_text(entry.get("description")), _find_default(text, name, kind)
            )
            for name, _, entry in _iter_parameters(tree)
        ),
        example=_read_text(tree.get("example")),
        rows=int(_read_text(tree.get("rows"))) if "rows" in tree.entries else None,
        text=text,
        heavy=_read_text(tree.get("heavy")) == "true",
    )


def _find_name_problems(shown: str, name: str) -> Iterator[Problem]:
    if not _NAME.fullmatch(name):
        message = (
            f"{quote(name)} is no name of a query: it stands in addresses, so it has at most 100 letters from a to z, digits and -"
        )
        yield Problem(shown, None, None, message, "name", name)


def _find_header_problems(tree: Tree, text: str) -> Iterator[Problem]:
    yield from _find_unknown(tree, _KNOWN)
    for name in _REQUIRED:
        if not _read_text(tree.get(name)):
            yield tree.place.problem(f"the header has no {name}", "header")
    if "rows" in tree.entries and not re.fullmatch("[0-9]+", _read_text(tree.get("rows"))):
        yield tree.keys["rows"].problem("rows must be a number", "header")
    if "heavy" in tree.entries and _read_text(tree.get("heavy")) not in {"true", "false"}:
        yield tree.keys["heavy"].problem("heavy must be true or false", "header")
    if not isinstance(tree.get("parameters"), Tree | None):
        yield tree.keys["parameters"].problem("parameters must be a table by name", "header")
    for name, place, entry in _iter_parameters(tree):
        yield from _find_unknown(entry, _KNOWN_OF_PARAMETER)
        if _read_text(entry.get("type")) not in _PATTERNS:
            yield place.problem(f"parameter {quote(name)} has no known type; there are {', '.join(_PATTERNS)}", "header")
        if name in _RESERVED:
            yield place.problem(f"no parameter can be called {', '.join(_RESERVED)}: so are those of serving", "header", name)
        if name not in {found for found, _, _ in _iter_places(text)}:
            yield place.problem(f"parameter {quote(name)} has no VALUES ?{name} {{ ... }} in the query", "header")


def _find_unknown(tree: Tree, known: tuple[str, ...]) -> Iterator[Problem]:
    for name in tree.entries:
        if name not in known:
            yield tree.keys[name].problem(f"{quote(name)} is not known here; there are {', '.join(known)}", "header", name)


def _find_text_problems(shown: str, text: str) -> list[Problem]:
    # The parser is reached by running the query, on no data; a SERVICE would be called all the same.
    called = re.search(r"\bSERVICE\b", _mask(text), re.IGNORECASE)
    if called:
        message = "SERVICE calls another endpoint: a query of the catalogue may not"
        start = called.start()
        return [Problem(shown, text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start), message, "sparql")]
    try:
        pyoxigraph.Store().query(text)
    except SyntaxError as error:
        found = re.search(r"at (\d+):(\d+)", str(error))
        line, column = (int(found[1]), int(found[2])) if found else (None, None)
        # What else the parser says is a list of all that it would have taken.
        reason = "unknown prefix" if "Prefix not found" in str(error) else "it cannot be read further than here"
        return [Problem(shown, line, column, f"not SPARQL: {reason}", "sparql")]
    except (OSError, RuntimeError):
        return []  # it is SPARQL, but cannot be answered without data
    return []


def _iter_parameters(tree: Tree) -> Iterator[tuple[str, Place, Tree]]:
    """Name, place and entries of each parameter."""
    parameters = tree.get("parameters")
    if isinstance(parameters, Tree):
        for name, node in parameters.entries.items():
            yield name, parameters.keys[name], node if isinstance(node, Tree) else Tree(node.place, {}, {})


def _iter_places(text: str) -> Iterator[tuple[str, int, int]]:
    """The name, start and end of each ``VALUES ?name { ... }``; what a text or a comment of the query holds is none."""
    for found in _PLACE.finditer(_mask(text)):
        yield found[1], found.start(), found.end()


def _mask(text: str) -> str:
    """The query with spaces in place of its texts, IRIs and comments."""
    return _QUOTED.sub(lambda found: " " * len(found[0]), text)


def _find_default(text: str, name: str, kind: str) -> str | None:
    """The one term at each place of a parameter, as the text that ``write_parameter`` makes it of."""
    form = _FORM.search(_mask(text))
    prologue = text[: form.start()] if form else ""
    found = set()
    try:
        for place, start, stop in _iter_places(text):
            if place == name:
                solutions = pyoxigraph.Store().query(f"{prologue}\nSELECT ?{name} WHERE {{ {text[start:stop]} }}")
                found |= {solution[name] for solution in solutions}  # type: ignore[union-attr]
        term = found.pop() if len(found) == 1 else None
        if isinstance(term, pyoxigraph.NamedNode | pyoxigraph.Literal) and write_parameter(kind, term.value, "") == str(term):
            return term.value
    except (SyntaxError, ValueError):
        pass
    return None


def _read_text(node: Node | None) -> str:
    return node.text.strip() if isinstance(node, Scalar) else ""


def _is_day(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True
