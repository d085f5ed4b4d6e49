from pathlib import Path

import pytest
from hypothesis import settings

from kzlod.build import build
from kzlod.project import load_project

ROOT = Path(__file__).parents[1]

# A busy machine is no fault, and the whole suite is to take minutes: what wants more examples says so itself.
settings.register_profile("kzlod", max_examples=50, deadline=None)
settings.load_profile("kzlod")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh build of the repository's own dataset."""
    output = tmp_path_factory.mktemp("built") / "output"
    build(load_project(ROOT), output)
    return output


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the repository with the documents, tables and test suites, which are not part of it."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the documents and test suites are not beside the repository")
    return folder
