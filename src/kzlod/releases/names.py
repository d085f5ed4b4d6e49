"""What IRIs promise: reads the dumps of two releases, yields each IRI that the new one has lost or uses for something else."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

import duckdb

from kzlod.errors import Problem, quote
from kzlod.releases.dumps import Dump, select_lines
from kzlod.terms import DEPRECATED, NAMES, RDF_TYPE, evidence_graph, read_literal

# An IRI is whatever statements of facts are about, and each fact; nodes within the evidence (fact#...) and tables are not.
_SUBJECTS: Final = """
CREATE TABLE {name} AS
SELECT subject AS iri, list(DISTINCT object) FILTER (predicate = $type) AS classes,
  bool_or(predicate = $deprecated) AS is_given_up,
  min(object) FILTER (predicate IN (SELECT unnest($names)) AND suffix(object, '@en')) AS name
FROM (
  SELECT line, split_part(line, ' ', 1) AS subject, split_part(line, ' ', 2) AS predicate,
    regexp_extract(line, '^\\S+ \\S+ (<[^>]*>|"(?:[^"\\\\]|\\\\.)*"[^ ]*)', 1) AS object
  FROM ({lines}) WHERE starts_with(line, $start))
WHERE NOT contains(subject, '#') AND (starts_with(line, $fact) OR NOT suffix(line, $evidence)) GROUP BY subject"""

_BROKEN: Final = """
SELECT former.iri, coalesce(former.name, ''), array_to_string(list_sort(former.classes), ' '),
  array_to_string(list_sort(later.classes), ' '), later.iri IS NULL AS is_lost
FROM former LEFT JOIN later USING (iri)
WHERE is_lost OR (len(former.classes) > 0 AND NOT coalesce(later.is_given_up, false)
  AND NOT list_has_any(former.classes, coalesce(later.classes, [])))
ORDER BY former.iri"""


def find_broken(old: Dump, new: Dump, base: str, reclassified: Collection[str] = ()) -> Iterator[Problem]:
    """IRIs of a release that the next one has not, or of which it says that they are something wholly different.

    Args:
        old, new: the dumps, with the named graphs.
        base: what the IRIs of both start with.
        reclassified: IRIs without the base that may have other classes.
    """
    words = {
        "type": RDF_TYPE,
        "deprecated": DEPRECATED,
        "names": list(NAMES),
        "start": f"<{base}",
        "fact": f"<{base}fact/",
        "evidence": f" {evidence_graph(base)} .",
    }
    with duckdb.connect() as connection:
        connection.execute(_SUBJECTS.format(name="former", lines=select_lines(old.path, old.longest)), words)
        connection.execute(_SUBJECTS.format(name="later", lines=select_lines(new.path, new.longest)), words)
        for iri, name, former, later, is_lost in connection.execute(_BROKEN).fetchall():
            path = iri[1:-1].removeprefix(base)
            shown = quote(path) + (f" ({read_literal(name).text})" if name else "")
            if is_lost:
                message = (
                    f"{shown} was released and is gone: bring it back, name what has taken its place in replaced_by of the table "
                    f"of identities, or add a row to the table of withdrawals: {path},REASON"
                )
                yield Problem(old.shown, None, None, message, "lost-iri", path)
            elif path not in reclassified:
                message = (
                    f"{shown} was {former} and is {later or 'nothing now'}: give the new thing an IRI of its own and withdraw this "
                    f"one, or, if it is the same thing, say --reclassified {path}"
                )
                yield Problem(new.shown, None, None, message, "other-class", path)
