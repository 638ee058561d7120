from collections.abc import Mapping
from dataclasses import replace

import pytest

from envkit.manifest import ArgumentSpec, Manifest, ToolSpec
from sampler.facts import Asked
from sampler.meaning import Act, Browse, Condition, Give, Look, Mention
from sampler.plan import Output
from sampler.query import plural, say, write
from sampler.refer import Description, Extreme, Trait, Via, describe
from sampler.state import WorldState


def _asked(words: str) -> Asked:
    return Asked("a", "money", Output(0, "a"), 5, words, True)


def _project(state: WorldState) -> Description:
    described = describe(state, "project", next(iter(state.rows["project"])))
    assert described is not None
    return described


def _open_ticket(state: WorldState) -> Act:
    tool = state.manifest.tool("open_ticket")
    project, title, is_urgent, due_at = tool.arguments
    row = _project(state)
    return Act(
        "tiny_desk",
        tool,
        (
            Mention(project, row.row_id, (row,)),
            Mention(title, "Budget review"),
            Mention(is_urgent, True),
            Mention(due_at, "2025-05-20T10:00:00Z"),
        ),
    )


def test_an_action_says_every_argument_in_words(desk_state: WorldState) -> None:
    assert write([_open_ticket(desk_state)]) == (
        'Please open ticket with these details: project: the project whose title is "Roof repair"; '
        'title: "Budget review"; is urgent: yes; due at: 2025-05-20T10:00:00Z.'
    )


def test_the_place_is_named_where_there_are_several(desk_state: WorldState) -> None:
    request = replace(_open_ticket(desk_state), place="Tiny Desk", mentions=())

    assert write([request]) == "Please go to Tiny Desk and open ticket."


def test_a_carried_value_is_named_and_not_told(desk_state: WorldState) -> None:
    request = _open_ticket(desk_state)
    carried = replace(request.mentions[1], carried=_asked("the flight's number"), carried_turn=0)

    query = write([replace(request, mentions=(carried,))])

    assert "title: the flight's number from my request number 1" in query
    assert "Budget review" not in query


def test_wishes_are_joined_into_one_sentence(desk_state: WorldState) -> None:
    row = _project(desk_state)
    look = Look("tiny_desk", row, (_asked("the a"), _asked("the b"), _asked("the c")))
    after = Look("tiny_desk", row, (_asked("the a"),), is_after=True)
    there = Look("tiny_desk", row, place="Tiny Desk")

    assert write([look]).endswith(' "Roof repair". Tell me the a, the b and the c.')
    assert write([there]) == 'In Tiny Desk, look up the project whose title is "Roof repair".'
    assert write([after]).startswith("Afterwards look up the project")
    assert write([after]).endswith(" Tell me the a.")


def test_a_listing_says_its_filters_and_its_order(manifests: Mapping[str, Manifest]) -> None:
    tool = manifests["tiny_desk"].tool("list_tickets")
    status, due_from, due_to = tool.arguments[1:4]
    mentions = (Mention(status, "open"), Mention(due_from, "A"), Mention(due_to, "B"))
    due_at = next(field for field in manifests["tiny_desk"].entity("ticket").fields if field.name == "due_at")

    ordered = write([Browse("tiny_desk", tool, mentions, (_asked("the a"),), "Tiny Desk", (due_at, True))])
    counted = write([Browse("tiny_desk", tool, (), (_asked("how many there are"),))])

    assert ordered == (
        "In Tiny Desk, look at all tickets whose status is open and whose due at is at least A and whose due at is at "
        "most B. Take the one with the latest due at. Tell me the a."
    )
    assert counted == "Look at all tickets. Tell me how many there are."


def test_plurals_are_english() -> None:
    nouns = {"person": "people", "category": "categories", "box": "boxes", "day": "days"}

    assert {noun: plural(noun) for noun in nouns} == nouns


def test_amounts_lists_and_nested_rows_are_said_in_full(manifests: Mapping[str, Manifest]) -> None:
    desk = manifests["tiny_desk"]
    title, owner, budget = desk.entity("project").fields
    status = desk.entity("ticket").fields[5]
    person = Description("member", "mem_1", (Trait(title, "A b"), Trait(status, "open")))
    row = Description("project", "prj_1", (Trait(budget, 500), Trait(owner, "mem_1", person)))
    amount = desk.tool("top_up").arguments[1]
    tags = amount.model_copy(update={"name": "tags", "type": "list"})

    query = write([Act("tiny_desk", desk.tool("top_up"), (Mention(amount, 700), Mention(tags, ["x", "y"])))])

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

    assert words in write([Browse("tiny_desk", tool, (Mention(argument, holds),))])


def test_what_is_withheld_is_not_said(desk_state: WorldState) -> None:
    request = replace(_open_ticket(desk_state), withheld=("title",))

    assert "Budget review" not in write([request])


def test_a_condition_comes_before_what_depends_on_it(desk_state: WorldState) -> None:
    row, budget = _project(desk_state), desk_state.manifest.entity("project").fields[2]
    request = replace(_open_ticket(desk_state), mentions=(), only_if=Condition(row, budget, 5))

    query = write([request])

    assert query == (
        'Please only if the budget of the project whose title is "Roof repair" is 5 (in minor units), open ticket.'
    )


def test_what_is_given_later_names_the_request(desk_state: WorldState) -> None:
    given = _open_ticket(desk_state).mentions[1:2]

    assert write([Give("tiny_desk", 0, given)]) == 'For my request number 1: title: "Budget review".'


def test_a_group_is_told_by_what_its_rows_share(desk_state: WorldState) -> None:
    request, row = _open_ticket(desk_state), _project(desk_state)
    group = replace(request.mentions[0], group=row.traits)

    query = write([replace(request, mentions=(group,))])

    assert query.endswith('project: each of the projects whose title is "Roof repair".')


def test_an_extreme_and_a_row_by_its_holder_are_said(desk_state: WorldState) -> None:
    row = _project(desk_state)
    budget, owner = (desk_state.manifest.entity("project").fields[index] for index in (2, 1))
    extreme = replace(row, extreme=Extreme(budget, True))
    lone = replace(extreme, traits=())
    held = Description("member", "mem_1", via=Via(row, owner))

    assert say(extreme) == 'the project with the highest budget among those whose title is "Roof repair"'
    assert say(lone) == "the project with the highest budget"
    assert say(held) == 'the member that is the owner of the project whose title is "Roof repair"'
