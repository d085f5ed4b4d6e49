from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kzlod.errors import DataError
from kzlod.facts.evidence import find_passages, read_document, read_document_of

texts = st.text(st.sampled_from("aab  \n\r\u00a0\u2009.*"), max_size=14)


@given(texts, st.text(st.sampled_from("aab \n.*"), max_size=5))
@example("aaaa", "aa")
@example("a \n a  a", "a a")
def test_agrees_with_a_naive_search(text: str, passage: str) -> None:
    expected = [
        (start, end)
        for start in range(len(text))
        for end in range(start + 1, len(text) + 1)
        if text[start:end] == text[start:end].strip() and text[start:end].split() == passage.split()
    ]
    found = find_passages(text, passage)
    assert [(passage.start, passage.end) for passage in found] == expected
    for start, end, sha256 in found:
        assert sha256 == hashlib.sha256(text[start:end].encode()).hexdigest()


def test_a_long_text_that_nearly_matches_everywhere() -> None:
    assert find_passages("a " * 500_000, "a " * 100_000 + "b") == []


def test_a_document_keeps_its_line_breaks(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes("\ufeffa\r\nb\rc\n".encode())
    assert read_document(path) == "\ufeffa\r\nb\rc\n"
    with pytest.raises(DataError, match="there is no such file"):
        read_document(tmp_path / "other.txt")
    with pytest.raises(DataError, match="cannot be read"):
        read_document(tmp_path)


@pytest.mark.parametrize("name", ["../letter.txt", "a/../../letter.txt", "..", "/letter.txt", "a\\letter.txt", "letter.txt\0"])
def test_a_name_does_not_lead_out_of_the_folder(name: str, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("secret")
    (tmp_path / "a" / "a").mkdir(parents=True)
    with pytest.raises(DataError) as raised:
        read_document_of(tmp_path / "a", name)
    (problem,) = raised.value.problems
    assert (problem.file, problem.rule) == (name, "document")
    assert problem.message == "no name of a file below the folder of documents"


@pytest.mark.parametrize("name", ["a..b.txt", "..b", "a/b/letter.txt"])
def test_a_name_below_the_folder_is_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("text")
    assert read_document_of(tmp_path, name) == "text"


def test_the_byte_that_is_no_utf_8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(b"\xc3\xa9 caf\xe9 noir")
    with pytest.raises(DataError, match="the file is not UTF-8: byte 0xE9 at offset 6"):
        read_document(path)
