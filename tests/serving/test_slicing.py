"""Slicing: whatever terms a page holds, they are those that the query gave."""

from __future__ import annotations

import pyoxigraph
from hypothesis import example, given
from hypothesis import strategies as st

from kzlod.queries.catalogue import write_parameter
from kzlod.serving.slicing import slice_solutions

EXPRESSIONS = [
    "5",
    "1.50",
    "1e400",
    "true",
    "1/0",
    '"a"@en-GB',
    'STRLANGDIR("a", "en", "ltr")',
    'STRDT("a b", <https://example.org/type>)',
    'IRI("https://example.org/\u04d9")',
    "TRIPLE(<https://example.org/a>, <https://example.org/b>, <<(<https://example.org/a> <https://example.org/b> 5)>>)",
]
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def ask(text: str) -> pyoxigraph.QuerySolutions:
    found = pyoxigraph.Store().query(text)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return found


def read_rows(found: pyoxigraph.QuerySolutions) -> list[tuple[object, ...]]:
    return [tuple(row) for row in found]


def test_terms_of_every_kind() -> None:
    for expression in EXPRESSIONS:
        query = f"SELECT ?x ?n ?nothing WHERE {{ BIND ({expression} AS ?x) VALUES ?n {{ 1 2 3 }} }} ORDER BY ?n"
        page, total = slice_solutions(ask(query), {"offset": 1, "limit": 1})
        assert (read_rows(page), total) == (read_rows(ask(query))[1:2], 3)


@given(st.lists(st.none() | texts, max_size=6), st.integers(0, 8), st.none() | st.integers(1, 8))
@example([None], 0, 1)
@example(["", None, "\t", "\n", '"', "\\"], 0, 6)
def test_any_texts_and_any_page(values: list[str | None], offset: int, limit: int | None) -> None:
    terms = ["UNDEF" if value is None else write_parameter("text", value, "") for value in values]
    for query in (
        f"SELECT ?x WHERE {{ VALUES ?x {{ {' '.join(terms)} }} }}",
        f"SELECT ?x ?y WHERE {{ VALUES (?x ?y) {{ {' '.join(f'({term} {term})' for term in terms)} }} }}",
    ):
        whole = read_rows(ask(query))
        page, total = slice_solutions(ask(query), {"offset": offset, "limit": limit})
        assert read_rows(page) == whole[offset:][:limit]
        assert total == len(whole)


def test_rows_without_a_column() -> None:
    page, total = slice_solutions(ask("SELECT * WHERE { }"), {"limit": 5})
    assert (read_rows(page), total) == ([()], 1)
