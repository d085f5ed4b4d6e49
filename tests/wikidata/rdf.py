"""Wikidata's RDF of an item of its JSON, by https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

WD: Final = "http://www.wikidata.org/entity/"
PROP: Final = "http://www.wikidata.org/prop/"
WIKIBASE: Final = "http://wikiba.se/ontology#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def write_triples(document: dict[str, Any]) -> list[str]:
    """The lines of a document with ``entities``, each item with what it leads to."""
    return list(dict.fromkeys(line for entity in document["entities"].values() for line in _iter_entity(entity)))


def _iter_entity(entity: dict[str, Any]) -> Iterator[str]:
    if "missing" in entity:
        return
    if redirect := entity.get("redirects"):
        yield f"<{WD}{redirect['from']}> <http://www.w3.org/2002/07/owl#sameAs> <{WD}{redirect['to']}> ."
    item = f"<{WD}{entity['id']}>"
    yield f"{item} <{RDF_TYPE}> <{WIKIBASE}Item> ."
    for id_, statements in (entity["claims"] or {}).items():
        for statement in statements:
            node = f"{WD}statement/{statement['id'].replace('$', '-')}"
            yield f"{item} <{PROP}{id_}> <{node}> ."
            yield f"<{node}> <{WIKIBASE}rank> <{WIKIBASE}{statement['rank'].capitalize()}Rank> ."
            yield from _iter_snak(node, "statement", statement["mainsnak"])
            for snaks in statement.get("qualifiers", {}).values():
                for snak in snaks:
                    yield from _iter_snak(node, "qualifier", snak)
            for number, reference in enumerate(statement.get("references", [])):
                named = f"http://www.wikidata.org/reference/{abs(hash(node))}-{number}"
                yield f"<{node}> <http://www.w3.org/ns/prov#wasDerivedFrom> <{named}> ."
                for snaks in reference["snaks"].values():
                    for snak in snaks:
                        yield from _iter_snak(named, "reference", snak)


def _iter_snak(node: str, kind: str, snak: dict[str, Any]) -> Iterator[str]:
    id_ = snak["property"]
    simple = f"<{node}> <{PROP}{kind}/{id_}>"
    if snak["snaktype"] == "novalue":
        yield f"<{node}> <{RDF_TYPE}> <{PROP}novalue/{id_}> ."
        return
    if snak["snaktype"] == "somevalue":
        yield f"{simple} <http://www.wikidata.org/.well-known/genid/{abs(hash(node + id_))}> ."
        return
    type_, value = snak["datavalue"]["type"], snak["datavalue"]["value"]
    whole = f"http://www.wikidata.org/value/{abs(hash(json.dumps(value)))}"
    match type_:
        case "wikibase-entityid":
            yield f"{simple} <{WD}{value['id']}> ."
        case "time":
            date = value["time"].removeprefix("+").replace("-00", "-01")
            yield f'{simple} "{date}"^^<{XSD}dateTime> .'
            yield f"<{node}> <{PROP}{kind}/value/{id_}> <{whole}> ."
            yield f'<{whole}> <{WIKIBASE}timeValue> "{date}"^^<{XSD}dateTime> .'
            yield f'<{whole}> <{WIKIBASE}timePrecision> "{value["precision"]}"^^<{XSD}integer> .'
            yield f"<{whole}> <{WIKIBASE}timeCalendarModel> <{value['calendarmodel']}> ."
        case "globecoordinate":
            yield f'{simple} "Point({value["longitude"]} {value["latitude"]})"^^<http://www.opengis.net/ont/geosparql#wktLiteral> .'
        case "monolingualtext":
            yield f"{simple} {json.dumps(value['text'], ensure_ascii=False)}@{value['language']} ."
        case _ if snak.get("datatype") == "url":
            yield f"{simple} <{value}> ."
        case _:
            yield f"{simple} {json.dumps(value, ensure_ascii=False)} ."
