"""Pieces of the output: reads bound plans, yields SELECTs whose rows are lines of N-Quads, each line in one row only.

Rows with a key are read once and make a block of lines each; what may repeat is made distinct before any term is written, and
what several rules may make, after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from kzlod.mapping.binding import BoundPlan
from kzlod.mapping.plan import Parts, Reference, Statement, TermMap
from kzlod.mapping.relations import Value
from kzlod.mapping.repetition import find_keys, find_shape, group_collisions
from kzlod.mapping.rows import CHILD, Rows, make_writer
from kzlod.mapping.runners import Runner
from kzlod.mapping.selects import Terms, select_quads
from kzlod.mapping.term_sql import is_constant, merge_constants
from kzlod.quoting import write_name, write_text
from kzlod.terms import RML_DEFAULT_GRAPH, write_iri


@dataclass(frozen=True)
class Piece:
    """A part of the output.

    Args:
        sql: a SELECT of one column of text; a row is one or more lines, without the last line break.
        rules: that make its lines, by file and line of the mapping.
        is_streamed: whether its rows come in the order of the source, each as it is read; else they are sorted.
    """

    sql: str
    rules: tuple[str, ...]
    is_streamed: bool = False


@dataclass(frozen=True)
class _Rule:
    """A statement with the rows it is made from and its plan's base."""

    rows: Rows
    statement: Statement
    base: str


def list_pieces(runner: Runner, plans: Iterable[BoundPlan], *, graphs: bool = True) -> list[Piece]:
    """The pieces that together make every quad of some plans once.

    Args:
        runner: which holds the plans' views; it is asked which columns are keys.
        graphs: whether named graphs are told; without, the lines are N-Triples.
    """
    rules = [
        _Rule(rows, statement if graphs else replace(statement, graph=None), bound.plan.base)
        for bound in plans
        for rows in bound.rows
        for statement in rows.statements
    ]
    keys = _find_keys(runner, rules)
    keyed: dict[int, list[_Rule]] = {}
    pieces: list[Piece] = []
    for numbers in group_collisions([rule.statement for rule in rules]):
        group = [rules[number] for number in numbers]
        if len(group) == 1 and keys[numbers[0]]:
            keyed.setdefault(id(group[0].rows), []).append(group[0])
        else:
            pieces.append(_select_distinct(group, runner.barrier))
    streamed = [Piece(_select_blocks(group, runner.barrier), _name_rules(group), is_streamed=True) for group in keyed.values()]
    return streamed + pieces


def _name_rules(rules: Iterable[_Rule]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(rule.statement.rule for rule in rules))


def select_statements(plans: Iterable[BoundPlan]) -> str:
    """A SELECT of all quads of some plans, each once: subject, predicate, object, and graph, which is NULL for the default one."""
    selects = [
        f"({select_quads(rows, bound.plan.base, checked=True, lower_tags=False)})"
        for bound in plans
        for rows in bound.rows
        if rows.statements
    ]
    default = write_text(write_iri(RML_DEFAULT_GRAPH))
    union = (
        " UNION ALL ".join(selects) or "SELECT '' AS subject, '' AS predicate, '' AS object, '' AS graph, '' AS rule WHERE false"
    )
    return f"SELECT DISTINCT subject, predicate, object, nullif(graph, {default}) AS graph FROM ({union})"


def _find_keys(runner: Runner, rules: Sequence[_Rule]) -> list[bool]:
    """For each rule, whether its quads tell a key of its rows; first by the subjects, then for the rest by all terms."""
    is_keyed = [False] * len(rules)
    for level in range(2):
        wanted: dict[int, dict[frozenset[str], bool]] = {}
        asked: list[tuple[int, frozenset[str]]] = []
        for number, rule in enumerate(rules):
            keys = find_keys(rule.statement)
            is_single = not (rule.rows.key.joined or rule.rows.key.child_lists)
            if is_single and not is_keyed[number] and len(keys) > level:
                asked.append((number, keys[level]))
                wanted.setdefault(id(rule.rows), {})[keys[level]] = False
        by_rows = {id(rules[number].rows): rules[number].rows for number, _ in asked}
        found = runner.fetch_rows([_write_counts(runner, rows, wanted[which]) for which, rows in by_rows.items()])
        for which, counts in zip(by_rows, found, strict=True):
            wanted[which] = dict(zip(wanted[which], map(bool, counts), strict=True))
        for number, key in asked:
            is_keyed[number] = wanted[id(rules[number].rows)][key]
    return is_keyed


def _write_counts(runner: Runner, rows: Rows, keys: Iterable[frozenset[str]]) -> str:
    """The SELECT that tells of sets of columns whether each is a key."""
    counts = []
    for key in keys:
        texts = [rows.child[column].text for column in sorted(key)]
        present = " AND ".join(f"{text} IS NOT NULL" for text in texts)
        # Hashes are small. Of two values with one hash it is only said that they may be one.
        counts.append(
            f"count(DISTINCT CASE WHEN {present} THEN {runner.hash_function}({', '.join(texts)}) END) = count_if({present})"
        )
    return f"SELECT {', '.join(counts)} FROM {rows.sql}"


def _select_blocks(rules: Sequence[_Rule], barrier: str) -> str:
    """A block of lines for each row."""
    rows, terms = rules[0].rows, Terms()
    lines = [_write_line(_write_terms(rows, rule.statement, rule.base), terms) for rule in rules]
    block = lines[0] if len(lines) == 1 else f"concat_ws(chr(10), {', '.join(lines)})"
    return f"SELECT block FROM (SELECT {block} AS block FROM ({terms.select(rows.sql)}){barrier}) WHERE block <> ''"


def _select_distinct(rules: Sequence[_Rule], barrier: str) -> Piece:
    """The lines of rules that may repeat, each once and sorted."""
    columns = [_select_columns(rule) for rule in rules]
    merged: dict[object, list[_Columns]] = {}
    for rule, made in zip(rules, columns, strict=True):
        merged.setdefault((find_shape(rule.statement), made.is_typed, rule.base), []).append(made)
    selects = [_select_lines(members, barrier) for members in merged.values()]
    if len(selects) == 1:
        return Piece(selects[0], _name_rules(rules))
    union = " UNION ALL ".join(f"({select})" for select in selects)
    return Piece(f"SELECT DISTINCT line FROM ({union}) ORDER BY line", _name_rules(rules))


def _select_lines(members: Sequence[_Columns], barrier: str) -> str:
    """The lines of rules that differ in the columns they read alone: the columns are merged, and the terms written once."""
    first = members[0]
    union = " UNION ALL ".join(f"({member.sql})" for member in members)
    distinct = f"(SELECT DISTINCT * FROM ({union}) ORDER BY ALL) AS {write_name(CHILD)}"
    alias = write_name(CHILD)
    values = {
        f"c{number}": Value(f"{alias}.c{number}", f"{alias}.d{number}" if is_typed else "", is_list=False)
        for number, is_typed in enumerate(first.is_typed)
    }
    rows = replace(first.rows, sql=distinct, child=values, parent=values)
    terms = Terms()
    line = _write_line(_write_terms(rows, first.statement, first.base), terms)
    return f"SELECT line FROM (SELECT {line} AS line FROM ({terms.select(rows.sql)}){barrier}) WHERE line IS NOT NULL"


@dataclass(frozen=True)
class _Columns:
    """The values that a statement reads, as a SELECT of columns c0, c1, ... in the order of its terms.

    Args:
        statement: the statement over these columns.
        is_typed: for each column, whether its natural datatype stands beside it, as d0, d1, ...
    """

    sql: str
    statement: Statement
    is_typed: tuple[bool, ...]
    rows: Rows
    base: str


def _select_columns(rule: _Rule) -> _Columns:
    rows, statement = rule.rows, rule.statement
    texts: list[str] = []
    is_typed: list[bool] = []

    def rename(term: TermMap, find: Callable[[Reference], Value]) -> TermMap:
        def read(parts: Parts) -> Parts:
            return tuple(part if isinstance(part, str) else add(find(part)) for part in parts)

        def add(value: Value) -> Reference:
            number = len(is_typed)
            is_typed.append(bool(value.datatype) and not term.language and not term.datatype)
            texts.append(f"{value.text} AS c{number}")
            texts.extend([f"{value.datatype} AS d{number}"] if is_typed[-1] else [])
            return Reference(f"c{number}")

        return replace(term, parts=read(term.parts), language=read(term.language), datatype=read(term.datatype))

    renamed = replace(
        statement,
        subject=rename(statement.subject, rows.find_child),
        predicate=rename(statement.predicate, rows.find_child),
        object=rename(statement.object, rows.find_parent if statement.joined else rows.find_child),
        graph=rename(statement.graph, rows.find_child) if statement.graph else None,
        joined="",
        joins=(),
        conditions=(),
    )
    writer = make_writer(rows, rule.base, checked=True, lower_tags=False)
    where = f" WHERE {writer.write_conditions(statement)}" if statement.conditions else ""
    select = f"SELECT {', '.join(texts) or '1 AS one'} FROM {rows.sql}{where}"
    return _Columns(select, renamed, tuple(is_typed), rows, rule.base)


def _write_terms(rows: Rows, statement: Statement, base: str) -> list[list[str]]:
    return make_writer(rows, base, checked=True, lower_tags=False).write_terms(statement)


def _write_line(written: Iterable[Sequence[str]], terms: Terms) -> str:
    """A line of N-Quads without its line break; NULL where a term is.

    Args:
        written: the expressions of each term. What is constant is put between the values in the line itself, so that no term
            is made first and copied then.
        terms: to which the other expressions are added.
    """
    texts = merge_constants(text for term in written for text in (*term, "' '"))
    texts = merge_constants([*texts, "'.'"])
    names = {text: terms.add(text) for text in texts if not is_constant(text)}
    line = f"concat({', '.join(names.get(text, text) for text in texts)})"
    made = " AND ".join(f"{name} IS NOT NULL" for name in names.values())
    return f"CASE WHEN {made} THEN {line} END" if made else line
