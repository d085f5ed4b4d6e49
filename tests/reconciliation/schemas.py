"""The JSON schemas of the Reconciliation Service API 0.2, which are not part of the repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7

FOLDER = Path(__file__).parents[3] / "shared" / "suites" / "reconciliation" / "schemas"


def load_validators() -> dict[str, Draft7Validator]:
    """A validator for each schema, by the name of its file; they refer to each other by their ids."""
    if not FOLDER.is_dir():
        pytest.skip("the schemas of the API are not beside the repository")
    schemas: dict[str, Any] = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}
    # They are written for draft 7, whatever they say.
    schemas = {name: {**schema, "$schema": "http://json-schema.org/draft-07/schema#"} for name, schema in schemas.items()}
    registry: Registry[Any] = Registry().with_resources(
        (schema["$id"], DRAFT7.create_resource(schema)) for schema in schemas.values()
    )
    return {name: Draft7Validator(schema, registry=registry) for name, schema in schemas.items()}
