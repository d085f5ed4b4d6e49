"""The examination of a project: the order of what is looked at, which is the order in which to mend it.

kzlod.toml -> files -> tables and mappings -> cells and shapes -> terms, queries -> publication -> output, releases -> installation
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from kzlod.build import Build, check, list_shapes, write_build
from kzlod.doctor.findings import Finding, odd
from kzlod.doctor.results import examine_output, examine_queries, examine_releases, examine_terms, examine_things
from kzlod.doctor.settings import examine_folders, examine_installation, examine_publication
from kzlod.doctor.tables import examine_tables
from kzlod.errors import KzlodError, Problem
from kzlod.facts.metadata import load_tables
from kzlod.mapping.yarrrml.reader import load_mapping
from kzlod.project import Project, load_project
from kzlod.queries.execution import load_dump
from kzlod.validation.checks import find_unused
from kzlod.validation.shapes import load_shapes

_SHOWN: Final = 20
"""So many problems of one stage are told one by one."""


def examine(folder: Path, documents: Path | None = None) -> Iterator[Finding]:
    """Say what is missing or odd in a project.

    Args:
        folder: the project's.
        documents: a folder of its documents, against which the evidence is checked as well.

    Yields:
        What was found, in the order in which to mend it. Where a stage is wrong, what comes of it is not looked at.
    """
    try:
        project = load_project(folder)
    except KzlodError as error:
        yield from _tell(error)
        return
    missing = list(examine_folders(project))
    yield from missing
    if not any(finding.is_wrong for finding in missing):
        yield from _examine_data(project, documents)
    yield from examine_publication(project)
    yield from examine_installation()


def _examine_data(project: Project, documents: Path | None) -> Iterator[Finding]:
    try:
        tables = load_tables(project)
        plans = [load_mapping(path, project.show(path), project.base) for path in project.mapping_files()]
    except KzlodError as error:
        yield from _tell(error)
        return
    unread = list(examine_tables(project, tables, plans))
    yield from (finding for finding in unread if finding.is_wrong)
    if any(finding.is_wrong for finding in unread):
        return
    with tempfile.TemporaryDirectory() as temporary:
        try:
            made = write_build(project, Path(temporary), documents)
        except KzlodError as error:
            yield from _tell(error)
            return
        yield from unread
        yield from _examine_build(project, made)


def _examine_build(project: Project, made: Build) -> Iterator[Finding]:
    candidates = check(project).candidates
    if candidates:
        what = "1 pair of things may be one" if len(candidates) == 1 else f"{len(candidates)} pairs of things may be one"
        yield odd("facts", f"{what}, on which nobody has decided: kzlod check lists them", "identity")
    with suppress(KzlodError):
        shapes = load_shapes(list_shapes(project)[:-1])
        data = (made.output / "kzlod.nt").read_text(encoding="utf-8")
        for problem in find_unused(shapes, data):
            yield Finding(Problem(problem.file, problem.line, None, _bare(problem.message), problem.rule), is_wrong=False)
    store = load_dump(made.output / "kzlod.nq")
    yield from examine_things(project, store)
    yield from examine_terms(project, store)
    yield from examine_queries(project, store)
    yield from examine_output(project, made.output, project.folder / "output")
    yield from examine_releases(project, made.output)


def _bare(message: str) -> str:
    return message.removeprefix("warning: ")


def _tell(error: KzlodError) -> Iterator[Finding]:
    for problem in error.problems[:_SHOWN]:
        yield Finding(problem, is_wrong=True)
    if len(error.problems) > _SHOWN:
        message = f"and {len(error.problems) - _SHOWN} more of this stage: kzlod build tells all"
        yield Finding(Problem(error.problems[-1].file, None, None, message, "more"), is_wrong=True)
