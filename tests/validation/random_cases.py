"""Random shapes over all of SHACL Core, and random small data: dirty, ill-typed, in several languages, with blank nodes."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

NODES: Final = ["ex:a", "ex:b", "ex:c", "ex:d"]
LITERALS: Final = [
    *("1", "2", '"1"', '"01"^^xsd:integer', "1.0", "1e0", '"NaN"^^xsd:double', '"INF"^^xsd:double', "-3", "300"),
    *('"300"^^xsd:byte', '"x"^^xsd:integer', "true", '"1"^^xsd:boolean', '"yes"^^xsd:boolean', '"http://x y"^^xsd:anyURI'),
    *('"2020-01-01"^^xsd:date', '"2021-06-01"^^xsd:date', '"2020-02-30"^^xsd:date', '"2020-01-01Z"^^xsd:date', '"t"^^ex:type'),
    *('"2020-01-01T00:00:00"^^xsd:dateTime', '"2020-01-01T00:00:00Z"^^xsd:dateTime', '"2020"^^xsd:gYear', '"P1Y"^^xsd:duration'),
    *('"abc"', '"ABC"', '"abc def"', '""', '"a\\nb"', '"кот"', '"кот"@ru', '"cat"@en', '"cat"@en-GB', '"cat"@EN', '"😀"'),
]
PREDICATES: Final = ["ex:p", "ex:q", "ex:r"]
DATATYPES: Final = [
    "xsd:integer",
    "xsd:string",
    "xsd:date",
    "xsd:boolean",
    "xsd:decimal",
    "xsd:double",
    "rdf:langString",
    "ex:type",
]
DATATYPES_OF_TIME: Final = ["xsd:dateTime", "xsd:gYear", "xsd:byte", "xsd:anyURI"]
KINDS: Final = ["IRI", "Literal", "BlankNode", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"]
PATTERNS: Final = ["^a", "b$", "^.{3}$", "A", "[0-9]+", "к", "^h", "e.*a", r"\\d", r"\\w+$", "^$"]
LANGUAGES: Final = ['"en"', '"ru" "en-GB"']
FLAGS: Final = ["", ' ; sh:flags "i"', ' ; sh:flags "s"', ' ; sh:flags "x"']
TARGETS: Final = [
    *("sh:targetNode ex:a, ex:b", "sh:targetClass ex:C", "sh:targetSubjectsOf ex:p", "sh:targetObjectsOf ex:q"),
    'sh:targetNode 1, "abc"',
]
REMARKS: Final = [
    *("", "", "", " ; sh:severity sh:Warning", " ; sh:severity sh:Info", " ; sh:severity ex:Grave", " ; sh:deactivated true"),
    *(' ; sh:message "m"', ' ; sh:message "m"@en, "м"@ru'),
]
_DEEPEST: Final = 2


class RandomCase:
    """Shapes and data, in Turtle less its prefixes.

    Args:
        seed: the same seed makes the same case.
    """

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._depth = 0
        self._of_any: dict[str, Callable[[], str]] = {
            "class": lambda: f"sh:class {self._pick(['ex:C', 'ex:D', 'ex:b'])}",
            "datatype": lambda: f"sh:datatype {self._pick(DATATYPES + DATATYPES_OF_TIME)}",
            "nodeKind": lambda: f"sh:nodeKind sh:{self._pick(KINDS)}",
            "minLength": lambda: f"sh:minLength {self._dice.randint(0, 4)}",
            "maxLength": lambda: f"sh:maxLength {self._dice.randint(0, 4)}",
            "pattern": lambda: f'sh:pattern "{self._pick(PATTERNS)}"{self._pick(FLAGS)}',
            "languageIn": lambda: f"sh:languageIn ( {self._pick(LANGUAGES)} )",
            "equals": lambda: f"sh:equals {self._pick(PREDICATES)}",
            "disjoint": lambda: f"sh:disjoint {self._pick(PREDICATES)}",
            "not": lambda: f"sh:not {self.make_node_shape()}",
            "and": lambda: f"sh:and ( {self.make_node_shape()} {self.make_node_shape()} )",
            "or": lambda: f"sh:or ( {self.make_node_shape()} {self.make_node_shape()} )",
            "xone": lambda: f"sh:xone ( {self.make_node_shape()} {self.make_node_shape()} )",
            "node": lambda: f"sh:node {self.make_node_shape()}",
            "property": lambda: f"sh:property {self.make_property_shape()}",
            "hasValue": lambda: f"sh:hasValue {self._pick(NODES + LITERALS)}",
            "in": lambda: f"sh:in ( {' '.join(self._pick(NODES + LITERALS) for _ in range(3))} )",
        }
        self._of_nodes = {**self._of_any, "closed": lambda: "sh:closed true ; sh:ignoredProperties ( rdf:type )"}
        self._of_properties = {
            **self._of_any,
            "minCount": lambda: f"sh:minCount {self._dice.randint(0, 3)}",
            "maxCount": lambda: f"sh:maxCount {self._dice.randint(0, 3)}",
            "uniqueLang": lambda: "sh:uniqueLang true",
            "qualified": self._make_qualified,
        }
        self.shapes = self._make_shapes()
        self.data = self._make_data()

    def make_node_shape(self) -> str:
        return self._make_shape("", self._of_nodes)

    def make_property_shape(self) -> str:
        return self._make_shape(f"sh:path {self._make_path()} ; ", self._of_properties)

    def _make_shape(self, start: str, constraints: dict[str, Callable[[], str]]) -> str:
        if self._depth > _DEEPEST:
            return f"[ {start}sh:nodeKind sh:IRI ]"
        self._depth += 1
        names = self._dice.sample(sorted(constraints), self._dice.randint(1, 2))
        text = " ; ".join(constraints[name]() for name in names)
        self._depth -= 1
        return f"[ {start}{text}{self._pick(REMARKS)} ]"

    def _make_qualified(self) -> str:
        disjoint = self._pick(["", " ; sh:qualifiedValueShapesDisjoint true"])
        least, most = self._dice.randint(0, 2), self._dice.randint(0, 2)
        counts = f"sh:qualifiedMinCount {least} ; sh:qualifiedMaxCount {most}{disjoint}"
        return f"sh:qualifiedValueShape {self.make_node_shape()} ; {counts}"

    def _make_path(self, depth: int = 0) -> str:
        if self._dice.random() < 0.6 or depth > 1:
            return self._pick(PREDICATES)
        one, two = self._make_path(depth + 1), self._make_path(depth + 1)
        return self._pick(
            [
                f"[ sh:inversePath {one} ]",
                f"[ sh:alternativePath ( {one} {two} ) ]",
                f"( {one} {two} )",
                *(f"[ sh:{kind} {one} ]" for kind in ("zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")),
            ]
        )

    def _make_shapes(self) -> str:
        rules = self.make_node_shape()[1:-1] if self._dice.random() < 0.4 else f"sh:property {self.make_property_shape()}"
        return f"ex:S a sh:NodeShape ; {self._pick(TARGETS)} ; {rules} ."

    def _make_data(self) -> str:
        lines = []
        for _ in range(self._dice.randint(1, 14)):
            predicate = self._pick([*PREDICATES, "rdf:type"])
            terms = ["ex:C", "ex:D", "ex:b"] if predicate == "rdf:type" else [*NODES, "_:x", "_:y", *LITERALS]
            lines.append(f"{self._pick([*NODES[:3], '_:x'])} {predicate} {self._pick(terms)} .")
        if self._dice.random() < 0.2:
            lines.append("ex:D rdfs:subClassOf ex:C .")
        return "\n".join(lines)

    def _pick(self, choices: list[str]) -> str:
        return self._dice.choice(choices)
