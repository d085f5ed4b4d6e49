"""Evidence: reads the tables of evidence and the documents, yields each fact or passage that does not hold.

Positions are Unicode code points in the decoded file; a hash is SHA-256 of the passage in UTF-8, in lower-case hexadecimal.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from kzlod.dataset import Dataset
from kzlod.errors import DataError, Problem, quote
from kzlod.facts.cells import split_cells
from kzlod.facts.loading import list_unread
from kzlod.facts.places import Finding, locate_findings
from kzlod.facts.roles import find_documents
from kzlod.facts.tables import EVIDENT, Column, Table
from kzlod.facts.withdrawals import select_withdrawn

_ADDRESSES: Final = {"identities": "minted_from", "conflicts": "facts"}
"""The columns, by role of the table, that name facts as source/table/row."""

_VAIN_PAIRS: Final = """
SELECT number, other, entity = other FROM (
  SELECT rowid AS number, entity, other,
    row_number() OVER (PARTITION BY least(entity, other), greatest(entity, other) ORDER BY rowid) AS occurrence FROM {relation})
WHERE entity = other OR occurrence > 1"""

_BARE_FACTS: Final = """
SELECT fact_rows.file, fact_rows.line, fact_rows."row" FROM fact_rows
ANTI JOIN {evidence} AS evidence ON evidence."table" = fact_rows."table" AND evidence."row" = fact_rows."row"
WHERE fact_rows.source = $source AND fact_rows."table" IN (SELECT unnest($evident))"""

_UNKNOWN_FACTS: Final = """
SELECT number, "table", "row" FROM (SELECT rowid AS number, "table", "row" FROM {relation}) AS named
ANTI JOIN (SELECT "table", "row" FROM fact_rows WHERE source = $source) AS known USING ("table", "row")
WHERE "table" IS NOT NULL AND "row" IS NOT NULL AND "table" NOT IN (SELECT unnest($unread))"""

_UNKNOWN_ADDRESSES: Final = """
SELECT number, address FROM (SELECT rowid AS number, unnest({addresses}) AS address FROM {relation})
WHERE address NOT IN (SELECT source || '/' || "table" || '/' || "row" FROM fact_rows)
  AND 'fact/' || address NOT IN ({withdrawn})"""

# One finding a fact: after the first false number all later ones are false too.
_FALSE_NUMBERS: Final = """
SELECT min(place), arg_min(number, place), arg_min(expected, place), "table", "row" FROM (
  SELECT place, number, "table", "row", row_number() OVER (PARTITION BY "table", "row" ORDER BY number, place) AS expected
  FROM (SELECT rowid AS place, try_cast(number AS BIGINT) AS number, "table", "row" FROM {evidence}))
WHERE number <> expected GROUP BY ALL"""

_SPANS: Final = """
SELECT number, "start", "end", characters, document FROM (
  SELECT rowid AS number, try_cast("start" AS BIGINT) AS "start", try_cast("end" AS BIGINT) AS "end", document FROM {evidence})
LEFT JOIN (SELECT id, try_cast(characters AS BIGINT) AS characters FROM {documents}) ON id = document
WHERE "start" >= "end" OR "end" > characters"""

_PASSAGES: Final = """
SELECT document, number, "start", "end", evidence.sha256, file FROM (
  SELECT rowid AS number, try_cast("start" AS BIGINT) AS "start", try_cast("end" AS BIGINT) AS "end", document, sha256
  FROM {evidence}) AS evidence
JOIN (SELECT DISTINCT ON (id) id, file, try_cast(characters AS BIGINT) AS characters FROM {documents}) ON id = document
WHERE "start" < "end" AND NOT coalesce("end" > characters, false) AND evidence.sha256 IS NOT NULL AND file IS NOT NULL
ORDER BY document, number"""


class Passage(NamedTuple):
    """A passage of a document: its range in code points and the SHA-256 of its text in UTF-8."""

    start: int
    end: int
    sha256: str


def check_evidence(dataset: Dataset, tables: Sequence[Table], documents: Path | None) -> list[Problem]:
    """Check that each fact stands on evidence and each piece of evidence on a document.

    Args:
        dataset: a dataset with the tables filled by ``fill_tables``.
        tables: the same tables.
        documents: the folder of the documents, or None to check without them.

    Returns:
        The problems, sorted by place. Their rules are ``evidence``, ``fact``, ``lookalike``, ``number``, ``span``,
        ``document``, ``hash`` and ``coverage``.
    """
    unread = list_unread(dataset)
    readable = [table for table in tables if (table.source, table.name) not in unread]
    problems: list[Problem] = []
    for table in readable:
        findings: list[Finding] = []
        if table.role in ("evidence", "qualifications"):
            findings += _find_unknown_facts(dataset, table, [name for source, name in unread if source == table.source])
        addresses = table.find_column(_ADDRESSES.get(table.role, ""))
        if addresses and not unread:
            findings += _find_unknown_addresses(dataset, table, addresses, select_withdrawn(readable))
        if table.role == "lookalikes":
            findings += _find_vain_pairs(dataset, table)
        if table.role == "evidence":
            problems += _find_bare_facts(dataset, table, tables)
            findings += _find_false_numbers(dataset, table)
        if table.role in ("evidence", "coverage"):
            target = find_documents(table, readable)
            if target is not None:
                findings += _find_false_spans(dataset, table, target)
                findings += _find_false_passages(dataset, table, target, documents) if documents else ()
        if table.role == "documents" and documents:
            findings += _find_false_documents(dataset, table, documents)
        if table.role == "coverage" and documents:
            problems += _find_uncovered(dataset, table, readable, documents)
        problems += locate_findings(dataset, table, findings)
    return sorted(problems, key=Problem.sort_key)


def _find_bare_facts(dataset: Dataset, evidence: Table, tables: Sequence[Table]) -> Iterator[Problem]:
    evident = [table.name for table in tables if table.source == evidence.source and table.role in EVIDENT]
    query = _BARE_FACTS.format(evidence=evidence.relation)
    for file, line, row in dataset.iter_rows(query, {"source": evidence.source, "evident": evident}):
        yield Problem(file, int(line), None, f"no row of {evidence.shown} gives evidence for {quote(row)}", "evidence", row)


def _find_unknown_facts(dataset: Dataset, table: Table, unread: list[str]) -> Iterator[Finding]:
    query = _UNKNOWN_FACTS.format(relation=table.relation)
    for number, name, row in dataset.iter_rows(query, {"source": table.source, "unread": unread}):
        message = f"there is no row {quote(row)} in a table {quote(name)} of source {quote(table.source)}"
        yield Finding(int(number), "row", message, "fact", row)


def _find_unknown_addresses(dataset: Dataset, table: Table, column: Column, withdrawn: str) -> Iterator[Finding]:
    query = _UNKNOWN_ADDRESSES.format(addresses=split_cells(column), relation=table.relation, withdrawn=withdrawn)
    for number, address in dataset.iter_rows(query):
        yield Finding(int(number), column.name, f"there is no fact {quote(address)}: write source/table/row", "fact", address)


def _find_vain_pairs(dataset: Dataset, lookalikes: Table) -> Iterator[Finding]:
    for number, other, is_self in dataset.iter_rows(_VAIN_PAIRS.format(relation=lookalikes.relation)):
        message = f"{quote(other)} cannot be kept apart from itself" if is_self else "an earlier row keeps these two apart"
        yield Finding(int(number), "other", message, "lookalike", other)


def _find_false_numbers(dataset: Dataset, evidence: Table) -> Iterator[Finding]:
    for place, number, expected, name, row in dataset.iter_rows(_FALSE_NUMBERS.format(evidence=evidence.relation)):
        message = f"the evidence of {quote(row)} in {quote(name)} must be numbered 1, 2, 3: here is {number} for {expected}"
        yield Finding(int(place), "number", message, "number", str(number))


def _find_false_spans(dataset: Dataset, evidence: Table, documents: Table) -> Iterator[Finding]:
    query = _SPANS.format(evidence=evidence.relation, documents=documents.relation)
    for number, start, end, characters, document in dataset.iter_rows(query):
        if int(start) >= int(end):
            yield Finding(int(number), "end", f"the passage ends at {end}, not after its start {start}", "span", str(end))
        else:
            message = f"the passage ends at {end}, but document {quote(document)} has {characters} characters"
            yield Finding(int(number), "end", message, "span", str(end))


def _find_false_documents(dataset: Dataset, table: Table, folder: Path) -> Iterator[Finding]:
    query = f"SELECT rowid, file, characters, sha256 FROM {table.relation} WHERE file IS NOT NULL"
    for number, file, characters, sha256 in dataset.iter_rows(query):
        try:
            text = read_document_of(folder, file)
        except DataError as error:
            yield Finding(int(number), "file", f"{quote(file)}: {error.problems[0].message}", "document", file)
            continue
        if characters != str(len(text)):
            message = f"{quote(file)} has {len(text)} characters, not {characters}"
            yield Finding(int(number), "characters", message, "document", characters)
        if sha256 != hash_passage(text):
            yield Finding(int(number), "sha256", f"{quote(file)} has another hash: {hash_passage(text)}", "hash", sha256)


def _find_false_passages(dataset: Dataset, evidence: Table, documents: Table, folder: Path) -> Iterator[Finding]:
    rows = dataset.iter_rows(_PASSAGES.format(evidence=evidence.relation, documents=documents.relation))
    for document, passages in groupby(rows, key=itemgetter(0)):
        named = list(passages)
        try:
            text = read_document_of(folder, named[0][-1])
        except DataError:
            # The row of the document says so already.
            continue
        for _, number, start, end, sha256, _ in named:
            if hash_passage(text[int(start) : int(end)]) != sha256:
                message = f"the passage from {start} to {end} of document {quote(document)} has another hash"
                yield Finding(int(number), "sha256", message, "hash", sha256)


def _find_uncovered(dataset: Dataset, coverage: Table, tables: Sequence[Table], folder: Path) -> Iterator[Problem]:
    """Stretches of the documents with words in them that are evidence of nothing, and that no row of coverage explains."""
    target = find_documents(coverage, tables)
    evidence = [table for table in tables if table.role in ("evidence", "coverage") and find_documents(table, tables) is target]
    if target is None:
        return
    columns = 'document, try_cast("start" AS BIGINT) AS "start", try_cast("end" AS BIGINT) AS "end"'
    spans = " UNION ALL ".join(f"SELECT {columns} FROM {table.relation}" for table in evidence)
    query = f"""
        SELECT file, coalesce(list(["start", "end"]) FILTER ("start" IS NOT NULL AND "end" IS NOT NULL), [])
        FROM {target.relation} LEFT JOIN ({spans}) ON id = document WHERE file IS NOT NULL GROUP BY file ORDER BY file"""
    for file, ranges in dataset.connection.execute(query).fetchall():
        try:
            text = read_document_of(folder, file)
        except DataError:
            continue
        bare = list(text)
        for start, end in ranges:
            bare[start:end] = " " * len(bare[start:end])
        for found in re.finditer(r"\w(?:.*\w)?", "".join(bare)):
            line, column = text.count("\n", 0, found.start()) + 1, found.start() - text.rfind("\n", 0, found.start())
            message = f"characters {found.start()} to {found.end()} are evidence of no fact and are not in {coverage.shown}"
            yield Problem(file, line, column, message, "coverage")


def read_document_of(folder: Path, file: str) -> str:
    """The text of a document by its name below a folder, as a table gives it.

    Raises:
        DataError: as ``read_document``; or the name leads out of the folder.
    """
    if "\0" in file or "\\" in file or PurePosixPath(file).is_absolute() or ".." in PurePosixPath(file).parts:
        raise DataError([Problem(file, None, None, "no name of a file below the folder of documents", "document", file)])
    return read_document(folder / file)


def read_document(path: Path) -> str:
    """The text of a document; its line breaks stay as they are, so that positions are those of the file.

    Raises:
        DataError: it is missing, cannot be read or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        message = "there is no such file"
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
    except UnicodeDecodeError as error:
        message = f"the file is not UTF-8: byte 0x{error.object[error.start]:02X} at offset {error.start}"
    raise DataError([Problem(path.as_posix(), None, None, message, "document")])


def hash_passage(text: str) -> str:
    """SHA-256 of a text in UTF-8, in lower-case hexadecimal.

    >>> hash_passage("Астана")[:8]
    '77e3388a'
    """
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def find_passages(text: str, passage: str) -> list[Passage]:
    """Find all occurrences of a passage, overlapping ones too, in time linear in the text and what is found.

    Args:
        text: a document, as ``read_document`` gives it.
        passage: what to look for; any run of white space in it stands for any run in the text, at its ends for none.

    Returns:
        The occurrences in the order of the text; an empty passage occurs nowhere.

    >>> [(found.start, found.end) for found in find_passages("a\\n b, a b", "a b")]
    [(0, 4), (6, 9)]
    """
    wanted = " ".join(passage.split())
    if not wanted:
        return []
    # Runs of white space become one space each; their places and the characters lost lead back to the text.
    collapsed = re.sub(r"\s+", " ", text)
    runs = [found.span() for found in re.finditer(r"\s{2,}", text)]
    lost = [0, *accumulate(end - start - 1 for start, end in runs)]
    places = [start - before for (start, _), before in zip(runs, lost, strict=False)]
    found = []
    at = collapsed.find(wanted)
    while at >= 0:
        last = at + len(wanted) - 1
        start, end = at + lost[bisect_left(places, at)], last + lost[bisect_left(places, last)] + 1
        found.append(Passage(start, end, hash_passage(text[start:end])))
        at = collapsed.find(wanted, at + 1)
    return found
