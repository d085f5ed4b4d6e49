"""Each kind of page, wide and narrow, light and dark: axe-core and html-validate find nothing, nothing hangs over the edge."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from tests.site.conftest import RUN_AXE, Watched
from tests.site.test_pages import KINDS, LANGUAGES

HERE = Path(__file__).parent


@pytest.mark.parametrize("kind", [*KINDS, "not-found"])
def test_axe_finds_nothing(watched: Watched, real_site: Path, axe: str, kind: str) -> None:
    page = watched.page
    page.goto((real_site / f"{KINDS.get(kind, '404')}.html").as_uri())
    page.evaluate(axe)
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            if "KZLOD_SCREENSHOTS" in os.environ:
                page.screenshot(path=Path(os.environ["KZLOD_SCREENSHOTS"]) / f"{kind}-{width}-{scheme}.png")
            assert page.evaluate(RUN_AXE) == [], (width, scheme)


@pytest.mark.parametrize("tag", ["kk", "ru"])
def test_nothing_hangs_over_in_longer_languages(watched: Watched, real_site: Path, tag: str) -> None:
    watched.page.set_viewport_size({"width": 360, "height": 800})
    for path in KINDS.values():
        watched.page.goto((real_site / f"{path}{LANGUAGES[tag][0]}.html").as_uri())
        assert watched.page.evaluate("() => document.documentElement.scrollWidth") <= 360, path


def test_html_is_valid(real_site: Path) -> None:
    program = HERE / "node_modules/.bin/html-validate"
    if not program.exists():
        pytest.skip("html-validate is not installed: make test-site installs it")
    files = [f"{path}{suffix}.html" for path in KINDS.values() for suffix, _ in LANGUAGES.values()] + ["404.html"]
    command = [str(program), "--config", str(HERE / ".htmlvalidate.json"), "--formatter", "json", *files]
    ran = subprocess.run(command, cwd=real_site, capture_output=True, text=True, check=False)
    found = [
        (Path(file["filePath"]).name, message["line"], message["ruleId"], message["message"])
        for file in json.loads(ran.stdout)
        for message in file["messages"]
    ]
    assert found == []
    assert ran.returncode == 0
