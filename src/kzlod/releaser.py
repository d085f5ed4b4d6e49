"""The release: knows the order of its stages.

build -> what has changed since the last release -> no IRI is lost -> results of heavy queries -> manifest -> the folder appears
-> ``latest`` leads to it
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from kzlod import catalogue
from kzlod.build import Build, write_build
from kzlod.errors import ConfigurationError, DataError, Problem, quote
from kzlod.exchange import list_unfinished, lock_target, recover, replace_link, staged_folder
from kzlod.project import CONFIGURATION, QUADS, Project
from kzlod.queries.catalogue import load_catalogue
from kzlod.queries.frozen import FROZEN, freeze_results
from kzlod.releases.changes import Changes, list_changes
from kzlod.releases.difference import iter_changes
from kzlod.releases.dumps import open_dump
from kzlod.releases.folder import (
    CHANGES,
    LATEST,
    MANIFEST,
    PATCH,
    Release,
    check_name,
    check_release,
    check_successor,
    is_version,
    list_releases,
    write_manifest,
)
from kzlod.releases.names import find_broken
from kzlod.releases.patch import write_patch
from kzlod.releases.report import write_text
from kzlod.summary import Summary


@dataclass(frozen=True)
class Released:
    """What a release is made of.

    Args:
        release: the new one.
        previous: the one before, or None.
        made: the build in it.
        changes: what differs from the one before, or None where there is none.
    """

    release: Release
    previous: Release | None
    made: Build
    changes: Changes | None


def release(
    project: Project, folder: Path, version: str, reclassified: Collection[str] = (), documents: Path | None = None
) -> Released:
    """Build a project and freeze what comes out.

    Args:
        project: what to release.
        folder: of all its releases. The new one appears in it in one step, or not at all.
        version: greater than that of the last release.
        reclassified: IRIs without the base whose classes may all be others than before.
        documents: as for ``build``.

    Raises:
        ConfigurationError: the version cannot be that of a new release, or as ``build``.
        DataError: the last release is not what it was, an IRI of it would be lost or become something else, or as ``build``.
        EngineError: as ``build``.
    """
    new = Release(folder / version, check_name(version))
    if (folder / QUADS).exists():
        message = "this is the output of a build, and the next one would remove all releases in it: name another folder"
        raise ConfigurationError([Problem(folder.as_posix(), None, None, message, "release")])
    # One at a time, because each starts from the one before.
    with lock_target(folder / LATEST):
        _finish_former(folder)
        releases = list_releases(folder)
        check_successor(new.version, releases)
        previous = releases[-1] if releases else None
        if previous:
            _check_base(project, check_release(previous)["base"])
        with staged_folder(new.folder, marker=MANIFEST) as staging:
            former = f"{project.base}releases/{previous.version.text}/" if previous else ""
            made = write_build(project, staging, documents, catalogue.Release(version, former))
            changes = _compare(project, previous, staging, reclassified) if previous else None
            freeze_results(load_catalogue(project.queries).values(), staging / QUADS, staging / FROZEN)
            write_manifest(staging, project, new.version, previous.version if previous else None, _count(made.summary))
        replace_link(folder / LATEST, version)
    files = tuple(new.folder / file.name for file in made.files)
    return Released(new, previous, replace(made, output=new.folder, files=files), changes)


def _count(summary: Summary) -> dict[str, int]:
    total = summary.total
    return {"facts": total.facts, "entities": total.entities, "triples": total.triples, "quads": summary.quads}


def _finish_former(folder: Path) -> None:
    """Do what a release that was killed has left undone."""
    latest = folder / LATEST
    if latest.exists() and not latest.is_symlink():
        message = "the link to the last release belongs here: give this another name"
        raise ConfigurationError([Problem(latest.as_posix(), None, None, message, "release")])
    for target in list_unfinished(folder):
        if is_version(target.name):
            recover(target)
    releases = list_releases(folder)
    if releases and not (latest.is_symlink() and latest.readlink() == Path(releases[-1].version.text)):
        replace_link(latest, releases[-1].version.text)


def _compare(project: Project, previous: Release, staging: Path, reclassified: Collection[str]) -> Changes:
    """Write what has changed, after the check that no IRI has in silence."""
    with open_dump(previous.folder) as old, open_dump(staging) as new:
        shown = replace(new, shown=project.show(project.facts))
        problems = list(find_broken(old, shown, project.base, reclassified))
        if problems:
            raise DataError(problems)
        with (staging / PATCH).open("wb") as file:
            file.writelines(write_patch(old, new, iter_changes(old, new)))
        changes = list_changes(old, new, staging / PATCH)
    (staging / CHANGES).write_bytes(write_text(changes).encode())
    return changes


def _check_base(project: Project, base: str) -> None:
    if project.base != base:
        message = f"the last release has the base {quote(base)}: with another one all IRIs would change"
        place = project.show(project.folder / CONFIGURATION)
        raise ConfigurationError([Problem(place, None, None, message, "base", project.base)])
