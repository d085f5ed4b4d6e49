"""JUnit XML: a reader of reports reads it, and it is red where the exit code is 1."""

from __future__ import annotations

import pytest
from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite
from tests.validation.formats.samples import SAMPLES, make_result, make_sample

from kzlod.validation.formats.junit import write_junit
from kzlod.validation.outcome import Outcome
from kzlod.validation.report import Message, Severity


def read(outcome: Outcome) -> JUnitXml:
    return JUnitXml.fromstring(write_junit(outcome).encode())


def list_cases(outcome: Outcome) -> list[tuple[TestSuite, TestCase]]:
    return [(suite, case) for suite in read(outcome) for case in suite]


@pytest.mark.parametrize("sample", SAMPLES)
def test_counts_are_those_of_the_cases(sample: str) -> None:
    outcome = SAMPLES[sample]()
    written = read(outcome)
    counts = (written.tests, written.failures, written.errors, written.skipped)
    written.update_statistics()  # type: ignore[no-untyped-call]
    assert counts == (written.tests, written.failures, written.errors, written.skipped)
    assert (counts[1] > 0) == bool(outcome.exit_code)


@pytest.mark.parametrize("sample", SAMPLES)
def test_names_are_unique(sample: str) -> None:
    names = [(case.classname, case.name) for _, case in list_cases(SAMPLES[sample]())]
    assert len(names) == len(set(names))


def test_a_shape_without_findings_passes_and_one_that_is_off_is_absent() -> None:
    cases = {suite.name: case for suite, case in list_cases(SAMPLES["traced"]())}
    assert cases["https://example.org/Letter"].is_passed
    assert "https://example.org/Past" not in cases


def test_values_of_one_node_are_one_case() -> None:
    node = "<https://example.org/a>"
    results = [make_result("name", "Pattern", node, value, messages=(Message(f"bad {value}"),)) for value in ('"b"', '"c"')]
    (found,) = [case for suite, case in list_cases(make_sample(results)) if suite.name == "https://example.org/Person"]
    (failure,) = found.result
    assert isinstance(failure, Failure)
    assert [value in failure.text for value in ('value "b"', 'value "c"')] == [True, True]


def test_what_does_not_fail_is_skipped() -> None:
    result = make_result("name", "Pattern", "<https://example.org/a>", severity=Severity.WARNING)
    kinds = []
    for fail_on in (Severity.VIOLATION, Severity.WARNING):
        outcome = make_sample([result], fail_on=fail_on)
        kinds += [type(found) for _, case in list_cases(outcome) for found in case.result]
    assert kinds == [Skipped, Failure]
