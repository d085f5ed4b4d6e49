"""What is odd in what a build has made: terms, links, queries, the output and the releases."""

from __future__ import annotations

import filecmp
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph

from kzlod.doctor.findings import Finding, odd, shorten, wrong
from kzlod.errors import ConfigurationError, DataError, Problem
from kzlod.project import Project
from kzlod.queries.catalogue import load_catalogue
from kzlod.releases.folder import check_release, list_releases
from kzlod.site.terms import load_terms
from kzlod.terms import FACT, FACT_STATUS, SCHEMA, SKOS, WIKIDATA, evidence_graph

_TERMS = "SELECT DISTINCT ?term WHERE { { ?s ?term ?o } UNION { ?s a ?term } } ORDER BY ?term"
_STATUSES = "SELECT ?status (COUNT(?fact) AS ?n) WHERE {{ GRAPH {graph} {{ ?fact a {fact} ; {status} ?status }} }} GROUP BY ?status"
_UNLINKED = """
SELECT (COUNT(DISTINCT ?person) AS ?all) (COUNT(DISTINCT ?linked) AS ?some) WHERE {{
  ?person a <{schema}Person> .
  OPTIONAL {{
    ?person <{schema}sameAs>|<{skos}exactMatch> ?item FILTER (strstarts(str(?item), "{wikidata}")) BIND (?person AS ?linked)
  }}
}}"""
_NAMES = """
SELECT ?entity WHERE {{ ?entity <{schema}name> ?name BIND (lang(?name) AS ?language) FILTER (?language != "") }}
GROUP BY ?entity ?language HAVING (COUNT(DISTINCT ?name) > 1) ORDER BY ?entity"""


def examine_terms(project: Project, store: pyoxigraph.Store) -> Iterator[Finding]:
    """Own terms that are in use and have no label, in one of the languages of the title."""
    used = [row[0].value for row in _select(store, _TERMS)]
    own = [term for term in used if term.startswith(project.base)]
    for tag in project.title:
        try:
            labels = load_terms(project.ontology, (tag,), project.prefixes)
        except SyntaxError as error:
            message = f"not Turtle: {error.msg}"
            yield Finding(Problem(f"ontology/{error.filename}", error.lineno, error.offset, message, "turtle"), is_wrong=True)
            return
        lacking = [_shorten(project, term) for term in own if tag not in labels.texts.get(term, {})]
        if lacking:
            yield odd("ontology", f"terms in use have no label in {tag}: {shorten(lacking)}", "term")


def examine_things(project: Project, store: pyoxigraph.Store) -> Iterator[Finding]:
    """Facts that wait, people without a link, and things with two names in one language."""
    query = _STATUSES.format(graph=evidence_graph(project.base), fact=FACT, status=FACT_STATUS)
    counts = {str(row[0].value).rpartition("#")[2]: int(row[1].value) for row in _select(store, query)}
    if planned := counts.get("planned"):
        message = f"{planned} planned facts: look whether what they tell has come about by now"
        yield odd("facts", message, "planned")
    (row,) = _select(store, _UNLINKED.format(schema=SCHEMA, skos=SKOS, wikidata=WIKIDATA))
    everybody, linked = int(row[0].value), int(row[1].value)
    if everybody > linked:
        message = f"{everybody - linked} of {everybody} people have no link to Wikidata: kzlod match proposes some"
        yield odd("facts", message, "link")
    twice = [str(found[0].value).removeprefix(project.base) for found in _select(store, _NAMES.format(schema=SCHEMA))]
    if twice:
        message = f"things have several names in one language, of which one could be an alternate name: {shorten(twice)}"
        yield odd("facts", message, "name")


def examine_queries(project: Project, store: pyoxigraph.Store) -> Iterator[Finding]:
    """Queries that cannot be evaluated, and those that find nothing, or another number of rows than they say."""
    for query in load_catalogue(project.queries).values():
        shown = project.show(project.queries / f"{query.name}.rq")
        try:
            found = store.query(query.text)
            rows = 1 if isinstance(found, pyoxigraph.QueryBoolean) else sum(1 for _ in found)
        except (SyntaxError, RuntimeError, OSError) as error:
            yield wrong(shown, f"the query failed: {error}", "query")
            continue
        if query.rows is not None and rows != query.rows:
            yield odd(shown, f"the query finds {rows} rows, and its header says {query.rows}", "query")
        elif rows == 0 and query.rows is None:
            yield odd(shown, "the query finds nothing, with its own examples: give it others, or say rows: 0", "query")


def examine_output(project: Project, made: Path, output: Path) -> Iterator[Finding]:
    """Whether the output is what a build makes now."""
    shown = project.show(output)
    if not output.exists():
        yield odd(shown, "nothing is built yet: kzlod build", "output")
        return
    names = sorted(path.name for path in made.iterdir())
    _, differing, missing = filecmp.cmpfiles(made, output, names, shallow=False)
    if differing or missing:
        yield wrong(shown, f"this is not what a build makes now, in {shorten(sorted(differing + missing))}: kzlod build", "output")


def examine_releases(project: Project, made: Path) -> Iterator[Finding]:
    """Releases that are damaged, and whether the last one is what the facts say now."""
    folder = project.folder / "releases"
    try:
        releases = list_releases(folder) if folder.is_dir() else []
        for release in releases:
            check_release(release)
    except (ConfigurationError, DataError) as error:
        yield from (Finding(problem, is_wrong=True) for problem in error.problems)
        return
    if not releases:
        yield odd("releases", "nothing is released yet: kzlod release VERSION freezes a build", "release")
    elif not filecmp.cmp(made / "kzlod.nt", releases[-1].folder / "kzlod.nt", shallow=False):
        message = f"the facts have changed since the release {releases[-1].version.text}: kzlod release VERSION"
        yield odd("releases", message, "release")


def _shorten(project: Project, term: str) -> str:
    found = [(prefix, iri) for prefix, iri in project.prefixes.namespaces.items() if term.startswith(iri)]
    prefix, iri = max(found, key=lambda pair: len(pair[1]), default=("", ""))
    return f"{prefix}:{term.removeprefix(iri)}" if found else term


def _select(store: pyoxigraph.Store, query: str) -> list[pyoxigraph.QuerySolution]:
    found = store.query(query)
    return list(found) if isinstance(found, pyoxigraph.QuerySolutions) else []
