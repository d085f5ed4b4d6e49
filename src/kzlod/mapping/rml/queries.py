"""SQL over files, as RML processors on DuckDB know it: files stand in FROM, by name or in read_csv and read_parquet.

A plan's query names its logical sources instead; here the one becomes the other, and back.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

from kzlod.errors import ConfigurationError, Problem, quote
from kzlod.mapping.plan import Dialect, FileSource, Format, LogicalSource, QuerySource
from kzlod.mapping.query_sources import DIALECT
from kzlod.mapping.yarrrml.sources import find_format
from kzlod.quoting import write_name, write_text
from kzlod.tree import Place

# Morph-KGC writes NULL as None, and numbers and dates as pandas has them; of texts it leaves out the empty one.
_WRAPPER = "SELECT COALESCE(CAST(COLUMNS(*) AS TEXT), '') FROM"
_OPTIONS = {"delim": "delimiter", "sep": "delimiter", "quote": "quote", "escape": "escape", "comment": "comment"}
_FUNCTIONS = {"read_csv": Format.CSV, "read_csv_auto": Format.CSV, "read_parquet": Format.PARQUET}

Register = Callable[[str, LogicalSource], str]
"""Enters a source under a name, or one of its choice where that is empty, and tells the name."""


def read_query(
    source: QuerySource, folder: Path, sources: Mapping[str, LogicalSource], register: Register, problems: list[Problem]
) -> QuerySource:
    """A query over files as a query over logical sources.

    Args:
        source: with the query as the mapping has it.
        folder: what names of files are relative to.
        sources: those that are known.
        register: enters the files that are not.
        problems: takes what is wrong.
    """
    tree = _parse(source.query)
    if tree is None:
        return source  # what is wrong with it is told when the plan is bound
    try:
        for table in list(tree.find_all(exp.Table)):
            if (file := _read_file(table, folder, source.place)) is not None:
                _rename(table, _find_name(table, file, sources) or register("", file))
    except ConfigurationError as error:
        problems += error.problems
        return source
    return replace(source, query=_unwrap(tree, sources).sql(DIALECT))


def write_query(query: str, sources: Mapping[str, LogicalSource], folder: Path) -> str:
    """A query over logical sources as a query over files: what it reads stands before it, each under its name.

    Its columns come out as texts, NULL as the empty one.

    Raises:
        ConfigurationError: a source cannot stand in SQL: a database, JSON, or a file in an encoding of its own.
    """
    tree = _parse(query)
    needed = set(_iter_needed(tree, sources)) if tree else set()
    parts = [f"{write_name(name)} AS ({_write_source(sources[name], folder)})" for name in sources if name in needed]
    start = ",\n".join(parts)
    return f"{f'WITH {start}{chr(10)}' if parts else ''}{_WRAPPER} (\n{query}\n)"


def _parse(query: str) -> exp.Expr | None:
    try:
        trees = parse(query, read=DIALECT)
    except (SqlglotError, RecursionError):
        return None
    return trees[0] if len(trees) == 1 and isinstance(trees[0], exp.Query) else None


def _iter_needed(tree: exp.Expr, sources: Mapping[str, LogicalSource]) -> Iterator[str]:
    for table in tree.find_all(exp.Table):
        source = sources.get(table.name)
        if source is None or table.db:
            continue
        yield table.name
        if isinstance(source, QuerySource) and (inner := _parse(source.query)):
            yield from _iter_needed(inner, {name: other for name, other in sources.items() if name != table.name})


def _write_source(source: LogicalSource, folder: Path) -> str:
    if isinstance(source, QuerySource):
        return f"\n{source.query}\n"
    if not isinstance(source, FileSource) or source.format not in _FUNCTIONS.values():
        message = "a query over JSON or a database cannot be written as RML: SQL reads CSV and Parquet there"
        raise ConfigurationError([source.place.problem(message, "rml")])
    file = write_text(Path(os.path.relpath(source.path, folder)).as_posix())
    if source.format is Format.PARQUET:
        return f"SELECT * FROM read_parquet({file})"
    return f"SELECT * FROM read_csv({file}, {', '.join(_list_options(source.dialect))}, all_varchar = true)"


def _list_options(dialect: Dialect) -> Iterator[str]:
    yield f"delim = {write_text(dialect.delimiter)}"
    yield f"quote = {write_text(dialect.quote)}"
    if dialect.quote or dialect.escape != Dialect().escape:
        yield f"escape = {write_text(dialect.escape)}"
    if dialect.comment:
        yield f"comment = {write_text(dialect.comment)}"
    yield f"header = {str(dialect.header).lower()}"
    if dialect.null:
        yield f"nullstr = [{', '.join(map(write_text, ('', *dialect.null)))}]"
    if dialect.encoding != "utf-8":
        yield f"encoding = {write_text(dialect.encoding)}"


def _read_file(table: exp.Table, folder: Path, place: Place) -> FileSource | None:
    """The file that stands in FROM; None for any other table."""
    if isinstance(table.this, exp.Identifier):
        is_file = not table.db and find_format(Path(table.name)) is not None
        return _make_file(table.name, {}, None, folder, place) if is_file else None
    arguments = [*([table.this.this] if isinstance(table.this.this, exp.Expr) else []), *table.this.expressions]
    name = table.this.name if isinstance(table.this, exp.Anonymous) else table.this.sql_name()
    if name.lower() not in _FUNCTIONS:
        return None
    options = {option.this.name.lower(): option.expression for option in arguments if isinstance(option, exp.EQ)}
    if not arguments or not (isinstance(arguments[0], exp.Literal) and arguments[0].is_string):
        message = f"{name.lower()} reads one file, whose name is a text"
        raise ConfigurationError([place.problem(message, "sql")])
    return _make_file(arguments[0].name, options, _FUNCTIONS[name.lower()], folder, place)


def _make_file(name: str, options: Mapping[str, exp.Expr], given: Format | None, folder: Path, place: Place) -> FileSource:
    found = given or find_format(Path(name))
    path = Path(os.path.normpath(folder / name))
    if found not in _FUNCTIONS.values():
        message = f"{quote(name)} cannot be read by a query; it reads CSV and Parquet"
        raise ConfigurationError([place.problem(message, "sql", name)])
    others = options.keys() - {*_OPTIONS, "header", "nullstr", "encoding", "all_varchar"}
    if others:
        message = f"read_csv with {', '.join(sorted(others))} is not supported"
        raise ConfigurationError([place.problem(message, "sql", name)])
    texts = {_OPTIONS[option]: value.name for option, value in options.items() if option in _OPTIONS}
    if ".tsv" in Path(name).suffixes[-2:]:
        texts = {"delimiter": "\t", **texts}
    nulls = options.get("nullstr")
    listed = [item.name for item in nulls.expressions] if isinstance(nulls, exp.Array) else [nulls.name] if nulls else []
    encoding = options["encoding"].name.lower() if "encoding" in options else "utf-8"
    has_header = "header" not in options or options["header"] == exp.true()
    dialect = Dialect(**texts, header=has_header, null=tuple(text for text in listed if text), encoding=encoding)
    return FileSource(path, place, found or Format.CSV, "", dialect)


def _find_name(table: exp.Table, file: FileSource, sources: Mapping[str, LogicalSource]) -> str | None:
    """The name of the source that is this file; that of the common table expression around it is the best."""
    same = [name for name, source in sources.items() if source == file]
    around = table.find_ancestor(exp.CTE)
    return around.alias if around and around.alias in same else same[0] if same else None


def _rename(table: exp.Table, name: str) -> None:
    alias = table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(Path(table.name).stem, quoted=True))
    is_named = isinstance(table.this, exp.Identifier) or table.args.get("alias")
    table.replace(exp.Table(this=exp.to_identifier(name, quoted=True), alias=alias if is_named else None))


def _unwrap(tree: exp.Expr, sources: Mapping[str, LogicalSource]) -> exp.Expr:
    """Leave out what ``write_query`` put around a query: sources said again as common table expressions, and columns made texts."""
    with_ = tree.args.get("with_")
    if with_ is not None:
        kept = [cte for cte in with_.expressions if not _is_source(cte, sources)]
        with_.set("expressions", kept)
        if kept:
            return tree
        tree.set("with_", None)
    inner = tree.find(exp.Subquery)
    is_wrapped = inner is not None and tree.sql(DIALECT) == f"{_WRAPPER} {inner.sql(DIALECT)}"
    return inner.this if inner and is_wrapped else tree


def _is_source(cte: exp.CTE, sources: Mapping[str, LogicalSource]) -> bool:
    source = sources.get(cte.alias)
    if isinstance(source, QuerySource):
        known = _parse(source.query)
        return known is not None and known.sql(DIALECT) == cte.this.sql(DIALECT)
    table = cte.this.find(exp.Table)
    return source is not None and table is not None and table.name == cte.alias and cte.this == exp.select("*").from_(table.copy())
