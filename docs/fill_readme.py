"""Fill the README and the pages of docs/: what ``<!-- output: COMMAND -->`` prints, the file of ``<!-- file: PATH -->``, and
the table of contents."""

import csv
import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"<!-- output: (kzlod .+?) -->\n```\n.*?```", re.DOTALL)
FILE = re.compile(r"<!-- file: (\S+) -->\n```yaml\n.*?```", re.DOTALL)
TABLE = re.compile(r"(?<=<!-- contents -->\n).*?(?=\n\n)", re.DOTALL)


def count_classes() -> dict[str, int]:
    """Number of entities by class, as the query of this name counts them."""
    command = [sys.executable, "-m", "kzlod", "query", "classes", "--format", "csv"]
    output = subprocess.run(command, cwd=README.parent, capture_output=True, text=True, check=True).stdout
    return {row["class"]: int(row["entities"]) for row in csv.DictReader(output.splitlines())}


def write_contents(counts: dict[str, int]) -> str:
    """The table of what is in the dataset; ``contents.csv`` beside this file names the classes of each line."""
    with (README.parent / "docs" / "contents.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["what"], sum(counts[name] for name in row["class"].split())) for row in csv.DictReader(file)]
    return "\n".join(["| what | number |", "| --- | ---: |", *(f"| {what} | {number:,} |" for what, number in rows)])


def fill_block(found: re.Match[str]) -> str:
    """The block with the output of its command."""
    command = [sys.executable, "-m", *found[1].split()]
    output = subprocess.run(command, cwd=README.parent, capture_output=True, text=True, check=True).stdout
    return f"<!-- output: {found[1]} -->\n```\n{output}```"


def fill_file(found: re.Match[str]) -> str:
    """The block with the text of its file."""
    return f"<!-- file: {found[1]} -->\n```yaml\n{(README.parent / found[1]).read_text(encoding='utf-8')}```"


if __name__ == "__main__":
    contents = write_contents(count_classes())
    for page in (README, *sorted((README.parent / "docs" / "how-to").glob("*.md"))):
        text = FILE.sub(fill_file, BLOCK.sub(fill_block, page.read_text(encoding="utf-8")))
        page.write_text(TABLE.sub(contents, text), encoding="utf-8")
