"""Suggestions while somebody types, and what is shown of them."""

from __future__ import annotations

import pytest
from jsonschema import Draft7Validator

from kzlod.reconciliation.service import Service
from kzlod.reconciliation.suggestions import Completion


@pytest.mark.parametrize(
    "prefix",
    ["Kassym-Jomart Tok", "tokaye", "Тоқаев", "ТОКАЕ", "kassym jomart", "Q200881", "person/kassym-jomart-tokayev", "Tokaiev Kasim"],
)
def test_an_entity_is_suggested(service: Service, schemas: dict[str, Draft7Validator], prefix: str) -> None:
    answer = service.suggest_entities(prefix)
    schemas["suggest-entities-response"].validate(answer)
    assert "person/kassym-jomart-tokayev" in [each["id"] for each in answer["result"]]


def test_suggestions_go_on_behind_the_cursor(service: Service) -> None:
    whole = service.suggest_entities("embassy", limit=100)["result"]
    parts = [each for cursor in range(0, len(whole), 7) for each in service.suggest_entities("embassy", cursor, 7)["result"]]
    assert len(whole) > 50
    assert parts == whole
    assert service.suggest_entities("embassy", 10_000)["result"] == []


def test_entities_of_a_type(service: Service) -> None:
    found = service.suggest_entities("kazakhstan", types=["schema:Country"])["result"]
    assert [each["id"] for each in found] == ["country/kazakhstan"]


@pytest.mark.parametrize("prefix", ["pers", "schema:Person", "http://schema.org/Person", "адам", "чел", "foaf:Person"])
def test_a_type_is_suggested(service: Service, schemas: dict[str, Draft7Validator], prefix: str) -> None:
    answer = service.suggest_types(prefix)
    schemas["suggest-types-response"].validate(answer)
    assert answer["result"][0]["id"] == "schema:Person"


def test_a_type_tells_what_is_above_it(service: Service) -> None:
    assert service.suggest_types("schema:City")["result"][0]["broader"] == [{"id": "schema:Place", "name": "place"}]


@pytest.mark.parametrize("prefix", ["born", "birth", "schema:birthDate", "туған", "рожд"])
def test_a_property_is_suggested(service: Service, schemas: dict[str, Draft7Validator], prefix: str) -> None:
    answer = service.suggest_properties(prefix)
    schemas["suggest-properties-response"].validate(answer)
    assert "schema:birthDate" in [each["id"] for each in answer["result"]]


def test_what_is_typed_first_comes_first() -> None:
    completion = Completion([("b", ["New Kazakhstan"]), ("a", ["Kazakhstan", "Қазақстан"]), ("c", ["Kazakhstani lawyers"])])
    assert completion.find("Kazakhst") == ["a", "c", "b"]
    assert completion.find("қазақстан") == ["a"]
    assert completion.find("") == ["b", "a", "c"]
    assert completion.find("…") == []


def test_the_letters_themselves_come_before_what_is_folded_alike() -> None:
    completion = Completion([("v", ["visits", "бывает"]), ("b", ["Bangladesh", "Бангладеш"])])
    assert completion.find("b") == ["b", "v"]


@pytest.mark.parametrize("prefix", ["person/kassym", "https://w3id.org/kzlod/person/kassym", "person/kassym-jomart-tokayev"])
def test_the_beginning_of_an_identifier_is_enough(service: Service, prefix: str) -> None:
    found = [each["id"] for each in service.suggest_entities(prefix)["result"]]
    assert found[0] == "person/kassym-jomart-tokayev"


@pytest.mark.parametrize(
    ("prefix", "id_"), [("лауазым", "post"), ("занимаемая", "post"), ("в должности", "date"), ("қызметте", "date")]
)
def test_a_property_of_the_service_is_suggested_in_every_language(service: Service, prefix: str, id_: str) -> None:
    assert id_ in [each["id"] for each in service.suggest_properties(prefix)["result"]]


def test_a_card_for_all_that_is_suggested(service: Service) -> None:
    for find, suggest in (
        (service.find_card, service.suggest_entities),
        (service.find_type_card, service.suggest_types),
        (service.find_property_card, service.suggest_properties),
    ):
        for each in suggest("", limit=100)["result"]:
            card = find(each["id"])
            assert card
            assert (card.id, card.name) == (each["id"], each["name"])
        assert find("nothing of the kind") is None
