"""Popolo: reads JSON of persons, organizations, posts, memberships, areas and events, yields a source of facts.

Source: https://www.popoloproject.com/specs/, and what EveryPolitician adds to it. One file holds all lists, or a folder has a file
for each. What each member says stands in ``popolo.toml``. A place in JSON is a pointer (RFC 6901).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kzlod.errors import DataError, Problem, quote
from kzlod.imports.entities import Entities
from kzlod.imports.popolo.tables import write_part, write_things
from kzlod.imports.popolo.things import (
    EMPTY,
    PARTS,
    UNNAMED,
    Embedded,
    Popolo,
    Thing,
    iter_items,
    list_tables,
    list_targets,
    read_spec,
    write_pointer,
    write_value,
)
from kzlod.imports.slugs import write_slug
from kzlod.imports.source import Source
from kzlod.imports.values import read_date


def read_popolo(path: Path, name: str, entities: Entities, language: str) -> Source:
    """Make a source of facts of Popolo JSON.

    Args:
        path: a file, or a folder of ``persons.json``, ``organizations.json`` and so on.
        name: of the source.
        entities: what is known already.
        language: the tag of names of which nothing else is known.

    Raises:
        DataError: it is no JSON or no Popolo, an id stands twice or leads nowhere, or a date is none; all at once.
    """
    found = Popolo({table: [] for table in list_tables()}, language)
    for file in sorted(path.glob("*.json")) if path.is_dir() else [path]:
        _read_file(file, found)
    _take_embedded(found)
    if not found.problems and not any(found.things.values()):
        advice = "a file that is one list is called as the list is, such as persons.json"
        found.complain(path.as_posix(), f"there is nothing of Popolo here: no {', '.join(found.things)}; {advice}")
    if found.problems:
        raise DataError(found.problems)
    source = Source(name, f"Popolo data of {path.name}", [])
    _mint(found, entities)
    for table, things in found.things.items():
        if things:
            write_things(source, table, things, found)
    for member, part in read_spec()[PARTS].items():
        write_part(source, member, part, found)
    if found.problems:
        raise DataError(found.problems)
    source.unread.update(found.unread)
    return source


def _read_file(path: Path, found: Popolo) -> None:
    shown = path.as_posix()
    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"), object_pairs_hook=_refuse_twice)
    except json.JSONDecodeError as error:
        found.problems.append(Problem(shown, error.lineno, error.colno, f"not JSON: {error.msg}", "json"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        found.complain(shown, f"not JSON in UTF-8: {error}", "json")
    except OSError as error:
        found.complain(shown, f"the file cannot be read: {error.strerror}", "file")
    else:
        _read_lists(content, path, found)


def _read_lists(content: object, path: Path, found: Popolo) -> None:
    names = {member: table for table in found.things for member in read_spec()[table]["member"]}
    if isinstance(content, list):
        content = {path.stem: content}
    elif isinstance(content, dict) and isinstance(content.get("result"), list):
        # A page of PopIt's API.
        content = {**content, path.stem: content["result"]}
        del content["result"]
    if not isinstance(content, dict):
        found.complain(f"{path.as_posix()}#", "Popolo is an object of lists, or a list")
        return
    for member, value in content.items():
        pointer = f"{path.as_posix()}#/{write_pointer(member)}"
        if member not in names:
            found.unread[pointer] = value
        elif isinstance(value, list):
            for number, item in enumerate(value):
                _take(found, names[member], f"{pointer}/{number}", item)
        elif value is not None:
            found.complain(pointer, f"{member} must be a list")


def _refuse_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        name = next(name for number, (name, _) in enumerate(pairs) if name in dict(pairs[:number]))
        raise ValueError(f"the member {quote(name)} stands twice in an object")
    return made


def _take(found: Popolo, table: str, pointer: str, item: object, around: Mapping[str, str] | None = None) -> None:
    """Take an object up, with its own memberships and posts; what it names by an object in place of an id has to wait."""
    if not isinstance(item, dict):
        found.complain(pointer, f"an item of {table} must be an object")
        return
    spec = read_spec()[table]
    thing = Thing(pointer, {**item})
    found.things[table].append(thing)
    for member, value in (around or {}).items():
        thing.data[member] = write_value(thing.data.get(member)) or value
    for member, nested in spec.get("nested", {}).items():
        _take_nested(found, thing, member, nested)
    for member, reference in spec.get("references", {}).items():
        name = member.removesuffix("_id")
        if name != member and isinstance(thing.data.get(name), dict):
            found.embedded.append(_take_out(found, thing, member, reference))


def _take_nested(found: Popolo, thing: Thing, member: str, nested: Mapping[str, str]) -> None:
    items = thing.data.pop(member, None) or []
    if not isinstance(items, list):
        found.complain(f"{thing.pointer}/{member}", f"{member} must be a list")
        return
    if items and not thing.id:
        thing.data["id"] = f"{UNNAMED}{thing.pointer}"
    for number, inner in enumerate(items):
        _take(found, nested["table"], f"{thing.pointer}/{member}/{number}", inner, {nested["by"]: thing.id})


def _take_out(found: Popolo, thing: Thing, member: str, reference: Mapping[str, Any]) -> Embedded:
    """Put an id in the place of an object, which waits until all lists are read."""
    name = member.removesuffix("_id")
    inner, pointer = thing.data.pop(name), f"{thing.pointer}/{name}"
    given, own = write_value(thing.data.get(member)), write_value(inner.get("id"))
    if given and own and given != own:
        found.complain(pointer, f"the id {quote(own)} is not that of {member}, {quote(given)}", "id", own)
    key = own or given or f"{UNNAMED}{pointer}"
    thing.data[member] = key
    tables = list_targets(reference)
    return Embedded(tables.get(write_value(inner.get("@type")), next(iter(tables.values()))), pointer, {**inner, "id": key})


def _take_embedded(found: Popolo) -> None:
    """Take up what stands in the place of ids, each thing once; what it says otherwise than the thing does is not read."""
    known = {(table, thing.id): thing for table, things in found.things.items() for thing in things}
    # Those in it wait in their turn, so that the list grows here.
    for table, pointer, data in found.embedded:
        thing = known.get((table, data["id"]))
        if thing is None:
            _take(found, table, pointer, data)
            known[table, data["id"]] = found.things[table][-1]
            continue
        for member, value in data.items():
            if member != "id" and value not in EMPTY and value != thing.given.get(member):
                found.unread[f"{pointer}/{write_pointer(member)}"] = value


def _mint(found: Popolo, entities: Entities) -> None:
    """Give all things their entities."""
    ids = found.ids
    names: dict[tuple[str, str], str] = {}
    for table, things in found.things.items():
        spec = read_spec()[table]
        for thing in things:
            label = next((text for member in spec["label"] if (text := write_value(thing.data.get(member)))), "")
            label = label or _describe(thing, spec, names)
            thing.entity = entities.name(spec["folder"], label or thing.id, _find_item(thing), thing.pointer)
            if thing.id and (table, thing.id) in ids:
                found.complain(thing.pointer, f"the id {quote(thing.id)} stands twice in {table}", "id", thing.id)
            ids[table, thing.id], names[table, thing.id] = thing.entity, label


def _describe(thing: Thing, spec: Mapping[str, Any], names: Mapping[tuple[str, str], str]) -> str:
    """A name of the things that it brings together: who is what since when."""
    parts = []
    for member in ("person_id", "member_id", "post_id", "organization_id"):
        if reference := spec.get("references", {}).get(member):
            key = write_value(thing.data.get(member))
            parts.append(next((name for table in list_targets(reference).values() if (name := names.get((table, key)))), ""))
    return " ".join(
        part for part in (*parts[:3], (read_date(write_value(thing.data.get("start_date"))) or "")[:4]) if write_slug(part)
    )


def _find_item(thing: Thing) -> str:
    """Wikidata's number of a thing, if its identifiers have one."""
    return next((item for _, item in iter_items(thing.data.get("identifiers"))), "")
