"""Generates the tables of the benchmark: reads a seed and a wished number of triples, writes five tables as CSV or Parquet."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import duckdb

TABLES: Final = ("persons", "organisations", "posts", "memberships", "events")
FORMATS: Final = ("csv", "parquet")
_SHARES: Final = {"persons": 1.0, "organisations": 0.05, "posts": 0.25, "memberships": 1.5, "events": 0.5}
"""Rows of each table for one person."""
_TRIPLES: Final = 18.12
"""Triples for one person, with the person's share of the other tables, as mapping.yml makes them."""
_OPTIONS: Final = {"csv": "FORMAT csv, HEADER", "parquet": "FORMAT parquet, COMPRESSION zstd"}


def count_rows(triples: int) -> dict[str, int]:
    """Rows of each table that make about so many triples.

    >>> count_rows(1_000_000)["persons"]
    55187
    """
    return {table: max(1, int(share * triples / _TRIPLES)) for table, share in _SHARES.items()}


def generate_tables(folder: Path, triples: int, form: str = "csv", seed: int = 1) -> None:
    """Write the tables, TABLE.csv or TABLE.parquet; the same arguments give the same rows in the same order.

    Args:
        folder: which is there.
        triples: how many, to one or two in a hundred.
        form: ``csv`` or ``parquet``.
    """
    with duckdb.connect() as connection:
        connection.execute("SET VARIABLE seed = $seed", {"seed": seed})
        for table, rows in count_rows(triples).items():
            connection.execute(f"SET VARIABLE {table} = {rows}")
        connection.execute(Path(__file__).with_name("tables.sql").read_text(encoding="utf-8"))
        for table in TABLES:
            connection.execute(f"COPY {table} TO '{folder / table}.{form}' ({_OPTIONS[form]})")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--format", choices=FORMATS, default="csv")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    generate_tables(options.folder, options.triples, options.format, options.seed)


if __name__ == "__main__":
    main()
