import random
import re
from collections import Counter
from dataclasses import replace

import pytest

from envkit.calls import Observation, Step, ToolCall
from sampler.draft import Draft
from sampler.hints import Hint, Hints, refusals
from sampler.lookup import UnreachableRowError
from sampler.meaning import Act
from sampler.refuse import _is_sayable, choose_refusal, reasons, refuse, worth_of_refusals
from sampler.uses import Uses


@pytest.mark.parametrize(
    ("tool", "code"),
    [
        ("start_order", "on_hold"),
        ("restock_product", "discontinued"),
        ("add_item", "not_draft"),
        ("apply_coupon", "coupon_expired"),
        ("ship_order", "not_paid"),
        ("pay_order", "too_much"),
    ],
)
async def test_a_refusal_turn_meets_its_code_and_declines_with_its_reason(
    store_draft: Draft, real_hints: Hints, tool: str, code: str
) -> None:
    await refuse(store_draft, ("lantern_store", tool, code), real_hints, random.Random(1))

    turn, step = store_draft.turns[-1], store_draft.trail.steps[-1]
    assert (turn.outcome, turn.goal, step.observation.code) == ("declines", ("lantern_store", tool), code)
    assert turn.about
    assert set(turn.about) <= set(re.findall(r"[^\W_]+", step.observation.text.partition(":")[2].lower()))
    assert not any(step.observation.is_refused for step in store_draft.trail.steps[:-1])
    assert (await store_draft.trail.session.diff())["lantern_store"].is_empty


async def test_most_refusals_of_an_environment_are_reached(store_draft: Draft, real_hints: Hints) -> None:
    known = [each for each in refusals(store_draft.manifest("lantern_store")) if each in real_hints]
    reached = Counter[bool]()

    for refusal in known:
        if not real_hints[refusal].setup:
            try:
                await refuse(store_draft, refusal, real_hints, random.Random(1))
                reached[True] += 1
            except UnreachableRowError:
                reached[False] += 1
            store_draft.cut(0, 0)

    assert reached[True] > 3 * reached[False]


async def test_the_setup_of_a_hint_is_made_before_the_task(skyline_draft: Draft, real_hints: Hints) -> None:
    refusal = ("skyline_air", "claim_compensation", "already_claimed")
    claim = ToolCall("skyline_air", "claim_compensation", real_hints[refusal].refused.arguments)
    booking = await _eligible(skyline_draft)
    call = replace(claim, arguments={"booking_id": booking})

    await refuse(skyline_draft, refusal, {refusal: Hint((call,), call)}, random.Random(1))

    assert [(step.tool, step.code) for step in skyline_draft.setup] == [("claim_compensation", None)]
    assert skyline_draft.start is skyline_draft.states
    assert booking in [row.row_id for row in _act(skyline_draft).mentions[0].rows]
    assert skyline_draft.trail.steps[-1].observation.code == "already_claimed"


async def _eligible(draft: Draft) -> str:
    """Return a booking for which compensation would be paid."""
    async with await draft.trail.session.fork() as scratch:
        for booking_id in draft.states["skyline_air"].rows["booking"]:
            call = ToolCall("skyline_air", "claim_compensation", {"booking_id": booking_id})
            if not (await scratch.call(call)).is_refused:
                return booking_id
    raise AssertionError("there is a booking that is entitled")


def _act(draft: Draft) -> Act:
    (wish,) = draft.turns[-1].wishes
    assert isinstance(wish, Act)
    return wish


async def test_a_draft_that_has_begun_takes_no_setup_any_more(skyline_draft: Draft, real_hints: Hints) -> None:
    refusal = ("skyline_air", "claim_compensation", "already_claimed")
    call = ToolCall("skyline_air", "claim_compensation", {"booking_id": await _eligible(skyline_draft)})
    await skyline_draft.trail.take("skyline_air", "search_flights", {})

    with pytest.raises(UnreachableRowError, match="could not be led to already_claimed"):
        await refuse(skyline_draft, refusal, {refusal: Hint((call,), call)}, random.Random(1))

    assert skyline_draft.setup == []
    assert len(skyline_draft.trail.steps) == 1


async def test_a_refusal_that_cannot_be_met_leaves_the_draft_as_it_was(desk_draft: Draft) -> None:
    with pytest.raises(UnreachableRowError, match="close_ticket of tiny_desk could not be led to over_budget"):
        await refuse(desk_draft, ("tiny_desk", "close_ticket", "over_budget"), {}, random.Random(0))

    assert (desk_draft.turns, desk_draft.trail.steps) == ([], [])


async def test_no_user_gives_the_id_of_a_row_where_a_text_is_wanted(store_draft: Draft) -> None:
    state = store_draft.states["lantern_store"]
    tool = store_draft.manifest("lantern_store").tool("ship_order")
    order = next(iter(state.rows["order"]))

    assert _is_sayable(tool, {"order_id": order, "carrier": "Postbird"}, state)
    assert not _is_sayable(tool, {"order_id": order, "carrier": order}, state)


async def test_rows_that_have_no_name_are_no_way_to_a_refusal(desk_draft: Draft) -> None:
    for ticket_id in desk_draft.states["tiny_desk"].rows["ticket"]:
        await desk_draft.trail.session.call(ToolCall("tiny_desk", "close_ticket", {"ticket_id": ticket_id}))
    await desk_draft.refresh()
    state = desk_draft.states["tiny_desk"]
    twin = next(iter(state.rows["ticket"].values()))
    twins = {row_id: {**twin, "id": row_id} for row_id in state.rows["ticket"]}
    desk_draft.states = {"tiny_desk": replace(state, rows={**state.rows, "ticket": twins})}

    with pytest.raises(UnreachableRowError, match="could not be led to not_open"):
        await refuse(desk_draft, ("tiny_desk", "close_ticket", "not_open"), {}, random.Random(0))

    assert (desk_draft.turns, desk_draft.trail.steps) == ([], [])


def test_rare_refusals_are_likelier_and_those_with_hints_come_first(store_draft: Draft, real_hints: Hints) -> None:
    uses = Uses()
    often = next(each for each in refusals(store_draft.manifest("lantern_store")) if each in real_hints)
    uses.refusals[often] = 5

    chosen = Counter(
        choose_refusal(store_draft, "lantern_store", real_hints, uses, random.Random(n)) for n in range(300)
    )

    assert set(chosen) <= set(real_hints)
    assert chosen[often] <= 2
    assert len(chosen) > 30


def test_a_hidden_tool_is_not_run_into(desk_draft: Draft) -> None:
    desk_draft.hidden |= {("tiny_desk", "close_ticket"), ("tiny_desk", "add_note")}

    assert choose_refusal(desk_draft, "tiny_desk", {}, Uses(), random.Random(0)) is None


def test_reasons_are_words_of_the_refusal_that_the_user_did_not_say() -> None:
    seen = Observation("on_hold: The customer's account is on hold until it is paid.", code="on_hold")

    assert reasons(seen, "Please start order with these details: customer: Ann") == ("account", "hold", "paid")


def test_a_part_of_an_id_is_no_reason() -> None:
    seen = Observation("not_draft: Order ord_7eazts is filled.", code="not_draft")

    assert reasons(seen, "Please add item") == ("order", "filled")


def test_if_the_user_said_all_of_it_each_word_is_a_reason() -> None:
    seen = Observation("late: Too late to cancel.", code="late")

    assert reasons(seen, "It is late, cancel it") == ("late", "cancel")


def test_a_walk_is_worth_the_refusals_that_no_task_met_new_codes_above_all() -> None:
    def met(tool: str, code: str | None) -> Step:
        return Step(ToolCall("shop", tool, {}), Observation("", code=code))

    uses = Uses(refusals=Counter({("shop", "pay", "closed"): 2}))

    known, other, new = met("pay", "closed"), met("ship", "closed"), met("ship", "no_stock")
    assert worth_of_refusals([known, met("ship", None)], uses) == 0
    assert worth_of_refusals([other, other], uses) == 1
    assert worth_of_refusals([new], uses) > 2 * worth_of_refusals([other], uses)
