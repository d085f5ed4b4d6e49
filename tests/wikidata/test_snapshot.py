"""The two forms of a snapshot say the same, and what is there is found by what it says."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.wikidata.rdf import write_triples

from kzlod.wikidata.known import Known, Snapshot
from kzlod.wikidata.snapshot import load_snapshot

WD = "http://www.wikidata.org/entity/"
PROPERTIES = ["P39", "P580", "P625", "P856", "P1813"]

YEARS = st.integers(1000, 9999)
TIMES = st.builds(
    lambda day, precision, julian: {
        "type": "time",
        "value": {
            "time": f"+{day:%Y}-{day.month if precision > 9 else 0:02}-{day.day if precision > 10 else 0:02}T00:00:00Z",
            "precision": precision,
            "calendarmodel": f"{WD}Q1985786" if julian else f"{WD}Q1985727",
        },
    },
    st.dates(datetime.date(1000, 1, 1)),
    st.sampled_from([7, 8, 9, 10, 11]),
    st.booleans(),
)
ITEMS = st.integers(1, 9).map(lambda number: {"type": "wikibase-entityid", "value": {"id": f"Q{number}"}})
LETTERS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6)
VALUES = st.one_of(
    TIMES,
    ITEMS,
    LETTERS.map(lambda text: {"type": "string", "value": text}),
    LETTERS.map(lambda text: {"type": "monolingualtext", "value": {"language": "en", "text": text}}),
    st.builds(
        lambda latitude, longitude: {
            "type": "globecoordinate",
            "value": {"latitude": latitude / 1000, "longitude": longitude / 1000},
        },
        st.integers(-90_000, 90_000),
        st.integers(-180_000, 180_000),
    ),
)


def make_snak(property_: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"property": property_, "snaktype": kind} | ({"datavalue": value} if kind == "value" else {})


SNAKS = st.builds(make_snak, st.sampled_from(PROPERTIES), st.sampled_from(["value", "value", "somevalue"]), VALUES)


def group(snaks: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    return {snak["property"]: [snak] for snak in snaks}


STATEMENTS = st.builds(
    lambda main, qualifiers, references, rank: {
        "mainsnak": main,
        "qualifiers": group(qualifiers),
        "references": [{"snaks": group(snaks)} for snaks in references],
        "rank": rank,
    },
    SNAKS,
    st.lists(SNAKS, max_size=2),
    st.lists(st.lists(SNAKS.filter(lambda snak: snak["snaktype"] == "value"), min_size=1, max_size=2), max_size=2),
    st.sampled_from(["normal", "preferred", "deprecated"]),
)


def make_document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    claims: dict[str, list[dict[str, Any]]] = {}
    for number, statement in enumerate(statements):
        claims.setdefault(statement["mainsnak"]["property"], []).append({**statement, "id": f"Q7${number:03}"})
    return {"entities": {"Q7": {"id": "Q7", "type": "item", "claims": claims}}}


def show(snapshot: Snapshot) -> list[str]:
    def order(known: Known) -> str:
        qualifiers = sorted((id_, [repr(value) for value in values]) for id_, values in known.qualifiers.items())
        references = sorted(sorted(map(repr, reference)) for reference in known.references)
        return repr((known.property, known.value, qualifiers, references, known.rank))

    return sorted(map(order, snapshot.items["Q7"]))


@given(statements=st.lists(STATEMENTS, max_size=3))
def test_both_forms_say_the_same(statements: list[dict[str, Any]]) -> None:
    document = make_document(statements)
    with TemporaryDirectory() as folder:
        json_file, triples = Path(folder) / "s.json", Path(folder) / "s.nt"
        json_file.write_text(json.dumps(document))
        triples.write_text("".join(f"{line}\n" for line in write_triples(document)), encoding="utf-8")
        read = [load_snapshot([path], ["Q7"], PROPERTIES, WD) for path in (json_file, triples)]
    assert show(read[0]) == show(read[1])
    assert len(read[0].items["Q7"]) == len(statements)


def test_items_that_nobody_wants_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "dump.json"
    path.write_text('[\n{"type":"item","id":"Q1","claims":{}},\n{"type":"item","id":"Q2", broken},\n]\n')
    assert load_snapshot([path], ["Q1"], PROPERTIES, WD).items == {"Q1": []}
