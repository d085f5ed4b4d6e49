"""``kzlod push`` to Oxigraph: what is served before and after, by both protocols, in one store and in two."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph
import pytest
from click.testing import CliRunner, Result
from tests.pushing.conftest import BASE, FIRST, NAME, PREFIX, QUERIES, SECOND, write_release
from tests.pushing.servers import Answer, Oxigraph, Request, ask, open_gate

from kzlod.cli import main
from kzlod.queries.execution import run_remote

OTHERS = f'<urn:a> <urn:b> "somebody else\'s" <urn:graph> .\n<{BASE}x> <urn:b> "too" <{BASE}pushed-by-hand> .\n'


def read(dump: str) -> set[str]:
    return {str(quad) for quad in pyoxigraph.parse(dump, format=pyoxigraph.RdfFormat.N_QUADS)}


def push(project: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["push", "--project", str(project), *arguments])


def by_update(store: Oxigraph) -> list[str]:
    return ["--endpoint", f"{store.url}/query", "--update", f"{store.url}/update"]


def by_graph_store(store: Oxigraph) -> list[str]:
    return [*by_update(store), "--graph-store", f"{store.url}/store"]


def check(result: Result, code: int = 0) -> str:
    assert (result.exit_code, result.stderr if not code else "") == (code, ""), result.output
    return result.stderr if code else result.stdout


@pytest.mark.parametrize("addresses", [by_update, by_graph_store])
def test_releases_take_each_others_place(addresses: Callable[[Oxigraph], list[str]], project: Path, store: Oxigraph) -> None:
    store.load(OTHERS)
    for release, dump in (("first", FIRST), ("second", SECOND), ("first", FIRST)):
        told = check(push(project, *addresses(store), "--release", str(project / release)))
        assert re.search(r"^sent     6 triples in \d requests$", told, re.MULTILINE)
        assert "checked  4 graphs, 2 queries" in told
        assert store.read(PREFIX) == read(dump) | read(OTHERS)


def test_nothing_but_the_record_is_left_beside_the_data(project: Path, store: Oxigraph) -> None:
    for release in ("first", "second"):
        check(push(project, *by_update(store), "--release", str(project / release)))
    own = {quad.rsplit(" ", 1)[1] for quad in store.read() - store.read(PREFIX)}
    assert own == {f"<{PREFIX}current>"}
    names = {str(row["g"]) for row in select(store, "SELECT ?g { GRAPH ?g { } }")}
    assert names == {f"<{BASE}{name}>" for name in ("fact/1", "fact/3", "graph/evidence", "push/current")}


def select(store: Oxigraph, query: str) -> pyoxigraph.QuerySolutions:
    found = run_remote(query, f"{store.url}/query")
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return found


def test_what_is_served_is_not_pushed_again(project: Path, store: Oxigraph) -> None:
    check(push(project, *by_update(store)))
    assert "served   already" in check(push(project, *by_update(store)))
    # Somebody has taken a triple away since.
    store.update(f'DELETE DATA {{ GRAPH <{BASE}fact/1> {{ <{BASE}person/ada> {NAME} "Ada \\"Ember\\"\\n" }} }}')
    assert "sent     6 triples" in check(push(project, *by_update(store)))
    assert store.read(PREFIX) == read(FIRST)


def test_a_dry_run_changes_nothing(project: Path, store: Oxigraph) -> None:
    store.load(OTHERS)
    before = store.read()
    told = check(push(project, *by_update(store), "--dry-run"))
    assert "to send  6 triples; nothing is changed" in told
    assert store.read() == before


@pytest.mark.parametrize("release", ["first", "second"])
def test_a_dry_run_sends_nothing_but_queries(release: str, project: Path, store: Oxigraph) -> None:
    check(push(project, *by_update(store), "--release", str(project / "first")))
    refuse = lambda request: Answer(400, {}, b"") if request.path != "/query" else None  # noqa: E731
    with open_gate(store.port, refuse) as gate:
        words = ["--endpoint", f"{gate}/query", "--update", f"{gate}/update", "--release", str(project / release)]
        told = check(push(project, *words, "--dry-run"))
    assert ("served   already" in told) == (release == "first")


def test_the_default_graph_can_get_a_name_and_lose_it(project: Path, store: Oxigraph) -> None:
    named = re.sub(r'("|@kk) \.$', rf"\1 <{BASE}all> .", FIRST, flags=re.MULTILINE)
    for words, dump in (([], FIRST), (["--default-graph", f"{BASE}all"], named), ([], FIRST)):
        check(push(project, *by_update(store), *words))
        assert store.read(PREFIX) == read(dump)
    check(push(project, *by_update(store), "--default-graph", f"{BASE}all"))
    # What somebody puts into the default graph now is not the push's.
    store.load("<urn:a> <urn:b> <urn:c> .")
    assert "that no push has put there" in check(push(project, *by_update(store)), 2)
    assert store.read(PREFIX) == read(f"{named}<urn:a> <urn:b> <urn:c> .\n")


@pytest.mark.parametrize("triple", ['<urn:a> <urn:b> "x" .', f'<{BASE}person/ada> {NAME} "another" .'])
def test_a_default_graph_of_somebody_elses_is_kept(triple: str, project: Path, store: Oxigraph) -> None:
    store.load(triple)
    assert "the default graph has 1 triples that no push has put there" in check(push(project, *by_update(store)), 2)
    assert store.read() == read(triple)
    check(push(project, *by_update(store), "--replace"))
    assert store.read(PREFIX) == read(FIRST)


def test_the_default_graph_can_have_a_name(project: Path, start: Callable[..., Oxigraph]) -> None:
    store = start("--union-default-graph")
    assert "the default graph of this store shows the triples of all graphs" in check(push(project, *by_update(store)), 2)
    for dump in ("first", "second"):
        check(push(project, *by_update(store), "--default-graph", f"{BASE}all", "--release", str(project / dump)))
    expected = re.sub(r'("|@kk) \.$', rf"\1 <{BASE}all> .", SECOND, flags=re.MULTILINE)
    assert store.read(PREFIX) == read(expected)


def test_a_dump_without_a_default_graph(project: Path, store: Oxigraph) -> None:
    dump = "".join(line for line in FIRST.splitlines(keepends=True) if re.search(r"(fact/.|evidence)> \.$", line))
    queries = {"facts": QUERIES["facts"], "names": (0, QUERIES["names"][1])}
    release = write_release(project / "named", dump, queries)
    check(push(project, *by_update(store), "--release", str(release)))
    assert store.read(PREFIX) == read(dump)


@pytest.fixture
def colours(start: Callable[..., Oxigraph]) -> Iterator[tuple[dict[str, Oxigraph], str]]:
    """Two stores behind one gate, at /blue and /green, and its URL with {colour}."""
    stores = {"blue": start(), "green": start()}

    def route(asked: Request) -> Answer:
        colour, _, path = asked.path.removeprefix("/").partition("/")
        return ask(stores[colour].port, asked._replace(path=f"/{path}"))

    with open_gate(0, route) as url:
        yield stores, f"{url}/{{colour}}"


@pytest.mark.parametrize("kind", ["update", "graph-store"])
def test_two_repositories_change_places(kind: str, project: Path, colours: tuple[dict[str, Oxigraph], str]) -> None:
    stores, url = colours
    arguments = ["--endpoint", f"{url}/query", f"--{kind}", f"{url}/{'store' if kind == 'graph-store' else kind}"]
    for release, colour in (("first", "blue"), ("second", "green"), ("first", "blue"), ("second", "green")):
        before = {name: store.read() for name, store in stores.items()}
        told = check(push(project, *arguments, "--release", str(project / release)))
        assert f"repository {colour}" in told
        assert stores[colour].read(PREFIX) == read({"first": FIRST, "second": SECOND}[release])
        other = "green" if colour == "blue" else "blue"
        assert stores[other].read() == before[other]
        assert find_current(stores) == colour
    assert "served   already" in check(push(project, *arguments, "--release", str(project / "second")))


def find_current(stores: dict[str, Oxigraph]) -> str:
    """What a consumer does by the README: the repository whose record has the greater number."""
    query = f"SELECT ?number {{ GRAPH <{PREFIX}current> {{ ?push <http://schema.org/position> ?number }} }}"
    numbers = {
        colour: max((int(row["number"].value) for row in select(store, query)), default=0) for colour, store in stores.items()
    }
    return max(numbers, key=lambda colour: numbers[colour])


def test_a_repository_of_somebody_elses_is_kept(project: Path, colours: tuple[dict[str, Oxigraph], str]) -> None:
    stores, url = colours
    arguments = ["--endpoint", f"{url}/query", "--update", f"{url}/update"]
    stores["blue"].load(OTHERS)
    # Without any record, what has data is what is served.
    assert "repository green" in check(push(project, *arguments))
    assert stores["blue"].read() == read(OTHERS)
    assert "there is data that no push has put there" in check(push(project, *arguments, "--release", str(project / "second")), 2)
    assert stores["blue"].read() == read(OTHERS)
    check(push(project, *arguments, "--release", str(project / "second"), "--replace"))
    assert stores["blue"].read(PREFIX) == read(SECOND)


@pytest.mark.parametrize("foreign", ["", "blue", "green"])
def test_a_first_push_to_a_repository_that_was_broken_off(
    foreign: str, project: Path, colours: tuple[dict[str, Oxigraph], str]
) -> None:
    stores, url = colours
    if foreign:
        stores[foreign].load(OTHERS)
    chosen = "green" if foreign == "blue" else "blue"
    release = write_release(project / "wrong", FIRST, {"names": (3, QUERIES["names"][1])})
    arguments = ["--endpoint", f"{url}/query", "--update", f"{url}/update"]
    assert "3 are expected" in check(push(project, *arguments, "--release", str(release)), 1)
    told = check(push(project, *arguments))
    assert f"repository {chosen}" in told
    assert "sent     0 triples in 0 requests" in told
    assert stores[chosen].read(PREFIX) == read(FIRST)
    assert stores["blue" if chosen == "green" else "green"].read() == (read(OTHERS) if foreign else set())


WRONG_CALLS = {
    "no URL": (["--endpoint", "store"], "an endpoint is an http or https URL"),
    "a password in the URL": (["--endpoint", "http://ada:secret@127.0.0.1/"], "an endpoint's URL has no user in it"),
    "one colour": (["--endpoint", "http://127.0.0.1/{colour}", "--update", "http://127.0.0.1/"], "either all URLs have {colour}"),
    "a prefix that is none": (["--endpoint", "http://127.0.0.1/", "--prefix", "push/"], "not an absolute IRI"),
    "a prefix of the data": (["--endpoint", "http://127.0.0.1:1/", "--prefix", f"{BASE}fact/"], "is also that of the graph"),
    "a default graph of the data": (
        ["--endpoint", "http://127.0.0.1:1/", "--default-graph", f"{BASE}fact/1"],
        "is a graph of the dump",
    ),
    "an unknown query": (["--endpoint", "http://127.0.0.1/", "--unchecked", "nomes"], "there is no query 'nomes'"),
    "two unknown queries": (
        ["--endpoint", "http://127.0.0.1/", "--unchecked", "nomes", "--unchecked", "fects"],
        "there is no query 'fects' [query]\n--unchecked: there is no query 'nomes'",
    ),
}


@pytest.mark.parametrize("call", WRONG_CALLS)
def test_a_wrong_call(call: str, project: Path) -> None:
    arguments, message = WRONG_CALLS[call]
    told = check(push(project, *arguments), 2)
    assert message in told
    assert "secret" not in told


@pytest.mark.parametrize("line", ['_:b <urn:p> "x" <urn:g> .\n', "<urn:s> <urn:p> _:b .\n", "<urn:s> <urn:p> .\n"])
def test_a_dump_that_no_store_can_give_back_is_refused(line: str, project: Path, store: Oxigraph) -> None:
    release = write_release(project / "bad", FIRST + line)
    told = check(push(project, *by_update(store), "--release", str(release)), 1)
    assert "no statement in canonical N-Quads without blank nodes" in told
    assert store.read() == set()


def test_a_release_of_which_files_are_missing(project: Path, store: Oxigraph) -> None:
    queries = (project / "output/queries.ttl").read_text(encoding="utf-8")
    (project / "output/queries.ttl").write_text(queries.replace("schema:name", "schema:alternateName"), encoding="utf-8")
    told = check(push(project, *by_update(store)), 2)
    assert re.findall("the query <(.*)> has no schema:name", told) == [f"{BASE}query/facts", f"{BASE}query/names"]
    (project / "output/queries.ttl").unlink()
    assert "the queries are not here" in check(push(project, *by_update(store)), 2)
    (project / "first/kzlod.nq").unlink()
    assert "there is no kzlod.nq" in check(push(project, *by_update(store), "--release", str(project / "first")), 2)


def test_a_query_that_gives_other_rows_prevents_the_switch(project: Path, store: Oxigraph) -> None:
    check(push(project, *by_update(store)))
    before = store.read(PREFIX)
    release = write_release(project / "third", SECOND, QUERIES | {"names": (3, QUERIES["names"][1])})
    told = check(push(project, *by_update(store), "--release", str(release)), 1)
    assert "query names: 2 rows, and 3 are expected" in told
    assert store.read(PREFIX) == before
    told = check(push(project, *by_update(store), "--release", str(release), "--unchecked", "names"))
    # What the refused push has loaded is there still.
    assert "sent     0 triples in 0 requests" in told
    assert store.read(PREFIX) == read(SECOND)


def test_a_query_that_names_its_graphs_cannot_be_asked_before_the_switch(project: Path, store: Oxigraph) -> None:
    text = f'SELECT ?name # FROM\nFROM <{BASE}fact/1> {{ ?person {NAME} ?name FILTER (?name != "FROM") }}'
    release = write_release(project / "from", FIRST, QUERIES | {"one": (1, text)})
    told = check(push(project, *by_update(store), "--release", str(release)), 1)
    assert "query one: it names graphs by FROM" in told
    check(push(project, *by_update(store), "--release", str(release), "--unchecked", "one"))
    assert len(list(select(store, text))) == 1


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["update", "graph-store"])
def test_a_push_to_a_repository_that_ends_at_any_request(
    kind: str, project: Path, colours: tuple[dict[str, Oxigraph], str]
) -> None:
    stores, url = colours
    path = "store" if kind == "graph-store" else "update"
    for release in ("first", "second"):
        check(push(project, "--endpoint", f"{url}/query", f"--{kind}", f"{url}/{path}", "--release", str(project / release)))
    third = write_release(project / "third", SECOND.replace("Amber", "Umber"))
    port = int(url.split(":")[2].split("/")[0])
    for allowed in range(30):
        written: list[Request] = []

        def fail(request: Request, written: list[Request] = written, allowed: int = allowed) -> Answer | None:
            if not request.path.endswith("/query"):
                written.append(request)
            return Answer(507, {}, b"the disk is full") if len(written) > allowed else None

        with open_gate(port, fail) as gate:
            words = ["--endpoint", f"{gate}/{{colour}}/query", f"--{kind}", f"{gate}/{{colour}}/{path}"]
            result = push(project, *words, "--release", str(third))
        # The other repository is as it was, and is the current one until the last request.
        assert stores["green"].read(PREFIX) == read(SECOND)
        assert find_current(stores) == ("green" if result.exit_code else "blue")
        if not result.exit_code:
            break
        assert "507" in check(result, 3)
    assert allowed >= 1
    assert stores["blue"].read(PREFIX) == read(third.joinpath("kzlod.nq").read_text(encoding="utf-8"))
