"""Runs the benchmark of mapping: kzlod and its peers on the same tables, side by side; prints a Markdown table.

    python -m tests.benchmarks.mapping.run --triples 1000000 --repeat 3

Each tool runs as a process of its own, from its start to its end, and all take turns. The exit code is 1 where kzlod's triples
are not those of a peer whose known faults (faults.toml) are put right, or where it writes one twice.
"""

from __future__ import annotations

import argparse
import compileall
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.mapping.compare import compare_lines, count_lines, load_faults, write_canonical
from tests.benchmarks.mapping.generate import FORMATS, TABLES
from tests.benchmarks.mapping.tools import HERE, OUTPUT, TOOLS, Tool
from tests.benchmarks.measure import RunError, Runs, run_measured
from tests.benchmarks.peers import describe_machine, find_interpreter

import kzlod
from kzlod.mapping.rml.export import write_rml
from kzlod.mapping.yarrrml.reader import load_mapping


@dataclass
class Result(Runs):
    """What came of a tool; ``triples`` is how many different ones it made."""

    tool: Tool = TOOLS[0]
    triples: int = 0


def main() -> None:
    """The command line."""
    options = read_options()
    results = [Result(tool=tool) for tool in TOOLS if tool.name in options.tools]
    tables = options.work / f"{options.triples}-{options.format}"
    generate(tables, options)
    # As pip has done with the peers when it installed them.
    compileall.compile_dir(str(Path(kzlod.__file__).parent), quiet=1)
    interpreters = {}
    for result in results:
        try:
            requirements = HERE / "requirements" / f"{result.tool.name}.txt"
            interpreters[result.tool.name] = find_interpreter(result.tool.name, requirements, options.venvs)
        except RunError as error:
            result.failure = str(error)
    for _ in range(options.repeat):
        for result in results:
            if not result.failure:
                run_tool(result, interpreters[result.tool.name], tables, options)
    compare(results, tables)
    print("\n".join(write_table(results, options)))
    sys.exit(any(result.is_wrong for result in results))


def read_options() -> argparse.Namespace:
    """The options of the call."""
    names = [tool.name for tool in TOOLS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=1_000_000, help="about how many")
    parser.add_argument("--tools", nargs="+", choices=names, default=names)
    parser.add_argument("--format", choices=FORMATS, default="csv", help="of the tables")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each tool, of which the table shows the median")
    parser.add_argument("--memory-limit", default="", help="for kzlod, such as 300MB")
    parser.add_argument("--timeout", type=float, default=1800, help="seconds for one run")
    parser.add_argument("--work", type=Path, default=Path(".venv/benchmark"), help="folder of tables and outputs")
    venvs = os.environ.get("BENCH_VENVS", ".venv/benchmark/venvs")
    parser.add_argument("--venvs", type=Path, default=Path(venvs), help="folder of the peers' environments, made where missing")
    options = parser.parse_args()
    options.work, options.venvs = options.work.resolve(), options.venvs.absolute()
    return options


def generate(tables: Path, options: argparse.Namespace) -> None:
    """Make tables and mappings; in a process of its own, because what this one uses would count as the tools'."""
    shutil.rmtree(tables, ignore_errors=True)
    tables.mkdir(parents=True)
    command = [sys.executable, "-m", "tests.benchmarks.mapping.generate", str(tables)]
    subprocess.run([*command, "--triples", str(options.triples), "--format", options.format], check=True)
    text = (HERE / "mapping.yml").read_text(encoding="utf-8").replace(".csv~csv", f".{options.format}~{options.format}")
    mapping = tables / "mapping.yml"
    mapping.write_text(text, encoding="utf-8")
    plan = load_mapping(mapping, mapping.name, "https://bench.example/")
    (tables / "mapping.rml.ttl").write_text(write_rml(plan, "rml", tables), encoding="utf-8")
    (tables / "mapping.ql.ttl").write_text(write_rml(plan, "ql", tables), encoding="utf-8")


def run_tool(result: Result, interpreter: Path, tables: Path, options: argparse.Namespace) -> None:
    """Run a tool once in a folder of its own, where its output stays."""
    tool = result.tool
    if options.format not in tool.formats:
        result.failure = f"reads no {options.format}"
        return
    folder = tables / tool.name
    set_up(tool, tables, folder, options.format)
    arguments = [argument.replace("{form}", options.format) for argument in tool.arguments]
    if tool.name == "kzlod" and options.memory_limit:
        arguments += ["--memory-limit", options.memory_limit]
    environment = {**os.environ, "PYTHONPATH": str(Path(kzlod.__file__).parents[1]) if tool.name == "kzlod" else ""}
    print(f"{tool.name} ...", end="", file=sys.stderr, flush=True)
    try:
        result.measures.append(run_measured([str(interpreter), *arguments], folder, environment, options.timeout))
        print(f" {result.measures[-1].wall:.1f} s", file=sys.stderr)
    except RunError as error:
        result.failure, result.is_wrong = str(error), tool.name == "kzlod"
        print(f" {error}", file=sys.stderr)


def set_up(tool: Tool, tables: Path, folder: Path, form: str) -> None:
    """The folder in which a tool runs."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for table in TABLES:
        os.link(tables / f"{table}.{form}", folder / f"{table}.{form}")
    shutil.copy(tables / "mapping.yml", folder)
    for name in ("mapping.rml.ttl", "mapping.ql.ttl"):
        (folder / name).write_text(tool.adapt((tables / name).read_text(encoding="utf-8")), encoding="utf-8")
    for name, text in tool.files.items():
        (folder / name).write_text(text, encoding="utf-8")


def compare(results: Sequence[Result], tables: Path) -> None:
    """Count the triples of each tool and hold them against kzlod's."""
    ours: Path | None = None
    for result in results:
        if result.failure:
            continue
        tool, lines = result.tool, tables / result.tool.name / "lines"
        faults = load_faults(tool.name)
        written = write_canonical(tables / tool.name / OUTPUT, lines, faults)
        result.triples = count_lines(lines)
        if tool.name == "kzlod":
            ours = lines
            result.is_wrong = written != result.triples
            result.remark = f"{written - result.triples:,} are written twice" if result.is_wrong else "each once"
        elif ours:
            difference = compare_lines(ours, lines, faults)
            result.is_wrong = bool(difference)
            result.remark = f"{difference.missing:,} missing, {difference.added:,} added" if difference else "the same"
            result.remark += f", after {len(faults)} known faults" if faults else ""
            print(*difference.examples, sep="\n", file=sys.stderr)


def write_table(results: Sequence[Result], options: argparse.Namespace) -> Iterator[str]:
    """The table in Markdown, and what machine it is true of."""
    yield "| tool | triples | wall s | CPU s | peak MB | wall to kzlod's | CPU to kzlod's | set of triples |"
    yield "|---|--:|--:|--:|--:|--:|--:|---|"
    own = next((result for result in results if result.tool.name == "kzlod" and not result.failure), None)
    for result in results:
        if result.failure:
            yield f"| {result.tool.name} | | | | | | | {result.failure} |"
            continue
        wall, cpu = result.middle("wall"), result.middle("cpu")
        ratios = f"{wall / own.middle('wall'):.1f} | {cpu / own.middle('cpu'):.1f}" if own else " | "
        measured = f"{result.triples:,} | {wall:.2f} | {cpu:.2f} | {result.middle('peak'):.0f}"
        yield f"| {result.tool.name} | {measured} | {ratios} | {result.remark} |"
    limit = f", kzlod with --memory-limit {options.memory_limit}" if options.memory_limit else ""
    times = "one run" if options.repeat == 1 else f"median of {options.repeat} runs"
    yield ""
    yield f"{options.format.upper()}, {times}{limit}; {describe_machine('DuckDB')}."


if __name__ == "__main__":
    main()
