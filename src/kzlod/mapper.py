"""The mapper: maps anyone's data by anyone's mappings; the only module that knows the order of these stages.

mapping -> plan -> sources -> pieces -> lines -> one file, whole or not at all
"""

from __future__ import annotations

import importlib
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Final, Literal

import duckdb

from kzlod.errors import ConfigurationError, DataError, EngineError, KzlodError, Problem, escape_controls, quote
from kzlod.mapping.binding import BoundPlan, bind_plan
from kzlod.mapping.diagnosis import iter_doubtful, locate_failure
from kzlod.mapping.output_files import Staging, check_output, copy_to_standard_output, stage_output
from kzlod.mapping.pieces import Piece, list_pieces, select_statements
from kzlod.mapping.plan import DatabaseSource, FileSource, Plan, describe_source
from kzlod.mapping.progress import Progress, WritingProgress
from kzlod.mapping.relations import Relation
from kzlod.mapping.runners import DuckRunner, Runner
from kzlod.mapping.sandbox import Sandbox
from kzlod.mapping.sources.opening import bind_source
from kzlod.mapping.stream import write_document, write_lines, write_parquet
from kzlod.mapping.yarrrml.reader import load_mapping
from kzlod.quoting import write_text
from kzlod.resources import read_resource
from kzlod.terms import EXAMPLE_BASE, is_iri

_SPARK_FORMATS: Final = ("nquads", "ntriples", "parquet")
SMALLEST_MEMORY: Final = 32_000_000
"""What DuckDB cannot do with less than, in bytes."""

_FUNCTIONS: Final = "-- functions: kzlod/mapping/functions.sql and kzlod/mapping/sources/natural_types.sql\n"
_MEMORY: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([KMGT])(i?)B", re.IGNORECASE)


@dataclass(frozen=True)
class Options:
    """How to map.

    Args:
        format: one of ``FORMATS``.
        base: what relative IRIs start from where a mapping names no base.
        data: folders that may be read beside those of the mappings.
        allow_external: whether anything may be read.
        strict: whether a value that makes no RDF term is an error; else its statement is left out with a warning.
        engine: ``duckdb`` or ``spark``.
        master: where Spark runs, as it names it; empty for this machine.
        memory_limit: the engine's limit, such as ``300MB``; empty for its default.
        jobs: number of threads; 0 for all.
    """

    format: str = "nquads"
    base: str = EXAMPLE_BASE
    data: tuple[Path, ...] = ()
    allow_external: bool = False
    strict: bool = False
    engine: str = "duckdb"
    master: str = ""
    memory_limit: str = ""
    jobs: int = 0
    progress: Callable[[Progress], object] | None = field(default=None, compare=False)

    def count_workers(self) -> int:
        """How many queries run at the same time."""
        return self.jobs or os.cpu_count() or 1


def check_options(options: Options) -> None:
    """Refuse options that nothing can be mapped with.

    Raises:
        ConfigurationError: with every problem, named by its option.
    """
    found = []
    if not is_iri(options.base):
        found.append(("--base", f"{quote(options.base)} is no absolute IRI"))
    if options.memory_limit and _count_bytes(options.memory_limit) < SMALLEST_MEMORY:
        found.append(("--memory-limit", f"{quote(options.memory_limit)} is no amount of memory, or below 32MB; write 300MB or 2GB"))
    if options.master and options.engine != "spark":
        found.append(("--master", "only Spark runs elsewhere: give --engine spark"))
    if found:
        raise ConfigurationError([Problem(name, None, None, message, "option") for name, message in found])


def _count_bytes(amount: str) -> float:
    found = _MEMORY.fullmatch(amount)
    unit = 1024 if found and found[3] else 1000
    return float(found[1]) * unit ** (" KMGT".index(found[2].upper())) if found else 0


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
        output: the file, which is replaced when all is written, or a FIFO or device; None for standard output.

    Returns:
        Warnings: values that make no RDF term, whose statements were left out.

    Raises:
        ConfigurationError: a mapping or the call is wrong, or a mapping reads what it may not.
        DataError: a source is broken, with its line; with ``strict``, a value makes no RDF term.
        EngineError: a database cannot be reached.
    """
    check_options(options)
    plans = load_plans(mappings, options.base)
    check_output(output, options.format, mappings, plans)
    if options.engine == "spark":
        return _map_with_spark(plans, mappings, output, options)
    progress = WritingProgress()
    if options.progress:
        options.progress(progress)
    run = partial(_map_once, plans, mappings, output, options, progress)
    try:
        try:
            return run(careful=False)
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error:
            # Something in the rows: once more, looking at each row first, to say where or to read what DuckDB would not.
            return run(careful=True)
    except duckdb.OutOfMemoryException as error:
        raise EngineError([Problem("--memory-limit", None, None, str(error).partition("\n")[0], "engine")]) from None


def explain(mappings: Sequence[Path], options: Options) -> str:
    """The SQL of each piece of the output, as it would run, with the rules it is of, behind that of the views which it reads.

    Spark's readers make the views themselves, so that what these read is told behind the pieces.
    """
    check_options(options)
    plans = load_plans(mappings, options.base)
    sandboxes = _make_sandboxes(mappings, options)
    if options.engine == "spark":
        spark = _load_spark()
        with spark.open_runner(_find_master(options), options.memory_limit) as runner:
            bound = _bind(plans, sandboxes, runner, partial(spark.bind_source, runner, careful=False))
            pieces = (replace(piece, sql=spark.translate(piece.sql)) for piece in list_pieces(runner, bound))
            return f"{_show_pieces(pieces)}\n{_show_spark_views(bound)}"
    connection = _connect(options)
    duck = DuckRunner(connection)
    bound = _bind(plans, sandboxes, duck, partial(bind_source, connection, careful=False))
    views = "".join(f"{view};\n\n" for view in duck.views.values())
    return f"{_FUNCTIONS}\n{views}{_show_pieces(list_pieces(duck, bound))}"


def _show_spark_views(plans: Iterable[BoundPlan]) -> str:
    """What each view reads."""
    return "".join(
        f"-- view {view} is source {escape_controls(name)}: {escape_controls(describe_source(bound.plan.sources[name]))}\n"
        for bound in plans
        for name, view in bound.views.items()
    )


def _show_pieces(pieces: Iterable[Piece]) -> str:
    ways = {True: "streamed in the order of the source", False: "made distinct and sorted"}
    return "\n".join(
        f"-- piece {number}: {ways[piece.is_streamed]}\n-- of {escape_controls(', '.join(piece.rules))}\n{piece.sql};\n"
        for number, piece in enumerate(pieces, 1)
    )


def _map_once(  # noqa: PLR0913 - what a run is made of
    plans: list[Plan], mappings: Sequence[Path], output: Path | None, options: Options, progress: WritingProgress, *, careful: bool
) -> list[Problem]:
    connection, sandboxes = _connect(options), _make_sandboxes(mappings, options)
    # DuckDB would spill below the current folder.
    connection.execute(f"SET temp_directory = {write_text(str(sandboxes[0].scratch / 'spill'))}")
    bound = _bind(plans, sandboxes, DuckRunner(connection), partial(bind_source, connection, careful=careful))
    with stage_output(output, progress) as staging:
        sandboxes[0].lock(connection, [*(file for one in bound for file in one.files), *_list_parts(bound, staging)])
        try:
            warnings = _diagnose(DuckRunner(connection), bound, options)
            connections = [connection, *(connection.cursor() for _ in range(options.count_workers() - 1))]
            _write(connections, bound, staging, options.format)
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:
            if careful:
                raise DataError([locate_failure(DuckRunner(connection), bound, error)]) from None
            raise
    return warnings


def _load_spark() -> ModuleType:
    """The modules of Spark, which only those who use it wait for."""
    try:
        return importlib.import_module("kzlod.mapping.spark.engine")
    except ImportError as error:
        if error.name not in {"pyspark", "py4j"}:
            raise
        message = "Spark is not installed: pip install 'kzlod[spark]'"
        raise ConfigurationError([Problem("--engine", None, None, message, "engine", "spark")]) from None


def _find_master(options: Options) -> str:
    return options.master or f"local[{options.jobs or '*'}]"


def _map_with_spark(plans: list[Plan], mappings: Sequence[Path], output: Path | None, options: Options) -> list[Problem]:
    if options.format not in _SPARK_FORMATS:
        message = f"Spark writes {', '.join(_SPARK_FORMATS)}; {options.format} is written by --engine duckdb"
        raise ConfigurationError([Problem("--format", None, None, message, "format", options.format)])
    spark = _load_spark()
    sandboxes = _make_sandboxes(mappings, options)
    with _output_folder(output) as target, spark.open_runner(_find_master(options), options.memory_limit) as runner:
        if options.progress:
            options.progress(runner)

        def run(*, careful: bool) -> list[Problem]:
            bound = _bind(plans, sandboxes, runner, partial(spark.bind_source, runner, careful=careful))
            try:
                warnings = _diagnose(runner, bound, options)
                if options.format == "parquet":
                    spark.write_parquet(runner, select_statements(bound), target)
                else:
                    pieces = list_pieces(runner, bound, graphs=options.format == "nquads")
                    spark.write_lines(runner, pieces, target, options.format)
            except runner.errors as error:
                if careful:
                    raise DataError([locate_failure(runner, bound, error)]) from None
                raise
            return warnings

        try:
            return run(careful=False)
        except runner.errors:
            return run(careful=True)


def _connect(options: Options) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false")
    # It makes a TRY_CAST over a CSV file the type of the column there, and then a cell that does not fit is an error.
    connection.execute("SET disabled_optimizers = 'type_pushdown'")
    connection.execute("SET preserve_insertion_order = true")
    # A COPY that fails while other threads write for it may wait for these for ever (duckdb/duckdb#23885).
    connection.execute("SET async_threads = 0")
    if options.memory_limit:
        connection.execute(f"SET memory_limit = {write_text(options.memory_limit)}")
    # A query has one thread, and each job runs a query: rows then come in the order of the source without waiting for it.
    connection.execute("SET threads = 1")
    connection.execute(read_resource("kzlod.mapping", "functions.sql"))
    return connection


def _make_sandboxes(mappings: Sequence[Path], options: Options) -> list[Sandbox]:
    return [
        Sandbox((path.parent.resolve(), *(folder.resolve() for folder in options.data)), options.allow_external)
        for path in mappings
    ]


def _bind(
    plans: list[Plan],
    sandboxes: list[Sandbox],
    runner: Runner,
    open_source: Callable[[FileSource | DatabaseSource, frozenset[str], Sandbox], Relation],
) -> list[BoundPlan]:
    bound: list[BoundPlan] = []
    errors: list[KzlodError] = []
    for plan, sandbox in zip(plans, sandboxes, strict=True):
        try:
            bound.append(bind_plan(runner, plan, partial(_open_source, open_source, sandbox)))
        except KzlodError as error:
            errors.append(error)
    if errors:
        raise type(errors[0])([problem for error in errors for problem in error.problems])
    return bound


def _open_source(
    open_source: Callable[[FileSource | DatabaseSource, frozenset[str], Sandbox], Relation],
    sandbox: Sandbox,
    source: FileSource | DatabaseSource,
    references: frozenset[str],
) -> Relation:
    return open_source(source, references, sandbox)


def _diagnose(runner: Runner, plans: list[BoundPlan], options: Options) -> list[Problem]:
    """What is doubtful in the rows.

    Raises:
        DataError: with these, where the call is strict.
    """
    problems = list(dict.fromkeys(iter_doubtful(runner, plans)))
    if problems and options.strict:
        raise DataError(problems)
    return problems


def _write(connections: list[duckdb.DuckDBPyConnection], bound: list[BoundPlan], staging: Staging, form: str) -> None:
    if form in {"nquads", "ntriples"}:
        pieces = list_pieces(DuckRunner(*connections), bound, graphs=form == "nquads")
        write_lines(connections, pieces, staging)
    elif form == "parquet":
        write_parquet(connections[0], select_statements(bound), staging)
    else:
        prefixes = {prefix: name for one in bound for prefix, name in one.plan.prefixes.items() if prefix}
        write_document(connections[0], select_statements(bound), staging, form, prefixes)


def _list_parts(bound: list[BoundPlan], staging: Staging) -> list[Path]:
    """The files that DuckDB may write: there are never more pieces than rules, and one where there are none."""
    rules = sum(len(rows.statements) for one in bound for rows in one.rows)
    return [staging.name_part(number) for number in range(max(1, rules))]


@contextmanager
def _output_folder(output: Path | None) -> Iterator[Path]:
    """The folder to write; for standard output a temporary one, whose parts are copied when it is whole."""
    if output is not None:
        yield output
        return
    with tempfile.TemporaryDirectory(prefix="kzlod-") as folder:
        target = Path(folder).resolve() / "output"
        yield target
        for part in sorted(target.glob("part-*")):
            copy_to_standard_output(part)


def export_rml(mapping: Path, vocabulary: Literal["rml", "ql"], base: str) -> str:
    """A mapping as RML in Turtle; its files are named from its own folder, and relative IRIs are written out.

    Raises:
        ConfigurationError: the mapping is wrong, or has what RML cannot say.
    """
    from kzlod.mapping.rml.export import write_rml  # noqa: PLC0415

    check_options(Options(base=base))
    (plan,) = load_plans([mapping], base)
    return write_rml(plan, vocabulary, mapping.parent, absolute=True)
