"""Scores: compares the words of a question with the names of an entry, returns points and their reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kzlod.matching.entries import Candidate, Feature, NameQuery
from kzlod.matching.knowledge import compare_known
from kzlod.matching.likeness import compare_words, is_given_name
from kzlod.matching.tables import Tables
from kzlod.matching.terms import have_other_roles
from kzlod.matching.weights import WEIGHTS
from kzlod.matching.words import THINGS, WHOLE, Part, Word, find_generation, list_fathers, make_word

_CORE = {Part.NAME, Part.INITIAL, Part.TERM, Part.ACRONYM, Part.WORD}


@dataclass(frozen=True)
class Pair:
    """Words of the question and of a name that belong together, by their places."""

    query: tuple[int, ...]
    name: tuple[int, ...]
    likeness: float


class Scorer:
    """Compares one question with entries; a word of the index is compared once."""

    def __init__(self, tables: Tables, query: NameQuery, words: tuple[Word, ...]) -> None:
        self.tables = tables
        self.query = query
        self.words = words
        self._likeness: dict[tuple[str, Part, str, Part], float] = {}

    def score(self, entry: int) -> Candidate | None:
        """The candidate; none where nothing in the names agrees."""
        tables = self.tables
        known = tables.read_entry(entry)
        best: tuple[float, int, list[Feature]] | None = None
        fathers: Feature | None = None
        for name in range(int(tables.entry_names[entry]), int(tables.entry_names[entry + 1])):
            words = tuple(tables.read_word(int(word)) for word in tables.name_words.of(name))
            features = self._compare(words)
            father = next((feature for feature in features if feature.id == "patronymic"), None)
            if father and father.points < 0 and (fathers is None or father.points < fathers.points):
                fathers = father
            points = sum(feature.points for feature in features)
            if features and (best is None or points > best[0]):
                best = (points, int(tables.name_places[name]), features)
        if best is None:
            return None
        features = best[2]
        if fathers and not any(feature.id == "patronymic" for feature in features):
            features = [*features, fathers]
        features = [*features, *compare_known(self.query, known)]
        score = min(100.0, max(0.0, sum(feature.points for feature in features)))
        return Candidate(
            known.id,
            known.names[best[1]],
            known.kind,
            round(score, 2),
            features=tuple(sorted(features, key=lambda each: (-abs(each.points), each.id))),
        )

    def _compare(self, words: tuple[Word, ...]) -> list[Feature]:
        pairs, missing, extra = self._pair(words)
        core = [pair for pair in pairs if self._is_core(pair, words)]
        if not core or max(pair.likeness for pair in core) < WEIGHTS.word["agrees"]:
            return []
        points = WEIGHTS.points
        left = [place for place in missing if self.words[place].part in _CORE]
        over = [place for place in extra if words[place].part in _CORE]
        clashes = min(len(left), len(over))
        likeness = [pair.likeness for pair in core] + [0.0] * clashes
        mean, weakest = sum(likeness) / len(likeness), min(likeness)
        features = [
            Feature(
                "names",
                mean,
                points["names"] * mean,
                self._say(self.words, [p for pair in core for p in pair.query]),
                self._say(words, [p for pair in core for p in pair.name]),
            ),
            Feature("weakest", weakest, points["weakest"] * weakest),
        ]
        lacks = len(left) + len(over) - 2 * clashes
        if _is_fathers_initial(self.words, missing, extra) or _is_fathers_initial(words, extra, missing):
            initial = self._say(self.words, left), self._say(words, over)
            features.append(Feature("missing_patronymic", 1, -points["missing_patronymic"], *initial))
        elif lacks:
            lack = "missing_term" if self.words[0].part in THINGS else "missing_name"
            features.append(Feature(lack, lacks, -points[lack] * lacks, self._say(self.words, left), self._say(words, over)))
        if len(likeness) == 1 and lacks:
            features.append(Feature("single", 1, -points["single"]))
        return [*features, *self._iter_contradictions(core, words), *self._compare_fathers(pairs, missing, extra, words)]

    def _iter_contradictions(self, core: list[Pair], words: tuple[Word, ...]) -> Iterator[Feature]:
        """What speaks against a name whose words agree."""
        points = WEIGHTS.points
        mine, its = find_generation(self.words), find_generation(words)
        if mine and its and mine != its:
            yield Feature("generation", 0.0, -points["generation"], mine, its)
        if self._is_of_other_gender(core, words):
            yield Feature("gender", 0.0, -points["gender"])
        if "," not in self.query.text and _are_swapped_given_names(core, self.words, words):
            yield Feature("order", 0.0, -points["order"])
        if have_other_roles(*([(word.text, word.part) for word in each] for each in (self.words, words))):
            yield Feature("roles", 0.0, -points["roles"])

    def _compare_fathers(self, pairs: list[Pair], missing: list[int], extra: list[int], words: tuple[Word, ...]) -> list[Feature]:
        """Two patronymics, paired or left over, are of one father or of two; one alone says little."""
        lost = WEIGHTS.points["patronymic"]
        if swapped := _find_swapped_fathers(pairs, self.words, words):
            return [Feature("patronymic", 0.0, -lost, *swapped)]
        for pair in pairs:
            mine, its = self.words[pair.query[0]], words[pair.name[0]]
            if mine.part is its.part is Part.PATRONYMIC:
                unlike = min(1.0, (1 - pair.likeness) / (1 - WEIGHTS.word["agrees"]))
                return [Feature("patronymic", pair.likeness, -lost * unlike, mine.text, its.text)]
        lone = [self.words[place].text for place in missing if self.words[place].part is Part.PATRONYMIC]
        others = [words[place].text for place in extra if words[place].part is Part.PATRONYMIC]
        if lone and others:
            return [Feature("patronymic", 0.0, -lost, lone[0], others[0])]
        if lone or others:
            return [
                Feature("missing_patronymic", 1, -WEIGHTS.points["missing_patronymic"], *lone, *([""] if others else []), *others)
            ]
        return []

    def _is_of_other_gender(self, pairs: list[Pair], words: tuple[Word, ...]) -> bool:
        """Whether two words at least of one name end like a woman's in Slavic languages, and their pairs do not."""
        endings = [
            (_ends_with_a(self.words[pair.query[-1]]), _ends_with_a(words[pair.name[-1]])) for pair in pairs if pair.likeness < 1
        ]
        return (endings.count((True, False)) > 1) != (endings.count((False, True)) > 1)

    def _is_core(self, pair: Pair, words: tuple[Word, ...]) -> bool:
        return any(self.words[p].part in _CORE for p in pair.query) or any(words[p].part in _CORE for p in pair.name)

    def _pair(self, words: tuple[Word, ...]) -> tuple[list[Pair], list[int], list[int]]:
        """Pairs of words, the likest first; and what is left of the question, and of the name."""
        options = []
        for place, mine in enumerate(self.words):
            for other, its in enumerate(words):
                likeness = self._compare_two(mine, its)
                if likeness > 0.3:
                    options.append(Pair((place,), (other,), likeness))
        pairs, missing, extra = self._choose(options, words)
        lone = [self.words[place] for place in missing] + [words[place] for place in extra]
        if any(word.part in {Part.NAME, Part.PARTICLE} for word in lone) and (joins := self._join(words)):
            return self._choose(options + joins, words)
        return pairs, missing, extra

    def _choose(self, options: list[Pair], words: tuple[Word, ...]) -> tuple[list[Pair], list[int], list[int]]:
        options.sort(key=lambda pair: (-pair.likeness, -len(pair.query) - len(pair.name), pair.query, pair.name))
        pairs: list[Pair] = []
        mine_left, its_left = set(range(len(self.words))), set(range(len(words)))
        whole = [pair for pair in options if not self._is_initial(pair, words)]
        for pair in whole + [pair for pair in options if self._is_initial(pair, words)]:
            if not mine_left.issuperset(pair.query) or not its_left.issuperset(pair.name):
                continue
            if self._is_initial(pair, words) and _count_names(self.words, mine_left) and _count_names(words, its_left):
                continue  # Two words are left that differ: an initial does not speak for either.
            pairs.append(pair)
            mine_left.difference_update(pair.query)
            its_left.difference_update(pair.name)
        return pairs, sorted(mine_left), sorted(its_left)

    def _is_initial(self, pair: Pair, words: tuple[Word, ...]) -> bool:
        return self.words[pair.query[0]].part is Part.INITIAL or words[pair.name[0]].part is Part.INITIAL

    def _join(self, words: tuple[Word, ...]) -> list[Pair]:
        """Kassym Jomart and Kassymjomart: two neighbours that together are one word of the other."""
        joins = []
        for place in range(len(self.words) - 1):
            whole = _join_words(self.words[place], self.words[place + 1])
            joins += [
                Pair((place, place + 1), (other,), self._compare_two(whole, its))
                for other, its in enumerate(words)
                if whole and its.part is Part.NAME
            ]
        for other in range(len(words) - 1):
            whole = _join_words(words[other], words[other + 1])
            joins += [
                Pair((place,), (other, other + 1), self._compare_two(mine, whole))
                for place, mine in enumerate(self.words)
                if whole and mine.part is Part.NAME
            ]
        return [pair for pair in joins if pair.likeness >= 0.85]

    def _compare_two(self, mine: Word, its: Word) -> float:
        key = (mine.text, mine.part, its.text, its.part)
        if key not in self._likeness:
            self._likeness[key] = _compare_parts(mine, its)
        return self._likeness[key]

    def _say(self, words: tuple[Word, ...], places: list[int]) -> str:
        return " ".join(words[place].text for place in places)


def _is_fathers_initial(words: tuple[Word, ...], lone: list[int], others: list[int]) -> bool:
    """Whether all that is left over, on both sides, is an initial behind one that is not: that of a patronymic, by its place."""
    if others or len(lone) != 1 or not lone[0]:
        return False
    return words[lone[0]].part is words[lone[0] - 1].part is Part.INITIAL


def _find_swapped_fathers(pairs: list[Pair], ones: tuple[Word, ...], others: tuple[Word, ...]) -> tuple[str, str] | None:
    """The fathers of Mohammed bin Salman and of Salman bin Mohammed: each is the other."""
    mine, its = list_fathers(ones), list_fathers(others)
    for pair in pairs:
        for other in pairs:
            father, its_father = pair.query[-1], other.name[-1]
            if father in mine and its_father in its and pair.name[-1] not in its and other.query[-1] not in mine:
                return ones[father].text, others[its_father].text
    return None


def _are_swapped_given_names(pairs: list[Pair], ones: tuple[Word, ...], others: tuple[Word, ...]) -> bool:
    """Whether both names are two given names, in other orders: of Hassan Ahmed, nobody knows which is the family's."""
    if not (len(pairs) == len(ones) == len(others) == 2):
        return False
    (first, second) = sorted(pairs, key=lambda pair: pair.query)
    return first.name > second.name and all(map(is_given_name, (*ones, *others)))


def _ends_with_a(word: Word) -> bool:
    return word.readings[0].sounds.endswith("a")


def _count_names(words: tuple[Word, ...], places: set[int]) -> int:
    return sum(words[place].part is Part.NAME for place in places)


def _join_words(one: Word, other: Word) -> Word | None:
    if other.part is Part.NAME and one.part in {Part.NAME, Part.PARTICLE}:
        return make_word(one.text + other.text, Part.NAME)
    return None


def _compare_parts(one: Word, other: Word) -> float:
    if {one.part, other.part} & WHOLE:
        return float(one.part is other.part and one.text == other.text)
    if one.part is other.part or {one.part, other.part} <= {Part.NAME, Part.PATRONYMIC, Part.INITIAL, Part.PARTICLE}:
        return compare_words(one, other)
    return 0.0
