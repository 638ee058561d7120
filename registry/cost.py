"""What answers of language models cost, for the ledger to keep and to add up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """One answer that was paid for. `request` is the digest of what was asked; `round` counts the stage's repairs.

    `micros` is money in millionths of the unit that prices were given in.
    """

    slug: str
    request: str
    stage: str
    round: int
    model: str
    prompt_tokens: int
    completion_tokens: int
    micros: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Spent:
    """What an environment cost in all: answers, tokens, money, seconds, and the repairs among the answers."""

    answers: int = 0
    rounds: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    micros: int = 0
    seconds: float = 0.0


def total(costs: Iterable[Cost]) -> Spent:
    """Add costs up."""
    spent = Spent()
    for cost in costs:
        spent = Spent(
            spent.answers + 1,
            spent.rounds + (cost.round > 0),
            spent.prompt_tokens + cost.prompt_tokens,
            spent.completion_tokens + cost.completion_tokens,
            spent.micros + cost.micros,
            spent.seconds + cost.seconds,
        )
    return spent
