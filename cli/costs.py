"""What answers of language models cost, as the ledger remembers it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from chat.budget import MICROS
from chat.messages import Reply
from registry.cost import Cost, Spent, total
from registry.ledger import Ledger

COST_COLUMNS = ("answers", "rounds", "prompt_tokens", "completion_tokens", "money", "seconds")


async def costs_of(slugs: Sequence[str], ledger_url: str) -> list[dict[str, object]]:
    """Add up what each environment cost, in the order of the slugs."""
    async with Ledger.open(ledger_url, lambda: datetime.now(UTC)) as ledger:
        return [figures(total(await ledger.costs(slug))) for slug in slugs]


def figures(spent: Spent) -> dict[str, object]:
    """Give the columns of what was spent."""
    return {
        "answers": spent.answers,
        "rounds": spent.rounds,
        "prompt_tokens": spent.prompt_tokens,
        "completion_tokens": spent.completion_tokens,
        "money": round(spent.micros / MICROS, 6),
        "seconds": round(spent.seconds, 2),
    }


def cost_of(slug: str, stage: str, round: int, reply: Reply) -> Cost:
    """Give what the ledger keeps of an answer."""
    return Cost(
        slug=slug,
        request=reply.request,
        stage=stage,
        round=round,
        model=reply.model,
        prompt_tokens=reply.usage.prompt_tokens,
        completion_tokens=reply.usage.completion_tokens,
        micros=reply.micros,
        seconds=reply.seconds,
    )
