import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from envkit.manifest import Manifest, ReturnSpec, read_manifest
from sampler.facts import _INNER, Asked, as_text, choose, gives_away, result_facts, row_facts
from sampler.plan import Output
from sampler.state import WorldState

SERVERS = Path(__file__).parents[2] / "servers"


def _asked(value: object, *, strong: bool = True) -> Asked:
    return Asked("a", "str", Output(0, "a"), value, "the a", strong)  # type: ignore[arg-type]  # any scalar will do


def test_texts_are_as_an_answer_states_them() -> None:
    assert [as_text(value) for value in (True, False, -5, "x y")] == ["yes", "no", "-5", "x y"]


@pytest.mark.parametrize(
    ("spoken", "text", "expected"),
    [
        ("the fare is 370", "3700", False),
        ("the fare is 3700.", "3700", True),
        ("ann.berg@example.com", "Ann Berg", True),
        ("ann@example.com", "Ann Berg", False),
    ],
)
def test_a_fact_is_given_away_when_all_its_words_were_spoken(spoken: str, text: str, expected: bool) -> None:
    assert gives_away(spoken, text) is expected


def test_times_that_tools_stamp_are_no_facts(desk_state: WorldState) -> None:
    row = next(iter(desk_state.rows["ticket"].values()))
    entity = desk_state.manifest.entity("ticket")

    names = {asked.name for asked in row_facts(entity, {**row, "closed_at": desk_state.now}, Output(0, ""))}

    assert names == {
        "ticket.title",
        "ticket.is_urgent",
        "ticket.due_at",
        "ticket.minutes",
        "ticket.status",
        "ticket.watchers",
    }


def test_a_choice_of_few_tells_what_it_could_have_been(desk_state: WorldState) -> None:
    row = next(iter(desk_state.rows["ticket"].values()))
    asked = {each.name: each for each in row_facts(desk_state.manifest.entity("ticket"), row, Output(2, "items[0]"))}

    assert asked["ticket.status"].others == ("closed",)
    assert not asked["ticket.status"].is_strong
    assert asked["ticket.is_urgent"].others == ("no",)
    assert asked["ticket.due_at"].source == Output(2, "items[0].due_at")


def test_nothing_is_asked_of_what_is_no_row(desk_state: WorldState) -> None:
    assert not list(row_facts(desk_state.manifest.entity("ticket"), None, Output(0, "")))


def test_an_action_tells_its_scalars_its_rows_and_lone_rows(manifests: Mapping[str, Manifest]) -> None:
    desk = manifests["tiny_desk"]
    note = {"id": "not_1", "ticket_id": "tic_1", "kind": "call", "body": "x", "minutes": 35}
    project = {"id": "prj_1", "title": "Roof repair", "owner_id": "mem_1", "budget": 90000}

    details = result_facts(
        desk, desk.tool("get_ticket_details"), {"ticket": None, "project": project, "notes": [note]}, 1
    )
    closed = result_facts(desk, desk.tool("close_ticket"), {"ticket": None, "cost": 1750}, 1)

    assert {each.name for each in details} == {"project.title", "project.budget", "note.kind", "note.minutes"}
    assert [(each.name, each.words) for each in closed] == [("cost", "the cost amount (in minor units)")]


def test_several_rows_and_empty_values_tell_nothing(manifests: Mapping[str, Manifest]) -> None:
    desk = manifests["tiny_desk"]
    notes = {"notes": [{"minutes": 35}, {"minutes": 36}]}

    assert not list(result_facts(desk, desk.tool("get_ticket_details"), notes, 1))
    assert not list(result_facts(desk, desk.tool("close_ticket"), {"cost": None}, 1))
    assert not list(result_facts(desk, desk.tool("remove_note"), {"id": "not_1"}, 1))
    assert not list(result_facts(desk, desk.tool("close_ticket"), [], 1))


def test_what_was_spoken_taken_or_only_weak_is_not_chosen() -> None:
    rng = random.Random(0)

    assert choose([_asked("3700")], rng, "a fare of 3700", ()) == ()
    assert choose([_asked("3700")], rng, "", {"3700"}) == ()
    assert choose([_asked(True, strong=False)], rng, "", ()) == ()


def test_weak_facts_are_chosen_only_if_they_are_hard_to_guess_together() -> None:
    role = replace(_asked("writer", strong=False), others=("reader", "owner", "none"))
    scope = replace(_asked("user", strong=False), others=("group", "domain"))

    assert choose([role], random.Random(0), "", ()) == ()
    assert {*choose([role, scope], random.Random(0), "", ())} == {role, scope}
    assert choose([role, scope], random.Random(0), "", (), most=1) == ()


def test_rows_of_one_entity_in_two_parts_tell_nothing_but_one_in_either_does(manifests: Mapping[str, Manifest]) -> None:
    desk = manifests["tiny_desk"]
    tool = desk.tool("get_ticket_details")
    parts = tuple(ReturnSpec(name=name, type="rows", entity="note") for name in ("calls", "visits"))
    twice = tool.model_copy(update={"returns": parts})
    note = {"id": "not_1", "kind": "call", "minutes": 35}

    assert list(result_facts(desk, twice, {"calls": [], "visits": [note]}, 1))
    assert not list(result_facts(desk, twice, {"calls": [note], "visits": [note]}, 1))


def test_a_weak_fact_comes_only_beside_a_strong_one() -> None:
    offered = [_asked(3700), _asked(True, strong=False)]

    chosen = {tuple(each.value for each in choose(offered, random.Random(n), "", ())) for n in range(20)}

    assert chosen == {(3700,), (3700, True)}


def test_a_fact_is_read_where_it_was_returned() -> None:
    fact = _asked("old").read([{"a": "new"}], turn=2)

    assert (fact.value, fact.text, fact.turn) == ("new", "new", 2)


def test_what_is_inside_a_service_is_no_fact() -> None:
    studio = next(each for each in published() if each.slug == "tempo_studio")
    spots = studio.entity("spot")
    row = {each.name: 1 for each in spots.fields}

    names = [asked.name for asked in row_facts(spots, row, Output(0, ""))]

    assert "spot.fee" in names
    assert "spot.ticket" not in names


def test_every_column_inside_a_service_is_one_of_some_service() -> None:
    columns = {f"{entity.name}.{each.name}" for m in published() for entity in m.entities for each in entity.fields}

    assert _INNER - columns == set()


def published() -> list[Manifest]:
    files = sorted(SERVERS.glob("*/*/manifest.json"))
    return [read_manifest(path.parent) for path in files if "@" not in path.parent.name]
