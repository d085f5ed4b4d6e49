"""Candidate duplicates: reads the names in the tables, yields pairs of entities of one type that may be one.

Nothing is merged by it: a person decides, in identities.csv or in the table of look-alikes, and gives the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from kzlod.dataset import Dataset
from kzlod.facts.loading import list_unread
from kzlod.facts.tables import Table
from kzlod.quoting import write_name

LIKENESS: Final = 0.85
"""From this Jaro-Winkler similarity on, two words may be one word in two spellings."""

# Two names may mean one entity if they have the same words (in another order where they are few), if one short name has one
# word more, or if each word that only one of them has is like one that only the other has. What romanisations write in two ways
# (zh and j, kh and h, q and k, i and y) counts as one. Only names that share the beginning of a word are compared, and not by
# beginnings that very many names have; names in different scripts are not compared at all.
_PAIRS: Final = r"""
WITH names AS (
  SELECT DISTINCT entity, split_part(entity, '/', 1) AS type, name,
    list_filter(string_split_regex(replace(replace(replace(replace(replace(replace(replace(replace(lower(strip_accents(name)),
      'dzh', 'j'), 'zh', 'j'), 'kh', 'h'), 'q', 'k'), 'ye', 'e'), 'y', 'i'), 'ss', 's'), 'ı', 'i'), '[^\pL\pN]+'),
      lambda word: word <> '') AS words
  FROM ({named}) WHERE entity IS NOT NULL AND name IS NOT NULL
), beginnings AS (
  SELECT DISTINCT * REPLACE (left(beginning, 4) AS beginning) FROM (SELECT *, unnest(words) AS beginning FROM names)
  QUALIFY count(*) OVER (PARTITION BY type, left(beginning, 4)) <= 200
), pairs AS (
  SELECT DISTINCT a.entity AS first, b.entity AS second, a.name AS first_name, b.name AS second_name,
    a.words AS one, b.words AS two,
    list_filter(a.words, lambda word: NOT list_contains(b.words, word)) AS only_one,
    list_filter(b.words, lambda word: NOT list_contains(a.words, word)) AS only_two
  FROM beginnings AS a JOIN beginnings AS b ON a.type = b.type AND a.beginning = b.beginning AND a.entity < b.entity
), alike AS (
  SELECT *, CASE
      WHEN len(only_one) > 0 AND len(only_one) = len(only_two) AND (len(only_one) = 1 OR len(one) <= 4)
        THEN least({likeness_of_one}, {likeness_of_two})
      WHEN len(only_one) + len(only_two) = 0 THEN CASE WHEN one = two THEN 1 WHEN len(one) <= 4 THEN 0.99 ELSE 0 END
      WHEN len(only_one) + len(only_two) = 1 AND len(one) + len(two) BETWEEN 5 AND 7 THEN 0.9 ELSE 0
    END AS likeness
  FROM pairs
), decided AS (
  SELECT least(entity, other) AS first, greatest(entity, other) AS second FROM ({decided}) WHERE other IS NOT NULL
)
SELECT first, second, arg_max(first_name, (likeness, first_name)), arg_max(second_name, (likeness, second_name))
FROM alike ANTI JOIN decided USING (first, second)
WHERE likeness >= $likeness GROUP BY first, second ORDER BY max(likeness) DESC, first, second"""


class Candidate(NamedTuple):
    """Two entities of one type, and those of their names that are most alike."""

    first: str
    second: str
    first_name: str
    second_name: str


def find_candidates(dataset: Dataset, tables: Sequence[Table]) -> Iterator[Candidate]:
    """Yield the pairs of entities that nobody has decided on, the most alike first.

    Args:
        dataset: a dataset with the tables filled by ``fill_tables``.
        tables: the same tables; those with ``names`` say which column names which entity.
    """
    unread = list_unread(dataset)
    readable = [table for table in tables if (table.source, table.name) not in unread]
    named = [
        f"SELECT {write_name(pair.second)} AS entity, {write_name(pair.first)} AS name FROM {table.relation}"
        for table in readable
        for pair in table.names
    ]
    decided = [f"SELECT entity, other FROM {table.relation}" for table in readable if table.role == "lookalikes"]
    decided += [
        f"SELECT entity, replaced_by FROM {table.relation}"
        for table in readable
        if table.role == "identities" and table.find_column("replaced_by")
    ]
    if not named:
        return
    likeness = "list_min(list_transform({words}, lambda word: list_max(list_transform({others}, lambda other: {compare}))))"
    compare = "jaro_winkler_similarity(word, other)"
    query = _PAIRS.format(
        likeness_of_one=likeness.format(words="only_one", others="only_two", compare=compare),
        likeness_of_two=likeness.format(words="only_two", others="only_one", compare=compare),
        named=" UNION ALL ".join(named),
        decided=" UNION ALL ".join([*decided, "SELECT NULL AS entity, NULL AS other WHERE false"]),
    )
    for row in dataset.iter_rows(query, {"likeness": LIKENESS}):
        yield Candidate(*row)
