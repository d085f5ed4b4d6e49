"""SELECTs of quads: reads rows and their statements, yields SQL whose rows are quads in N-Triples terms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kzlod.mapping.plan import Statement
from kzlod.mapping.rows import Rows, make_writer
from kzlod.mapping.term_sql import concatenate
from kzlod.quoting import write_name, write_text
from kzlod.terms import RML_DEFAULT_GRAPH, write_iri

TERMS = ("subject", "predicate", "object", "graph")


@dataclass
class Terms:
    """The different terms of several statements, or what they are made of, each to be made once for a row."""

    names: dict[str, str] = field(default_factory=dict)

    def add(self, expression: str) -> str:
        """The name under which an expression can be had."""
        return self.names.setdefault(expression, write_name(f"t{len(self.names)}"))

    def select(self, rows: str) -> str:
        """The SELECT that makes them."""
        columns = ", ".join(f"{expression} AS {name}" for expression, name in self.names.items())
        return f"SELECT {columns or '1 AS one'} FROM {rows}"


def select_quads(rows: Rows, base: str, *, checked: bool = False, lower_tags: bool = True) -> str:
    """The SELECT that makes the quads of some rows, with the columns subject, predicate, object, graph, rule.

    Each row is read once and makes one row for each statement; a statement of which a term is missing makes none.

    Args:
        base: what relative IRIs in the data start from.
        checked, lower_tags: as of ``TermWriter``.
    """
    writer = make_writer(rows, base, checked=checked, lower_tags=lower_tags)
    terms = Terms()
    default = write_text(write_iri(RML_DEFAULT_GRAPH))
    structs = [
        _write_struct(statement, [terms.add(concatenate(term)) for term in writer.write_terms(statement)], default)
        for statement in rows.statements
    ]
    quads = ", ".join(f"quad.{name}" for name in (*TERMS, "rule"))
    complete = " AND ".join(f"quad.{name} IS NOT NULL" for name in TERMS)
    return f"SELECT {quads} FROM (SELECT unnest([{', '.join(structs)}]) AS quad FROM ({terms.select(rows.sql)})) WHERE {complete}"


def _write_struct(statement: Statement, terms: Iterable[str], default: str) -> str:
    subject, predicate, object_, *graph = terms
    values = (subject, predicate, object_, *(graph or [default]), write_text(statement.rule))
    return f"{{{', '.join(f'{name}: {value}' for name, value in zip((*TERMS, 'rule'), values, strict=True))}}}"
