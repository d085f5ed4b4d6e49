"""A client of ``kzlod serve`` as OpenRefine is one: the requests that it sends, in its order and form.

They are those of OpenRefine 3.6.2 (recon-manager.js, GuessTypesOfColumnCommand, StandardReconConfig, suggest-4_3a.js, cell-ui.js,
extend-data-preview-dialog.js, ReconciledDataExtensionJob). The program itself is asked, too, where it is installed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

ROOT = Path(__file__).parents[2]
ROWS = [
    ("Тоқаев Қасым-Жомарт", "Minister of Foreign Affairs", "2005", "person/kassym-jomart-tokayev"),
    ("Idrissov E.", "Minister of Foreign Affairs", "2013", "person/erlan-idrissov"),
    ("Tasmagambetov, Imangali", "посол в России", "2017", "person/imangali-tasmagambetov"),
    ("Назарбаева Дарига", "", "", "person/dariga-nazarbayeva"),
    ("Jarbussynova Madina", "", "", "person/madina-jarbussynova"),
    ("Nobody At All", "", "", ""),
]


def find_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def serve(output: Path, folder: Path, *options: str) -> Iterator[str]:
    """The address of a server over a release."""
    port = find_port()
    words = ["--project", str(ROOT), "--release", str(output), "--cache", str(folder / "cache"), "--port", str(port), *options]
    process = subprocess.Popen([sys.executable, "-m", "kzlod", "serve", *words], stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{url}/health")
        yield url
    finally:
        process.terminate()
        process.wait(20)


def wait_for(url: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            if httpx2.get(url, trust_env=False).status_code == 200:
                return
        except httpx2.TransportError:
            assert time.monotonic() < end, url
        time.sleep(0.1)


@pytest.fixture(scope="module")
def address(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve(built, tmp_path_factory.mktemp("served"), "--access-log", str(tmp_path_factory.getbasetemp() / "log")) as url:
        yield url


def post(service: str, name: str, value: object) -> Any:
    """A form with one field, as OpenRefine's program sends it."""
    answer = httpx2.post(service, data={name: json.dumps(value)}, trust_env=False, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()


def get(url: str) -> httpx2.Response:
    answer = httpx2.get(url, headers={"origin": "http://127.0.0.1:3333"}, trust_env=False, follow_redirects=True)
    assert answer.status_code == 200, (url, answer.text)
    return answer


def test_a_session_of_openrefine(address: str) -> None:
    service = f"{address}/reconcile"
    manifest = get(service).json()
    kind = guess_type(service, [name for name, *_ in ROWS])
    assert kind == "schema:Person"
    batch = {f"q{number}": write_query(row, kind) for number, row in enumerate(ROWS)}
    answer = post(service, "queries", batch)
    found = {key: next((each["id"] for each in value["result"] if each["match"]), "") for key, value in answer.items()}
    assert list(found.values()) == [row[-1] for row in ROWS]
    rest = "&spell=always&exact=false&scoring=schema&prefixed=true&type=schema%3APerson"
    for name, suggest in manifest["suggest"].items():
        shown = get(f"{suggest['service_url']}{suggest['service_path']}?prefix=p{rest}").json()["result"]
        flyout = suggest.get("flyout_service_url", suggest["service_url"]) + suggest["flyout_service_path"]
        for each in shown[:2]:
            card = get(flyout.replace("${id}", quote(each["id"], safe=""))).json()
            assert card["id"] == each["id"], name
            assert each["name"] in card["html"]
    for form in (TOKAYEV, quote(TOKAYEV, safe="")):
        assert "Tokayev" in get(manifest["preview"]["url"].replace("{{id}}", form)).text
        assert get(manifest["view"]["url"].replace("{{id}}", form)).url.path == f"/{TOKAYEV}.html"
    propose = manifest["extend"]["propose_properties"]
    proposed = get(f"{propose['service_url']}{propose['service_path']}?type={kind}").json()["properties"]
    assert {"post", "wikidata", "schema:birthDate"} <= {each["id"] for each in proposed}
    settings = {
        field["name"]: str(field.get("default", ""))
        for field in manifest["extend"]["property_settings"]
        if field["type"] != "checkbox"
    }
    wanted = [{"id": "schema:birthDate"}, {"id": "post", "settings": settings}, {"id": "wikidata"}]
    extended = post(service, "extend", {"ids": [each for each in found.values() if each], "properties": wanted})
    assert [each["id"] for each in extended["meta"]] == ["schema:birthDate", "post", "wikidata"]
    assert extended["meta"][1]["type"] == {"id": "org:Post", "name": "post"}
    assert extended["rows"][TOKAYEV]["wikidata"] == [{"str": "Q200881"}]
    # The new column is reconciled as it is, and its things are known.
    again = [each["id"] for row in extended["rows"].values() for each in row["post"]]
    answer = post(service, "queries", {name: {"query": name} for name in again})
    assert all(answer[name]["result"][0]["id"] == name for name in again)


TOKAYEV = ROWS[0][-1]


def guess_type(service: str, names: list[str]) -> str:
    """The type of most candidates, as GuessTypesOfColumnCommand counts them: ten names, three candidates each."""
    answer = post(service, "queries", {f"q{number}": {"query": name, "limit": 3} for number, name in enumerate(names[:10])})
    scores: dict[str, list[float]] = {}
    for each in answer.values():
        for place, candidate in enumerate(each["result"]):
            for kind in candidate["type"]:
                scores.setdefault(kind["id"], []).append(1 / (1 + place))
    return max(scores, key=lambda kind: (len(scores[kind]), sum(scores[kind])))


def write_query(row: tuple[str, ...], kind: str) -> dict[str, object]:
    name, post_held, date, _ = row
    properties = [{"pid": pid, "v": value} for pid, value in (("post", post_held), ("date", date)) if value]
    return {"query": name, "type": kind, "type_strict": "should", **({"properties": properties} if properties else {})}


def test_others_are_answered_while_batches_are_matched(address: str) -> None:
    names = [f"{name} {number}" for number in range(40) for name, *_ in ROWS]
    with ThreadPoolExecutor(4) as clients:
        batches = [clients.submit(post, f"{address}/reconcile", "queries", {n: {"query": n} for n in names}) for _ in range(4)]
        waits = []
        while not all(batch.done() for batch in batches):
            start = time.monotonic()
            assert httpx2.get(f"{address}/health", trust_env=False).status_code == 200
            waits.append(time.monotonic() - start)
        assert all(batch.result().keys() == set(names) for batch in batches)
    assert len(waits) > 5
    assert sorted(waits)[len(waits) // 2] < 0.25


def test_a_long_body_may_come_along_with_its_head(address: str) -> None:
    body = b"queries=" + b"%20" * 150_000 + b"%7B%7D"
    fields = {
        "host": "x",
        "connection": "close",
        "content-type": "application/x-www-form-urlencoded",
        "content-length": str(len(body)),
    }
    head = "POST /reconcile HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    for cut in (len(head) + 2, 20, 1):
        with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as connection:
            sent = f"{head}\r\n".encode() + body
            connection.sendall(sent[:cut])
            time.sleep(0.05)
            connection.sendall(sent[cut:])
            assert connection.recv(100).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.slow
def test_a_proxy_is_in_its_addresses(built: Path, tmp_path: Path) -> None:
    with serve(built, tmp_path, "--root-path", "/data", "--behind-proxy") as url:
        told = {"host": "example.org", "x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.1"}
        manifest = httpx2.get(f"{url}/reconcile", headers=told, trust_env=False).json()
        assert manifest["preview"]["url"] == "https://example.org/data/reconcile/preview?id={{id}}"
        assert manifest["suggest"]["entity"]["service_url"] == "https://example.org/data/reconcile"
        led = httpx2.get(f"{url}/reconcile/view?id=Q200881", headers=told, trust_env=False)
        assert led.headers["location"] == f"/data/{TOKAYEV}"


@pytest.fixture(scope="module")
def openrefine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    """A client of OpenRefine, which runs as Debian has it."""
    if not shutil.which("openrefine"):
        pytest.skip("OpenRefine is not installed: apt-get install openrefine")
    port = find_port()
    options = ["-i", "127.0.0.1", "-p", str(port), "-d", str(tmp_path_factory.mktemp("openrefine")), "-x", "refine.headless=true"]
    log = (tmp_path_factory.getbasetemp() / "openrefine.log").open("wb")
    process = subprocess.Popen(["openrefine", *options], stdout=log, stderr=log, start_new_session=True)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{url}/command/core/get-version", 90)
        with httpx2.Client(base_url=f"{url}/command/core/", trust_env=False, timeout=60) as client:
            yield client
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)
        log.close()


@pytest.mark.slow
def test_openrefine_itself(address: str, openrefine: httpx2.Client) -> None:
    def command(name: str, **fields: object) -> Any:
        token = openrefine.get("get-csrf-token").json()["token"]
        texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in fields.items()}
        return openrefine.post(name, data={**texts, "csrf_token": token}).json()

    def run(name: str, **fields: object) -> list[list[Any]]:
        command(name, project=project, engine=engine, **fields)
        while openrefine.get("get-processes", params={"project": project}).json()["processes"]:
            time.sleep(0.2)
        shown = command("get-rows", project=project, start="0", limit="50", engine=engine)
        recons = shown["pool"]["recons"]
        return [
            [(recons[str(cell["r"])] if "r" in cell else cell["v"]) if cell else None for cell in row["cells"]]
            for row in shown["rows"]
        ]

    service, engine = f"{address}/reconcile", {"facets": [], "mode": "row-based"}
    table = "name\tpost\tdate\n" + "".join("\t".join(row[:3]) + "\n" for row in ROWS)
    token = openrefine.get("get-csrf-token").json()["token"]
    made = openrefine.post(
        "create-project-from-upload",
        params={"csrf_token": token},
        data={
            "project-name": "people",
            "format": "text/line-based/*sv",
            "options": json.dumps({"encoding": "UTF-8", "separator": "\t"}),
        },
        files={"project-file": ("people.tsv", table.encode())},
    )
    project = made.headers["location"].partition("project=")[2]
    kind = command("guess-types-of-column", project=project, columnName="name", service=service)["types"][0]
    assert (kind["id"], kind["name"]) == ("schema:Person", "person")
    spaces = {name: get(service).json()[name] for name in ("identifierSpace", "schemaSpace")}
    details = [{"column": name, "propertyName": name, "propertyID": name} for name in ("post", "date")]
    config = {"mode": "standard-service", "service": service, **spaces, "type": {"id": kind["id"], "name": kind["name"]}}
    rows = run("reconcile", columnName="name", config={**config, "autoMatch": True, "columnDetails": details, "limit": 0})
    assert [row[0].get("m", {}).get("id", "") for row in rows] == [row[-1] for row in ROWS]
    wanted = {
        "properties": [{"id": "schema:birthDate", "name": "born"}, {"id": "post", "name": "post held", "settings": {"limit": "1"}}]
    }
    rows = run(
        "extend-data", baseColumnName="name", columnName="name", endpoint=service, **spaces, columnInsertIndex="1", extension=wanted
    )
    assert rows[0][3:5] == ["1953-05-17T00:00:00Z", rows[0][4]]
    assert rows[0][4]["m"]["id"] == "post/minister-of-foreign-affairs-of-kazakhstan"
