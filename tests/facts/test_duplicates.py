from __future__ import annotations

import json
from pathlib import Path

import pytest

from kzlod.dataset import Dataset
from kzlod.facts.duplicates import find_candidates
from kzlod.facts.loading import create_tables, fill_tables
from kzlod.facts.metadata import load_tables
from kzlod.project import load_project

CONFIGURATION = """\
base = "https://example.org/"
as_of = 2025-01-31
licence = "https://example.org/licence"
sources = []
title = {}
description = {}
prefixes = {}
"""
NS = "https://w3id.org/kzlod/ns#"


def write_table(name: str, role: str, columns: str, **more: object) -> dict[str, object]:
    schema = {
        "columns": [{"name": column, "required": True} for column in columns.split()],
        "primaryKey": columns.partition(" ")[0],
    }
    return {"url": f"{name}.csv", f"{NS}role": role, "tableSchema": schema, **{f"{NS}{key}": value for key, value in more.items()}}


def find_pairs(folder: Path, names: dict[str, str], lookalikes: str = "", replaced: str = "") -> list[tuple[str, str]]:
    tables = [
        write_table("names", "facts", "id entity name", names=[["name", "entity"]]),
        write_table("identities", "identities", "entity replaced_by"),
        write_table("lookalikes", "lookalikes", "id entity other reason"),
    ]
    rows = "".join(f'{number},{entity},"{name}"\n' for number, (name, entity) in enumerate(names.items()))
    (folder / "facts").mkdir()
    (folder / "kzlod.toml").write_text(CONFIGURATION)
    (folder / "facts/tables.json").write_text(json.dumps({"@context": "http://www.w3.org/ns/csvw", "tables": tables}))
    (folder / "facts/names.csv").write_text("id,entity,name\n" + rows.replace('"', ""))
    (folder / "facts/identities.csv").write_text("entity,replaced_by\n" + replaced)
    (folder / "facts/lookalikes.csv").write_text("id,entity,other,reason\n" + lookalikes)
    dataset = Dataset(load_project(folder))
    described = load_tables(dataset.project)
    create_tables(dataset, described)
    assert not fill_tables(dataset, described)
    return [(pair.first, pair.second) for pair in find_candidates(dataset, described)]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Madina Jarbussynova", "Madina Dzharbusynova"),
        ("Erlan Idrissov", "Yerlan Idrissov"),
        ("Akmaral Arystanbekova", "Arystanbekova Akmaral"),
        ("Yerzhan KISTAFIN", "Yerzhan Kistafin"),
        ("Kassym-Jomart Tokayev", "Kassym-Jomart Kemelevich Tokayev"),
        ("Sät Toqpaqbajew", "Sat Toqpaqbajew"),
        ("Ministry of Foreign Affairs", "ministry of foreign affairs"),
        ("Нурсултан Назарбаев", "Назарбаев Нурсултан"),
        ("Yerlan Idrisov", "Erlan Idrissov"),
        ("Kasym-Zhomart Tokaev", "Kassym-Jomart Tokayev"),
        ("Qasym-Jomart Toqaev", "Kassym-Jomart Tokayev"),
        ("Adilbek Jaqsybekov", "Adilbek Dzhaksybekov"),
    ],
)
def test_two_spellings_of_one_name_are_candidates(one: str, two: str, tmp_path: Path) -> None:
    assert find_pairs(tmp_path, {one: "person/a", two: "person/b"}) == [("person/a", "person/b")]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Serik Akhmetov", "Daniyal Akhmetov"),
        ("Kairat Umarov", "Kairat Abdrakhmanov"),
        ("Embassy of Kazakhstan in Austria", "Embassy of Austria in Kazakhstan"),
        ("Minister of Energy", "Minister of Finance"),
        ("Ministry of Foreign Affairs of Kazakhstan", "Staff of the Ministry of Foreign Affairs of Kazakhstan"),
    ],
)
def test_names_that_share_words_alone_are_none(one: str, two: str, tmp_path: Path) -> None:
    assert find_pairs(tmp_path, {one: "person/a", two: "person/b"}) == []


def test_names_of_one_entity_or_of_two_types_are_none(tmp_path: Path) -> None:
    names = {"Astana": "place/astana", "astana": "place/astana", "ASTANA": "event/astana"}
    assert find_pairs(tmp_path, names) == []


def test_what_is_decided_is_not_listed(tmp_path: Path) -> None:
    names = {"Ada Ember": "person/a", "Ada Embers": "person/b", "Ada Embar": "person/c", "Ada Emberr": "person/d"}
    kept_apart = (
        "1,person/b,person/a,no\n2,person/a,person/c,no\n3,person/c,person/b,no\n4,person/c,person/d,no\n5,person/b,person/d,no\n"
    )
    assert find_pairs(tmp_path, names, kept_apart, "person/d,person/a\n") == []
