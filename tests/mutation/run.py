"""Mutation testing: changes the modules of ``modules.toml`` in one place at a time, and tells the changes no test notices.

    python -m tests.mutation.run --tests-python .venv/bin/python src/kzlod/terms.py

Runs in a Python that has cosmic-ray; the tests run in another, on copies of the repository. Left out are changes in annotations
and of what freezes a class, which mypy is there for, and of ``==`` into ``is``, which differ by what Python keeps once. The exit
code is 1 where a change survives that ``equivalents.csv`` does not explain.
"""

from __future__ import annotations

import argparse
import ast
import csv
import json
import os
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec, WorkerOutcome, WorkResult

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]
_LEFT_OUT: Final = shutil.ignore_patterns(".git", ".venv", ".hypothesis", "__pycache__", "node_modules", "output")
_PYTEST: Final = "-m pytest -x -q --assert=plain --tb=no -p no:cacheprovider -p tests.mutation.examples"
_SECONDS: Final = 60
_IDENTITY: Final = ("_Eq_Is", "_NotEq_IsNot", "_Is_Eq", "_IsNot_NotEq")


@dataclass(frozen=True)
class Module:
    """A module that was mutated.

    Args:
        path: its path in the repository.
        mutants: how many changes were tried.
        survivors: the line after the change and the whole difference, of each that no test noticed.
    """

    path: str
    mutants: int
    survivors: Sequence[tuple[str, str]]

    def write_row(self, explained: Iterable[str]) -> str:
        """The module's row of the table."""
        equivalent = sum(line in explained for line, _ in self.survivors)
        left = len(self.survivors) - equivalent
        return f"| `{self.path}` | {self.mutants} | {self.mutants - len(self.survivors)} | {equivalent} | {left} |"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", help="those of modules.toml, where none is named")
    parser.add_argument("--tests-python", default=sys.executable, help="the Python that has kzlod's dependencies and pytest")
    parser.add_argument("--jobs", type=int, default=2, help="modules at a time")
    parser.add_argument("--work", type=Path, default=Path(".venv/mutants"), help="folder of copies and sessions")
    options = parser.parse_args()
    tests = tomllib.loads((HERE / "modules.toml").read_text(encoding="utf-8"))
    work, python = options.work.resolve(), Path(options.tests_python).absolute()

    def mutate(path: str) -> Module:
        return mutate_module(path, tests[path]["tests"], work / path.replace("/", "-"), python)

    with ThreadPoolExecutor(options.jobs) as pool:
        modules = list(pool.map(mutate, options.modules or tests))
    with (HERE / "equivalents.csv").open(encoding="utf-8", newline="") as file:
        explained = {(row["module"], row["line"]) for row in csv.DictReader(file)}
    lines_by_path = {module.path: {line for path, line in explained if path == module.path} for module in modules}
    left = [diff for module in modules for line, diff in module.survivors if line not in lines_by_path[module.path]]
    print(*left, sep="\n")
    print("| module | mutants | killed | equivalent | survived |\n|---|---:|---:|---:|---:|")
    print(*(module.write_row(lines_by_path[module.path]) for module in modules), sep="\n")
    sys.exit(bool(left))


def mutate_module(path: str, tests: Sequence[str], folder: Path, python: Path) -> Module:
    """Try all changes of a module.

    Args:
        path: the module in the repository.
        tests: files of tests; the examples in the module itself are tests, too.
        folder: where the copy and the session of cosmic-ray are made anew.
        python: the interpreter of the tests.

    Raises:
        subprocess.CalledProcessError: the tests fail without a change.
    """
    shutil.rmtree(folder, ignore_errors=True)
    copy = folder / "copy"
    shutil.copytree(ROOT, copy, ignore=_LEFT_OUT)
    config, session = folder / "config.toml", folder / "session.sqlite"
    command = f"{python} {_PYTEST} {shlex.join([path, *tests])}"
    config.write_text(
        f'[cosmic-ray]\nmodule-path = "{path}"\ntimeout = {_SECONDS}\nexcluded-modules = []\n'
        f'test-command = {json.dumps(command)}\n[cosmic-ray.distributor]\nname = "local"\n',
        encoding="utf-8",
    )
    # Plugins of pytest have no part in this and take a second each time.
    environment = {**os.environ, "PYTHONPATH": str(copy / "src"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    # cosmic-ray lets no run write bytecode.
    subprocess.run([python, "-m", "compileall", "-q", "src", "tests"], cwd=copy, check=True)
    for words in (("init", config, session), ("baseline", config), ("exec", config, session)):
        subprocess.run([sys.executable, "-m", "cosmic_ray.cli", *words], cwd=copy, env=environment, check=True)
        if words[0] == "init":
            with use_db(session, WorkDB.Mode.open) as database:
                _skip_changes(database, copy / path)
    with use_db(session, WorkDB.Mode.open) as database:
        results = [result for _, result in database.completed_work_items if result.worker_outcome is not WorkerOutcome.SKIPPED]
    diffs = [result.diff or "" for result in results if not result.is_killed]
    return Module(path, len(results), sorted((_find_changed_line(diff), diff) for diff in diffs))


def _skip_changes(database: WorkDB, path: Path) -> None:
    spans = find_unevaluated(path.read_text(encoding="utf-8"))
    for item in list(database.pending_work_items):
        if any(change.operator_name.endswith(_IDENTITY) or _is_within(change, spans) for change in item.mutations):
            database.set_result(item.job_id, WorkResult(worker_outcome=WorkerOutcome.SKIPPED))


def find_unevaluated(source: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where annotations and arguments of classes' decorators start and end: lines from 1, columns in characters from 0."""
    spans = []
    for node in ast.walk(ast.parse(source)):
        found = [getattr(node, name, None) for name in ("annotation", "returns")]
        if isinstance(node, ast.ClassDef):
            found += [
                word.value for decorator in node.decorator_list if isinstance(decorator, ast.Call) for word in decorator.keywords
            ]
        spans += [
            ((part.lineno, part.col_offset), (part.end_lineno or 0, part.end_col_offset or 0))
            for part in found
            if isinstance(part, ast.expr)
        ]
    return spans


def _is_within(change: MutationSpec, spans: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> bool:
    start, end = tuple(change.start_pos), tuple(change.end_pos)
    return any(first <= start and end <= last for first, last in spans)


def _find_changed_line(diff: str) -> str:
    """The first line that is new, or with a hyphen before it the first that is gone."""
    lines = [line for line in diff.splitlines() if line[1:].strip() and not line.startswith(("+++", "---"))]
    new = [line[1:].strip() for line in lines if line.startswith("+")]
    return next(iter([*new, *(line for line in lines if line.startswith("-"))]), "")


if __name__ == "__main__":
    main()
