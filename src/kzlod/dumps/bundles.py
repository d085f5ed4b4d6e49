"""What others can reuse beside the data: reads shapes, terms and queries of a project, yields one Turtle file of each."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from kzlod.terms import write_iri, write_literal

_PREFIXES = """\
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <http://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

# The query catalogue as SHACL's SPARQL executables; each text runs as it is.
"""


class NamedQuery(NamedTuple):
    """A query as it is published: its name, title, description, form (select, construct, ask or describe) and text."""

    name: str
    title: str
    description: str
    form: str
    text: str


def write_bundles(folder: Path, base: str, terms: Path, shapes: Iterable[Path], queries: Iterable[NamedQuery]) -> list[Path]:
    """Write ``ontology.ttl``, ``shapes.ttl`` and ``queries.ttl``.

    Args:
        folder: an existing folder.
        base: namespace of the dataset's IRIs; a query is ``{base}query/{name}``.
        terms: the folder of the ontology's Turtle files.
        shapes: Turtle files, which are put one behind the other, comments and all.

    Returns:
        The files written, sorted by name.
    """
    texts = {
        "ontology.ttl": _join_files(sorted(terms.glob("*.ttl"))),
        "queries.ttl": _PREFIXES + "".join(_write_query(query, base) for query in queries),
        "shapes.ttl": _join_files(shapes),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in texts]


def _join_files(paths: Iterable[Path]) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def _write_query(query: NamedQuery, base: str) -> str:
    text = query.text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'''
{write_iri(f"{base}query/{query.name}")}
    a sh:SPARQL{query.form.capitalize()}Executable ;
    rdfs:label {write_literal(query.title, language="en")} ;
    rdfs:comment {write_literal(query.description, language="en")} ;
    schema:name {write_literal(query.name)} ;
    sh:{query.form} """
{text}""" .
'''
