"""The reference is what the code and the project's files say."""

import re
import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
PAGES: dict[str, str] = runpy.run_path(str(DOCS / "fill_reference.py"))["write_pages"]()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_up_to_date(name: str) -> None:
    assert (DOCS / "reference" / f"{name}.md").read_text(encoding="utf-8") == PAGES[name], "run python docs/fill_reference.py"


def test_there_is_no_other_page() -> None:
    assert sorted(path.stem for path in (DOCS / "reference").iterdir()) == sorted([*PAGES, "licences"])


def test_the_licences_are_those_of_what_is_locked() -> None:
    text = (DOCS.parent / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    locked = {(name, version): marker for name, version, marker in re.findall(r"^([\w.-]+)==([^ ;\\]+) (;?)", text, re.MULTILINE)}
    text = (DOCS / "reference" / "licences.md").read_text(encoding="utf-8")
    listed = {
        (name, version)
        for name, version in re.findall(r"^\| ([\w-]+) \| (\S+) \| .+ \|$", text, re.MULTILINE)
        if version[0].isdigit()
    }
    # What is for other systems or versions of Python only was not installed.
    assert {package for package, marker in locked.items() if not marker} <= listed <= set(locked), "run make sbom"
