"""The interface of engines: rollouts go in, episodes are heard of as they end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from rollouts.episode import Episode, Key
from rollouts.play import play_in
from rollouts.policy import Policy
from rollouts.start import Group, Start
from rollouts.user import User
from sampler.task import Task

Heard = Callable[[Episode], None]
"""Hears of an episode when it has ended, scored or not."""

Seating = Callable[[Sequence[Task]], Sequence[Policy]]
"""Gives the policies that play some tasks; one that travels to another process must be picklable."""


class EngineError(Exception):
    """Rollouts cannot be played there at all; one sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one episode may take: calls, and seconds of wall time."""

    budget: int = 40
    timeout_s: float = 300.0


@dataclass(frozen=True, slots=True)
class Terms:
    """What all rollouts of a run have in common: `seed` feeds the policies' chance, the user hears their answers."""

    seed: int
    limits: Limits
    user: User


@dataclass(frozen=True, slots=True)
class Rollout:
    """One that is to be played; `key` is that of the episode that comes of it."""

    start: Start
    policy: Policy
    trial: int
    key: Key


class Engine(Protocol):
    """Plays rollouts. An episode is the same wherever it is played, but for what it took in time."""

    async def play(self, rollouts: Sequence[Rollout], terms: Terms, heard: Heard) -> None:
        """Play each rollout once, those of one start side by side in the sequence; EngineError if none can be.

        `heard` is told of every episode, in the order in which they end, and never from two places at once.
        """


async def play_under(terms: Terms, group: Group, policy: Policy, trial: int) -> Episode:
    """Play a rollout of a group under the terms of its run."""
    return await play_in(
        group,
        policy,
        seed=terms.seed,
        trial=trial,
        budget=terms.limits.budget,
        timeout_s=terms.limits.timeout_s,
        user=terms.user,
    )
