"""The tools that the benchmark runs: how each is installed, set up and started."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
OUTPUT: Final = "output.nt"
"""The file that a tool writes, in its own folder."""

_MORPH: Final = f"""
[CONFIGURATION]
output_file = {OUTPUT}
output_format = N-TRIPLES
logging_level = WARNING
na_values = ,nan,None

[tables]
mappings = mapping.rml.ttl
"""

_RDFIZER: Final = f"""
[datasets]
number_of_datasets: 1
output_folder: .
all_in_one_file: yes
remove_duplicate: yes
enrichment: yes
ordered: yes
large_file: false
name: {OUTPUT.removesuffix(".nt")}

[dataset1]
name: {OUTPUT.removesuffix(".nt")}
mapping: mapping.ql.ttl
"""


def spell_out_constants(mapping: str) -> str:
    """RML without shortcuts of constant objects, for which SDM-RDFizer takes every object of the mapping.

    >>> spell_out_constants("rr:predicate rdf:type ; rr:object <http://schema.org/Event> ]")
    'rr:predicate rdf:type ; rr:objectMap [ rr:constant <http://schema.org/Event> ] ]'
    """
    return re.sub(r"rr:object (<[^>]*>)", r"rr:objectMap [ rr:constant \1 ]", mapping)


@dataclass(frozen=True)
class Tool:
    """A tool.

    Args:
        name: in the table; requirements/NAME.txt is what is installed, less for kzlod itself.
        arguments: behind the interpreter's name; {form} stands for the format of the tables. They lie in the folder in which
            the tool runs, beside mapping.yml, mapping.ql.ttl and mapping.rml.ttl.
        formats: of tables that it can read.
        files: further ones in that folder, with their texts.
        adapt: what is done to the RML before.
    """

    name: str
    arguments: tuple[str, ...]
    formats: tuple[str, ...] = ("csv", "parquet")
    files: Mapping[str, str] = field(default_factory=dict)
    adapt: Callable[[str], str] = str


TOOLS: Final = (
    Tool("kzlod", ("-m", "kzlod", "map", "mapping.yml", "-o", OUTPUT)),
    Tool("morph-kgc", ("-m", "morph_kgc", "morph.ini"), files={"morph.ini": _MORPH}),
    Tool("maplib", (str(HERE / "maplib_script.py"), ".", "{form}", OUTPUT)),
    Tool(
        "sdm-rdfizer",
        ("-m", "rdfizer", "-c", "rdfizer.ini"),
        formats=("csv",),
        # It imports the driver of SQL Server whatever it reads, and that a library of the system which may not be there.
        files={"rdfizer.ini": _RDFIZER, "pyodbc.py": ""},
        adapt=spell_out_constants,
    ),
    Tool("rdflib", (str(HERE / "rdflib_script.py"), ".", OUTPUT), formats=("csv",)),
)
