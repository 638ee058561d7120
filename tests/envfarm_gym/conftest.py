"""A gym over HTTP with the tasks of rollouts, for the client, which blocks."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from farm.farm import Farm
from farm.listen import served
from rollouts.gym import Bounds, Gym, application
from sampler.task import Task
from tests.rollouts.conftest import booking, environments, farm, host, reading, record

__all__ = ["booking", "environments", "farm", "host", "reading", "record"]

BUDGET = 10


@pytest.fixture
async def url(farm: Farm, reading: Task, booking: Task, tmp_path: Path) -> AsyncIterator[str]:
    async with (
        Gym(farm, [reading, booking], out=tmp_path, bounds=Bounds(budget=BUDGET)) as gym,
        served(application(gym)) as url,
    ):
        yield url


@pytest.fixture
async def late_url(farm: Farm, reading: Task) -> AsyncIterator[str]:
    """A gym whose rollouts are all too late to be scored."""
    async with Gym(farm, [reading], bounds=Bounds(timeout_s=0.001)) as gym, served(application(gym)) as url:
        yield url
