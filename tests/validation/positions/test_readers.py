"""Every reader yields what pyoxigraph does, in its order, and each span holds the term."""

import json
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat

from kzlod.terms import read_literal
from kzlod.validation.positions.jsonld import read_jsonld
from kzlod.validation.positions.rdfxml import read_rdfxml
from kzlod.validation.positions.statement import Reader, Statement
from kzlod.validation.positions.turtle import read_turtle

ROOT = Path(__file__).parents[3]
SUITES = ROOT.parent / "shared" / "suites" / "shacl"
BASE = "http://example.org/base/file?query#fragment"
READERS: dict[RdfFormat, Reader] = {
    RdfFormat.TURTLE: read_turtle,
    RdfFormat.TRIG: read_turtle,
    RdfFormat.N_TRIPLES: read_turtle,
    RdfFormat.N_QUADS: read_turtle,
    RdfFormat.JSON_LD: read_jsonld,
    RdfFormat.RDF_XML: read_rdfxml,
}
PROPERTY = settings(max_examples=150, deadline=None)


def number_blanks(triples: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """The triples with each blank node named by the order in which it comes up."""
    names: dict[str, str] = {}

    def name(term: str) -> str:
        return names.setdefault(term, f"_:b{len(names) + 1}") if term.startswith("_:") else term

    return [(name(subject), predicate, name(target)) for subject, predicate, target in triples]


def read_both(text: str, rdf_format: RdfFormat) -> tuple[list[tuple[str, str, str]], list[Statement]]:
    """What pyoxigraph reads, and what ours does."""
    quads = pyoxigraph.parse(text.encode(), format=rdf_format, base_iri=BASE)
    expected = [(str(quad.subject), str(quad.predicate), str(quad.object)) for quad in quads]
    base = "" if rdf_format in {RdfFormat.N_TRIPLES, RdfFormat.N_QUADS} else BASE
    return expected, list(READERS[rdf_format](text.encode(), base, None))


def check(text: str, rdf_format: RdfFormat) -> list[Statement]:
    expected, statements = read_both(text, rdf_format)
    assert number_blanks(statement[:3] for statement in statements) == number_blanks(expected)
    return statements


def check_spans(text: str, statements: Iterable[Statement], prologue: str) -> None:
    """What stands at the spans of a Turtle file is what is said to stand there: it is read again by itself."""
    data = text.encode()
    for statement in statements:
        for term, span in ((statement.subject, statement.subject_span), (statement.object, statement.object_span)):
            written = data[span.start : span.end].decode()
            if written in {"[", "(", ")"} or term.startswith(("_:[", "_:,")):
                continue
            [*_, last] = pyoxigraph.parse(
                f"{prologue} <http://e/> <http://e/> {written} .".encode(), format=RdfFormat.TURTLE, base_iri=BASE
            )
            if not term.startswith("_:") and "rest>" not in statement.predicate:
                assert str(last.object) == term


# Turtle and TriG.

PROLOGUE = """@prefix : <http://example.org/> . @prefix a.b: <ns/> . PREFIX é: <urn:x:>
@prefix o: <http://example.org/obo/GO_> ."""
GAPS = st.sampled_from([" ", "\n", "\r\n", "\t", ' # comment . ; ] "\n', "\n\n  "])
IRIS = st.sampled_from(
    [
        *(":", ":a", ":a.b", ":1", ":a:b", "a.b:c.d", "é:ж", ":\\~x\\.", ":%41", ":a\\,b", "o:0001", "a.b:"),
        *(
            "<>",
            "<#f>",
            "<a/../b>",
            "<../../../x>",
            "<./>",
            "<//h/p/..>",
            "<?q>",
            "<urn:a:b>",
            "<http://e/\\u0041>",
            "</>",
            "<;x=1>",
        ),
        *("<http://e/a/./b>", "<a//b/../../c>", "<..>", "<.>", "<../..>", "<g;x=1/../y>"),
    ]
)
STRINGS = st.sampled_from(
    [
        *(
            '"x"',
            "'x'",
            '""',
            "''",
            '"a\\"b"',
            "'\\''",
            '"\\u0416\\U0001F600"',
            '"😀 ж"',
            '"""a"b""c"""',
            "'''a'b''c\n'''",
            '"""\\""""',
        ),
        *('"# no comment"', '"<not> . an [ iri"', '"\\\\"', '"\\t\\n\\r\\b\\f"', '""""""', '"""\r\n"""', '"\x7f\x01"'),
    ]
)
LITERALS = st.one_of(
    STRINGS,
    st.builds("{}@{}".format, STRINGS, st.sampled_from(["en", "EN-gb", "zh-Hans-CN"])),
    st.builds("{}{}^^{}{}".format, STRINGS, st.sampled_from(["", " "]), st.sampled_from(["", "\n"]), IRIS),
    st.sampled_from(["1", "-1", "+01", "1.5", ".5", "-.5e-3", "1e5", "1.e5", "1.0E+2", "true", "false"]),
)
BLANKS = st.sampled_from(["_:a", "_:b", "_:a.b", "_:1", "_:ж-1", "[]", "[ ]", "[\n]"])


def join(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*(part for pair in zip(parts, [GAPS] * len(parts), strict=True) for part in pair)).map("".join)


def mark(text: str) -> st.SearchStrategy[str]:
    return st.just(text)


def list_properties(objects: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    values = st.lists(objects, min_size=1, max_size=3).map(" , ".join)
    return st.lists(join(st.one_of(IRIS, mark("a")), values), min_size=1, max_size=3).flatmap(
        lambda pairs: st.sampled_from([";", " ; ;\n"]).map(lambda semicolon: semicolon.join(pairs))
    )


def nest(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    items = st.lists(inner, max_size=3).map(" ".join)
    return st.one_of(join(mark("["), list_properties(inner), mark("]")), join(mark("("), items, mark(")")))


OBJECTS = st.recursive(st.one_of(IRIS, LITERALS, BLANKS), nest, max_leaves=8)
SUBJECTS = st.one_of(IRIS, BLANKS, nest(OBJECTS))
LONE = join(mark("["), list_properties(OBJECTS), mark("]"), mark("."))
DIRECTIVES = st.sampled_from(
    ["@base <http://other.org/x/> .", "BASE <y/z>\n", "prefix : <#>\n", "@prefix : <http://example.org/> ."]
)
STATEMENTS = st.one_of(join(SUBJECTS, list_properties(OBJECTS), mark(".")), LONE)
TURTLE = st.lists(st.one_of(STATEMENTS, STATEMENTS, DIRECTIVES), max_size=5).map(lambda parts: PROLOGUE + "\n" + "\n".join(parts))
NAMES = st.one_of(mark(""), IRIS, st.sampled_from(["_:g", "[]"]), IRIS.map("GRAPH {}".format))
GRAPHS = join(NAMES, mark("{"), st.lists(STATEMENTS, max_size=2).map("\n".join), mark("}"))
OPEN_GRAPHS = join(NAMES, mark("{"), join(SUBJECTS, list_properties(OBJECTS)), mark("}"))
TRIG = st.lists(st.one_of(STATEMENTS, GRAPHS, OPEN_GRAPHS, DIRECTIVES), max_size=4).map(
    lambda parts: PROLOGUE + "\n" + "\n".join(parts)
)


@pytest.mark.slow
@PROPERTY
@given(text=TURTLE)
def test_turtle_is_read_as_pyoxigraph_does(text: str) -> None:
    statements = check(text, RdfFormat.TURTLE)
    if "BASE" not in text and "@base" not in text and "prefix : <#>" not in text:
        check_spans(text, statements, PROLOGUE)


@pytest.mark.slow
@PROPERTY
@given(text=TRIG)
def test_trig_is_read_as_pyoxigraph_does(text: str) -> None:
    check(text, RdfFormat.TRIG)


ABSOLUTE = st.sampled_from(["<http://e/a>", "<urn:a/../b>", "<http://e/\\u0416>", "<a:>"])
LINES = st.lists(
    st.tuples(
        st.one_of(ABSOLUTE, st.sampled_from(["_:a", "_:b.c"])),
        ABSOLUTE,
        st.one_of(ABSOLUTE, st.sampled_from(["_:a", "_:z", '"x"', '"\\"\\u0041"@EN', '"1"^^<http://e/t>', '"1" ^^ <a:>'])),
        st.sampled_from(["", "<http://g/>", "_:g", "_:a"]),
        st.sampled_from([" .\n", ".\r\n", " . # c\n", "\t.\n\n"]),
        st.sampled_from(["\t", " "]),
    ),
    max_size=6,
)


@PROPERTY
@given(lines=LINES)
def test_lines_are_read_as_pyoxigraph_does(lines: list[tuple[str, str, str, str, str, str]]) -> None:
    check("".join(gap.join((*terms[:3], end)) for *terms, end, gap in lines), RdfFormat.N_TRIPLES)
    check('<a:a><a:a>"x"@en<a:b>.', RdfFormat.N_QUADS)
    check("".join(gap.join((*terms, end)) for *terms, end, gap in lines), RdfFormat.N_QUADS)


@pytest.mark.slow
@pytest.mark.parametrize(
    "folder", [ROOT / "ontology", ROOT / "shapes", ROOT / "output", ROOT / "tests", SUITES], ids=lambda path: path.name
)
def test_published_files_are_read_as_pyoxigraph_does(folder: Path) -> None:
    if not folder.exists():
        pytest.skip(f"{folder.name} is not beside this repository")
    formats = {f".{f.file_extension}": f for f in READERS}
    read = 0
    for path in sorted(path for path in folder.rglob("*") if path.suffix in formats):
        try:
            check(path.read_text(encoding="utf-8"), formats[path.suffix])
        except SyntaxError:
            continue  # what a test of bad input holds, or a context that is elsewhere
        read += 1
    assert read


# JSON-LD.

CONTEXT = {
    "@vocab": "http://v/",
    "x": "http://x/",
    "id": "@id",
    "type": "@type",
    "link": {"@id": "x:link", "@type": "@id"},
    "list": {"@container": "@list"},
    "label": {"@container": "@language"},
    "by": {"@container": "@index"},
    "isLinkOf": {"@reverse": "x:link"},
    "when": {"@type": "x:date"},
}
TEXTS = st.sampled_from(["a", "", "é😀", 'q"\\', "\u2028\n", "@vocab", "{[", '"@id": "x"'])
PLAIN = st.one_of(TEXTS, st.integers(-5, 5), st.booleans(), st.sampled_from([1.5, 1e21, 2.0]))
VALUE_OBJECTS = st.one_of(
    st.builds(lambda v: {"@value": v}, PLAIN),
    st.builds(lambda v: {"@value": v, "@language": "en"}, TEXTS),
    st.builds(lambda v: {"@type": "x:t", "@value": v}, TEXTS),
    st.builds(lambda v: {"@value": v, "type": "x:t"}, TEXTS),
)
NODE_NAMES = st.sampled_from(["x:a", "b", "#c", "_:n", "_:m", "", "http://e/"])


def make_nodes(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    values = st.one_of(inner, st.lists(inner, max_size=3))
    members = st.fixed_dictionaries(
        {},
        optional={
            "p": values,
            "x:q": values,
            "http://e/r": st.one_of(VALUE_OBJECTS, values),
            "link": st.one_of(NODE_NAMES, st.lists(NODE_NAMES, max_size=2)),
            "list": st.lists(inner, max_size=3),
            "set": st.builds(lambda v: {"@set": v}, st.lists(inner, max_size=2)),
            "plist": st.builds(lambda v: {"@list": v}, st.lists(inner, max_size=3)),
            "label": st.dictionaries(st.sampled_from(["en", "ru"]), TEXTS, max_size=2),
            "by": st.dictionaries(st.sampled_from(["1", "2"]), inner, max_size=2),
            "isLinkOf": st.lists(st.builds(lambda name: {"@id": name}, NODE_NAMES), max_size=2),
            "when": TEXTS,
            "none": st.none(),
            "@type": st.one_of(st.just("T"), st.just(["T", "x:U"])),
            "@id": NODE_NAMES,
            "@reverse": st.builds(lambda v: {"x:back": v}, st.builds(lambda name: {"@id": name, "p": 1}, NODE_NAMES)),
            "@included": st.lists(st.builds(lambda name, v: {"@id": name, "p": v}, NODE_NAMES, PLAIN), max_size=2),
            "@nest": st.builds(lambda v: {"nested": v}, PLAIN),
            "@index": st.just("1"),
        },
    )
    return st.builds(
        lambda node, order: dict(sorted(node.items(), key=lambda pair: hash_text(pair[0], order))), members, st.integers(0, 9)
    )


def hash_text(text: str, seed: int) -> int:
    """An order of the members that is another for each seed."""
    return sum((index + seed) * ord(char) for index, char in enumerate(text)) * (seed * 7 + 1) % 101


NODES = st.recursive(st.one_of(PLAIN, VALUE_OBJECTS), make_nodes, max_leaves=8)
OBJECT_NODES = make_nodes(NODES)


@st.composite
def make_documents(draw: st.DrawFn) -> str:
    nodes = draw(st.lists(OBJECT_NODES, min_size=1, max_size=3))
    context, graph = ("@context", CONTEXT), ("@graph", nodes)
    pairs: list[tuple[str, object]] = draw(
        st.sampled_from([[context, graph], [graph, context], [("@id", "http://g/"), graph, context, ("p", "x")]])
    )
    document: object = dict(pairs)
    if draw(st.booleans()):
        first = {key: value for node in nodes[:1] if isinstance(node, dict) for key, value in node.items()}
        document = [
            {**first, "@context": CONTEXT},
            *({"@context": CONTEXT, **node} for node in nodes[1:] if isinstance(node, dict)),
        ]
    return json.dumps(document, ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from([None, 1])))


@pytest.mark.slow
@PROPERTY
@given(text=make_documents())
def test_jsonld_is_read_as_pyoxigraph_does(text: str) -> None:
    try:
        pyoxigraph.parse(text.encode(), format=RdfFormat.JSON_LD, base_iri=BASE)
        expected, statements = read_both(text, RdfFormat.JSON_LD)
    except SyntaxError:
        with pytest.raises(SyntaxError):
            list(pyoxigraph.parse(text.encode(), format=RdfFormat.JSON_LD, base_iri=BASE))
        assume(False)
    assert number_blanks(statement[:3] for statement in statements) == number_blanks(expected)
    data = text.encode()
    for statement in statements:
        written = data[statement.object_span.start : statement.object_span.end].decode()
        if statement.object.startswith('"'):
            value = json.loads(written)
            assert not isinstance(value, str) or value == read_literal(statement.object).text


# RDF/XML.

LOCALS = st.sampled_from(["p", "name", "subject", "é"])
ATTRIBUTES = st.one_of(
    st.just(""),
    NODE_NAMES.filter(lambda name: not name.startswith("_")).map(lambda name: f" rdf:about={quoteattr(name)}"),
    st.sampled_from([' rdf:nodeID="n"', " rdf:nodeID='m'", ' rdf:about="&e;x"', ' e:xname="v>w"', ' rdf:type="t"']),
)


def make_element(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    text = TEXTS.map(lambda value: escape(value).replace("\u2028", ""))
    properties = st.one_of(
        st.builds("<e:{0} xml:lang='en'>{1}</e:{0}>".format, LOCALS, text),
        st.builds("<e:{0}>{1}</e:{0}>".format, LOCALS, text),
        st.builds('<e:{0} rdf:resource="{1}"/>'.format, LOCALS, st.sampled_from(["a", "&e;b", "#c"])),
        st.builds('<e:{0} rdf:nodeID="n" />'.format, LOCALS),
        st.builds('<e:{0} e:in="1"/>'.format, LOCALS),
        st.builds("<e:{0}>\n <!-- > -->{1}\n</e:{0}>".format, LOCALS, inner),
        st.builds('<e:{0} rdf:parseType="Resource"><e:q>{1}</e:q></e:{0}>'.format, LOCALS, text),
        st.builds('<e:{0} rdf:parseType="Literal"><b>{1}</b></e:{0}>'.format, LOCALS, text),
        st.builds('<e:{0} rdf:parseType="Collection">{1}{2}</e:{0}>'.format, LOCALS, inner, inner),
        st.builds("<rdf:li>{}</rdf:li>".format, text),
    )
    body = st.lists(properties, max_size=3).map("".join)
    return st.builds("<{0}{1}>\n{2}</{0}>".format, st.sampled_from(["e:T", "rdf:Description"]), ATTRIBUTES, body)


ELEMENTS = st.recursive(st.just("<e:Leaf/>"), make_element, max_leaves=4)


@PROPERTY
@given(elements=st.lists(make_element(ELEMENTS), max_size=3))
def test_rdfxml_is_read_as_pyoxigraph_does(elements: list[str]) -> None:
    head = """<?xml version='1.0'?><!DOCTYPE rdf:RDF [ <!ENTITY e "http://e/"> ]>"""
    namespaces = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/"'
    text = f"{head}<rdf:RDF {namespaces} xml:base='http://base/'>{''.join(elements)}</rdf:RDF>"
    data = text.encode()
    for statement in check(text, RdfFormat.RDF_XML):
        written = data[statement.object_span.start : statement.object_span.end].decode()
        if statement.object.startswith('"') and "<" not in written and "&" not in written:
            # Where there is no text, the name of the property stands for it.
            assert written == read_literal(statement.object).text.strip() or written.startswith(("e:", "rdf:li"))
