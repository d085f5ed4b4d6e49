"""RML from file to quads: a folder is a case, with mapping.ttl, its data (a database as .sql), expected.nq, and the warnings."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from test_suite import canonicalize

from kzlod.mapper import Options, map_data

CASES = sorted(path for path in (Path(__file__).parent / "rml_runs").iterdir() if path.is_dir())


def run(case: Path, folder: Path, jobs: int) -> tuple[str, list[str]]:
    shutil.copytree(case, folder)
    for script in folder.glob("*.sql"):
        with closing(sqlite3.connect(script.with_suffix(".db"))) as database:
            database.executescript(script.read_text(encoding="utf-8"))
    output = folder / "output.nq"
    warnings = map_data([folder / "mapping.ttl"], output, Options(jobs=jobs))
    return output.read_text(encoding="utf-8"), [str(warning).removeprefix(f"{folder.as_posix()}/") for warning in warnings]


def test_new_blank_nodes_of_two_mappings_differ(tmp_path: Path) -> None:
    case = Path(__file__).parent / "rml_runs" / "new-nodes"
    mappings = [Path(shutil.copytree(case, tmp_path / name)) / "mapping.ttl" for name in ("one", "two")]
    map_data(mappings, tmp_path / "output.nq", Options())
    found = (tmp_path / "output.nq").read_text(encoding="utf-8").splitlines()
    assert len(found) == 2 * len((case / "expected.nq").read_text(encoding="utf-8").splitlines()) == len(set(found))


def test_a_column_named_iteration_is_read_beside_the_number(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Iteration\nx\nx\n", encoding="utf-8")
    (tmp_path / "m.ttl").write_text(
        """@prefix rml: <http://w3id.org/rml/> . @prefix ex: <http://example.org/> .
        <#m> rml:logicalSource [ rml:source "a.csv" ] ; rml:subjectMap [ rml:termType rml:BlankNode ] ;
          rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:reference "Iteration" ] ] .""",
        encoding="utf-8",
    )
    map_data([tmp_path / "m.ttl"], tmp_path / "output.nq", Options())
    assert (tmp_path / "output.nq").read_text(encoding="utf-8") == (
        '_:n0t1i1 <http://example.org/p> "x" .\n_:n0t1i2 <http://example.org/p> "x" .\n'
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path, tmp_path: Path) -> None:
    quads, warnings = run(case, tmp_path / "one", 1)
    assert canonicalize(quads) == canonicalize((case / "expected.nq").read_text(encoding="utf-8"))
    expected = case / "warnings.txt"
    assert warnings == (expected.read_text(encoding="utf-8").splitlines() if expected.exists() else [])
    assert run(case, tmp_path / "two", 2) == (quads, warnings)
