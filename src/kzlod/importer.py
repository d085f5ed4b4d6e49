"""Imports and new projects: the order of their stages.

files of others -> a source of facts -> a project folder beside the one that is wanted -> check, mapping, validation -> its place
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from kzlod.build import assemble, validate_dataset
from kzlod.dataset import Dataset
from kzlod.errors import ConfigurationError, DataError, Problem, quote
from kzlod.exchange import replace_file, staged_folder
from kzlod.facts.metadata import METADATA, TAKEN
from kzlod.facts.tables import PROJECT
from kzlod.imports.entities import Entities
from kzlod.imports.settings import add_source
from kzlod.imports.slugs import Slugs, write_slug
from kzlod.imports.source import ENTITY_FORMAT, Source
from kzlod.imports.writing import write_examples, write_mapping, write_shapes, write_tables, write_terms
from kzlod.project import CONFIGURATION, UNFINISHED, load_project
from kzlod.starting.folder import Beginning, write_project
from kzlod.terms import SCHEMA, SKOS, WIKIDATA

_PARTS: Final = ("facts", "mappings", "ontology", "shapes", "queries")

Read = Callable[[str, Entities], Source]
"""Makes a source of a name, given the things that are known already."""


def create_project(target: Path, beginning: Beginning) -> None:
    """Make a project folder with an example, which is there whole or not at all.

    Raises:
        ConfigurationError: there is something already, or a setting is wrong.
    """
    with _staged_project(target) as folder:
        write_project(folder, beginning, is_example=True)
        validate_dataset(assemble(load_project(folder), documents=folder / "documents"))


def create_project_of(target: Path, beginning: Beginning, read: Read) -> Source:
    """Make a project folder of what an import reads.

    Raises:
        ConfigurationError: as ``create_project``.
        DataError: what is read has problems, each at its place there.
    """
    with _staged_project(target) as folder:
        source = read(beginning.source, Entities())
        text, entity = _find_example(source)
        write_project(folder, replace(beginning, entity=entity, text=text), is_example=False)
        _write_source(source, folder, beginning.base)
        _write_shapes(source, folder, beginning.base)
        with _placed(source):
            validate_dataset(assemble(load_project(folder)))
    return source


def import_source(folder: Path, name: str, read: Read, *, is_draft: bool = False) -> Source:
    """Add what an import reads to a project, as a source of its own.

    All of it is tried in a copy of the project first. The files come before ``kzlod.toml`` names the source; what a killed
    import has left is removed by the next one. A draft is written though the project's shapes refuse it, to be worked on.

    Raises:
        ConfigurationError: the project has such a source, or a file where one of it is written, or its own problems.
        DataError: what is read, or what the project makes of it, has problems.
    """
    project = load_project(folder)
    for unfinished in project.list_unfinished():
        _remove_source(folder, unfinished)
    _check_name(folder, name, project.sources)
    source = read(name, _list_known(assemble(project)))
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary)
        for part in _PARTS:
            if (folder / part).is_dir():
                shutil.copytree(folder / part, copy / part)
        shutil.copy(folder / CONFIGURATION, copy)
        _write_source(source, copy, project.base)
        _add_source(copy, name)
        with _placed(source):
            dataset = assemble(load_project(copy))
            if not is_draft:
                validate_dataset(dataset)
        _apply(source, copy, folder)
    return source


def name_source(file: Path) -> str:
    """The name of a source of a file, in letters that every system has."""
    name = re.sub("[^a-z0-9]+", "-", write_slug(file.resolve().stem)).strip("-")
    return f"{name}-table".lstrip("-") if not name or name in (*TAKEN, PROJECT) else name


def _find_example(source: Source) -> tuple[str, str]:
    """What the examples of queries look for: a word of a name, and the thing that has it; or a thing, where none has a name."""
    pairs = ((row, *pair) for table in source.tables for row in table.rows for pair in table.names)
    named = ((row.get(name, ""), row.get(entity, "")) for row, name, entity in pairs)
    for name, entity in named:
        if entity and (word := re.search(r"[^\W\d_]{2,}", name)):
            return word[0], entity
    row = next(table.rows[0] for table in source.tables if table.rows)
    entity = next(value for value in row.values() if re.fullmatch(ENTITY_FORMAT, value))
    return entity.rpartition("/")[2], entity


def _apply(source: Source, copy: Path, folder: Path) -> None:
    target = folder / "facts" / source.name
    with staged_folder(target, marker=METADATA) as staging:
        shutil.copytree(copy / "facts" / source.name, staging, dirs_exist_ok=True)
        (staging / UNFINISHED).touch()
    for part in (*_list_files(source.name), CONFIGURATION):
        if (copy / part).is_file():
            (folder / part).parent.mkdir(exist_ok=True)
            replace_file(folder / part, (copy / part).read_bytes())
    (target / UNFINISHED).unlink()


def _list_files(name: str) -> tuple[str, str]:
    """The files of a source beside its folder of facts."""
    return f"ontology/{name}.ttl", f"mappings/{name}.yml"


def _remove_source(folder: Path, name: str) -> None:
    for part in _list_files(name):
        (folder / part).unlink(missing_ok=True)
    # The mark goes last, for this may be killed, too.
    facts = folder / "facts" / name
    for path in sorted(facts.iterdir(), key=lambda path: path.name == UNFINISHED):
        path.unlink()
    facts.rmdir()


def _check_name(folder: Path, name: str, sources: Sequence[str]) -> None:
    message = ""
    there = [part for part in (f"facts/{name}", *_list_files(name)) if (folder / part).exists()]
    if not re.fullmatch("[A-Za-z0-9][A-Za-z0-9_-]*", name):
        message = f"{quote(name)} is no name of a source: it takes letters, digits, - and _"
    elif name in sources:
        message = f"the project has a source {quote(name)}: name another one with --source"
    elif there:
        message = f"{' and '.join(there)} would be replaced: name another source with --source"
    if message:
        raise ConfigurationError([Problem((folder / CONFIGURATION).as_posix(), None, None, message, "source", name)])


def _list_known(dataset: Dataset) -> Entities:
    """The things of a project: by their items of Wikidata, and the names of all, which are taken."""
    base = dataset.project.base
    same = [f"<{SCHEMA}sameAs>", f"<{SKOS}exactMatch>"]
    query = """
        SELECT min(subject), object FROM quads
        WHERE predicate IN (SELECT unnest($same)) AND starts_with(object, $items) AND starts_with(subject, $base) GROUP BY object"""
    found = dataset.iter_rows(query, {"same": same, "items": f"<{WIKIDATA}Q", "base": f"<{base}"})
    known = {object_.removeprefix(f"<{WIKIDATA}")[:-1]: subject[len(base) + 1 : -1] for subject, object_ in found}
    subjects = dataset.iter_rows("SELECT DISTINCT subject FROM quads WHERE starts_with(subject, $base)", {"base": f"<{base}"})
    return Entities(known, Slugs(frozenset(subject[len(base) + 1 : -1] for (subject,) in subjects)))


@contextmanager
def _staged_project(target: Path) -> Iterator[Path]:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        message = "there is something here already: name a folder that does not exist or is empty"
        raise ConfigurationError([Problem(target.as_posix(), None, None, message, "target", target.as_posix())])
    # No folder that holds anything is ever replaced: none has a file of no name.
    with staged_folder(target, marker="") as folder:
        yield folder


def _write_source(source: Source, folder: Path, base: str) -> None:
    facts = folder / "facts" / source.name
    shutil.rmtree(facts, ignore_errors=True)
    facts.mkdir(parents=True)
    write_tables(source, facts)
    texts = {f"mappings/{source.name}.yml": write_mapping(source, base)}
    if source.terms:
        texts[f"ontology/{source.name}.ttl"] = write_terms(source, base)
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def _write_shapes(source: Source, folder: Path, base: str) -> None:
    passing, failing = write_examples(source, base)
    tests = folder / "shapes" / "tests"
    tests.mkdir(parents=True)
    texts = {f"{source.name}.ttl": write_shapes(source, base), "tests/pass.ttl": passing, "tests/fail.ttl": failing}
    for name, text in texts.items():
        (folder / "shapes" / name).write_text(text, encoding="utf-8", newline="\n")


def _add_source(folder: Path, name: str) -> None:
    path = folder / CONFIGURATION
    text = add_source(path.read_text(encoding="utf-8"), name)
    if text is None:
        message = f"sources is written in a way that is not understood here: write it as a list, with {quote(name)} in it"
        raise ConfigurationError([Problem(path.as_posix(), None, None, message, "setting")])
    path.write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def _placed(source: Source) -> Iterator[None]:
    """Tell problems of the tables that were written as problems of the files that they come from."""
    try:
        yield
    except (DataError, ConfigurationError) as error:
        places = _list_places(source)
        raise type(error)(_place(problem, places) for problem in error.problems) from None


def _list_places(source: Source) -> Mapping[tuple[str, int], tuple[str, int | None]]:
    places = {}
    for table in source.tables:
        written = 2
        for row, place in zip(table.rows, table.places, strict=True):
            places[f"facts/{source.name}/{table.name}.csv", written] = place
            written += 1 + sum(value.count("\n") for value in row.values())
    return places


def _place(problem: Problem, places: Mapping[tuple[str, int], tuple[str, int | None]]) -> Problem:
    found = places.get((problem.file, problem.line or 0))
    return replace(problem, file=found[0], line=found[1], column=None) if found else problem
