"""Runs the benchmark of the site: ``kzlod site`` with one process and more; prints a Markdown table.

    python -m tests.benchmarks.site.run --entities 100000 --jobs 1 2

Each run is a process of its own, from its start to its end, and writes a new folder; then the same command writes into it again,
where nothing has changed. The exit code is 1 where a run fails, where sites differ, or where the second one writes anything.
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
from typing import Final

from tests.benchmarks.measure import Measure, RunError, run_measured
from tests.benchmarks.peers import describe_machine

import kzlod

_LIST: Final = ".kzlod-site"


@dataclass(frozen=True)
class Run:
    """What a run took, and how many pages and files the site has."""

    entities: int
    name: str
    measure: Measure
    pages: int
    files: int


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entities", type=int, default=100_000)
    parser.add_argument("--languages", type=int, default=1)
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--timeout", type=float, default=3600, help="seconds for one run")
    parser.add_argument("--work", type=Path, default=Path(".venv/benchmark/site"), help="folder of project and sites")
    options = parser.parse_args()
    project = generate(options.entities, options.languages, options.work.resolve())
    try:
        runs = list(iter_runs(options.entities, project, options.jobs, options.timeout))
    except RunError as error:
        sys.exit(str(error))
    print("\n".join(write_table(runs)))


def generate(entities: int, languages: int, work: Path) -> Path:
    """Make a project; in a process of its own, because what this one uses would count as kzlod's."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    command = [sys.executable, "-m", "tests.benchmarks.site.generator", str(work / "project")]
    subprocess.run([*command, "--entities", str(entities), "--languages", str(languages)], check=True)
    return work / "project"


def iter_runs(entities: int, project: Path, jobs: Sequence[int], timeout: float) -> Iterator[Run]:
    """A run with each number of processes, the last of them again where nothing has changed.

    Raises:
        RunError: a run fails, makes another site than the first, or writes again what has not changed.
    """
    listed = None
    for number in jobs:
        site = project.parent / "site"
        shutil.rmtree(site, ignore_errors=True)
        yield write_site(entities, project, f"{number} job{'s' if number > 1 else ''}", number, timeout)
        names = (site / _LIST).read_bytes()
        if listed not in (None, names):
            raise RunError(f"with {number} jobs there are other files")
        listed = names
    yield write_site(entities, project, f"{jobs[-1]} jobs, again", jobs[-1], timeout)
    if " 0 of them written, 0 old ones removed" not in (project.parent / "output").read_text(encoding="utf-8"):
        raise RunError("what has not changed was written again")


def write_site(entities: int, project: Path, name: str, jobs: int, timeout: float) -> Run:
    """Write the site once.

    Raises:
        RunError: it failed.
    """
    work = project.parent
    command = [sys.executable, "-m", "kzlod", "site", "--project", str(project), "--out", str(work / "site"), "--jobs", str(jobs)]
    environment = {**os.environ, "PYTHONPATH": str(Path(kzlod.__file__).parents[1])}
    measure = run_measured(command, work, environment, timeout)
    paths = (work / "site" / _LIST).read_text(encoding="utf-8").splitlines()
    print(f"{name}: {measure.wall:.1f} s", file=sys.stderr)
    return Run(entities, name, measure, sum(path.endswith(".html") for path in paths), len(paths))


def write_table(runs: Sequence[Run]) -> Iterator[str]:
    """The table in Markdown, and what machine it is true of."""
    yield "| entities | run | pages | files | wall s | CPU s | pages/s | peak MB |"
    yield "|--:|---|--:|--:|--:|--:|--:|--:|"
    for run in runs:
        took = f"{run.measure.wall:.0f} | {run.measure.cpu:.0f} | {run.pages / run.measure.wall:.0f} | {run.measure.peak:.0f}"
        yield f"| {run.entities:,} | {run.name} | {run.pages:,} | {run.files:,} | {took} |"
    yield ""
    yield f"One run each; {describe_machine('DuckDB', 'Jinja2')}."


if __name__ == "__main__":
    main()
