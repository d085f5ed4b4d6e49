"""Weights of the features: ``weights.toml``, read once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kzlod.resources import read_toml


@dataclass(frozen=True)
class Weights:
    """The tables of ``weights.toml``, each by the names of its rows."""

    word: dict[str, float]
    points: dict[str, float]
    search: dict[str, float]
    match: dict[str, float]


WEIGHTS: Final = Weights(**read_toml("kzlod.matching", "weights.toml"))
