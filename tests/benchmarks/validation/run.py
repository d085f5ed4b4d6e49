"""Runs the benchmark of validation: kzlod with each engine and its peers on the same data, side by side; prints a Markdown table.

    python -m tests.benchmarks.validation.run --triples 10000 100000 --dirty 0 0.01 --repeat 3

Each tool runs as a process of its own, from its start to its end, and all take turns. The exit code is 1 where a peer finds
anything else than kzlod, its known differences (differences.toml) aside.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.measure import Measure, RunError, Runs, run_measured
from tests.benchmarks.peers import describe_machine, find_interpreter
from tests.benchmarks.validation.compare import Finding, compare_findings, load_differences, read_findings
from tests.benchmarks.validation.tools import DATA, HERE, SHAPES, TOOLS, Tool

import kzlod


@dataclass
class Run(Runs):
    """What came of a tool on one set of data."""

    tool: Tool = TOOLS[0]
    findings: frozenset[Finding] = frozenset()


def main() -> None:
    """The command line."""
    options = read_options()
    tools = [tool for tool in TOOLS if tool.name in options.tools]
    rows = []
    for triples in options.triples:
        for dirty in options.dirty:
            folder = generate(triples, dirty, options.work)
            runs = measure(tools, triples, folder, options)
            compare(runs, folder)
            rows += [(triples, dirty, runs)]
    print("\n".join(write_table(rows, options)))
    sys.exit(any(run.is_wrong for _, _, runs in rows for run in runs))


def read_options() -> argparse.Namespace:
    """The options of the call."""
    names = [tool.name for tool in TOOLS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--dirty", type=float, nargs="+", default=[0, 0.01], help="shares of things with a fault")
    parser.add_argument("--tools", nargs="+", choices=names, default=names)
    parser.add_argument("--repeat", type=int, default=3, help="runs of each tool, of which the table shows the median")
    parser.add_argument("--timeout", type=float, default=1800, help="seconds for one run")
    parser.add_argument("--work", type=Path, default=Path(".venv/benchmark/validation"), help="folder of data and reports")
    venvs = os.environ.get("BENCH_VENVS", ".venv/benchmark/venvs")
    parser.add_argument("--venvs", type=Path, default=Path(venvs), help="folder of the peers' environments, made where missing")
    options = parser.parse_args()
    options.work, options.venvs = options.work.resolve(), options.venvs.absolute()
    return options


def generate(triples: int, dirty: float, work: Path) -> Path:
    """Make data; in a process of its own, because what this one uses would count as the tools'."""
    folder = work / f"{triples}-{dirty}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "tests.benchmarks.validation.generator", str(folder / DATA)]
    subprocess.run([*command, "--triples", str(triples), "--dirty", str(dirty)], check=True)
    shutil.copy(HERE / SHAPES, folder)
    return folder


def measure(tools: Sequence[Tool], triples: int, folder: Path, options: argparse.Namespace) -> list[Run]:
    """Run each tool several times, in turns."""
    runs = [Run(tool=tool, failure="" if triples <= tool.most else "not run: too slow or too large") for tool in tools]
    for _ in range(options.repeat):
        for run in runs:
            if run.failure:
                continue
            try:
                requirements = HERE / "requirements" / f"{run.tool.name}.txt"
                interpreter = find_interpreter(run.tool.name, requirements, options.venvs)
                run.measures.append(run_tool(run.tool, interpreter, folder, options.timeout))
                print(f"{run.tool.name}: {run.measures[-1].wall:.1f} s", file=sys.stderr)
            except RunError as error:
                run.failure, run.is_wrong = str(error), run.tool.name.startswith("kzlod")
    return runs


def run_tool(tool: Tool, interpreter: Path, data: Path, timeout: float) -> Measure:
    """Run a tool once in a folder of its own, where its report stays.

    Raises:
        RunError: it failed; exit code 1 tells of findings.
    """
    folder = data / tool.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in (DATA, SHAPES):
        os.link(data / name, folder / name)
    environment = {**os.environ, "PYTHONPATH": str(Path(kzlod.__file__).parents[1]) if tool.name.startswith("kzlod") else ""}
    return run_measured([str(interpreter), *tool.arguments], folder, environment, timeout, allowed=(0, 1))


def compare(runs: Sequence[Run], folder: Path) -> None:
    """Hold what each tool finds against what the first one does."""
    first: Run | None = None
    for run in runs:
        if run.failure:
            continue
        try:
            run.findings = read_findings(folder / run.tool.name / "output")
        except (ValueError, SyntaxError) as error:
            run.failure = f"no report: {error}"
            continue
        if first is None:
            first = run
            continue
        known = load_differences(run.tool.name)
        missing, added, examples = compare_findings(first.findings, run.findings, known)
        run.is_wrong = bool(missing or added)
        run.remark = f"{missing:,} missing, {added:,} added" if run.is_wrong else "the same"
        run.remark += f", {len(known)} known differences aside" if known else ""
        print(*examples, sep="\n", file=sys.stderr)


def write_table(rows: Sequence[tuple[int, float, Sequence[Run]]], options: argparse.Namespace) -> Iterator[str]:
    """The table in Markdown, and what machine it is true of."""
    yield "| triples | dirty | tool | wall s | CPU s | peak MB | CPU to kzlod's | results | to kzlod's |"
    yield "|--:|--:|---|--:|--:|--:|--:|--:|---|"
    for triples, dirty, runs in rows:
        own = next((run for run in runs if run.tool.name.startswith("kzlod") and not run.failure), None)
        for run in runs:
            start = f"| {triples:,} | {dirty:.0%} | {run.tool.name} |"
            if run.failure:
                yield f"{start} | | | | | {run.failure} |"
                continue
            ratio = f"{run.middle('cpu') / own.middle('cpu'):.1f}" if own else ""
            measured = f"{run.middle('wall'):.2f} | {run.middle('cpu'):.2f} | {run.middle('peak'):.0f} | {ratio}"
            yield f"{start} {measured} | {len(run.findings):,} | {run.remark} |"
    times = "one run" if options.repeat == 1 else f"median of {options.repeat} runs"
    yield ""
    yield f"{times.capitalize()}; {describe_machine('pyshacl', 'pyshacl-turbo')}."


if __name__ == "__main__":
    main()
