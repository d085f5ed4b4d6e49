"""Lanes: never more than there are places, some for the urgent only, and nobody is forgotten."""

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
                lane.give_back(is_urgent=is_urgent)

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


def test_the_urgent_have_places_of_their_own_and_the_others_have_turns() -> None:
    async def main() -> list[str]:
        lane, order = Lane(2, kept=1), []

        async def use(name: str, *, is_urgent: bool) -> None:
            await lane.wait(is_urgent=is_urgent)
            order.append(name)
            if is_urgent:
                lane.give_back(is_urgent=True)

        await lane.wait()
        tasks = [asyncio.create_task(use(f"other {number}", is_urgent=False)) for number in range(2)]
        await asyncio.sleep(0)
        assert (lane.take(), lane.waiting) == (False, 2)
        await use("urgent", is_urgent=True)
        lane.give_back()
        await asyncio.sleep(0)
        lane.give_back()
        await asyncio.gather(*tasks)
        return order

    assert asyncio.run(main()) == ["urgent", "other 0", "other 1"]


def test_urgent_ones_that_never_end_to_come_keep_nobody_out() -> None:
    async def main() -> int:
        lane, turns = Lane(2, kept=1), 0

        async def keep_using() -> None:
            nonlocal turns
            while True:
                await lane.wait(is_urgent=True)
                await asyncio.sleep(0)
                turns += 1
                lane.give_back(is_urgent=True)

        tasks = [asyncio.create_task(keep_using()) for _ in range(8)]
        while turns < 100:
            await asyncio.sleep(0)
        before = turns
        await lane.wait()
        waited = turns - before
        lane.give_back()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert (lane.free, lane.waiting) == (2, 0)
        return waited

    assert asyncio.run(main()) <= 10


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
