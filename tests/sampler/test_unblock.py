import random

import pytest

from sampler.draft import Draft
from sampler.edges import precondition
from sampler.hints import Hints
from sampler.lookup import UnreachableRowError
from sampler.refuse import refuse
from sampler.unblock import unblock

SHOP = "lantern_store"


async def _refused(draft: Draft, hints: Hints, tool: str, code: str, enabler: str) -> None:
    """Let a draft end in a refusal that its graph knows to be lifted by a tool."""
    draft.graph = draft.graph.with_proven([precondition(SHOP, enabler, tool, code)])
    await refuse(draft, (SHOP, tool, code), hints, random.Random(1))


async def test_what_was_refused_is_made_possible_and_then_done(store_draft: Draft, real_hints: Hints) -> None:
    await _refused(store_draft, real_hints, "ship_order", "not_paid", "pay_order")
    order_id = store_draft.trail.steps[-1].call.arguments["order_id"]

    await unblock(store_draft, random.Random(3))

    refused, enabling, again = store_draft.turns[-3:]
    assert (refused.outcome, enabling.outcome, again.outcome) == ("declines", "done", "done")
    assert [turn.goal[1] for turn in (refused, enabling, again)] == ["ship_order", "pay_order", "ship_order"]
    last = store_draft.trail.steps[-1]
    assert (last.call.tool, last.call.arguments["order_id"], last.observation.code) == ("ship_order", order_id, None)


async def test_a_refusal_that_nothing_lifts_leaves_the_draft_as_it_was(store_draft: Draft, real_hints: Hints) -> None:
    await _refused(store_draft, real_hints, "restock_product", "discontinued", "start_order")
    steps, turns = len(store_draft.trail.steps), len(store_draft.turns)

    with pytest.raises(UnreachableRowError, match="nothing lets restock_product of lantern_store pass discontinued"):
        await unblock(store_draft, random.Random(1))

    assert (len(store_draft.trail.steps), len(store_draft.turns)) == (steps, turns)
