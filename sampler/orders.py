"""Other orders of a truth's calls that are as good: executed, not argued."""

from __future__ import annotations

import random
from collections.abc import Mapping

from envkit.manifest import Manifest
from farm.farm import Farm
from sampler.execute import Executed, ExecutionError, execute_once
from sampler.plan import Plan
from sampler.prune import Pruned, rearranged, sources_of

_TRIES = 3


async def other_orders(
    pruned: Pruned, executed: Executed, farm: Farm, manifests: Mapping[str, Manifest], rng: random.Random
) -> tuple[tuple[int, ...], ...]:
    """Execute orders in which each call still has what it reads, within its turn; return those that came to the same.

    An order is the tuple of the steps' indices as they were made. At most _TRIES are tried.
    """
    found: dict[tuple[int, ...], None] = {}
    for _ in range(_TRIES):
        order = _shuffled(pruned.plan, rng)
        if order == tuple(range(len(order))) or order in found:
            continue
        other = rearranged(pruned.plan, pruned.asked, order)
        try:
            seen = await execute_once(other.plan, farm, manifests, other.asked)
        except ExecutionError:
            continue
        if (seen.truth.digests, seen.truth.facts) == (executed.truth.digests, executed.truth.facts):
            found[order] = None
    return tuple(found)


def _shuffled(plan: Plan, rng: random.Random) -> tuple[int, ...]:
    """Draw an order in which every call follows those it reads from, turn by turn."""
    order: list[int] = []
    start = 0
    for calls in plan.turns:
        left = list(range(start, start + calls))
        while left:
            ready = [index for index in left if not set(sources_of(plan.choices[index])).intersection(left)]
            chosen = rng.choice(ready)
            left.remove(chosen)
            order.append(chosen)
        start += calls
    return tuple(order)
