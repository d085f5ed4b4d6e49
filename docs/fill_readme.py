"""Put what the commands print into the README: each ``<!-- output: COMMAND -->`` and the block after it."""

import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"<!-- output: (kzlod .+?) -->\n```\n.*?```", re.DOTALL)


def fill_block(found: re.Match[str]) -> str:
    """The block with the output of its command."""
    command = [sys.executable, "-m", *found[1].split()]
    output = subprocess.run(command, cwd=README.parent, capture_output=True, text=True, check=True).stdout
    return f"<!-- output: {found[1]} -->\n```\n{output}```"


if __name__ == "__main__":
    README.write_text(BLOCK.sub(fill_block, README.read_text(encoding="utf-8")), encoding="utf-8")
