from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from envkit.manifest import Manifest
from farm.farm import Farm
from sampler.draft import TurnDraft
from sampler.execute import execute_once
from sampler.facts import Asked
from sampler.meaning import Browse, Look, Wish
from sampler.plan import Binding, Choice, Fixed, Output, Plan, Several, at
from sampler.prune import dead_read, dead_write, prune, without
from sampler.refer import Description
from sampler.task import Outcome

TICKET = Description("ticket", "tic_r8nexy")


def _choice(tool: str, code: str | None = None, **arguments: Binding) -> Choice:
    return Choice("tiny_desk", tool, arguments, code)


def _plan(*turns: Sequence[Choice]) -> Plan:
    choices = tuple(choice for turn in turns for choice in turn)
    return Plan(("tiny_desk",), 5, choices, tuple(map(len, turns)))


def _turns(plan: Plan, *asked: Asked, outcome: Outcome = "done") -> list[TurnDraft]:
    """Return the turns of a plan; the first asks for facts, and ends so."""
    first = TurnDraft((Look("tiny_desk", TICKET, asked),), plan.turns[0], ("tiny_desk", "list_tickets"), outcome)
    return [first, *(TurnDraft((), calls, ("tiny_desk", "close_ticket")) for calls in plan.turns[1:])]


def _asked(step: int, path: str) -> Asked:
    return Asked(path, "str", Output(step, path), "x", path, True)


LIST = _choice("list_tickets")
TEAM = _choice("list_members")
CLOSE = _choice("close_ticket", ticket_id=Output(1, "items[0].id"))


def test_a_read_that_feeds_nothing_is_left_out_and_what_points_at_calls_is_renumbered(
    manifests: Mapping[str, Manifest],
) -> None:
    watch = _choice(
        "set_watchers",
        ticket_id=Output(1, "items[1].id"),
        member_ids=Several((Output(3, "items[0].id"), Fixed("mem_9qm7es"))),
    )
    plan = _plan([TEAM, LIST, CLOSE], [TEAM, watch])

    pruned = prune(plan, _turns(plan, _asked(1, "items[0].title")), manifests)

    tools = [choice.tool for choice in pruned.plan.choices]
    assert tools == ["list_tickets", "close_ticket", "list_members", "set_watchers"]
    assert pruned.plan.turns == (2, 2)
    assert pruned.plan.choices[1].arguments == {"ticket_id": Output(0, "items[0].id")}
    assert pruned.plan.choices[3].arguments == {
        "ticket_id": Output(0, "items[1].id"),
        "member_ids": Several((Output(2, "items[0].id"), Fixed("mem_9qm7es"))),
    }
    assert [each.source for group in pruned.asked for each in group] == [Output(0, "items[0].title")]


def test_a_read_whose_fact_is_asked_for_is_kept(manifests: Mapping[str, Manifest]) -> None:
    plan = _plan([TEAM, LIST])

    assert [each.tool for each in prune(plan, _turns(plan, _asked(0, "x")), manifests).plan.choices] == ["list_members"]


def test_reads_that_lead_to_a_needed_read_are_kept(manifests: Mapping[str, Manifest]) -> None:
    plan = _plan([TEAM, _choice("list_projects", owner_id=Output(0, "items[0].id")), TEAM])

    pruned = prune(plan, _turns(plan, _asked(1, "items[0].title")), manifests)

    assert [choice.tool for choice in pruned.plan.choices] == ["list_members", "list_projects"]


def test_a_refusal_is_what_its_turn_is_about_and_kept(manifests: Mapping[str, Manifest]) -> None:
    plan = _plan([TEAM, LIST, replace(CLOSE, code="not_open")])

    pruned = prune(plan, _turns(plan, outcome="done"), manifests)

    assert [choice.code for choice in pruned.plan.choices] == [None, "not_open"]


@pytest.mark.parametrize("outcome", ["done", "asks", "declines"])
def test_what_feeds_nothing_is_left_out_however_its_turn_ends(
    manifests: Mapping[str, Manifest], outcome: Outcome
) -> None:
    plan = _plan([TEAM], [LIST, CLOSE])
    plan = replace(plan, choices=(*plan.choices[:2], replace(CLOSE, arguments={"ticket_id": Output(1, "items[0].id")})))

    assert prune(plan, _turns(plan, outcome=outcome), manifests).plan.turns == (0, 2)


def test_a_call_that_is_pointed_at_cannot_be_left_out() -> None:
    with pytest.raises(KeyError):
        without(_plan([TEAM, LIST, CLOSE]), [()], {1})


async def _dead(
    farm: Farm, manifests: Mapping[str, Manifest], *choices: Choice, asked: Sequence[Asked] = ()
) -> str | None:
    plan = _plan(choices)
    pruned = without(plan, [asked], set())
    executed = await execute_once(plan, farm, manifests, pruned.asked)
    return await dead_write(pruned, executed, farm, manifests)


def _watch(*members: str) -> Choice:
    return _choice("set_watchers", ticket_id=Fixed("tic_r8nexy"), member_ids=Several(tuple(map(Fixed, members))))


async def test_a_write_that_a_later_one_overwrites_is_found(farm: Farm, manifests: Mapping[str, Manifest]) -> None:
    dead = await _dead(farm, manifests, _watch("mem_qgycga"), _watch("mem_rax8n3", "mem_9qm7es"))

    assert dead == "set_watchers"


async def test_writes_that_all_leave_something_are_not_dead(farm: Farm, manifests: Mapping[str, Manifest]) -> None:
    close = _choice("close_ticket", ticket_id=Fixed("tic_2k4hna"))

    assert await _dead(farm, manifests, _watch("mem_qgycga", "mem_9qm7es"), close) is None


async def test_a_write_without_which_another_call_goes_otherwise_is_not_dead(
    farm: Farm, manifests: Mapping[str, Manifest]
) -> None:
    close = _choice("close_ticket", ticket_id=Fixed("tic_2k4hna"))
    other = _choice("close_ticket", ticket_id=Fixed("tic_bx8yee"))

    assert await _dead(farm, manifests, close, replace(close, code="not_open"), other) is None


async def test_a_write_and_what_only_takes_it_back_are_dead_together(
    farm: Farm, manifests: Mapping[str, Manifest]
) -> None:
    note = {"kind": Fixed("call"), "body": Fixed("x"), "minutes": Fixed(5), "ticket_id": Fixed("tic_2k4hna")}
    remove = _choice("remove_note", note_id=Output(0, "id"))
    close = _choice("close_ticket", ticket_id=Fixed("tic_bx8yee"))

    assert await _dead(farm, manifests, _choice("add_note", **note), remove, close) == "add_note"


async def test_a_write_and_what_is_refused_without_it_are_dead_together(
    farm: Farm, manifests: Mapping[str, Manifest]
) -> None:
    note = {"kind": Fixed("call"), "body": Fixed("x"), "minutes": Fixed(5), "ticket_id": Fixed("tic_2k4hna")}
    add, close = _choice("add_note", **note), _choice("close_ticket", ticket_id=Fixed("tic_bx8yee"))
    made = (await execute_once(_plan([add]), farm, manifests, [()])).truth.trajectory[0].content
    remove = _choice("remove_note", note_id=Fixed(at(made, "id")))

    assert await _dead(farm, manifests, add, remove, close) == "add_note"


async def test_the_only_write_is_not_dead(farm: Farm, manifests: Mapping[str, Manifest]) -> None:
    assert await _dead(farm, manifests, _watch("mem_qgycga")) is None


async def _dead_to_read(
    farm: Farm, manifests: Mapping[str, Manifest], choices: Sequence[Sequence[Choice]], *wishes: Sequence[Wish]
) -> str | None:
    plan = _plan(*choices)
    drafts = [TurnDraft(tuple(said), calls, ("tiny_desk", "x")) for said, calls in zip(wishes, plan.turns, strict=True)]
    pruned = without(plan, [draft.asked for draft in drafts], set())
    return dead_read(pruned, drafts, await execute_once(plan, farm, manifests, pruned.asked))


def _look(*asked: Asked) -> Look:
    return Look("tiny_desk", TICKET, asked)


TICKETS = _choice("list_tickets", limit=Fixed(50))
SHOWN = _choice("get_ticket_details", ticket_id=Fixed("tic_r8nexy"))
TITLE = _asked(0, "ticket.title")


async def test_a_read_is_dead_if_another_call_of_the_turn_shows_what_it_is_asked(
    farm: Farm, manifests: Mapping[str, Manifest]
) -> None:
    assert await _dead_to_read(farm, manifests, [[SHOWN, TICKETS]], [_look(TITLE)]) == "get_ticket_details"


async def test_a_read_is_dead_if_an_earlier_turn_has_shown_what_it_is_asked(
    farm: Farm, manifests: Mapping[str, Manifest]
) -> None:
    turns = [[_choice("close_ticket", ticket_id=Fixed("tic_r8nexy"))], [SHOWN]]

    assert await _dead_to_read(farm, manifests, turns, [], [_look(_asked(1, "ticket.title"))]) == "get_ticket_details"


async def test_a_read_is_not_dead_if_what_it_is_asked_changed_or_is_shown_too_late(
    farm: Farm, manifests: Mapping[str, Manifest]
) -> None:
    close = _choice("close_ticket", ticket_id=Fixed("tic_r8nexy"))

    assert await _dead_to_read(farm, manifests, [[SHOWN, close]], [_look(_asked(0, "ticket.status"))]) is None
    assert await _dead_to_read(farm, manifests, [[SHOWN], [close]], [_look(TITLE)], []) is None


async def test_a_list_that_tells_one_row_from_others_is_not_dead(farm: Farm, manifests: Mapping[str, Manifest]) -> None:
    tool = manifests["tiny_desk"].tool("list_tickets")
    told = Browse("tiny_desk", tool, (), (_asked(0, "items[0].title"),))

    assert await _dead_to_read(farm, manifests, [[TICKETS, TICKETS]], [told]) is None


async def test_a_read_that_another_call_needs_is_not_dead(farm: Farm, manifests: Mapping[str, Manifest]) -> None:
    close = _choice("close_ticket", ticket_id=Output(0, "ticket.id"))

    assert await _dead_to_read(farm, manifests, [[SHOWN, close]], [_look(TITLE)]) is None


async def test_a_read_is_dead_if_a_later_call_of_the_turn_shows_the_like_of_another_row(
    farm: Farm, manifests: Mapping[str, Manifest]
) -> None:
    other = _choice("get_ticket_details", ticket_id=Fixed("tic_2k4hna"))
    alike = replace(_asked(0, "ticket.is_urgent"), is_strong=False)

    assert await _dead_to_read(farm, manifests, [[SHOWN, other]], [_look(alike)]) == "get_ticket_details"
    assert await _dead_to_read(farm, manifests, [[SHOWN], [other]], [_look(alike)], []) is None
    assert await _dead_to_read(farm, manifests, [[SHOWN, other]], [_look(TITLE)]) is None
