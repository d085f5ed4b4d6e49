"""The command line: one command a file; problems go to standard error, results to standard output.

Exit codes: 0 fine, 1 the data has problems, 2 the call or the configuration is wrong, 3 an engine or a service failed.
"""

from __future__ import annotations

import os
import select
import shutil
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click

from kzlod import __version__
from kzlod.errors import ConfigurationError, KzlodError, Problem, escape_controls, quote
from kzlod.exchange import staged_file

# Modules are imported only when their command is called: --help must not wait for DuckDB and rdflib.
_COMMANDS: Final = {
    "build": "Make the dumps: facts, mapping, validation, output.",
    "check": "Check the facts tables and their evidence.",
    "cite": "Print the evidence rows for a passage of a document.",
    "diff": "Tell what turns one dump into another: a patch, or entities and facts.",
    "doctor": "Say what is missing or odd in a project.",
    "export": "Write mappings and facts in the forms of other tools.",
    "import": "Take Popolo or tables of office-holders over as a source of facts.",
    "map": "Map any data to RDF by RML or YARRRML.",
    "match": "Match names with the dataset or a service; keep what is decided.",
    "new": "Make a project folder that builds at once, of a table if there is one.",
    "patch": "Replay a patch on a dump.",
    "push": "Push a release to a SPARQL store, and switch to it when it is right.",
    "query": "Run a query of the catalogue, here or at an endpoint.",
    "release": "Freeze a build with checksums and what has changed.",
    "serve": "Serve SPARQL, identifiers and pages of a release.",
    "site": "Write the static site: a page for everything, with its evidence.",
    "trace": "Show where each statement of an entity comes from.",
    "validate": "Validate RDF files by SHACL shapes.",
}

_SIGPIPE: Final = 141
"""The exit code of a program whose reader has left, as shells count it: 128 and the signal's number."""

# What cannot be the name of a module.
_MODULES: Final = {"import": "importing"}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"kzlod.cli.{_MODULES.get(cmd_name, cmd_name)}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KzlodError as error:
            for problem in error.problems:
                click.echo(str(problem), err=True)
            if len(error.problems) > 1:
                click.echo(f"{len(error.problems)} problems", err=True)
            ctx.exit(error.exit_code)
        except click.exceptions.Exit:
            raise
        except OSError as error:
            if isinstance(error, BrokenPipeError) and not _has_reader():
                # What is still to be written at the end of the process has no reader either.
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                ctx.exit(_SIGPIPE)
            # A missing right, a full disk, a folder where a file should be: the surroundings, not the data.
            place = f"{error.filename}: " if error.filename is not None else ""
            click.echo(escape_controls(f"{place}{error.strerror or error} [system]"), err=True)
            ctx.exit(2)
        except (MemoryError, RecursionError) as error:
            click.echo(f"the input is too large or too deep: {type(error).__name__} [engine]", err=True)
            ctx.exit(3)
        except Exception as error:
            if not type(error).__module__.startswith(("duckdb", "_duckdb")) and "interrupt" not in str(error).lower():
                raise
            click.echo(escape_controls(f"duckdb: {str(error).partition(chr(10))[0]} [engine]"), err=True)
            ctx.exit(3)


def _has_reader() -> bool:
    """Whether anybody still reads standard output: ``head`` leaves when it has seen enough."""
    waiting = select.poll()
    waiting.register(sys.stdout.fileno(), select.POLLOUT)
    return not any(event & select.POLLERR for _, event in waiting.poll(0))


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kzlod")
def main() -> None:
    """Publish tables of facts as linked open data in which every statement leads back to its evidence."""


project_option = click.option(
    "--project",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    show_default="the current folder",
    help="The project folder, which holds kzlod.toml.",
)
documents_option = click.option(
    "--documents",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with the documents that the evidence cites.",
)


def write_out(text: str | bytes) -> None:
    """Write a result to standard output in UTF-8, whatever the terminal's encoding."""
    sys.stdout.buffer.write(text.encode("utf-8") if isinstance(text, str) else text)
    sys.stdout.buffer.flush()


def copy_out(result: Path, output: Path | None) -> None:
    """Write a finished file to another, which is there whole or not at all, or to standard output where none is named, or ``-``."""
    with result.open("rb") as source:
        if output is None or output == Path("-"):
            shutil.copyfileobj(source, sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return
        with staged_file(output) as sink:
            shutil.copyfileobj(source, sink)


def check_output(output: Path | None, inputs: Iterable[Path]) -> None:
    """Refuse to write over what is read, or where nothing can be written.

    Raises:
        ConfigurationError: the output is one of the inputs, or its folder is missing.
    """
    message = ""
    if output is not None and output.resolve() in {path.resolve() for path in inputs}:
        message = "this is an input of the call and would be overwritten: name another file"
    elif output is not None and not output.parent.is_dir():
        message = f"there is no folder {quote(output.parent.as_posix())}"
    if output is not None and message:
        raise ConfigurationError([Problem(output.as_posix(), None, None, message, "output", output.as_posix())])
