"""Runs the benchmark of releases: kzlod diff and its peers on the same two dumps, side by side; prints a Markdown table.

    python -m tests.benchmarks.releases.run --quads 1000000 --repeat 3

Each tool runs as a process of its own, from its start to its end, and all take turns. The exit code is 1 where a tool finds other
differences than kzlod, or where the patch does not make the new dump of the old one.
"""

from __future__ import annotations

import argparse
import filecmp
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.measure import Measure, RunError, Runs, run_measured
from tests.benchmarks.peers import describe_machine
from tests.benchmarks.releases.tools import NEW, OLD, TOOLS, Tool, read_changes

import kzlod


@dataclass
class Run(Runs):
    """What came of a tool."""

    tool: Tool = TOOLS[0]
    changes: int = 0


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quads", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--repeat", type=int, default=3, help="runs of each tool, of which the table shows the median")
    parser.add_argument("--timeout", type=float, default=1800, help="seconds for one run")
    parser.add_argument("--work", type=Path, default=Path(".venv/benchmark/releases"), help="folder of dumps and differences")
    options = parser.parse_args()
    rows = []
    for quads in options.quads:
        folder = generate(quads, options.work.resolve())
        runs = measure(quads, folder, options.repeat, options.timeout)
        compare(runs, folder)
        rows += [(quads, run) for run in runs]
    print("\n".join(write_table(rows, options.repeat)))
    sys.exit(any(run.is_wrong for _, run in rows))


def generate(quads: int, work: Path) -> Path:
    """Make two dumps; in a process of its own, because what this one uses would count as the tools'."""
    folder = work / str(quads)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    subprocess.run([sys.executable, "-m", "tests.benchmarks.releases.generator", str(folder), "--quads", str(quads)], check=True)
    return folder


def measure(quads: int, folder: Path, repeat: int, timeout: float) -> list[Run]:
    """Run each tool several times, in turns."""
    runs = [Run(tool=tool, failure="" if quads <= tool.most else "not run: too large") for tool in TOOLS]
    for _ in range(repeat):
        for run in runs:
            if run.failure:
                continue
            try:
                run.measures.append(run_tool(run.tool, folder, timeout))
                print(f"{run.tool.name}: {run.measures[-1].wall:.1f} s", file=sys.stderr)
            except RunError as error:
                run.failure, run.is_wrong = str(error), run.tool.name.startswith("kzlod")
    return runs


def run_tool(tool: Tool, data: Path, timeout: float) -> Measure:
    """Run a tool once in a folder of its own.

    Raises:
        RunError: it failed; exit code 1 tells of differences.
    """
    folder = data / name_folder(tool)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in (OLD, NEW):
        os.link(data / name, folder / name)
    command = [sys.executable if word == "python" else word for word in tool.command]
    environment = {**os.environ, "LC_ALL": "C.UTF-8" if "python" in tool.command else "C"}
    environment["PYTHONPATH"] = str(Path(kzlod.__file__).parents[1])
    return run_measured(command, folder, environment, timeout, allowed=(0, 1))


def name_folder(tool: Tool) -> str:
    """The folder of a tool."""
    return tool.name.replace(" --format", "").replace(" ", "-")


def compare(runs: Sequence[Run], folder: Path) -> None:
    """Hold what each tool finds against what the first one does."""
    first = None
    for run in runs:
        if run.failure:
            continue
        output = folder / name_folder(run.tool) / "output"
        if run.tool.name == "kzlod patch":
            run.is_wrong = not filecmp.cmp(output, folder / NEW, shallow=False)
            run.remark = "another dump" if run.is_wrong else "the new dump"
            continue
        found = read_changes(run.tool, output)
        run.changes = len(found)
        first = found if first is None else first
        run.is_wrong = bool(run.tool.added) and found != first
        run.remark = f"{len(found - first):,} more, {len(first - found):,} missing" if run.is_wrong else f"{len(first):,} changes"


def write_table(rows: Sequence[tuple[int, Run]], repeat: int) -> Iterator[str]:
    """The table in Markdown, and what machine it is true of."""
    yield "| quads | tool | wall s | CPU s | peak MB | result |"
    yield "|--:|---|--:|--:|--:|---|"
    for quads, run in rows:
        if run.failure:
            yield f"| {quads:,} | {run.tool.name} | | | | {run.failure} |"
            continue
        measured = f"{run.middle('wall'):.2f} | {run.middle('cpu'):.2f} | {run.middle('peak'):.0f}"
        yield f"| {quads:,} | {run.tool.name} | {measured} | {run.remark} |"
    yield ""
    yield f"{'One run' if repeat == 1 else f'Median of {repeat} runs'}; {describe_machine('DuckDB', 'rdflib')}."


if __name__ == "__main__":
    main()
