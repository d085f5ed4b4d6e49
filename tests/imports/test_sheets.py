"""Tables as spreadsheet programs of many countries save them are read as they are meant, or told at the cell that is no value."""

from pathlib import Path

import pytest

from kzlod.errors import DataError
from kzlod.imports.entities import Entities
from kzlod.imports.source import Source
from kzlod.imports.tabular import Reading, read_tables


def read(folder: Path, content: str | bytes, order: str = "") -> Source:
    path = folder / "t.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_tables([path], "t", Entities(), Reading(order=order))


def refuse(folder: Path, content: str | bytes, order: str = "") -> list[str]:
    with pytest.raises(DataError) as raised:
        read(folder, content, order)
    return [str(problem).removeprefix(f"{folder.as_posix()}/") for problem in raised.value.problems]


PLAIN = "Name,Position (title)\nJörg,Keeper\n"


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.replace(",", ";"),
        "Name;Born, died;Rank\nJörg;1900, 1980;1\nIda;1900, 1980;2\n".replace("Ida", "Jörg"),
        "sep=;\nName;Office\nJörg;Keeper, first\n",
        "\ufeffsep=|\r\nName|Office\r\nJörg|Keeper\r\n".encode(),
        PLAIN.replace(",", "\t").encode("utf-16"),
        "\ufeff" + PLAIN,
        # Blank rows and columns of a sheet.
        "Name;Office;;\nJörg;Keeper;;\n;;;\n;;;\n",
    ],
)
def test_a_sheet_is_read_as_it_is_meant(content: str | bytes, tmp_path: Path) -> None:
    (table,) = read(tmp_path, content).tables
    assert {row[table.columns[2].name] for row in table.rows} == {"Jörg"}
    assert not any(column.name.startswith("column") for column in table.columns)
    assert len(table.rows) == (2 if b"Born" in (content if isinstance(content, bytes) else content.encode()) else 1)


@pytest.mark.parametrize(
    ("content", "messages"),
    [
        (b"PK\x03\x04\x14\0", ["t.csv: this is a workbook, not a table as text: save its sheet as CSV in UTF-8 [workbook]"]),
        (b"\xd0\xcf\x11\xe0\xa1", ["t.csv: this is a workbook, not a table as text: save its sheet as CSV in UTF-8 [workbook]"]),
        (
            b"\xff\xfea",
            ["t.csv: the text is no UTF-16"],
        ),
        (
            "Name,Sum\nAda,=SUM(A1:A3)\nIda,#REF!\nIda,#N/A\nIda,#BEZUG!\nIda,#1\n",
            [
                "t.csv:2: column 'Sum': this is a formula: save the sheet with its values [cell]",
                *(f"t.csv:{line}: column 'Sum': this is an error of the spreadsheet, no value [cell]" for line in (3, 4, 5)),
            ],
        ),
        ("Name,Office\nA\0,x\n", ["t.csv:2: column 'Name': a NUL is no character of a text [nul]"]),
        (
            "List of 2020,,\nName,Office,Party\n",
            ["t.csv:1: a second column has no name: the first line names the columns"],
        ),
    ],
)
def test_what_is_no_table_of_values_is_told(content: str | bytes, messages: list[str], tmp_path: Path) -> None:
    told = refuse(tmp_path, content)
    assert len(told) == len(messages)
    assert all(map(str.startswith, told, messages)), told


def test_dates_with_slashes_are_read_in_the_order_that_is_given(tmp_path: Path) -> None:
    content = "Mayor,Since,Opened\nAda,3/12/2019,12.3.2001\n"
    (message,) = refuse(tmp_path, content)
    assert message.startswith(
        "t.csv:2: column 'Since': '3/12/2019' is no date: say with --dates DMY or --dates MDY what comes first"
    )
    (table,) = read(tmp_path, content, "MDY").tables
    assert [(row["since"], row["since_written"], row["opened"]) for row in table.rows] == [
        ("2019-03-12", "3/12/2019", "2001-03-12")
    ]
    assert read(tmp_path, content, "DMY").tables[0].rows[0]["since"] == "2019-12-03"


@pytest.mark.parametrize(
    "header",
    [
        "First name,Last name,Post,Since",
        "Vorname;Name;Amt;seit",
        "Prénom;Nom;Fonction;Début",
        "Nombre;Apellidos;Cargo;Desde",
        "Имя;Фамилия;Должность;Начало",
    ],
)
def test_first_and_last_names_are_one_person_that_holds_a_post(header: str, tmp_path: Path) -> None:
    text = f"{header},Wikidata\nChloé,Lefèvre,Keeper,2019,Q900001\n"
    source = read(tmp_path, text.replace(",", ";") if ";" in header else text)
    (table,) = source.tables
    assert table.rows[0]["full_name_entity"] == "person/chloe-lefevre"
    assert ("full_name", "full_name_entity") in table.names
    assert any(note.endswith(": schema:sameAs of the person") for note in source.notes), source.notes
    assert any(note.endswith(": schema:familyName of the person") for note in source.notes), source.notes


@pytest.mark.parametrize(
    "header",
    [
        "Nombre;Cargo;Desde",
        "Nome;Cargo;Início",
        "Nom;Fonction;Début",
        "Name;Amt;seit",
        "ФИО;Должность;Начало",
        "Аты-жөні;Лауазым;Басталуы",
    ],
)
def test_a_plain_name_is_the_whole_one(header: str, tmp_path: Path) -> None:
    (table,) = read(tmp_path, f"{header}\nChloé Lefèvre;Keeper;2019\n").tables
    assert [row["entity"] for row in table.rows] == ["membership/chloe-lefevre-keeper-2019"]
    assert "person/chloe-lefevre" in table.rows[0].values()


def test_a_last_name_beside_the_whole_name_is_a_part_of_it(tmp_path: Path) -> None:
    (table,) = read(tmp_path, "Nombre,Apellidos,Cargo\nAda Ember,Ember,Keeper\n").tables
    assert "person/ada-ember" in table.rows[0].values()


def test_a_first_name_beside_the_whole_name_is_a_part_of_it(tmp_path: Path) -> None:
    (table,) = read(tmp_path, "Name,First name,Position\nAda Ember,Ada,Keeper\n").tables
    assert table.rows[0]["name_entity"] == "person/ada-ember"


def test_ids_that_are_not_unique_are_told(tmp_path: Path) -> None:
    source = read(tmp_path, "id,name\n1,Ada\n1,Ida\n")
    assert source.tables[0].key != "id"
    assert any("id: ns:id, for it is not in every row" in note for note in source.notes)


def test_a_table_in_which_nothing_has_a_name_says_so(tmp_path: Path) -> None:
    assert any("nothing has a name" in note for note in read(tmp_path, "word\nalpha\n").notes)
    assert not any("nothing has a name" in note for note in read(tmp_path, "name\nalpha\n").notes)


def test_a_date_is_not_more_precise_than_the_column_of_its_precision_says(tmp_path: Path) -> None:
    text = "person,position,start,startPrecision,end,end precision\n"
    rows = "Ada,Keeper,2019-01-01T00:00:00Z,9,2020-05-01T00:00:00Z,10\nIda,Keeper,2019-01-01T00:00:00Z,11,,\n"
    (table,) = read(tmp_path, text + rows).tables
    assert [(row["start"], row["end"], row["start_written"]) for row in table.rows] == [
        ("2019", "2020-05", "2019-01-01T00:00:00Z"),
        ("2019-01-01", "", "2019-01-01T00:00:00Z"),
    ]
    (message,) = refuse(tmp_path, text + rows.replace(",9,", ",8,"))
    assert message.startswith("t.csv:2: column 'startPrecision': a date of precision 8 cannot be written")
    (message,) = refuse(tmp_path, "person,position,startPrecision,start\nAda,Keeper,9,soon\n")
    assert message.startswith("t.csv:2: column 'start': 'soon' is no date")
