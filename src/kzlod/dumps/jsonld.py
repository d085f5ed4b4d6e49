"""JSON-LD: reads a dataset, writes one node object an entity under an embedded context, one value a line.

Values are strings only, so that no parser respells a number. The quoted part of a canonical N-Triples literal is, escapes
included, a string of JSON: it is copied as it stands.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from kzlod.dataset import Dataset
from kzlod.dumps.context import ID, TYPE, VOCAB, Context, Term, load_context
from kzlod.dumps.nesting import Nest, find_nests, iter_trees
from kzlod.errors import ConfigurationError, Problem, quote
from kzlod.project import CONFIGURATION
from kzlod.terms import RDF_TYPE, XSD_STRING, Triple, read_iri, write_iri

_LANGUAGE: Final = "@language"
_quote: Final = json.JSONEncoder(ensure_ascii=False).encode
# An IRI whose scheme is a name of the context is read as a compact IRI, unless "//" follows (JSON-LD 1.1 API, section 5.2).
_SCHEMES: Final = r"""
WITH terms AS (
  SELECT DISTINCT subject AS term FROM triples UNION SELECT DISTINCT predicate FROM triples
  UNION SELECT DISTINCT regexp_extract(object, '<[^<>"]*>$') FROM triples
)
SELECT regexp_extract(term, '^<([^:]+):/?[^/]', 1) AS scheme, min(term) FROM terms GROUP BY scheme ORDER BY scheme"""


def write_jsonld(dataset: Dataset, path: Path, context: Path) -> None:
    """Write the merged graph as JSON-LD.

    The entities are sorted; those that hang on another by a term of ``dataset.project.nested`` are written inside it. A statement
    is written under the term of the context that fits it; where there is none, under a compact or whole IRI as an expanded value.

    Raises:
        ConfigurationError: the context cannot be used (see ``load_context``), lacks a term of ``nested``, or has a name that is the
            scheme of an IRI in the dataset.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(iter_jsonld(dataset, context))


def iter_jsonld(dataset: Dataset, context: Path) -> Iterator[str]:
    """The text of ``write_jsonld``, piece by piece."""
    names = load_context(context, dataset.project.show(context))
    _check_names(dataset, names)
    writer = _Writer(names, find_nests(dataset, [names.terms[name] for name in dataset.project.nested]))
    content = [f"{_quote(name)}: {_quote(value)}" for name, value in names.content.items()]
    yield f'{{\n  "@context": {_indent(_write_block("{}", content))},\n  "@graph": ['
    for number, (root, triples) in enumerate(iter_trees(dataset, writer.nests)):
        yield f"{',' if number else ''}\n    {_indent(_indent(writer.write_tree(root, triples)))}"
    yield "\n  ]\n}\n"


def _check_names(dataset: Dataset, context: Context) -> None:
    configuration = dataset.project.show(dataset.project.folder / CONFIGURATION)
    problems = [
        Problem(configuration, None, None, f"{quote(name)} is nested, but is no property of the JSON-LD context", "context", name)
        for name in dataset.project.nested
        if name not in context.terms or context.terms[name].iri.startswith("@")
    ] + [
        context.places[scheme].problem(f"the term {quote(scheme)} hides the scheme of {term}: rename it", "context", scheme)
        for scheme, term in dataset.iter_rows(_SCHEMES)
        if scheme in context.terms
    ]
    if problems:
        raise ConfigurationError(problems)


@dataclass
class _Tree:
    """An entity and those nested in it: the statements and the children of each, and the statements that nesting itself says."""

    statements: dict[str, list[Triple]]
    children: dict[str, list[str]]
    implied: set[Triple]


class _Writer:
    """Writes node objects; ``nests`` says which of them stand inside others."""

    def __init__(self, context: Context, nests: dict[str, Nest]) -> None:
        self.context = context
        self.nests = nests
        self.id = context.choose_term(ID, "") or Term(ID, ID)
        self.type = context.choose_term(TYPE, "") or Term(TYPE, TYPE)
        self.choose_term = lru_cache(maxsize=None)(self._choose_term)

    def write_tree(self, root: str, triples: list[Triple]) -> str:
        """The node object of an entity, given its statements and those of all entities nested in it."""
        tree = _Tree(defaultdict(list), defaultdict(list), set())
        for triple in triples:
            tree.statements[triple.subject].append(triple)
        for child in tree.statements:
            if child != root:
                holder, term = self.nests[child]
                tree.children[holder].append(child)
                ends = (child, holder) if term.reverse else (holder, child)
                tree.implied.add(Triple(ends[0], write_iri(term.iri), ends[1]))
        return self.write_node(tree, root)

    def write_node(self, tree: _Tree, subject: str) -> str:
        """The node object of one entity of a tree."""
        values: dict[str, list[str]] = defaultdict(list)
        arrays = set()
        for triple in tree.statements[subject]:
            if triple not in tree.implied:
                term = self.choose_term(triple.predicate, _name_kind(triple.object))
                values[term.name].append(self.write_value(term, triple.object))
                if term.array:
                    arrays.add(term.name)
        for child in tree.children.get(subject, ()):
            term = self.nests[child].term
            values[term.name].append(self.write_node(tree, child))
            if term.array:
                arrays.add(term.name)
        entries = [f'{_quote(self.id.name)}: "{read_iri(subject)}"']
        for name in sorted(values, key=lambda name: (name != self.type.name, name)):
            found = values[name]
            entries.append(f"{_quote(name)}: {_write_block('[]', found) if len(found) > 1 or name in arrays else found[0]}")
        return _write_block("{}", entries)

    def write_value(self, term: Term, value: str) -> str:
        """An object as JSON under a term: a string where the term reads it as it is meant, else an expanded value."""
        if value[0] == "<":
            iri = read_iri(value)
            if term is self.type or term.coercion == VOCAB:
                return _quote(self.context.name_class(iri))
            return f'"{iri}"' if term.coercion == ID else f'{{{_quote(self.id.name)}: "{iri}"}}'
        end = value.rindex('"') + 1
        if end == len(value) or term.coercion:
            return value[:end]
        if value[end] == "@":
            return f'{{"@value": {value[:end]}, "{_LANGUAGE}": "{value[end + 1 :]}"}}'
        return f'{{"@value": {value[:end]}, "{TYPE}": "{self.context.shorten(read_iri(value[end + 2 :]))}"}}'

    def _choose_term(self, predicate: str, kind: str) -> Term:
        if predicate == RDF_TYPE and kind == ID:
            return self.type
        iri = read_iri(predicate)
        coercions = {ID: (ID, VOCAB, ""), _LANGUAGE: ("",), XSD_STRING: ("", XSD_STRING)}.get(kind, (kind, ""))
        # No term of the context has a colon, so that a compact or whole IRI is nobody's key but its own.
        return self.context.choose_term(iri, *coercions) or Term(self.context.shorten(iri), iri)


def _name_kind(value: str) -> str:
    """What a term of the context must be coerced to, to read this object from a string."""
    if value[0] == "<":
        return ID
    end = value.rindex('"') + 1
    if end == len(value):
        return XSD_STRING
    return _LANGUAGE if value[end] == "@" else read_iri(value[end + 2 :])


def _write_block(brackets: str, entries: list[str]) -> str:
    return brackets[0] + _indent("\n" + ",\n".join(entries)) + "\n" + brackets[1] if entries else brackets


def _indent(text: str) -> str:
    # Only layout has line feeds: inside a string they are escaped.
    return text.replace("\n", "\n  ")
