"""RDF terms: the namespaces, the minting of IRIs and the N-Triples form in which terms travel through every stage.

A term is a ``str`` in canonical N-Triples form (``<iri>``, ``"text"``, ``"text"@en``, ``"1995"^^<datatype>``): it sorts,
compares and is stored as it is written, and no engine can change its spelling on the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SCHEMA: Final = "http://schema.org/"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
PROV: Final = "http://www.w3.org/ns/prov#"
FOAF: Final = "http://xmlns.com/foaf/0.1/"
ORG: Final = "http://www.w3.org/ns/org#"
WIKIDATA: Final = "http://www.wikidata.org/entity/"
VOID: Final = "http://rdfs.org/ns/void#"
WIKIBASE: Final = "http://wikiba.se/ontology#"
SH: Final = "http://www.w3.org/ns/shacl#"
XML: Final = "http://www.w3.org/XML/1998/namespace"
XML_CATALOGUE: Final = "urn:oasis:names:tc:entity:xmlns:xml:catalog"
SARIF_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
SITEMAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
CSVW_CONTEXT: Final = "http://www.w3.org/ns/csvw"
RML_DEFAULT_GRAPH: Final = "http://w3id.org/rml/defaultGraph"
EXAMPLE_BASE: Final = "http://example.com/"
"""What relative IRIs start from where nobody says it: that of RML's test cases."""
NEW_BASE: Final = "https://example.org/data/"
"""The namespace of a new project whose own is not known yet."""
EDTF: Final = "http://id.loc.gov/datatypes/edtf/EDTF-level0"
NS: Final = "https://w3id.org/kzlod/ns#"
"""The vocabulary of facts and evidence: it belongs to the tool and is the same for every project."""

RDF_TYPE: Final = f"<{RDF}type>"
RDF_LANG_STRING: Final = f"{RDF}langString"
XSD_STRING: Final = f"{XSD}string"

FACT_STATUS: Final = f"<{NS}status>"
ACCEPTED: Final = f"<{NS}accepted>"
FACT_EVIDENCE: Final = f"<{NS}evidence>"
FOOTPRINT: Final = f"<{NS}footprint>"
FACT: Final = f"<{NS}Fact>"

DEPRECATED: Final = f"<{OWL}deprecated>"
TRUE: Final = f'"true"^^<{XSD}boolean>'
REPLACED_BY: Final = "<http://purl.org/dc/terms/isReplacedBy>"
DIFFERENT: Final = f"<{OWL}differentFrom>"
CHANGE_NOTE: Final = "<http://www.w3.org/2004/02/skos/core#changeNote>"
ALTERNATE_OF: Final = "<http://www.w3.org/ns/prov#alternateOf>"
IDENTIFIER: Final = "<http://purl.org/dc/terms/identifier>"
HAS_PART: Final = "<http://purl.org/dc/terms/hasPart>"
POSITION: Final = f"<{SCHEMA}position>"
DEFAULT_GRAPH: Final = "<http://www.w3.org/ns/sparql-service-description#defaultGraph>"
NAMES: Final = ("<http://schema.org/name>", "<http://www.w3.org/2004/02/skos/core#prefLabel>", f"<{RDFS}label>")
"""The properties that give a thing its name, the best first."""


class Triple(NamedTuple):
    """A statement; the three terms in N-Triples form."""

    subject: str
    predicate: str
    object: str


class Quad(NamedTuple):
    """A statement in a named graph; the four terms in N-Triples form."""

    subject: str
    predicate: str
    object: str
    graph: str


_LANGUAGE: Final = "(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"
_VARIANTS: Final = "(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*"
_PRIVATE_USE: Final = "[Xx](?:-[A-Za-z0-9]{1,8})+"
_IRREGULAR: Final = (
    "(?i:en-GB-oed|i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)|sgn-(?:BE-FR|BE-NL|CH-DE))"
)
LANGUAGE_TAG: Final = f"(?:{_LANGUAGE}{_VARIANTS}(?:-{_PRIVATE_USE})?|{_PRIVATE_USE}|{_IRREGULAR})"
"""A well-formed language tag (RFC 5646, section 2.1) as a regular expression that Python and DuckDB (RE2) both read.

RML-Core asks no more of the tags that data gives. Those that a mapping writes down are compared with the registry as well, as
R2RML asks (section 7.4): there a subtag that is not registered is a slip of the author.
"""

LONGEST_TAG: Final = 255
"""Characters of the longest language tag that is taken for one; the standard sets no bound, and registered subtags need 35."""

# The characters beyond ASCII that an IRI may hold, less white space and direction marks: readers stumble over the one, and the
# other deceive the eye (RFC 3987, section 4.1).
_UCS: Final = (
    "\xa1-\u167f\u1681-\u1fff\u2010-\u2027\u2030-\u205e\u206a-\u2fff\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff00-\uffef"
    + "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 14))
    + "\U000e1000-\U000efffd"
)
_PRIVATE: Final = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_NAME: Final = rf"A-Za-z0-9._~{_UCS}!$&'()*+,;=-"
_PERCENT: Final = "%[0-9A-Fa-f]{2}"


def _write_iri_pattern(write: Callable[[str], str]) -> str:
    """The pattern of an IRI, where ``write`` gives the pattern of one of some characters or of a percent-encoded byte."""
    pchar = f":@{_NAME}"
    host = rf"(?:\[(?:[0-9A-Fa-f:.]+|[vV][0-9A-Fa-f]+\.[:{_NAME}]+)\]|{write(_NAME)}*)"
    authority = rf"(?:{write(f':{_NAME}')}*@)?{host}(?::[0-9]*)?"
    path = rf"(?://{authority}(?:/{write(f'/{pchar}')}*)?|/?{write(pchar)}{write(f'/{pchar}')}*|/)?"
    query, fragment = rf"(?:\?{write(f'/?{_PRIVATE}{pchar}')}*)?", f"(?:#{write(f'/?{pchar}')}*)?"
    return f"[A-Za-z][A-Za-z0-9+.-]*:{path}{query}{fragment}"


IRI: Final = _write_iri_pattern(lambda characters: f"(?:[{characters}]|{_PERCENT})")
"""An IRI (RFC 3987, section 2.2) as a regular expression that Python and DuckDB (RE2) both read."""

IRI_SHAPE: Final = _write_iri_pattern(lambda characters: f"[%{characters}]")
"""An IRI in which any sign of percent may stand; what repeats is single characters, so that a long text overflows no stack."""

STRAY_PERCENT: Final = "%(?:$|[^0-9A-Fa-f]|[0-9A-Fa-f](?:$|[^0-9A-Fa-f]))"
"""What no text of the shape of an IRI may hold to be one: a sign of percent without two digits."""

TERM: Final = rf'<{IRI}>|"(?:[^"\\\n\r]|\\.)*"(?:@{LANGUAGE_TAG}|\^\^<{IRI}>)?'
"""An IRI or literal in N-Triples, as a regular expression that Python and DuckDB (RE2) both read."""

_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_TO_ESCAPE: Final = re.compile('["\\\\\x00-\x1f\x7f\ufffe\uffff]')
_ESCAPED: Final = re.compile(r'\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([tbnrf"\\]))')
_LITERAL: Final = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?', re.DOTALL)
_UNESCAPES: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "\\": "\\"}


def is_iri(text: str) -> bool:
    """Tell whether the text is an IRI and not a relative reference (RFC 3987, section 2.2).

    >>> is_iri("https://example.org/ә"), is_iri("https://example.org/a b"), is_iri("person/a")
    (True, False, False)
    """
    return _compile_iri().fullmatch(text) is not None


@cache
def _compile_iri() -> re.Pattern[str]:
    # Its many ranges take longer to compile than some commands to run.
    return re.compile(IRI)


def escape_literal(text: str) -> str:
    """Escape a lexical form as canonical N-Triples does (RDF 1.2 N-Triples, section 3: canonical form).

    >>> escape_literal('say "әлем"\\n')
    'say \\\\"әлем\\\\"\\\\n'
    """
    return _TO_ESCAPE.sub(lambda found: _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04X}", text)


def write_iri(iri: str) -> str:
    """An IRI as an N-Triples term.

    Raises:
        ValueError: it is not an absolute IRI.

    >>> write_iri("https://example.org/a")
    '<https://example.org/a>'
    """
    if not is_iri(iri):
        raise ValueError(f"not an absolute IRI: {iri!r}")
    return f"<{iri}>"


def write_literal(text: str, *, language: str = "", datatype: str = "") -> str:
    """A literal as an N-Triples term; a plain string carries no datatype.

    >>> write_literal("Алматы", language="ru"), write_literal("1995", datatype=XSD + "gYear")
    ('"Алматы"@ru', '"1995"^^<http://www.w3.org/2001/XMLSchema#gYear>')
    """
    if language:
        return f'"{escape_literal(text)}"@{language}'
    if datatype and datatype != XSD_STRING:
        return f'"{escape_literal(text)}"^^{write_iri(datatype)}'
    return f'"{escape_literal(text)}"'


class Literal(NamedTuple):
    """A literal taken apart: text, language tag or "", datatype IRI."""

    text: str
    language: str
    datatype: str


def read_iri(term: str) -> str:
    """The IRI inside an N-Triples IRI term.

    >>> read_iri("<https://example.org/a>")
    'https://example.org/a'
    """
    return term[1:-1]


def read_literal(term: str) -> Literal:
    """Take an N-Triples literal apart.

    Raises:
        ValueError: it is not a literal.

    >>> read_literal('"a\\\\nb"@en')
    Literal(text='a\\nb', language='en', datatype='http://www.w3.org/1999/02/22-rdf-syntax-ns#langString')
    """
    found = _LITERAL.fullmatch(term)
    if found is None:
        raise ValueError(f"not a literal: {term!r}")
    text, language, datatype = found.groups()
    return Literal(_unescape(text), language or "", RDF_LANG_STRING if language else datatype or XSD_STRING)


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPED.sub(lambda found: _UNESCAPES[found[3]] if found[3] else chr(int(found[1] or found[2], 16)), text)


# Local names that Turtle, SPARQL and JSON-LD all read without an escape.
_LOCAL: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Prefixes:
    """Names of namespaces, as Turtle and JSON-LD write them.

    >>> names = Prefixes({"s": "http://schema.org/"})
    >>> names.shorten("http://schema.org/name"), names.shorten("http://schema.org/a/b")
    ('s:name', None)
    """

    namespaces: Mapping[str, str]

    def shorten(self, iri: str) -> str | None:
        """The prefixed name of an IRI, or None where it has none that every syntax reads."""
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        local = iri[cut:]
        if not _LOCAL.fullmatch(local):
            return None
        prefix = self._by_namespace.get(iri[:cut])
        return None if prefix is None else f"{prefix}:{local}"

    @property
    def _by_namespace(self) -> dict[str, str]:
        cached: dict[str, str] | None = self.__dict__.get("_inverse")
        if cached is None:
            cached = {namespace: prefix for prefix, namespace in self.namespaces.items()}
            object.__setattr__(self, "_inverse", cached)
        return cached


def evidence_graph(base: str) -> str:
    """The graph that says where each fact stands in its source, as an N-Triples term."""
    return f"<{base}graph/evidence>"
