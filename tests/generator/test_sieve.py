"""The sieve plays only the weaker forms that may differ, and drops those that playing every one would drop."""

from dataclasses import replace
from random import Random

import pytest

from envkit.errors import INTERNAL, INVALID_ARGUMENT
from generator.casebook import Edit
from generator.draw import draw_arguments
from generator.interpret import Outcome
from generator.shift import Shift
from generator.sieve import Sieve
from generator.weaken import Weakening, weakenings
from tests.generator.emitting import lending, lending_world

BLUEPRINT = lending()
ROOT = lending_world()
ACTIONS = [name for name, part in BLUEPRINT.tools.items() if part.kind == "action"]


def shifts(tool: str) -> list[Shift]:
    chance = Random(3)
    drawn = [draw_arguments(ROOT, tool, chance) for _ in range(40)]
    found = [Shift((), arguments) for arguments in drawn if arguments is not None]
    numbers = [
        (row, name)
        for entity, part in BLUEPRINT.entities.items()
        for row in ROOT.tables.all(entity)
        for name, field in part.fields.items()
        if field.type in ("int", "money") and not field.unique
    ]
    for each in [*found]:
        row, name = chance.choice(numbers)
        found.append(Shift((Edit(row.entity, row.id, {name: chance.choice((0, 1, 2, 50))}),), each.arguments))
    return found


def played(weakening: Weakening | None, shift: Shift, tool: str) -> Outcome:
    world = ROOT.copy()
    for edit in shift.edits:
        world.tables.edit(edit.entity, edit.id, edit.values)
    world.blueprint = weakening.within(BLUEPRINT) if weakening else BLUEPRINT
    return replace(world.call(tool, shift.arguments), why="")


def is_told(weakening: Weakening, shift: Shift, tool: str) -> bool:
    own, weaker = played(None, shift, tool), played(weakening, shift, tool)
    if own.code in (INTERNAL, INVALID_ARGUMENT):
        return False
    if weakening.operator == "commit_before_guards":
        return own.code is not None and bool(weaker.diff.to_json())
    return own != weaker


@pytest.mark.parametrize("tool", ACTIONS)
def test_what_is_dropped_is_what_playing_every_form_tells_apart(tool: str) -> None:
    sieve = Sieve(ROOT, tool)
    left = [*weakenings(BLUEPRINT, tool)]

    for shift in shifts(tool):
        sieve.sift(shift)
        left = [each for each in left if not is_told(each, shift, tool)]
        assert [form.weakening for form in sieve.forms] == left


def test_a_shift_that_comes_up_again_is_work_but_tells_nothing() -> None:
    sieve = Sieve(ROOT, ACTIONS[0])
    shift = shifts(ACTIONS[0])[0]
    sieve.sift(shift)
    before = sieve.work

    assert sieve.sift(Shift(shift.edits, dict(shift.arguments))) == ""
    assert sieve.work > before


def test_the_world_is_left_as_it_was() -> None:
    tool, before = ACTIONS[0], ROOT.state()
    sieve = Sieve(ROOT, tool)

    for shift in shifts(tool):
        sieve.sift(shift)

    assert ROOT.state() == before
    assert sieve.succeeds(shifts(tool)[0].arguments) == (played(None, shifts(tool)[0], tool).code is None)
