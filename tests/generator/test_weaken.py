"""Blueprints are weakened place by place; boundary cases must notice."""

from dataclasses import replace

from generator.boundaries import Hunt
from generator.weaken import weakenings, words_of
from tests.generator.emitting import lending, lending_world


def test_every_weakening_is_a_blueprint_of_its_own():
    blueprint = lending()

    for tool in blueprint.tools:
        for each in weakenings(blueprint, tool):
            assert each.within(blueprint) != blueprint


def test_each_guard_is_removed_once():
    blueprint = lending()

    for name, tool in blueprint.tools.items():
        removed = [each.path for each in weakenings(blueprint, name) if each.operator == "guard_remove"]
        assert removed == [f"tools.{name}.require.{code}" for code in tool.require]


def test_boundary_calls_are_the_same_each_time():
    blueprint = lending()
    root = lending_world()
    tool = next(name for name, part in blueprint.tools.items() if part.require)

    assert [*Hunt(root, tool, []).run()] == [*Hunt(root, tool, []).run()]


def test_boundary_calls_leave_the_world_they_were_found_on_alone():
    blueprint = lending()
    root = lending_world()
    before = root.state()

    for tool, part in blueprint.tools.items():
        if part.kind == "action":
            list(Hunt(root, tool, []).run())

    assert root.state() == before


def test_each_boundary_call_tells_a_weaker_form_apart():
    blueprint = lending()
    root = lending_world()
    tool = next(name for name, part in blueprint.tools.items() if part.require)

    for each in Hunt(root, tool, []).run():
        outcomes = []
        for weaker in [
            blueprint,
            *(one.within(blueprint) for one in weakenings(blueprint, tool) if one.path == each.path),
        ]:
            world = root.copy()
            world.blueprint = weaker
            for edit in each.edits:
                world.tables.edit(edit.entity, edit.id, edit.values)
            outcomes.append(replace(world.call(*each.call), why=""))
        assert any(other != outcomes[0] for other in outcomes[1:])


def test_words_pair_values_of_one_enum():
    words = words_of(lending())

    assert all(value != other for value, other in words.others.items())
