"""The search index: what its files hold, and what the search box finds with them in a browser."""

import html
import json
import random
from pathlib import Path

import pytest
from tests.site.conftest import RUN_AXE, Watched

from kzlod.names.folding import fold_name
from kzlod.site.search import LONGEST_LIST, SHARD_SIZE, Entry, iter_search_files, name_shard, write_search_script

ODD = "</script><script>alert(1)</script>\u2028\"'=1+1 Одд"
ENTRIES = [
    Entry("person/madina.html", "person", [("Madina Jarbussynova", "en"), ("Мадина Жарбусынова", "ru")], "diplomat"),
    Entry("person/other.html", "person", [("Madina Jarbussynova-Long", "en")]),
    Entry("organization/odd.html", "organization", [(ODD, "en")], "<b>"),
    Entry("place/zhongguo.html", "place", [("China", "en"), ("中国", "zh")]),
    Entry("place/con.html", "place", [("Con", "en")]),
]
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'"


def read_shard(text: str) -> tuple[str, list[list[object]], dict[str, list[int]]]:
    prefix, records, keys = json.loads("[" + text.removeprefix("kzlodSearch.shard(").removesuffix(");\n") + "]")
    return prefix, records, keys


def write_site(folder: Path, entries: list[Entry]) -> Path:
    search = folder / "assets/search"
    search.mkdir(parents=True)
    (folder / "assets/search.js").write_text(write_search_script(), encoding="utf-8")
    for name, text in iter_search_files(entries):
        (search / name).write_text(text, encoding="utf-8")
    page = f"""<!doctype html><html lang="ru"><meta charset="utf-8"><title>Search</title>
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<script src="assets/search.js" defer data-root="" data-language="ru" data-suffix=".ru" data-label="Suggestions" data-none="nothing"
  data-count="{{count}} found" data-more="the first {{count}}" data-short="too short" data-failed="failed"
  data-kinds="{html.escape(json.dumps({"person": "человек"}))}"></script>
<header><form role="search" action="search.html"><label>Search <input name="q" type="search"></label></form></header>
<main><h1>Search</h1><section id="search-results" aria-label="Results"></section></main></html>"""
    (folder / "search.html").write_text(page, encoding="utf-8")
    return folder / "search.html"


def test_every_word_leads_to_its_entity() -> None:
    files = dict(iter_search_files(ENTRIES))
    shards = [read_shard(text) for name, text in files.items() if name != "index.js"]
    for entry in ENTRIES:
        for word in (word for text, _ in entry.names for word in fold_name(text)):
            found = [records[number][0] for _, records, keys in shards for number in keys.get(word, [])]
            assert entry.href in found, word


def test_files_are_the_same_each_time_and_safe_in_a_page() -> None:
    files = list(iter_search_files(ENTRIES))
    assert files == list(iter_search_files(ENTRIES))
    for name, text in files:
        assert name.isascii()
        assert not any(broken in text for broken in ("</", "\u2028", "<!--"))


def test_shards_stay_small_and_frequent_words_are_cut() -> None:
    chance = random.Random(1)
    syllables = ["ka", "la", "mo", "ner", "ти", "са", "жан", "国"]
    entries = [
        Entry(f"thing/{number}.html", "thing", [("Embassy in " + "".join(chance.choices(syllables, k=4)), "en")])
        for number in range(5000)
    ]
    files = dict(iter_search_files(entries))
    index = json.loads(files.pop("index.js").removeprefix("kzlodSearch.index(").removesuffix(");\n"))
    assert files.keys() == {name_shard(prefix) for prefix in index["shards"]}
    assert {"embasi", "in"} <= set(index["frequent"])
    for text in files.values():
        prefix, _, keys = read_shard(text)
        assert len(text.encode()) < 2 * SHARD_SIZE
        for key, numbers in keys.items():
            assert len(numbers) <= LONGEST_LIST
            assert max((p for p in index["shards"] if key.startswith(p)), key=len) == prefix


def test_no_entities_make_an_empty_index() -> None:
    assert [name for name, _ in iter_search_files([])] == ["index.js"]


@pytest.mark.parametrize("query", ["Жарбусынова", "Dzharbusynova", "Jarbussynova", "jarbus mad", "МАДИНА ЖАРБ"])
def test_spellings_lead_to_one_person(watched: Watched, tmp_path: Path, query: str) -> None:
    watched.page.goto(write_site(tmp_path, ENTRIES).as_uri() + "?q=" + query)
    watched.page.wait_for_selector("#search-results a")
    first = watched.page.locator("#search-results a").first
    assert first.get_attribute("href") == "person/madina.ru.html"
    assert "Мадина Жарбусынова" in first.inner_text()
    assert watched.page.get_by_text("2 found").count() == 1


def test_names_stay_text(watched: Watched, tmp_path: Path) -> None:
    watched.page.goto(write_site(tmp_path, ENTRIES).as_uri() + "?q=одд")
    watched.page.wait_for_selector("#search-results a")
    assert watched.page.locator(".search-name").text_content() == ODD
    assert watched.page.locator("#search-results b, #search-results script").count() == 0


@pytest.mark.parametrize(("query", "said"), [("nobody", "nothing"), ("z", "too short"), ("国", "nothing"), ("中国", "1 found")])
def test_the_status_says_what_there_is(watched: Watched, tmp_path: Path, query: str, said: str) -> None:
    watched.page.goto(write_site(tmp_path, ENTRIES).as_uri() + "?q=" + query)
    watched.page.locator("#search-results [role=status]").get_by_text(said, exact=True).wait_for()


def test_suggestions_can_be_walked_by_keys(watched: Watched, tmp_path: Path) -> None:
    (tmp_path / "person").mkdir()
    (tmp_path / "person/madina.ru.html").write_text("<title>Madina</title>", encoding="utf-8")
    page = watched.page
    page.goto(write_site(tmp_path, ENTRIES).as_uri())
    box = page.get_by_role("combobox")
    box.press_sequentially("jarb")
    page.wait_for_selector("[role=option]")
    assert box.get_attribute("aria-expanded") == "true"
    box.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    box.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    box.press("ArrowDown")
    page.wait_for_selector("[role=option]")
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/person/madina.ru.html")


def test_the_form_works_as_a_plain_request(watched: Watched, tmp_path: Path) -> None:
    page = watched.page
    page.goto(write_site(tmp_path, ENTRIES).as_uri())
    page.get_by_role("combobox").fill("Dzharbusynova")
    page.get_by_role("combobox").press("Enter")
    page.wait_for_url("**/search.html?q=Dzharbusynova")
    page.wait_for_selector("#search-results a")


def test_axe_finds_nothing(watched: Watched, axe: str, tmp_path: Path) -> None:
    page = watched.page
    page.goto(write_site(tmp_path, ENTRIES).as_uri() + "?q=jarbussynova")
    page.wait_for_selector("#search-results a")
    page.get_by_role("combobox").fill("madina")
    page.wait_for_selector("[role=option]")
    page.get_by_role("combobox").press("ArrowDown")
    page.evaluate(axe)
    assert page.evaluate(RUN_AXE) == []


def test_everybody_is_found_among_many_of_one_name(watched: Watched, tmp_path: Path) -> None:
    firsts, lasts = [f"Aliya{chr(97 + i)}" for i in range(2)], [f"Ivanov{chr(97 + i)}" for i in range(20)]
    entries = [
        Entry(f"person/{first}-{last}-{number}.html", "person", [(f"{first} {last}", "en")])
        for number in range(30)
        for first in firsts
        for last in lasts
    ]
    watched.page.goto(write_site(tmp_path, entries).as_uri() + "?q=aliyab ivanovt")
    watched.page.get_by_text("30 found", exact=True).wait_for()
