"""The reference is what the code and the project's files say."""

import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
PAGES: dict[str, str] = runpy.run_path(str(DOCS / "fill_reference.py"))["write_pages"]()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_up_to_date(name: str) -> None:
    assert (DOCS / "reference" / f"{name}.md").read_text(encoding="utf-8") == PAGES[name], "run python docs/fill_reference.py"


def test_there_is_no_other_page() -> None:
    assert sorted(path.stem for path in (DOCS / "reference").iterdir()) == sorted(PAGES)
