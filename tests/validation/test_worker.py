"""The engine in a process of its own: deadlines, ends without an answer, and which engine is chosen."""

from __future__ import annotations

import importlib.metadata
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.validation.turtle import read_data_text, read_shapes_text

from kzlod.errors import ConfigurationError, EngineError, Problem
from kzlod.validation.engine import validate
from kzlod.validation.engines import UnsupportedError
from kzlod.validation.engines.choice import AUTO, FAST, REFERENCE, create_engine, open_engine
from kzlod.validation.engines.turbo import Turbo
from kzlod.validation.engines.worker import Deadline, Worker, open_worker

SHAPES = read_shapes_text("ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:maxCount 1 ; sh:hasValue [] ] .")
DATA = read_data_text('ex:a ex:p 1, "ә😀\\n", _:x .')
UNSUPPORTED = read_shapes_text('ex:S sh:targetNode ex:a ; sh:js [ sh:jsFunctionName "f" ] .')


@pytest.mark.parametrize("name", [REFERENCE, FAST])
def test_a_worker_says_what_its_engine_says(name: str) -> None:
    with open_worker(name, Deadline.set(60)) as worker:
        for _ in range(2):
            assert validate(worker, DATA, SHAPES) == validate(create_engine(name), DATA, SHAPES)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with open_worker(FAST, Deadline.set(300)) as worker:
        yield worker


@settings(deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_every_text_comes_through(worker: Worker, text: str) -> None:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    data = f'<https://example.org/a> <https://example.org/p> "{escaped}" .\n'
    shapes = read_shapes_text("ex:S sh:targetObjectsOf ex:p ; sh:nodeKind sh:IRI .")
    assert validate(worker, data, shapes) == validate(create_engine(FAST), data, shapes)


def test_problems_of_shapes_come_through() -> None:
    with open_worker(FAST, Deadline.set(60)) as worker:
        with pytest.raises(ConfigurationError, match="a shape is ill-formed"):
            worker.run("", read_shapes_text("ex:S sh:targetNode ex:a ; sh:property [ sh:minCount 1 ] ."))
        with pytest.raises(UnsupportedError):
            worker.run("", UNSUPPORTED)
        assert not validate(worker, DATA, SHAPES).conforms


def test_the_deadline_is_for_all_jobs_together() -> None:
    with open_worker(FAST, Deadline.set(2)) as worker:
        time.sleep(2.1)
        start = time.monotonic()
        with pytest.raises(EngineError, match="no result within 2 seconds"):
            worker.run(DATA, SHAPES)
        assert time.monotonic() - start < 2


def test_an_engine_that_is_killed_says_nothing_about_the_data() -> None:
    with open_worker(FAST, Deadline.set(60)) as worker:
        worker.run(DATA, SHAPES)
        os.kill(worker.process.pid, signal.SIGKILL)
        with pytest.raises(EngineError, match="ended without an answer: signal 9"):
            worker.run(DATA, SHAPES)


def test_no_process_is_left_over() -> None:
    with open_worker(FAST, Deadline.set(60)) as worker:
        pass
    assert worker.process.returncode is not None


@contextmanager
def installed(monkeypatch: pytest.MonkeyPatch, version: str | None) -> Iterator[None]:
    def find(_name: str) -> str:
        if version is None:
            raise importlib.metadata.PackageNotFoundError
        return version

    with monkeypatch.context() as context:
        context.setattr("importlib.metadata.version", find)
        yield


def test_auto_takes_the_fast_engine() -> None:
    with open_engine(AUTO) as engine:
        assert engine.name == FAST
        assert validate(engine, DATA, SHAPES) == validate(create_engine(REFERENCE), DATA, SHAPES)


@pytest.mark.parametrize(("version", "warnings"), [(None, 0), ("0.0.1", 1)])
def test_without_the_compared_version(version: str | None, warnings: int, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Problem] = []
    with installed(monkeypatch, version):
        with open_engine(AUTO, warn=told.append) as engine:
            assert engine.name == REFERENCE
        with pytest.raises(ConfigurationError, match=r"kzlod\[fast\]"), open_engine(FAST):
            pass
    assert len(told) == warnings


def test_the_reference_steps_in_where_the_fast_engine_lacks_a_feature() -> None:
    told: list[Problem] = []
    with open_engine(AUTO, warn=told.append) as engine:
        assert validate(engine, DATA, UNSUPPORTED).conforms
    assert [problem.message.partition(":")[0] for problem in told] == ["warning"]
    assert told[0].message.endswith("pySHACL runs instead")


def test_the_fast_engine_alone_does_not_step_aside() -> None:
    with open_engine(FAST) as engine, pytest.raises(EngineError, match="sh:js"):
        validate(engine, DATA, UNSUPPORTED)


@pytest.mark.parametrize("share", [1, 1000])
def test_the_fast_engine_reads_few_letters_as_escapes_and_many_as_they_are(share: int) -> None:
    plain = "<http://a.example/a> <http://a.example/p> <a:b> .\n" * share
    text = '<http://a.example/ә> <http://a.example/p> "ж\\n😀\\u0001" .\n' + plain
    decoded = Turbo().decode(text.encode())
    assert decoded.isascii() == (share == 1000)
    quads = [list(pyoxigraph.parse(input=each.encode(), format=pyoxigraph.RdfFormat.N_TRIPLES)) for each in (text, decoded)]
    assert quads[0] == quads[1]
