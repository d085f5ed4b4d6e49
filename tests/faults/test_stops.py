"""The server at its ends: told to stop while it answers, given a release that is damaged, or no room for its cache."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from tests.faults.clients import Answer, Client
from tests.faults.conftest import DEADLINE, OPTIONS
from tests.faults.releases import copy_release, point
from tests.faults.servers import ROOT, Server, wait_until
from tests.faults.test_runaways import RUNAWAYS, read_metric

pytestmark = pytest.mark.faults

ALL = "SELECT * WHERE { ?s ?p ?o } # %d"


def test_what_is_asked_before_the_end_is_answered(tmp_path: Path) -> None:
    async def main() -> list[Answer]:
        queries = [RUNAWAYS["cartesian-count"], *(ALL % number for number in range(4))]
        tasks = [asyncio.create_task(ask(server.port, query)) for query in queries]
        await asyncio.sleep(0.1)
        server.signal(signal.SIGTERM)
        return await asyncio.gather(*tasks)

    with Server(ROOT / "output", tmp_path / "cache", (*OPTIONS, "--workers", "2"), ROOT) as server:
        start = time.monotonic()
        answers = asyncio.run(main())
        assert server.process.wait(DEADLINE + 2) == 0
        assert time.monotonic() - start < DEADLINE + 2
    assert {answer.status for answer in answers} == {200, 504}
    assert all(len(json.loads(answer.body)["results"]["bindings"]) > 1000 for answer in answers if answer.status == 200)
    assert not server.list_processes()


def test_a_server_that_nobody_asks_ends_at_once(server: Server) -> None:
    async def main() -> None:
        # Connections that wait for their next request, or have sent half of one.
        async with Client(server.port) as waiting:
            await waiting.get("/health")
            _, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(b"GET /health HTTP/1.1\r\nhos")
            await writer.drain()
            await asyncio.sleep(0.1)
            server.signal(signal.SIGTERM)
            assert await asyncio.to_thread(server.process.wait, 3) == 0
            writer.close()

    asyncio.run(main())


def cut(folder: Path) -> None:
    content = (folder / "kzlod.nq").read_bytes()
    (folder / "kzlod.nq").write_bytes(content[: len(content) // 2 + 1])


def cut_between_lines(folder: Path) -> None:
    content = (folder / "kzlod.nq").read_bytes()
    manifest = {"version": "2", "files": {"kzlod.nq": {"sha256": hashlib.sha256(content).hexdigest()}}}
    (folder / "release.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "kzlod.nq").write_bytes(b"".join(content.splitlines(keepends=True)[:-5]))


def fill_with_noise(folder: Path) -> None:
    (folder / "kzlod.nq").write_bytes(os.urandom(100_000))


def break_manifest(folder: Path) -> None:
    (folder / "release.json").write_bytes(b'{"version": ')


def remove_dump(folder: Path) -> None:
    (folder / "kzlod.nq").unlink()


DAMAGES: dict[Callable[[Path], None], str] = {
    cut: "the dump is damaged",
    cut_between_lines: "the dump is not the one of release.json",
    fill_with_noise: "the dump is damaged",
    break_manifest: "the manifest is damaged",
    remove_dump: "there is no kzlod.nq here",
}


def tells(server: Server, start: int, reason: str) -> bool:
    return reason in server.tell()[start:]


def test_a_damaged_release_is_not_taken_up(small: Path, tmp_path: Path) -> None:
    latest = tmp_path / "latest"
    tag = copy_release(small, tmp_path / "first", 1)
    following = copy_release(small, tmp_path / "last", 2)
    point(latest, tmp_path / "first")
    with Server(latest, tmp_path / "cache", OPTIONS) as server:
        for count, (damage, reason) in enumerate(DAMAGES.items(), start=1):
            copy_release(small, tmp_path / damage.__name__, 100 + count)
            damage(tmp_path / damage.__name__)
            told = len(server.tell())
            point(latest, tmp_path / damage.__name__)
            server.signal(signal.SIGHUP)
            wait_until(partial(tells, server, told, reason), 5)
            assert read_metric(server, "kzlod_failed_reloads_total") >= count
            assert read_dump(server).startswith(tag)
        assert "Traceback" not in server.tell()
        assert len([path for path in server.cache.iterdir() if path.is_dir()]) == 1
        # By the watcher, which has not given up.
        point(latest, tmp_path / "last")
        wait_until(lambda: read_dump(server).startswith(following), 5)


def test_a_cache_without_room(tmp_path: Path) -> None:
    assert_refused(Server(ROOT / "output", tmp_path / "cache", OPTIONS, ROOT, most_written=256 * 1024))
    assert not [path for path in (tmp_path / "cache").iterdir() if path.is_dir()]


def test_a_cache_without_right(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert_refused(Server(ROOT / "output", tmp_path / "file" / "cache", OPTIONS, ROOT))
    if os.geteuid():
        (tmp_path / "closed").mkdir(mode=0o500)
        assert_refused(Server(ROOT / "output", tmp_path / "closed" / "cache", OPTIONS, ROOT))


def assert_refused(server: Server) -> None:
    """A server that cannot start says so in a line and ends with 2."""
    assert server.process.wait(10) == 2, server.tell()
    assert len(server.tell().splitlines()) == 1
    assert server.tell().endswith("[system]\n")
    assert not server.list_processes()


async def ask(port: int, query: str) -> Answer:
    async with Client(port) as client:
        return await client.query(query)


def read_dump(server: Server) -> str:
    async def read() -> Answer:
        async with Client(server.port) as client:
            return await client.get("/health")

    dump: str = json.loads(asyncio.run(read()).body)["dump"]
    return dump
