"""Files of mappings in SSSOM (TSV with metadata in comments, or in a YAML file beside it): reads and writes them.

Source: SSSOM 1.0, "The SSSOM/TSV format". What a file says beside the rows is kept as it is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from kzlod.delimited import Row, load_delimited, write_rows
from kzlod.errors import Problem, quote
from kzlod.links.curies import Curies
from kzlod.resources import read_toml
from kzlod.tree import Mapping as Tree
from kzlod.tree import Scalar, parse_tree

NEEDED: Final = ("subject_id", "predicate_id", "object_id", "mapping_justification")
"""Slots without which a row is no mapping."""
EXACT: Final = "skos:exactMatch"
NOT: Final = "Not"
BY_A_PERSON: Final = "semapv:ManualMappingCuration"
BY_NAMES: Final = "semapv:LexicalMatching"
_CURIES: Final = "curie_map:"


@dataclass(frozen=True)
class MappingSet:
    """The mappings of a file.

    Args:
        shown: its name in messages.
        metadata: lines of YAML.
        curies: the prefixes that they declare, and those that each file has.
        columns: slots, in the order of the file.
        rows: values by slot.
    """

    shown: str
    metadata: tuple[str, ...]
    curies: Curies
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def expand(self, row: Row, slot: str) -> str:
        """The IRI in a slot of a row, or "" where there is none."""
        return self.curies.expand(row.cells[slot])

    def find_unknown(self, row: Row) -> Iterator[Problem]:
        """A problem for each end of a row that is no name of a thing."""
        for slot in ("subject_id", "object_id"):
            if not self.expand(row, slot):
                message = f"column {quote(slot)}: {quote(row.cells[slot])} is no IRI, and no CURIE by a prefix of the curie_map"
                yield Problem(self.shown, row.line, None, message, "curie", row.cells[slot])

    def declare(self, prefix: str, space: str) -> MappingSet:
        """The same with one more prefix."""
        at = next((place for place, line in enumerate(self.metadata, 1) if line.startswith(_CURIES)), None)
        lines = list(self.metadata) if at else [*self.metadata, _CURIES]
        lines.insert(at or len(lines), f"  {prefix}: {space}")
        return replace(self, metadata=tuple(lines), curies=Curies({**self.curies.prefixes, prefix: space}))

    def write(self) -> bytes:
        """The file, with the metadata in its comments.

        >>> curies = Curies({})
        >>> print(MappingSet("x", ("license: any",), curies, ("subject_id",), (Row(1, {"subject_id": "a:b"}),)).write().decode())
        #license: any
        subject_id
        a:b
        <BLANKLINE>
        """
        head = "".join(f"#{line}\n" for line in self.metadata).encode()
        return head + write_rows(self.columns, (row.cells for row in self.rows), "\t")


def load_set(path: Path, shown: str) -> MappingSet:
    """Read a file ``.tsv`` or ``.csv``; metadata beside it is read where the file has none: ``x.sssom.yml`` for ``x.sssom.tsv``.

    Raises:
        ConfigurationError: the metadata is no YAML.
        DataError: it is no table, or one without the slots of a mapping.
    """
    table = load_delimited(path, shown)
    table.need(NEEDED)
    beside = next((found for ending in (".yml", ".yaml") if (found := path.with_suffix(ending)).is_file()), None)
    if table.comments or beside is None:
        metadata, name = "\n".join(table.comments), shown
    else:
        metadata, name = beside.read_text(encoding="utf-8"), f"{shown.rpartition('/')[0]}/{beside.name}".lstrip("/")
    return MappingSet(shown, tuple(metadata.splitlines()), Curies(_read_prefixes(metadata, name)), table.columns, table.rows)


def make_set(kind: str, shown: str, iri: str, licence: str, prefixes: Mapping[str, str]) -> MappingSet:
    """A set without rows.

    Args:
        kind: ``accepted``, ``rejected``, ``unsure`` or ``proposals``.
        shown: its name in messages.
        iri: its own.
        licence: the IRI of a licence.
        prefixes: that its rows need, beside those that every file has.
    """
    plan = _read_plan()["sets"][kind]
    metadata = [f"mapping_set_id: {iri}", f"mapping_set_title: {json.dumps(plan['title'])}", f"license: {licence}", _CURIES]
    metadata += [f"  {prefix}: {space}" for prefix, space in sorted({**prefixes, **_pick("semapv", "skos")}.items())]
    slots = {slot: property_ for slot, property_ in _read_plan()["extensions"].items() if slot in plan["columns"]}
    metadata += ["extension_definitions:"]
    metadata += [line for slot, iri in slots.items() for line in (f"  - slot_name: {slot}", f"    property: {iri}")]
    return MappingSet(shown, tuple(metadata), Curies({**prefixes, **_read_plan()["built_in"]}), tuple(plan["columns"]), ())


def _read_prefixes(metadata: str, shown: str) -> dict[str, str]:
    tree = parse_tree(metadata, shown) if metadata.strip() else None
    declared = tree.get("curie_map") if isinstance(tree, Tree) else None
    entries = declared.entries if isinstance(declared, Tree) else {}
    return {**{prefix: node.text for prefix, node in entries.items() if isinstance(node, Scalar)}, **_read_plan()["built_in"]}


def _pick(*prefixes: str) -> dict[str, str]:
    return {prefix: _read_plan()["built_in"][prefix] for prefix in prefixes}


@cache
def _read_plan() -> dict[str, Any]:
    return read_toml("kzlod.links", "sssom.toml")
