"""Weights of the features: ``weights.toml``, read once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Final


@dataclass(frozen=True)
class Weights:
    """The tables of ``weights.toml``, each by the names of its rows."""

    word: dict[str, float]
    points: dict[str, float]
    search: dict[str, float]
    match: dict[str, float]


WEIGHTS: Final = Weights(**tomllib.loads(files("kzlod.matching").joinpath("weights.toml").read_text(encoding="utf-8")))
