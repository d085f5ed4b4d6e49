"""What is known beside a name: compares kinds, dates, countries and posts, returns points for and against."""

from __future__ import annotations

from collections.abc import Iterator

from kzlod.matching.entries import Entry, Feature, NameQuery, Tenure
from kzlod.matching.terms import have_other_roles, list_terms
from kzlod.matching.weights import WEIGHTS
from kzlod.matching.words import Part


def compare_known(query: NameQuery, entry: Entry) -> list[Feature]:
    """A feature for each thing that both sides know; what one of them does not know says nothing.

    >>> entry = Entry("tokayev", (), born="1953-05-17", posts=(Tenure("President of Kazakhstan", "2019-03-20"),))
    >>> query = NameQuery("", born="1953", post="Президент Казахстана", date="2018")
    >>> [(each.id, each.value) for each in compare_known(query, entry)]
    [('born', 1.0), ('post', 1.0), ('date', 0.0)]
    """
    return list(_iter_features(query, entry))


def is_within(date: str, start: str, end: str) -> bool:
    """Whether a time can be that of a date, each as exact as it is written; an empty bound is open.

    >>> is_within("2016", "2016-05-01", "2018"), is_within("2016-04", "2016-05", ""), is_within("2019", "", "2018-12-31")
    (True, False, False)
    """
    after = not start or date >= start[: len(date)]
    return after and (not end or date[: len(end)] <= end)


def _iter_features(query: NameQuery, entry: Entry) -> Iterator[Feature]:
    if query.kind:
        yield _weigh("kind", float(query.kind == entry.kind), query.kind, entry.kind)
    for feature, mine, its in (("born", query.born, entry.born), ("died", query.died, entry.died)):
        if mine and its:
            length = min(len(mine), len(its))
            yield _weigh(feature, float(mine[:length] == its[:length]), mine, its)
    if query.countries and entry.countries:
        common = sorted(set(query.countries) & set(entry.countries))
        yield _weigh("country", float(bool(common)), " ".join(query.countries), " ".join(common or entry.countries))
    if entry.posts:
        yield from _compare_posts(query, entry.posts)


def _compare_posts(query: NameQuery, posts: tuple[Tenure, ...]) -> Iterator[Feature]:
    held = posts
    if query.post:
        likeness = [_compare_titles(query.post, tenure.post) for tenure in posts]
        held = tuple(tenure for tenure, like in zip(posts, likeness, strict=True) if like == max(likeness))
        yield _weigh("post", max(likeness), query.post, held[0].post)
    dated = [tenure for tenure in held if tenure.start or tenure.end]
    if query.date and dated:
        yield _weigh("date", float(any(is_within(query.date, tenure.start, tenure.end) for tenure in dated)), query.date)


def _compare_titles(mine: str, its: str) -> float:
    """How much of the words of a post the other has, in meanings where they are known; nothing where host and sender changed."""
    mine_terms, its_terms = ([term for names in list_terms(title)[:1] for term in names] for title in (mine, its))
    if have_other_roles(mine_terms, its_terms):
        return 0.0
    ones, others = ({text for text, part in terms if part is not Part.HOST} for terms in (mine_terms, its_terms))
    return len(ones & others) / len(ones) if ones else 0.0


def _weigh(feature: str, value: float, mine: str, its: str = "") -> Feature:
    """Agreement adds a little, so that it decides between equals; its lack takes away all the points of the feature."""
    points = WEIGHTS.points["agrees"] * value - WEIGHTS.points[feature] * (1 - value)
    return Feature(feature, value, points, mine, its)
