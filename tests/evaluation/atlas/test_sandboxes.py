import asyncio

import pytest

from evaluation.atlas import Sandboxes, UnknownTaskError
from evaluation.atlas.sandboxes import SHARED
from farm.farm import Farm
from sampler.task import Task


async def test_worlds_are_opened_once_however_many_ask(farm: Farm, reading: Task) -> None:
    before = (await farm.capacity()).episodes

    async with Sandboxes(farm, [reading]) as sandboxes:
        found = await asyncio.gather(*(sandboxes.of(reading.id) for _ in range(5)))
        during = (await farm.capacity()).episodes

    assert len({id(each) for each in found}) == 1
    assert (during - before, (await farm.capacity()).episodes) == (1, before)


async def test_the_shared_sandbox_has_every_environment(farm: Farm, reading: Task) -> None:
    async with Sandboxes(farm, [reading]) as sandboxes:
        assert (await sandboxes.of(SHARED)).servers == ["tiny-air", "twin-air"]
        assert sandboxes.environments == ("tiny_air", "twin_air")


async def test_worlds_that_cannot_be_opened_are_not_left_behind(farm: Farm, booking: Task) -> None:
    before = (await farm.capacity()).episodes
    step = booking.truth.trajectory[1].model_copy(update={"code": "sold_out"})
    async with Sandboxes(farm, [booking.model_copy(update={"setup": (step,)})]) as sandboxes:
        with pytest.raises(Exception, match="was recorded otherwise"):
            await sandboxes.of(booking.id)

        assert (await farm.capacity()).episodes == before


async def test_a_task_that_is_not_there_is_said(farm: Farm) -> None:
    async with Sandboxes(farm, []) as sandboxes:
        with pytest.raises(UnknownTaskError, match="no task 'x' among the 0"):
            await sandboxes.of("x")
