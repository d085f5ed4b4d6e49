"""Any text survives the whole way: table -> relation -> dumps -> parser."""

import csv
import io
import shutil
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kzlod.build import assemble
from kzlod.dumps import write_dumps
from kzlod.project import load_project

SMALL = Path(__file__).parent / "small_project"
HOSTILE = [
    '"',
    "\\",
    "\\u0041",
    '" .\n<a> <b> <c> .',
    "\r",
    "\r\n",
    "}",
    '"}]',
    "@id",
    "_:b0",
    "\u2028",
    "\u202e",
    "😀",
    "\ufeff",
    "<!--",
    "0",
    "true",
    "''",
    " x ",
]
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1) | st.sampled_from(HOSTILE)
NAME = pyoxigraph.NamedNode("http://schema.org/name")


def write_row(cells: list[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().removesuffix("\r\n") + "\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("survival") / "project"
    shutil.copytree(SMALL, folder)
    memberships = folder / "facts/letters/memberships.csv"
    memberships.write_text(
        memberships.read_text(encoding="utf-8").replace("ember-bridges,ember", "ember-bridges,p0"), encoding="utf-8"
    )
    return folder


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(names=st.lists(TEXTS, min_size=1, max_size=12))
def test_names_survive_from_table_to_parser(project: Path, names: list[str]) -> None:
    persons = [["id", "name", "language", "home"], *([f"p{number}", name, "en", ""] for number, name in enumerate(names))]
    facts = project / "facts/letters"
    (facts / "persons.csv").write_bytes("".join(map(write_row, persons)).encode("utf-8"))
    evidence = (SMALL / "facts/letters/evidence.csv").read_text(encoding="utf-8").splitlines()
    others = [line for line in evidence if not line.startswith("persons,")]
    span = next(line for line in evidence if line.startswith("persons,ember,")).removeprefix("persons,ember,")
    (facts / "evidence.csv").write_text(
        "\n".join([*others, *(f"persons,p{n},{span}" for n in range(len(names)))]) + "\n", encoding="utf-8"
    )

    dataset = assemble(load_project(project))
    write_dumps(dataset, project, project / "ontology" / "context.jsonld")
    for file in ("kzlod.nq", "kzlod.trig", "kzlod.nt", "kzlod.ttl", "kzlod.jsonld"):
        quads = [quad for quad in pyoxigraph.parse(path=project / file) if quad.predicate == NAME]
        found = {quad.subject.value.rpartition("/")[2]: quad.object.value for quad in quads if "/person/" in quad.subject.value}
        assert found == {f"p{number}": name for number, name in enumerate(names)}, file
