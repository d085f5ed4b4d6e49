"""Turtle of the tests, less its prefixes, as the N-Triples that engines take."""

from __future__ import annotations

import pyoxigraph

from kzlod.validation.data import name_blank_nodes, parse_rdf

PREFIXES = """
@prefix ex: <https://example.org/> .
@prefix k: <https://w3id.org/kzlod/ns#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def read_data_text(text: str) -> str:
    return name_blank_nodes(_parse(text), "b")


def read_shapes_text(text: str) -> str:
    return name_blank_nodes(_parse(text), "s")


def _parse(text: str) -> str:
    return parse_rdf((PREFIXES + text).encode(), pyoxigraph.RdfFormat.TURTLE, "text", "https://example.org/")
