import random

import pytest

from sampler.draft import Draft
from sampler.lookup import UnreachableRowError
from sampler.pick import pick
from sampler.plan import Fixed, Output


def _project_with_tickets(draft: Draft, count: int) -> str:
    tickets = [row["project_id"] for row in draft.states["tiny_desk"].rows["ticket"].values()]
    return next(each for each in draft.states["tiny_desk"].rows["project"] if tickets.count(each) >= count)


async def test_one_row_of_a_list_is_asked_about_by_the_value_that_is_wanted(desk_draft: Draft) -> None:
    project = _project_with_tickets(desk_draft, 2)
    tool = desk_draft.manifest("tiny_desk").tool("list_tickets")

    await pick(desk_draft, "tiny_desk", tool, random.Random(1), {"project_id": project})

    last = desk_draft.trail.steps[-1]
    assert last.call.tool == "list_tickets"
    assert last.call.arguments["project_id"] == project
    assert isinstance(desk_draft.trail.choices[-1].arguments["project_id"], Output)
    assert {asked.source.step for asked in desk_draft.turns[-1].asked} == {len(desk_draft.trail.steps) - 1}
    assert "whose project is" in desk_draft.turns[-1].plain


async def test_a_row_that_a_policy_has_just_been_shown_is_not_asked_about(desk_draft: Draft) -> None:
    project = _project_with_tickets(desk_draft, 2)
    await desk_draft.trail.take("tiny_desk", "list_tickets", {"project_id": Fixed(project)})
    tool = desk_draft.manifest("tiny_desk").tool("list_tickets")

    with pytest.raises(UnreachableRowError, match="nothing new"):
        await pick(desk_draft, "tiny_desk", tool, random.Random(1), {"project_id": project})


async def test_a_list_without_filters_is_not_picked_from(desk_draft: Draft) -> None:
    tool = desk_draft.manifest("tiny_desk").tool("list_members")

    with pytest.raises(UnreachableRowError, match="filters by nothing"):
        await pick(desk_draft, "tiny_desk", tool, random.Random(1), {})
