"""New items: what has no link, and is told well enough to become an item."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kzlod.terms import read_literal
from kzlod.wikidata.graph import Graph
from kzlod.wikidata.rules import NewItemRule, Steps, WikidataMapping
from kzlod.wikidata.statements import Omission, Statement
from kzlod.wikidata.values import LanguageText


@dataclass(frozen=True)
class NewItem:
    """An item to be made.

    Args:
        thing: what it is here, as a term.
        labels, descriptions: one a language.
        aliases: further names.
        statements: about ``LAST``.
    """

    thing: str
    labels: tuple[LanguageText, ...]
    aliases: tuple[LanguageText, ...]
    descriptions: tuple[LanguageText, ...]
    statements: tuple[Statement, ...]


def list_candidates(graph: Graph, mapping: WikidataMapping) -> dict[str, NewItemRule]:
    """The things that have no link, by the rule that is for them."""
    linked = set(graph.list_linked())
    return {
        thing: rule
        for rule in reversed(mapping.new_items)
        for thing in graph.list_things(rule.kinds)
        if thing not in linked and not graph.is_deprecated(thing)
    }


def list_new_items(
    graph: Graph, mapping: WikidataMapping, candidates: dict[str, NewItemRule], statements: Iterable[Statement]
) -> tuple[list[NewItem], list[Omission]]:
    """The candidates that have a label and a statement that ties them to Wikidata, and those that have not."""
    by_thing: dict[str, list[Statement]] = {thing: [] for thing in sorted(candidates)}
    for statement in statements:
        if statement.thing in by_thing:
            by_thing[statement.thing].append(statement)
    made: list[NewItem] = []
    omissions: list[Omission] = []
    for thing, said in by_thing.items():
        rule = candidates[thing]
        names = _list_texts(graph, mapping, thing, rule.label)
        labels = {name.language: name for name in reversed(names)}
        aliases = [name for name in (*names, *_list_texts(graph, mapping, thing, rule.alias)) if name not in labels.values()]
        descriptions = {text.language: text for text in reversed(_list_texts(graph, mapping, thing, rule.description))}
        if not labels or rule.needs.isdisjoint(statement.property.id for statement in said):
            wanted = f"a label and one of {', '.join(sorted(rule.needs))}"
            omissions.append(Omission("it is not told well enough for a new item", thing, "", "", f"it takes {wanted}"))
        else:
            ordered = (tuple(texts[language] for language in sorted(texts)) for texts in (labels, descriptions))
            made.append(NewItem(thing, next(ordered), tuple(dict.fromkeys(aliases)), next(ordered), tuple(said)))
    return made, omissions


def _list_texts(graph: Graph, mapping: WikidataMapping, thing: str, path: Steps) -> list[LanguageText]:
    if not path:
        return []
    literals = (read_literal(hit.object) for hit in graph.follow(thing, path) if hit.object.startswith('"'))
    known = ((mapping.languages.get(literal.language.lower()), literal.text) for literal in literals)
    return [LanguageText(language, text) for language, text in known if language]
