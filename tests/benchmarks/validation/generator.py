"""Generates data for ``shapes.ttl``: persons, organizations and memberships, in N-Triples; clean, or with a share of faults.

    python -m tests.benchmarks.validation.generator --triples 100000 --dirty 0.01 DATA.nt

The same arguments make the same bytes.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

SHAPES: Final = Path(__file__).parent / "shapes.ttl"

_EX: Final = "https://example.org/"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_MEMBERS: Final = 5

Properties = list[tuple[str, str]]
"""What is said of one thing: names of properties, values as N-Triples terms."""


def generate_lines(triples: int, dirty: float, seed: int = 1) -> Iterator[str]:
    """Lines of N-Triples, about as many as asked for.

    Args:
        triples: how many statements.
        dirty: the share of things that have a fault, from 0 to 1.
        seed: another seed makes other data.
    """
    dice = random.Random(seed)
    written = 0
    for number in range(triples):
        for name, properties in _generate_organization(number, dice):
            if dice.random() < dirty:
                dice.choice(_FAULTS[name.partition("/")[0]])(properties)
            for path, value in properties:
                yield f"<{_EX}{name}> <{path if path == _TYPE else _EX + path}> {value} .\n"
            written += len(properties)
        if written >= triples:
            return


def _generate_organization(number: int, dice: random.Random) -> Iterator[tuple[str, Properties]]:
    label = f'"Organization {number}"@en'
    yield (
        f"organization/{number}",
        [
            (_TYPE, _iri("Organization")),
            ("label", label),
            ("alias", label),
            ("state", _iri("KZ")),
            ("founded", _literal(f"{dice.randint(1900, 2020)}-01-01", "date")),
        ],
    )
    for member in range(number * _MEMBERS, (number + 1) * _MEMBERS):
        born = dice.randint(1900, 1980)
        yield (
            f"person/{member}",
            [
                (_TYPE, _iri("Person")),
                ("name", f'"Person {member}"@en'),
                ("name", f'"Тұлға {member}"@kk'),
                ("born", _literal(f"{born}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}", "date")),
                ("died", _literal(f"{born + dice.randint(20, 90)}-01-01", "date")),
                ("height", _literal(str(dice.randint(150, 200)), "integer")),
                ("email", f'"p{member}@example.org"'),
            ],
        )
        yield (
            f"membership/{member}",
            [
                ("member", _iri(f"person/{member}")),
                ("organization", _iri(f"organization/{number}")),
                ("role", '"head"' if member % _MEMBERS == 0 else '"member"'),
                ("from", _literal(str(born + 20), "gYear")),
            ],
        )


def _iri(name: str) -> str:
    return f"<{_EX}{name}>"


def _literal(text: str, datatype: str) -> str:
    return f'"{text}"^^<{_XSD}{datatype}>'


def _add(path: str, value: str) -> Callable[[Properties], None]:
    return lambda properties: properties.append((path, value))


def _replace(path: str, value: str) -> Callable[[Properties], None]:
    def replace(properties: Properties) -> None:
        properties[:] = [(name, value if name == path else old) for name, old in properties]

    return replace


def _drop(path: str) -> Callable[[Properties], None]:
    def drop(properties: Properties) -> None:
        properties[:] = [(name, value) for name, value in properties if name != path]

    return drop


_FAULTS: Final[dict[str, list[Callable[[Properties], None]]]] = {
    "person": [
        _drop("name"),
        _add("name", '"another"@en'),
        _add("name", '"Name"@de'),
        _add("born", _literal("2100-01-01", "date")),
        _replace("died", _literal("1700-01-01", "date")),
        _replace("height", _literal("4", "integer")),
        _replace("height", _literal("tall", "integer")),
        _replace("email", '"nobody"'),
        _replace("email", _iri("mailbox")),
        _add("rival", _iri("person/0")),
        _add("deceased", _literal("false", "boolean")),
    ],
    "membership": [
        _replace("member", _iri("person/nobody")),
        _add("member", _iri("person/0")),
        _drop("organization"),
        _replace("organization", _iri("person/1")),
        _replace("role", '"head"'),
        _replace("role", _literal("7", "integer")),
        _replace("from", '"long ago"'),
        _replace("from", _literal("1950-02-30", "date")),
    ],
    "organization": [
        _drop("label"),
        _replace("label", '"no language"'),
        _replace("state", _iri("UZ")),
        _replace("state", '"KZ"'),
        _replace("founded", _literal("1500-01-01", "date")),
        _add("motto", '"per aspera"'),
    ],
}


def main() -> None:
    """Write a file of data."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=100_000)
    parser.add_argument("--dirty", type=float, default=0.01, help="the share of things with a fault")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    with arguments.output.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(generate_lines(arguments.triples, arguments.dirty, arguments.seed))


if __name__ == "__main__":
    main()
