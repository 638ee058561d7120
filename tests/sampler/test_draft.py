import random
from dataclasses import replace

import pytest

from envkit.calls import ToolCall
from envkit.snapshot import Diff
from farm.session import Session
from sampler.act import act
from sampler.ask import ask
from sampler.draft import MAX_JOINED, Draft, TurnDraft
from sampler.facts import Asked, row_facts
from sampler.graph import ToolGraph
from sampler.lookup import UnreachableRowError
from sampler.meaning import Act, Give, Look, Mention, Wish
from sampler.plan import Fixed, Output, at
from sampler.query import write
from sampler.refer import Description
from sampler.shape import MAX_TURNS
from sampler.state import WorldState
from sampler.task import Outcome


@pytest.fixture
def draft(desk: Session, desk_graph: ToolGraph, desk_state: WorldState) -> Draft:
    return Draft(desk, desk_graph, {"tiny_desk": desk_state})


def _row(state: WorldState, entity: str, index: int = 0) -> str:
    return list(state.rows[entity])[index]


async def test_look_ups_too_many_for_one_turn_become_a_turn_of_their_own(draft: Draft, desk_state: WorldState) -> None:
    tool = desk_state.manifest.tool("set_watchers")
    members = [_row(desk_state, "member", index) for index in (0, 2, 4)]
    arguments = {"ticket_id": _row(desk_state, "ticket"), "member_ids": members}

    looked = await draft.look_up("tiny_desk", tool, arguments)
    draft.fit("tiny_desk", looked, random.Random(0))

    assert [turn.calls for turn in draft.turns] == [2]
    assert draft.turns[0].plain.startswith("Look up the ticket whose project is ")
    assert draft.open_calls == 3


async def test_look_ups_that_cannot_be_split_are_refused(draft: Draft, desk_state: WorldState) -> None:
    tool = desk_state.manifest.tool("set_watchers")
    members = [_row(desk_state, "member", index) for index in range(5)]
    await draft.trail.take("tiny_desk", "list_projects", {})

    looked = await draft.look_up("tiny_desk", tool, {"member_ids": members})

    with pytest.raises(UnreachableRowError, match="too many look-ups"):
        draft.fit("tiny_desk", looked, random.Random(0))


async def test_a_full_draft_takes_no_more_turns(draft: Draft, desk_state: WorldState) -> None:
    draft.turns.extend([TurnDraft((), 0, ("tiny_desk", "list_tickets"))] * MAX_TURNS)
    looked = await draft.look_up("tiny_desk", desk_state.manifest.tool("top_up"), {})

    with pytest.raises(UnreachableRowError, match="too many look-ups"):
        draft.fit("tiny_desk", looked, random.Random(0))


async def test_what_was_shown_before_a_change_is_not_asked_after_it(draft: Draft, desk_state: WorldState) -> None:
    project = _row(desk_state, "project")
    looked = await draft.look_up("tiny_desk", desk_state.manifest.tool("get_project"), {"project_id": project})
    changed = {**desk_state.rows["project"][project], "budget": 5}
    rows = {**desk_state.rows, "project": {project: changed}}

    fresh = [asked.name for asked in draft.shown_facts("tiny_desk", looked.mentions[0].rows[0])]
    draft.states = {"tiny_desk": WorldState(desk_state.manifest, desk_state.now, rows)}
    stale = [asked.name for asked in draft.shown_facts("tiny_desk", looked.mentions[0].rows[0])]

    assert fresh == ["project.title", "project.budget"]
    assert stale == ["project.title"]


async def test_nothing_was_shown_of_a_row_known_by_its_id(draft: Draft, desk_state: WorldState) -> None:
    account = Description("account", _row(desk_state, "account"), ())

    assert not list(draft.shown_facts("tiny_desk", account))


async def test_an_action_that_always_refuses_leaves_the_draft_as_it_was(draft: Draft, desk_state: WorldState) -> None:
    ghosts = {"tic_ghost0": {"id": "tic_ghost0"}}
    draft.states = {"tiny_desk": WorldState(desk_state.manifest, desk_state.now, {"ticket": ghosts})}

    with pytest.raises(UnreachableRowError, match="could not be grounded"):
        await act(draft, "tiny_desk", desk_state.manifest.tool("close_ticket"), random.Random(0))

    assert draft.turns == []
    assert draft.trail.steps == []


async def test_an_action_on_rows_without_a_name_leaves_the_draft_as_it_was(
    draft: Draft, desk_state: WorldState
) -> None:
    twins = {row_id: {**row, **_TWIN} for row_id, row in desk_state.rows["ticket"].items()}
    draft.states = {"tiny_desk": WorldState(desk_state.manifest, desk_state.now, {**desk_state.rows, "ticket": twins})}

    with pytest.raises(UnreachableRowError, match="could not be grounded"):
        await act(draft, "tiny_desk", desk_state.manifest.tool("close_ticket"), random.Random(0))

    assert draft.trail.steps == []


@pytest.mark.parametrize(
    ("tool", "rows"),
    [
        ("get_project", {}),
        ("list_tickets", {}),
        ("get_ticket_details", {"ticket": {"tic_ghost0": {"id": "tic_ghost0"}}}),
    ],
)
async def test_a_question_without_an_answer_leaves_the_draft_as_it_was(
    draft: Draft, desk_state: WorldState, tool: str, rows: dict[str, dict[str, dict[str, str]]]
) -> None:
    draft.states = {"tiny_desk": WorldState(desk_state.manifest, desk_state.now, rows)}

    with pytest.raises(UnreachableRowError, match="shows nothing worth asking"):
        await ask(draft, "tiny_desk", desk_state.manifest.tool(tool), random.Random(0))

    assert draft.turns == []
    assert draft.trail.steps == []


async def test_a_list_too_short_to_ask_about_is_not_asked_about(draft: Draft, desk_state: WorldState) -> None:
    with pytest.raises(UnreachableRowError, match="shows nothing worth asking"):
        await ask(draft, "tiny_desk", desk_state.manifest.tool("list_members"), random.Random(0))

    assert draft.trail.steps == []


async def test_a_row_with_nothing_to_tell_is_not_asked_about(draft: Draft, desk_state: WorldState) -> None:
    bare = {row_id: {**row, "budget": None} for row_id, row in desk_state.rows["project"].items()}
    draft.states = {"tiny_desk": WorldState(desk_state.manifest, desk_state.now, {**desk_state.rows, "project": bare})}
    amount = Mention(desk_state.manifest.tool("top_up").arguments[1], "90000 45000 150000 61000")
    said = Act("tiny_desk", desk_state.manifest.tool("top_up"), (amount,))
    draft.turns.append(TurnDraft((said,), 0, ("tiny_desk", "get_project")))

    with pytest.raises(UnreachableRowError, match="shows nothing worth asking"):
        await ask(draft, "tiny_desk", desk_state.manifest.tool("get_project"), random.Random(0))

    assert len(draft.turns) == 1


async def test_a_row_that_was_only_pointed_at_is_not_read_back(draft: Draft, desk_state: WorldState) -> None:
    titled = {row_id: {**row, "title": f"T {row_id}"} for row_id, row in desk_state.rows["ticket"].items()}
    states = {"tiny_desk": replace(desk_state, rows={**desk_state.rows, "ticket": titled})}

    for seed in range(4):
        draft.states = states
        await act(draft, "tiny_desk", desk_state.manifest.tool("close_ticket"), random.Random(seed))
        draft.turns[-1] = replace(draft.turns[-1], wishes=())

    assert {step.call.tool for step in draft.trail.steps} == {"list_tickets", "close_ticket"}


async def test_a_value_that_would_change_nothing_is_not_carried(
    air: Session, air_graph: ToolGraph, air_state: WorldState
) -> None:
    draft = Draft(air, air_graph, {"tiny_air": air_state})
    customer_id, customer = next(iter(air_state.rows["customer"].items()))
    name = Asked("customer.name", "str", Output(0, "items[0].name"), customer["name"], "the customer's name", True)
    tool = air_state.manifest.tool("update_customer")
    finder = air_state.manifest.tool("find_customer")
    only_name = tool.model_copy(update={"arguments": tool.arguments[:2]})
    draft.states = {"tiny_air": replace(air_state, rows={"customer": {customer_id: customer}})}
    draft.turns.append(TurnDraft((Act("tiny_air", finder, (), (name,)),), 0, ("tiny_air", "find_customer")))

    await act(draft, "tiny_air", only_name, random.Random(1))

    assert "from my request" not in draft.turns[-1].plain


_TWIN = {
    "project_id": None,
    "title": "",
    "is_urgent": True,
    "due_at": "",
    "minutes": 0,
    "status": "open",
    "watchers": 0,
}


def _look(state: WorldState, index: int, place: str = "") -> Look:
    return Look("tiny_desk", Description("ticket", _row(state, "ticket", index)), place=place)


def _turns(draft: Draft, *wishes: Wish, calls: int = 2, outcome: Outcome = "done") -> None:
    for wish in wishes:
        draft.turns.append(TurnDraft((wish,), calls, ("tiny_desk", "list_tickets"), outcome))


def test_two_granted_turns_become_one(draft: Draft, desk_state: WorldState) -> None:
    one, other = _look(desk_state, 0), _look(desk_state, 1)
    _turns(draft, one, other)

    assert draft.join()

    (joined,) = draft.turns
    assert (joined.wishes, joined.calls, joined.outcome) == ((one, other), 4, "done")
    assert joined.plain == f"{write([one])} {write([other])}"


def test_a_turn_alone_or_too_long_or_of_two_places_is_not_joined(draft: Draft, desk_state: WorldState) -> None:
    assert not draft.join()
    _turns(draft, _look(desk_state, 0))
    assert not draft.join()
    _turns(draft, _look(desk_state, 1, place="Tiny Desk"))
    assert not draft.join()
    _turns(draft, _look(desk_state, 2), _look(desk_state, 3), calls=MAX_JOINED // 2 + 1)
    assert not draft.join()
    assert len(draft.turns) == 4


@pytest.mark.parametrize("outcome", ["asks", "declines"])
def test_a_turn_that_is_not_granted_is_not_joined(draft: Draft, desk_state: WorldState, outcome: Outcome) -> None:
    _turns(draft, _look(desk_state, 0), outcome=outcome)
    _turns(draft, _look(desk_state, 1))

    assert not draft.join()


def test_turns_that_speak_of_others_by_number_are_not_joined(draft: Draft, desk_state: WorldState) -> None:
    tool = desk_state.manifest.tool("open_ticket")
    told = Asked("project.title", "str", Output(0, "items[0].title"), "Roof", "the title", True)
    carried = Act("tiny_desk", tool, (Mention(tool.arguments[1], "Roof", carried=told),))
    for speaking in (carried, Give("tiny_desk", 0, carried.mentions)):
        draft.turns.clear()
        _turns(draft, _look(desk_state, 0), speaking)

        assert not draft.join()


async def test_a_setup_is_the_start_and_ends_at_the_first_refusal(draft: Draft, desk_state: WorldState) -> None:
    close = ToolCall("tiny_desk", "close_ticket", {"ticket_id": _row(desk_state, "ticket")})

    done = await draft.arrange([close])
    refused = await draft.arrange([close, close])

    assert (done, refused, len(draft.setup)) == (True, False, 1)
    assert draft.start is draft.states
    assert draft.start["tiny_desk"].rows["ticket"][_row(desk_state, "ticket")]["status"] == "closed"


async def test_what_a_call_has_shown_is_no_news_and_a_row_shown_whole_is_known(draft: Draft) -> None:
    project = next(iter(draft.states["tiny_desk"].rows["project"]))
    assert not draft.is_known("tiny_desk", "project", project)

    await draft.trail.take("tiny_desk", "get_project", {"project_id": Fixed(project)})
    await draft.trail.take("tiny_desk", "list_projects", {})
    entity = draft.manifest("tiny_desk").entity("project")
    first, again = (
        list(draft.news(row_facts(entity, at(draft.trail.steps[step].observation.content, path), Output(step, path))))
        for step, path in ((0, ""), (1, "items[0]"))
    )

    assert draft.is_known("tiny_desk", "project", project)
    assert {asked.name for asked in first} == {"project.title", "project.budget"}
    assert not again or draft.trail.steps[1].observation.content["items"][0]["id"] != project  # type: ignore[index, call-overload]  # a page


async def test_a_change_that_leaves_nothing_of_another_undoes_it_unless_that_was_asked_about(draft: Draft) -> None:
    added = Diff(added={"note": {"not_1": {"id": "not_1"}}})
    removed = Diff(removed={"note": {"not_1": {"id": "not_1"}}})
    draft.effects.note(0, added, draft.manifest("tiny_desk"))
    assert draft.undoes("tiny_desk", removed)

    asked = Asked("note.minutes", "int", Output(0, "minutes"), 35, "the note's minutes", is_strong=True)
    look = Look("tiny_desk", Description("note", "not_1"), (asked,))
    draft.turns.append(TurnDraft((look,), 1, ("tiny_desk", "add_note")))
    assert not draft.undoes("tiny_desk", removed)
