"""The package from a built wheel, in an empty folder elsewhere."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SMALL = Path(__file__).parent / "small_project"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the unpacked wheel and nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(ROOT / "src", source / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    command = [
        "pip",
        "wheel",
        "-q",
        "--disable-pip-version-check",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(folder),
        str(source),
    ]
    subprocess.run([sys.executable, "-m", *command], check=True, cwd=folder)
    (wheel,) = folder.glob("kzlod-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, unpacked."""
    folder = tmp_path_factory.mktemp("sdist")
    code = f"from flit_core.buildapi import build_sdist; print(build_sdist({str(folder)!r}))"
    made = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    subprocess.run(["tar", "-xzf", made.stdout.strip()], cwd=folder, check=True)
    return folder / made.stdout.strip().removesuffix(".tar.gz")


def run(installed: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kzlod", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_it_is_the_wheel_that_runs(installed: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    code = "import kzlod; print(kzlod.__file__)"
    found = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert Path(found.stdout.strip()).is_relative_to(installed)


def test_the_source_distribution_has_all_but_the_output(unpacked: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("this is no clone: git does not say which files belong to it")
    tracked = {name for name in listed.stdout.split("\0") if name and not name.startswith("output/")}
    assert tracked - {str(path.relative_to(unpacked)) for path in unpacked.rglob("*")} == set()


@pytest.mark.slow
def test_it_builds_the_same_dataset(unpacked: Path) -> None:
    result = run(unpacked / "src", unpacked, "build")
    assert result.returncode == 0, result.stderr
    for made in sorted((unpacked / "output").iterdir()):
        assert made.read_bytes() == (ROOT / "output" / made.name).read_bytes(), made.name


def test_it_builds_a_project_elsewhere(installed: Path, tmp_path: Path) -> None:
    project = tmp_path / "elsewhere"
    shutil.copytree(SMALL, project)
    assert run(installed, project, "build").returncode == 0
    assert (project / "output" / "kzlod.ttl").exists()
    assert "Ada Ember" in run(installed, project, "query", "people").stdout
    assert "characters 13-22" in run(installed, project, "trace", "person/ember").stdout


def test_an_empty_folder_is_no_project(installed: Path, tmp_path: Path) -> None:
    result = run(installed, tmp_path, "build")
    assert result.returncode == 2
    assert result.stderr.startswith("kzlod.toml: there is no kzlod.toml here")
    assert list(tmp_path.iterdir()) == []


def test_a_new_project_builds(installed: Path, tmp_path: Path) -> None:
    made = run(installed, tmp_path, "new", "demo")
    assert (made.returncode, made.stderr) == (0, "")
    assert run(installed, tmp_path / "demo", "build").returncode == 0
    assert (tmp_path / "demo/.github/workflows/check.yml").is_file()
    assert "Mira Talvane" in run(installed, tmp_path / "demo", "query", "find").stdout
    (tmp_path / "offices.csv").write_text("name,office,start\nAda Ember,Keeper of Bridges,2019\n", encoding="utf-8")
    assert run(installed, tmp_path, "import", "wikidata-csv", "offices.csv", "--project", "demo").returncode == 0
    assert run(installed, tmp_path / "demo", "doctor").returncode == 1, "the output is not what a build makes now"
