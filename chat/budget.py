"""The budget: what may be spent on a language model, held before each call rather than counted after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from chat.errors import ChatError
from chat.messages import ChatRequest, Usage

MICROS = 1_000_000
_BYTES_A_TOKEN = 3
"""Fewer bytes than tokenizers need for a token of English or JSON (about 4), so that estimates err on the high side."""
_TOKENS_A_MESSAGE = 8


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost, in any one unit of money."""

    prompt: float = 0.0
    completion: float = 0.0

    def micros(self, usage: Usage) -> int:
        """Price a usage in millionths of that unit, rounded up."""
        exact = usage.prompt_tokens * self.prompt + usage.completion_tokens * self.completion
        return int(-(-exact // 1))


class BudgetError(ChatError):
    """The next call could take more than is left; nothing was sent."""


class Budget:
    """What has been spent, and what is held for calls in flight. None: no bound on it."""

    def __init__(self, prices: Prices, *, tokens: int | None = None, money: float | None = None) -> None:
        self.prices = prices
        self.spent_tokens = 0
        self.spent_micros = 0
        self._tokens = tokens
        self._micros = None if money is None else round(money * MICROS)
        self._held_tokens = 0
        self._held_micros = 0

    @contextmanager
    def held(self, request: ChatRequest) -> Iterator[None]:
        """Hold what a request may take at most while it is asked; BudgetError if that is more than is left."""
        most = estimate(request)
        micros = self.prices.micros(most)
        self._refuse_excess(most.tokens, micros)
        self._held_tokens += most.tokens
        self._held_micros += micros
        try:
            yield
        finally:
            self._held_tokens -= most.tokens
            self._held_micros -= micros

    def spend(self, usage: Usage) -> int:
        """Count a usage as spent, and return its price in millionths."""
        micros = self.prices.micros(usage)
        self.spent_tokens += usage.tokens
        self.spent_micros += micros
        return micros

    def _refuse_excess(self, tokens: int, micros: int) -> None:
        if self._tokens is not None and self.spent_tokens + self._held_tokens + tokens > self._tokens:
            raise BudgetError(
                f"the budget of {self._tokens} tokens ends here: {self.spent_tokens} are spent, and the next call may "
                f"take {tokens}; allow more tokens to go on"
            )
        if self._micros is not None and self.spent_micros + self._held_micros + micros > self._micros:
            raise BudgetError(
                f"the budget of {self._micros / MICROS:g} in money ends here: {self.spent_micros / MICROS:g} is spent, "
                f"and the next call may take {micros / MICROS:g}; allow more money to go on"
            )


def estimate(request: ChatRequest) -> Usage:
    """Estimate on the high side what a request takes: its text by size, and as long an answer as it allows."""
    body = request.model_dump_json(include={"messages", "tools", "form"})
    prompt = tokens_of(body) + _TOKENS_A_MESSAGE * len(request.messages)
    return Usage(prompt_tokens=prompt, completion_tokens=request.max_tokens, is_estimated=True)


def tokens_of(text: str) -> int:
    """Estimate on the high side how many tokens a text has."""
    return -(-len(text.encode()) // _BYTES_A_TOKEN)
