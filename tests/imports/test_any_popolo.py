"""Any Popolo is taken over or refused at its places; no value of it is lost: each is in a table, or in what is not read."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kzlod.errors import DataError
from kzlod.imports.entities import Entities
from kzlod.imports.popolo.reading import read_popolo
from kzlod.imports.popolo.things import write_value

TEXTS = st.integers(0, 999).map("v{}".format)
VALUES = st.one_of(TEXTS, st.none(), st.booleans(), st.integers(0, 9), st.just(""), st.lists(TEXTS, max_size=2))
IDS = st.sampled_from(["a", "b", 1, None])
PARTS = st.one_of(
    st.none(),
    st.lists(
        st.fixed_dictionaries(
            {}, optional=dict.fromkeys(("name", "lang", "url", "note", "value", "scheme", "identifier", "odd"), TEXTS)
        ),
        max_size=2,
    ),
)
ORGANIZATIONS = st.fixed_dictionaries(
    {"id": IDS, "name": VALUES}, optional={"founding_date": st.just("1990-00-00"), "image": VALUES, "links": PARTS, "odd": VALUES}
)
POSTS = st.fixed_dictionaries({"label": VALUES}, optional={"id": IDS, "role": VALUES, "organization": ORGANIZATIONS})
MEMBERSHIPS = st.fixed_dictionaries(
    {},
    optional={
        "person_id": IDS,
        "person": st.fixed_dictionaries({"name": VALUES}, optional={"id": IDS, "email": VALUES}),
        "organization_id": IDS,
        "organization": ORGANIZATIONS,
        "member": st.fixed_dictionaries(
            {"@type": st.sampled_from(["Person", "Organization"]), "name": TEXTS}, optional={"id": IDS}
        ),
        "post": POSTS,
        "role": VALUES,
        "start_date": st.sampled_from(["2019", "2019-03", "2019-03-12T00:00:00Z", "", None]),
    },
)
PERSONS = st.fixed_dictionaries(
    {"name": VALUES},
    optional={
        "id": IDS,
        "email": VALUES,
        "other_names": PARTS,
        "identifiers": PARTS,
        "memberships": st.lists(MEMBERSHIPS, max_size=2),
        "odd": VALUES,
    },
)
FILES = st.fixed_dictionaries(
    {},
    optional={
        "persons": st.lists(PERSONS, max_size=2),
        "organizations": st.lists(ORGANIZATIONS, max_size=2),
        "posts": st.lists(POSTS, max_size=2),
        "memberships": st.lists(MEMBERSHIPS, max_size=2),
        "odd": VALUES,
    },
)


def iter_values(value: object) -> Iterator[str]:
    """The texts of a JSON value, however deep; an "@type" is what chooses the table."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from iter_values(inner) if name != "@type" else ()
    elif isinstance(value, list):
        for inner in value:
            yield from iter_values(inner)
    elif text := write_value(value):
        yield text


@settings(max_examples=300, deadline=None, derandomize=True)
@given(FILES)
def test_no_value_is_lost(content: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "p.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        refused: DataError | None = None
        try:
            source = read_popolo(path, "p", Entities(), "en")
        except DataError as error:
            refused = error
    if refused is not None:
        assert all(problem.file.startswith(path.as_posix()) for problem in refused.problems)
        return
    kept = {cell for table in source.tables for row in table.rows for cell in row.values()}
    kept.update(iter_values(list(source.unread.values())))
    assert set(iter_values(content)) <= kept
