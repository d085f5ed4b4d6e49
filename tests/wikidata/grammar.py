"""What the parsers of QuickStatements 2 and 3 make of commands, by their sources; the tests read back what was written.

Version 2: importDataFromV1 and parseValueV1 of magnusmanske/quickstatements. Version 3: V1CommandParser of
wikimediabrasil/quickstatements3, with its splitting of lines by what stands in quotation marks and comments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from kzlod.wikidata.values import Coordinates, Item, LanguageText, Quantity, Text, Time, Value

_QUOTED: Final = re.compile(r'("("")?)(?:\\.|[^\\])*?\1|/\*.*?\*/', re.DOTALL)
_COMMENT: Final = re.compile(r"^(.*?)\s*/\*\s*(.*?)\s*\*/\s*$")
_TIME: Final = re.compile(r"^([+-]?)(\d+)-(\d\d)-(\d\d)T\d\d:\d\d:\d\dZ/(\d+)$")
_PLACE: Final = re.compile(r"^@\s*([+-]?[0-9.]+)\s*/\s*([+-]?[0-9.]+)$")
_NUMBER: Final = re.compile(r"^[+-]?\d+(\.\d+)?$")


@dataclass(frozen=True)
class Command:
    """A command: ``CREATE``, a statement, or a label, description or alias as a property such as ``Len``."""

    item: str
    property: str = ""
    value: Value | None = None
    qualifiers: tuple[tuple[str, Value], ...] = ()
    references: tuple[tuple[tuple[str, Value], ...], ...] = ()
    is_new: bool = False
    comment: str = ""


def read_commands(text: str, syntax: str) -> list[Command]:
    """Read commands as a version of QuickStatements does.

    Raises:
        ValueError: the version would refuse one, or pass it over in silence.
    """
    lines = _split_v3(text) if syntax == "v3" else text.split("\n")
    return [_read_command(line.strip(), syntax) for line in lines if line.strip()]


def _split_v3(text: str) -> list[str]:
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return "\0"

    lines = _QUOTED.sub(keep, text).replace("||", "\n").replace("|", "\t").split("\n")
    return [re.sub("\0", lambda _: kept.pop(0), line.strip()) for line in lines]


def _read_command(line: str, syntax: str) -> Command:
    comment = _COMMENT.match(line)
    text, summary = comment.groups() if comment else (line, "")
    if syntax == "v1" and "||" in text:
        raise ValueError("a line ends at ||")
    columns = [column.strip() for column in text.split("\t") if column.strip()]
    if columns == ["CREATE"]:
        return Command("CREATE", comment=summary)
    item, property_, *rest = columns
    is_new = item.startswith("+") if syntax == "v3" else property_.startswith("!")
    item, property_ = (item.removeprefix("+"), property_) if syntax == "v3" else (item, property_.removeprefix("!"))
    if not re.fullmatch(r"Q\d+|LAST", item) or not re.fullmatch(r"P\d+|[LDA][a-z_-]+", property_):
        raise ValueError(f"no command: {line}")
    value, *pairs = rest
    if len(pairs) % 2:
        raise ValueError(f"a property without a value: {line}")
    qualifiers: list[tuple[str, Value]] = []
    references: list[list[tuple[str, Value]]] = [[]]
    for key, written in zip(pairs[::2], pairs[1::2], strict=True):
        if not re.fullmatch(r"P\d+|!?S\d+", key) or (syntax == "v1" and key[0] == "!"):
            raise ValueError(f"no qualifier and no source: {key}")
        if key[0] == "P":
            qualifiers.append((key, _read_value(written, syntax)))
            continue
        if key[0] == "!":
            references.append([])
        references[-1].append(("P" + key.lstrip("!S"), _read_value(written, syntax)))
    blocks = tuple(tuple(block) for block in references if block or len(references) > 1)
    return Command(item, property_, _read_value(value, syntax), tuple(qualifiers), blocks, is_new, summary)


def _read_value(written: str, syntax: str) -> Value:  # noqa: PLR0911
    if syntax == "v3":
        written = written.replace("“", '"').replace("”", '"')
        if found := re.fullmatch(r'"""(.*)"""', written):
            return Text(found[1])
    if re.fullmatch(r"Q\d+|LAST", written):
        return Item(written)
    if found := re.fullmatch(r'"(.*)"', written):
        return Text(found[1].strip())
    if found := re.fullmatch(r'([a-z_-]+):"(.*)"', written):
        return LanguageText(found[1], found[2].strip())
    if found := _TIME.match(written):
        sign, year, month, day, precision = found.groups()
        if sign != "+":
            raise ValueError(written)
        return Time(int(year), int(month), int(day), int(precision))
    if found := _PLACE.match(written):
        return Coordinates(Decimal(found[1]), Decimal(found[2]))
    if _NUMBER.match(written):
        return Quantity(Decimal(written))
    raise ValueError(f"no value: {written}")
