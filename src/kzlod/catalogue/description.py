"""The description of a dataset: fills the tables of the catalogue, and maps them by the YARRRML files beside this module."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Final
from urllib.parse import quote as quote_path

from kzlod import __version__
from kzlod.catalogue.figures import Row, count_figures
from kzlod.dataset import Dataset
from kzlod.dumps import NamedQuery
from kzlod.dumps.context import load_context
from kzlod.errors import ConfigurationError, Problem, quote
from kzlod.facts.tables import Table
from kzlod.mapping.engine import bind_tables, define_functions, fill_quads
from kzlod.mapping.yarrrml.reader import load_mapping
from kzlod.project import CONFIGURATION, Project
from kzlod.resources import read_rows

FOLDER: Final = Path(str(resources.files("kzlod.catalogue").joinpath("")))
CONTEXT: Final = FOLDER / "context.jsonld"
SCHEMA_MAPPING: Final = "kzlod/catalogue/schema.yml"
_MAPPINGS: Final = ("dcat", "void", "prov", "schema")
_CODES: Final = ("formats", "languages", "licences", "publisher_kinds", "standards", "themes")
_MEDIA_TYPES: Final = {".csv": ("text/csv", "CSV"), ".tsv": ("text/tab-separated-values", "TSV")}
_INPUTS: Final = (
    "facts/tables.json",
    "facts/*/tables.json",
    "mappings/*.yml",
    "ontology/*",
    "shapes/*.ttl",
    "queries/*.rq",
    CONFIGURATION,
)


@dataclass(frozen=True)
class Release:
    """A version of the dataset.

    Args:
        version: its name, such as ``1.2.0``.
        previous: the IRI of the version before it, or "".
    """

    version: str
    previous: str = ""


def check_publication(project: Project) -> None:
    """Check what only the catalogue can: that codes of kzlod.toml are in its tables.

    Raises:
        ConfigurationError: with each unknown code.
    """
    given = [("theme", "themes", code) for code in project.publication.themes]
    if project.publication.publisher_kind:
        given.append(("kind of publisher", "publisher_kinds", project.publication.publisher_kind))
    problems = []
    for what, table, code in given:
        known = [row["code"] for row in read_rows("kzlod.catalogue", f"{table}.csv")]
        if code not in known:
            message = f"{quote(code)} is no {what}; there are {', '.join(known)}"
            problems.append(Problem(project.show(project.folder / CONFIGURATION), None, None, message, "setting", code))
    if problems:
        raise ConfigurationError(problems)


def describe_dataset(
    dataset: Dataset,
    folder: Path,
    tables: Iterable[Table],
    queries: Iterable[NamedQuery],
    release: Release | None = None,
) -> Dataset:
    """Describe a dataset and the files that were made of it.

    Args:
        dataset: after ``merge_accepted``.
        folder: of the files; those that ``formats.csv`` names are described with size and hash.
        tables: the facts tables.
        queries: the query catalogue.
        release: the version that the files are; None between versions.

    Returns:
        A dataset whose relation ``triples`` is the catalogue; ``quads`` says which mapping made each of them.
    """
    project = replace(dataset.project, prefixes=load_context(CONTEXT, CONTEXT.name).prefixes, nested=())
    catalogue = Dataset(project)
    define_functions(catalogue)
    tables = tuple(tables)
    rows: dict[str, list[Row]] = {
        "settings": [_list_settings(dataset.project, release or Release(""))],
        "texts": list(_iter_texts(dataset.project)),
        "chosen_themes": [(code,) for code in dataset.project.publication.themes],
        "files": list(_iter_files(folder)),
        "tables": list(_iter_tables(dataset.project, tables)),
        "inputs": list(_iter_inputs(dataset.project, tables)),
        "queries": [(query.name, query.title, query.description, query.form.capitalize()) for query in queries],
        **count_figures(dataset, [row["predicate"] for row in read_rows("kzlod.catalogue", "links.csv")]),
    }
    _fill_tables(catalogue, rows)
    known = {FOLDER / f"{name}.csv": ("main", name) for name in (*rows, *_CODES)}
    for name in _MAPPINGS:
        plan = load_mapping(FOLDER / f"{name}.yml", f"kzlod/catalogue/{name}.yml", project.base)
        fill_quads(catalogue, bind_tables(catalogue, plan, known))
    catalogue.connection.execute("CREATE TABLE triples AS SELECT DISTINCT subject, predicate, object FROM quads")
    return catalogue


def _fill_tables(catalogue: Dataset, rows: Mapping[str, list[Row]]) -> None:
    catalogue.connection.execute((FOLDER / "tables.sql").read_text(encoding="utf-8"))
    for name, values in rows.items():
        if values:
            # A list a column: a statement for each row costs half a millisecond.
            columns = [[None if cell in ("", None) else str(cell) for cell in column] for column in zip(*values, strict=True)]
            cells = ", ".join("unnest(?::VARCHAR[])" for _ in columns)
            catalogue.connection.execute(f"INSERT INTO {name} SELECT {cells}", columns)
    for name in _CODES:
        query = f"CREATE TABLE {name} AS FROM read_csv($path, all_varchar = true, header = true)"
        catalogue.connection.execute(query, {"path": str(FOLDER / f"{name}.csv")})


def _list_settings(project: Project, release: Release) -> Row:
    said = project.publication
    place: Row = (said.place.iri, *said.place.box, *said.place.centre) if said.place else ("",) * 7
    return (
        *(project.base, project.as_of.isoformat(), said.issued.isoformat(), project.licence),
        *(release.version, release.previous, __version__),
        *(said.publisher, said.publisher_kind, said.contact, said.contact_url),
        *place,
    )


def _iter_texts(project: Project) -> Iterator[Row]:
    said = project.publication
    texts: Mapping[str, Mapping[str, str]] = {
        "title": project.title,
        "description": project.description,
        "place": said.place.name if said.place else {},
    }
    for kind, by_tag in texts.items():
        yield from ((kind, tag, text) for tag, text in by_tag.items())
    yield from (("keyword", tag, text) for tag, words in said.keywords.items() for text in words)


def _iter_files(folder: Path) -> Iterator[Row]:
    paths = [folder / row["file"] for row in read_rows("kzlod.catalogue", "formats.csv")]
    yield from ((path.name, *_measure(path)) for path in paths if path.exists())


def _iter_tables(project: Project, tables: Iterable[Table]) -> Iterator[Row]:
    for table in tables:
        size, sha256 = _measure(table.path)
        yield (
            _name_table(table),
            quote_path(project.show(table.path)),
            table.title,
            *_MEDIA_TYPES[table.path.suffix],
            size,
            sha256,
        )


def _iter_inputs(project: Project, tables: Iterable[Table]) -> Iterator[Row]:
    for table in tables:
        yield (_name_table(table), project.show(table.path), _measure(table.path)[1])
    for pattern in _INPUTS:
        for path in sorted(project.folder.glob(pattern)):
            if not path.is_file() or path.name.startswith("."):
                continue
            file = project.show(path)
            yield (f"catalogue#{quote_path(file)}", file, _measure(path)[1])


def _name_table(table: Table) -> str:
    # As the evidence names a table whose rows are cited.
    return f"table/{quote_path(table.source, safe='')}/{quote_path(table.name, safe='')}"


def _measure(path: Path) -> tuple[int, str]:
    """The size in bytes and the SHA-256 of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return path.stat().st_size, digest
