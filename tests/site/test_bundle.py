"""The bundle: what stands in it and what does not, and what is said where it cannot be made."""

import gzip
import json
from base64 import b64decode
from pathlib import Path

import pytest

from kzlod.errors import EngineError
from kzlod.site import bundle, dataset_scripts
from kzlod.site.bundle import BUNDLED, make_bundle
from kzlod.site.dataset_scripts import CatalogueEntry, iter_query_scripts

ROOT = Path(__file__).parents[2]
LOCKS = [ROOT / "src/kzlod/site/browser/package-lock.json", ROOT / "tests/site/package-lock.json"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.parent.name)
def test_locks_name_hashes_and_no_registry(lock: Path) -> None:
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    for name, package in packages.items():
        assert "resolved" not in package
        assert not name or package["integrity"].startswith("sha512-")


def test_the_bundle_is_complete_and_licensed(made_bundle: Path) -> None:
    assert {path.name for path in made_bundle.iterdir()} == set(BUNDLED)
    licences = (made_bundle / "LICENSES.txt").read_text(encoding="utf-8")
    for name in ("oxigraph 0.5.11", "@zazuko/yasqe 4", "@zazuko/yasr 4", "codemirror 5", "world-atlas 2"):
        assert f"\n{name}" in f"\n{licences}"
    for licence in licences.split("\n\n" + "-" * 80 + "\n\n"):
        assert len(licence.splitlines()) > 5 or "Licence: CC0" in licence, licence


def test_the_coastlines_are_closed_rings(made_bundle: Path) -> None:
    rings = json.loads((made_bundle / "land.json").read_text(encoding="utf-8"))
    assert len(rings) > 100
    for ring in rings:
        assert ring[0] == ring[-1]
        assert all(-180 <= longitude <= 180 and -90 <= latitude <= 90 for longitude, latitude in ring)


def test_without_node_it_says_what_is_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bundle, "_PLACES", str(tmp_path))
    with pytest.raises(EngineError, match="bundling needs Node"):
        make_bundle(tmp_path / "work")


def test_a_failing_npm_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("npm", "node"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho no such package >&2\nexit 1\n", encoding="utf-8")
        program.chmod(0o755)
    monkeypatch.setattr(bundle, "_PLACES", str(tmp_path))
    with pytest.raises(EngineError, match="no such package"):
        make_bundle(tmp_path / "work")


def test_the_dump_is_cut_at_lines_and_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    dump = tmp_path / "dump.nq"
    dump.write_text("".join(f'<http://a.example/{number}> <b:c> "ң" .\n' for number in range(1000)), encoding="utf-8")
    monkeypatch.setattr(dataset_scripts, "PART_SIZE", 5000)
    entry = CatalogueEntry("a", "A </script>", "", "#+ title: A\nASK {} # </script>\n")
    scripts = dict(iter_query_scripts(dump, [entry], "http://a.example/", {"a": "http://a.example/ns#"}))
    values = json.loads(scripts.pop("queries.js").removeprefix("window.kzlodQueries = ").removesuffix(";\n"))
    assert values["parts"] == len(scripts) > 5
    assert values["queries"][0]["text"] == "ASK {} # </script>\n"
    assert list(values["prefixes"]) == ["a", ""]
    parts = [gzip.decompress(b64decode(text.split('"')[1])) for text in scripts.values()]
    assert all(part.endswith(b"\n") for part in parts)
    assert b"".join(parts) == dump.read_bytes()
