"""Column descriptions: reads the columns of a CSVW table schema, yields columns with their datatypes."""

from __future__ import annotations

import re
from typing import Final

import duckdb

from kzlod.errors import quote
from kzlod.facts.datatypes import BASES, EDTF_BASE, Datatype
from kzlod.facts.nodes import NodeReader
from kzlod.facts.tables import Column
from kzlod.quoting import write_text
from kzlod.terms import EDTF
from kzlod.tree import Mapping, Node, Scalar, Sequence

_COLUMN: Final = ("name", "titles", "required", "datatype", "separator", "null")
_DATATYPE: Final = ("base", "@id", "format", "minimum", "maximum", "length", "minLength", "maxLength")
_NAMES: Final = tuple(name for name in BASES if name != EDTF_BASE)


class ColumnReader(NodeReader):
    """Reads columns; a pattern or limit is tried in DuckDB, which will judge the cells by it."""

    def __init__(self, engine: duckdb.DuckDBPyConnection) -> None:
        super().__init__()
        self.engine = engine

    def read_columns(self, schema: Mapping) -> tuple[Column, ...]:
        """The columns of a table schema."""
        columns = [column for node in self.read_items(schema, "columns") if (column := self._read_column(node)) is not None]
        if not columns:
            self.complain(schema.place, "a table schema has columns")
        known: set[str] = set()
        for column in columns:
            # DuckDB's names are the same in upper and lower case.
            if column.name.lower() in known:
                self.complain(column.place, f"there is a second column {quote(column.name)}", column.name)
            known.add(column.name.lower())
        return tuple(columns)

    def _read_column(self, node: Node) -> Column | None:
        given = self.read_object(node, "a column", _COLUMN)
        name = self.read_text(given, "name", "a column") if given else None
        if given is None or name is None:
            return None
        if name.lower() == "rowid":
            self.complain(given.keys["name"], f"a column cannot be named {quote(name)}: DuckDB counts the rows by this name", name)
        separator = given.get("separator")
        return Column(
            name=name,
            required=self.read_truth(given, "required"),
            datatype=self._read_datatype(given.get("datatype")),
            separator=self.read_string(separator, "separator") if separator else None,
            null=self._read_null(given.get("null")),
            place=given.place,
        )

    def _read_null(self, node: Node | None) -> tuple[str, ...]:
        # An empty cell means "no value" in any case, so the empty text may stand here, as nowhere else.
        nodes = node.items if isinstance(node, Sequence) else (node,) if node else ()
        named = (item for item in nodes if not (isinstance(item, Scalar) and not item.text))
        return tuple(word for item in named if (word := self.read_string(item, "null")) is not None)

    def _read_datatype(self, node: Node | None) -> Datatype:
        if node is None:
            return Datatype()
        if isinstance(node, Scalar):
            return Datatype(self._read_base(node))
        given = self.read_object(node, "a datatype", _DATATYPE)
        if given is None:
            return Datatype()
        base_node = given.get("base")
        base = self._read_base(base_node) if base_node else "string"
        base = self._read_identifier(given, base)
        datatype = Datatype(
            base=base,
            format=self._read_format(given, base),
            minimum=self._read_limit(given, "minimum", base),
            maximum=self._read_limit(given, "maximum", base),
            length=self.read_number(given, "length"),
            min_length=self.read_number(given, "minLength"),
            max_length=self.read_number(given, "maxLength"),
        )
        for name in ("length", "minLength", "maxLength"):
            if name in given.entries and BASES[base].family != "text":
                self.complain(given.keys[name], f"{name} is for texts, not for {base}", name)
        return datatype

    def _read_base(self, node: Node) -> str:
        if isinstance(node, Scalar) and node.text in _NAMES:
            return node.text
        self.complain(node.place, f"a datatype must be one of {', '.join(_NAMES)}", getattr(node, "text", None))
        return "string"

    def _read_identifier(self, given: Mapping, base: str) -> str:
        node = given.get("@id")
        if node is None:
            return base
        if isinstance(node, Scalar) and node.text == EDTF and base == "string":
            return EDTF_BASE
        self.complain(node.place, f"the only @id of a datatype is {EDTF}, and its base is string", getattr(node, "text", None))
        return base

    def _read_format(self, given: Mapping, base: str) -> str | None:
        node = given.get("format")
        if node is None:
            return None
        if BASES[base].family not in ("text", "edtf"):
            self.complain(node.place, f"a format is for texts, not for {base}")
            return None
        pattern = self.read_string(node, "format")
        try:
            self.engine.execute("SELECT regexp_full_match('', $pattern)", {"pattern": pattern})
        except duckdb.Error as error:
            reason = str(error).partition("\n")[0]
            self.complain(node.place, f"{quote(pattern or '')} is no regular expression: {reason}", pattern)
            return None
        return pattern

    def _read_limit(self, given: Mapping, name: str, base: str) -> str | None:
        node = given.get(name)
        if node is None:
            return None
        if BASES[base].family not in ("number", "day", "month-day"):
            self.complain(node.place, f"{name} is for numbers and dates, not for {base}")
            return None
        limit = node.text if isinstance(node, Scalar) else ""
        valid = self.engine.execute(f"SELECT {BASES[base].holds(write_text(limit))}").fetchone()
        if valid != (True,) or not re.fullmatch(r"[0-9:.-]{1,28}", limit):
            self.complain(node.place, f"{name} must be a {BASES[base].noun} of at most 28 characters", limit)
            return None
        return limit
