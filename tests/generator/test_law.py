"""A law remembers its answers only as long as what it reads stands."""

from pathlib import Path
from random import Random

import pytest

from generator.draw import draw_arguments
from generator.expression import parse
from generator.interpret import Interpreter, clock_start
from generator.law import Law, reads
from generator.load import load
from generator.seeds import seed_rows
from generator.tables import Tables
from tests.generator.emitting import lending

LIBRARY = load(Path(__file__).parent / "library.yaml")


@pytest.mark.parametrize("blueprint", [LIBRARY, lending()], ids=lambda blueprint: blueprint.name)
def test_remembered_answers_are_those_of_a_world_that_remembers_nothing(blueprint):
    root = Interpreter(blueprint, seed_rows(blueprint))
    chance = Random(7)

    for _ in range(4):
        world = root.copy()
        for _ in range(25):
            tool = chance.choice([*blueprint.tools])
            arguments = draw_arguments(world, tool, chance)
            if arguments is not None:
                world.call(tool, arguments)
                if chance.random() < 0.4:
                    world.undo()
            fresh = Interpreter(blueprint, [(name, row) for name, rows in world.state().items() for row in rows])
            fresh.tables.now = world.now
            assert (world.invariants(), world.conserved()) == (fresh.invariants(), fresh.conserved())


def test_rows_that_a_remembered_answer_looked_at_count_as_visited():
    tables = Interpreter(LIBRARY, seed_rows(LIBRARY)).tables
    law = Law(LIBRARY, LIBRARY.conserved["payments"])

    visits = []
    for _ in range(2):
        before = tables.visits
        law.ask(tables)
        visits.append(tables.visits - before)

    assert visits[0] == visits[1] > 0


def test_a_law_about_time_is_asked_again_when_time_goes_on():
    tables = Tables(LIBRARY, clock_start(LIBRARY))
    law = Law(LIBRARY, "now")

    assert law.ask(tables) == tables.now
    tables.now = tables.now.replace(year=2030)
    assert law.ask(tables) == tables.now


def test_an_expression_reads_the_columns_it_names_and_those_of_the_refs_it_follows():
    found = {*reads(LIBRARY, parse("all(l.book.copies_left >= 0 for l in loan if l.status == 'out')"))}

    assert found == {("loan", ""), ("loan", "book_id"), ("loan", "status"), ("book", ""), ("book", "copies_left")}
