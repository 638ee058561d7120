"""The policies a caller can ask for by name."""

from __future__ import annotations

from collections.abc import Sequence

from rollouts.policy import NullPolicy, Policy, ReplayPolicy
from rollouts.random_policy import RandomPolicy
from sampler.task import Task

NAMES = ("replay", "random", "null")


class UnknownPolicyError(Exception):
    """There is no policy of that name."""


def line_up(names: Sequence[str], tasks: Sequence[Task]) -> tuple[Policy, ...]:
    """Return the policies of these names, each once; replay plays the truth of `tasks`. Raises UnknownPolicyError."""
    known: dict[str, Policy] = {"replay": ReplayPolicy(tasks), "random": RandomPolicy(), "null": NullPolicy()}
    if unknown := [name for name in names if name not in known]:
        raise UnknownPolicyError(f"no policy {unknown[0]!r}; there are {', '.join(NAMES)}")
    return tuple(known[name] for name in dict.fromkeys(names))
