"""A condition that turns on an earlier call goes its other way by a detour."""

import pytest

from generator.detours import detours
from generator.interpret import Interpreter
from generator.load import load_text
from generator.search import Goal, Witness
from generator.seeds import seed_rows

TEXT = """
blueprint: 1
name: parcels
title: Parcels
clock: {start: "2025-03-03T09:00:00", tick_seconds: 60}
entities:
  parcel:
    prefix: prc
    fields:
      grams: {type: int, min: 1}
      speed: {type: enum, values: [slow, fast]}
      is_sent: {type: bool, default: false}
tools:
  pack:
    doc: Pack a parcel.
    args: {grams: {type: int, min: 1, max: 9}, speed: {type: enum, values: [slow, fast]}}
    do: [{create: parcel, as: p, set: {grams: grams, speed: speed}}]
    return: {parcel: p}
  send:
    doc: Send a parcel.
    args: {parcel_id: {type: ref, to: parcel}}
    let: {p: "parcel[parcel_id]", price: "9 if p.speed == 'fast' else 1"}
    require: {sent: ["not p.is_sent", "Sent."]}
    do: [{update: p, set: {is_sent: "True"}}]
    return: {price: price}
"""

FAST = "p.speed == 'fast'"


@pytest.fixture
def root() -> Interpreter:
    blueprint = load_text(TEXT, "parcels.yaml", "test")
    return Interpreter(blueprint, seed_rows(blueprint))


def witness(root: Interpreter, speed: str) -> Witness:
    world = root.copy()
    packed = ("pack", {"grams": 3, "speed": speed})
    world.call(*packed)
    (parcel,) = world.state()["parcel"]
    sent = ("send", {"parcel_id": parcel["id"]})
    world.call(*sent)
    return Witness(Goal("send", "", world.ways), (packed, sent))


def test_a_detour_goes_the_way_that_no_witness_went(root: Interpreter) -> None:
    slow = witness(root, "slow")

    (found,) = detours(root, [slow])

    assert slow.goal.ways == {(FAST, False)}
    assert found.goal == Goal("send", "", frozenset({(FAST, True)}))
    assert found.calls == (("pack", {"grams": 3, "speed": "fast"}), slow.calls[1])


def test_the_other_calls_stay_and_what_is_refused_is_no_detour(root: Interpreter) -> None:
    slow = witness(root, "slow")
    world = root.copy()
    for call in (*slow.calls, slow.calls[0]):
        world.call(*call)
    _, later = world.state()["parcel"]
    calls = (*slow.calls, slow.calls[0], ("send", {"parcel_id": later["id"]}))

    (found,) = detours(root, [Witness(slow.goal, calls)])

    assert found.calls == (*slow.calls, ("pack", {"grams": 3, "speed": "fast"}), calls[3])


def test_where_both_ways_are_known_there_is_nothing_to_look_for(root: Interpreter) -> None:
    assert [*detours(root, [witness(root, "slow"), witness(root, "fast")])] == []


def test_what_is_refused_on_the_way_is_no_detour(root: Interpreter) -> None:
    fast = witness(root, "fast")
    calls = (*fast.calls, fast.calls[0], ("send", {"parcel_id": "prc_x"}))

    assert [*detours(root, [Witness(Goal("send"), calls)])] == []


def test_a_refusal_is_no_way_to_start_from(root: Interpreter) -> None:
    slow = witness(root, "slow")
    refused = Witness(Goal("send", "sent"), (*slow.calls, slow.calls[1]))

    assert [*detours(root, [refused])] == []


def test_a_witness_of_one_call_has_nothing_to_vary(root: Interpreter) -> None:
    alone = Witness(Goal("send"), (witness(root, "slow").calls[1],))

    assert [*detours(root, [alone])] == []


def test_the_world_that_detours_start_from_is_left_alone(root: Interpreter) -> None:
    before = root.state()

    list(detours(root, [witness(root, "slow")]))

    assert root.state() == before
