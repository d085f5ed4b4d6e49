"""Diagnosis: reads bound plans, yields what is wrong with their rows: values and references that make nothing, rules that fail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from kzlod.errors import Problem, quote
from kzlod.mapping.binding import BoundPlan
from kzlod.mapping.plan import ITERATION, FileSource, Format
from kzlod.mapping.relations import Relation
from kzlod.mapping.rows import Rows, make_writer
from kzlod.mapping.runners import Runner
from kzlod.mapping.selects import select_quads
from kzlod.mapping.sources.csv_files import summarise_error
from kzlod.quoting import write_name
from kzlod.tree import Place

_ALIAS: Final = "source"
_SAMPLE: Final = 1_000


def iter_doubtful(runner: Runner, plans: Iterable[BoundPlan]) -> Iterator[Problem]:
    """Values that make no RDF term, for each rule how many, and one of them; and references to JSON that find no value at all."""
    for bound in plans:
        yield from _iter_missing(runner, bound)
        for rows in bound.rows:
            yield from _iter_invalid(runner, rows, bound.plan.base)


def _iter_invalid(runner: Runner, rows: Rows, base: str) -> Iterator[Problem]:
    writer = make_writer(rows, base, checked=False, lower_tags=False)
    doubtful = dict.fromkeys(found for statement in rows.statements for found in writer.iter_invalid(statement))
    if not doubtful:
        return
    tests = (f"count_if({wrong}), min(CASE WHEN {wrong} THEN {made} END)" for _, made, wrong in doubtful)
    # Each term has a number of rows and an example.
    found = iter(runner.fetch_row(f"SELECT {', '.join(tests)} FROM {rows.sql}"))
    for (term, _, _), count, example in zip(doubtful, found, found, strict=True):
        if count:
            made_by = "1 row makes" if count == 1 else f"{count:,} rows make"
            message = f"{made_by} no RDF term here, such as {quote(str(example))}; what they state with it is left out"
            yield term.place.problem(message, "term", str(example))


def _iter_missing(runner: Runner, bound: BoundPlan) -> Iterator[Problem]:
    """A column that a table has not is an error; JSON may leave out any name, so that a slip shows in the rows only."""
    for name, places in _list_places(bound).items():
        source, relation = bound.plan.sources[name], bound.relations[name]
        if not isinstance(source, FileSource) or source.format not in {Format.JSON, Format.JSON_LINES}:
            continue
        # Nearly all of them are found in the first rows, and then nothing else is read.
        missing = _find_valueless(runner, relation, list(places), f" LIMIT {_SAMPLE}")
        for reference in _find_valueless(runner, relation, missing):
            message = f"{quote(reference)} has no value in any row of source {quote(name)}"
            yield places[reference].problem(message, "reference", reference)


def _list_places(bound: BoundPlan) -> dict[str, dict[str, Place]]:
    """By source, the references to it, each with the first place that needs it."""
    found: dict[str, dict[str, Place]] = {}
    for statement in (statement for rows in bound.rows for statement in rows.statements):
        for name, places in ((statement.source, statement.iter_child_places()), (statement.joined, statement.iter_parent_places())):
            for reference, place in places:
                if reference != ITERATION:
                    found.setdefault(name, {}).setdefault(reference.column, place)
    return found


def _find_valueless(runner: Runner, relation: Relation, references: list[str], limit: str = "") -> list[str]:
    """The references without a value; none of them where there are no rows."""
    if not references:
        return []
    values = [relation.value(reference, write_name(_ALIAS)) for reference in references]
    tests = [f"array_length({value.text}) > 0" if value.is_list else f"{value.text} IS NOT NULL" for value in values]
    columns = ", ".join(f"{test} AS c{number}" for number, test in enumerate(tests))
    counts = ", ".join(f"count_if(c{number})" for number in range(len(tests)))
    rows = f"(SELECT {columns} FROM ({relation.sql}) AS {write_name(_ALIAS)}{limit}) AS {write_name('found')}"
    total, *found = runner.fetch_row(f"SELECT count(*), {counts} FROM {rows}")
    return [reference for reference, count in zip(references, found, strict=True) if total and not count]


def locate_failure(runner: Runner, plans: Iterable[BoundPlan], error: Exception) -> Problem:
    """The first rule that fails by itself, at its place, and how; what failed together where none does.

    Args:
        error: of the rules together.
    """
    plans = list(plans)
    for bound in plans:
        for rows in bound.rows:
            for statement in rows.statements:
                quads = select_quads(replace(rows, statements=[statement]), bound.plan.base, checked=True, lower_tags=False)
                try:
                    runner.fetch_row(f"SELECT max(concat(subject, predicate, object, graph)) FROM ({quads})")
                except runner.errors as own:
                    message = f"the rows of source {quote(rows.key.source)} cannot be mapped: {summarise_error(own)}"
                    return statement.place.problem(message, "sql")
    return Problem(plans[0].plan.file, None, None, f"the data cannot be mapped: {summarise_error(error)}", "sql")
