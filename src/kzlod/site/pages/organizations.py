"""The page of what belongs to what: organisations, their units and posts, as a tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from kzlod.site.nodes import Label
from kzlod.site.reading import Reader
from kzlod.site.rendering import File, Renderer
from kzlod.terms import Triple

_BRANCHES: Final = 250
"""So many things make a page full."""
_DEEPEST: Final = 20
"""What lies deeper in a tree starts one of its own."""


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
    trees = (piece for tree in _grow_trees(rows, reader, renderer) for piece in _cut(tree))
    pages = list(_fill_pages(trees))
    for number, page in enumerate(pages, 1):
        triples = sorted({triple for tree in page for triple in tree.list_triples()})
        path = "organizations" if number == 1 else f"organizations.{number}"
        yield from renderer.render_page("organizations.html", path, triples, trees=page, number=number, pages=len(pages))


def _cut(tree: Branch) -> Iterator[Branch]:
    """A tree in pieces that fit on a page: what is cut off begins with the name on which it grows."""
    kept: list[Branch] = []
    size = 1
    for branch in tree.branches:
        *pieces, last = _cut(branch)
        yield from pieces
        if size + last.count() > _BRANCHES:
            yield replace(tree, branches=kept)
            kept, size = [], 1
        kept.append(last)
        size += last.count()
    yield replace(tree, branches=kept)


def _fill_pages(trees: Iterable[Branch]) -> Iterator[list[Branch]]:
    page: list[Branch] = []
    size = 0
    for tree in trees:
        if page and size + tree.count() > _BRANCHES:
            yield page
            page, size = [], 0
        page.append(tree)
        size += tree.count()
    if page:
        yield page


def _grow_trees(rows: list[tuple[str, str, str, str]], reader: Reader, renderer: Renderer) -> list[Branch]:
    children: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for child, parent, fact, predicate in rows:
        children[parent].append((child, fact, predicate))
    labels = reader.read_labels(iri for child, parent, *_ in rows for iri in (child, parent))
    below = {child for child, *_ in rows}
    # What runs in a circle has no root, and what lies very deep is not reached: that starts at its first name.
    roots = sorted(set(children) - below, key=lambda iri: (labels[iri].texts[0].casefold(), iri))
    seen: set[str] = set()

    def grow(iri: str, fact: str, triples: list[Triple], depth: int) -> Branch:
        seen.add(iri)
        settings = renderer.settings
        branch = Branch(settings.find_link(iri), labels[iri], settings.find_link(fact) if fact else "", triples=triples)
        for child, stated, predicate in sorted(children[iri], key=lambda found: (labels[found[0]].texts[0].casefold(), found)):
            triple = Triple(child, predicate, iri)
            leaf = Branch(settings.find_link(child), labels[child], settings.find_link(stated), triples=[triple])
            branch.branches.append(leaf if child in seen or depth == _DEEPEST else grow(child, stated, [triple], depth + 1))
        return branch

    trees = [grow(root, "", [], 1) for root in roots]
    # Each that is left may hold others of these.
    trees += [grow(iri, "", [], 1) for iri in sorted(set(children) - seen) if iri not in seen]
    return trees
