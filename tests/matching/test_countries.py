"""The countries of the vocabulary are those of CLDR, and their names meet in all languages and cases."""

from importlib.resources import files

import pytest
from tests.matching.countries import write_countries

from kzlod.matching.entries import Entry, Name, NameQuery
from kzlod.matching.index import NameIndex

EMBASSIES = [
    "Malaysia",
    "Germany",
    "Egypt",
    "Hungary",
    "United Arab Emirates",
    "Saudi Arabia",
    "Greece",
    "South Korea",
    "Niger",
    "Nigeria",
]
QUESTIONS = {
    "Germany": [
        "Посольство Республики Казахстан в Германии",
        "Қазақстанның Германиядағы елшілігі",
        "Botschaft von Kasachstan in Deutschland",
    ],
    "Egypt": ["Посольство Казахстана в Египте", "Қазақстанның Мысырдағы елшілігі", "Посольство Казахстану в Єгипті"],
    "Hungary": ["Посольство Казахстана в Венгрии", "Қазақстанның Мажарстандағы елшілігі", "Ambassade du Kazakhstan en Hongrie"],
    "United Arab Emirates": [
        "Посольство Казахстана в ОАЭ",
        "Embassy of Kazakhstan in the UAE",
        "Қазақстанның Біріккен Араб Әмірліктеріндегі елшілігі",
    ],
    "Saudi Arabia": ["Посольство Казахстана в Королевстве Саудовская Аравия", "Сауд Арабиясындағы Қазақстан елшілігі"],
    "South Korea": ["Посольство Казахстана в Республике Корея", "Embassy of Kazakhstan to the Republic of Korea"],
    "Niger": ["Посольство Казахстана в Нигере"],
    "Nigeria": ["Посольство Казахстана в Нигерии"],
}


@pytest.mark.parametrize(("country", "question"), [(country, each) for country, asked in QUESTIONS.items() for each in asked])
def test_an_embassy_is_found_by_its_country(country: str, question: str) -> None:
    index = NameIndex.build(Entry(each, (Name(f"Embassy of Kazakhstan in {each}"),), kind="organization") for each in EMBASSIES)
    best = index.find(NameQuery(question))[0]
    assert (best.id, best.is_match) == (country, True), best


def test_the_file_is_what_cldr_says() -> None:
    assert files("kzlod.matching").joinpath("countries.csv").read_text(encoding="utf-8") == write_countries()
