"""Difference and replay: what diff tells, patch makes, byte for byte; and a patch that does not fit is refused with its lines."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import random
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from kzlod.cli import main
from kzlod.errors import ConfigurationError, DataError
from kzlod.releases.difference import iter_changes
from kzlod.releases.dumps import open_dump
from kzlod.releases.patch import read_patch, replay_patch, write_patch
from kzlod.terms import write_literal

ONE = b'<a:s> <a:p> "1" <a:g> .\n'
TWO = b'<a:s> <a:p> "2" .\n'
THREE = b"<a:t> <a:p> <a:o> .\n"


def write_difference(old: Path, new: Path) -> bytes:
    with open_dump(old) as before, open_dump(new) as after:
        return b"".join(write_patch(before, after, iter_changes(before, after)))


def replay(old: Path, patch: Path) -> bytes:
    target = io.BytesIO()
    with open_dump(old) as before:
        replay_patch(before, read_patch(patch), target)
    return target.getvalue()


def write_files(folder: Path, **files: bytes) -> list[Path]:
    paths = [folder / f"{name}.nq" for name in files]
    for path, content in zip(paths, files.values(), strict=True):
        path.write_bytes(content)
    return paths


def find_problems(old: Path, patch: Path) -> list[str]:
    with pytest.raises(DataError) as caught:
        replay(old, patch)
    return [str(problem) for problem in caught.value.problems]


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
literals = st.one_of(
    texts.map(write_literal),
    texts.map(lambda text: write_literal(text, language="kk-Latn")),
    texts.map(lambda text: write_literal(text, datatype="a:type")),
)
iris = st.sampled_from(["<a:1>", "<a:10>", "<a:1/2>", "<a:ә>", "<a:1%3E>"])
statements = st.tuples(iris, iris, st.one_of(iris, literals), st.one_of(st.just(""), iris))
dumps = st.lists(statements, max_size=12).map(
    lambda found: sorted({f"{s} {p} {o}{f' {g}' if g else ''} .\n".encode() for s, p, o, g in found})
)


@settings(max_examples=150, deadline=None)
@given(dumps, dumps, st.randoms(use_true_random=False))
def test_replay_gives_the_other_dump(
    tmp_path_factory: pytest.TempPathFactory, former: list[bytes], later: list[bytes], chance: random.Random
) -> None:
    folder = tmp_path_factory.mktemp("dumps")
    old, new, patch = write_files(folder, old=b"".join(former), new=b"".join(later), patch=b"")
    patch.write_bytes(write_difference(old, new))
    assert replay(old, patch) == new.read_bytes()
    rows = patch.read_bytes().splitlines(keepends=True)
    assert sorted(rows[3:-1]) == sorted(
        [b"D " + line for line in set(former) - set(later)] + [b"A " + line for line in set(later) - set(former)]
    )
    changed = rows[3:-1]
    chance.shuffle(changed)
    patch.write_bytes(b"".join([*rows[:3], *changed, rows[-1]]))
    assert replay(old, patch) == new.read_bytes(), "the order of the rows is of no account"


@settings(max_examples=20, deadline=None)
@given(dumps, dumps, st.randoms(use_true_random=False))
def test_the_order_of_lines_is_of_no_account(
    tmp_path_factory: pytest.TempPathFactory, former: list[bytes], later: list[bytes], chance: random.Random
) -> None:
    folder = tmp_path_factory.mktemp("dumps")
    lines = [*later, *later[:2]]
    chance.shuffle(lines)
    shuffled = b"# a comment\n" + b"".join(lines)
    old, new, patch, other = write_files(folder, old=b"".join(former), new=b"".join(later), patch=b"", other=shuffled)
    assert write_difference(old, other) == write_difference(old, new)
    patch.write_bytes(write_difference(other, old))
    assert replay(new, patch) == old.read_bytes()


def test_headers_are_a_chain_of_hashes(tmp_path: Path) -> None:
    old, new = write_files(tmp_path, old=ONE, new=TWO)
    header = write_difference(old, new).splitlines()[:2]
    hashes = [hashlib.sha256(content).hexdigest().encode() for content in (TWO, ONE)]
    assert header == [b"H id <urn:sha256:%s> ." % hashes[0], b"H prev <urn:sha256:%s> ." % hashes[1]]


def test_compressed_and_triples_and_folders(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "kzlod.nq").write_bytes(TWO)
    (tmp_path / "new.nt.gz").write_bytes(gzip.compress(TWO + THREE))
    patch = tmp_path / "patch"
    patch.write_bytes(write_difference(tmp_path / "old", tmp_path / "new.nt.gz"))
    assert patch.read_bytes().splitlines()[3:-1] == [b"A " + THREE.rstrip()]
    assert replay(tmp_path / "old", patch) == TWO + THREE


def test_equal_dumps_make_an_empty_transaction(tmp_path: Path) -> None:
    old, new = write_files(tmp_path, old=ONE, new=ONE)
    assert write_difference(old, new).splitlines()[2:] == [b"TX .", b"TC ."]
    empty = tmp_path / "empty.nq"
    empty.write_bytes(b"")
    patch = tmp_path / "patch"
    patch.write_bytes(write_difference(old, empty))
    assert replay(old, patch) == b""


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b'<a:s>  <a:p> "1" .\n', "2: no statement in canonical"),
        (b'<a:s> <a:p> "\\u0041" .\n', "2: no statement in canonical"),
        (b'<a:s> <a:p> "\\U0041FFFF" .\n', "2: no statement in canonical"),
        (b'<a:s> <a:p> "\\q" .\n', "2: no statement in canonical"),
        (b'<a:s> <a:p> "\x1f" .\n', "2: no statement in canonical"),
        (b'<a:s> <a:p> "1"^^<http://www.w3.org/2001/XMLSchema#string> .\n', "2: no statement in canonical"),
        (b"<a:s> <a:p> _:b .\n", "2: no statement in canonical N-Quads without blank nodes"),
        (b"<a:s> <a:p> <a:o o> .\n", "2: no statement in canonical"),
        (b"<a:s> <a:p> \xff .\n", "2: no statement in canonical"),
    ],
)
def test_a_changed_line_that_might_be_spelled_otherwise_is_refused(tmp_path: Path, line: bytes, told: str) -> None:
    old, new = write_files(tmp_path, old=b"<a:a> <a:p> <a:o> .\n", new=b"<a:a> <a:p> <a:o> .\n" + line)
    with pytest.raises(DataError, match=told):
        write_difference(old, new)


def test_unsorted_input_that_cannot_be_compared_is_told_with_its_line(tmp_path: Path) -> None:
    old, new = write_files(tmp_path, old=ONE, new=THREE + ONE + b"nonsense\n")
    with pytest.raises(DataError, match=r"new\.nq:3:"):
        write_difference(old, new)


def test_transactions_that_are_aborted_change_nothing(tmp_path: Path) -> None:
    old, patch = write_files(tmp_path, old=ONE, patch=b"")
    aborted = b'# a comment\nTX .\nPA "a" "a:" .\nD ' + ONE + b"TA .\n\n"
    patch.write_bytes(aborted + b"TX .\nA " + TWO + b"TC .\nTX .\nD " + TWO + b"A " + THREE + b"TC .\n")
    assert replay(old, patch) == ONE + THREE


def test_rows_that_do_not_fit_are_all_told(tmp_path: Path) -> None:
    old, patch = write_files(tmp_path, old=ONE, patch=b"A " + ONE + b"D " + TWO + b"A " + THREE + b"A " + THREE)
    assert [problem.partition(".nq:")[2].partition(":")[0] for problem in find_problems(old, patch)] == ["1", "2", "4"]


@pytest.mark.parametrize(
    ("patch", "told"),
    [
        (b"TX .\nA " + TWO, ":1: the transaction has no end"),
        (b"TC .\n", ":1: a transaction starts"),
        (b"TX .\nTX .\nTC .\n", ":2: a transaction starts"),
        (b"A a:s a:p a:o .\n", ":1: no statement"),
        (b"A <a:s> <a:p> _:b .\n", ":1: no statement"),
        (b"A <a:s> <a:p> <a:o>\n", ":1: no statement"),
        (b"X .\n", ":1: no row of a patch"),
        (b"A " + TWO + b"H id <a:b> .\n", ":2: no header"),
        (b"\xff\n", ":1: no row of a patch"),
        (b"H prev <urn:sha256:00> .\n", "starts from another dump"),
        (b"H id <urn:sha256:00> .\n", "leads to something else"),
    ],
)
def test_what_is_no_patch_is_refused(tmp_path: Path, patch: bytes, told: str) -> None:
    old, file = write_files(tmp_path, old=ONE, patch=patch)
    (problem,) = find_problems(old, file)
    assert told in problem


def test_ids_of_other_tools_are_taken(tmp_path: Path) -> None:
    old, patch = write_files(tmp_path, old=ONE, patch=b"H id <uuid:0686c69d-8f89-4496-acb5-744f0157a8db> .\nA " + TWO)
    assert replay(old, patch) == ONE + TWO


def test_commands(tmp_path: Path) -> None:
    old, new = write_files(tmp_path, old=ONE, new=TWO)
    run = CliRunner().invoke
    assert run(main, ["diff", str(old), str(new), "-o", str(tmp_path / "patch")]).exit_code == 0
    assert run(main, ["diff", str(old), str(new), "--exit-code"]).exit_code == 1
    assert run(main, ["diff", str(old), str(old), "--exit-code"]).exit_code == 0
    for output in ([], ["-o", "-"]):
        assert run(main, ["patch", str(old), str(tmp_path / "patch"), *output]).stdout_bytes == TWO
    assert run(main, ["patch", str(old), str(tmp_path / "patch"), "-o", str(tmp_path / "made.nq")]).exit_code == 0
    assert (tmp_path / "made.nq").read_bytes() == TWO


def test_a_patch_that_does_not_fit_leaves_the_output_as_it_was(tmp_path: Path) -> None:
    old, patch, made = write_files(tmp_path, old=ONE, patch=b"D " + TWO, made=b"mine")
    result = CliRunner().invoke(main, ["patch", str(old), str(patch), "-o", str(made)])
    assert (result.exit_code, made.read_bytes()) == (1, b"mine")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made.nq", "old.nq", "patch.nq"]


def test_inputs_are_not_overwritten(tmp_path: Path) -> None:
    old, new = write_files(tmp_path, old=ONE, new=TWO)
    result = CliRunner().invoke(main, ["diff", str(old), str(new), "-o", str(new)])
    assert (result.exit_code, new.read_bytes()) == (2, TWO)
    result = CliRunner().invoke(main, ["diff", str(old), str(new), "-o", str(tmp_path / "none" / "patch")])
    assert (result.exit_code, "there is no folder" in result.stderr) == (2, True)


def test_a_file_that_ends_too_soon_is_told(tmp_path: Path) -> None:
    chance = random.Random(6)
    lines = b"".join(b"<a:%d> <a:p> <a:o> .\n" % chance.getrandbits(64) for _ in range(50_000))
    (tmp_path / "old.nq").write_bytes(ONE)
    for name, content in (("new.nq.gz", lines), ("patch.gz", b"A " + TWO * 50_000)):
        (tmp_path / name).write_bytes(gzip.compress(content)[:-9])
    run = CliRunner().invoke
    for command, name in (("diff", "new.nq.gz"), ("patch", "patch.gz")):
        result = run(main, [command, str(tmp_path / "old.nq"), str(tmp_path / name)])
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith(f"{tmp_path}/{name}: not gzip:")


def test_line_ends_of_windows_are_read(tmp_path: Path) -> None:
    old, new = write_files(tmp_path, old=TWO, new=ONE.replace(b"\n", b"\r\n") + TWO)
    assert write_difference(old, new).splitlines()[3:-1] == [b"A " + ONE.rstrip()]


@pytest.mark.parametrize("name", ["~", "line=3", "a*[b]?", "it's"])
def test_folders_of_any_name_can_be_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).mkdir()
    Path(name, "old.nq").write_bytes(ONE)
    Path("new.nq").write_bytes(TWO)
    result = CliRunner().invoke(main, ["diff", f"./{name}/old.nq", "new.nq", "--format", "summary"])
    assert (result.exit_code, result.stderr) == (0, "")


def test_text_of_no_encoding_is_told_also_where_it_has_not_changed(tmp_path: Path) -> None:
    bad = b'<a:s> <a:p> "\xff" .\n'
    old, new = write_files(tmp_path, old=bad, new=bad + THREE)
    with pytest.raises(DataError, match=r"old\.nq:1: no statement"):
        write_difference(old, new)


def test_a_pipe_is_no_dump(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.nq")
    with pytest.raises(ConfigurationError, match="no plain file"):
        write_difference(tmp_path / "pipe.nq", tmp_path / "pipe.nq")


@pytest.mark.parametrize(("name", "told"), [("missing.nq", "no such file"), ("data.ttl", "neither N-Quads"), (".", "no kzlod.nq")])
def test_what_is_no_dump_is_refused(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "data.ttl").write_text("")
    with pytest.raises(ConfigurationError, match=told):
        write_difference(tmp_path / name, tmp_path / name)
