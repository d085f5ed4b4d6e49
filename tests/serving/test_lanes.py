"""Lanes: never more than there are places, the urgent first, and nobody is forgotten."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzlod.serving.lanes import Forms, Lane, read_form

WAITS = st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.booleans()), max_size=30)


@given(st.integers(1, 4), st.integers(0, 2), WAITS)
def test_places_are_never_exceeded_and_all_come_back(size: int, kept: int, waits: list[tuple[bool, int, bool]]) -> None:
    async def main() -> None:
        lane = Lane(size + kept, kept)
        busy = others = most = most_others = 0

        async def use(*, is_urgent: bool, steps: int) -> None:
            nonlocal busy, others, most, most_others
            await lane.wait(is_urgent=is_urgent)
            try:
                busy, others = busy + 1, others + (not is_urgent)
                most, most_others = max(most, busy), max(most_others, others)
                for _ in range(steps):
                    await asyncio.sleep(0)
            finally:
                busy, others = busy - 1, others - (not is_urgent)
                lane.give_back()

        tasks = []
        for is_urgent, steps, is_cancelled in waits:
            tasks.append(asyncio.create_task(use(is_urgent=is_urgent, steps=steps)))
            await asyncio.sleep(0)
            if is_cancelled:
                tasks[-1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert most <= size + kept
        assert most_others <= size
        assert (lane.free, lane.waiting, busy) == (size + kept, 0, 0)

    asyncio.run(main())


def test_the_urgent_come_first() -> None:
    async def main() -> list[str]:
        lane, order = Lane(1), []
        await lane.wait()

        async def use(name: str, *, is_urgent: bool) -> None:
            await lane.wait(is_urgent=is_urgent)
            order.append(name)
            lane.give_back()

        tasks = [asyncio.create_task(use(name, is_urgent=name == "urgent")) for name in ("first", "second", "urgent")]
        await asyncio.sleep(0)
        assert (lane.take(), lane.waiting) == (False, 3)
        lane.give_back()
        await asyncio.gather(*tasks)
        return order

    assert asyncio.run(main()) == ["urgent", "first", "second"]


@pytest.mark.parametrize(
    ("one", "other", "are_alike"),
    [
        ("ASK { <a:b> ?p 'x' }", "ASK { <a:c> ?p 'it\\'s' }", True),
        ('SELECT * { ?s ?p """a\n"b""" }', 'SELECT * { ?s ?p """""" }', True),
        ("SELECT * { ?s ?p 12.5 }", "SELECT * { ?s ?p 7 }", True),
        ("SELECT * { ?s ?p ?o }", "SELECT * { ?s ?p ?s }", False),
        ("SELECT * { ?s <a:b> ?o }", "SELECT * { ?s <a:b>* ?o }", False),
    ],
)
def test_queries_that_differ_in_constants_have_one_form(one: str, other: str, *, are_alike: bool) -> None:
    assert (read_form(one) == read_form(other)) == are_alike


def test_only_so_many_forms_are_remembered() -> None:
    forms = Forms()
    for number in range(20_000):
        forms.note(number, is_long=True)
    assert (forms.is_long(0), forms.is_long(19_999)) == (None, True)
    assert read_form("x" * 20_000) == read_form("y" * 20_000)
