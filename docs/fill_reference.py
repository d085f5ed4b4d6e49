"""Write ``docs/reference/``: commands, queries, terms, tables and functions, as the code and the project's files have them."""

import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from enum import EnumType
from importlib import import_module
from pathlib import Path
from typing import cast

import click
import pyoxigraph

from kzlod.cli import main as kzlod
from kzlod.facts.roles import ROLES
from kzlod.queries.catalogue import load_catalogue

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
NOTE = "<!-- made by docs/fill_reference.py -->"
WIDTH = 100
ENTRIES = (
    "build",
    "mapper",
    "matcher",
    "publisher",
    "releaser",
    "dataset",
    "project",
    "matching.entries",
    "matching.index",
    "reconciliation.service",
    "links.decisions",
    "wikidata.export",
    "tracing",
    "errors",
)
"""Modules that others may use as a library."""

RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
KINDS = {"classes": f"{RDFS}Class", "properties": "http://www.w3.org/1999/02/22-rdf-syntax-ns#Property"}


def write_commands() -> Iterator[str]:
    """What --help says of each command."""
    yield from ("# Commands", "", NOTE)
    yield from _describe_command(kzlod, "kzlod")


def _describe_command(command: click.Command, name: str) -> Iterator[str]:
    context = click.Context(command, info_name=name, terminal_width=WIDTH, max_content_width=WIDTH)
    yield from ("", f"## {name}", "", "```", command.get_help(context), "```")
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            if inner := command.get_command(context, each):
                yield from _describe_command(inner, f"{name} {each}")


def write_queries() -> Iterator[str]:
    """The query catalogue."""
    yield from ("# Queries", "", NOTE, "", "`kzlod query NAME -p PARAMETER=VALUE`; the server answers each at `/queries/NAME`.")
    for query in load_catalogue(ROOT / "queries").values():
        yield from ("", f"## {query.name}", "", f"{query.title}. {query.description}")
        if query.parameters:
            yield from ("", "| parameter | type | what | default |", "| --- | --- | --- | --- |")
            for each in query.parameters:
                yield f"| `{each.name}` | {each.type} | {each.description} | {_code(each.default)} |"
        if query.example:
            yield from ("", "```", query.example, "```")


def write_terms() -> Iterator[str]:
    """The own terms of the ontology."""
    store = pyoxigraph.Store()
    store.bulk_load(path=str(ROOT / "ontology" / "kzlod.ttl"), format=pyoxigraph.RdfFormat.TURTLE)
    yield from ("# Terms", "", NOTE, "", "The few terms that schema.org, ORG, PROV, Web Annotation and SKOS do not have.")
    for kind, type_ in KINDS.items():
        yield from ("", f"## {kind.capitalize()}", "", "| term | what it says | example |", "| --- | --- | --- |")
        query = f"""SELECT ?term (SAMPLE(?said) AS ?comment) (SAMPLE(?shown) AS ?example) {{
            ?term a <{type_}> OPTIONAL {{ ?term <{RDFS}comment> ?said }} OPTIONAL {{ ?term <{SKOS}example> ?shown }}
        }} GROUP BY ?term ORDER BY ?term"""
        for term, comment, example in cast("pyoxigraph.QuerySolutions", store.query(query)):
            said = " | ".join(text.value if text else "" for text in (comment, example))
            yield f"| `k:{term.value.partition('#')[2]}` | {said} |"


def write_tables() -> Iterator[str]:
    """What tables of each role must have."""
    yield from ("# Tables", "", NOTE, "")
    yield "`tables.json` of a source (CSVW) says what its tables are for, by `https://w3id.org/kzlod/ns#role`; it asks for columns:"
    yield from ("", "| role | columns |", "| --- | --- |")
    for role, columns in ROLES.items():
        yield f"| {role} | {', '.join(f'`{name}` ({kind})' for name, kind in columns.items()) or 'its own'} |"


def write_functions() -> Iterator[str]:
    """Public functions and classes of the modules that others may use."""
    yield from ("# Functions", "", NOTE)
    for name in ENTRIES:
        module = import_module(f"kzlod.{name}")
        yield from ("", f"## kzlod.{name}", "", *_quote_docstring(module))
        for each, member in vars(module).items():
            if each.startswith("_") or getattr(member, "__module__", "") != module.__name__ or not callable(member):
                continue
            yield from (
                "",
                f"### {each}",
                "",
                "```python",
                f"{each}{_read_signature(member)}",
                "```",
                "",
                *_quote_docstring(member),
            )


def _read_signature(member: object) -> str:
    # What Python itself says of an enumeration changes from version to version.
    if isinstance(member, EnumType):
        return f"({' | '.join(member.__members__)})"
    try:
        return re.sub(r"(: |-> )'([^']+)'", r"\1\2", str(inspect.signature(member))) if callable(member) else ""
    except ValueError:
        return ""


def _quote_docstring(member: object) -> list[str]:
    text = inspect.getdoc(member) or ""
    return ["```text", *text.splitlines(), "```"] if "\n" in text else [text]


def _code(text: str | None) -> str:
    return f"`{text}`" if text else ""


PAGES = {
    "commands": write_commands,
    "queries": write_queries,
    "terms": write_terms,
    "tables": write_tables,
    "functions": write_functions,
}


def write_pages() -> dict[str, str]:
    """The text of each page, by its name."""
    return {name: "\n".join(_strip(list(write()))) + "\n" for name, write in PAGES.items()}


def _strip(lines: Sequence[str]) -> list[str]:
    return [line.rstrip() for text in lines for line in text.split("\n")]


if __name__ == "__main__":
    REFERENCE.mkdir(exist_ok=True)
    for name, text in write_pages().items():
        (REFERENCE / f"{name}.md").write_text(text, encoding="utf-8")
        sys.stdout.write(f"docs/reference/{name}.md\n")
