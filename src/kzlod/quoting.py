"""Names and texts as DuckDB's SQL writes them, so that no name or value of a user can end a quoted part."""

from __future__ import annotations


def write_name(name: str) -> str:
    """An identifier in double quotes.

    >>> write_name('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def write_text(text: str) -> str:
    """A string constant in single quotes; DuckDB knows no backslash escapes.

    >>> write_text("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"
