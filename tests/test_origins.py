"""The tables of office-holders and missions hold what the tables say from which they are taken, row for row."""

from __future__ import annotations

import csv
from pathlib import Path

from kzlod.project import load_project

ROOT = Path(__file__).parents[1]
FACTS = load_project(ROOT).facts
WIKIDATA = "http://www.wikidata.org/entity/"


def read_rows(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader((line for line in file if not line.startswith("#")), delimiter=delimiter))


ITEMS = {
    row["subject_id"].removeprefix("kzlod:"): row["object_id"].removeprefix("wd:")
    for row in read_rows(FACTS / "links/accepted.sssom.tsv", "\t")
} | {"": ""}


def test_positions_are_those_of_the_origin(shared: Path) -> None:
    origin = read_rows(shared / "data/kz-office-holders/positions.csv")
    ours = [
        {
            "id": ITEMS[row["entity"]],
            "position": row["name"],
            "country": ITEMS[row["country"]],
            "jurisdiction": ITEMS[row["jurisdiction"]],
            "deputy": row["deputy"],
            "list": row["list"],
            "start": row["start"],
            "end": row["end"],
            "before": ITEMS[row["replaces"]],
            "after": ITEMS[row["replaced_by"]],
        }
        for row in read_rows(FACTS / "office-holders/positions.csv")
    ]
    assert ours == origin


def test_holders_are_those_of_the_origin(shared: Path) -> None:
    origin = read_rows(shared / "data/kz-office-holders/holders.csv")
    ours = [
        {
            "position": row["position"],
            "person": row["printed"] or row["name"],
            "personID": ITEMS[row["person"]],
            "start": row["start"],
            "end": row["end"],
            "gender": row["gender"],
            "DOB": row["birth"],
            "DOD": row["death"],
        }
        for row in read_rows(FACTS / "office-holders/holders.csv")
    ]
    assert ours == origin


def test_missions_are_those_of_the_origin(shared: Path) -> None:
    origin = read_rows(shared / "data/kz-missions/missions.csv")
    openings = {row["mission"]: row["written"] for row in read_rows(FACTS / "missions/openings.csv")}
    ours = [
        {
            "operator": row["operator_name"],
            "operatorQID": ITEMS[row["operator"]],
            "jurisdictions": row["jurisdiction_names"],
            "jurisdictionQIDs": "|".join(ITEMS[country] for country in row["jurisdictions"].split()),
            "country": row["country_name"],
            "countryQID": ITEMS[row["country"]],
            "city": row["place_name"],
            "cityQID": ITEMS[row["place"]],
            "latitude": row["latitude"],
            "longitude": row["longitude"],
            "website": row["website"],
            "type": row["kind"].replace("-", " "),
            "typeQID": ITEMS[f"organization-kind/{row['kind']}"],
            "creation": openings.get(row["entity"], ""),
            "QID": ITEMS[row["entity"]],
        }
        for row in read_rows(FACTS / "missions/missions.csv")
    ]
    stripped = [
        {name: "|".join(part.removeprefix(WIKIDATA) for part in cell.split("|")) for name, cell in row.items()} for row in origin
    ]
    assert ours == stripped


def test_every_linked_entity_is_one_of_the_dataset(built: Path) -> None:
    subjects = {line.split(" ", 1)[0] for line in (built / "kzlod.nt").read_text(encoding="utf-8").splitlines()}
    base = load_project(ROOT).base
    assert [entity for entity in ITEMS if entity and f"<{base}{entity}>" not in subjects] == []
    assert len(set(ITEMS.values())) == len(ITEMS)
