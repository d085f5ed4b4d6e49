"""Runs the benchmark of names: prints Markdown tables of how often the right one is found, beside peers, and of how fast.

    python -m tests.benchmarks.names.run --tuning ../shared/data/names-tuning.csv --sample 600 --names 1000000

Peers score the same candidates of a sample of the same questions, in an environment of their own; of equal scores chance decides.
What they claim is told at the threshold that is best for them, while kzlod's is that of its weights. The exit code is 1 where a
limit is missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tests.benchmarks.measure import RunError
from tests.benchmarks.names.peers_script import TOOLS
from tests.benchmarks.names.questions import Answer, ask, is_held_out, read_names
from tests.benchmarks.names.speed import measure_speed, write_speed
from tests.benchmarks.peers import describe_machine, find_interpreter

HERE = Path(__file__).parent
FALSE = 0.02


@dataclass(frozen=True)
class Figures:
    """Shares of the questions: the right one first, among five, claimed and right; and of those without an answer, claimed."""

    first: float
    five: float
    claimed: float
    false: float

    @property
    def is_enough(self) -> bool:
        """Whether the limits of the issue hold."""
        return self.first >= 0.90 and self.five >= 0.97 and self.false < FALSE


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tuning", type=Path, default=Path("../shared/data/names-tuning.csv"))
    parser.add_argument("--part", choices=["held-out", "tuning"], default="held-out")
    parser.add_argument("--persons", type=int, default=0, help="ask for so many persons of the part only")
    parser.add_argument("--sample", type=int, default=600, help="questions of either kind that the peers are asked")
    parser.add_argument("--names", type=int, default=1_000_000, help="names in the index whose speed is measured; 0 for none")
    parser.add_argument("--work", type=Path, default=Path(".venv/benchmark/names"), help="folder of questions, indexes and peers")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    names = read_names(options.tuning)
    asked = [person for person in names if is_held_out(person) == (options.part == "held-out")]
    answers = list(ask(names, asked[: options.persons or None]))
    ours = count_ours(answers)
    rows = [("kzlod, all questions", ours), *compare_peers(sample(answers, options.sample), options.work)]
    print(describe_machine("rapidfuzz", "numpy"), *write_table(rows), sep="\n")
    limits = [ours.is_enough]
    if options.names:
        speed = measure_speed(options.names, options.work)
        print(*write_speed(speed), sep="\n")
        limits.append(speed.is_enough)
    sys.exit(not all(limits))


def sample(answers: Sequence[Answer], most: int) -> list[Answer]:
    """So many questions with an answer and without, evenly spread."""
    sampled = []
    for kind in ([each for each in answers if each.person], [each for each in answers if not each.person]):
        sampled += kind[:: max(1, len(kind) // most)][:most] if most else []
    return sampled


def count_ours(answers: Sequence[Answer]) -> Figures:
    """The figures of kzlod, by what it claims itself."""
    scores = [[each.score for each in answer.candidates] for answer in answers]
    claims = [bool(answer.candidates) and answer.candidates[0].is_match for answer in answers]
    return _count(answers, scores, claims)


def compare_peers(answers: Sequence[Answer], work: Path) -> list[tuple[str, Figures]]:
    """The figures of each tool on the same candidates; a tool that cannot be installed is left out, which standard error tells."""
    questions = work.resolve() / "questions.jsonl"
    lines = (json.dumps({"query": each.text, "candidates": each.names}, ensure_ascii=False) for each in answers)
    questions.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    rows = [("kzlod", count_ours(answers))] if answers else []
    for tool in TOOLS if answers else ():
        try:
            interpreter = find_interpreter("names", HERE / "requirements" / "peers.txt", work.resolve())
        except RunError as error:
            print(f"{tool}: {error}", file=sys.stderr)
            continue
        command = [str(interpreter), str(HERE / "peers_script.py"), tool, str(questions)]
        printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        scores = [json.loads(line) for line in printed.splitlines()]
        rows.append((tool, _count(answers, scores, _claim_best(answers, scores))))
    return rows


def write_table(rows: Sequence[tuple[str, Figures]]) -> list[str]:
    """A Markdown table in per cent."""
    lines = ["", "| tool | first | among five | claimed and right | false matches |", "| --- | --- | --- | --- | --- |"]
    return lines + [
        f"| {tool} | {each.first:.1%} | {each.five:.1%} | {each.claimed:.1%} | {each.false:.2%} |" for tool, each in rows
    ]


def _count(answers: Sequence[Answer], scores: Sequence[Sequence[float]], claims: Sequence[bool]) -> Figures:
    ranks = [_rank(answer, each) for answer, each in zip(answers, scores, strict=True)]
    known = [(rank, claim) for answer, rank, claim in zip(answers, ranks, claims, strict=True) if answer.person]
    unknown = [claim for answer, claim in zip(answers, claims, strict=True) if not answer.person]
    return Figures(
        first=sum(rank == 0 for rank, _ in known) / len(known),
        five=sum(rank < 5 for rank, _ in known) / len(known),
        claimed=sum(rank == 0 and claim for rank, claim in known) / len(known),
        false=sum(unknown) / len(unknown),
    )


def _rank(answer: Answer, scores: Sequence[float]) -> int:
    """The place of the right one, far behind where it is not among them; of equals, the hash of the id is as good as any."""
    order = sorted(range(len(scores)), key=lambda place: (-scores[place], sha256(answer.candidates[place].id.encode()).digest()))
    return next((rank for rank, place in enumerate(order) if answer.candidates[place].id == answer.person), len(scores) + 5)


def _claim_best(answers: Sequence[Answer], scores: Sequence[Sequence[float]]) -> list[bool]:
    """Claims at the lowest threshold that keeps false matches under the limit in these very questions."""
    best = [max(each, default=0.0) for each in scores]
    absent = sorted((score for answer, score in zip(answers, best, strict=True) if not answer.person), reverse=True)
    threshold = absent[int(FALSE * len(absent))]
    return [score > threshold for score in best]


if __name__ == "__main__":
    main()
