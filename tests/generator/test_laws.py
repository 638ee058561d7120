"""Laws must notice wrong money, counters and intervals; whatever else a weaker tool does is for the oracle."""

from collections.abc import Mapping, Sequence

import pytest

from envkit.calls import JsonObject
from generator.blueprint import Blueprint
from generator.casebook import Call
from generator.cases import explore
from generator.laws import notices, trajectories
from generator.load import load_text
from generator.seeds import seed_rows
from registry.mutants.verdict import LawVerdict
from tests.generator.emitting import lending

ROOMS = """
blueprint: 1
name: rooms
title: Rooms
clock: {start: "2025-03-03T09:00:00", tick_seconds: 60}
entities:
  room:
    prefix: rom
    seed: 2
    fields:
      name: {type: str, unique: true, seed: [Fjord, Birch]}
      stays: {type: int, min: 0, default: 0, counter: "sum(1 for s in stay if s.room_id == room.id)"}
      cleaned_at: {type: time, seed: [-48, -24]}
  stay:
    prefix: sty
    fields:
      room_id: {type: ref, to: room}
      starts_at: {type: time}
      ends_at: {type: time}
      noted_at: {type: time}
      paid: {type: money, default: 0}
invariants:
  stays_are_counted: "all(r.stays == sum(1 for s in stay if s.room_id == r.id) for r in room)"
  stays_last: "all(s.ends_at - s.starts_at == days(2) for s in stay)"
conserved:
  nothing_is_paid: "sum(s.paid for s in stay)"
tools:
  list_rooms: {kind: list, entity: room, doc: List rooms.}
  stay:
    doc: Stay for two days.
    args: {room_id: {type: ref, to: room}}
    let: {r: "room[room_id]"}
    require:
      full: ["r.stays < 2", "Full."]
      dirty: ["r.cleaned_at < now", "Dirty."]
    do:
      - {create: stay, set: {room_id: r.id, starts_at: now, ends_at: now + days(2), noted_at: now + days(3)}}
      - {update: r, set: {stays: r.stays + 1}}
    return: {room: r}
  rest: {doc: Let two days pass., args: {}, advance: days(2), return: {until: now + days(2)}}
"""

WORK = 800_000


def judged(blueprint: Blueprint) -> dict[tuple[str, str], LawVerdict]:
    rows = seed_rows(blueprint)
    found = notices(blueprint, rows, trajectories(explore(blueprint, rows, work=WORK).cases))
    return {(each.operator, each.path): each for each in found}


@pytest.fixture(scope="module")
def rooms() -> Mapping[tuple[str, str], LawVerdict]:
    return judged(load_text(ROOMS, "rooms.yaml", "test"))


def test_the_same_blueprint_is_judged_the_same_each_time(rooms: Mapping[tuple[str, str], LawVerdict]) -> None:
    assert judged(load_text(ROOMS, "rooms.yaml", "test")) == rooms


@pytest.mark.parametrize(
    ("operator", "path"),
    [
        ("effect_delete", "tools.stay.do[1]"),
        ("arithmetic", "tools.stay.do[1].set.stays"),
        ("constant", "tools.stay.do[1].set.stays"),
    ],
)
def test_a_law_is_owed_where_a_counter_is_set_wrongly(
    rooms: Mapping[tuple[str, str], LawVerdict], operator: str, path: str
) -> None:
    verdict = rooms[operator, path]

    assert (verdict.is_owed, verdict.status) == (True, "caught")
    assert verdict.by in ("stays_are_counted", "internal")


def test_a_law_is_owed_where_the_end_of_an_interval_is_set_wrongly(
    rooms: Mapping[tuple[str, str], LawVerdict],
) -> None:
    end = rooms["arithmetic", "tools.stay.do[0].set.ends_at"]

    assert (end.is_owed, end.status, end.by) == (True, "caught", "stays_last")


def test_no_law_is_owed_for_a_moment_that_ends_no_interval(rooms: Mapping[tuple[str, str], LawVerdict]) -> None:
    noted = rooms["arithmetic", "tools.stay.do[0].set.noted_at"]

    assert (noted.is_owed, noted.status, noted.by) == (False, "missed", "")


def test_a_law_is_owed_for_a_guard_on_a_counter_that_the_tool_sets(
    rooms: Mapping[tuple[str, str], LawVerdict],
) -> None:
    assert rooms["guard_remove", "tools.stay.require.full"].is_owed
    assert not rooms["guard_remove", "tools.stay.require.dirty"].is_owed


def test_a_guard_that_no_law_stands_behind_is_missed(rooms: Mapping[tuple[str, str], LawVerdict]) -> None:
    assert rooms["guard_remove", "tools.stay.require.full"].status == "missed"


def test_no_law_is_owed_for_a_tool_left_without_effects(rooms: Mapping[tuple[str, str], LawVerdict]) -> None:
    text = ROOMS.replace("      - {create: stay, set: {room_id: r.id, starts_at: now, ends_at: now + days(2), "
                         "noted_at: now + days(3)}}\n", "")  # fmt: skip
    alone = judged(load_text(text, "rooms.yaml", "test"))

    assert rooms["effect_delete", "tools.stay.do[1]"].is_owed
    assert not alone["effect_delete", "tools.stay.do[0]"].is_owed


def test_a_law_notices_a_guard_behind_another_by_calls_like_those_refused() -> None:
    found = judged(lending())

    assert (found["guard_remove", "tools.lend.require.none_left"].status) == "caught"


def test_a_conserved_value_that_moves_is_named() -> None:
    text = ROOMS.replace("noted_at: now + days(3)}", "noted_at: now + days(3), paid: 1 - 1}")

    found = judged(load_text(text, "rooms.yaml", "test"))

    paid = found["arithmetic", "tools.stay.do[0].set.paid"]
    assert (paid.is_owed, paid.status, paid.by) == (True, "caught", "nothing_is_paid")


def case(about: str, calls: Sequence[Call], *codes: str, **more: object) -> JsonObject:
    expected = [{"code": code} if code else {"content": {}} for code in codes]
    steps = [{"tool": tool, "arguments": arguments, "expect": expect}
             for (tool, arguments), expect in zip(calls, expected, strict=True)]  # fmt: skip
    return {"about": about, "steps": steps, **more}  # type: ignore[dict-item]  # built as JSON, by hand


def test_trajectories_are_successes_the_shortest_first_and_then_refusals() -> None:
    one, other = ("stay", {"room_id": "a"}), ("rest", {})
    known = [
        case("walk", [one, other, one], "", "", ""),
        case("effects", [one], ""),
        case("refusal", [other, one], "", "full"),
        case("boundary", [one], "", edits=[{}]),
        case("walk", [other], "", seed=1),
        case("walk", [("list_rooms", {"cursor": "x"})], ""),
    ]

    found = trajectories(known)

    assert found["stay"] == [[one], [one, other, one], [other, one]]
    assert found["rest"] == [[other], [one, other, one]]
    assert set(found) == {"stay", "rest"}
