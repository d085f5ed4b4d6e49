"""Roles of columns: reads the header of a table of others, says what each column is; the names are known from ``roles.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

from kzlod.errors import ConfigurationError, Problem, quote
from kzlod.imports.values import find_kind, is_language, read_item

TEXT: Final = "text"
"""The role of a column that is taken as it is, for a term of the project's own."""

_LANGUAGE_BEHIND: Final = re.compile(r"(.+?)(?: |@)([a-z]{2,3}(?: (?:latn|cyrl|arab))?)")


@dataclass(frozen=True)
class Role:
    """What a column is.

    Args:
        node: the thing that it names, such as ``person``, or "".
        part: ``label`` or ``item`` of the node.
        field: the property, such as ``start``, where it names no thing; "" where it is not known.
        language: of a name, where the header tells it.
    """

    node: str = ""
    part: str = ""
    field: str = ""
    language: str = ""

    @property
    def text(self) -> str:
        """As ``--column`` has it."""
        name = self.field or (f"{self.node}.id" if self.part == "item" else self.node) or TEXT
        return f"{name}@{self.language}" if self.language else name


@dataclass(frozen=True)
class Roles:
    """The roles of a table's columns, and what its rows are about.

    Args:
        by_column: role by header.
        kind: an entry of ``kinds`` in ``roles.toml``, or an empty one.
    """

    by_column: Mapping[str, Role]
    kind: Mapping[str, Any]

    @property
    def main(self) -> str:
        """The node that is the row's own thing, or "" where that is beside all nodes."""
        return str(self.kind.get("main", ""))

    def find(self, **wanted: str) -> str | None:
        """The first column of such a role."""
        return next(
            (name for name, role in self.by_column.items() if all(getattr(role, part) == value for part, value in wanted.items())),
            None,
        )

    def nodes(self) -> list[str]:
        """The nodes that columns name, each once."""
        return list(dict.fromkeys(role.node for role in self.by_column.values() if role.node))


@cache
def read_roles() -> dict[str, Any]:
    """``roles.toml``."""
    return tomllib.loads(files("kzlod.imports").joinpath("roles.toml").read_text(encoding="utf-8"))


def list_roles() -> list[str]:
    """What ``--column`` takes."""
    known = read_roles()
    return [*known["nodes"], *(f"{node}.id" for node in known["nodes"]), *known["properties"], TEXT]


def read_given(given: Sequence[str], columns: Mapping[str, Sequence[str]]) -> dict[str, Role]:
    """The roles that ``ROLE=NAME`` give to columns.

    Args:
        given: the values of ``--column``; a role may be ``name@kk``.
        columns: the columns of each file, by its name.

    Raises:
        ConfigurationError: a role is not known, or no file has such a column.
    """
    roles: dict[str, Role] = {}
    problems = []
    for text in given:
        name, sign, column = text.partition("=")
        plain, _, language = name.partition("@")
        if not sign or plain not in list_roles() or (language and not is_language(language)):
            known = ", ".join(list_roles())
            problems.append(Problem("--column", None, None, f"{quote(text)} is no ROLE=NAME; roles are {known}", "column", text))
        elif all(column not in names for names in columns.values()):
            there = "; ".join(f"{file}: {', '.join(names)}" for file, names in columns.items())
            problems.append(Problem("--column", None, None, f"there is no column {quote(column)}: {there}", "column", column))
        else:
            roles[column] = replace(_make_role(plain), language=language)
    if problems:
        raise ConfigurationError(problems)
    return roles


def _make_role(name: str) -> Role:
    node, _, part = name.partition(".")
    if node in read_roles()["nodes"]:
        return Role(node=node, part="item" if part else "label")
    return Role() if name == TEXT else Role(field=name)


def find_roles(columns: Mapping[str, Sequence[str]], given: Mapping[str, Role]) -> Roles:
    """Say what the columns of a table are.

    Args:
        columns: cells by header.
        given: roles that are known already.
    """
    roles: dict[str, Role] = {}
    taken: set[Role] = set()
    for column, role in given.items():
        if column in columns:
            roles[column] = role
            taken.add(role)
    for column, cells in columns.items():
        if column not in roles:
            role = _guess_role(column, cells)
            roles[column] = Role() if role in taken else role
            taken.add(roles[column])
    return _choose_kind({column: roles[column] for column in columns}, columns)


def normalise(header: str) -> str:
    """A header in small letters, its words apart.

    >>> normalise("personID"), normalise("Date_of-birth "), normalise("DOB"), normalise("name (RU)")
    ('person id', 'date of birth', 'dob', 'name ru')
    """
    apart = re.sub(r"(?<=[^\W\d_A-Z])(?=[A-Z])", " ", header)
    return " ".join(re.findall(r"[^\W_]+|@", apart.casefold())).replace(" @ ", "@")


def _guess_role(column: str, cells: Sequence[str]) -> Role:
    name = normalise(column)
    if (role := _find_known(name, cells)) is not None:
        return role
    if found := _LANGUAGE_BEHIND.fullmatch(name):
        role = _find_known(found[1], cells)
        language = found[2].replace(" ", "-")
        if role is not None and (role.field in ("name", "alternate") or role.part == "label"):
            return replace(role, language=language)
    return Role()


def _find_known(name: str, cells: Sequence[str]) -> Role | None:
    known = read_roles()
    for property_, entry in known["properties"].items():
        if name in entry["names"]:
            return Role(field=property_)
    for node, entry in known["nodes"].items():
        if name in entry["names"]:
            return Role(node=node, part="item" if _are_items(cells) else "label")
        for part in ("item", "label"):
            for suffix in known["suffixes"][part]:
                stem = name.removesuffix(f" {suffix}")
                if stem != name and (stem in entry["names"] or f"{stem}s" in entry["names"]):
                    return _judge(node, part, cells)
    return None


def _are_items(cells: Sequence[str]) -> bool:
    elements = [element for cell in cells for element in cell.split("|") if element]
    return bool(elements) and all(read_item(element) for element in elements)


def _judge(node: str, part: str, cells: Sequence[str]) -> Role | None:
    """A column "person id" holds items only if its cells are such; with other ids it is not known what it holds."""
    if part == "item" and not _are_items(cells):
        return None
    return Role(node=node, part=part)


def _choose_kind(roles: dict[str, Role], columns: Mapping[str, Sequence[str]]) -> Roles:
    _part_names(roles, columns)
    _name_things(roles)
    nodes = {role.node for role in roles.values() if role.node}
    given = nodes | {role.field for role in roles.values() if role.field}
    for kind in read_roles()["kinds"]:
        wanted = set(kind["one_of"])
        if set(kind["all_of"]) <= given and (not wanted or wanted & given):
            _settle_items(roles, columns, str(kind.get("main", "")) or ("person" if kind["name"] == "holding" else ""))
            return Roles(roles, kind)
    return Roles(roles, {})


def _part_names(roles: dict[str, Role], columns: Mapping[str, Sequence[str]]) -> None:
    """A plain "name" is a last name beside a first name that is no part of it, and a first name beside such a last one."""
    fields = {role.field: column for column, role in roles.items() if role.field and not role.language}
    name = fields.get("name")
    for part, other in (("given", "family"), ("family", "given")):
        column = fields.get(part)
        if name and column and other not in fields:
            pairs = zip(columns[column], columns[name], strict=True)
            if not any(text and text in whole for text, whole in pairs):
                roles[name] = Role(field=other)


def _name_things(roles: dict[str, Role]) -> None:
    """A plain "name" is a person's where the table knows what only people have, and a place's where it has coordinates."""
    properties = {role.field for role in roles.values()}
    nodes = {role.node for role in roles.values()}
    known = read_roles()["properties"]
    of_people = any(known[name].get("of") == "person" for name in properties if name)
    holds = "post" in nodes or ("organization" in nodes and properties & {"start", "end"})
    if "person" not in nodes and (of_people or holds):
        target = "person"
    elif "latitude" in properties and not nodes & {"city", "operator", "person"}:
        target = "city"
    else:
        return
    if not any(role.field == "name" for role in roles.values()) or target in nodes:
        return
    for column, role in roles.items():
        if role.field == "name":
            roles[column] = Role(node=target, part="label", language=role.language)


def _settle_items(roles: dict[str, Role], columns: Mapping[str, Sequence[str]], main: str) -> None:
    """A plain item of Wikidata, also as an "id", is that of the thing that the row is about: of who holds, in a holding."""
    if not main or any(role.node == main and role.part == "item" for role in roles.values()):
        return
    for property_ in ("wikidata", "id"):
        for column, role in roles.items():
            if role.field == property_ and find_kind(columns[column]) == "item":
                roles[column] = Role(node=main, part="item")
                return
