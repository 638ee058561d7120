"""The pace: how many tokens may be asked for in a minute, so that an endpoint's rate limit is met by waiting."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

_MINUTE_S = 60.0


class Pace:
    """Lets requests through so that what they ask for never exceeds `tokens` by more than one minute's worth.

    A generic cell rate algorithm: each request moves the time at which all before it would be worked off, and waits
    until that is less than a minute away. None: no bound. `now` is the clock, in seconds.
    """

    def __init__(self, tokens: int | None, now: Callable[[], float] = time.monotonic) -> None:
        self._tokens, self._now = tokens, now
        self._worked_off_at = now()

    async def wait(self, tokens: int) -> None:
        """Wait until a request for so many tokens may go, in the order of the callers."""
        if wait_s := self.wait_s(tokens):
            await asyncio.sleep(wait_s)

    def wait_s(self, tokens: int) -> float:
        """Take a place for a request; return how long it must wait. One above a minute's worth counts as just that."""
        if self._tokens is None:
            return 0.0
        now = self._now()
        takes_s = min(1.0, tokens / self._tokens) * _MINUTE_S
        self._worked_off_at = max(self._worked_off_at, now) + takes_s
        return max(0.0, self._worked_off_at - now - _MINUTE_S)
