import hashlib
import shutil
from pathlib import Path

from click.testing import CliRunner, Result

from kzlod.build import check
from kzlod.cli import main
from kzlod.importer import create_project
from kzlod.project import load_project
from kzlod.starting.folder import Beginning

SMALL = Path(__file__).parents[1] / "small_project"
LETTER = SMALL / "documents" / "letter.txt"


def cite(*words: str) -> Result:
    return CliRunner().invoke(main, ["cite", "--project", str(SMALL), *words])


def test_a_passage_is_printed_as_a_row_of_evidence() -> None:
    digest = hashlib.sha256("Әлия".encode()).hexdigest()
    result = cite(str(LETTER), "Әлия", "--fact", "persons/alia")
    assert result.exit_code == 0
    assert result.stdout == f"table,row,number,document,start,end,sha256\npersons,alia,1,letter,67,71,{digest}\n"


def test_every_place_is_printed() -> None:
    rows = cite(str(LETTER), "ea").stdout.splitlines()
    assert [row.split(",")[4:6] for row in rows[1:]] == [["1", "3"], ["6", "8"]]


def test_a_passage_may_run_over_lines_and_columns() -> None:
    rows = cite(str(LETTER), "reader, Ada", "since 2019").stdout.splitlines()
    assert [row.split(",")[2] for row in rows[1:]] == ["1", "2"]


def test_a_cited_row_passes_the_check(tmp_path: Path) -> None:
    shutil.copytree(SMALL, tmp_path / "project")
    evidence = tmp_path / "project/facts/letters/evidence.csv"
    row = cite(str(LETTER), "Office of Bridges", "--fact", "organizations/bridges").stdout.splitlines()[1].replace(",1,", ",2,", 1)
    evidence.write_text(evidence.read_text(encoding="utf-8") + row + "\n", encoding="utf-8")
    call = ["check", "--project", str(tmp_path / "project"), "--documents", str(SMALL / "documents")]
    checked = CliRunner().invoke(main, call)
    assert (checked.exit_code, checked.stderr) == (0, "")
    evidence.write_text(evidence.read_text(encoding="utf-8").replace(row.split(",")[-1], "0" * 64), encoding="utf-8")
    assert CliRunner().invoke(main, call).exit_code == 1


def test_what_does_not_occur_is_an_error() -> None:
    result = cite(str(LETTER), "Office of Tunnels")
    assert result.exit_code == 1
    assert "'Office of Tunnels' does not occur" in result.stderr


def test_a_document_that_is_not_there() -> None:
    result = cite("no such file.txt", "x")
    assert result.exit_code in {1, 2}
    assert "no such file.txt" in result.stderr


def test_a_document_that_no_project_knows(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Dear reader", encoding="utf-8")
    result = CliRunner().invoke(main, ["cite", "--project", str(tmp_path), str(tmp_path / "note.txt"), "Dear"])
    assert result.stdout.splitlines()[1].startswith(",,1,note,0,4,")


def test_without_a_text_the_row_of_the_document_is_printed_which_passes_the_check(tmp_path: Path) -> None:
    create_project(tmp_path / "demo", Beginning("https://tides.example/", "2025-01-01"))
    documents, facts = tmp_path / "demo/documents", tmp_path / "demo/facts/gazette"
    # Characters are counted, not bytes.
    (documents / "news.txt").write_text("Zoë Brandt became Harbour Master.\n", encoding="utf-8")
    shown = cite(str(documents / "news.txt"), "--project", str(tmp_path / "demo")).stdout
    header, row = shown.splitlines()
    assert header == "id,file,characters,sha256"
    id_, file, *rest = row.split(",")
    assert (id_, file, rest[0]) == ("news", "news.txt", "34")
    with (facts / "documents.csv").open("a", encoding="utf-8") as table:
        table.write(f"{id_},{file},News,en,2022-05-04,{','.join(rest)}\n")
    evidence = cite(str(documents / "news.txt"), "Harbour Master", "--fact", "documents/news", "--project", str(tmp_path / "demo"))
    with (facts / "evidence.csv").open("a", encoding="utf-8") as table:
        table.write(evidence.stdout.partition("\n")[2])
    check(load_project(tmp_path / "demo"), documents)


def test_a_fact_needs_a_text() -> None:
    result = cite(str(LETTER), "--fact", "persons/ada")
    assert result.exit_code == 2
    assert "is cited by a TEXT" in result.stderr
