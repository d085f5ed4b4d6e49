"""What the service knows of one dataset, in one hand."""

from __future__ import annotations

from dataclasses import dataclass

from kzlod.reconciliation.classes import Classes
from kzlod.reconciliation.graph import Graph
from kzlod.reconciliation.ids import Ids
from kzlod.reconciliation.properties import Properties
from kzlod.reconciliation.settings import Settings
from kzlod.reconciliation.shelves import Shelves
from kzlod.reconciliation.states import States


@dataclass(frozen=True)
class Holdings:
    """The parts of the service.

    Args:
        graph: the statements.
        ids: of things, classes and properties.
        classes: of the things.
        properties: of the things.
        shelves: the things themselves.
        states: of the things.
        settings: with points and limits.
    """

    graph: Graph
    ids: Ids
    classes: Classes
    properties: Properties
    shelves: Shelves
    states: States
    settings: Settings
