import pytest

from kzlod.validation.engines import Engine
from kzlod.validation.engines.choice import ENGINES, create_engine


@pytest.fixture(params=ENGINES[1:])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine, in this process."""
    return create_engine(request.param)
