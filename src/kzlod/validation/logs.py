"""Keeps what libraries log and warn off standard error: it reaches the user as problems and results."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def silenced(name: str) -> Iterator[None]:
    """Hold back warnings and the lines of a library's logger while the block runs; loggers and levels stay as they are."""

    def hold_back(_record: logging.LogRecord) -> bool:
        return False

    logger = logging.getLogger(name)
    logger.addFilter(hold_back)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.removeFilter(hold_back)
