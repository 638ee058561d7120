"""The retelling: recorded trajectories played again elsewhere, and why an answer came out differently."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from registry.checks.host import Host
from registry.checks.probe import Probe
from registry.checks.recording import Played, Seen, Walk
from registry.report import Finding

Cause = Literal["process", "world"]
"""What a difference comes from: the process and its surroundings, or the other worlds it served."""

Start = Callable[[Literal["here", "there"]], AbstractAsyncContextManager[Host]]
"""Starts one more fresh process, in the surroundings of the recording or in the other ones."""

GAP_S = 1.1
"""What is compared was answered at least this long apart, so that a clock read in whole seconds shows."""
EXPLAINED = 2
"""Departures whose cause is searched for, with two fresh processes each."""


@dataclass(frozen=True, slots=True)
class Line:
    """A recorded trajectory from a fresh world; `digest` is that of the world it ended in, "" if not taken."""

    seed: int
    seen: tuple[Seen, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Departure:
    """A line that came out differently at its call number `place` (one past the end: in its last digest)."""

    line: Line
    place: int
    expected: str
    actual: str

    @property
    def tool(self) -> str:
        """The tool that answered differently, "" if only the worlds differ."""
        return self.line.seen[self.place].call.tool if self.place < len(self.line.seen) else ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A departure and what made it."""

    departure: Departure
    cause: Cause

    @property
    def tool(self) -> str:
        """The tool that answered differently, "" if only the worlds differ."""
        return self.departure.tool

    def finding(self, check: str, sentence: str) -> Finding:
        """Make the finding that `check` reports."""
        departure = self.departure
        trail = departure.line.seen[min(departure.place, len(departure.line.seen) - 1)].trail
        return trail.finding(check, self.tool, sentence, expected=departure.expected, actual=departure.actual)


@dataclass(frozen=True, slots=True)
class Retelling:
    """What differed, and how many lines and calls were played again alone and interleaved."""

    differences: tuple[Difference, ...]
    alone: int
    alone_calls: int
    together: int
    together_calls: int

    def because(self, cause: Cause) -> tuple[Difference, ...]:
        """Return the differences that have this cause."""
        return tuple(difference for difference in self.differences if difference.cause == cause)


class Retold:
    """Plays the recordings on a second process when first asked, and remembers what came out.

    There the walks come in another order than they were recorded in, and then all at once: what one world leaves
    behind in the process reaches other worlds than it did in the recording.
    """

    def __init__(
        self, twin: Host, start: Start, walks: Sequence[Walk], plays: Sequence[Played], recorded_at_s: float
    ) -> None:
        self._twin, self._start, self._recorded_at_s = twin, start, recorded_at_s
        self._walks = [Line(walk.seed, walk.seen, walk.digest) for walk in walks]
        self._plays = _one_a_tool(plays)
        self._told: Retelling | None = None
        self._turn = asyncio.Lock()

    async def told(self) -> Retelling:
        """Return what differed; the first caller waits for it to be played."""
        async with self._turn:
            if self._told is None:
                await _pause_until(self._recorded_at_s + GAP_S)
                self._told = await self._tell()
            return self._told

    async def _tell(self) -> Retelling:
        alone = [*reversed(self._walks), *self._plays]
        found: list[Departure] = []
        calls = 0
        for line in alone:
            async with self._twin.probe(line.seed) as probe:
                found += await _play(probe, line)
                calls += probe.calls
        interleaved, together_calls = await self._interleaved()
        differences = await self._explained(found + interleaved)
        return Retelling(tuple(differences), len(alone), calls, len(self._walks), together_calls)

    async def _interleaved(self) -> tuple[list[Departure], int]:
        found: dict[int, Departure] = {}
        async with AsyncExitStack() as stack:
            probes = [await stack.enter_async_context(self._twin.probe(line.seed)) for line in self._walks]
            for place, turn in enumerate(zip_longest(*(line.seen for line in self._walks))):
                for which, seen in enumerate(turn):
                    if seen is not None and which not in found:
                        said = await probes[which].call(seen.call.tool, seen.call.arguments)
                        if said != seen.observation:
                            found[which] = Departure(self._walks[which], place, seen.observation.text, said.text)
            for which, line in enumerate(self._walks):
                digest = await probes[which].digest()
                if which not in found and digest != line.digest:
                    found[which] = Departure(line, len(line.seen), line.digest, digest)
            return list(found.values()), sum(probe.calls for probe in probes)

    async def _explained(self, found: Sequence[Departure]) -> list[Difference]:
        """Find the cause of the first departure of each tool; beyond a few they share the cause of the first."""
        first: dict[str, Departure] = {}
        for departure in found:
            first.setdefault(departure.tool, departure)
        explained: list[Difference] = []
        for number, departure in enumerate(first.values()):
            cause = await self._cause(departure.line) if number < EXPLAINED else explained[0].cause
            explained.append(Difference(departure, cause))
        return explained

    async def _cause(self, line: Line) -> Cause:
        """Play a line alone in two fresh processes: if they agree, it was the other worlds that made the difference."""
        async with self._start("there") as host, host.probe(line.seed) as probe:
            there = await _told_alone(probe, line)
        await _pause_until(time.monotonic() + GAP_S)
        async with self._start("here") as host, host.probe(line.seed) as probe:
            here = await _told_alone(probe, line)
        return "world" if here == there else "process"


def _one_a_tool(plays: Sequence[Played]) -> list[Line]:
    """Choose for each tool the shortest successful case from the seed: walks do not reach every tool's depth."""
    chosen: dict[str, Line] = {}
    for played in sorted(plays, key=lambda each: len(each.seen)):
        last = played.seen[-1]
        if played.case.is_from_seed and not last.observation.is_refused:
            chosen.setdefault(last.call.tool, Line(played.case.seed, played.seen, ""))
    return list(chosen.values())


async def _play(probe: Probe, line: Line) -> list[Departure]:
    """Play a line; return where and how it first differs, or nothing."""
    for place, seen in enumerate(line.seen):
        said = await probe.call(seen.call.tool, seen.call.arguments)
        if said != seen.observation:
            return [Departure(line, place, seen.observation.text, said.text)]
    if line.digest and (digest := await probe.digest()) != line.digest:
        return [Departure(line, len(line.seen), line.digest, digest)]
    return []


async def _told_alone(probe: Probe, line: Line) -> tuple[object, ...]:
    answers = await probe.play([seen.call for seen in line.seen])
    return (*answers, await probe.digest())


async def _pause_until(moment_s: float) -> None:
    await asyncio.sleep(max(0.0, moment_s - time.monotonic()))
