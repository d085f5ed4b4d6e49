"""Measures an index of made-up names: builds it in a process of its own, opens it, asks it one by one and by ten."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median, quantiles

from tests.benchmarks.names.generator import iter_persons

from kzlod.matching.entries import NameQuery
from kzlod.matching.index import NameIndex

QUESTIONS = 1000
BATCH = 10


@dataclass(frozen=True)
class Speed:
    """Seconds and megabytes (10^6 bytes) of a build with what makes its names; milliseconds of questions."""

    names: int
    build: float
    peak: float
    folder: float
    typical: float
    slow: float
    batch: float

    @property
    def is_enough(self) -> bool:
        """Whether the limits of the issue hold."""
        return self.build < 60 and self.peak < 500 and self.slow < 15 and self.batch < 100


def measure_speed(names: int, work: Path) -> Speed:
    """Build and ask; half of the questions are for persons of the index, half for others."""
    folder = work.resolve() / "index"
    start = time.perf_counter()
    built = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.names.speed", str(folder), str(names)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    seconds = time.perf_counter() - start
    index = NameIndex.open(folder)
    persons = [*iter_persons(QUESTIONS // 2), *iter_persons(QUESTIONS // 2, seed=9)]
    times = [_time(index, [person.names[place % 2].text]) for place, person in enumerate(persons)]
    texts = [person.names[place % 2].text for place, person in enumerate(persons)]
    batches = [_time(index, texts[place : place + BATCH]) for place in range(0, len(texts), BATCH)]
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    return Speed(names, seconds, float(built.stdout), size, median(times), quantiles(times, n=20)[-1], quantiles(batches, n=20)[-1])


def write_speed(speed: Speed) -> list[str]:
    """A Markdown table."""
    figures = (f"{speed.names:,}", f"{speed.build:.0f} s", f"{speed.peak:.0f} MB", f"{speed.folder:.0f} MB")
    times = (f"{milliseconds:.1f} ms" for milliseconds in (speed.typical, speed.slow, speed.batch))
    return [
        "",
        "| names | build | peak | on disk | question, median | question, 95 of 100 | ten questions, 95 of 100 |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        f"| {' | '.join((*figures, *times))} |",
    ]


def _time(index: NameIndex, texts: list[str]) -> float:
    start = time.perf_counter()
    for text in texts:
        index.find(NameQuery(text))
    return 1000 * (time.perf_counter() - start)


def _build(folder: Path, names: int) -> None:
    NameIndex.build(iter_persons(names // 2)).save(folder)
    print(getrusage(RUSAGE_SELF).ru_maxrss * 1024 / 1e6)


if __name__ == "__main__":
    _build(Path(sys.argv[1]), int(sys.argv[2]))
