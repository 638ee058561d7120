"""Weather: what comes of a profile of realism in one world, seeded and call by call."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from envkit.clock import derive
from envkit.environment import Answer
from envkit.errors import RATE_LIMITED, UNAVAILABLE
from envkit.realism import RateLimit, Realism

_WHOLE = 2**64
"""How many seeds there are, so that one of them divided by it is a number in [0, 1)."""


@dataclass(frozen=True, slots=True)
class Weather:
    """What has come of a profile in one world: a value, so that forks and snapshots share it.

    `met` counts the calls so far, `passed` those let through since the limit was last lifted, `waiting` those that it
    will still refuse. `struck`: how often in a row a tool was unavailable, by its name.
    """

    realism: Realism
    seed: int
    met: int = 0
    passed: int = 0
    waiting: int = 0
    struck: Mapping[str, int] = field(default_factory=dict)

    def meet(self, tool: str) -> tuple[Weather, Answer | None]:
        """Let one more call come; return the weather after it, and the refusal of a call that is not executed."""
        faults, limit, met = self.realism.faults, self.realism.rate_limit, self.met + 1
        if limit is not None and self.waiting:
            left = self.waiting - 1
            return replace(self, met=met, waiting=left), _limited(limit, left)
        struck = self.struck.get(tool, 0)
        if faults is not None and struck < faults.in_a_row and self._chance("fault", met) < faults.share:
            return replace(self, met=met, struck={**self.struck, tool: struck + 1}), _FAULT
        others = {name: times for name, times in self.struck.items() if name != tool} if struck else self.struck
        passed = self.passed + 1
        if limit is not None and passed == limit.calls:
            return replace(self, met=met, passed=0, waiting=limit.refused, struck=others), None
        return replace(self, met=met, passed=passed, struck=others), None

    @property
    def delay_s(self) -> float:
        """How long the answer to the newest call is held back."""
        latency = self.realism.latency
        if latency is None:
            return 0.0
        span_ms = latency.most_ms - latency.least_ms
        return (latency.least_ms + span_ms * self._chance("latency", self.met)) / 1000

    def _chance(self, use: str, number: int) -> float:
        """Return the chance of one call for one use, in [0, 1)."""
        return derive(self.seed, use, number) / _WHOLE


def begin(realism: Realism, seed: int, environment: str) -> Weather:
    """Return the weather that a world of that seed begins with; worlds of one task do not have the same."""
    return Weather(realism, derive(seed, "realism", environment))


async def linger(weather: Weather) -> None:
    """Hold back the answer to the newest call."""
    if delay_s := weather.delay_s:
        await asyncio.sleep(delay_s)


_FAULT = Answer(
    code=UNAVAILABLE, sentence="The service cannot answer now, and nothing was done. Make the same call again."
)


def _limited(limit: RateLimit, left: int) -> Answer:
    then = f"{left} more will be refused, then calls are let through again" if left else "the next one is let through"
    sentence = (
        f"The limit of {limit.calls} calls is reached, and nothing was done. "
        f"Make the same call again, for each one refused counts as waiting: {then}."
    )
    return Answer(code=RATE_LIMITED, sentence=sentence, retry_after_calls=left)
