"""The search index of the site: reads entities with their names, yields scripts that a page loads when somebody searches.

A key is a folded word of a name; words that very many entities share also make keys of two (``kazakstan embasi``), because their
own list is cut to the entities with the shortest names. Keys stand in shards by their beginning, as long as a shard needs to stay
small. ``search.js`` looks keys up in the same way.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Final

import duckdb

from kzlod.names.folding import fold_name, write_folding_script
from kzlod.quoting import write_text
from kzlod.resources import read_resource

SHARD_SIZE: Final = 80_000
"""How many bytes of records a shard may hold, unless its entities share a key."""

LONGEST_LIST: Final = 250
"""How many entities a key leads to, at most."""

LONGEST_WORD: Final = 32

# JSON and folded words hold neither tabs nor line ends, so there is nothing to quote.
_LINES: Final = (
    r"auto_detect = false, header = false, delim = '\t', quote = '', escape = '', max_line_size = 100000000, parallel = false"
)

# The entities of each key, those with the shortest names first.
_KEYS: Final = """
CREATE TABLE entries AS SELECT *, strlen(record) AS size
FROM read_csv({entries}, columns = {{number: 'BIGINT', length: 'INTEGER', record: 'VARCHAR'}}, {lines});
CREATE TABLE words AS FROM read_csv({words}, columns = {{word: 'VARCHAR', number: 'BIGINT'}}, {lines});
CREATE TABLE frequent AS SELECT word FROM words GROUP BY word HAVING count(*) > {longest};
CREATE TABLE keys AS
SELECT key, number, size, length FROM (
  SELECT word AS key, number FROM words
  UNION ALL
  SELECT one.word || ' ' || other.word, number FROM words AS one JOIN words AS other USING (number)
  WHERE one.word <> other.word AND one.word IN (FROM frequent) AND other.word IN (FROM frequent)
) JOIN entries USING (number)
QUALIFY row_number() OVER (PARTITION BY key ORDER BY length, number) <= {longest};
"""


@dataclass(frozen=True)
class Entry:
    """What can be found.

    Args:
        href: its page, relative to the root of the site, in the site's default language.
        kind: the key of its kind's label.
        names: its names with their languages, the chief ones first.
        hint: a few words that tell it from others, or nothing.
    """

    href: str
    kind: str
    names: Sequence[tuple[str, str]]
    hint: str = ""


def write_search_script() -> str:
    """The script of the search box, which is ``assets/search.js``; it holds the rules of folding as well."""
    return write_folding_script() + read_resource("kzlod.site", "search.js")


def iter_search_files(entries: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    """Yield name and text of each script of the index, to be written below ``assets/search/`` in UTF-8.

    The same entries in the same order make the same files. What does not fit in memory waits in a temporary folder.
    """
    with tempfile.TemporaryDirectory(prefix="kzlod-search-") as name:
        folder = Path(name)
        _write_tables(entries, folder)
        with duckdb.connect(
            folder / "index.duckdb", config={"memory_limit": "300MB", "threads": 2, "temp_directory": name}
        ) as database:
            tables = {table: write_text((folder / f"{table}.csv").as_posix()) for table in ("entries", "words")}
            database.execute(_KEYS.format(**tables, lines=_LINES, longest=LONGEST_LIST))
            sizes = database.execute("SELECT key, sum(size) FROM keys GROUP BY key ORDER BY key").fetchall()
            prefixes = list(_iter_prefixes(sizes))
            frequent = [word for (word,) in database.execute("FROM frequent ORDER BY word").fetchall()]
            index = {"shards": prefixes, "frequent": frequent, "longestWord": LONGEST_WORD}
            yield "index.js", _write_call("index", index)
            yield from _iter_shards(database, prefixes)


def name_shard(prefix: str) -> str:
    """The file of a shard, in ASCII whatever the script.

    >>> name_shard("zh"), name_shard("kaz em"), name_shard("中")
    ('w-zh.js', 'w-kaz_em.js', 'w-~4e2d~.js')
    """
    safe = (char if char.isascii() and char.isalnum() else "_" if char == " " else f"~{ord(char):x}~" for char in prefix)
    return f"w-{''.join(safe)}.js"


def _write_tables(entries: Iterable[Entry], folder: Path) -> None:
    with (folder / "entries.csv").open("w", encoding="utf-8") as rows, (folder / "words.csv").open("w", encoding="utf-8") as words:
        for number, entry in enumerate(entries):
            record = _write_json([entry.href, entry.kind, entry.hint, [list(name) for name in entry.names]])
            length = min((len(text) for text, _ in entry.names), default=0)
            rows.write(f"{number}\t{length}\t{record}\n")
            folded = {word[:LONGEST_WORD] for text, _ in entry.names for word in fold_name(text)}
            words.writelines(f"{word}\t{number}\n" for word in sorted(folded))


def _iter_prefixes(sizes: Sequence[tuple[str, int]], prefix: str = "") -> Iterator[str]:
    """The beginnings by which sorted keys are put in shards: a key stands where the longest that it has stands."""
    if len(sizes) <= 1 or sum(size for _, size in sizes) <= SHARD_SIZE:
        if sizes:
            yield prefix
        return
    groups = [list(group) for _, group in groupby(sizes, lambda size: size[0][: len(prefix) + 1])]
    room = SHARD_SIZE
    split = []
    for total, number in sorted((sum(size for _, size in group), number) for number, group in enumerate(groups)):
        room -= total
        # A key that is the beginning of the others stays, because there is nothing longer to call it by.
        if room < 0 and groups[number][0][0] != prefix:
            split.append(number)
    if len(split) < len(groups):
        yield prefix
    for number in sorted(split):
        yield from _iter_prefixes(groups[number], groups[number][0][0][: len(prefix) + 1])


@dataclass
class _Shard:
    prefix: str
    numbers: dict[int, int] = field(default_factory=dict)
    records: list[str] = field(default_factory=list)
    keys: dict[str, list[int]] = field(default_factory=dict)

    def add(self, key: str, number: int, record: str) -> None:
        if number not in self.numbers:
            self.numbers[number] = len(self.records)
            self.records.append(record)
        self.keys.setdefault(key, []).append(self.numbers[number])

    def write(self) -> tuple[str, str]:
        text = f"kzlodSearch.shard({_write_json(self.prefix)},[{','.join(self.records)}],{_write_json(self.keys)});\n"
        return name_shard(self.prefix), text


def _iter_shards(database: duckdb.DuckDBPyConnection, prefixes: Iterable[str]) -> Iterator[tuple[str, str]]:
    """One pass over the sorted keys fills all shards: those are open whose beginning the last key had."""
    known = set(prefixes)
    cursor = database.execute("SELECT key, number, record FROM keys JOIN entries USING (number) ORDER BY key, keys.length, number")
    shards: list[_Shard] = []
    for key, number, record in (row for batch in iter(lambda: cursor.fetchmany(10_000), []) for row in batch):
        while shards and not key.startswith(shards[-1].prefix):
            yield shards.pop().write()
        prefix = next(key[:length] for length in range(len(key), -1, -1) if key[:length] in known)
        if not shards or shards[-1].prefix != prefix:
            shards.append(_Shard(prefix))
        shards[-1].add(key, number, record)
    while shards:
        yield shards.pop().write()


def _write_call(name: str, value: object) -> str:
    return f"kzlodSearch.{name}({_write_json(value)});\n"


def _write_json(value: object) -> str:
    """JSON that is also a script: no end tag and no line separator stands in it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
