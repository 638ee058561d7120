import random

import pytest

from sampler.draft import Draft, TurnDraft
from sampler.facts import row_facts
from sampler.lookup import UnreachableRowError
from sampler.meaning import Look
from sampler.pick import pick
from sampler.plan import Fixed, Output
from sampler.refer import Description


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


def _ask_for_everything(draft: Draft, slug: str, *entities: str) -> None:
    """Let an earlier turn have asked for all that rows show, so that nothing of them is worth asking any more."""
    looks = [
        Look(
            slug, Description(entity, row_id), tuple(row_facts(draft.manifest(slug).entity(entity), row, Output(0, "")))
        )
        for entity in entities
        for row_id, row in draft.states[slug].rows[entity].items()
    ]
    draft.turns.append(TurnDraft(tuple(looks), 0, (slug, "list")))


async def test_where_the_row_shows_nothing_new_the_one_it_points_at_is_read_by_the_id_it_shows(
    desk_draft: Draft,
) -> None:
    _ask_for_everything(desk_draft, "tiny_desk", "ticket")
    tool, earlier = desk_draft.manifest("tiny_desk").tool("list_tickets"), len(desk_draft.turns)

    await pick(desk_draft, "tiny_desk", tool, random.Random(1), {"status": "open"})

    listed, read = desk_draft.trail.choices
    where = read.arguments["project_id"]
    assert (listed.tool, read.tool) == ("list_tickets", "get_project")
    assert isinstance(where, Output)
    assert (where.step, where.path.rpartition(".")[2]) == (0, "project_id")
    turn = desk_draft.turns[earlier]
    assert {asked.source.step for asked in turn.asked} == {1}
    assert "ticket" in turn.plain


async def test_where_there_is_nothing_to_ask_something_is_done_to_the_row(store_draft: Draft) -> None:
    _ask_for_everything(store_draft, "lantern_store", "order", "customer", "coupon")
    tool, earlier = store_draft.manifest("lantern_store").tool("list_orders"), len(store_draft.turns)

    await pick(store_draft, "lantern_store", tool, random.Random(4), {"status": "placed"})

    turn, last = store_draft.turns[earlier], store_draft.trail.choices[-1]
    where = last.arguments["order_id"]
    assert store_draft.writes(turn.goal)
    assert isinstance(where, Output)
    assert store_draft.trail.choices[where.step].tool == "list_orders"
    assert store_draft.trail.steps[where.step].call.arguments["status"] == "placed"
    assert "placed" in turn.plain


async def test_what_is_hidden_is_not_done_to_a_row(store_draft: Draft) -> None:
    _ask_for_everything(store_draft, "lantern_store", "order", "customer", "coupon")
    store_draft.hidden |= {("lantern_store", each.name) for each in store_draft.manifest("lantern_store").tools}
    tool = store_draft.manifest("lantern_store").tool("list_orders")

    with pytest.raises(UnreachableRowError, match="nothing new"):
        await pick(store_draft, "lantern_store", tool, random.Random(4), {"status": "placed"})
