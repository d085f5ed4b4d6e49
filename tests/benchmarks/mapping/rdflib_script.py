"""mapping.yml as one would write it by hand with rdflib: reads the CSV tables of a folder, writes a file of N-Triples."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from rdflib import RDF, RDFS, XSD, Graph, Literal, Namespace, URIRef

DATA = Namespace("https://bench.example/")
ORG = Namespace("http://www.w3.org/ns/org#")
SCHEMA = Namespace("http://schema.org/")


def iter_rows(folder: Path, table: str) -> Iterator[dict[str, str]]:
    """The rows of a table."""
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def add_persons(graph: Graph, folder: Path) -> None:
    """Persons."""
    for row in iter_rows(folder, "persons"):
        person = DATA[f"person/{row['id']}"]
        graph.add((person, RDF.type, SCHEMA.Person))
        add_names(graph, person, row)
        if row["birth_date"]:
            graph.add((person, SCHEMA.birthDate, Literal(row["birth_date"], datatype=XSD.date)))
        if row["country"]:
            graph.add((person, SCHEMA.nationality, Literal(row["country"])))
        graph.add((person, SCHEMA.url, DATA[f"page/{row['name_kk'].replace(' ', '%20')}/{row['id']}"]))


def add_organisations(graph: Graph, folder: Path) -> None:
    """Organisations."""
    for row in iter_rows(folder, "organisations"):
        organisation = DATA[f"organisation/{row['id']}"]
        graph.add((organisation, RDF.type, SCHEMA.Organization))
        add_names(graph, organisation, row)
        if row["founded"]:
            graph.add((organisation, SCHEMA.foundingDate, Literal(row["founded"], datatype=XSD.gYear)))
        if row["website"]:
            graph.add((organisation, SCHEMA.url, URIRef(row["website"])))
        graph.add((organisation, SCHEMA.addressCountry, Literal(row["country"])))


def add_names(graph: Graph, subject: URIRef, row: dict[str, str]) -> None:
    """Names in three languages."""
    for language in ("kk", "ru", "en"):
        graph.add((subject, SCHEMA.name, Literal(row[f"name_{language}"], lang=language)))


def add_posts(graph: Graph, folder: Path) -> dict[str, URIRef]:
    """Posts; gives back their IRIs by code."""
    posts = {}
    for row in iter_rows(folder, "posts"):
        post = posts[row["code"]] = DATA[f"post/{row['organisation']}/{row['number']}"]
        graph.add((post, RDF.type, ORG.Post))
        graph.add((post, RDFS.label, Literal(row["title_kk"], lang="kk")))
        graph.add((post, RDFS.label, Literal(row["title_ru"], lang="ru")))
        graph.add((post, ORG.postIn, DATA[f"organisation/{row['organisation']}"]))
        graph.add((post, DATA.level, Literal(row["level"], datatype=XSD.integer)))
    return posts


def add_memberships(graph: Graph, folder: Path, posts: dict[str, URIRef]) -> None:
    """Memberships."""
    for row in iter_rows(folder, "memberships"):
        membership, person = DATA[f"membership/{row['id']}"], DATA[f"person/{row['person']}"]
        graph.add((membership, RDF.type, ORG.Membership))
        graph.add((membership, ORG.member, person))
        graph.add((membership, ORG.post, posts[row["post"]]))
        graph.add((membership, SCHEMA.startDate, Literal(row["start_date"], datatype=XSD.date)))
        if row["end_date"]:
            graph.add((membership, SCHEMA.endDate, Literal(row["end_date"], datatype=XSD.date)))
        graph.add((person, RDF.type, SCHEMA.Person))


def add_events(graph: Graph, folder: Path) -> None:
    """Events."""
    for row in iter_rows(folder, "events"):
        event = DATA[f"event/{row['id']}"]
        graph.add((event, RDF.type, SCHEMA.Event))
        graph.add((event, SCHEMA.name, Literal(row["title"], lang="en")))
        graph.add((event, SCHEMA.startDate, Literal(row["start_time"], datatype=XSD.dateTime)))
        graph.add((event, SCHEMA.organizer, DATA[f"organisation/{row['organiser']}"]))
        graph.add((event, SCHEMA.location, Literal(row["place"], lang="kk")))
        if row["visitors"]:
            graph.add((event, SCHEMA.maximumAttendeeCapacity, Literal(row["visitors"], datatype=XSD.integer)))


def main() -> None:
    """Map the tables of a folder: FOLDER OUTPUT."""
    folder, output = Path(sys.argv[1]), sys.argv[2]
    graph = Graph()
    add_persons(graph, folder)
    add_organisations(graph, folder)
    posts = add_posts(graph, folder)
    add_memberships(graph, folder, posts)
    add_events(graph, folder)
    graph.serialize(output, format="nt", encoding="utf-8")


if __name__ == "__main__":
    main()
