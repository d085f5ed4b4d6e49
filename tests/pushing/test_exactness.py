"""What is pushed is what arrives: any canonical statement, by both protocols, in requests of any size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pushing.conftest import PREFIX
from tests.pushing.servers import Oxigraph

from kzlod.pushing.batches import Batch, Bounds, iter_batches, write_for_sparql, write_insert, write_triples
from kzlod.pushing.push import Options, push
from kzlod.pushing.sides import Rules
from kzlod.pushing.store import Addresses
from kzlod.terms import XSD, is_iri, write_iri, write_literal

LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
TEXTS = st.one_of(
    st.text(LETTERS, max_size=40),
    st.sampled_from(
        ["\\u0041", "\\\\U0001F600", "\\", '\\"', '"""', "''", "}} ; DROP ALL #", "\\u0022", "\r\n\t\b\f\x7f\x01", "\ufffe"]
    ),
    st.text("\\uU0049AFaf\"'{}", max_size=30),
    st.builds(lambda text, times: text * times, st.text(LETTERS, min_size=1, max_size=5), st.integers(1, 20_000)),
)
IRIS = (
    st.builds(
        str.__add__,
        st.sampled_from(["https://example.org/", "urn:uuid:", "http://[::1]:80/", "mailto:", "https://example.org/?a=b&c=%7D#"]),
        st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp"), exclude_characters='<>"{}|^`\\%#[]'), max_size=20),
    )
    .filter(lambda iri: is_iri(iri) and not iri.startswith(PREFIX))
    .map(write_iri)
)
# Types of which Oxigraph keeps the spelling; the others are those of test_a_store_may_spell_numbers_in_its_own_way.
TYPES = st.sampled_from([XSD + "anyURI", XSD + "hexBinary", "urn:type", "http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML"])
LITERALS = st.one_of(
    st.builds(write_literal, TEXTS),
    st.builds(
        lambda text, tag: write_literal(text, language=tag), TEXTS, st.sampled_from(["kk", "en", "ru", "kk-cyrl", "zh-hant-tw"])
    ),
    st.builds(lambda text, datatype: write_literal(text, datatype=datatype), TEXTS, TYPES),
)
QUADS = st.tuples(IRIS, IRIS, st.one_of(IRIS, LITERALS), st.one_of(st.just(""), IRIS))
DUMPS = st.lists(QUADS, min_size=1, max_size=25, unique=True)
BOUNDS = st.builds(Bounds, st.integers(1, 30), st.integers(1, 5_000))


def write_lines(quads: list[tuple[str, str, str, str]]) -> list[str]:
    return [" ".join(term for term in quad if term) + " .\n" for quad in quads]


def read_lines(lines: list[str]) -> set[str]:
    return {str(quad) for quad in pyoxigraph.parse("".join(lines), format=pyoxigraph.RdfFormat.N_QUADS)}


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oxigraph]:
    store = Oxigraph(tmp_path_factory.mktemp("exact") / "store")
    yield store
    store.kill()


@pytest.mark.slow
@pytest.mark.parametrize("by_graph_store", [False, True])
@settings(max_examples=25)
@given(quads=DUMPS, bounds=BOUNDS)
def test_what_is_pushed_is_read_back(
    by_graph_store: bool,
    shared_store: Oxigraph,
    tmp_path_factory: pytest.TempPathFactory,
    quads: list[tuple[str, str, str, str]],
    bounds: Bounds,
) -> None:
    lines = write_lines(quads)
    dump = tmp_path_factory.mktemp("dump") / "dump.nq"
    dump.write_bytes(b"".join(sorted(line.encode() for line in lines)))
    url = shared_store.url
    addresses = Addresses(f"{url}/query", f"{url}/update", f"{url}/store" if by_graph_store else "")
    push(dump, [], Options(addresses, Rules(PREFIX, bounds=bounds)))
    assert shared_store.read(PREFIX) == read_lines(lines)


def test_a_store_may_spell_numbers_in_its_own_way(tmp_path: Path, shared_store: Oxigraph) -> None:
    types = ("integer", "nonNegativeInteger", "decimal", "double", "boolean", "dateTime", "date", "gYear", "duration")
    values = ("1", "01", "1.50", "1e3", "true", "2020-01-01T00:00:00Z", "2020-01-01", "2020", "P1Y")
    quads = [
        ("<urn:s>", f"<urn:{kind}>", write_literal(value, datatype=XSD + kind), "")
        for kind, value in zip(types, values, strict=True)
    ]
    dump = tmp_path / "dump.nq"
    dump.write_text("".join(sorted(write_lines(quads))), encoding="utf-8")
    push(dump, [], Options(Addresses(f"{shared_store.url}/query", f"{shared_store.url}/update"), Rules(PREFIX)))
    loaded = pyoxigraph.Store()
    loaded.bulk_load(path=dump, format=pyoxigraph.RdfFormat.N_QUADS)
    # It is what the store makes of the dump itself.
    assert shared_store.read(PREFIX) == {str(quad) for quad in loaded}


@given(
    triples=st.lists(st.tuples(st.sampled_from(["", "urn:a", "urn:b"]), st.text("abcә", min_size=1)), unique=True), bounds=BOUNDS
)
def test_batches_hold_all_and_are_bounded(triples: list[tuple[str, str]], bounds: Bounds) -> None:
    triples.sort()
    for single in (False, True):
        batches = list(iter_batches(triples, bounds, single=single))
        assert [(name, triple) for batch in batches for name, group in batch.graphs for triple in group] == triples
        for batch in batches:
            size = sum(len(triple.encode()) for _, group in batch.graphs for triple in group)
            assert batch.triples == 1 or (batch.triples <= bounds.triples and size <= bounds.size)
            assert len(batch.graphs) == 1 or not single


@given(text=TEXTS)
def test_sparql_reads_an_update_as_it_is_meant(text: str) -> None:
    triple = f"<urn:s> <urn:p> {write_literal(text)}"
    batch = Batch((("urn:g", (triple,)),))
    store = pyoxigraph.Store()
    store.update(write_insert(batch).decode())
    assert [quad.object for quad in store] == [pyoxigraph.Literal(text)]
    assert [found.object for found in pyoxigraph.parse(write_triples(batch), format=pyoxigraph.RdfFormat.N_TRIPLES)] == [
        pyoxigraph.Literal(text)
    ]


@given(text=TEXTS)
def test_a_store_that_replaces_escapes_before_it_parses_reads_the_same(text: str) -> None:
    triple = f"<urn:s> <urn:p> {write_literal(text)}"
    replaced = re.sub(
        r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})", lambda found: chr(int(found[1] or found[2], 16)), write_for_sparql(triple)
    )
    store = pyoxigraph.Store()
    store.update(f"INSERT DATA {{ {replaced} }}")
    assert [quad.object for quad in store] == [pyoxigraph.Literal(text)]
