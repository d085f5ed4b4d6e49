"""Constraints: compares what a query knows beside a name with what is known of a thing, returns points for and against.

What the matcher knows (posts, dates, births) it compares itself; any other property is compared value by value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import product

from pyoxigraph import Literal, NamedNode

from kzlod.matching.entries import Entry, Feature, NameQuery, Tenure
from kzlod.matching.knowledge import compare_known
from kzlod.matching.terms import list_terms
from kzlod.names.folding import fold_name
from kzlod.reconciliation.dates import read_date
from kzlod.reconciliation.entries import Thing
from kzlod.reconciliation.graph import Term
from kzlod.reconciliation.holdings import Holdings
from kzlod.reconciliation.properties import Property
from kzlod.reconciliation.queries import Constraint, Reference, Value
from kzlod.terms import XSD

_DATES = frozenset(XSD + name for name in ("date", "gYear", "gYearMonth", "dateTime"))
_NUMBERS = frozenset(XSD + name for name in ("integer", "decimal", "double", "float"))
_ONE_POST = 0.75
"""How much of the words of a post another has to have to be taken for it."""

_MEANT = ("born", "died", "post", "date")


class Judge:
    """Compares things with the constraints of one query.

    Args:
        holdings: of the dataset.
        constraints: of the query; those of unknown properties say nothing.
    """

    def __init__(self, holdings: Holdings, constraints: Sequence[Constraint]) -> None:
        self.holdings = holdings
        self.points = holdings.settings.points
        known = [(holdings.properties.read(each.property), each.values) for each in constraints]
        self.others = [(found, values) for found, values in known if found and not found.means]
        self.meant = [(found.means, values) for found, values in known if found and found.means]
        self.queries = list(self._combine()) if self.meant else []

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to compare."""
        return not self.others and not self.queries

    def judge(self, thing: Thing) -> list[Feature]:
        """A feature for each constraint of which something is known."""
        found = self._compare_meant(thing.entry)
        return found + [each for known, values in self.others if (each := self._compare(thing.iri, known, values))]

    def has(self, means: str) -> bool:
        """Whether there is a value of what the matcher knows."""
        return any(known == means for known, _ in self.meant)

    def with_value(self, means: str, value: Value) -> Judge:
        """The same with a value of what the matcher knows, unless there is one already."""
        if self.has(means):
            return self
        other = Judge(self.holdings, ())
        other.others, other.meant = self.others, [*self.meant, (means, (value,))]
        other.queries = list(other._combine())
        return other

    def list_agreeing(self, most: int) -> tuple[str, ...]:
        """Things, up to a number of them, of which a property leads to what a query names as its value."""
        found: dict[str, None] = {}
        for known, values in self.others:
            for value, path in product(values, known.paths):
                if len(path) == 1 and not path[0].is_inverse:
                    subjects = (
                        each
                        for iri in self._resolve(value)
                        for each in self.holdings.graph.list_subjects(path[0].iri, NamedNode(iri))
                    )
                    found |= dict.fromkeys(each.value for each in subjects if each.value in self.holdings.shelves.things)
        return tuple(sorted(found)[:most])

    def _resolve(self, value: Value) -> list[str]:
        """The things that a value surely means."""
        text = value.id if isinstance(value, Reference) else str(value)
        iri = self.holdings.ids.read_entity(text)
        if iri in self.holdings.shelves.things:
            return [iri]
        name = value.name if isinstance(value, Reference) else text
        return [iri for iri, like in self.holdings.shelves.find_alike(name[:300]).items() if like == 1.0] if name.strip() else []

    def _combine(self) -> Iterator[NameQuery]:
        """A question of the matcher for each choice of the values that it knows."""
        texts: dict[str, list[str]] = {means: [] for means in _MEANT}
        for means, values in self.meant:
            read = self._read_posts if means == "post" else _read_dates
            texts[means] += read(values)
        for born, died, post, date in product(*(dict.fromkeys(texts[means][:5] or [""]) for means in _MEANT)):
            if born or died or post or date:
                yield NameQuery("", born=born, died=died, post=post, date=date)

    def _read_posts(self, values: Iterable[Value]) -> list[str]:
        """The names of posts; of one that is a thing here, those by which it is known."""
        found = []
        for value in values:
            iri = self.holdings.ids.read_entity(value.id) if isinstance(value, Reference) else ""
            names = [name.text for name in self.holdings.graph.list_names(iri)] if iri else []
            found += names or [value.name if isinstance(value, Reference) else str(value)]
        return [text for text in found if text.strip()]

    def _compare_meant(self, entry: Entry) -> list[Feature]:
        """The reasons of the choice that is best for an entry."""
        found = [_drop_idle(_compare_known(query, entry)) for query in self.queries]
        return max(found, key=lambda features: sum(each.points for each in features), default=[])

    def _compare(self, iri: str, known: Property, values: Sequence[Value]) -> Feature | None:
        own = self.holdings.properties.read_values(self.holdings.graph, iri, known)
        if not own:
            return None
        like, mine, its = max(
            (self._compare_values(value, other, known) for value in values for other in own), key=lambda each: each[0]
        )
        lost = self.points["link" if known.space else "property"]
        return Feature(known.id, round(like, 4), self.points["agrees"] * like - lost * (1 - like), mine, its)

    def _compare_values(self, value: Value, own: Term, known: Property) -> tuple[float, str, str]:
        """How like a value of a query is to one of a thing, and both as texts."""
        mine = value.id if isinstance(value, Reference) else str(value)
        if isinstance(own, Literal):
            text = value.name or value.id if isinstance(value, Reference) else value
            return compare_literal(text, own), mine, own.value
        return self._compare_thing(mine, value, own, known), mine, self.holdings.graph.find_name(own.value)

    def _compare_thing(self, text: str, value: Value, own: NamedNode, known: Property) -> float:
        if known.space:
            return float(own.value in {text.strip(), known.space + text.strip()})
        if own.value in {self.holdings.ids.read_entity(text), self.holdings.ids.read_term(text)}:
            return 1.0
        if isinstance(value, Reference):
            if self.holdings.ids.read_entity(text) in self.holdings.shelves.things:
                return 0.0
            text = value.name or value.id
        if own.value not in self.holdings.shelves.things:
            return _compare_texts(text[:300], self.holdings.graph.find_name(own.value))
        return self.holdings.shelves.find_alike(text[:300]).get(own.value, 0.0) if text.strip() else 0.0


def compare_literal(value: str | float, own: Literal) -> float:
    """How like a value is to a literal: dates as exactly as both are written, numbers as numbers, texts by their words.

    >>> compare_literal("1953", Literal("1953-05-17", datatype=NamedNode(XSD + "date"))), compare_literal("12", Literal(12))
    (1.0, 1.0)
    >>> [compare_literal(text, Literal("Ministry of Energy")) for text in ("ministry of  ENERGY", "Ministry")]
    [1.0, 0.5]
    """
    datatype = own.datatype.value
    if datatype in _DATES:
        date = read_date(value)
        length = min(len(date), len(own.value))
        return float(bool(date) and date[:length] == own.value[:length])
    if datatype in _NUMBERS:
        return float(_read_number(value) == float(own.value))
    if isinstance(value, bool):
        return float(own.value.lower() == str(value).lower())
    return _compare_texts(str(value)[:300], own.value[:300])


@lru_cache(maxsize=10_000)
def _compare_texts(one: str, other: str) -> float:
    """The share of words that two texts have in common, in meanings where they are known."""
    if fold_name(one) == fold_name(other):
        return 1.0
    ones, others = ({word for words in list_terms(text)[:1] for word, _ in words} for text in (one, other))
    return len(ones & others) / len(ones | others) if ones and others else 0.0


def _compare_known(query: NameQuery, entry: Entry) -> list[Feature]:
    """What the matcher says, which compares each title anew: here a few titles are those of many people."""
    if not (query.post and entry.posts):
        return compare_known(query, entry)
    posts = [_compare_titles(query.post, tenure.post) for tenure in entry.posts]
    best = max(posts, key=lambda each: each.value)
    held = tuple(tenure for tenure, post in zip(entry.posts, posts, strict=True) if post.value == best.value)
    return [best, *compare_known(replace(query, post=""), replace(entry, posts=held))]


@lru_cache(maxsize=50_000)
def _compare_titles(mine: str, its: str) -> Feature:
    (feature,) = compare_known(NameQuery("", post=mine), Entry("", (), posts=(Tenure(its),)))
    return feature


def _drop_idle(features: list[Feature]) -> list[Feature]:
    """Without a date that is of another post."""
    is_other = any(each.id == "post" and each.value < _ONE_POST for each in features)
    return [each for each in features if not (is_other and each.id == "date" and each.value)]


def _read_dates(values: Iterable[Value]) -> list[str]:
    return [date for value in values if not isinstance(value, Reference) and (date := read_date(value))]


def _read_number(value: str | float) -> float | None:
    try:
        return float(str(value).replace(",", ".").replace("\u00a0", "").replace(" ", ""))
    except ValueError:
        return None


def merge_features(features: Iterable[Feature]) -> list[Feature]:
    """Each feature once: of two with one id the values are the mean, and the points the sum."""
    found: dict[str, Feature] = {}
    for each in features:
        known = found.get(each.id)
        found[each.id] = replace(known, value=(known.value + each.value) / 2, points=known.points + each.points) if known else each
    return list(found.values())
