import datetime
from pathlib import Path

import pytest

from kzlod.errors import ConfigurationError
from kzlod.project import Publication, load_project

GOOD = """base = "https://example.org/"
as_of = 2025-01-31
licence = "http://example.org/licence"
sources = ["a"]

[title]
en = "A"

[description]
en = "B"

[prefixes]
ex = "https://example.org/ns#"
"""


def complain(folder: Path, text: str) -> list[str]:
    (folder / "kzlod.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        load_project(folder)
    return [str(problem).removeprefix(f"{folder.as_posix()}/") for problem in raised.value.problems]


def test_a_good_file(tmp_path: Path) -> None:
    (tmp_path / "kzlod.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "mappings").mkdir()
    for name in ("b.yml", "a.yml", "notes.txt"):
        (tmp_path / "mappings" / name).touch()
    project = load_project(tmp_path)
    assert project.sources == ("a",)
    assert project.mapping_files() == (tmp_path / "mappings" / "a.yml", tmp_path / "mappings" / "b.yml")
    assert project.show(tmp_path / "facts" / "x.csv") == "facts/x.csv"
    assert project.show(Path("/elsewhere")) == "/elsewhere"


def test_every_wrong_setting_is_named_with_its_line(tmp_path: Path) -> None:
    text = (
        GOOD.replace('"https://example.org/"', '"https://example.org"').replace("2025-01-31", '"2025"').replace('["a"]', '["../a"]')
    )
    text = text.replace('ex = "https://example.org/ns#"', 'ex = "ns"') + '\n[colours]\nred = "x"\n'
    assert complain(tmp_path, text) == [
        "kzlod.toml:1: base must be an IRI in quotes that ends in '/' [setting]",
        "kzlod.toml:2: as_of must be a date such as 2025-01-31, without quotes [setting]",
        "kzlod.toml:4: sources must be a list of names of letters, digits, - and _ [setting]",
        "kzlod.toml:13: the namespace of prefix 'ex' is no IRI: 'ns' [setting]",
        "kzlod.toml:15: 'colours' is no setting; the settings are base, as_of, title, description, licence, sources, "
        "prefixes, nested, publication [setting]",
    ]


def test_missing_settings_are_named(tmp_path: Path) -> None:
    assert len(complain(tmp_path, "")) == 7


def test_no_toml_and_no_utf8(tmp_path: Path) -> None:
    assert complain(tmp_path, "base = ")[0].startswith("kzlod.toml: not TOML")
    (tmp_path / "kzlod.toml").write_bytes(b"\xff")
    with pytest.raises(ConfigurationError, match="not TOML"):
        load_project(tmp_path)


def test_wrong_settings_of_the_publication_are_named_with_their_lines(tmp_path: Path) -> None:
    text = f"""{GOOD}[publication]
issued = "today"
themes = "GOVE"
colour = "red"

[publication.keywords]
en = "letters"

[publication.publisher]
kind = "Company"

[publication.contact]
name = "The Desk"
url = "desk"

[publication.place]
iri = "https://example.org/isle"
name = {{en = "The Isle"}}
box = [1, 2, 3]
centre = [true, 400]
"""
    assert complain(tmp_path, text) == [
        "kzlod.toml:15: publication.issued must be a date such as 2025-01-31, without quotes [setting]",
        "kzlod.toml:16: publication.themes must be a list of names of letters, digits, - and _ [setting]",
        "kzlod.toml:17: 'colour' is no setting; "
        "the settings are issued, site, themes, keywords, publisher, contact, place [setting]",
        "kzlod.toml:19: publication.keywords must be a table of lists of texts: [publication.keywords] [setting]",
        "kzlod.toml:22: publication.publisher.name must be a text in quotes [setting]",
        "kzlod.toml:27: publication.contact.url must be an IRI in quotes [setting]",
        "kzlod.toml:32: publication.place.box must be a list of 4 numbers in degrees [setting]",
        "kzlod.toml:33: publication.place.centre must be a list of 2 numbers in degrees [setting]",
    ]


def test_a_language_tag_that_is_none_is_named(tmp_path: Path) -> None:
    text = GOOD.replace('en = "B"', '"e n" = "B"') + '[publication]\nkeywords = {english_ = ["C"]}\n'
    assert complain(tmp_path, text) == [
        "kzlod.toml:9: 'e n' in description is no language tag [setting]",
        "kzlod.toml:15: 'english_' in publication.keywords is no language tag [setting]",
    ]


def test_a_publication_may_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "kzlod.toml").write_text(GOOD, encoding="utf-8")
    assert load_project(tmp_path).publication == Publication(datetime.date(2025, 1, 31))
