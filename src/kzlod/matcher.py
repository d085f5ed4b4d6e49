"""Matching of tables: knows the order of the stages.

table or things of the dataset -> queries -> answers -> without what was decided before -> proposals -> decisions of a person
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from kzlod.connections import Connections, Patience
from kzlod.endpoints import check_endpoint
from kzlod.errors import ConfigurationError, DataError, Problem, quote
from kzlod.exchange import lock_target
from kzlod.links.curies import Curies
from kzlod.links.decisions import FOLDER, Decision, Verdict, load_decisions
from kzlod.links.ids import Ids, read_space
from kzlod.links.imports import Form, read_import
from kzlod.links.mappings import write_mappings
from kzlod.links.review import Proposal, write_review
from kzlod.links.session import Session, open_session
from kzlod.project import Project
from kzlod.proposals.asking import Answers, Asking, Reconciler, Report, write_query
from kzlod.proposals.cache import Cache
from kzlod.proposals.manifest import Manifest, load_settings
from kzlod.proposals.proposing import LINKED, Proposing
from kzlod.proposals.remote import FAILED, RemoteService
from kzlod.proposals.subjects import Columns, Subjects, list_subjects, make_query, read_subjects
from kzlod.proposals.things import Things
from kzlod.site.terms import load_terms

WIKIDATA: Final[str] = load_settings()["default"]
"""The service that is asked where somebody wants one and names none."""

_DATASET: Final = "the dataset"


@dataclass(frozen=True)
class Options:
    """How names are matched.

    Args:
        release: the folder of a release, or of the output of a build, with the dataset.
        cache: the folder of the answers that are kept.
        service: the URL of a reconciliation service, or "" for the dataset itself.
        columns: of the table, those of ids and properties.
        type: the id of the type that candidates have, or "".
        limit: of candidates for a name.
        batch: how many names are sent at once, where the service takes as many.
        patience: how long the service is waited for.
        is_anew: whether it is asked although answers are kept.
        language: of the names of things.
    """

    release: Path
    cache: Path
    service: str = ""
    columns: Columns = field(default_factory=Columns)
    type: str = ""
    limit: int = 5
    batch: int = 10
    patience: Patience = field(default_factory=Patience)
    is_anew: bool = False
    language: str = "en"


@dataclass(frozen=True)
class Matched:
    """What came out.

    Args:
        service: what the service calls itself.
        proposals: in the order of the table; of rows for which there is none, one without a candidate.
        columns: of the table.
        rows: how many it has.
        names, asked: how many different names were wanted, and for how many of these the service was asked.
        linked: rows that were linked already, and not asked for.
        left_out: candidates that were left out, since there is a decision on them.
        errors: why the service gave no answer, by name.
    """

    service: str
    proposals: list[Proposal]
    columns: tuple[str, ...]
    rows: int
    names: int
    asked: int
    linked: int
    left_out: int
    errors: dict[str, str]


def match_table(project: Project, file: Path, column: str, options: Options, report: Report) -> Matched:
    """Propose things for the names in a column of a CSV or TSV file.

    Raises:
        ConfigurationError: an option is wrong, or there is no dataset.
        DataError: the table or a file of decisions is wrong.
        EngineError: the service fails. What it has answered by then is kept.
    """
    subjects = read_subjects(project, file, column, options.columns)
    return _match(project, subjects, options, report)


def match_things(project: Project, kind: str, options: Options, report: Report) -> Matched:
    """Propose things of a service, or look-alikes in the dataset itself, for the dataset's things of a kind.

    Raises:
        ConfigurationError, DataError, EngineError: as ``match_table``.
    """
    things = _open_things(project, options)
    subjects = list_subjects(project, things, kind, options.columns)

    def are_different(one: str, other: str) -> bool:
        return one == other or things.are_different(one, other)

    matched = _match(project, subjects, options, report, are_different)
    # What is linked already is no news; a table of somebody else's keeps all its rows.
    proposals = [each for each in matched.proposals if each.id or each.reasons != LINKED]
    return replace(matched, proposals=proposals)


def write_proposals(matched: Matched, project: Project, file: Path | None) -> bytes:
    """The proposals as SSSOM where the file ends in ``.sssom.tsv``, else as a review file in CSV.

    Raises:
        ConfigurationError: SSSOM is wanted of a table without ids.
    """
    if file is None or not file.name.endswith(".sssom.tsv"):
        return write_review(matched.proposals, matched.columns)
    accepted = load_decisions(project).sets[Verdict.ACCEPTED]
    prefixes = {**project.prefixes.namespaces, **accepted.curies.prefixes}
    return write_mappings(matched.proposals, f"{project.base}{FOLDER}/proposals", project.licence, prefixes)


@contextmanager
def review(project: Project, file: Path, release: Path, date: str = "") -> Iterator[Session]:
    """Begin or go on to decide on the proposals of a file; nobody else can decide while the block lasts.

    Raises:
        ConfigurationError, DataError: as ``open_session``; or somebody else is deciding now, or there is no dataset.
    """
    things = Things.open(release, project.base, tuple(project.title))
    with lock_target(project.facts / FOLDER):
        yield open_session(file, project.show(file), load_decisions(project), lambda each: _finish(each, project, things), date)


@dataclass(frozen=True)
class Source:
    """What is imported.

    Args:
        file: a review file, SSSOM, or a table such as OpenRefine exports.
        subject, object, judgment: the columns of a table that does not say itself what they mean.
        space: what the IRIs of bare ids elsewhere begin with, or its prefix.
        date: of decisions that have none, or "".
    """

    file: Path
    subject: str = ""
    object: str = ""
    judgment: str = ""
    space: str = ""
    date: str = ""


@dataclass(frozen=True)
class Imported:
    """What came in: how many decisions are new by their kind, how many were known, and rows on which nobody has decided."""

    new: Mapping[Verdict, int]
    known: int
    undecided: int


def import_decisions(project: Project, source: Source, release: Path) -> Imported:
    """Take up decisions, all of them or none.

    Raises:
        ConfigurationError, DataError: as ``read_import``; and where decisions contradict each other or earlier ones, or are about
            what the dataset does not have.
    """
    prefixes = project.prefixes.namespaces
    curies, space = Curies(prefixes), read_space(source.space, prefixes)
    ids = (Ids(curies, project.base), Ids(curies, space))
    form = Form(project.base, *ids, source.subject, source.object, source.judgment, source.date)
    found = read_import(source.file, project.show(source.file), form)
    things = Things.open(release, project.base, tuple(project.title))
    with lock_target(project.facts / FOLDER):
        decisions = load_decisions(project)
        before = {verdict: decisions.count(verdict) for verdict in Verdict}
        finished: list[Decision] = []
        problems: list[Problem] = []
        for decision in found.decisions:
            try:
                finished.append(_finish(decision, project, things))
            except DataError as error:
                problems += error.problems
        if problems:
            raise DataError(problems)
        new = decisions.add(finished)
        decisions.save()
    counts = {verdict: decisions.count(verdict) - before[verdict] for verdict in Verdict}
    return Imported(counts, len(finished) - new, found.undecided)


def export_sssom(project: Project) -> bytes:
    """The accepted links of a project, with their metadata.

    Raises:
        ConfigurationError, DataError: the files of decisions are wrong.
    """
    return load_decisions(project).sets[Verdict.ACCEPTED].write()


def _match(
    project: Project,
    subjects: Subjects,
    options: Options,
    report: Report,
    are_different: Callable[[str, str], bool] | None = None,
) -> Matched:
    """Match rows, which are the dataset's own things where it is known which of them are different."""
    decisions = load_decisions(project)
    with ExitStack() as stack:
        service, manifest = _open_service(project, options, stack)
        is_own = not options.service and are_different is None
        proposing = Proposing(decisions, manifest, Answers(), options.limit, is_own, are_different or (lambda *_: False))
        linked = {each.number for each in subjects.rows if proposing.is_linked(each)}
        queries = {
            each.number: make_query(each, options.columns, options.limit, options.type)
            for each in subjects.rows
            if each.value and each.number not in linked
        }
        cache = stack.enter_context(Cache(options.cache)) if options.service else None
        asking = Asking(service, options.service, cache, min(options.batch, manifest.batch), options.is_anew)
        proposing.answers = answers = asking.ask(queries.values(), report)
    texts = {number: write_query(query) for number, query in queries.items()}
    proposals = [each for subject in subjects.rows for each in proposing.propose(subject, texts.get(subject.number, ""))]
    return Matched(
        service=manifest.name,
        proposals=proposals,
        columns=subjects.columns,
        rows=len(subjects.rows),
        names=len(set(texts.values())),
        asked=answers.asked,
        linked=len(linked),
        left_out=proposing.left_out,
        errors={str(queries[number]["query"]): answers.errors[text] for number, text in texts.items() if text in answers.errors},
    )


def _open_service(project: Project, options: Options, stack: ExitStack) -> tuple[Reconciler, Manifest]:
    if options.service:
        url = check_endpoint(options.service, "--service")
        # It gets no credentials: those of the environment are for SPARQL stores.
        remote = RemoteService(stack.enter_context(Connections(None, options.patience, (FAILED,))), url)
        return remote, remote.manifest
    try:
        from kzlod.reconciliation.service import Service  # noqa: PLC0415 - matching of names is an extra
    except ImportError as error:
        message = f"matching with the dataset needs {error.name}: pip install 'kzlod[match]'"
        raise ConfigurationError([Problem("--service", None, None, message, "extra")]) from None
    tags = tuple(project.title)
    labels = load_terms(project.ontology, tags, project.prefixes).texts
    local = Service(_open_things(project, options).store, project.base, tags, project.prefixes, labels)
    _check_terms(local.find_unknown([options.type] if options.type else [], [id_ for id_, _ in options.columns.properties]))
    return local, Manifest("", _DATASET, project.base, project.base + "{{id}}", options.batch)


def _check_terms(unknown: Mapping[str, str]) -> None:
    """Raise where a name of a type or a property says nothing: no row would be compared by it."""
    problems = [
        Problem(
            f"--{kind}", None, None, f"the dataset has no {kind} {quote(name)}: /reconcile/documentation lists them", kind, name
        )
        for name, kind in unknown.items()
    ]
    if problems:
        raise ConfigurationError(problems)


def _open_things(project: Project, options: Options) -> Things:
    return Things.open(options.release, project.base, list(dict.fromkeys([options.language, *project.title])))


def _finish(decision: Decision, project: Project, things: Things) -> Decision:
    """The decision with the dataset's name of its subject.

    Raises:
        DataError: the dataset does not have it, or both things are the dataset's.
    """
    place = decision.source.file, decision.source.line, None
    if decision.object.startswith(project.base):
        message = f"{quote(decision.object)} is of the dataset, too: that is said in facts/identities.csv and facts/lookalikes.csv"
        raise DataError([Problem(*place, message, "object", decision.object)])
    name = things.find_name(decision.subject) if decision.subject.startswith(project.base) else ""
    if not name:
        message = f"the dataset has no thing {quote(decision.subject)}, or has replaced it: a link starts from one that it has"
        raise DataError([Problem(*place, message, "subject", decision.subject)])
    return replace(decision, subject_label=name)
