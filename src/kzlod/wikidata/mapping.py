"""The mapping to Wikidata: reads ``ontology/wikidata.yml`` of a project, yields rules, or all that is wrong with its places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kzlod import tree
from kzlod.errors import ConfigurationError, Problem, quote
from kzlod.terms import is_iri, write_iri
from kzlod.wikidata.rules import (
    Evidence,
    NewItemRule,
    Property,
    Qualifier,
    ReferencePart,
    StatementRule,
    Step,
    Steps,
    Succession,
    WikidataMapping,
)

KINDS: Final = ("item", "time", "text", "language text", "url", "coordinates", "quantity")
PARTS: Final = ("start", "end", "point")
_ID: Final = re.compile(r"P[1-9]\d*")
_ENTITIES: Final = "/entity/"
_LANGUAGE: Final = re.compile("[a-z]+(?:-[a-z]+)*")
_TOP: Final = (
    *("link", "items", "taken_from_wikidata", "conflicts", "evidence", "languages"),
    *("properties", "statements", "references", "new_items", "left_out"),
)


def load_wikidata_mapping(path: Path, shown: str, prefixes: Mapping[str, str], base: str) -> WikidataMapping:
    """Read the mapping of a project.

    Args:
        path: the file.
        shown: its name in messages.
        prefixes: namespaces by prefix, for names such as ``schema:name``.
        base: what other names start from.

    Raises:
        ConfigurationError: with everything that is wrong in it, each at its line.
    """
    root = tree.load_tree(path, shown)
    reader = _Reader(prefixes, base, root.place)
    mapping = reader.read(reader.mapping(root, _TOP))
    if reader.problems:
        raise ConfigurationError(reader.problems)
    return mapping


@dataclass
class _Reader:
    prefixes: Mapping[str, str]
    base: str
    place: tree.Place
    properties: dict[str, Property] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def complain(self, place: tree.Place, message: str, value: str | None = None) -> None:
        self.problems.append(place.problem(message, "wikidata-mapping", value))

    def read(self, top: tree.Mapping) -> WikidataMapping:
        self.properties = {
            id_: self.property(id_, top_property, place) for id_, place, top_property in self.entries(top, "properties")
        }
        origin = self.mapping(self.child(top, "taken_from_wikidata"), ("path", "value"))
        conflicts = self.mapping(self.child(top, "conflicts"), ("of", "value"))
        evidence = self.mapping(self.child(top, "evidence"), ("source", "selector", "start", "end"))
        mapping = WikidataMapping(
            link=self.iri(self.text(top, "link"), self.placed(top, "link")),
            items=self.namespace(top),
            origin=(self.path(origin, "path"), self.iri(self.text(origin, "value"), self.placed(origin, "value"))),
            conflicts=(self.classes(conflicts, "of", is_needed=True), self.path(conflicts, "value")),
            evidence=Evidence(*(self.path(evidence, name) for name in ("source", "selector", "start", "end"))),
            languages={tag.lower(): self.language(node) for tag, _, node in self.entries(top, "languages")},
            properties=self.properties,
            statements=tuple(self.statement(node) for node in self.list(top, "statements")),
            references=tuple(self.reference(node) for node in self.list(top, "references")),
            new_items=tuple(self.new_item(node) for node in self.list(top, "new_items")),
        )
        self.check_use(top)
        return mapping

    def namespace(self, top: tree.Mapping) -> str:
        text = self.text(top, "items")
        if text and not (is_iri(text) and text.endswith(_ENTITIES)):
            self.complain(
                self.placed(top, "items"), f"{quote(text)} is not what IRIs of items start with: it ends in {_ENTITIES}", text
            )
        return text

    def language(self, node: tree.Node) -> str:
        code = self.scalar(node)
        if code and not _LANGUAGE.fullmatch(code):
            self.complain(node.place, f"{quote(code)} is no language code that QuickStatements reads, such as kk or kk-latn", code)
        return code

    def property(self, id_: str, node: tree.Node, place: tree.Place) -> Property:
        if not _ID.fullmatch(id_):
            self.complain(place, f"{quote(id_)} is no property of Wikidata, such as P39", id_)
        fields = self.mapping(node, ("label", "kind", "single"))
        return Property(id_, self.text(fields, "label"), self.choice(fields, "kind", KINDS), self.flag(fields, "single"))

    def statement(self, node: tree.Node) -> StatementRule:
        known = (
            "property",
            "of",
            "where",
            "item",
            "value",
            "only",
            "part",
            "latitude",
            "longitude",
            "qualifiers",
            "succession",
            "reason",
        )
        fields = self.mapping(node, known)
        property_ = self.named_property(fields, "property")
        self.text(fields, "reason")
        if property_.kind == "coordinates" and not {"latitude", "longitude"} <= fields.entries.keys():
            self.complain(fields.place, f"{property_.id} has coordinates as values: latitude and longitude are missing")
        return StatementRule(
            property=property_,
            kinds=self.classes(fields, "of", is_needed=True),
            where=tuple(
                (self.iri(name, place), self.iri(self.scalar(object_), object_.place))
                for name, place, object_ in self.entries(fields, "where", is_needed=False)
            ),
            item=self.path(fields, "item", is_needed=False),
            value=self.path(fields, "value"),
            only=self.classes(fields, "only"),
            part=self.choice(fields, "part", PARTS[:2]) if "part" in fields.entries else "",
            latitude=self.path(fields, "latitude", is_needed=False),
            longitude=self.path(fields, "longitude", is_needed=False),
            qualifiers=tuple(self.qualifier(node) for node in self.list(fields, "qualifiers", is_needed=False)),
            succession=self.succession(fields.entries["succession"]) if "succession" in fields.entries else None,
        )

    def qualifier(self, node: tree.Node) -> Qualifier:
        fields = self.mapping(node, ("property", "value", "part", "tells_apart", "reason"))
        self.text(fields, "reason")
        property_ = self.named_property(fields, "property") if "property" in fields.entries else None
        part = self.choice(fields, "part", PARTS) if "part" in fields.entries else ""
        if property_ is None and not part:
            self.complain(
                fields.place, "a qualifier without a property must say which part of a term it tells: start, end or point"
            )
        return Qualifier(property_, self.path(fields, "value"), part, self.flag(fields, "tells_apart"))

    def succession(self, node: tree.Node) -> Succession:
        fields = self.mapping(node, ("seats", "replaces", "replaced_by", "reason"))
        self.text(fields, "reason")
        return Succession(
            self.path(fields, "seats"), self.named_property(fields, "replaces"), self.named_property(fields, "replaced_by")
        )

    def reference(self, node: tree.Node) -> ReferencePart:
        fields = self.mapping(node, ("property", "value", "unless", "reason"))
        self.text(fields, "reason")
        unless = self.named_property(fields, "unless").id if "unless" in fields.entries else ""
        return ReferencePart(self.named_property(fields, "property"), self.path(fields, "value"), unless)

    def new_item(self, node: tree.Node) -> NewItemRule:
        fields = self.mapping(node, ("of", "label", "alias", "description", "needs", "reason"))
        self.text(fields, "reason")
        needs = frozenset(self.find_property(self.scalar(name), name.place).id for name in self.list(fields, "needs"))
        return NewItemRule(
            self.classes(fields, "of", is_needed=True),
            self.path(fields, "label"),
            self.path(fields, "alias", is_needed=False),
            self.path(fields, "description", is_needed=False),
            needs,
        )

    def check_use(self, top: tree.Mapping) -> None:
        left_out = {id_: place for id_, place, node in self.entries(top, "left_out", is_needed=False) if self.scalar(node)}
        for id_, place in left_out.items():
            if id_ in self.properties:
                self.complain(place, f"{id_} is among the properties as well", id_)
        for id_, place, _ in self.entries(top, "properties"):
            if id_ not in self.used:
                self.complain(place, f"{id_} is used nowhere: give the reason in left_out instead", id_)

    def named_property(self, fields: tree.Mapping, name: str) -> Property:
        return self.find_property(self.text(fields, name), self.placed(fields, name))

    def find_property(self, id_: str, place: tree.Place) -> Property:
        if id_ not in self.properties:
            if id_:
                self.complain(place, f"{quote(id_)} is not among the properties of this file", id_)
            return Property(id_, "", "", is_single=False)
        self.used.add(id_)
        return self.properties[id_]

    def classes(self, fields: tree.Mapping, name: str, *, is_needed: bool = False) -> tuple[str, ...]:
        node = fields.get(name)
        if isinstance(node, tree.Sequence):
            return tuple(self.iri(self.scalar(item), item.place) for item in node)
        text = self.text(fields, name) if is_needed or node else ""
        return (self.iri(text, self.placed(fields, name)),) if text else ()

    def path(self, fields: tree.Mapping, name: str, *, is_needed: bool = True) -> Steps:
        text = self.text(fields, name) if is_needed or name in fields.entries else ""
        if text in ("", "."):
            return ()
        place = self.placed(fields, name)
        steps = text.split("/")
        if not all(step.removeprefix("^") for step in steps):
            self.complain(place, f"a step of {quote(text)} is empty", text)
        return tuple(Step(self.iri(step.removeprefix("^"), place), step.startswith("^")) for step in steps)

    def iri(self, name: str, place: tree.Place) -> str:
        prefix, colon, local = name.partition(":")
        if colon and local.startswith("//"):
            whole = name
        elif colon and prefix not in self.prefixes:
            self.complain(place, f"the prefix {quote(prefix)} is not in kzlod.toml", name)
            return ""
        else:
            whole = self.prefixes[prefix] + local if colon else self.base + name
        if name and not is_iri(whole):
            self.complain(place, f"{quote(name)} is no name of a thing", name)
        return write_iri(whole) if name and is_iri(whole) else ""

    def mapping(self, node: tree.Node | None, known: Iterable[str]) -> tree.Mapping:
        known = tuple(known)
        if not isinstance(node, tree.Mapping):
            if node is not None:
                self.complain(node.place, f"here must be a mapping of {', '.join(known)}")
            return tree.Mapping(node.place if node else self.place, {}, {})
        for name, place in node.keys.items():
            if name not in known:
                self.complain(place, f"{quote(name)} is none of {', '.join(known)}", name)
        return node

    def child(self, fields: tree.Mapping, name: str, *, is_needed: bool = True) -> tree.Node | None:
        node = fields.get(name)
        if node is None and is_needed:
            self.complain(fields.place, f"{name} is missing")
        return node

    def placed(self, fields: tree.Mapping, name: str) -> tree.Place:
        node = fields.get(name)
        return node.place if node else fields.place

    def entries(self, fields: tree.Mapping, name: str, *, is_needed: bool = True) -> list[tuple[str, tree.Place, tree.Node]]:
        node = self.child(fields, name, is_needed=is_needed)
        if node is None:
            return []
        if not isinstance(node, tree.Mapping):
            self.complain(node.place, f"{name} must be a mapping")
            return []
        return [(key, node.keys[key], value) for key, value in node.entries.items()]

    def list(self, fields: tree.Mapping, name: str, *, is_needed: bool = True) -> tuple[tree.Node, ...]:
        node = self.child(fields, name, is_needed=is_needed)
        if node is None:
            return ()
        if not isinstance(node, tree.Sequence):
            self.complain(node.place, f"{name} must be a list")
            return ()
        return node.items

    def text(self, fields: tree.Mapping, name: str) -> str:
        node = self.child(fields, name)
        return self.scalar(node) if node else ""

    def scalar(self, node: tree.Node) -> str:
        if isinstance(node, tree.Scalar) and node.text and node.tag != "null":
            return node.text
        self.complain(node.place, "here must be a text")
        return ""

    def choice(self, fields: tree.Mapping, name: str, choices: tuple[str, ...]) -> str:
        text = self.text(fields, name)
        if text and text not in choices:
            self.complain(self.placed(fields, name), f"{quote(text)} is none of {', '.join(choices)}", text)
        return text

    def flag(self, fields: tree.Mapping, name: str) -> bool:
        node = fields.get(name)
        if node and not (isinstance(node, tree.Scalar) and node.tag == "bool"):
            self.complain(node.place, f"{name} is true or false")
        return isinstance(node, tree.Scalar) and node.text == "true"
