import random
from dataclasses import replace

import pytest

from envkit.calls import ToolCall
from envkit.snapshot import Diff
from sampler.draft import Draft
from sampler.lookup import UnreachableRowError
from sampler.loop import abstain, act_on_each, condition_on, fits
from sampler.meaning import Act, Look
from sampler.refer import Description, Trait
from sampler.state import Row


async def _each(draft: Draft, tool: str, seed: int = 1) -> Act:
    await act_on_each(draft, "tiny_desk", draft.manifest("tiny_desk").tool(tool), random.Random(seed))
    (wish,) = draft.turns[-1].wishes
    assert isinstance(wish, Act)
    return wish


async def _abstained(draft: Draft, tool: str = "close_ticket", seed: int = 1) -> tuple[Act, Look]:
    await abstain(draft, "tiny_desk", draft.manifest("tiny_desk").tool(tool), random.Random(seed))
    wish, look = draft.turns[-1].wishes
    assert isinstance(wish, Act)
    assert isinstance(look, Look)
    return wish, look


def _sharing(draft: Draft, wish: Act) -> set[str]:
    """Return the rows, as the task begins, that are of the group the user names."""
    (group,) = [mention for mention in wish.mentions if mention.group is not None]
    rows = draft.start["tiny_desk"].rows[group.argument.to]
    assert group.group
    return {
        row_id for row_id, row in rows.items() if all(row[trait.field.name] == trait.value for trait in group.group)
    }


@pytest.mark.parametrize("tool", ["close_ticket", "add_note"])
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_tool_is_used_once_for_each_row_of_exactly_the_group(desk_draft: Draft, tool: str, seed: int) -> None:
    wish = await _each(desk_draft, tool, seed)

    calls = [step.call for step in desk_draft.trail.steps if step.call.tool == tool]
    rows = [str(call.arguments["ticket_id"]) for call in calls]
    assert set(rows) == _sharing(desk_draft, wish)
    assert 2 <= len(rows) == len(set(rows)) <= 4
    others = [{name: value for name, value in call.arguments.items() if name != "ticket_id"} for call in calls]
    assert all(each == others[0] for each in others)
    assert not any(step.observation.is_refused for step in desk_draft.trail.steps)
    assert ": each of the tickets " in desk_draft.turns[-1].plain


async def test_what_is_done_to_each_row_is_what_changed(desk_draft: Draft) -> None:
    wish = await _each(desk_draft, "close_ticket")

    diff = (await desk_draft.trail.session.diff())["tiny_desk"]
    assert set(diff.changed["ticket"]) == _sharing(desk_draft, wish)
    assert desk_draft.states["tiny_desk"].rows["ticket"] != desk_draft.start["tiny_desk"].rows["ticket"]


async def test_what_is_done_to_each_row_is_not_to_be_undone(desk_draft: Draft) -> None:
    await _each(desk_draft, "close_ticket")

    closed = [
        str(step.call.arguments["ticket_id"]) for step in desk_draft.trail.steps if step.call.tool == "close_ticket"
    ]
    projects = desk_draft.states["tiny_desk"].rows["project"]
    assert closed
    for ticket in closed:
        assert desk_draft.undoes("tiny_desk", Diff(removed={"ticket": {ticket: {}}, "project": projects}))


@pytest.mark.parametrize("tool", ["set_watchers", "open_ticket_for_nobody"])
async def test_a_tool_that_does_not_take_one_row_is_not_looped(desk_draft: Draft, tool: str) -> None:
    spec = desk_draft.manifest("tiny_desk").tool("set_watchers")
    if tool != "set_watchers":
        spec = spec.model_copy(update={"arguments": ()})

    with pytest.raises(UnreachableRowError, match="does not take one row at a time"):
        await act_on_each(desk_draft, "tiny_desk", spec, random.Random(1))


async def test_rows_that_do_not_all_succeed_are_no_group(desk_draft: Draft) -> None:
    for ticket_id in desk_draft.states["tiny_desk"].rows["ticket"]:
        await desk_draft.trail.session.call(ToolCall("tiny_desk", "close_ticket", {"ticket_id": ticket_id}))
    await desk_draft.refresh()

    with pytest.raises(UnreachableRowError, match="no few rows can all be given to close_ticket"):
        await _each(desk_draft, "close_ticket")

    assert (desk_draft.turns, desk_draft.trail.steps) == ([], [])


async def test_rows_that_no_tool_shows_are_no_group(desk_draft: Draft) -> None:
    with pytest.raises(UnreachableRowError, match="no few rows can all be given to top_up"):
        await _each(desk_draft, "top_up")


async def test_an_id_of_an_optional_argument_is_not_made_up_for_the_user_to_say(desk_draft: Draft) -> None:
    tool = desk_draft.manifest("tiny_desk").tool("set_watchers")
    key, members = tool.arguments
    spec = tool.model_copy(update={"arguments": (key, members.model_copy(update={"required": False}))})

    with pytest.raises(UnreachableRowError, match="no few rows can all be given to set_watchers"):
        await act_on_each(desk_draft, "tiny_desk", spec, random.Random(1))


def test_rows_fit_a_description_that_says_what_they_share(desk_draft: Draft) -> None:
    entity = desk_draft.manifest("tiny_desk").entity("ticket")
    urgent, due = (next(field for field in entity.fields if field.name == name) for name in ("is_urgent", "due_at"))
    rows: dict[str, Row] = {
        row_id: row for row_id, row in desk_draft.states["tiny_desk"].rows["ticket"].items() if row["is_urgent"] is True
    }
    (first, row), *_ = rows.items()
    said = Description("ticket", first, (Trait(urgent, True),))

    assert fits(desk_draft.states["tiny_desk"], said, tuple(rows))
    assert not fits(desk_draft.states["tiny_desk"], said.with_traits([Trait(due, row["due_at"])]), tuple(rows))


@pytest.mark.parametrize("seed", range(4))
async def test_what_depends_on_what_does_not_hold_changes_nothing_and_asks_something(
    desk_draft: Draft, seed: int
) -> None:
    wish, look = await _abstained(desk_draft, seed=seed)

    condition = wish.only_if
    assert condition is not None
    row = desk_draft.states["tiny_desk"].rows[condition.description.entity][condition.description.row_id]
    assert row[condition.field.name] != condition.value
    assert condition.field.name not in {trait.field.name for trait in condition.description.traits}
    assert look.asked
    assert (await desk_draft.trail.session.diff())["tiny_desk"].is_empty
    assert not [step for step in desk_draft.trail.steps if step.call.tool == "close_ticket"]
    assert ("only if the " in desk_draft.turns[-1].plain, desk_draft.turns[-1].outcome) == (True, "done")


@pytest.mark.parametrize(
    ("tool", "reason"), [("top_up", "nothing was looked up"), ("remove_note", "could not be grounded")]
)
async def test_a_wish_that_depends_on_nothing_leaves_the_draft_as_it_was(
    desk_draft: Draft, tool: str, reason: str
) -> None:
    state = desk_draft.states["tiny_desk"]
    desk_draft.states = {"tiny_desk": replace(state, rows={**state.rows, "note": {}})}

    with pytest.raises(UnreachableRowError, match=reason):
        await _abstained(desk_draft, tool)

    assert (desk_draft.turns, desk_draft.trail.steps) == ([], [])


async def test_a_row_that_shows_nothing_worth_asking_is_no_reason_to_look(desk_draft: Draft) -> None:
    state = desk_draft.states["tiny_desk"]
    (first, ticket), *_ = state.rows["ticket"].items()
    stale: dict[str, Row] = {first: {**ticket, "title": "", "due_at": "", "minutes": 1}}
    desk_draft.states = {"tiny_desk": replace(state, rows={**state.rows, "ticket": stale})}

    with pytest.raises(UnreachableRowError, match="shows nothing worth asking"):
        await _abstained(desk_draft)

    assert (desk_draft.turns, desk_draft.trail.steps) == ([], [])


@pytest.mark.parametrize("holds", [True, False])
async def test_a_condition_is_about_what_is_shown_and_not_said(desk_draft: Draft, holds: bool) -> None:
    tool = desk_draft.manifest("tiny_desk").tool("close_ticket")
    ticket_id, row = next(iter(desk_draft.states["tiny_desk"].rows["ticket"].items()))
    looked = await desk_draft.look_up("tiny_desk", tool, {"ticket_id": ticket_id})

    found = [condition_on(desk_draft, "tiny_desk", looked.mentions, random.Random(n), holds=holds) for n in range(12)]

    assert {condition.field.name for condition in found} == {"is_urgent", "status"}
    assert all((row[condition.field.name] == condition.value) == holds for condition in found)


async def test_rows_that_are_known_by_their_ids_are_no_matter_of_a_condition(desk_draft: Draft) -> None:
    tool = desk_draft.manifest("tiny_desk").tool("top_up")
    account_id = next(iter(desk_draft.states["tiny_desk"].rows["account"]))
    looked = await desk_draft.look_up("tiny_desk", tool, {"account_id": account_id, "amount": 5})

    with pytest.raises(UnreachableRowError, match="nothing about the rows can be a condition"):
        condition_on(desk_draft, "tiny_desk", looked.mentions, random.Random(1), holds=True)
