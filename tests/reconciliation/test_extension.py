"""Properties of things for a client's table."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft7Validator

from kzlod.reconciliation.service import Service

TOKAYEV = "person/kassym-jomart-tokayev"


def extend(service: Service, *properties: dict[str, Any], ids: tuple[str, ...] = (TOKAYEV,)) -> dict[str, Any]:
    return service.extend({"ids": list(ids), "properties": list(properties)})


def test_values_are_things_dates_and_texts(service: Service, schemas: dict[str, Draft7Validator]) -> None:
    query = {
        "ids": [TOKAYEV, "person/nobody"],
        "properties": [{"id": name} for name in ("schema:birthDate", "post", "wikidata", "nothing")],
    }
    schemas["data-extension-query"].validate(query)
    answer = service.extend(query)
    schemas["data-extension-response"].validate(answer)
    assert answer["rows"][TOKAYEV] == {
        "schema:birthDate": [{"date": "1953-05-17T00:00:00Z"}],
        "post": [
            {"id": "post/minister-of-foreign-affairs-of-kazakhstan", "name": "Minister of Foreign Affairs of Kazakhstan"},
            {"id": "post/president-of-kazakhstan", "name": "President of Kazakhstan"},
        ],
        "wikidata": [{"str": "Q200881"}],
        "nothing": [],
    }
    assert answer["rows"]["person/nobody"] == {name: [] for name in ("schema:birthDate", "post", "wikidata", "nothing")}
    assert answer["meta"][1] == {"id": "post", "name": "post held", "type": {"id": "org:Post", "name": "post"}}
    assert answer["meta"][3] == {"id": "nothing", "name": "nothing"}


@pytest.mark.parametrize(
    ("settings", "cells"),
    [
        ({"count": "on"}, [{"int": 2}]),
        ({"limit": "1", "content": "name"}, [{"str": "Minister of Foreign Affairs of Kazakhstan"}]),
        ({"limit": 1, "content": "id"}, [{"str": "post/minister-of-foreign-affairs-of-kazakhstan"}]),
        (
            {"limit": "0", "count": "", "language": "xx", "content": "name"},
            [{"str": "Minister of Foreign Affairs of Kazakhstan"}, {"str": "President of Kazakhstan"}],
        ),
    ],
)
def test_settings(service: Service, settings: dict[str, Any], cells: list[dict[str, Any]]) -> None:
    assert extend(service, {"id": "post", "settings": settings})["rows"][TOKAYEV]["post"] == cells


def test_dates_may_be_texts(service: Service) -> None:
    rows = extend(service, {"id": "schema:birthDate", "settings": {"dates": "text"}})["rows"]
    assert rows[TOKAYEV]["schema:birthDate"] == [{"str": "1953-05-17"}]


def test_links_name_the_service_that_knows_them(service: Service, schemas: dict[str, Draft7Validator]) -> None:
    answer = extend(service, {"id": "wikidata", "settings": {"content": "link"}})
    schemas["data-extension-response"].validate(answer)
    assert answer["rows"][TOKAYEV]["wikidata"][0]["id"] == "Q200881"
    assert answer["meta"][0]["service"].startswith("https://")


def test_texts_in_a_language(service: Service) -> None:
    concept = next(
        iri for iri, thing in service.shelves.things.items() if {name.language for name in thing.entry.names} >= {"en", "kk", "ru"}
    )
    name = service.ids.write_entity(concept)
    one, every = (
        extend(service, {"id": "skos:prefLabel", "settings": {"language": tag}}, ids=(name,))["rows"][name]["skos:prefLabel"]
        for tag in ("kk", "")
    )
    assert (len(one), len(every)) == (1, 3)


def test_paths_lead_further(service: Service) -> None:
    rows = extend(service, {"id": "^org:member/k:forPost/k:ofState"}, {"id": "^org:member/k:forPost/k:ofState/schema:name"})["rows"]
    assert list(rows[TOKAYEV].values()) == [[{"id": "country/kazakhstan", "name": "Kazakhstan"}], [{"str": "Kazakhstan"}]]


def test_every_proposed_property_gives_values(service: Service, schemas: dict[str, Draft7Validator]) -> None:
    for described in service.list_default_types():
        proposed = service.propose_properties(described["id"])
        schemas["data-extension-property-proposal"].validate(proposed)
        ids = [service.ids.write_entity(iri) for iri in service.classes.members[service.classes.read(described["id"])]]
        answer = service.extend({"ids": ids, "properties": [{"id": each["id"]} for each in proposed["properties"]]})
        schemas["data-extension-response"].validate(answer)
        for each in proposed["properties"]:
            assert any(row[each["id"]] for row in answer["rows"].values()), each
