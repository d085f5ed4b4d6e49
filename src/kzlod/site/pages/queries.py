"""The pages of the query catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from kzlod.project import QUADS, Project
from kzlod.queries.catalogue import Query
from kzlod.site.bundle import BUNDLED, LAND
from kzlod.site.dataset_scripts import CatalogueEntry, iter_query_scripts
from kzlod.site.rendering import File, Renderer
from kzlod.terms import RDF_TYPE, RDFS, SH, Triple, write_iri, write_literal

_LABEL: Final = f"<{RDFS}label>"
_NAMING: Final = (RDF_TYPE, _LABEL)


def render_queries(renderer: Renderer, queries: Sequence[Query]) -> Iterator[File]:
    """The list of the queries, whose data name them, and a page of each."""
    described = [_describe_query(renderer.settings.base, query) for query in queries]
    named = [triple for triples in described for triple in triples if triple.predicate in _NAMING]
    yield from renderer.render_page("queries.html", "queries", named, queries=queries)
    for query, triples in zip(queries, described, strict=True):
        yield from renderer.render_page("query.html", f"query/{query.name}", triples, query=query)


def render_query_page(project: Project, queries: Sequence[Query], bundle: Path, dumps: Path) -> Iterator[File]:
    """The scripts by which queries run in the browser: the bundle, the catalogue and the dump."""
    for name in BUNDLED:
        if name != LAND:
            yield File(f"assets/sparql/{name}", (bundle / name).read_text(encoding="utf-8"))
    entries = [CatalogueEntry(query.name, query.title, query.description, query.text) for query in queries]
    for name, text in iter_query_scripts(dumps / QUADS, entries, project.base, project.prefixes.namespaces):
        yield File(f"assets/sparql/{name}", text)


def _describe_query(base: str, query: Query) -> list[Triple]:
    """A query as one of SHACL's SPARQL executables, as in the bundle of queries."""
    iri = write_iri(f"{base}query/{query.name}")
    return [
        Triple(iri, RDF_TYPE, f"<{SH}SPARQL{query.form.capitalize()}Executable>"),
        Triple(iri, f"<{RDFS}comment>", write_literal(query.description, language="en")),
        Triple(iri, _LABEL, write_literal(query.title, language="en")),
        Triple(iri, f"<{SH}{query.form}>", write_literal(f"\n{query.text}")),
    ]
