from collections.abc import Mapping
from dataclasses import replace

import pytest

from envkit.manifest import ArgumentSpec, Manifest, ToolSpec
from sampler.facts import Asked
from sampler.plan import Output
from sampler.query import Mention, Request, say, write_action, write_follow_up, write_listing, write_lookup
from sampler.refer import Description, Trait, describe
from sampler.state import WorldState


def _asked(words: str) -> Asked:
    return Asked("a", "money", Output(0, "a"), 5, words, True)


def _project(state: WorldState) -> Description:
    described = describe(state, "project", next(iter(state.rows["project"])))
    assert described is not None
    return described


def _open_ticket(state: WorldState) -> Request:
    tool = state.manifest.tool("open_ticket")
    project, title, is_urgent, due_at = tool.arguments
    row = _project(state)
    return Request(
        tool,
        (
            Mention(project, row.row_id, (row,)),
            Mention(title, "Budget review"),
            Mention(is_urgent, True),
            Mention(due_at, "2025-05-20T10:00:00Z"),
        ),
    )


def test_an_action_says_every_argument_in_words(desk_state: WorldState) -> None:
    assert write_action(_open_ticket(desk_state)) == (
        'Please open ticket with these details: project: the project whose title is "Roof repair"; '
        'title: "Budget review"; is urgent: yes; due at: 2025-05-20T10:00:00Z.'
    )


def test_a_phrase_whose_holes_are_all_said_opens_the_query(desk_state: WorldState) -> None:
    request = _open_ticket(desk_state)
    phrases = ("open {nothing}", "plain words", "open {title} at {due_at}")
    tool = request.tool.model_copy(update={"phrases": phrases})
    lone = request.mentions[1:]

    query = write_action(replace(request, tool=tool, mentions=lone))

    assert query.startswith("Open Budget review at 2025-05-20T10:00:00Z. In detail, please open ticket with these")


def test_a_hole_with_two_meanings_is_not_filled(desk_state: WorldState) -> None:
    request = _open_ticket(desk_state)
    tool = request.tool.model_copy(update={"phrases": ("open {title}",)})

    assert write_action(replace(request, tool=tool)).startswith("Please open ticket")


def test_the_place_is_named_where_there_are_several(desk_state: WorldState) -> None:
    request = replace(_open_ticket(desk_state), place="Tiny Desk", mentions=())

    assert write_action(request) == "Please go to Tiny Desk and open ticket."


def test_a_carried_value_is_named_and_not_told(desk_state: WorldState) -> None:
    request = _open_ticket(desk_state)
    carried = replace(request.mentions[1], carried=_asked("the flight's number"), carried_turn=0)

    query = write_action(replace(request, mentions=(carried,)))

    assert "title: the flight's number from my request number 1" in query
    assert "Budget review" not in query


def test_wishes_are_joined_into_one_sentence(desk_state: WorldState) -> None:
    row, wishes = _project(desk_state), [_asked("the a"), _asked("the b"), _asked("the c")]

    assert write_lookup("", row, wishes).endswith(' "Roof repair". Tell me the a, the b and the c.')
    assert write_lookup("Tiny Desk", row, ()) == 'In Tiny Desk, look up the project whose title is "Roof repair".'
    assert write_follow_up(row, wishes[:1]).startswith(" Afterwards look up the project")
    assert write_follow_up(row, wishes[:1]).endswith(" and tell me the a.")
    assert write_follow_up(row, ()).endswith('"Roof repair".')


def test_a_listing_says_its_filters_and_its_order(manifests: Mapping[str, Manifest]) -> None:
    tool = manifests["tiny_desk"].tool("list_tickets")
    status, due_from, due_to = tool.arguments[1:4]
    mentions = (Mention(status, "open"), Mention(due_from, "A"), Mention(due_to, "B"))
    due_at = next(field for field in manifests["tiny_desk"].entity("ticket").fields if field.name == "due_at")

    ordered = write_listing(Request(tool, mentions, (_asked("the a"),), "Tiny Desk", (due_at, True)))
    counted = write_listing(Request(tool, (), (_asked("how many there are"),)))

    assert ordered == (
        "In Tiny Desk, look at all tickets whose status is open and whose due at is at least A and whose due at is at "
        "most B. Take the one with the latest due at. Tell me the a."
    )
    assert counted == "Look at all tickets. Tell me how many there are."


def test_plurals_are_english(manifests: Mapping[str, Manifest]) -> None:
    tool = manifests["tiny_desk"].tool("list_tickets")
    nouns = {"person": "people", "category": "categories", "box": "boxes", "day": "days"}

    for noun, plural in nouns.items():
        assert write_listing(Request(tool.model_copy(update={"entity": noun}), ())) == f"Look at all {plural}."


def test_amounts_lists_and_nested_rows_are_said_in_full(manifests: Mapping[str, Manifest]) -> None:
    desk = manifests["tiny_desk"]
    title, owner, budget = desk.entity("project").fields
    status = desk.entity("ticket").fields[5]
    person = Description("member", "mem_1", (Trait(title, "A b"), Trait(status, "open")))
    row = Description("project", "prj_1", (Trait(budget, 500), Trait(owner, "mem_1", person)))
    amount = desk.tool("top_up").arguments[1]
    tags = amount.model_copy(update={"name": "tags", "type": "list"})

    query = write_action(Request(desk.tool("top_up"), (Mention(amount, 700), Mention(tags, ["x", "y"]))))

    assert say(row) == (
        "the project whose budget is 500 (in minor units) and whose owner is "
        '(the member whose title is "A b" and whose status is open)'
    )
    assert query == "Please top up with these details: amount (in minor units): 700; tags: x, y."


@pytest.mark.parametrize(
    ("holds", "words"), [(True, "all tickets that are urgent."), (False, "all tickets that are not urgent.")]
)
def test_a_filter_of_true_or_false_reads_as_being(holds: bool, words: str) -> None:
    argument = ArgumentSpec(name="is_urgent", type="bool", description="", role="filter", field="ticket.is_urgent")
    tool = ToolSpec(name="list_tickets", kind="list", title="List tickets", description="", entity="ticket")

    assert words in write_listing(Request(tool, (Mention(argument, holds),)))
