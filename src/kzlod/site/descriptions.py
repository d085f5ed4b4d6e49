"""A few statements as files of data: N-Triples, Turtle and JSON-LD whose context is their prefixes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from typing import Any, Final

from kzlod.terms import RDF_TYPE, XSD_STRING, Prefixes, Triple, read_iri, read_literal

_CACHED: Final = 20_000


class Describer:
    """Writes statements; a name is shortened by the prefixes of the project.

    Args:
        prefixes: names of namespaces.
    """

    def __init__(self, prefixes: Prefixes) -> None:
        self.prefixes = prefixes
        self._shorten = lru_cache(_CACHED)(self._shorten_uncached)

    def write_ntriples(self, triples: Iterable[Triple]) -> str:
        """The statements as N-Triples, in the order given."""
        return "".join(f"{subject} {predicate} {object_} .\n" for subject, predicate, object_ in triples)

    def write_turtle(self, triples: Iterable[Triple]) -> str:
        """The statements as Turtle, grouped as they come."""
        used: set[str] = set()
        blocks = []
        for subject, said in groupby(triples, key=lambda triple: triple.subject):
            lines = []
            for predicate, found in groupby(said, key=lambda triple: triple.predicate):
                verb = "a" if predicate == RDF_TYPE else self._write(predicate, used)
                lines.append(f"  {verb} " + " ,\n    ".join(self._write(triple.object, used) for triple in found))
            blocks.append(f"\n{self._write(subject, used)}\n" + " ;\n".join(lines) + " .\n")
        return "".join(f"@prefix {name}: <{self.prefixes.namespaces[name]}> .\n" for name in sorted(used)) + "".join(blocks)

    def write_jsonld(self, triples: Iterable[Triple]) -> str:
        """The statements as JSON-LD 1.1, one object for each subject."""
        used: set[str] = set()
        nodes = []
        for subject, said in groupby(triples, key=lambda triple: triple.subject):
            node: dict[str, Any] = {"@id": _read_id(subject)}
            for predicate, found in groupby(said, key=lambda triple: triple.predicate):
                values = [self._write_value(triple.object, used, is_type=predicate == RDF_TYPE) for triple in found]
                node["@type" if predicate == RDF_TYPE else self._name(read_iri(predicate), used)] = values
            nodes.append(node)
        context = {name: self.prefixes.namespaces[name] for name in sorted(used)}
        content = nodes[0] if len(nodes) == 1 else {"@graph": nodes}
        return json.dumps({"@context": context, **content}, ensure_ascii=False, indent=1) + "\n"

    def _write(self, term: str, used: set[str]) -> str:
        if term[0] == "<":
            return self._name(read_iri(term), used, otherwise=term)
        if term[-1] == ">":
            start = term.rindex('"') + 3
            return term[:start] + self._write(term[start:], used)
        return term

    def _write_value(self, term: str, used: set[str], *, is_type: bool) -> Any:
        if term[0] != '"':
            return self._name(_read_id(term), used) if is_type else {"@id": _read_id(term)}
        text, language, datatype = read_literal(term)
        if language:
            return {"@value": text, "@language": language}
        return text if datatype == XSD_STRING else {"@value": text, "@type": self._name(datatype, used)}

    def _name(self, iri: str, used: set[str], otherwise: str = "") -> str:
        name = self._shorten(iri)
        if name is None:
            return otherwise or iri
        used.add(name.partition(":")[0])
        return name

    def _shorten_uncached(self, iri: str) -> str | None:
        return self.prefixes.shorten(iri)


def _read_id(term: str) -> str:
    """What stands for an IRI or a blank node in JSON-LD."""
    return read_iri(term) if term[0] == "<" else term
