"""SARIF: the official schema, what the standard asks beyond it, and what viewers need."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.validation.formats.samples import SAMPLES
from tests.validation.outcomes import validate_case

from kzlod.validation.engines.choice import create_engine
from kzlod.validation.formats.sarif import write_sarif
from kzlod.validation.outcome import Outcome

HERE = Path(__file__).parent
CASES = sorted((HERE.parent / "cases").iterdir())
SCHEMA = HERE.parent / "sarif/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft4Validator:
    if not SCHEMA.exists():
        pytest.skip("the schema of SARIF is not here: make test-sarif fetches it")
    return jsonschema.Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def list_outcomes() -> dict[str, Outcome]:
    engine = create_engine("pyshacl")
    return {name: make() for name, make in SAMPLES.items()} | {f"case {case.name}": validate_case(engine, case) for case in CASES}


@pytest.fixture(scope="module")
def logs() -> dict[str, Any]:
    return {name: json.loads(write_sarif(outcome)) for name, outcome in list_outcomes().items()}


def test_the_schema_holds(schema: jsonschema.Draft4Validator, logs: dict[str, Any]) -> None:
    assert len(logs) == len(SAMPLES) + len(CASES)
    for name, log in logs.items():
        assert [(name, error.message) for error in schema.iter_errors(log)] == []


def test_the_schema_finds_faults(schema: jsonschema.Draft4Validator, logs: dict[str, Any]) -> None:
    log = json.loads(json.dumps(logs["traced"]))
    log["runs"][0]["results"][0]["level"] = "violation"
    assert len(list(schema.iter_errors(log))) == 1


def test_indexes_and_ids_agree(logs: dict[str, Any]) -> None:
    for log in logs.values():
        (run,) = log["runs"]
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        uris = [artifact["location"] for artifact in run["artifacts"]]
        assert len(rules) == len(set(rules))
        for result in run["results"]:
            assert rules[result["ruleIndex"]] == result["ruleId"]
            assert len(result["locations"]) == 1
            for location in result["locations"] + result["relatedLocations"]:
                artifact = location["physicalLocation"]["artifactLocation"]
                assert uris[artifact["index"]] == artifact
                assert artifact["uri"].isascii()
                assert " " not in artifact["uri"]


def test_every_rule_has_help(logs: dict[str, Any]) -> None:
    rules = [rule for log in logs.values() for rule in log["runs"][0]["tool"]["driver"]["rules"]]
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
    (rule,) = [
        rule
        for rule in rules
        if rule["fullDescription"]["text"] == "Under which a person is *known*." and rule["name"] == "Pattern"
    ]
    assert rule["shortDescription"]["text"] == "name"
    assert rule["help"]["markdown"].startswith("Under which a person is \\*known\\*\\.\n\nBroken: the value does not match")


def test_the_row_is_the_place_and_the_dump_is_related(logs: dict[str, Any]) -> None:
    (result,) = [result for result in logs["traced"]["runs"][0]["results"] if result["properties"]["origins"]]
    main = result["locations"][0]["physicalLocation"]
    assert main["artifactLocation"]["uri"] == "facts/letters/persons.csv"
    assert main["region"] == {"startLine": 3, "startColumn": 7, "endLine": 3, "endColumn": 12}
    related = [
        (location["message"]["text"], location["physicalLocation"]["artifactLocation"]["uri"])
        for location in result["relatedLocations"]
    ]
    assert related == [("data", "output/kzlod.ttl"), ("rule of the mapping", "mappings/letters.yml"), ("shape", "shapes.ttl")]


def test_exit_codes_and_states(logs: dict[str, Any]) -> None:
    assert [logs[name]["runs"][0]["invocations"][0]["exitCode"] for name in ("traced", "conforms")] == [1, 0]
    assert [result["baselineState"] for result in logs["compared"]["runs"][0]["results"]] == ["new", "unchanged"]
    assert "baselineState" not in logs["traced"]["runs"][0]["results"][0]
