import shutil
from pathlib import Path

from click.testing import CliRunner, Result

from kzlod.cli import main

SMALL = Path(__file__).parents[1] / "small_project"


def trace(*words: str, project: Path = SMALL) -> Result:
    return CliRunner().invoke(main, ["trace", "--project", str(project), *words])


def test_each_statement_leads_to_row_rule_and_passage() -> None:
    result = trace("membership/ember-bridges", "--documents", str(SMALL / "documents"))
    assert result.exit_code == 0, result.output
    assert result.stdout == (
        "https://example.org/membership/ember-bridges\n"
        "\n"
        "fact/letters/memberships/ember-bridges  accepted\n"
        "  rdf:type org:Membership    [mappings/letters.yml:40]\n"
        "  org:member person/ember    [mappings/letters.yml:41]\n"
        "  org:organization organization/bridges    [mappings/letters.yml:42]\n"
        '  ex:since "2019"^^xsd:gYear    [mappings/letters.yml:43]\n'
        "    row       facts/letters/memberships.csv:2\n"
        "    document  document/letter  letter.txt  characters 13-64\n"
        "              “Ada Ember has led the Office of Bridges since 2019.”\n"
    )


def test_an_iri_in_full_and_a_fact_are_traced_as_well() -> None:
    assert trace("https://example.org/person/alia").stdout == trace("person/alia").stdout
    assert "row       facts/letters/persons.csv:3" in trace("fact/letters/persons/alia").stdout


def test_who_names_an_entity_is_listed() -> None:
    assert trace("person/ember").stdout.endswith("\nnamed by\n  membership/ember-bridges\n")


def test_an_unknown_entity_and_no_iri() -> None:
    for iri, message in (("person/nobody", "nothing is said of"), ("a b", "is no IRI")):
        result = trace(iri)
        assert result.exit_code == 2
        assert message in result.stderr


def test_a_changed_document_is_noticed(tmp_path: Path) -> None:
    shutil.copytree(SMALL / "documents", tmp_path / "documents")
    letter = tmp_path / "documents" / "letter.txt"
    letter.write_text(letter.read_text(encoding="utf-8").replace("2019", "2018"), encoding="utf-8")
    result = trace("membership/ember-bridges", "--documents", str(tmp_path / "documents"))
    assert result.exit_code == 1
    assert "another hash" in result.stderr
