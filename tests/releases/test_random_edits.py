"""Eight releases of a project whose tables somebody edits at random: each difference replays, and says what was done."""

from __future__ import annotations

import io
import random
from collections import Counter
from pathlib import Path

import pytest
from tests.releases.conftest import Ledger

from kzlod.releaser import release
from kzlod.releases.difference import iter_changes
from kzlod.releases.dumps import open_dump
from kzlod.releases.patch import read_patch, replay_patch, write_patch
from kzlod.releases.redirects import list_redirects
from kzlod.terms import Triple

NAMES = ("Ida", 'A "B" C', "back\\slash", "Әлия", "Қуат Жарбусынова", "two\nlines", "</script>", "=1+1", "a, b", "it's <a:b> .")


class Editor:
    """Edits the tables of a project, and counts what it has done to entities since the last release."""

    def __init__(self, ledger: Ledger, seed: int) -> None:
        self.ledger = ledger
        self.chance = random.Random(seed)
        self.alive = {"ada": "person/ada", "alia": "person/alia", "rosa": "person/rosa"}
        self.posts = {"keeper": "person/ada", "scribe": "person/rosa"}
        self.targets: dict[str, str | None] = {}
        self.done: Counter[str] = Counter()
        self.fresh: set[str] = set()
        self.number = 0

    def edit(self, times: int) -> None:
        self.done.clear()
        self.fresh.clear()
        for _ in range(times):
            self.chance.choice(
                [self.add_person, self.add_post, self.change, self.withdraw, self.merge, self.remove_post, self.shuffle]
            )()

    def add_person(self) -> None:
        self.number += 1
        name = f"p{self.number}"
        self.ledger.add("identities", f"person/{name}", f"ledger/people/{name}", "", "Named once.")
        self.ledger.add("ledger/people", name, f"person/{name}", "Person", self.chance.choice(NAMES), "kk", "")
        self.alive[name] = f"person/{name}"
        self.fresh.add(f"person/{name}")
        self.done["added"] += 1

    def add_post(self) -> None:
        self.number += 1
        name, person = f"q{self.number}", self.chance.choice(sorted(set(self.alive.values())))
        self.ledger.add("ledger/posts", name, person, self.chance.choice(NAMES))
        self.posts[name] = person
        self.fresh.add(f"post/{name}")
        self.done["added"] += 1

    def change(self) -> None:
        row = self.chance.choice(sorted(self.alive))
        column, value = self.chance.choice(["name", "home"]), self.chance.choice(NAMES)
        self.ledger.put("ledger/people", column, value, where=("id", row))

    def remove_post(self, name: str = "") -> None:
        old = sorted(post for post in self.posts if f"post/{post}" not in self.fresh)
        if not (name or old):
            return
        name = name or self.chance.choice(old)
        del self.posts[name]
        self.ledger.remove("ledger/posts", "id", name)
        self.ledger.add("withdrawals", f"post/{name}", "Misread.")
        self.ledger.add("withdrawals", f"fact/ledger/posts/{name}", "Misread.")
        self.targets |= {f"post/{name}": None, f"fact/ledger/posts/{name}": None}
        self.done["withdrawn"] += 1

    def choose_old(self) -> str | None:
        """A person of the last release who has no post that is new, and is not the last one left."""
        people = set(self.alive.values())
        busy = {person for post, person in self.posts.items() if f"post/{post}" in self.fresh}
        rows = Counter(self.alive.values())
        old = sorted(person for person in people - self.fresh - busy if rows[person] == 1)
        return self.chance.choice(old) if old and len(people) > 1 else None

    def withdraw(self) -> None:
        person = self.choose_old()
        if person is None:
            return
        for post in [post for post, holder in self.posts.items() if holder == person]:
            self.remove_post(post)
        (row,) = [row for row, entity in self.alive.items() if entity == person]
        del self.alive[row]
        self.ledger.remove("ledger/people", "id", row)
        self.ledger.add("withdrawals", person, 'Forged, "all of it".')
        self.ledger.add("withdrawals", f"fact/ledger/people/{row}", "Forged.")
        self.targets |= {person: None, f"fact/ledger/people/{row}": None}
        self.done["withdrawn"] += 1

    def merge(self) -> None:
        person = self.choose_old()
        if person is None:
            return
        other = self.chance.choice(sorted(set(self.alive.values()) - {person}))
        self.ledger.put("identities", "replaced_by", other, where=("entity", person))
        self.ledger.put("ledger/people", "entity", other, where=("entity", person))
        self.ledger.put("ledger/posts", "person", other, where=("person", person))
        self.alive = {row: other if entity == person else entity for row, entity in self.alive.items()}
        self.posts = {post: other if holder == person else holder for post, holder in self.posts.items()}
        self.targets[person] = other
        self.done["merged"] += 1

    def shuffle(self) -> None:
        def mix(rows: list[dict[str, str]]) -> list[dict[str, str]]:
            self.chance.shuffle(rows)
            return rows

        self.ledger.edit(self.chance.choice(["identities", "ledger/people", "ledger/posts", "withdrawals"]), mix)


def follow(targets: dict[str, str | None], path: str) -> str | None:
    target: str | None = path
    while target in targets:
        target = targets[target]
    return target


def replay(old: Path, new: Path, patch: Path) -> bytes:
    with open_dump(old) as before, open_dump(new) as after:
        patch.write_bytes(b"".join(write_patch(before, after, iter_changes(before, after))))
        target = io.BytesIO()
        replay_patch(before, read_patch(patch), target)
    return target.getvalue()


def read_redirects(dump: Path) -> dict[str, str | None]:
    lines = dump.read_text(encoding="utf-8").splitlines()
    triples = (Triple(*line.removesuffix(" .").split(" ", 2)) for line in lines)
    return dict(list_redirects(triples, "https://example.org/"))


@pytest.mark.slow
def test_each_of_eight_releases_is_what_its_patch_makes_of_the_one_before(released: Ledger, tmp_path: Path) -> None:
    ledger, editor = released, Editor(released, seed=2026)
    former = ledger.releases / "1.0.0"
    totals: Counter[str] = Counter()
    for number in range(1, 9):
        editor.edit(6)
        made = release(ledger.project, ledger.releases, f"1.{number}.0")
        later = made.release.folder
        with open_dump(former) as before:
            replayed = io.BytesIO()
            replay_patch(before, read_patch(later / "changes.rdfp"), replayed)
        assert replayed.getvalue() == (later / "kzlod.nq").read_bytes()
        assert replay(later, former, tmp_path / "back") == (former / "kzlod.nq").read_bytes()
        assert replay(former / "kzlod.nt", later / "kzlod.nt", tmp_path / "triples") == (later / "kzlod.nt").read_bytes()
        assert made.changes is not None
        told = Counter[str]()
        for counts in made.changes.entities.values():
            told += Counter(counts)
        del told["changed"]
        assert told == +editor.done
        assert not any(item.is_silent for item in made.changes.items)
        assert read_redirects(later / "kzlod.nt") == {path: follow(editor.targets, path) for path in editor.targets}
        totals += editor.done
        former = later
    assert min(totals[kind] for kind in ("added", "merged", "withdrawn")) > 1
