"""Mutants are seeded always the same, each with one change that its report shows."""

import ast
from collections import Counter
from pathlib import Path

import pytest

from envkit.manifest import read_manifest
from registry.mutants.calls import tools_in
from registry.mutants.mutant import Mutant
from registry.mutants.seeding import mutants


def of_tool(folder: Path, tool: str) -> list[Mutant]:
    tree = ast.parse((folder / "server.py").read_text())
    function = next(each for each in tools_in(tree) if each.name == tool)
    return list(mutants(function, tree, read_manifest(folder)))


def test_the_same_server_gives_the_same_mutants(tiny_air_folder: Path):
    first, second = of_tool(tiny_air_folder, "cancel_booking"), of_tool(tiny_air_folder, "cancel_booking")

    assert [(each.id, each.line, each.before, each.after) for each in first] == [
        (each.id, each.line, each.before, each.after) for each in second
    ]


def test_no_two_mutants_read_the_same(tiny_air_folder: Path):
    written = Counter(ast.unparse(each.function) for each in of_tool(tiny_air_folder, "book_flight"))

    assert max(written.values()) == 1


@pytest.mark.parametrize(
    ("tool", "operator"),
    [
        ("book_flight", "guard_remove"),
        ("book_flight", "guard_negate"),
        ("book_flight", "relational"),
        ("book_flight", "effect_delete"),
        ("book_flight", "effect_duplicate"),
        ("book_flight", "drop_not_found"),
        ("book_flight", "commit_before_guards"),
        ("book_flight", "no_tick"),
        ("book_flight", "arithmetic"),
        ("cancel_booking", "enum_swap"),
        ("cancel_booking", "wall_clock"),
        ("search_flights", "filter"),
        ("search_flights", "sort"),
        ("search_flights", "page"),
    ],
)
def test_each_operator_finds_its_place(tiny_air_folder: Path, tool: str, operator: str):
    assert operator in {each.operator for each in of_tool(tiny_air_folder, tool)}


def test_the_sentences_of_refusals_are_left_alone(tiny_air_folder: Path):
    assert not [each for each in of_tool(tiny_air_folder, "book_flight") if each.before.startswith("f'")]
