"""A plugin of pytest for runs on changed code: hypothesis tries the same examples each time, and does not shrink what fails."""

from __future__ import annotations

from hypothesis import Phase, settings


def pytest_configure() -> None:
    settings.register_profile("mutation", database=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
    settings.load_profile("mutation")
