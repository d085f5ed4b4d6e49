"""The processes that write pages: when one is ended, so is the run, with a word on it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from kzlod.errors import EngineError
from kzlod.site.settings import Settings
from kzlod.site.workers import write_batches


class Deadly:
    """What ends the process that receives it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (9,)


def test_a_process_that_is_ended_is_reported(settings: Settings, tmp_path: Path) -> None:
    batches: list[list[Any]] = [[Deadly()]]
    with pytest.raises(EngineError, match="a process that writes pages was ended"):
        list(write_batches(settings, tmp_path, batches, jobs=2))
