"""Plants faults in tables and in RDF of others, and counts itself where each of them stands."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

COLUMNS: Final = ("id", "name", "language", "nick", "code", "home", "born", "died", "day", "start", "end", "friend", "part")

# The cell that breaks a rule, its value, and the cell that is to be pointed at.
RULES: Final = {
    "MinCount": ("name", "", "name"),
    "MaxLength": ("name", "Ә" * 41, "name"),
    "LanguageIn": ("language", "fr", "name"),
    "MinLength": ("nick", "x", "nick"),
    "Pattern": ("code", "ab", "code"),
    "In": ("home", "elsewhere", "home"),
    "MinInclusive": ("born", "1799", "born"),
    "MaxInclusive": ("died", "2031", "died"),
    "Datatype": ("day", "2020-02-30", "day"),
    "LessThan": ("start", "2009", "start"),
    "Class": ("friend", "nobody", "friend"),
    "SPARQL": ("part", "", "part"),
}


class Fault(NamedTuple):
    """A rule that is broken, of whom, and line and column of what breaks it."""

    rule: str
    person: str
    line: int
    column: int


class Person(NamedTuple):
    """The cells of a row, and the rule that it breaks, or ""."""

    cells: dict[str, str]
    rule: str


def invent_people(rules: list[str], dice: random.Random) -> list[Person]:
    """People of whom one breaks each of these rules, among others who break none."""
    people = []
    for number, rule in enumerate(dice.sample([*rules, *[""] * len(rules)], 2 * len(rules))):
        name = dice.choice(["Ada Ember", "Әлия", "Bo, the elder", 'Cy "the" Reed', "Dee\nMarsh", "😀 Ivy"])
        friend, whole = (f"p{dice.randrange(2 * len(rules))}" for _ in range(2))
        cells = {
            "id": f"p{number}",
            "name": name,
            "language": dice.choice(["en", "kk"]),
            "nick": "ab",
            "code": "AB",
            "home": dice.choice(["harbour", "hill"]),
            "born": "1900",
            "died": "1980",
            "day": "2020-02-29",
            "start": "2001",
            "end": "2009",
            "friend": friend,
            "part": whole if whole != f"p{number}" else "",
        }
        if rule:
            column, value, _ = RULES[rule]
            cells[column] = value or (cells["id"] if rule == "SPARQL" else "")
        people.append(Person(cells, rule))
    return people


@dataclass
class _Text:
    """A text that is written from start to end, and where it has come to."""

    text: str = ""
    faults: set[Fault] = field(default_factory=set)

    def write(self, part: str, person: Person | None = None, column: str = "") -> None:
        """Add a part; note its place where it is that of the person's fault."""
        if person and person.rule and RULES[person.rule][2] == column:
            lines = self.text.split("\n")
            self.faults.add(Fault(person.rule, person.cells["id"], len(lines), len(lines[-1]) + 1))
        self.text += part


def write_table(people: list[Person]) -> _Text:
    """The people as CSV."""
    table = _Text(",".join(COLUMNS) + "\n")
    for person in people:
        for number, column in enumerate(COLUMNS):
            value = person.cells[column]
            quoted = '"' + value.replace('"', '""') + '"' if set(value) & set(',"\n') else value
            table.write("," * bool(number))
            table.write(quoted, person, column)
        table.write("\n")
    return table


def write_turtle(people: list[Person]) -> _Text:
    """The people as Turtle."""
    text = _Text(_PREFIXES)
    for person in people:
        _write_person(text, person, " ;\n    ")
        text.write(" .\n\n")
    return text


def write_trig(people: list[Person]) -> _Text:
    """The people as TriG, a graph each."""
    text = _Text(_PREFIXES)
    for person in people:
        text.write(f"GRAPH <https://example.org/graph/{person.cells['id']}> {{ # one person\n\t")
        _write_person(text, person, " ; ")
        text.write(" . }\n")
    return text


def write_ntriples(people: list[Person]) -> _Text:
    """The people as N-Triples."""
    text = _Text()
    for person in people:
        subject = f"<https://example.org/person/{person.cells['id']}>"
        # What is missing is looked for at the person.
        text.write(f"{subject} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{_NS}Person> .\n", person, _missing(person))
        for column, value in _list_values(person):
            text.write(f"{subject} <{_NS}{column}> ")
            text.write(_write_full(column, value, person), person, column)
            text.write(" .\n")
    return text


def write_jsonld(people: list[Person]) -> _Text:
    """The people as JSON-LD."""
    context = {
        "@vocab": _NS,
        "@base": "https://example.org/",
        **{name: {"@type": f"{_XSD}{kind}"} for name, kind in _KINDS.items()},
    }
    context |= {name: {"@type": "@id"} for name in _FOLDERS}
    text = _Text(f'{{"@context": {json.dumps(context)},\n "@graph": [')
    for number, person in enumerate(people):
        text.write(",\n  {" if number else "\n  {")
        text.write('"@id": ')
        # What is missing is looked for at the person.
        text.write(f'"person/{person.cells["id"]}"', person, _missing(person))
        text.write(', "@type": "Person"')
        for column, value in _list_values(person):
            text.write(f',\n   "{column}": ')
            text.write('{"@value": ' if column == "name" else "")
            text.write(json.dumps(f"{_FOLDERS[column]}/{value}" if column in _FOLDERS else value), person, column)
            text.write(f', "@language": "{person.cells["language"]}"}}' if column == "name" else "")
        text.write("}")
    text.write("]}\n")
    return text


WRITERS: Final[dict[str, Callable[[list[Person]], _Text]]] = {
    "ttl": write_turtle,
    "trig": write_trig,
    "nt": write_ntriples,
    "jsonld": write_jsonld,
}

_NS: Final = "https://example.org/ns#"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_PREFIXES: Final = f"@prefix ex: <{_NS}> .\n@prefix xsd: <{_XSD}> .\n@base <https://example.org/> .\n\n"
_KINDS: Final = {"born": "integer", "died": "integer", "day": "date", "start": "gYear", "end": "gYear"}
_FOLDERS: Final = {"home": "place", "friend": "person", "part": "person"}


def _missing(person: Person) -> str:
    return "" if person.cells["name"] else "name"


def _list_values(person: Person) -> list[tuple[str, str]]:
    return [(column, value) for column, value in person.cells.items() if value and column not in {"id", "language"}]


def _write_person(text: _Text, person: Person, separator: str) -> None:
    text.write(f"<person/{person.cells['id']}>", person, _missing(person))
    text.write(" a ex:Person")
    for column, value in _list_values(person):
        text.write(f"{separator}ex:{column} ")
        text.write(_write_short(column, value, person), person, column)


def _write_short(column: str, value: str, person: Person) -> str:
    if column in _FOLDERS:
        return f"<{_FOLDERS[column]}/{value}>"
    if column == "name" and "\n" in value:
        return f'"""{value}"""@{person.cells["language"]}'
    if column in _KINDS:
        return value if _KINDS[column] == "integer" else f'"{value}"^^xsd:{_KINDS[column]}'
    return _write_full(column, value, person)


def _write_full(column: str, value: str, person: Person) -> str:
    if column in _FOLDERS:
        return f"<https://example.org/{_FOLDERS[column]}/{value}>"
    text = json.dumps(value, ensure_ascii=False)
    if column in _KINDS:
        return f"{text}^^<{_XSD}{_KINDS[column]}>"
    return f"{text}@{person.cells['language']}" if column == "name" else text
