"""``kzlod trace``."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import click

from kzlod.build import assemble
from kzlod.cli import documents_option, project_option, write_out
from kzlod.errors import ConfigurationError, DataError, Problem, escape_controls, quote
from kzlod.facts.evidence import hash_passage, read_document_of
from kzlod.project import Project, load_project
from kzlod.terms import is_iri, read_iri, write_iri
from kzlod.tracing import FactTrace, Passage, StatementTrace, list_mentions, trace_entity


@click.command("trace")
@click.argument("iri")
@documents_option
@project_option
def command(iri: str, documents: Path | None, folder: Path) -> None:
    """Show where each statement of an entity comes from: fact, table row, mapping rule, document and position.

    IRI is an entity or a fact, whole or relative to the project's base (person/somebody). With --documents the
    passages themselves are shown, and their hashes compared.
    """
    project = load_project(folder)
    full = iri if is_iri(iri) else project.base + iri
    if not is_iri(full):
        raise ConfigurationError([Problem("trace", None, None, f"{quote(iri)} is no IRI", "iri", iri)])
    dataset = assemble(project)
    traces = trace_entity(dataset, write_iri(full))
    mentions = list_mentions(dataset, write_iri(full))
    if not traces and not mentions:
        raise ConfigurationError([Problem("trace", None, None, f"nothing is said of {quote(full)}", "iri", full)])
    writer = _Writer(project, documents)
    lines = [full]
    for _, group in groupby(sorted(traces, key=lambda trace: trace.fact.iri), key=lambda trace: trace.fact.iri):
        lines += ["", *writer.write_fact(list(group))]
    if mentions:
        lines += ["", "named by"]
        lines += [f"  {writer.show(mention)}" for mention in mentions]
    write_out("\n".join(lines) + "\n")


class _Writer:
    def __init__(self, project: Project, documents: Path | None) -> None:
        self.project = project
        self.documents = documents

    def show(self, term: str) -> str:
        """A term as people read it: prefixed, or relative to the base."""
        if term.startswith("<"):
            return self._shorten(read_iri(term))
        text, _, datatype = term.rpartition('"^^<')
        return escape_controls(f'{text}"^^{self._shorten(datatype[:-1])}' if text else term)

    def _shorten(self, iri: str) -> str:
        return self.project.prefixes.shorten(iri) or iri.removeprefix(self.project.base)

    def write_fact(self, traces: list[StatementTrace]) -> list[str]:
        fact = traces[0].fact
        lines = [f"{self.show(fact.iri)}  {fact.status}"]
        for trace in traces:
            subject = "" if len({t.triple.subject for t in traces}) == 1 else f"{self.show(trace.triple.subject)} "
            lines.append(f"  {subject}{self.show(trace.triple.predicate)} {self.show(trace.triple.object)}    [{trace.rules}]")
        return lines + [f"    {line}" for line in self._write_source(fact)]

    def _write_source(self, fact: FactTrace) -> list[str]:
        lines = [f"row       {fact.file}:{fact.line}"] if fact.file else []
        lines += [f"follows from {self.show(premise)}" for premise in fact.premises]
        if fact.basis:
            lines.append(f"basis     {fact.basis}")
        for passage in fact.passages:
            lines.append(f"document  {passage.document}  {passage.file}  characters {passage.start}-{passage.end}")
            if self.documents is not None:
                lines.append(f"          {self._read_passage(self.documents, passage)}")
        return lines

    def _read_passage(self, documents: Path, passage: Passage) -> str:
        text = read_document_of(documents, passage.file)[passage.start : passage.end]
        if hash_passage(text) != passage.sha256:
            message = f"the passage at {passage.start}-{passage.end} has another hash than the evidence says"
            raise DataError([Problem(passage.file, None, None, message, "hash")])
        return f"“{escape_controls(' '.join(text.split()))}”"
