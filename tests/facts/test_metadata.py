from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kzlod.dataset import Dataset
from kzlod.errors import ConfigurationError
from kzlod.facts.check import check_tables
from kzlod.facts.loading import create_tables, fill_tables
from kzlod.facts.metadata import load_tables
from kzlod.project import load_project
from kzlod.terms import NS

PROJECT = load_project(Path(__file__).parent / "project")


def test_tables_are_read_in_order() -> None:
    tables = load_tables(PROJECT)
    assert [(table.source, table.name) for table in tables[:2]] == [("project", "identities"), ("missions", "documents")]
    memberships = next(table for table in tables if table.name == "memberships")
    assert memberships.shown == "facts/missions/memberships.csv"
    assert memberships.place.line == 44
    assert memberships.get_column("id").required
    assert not memberships.get_column("rank").required
    assert [(key.source, key.table, key.references) for key in memberships.foreign_keys] == [
        ("project", "identities", ("entity",)),
        ("missions", "roles", ("id",)),
    ]
    with pytest.raises(KeyError):
        memberships.get_column("salary")


@pytest.mark.parametrize("name", ["main", "Memory", "project", "Missions"])
def test_the_name_of_a_source_may_be_taken(name: str) -> None:
    with pytest.raises(ConfigurationError, match="the name is taken"):
        load_tables(replace(PROJECT, sources=("missions", name)))


def test_names_of_tables_and_columns_cannot_leave_their_quotes(tmp_path: Path) -> None:
    names = ['i"d', "it's", "{0}", "select", "$source"]
    folder = tmp_path / "facts" / "odd"
    folder.mkdir(parents=True)
    columns = [
        {"name": names[0], "required": True},
        {"name": names[1], "separator": "'", "datatype": {"format": "[a-z'\"{}]+"}},
        {"name": names[2], "datatype": "date"},
        {"name": names[3], "datatype": {"base": "integer", "maximum": 5}},
        {"name": names[4], "null": ["", "it's"]},
    ]
    table = {
        "url": "a \"b\" 'c' {d}.csv",
        f"{NS}role": "facts",
        f"{NS}order": [[names[2], names[2]]],
        f"{NS}acyclic": [names[0], names[4]],
        "tableSchema": {
            "columns": columns,
            "primaryKey": names[0],
            "foreignKeys": [
                {"columnReference": names[1], "reference": {"resource": "a \"b\" 'c' {d}.csv", "columnReference": names[0]}},
                {
                    "columnReference": [names[0], names[3]],
                    "reference": {"resource": "a \"b\" 'c' {d}.csv", "columnReference": [names[0], names[4]]},
                },
            ],
        },
    }
    group = {"@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}], "tables": [table]}
    (folder / "tables.json").write_text(json.dumps(group), encoding="utf-8")
    header = '"i""d",it\'s,{0},select,$source\n'
    (folder / "a \"b\" 'c' {d}.csv").write_text(f"{header}a,a'z,2024-02-30,7,a\nb,,,,it's\n", encoding="utf-8", newline="")
    project = replace(PROJECT, folder=tmp_path, sources=("odd",))
    tables = load_tables(project)
    dataset = Dataset(project)
    create_tables(dataset, tables)
    assert not fill_tables(dataset, tables)
    assert [(problem.line, problem.column, problem.rule, problem.value) for problem in check_tables(dataset, tables)] == [
        (2, 1, "foreign-key", "a, 7"),
        (2, 3, "foreign-key", "z"),
        (2, 7, "datatype", "2024-02-30"),
        (2, 18, "range", "7"),
        (2, 20, "acyclic", "a"),
    ]
    assert dataset.connection.execute("SELECT line FROM fact_rows ORDER BY line").fetchall() == [(2,), (3,)]
