"""The reconciliation service as clients of the API see it; what it finds is tested in tests/reconciliation."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from starlette.testclient import TestClient
from tests.reconciliation.schemas import load_validators
from tests.reconciliation.test_queries import anything, batches
from tests.serving.conftest import serve_dump

from kzlod.terms import RDF_TYPE, SCHEMA

TOKAYEV = "person/kassym-jomart-tokayev"
SPELLINGS = ["Kassym-Jomart Tokayev", "Қасым-Жомарт Тоқаев", "Токаев К.-Ж. К.", "Qasym-Jomart Toqaev"]
PATHS = ["/reconcile", "/reconcile/suggest/entity?prefix=a", "/reconcile/flyout/type?id=schema:Person", "/reconcile/properties"]


@pytest.fixture(scope="session")
def schemas() -> dict[str, Draft7Validator]:
    return load_validators()


def ask(client: TestClient, queries: object, **fields: str) -> Any:
    answer = client.post("/reconcile", data={"queries": json.dumps(queries), **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_manifest_leads_to_all_services(catalogue: TestClient, schemas: Mapping[str, Draft7Validator]) -> None:
    manifest = catalogue.get("/reconcile").json()
    schemas["manifest"].validate(manifest)
    assert manifest["identifierSpace"] + TOKAYEV == f"https://w3id.org/kzlod/{TOKAYEV}"
    addresses = [
        manifest["documentation"],
        manifest["view"]["url"].replace("{{id}}", TOKAYEV.replace("/", "%2F")),
        manifest["preview"]["url"].replace("{{id}}", TOKAYEV),
        *(each["service_url"] + each["service_path"] + "?prefix=p" for each in manifest["suggest"].values()),
        manifest["suggest"]["entity"]["service_url"]
        + manifest["suggest"]["entity"]["flyout_service_path"].replace("${id}", TOKAYEV.replace("/", "%2F")),
        "".join(manifest["extend"]["propose_properties"].values()) + "?type=schema:Person",
    ]
    for address in addresses:
        assert catalogue.get(address, follow_redirects=True).status_code == 200, address


def test_its_addresses_are_those_of_the_request(catalogue: TestClient) -> None:
    manifest = catalogue.get("/reconcile", headers={"host": "data.example.org:81"}).json()
    assert manifest["documentation"] == "http://data.example.org:81/reconcile/documentation"


@pytest.mark.parametrize("text", SPELLINGS)
def test_a_person_is_found_in_every_script(catalogue: TestClient, schemas: Mapping[str, Draft7Validator], text: str) -> None:
    answer = ask(catalogue, {"q0": {"query": text, "type": "schema:Person", "type_strict": "should"}})
    schemas["reconciliation-result-batch"].validate(answer)
    assert (answer["q0"]["result"][0]["id"], answer["q0"]["result"][0]["match"]) == (TOKAYEV, True)


def test_lookalikes_stay_apart(catalogue: TestClient) -> None:
    names = ["Dariga Nazarbayeva", "Nursultan Nazarbayev", "Askar Mamin", "Askar Mami", "Nazarbayev"]
    answer = ask(catalogue, {name: {"query": name} for name in names})
    found = {name: [each["id"] for each in answer[name]["result"] if each["match"]] for name in names}
    assert found["Dariga Nazarbayeva"] == ["person/dariga-nazarbayeva"]
    assert found["Nursultan Nazarbayev"] == ["person/nursultan-nazarbayev"]
    assert found["Nazarbayev"] == []


def test_all_ways_to_ask_are_one(catalogue: TestClient) -> None:
    queries = {"q0": {"query": "Tokayev", "limit": 2}}
    text = json.dumps(queries)
    posted = ask(catalogue, queries)
    assert catalogue.get("/reconcile", params={"queries": text}).json() == posted
    assert catalogue.post("/reconcile", json=queries).json() == posted
    assert catalogue.post("/reconcile", json={"queries": queries}).json() == posted
    assert catalogue.post("/reconcile/", params={"queries": text}, data={"_": ""}).json() == posted
    assert catalogue.get("/reconcile", params={"query": json.dumps(queries["q0"])}).json() == posted["q0"]
    assert catalogue.get("/reconcile", params={"query": "Tokayev"}).json()["result"][0] == posted["q0"]["result"][0]


def test_jsonp(catalogue: TestClient) -> None:
    for path in PATHS:
        plain = catalogue.get(path)
        answer = catalogue.get(path, params={**dict(plain.url.params), "callback": "jQuery36_1.f$", "_": "1"})
        assert answer.text == f"/**/jQuery36_1.f$({plain.text});"
        assert answer.headers["content-type"].startswith("application/javascript")
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("callback", ["alert(1)", "a b", "", "a..b", ".a", "1a", "a;b", "a" * 201, "әлем", "</script>", "a\n"])
def test_a_callback_is_an_identifier(catalogue: TestClient, callback: str) -> None:
    for path in PATHS:
        address = catalogue.get(path).url
        answer = catalogue.get(path, params={**dict(address.params), "callback": callback})
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


def test_any_page_may_ask(catalogue: TestClient) -> None:
    for path in [*PATHS, f"/reconcile/preview?id={TOKAYEV}", "/reconcile?callback=(", "/reconcile/preview?id=x"]:
        assert catalogue.get(path, headers={"origin": "https://example.org"}).headers["access-control-allow-origin"] == "*"
    asked = {"origin": "x", "access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    allowed = catalogue.options("/reconcile", headers=asked)
    assert allowed.status_code == 204
    assert "POST" in allowed.headers["access-control-allow-methods"]
    assert allowed.headers["access-control-allow-headers"] == "content-type"


def test_what_is_known_is_not_sent_again(catalogue: TestClient) -> None:
    for path in PATHS:
        tag = catalogue.get(path).headers["etag"]
        assert catalogue.get(path, headers={"if-none-match": tag}).status_code == 304
        head = catalogue.head(path)
        assert (head.status_code, head.headers["etag"], head.content) == (200, tag, b"")
    assert catalogue.post("/reconcile", data={"queries": "{}"}).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"queries": "{"}, 400),
        ({"queries": "[]"}, 400),
        ({"queries": "null"}, 400),
        ({"queries": ""}, 400),
        ({"queries": '{"q": {"query": NaN}}'}, 400),
        ({"queries": "[" * 50_000}, 400),
        ({"queries": '{"q": {"query": "a", "limit": ' + "9" * 5_000 + "}}"}, 400),
        ({"queries": '{"q": {"query": "\x00"}}'}, 400),
        ({"queries": "{}", "extend": "{}"}, 400),
        ({"extend": "{}"}, 400),
        ({"extend": '{"ids": [1], "properties": ["x"]}'}, 400),
        ({"extend": json.dumps({"ids": ["a"] * 1001, "properties": []})}, 413),
        ({"extend": json.dumps({"ids": ["a"] * 1000, "properties": [{"id": "b"}] * 21})}, 413),
        ({"queries": json.dumps({f"q{number}": {"query": "a"} for number in range(1001)})}, 413),
        ({"other": "x"}, 400),
    ],
)
def test_what_is_wrong_is_refused(catalogue: TestClient, fields: dict[str, str], status: int) -> None:
    answer = catalogue.post("/reconcile", data=fields)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    assert answer.json()["detail"]


def test_other_requests_are_refused(catalogue: TestClient) -> None:
    assert catalogue.put("/reconcile").status_code == 405
    assert catalogue.post("/reconcile/preview").status_code == 405
    assert catalogue.post("/reconcile", content=b"x", headers={"content-type": "text/plain"}).status_code == 415
    assert catalogue.post("/reconcile", content=b"\xff", headers={"content-type": "application/json"}).status_code == 400
    for path in ("suggest/x?prefix=a", "flyout/x?id=a", "flyout/entity?id=a", "preview", "view?id=%00x", "nothing"):
        assert catalogue.get(f"/reconcile/{path}").status_code in {400, 404}, path
    for path in ("suggest/entity?cursor=-1", "suggest/type?limit=x", "properties?limit=1.5", "suggest/entity?prefix=%ff"):
        assert catalogue.get(f"/reconcile/{path}").status_code == 400, path


@given(st.one_of(batches, anything), st.sampled_from(["queries", "extend", "query"]))
@settings(max_examples=60)
def test_no_request_is_a_fault_of_the_server(catalogue: TestClient, value: object, name: str) -> None:
    answer = catalogue.post("/reconcile", data={name: json.dumps(value)})
    assert answer.status_code in {200, 400, 413}
    answer.json()


@given(
    st.text(max_size=30),
    st.sampled_from(
        [
            "suggest/entity?prefix",
            "suggest/type?prefix",
            "suggest/property?prefix",
            "preview?id",
            "view?id",
            "flyout/property?id",
            "properties?type",
        ]
    ),
)
@settings(max_examples=60)
def test_no_id_is_a_fault_of_the_server(catalogue: TestClient, text: str, path: str) -> None:
    place, _, name = path.partition("?")
    assert catalogue.get(f"/reconcile/{place}", params={name: text}).status_code in {200, 303, 400, 404}


def test_a_preview_may_be_framed_and_runs_nothing(catalogue: TestClient) -> None:
    answer = catalogue.get("/reconcile/preview", params={"id": TOKAYEV})
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    assert "x-frame-options" not in answer.headers
    assert "Kassym-Jomart Kemelevich Tokayev" in answer.text
    assert catalogue.get("/reconcile/documentation").headers["content-security-policy"] == "frame-ancestors 'none'"


def test_a_view_leads_to_the_page(catalogue: TestClient) -> None:
    for text in (TOKAYEV, "Q200881", f"https://w3id.org/kzlod/{TOKAYEV}"):
        answer = catalogue.get("/reconcile/view", params={"id": text})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/{TOKAYEV}")


def test_the_documentation_tells_every_feature(catalogue: TestClient) -> None:
    page = catalogue.get("/reconcile/documentation").text
    queries = {
        "a": {"query": "Minister of Foreign Affairs in 2013"},
        "b": {"query": "Tokayev", "type": "schema:City", "type_strict": "should"},
    }
    properties = [{"pid": pid, "v": "1953"} for pid in ("schema:birthDate", "date", "post", "schema:gender", "country")]
    answer = ask(catalogue, {**queries, "c": {"query": SPELLINGS[0], "properties": properties}, "d": {"query": TOKAYEV}})
    features = {feature["id"] for each in answer.values() for found in each["result"] for feature in found["features"]}
    assert features >= {"id", "names", "weakest", "single", "date", "holder", "schema:gender"}
    assert [name for name in sorted(features) if f'id="{name}"' not in page] == []


def test_no_answer_is_of_two_releases(tmp_path: Path) -> None:
    def write(name: str) -> str:
        person = "<https://example.org/person/a>"
        lines = [f'{person} <{SCHEMA}name> "{name}" .', f"{person} {RDF_TYPE} <{SCHEMA}Person> ."]
        return "".join(f"{line}\n" for line in lines)

    def find(client: TestClient, name: str) -> list[str]:
        return [each["name"] for each in ask(client, {"q": {"query": name}})["q"]["result"]]

    with serve_dump(tmp_path, write("Askar Mamin"), "https://example.org/") as client:
        tag = client.get("/reconcile/suggest/entity").headers["etag"]
        dump = client.get("/health").json()["dump"]
        assert (find(client, "Аскар Мамин"), find(client, "Roman Sklyar")) == (["Askar Mamin"], [])
        (tmp_path / "next").write_text(write("Roman Sklyar"), encoding="utf-8")
        (tmp_path / "next").replace(tmp_path / "kzlod.nq")
        end = time.monotonic() + 20
        while client.get("/health").json()["dump"] == dump:
            assert time.monotonic() < end
            time.sleep(0.05)
        assert (find(client, "Аскар Мамин"), find(client, "Роман Скляр")) == ([], ["Roman Sklyar"])
        assert client.get("/reconcile/suggest/entity", headers={"if-none-match": tag}).status_code == 200
