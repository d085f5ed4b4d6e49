"""The folder of dumps: which files there are and what they are called."""

from __future__ import annotations

import shutil
from pathlib import Path

from kzlod.dataset import Dataset
from kzlod.dumps.jsonld import write_jsonld
from kzlod.dumps.lines import write_nquads, write_ntriples
from kzlod.dumps.turtle import write_turtle
from kzlod.project import QUADS, TRIPLES


def write_dumps(dataset: Dataset, folder: Path, context: Path) -> list[Path]:
    """Write every dump of a dataset.

    ``kzlod.nt``, ``kzlod.ttl`` and ``kzlod.jsonld`` hold the merged graph; ``kzlod.nq`` and ``kzlod.trig`` hold it as their default
    graph, and the named graphs beside it. All are UTF-8 with LF, and the same rows give the same bytes whatever their order.

    Args:
        dataset: after ``merge_accepted``.
        folder: an existing folder; files of these names are overwritten.
        context: the JSON-LD context, which is embedded in ``kzlod.jsonld`` and copied beside it as ``context.jsonld``.

    Returns:
        The files written, sorted by name.

    Raises:
        ConfigurationError: the context cannot say what the dataset holds (see ``load_context`` and ``write_jsonld``).
    """
    published = folder / "context.jsonld"
    lines = folder / TRIPLES, folder / QUADS
    turtle = folder / "kzlod.ttl", folder / "kzlod.trig"
    jsonld = folder / "kzlod.jsonld"
    write_jsonld(dataset, jsonld, context)
    shutil.copyfile(context, published)
    write_ntriples(dataset, lines[0])
    write_nquads(dataset, lines[1])
    write_turtle(dataset, *turtle)
    return sorted([published, jsonld, *lines, *turtle])
