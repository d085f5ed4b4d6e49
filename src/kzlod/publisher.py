"""Publishing a site: the only module that knows the order of its stages.

facts -> check -> mapping -> quads -> validation -> dumps -> pages
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from kzlod.build import assemble, list_shapes, validate_dataset, write_output
from kzlod.project import Project
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
    dataset = assemble(project)
    validate_dataset(dataset)
    with tempfile.TemporaryDirectory() as dumps:
        write_output(dataset, Path(dumps))
        material = Material(Path(dumps), load_shapes(list_shapes(project)), bundle)
        return write_site(dataset, folder, material, jobs, report)
