"""The mapper: maps anyone's data by anyone's mappings; the only module that knows the order of these stages.

mapping -> plan -> sources -> pieces -> lines -> one file, whole or not at all
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Final, Literal

import duckdb

from kzlod.errors import ConfigurationError, DataError, KzlodError, Problem, quote
from kzlod.mapping.binding import BoundPlan, bind_plan
from kzlod.mapping.pieces import list_pieces, select_statements
from kzlod.mapping.plan import DatabaseSource, FileSource, Plan
from kzlod.mapping.relations import Relation
from kzlod.mapping.rows import make_writer
from kzlod.mapping.sandbox import Sandbox
from kzlod.mapping.sources.input_files import find_compression
from kzlod.mapping.sources.opening import bind_source
from kzlod.mapping.stream import name_parts, write_document, write_lines, write_parquet
from kzlod.mapping.yarrrml.reader import load_mapping
from kzlod.quoting import write_text
from kzlod.terms import EXAMPLE_BASE

FORMATS: Final = ("nquads", "ntriples", "turtle", "trig", "jsonld", "parquet")
_ENDINGS: Final = {
    ".nq": "nquads",
    ".nt": "ntriples",
    ".ttl": "turtle",
    ".trig": "trig",
    ".jsonld": "jsonld",
    ".parquet": "parquet",
}


@dataclass(frozen=True)
class Options:
    """How to map.

    Args:
        format: one of ``FORMATS``.
        base: what relative IRIs start from where a mapping names no base.
        data: folders that may be read beside those of the mappings.
        allow_external: whether anything may be read.
        strict: whether a value that makes no RDF term is an error; else its statement is left out with a warning.
        memory_limit: DuckDB's limit, such as ``300MB``; empty for its default.
        jobs: number of threads; 0 for all.
    """

    format: str = "nquads"
    base: str = EXAMPLE_BASE
    data: tuple[Path, ...] = ()
    allow_external: bool = False
    strict: bool = False
    memory_limit: str = ""
    jobs: int = 0
    progress: Callable[[duckdb.DuckDBPyConnection], object] | None = field(default=None, compare=False)

    def count_workers(self) -> int:
        """How many queries run at the same time."""
        return self.jobs or os.cpu_count() or 1


def find_output_format(output: Path) -> str:
    """The format by the ending of a file's name, behind one of compression; N-Quads where it tells none."""
    name = output.with_suffix("") if find_compression(output) != "none" else output
    return _ENDINGS.get(name.suffix, "nquads")


def load_plans(mappings: Iterable[Path], base: str) -> list[Plan]:
    """Read mappings: YARRRML in ``.yml`` and ``.yaml``, RML in ``.ttl`` and ``.nt``.

    Raises:
        ConfigurationError: with every problem of every file.
    """
    plans: list[Plan] = []
    problems: list[Problem] = []
    for path in mappings:
        try:
            if path.suffix in {".ttl", ".nt"}:
                # What a mapping in YARRRML does not need is not waited for.
                from kzlod.mapping.rml.reader import load_rml  # noqa: PLC0415

                plans.append(load_rml(path, path.as_posix(), base, len(plans)))
            elif path.suffix in {".yml", ".yaml"}:
                plans.append(load_mapping(path, path.as_posix(), base))
            else:
                message = "a mapping is YARRRML (.yml, .yaml) or RML (.ttl, .nt)"
                problems.append(Problem(path.as_posix(), None, None, message, "mapping"))
        except ConfigurationError as error:
            problems += error.problems
    if problems:
        raise ConfigurationError(problems)
    return plans


def map_data(mappings: Sequence[Path], output: Path | None, options: Options) -> list[Problem]:
    """Map data to RDF.

    Args:
        mappings: files of RML or YARRRML.
        output: the file, which is replaced when all is written; None for standard output.

    Returns:
        Warnings: values that make no RDF term, whose statements were left out.

    Raises:
        ConfigurationError: a mapping or the call is wrong, or a mapping reads what it may not.
        DataError: a source is broken, with its line; with ``strict``, a value makes no RDF term.
        EngineError: a database cannot be reached.
    """
    plans = load_plans(mappings, options.base)
    with _output_file(output) as target:
        try:
            return _map_once(plans, mappings, target, options, careful=False)
        except duckdb.Error:
            # Something in the rows: once more, looking at each row first, to say where or to read what DuckDB would not.
            return _map_carefully(plans, mappings, target, options)


def explain(mappings: Sequence[Path], options: Options) -> str:
    """The SQL of each piece of the output, as it would run."""
    plans = load_plans(mappings, options.base)
    connection, sandboxes = _connect(options), _make_sandboxes(mappings, options)
    bound = _bind(connection, plans, sandboxes, careful=False)
    lines = []
    for number, piece in enumerate(list_pieces(connection, bound), 1):
        way = "streamed in the order of the source" if piece.is_streamed else "made distinct and sorted"
        lines.append(f"-- piece {number}: {way}\n{piece.sql};\n")
    return "\n".join(lines)


def _map_carefully(plans: list[Plan], mappings: Sequence[Path], target: Path, options: Options) -> list[Problem]:
    try:
        return _map_once(plans, mappings, target, options, careful=True)
    except duckdb.Error as error:
        reason = str(error).partition("\n")[0]
        raise DataError([Problem(plans[0].file, None, None, f"the data cannot be mapped: {reason}", "sql")]) from None


def _map_once(plans: list[Plan], mappings: Sequence[Path], target: Path, options: Options, *, careful: bool) -> list[Problem]:
    connection, sandboxes = _connect(options), _make_sandboxes(mappings, options)
    # DuckDB would spill below the current folder.
    connection.execute(f"SET temp_directory = {write_text(str(sandboxes[0].scratch / 'spill'))}")
    bound = _bind(connection, plans, sandboxes, careful=careful)
    sandboxes[0].lock(connection, [*(file for one in bound for file in one.files), *_list_parts(bound, target)])
    warnings = _find_invalid(connection, bound)
    if warnings and options.strict:
        raise DataError(warnings)
    if options.progress:
        options.progress(connection)
    _write([connection, *(connection.cursor() for _ in range(options.count_workers() - 1))], bound, target, options)
    return warnings


def _connect(options: Options) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false")
    connection.execute("SET preserve_insertion_order = true")
    try:
        if options.memory_limit:
            connection.execute(f"SET memory_limit = {write_text(options.memory_limit)}")
    except duckdb.Error:
        message = f"{quote(options.memory_limit)} is no amount of memory; write 300MB or 2GB"
        raise ConfigurationError([Problem("--memory-limit", None, None, message, "option")]) from None
    # A query has one thread, and each job runs a query: rows then come in the order of the source without waiting for it.
    connection.execute("SET threads = 1")
    connection.execute(resources.files("kzlod.mapping").joinpath("functions.sql").read_text(encoding="utf-8"))
    return connection


def _make_sandboxes(mappings: Sequence[Path], options: Options) -> list[Sandbox]:
    return [
        Sandbox((path.parent.resolve(), *(folder.resolve() for folder in options.data)), options.allow_external)
        for path in mappings
    ]


def _bind(connection: duckdb.DuckDBPyConnection, plans: list[Plan], sandboxes: list[Sandbox], *, careful: bool) -> list[BoundPlan]:
    bound: list[BoundPlan] = []
    errors: list[KzlodError] = []
    for plan, sandbox in zip(plans, sandboxes, strict=True):
        try:
            bound.append(bind_plan(connection, plan, partial(_open_source, connection, sandbox, careful=careful)))
        except KzlodError as error:
            errors.append(error)
    if errors:
        raise type(errors[0])([problem for error in errors for problem in error.problems])
    return bound


def _open_source(
    connection: duckdb.DuckDBPyConnection,
    sandbox: Sandbox,
    source: FileSource | DatabaseSource,
    references: frozenset[str],
    *,
    careful: bool,
) -> Relation:
    return bind_source(connection, source, references, sandbox, careful=careful)


def _find_invalid(connection: duckdb.DuckDBPyConnection, plans: list[BoundPlan]) -> list[Problem]:
    """Values that make no RDF term: for each rule how many, and one of them."""
    problems: dict[Problem, None] = {}
    for bound in plans:
        for rows in bound.rows:
            writer = make_writer(rows, bound.plan.base, checked=False, lower_tags=False)
            for statement in rows.statements:
                for term, made, condition in writer.iter_invalid(statement):
                    query = f"SELECT count(*), min(term) FROM (SELECT {made} AS term FROM {rows.sql} WHERE {condition})"
                    count, example = connection.execute(query).fetchone() or (0, None)
                    if count:
                        made_by = "1 row makes" if count == 1 else f"{count:,} rows make"
                        message = f"{made_by} no RDF term here, such as {quote(str(example))}; what they state with it is left out"
                        problems[term.place.problem(message, "term", str(example))] = None
    return list(problems)


def _write(connections: list[duckdb.DuckDBPyConnection], bound: list[BoundPlan], target: Path, options: Options) -> None:
    if options.format in {"nquads", "ntriples"}:
        pieces = list_pieces(connections[0], bound, graphs=options.format == "nquads")
        write_lines(connections, pieces, target)
    elif options.format == "parquet":
        write_parquet(connections[0], select_statements(bound), target)
    else:
        prefixes = {prefix: name for one in bound for prefix, name in one.plan.prefixes.items() if prefix}
        write_document(connections[0], select_statements(bound), target, options.format, prefixes)


def _list_parts(bound: list[BoundPlan], target: Path) -> list[Path]:
    """The files that DuckDB may write: there are never more pieces than rules, and one where there are none."""
    rules = sum(len(rows.statements) for one in bound for rows in one.rows)
    return [name_parts(target) / str(number) for number in range(max(1, rules))]


@contextmanager
def _output_file(output: Path | None) -> Iterator[Path]:
    """The file to write; for standard output a temporary one, which is copied when it is whole."""
    if output is not None:
        yield output.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="kzlod-") as folder:
        target = Path(folder).resolve() / "output"
        yield target
        with target.open("rb") as file:
            sys.stdout.flush()
            shutil.copyfileobj(file, sys.stdout.buffer, 1 << 20)
            sys.stdout.buffer.flush()


def export_rml(mapping: Path, vocabulary: Literal["rml", "ql"], base: str) -> str:
    """A mapping as RML in Turtle; its files are named from its own folder, and relative IRIs are written out.

    Raises:
        ConfigurationError: the mapping is wrong, or has what RML cannot say.
    """
    from kzlod.mapping.rml.export import write_rml  # noqa: PLC0415

    (plan,) = load_plans([mapping], base)
    return write_rml(plan, vocabulary, mapping.parent, absolute=True)
