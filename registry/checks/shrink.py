"""Shrinking a recorded trajectory: calls are left out as long as what was broken still is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from envkit.calls import ToolCall

Breaks = Callable[[Sequence[ToolCall]], Awaitable[bool]]
"""Plays calls on a fresh world and says whether the last of them breaks the same thing."""


async def shortest(calls: Sequence[ToolCall], breaks: Breaks) -> tuple[ToolCall, ...]:
    """Leave out runs of calls before the last one, halves first, then single ones; the last one always stays.

    Source: delta debugging (Zeller and Hildebrandt, 2002), complements only.
    """
    *before, last = calls
    size = max(1, len(before) // 2)
    while before:
        place = 0
        while place < len(before):
            fewer = [*before[:place], *before[place + size :]]
            if await breaks([*fewer, last]):
                before = fewer
            else:
                place += size
        if size == 1:
            break
        size //= 2
    return (*before, last)
