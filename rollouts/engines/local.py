"""The local engine: rollouts are played in this process, on one farm."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence

from farm.farm import Farm
from rollouts.engines.engine import Heard, Rollout, Terms, play_under
from rollouts.start import Group


class LocalEngine:
    """Plays at most `concurrency` rollouts at once on a farm; one that is full makes them wait."""

    def __init__(self, farm: Farm, concurrency: int) -> None:
        self._farm, self._concurrency = farm, concurrency

    async def play(self, rollouts: Sequence[Rollout], terms: Terms, heard: Heard) -> None:
        """Play each rollout, in their order."""
        queue = _grouped(rollouts, self._farm)
        async with asyncio.TaskGroup() as group:
            for _ in range(min(self._concurrency, len(rollouts))):
                group.create_task(_work(queue, terms, heard))


def _grouped(rollouts: Sequence[Rollout], farm: Farm) -> Iterator[tuple[Rollout, Group]]:
    """Yield rollouts with the group that each is of, made when its first comes up."""
    sizes = Counter(rollout.key[:2] for rollout in rollouts)
    group: Group | None = None
    for rollout in rollouts:
        if group is None or group.start is not rollout.start:
            group = Group(rollout.start, farm, sizes[rollout.key[:2]])
        yield rollout, group


async def _work(queue: Iterator[tuple[Rollout, Group]], terms: Terms, heard: Heard) -> None:
    for rollout, group in queue:
        heard(await play_under(terms, group, rollout.policy, rollout.trial))
