"""The policies a caller can ask for by name."""

from __future__ import annotations

from collections.abc import Sequence

from rollouts.policy import NullPolicy, Policy, ReplayPolicy
from rollouts.random_policy import RandomPolicy
from sampler.task import Task

NAMES = ("replay", "random", "null")
"""The policies that need no language model."""

CHAT = "chat"
"""The policy that is a language model."""


class UnknownPolicyError(Exception):
    """There is no policy of that name."""


def line_up(names: Sequence[str], tasks: Sequence[Task], chat: Policy | None = None) -> tuple[Policy, ...]:
    """Return the policies of these names, each once; replay plays the truth of `tasks`, and CHAT is the one given.

    Raises UnknownPolicyError.
    """
    known: dict[str, Policy] = {"replay": ReplayPolicy(tasks), "random": RandomPolicy(), "null": NullPolicy()}
    if chat is not None:
        known[CHAT] = chat
    if unknown := [name for name in names if name not in known]:
        raise UnknownPolicyError(f"no policy {unknown[0]!r}; there are {', '.join(known)}")
    return tuple(known[name] for name in dict.fromkeys(names))
