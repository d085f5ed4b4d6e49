"""Files that come with the package: rules, vocabularies, queries and templates."""

from __future__ import annotations

import csv
import io
import tomllib
from importlib.resources import files
from typing import Any


def read_resource(package: str, *names: str) -> str:
    """The text of a file, in UTF-8.

    Args:
        package: in which it lies.
        names: of folders in it, and of the file.
    """
    return files(package).joinpath(*names).read_text(encoding="utf-8")


def read_toml(package: str, name: str) -> dict[str, Any]:
    """The values of a TOML file.

    >>> read_toml("kzlod.matching", "roles.toml")["shortest"]
    3
    """
    return tomllib.loads(read_resource(package, name))


def read_rows(package: str, name: str) -> list[dict[str, str]]:
    """The rows of a CSV file, by column.

    >>> [row["term"] for row in read_rows("kzlod.site", "terms.csv")][:1]
    ['rdf:type']
    """
    return list(csv.DictReader(io.StringIO(read_resource(package, name), newline="")))
