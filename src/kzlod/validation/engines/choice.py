"""Which engine: reads a name and what is installed, yields an engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module, metadata
from typing import Final

from kzlod.errors import ConfigurationError, Problem
from kzlod.validation.engines import Engine, LocalEngine, UnsupportedError
from kzlod.validation.engines.worker import Deadline, open_worker

AUTO: Final = "auto"
REFERENCE: Final = "pyshacl"
FAST: Final = "turbo"
ENGINES: Final = (AUTO, REFERENCE, FAST)
TIMEOUT: Final = 600.0

FAST_VERSION: Final = "0.6.5"
"""The version of pyshacl-turbo that has been compared with pySHACL; it is pinned in pyproject.toml."""

_CLASSES: Final = {REFERENCE: ("kzlod.validation.engines.pyshacl", "PySHACL"), FAST: ("kzlod.validation.engines.turbo", "Turbo")}

Warn = Callable[[Problem], None]
"""Takes what does not hinder the validation."""


def create_engine(name: str) -> LocalEngine:
    """An engine in this process, by its name."""
    module, class_ = _CLASSES[name]
    engine: LocalEngine = getattr(import_module(module), class_)()
    return engine


@contextmanager
def open_engine(name: str = AUTO, timeout: float = TIMEOUT, warn: Warn = lambda _: None) -> Iterator[Engine]:
    """An engine in a process of its own, which ends with the block.

    Args:
        name: one of ENGINES; ``auto`` takes the fast one where it is installed in the version that was compared, and the
            reference instead wherever the fast one lacks a feature.
        timeout: seconds for all that it is asked in the block.
        warn: is told where the reference steps in.

    Raises:
        ConfigurationError: the fast engine is wanted, and it is not installed in the version that was compared.
    """
    hindrance = _find_hindrance() if name != REFERENCE else ""
    if name == FAST and hindrance:
        raise ConfigurationError([Problem(FAST, None, None, f"{hindrance}: pip install 'kzlod[fast]'", "engine")])
    if name == AUTO and hindrance.startswith("pyshacl-turbo "):
        warn(Problem(FAST, None, None, f"warning: {hindrance}; pySHACL runs instead", "engine"))
    deadline = Deadline.set(timeout)
    with open_worker(REFERENCE if hindrance or name == REFERENCE else FAST, deadline) as engine:
        yield engine if name != AUTO or hindrance else _Fallback(engine, deadline, warn)


def _find_hindrance() -> str:
    try:
        version = metadata.version("pyshacl-turbo")
    except metadata.PackageNotFoundError:
        return "the fast engine is not installed"
    return "" if version == FAST_VERSION else f"pyshacl-turbo {version} has not been compared with pySHACL, {FAST_VERSION} has"


class _Fallback:
    """The fast engine, and the reference where the fast one lacks a feature."""

    def __init__(self, engine: Engine, deadline: Deadline, warn: Warn) -> None:
        self.name = engine.name
        self._engine = engine
        self._deadline = deadline
        self._warn = warn

    def run(self, data: str, shapes: str) -> str:
        try:
            return self._engine.run(data, shapes)
        except UnsupportedError as error:
            for problem in error.problems:
                self._warn(Problem(problem.file, None, None, f"warning: {problem.message}; pySHACL runs instead", problem.rule))
        with open_worker(REFERENCE, self._deadline) as reference:
            return reference.run(data, shapes)
