"""The whole site: knows which pages there are and in which order they are made."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import chain
from pathlib import Path
from typing import Final

from kzlod.dataset import Dataset
from kzlod.project import Project
from kzlod.queries.catalogue import load_catalogue
from kzlod.releases.redirects import list_redirects
from kzlod.site.catalogue import Catalogue
from kzlod.site.crawlers import write_sitemaps
from kzlod.site.display import load_display
from kzlod.site.languages import FALLBACK
from kzlod.site.pages.catalogue import render_catalogue
from kzlod.site.pages.documents import render_documents
from kzlod.site.pages.events import render_events
from kzlod.site.pages.folders import list_folders, render_folders
from kzlod.site.pages.general import render_general
from kzlod.site.pages.index import render_search
from kzlod.site.pages.map import load_land, render_map
from kzlod.site.pages.ontology import render_ontology
from kzlod.site.pages.organizations import render_organizations
from kzlod.site.pages.quality import render_quality
from kzlod.site.pages.queries import render_queries, render_query_page
from kzlod.site.pages.shapes import count_shapes, render_shapes
from kzlod.site.paths import Paths, find_paths
from kzlod.site.reading import Reader
from kzlod.site.redirects import write_rules
from kzlod.site.relations import create_relations
from kzlod.site.rendering import File, Renderer
from kzlod.site.settings import Settings
from kzlod.site.terms import load_terms
from kzlod.site.workers import write_batches
from kzlod.site.writer import Manifest, Tally, check_folder, copy_files, write_files
from kzlod.validation.shapes import Shapes

_BATCH: Final = 200
_MENU: Final = (
    ("browse", "browse"),
    ("events_page", "events"),
    ("organizations_page", "organizations"),
    ("map_page", "map"),
    ("ontology", "ns"),
    ("shapes", "shapes"),
    ("queries", "queries"),
    ("sparql", "sparql"),
    ("quality", "quality"),
    ("catalogue", "catalogue"),
)
_SECTIONS: Final = {"events": "dated", "organizations": "parents", "map": "placed"}
"""The queries of the sections that a site has only where there is something in them."""
_FEW: Final = 500
"""So many nodes are rendered before other processes have started."""


@dataclass(frozen=True)
class Material:
    """What a site is made of beside the dataset.

    Args:
        dumps: the folder of files that it offers for download.
        tables: the files of the facts tables, which it offers as well.
        shapes: to which the dataset conforms.
        catalogue: what describes the dataset.
        markup: the same in schema.org's terms, as JSON-LD.
        bundle: the folder of the query page's scripts and of the coastline, or None where they are left out.
    """

    dumps: Path
    tables: Sequence[Path]
    shapes: Shapes
    catalogue: Catalogue
    markup: str
    bundle: Path | None = None

    def list_downloads(self, project: Project) -> dict[str, Path]:
        """The files that the site offers for download, by their paths in it."""
        downloads = {f"dumps/{path.name}": path for path in sorted(self.dumps.iterdir())}
        return downloads | {f"dumps/{project.show(path)}": path for path in self.tables}


def write_site(
    dataset: Dataset, folder: Path, material: Material, jobs: int | None = None, report: Callable[[int, int], None] | None = None
) -> Tally:
    """Write the site of a dataset.

    Args:
        dataset: after ``merge_accepted``.
        folder: of the site; what has not changed in it is not written again, what is no longer part of it is removed.
        material: what else there is to show.
        jobs: number of processes; those of the machine where it is None.
        report: is told how many of all pages of things are done.

    Raises:
        ConfigurationError: the folder is somebody's own.
    """
    check_folder(folder)
    languages = tuple(dataset.project.title) or (FALLBACK,)
    create_relations(dataset, load_display(), languages)
    reader = Reader(dataset, len(languages))
    settings = _make_settings(reader, languages, material)
    total = dataset.count_rows("site_pages.nodes")
    manifest = Manifest(folder)
    manifest.add(*copy_files(material.list_downloads(dataset.project), folder))
    renderer = Renderer(settings)
    manifest.add(*write_files(folder, _iter_pages(reader, renderer, material)))
    jobs = 1 if total < _FEW else jobs or os.cpu_count() or 1
    done = 0
    if report:
        report(done, total)
    for paths, written in write_batches(settings, folder, reader.iter_batches(_BATCH), jobs):
        manifest.add(paths, written)
        done += _BATCH
        if report:
            report(min(done, total), total)
    return manifest.finish()


def _make_settings(reader: Reader, languages: tuple[str, ...], material: Material) -> Settings:
    dataset, project = reader.dataset, reader.dataset.project
    return Settings(
        base=project.base,
        url=project.publication.site or project.base,
        title=dict(project.title) or {FALLBACK: project.base},
        description=project.description,
        licence=project.licence,
        as_of=project.as_of.isoformat(),
        languages=languages,
        paths=_fill_paths(dataset),
        terms=load_terms(project.ontology, languages, project.prefixes),
        prefixes=project.prefixes,
        kinds=tuple(row[0] for row in dataset.iter_rows("SELECT DISTINCT class FROM site_pages.chief_classes ORDER BY class")),
        documents=frozenset(row[0] for row in reader.query("cover")),
        has_query_page=material.bundle is not None,
        menu=tuple((name, path) for name, path in _MENU if path not in _SECTIONS or _has_rows(reader, path)),
    )


def _iter_pages(reader: Reader, renderer: Renderer, material: Material) -> Iterator[File]:
    project = reader.dataset.project
    queries = list(load_catalogue(project.queries).values())
    folders = list_folders(reader, renderer)
    yield from render_folders(reader, renderer, folders, material.catalogue)
    yield from render_general(renderer, folders, material.catalogue, material.markup)
    yield from render_catalogue(renderer, material.catalogue, material.list_downloads(project))
    yield from render_queries(renderer, queries)
    yield from render_documents(reader, renderer)
    yield from render_events(reader, renderer)
    yield from render_organizations(reader, renderer)
    yield from render_ontology(reader, renderer, project.ontology, material.catalogue)
    yield from render_map(reader, renderer, load_land(material.bundle))
    yield from render_shapes(renderer, material.shapes)
    yield from render_quality(reader, renderer, material.catalogue, count_shapes(material.shapes))
    pages = ["index", *(path for _, path in renderer.settings.menu), "search"]
    yield from render_search(reader, renderer)
    if material.bundle:
        yield from render_query_page(project, queries, material.bundle, material.dumps)
    yield from write_rules(renderer.settings, list_redirects(reader.dataset.iter_triples(), project.base))
    paths = (row[0] for row in reader.dataset.iter_rows("SELECT path FROM site_pages.paths ORDER BY path"))
    yield from write_sitemaps(renderer.settings, chain(pages, (f"query/{query.name}" for query in queries), paths))
    for asset in sorted(resources.files("kzlod.site").joinpath("assets").iterdir(), key=lambda entry: entry.name):
        yield File(f"assets/{asset.name}", asset.read_text(encoding="utf-8"))


def _has_rows(reader: Reader, path: str) -> bool:
    return next(reader.query(_SECTIONS[path]), None) is not None


def _fill_paths(dataset: Dataset) -> Paths:
    """Find the path of each page, and make the table ``paths`` of them."""
    iris = [row[0] for row in dataset.iter_rows("SELECT iri FROM site_pages.nodes ORDER BY iri")]
    paths = find_paths(dataset.project.base, (iri[1:-1] for iri in iris))
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", suffix=".csv") as file:
        writer = csv.writer(file)
        for iri in iris:
            path = paths.find_path(iri[1:-1])
            writer.writerow((iri, path, path.rpartition("/")[0]))
        file.flush()
        dataset.connection.execute(
            "CREATE OR REPLACE TABLE site_pages.paths AS FROM read_csv($file, header = false, all_varchar = true, quote = '\"', "
            "escape = '\"', delim = ',', names = ['iri', 'path', 'folder'])",
            {"file": file.name},
        )
    return paths
