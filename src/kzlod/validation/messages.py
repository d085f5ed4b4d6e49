"""What a result says where the shape's author says nothing: reads ``messages.toml``, so that all engines say the same."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from kzlod.resources import read_toml
from kzlod.terms import RDF, RDFS, SH, XSD, Prefixes, read_iri, read_literal
from kzlod.validation.report import Message
from kzlod.validation.statements import Statements

_PARAMETER: Final = re.compile(r"\{(\w+)(\.\.\.)?\}")
_PREFIXES: Final = Prefixes({"rdf": RDF, "rdfs": RDFS, "sh": SH, "xsd": XSD})
_VARIABLE: Final = re.compile(r"\{[?$]\w+\}")
_MESSAGE: Final = f"<{SH}message>"
_VALIDATORS: Final = tuple(f"<{SH}{name}>" for name in ("validator", "nodeValidator", "propertyValidator"))
_ITEMS: Final = 10


def read_messages(engine: Iterable[str], shapes: Statements, shape: str, component: str) -> tuple[Message, ...]:
    """The messages of a result, alike in every engine.

    Args:
        engine: what the engine says, as N-Triples terms.
        shapes: where the author's messages and the parameters are found.
        shape: the violated shape, as a term of ``shapes``.
        component: IRI of the constraint component.

    Returns:
        The author's messages, variables replaced; where there is none, one of ``messages.toml``: what an engine then makes up
        is its own.

    >>> shapes = Statements(f'<a:S> <{SH}minCount> "2"^^<{XSD}integer> .')
    >>> read_messages(['"Less than 2 values on [ ]->ex:p"'], shapes, "<a:S>", f"{SH}MinCountConstraintComponent")
    (Message(text='fewer values than 2', language='en'),)
    """
    templates = [read_literal(term) for term in _list_templates(shapes, shape, component)]
    if not templates:
        return (Message(describe_constraint(component, shapes, shape), "en"),)
    texts = {read_literal(term).text for term in engine}
    # Engines drop the language where they replace variables.
    messages = {Message(text, next((t.language for t in templates if _fits(text, t.text)), "")) for text in texts}
    messages |= {Message(template.text, template.language) for template in templates if template.text in texts}
    return tuple(sorted(messages, key=lambda message: (message.language, message.text)))


def _list_templates(shapes: Statements, shape: str, component: str) -> list[str]:
    """Messages of a shape, of its queries and of its constraint component's queries."""
    queries = shapes.list_objects(shape, f"<{SH}sparql>") if component == f"{SH}SPARQLConstraintComponent" else []
    validators = [node for kind in _VALIDATORS for node in shapes.list_objects(f"<{component}>", kind)]
    nodes = (shape, *queries, *validators)
    return [message for node in nodes for message in shapes.list_objects(node, _MESSAGE)]


def _fits(text: str, template: str) -> bool:
    """Whether a text is a template with words in the place of its variables.

    >>> _fits("5 is more than 4", "{$value} is more than {?limit}"), _fits("5 is less than 4", "{$value} is more than {?limit}")
    (True, False)
    """
    # By hand, since a regular expression of a hostile template could take for ever.
    first, *rest = _VARIABLE.split(template)
    if not rest:
        return text == template
    *middle, last = rest
    if not text.startswith(first) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return at <= end


def describe_constraint(component: str, shapes: Statements, shape: str) -> str:
    """What is wrong where a constraint does not hold, in a sentence of ``messages.toml`` with the shape's parameters.

    Args:
        component: IRI of the constraint component.
        shapes: where the parameters are found.
        shape: the violated shape, as a term of ``shapes``.
    """
    template = _load_templates().get(component, f"the constraint <{component}> does not hold")

    def fill(found: re.Match[str]) -> str:
        terms = shapes.list_objects(shape, f"<{SH}{found[1]}>")
        if found[2]:
            terms = [item for head in terms for item in shapes.list_items(head)]
        shown = [_show(term) for term in terms[:_ITEMS]] + ["…"] * (len(terms) > _ITEMS)
        return ", ".join(shown)

    return _PARAMETER.sub(fill, template).rstrip()


@cache
def _load_templates() -> dict[str, str]:
    templates = read_toml("kzlod.validation", "messages.toml")
    return {f"{SH}{name}ConstraintComponent": template for name, template in templates.items()}


def _show(term: str) -> str:
    if term.startswith("<"):
        return _PREFIXES.shorten(read_iri(term)) or term
    return read_literal(term).text if term.startswith('"') else ""
