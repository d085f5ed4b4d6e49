"""N-Triples text by subject and predicate: shapes and reports are looked up in it, without a store that respells literals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kzlod.terms import RDF, SH

FIRST: Final = f"<{RDF}first>"
REST: Final = f"<{RDF}rest>"
NIL: Final = f"<{RDF}nil>"
PATH: Final = f"<{SH}path>"
LISTS: Final = tuple(f"<{SH}{name}>" for name in ("and", "or", "xone"))
"""The constraints whose value is a list of shapes."""

_REPEATS: Final = {f"<{SH}zeroOrMorePath>": "*", f"<{SH}oneOrMorePath>": "+", f"<{SH}zeroOrOnePath>": "?"}


def parse_line(line: str) -> tuple[str, str, str]:
    """The three terms of a line of N-Triples with one space between terms, as kzlod and the engines write it.

    >>> parse_line('<a:a> <a:p> "b c" .')
    ('<a:a>', '<a:p>', '"b c"')
    """
    subject, predicate, rest = line.split(" ", 2)
    return subject, predicate, rest.removesuffix(" .")


class Statements:
    """The statements of a text.

    Args:
        text: N-Triples, a statement a line, one space between terms.

    >>> Statements('<a:a> <a:p> "1" .\\n<a:a> <a:p> "2" .\\n').list_objects("<a:a>", "<a:p>")
    ['"1"', '"2"']
    """

    def __init__(self, text: str) -> None:
        self.by_subject: dict[str, dict[str, list[str]]] = {}
        self._users: dict[str, list[tuple[str, str]]] = {}
        for line in text.split("\n"):
            if line:
                subject, predicate, object_ = parse_line(line)
                self.by_subject.setdefault(subject, {}).setdefault(predicate, []).append(object_)
                self._users.setdefault(object_, []).append((subject, predicate))

    def list_objects(self, subject: str, predicate: str) -> list[str]:
        """The values of a property, as written and in the order of the text."""
        return self.by_subject.get(subject, {}).get(predicate, [])

    def find_object(self, subject: str, predicate: str) -> str:
        """The first value of a property, or ""."""
        return next(iter(self.list_objects(subject, predicate)), "")

    def iter_users(self, term: str) -> Iterator[tuple[str, str]]:
        """Subject and predicate of the statements in which a term is the object."""
        return iter(self._users.get(term, ()))

    def iter_pairs(self, predicate: str) -> Iterator[tuple[str, str]]:
        """Subject and object of the statements with a predicate."""
        return ((subject, value) for subject, by in self.by_subject.items() for value in by.get(predicate, ()))

    def list_items(self, head: str) -> list[str]:
        """The items of an RDF list; those before the break where it is a broken one."""
        items: list[str] = []
        seen = {NIL, ""}
        while head not in seen:
            seen.add(head)
            items += self.list_objects(head, FIRST)[:1]
            head = self.find_object(head, REST)
        return items

    def find_named(self, node: str) -> str:
        """The term itself where it is an IRI, else the nearest IRI of which it is a part; the first by name where several are.

        Most property shapes, for one, are written in brackets inside a shape with a name.
        """
        level, seen = {node} - {""}, set[str]()
        while level:
            if named := sorted(term for term in level if term.startswith("<")):
                return named[0]
            seen |= level
            level = {user for term in level for user, _ in self.iter_users(term)} - seen
        return ""

    def write_path(self, path: str, *, inside: bool = False) -> str:
        """A property path as SPARQL writes it (SHACL, section 2.3.1); in brackets where it is part of another.

        >>> Statements("_:p <http://www.w3.org/ns/shacl#inversePath> <a:p> .").write_path("_:p")
        '^<a:p>'
        """
        if path.startswith("<"):
            return path
        text = self._write_complex_path(path)
        return f"({text})" if inside else text

    def _write_complex_path(self, path: str) -> str:
        properties = self.by_subject.get(path, {})
        if FIRST in properties:
            return "/".join(self.write_path(step, inside=True) for step in self.list_items(path))
        for predicate, (target, *_) in properties.items():
            if predicate == f"<{SH}inversePath>":
                return f"^{self.write_path(target, inside=True)}"
            if predicate == f"<{SH}alternativePath>":
                return "|".join(self.write_path(step, inside=True) for step in self.list_items(target))
            if predicate in _REPEATS:
                return f"{self.write_path(target, inside=True)}{_REPEATS[predicate]}"
        return ""
