"""``kzlod match``."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NoReturn, TypedDict, Unpack

import click

from kzlod.cli import check_output, project_option, write_out
from kzlod.cli.progress import show_line
from kzlod.cli.reviewing import review_proposals
from kzlod.connections import Patience
from kzlod.errors import ConfigurationError, EngineError, Problem, escape_controls, quote
from kzlod.exchange import replace_file
from kzlod.matcher import WIKIDATA, Imported, Matched, Options, Source, import_decisions, match_table, match_things, write_proposals
from kzlod.project import Project, load_project
from kzlod.proposals.subjects import Columns

_CACHE: Final = "match"


class _Settings(TypedDict):
    """The options of the call."""

    file: Path | None
    column: str
    entities: str
    review: Path | None
    imported: Path | None
    output: Path | None
    service: str | None
    type_: str
    properties: tuple[str, ...]
    ids: str
    space: str
    subject: str
    object_: str
    judgment: str
    limit: int
    batch: int
    language: str
    date: datetime.datetime | None
    release: Path | None
    cache: Path
    refresh: bool
    timeout: float
    retries: int
    folder: Path


@click.command("match")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--column", default="", metavar="NAME", help="The column of FILE with the names.")
@click.option(
    "--entities", default="", metavar="KIND", help="Match the dataset's own things of a kind, such as person, not a FILE."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The review file: CSV, or SSSOM where it ends in .sssom.tsv.  [default: CSV on standard output]",
)
@click.option(
    "--service",
    is_flag=False,
    flag_value=WIKIDATA,
    metavar="[URL]",
    help="A reconciliation service in place of the dataset; without URL it is Wikidata's.",
)
@click.option("--type", "type_", default="", metavar="ID", help="The type of what is meant, by its id there: Q5, schema:Person.")
@click.option("--property", "properties", multiple=True, metavar="ID=COLUMN", help="A property, and the column of its values.")
@click.option("--id", "ids", default="", metavar="COLUMN", help="The column with the rows' own ids, which links need.")
@click.option("--space", default="", metavar="PREFIX|IRI", help="What the IRIs of ids begin with.  [default: the dataset's base]")
@click.option("--limit", type=click.IntRange(1), default=Options.limit, show_default=True, help="Candidates for a name.")
@click.option("--batch", type=click.IntRange(1), default=Options.batch, show_default=True, help="Names in a request, at most.")
@click.option("--language", default=Options.language, show_default=True, metavar="TAG", help="The language of --entities' names.")
@click.option(
    "--review", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Decide on the proposals of a review file."
)
@click.option(
    "--import",
    "imported",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take up the decisions of a review file, of SSSOM, or of OpenRefine (CSV, TSV, JSON).",
)
@click.option("--subject", default="", metavar="COLUMN", help="With --import: the column with the dataset's ids.")
@click.option("--object", "object_", default="", metavar="COLUMN", help="With --import: the column with the ids elsewhere.")
@click.option("--judgment", default="", metavar="COLUMN", help="With --import: the column with OpenRefine's judgments.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="The day of the decisions, which they tell then.")
@click.option(
    "--release",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of a release, or the output of a build.  [default: output/ of the project]",
)
@click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    default=lambda: Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "kzlod",
    show_default="the user's cache",
    help="Where answers of services are kept.",
)
@click.option("--refresh", is_flag=True, help="Ask a service anew for what it has answered before.")
@click.option(
    "--timeout", type=click.FloatRange(min=0.1), default=Patience.seconds, show_default=True, help="Seconds to wait for an answer."
)
@click.option(
    "--retries",
    type=click.IntRange(0),
    default=Patience.retries,
    show_default=True,
    help="How often a busy service is asked again.",
)
@project_option
def command(**given: Unpack[_Settings]) -> None:
    """Match the names of a table with the dataset or with a reconciliation service, and keep what a person decides.

    FILE is CSV or TSV; its --column is matched, and a review file tells the candidates and why. What a service has answered is
    kept, so a run that ended early goes on where it was. --review asks in the terminal, --import takes up what was decided
    elsewhere. Decisions stand in facts/links/, accepted, rejected and unsure; what they are about is not proposed again.
    """
    modes = {"FILE": given["file"], "--entities": given["entities"], "--review": given["review"], "--import": given["imported"]}
    named = [name for name, value in modes.items() if value]
    if len(named) != 1:
        raise click.UsageError(
            f"one of FILE, --entities, --review and --import is needed{', not ' + ' and '.join(named) if named else ''}"
        )
    _refuse_idle(given, named[0])
    project = load_project(given["folder"])
    release = given["release"] or given["folder"] / "output"
    given["output"] = None if given["output"] == Path("-") else given["output"]
    date = given["date"].date().isoformat() if given["date"] else ""
    if given["review"]:
        review_proposals(project, given["review"], release, date)
    elif given["imported"]:
        names = (given["subject"], given["object_"], given["judgment"], given["space"])
        write_out(_describe_import(import_decisions(project, Source(given["imported"], *names, date), release)))
    else:
        _match(project, release, given)


def _match(project: Project, release: Path, given: _Settings) -> None:
    check_output(given["output"], [*([given["file"]] if given["file"] else []), *project.facts.rglob("*")])
    columns = Columns(tuple(map(_split_property, given["properties"])), given["ids"], given["space"])
    options = Options(
        release=release,
        cache=given["cache"] / _CACHE,
        service=given["service"] or "",
        columns=columns,
        type=given["type_"],
        limit=given["limit"],
        batch=given["batch"],
        patience=Patience(given["timeout"], given["retries"]),
        is_anew=given["refresh"],
        language=given["language"],
    )
    with show_line() as show:

        def report(done: int, total: int) -> None:
            show(f"{done:,} of {total:,} names")

        if given["file"]:
            matched = match_table(project, given["file"], given["column"], options, report)
        else:
            matched = match_things(project, given["entities"], options, report)
    content = write_proposals(matched, project, given["output"])
    if given["output"]:
        replace_file(given["output"], content)
    else:
        write_out(content)
    click.echo("".join(f"{line}\n" for line in _describe(matched)), err=True, nl=False)
    if matched.errors:
        raise EngineError(_list_failures(matched))


def _refuse_idle(given: _Settings, mode: str) -> None:
    """Refuse options that would do nothing, or are missing."""
    values: dict[str, Any] = {
        "--column": (given["column"], {"FILE"}),
        "--id": (given["ids"], {"FILE"}),
        "--space": (given["space"], {"FILE", "--import"}),
        "--output": (given["output"], {"FILE", "--entities"}),
        "--service": (given["service"], {"FILE", "--entities"}),
        "--type": (given["type_"], {"FILE", "--entities"}),
        "--property": (given["properties"], {"FILE", "--entities"}),
        "--subject": (given["subject"], {"--import"}),
        "--object": (given["object_"], {"--import"}),
        "--judgment": (given["judgment"], {"--import"}),
        "--date": (given["date"], {"--review", "--import"}),
        "--refresh": (given["refresh"], {"FILE", "--entities"}),
    }
    if idle := [name for name, (value, fitting) in values.items() if value and mode not in fitting]:
        raise click.UsageError(f"{', '.join(idle)} says nothing with {mode}")
    if mode == "FILE" and not given["column"]:
        raise click.UsageError("name the column of the names with --column")


def _split_property(text: str) -> tuple[str, str]:
    id_, equals, column = text.partition("=")
    if not (id_ and equals and column):
        _complain("--property", f"{quote(text)} is not ID=COLUMN", text)
    return id_, column


def _complain(option: str, message: str, value: str) -> NoReturn:
    raise ConfigurationError([Problem(option, None, None, message, "option", value)])


def _describe(matched: Matched) -> Iterator[str]:
    found = {proposal.row for proposal in matched.proposals if proposal.id}
    claimed = sum(proposal.is_match for proposal in matched.proposals)
    known = matched.names - matched.asked - len(matched.errors)
    yield f"service   {escape_controls(matched.service)}"
    yield f"rows      {matched.rows:,}, of which {matched.linked:,} are linked already"
    yield f"names     {matched.names:,}: {matched.asked:,} asked, {known:,} known from an earlier run"
    yield f"proposed  {sum(bool(each.id) for each in matched.proposals):,} for {len(found):,} rows, {claimed:,} claimed as matches"
    yield f"left out  {matched.left_out:,} that were decided on before, or are linked to something else"


def _list_failures(matched: Matched) -> Iterator[Problem]:
    for name, why in matched.errors.items():
        yield Problem(matched.service, None, None, f"{quote(name)}: {why}", "service", name)


def _describe_import(imported: Imported) -> str:
    new = ", ".join(f"{count:,} {verdict}" for verdict, count in imported.new.items())
    return f"new  {new}\nknown  {imported.known:,}; undecided  {imported.undecided:,}\n"
