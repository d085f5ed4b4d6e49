"""What kzlod.toml and the folders of a project lack, before a table is read; and what is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Final

from kzlod.doctor.findings import Finding, odd, shorten, wrong
from kzlod.facts.metadata import METADATA
from kzlod.project import CONFIGURATION, Project
from kzlod.terms import NEW_BASE

_EXTRAS: Final = {
    "serve": ("uvloop", "starlette", "kzlod serve"),
    "match": ("rapidfuzz", "anyascii", "kzlod match"),
    "fast": ("pyshacl_turbo", "pyshacl_turbo", "the fast engine of SHACL"),
}


def examine_folders(project: Project) -> Iterator[Finding]:
    """What is missing among the files."""
    for folder, pattern in (("mappings", "*.yml"), ("shapes", "*.ttl")):
        if not any((project.folder / folder).glob(pattern)):
            yield wrong(folder, f"there is no file {pattern} here, and no build without one", "missing")
    yield from _examine_sources(project)
    if not (project.ontology / "context.jsonld").is_file():
        yield wrong("ontology/context.jsonld", "this file is missing: it names the terms in JSON-LD", "missing")
    if not any(project.queries.glob("*.rq")):
        yield odd("queries", "there are no queries: write one, so that others see what can be asked", "missing")


def _examine_sources(project: Project) -> Iterator[Finding]:
    for source in project.sources:
        if not (project.facts / source / METADATA).is_file():
            message = f"the source {source} has no {METADATA}, which says what its tables hold"
            yield wrong(f"facts/{source}", message, "missing")
    unfinished = project.list_unfinished()
    for name in unfinished:
        message = "an import was killed here: call it again, or any other one, which removes what is left of it"
        yield wrong(f"facts/{name}", message, "unfinished")
    for path in sorted(path.parent for path in project.facts.glob(f"*/{METADATA}")):
        if path.name not in (*project.sources, *unfinished):
            yield odd(CONFIGURATION, f"sources does not name facts/{path.name}: nothing of it is read", "sources")


def examine_publication(project: Project) -> Iterator[Finding]:
    """What the catalogue will lack, as DCAT-AP 3.0.1 asks for it and recommends it."""
    given = project.publication
    if project.base == NEW_BASE:
        yield odd(CONFIGURATION, "base is that of an example: put a namespace of your own here before you publish", "base")
    if not given.publisher:
        message = "publication.publisher is missing: DCAT-AP asks every catalogue for it; add [publication.publisher] with a name"
        yield wrong(CONFIGURATION, message, "publication")
    lacking = {
        "publication.contact": given.contact,
        "publication.keywords": given.keywords,
        "publication.themes": given.themes,
        "publication.place": given.place,
    }
    if absent := [name for name, value in lacking.items() if not value]:
        yield odd(CONFIGURATION, f"DCAT-AP recommends what is not here: {shorten(absent)}", "publication")
    for tag in project.title:
        for name, texts in (("description", project.description), ("publication.keywords", given.keywords)):
            if texts and tag not in texts:
                yield odd(CONFIGURATION, f"the title is in {tag}, but {name} is not", "language")


def examine_installation() -> Iterator[Finding]:
    """Extras that are not installed."""
    for extra, (*modules, use) in _EXTRAS.items():
        if any(find_spec(module) is None for module in modules):
            yield odd("kzlod", f"{use} is not installed: pip install 'kzlod[{extra}]'", "extra")
