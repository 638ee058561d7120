"""Shared by all tests: the hand-written environment, and pytest's plugins."""

from pathlib import Path

import pytest

ENVIRONMENTS = Path(__file__).parent / "environments"


@pytest.fixture(scope="session")
def tiny_air_folder() -> Path:
    return ENVIRONMENTS / "travel" / "tiny_air"
