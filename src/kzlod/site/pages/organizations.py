"""The page of what belongs to what: organisations, their units and posts, as a tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from kzlod.site.nodes import Label
from kzlod.site.reading import Reader
from kzlod.site.rendering import File, Renderer
from kzlod.terms import Triple

_BRANCHES: Final = 250


@dataclass
class Branch:
    """A thing and what belongs to it; ``fact`` is the page of the fact by which it stands here."""

    link: str
    label: Label
    fact: str
    branches: list[Branch] = field(default_factory=list)
    triples: list[Triple] = field(default_factory=list)

    def count(self) -> int:
        """How many things the branch has."""
        return 1 + sum(branch.count() for branch in self.branches)

    def list_triples(self) -> list[Triple]:
        """What the branch says."""
        return [*self.triples, *(triple for branch in self.branches for triple in branch.list_triples())]


def render_organizations(reader: Reader, renderer: Renderer) -> Iterator[File]:
    """The trees, a page for some hundred branches; nothing where nothing belongs to another."""
    rows = list(reader.query("parents"))
    trees = iter(_grow_trees(rows, reader, renderer))
    pages = list(_split(trees))
    for number, page in enumerate(pages, 1):
        triples = sorted({triple for tree in page for triple in tree.list_triples()})
        path = "organizations" if number == 1 else f"organizations.{number}"
        yield from renderer.render_page("organizations.html", path, triples, trees=page, number=number, pages=len(pages))


def _split(trees: Iterator[Branch]) -> Iterator[list[Branch]]:
    page: list[Branch] = []
    for tree in trees:
        page.append(tree)
        if sum(branch.count() for branch in page) >= _BRANCHES:
            yield page
            page = []
    if page:
        yield page


def _grow_trees(rows: list[tuple[str, str, str, str]], reader: Reader, renderer: Renderer) -> list[Branch]:
    children: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for child, parent, fact, predicate in rows:
        children[parent].append((child, fact, predicate))
    labels = reader.read_labels(iri for child, parent, *_ in rows for iri in (child, parent))
    below = {child for child, *_ in rows}
    # What runs in a circle has no root: it starts at its first name.
    roots = sorted(set(children) - below, key=lambda iri: (labels[iri].texts[0].casefold(), iri))
    seen: set[str] = set()

    def grow(iri: str, fact: str, triples: list[Triple]) -> Branch:
        seen.add(iri)
        settings = renderer.settings
        branch = Branch(settings.find_link(iri), labels[iri], settings.find_link(fact) if fact else "", triples=triples)
        for child, stated, predicate in sorted(children[iri], key=lambda found: (labels[found[0]].texts[0].casefold(), found)):
            triple = Triple(child, predicate, iri)
            leaf = Branch(settings.find_link(child), labels[child], settings.find_link(stated), triples=[triple])
            branch.branches.append(leaf if child in seen else grow(child, stated, [triple]))
        return branch

    trees = [grow(root, "", []) for root in roots]
    while left := sorted(set(children) - seen):
        trees.append(grow(left[0], "", []))
    return trees
