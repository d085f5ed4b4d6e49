"""The description of the API: valid, true, and held against random requests by schemathesis."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.testclient import TestClient
from tests.serving.conftest import CATALOGUE, QUERIES, SMALL

from kzlod.serving.entities import FORMATS
from kzlod.serving.openapi import describe_api
from kzlod.serving.requests import MOST

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
)
"""What a schema says of an IRI is less than what an IRI is, so whether all that it allows is taken is not among them."""


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(describe_api(CATALOGUE.values(), "Title", "1.0.0"))
    return found


def test_it_is_valid(document: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(document).validate()
    assert document["openapi"].startswith("3.1.")


def test_every_query_and_parameter_is_in_it(document: dict[str, Any], client: TestClient) -> None:
    for name, query in CATALOGUE.items():
        operation = document["paths"][f"/queries/{name}"]["get"]
        told = [parameter["name"] for parameter in operation["parameters"] if "name" in parameter]
        assert told == [*(parameter.name for parameter in query.parameters), "format"]
        assert (operation["summary"], operation["description"]) == (query.title, query.description)
    assert client.get("/openapi.json").json()["info"]["title"] == "Two & more"


def test_the_same_catalogue_is_the_same_bytes() -> None:
    assert describe_api(CATALOGUE.values(), "a", "b") == describe_api(CATALOGUE.values(), "a", "b")


def test_each_example_is_answered_as_it_says(document: dict[str, Any], catalogue: TestClient) -> None:
    for path, item in document["paths"].items():
        if "{" in path:
            continue
        operation = item["get"]
        # What is there is another in each dataset.
        if any(each.get("required") and "example" not in each for each in operation.get("parameters", ())):
            continue
        examples = {each["name"]: each["example"] for each in operation.get("parameters", ()) if "example" in each}
        answer = catalogue.get(path, params=examples)
        assert answer.status_code == 200, path
        assert answer.headers["content-type"].partition(";")[0] in operation["responses"]["200"]["content"]
        if path.startswith("/queries/"):
            for media in operation["responses"]["200"]["content"]:
                told = catalogue.head(path, params=examples, headers={"accept": media})
                assert (told.status_code, told.headers["content-type"].partition(";")[0]) == (200, media)


def test_the_bodies_of_the_endpoint_are_answered(document: dict[str, Any], catalogue: TestClient) -> None:
    bodies = document["paths"]["/sparql"]["post"]["requestBody"]["content"]
    assert catalogue.post("/sparql", data=bodies["application/x-www-form-urlencoded"]["example"]).status_code == 200
    body, headers = bodies["application/sparql-query"]["example"], {"content-type": "application/sparql-query"}
    assert catalogue.post("/sparql", content=body, headers=headers).json()["boolean"] is True


def test_the_bodies_of_reconciliation_are_answered(document: dict[str, Any], catalogue: TestClient) -> None:
    bodies = document["paths"]["/reconcile"]["post"]["requestBody"]["content"]
    form = catalogue.post("/reconcile", data=bodies["application/x-www-form-urlencoded"]["example"])
    assert form.json() == catalogue.post("/reconcile", json=bodies["application/json"]["example"]).json()
    assert form.json()["q0"]["result"]


def test_the_bounds_are_those_of_the_server(document: dict[str, Any], catalogue: TestClient) -> None:
    for name in ("limit", "offset"):
        schema = document["components"]["parameters"][name]["schema"]
        assert schema["maximum"] == MOST
        for value, status in {schema["minimum"]: 200, schema["minimum"] - 1: 400, MOST: 200, MOST + 1: 400}.items():
            assert catalogue.get("/queries/actions", params={name: value}).status_code == status


def test_an_identifier_leads_to_a_format_that_it_names(document: dict[str, Any], client: TestClient) -> None:
    operation = document["paths"]["/{type}/{slug}"]["get"]
    (formats,) = [each["schema"]["enum"] for each in operation["parameters"] if each["name"] == "format"]
    assert len(formats) == len(FORMATS)
    for name in formats:
        answer = client.get("/query/people", params={"format": name})
        assert answer.status_code == 303
        found = client.get(answer.headers["location"])
        assert found.headers["content-type"].partition(";")[0] in operation["responses"]["200"]["content"]


@pytest.fixture(scope="module")
def address(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where ``kzlod serve`` serves the release with the queries of these tests."""
    folder = Path(shutil.copytree(SMALL, tmp_path_factory.mktemp("project") / "project"))
    for path in QUERIES.iterdir():
        if path.stem != "endless":
            shutil.copy(path, folder / "queries")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {"--project": folder, "--release": release, "--cache": folder / "cache", "--port": port, "--timeout": 5}
    words = [str(word) for option in options.items() for word in option]
    process = subprocess.Popen([sys.executable, "-m", "kzlod", "serve", *words])
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                if httpx2.get(f"{url}/health", trust_env=False).status_code == 200:
                    break
            except httpx2.ConnectError:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(20)


@pytest.mark.slow
def test_schemathesis_finds_no_answer_that_is_not_described(address: str, tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{address}/openapi.json", "--url", address]
    options = ["--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing", "-n", "30", "--seed", "1", "--no-color"]
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment["SCHEMATHESIS_HOOKS"] = "schemathesis_hooks"
    environment["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent), environment.get("PYTHONPATH", "")])
    found = subprocess.run(
        [*command, *options], check=False, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
    )
    assert found.returncode == 0, found.stdout[-6000:]
