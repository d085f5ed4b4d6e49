"""JSON in Spark: reads logical sources of JSON and JSON lines, yields relations whose rows are the items, as variants."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from pyspark.sql import DataFrame

from kzlod.errors import ConfigurationError, quote
from kzlod.mapping.plan import FileSource, Format
from kzlod.mapping.relations import ALIAS, Relation, Value
from kzlod.mapping.sandbox import Sandbox
from kzlod.mapping.sources.csv_files import name_columns
from kzlod.mapping.sources.input_files import open_input
from kzlod.mapping.sources.json_files import ITEM
from kzlod.mapping.sources.json_items import copy_items, split_steps
from kzlod.mapping.sources.json_paths import Descendant, Steps, Wildcard, is_multiple, parse_path
from kzlod.mapping.sources.natural_types import drop_null
from kzlod.mapping.spark.paths import find_plain_path
from kzlod.mapping.spark.runner import SparkRunner
from kzlod.quoting import write_name, write_text
from kzlod.tree import Place

_SAMPLE: Final = 1_000


def bind_json(runner: SparkRunner, source: FileSource, references: Collection[str], sandbox: Sandbox, *, careful: bool) -> Relation:
    """The relation of a JSON file; as ``json_files.bind_json``.

    Raises:
        ConfigurationError: the sandbox does not admit the file, or a path is none or none that Spark can follow.
        DataError: the file is not JSON, where it is written anew.
    """
    iterator = parse_path(source.iterator or "$", source.place)
    paths = {reference: parse_path(reference, source.place) for reference in references}
    for steps in paths.values():
        _follow("item", steps, source.place)
    items, rest = _read_items(runner, source, iterator, sandbox, careful=careful)
    view = runner.keep_frame(items.where("trim(value) <> ''").selectExpr("parse_json(ltrim('\ufeff', value)) AS item"))
    if rest:
        view = runner.keep_frame(runner.run(f"SELECT unnest({_follow('item', rest, source.place)}) AS item FROM {view}"))
    columns = [f"item AS {write_name(ITEM)}", *_list_members(runner, view, source.place)]
    lists = _find_lists(runner, view, paths, source.place)
    item = f"{ALIAS}.{write_name(ITEM)}"
    values = {name: _write_value(item, steps, source, is_list=name in lists) for name, steps in paths.items()}
    return Relation(f"SELECT {', '.join(columns)} FROM {view}", values)


def _read_items(
    runner: SparkRunner, source: FileSource, iterator: Steps, sandbox: Sandbox, *, careful: bool
) -> tuple[DataFrame, Steps]:
    """Lines, each a text of JSON, and the steps that lead from there to the items."""
    file = open_input(source.path, source.dialect.encoding, source.place, sandbox)
    is_lines = source.format is Format.JSON_LINES
    path, rest = find_plain_path(file.path, sandbox), iterator
    if careful or not is_lines or not file.is_utf8 or file.compression == "zstd":
        steps, rest = ((), iterator) if is_lines else split_steps(iterator)
        copy = sandbox.make_file(".jsonl")
        copy_items(file, steps, copy)
        path = str(copy)
    return runner.session.read.text(path, lineSep="\n"), rest


def _write_value(item: str, steps: Steps, source: FileSource, *, is_list: bool) -> Value:
    null = source.dialect.null
    if not is_list:
        value = f"try_variant_get({item}, {write_text(_write_path(steps, source.place))}, 'variant')"
        return Value(drop_null(f"json_text({value})", null), f"json_datatype({value})", is_list=False)
    several = _follow(item, steps, source.place)
    text = drop_null("json_text(value)", null)
    return Value(
        f"list_transform({several}, lambda value: {text})",
        f"list_transform({several}, lambda value: json_datatype(value))",
        is_list=True,
    )


def _follow(item: str, steps: Steps, place: Place) -> str:
    """The values that a path leads to: an array stands for what it holds."""
    several, plain = f"[{item}]", list[str | int]()
    for step in (*steps, None):
        if isinstance(step, str) or (isinstance(step, int) and step >= 0):
            plain.append(step)
            continue
        if plain:
            several = f"json_step({several}, {write_text(_write_path(tuple(plain), place))})"
            plain = []
        if isinstance(step, Descendant):
            message = f"Spark cannot follow '..{step.name}': name each step, or use --engine duckdb"
            raise ConfigurationError([place.problem(message, "json-path", step.name)])
        if step is Wildcard.ELEMENTS:
            several = f"json_elements({several})"
        elif step is Wildcard.MEMBERS:
            several = f"json_members({several})"
        elif isinstance(step, int):
            several = f"json_last({several}, {step})"
    return f"json_flatten({several})"


def _write_path(steps: Steps, place: Place) -> str:
    """A path of names and numbers as Spark's variants want it; there are no escapes in it."""
    text = "$"
    for step in steps:
        mark = "'" if '"' in str(step) else '"'
        if isinstance(step, str) and (mark in step or not step):
            raise ConfigurationError([place.problem(f"Spark cannot be asked for the name {quote(step)}", "json-path", step)])
        text += f"[{step}]" if isinstance(step, int) else f"[{mark}{step}{mark}]"
    return text


def _list_members(runner: SparkRunner, view: str, place: Place) -> list[str]:
    """Columns for the members of the items that are objects, so that a query can select them: texts, as of a CSV file."""
    keys = "map_keys(try_variant_get(item, '$', 'map<string,variant>'))"
    query = f"SELECT DISTINCT key FROM (SELECT unnest({keys}) AS key FROM (SELECT item FROM {view} LIMIT {_SAMPLE}))"
    names = sorted(row[0] for row in runner.run(query).collect() if row[0] and not ('"' in row[0] and "'" in row[0]))
    columns = list(name_columns([ITEM, *names]))[1:]
    return [
        f"json_member(try_variant_get(item, {write_text(_write_path((name,), place))}, 'variant')) AS {write_name(column)}"
        for name, column in zip(names, columns, strict=True)
    ]


def _find_lists(runner: SparkRunner, view: str, paths: dict[str, Steps], place: Place) -> frozenset[str]:
    """The references that lead to several values, or to an array in some item."""
    lists = {name for name, steps in paths.items() if is_multiple(steps) or any(isinstance(s, int) and s < 0 for s in steps)}
    single = [name for name in paths if name not in lists]
    if single:
        values = [f"try_variant_get(item, {write_text(_write_path(paths[name], place))}, 'variant')" for name in single]
        tests = ", ".join(f"coalesce(bool_or(json_is_array({value})), false) AS a{n}" for n, value in enumerate(values))
        found = runner.fetch_row(f"SELECT {tests} FROM {view}")
        lists |= {name for name, is_list in zip(single, found, strict=True) if is_list}
    return frozenset(lists)
