import pytest

from kzlod.errors import ConfigurationError
from kzlod.tree import parse_tree


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 5_000, "- " * 20_000 + "x"], ids=["lists", "tables", "blocks"])
def test_what_is_too_deep_is_refused_and_does_not_kill_the_process(text: str) -> None:
    with pytest.raises(ConfigurationError, match="more than 100 levels inside one another"):
        parse_tree(text, "any.yml")


def test_many_brackets_side_by_side_are_read() -> None:
    assert len(list(parse_tree("[" + "[1], " * 5_000 + "]", "any.yml"))) == 5_000  # type: ignore[arg-type]
