"""Writing: reads a source that an import has made, writes its tables, tables.json, mapping, terms and shapes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from kzlod.delimited import write_rows
from kzlod.imports.source import Column, Node, Source, Statement, Table, Term
from kzlod.quoting import write_name, write_text
from kzlod.terms import CSVW_CONTEXT, EDTF, FOAF, NS, ORG, OWL, PROV, RDF, RDFS, SCHEMA, SH, SKOS, WIKIDATA, XSD, write_literal

DATE: Final = {"base": "string", "@id": EDTF}
"""CSVW's datatype of a date of any precision."""

PREFIXES: Final = {
    "foaf": FOAF,
    "k": NS,
    "org": ORG,
    "prov": PROV,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "skos": SKOS,
    "wd": WIKIDATA,
    "xsd": XSD,
}
"""Prefixes of every mapping that is written, beside ``ns``, the project's own."""

_WIDTH: Final = 120
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_./:-]*|(?:[A-Za-z0-9_./:#-]|\$\([A-Za-z0-9_]+\))+(?:~iri|~lang)?")

# A date as it is published: the value in its most precise XSD type, and the first and last day that it can mean.
_VALUE: Final = "CASE WHEN {column} <> '..' THEN rtrim({column}, '~?') END"
_TYPE: Final = "CASE length(rtrim({column}, '~?')) WHEN 4 THEN 'gYear' WHEN 7 THEN 'gYearMonth' WHEN 10 THEN 'date' END"
_FIRST: Final = """CASE WHEN {column} NOT LIKE '%~' THEN CASE length(rtrim({column}, '?'))
          WHEN 4 THEN rtrim({column}, '?') || '-01-01' WHEN 7 THEN rtrim({column}, '?') || '-01'
          WHEN 10 THEN rtrim({column}, '?') END END"""
_LAST: Final = """CASE WHEN {column} NOT LIKE '%~' THEN CASE length(rtrim({column}, '?'))
          WHEN 4 THEN rtrim({column}, '?') || '-12-31' WHEN 10 THEN rtrim({column}, '?')
          WHEN 7 THEN CAST(last_day(TRY_CAST(rtrim({column}, '?') || '-01' AS DATE)) AS VARCHAR) END END"""
_EDTF: Final = """CASE WHEN {start} = {end} THEN {start} WHEN {start} IS NOT NULL OR {end} IS NOT NULL
          THEN coalesce({start}, '') || '/' || coalesce({end}, '') END"""
_ITEM: Final = "regexp_extract({column}, 'Q[1-9][0-9]*$')"


def write_tables(source: Source, folder: Path) -> None:
    """Write the tables of a source and their tables.json into its folder, which is there and empty."""
    for table in source.tables:
        path = folder / f"{table.name}.csv"
        path.write_bytes(write_rows([column.name for column in table.columns], table.rows))
    group = {
        "@context": CSVW_CONTEXT,
        "dc:title": source.title,
        "tables": [_describe_table(table) for table in source.tables],
    }
    if source.unread:
        lines = [f"{place}\t{json.dumps(value, ensure_ascii=False)}\n" for place, value in source.unread.items()]
        (folder / "unread.txt").write_text("".join(lines), encoding="utf-8", newline="\n")
    (folder / "tables.json").write_text(write_json(group) + "\n", encoding="utf-8", newline="\n")


def write_json(value: Any, indent: int = 0, before: int = 0) -> str:
    """JSON in which what fits on a line stands on one.

    >>> print(write_json({"a": [1, 2], "b": {}}))
    {"a": [1, 2], "b": {}}
    """
    short = json.dumps(value, ensure_ascii=False)
    if len(short) + indent + before <= _WIDTH or not isinstance(value, dict | list) or not value:
        return short
    inner = " " * (indent + 2)
    if isinstance(value, list):
        parts = [inner + write_json(item, indent + 2) for item in value]
        return "[\n" + ",\n".join(parts) + "\n" + " " * indent + "]"
    names = {name: json.dumps(name, ensure_ascii=False) for name in value}
    parts = [f"{inner}{names[name]}: {write_json(item, indent + 2, len(names[name]) + 2)}" for name, item in value.items()]
    return "{\n" + ",\n".join(parts) + "\n" + " " * indent + "}"


def _describe_table(table: Table) -> dict[str, Any]:
    described: dict[str, Any] = {"url": f"{table.name}.csv", "dc:title": table.title, f"{NS}role": "facts"}
    if table.names:
        described[f"{NS}names"] = [list(pair) for pair in table.names]
    if table.periods:
        described[f"{NS}order"] = [list(pair) for pair in table.periods]
    columns = [_describe_column(column, table) for column in table.columns]
    return {**described, "tableSchema": {"columns": columns, "primaryKey": table.key}}


def _describe_column(column: Column, table: Table) -> dict[str, Any]:
    described: dict[str, Any] = {"name": column.name}
    if column.title and column.title != column.name:
        described["dc:title"] = column.title
    if table.rows and all(row.get(column.name) for row in table.rows):
        described["required"] = True
    described["datatype"] = column.datatype
    if column.separator is not None:
        described["separator"] = column.separator
    return described


def write_mapping(source: Source, base: str) -> str:
    """The mapping of a source, as YARRRML."""
    lines = [f"# {source.title}: one named graph for each row of the tables.".replace("\n", " "), "prefixes:"]
    lines += [f"  {prefix}: {_quote(namespace)}" for prefix, namespace in sorted({**PREFIXES, "ns": f"{base}ns#"}.items())]
    lines += ["", "sources:"]
    for table in source.tables:
        lines.append(f"  {table.name}: [../facts/{source.name}/{table.name}.csv~csv]")
    for table in source.tables:
        lines += _write_queries(table)
    lines += ["", "mappings:"]
    for table in source.tables:
        for node in table.nodes:
            lines += _write_node(source.name, table, node)
    return "\n".join(lines) + "\n"


def _write_queries(table: Table) -> Iterator[str]:
    made = [*_list_made(table)]
    if made:
        yield f"  {table.name}_values:"
        yield "    query: |"
        yield f"      SELECT *, {f',{chr(10)}        '.join(made)}"
        yield f"      FROM {write_name(table.name)}"
    for each in dict.fromkeys(node.each for node in table.nodes if node.each):
        parts = []
        for name in each:
            column = table.find_column(name)
            parted = f"string_split({write_name(name)}, {write_text((column.separator if column else None) or ' ')})"
            parts.append(f"unnest({parted}) AS {write_name(f'{name} each')}")
        yield f"  {_name_each(table, each)}:"
        yield "    query: |"
        yield f"      SELECT *, {', '.join(parts)} FROM {write_name(table.name)}"


def _name_each(table: Table, each: tuple[str, ...]) -> str:
    return f"{table.name}_each_{'__'.join(each)}"


def _list_made(table: Table) -> Iterator[str]:
    periods = {name for pair in table.periods for name in pair}
    for name in table.dates:
        forms = {"value": _VALUE, "type": _TYPE}
        if name in periods:
            forms |= {"first": _FIRST, "last": _LAST}
        for made, form in forms.items():
            yield f"{form.format(column=write_name(name))} AS {write_name(f'{name} {made}')}"
    for start, end in table.periods:
        yield f"{_EDTF.format(start=write_name(start), end=write_name(end))} AS {write_name(f'{start} {end} edtf')}"
    for name in table.items:
        yield f"{_ITEM.format(column=write_name(name))} AS {write_name(f'{name} item')}"


def _write_node(source: str, table: Table, node: Node) -> Iterator[str]:
    relation = table.name
    if node.each:
        relation = _name_each(table, node.each)
    elif table.dates or table.items:
        relation = f"{table.name}_values"
    yield f"  {table.name}_{node.name}:"
    yield f"    source: {relation}"
    yield f"    graph: {_quote(node.graph or f'fact/{source}/{table.name}/$({table.key})')}"
    yield f"    s: {_quote(node.subject)}"
    yield "    po:"
    if node.classes:
        yield f"      - [a, [{', '.join(node.classes)}]]"
    for statement in node.statements:
        type_ = f", {_quote(statement.type)}" if statement.type else ""
        yield f"      - [{statement.predicate}, {_quote(statement.object)}{type_}]"


def _quote(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def write_terms(source: Source, base: str, language: str = "en") -> str:
    """The own terms of a source, as Turtle."""
    namespace = f"{base}ns"
    lines = [
        f"@prefix {prefix}: <{iri}> ." for prefix, iri in (("ns", f"{namespace}#"), ("owl", OWL), ("rdf", RDF), ("rdfs", RDFS))
    ]
    lines += ["", "# Terms that an import has made of what it knows no term for: find better ones, or say here what they mean."]
    for term in sorted(source.terms.values(), key=lambda term: (not term.is_class, term.name)):
        lines += ["", *_describe_term(term, namespace, language)]
    return "\n".join(lines) + "\n"


def _describe_term(term: Term, namespace: str, language: str) -> Iterable[str]:
    kind = "rdfs:Class , owl:Class" if term.is_class else "rdf:Property"
    yield f"<{namespace}#{term.name}>"
    yield f"    a {kind} ;"
    yield f"    rdfs:label {write_literal(term.label, language=language)} ;"
    yield f"    rdfs:comment {write_literal(term.comment, language='en')} ;"
    yield f"    rdfs:isDefinedBy <{namespace}> ."


def write_shapes(source: Source, base: str) -> str:
    """A shape for each class of the source whose things all have a name, and one for each row of the others."""
    lines = [f"@prefix {prefix}: <{iri}> ." for prefix, iri in sorted({**PREFIXES, "ns": f"{base}ns#", "sh": SH}.items())]
    lines += [f"@prefix shapes: <{base}shapes#> ."]
    for class_, wanted in list_wanted(source).items():
        name = f"{source.name}-{class_.replace(':', '-')}"
        lines += ["", f"shapes:{name}", "    a sh:NodeShape ;", f"    sh:targetClass {class_} ;"]
        lines += [f'    sh:nodeKind sh:IRI ; sh:message "each {class_} has an IRI"@en ;']
        for predicate in wanted:
            lines += [
                "    sh:property [",
                f"        sh:path {predicate} ; sh:minCount 1 ;",
                f'        sh:message "each {class_} has a {predicate}"@en',
                "    ] ;",
            ]
        lines[-1] = lines[-1].removesuffix(" ;") + " ."
    return "\n".join(lines) + "\n"


def list_wanted(source: Source) -> dict[str, tuple[str, ...]]:
    """The properties that all things of a class have in this source, by class."""
    found: dict[str, set[str]] = {}
    for table in source.tables:
        for node in table.nodes:
            if node.classes and not node.graph:
                given = {statement.predicate for statement in node.statements if _is_always(table, node, statement)}
                for class_ in node.classes:
                    found[class_] = found.get(class_, given) & given
    return {class_: tuple(sorted(wanted)) for class_, wanted in sorted(found.items())}


def _is_always(table: Table, node: Node, statement: Statement) -> bool:
    """Whether a statement is made wherever its subject is: the columns of the one are filled where those of the other are."""
    subject, object_ = (re.findall(r"\$\(([^)]*)\)", template) for template in (node.subject, statement.object))
    rows = [row for row in table.rows if all(row.get(name) for name in subject)]
    return not node.each and bool(rows) and all(table.find_column(name) and all(row.get(name) for row in rows) for name in object_)


def write_examples(source: Source, base: str) -> tuple[str, str]:
    """Data that the shapes of ``write_shapes`` let pass, and data of which they refuse each thing."""
    namespaces = {**PREFIXES, "ns": f"{base}ns#", "test": f"{base}test/"}
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in sorted(namespaces.items()))
    passing, failing = [head, "\n# What the shapes let pass.\n"], [head, "\n# What the shapes refuse.\n"]
    for number, (class_, wanted) in enumerate(list_wanted(source).items(), 1):
        given = "".join(f' ; {predicate} "x"' for predicate in wanted)
        passing.append(f"test:thing-{number} a {class_}{given} .\n")
        failing.append(f"[] a {class_} .\n")
    return "".join(passing), "".join(failing)


def merge_prefixes(given: Mapping[str, str], base: str) -> dict[str, str]:
    """The prefixes that mappings of imports use and a project does not have yet."""
    return {prefix: iri for prefix, iri in {**PREFIXES, "ns": f"{base}ns#"}.items() if prefix not in given}
