"""The build: the only module that knows the order of the stages.

facts -> check -> mapping -> quads -> validation -> dumps -> catalogue -> exchange with the former output
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Final

from kzlod.catalogue import Release, check_publication, describe_dataset, iter_nanopublications, write_catalogue
from kzlod.dataset import Dataset
from kzlod.dumps import NamedQuery, write_bundles, write_dumps
from kzlod.errors import ConfigurationError, DataError, Problem, quote
from kzlod.exchange import staged_folder
from kzlod.facts.check import check_tables
from kzlod.facts.duplicates import Candidate, find_candidates
from kzlod.facts.evidence import check_evidence
from kzlod.facts.loading import create_tables, fill_tables
from kzlod.facts.metadata import load_tables
from kzlod.facts.relations import find_strays, find_unstated, list_facts, list_passages
from kzlod.facts.tables import Table
from kzlod.facts.withdrawals import find_mentions
from kzlod.links.decisions import load_decisions
from kzlod.mapping.binding import BoundPlan
from kzlod.mapping.engine import bind_tables, define_functions, fill_quads, find_malformed, list_columns
from kzlod.mapping.output_files import check_output, stage_output
from kzlod.mapping.progress import WritingProgress
from kzlod.mapping.stream import open_output
from kzlod.mapping.yarrrml.reader import load_mapping
from kzlod.origins import trace_report
from kzlod.project import CONFIGURATION, QUADS, SITE, Project, load_project
from kzlod.queries.catalogue import load_catalogue
from kzlod.summary import Summary, summarise_dataset
from kzlod.tracing import find_row, trace_fact
from kzlod.validation.checks import check_shapes, located
from kzlod.validation.engine import validate
from kzlod.validation.engines import Engine
from kzlod.validation.engines.choice import open_engine
from kzlod.validation.report import Report, Result, Severity
from kzlod.validation.shapes import load_shapes
from kzlod.wikidata.export import Export, Options, export_statements
from kzlod.wikidata.mapping import load_wikidata_mapping
from kzlod.wikidata.snapshot import check_names

PUBLICATION_SHAPES: Final = "publication.ttl"
"""The shapes of a project that see the evidence graph as well, as the shapes of evidence do, which no project can leave out."""

WIKIDATA: Final = "wikidata.yml"
"""The mapping to Wikidata in the folder of a project's ontology."""

EVIDENCE_SHAPES: Final = Path(str(resources.files("kzlod.validation").joinpath("evidence.ttl")))
"""The shapes of the evidence graph."""


@dataclass(frozen=True)
class Build:
    """What a build made.

    Args:
        output: the folder of the dumps.
        files: the dumps in it.
        summary: what is in them.
        seconds: wall time by stage, in order.
    """

    output: Path
    files: tuple[Path, ...]
    summary: Summary
    seconds: dict[str, float]


def build(project: Project, output: Path, documents: Path | None = None) -> Build:
    """Build the dumps of a project.

    Args:
        project: what to build.
        output: the folder that is replaced in one step at the very end; until then it stays as it was.
        documents: a folder of the documents, against which the evidence is checked as well.

    Raises:
        ConfigurationError, DataError, EngineError: with every problem of the first stage that found any.
    """
    with staged_folder(output, marker=QUADS, kept=(SITE,)) as staging:
        made = write_build(project, staging, documents)
    return replace(made, output=output, files=tuple(output / file.name for file in made.files))


def write_build(project: Project, folder: Path, documents: Path | None = None, release: Release | None = None) -> Build:
    """Write what ``build`` makes into an empty folder.

    Args:
        project, documents: as ``build``.
        folder: it exists.
        release: the version that is built, for the catalogue; None for a build that has none.

    Raises:
        ConfigurationError, DataError, EngineError: as ``build``.
    """
    watch = _Stopwatch()
    check_publication(project)
    dataset = assemble(project, watch, documents)
    with watch.measure("validate"):
        validate_dataset(dataset)
    with watch.measure("write"):
        output = write_output(dataset, folder, release)
    return Build(folder, output.files, summarise_dataset(dataset), watch.seconds)


@dataclass(frozen=True)
class Inspection:
    """What a check saw.

    Args:
        rows: number of rows by table, as ``source/table``.
        candidates: entities that may be one, on which nobody has decided.
    """

    rows: dict[str, int]
    candidates: tuple[Candidate, ...]


def check(project: Project, documents: Path | None = None) -> Inspection:
    """Check the facts tables, and the evidence against a folder of documents where one is given.

    Raises:
        ConfigurationError: a tables.json is wrong.
        DataError: with every bad cell of every table.
    """
    tables = load_tables(project)
    dataset = Dataset(project)
    create_tables(dataset, tables)
    _check(dataset, tables, documents)
    rows = {f"{table.source}/{table.name}": dataset.count_rows(table.relation) for table in tables}
    return Inspection(rows, tuple(find_candidates(dataset, tables)))


def export_nanopublications(project: Project, output: Path | None, facts: Sequence[str] = ()) -> None:
    """Write the accepted facts of a project as nanopublications in TriG.

    Args:
        project: whose facts they are.
        output: the file, which appears whole or not at all, or None for standard output.
        facts: IRIs, whole or relative to the base; all accepted facts where there are none.

    Raises:
        ConfigurationError: a fact is unknown or not accepted, or the output cannot be written.
        DataError: the dataset has problems.
    """
    _refuse_own_file(project, output)
    check_output(output, "trig", [table.path for table in load_tables(project)], ())
    pieces = iter_nanopublications(assemble(project), facts)
    with stage_output(output, WritingProgress()) as staging, open_output(staging.whole, staging.compression) as file:
        file.writelines(piece.encode("utf-8") for piece in pieces)


def export_quickstatements(project: Project, options: Options, outputs: Iterable[Path] = ()) -> Export:
    """Write what a project says of things that are linked to Wikidata as commands of QuickStatements.

    Args:
        project: whose statements they are; ``ontology/wikidata.yml`` says how they are said.
        options: what is asked.
        outputs: files that are to be written, which must not be the project's own.

    Raises:
        ConfigurationError: an output is a file of the project, the mapping is wrong, or a snapshot is of no known form.
        DataError: the dataset or a snapshot has problems.
    """
    for output in outputs:
        _refuse_own_file(project, output)
    check_names(options.snapshots)
    path = project.ontology / WIKIDATA
    mapping = load_wikidata_mapping(path, project.show(path), project.prefixes.namespaces, project.base)
    return export_statements(assemble(project), mapping, options)


def _refuse_own_file(project: Project, output: Path | None) -> None:
    mappings = project.folder / "mappings"
    folders = (project.facts, mappings, project.ontology, project.queries, project.shapes, project.folder / CONFIGURATION)
    if output is not None and output.is_file() and any(output.resolve().is_relative_to(path.resolve()) for path in folders):
        message = "this is a file of the project, which would be lost: name another file"
        raise ConfigurationError([Problem(output.as_posix(), None, None, message, "output")])


def find_document(folder: Path, file: str) -> str:
    """The id of a document by the name of its file; the name without ending where no project here knows the file."""
    if not (folder / CONFIGURATION).exists():
        return Path(file).stem
    project = load_project(folder)
    tables = tuple(table for table in load_tables(project) if table.role == "documents")
    dataset = Dataset(project)
    create_tables(dataset, tables)
    fill_tables(dataset, tables)
    for table in tables:
        for (name,) in dataset.iter_rows(f"SELECT id FROM {table.relation} WHERE file = $file", {"file": file}):
            return name
    return Path(file).stem


def assemble(project: Project, watch: _Stopwatch | None = None, documents: Path | None = None) -> Dataset:
    """Make the dataset in memory: tables, named statements, evidence, merged graph.

    Raises:
        ConfigurationError: the project, a tables.json or a mapping is wrong; no row has been read by then.
        DataError: cells, evidence or terms are wrong.
    """
    watch = watch or _Stopwatch()
    with watch.measure("read mappings"):
        tables = load_tables(project)
        dataset = Dataset(project)
        create_tables(dataset, tables)
        define_functions(dataset)
        plans = _bind_plans(dataset, tables)
    with watch.measure("check facts"):
        _check(dataset, tables, documents)
    with watch.measure("map"):
        for plan in plans:
            fill_quads(dataset, plan)
        list_facts(dataset, tables)
        list_passages(dataset, tables)
        fill_quads(dataset, _bind_evidence(dataset))
        problems = [*find_unstated(dataset, tables), *find_strays(dataset), *find_mentions(dataset), *_describe_malformed(dataset)]
        if not dataset.count_rows("facts"):
            problems.append(Problem(project.show(project.facts), None, None, "there is not a single fact", "facts"))
        if problems:
            raise DataError(problems)
        dataset.merge_accepted()
    return dataset


def validate_dataset(dataset: Dataset) -> None:
    """Validate by the project's shapes: the merged graph by the class shapes, it and the evidence by the publication shapes.

    Raises:
        DataError: with every violation, each at the table row that it comes from.
    """
    files = list_shapes(dataset.project)[:-1]
    of_evidence = [EVIDENCE_SHAPES, *(path for path in files if path.name == PUBLICATION_SHAPES)]
    of_classes = [path for path in files if path.name != PUBLICATION_SHAPES]
    # First of all, because the engine starts while the statements are written.
    with open_engine() as engine:
        triples = dataset.write_triples()
        problems = _validate(dataset, engine, triples, of_classes) if of_classes else []
        problems += _validate(dataset, engine, triples + dataset.write_evidence(), of_evidence)
    if problems:
        raise DataError(problems)


@dataclass(frozen=True)
class Output:
    """What is written for others.

    Args:
        files: sorted by name.
        catalogue: what describes them, as a dataset.
    """

    files: tuple[Path, ...]
    catalogue: Dataset


def write_output(dataset: Dataset, folder: Path, release: Release | None = None) -> Output:
    """Write the dumps of a dataset, what others can reuse beside them, and the catalogue to an existing folder."""
    project = dataset.project
    queries = _list_queries(project)
    files = write_dumps(dataset, folder, project.ontology / "context.jsonld")
    files += write_bundles(folder, project.base, project.ontology, list_shapes(project), queries)
    # The last of all, because it tells of the others.
    catalogue = describe_dataset(dataset, folder, load_tables(project), queries, release)
    files += write_catalogue(catalogue, folder)
    return Output(tuple(sorted(files)), catalogue)


def list_shapes(project: Project) -> list[Path]:
    """The files of shapes that every build is checked against: the project's, and those of evidence behind them.

    Raises:
        ConfigurationError: the project has none.
    """
    files = sorted(project.shapes.glob("*.ttl"))
    if not files:
        raise ConfigurationError([Problem(project.show(project.shapes), None, None, "there are no shapes here", "project")])
    return [*files, EVIDENCE_SHAPES]


def _list_queries(project: Project) -> list[NamedQuery]:
    queries = load_catalogue(project.queries).values()
    return [NamedQuery(query.name, query.title, query.description, query.form, query.text) for query in queries]


def _validate(dataset: Dataset, engine: Engine, data: str, files: list[Path]) -> list[Problem]:
    shapes = load_shapes(files)
    check_shapes(engine, shapes)
    with located(shapes):
        report = validate(engine, data, shapes.text)
    violations = Report(tuple(result for result in report.results if result.severity is Severity.VIOLATION))
    return [problem for result in trace_report(dataset, violations).results for problem in _describe_result(result)]


def _check(dataset: Dataset, tables: tuple[Table, ...], documents: Path | None) -> None:
    problems = fill_tables(dataset, tables)
    problems += check_tables(dataset, tables)
    problems += check_evidence(dataset, tables, documents)
    if problems:
        raise DataError(problems)
    if any(table.role == "decisions" for table in tables):
        load_decisions(dataset.project)


def _bind_plans(dataset: Dataset, tables: tuple[Table, ...]) -> list[BoundPlan]:
    by_path = {table.path: (table.source, table.name) for table in tables}
    bound: list[BoundPlan] = []
    problems: list[Problem] = []
    for path in dataset.project.mapping_files():
        try:
            plan = load_mapping(path, dataset.project.show(path), dataset.project.base)
            bound.append(bind_tables(dataset, plan, by_path))
            list_columns(dataset, plan, by_path)
        except ConfigurationError as error:
            problems += error.problems
    if problems:
        raise ConfigurationError(problems)
    return bound


def _bind_evidence(dataset: Dataset) -> BoundPlan:
    path = Path(str(resources.files("kzlod.mapping").joinpath("evidence.yml")))
    plan = load_mapping(path, "kzlod/mapping/evidence.yml", dataset.project.base)
    return bind_tables(dataset, plan, {path.parent / f"{name}.csv": ("main", name) for name in ("facts", "passages", "cited_rows")})


def _describe_malformed(dataset: Dataset) -> Iterator[Problem]:
    for term, graph, rule in find_malformed(dataset):
        mapping, _, number = rule.rpartition(":")
        row = find_row(dataset, trace_fact(dataset, graph))
        file, line = (row.file, row.line) if row else (mapping, int(number))
        yield Problem(file, line, None, f"{quote(term)} is no RDF term; it is made by {rule}", "term", term)


def _describe_result(result: Result) -> Iterator[Problem]:
    message = f"{result.message}: {result.focus_node}" + (f" has {quote(result.value)}" if result.value else "")
    for origin in result.origins:
        place = origin.location
        evidence = "".join(f", {passage.document} {passage.start}-{passage.end}" for passage in origin.evidence)
        made = f" ({origin.fact}, {origin.rule}{evidence})" if origin.fact else ""
        yield Problem(place.file, place.line, place.column, f"{message}{made}", result.rule, result.value or None)
    if not result.origins:
        yield Problem(result.source_shape, None, None, message, result.rule, result.value or None)


class _Stopwatch:
    """Wall time by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def measure(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[stage] = time.perf_counter() - start
