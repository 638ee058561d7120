"""How a batch goes while it goes: calls a second, how long a call takes, the mean reward, groups without variance."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from rollouts.episode import Episode

LATEST = 10_000
"""How many calls, the latest, the 99th percentile is taken over."""


@dataclass(frozen=True, slots=True)
class Beat:
    """A batch at one moment; figures are None where nothing gives them yet.

    `p99_ms` is how long a call took at most, but for the slowest hundredth. `groups` counts the rollouts of one task by
    one policy from one start, once all are scored; `flat` those of them that all earned the same.
    """

    calls_s: float | None
    p99_ms: float | None
    reward: float | None
    groups: int
    flat: int

    def __str__(self) -> str:
        told = [
            "" if self.calls_s is None else f"{self.calls_s:,.0f} calls/s",
            "" if self.p99_ms is None else f"p99 {self.p99_ms:,.0f} ms",
            "" if self.reward is None else f"reward {self.reward:.3f}",
            f"{self.flat} of {self.groups} groups flat" if self.groups else "",
        ]
        return ", ".join(each for each in told if each)


@dataclass(slots=True)
class _Group:
    scored: int = 0
    least: float = 1.0
    most: float = 0.0


class Pulse:
    """Hears of episodes as they end; `clock` gives seconds."""

    def __init__(self, trials: int, clock: Callable[[], float]) -> None:
        self._trials, self._clock, self._begun = trials, clock, clock()
        self._calls, self._latest = 0, deque[float](maxlen=LATEST)
        self._earned, self._scored = 0.0, 0
        self._groups: dict[tuple[str, str, str, str], _Group] = {}

    def hear(self, episode: Episode, played: bool) -> None:
        """Count an episode; of one that was not `played` now only what it earned."""
        if played:
            self._calls += len(episode.wall.calls_s)
            self._latest.extend(episode.wall.calls_s)
        total = episode.reward.total
        if total is None:
            return
        self._earned, self._scored = self._earned + total, self._scored + 1
        group = self._groups.setdefault(episode.group, _Group())
        group.scored += 1
        group.least, group.most = min(group.least, total), max(group.most, total)

    def beat(self) -> Beat:
        """Say how it goes."""
        spent_s = self._clock() - self._begun
        whole = [group for group in self._groups.values() if group.scored == self._trials > 1]
        slowest = sorted(self._latest)
        return Beat(
            self._calls / spent_s if self._calls and spent_s else None,
            1000 * slowest[len(slowest) * 99 // 100] if slowest else None,
            self._earned / self._scored if self._scored else None,
            len(whole),
            sum(group.least == group.most for group in whole),
        )
