"""What answers of language models cost, as the ledger remembers it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from chat.budget import MICROS
from chat.messages import Reply
from cli.output import columns
from envkit.calls import Json
from registry.cost import Cost, Spent, total
from registry.ledger import Ledger
from rollouts.episode import Cost as Played
from rollouts.episode import Episode

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


def spent(episodes: Sequence[Episode]) -> list[dict[str, Json]]:
    """Add up what the models of policies and of their users took, a row each; scored or not, it was paid for."""
    costs: dict[str, list[Played]] = {}
    for episode in episodes:
        for who, cost in ((episode.policy, episode.cost), (f"user of {episode.policy}", episode.user_cost)):
            if cost is not None:
                costs.setdefault(who, []).append(cost)
    return [
        {
            "model": who,
            "replies": sum(each.replies for each in found),
            "prompt_tokens": sum(each.prompt_tokens for each in found),
            "completion_tokens": sum(each.completion_tokens for each in found),
            "money": round(sum(each.micros for each in found) / MICROS, 6),
        }
        for who, found in sorted(costs.items())
    ]


def told_costs(rows: Sequence[Mapping[str, Json]]) -> Iterator[str]:
    """Lay those rows out, if there are any."""
    if rows:
        yield from columns(rows, ("model", "replies", "prompt_tokens", "completion_tokens", "money"))
