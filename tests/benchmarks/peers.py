"""Peers: tools that are measured beside kzlod, each in an environment of its own; and the machine that is measured on."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks.measure import RunError


def find_interpreter(name: str, requirements: Path, venvs: Path) -> Path:
    """The interpreter of a tool's environment, which is made where it is missing; kzlod's is this one.

    Args:
        name: of the tool.
        requirements: the file of what is installed.
        venvs: the folder of the environments.

    Raises:
        RunError: it cannot be installed here.
    """
    if name.startswith("kzlod"):
        return Path(sys.executable)
    interpreter = venvs / name / "bin" / "python"
    if not interpreter.exists():
        try:
            subprocess.run([sys.executable, "-m", "venv", str(venvs / name)], check=True)
            subprocess.run([str(interpreter), "-m", "pip", "install", "-q", "-r", str(requirements)], check=True)
        except subprocess.CalledProcessError:
            shutil.rmtree(venvs / name, ignore_errors=True)
            raise RunError("cannot be installed here") from None
    return interpreter


def describe_machine(*packages: str) -> str:
    """Processor, memory, versions of packages, and how busy it was."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    processor = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    engines = ", ".join([f"Python {platform.python_version()}", *(f"{name} {version(name.lower())}" for name in packages)])
    return f"{os.cpu_count()} cores of {processor}, {memory:.0f} GiB, {engines}, load {os.getloadavg()[0]:.1f}"
