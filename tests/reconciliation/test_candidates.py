"""What queries find in the repository's own dataset."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest

from kzlod.reconciliation.service import Service

TOKAYEV = "person/kassym-jomart-tokayev"


def find(service: Service, **query: object) -> list[dict[str, Any]]:
    return list(service.reconcile({"q0": query})["q0"]["result"])


@pytest.mark.parametrize(
    "text", [TOKAYEV, f"https://w3id.org/kzlod/{TOKAYEV}", "Q200881", "http://www.wikidata.org/entity/Q200881", "wd:Q200881"]
)
def test_an_identifier_finds_what_it_is_of(service: Service, text: str) -> None:
    best = find(service, query=text)[0]
    assert (best["id"], best["score"], best["match"]) == (TOKAYEV, 100, True)


@pytest.mark.parametrize(
    "text", ["Kassym-Jomart Tokayev", "Қасым-Жомарт Тоқаев", "Qasym-Jomart Toqaev", "Токаев Касым-Жомарт Кемелевич"]
)
def test_a_person_is_found_in_three_scripts(service: Service, text: str) -> None:
    best = find(service, query=text)[0]
    assert (best["id"], best["match"]) == (TOKAYEV, True)


def test_a_thing_is_found_by_each_of_its_names(service: Service) -> None:
    for iri, thing in islice(service.shelves.things.items(), 0, None, 3):
        for name in thing.entry.names:
            ids = [found["id"] for found in find(service, query=name.text, limit=50)]
            assert service.ids.write_entity(iri) in ids, name.text


def test_who_held_a_post_at_a_date_comes_first(service: Service) -> None:
    known = [{"pid": "post", "v": "Minister of Foreign Affairs"}, {"pid": "date", "v": "2013"}]
    assert find(service, properties=known, type="schema:Person")[0]["id"] == "person/erlan-idrissov"
    features = {each["id"]: each["value"] for each in find(service, query="Idrissov, Erlan", properties=known)[0]["features"]}
    assert features["post"] == features["date"] == 1


def test_a_phrase_finds_the_post_and_its_holder(service: Service) -> None:
    ids = [found["id"] for found in find(service, query="ambassador to Russia in 2017")]
    assert ids[:2] == ["post/ambassador-of-kazakhstan-to-russia", "person/imangali-tasmagambetov"]
    best = find(service, query="посол в России в 2017 году", type="schema:Person")[0]
    assert best["id"] == "person/imangali-tasmagambetov"
    assert find(service, query="ambassador to Russia in 1999", type="schema:Person") == []


def test_a_property_lifts_what_is_hidden_by_namesakes(service: Service) -> None:
    best = find(service, query="Embassy of Kazakhstan", properties=[{"pid": "k:accreditedTo", "v": "Түркия"}])[0]
    assert best["id"] == "organization/embassy-of-kazakhstan-in-turkey"


def test_types_are_kept(service: Service) -> None:
    assert find(service, query="Kazakhstan", type="schema:City") == []
    assert find(service, query="Kazakhstan", type="https://w3id.org/kzlod/ns#Nothing") == []
    assert find(service, query="Kazakhstan", type=["schema:Place"])[0]["id"] == "country/kazakhstan"
    assert find(service, query="Almaty", type=["schema:City", "schema:Country"], type_strict="all") == []
    preferred = find(service, query="Kazakhstan", type={"id": "schema:City"}, type_strict="should")[0]
    assert (preferred["id"], preferred["match"], preferred["score"]) == ("country/kazakhstan", False, 70)
