"""Commands of QuickStatements: writes statements and new items in the syntax of version 2 (``v1``) or of version 3 (``v3``).

The syntax is what the two parsers take: ``importDataFromV1`` and ``parseValueV1`` of magnusmanske/quickstatements
(public_html/quickstatements.php), and ``V1CommandParser`` of wikimediabrasil/quickstatements3 (src/core/parsers/v1.py and base.py).

- Both add qualifiers and references to the first statement of the same value, if there is one. What must become a statement of its
  own, such as a second term in one post, says so: ``+Q1 P39 Q2`` in version 3 (its issue 121, pull request 151), ``Q1 !P39 Q2`` in
  version 2 (its issue 34, pull request 35), which takes a line that starts with ``+`` for none of its commands.
- Version 3 takes several references in one command, each from ``!S`` on. Version 2 joins these to one (its issue 46); there the
  statement is written once for each.
- No parser undoes an escape. What would be read as something else cannot be written: ``refuse_text``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, Literal

from kzlod.wikidata.new_items import NewItem
from kzlod.wikidata.statements import Reference, Snak, Statement
from kzlod.wikidata.values import DAY, Coordinates, Item, LanguageText, Quantity, Text, Time, Value

Syntax = Literal["v1", "v3"]

_SPACE: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


class UnwritableError(ValueError):
    """A text that QuickStatements would read as something else."""


def clean_text(text: str) -> str:
    """A text as Wikidata would keep it: spaces, tabs, ends of lines and control characters become one space, none at the ends.

    >>> clean_text(" a\\tb\\n c")
    'a b c'
    """
    return _SPACE.sub(" ", text).strip()


def refuse_text(text: str, syntax: Syntax) -> None:
    """Refuse a text that a parser would not read as it is.

    Both cut a command at ``/*``, and a line at ``||``. Version 3 replaces curly quotation marks by straight ones. Where straight
    ones are odd in number, doubled or behind a backslash, it takes what follows for a part of the text, other lines included. What
    stands between a pair of them is outside of the text to it, where a bar divides columns.

    Raises:
        UnwritableError: with the characters.
    """
    hindrances = ["/*", "||"]
    if syntax == "v3":
        hindrances += ["“", "”", '""', '\\"']
    found = next((characters for characters in hindrances if characters in text), "")
    if syntax == "v3" and not found:
        found = (
            '"' if text.count('"') % 2 else "\\" if text.endswith("\\") else "|" if "|" in "".join(text.split('"')[1::2]) else ""
        )
    if found or not text:
        raise UnwritableError(f"QuickStatements cannot carry {found}" if found else "there is nothing in it")


def write_value(value: Value, syntax: Syntax) -> str:
    """A value as a column of a command.

    Raises:
        UnwritableError: a text cannot be written.

    >>> write_value(Time(2016, 5, 0, 10), "v3"), write_value(LanguageText("en", "short"), "v1")
    ('+2016-05-00T00:00:00Z/10', 'en:"short"')
    """
    match value:
        case Item(id_):
            return id_
        case Time(year, month, day, precision):
            return f"+{year:04}-{month:02}-{day:02}T00:00:00Z/{min(precision, DAY)}"
        case Coordinates(latitude, longitude):
            return f"@{_write_number(latitude)}/{_write_number(longitude)}"
        case Quantity(amount):
            return _write_number(amount)
        case LanguageText(language, text):
            return f"{language}:{_write_text(text, syntax)}"
        case Text(text):
            return _write_text(text, syntax)


def write_statement(statement: Statement, comment: str, syntax: Syntax) -> list[str]:
    """The commands of a statement.

    Args:
        statement: what is written.
        comment: for the summary of the edit, without ``*/``.
        syntax: of which version.

    Raises:
        UnwritableError: a text cannot be written.
    """
    item, property_ = statement.item, statement.property.id
    if statement.is_new and syntax == "v3":
        item = f"+{item}"
    elif statement.is_new:
        property_ = f"!{property_}"
    start = [item, property_, write_value(statement.value, syntax)]
    qualifiers = _write_snaks(statement.qualifiers, "P", syntax)
    references = [_write_snaks(reference, "S", syntax) for reference in list_writable_references(statement, syntax)]
    if syntax == "v3":
        marked = [[f"!{columns[0]}", *columns[1:]] if number else columns for number, columns in enumerate(references)]
        commands = [[*start, *qualifiers, *(column for columns in marked for column in columns)]]
    else:
        first, *others = references or [[]]
        commands = [[*start, *qualifiers, *first], *([*start, *columns] for columns in others)]
    return [f"{_join(columns)} /* {comment} */" for columns in commands]


def list_writable_references(statement: Statement, syntax: Syntax) -> tuple[Reference, ...]:
    """The references that a syntax can write: version 2 cannot come back to what it has just made."""
    if syntax == "v1" and (statement.is_new or statement.item == "LAST"):
        return statement.references[:1]
    return statement.references


def write_new_item(item: NewItem, comment: str, syntax: Syntax) -> Iterator[str]:
    """The commands that make an item, without those of its statements.

    Raises:
        UnwritableError: a text cannot be written.
    """
    yield f"CREATE /* {comment} */"
    for letter, texts in (("L", item.labels), ("D", item.descriptions), ("A", item.aliases)):
        for text in texts:
            yield _join(["LAST", f"{letter}{text.language}", _write_text(text.text, syntax)])


def _write_snaks(snaks: tuple[Snak, ...], letter: str, syntax: Syntax) -> list[str]:
    return [column for snak in snaks for column in (f"{letter}{snak.property[1:]}", write_value(snak.value, syntax))]


def _write_text(text: str, syntax: Syntax) -> str:
    cleaned = clean_text(text)
    refuse_text(cleaned, syntax)
    return f'"{cleaned}"'


def _write_number(number: Decimal) -> str:
    return format(number.normalize() if number else Decimal(0), "f")


def _join(columns: list[str]) -> str:
    return "\t".join(columns)
