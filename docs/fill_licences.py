"""Write ``docs/reference/licences.md``: what is installed with kzlod, by the bill of materials that ``make sbom`` makes.

python docs/fill_licences.py dist/sbom.cdx.json
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parent / "reference" / "licences.md"
TOOLS = {"pip", "setuptools"}
"""What every environment has."""


def write_licences(components: list[dict[str, Any]]) -> Iterator[str]:
    """The lines of the page."""
    yield from ("# Licences", "", "<!-- made by make sbom -->", "")
    yield "What `pip install 'kzlod[fast,serve,match]'` brings along. kzlod itself is under Apache-2.0, its data under CC0 1.0."
    yield from ("", "| package | version | licence |", "| --- | --- | --- |")
    rows = {(re.sub("[-_.]+", "-", each["name"]).lower(), each["version"], _name_licence(each)) for each in components}
    yield from (f"| {' | '.join(row)} |" for row in sorted(rows) if row[0] not in TOOLS)


def _name_licence(component: dict[str, Any]) -> str:
    entries = [(entry.get("expression"), entry.get("license", {})) for entry in component.get("licenses", [])]
    names = [expression or licence.get("id") or licence.get("name", "") for expression, licence in entries]
    return ", ".join(name.rpartition(" :: ")[2] for name in names if name != "License :: OSI Approved")


if __name__ == "__main__":
    components = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["components"]
    PAGE.write_text("".join(f"{line}\n" for line in write_licences(components)), encoding="utf-8")
