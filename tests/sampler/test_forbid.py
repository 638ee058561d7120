import random
from dataclasses import replace

import pytest

from envkit.calls import ToolCall
from sampler.draft import Draft
from sampler.forbid import forbid, hide
from sampler.ground import ground
from sampler.lookup import UnreachableRowError
from sampler.meaning import Act
from sampler.plan import Fixed


async def _forbidden(draft: Draft, tool: str, seed: int = 1) -> None:
    await forbid(draft, "tiny_desk", draft.manifest("tiny_desk").tool(tool), random.Random(seed))


async def _hidden(draft: Draft, tool: str, seed: int = 1) -> None:
    await hide(draft, "tiny_desk", draft.manifest("tiny_desk").tool(tool), random.Random(seed))


async def _close_one(draft: Draft) -> None:
    """Close a ticket on the trail, as an earlier turn would."""
    ticket_id = next(iter(draft.states["tiny_desk"].rows["ticket"]))
    await draft.trail.take("tiny_desk", "close_ticket", {"ticket_id": Fixed(ticket_id)})
    await draft.refresh()
    draft.close((), "tiny_desk", draft.manifest("tiny_desk").tool("close_ticket"))


async def test_all_tools_that_could_do_it_are_hidden(desk_draft: Draft) -> None:
    await _hidden(desk_draft, "close_ticket")

    touched = {"ticket", "project"}
    writers = {tool.name for tool in desk_draft.manifest("tiny_desk").tools if touched & set(tool.writes)}
    assert desk_draft.hidden == {("tiny_desk", name) for name in writers}
    assert ("tiny_desk", "top_up") not in desk_draft.hidden
    left = desk_draft.graph.without(desk_draft.hidden).manifests["tiny_desk"].tools
    assert not [tool.name for tool in left if touched & set(tool.writes)]


async def test_what_no_tool_does_is_declined_without_a_call(desk_draft: Draft) -> None:
    await _hidden(desk_draft, "close_ticket")

    (turn,) = desk_draft.turns
    assert (turn.outcome, turn.calls, turn.goal) == ("declines", 0, ("tiny_desk", "close_ticket"))
    assert {"close", "ticket", "tool"} <= set(turn.about)
    assert desk_draft.trail.steps == []
    assert turn.plain.startswith("Please close ticket with these details: ticket: the ticket ")


async def test_a_tool_whose_like_an_earlier_turn_needs_is_not_hidden(desk_draft: Draft) -> None:
    await _close_one(desk_draft)

    with pytest.raises(UnreachableRowError, match="add_note of tiny_desk cannot be hidden"):
        await _hidden(desk_draft, "add_note")

    assert (desk_draft.hidden, len(desk_draft.turns), len(desk_draft.trail.steps)) == (set(), 1, 1)
    await _hidden(desk_draft, "top_up")
    assert desk_draft.hidden == {("tiny_desk", "top_up")}


@pytest.mark.parametrize("tool", ["top_up", "add_note", "close_ticket", "open_ticket"])
@pytest.mark.parametrize("seed", [1, 2])
async def test_the_rule_forbids_what_the_user_wants(desk_draft: Draft, tool: str, seed: int) -> None:
    await _forbidden(desk_draft, tool, seed)

    (rule,), (turn,) = desk_draft.rules, desk_draft.turns
    (wish,) = turn.wishes
    assert isinstance(wish, Act)
    wanted = {mention.argument.name: mention.value for mention in wish.mentions}
    assert rule.forbids("tiny_desk", tool, wanted)  # type: ignore[arg-type]  # Json is JsonValue
    assert not (await desk_draft.trail.session.call(ToolCall("tiny_desk", tool, wanted))).is_refused
    assert (turn.outcome, turn.calls, "supervisor" in turn.about) == ("declines", 0, True)
    assert "supervisor" in rule.text


async def test_a_rule_about_an_amount_names_a_limit_below_it(desk_draft: Draft) -> None:
    await _forbidden(desk_draft, "top_up")

    (rule,) = desk_draft.rules
    assert rule.argument == "amount"
    assert rule.limit is not None
    assert not rule.forbids("tiny_desk", "top_up", {"amount": rule.limit})
    assert rule.forbids("tiny_desk", "top_up", {"amount": rule.limit + 1})
    assert f"amount above {rule.limit / 100:.2f} ({rule.limit} in minor units)" in rule.text


async def test_a_rule_may_be_about_a_choice_a_number_or_the_tool_altogether(desk_draft: Draft) -> None:
    for seed in range(12):
        await _forbidden(desk_draft, "add_note", seed)
    await _forbidden(desk_draft, "close_ticket")

    *about_notes, altogether = desk_draft.rules
    choices = [rule for rule in about_notes if rule.argument == "kind"]
    numbers = [rule for rule in about_notes if rule.argument == "minutes"]
    assert choices
    assert numbers
    assert all(f"with kind {rule.values[0]};" in rule.text for rule in choices)
    assert all(f"with minutes above {rule.limit};" in rule.text for rule in numbers)
    assert (altogether.argument, altogether.limit, altogether.values) == ("", None, ())
    assert altogether.text.startswith("You may not use 'Close ticket'")


async def test_a_rule_that_an_earlier_turn_goes_against_is_not_made(desk_draft: Draft) -> None:
    await _close_one(desk_draft)

    with pytest.raises(UnreachableRowError, match="an earlier turn needs what the rule about close_ticket forbids"):
        await _forbidden(desk_draft, "close_ticket")

    assert (desk_draft.rules, len(desk_draft.turns), len(desk_draft.trail.steps)) == ([], 1, 1)


async def test_what_cannot_be_granted_anyway_is_not_forbidden(desk_draft: Draft) -> None:
    state = desk_draft.states["tiny_desk"]
    desk_draft.states = {"tiny_desk": replace(state, rows={"ticket": {"tic_ghost0": {"id": "tic_ghost0"}}})}

    for grow in (_forbidden, _hidden):
        with pytest.raises(UnreachableRowError, match="close_ticket of tiny_desk could not be grounded"):
            await grow(desk_draft, "close_ticket")


async def test_what_cannot_be_named_leaves_the_draft_as_it_was(desk_draft: Draft) -> None:
    state = desk_draft.states["tiny_desk"]
    twin = next(iter(state.rows["ticket"].values()))
    twins = {row_id: {**twin, "id": row_id} for row_id in state.rows["ticket"]}
    desk_draft.states = {"tiny_desk": replace(state, rows={**state.rows, "ticket": twins})}

    with pytest.raises(UnreachableRowError, match="has no natural name"):
        await _hidden(desk_draft, "close_ticket")

    assert (desk_draft.turns, desk_draft.trail.steps, desk_draft.hidden) == ([], [], set())


async def test_another_way_to_the_rows_that_a_hidden_tool_changes_is_not_left(desk_draft: Draft) -> None:
    tool = desk_draft.manifest("tiny_desk").tool("open_ticket")
    await _hidden(desk_draft, "open_ticket")
    state = desk_draft.states["tiny_desk"]

    left = desk_draft.graph.without(desk_draft.hidden).manifests["tiny_desk"].tools
    for each in (each for each in left if each.writes):
        found = await ground(each, state, desk_draft.trail.session, random.Random(1), tries=20, focus={})
        assert found is not None
        assert tool.entity not in {*found.diff.added, *found.diff.changed, *found.diff.removed}
