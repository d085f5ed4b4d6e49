"""Shapes from files, folders and imports; nothing comes from the network unless it is allowed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from tests.validation.turtle import PREFIXES

from kzlod.errors import ConfigurationError, DataError
from kzlod.validation.catalogue import load_catalogue
from kzlod.validation.data import read_data
from kzlod.validation.positions.search import Wanted
from kzlod.validation.shapes import Shapes, load_shapes

SHAPE = "ex:{0} a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."
OWL = "http://www.w3.org/2002/07/owl#"
IMPORT = "<https://example.org/graphs/{0}> a <" + OWL + "Ontology> ; <" + OWL + "imports> <{1}> .\n"
CATALOGUE = '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">{}</catalog>'


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(PREFIXES + text, encoding="utf-8")
    return path


def names(shapes: str) -> list[str]:
    return sorted(line.partition(" ")[0].rpartition("/")[2][:-1] for line in shapes.split("\n") if "NodeShape" in line)


def find_places(shapes: Shapes, *terms: str) -> list[tuple[str, int | None, int | None]]:
    places = shapes.locate(Wanted(term) for term in terms)
    return [(place.file, place.line, place.column) for place in places.values()]


def test_several_files_and_folders_are_one(tmp_path: Path) -> None:
    write(tmp_path / "folder" / "a.ttl", SHAPE.format("A"))
    write(tmp_path / "folder" / "b.ttl", SHAPE.format("B"))
    c = write(tmp_path / "c.ttl", SHAPE.format("C"))
    shapes = load_shapes([tmp_path / "folder", c, c])
    assert names(shapes.text) == ["A", "B", "C"]
    assert {term for line in shapes.text.split("\n") for term in line.split(" ") if term.startswith("_:")} == {
        "_:s1",
        "_:s2",
        "_:s3",
    }


def test_a_shape_and_its_parts_are_found_in_their_file(tmp_path: Path) -> None:
    a = write(tmp_path / "a.ttl", SHAPE.format("A"))
    b = write(tmp_path / "b.ttl", "# ex:B comes later\n<https://example.org/B> a sh:NodeShape ; sh:property\n [ sh:path ex:q ] .")
    shapes = load_shapes([a, b])
    line = PREFIXES.count("\n") + 1
    part = shapes.statements.find_object("<https://example.org/B>", "<http://www.w3.org/ns/shacl#property>")
    assert find_places(shapes, "<https://example.org/A>", "<https://example.org/B>", part, "<https://example.org/nowhere>") == [
        (a.as_posix(), line, 1),
        (b.as_posix(), line + 1, 1),
        (b.as_posix(), line + 2, 2),
        ("shapes", None, None),
    ]


def test_imports_are_found_by_the_catalogue(tmp_path: Path) -> None:
    main = write(tmp_path / "main.ttl", IMPORT.format("main", "https://example.org/graphs/one") + SHAPE.format("Main"))
    write(tmp_path / "parts" / "one.ttl", IMPORT.format("one", "https://example.org/more/two.ttl") + SHAPE.format("One"))
    write(tmp_path / "parts" / "two.ttl", IMPORT.format("two", "https://example.org/graphs/one") + SHAPE.format("Two"))
    catalogue = tmp_path / "catalog-v001.xml"
    entries = """<group prefer="public" xml:base="parts/">
        <uri name="https://example.org/graphs/one" uri="one.ttl"/>
        <rewriteURI uriStartString="https://example.org/" rewritePrefix="nowhere/"/>
        <rewriteURI uriStartString="https://example.org/more/" rewritePrefix="./"/></group>"""
    catalogue.write_text(CATALOGUE.format(entries), encoding="utf-8")
    assert names(load_shapes([main], load_catalogue(catalogue)).text) == ["Main", "One", "Two"]


def test_an_import_that_is_here_already_is_not_looked_for(tmp_path: Path) -> None:
    a = write(tmp_path / "a.ttl", IMPORT.format("a", "https://example.org/graphs/b") + SHAPE.format("A"))
    b = write(tmp_path / "b.ttl", IMPORT.format("b", "http://www.w3.org/ns/shacl#") + SHAPE.format("B"))
    assert names(load_shapes([a, b]).text) == ["A", "B"]


def test_an_import_may_name_a_file_beside_it(tmp_path: Path) -> None:
    a = write(tmp_path / "a.ttl", IMPORT.format("a", "b%20c.ttl") + SHAPE.format("A"))
    write(tmp_path / "b c.ttl", SHAPE.format("B"))
    assert names(load_shapes([a]).text) == ["A", "B"]


BAD_CATALOGUES = {
    "<catalog>": ":1:10: not XML",
    "<catalog/>": ": this is no OASIS XML catalogue",
    '<!DOCTYPE x [<!ENTITY e "e">]>' + CATALOGUE.format("&e;"): ": XML entities are not expanded",
    CATALOGUE.format('<nextCatalog catalog="other.xml"/>'): ": nextCatalog is not followed",
}


@pytest.mark.parametrize("text", BAD_CATALOGUES)
def test_a_catalogue_that_cannot_be_used(text: str, tmp_path: Path) -> None:
    path = tmp_path / "catalogue.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as error:
        load_catalogue(path)
    assert str(error.value).startswith(path.as_posix() + BAD_CATALOGUES[text])


def test_a_catalogue_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_catalogue(tmp_path / "catalogue.xml")


class Server:
    """A server on loopback that remembers what was asked of it."""

    def __init__(self, answers: dict[str, tuple[str, str]]) -> None:
        asked = self.asked = list[str]()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                media, text = answers.get(self.path, ("text/html", "<html/>"))
                self.send_response(200)
                self.send_header("Content-Type", media)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    shape = PREFIXES + SHAPE.format("Remote")
    server = Server({"/shapes": ("text/turtle", shape), "/marked": ("text/turtle", f"\ufeff{shape}")})
    yield server
    server.close()


def test_addresses_are_refused(server: Server, tmp_path: Path) -> None:
    main = write(tmp_path / "main.ttl", IMPORT.format("main", f"{server.address}/shapes") + SHAPE.format("Main"))
    with pytest.raises(ConfigurationError) as error:
        load_shapes([main, f"{server.address}/other"])
    assert {(problem.file, problem.rule) for problem in error.value.problems} == {
        (main.as_posix(), "network"),
        (f"{server.address}/other", "network"),
    }
    assert server.asked == []


def test_addresses_are_fetched_where_that_is_allowed(server: Server, tmp_path: Path) -> None:
    main = write(tmp_path / "main.ttl", IMPORT.format("main", f"{server.address}/shapes") + SHAPE.format("Main"))
    shapes = load_shapes([main], allow_network=True)
    assert names(shapes.text) == ["Main", "Remote"]
    assert find_places(shapes, "<https://example.org/Remote>") == [(f"{server.address}/shapes", PREFIXES.count("\n") + 1, 1)]
    assert server.asked == ["/shapes"]


def test_what_is_fetched_may_be_no_rdf(server: Server) -> None:
    with pytest.raises(ConfigurationError, match="'text/html' is no RDF syntax"):
        load_shapes([f"{server.address}/page"], allow_network=True)
    server.close()
    with pytest.raises(ConfigurationError, match="cannot be fetched"):
        load_shapes([f"{server.address}/shapes"], allow_network=True)


NAMESPACE = "http://www.w3.org/ns/shacl#"
SLIPS = {
    "https://www.w3.org/ns/shacl#": ": SHACL's namespace is <http://www.w3.org/ns/shacl#>, and not <https://www.w3.org/ns/shacl#>",
    "http://www.w3.org/ns/shacl": ": SHACL's namespace is <http://www.w3.org/ns/shacl#>, and not <http://www.w3.org/ns/shacl>",
    "http://www.w3.org/ns/shacl/": ": SHACL's namespace is <http://www.w3.org/ns/shacl#>, and not <http://www.w3.org/ns/shacl>",
    "http://example.org/": "",
}


@pytest.mark.parametrize("namespace", SLIPS)
def test_a_source_without_shacl_is_told(namespace: str, tmp_path: Path) -> None:
    good = write(tmp_path / "good.ttl", SHAPE.format("Good"))
    slip = tmp_path / "slip.ttl"
    slip.write_text(good.read_text(encoding="utf-8").replace(NAMESPACE, namespace), encoding="utf-8")
    message = f"there is no shape here{SLIPS[namespace]}"
    assert [str(problem) for problem in load_shapes([good, slip]).warnings] == [f"{slip.as_posix()}: warning: {message} [shapes]"]
    with pytest.raises(ConfigurationError) as error:
        load_shapes([slip])
    assert str(error.value) == f"{slip.as_posix()}: {message} [shapes]"


def test_a_source_that_has_or_imports_shapes_is_not_told(tmp_path: Path) -> None:
    write(tmp_path / "folder" / "good.ttl", SHAPE.format("Good"))
    write(tmp_path / "folder" / "ontology.ttl", "ex:C a rdfs:Class .")
    main = write(tmp_path / "main.ttl", IMPORT.format("main", "folder/good.ttl"))
    assert load_shapes([tmp_path / "folder", main]).warnings == ()
    assert load_shapes([main]).warnings == ()


def test_the_address_of_a_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a b.ttl", SHAPE.format("A"))
    monkeypatch.chdir(tmp_path)
    shapes = load_shapes([path.as_uri()])
    assert (names(shapes.text), shapes.documents[0].shown) == (["A"], "a b.ttl")
    with pytest.raises(ConfigurationError, match="there is no such file"):
        load_shapes([(tmp_path / "b.ttl").as_uri()])


@pytest.mark.parametrize("address", ["ftp://example.org/s.ttl", "s3://shapes/s.ttl"])
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        load_shapes([address], allow_network=True)
    assert str(error.value) == f"{address}: only http and https addresses are fetched, and file addresses are read [network]"


MARKED = {
    "ttl": f"<https://example.org/A> a <{NAMESPACE}NodeShape> .",
    "nt": f"<https://example.org/A> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{NAMESPACE}NodeShape> .",
    "jsonld": f'{{"@id": "https://example.org/A", "@type": "{NAMESPACE}NodeShape"}}',
    "rdf": f"""<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:sh="{NAMESPACE}">
        <sh:NodeShape r:about="https://example.org/A"/></r:RDF>""",
}


@pytest.mark.parametrize("ending", MARKED)
def test_a_byte_order_mark_changes_nothing(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{ending}"
    read = []
    for mark in ("", "\ufeff"):
        path.write_text(mark + MARKED[ending], encoding="utf-8")
        shapes = load_shapes([path])
        read.append((read_data([path]), shapes.text, find_places(shapes, "<https://example.org/A>")))
    assert read[0] == read[1]
    assert read[1][2][0][1] is not None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ttl", "<a:a> <a:p> ?"),
        ("a.jsonld", '{"@context": "https://example.org/context"}'),
        ("a.rdf", '<!DOCTYPE x [<!ENTITY e "e">]><x/>'),
    ],
)
def test_a_byte_order_mark_is_no_column_of_an_error(name: str, text: str, tmp_path: Path) -> None:
    errors = []
    for mark in ("", "\ufeff"):
        (tmp_path / name).write_text(mark + text, encoding="utf-8")
        with pytest.raises(DataError) as error:
            read_data([tmp_path / name])
        errors.append(error.value.problems)
    assert errors[0] == errors[1]
    assert errors[0][0].column is not None


def test_a_byte_order_mark_is_read_from_the_web_too(server: Server) -> None:
    shapes = load_shapes([f"{server.address}/marked"], allow_network=True)
    assert find_places(shapes, "<https://example.org/Remote>") == [(f"{server.address}/marked", PREFIXES.count("\n") + 1, 1)]
