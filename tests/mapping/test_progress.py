"""What is told of an output while it is written: never more lines than there are, and never fewer than before."""

from pathlib import Path

from kzlod.mapping.progress import WritingProgress


def test_lines_are_counted_once_while_parts_move(tmp_path: Path) -> None:
    progress = WritingProgress(total=2)
    assert (progress.find_share(), progress.count_lines()) == (0, 0)
    progress.folder = tmp_path
    first, second, whole = tmp_path / "0", tmp_path / "1", tmp_path / "whole"
    first.write_bytes(b"a\nb\n")
    second.write_bytes(b"c\nd")
    assert progress.count_lines() == 3
    with second.open("ab") as file:
        file.write(b"\ne\n")
    assert progress.count_lines() == 5
    first.replace(whole)
    progress.done = 1
    assert (progress.find_share(), progress.count_lines()) == (0.5, 5)
    progress.moving = second
    with whole.open("ab") as file:
        file.write(b"c\nd\n")
    assert progress.count_lines() == 5
    with whole.open("ab") as file:
        file.write(b"e\n")
    second.unlink()
    assert progress.count_lines() == 5


def test_a_folder_that_goes_is_no_error(tmp_path: Path) -> None:
    progress = WritingProgress(total=1, folder=tmp_path / "gone")
    assert progress.count_lines() == 0
