"""Outcomes that the golden files of this folder show: what a build has made, hostile text, a baseline, and nothing wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tests.validation.outcomes import make_outcome

from kzlod.errors import Problem
from kzlod.terms import SH, write_literal
from kzlod.validation.outcome import Finding, Outcome
from kzlod.validation.report import Evidence, Location, Message, Origin, Report, Result, Severity
from kzlod.validation.shapes import Shapes, load_shapes

HERE: Final = Path(__file__).parent
EX: Final = "https://example.org/"
HOSTILE: Final = (
    "a]]></failure><testcase/>\n::error file=a.ttl::forged\r##[error]forged ##vso[task] \x1b[2J \x9b1m \x07 \x00 "
    "\u202eright [a](https://example.org/) {0} %0A `\U0001f600` \ufffe"
)


def load_sample_shapes() -> Shapes:
    return load_shapes([HERE / "shapes.ttl"])


def make_result(shape: str, component: str, focus: str, value: str = "", **more: object) -> Result:
    """A result for a shape of ``shapes.ttl``, which is named by its path there."""
    shapes = load_sample_shapes().statements
    path = f"<{EX}{shape}>"
    (term,) = [subject for subject, object_ in shapes.iter_pairs(f"<{SH}path>") if object_ == path]
    fields: dict[str, object] = {"severity": Severity.VIOLATION, "messages": (Message("needs a name", "en"),), **more}
    return Result(focus, path, value, f"{SH}{component}ConstraintComponent", f"{EX}Person", shape=term, **fields)  # type: ignore[arg-type]


def make_sample(results: list[Result], **settings: Any) -> Outcome:
    return make_outcome(Report.from_results(results), load_sample_shapes(), **{"folder": HERE, **settings})


def make_traced() -> Outcome:
    """Results with places in the data, in the tables and in the documents."""
    row = Location("facts/letters/persons.csv", 3, 7, 3, 12)
    evidence = (Evidence(f"{EX}document/letter", 12, 21), Evidence(f"{EX}document/letter", 40, 44))
    origin = Origin(f"{EX}fact/letters/persons/ember", "letters/persons", row, "mappings/letters.yml:12", evidence)
    dump, absolute = Location("output/kzlod.ttl", 17, 5), Location((HERE / "data.ttl").as_posix(), 4)
    details = (make_result("born", "Datatype", '"1990"', '"1990"', messages=(Message("not a date"),)),)
    return make_sample(
        [
            make_result("name", "MinCount", f"<{EX}ember>", locations=(dump,), origins=(origin,)),
            make_result("born", "Node", f"<{EX}ember>", '"1990"', locations=(dump, Location("b c/ә.ttl", 2, 1)), details=details),
            make_result("home", "NodeKind", f"<{EX}alia>", '"Harbour"', severity=Severity.WARNING, messages=(Message("an IRI"),)),
            make_result(
                "home",
                "NodeKind",
                "_:b2",
                '"Pier"',
                severity=Severity.INFO,
                locations=(absolute,),
            ),
        ],
        warnings=(Problem("shapes.ttl", 3, None, "warning: nothing uses it", "unused-shape"),),
    )


def make_hostile() -> Outcome:
    """Results whose every text is hostile."""
    location = Location(f"::error file=x::{HOSTILE.replace(chr(0), '')}.ttl", 1, 1)
    literal = write_literal(HOSTILE)
    origin = Origin(f"{EX}fact", HOSTILE, location, f"{HOSTILE}:3", (Evidence(HOSTILE, 0, 1),))
    return make_sample(
        [
            make_result("name", "Pattern", f"<{EX}%5Berror%5D>", literal, messages=(Message(HOSTILE),), locations=(location,)),
            make_result("name", "Pattern", literal, messages=(Message(HOSTILE),), origins=(origin,)),
        ],
        warnings=(Problem(HOSTILE, None, None, HOSTILE, "unused-shape"),),
    )


def make_compared() -> Outcome:
    """One result that the baseline knows and one that it does not."""
    outcome = make_sample([make_result("name", "MinCount", f"<{EX}{name}>") for name in ("alia", "ember")], compared=True)
    known, new = outcome.findings
    return Outcome((Finding(known.result, known.fingerprint, known=True), new), outcome.shapes, compared=True, folder=HERE)


SAMPLES: Final[dict[str, Callable[[], Outcome]]] = {
    "traced": make_traced,
    "hostile": make_hostile,
    "compared": make_compared,
    "conforms": lambda: make_sample([]),
}
