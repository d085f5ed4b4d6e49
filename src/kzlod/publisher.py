"""Publishing a site: the only module that knows the order of its stages.

facts -> check -> mapping -> quads -> validation -> dumps -> pages
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from kzlod.build import assemble, list_shapes, validate_dataset, write_output
from kzlod.catalogue import check_publication, write_markup
from kzlod.facts.metadata import load_tables
from kzlod.project import Project
from kzlod.site.catalogue import Catalogue
from kzlod.site.site import Material, write_site
from kzlod.site.writer import Tally, check_folder
from kzlod.validation.shapes import load_shapes


def publish_site(
    project: Project,
    folder: Path,
    bundle: Path | None = None,
    jobs: int | None = None,
    report: Callable[[int, int], None] | None = None,
) -> Tally:
    """Write the site of a project, with its dumps.

    Args:
        project: what to publish.
        folder: of the site; what has not changed there is not written again.
        bundle: the folder of the query page's scripts, or None to leave it out.
        jobs: number of processes; those of the machine where it is None.
        report: is told how many pages of things are done, and of how many.

    Raises:
        ConfigurationError, DataError, EngineError: as for a build, or the folder is no site.
    """
    check_folder(folder)
    check_publication(project)
    dataset = assemble(project)
    validate_dataset(dataset)
    with tempfile.TemporaryDirectory() as dumps:
        output = write_output(dataset, Path(dumps))
        material = Material(
            dumps=Path(dumps),
            tables=_list_tables(project),
            shapes=load_shapes(list_shapes(project)),
            catalogue=Catalogue(project.base, output.catalogue.iter_triples()),
            markup=write_markup(output.catalogue),
            bundle=bundle,
        )
        return write_site(dataset, folder, material, jobs, report)


def _list_tables(project: Project) -> list[Path]:
    """The facts tables and their descriptions."""
    tables = {table.path for table in load_tables(project)}
    return sorted(tables | {path.parent / "tables.json" for path in tables})
