"""The blueprints written by hand, and the page that teaches how to write one."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import product
from pathlib import Path
from random import Random

import pytest

from envkit.cast import choices_of
from generator.blueprint import Blueprint, EachEffect, WhenEffect
from generator.casting import cast_spec
from generator.draw import draw_arguments
from generator.interpret import Interpreter
from generator.load import load, load_text
from generator.seeds import SeedRows, seed_rows

ROOT = Path(__file__).parents[2]
WRITTEN = ("travel/skyline_air", "commerce/lantern_store", "office/orbit_calendar")


@lru_cache
def written(name: str) -> Blueprint:
    return load(ROOT / f"generator/blueprints/{name}.yaml")


@lru_cache
def first_rows(name: str) -> SeedRows:
    return seed_rows(written(name))


@pytest.mark.parametrize("name", WRITTEN)
def test_a_fresh_world_is_full_of_rows_of_every_kind(name: str) -> None:
    counts = Counter(entity for entity, _ in first_rows(name))

    assert 120 <= sum(counts.values()) <= 250
    assert set(written(name).entities) - {"return_request"} <= set(counts)


@pytest.mark.parametrize("name", WRITTEN)
def test_invariants_hold_and_conserved_values_stay_on_a_random_walk(name: str) -> None:
    chance = Random(7)
    world = Interpreter(written(name), first_rows(name))
    conserved = world.conserved()
    tools = [name for name, tool in written(name).tools.items() if tool.do]

    codes = []
    for _ in range(250):
        tool = chance.choice(tools)
        arguments = draw_arguments(world, tool, chance)
        codes.append(world.call(tool, arguments).code if arguments is not None else "")

    assert all(world.invariants().values())
    assert world.conserved() == conserved
    assert codes.count(None) > 20
    assert not {"internal", "invalid_transition"} & set(codes)


@pytest.mark.parametrize(
    "file", sorted((ROOT / "generator" / "blueprints").glob("*/*.yaml")), ids=lambda file: file.stem
)
def test_things_can_be_called_by_some_hundred_names(file: Path) -> None:
    blueprint = load(file)
    cast = cast_spec(blueprint, seed_rows(blueprint))

    assert cast.people or cast.things
    for things in cast.things:
        texts = [text for pattern in things.patterns for text in map("".join, product(*choices_of(pattern)))]
        assert len({*texts}) == len(texts) >= 72
        assert not {*texts} & {*things.names} or len(texts) > 5 * len(things.names)


def test_together_they_use_when_each_and_many() -> None:
    tools = [tool for name in WRITTEN for tool in written(name).tools.values()]

    effects = [effect for tool in tools for effect in tool.do]
    assert any(isinstance(effect, WhenEffect) for effect in effects)
    assert any(isinstance(effect, EachEffect) for effect in effects)
    assert any(argument.many for tool in tools for argument in tool.args.values())


def test_the_example_in_the_docs_is_a_blueprint_that_works() -> None:
    page = (ROOT / "docs/blueprints.md").read_text(encoding="utf-8")
    text = re.search(r"```yaml\n(# blueprint: home/little_library\n.*?)```", page, re.DOTALL)
    assert text

    blueprint = load_text(text[1], "docs/blueprints.md", "home")
    world = Interpreter(blueprint, seed_rows(blueprint))

    assert all(world.invariants().values())
    assert len(world.state()["loan"]) == blueprint.history["lend_book"]
