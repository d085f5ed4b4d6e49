import re

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kzlod.terms import (
    LANGUAGE_TAG,
    RDF_LANG_STRING,
    XSD_STRING,
    Prefixes,
    is_iri,
    read_iri,
    read_literal,
    write_iri,
    write_literal,
)

TEXTS = st.text(st.characters(codec="utf-8"))


@given(TEXTS, st.sampled_from(["", "en", "kk-latn"]), st.sampled_from(["", "http://example.org/type", XSD_STRING]))
def test_literals_read_back_here_and_in_pyoxigraph(text: str, language: str, datatype: str) -> None:
    term = write_literal(text, language=language, datatype=datatype)
    assert "\n" not in term
    literal = read_literal(term)
    assert literal == (text, language, RDF_LANG_STRING if language else datatype or XSD_STRING)
    (triple,) = pyoxigraph.parse(f"<http://a> <http://b> {term} .", format=pyoxigraph.RdfFormat.N_TRIPLES)
    assert (triple.object.value, triple.object.language or "", triple.object.datatype.value) == literal


@given(TEXTS)
def test_escapes_by_number_are_read(text: str) -> None:
    escaped = "".join(f"\\u{ord(char):04X}" if ord(char) < 0x10000 else f"\\U{ord(char):08X}" for char in text)
    assert read_literal(f'"{escaped}"').text == text


@pytest.mark.parametrize("datatype", ["http://a/", XSD_STRING[:-1], f"{XSD_STRING}s", "urn:z"])
def test_a_datatype_is_written_unless_it_is_that_of_plain_strings(datatype: str) -> None:
    assert write_literal("x", datatype=datatype) == f'"x"^^<{datatype}>'
    assert write_literal("x", datatype="".join(XSD_STRING)) == '"x"'


@pytest.mark.parametrize("plane", range(1, 16))
def test_each_plane_of_unicode_ends_before_its_noncharacters(plane: int) -> None:
    first = (plane << 16) + (0x1000 if plane == 14 else 0)
    inside = [first, (plane << 16) + 0xFFFD]
    outside = [(plane << 16) + 0xFFFE, (plane << 16) + 0xFFFF, *([first - 1] if plane == 14 else [])]
    place = "?" if plane == 15 else ""
    assert [is_iri(f"http://a/{place}{chr(point)}") for point in inside] == [True, True]
    assert not any(is_iri(f"http://a/{place}{chr(point)}") for point in outside)


DECEPTIVE = re.compile("[\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2069\u3000\ufeff]")
PARTS = st.sampled_from(
    [
        "http:",
        "urn:",
        "//",
        "/",
        "?",
        "#",
        "[",
        "]",
        "@",
        ":80",
        ":x",
        "%41",
        "%4",
        "%zz",
        "\ue000",
        "\ufffe",
        "é",
        "\u200f",
        " ",
        "<",
        "^",
        "[::1]",
        "a",
    ]
)


@settings(max_examples=600)
@given(st.lists(PARTS | TEXTS, max_size=8).map("".join), st.sampled_from(["http://example.org/", "http://", "urn:", ""]))
def test_an_iri_is_what_pyoxigraph_takes_for_one(text: str, start: str) -> None:
    try:
        pyoxigraph.NamedNode(start + text)
        accepted = True
    except ValueError:
        accepted = False
    # A host in brackets is a matter of its own: only its characters are looked at here. White space and direction marks are
    # refused here alone.
    assert is_iri(start + text) == accepted or "[" in text or (accepted and DECEPTIVE.search(text))
    if is_iri(start + text):
        assert read_iri(write_iri(start + text)) == start + text


SUBTAGS = st.sampled_from(
    [
        *("a", "x", "i", "t", "en", "KZ", "GB", "cmn", "oed", "419", "Latn", "1996"),
        *("1abc", "rozaj", "english", "klingon", "abcdefghi", "é", ""),
    ]
)


@settings(max_examples=600)
@given(st.lists(SUBTAGS, min_size=1, max_size=6).map("-".join) | st.sampled_from(["en-GB-oed", "sgn-be-fr", "i-Klingon", "en_GB"]))
def test_a_language_tag_is_what_pyoxigraph_takes_for_one(tag: str) -> None:
    try:
        pyoxigraph.Literal("x", language=tag)
        accepted = True
    except ValueError:
        accepted = False
    assert bool(re.fullmatch(LANGUAGE_TAG, tag)) == accepted


def test_what_is_no_iri_or_literal_is_refused() -> None:
    with pytest.raises(ValueError, match="not an absolute IRI"):
        write_iri("person/a")
    with pytest.raises(ValueError, match="not a literal"):
        read_literal("<http://example.org/>")


@given(st.text("abc/#:.-_", max_size=8))
def test_a_shortened_iri_expands_to_itself(local: str) -> None:
    prefixes = Prefixes({"e": "http://example.org/", "f": "http://example.org/a#"})
    short = prefixes.shorten(f"http://example.org/{local}")
    if short is not None:
        prefix, _, name = short.partition(":")
        assert prefixes.namespaces[prefix] + name == f"http://example.org/{local}"
