"""The pool engine: rollouts are handed to shards as they can take them, and again where a shard is lost."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from farm.errors import leaves
from rollouts.engines.engine import EngineError, Heard, Rollout, Terms
from rollouts.engines.shard import Bundle, bundled
from rollouts.episode import Episode, Key, episode_of
from rollouts.play import unplayed

logger = logging.getLogger(__name__)

TICK_S = 0.2
"""How often a shard without work, and whoever adds shards, looks again."""

MOST_LOSSES = 3
"""How many shards a rollout may be lost with until it is left unscored: it may be what brings them down."""

MOST_FAILURES = 3
"""How many shards in a row may fail to come up until the run is given up, if none is up."""

ROOM_S = 600.0
"""How long a run without any shard waits for one; a cluster that grows takes minutes for a node."""


class LostError(Exception):
    """A shard, or its node, is gone, and with it all that was played there; one sentence says how it was noticed."""


class Shard(Protocol):
    """A farm and a worker beside it, on one node; what it is asked raises LostError if it is gone."""

    async def exchange(self, bundles: Sequence[Bundle]) -> Sequence[bytes]:
        """Hand over rollouts, and get the episodes that have ended, as lines of their file."""

    async def is_up(self) -> bool:
        """Whether its servers still answer."""

    async def close(self) -> None:
        """Release it, whatever state it is in."""


class Site(Protocol):
    """Where shards are placed."""

    def room(self) -> int:
        """How many shards it has room for, those that are placed included."""

    async def place(self, terms: Terms) -> Shard:
        """Bring a shard up, waiting for room as long as it takes; LostError if it does not come up."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """At least and at most how many shards; None: as many as there is room for."""

    least: int = 1
    most: int | None = None


ANY = Bounds()
"""From one to as many as there is room for."""


class PoolEngine:
    """Plays on shards, each of which has `concurrency` rollouts in play.

    Shards are added while more rollouts are left than those there can play at once, and released when they have nothing
    to do. What was in play on a shard that is lost is played again from its beginning, on another.
    """

    def __init__(self, site: Site, concurrency: int, bounds: Bounds = ANY) -> None:
        self._site, self._concurrency, self._bounds = site, concurrency, bounds

    async def play(self, rollouts: Sequence[Rollout], terms: Terms, heard: Heard) -> None:
        """Play each rollout, in no order; EngineError if no shard comes up."""
        try:
            await _Run(rollouts, terms, heard, self._site, self._concurrency, self._bounds).play()
        except ExceptionGroup as group:
            if error := next((each for each in leaves(group) if isinstance(each, EngineError)), None):
                raise error from group
            raise


class _Run:
    """What is left of one run, and who is at it."""

    def __init__(
        self, rollouts: Sequence[Rollout], terms: Terms, heard: Heard, site: Site, concurrency: int, bounds: Bounds
    ) -> None:
        self._terms, self._heard, self._site = terms, heard, site
        self._concurrency, self._bounds = concurrency, bounds
        self._queue = deque(_groups(rollouts, concurrency))
        self._left: dict[Key, Rollout] = {rollout.key: rollout for rollout in rollouts}
        self._losses: Counter[Key] = Counter()
        self._crew: set[asyncio.Task[None]] = set()
        self._placing: set[asyncio.Task[None]] = set()
        self._up = self._failures = 0
        self._over = asyncio.Event()

    async def play(self) -> None:
        """Keep as many shards at it as are wanted until nothing is left."""
        clock = asyncio.get_running_loop()
        last_up = clock.time()
        async with asyncio.TaskGroup() as group:
            while self._left:
                for _ in range(self._wanted() - len(self._crew)):
                    task = group.create_task(self._man())
                    self._crew.add(task)
                    self._placing.add(task)
                    task.add_done_callback(self._crew.discard)
                    task.add_done_callback(self._placing.discard)
                last_up = clock.time() if self._up else last_up
                if clock.time() - last_up > ROOM_S:
                    raise EngineError(f"no shard came up within {ROOM_S:g} s; see that a node has room for one")
                await self._pause()
            for task in self._placing:  # the others see for themselves that nothing is left
                task.cancel()

    def _wanted(self) -> int:
        """Return how many shards should be at it: as many as have work, within the bounds."""
        busy = -(-len(self._left) // self._concurrency)
        most = self._site.room() if self._bounds.most is None else self._bounds.most
        return max(self._bounds.least, min(busy, most))

    async def _man(self) -> None:
        """Bring a shard up and keep it at work until it is lost, or has none."""
        held: dict[Key, Rollout] = {}
        shard = await self._placed()
        if shard is None:
            return
        self._placing -= {asyncio.current_task()}
        self._up += 1
        try:
            while await self._round(shard, held):
                pass
        except LostError as error:
            logger.warning("%s; %d rollouts are played again", error, len(held))
            self._give_back(held, str(error))
        finally:
            self._up -= 1
            await shard.close()

    async def _placed(self) -> Shard | None:
        try:
            shard = await self._site.place(self._terms)
        except LostError as error:
            self._failures += 1
            if self._failures >= MOST_FAILURES and not self._up:
                raise EngineError(f"no shard came up in {self._failures} attempts; the last one: {error}") from error
            logger.warning("a shard did not come up: %s", error)
            await asyncio.sleep(self._failures)
            return None
        self._failures = 0
        return shard

    async def _round(self, shard: Shard, held: dict[Key, Rollout]) -> bool:
        """Hand a shard what it has room for, and hear what it has played; False if it is wanted no longer."""
        more = self._take(held)
        held |= {rollout.key: rollout for rollout in more}
        if not held:
            if not self._left or len(self._crew) > self._wanted():
                return False
            await self._pause()
            return True
        failed: list[Episode] = []
        for line in await shard.exchange(bundled(more)):
            episode = episode_of(line, "a shard's answer")
            if episode.stop == "machine_error":
                failed.append(episode)
            else:
                self._settle(episode, held)
        if failed and not await shard.is_up():
            raise LostError("the servers of a shard are gone")
        for episode in failed:
            self._settle(episode, held)
        return True

    def _take(self, held: dict[Key, Rollout]) -> list[Rollout]:
        """Take whole groups off the queue: half as many again as are in play at once, but never more than a fair share.

        So a shard has what to go on with while its episodes are on their way here.
        """
        share = -(-len(self._left) // len(self._crew))
        room = min(self._concurrency * 3 // 2, share) - len(held)
        taken: list[Rollout] = []
        while self._queue and len(taken) < room:
            taken += self._queue.popleft()
        return taken

    def _settle(self, episode: Episode, held: dict[Key, Rollout]) -> None:
        del held[episode.key], self._left[episode.key]
        self._heard(episode)
        if not self._left:
            self._over.set()

    def _give_back(self, held: dict[Key, Rollout], reason: str) -> None:
        """Put what was lost with a shard first in the queue, but for what has been lost too often."""
        self._losses.update(held.keys())
        for key, rollout in tuple(held.items()):
            if self._losses[key] >= MOST_LOSSES:
                self._settle(self._unplayed(rollout, f"lost {MOST_LOSSES} times; the last time: {reason}"), held)
        self._queue.extendleft(_groups([*held.values()], self._concurrency))

    def _unplayed(self, rollout: Rollout, trouble: str) -> Episode:
        terms, budget = self._terms, self._terms.limits.budget
        return unplayed(
            rollout.start,
            rollout.policy,
            terms.user,
            seed=terms.seed,
            trial=rollout.trial,
            budget=budget,
            trouble=trouble,
        )

    async def _pause(self) -> None:
        """Wait a moment, or until all is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(TICK_S):
                await self._over.wait()


def _groups(rollouts: Sequence[Rollout], most: int) -> Iterator[tuple[Rollout, ...]]:
    """Part rollouts by their starts, which stand side by side; a group above `most` is parted, too."""
    for _, group in groupby(rollouts, key=lambda rollout: id(rollout.start)):
        whole = tuple(group)
        yield from (whole[begin : begin + most] for begin in range(0, len(whole), most))
