"""Posts and missions: what they are called with and without their states, when somebody held them, and which state sends which."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzlod.reconciliation.service import Service
from kzlod.reconciliation.settings import load_settings

POST, HOLDER = "post/ambassador-of-kazakhstan-to-russia", "person/imangali-tasmagambetov"
IN_RUSSIA, IN_KAZAKHSTAN = "organization/embassy-of-kazakhstan-in-russia", "organization/embassy-of-russia-in-kazakhstan"


def find(service: Service, **query: object) -> list[dict[str, Any]]:
    return list(service.reconcile({"q0": query})["q0"]["result"])


@pytest.mark.parametrize(
    "text",
    [
        "ambassador to Russia in 2017",
        "Ambassador of Kazakhstan to Russia in 2017",
        "Kazakhstan's ambassador to the Russian Federation (2017)",
        "Ambassador to Russia, May 2017",
        "ambassador to Russia on 1 June 2017",
        "ambassador to Russia on June 1st, 2017",
        "ambassador to Russia as of 2017-06-01",
        "ambassador to Russia 01.06.2017",
        "ambassador to Russia during 2017",
        "ambassador to Russia from 2017 to 2018",
        "in 2017 ambassador to Russia",
        "посол Казахстана в России в 2017 году",
        "посол в России (2017 г.)",
        "посол РК в России, июнь 2017",
        "Қазақстанның Ресейдегі елшісі, 2017 жылы",
        "2017 жылғы Ресейдегі Қазақстан елшісі",
    ],
)
def test_a_post_and_a_time_find_the_post_and_behind_it_its_holder(service: Service, text: str) -> None:
    first, second, *_ = find(service, query=text)
    assert (first["id"], first["match"]) == (POST, True)
    assert (second["id"], second["match"]) == (HOLDER, False)


@pytest.mark.parametrize("text", ["ambassador to Russia in May 1999", "посол Казахстана в России, 1 июня 1999 г."])
def test_nobody_held_it_at_another_time(service: Service, text: str) -> None:
    assert HOLDER not in [each["id"] for each in find(service, query=text)]


@pytest.mark.parametrize(
    "post", ["Ambassador of Kazakhstan to Russia", "посол Казахстана в России", "Қазақстанның Ресейдегі елшісі"]
)
@pytest.mark.parametrize("date", [2017, "2017-05", "01.06.2017", "2017 жылы"])
def test_a_column_of_posts_and_one_of_dates_find_the_holder(service: Service, post: str, date: object) -> None:
    alone = find(service, type="schema:Person", properties=[{"pid": "post", "v": post}, {"pid": "date", "v": date}])
    named = find(service, query=post, type="schema:Person", properties=[{"pid": "date", "v": date}])
    assert (alone[0]["id"], alone[0]["score"], named[0]["id"]) == (HOLDER, 100, HOLDER)
    assert alone[0]["score"] - alone[1]["score"] > 50


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("Embassy of Kazakhstan in Russia", IN_RUSSIA),
        ("Посольство Казахстана в России", IN_RUSSIA),
        ("Қазақстанның Ресейдегі елшілігі", IN_RUSSIA),
        ("Ресейдегі Қазақстан елшілігі", IN_RUSSIA),
        ("Embassy of Kazakhstan in Moscow", IN_RUSSIA),
        ("Посольство РК в Москве", IN_RUSSIA),
        ("Embassy of Russia in Kazakhstan", IN_KAZAKHSTAN),
        ("Russian embassy in Kazakhstan", IN_KAZAKHSTAN),
        ("Посольство России в Казахстане", IN_KAZAKHSTAN),
        ("Ресейдің Қазақстандағы елшілігі", IN_KAZAKHSTAN),
        ("Қазақстандағы Ресей елшілігі", IN_KAZAKHSTAN),
        ("Embassy of Russia in Astana", IN_KAZAKHSTAN),
    ],
)
def test_a_mission_is_not_that_of_the_other_state(service: Service, text: str, id_: str) -> None:
    assert [each["id"] for each in find(service, query=text) if each["match"]] == [id_]


def test_every_mission_is_matched_by_its_own_name(service: Service) -> None:
    missions = service.classes.members[service.classes.read("k:DiplomaticMission")]
    names = {service.ids.write_entity(iri): service.graph.find_name(iri) for iri in missions}
    answers = {name: find(service, query=name) for name in names.values()}
    wrong = [id_ for id_, name in names.items() if [each["id"] for each in answers[name] if each["match"]] != [id_]]
    assert wrong == []


@pytest.mark.parametrize("text", ["US ambassador", "посол США", "АҚШ елшісі", "Ambassador of Russia"])
def test_the_ambassador_of_another_state_is_not_matched_with_ours_there(service: Service, text: str) -> None:
    assert [each["id"] for each in find(service, query=text) if each["match"]] == []


def test_names_that_are_only_searched_are_not_shown(service: Service) -> None:
    card = service.find_card(IN_RUSSIA)
    assert card
    assert (card.name, card.other_names) == ("Embassy of Kazakhstan in Russia", ())


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("с 2017 по 2020 год посол", ("посол", "2017")),
        ("посол 5 мая 2017 года", ("посол", "2017-05-05")),
        ("елші 2017 жылғы 5 мамырда", ("елші", "2017-05-05")),
        ("envoy in the year 2017", ("envoy", "2017")),
        ("Resolution 1325 (2000)", ("Resolution 1325", "2000")),
        ("2017", ("", "2017")),
        ("Expo-2017", None),
        ("Fiscal 2017/18", None),
        ("Act 20170", None),
        ("Maynard", None),
    ],
)
def test_phrases_of_times(text: str, parts: tuple[str, str] | None) -> None:
    assert load_settings().phrases.split(text) == parts


pieces = st.sampled_from(
    ["in", "2017", "may", "мая", "г.", "жылы", "(", ")", "-", "–", "to", " ", "1", "1st", "01.06.2017", "2017-06", "as of"]
)


@given(st.lists(pieces, max_size=60), st.sampled_from(["", " "]))
def test_any_text_is_split_quickly_into_a_rest_and_a_date(words: list[str], between: str) -> None:
    start = time.process_time()
    found = load_settings().phrases.split(between.join(words))
    assert time.process_time() - start < 0.1
    assert not found or re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", found[1])
