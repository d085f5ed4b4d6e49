"""The public test cases of RML on CSV, in the older vocabulary, where they are at hand."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest

from kzlod.errors import KzlodError
from kzlod.mapper import Options, map_data

SUITE = Path(__file__).parents[3] / "shared" / "suites" / "rml"
CASES = sorted(path for path in SUITE.iterdir() if path.is_dir()) if SUITE.is_dir() else []


def canonicalize(text: str) -> set[str]:
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(input=text.encode(), format=pyoxigraph.RdfFormat.N_QUADS))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in dataset}


def test_all_cases_are_there(shared: Path) -> None:
    assert len(CASES) == 39 == len(list((shared / "suites/rml").glob("*/mapping.ttl")))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path, tmp_path: Path) -> None:
    wanted = case / "output.nq"
    expected = wanted.read_text(encoding="utf-8").strip() if wanted.exists() else ""
    output = tmp_path / "output.nq"
    try:
        map_data([case / "mapping.ttl"], output, Options())
    except KzlodError:
        # A case without output is one of an error, or of a mapping that makes nothing.
        assert not expected
        assert not output.exists()
        return
    assert canonicalize(output.read_text(encoding="utf-8")) == canonicalize(expected)
