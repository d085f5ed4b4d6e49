"""References: reads where facts stand, yields what Wikidata tells a source by."""

from __future__ import annotations

from collections.abc import Iterable

from kzlod.wikidata.claims import ClaimReader, LeftOutError, show_term
from kzlod.wikidata.graph import Graph
from kzlod.wikidata.rules import Evidence, WikidataMapping
from kzlod.wikidata.statements import Reference, Snak
from kzlod.wikidata.urls import encode_url


def list_references(graph: Graph, mapping: WikidataMapping, facts: Iterable[str]) -> tuple[Reference, ...]:
    """One reference for each source of some facts that has an item, an address or whatever else the mapping names.

    A part that cannot be said, such as a date that is not certain, is left out of its reference.
    """
    reader = ClaimReader(graph, mapping)
    sources = sorted({source for fact in facts for source in graph.list_sources(fact)})
    references = (_read_reference(reader, source) for source in sources)
    return tuple(dict.fromkeys(reference for reference in references if reference))


def _read_reference(reader: ClaimReader, source: str) -> Reference:
    snaks: list[Snak] = []
    for part in reader.mapping.references:
        if part.unless in {snak.property for snak in snaks}:
            continue
        for hit in reader.graph.follow(source, part.path):
            try:
                value = reader.read_value(part.property, hit.object)
            except LeftOutError:
                continue
            if value is not None:
                snaks.append(Snak(part.property.id, value))
    return tuple(snaks)


def describe_facts(graph: Graph, evidence: Evidence, facts: Iterable[str]) -> str:
    """Facts with the characters of their passages, for the summary of an edit."""
    return "; ".join(_describe_fact(graph, evidence, fact) for fact in facts)


def _describe_fact(graph: Graph, evidence: Evidence, fact: str) -> str:
    positions = [
        (int(show_term(start.object)), int(show_term(end.object)))
        for selector in graph.follow(fact, evidence.selector)
        for start in graph.follow(selector.object, evidence.start)
        for end in graph.follow(selector.object, evidence.end)
    ]
    passages = ", ".join(f"{start}-{end}" for start, end in sorted(positions))
    return encode_url(show_term(fact)) + (f" (characters {passages})" if passages else "")
