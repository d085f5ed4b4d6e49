"""Makes two dumps of invented facts, sorted as kzlod writes them; the same seed gives the same bytes."""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

BASE = "https://example.org/"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
NS = "https://w3id.org/kzlod/ns#"
WORDS = ("harbour", "bridge", "Әлия", "қала", "works", 'the "old" mill', "канцелярия", "tower", "river", "ministry")
PREDICATES = tuple(f"<{BASE}ns#p{number}>" for number in range(9))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quads", type=int, required=True)
    parser.add_argument("--changed", type=float, default=0.01, help="share of statements that are not in both")
    options = parser.parse_args()
    chance = random.Random(6)
    lines = sorted(set(iter_lines(options.quads, chance)))
    for name in ("old", "new"):
        kept = [line for line in lines if chance.random() > options.changed / 2]
        (options.folder / f"{name}.nq").write_text("".join(kept), encoding="utf-8", newline="")


def iter_lines(quads: int, chance: random.Random) -> Iterator[str]:
    """Statements of entities, each in the graph of a fact and in the default graph."""
    for number in range(quads // 20):
        subject, fact = f"<{BASE}person/{number}>", f"<{BASE}fact/ledger/people/{number}>"
        for predicate in PREDICATES:
            text = " ".join(chance.choices(WORDS, k=4)).replace('"', '\\"')
            yield f'{subject} {predicate} "{text}"@en .\n'
            yield f'{subject} {predicate} "{text}"@en {fact} .\n'
        yield f"{fact} {TYPE} <{NS}Fact> <{BASE}graph/evidence> .\n"
        yield f"{fact} <{NS}status> <{NS}accepted> <{BASE}graph/evidence> .\n"


if __name__ == "__main__":
    main()
