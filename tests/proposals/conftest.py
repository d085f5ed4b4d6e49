import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Path:
    """A copy of the repository's project, with the output of a build."""
    folder = tmp_path / "project"
    for name in ("facts", "mappings", "ontology", "shapes", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "kzlod.toml", folder)
    (folder / "output").symlink_to(built)
    return folder
