"""Scores candidates as other tools do: reads questions from a file of JSON lines, prints the scores of each one's candidates.

    python peers_script.py TOOL QUESTIONS

A question is {"query": name, "candidates": [[name, ...], ...]}; scores go from 0 to 1.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

Score = Callable[[str, list[str]], float]


def use_logic() -> Score:
    """nomenklatura's logic-v2 on two persons that have names only."""
    from followthemoney import model
    from nomenklatura.matching import get_algorithm

    algorithm = get_algorithm("logic-v2")
    config = algorithm.default_config()

    numbers = count()

    def make_person(names: list[str]) -> Any:
        # What it reads of a person it keeps by the id.
        return model.get_proxy({"id": f"person-{next(numbers)}", "schema": "Person", "properties": {"name": names}}, cleaned=False)

    return lambda query, names: algorithm.compare(make_person([query]), make_person(names), config).score


def use_icu() -> Score:
    """ICU's transliteration, then that ratio of rapidfuzz that serves it best here."""
    from icu import Transliterator
    from rapidfuzz.fuzz import token_set_ratio
    from rapidfuzz.utils import default_process

    transliterate = Transliterator.createInstance("Any-Latin; Latin-ASCII; Lower").transliterate

    def spell(name: str) -> str:
        return str(default_process(transliterate(name)))

    return lambda query, names: max(token_set_ratio(spell(query), spell(name)) for name in names) / 100


def use_anyascii() -> Score:
    """anyascii, then the ratio of sorted words."""
    from anyascii import anyascii
    from rapidfuzz.fuzz import token_sort_ratio
    from rapidfuzz.utils import default_process

    def spell(name: str) -> str:
        return str(default_process(anyascii(name)))

    return lambda query, names: max(token_sort_ratio(spell(query), spell(name)) for name in names) / 100


TOOLS = {"nomenklatura logic-v2": use_logic, "ICU + rapidfuzz": use_icu, "anyascii + token sort": use_anyascii}


def main() -> None:
    """The command line."""
    tool, questions = sys.argv[1:]
    score = TOOLS[tool]()
    for line in Path(questions).read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        sys.stdout.write(json.dumps([score(question["query"], names) for names in question["candidates"]]) + "\n")


if __name__ == "__main__":
    main()
