"""The floors of docs/architecture.md: an import goes down only, no stage knows another, and there is no cycle."""

import ast
import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "kzlod"

FLOORS = {
    "errors": 0,
    "terms": 0,
    "quoting": 0,
    "resources": 0,
    "names": 0,
    "services": 0,
    "tree": 0,
    "project": 0,
    "dataset": 0,
    "connections": 0,
    "endpoints": 0,
    "exchange": 0,
    "delimited": 0,
    "facts": 1,
    "links": 1,
    "mapping": 1,
    "matching": 1,
    "validation": 1,
    "dumps": 1,
    "queries": 1,
    "releases": 1,
    "tracing": 1,
    "summary": 1,
    "catalogue": 2,
    "origins": 2,
    "proposals": 2,
    "pushing": 2,
    "reconciliation": 2,
    "site": 2,
    "imports": 2,
    "starting": 2,
    "wikidata": 2,
    "serving": 3,
    "build": 3,
    "mapper": 3,
    "matcher": 3,
    "publisher": 4,
    "releaser": 4,
    "importer": 4,
    "doctor": 4,
    "cli": 5,
    "__main__": 6,
    "__init__": 0,
}


# Where a library may be imported; what is not named here is free.
LIBRARIES = {
    "anyascii": {"matching"},
    "click": {"cli"},
    "jinja2": {"serving", "site"},
    "markupsafe": {"site"},
    "limits": {"cli", "serving"},
    "mimeparse": {"serving"},
    "numpy": {"matching"},
    "prometheus_client": {"serving"},
    "py4j": {"mapping"},
    "pyshacl": {"validation"},
    "pyshacl_turbo": {"validation"},
    "pyspark": {"mapping"},
    "rapidfuzz": {"matching"},
    "rdflib": {"validation"},
    "SPARQLWrapper": {"queries"},
    "starlette": {"serving"},
    "uvicorn": {"cli", "serving"},
    "sqlglot": {"mapping"},
    "urllib3": {"connections"},
    "uvloop": {"cli"},
    "yaml": {"tree"},
}


def is_module(name: str) -> bool:
    return (SOURCE / f"{name}.py").exists() or (SOURCE / name).is_dir()


def list_imports() -> dict[str, set[str]]:
    """The modules of the package that each module imports, by dotted name below kzlod."""
    imports: dict[str, set[str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
        found = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "kzlod":
                module = (node.module or "").removeprefix("kzlod").removeprefix(".")
                found |= {module} if module else {alias.name for alias in node.names if is_module(alias.name)}
            elif isinstance(node, ast.Import):
                found |= {alias.name.removeprefix("kzlod.") for alias in node.names if alias.name.startswith("kzlod.")}
        imports[name] = found
    return imports


def room_of(module: str) -> str:
    return module.split(".", maxsplit=1)[0]


def test_every_module_has_a_floor() -> None:
    assert {room_of(module) for module in list_imports()} == set(FLOORS)


def test_the_table_of_the_documentation_is_this() -> None:
    text = (SOURCE.parents[1] / "docs/architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d) \| (.*) \|$", text, re.MULTILINE)
    told = {room: int(floor) for floor, rooms in rows for room in re.findall(r"`(\w+)`", rooms)}
    assert told == {room: floor for room, floor in FLOORS.items() if not room.startswith("__")}


@pytest.mark.parametrize(("module", "imported"), [(m, i) for m, names in list_imports().items() for i in sorted(names)])
def test_imports_go_down(module: str, imported: str) -> None:
    upper, lower = room_of(module), room_of(imported)
    if upper == lower:
        return
    assert FLOORS[upper] >= FLOORS[lower], f"{module} imports {imported}, which is above it"
    assert FLOORS[upper] == 0 or FLOORS[upper] > FLOORS[lower], f"{module} imports {imported}, a room on the same floor"


def test_a_library_stays_in_its_room() -> None:
    for path in SOURCE.rglob("*.py"):
        room = path.relative_to(SOURCE).with_suffix("").parts[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            for name in {name.partition(".")[0] for name in names} & set(LIBRARIES):
                assert room in LIBRARIES[name], f"{path.relative_to(SOURCE)} imports {name}"


def test_there_is_no_cycle() -> None:
    imports = list_imports()

    def walk(path: list[str]) -> None:
        for imported in sorted(imports.get(path[-1], ())):
            assert imported not in path, " -> ".join([*path, imported])
            walk([*path, imported])

    for module in imports:
        walk([module])


def test_only_terms_writes_iris() -> None:
    # What data means is said in data files, not in code.
    for path in SOURCE.rglob("*.py"):
        if path.name != "terms.py":
            texts = [node.value for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant)]
            assert [text for text in texts if isinstance(text, str) and text.startswith(("http://", "https://"))] == [], path.name
