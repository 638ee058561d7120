"""The worlds a task begins in: opened with its seed, with the calls of its setup made before anybody looks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from envkit.calls import ToolCall
from envkit.realism import PROFILES, ProfileName
from farm.errors import FarmError
from farm.farm import Farm
from farm.session import Session
from sampler.task import StepRecord


@asynccontextmanager
async def opened(
    farm: Farm,
    environments: Sequence[str],
    seed: int,
    setup: Sequence[StepRecord] = (),
    realism: ProfileName | None = None,
) -> AsyncIterator[Session]:
    """Open a session as a task begins; its `start`, to which diffs and resets go back, lies after the setup.

    The profile of `realism` holds from then on: nothing befalls the setup, nor the truth of a task, which is executed
    without one. Raises FarmError if a call of the setup does not go as it was recorded.
    """
    profile = None if realism is None else PROFILES[realism]
    if not setup:
        async with await farm.open(environments, seed=seed, realism=profile) as session:
            yield session
        return
    async with await farm.open(environments, seed=seed) as before:
        for step in setup:
            seen = await before.call(ToolCall(step.environment, step.tool, step.arguments))
            if seen.code != step.code:
                raise FarmError(f"{step.environment}: {step.tool} of the setup was recorded otherwise: {seen.text}")
        async with await before.fork(profile) as session:
            yield session
