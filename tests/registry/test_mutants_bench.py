"""A mutant stands in its tool's place only as long as it is asked, and cannot hold up the rest."""

import ast
from pathlib import Path

import pytest

from registry.mutants.bench import Bench, OverdueError, deadline, silenced
from registry.mutants.calls import tools_in

BOOKING = "bkg_000000"


def changed(folder: Path, tool: str, body: str) -> ast.FunctionDef:
    function = next(each for each in tools_in(ast.parse((folder / "server.py").read_text())) if each.name == tool)
    function.body = ast.parse(body).body
    return function


def test_a_swapped_tool_is_itself_again_afterwards(tiny_air_folder: Path):
    bench = Bench(tiny_air_folder)
    before = bench.environment.tools["cancel_booking"]

    with silenced(), bench.swapped(changed(tiny_air_folder, "cancel_booking", "raise ValueError")):
        assert bench.call("cancel_booking", {"booking_id": BOOKING}).code == "internal"

    assert bench.environment.tools["cancel_booking"] is before


def test_a_mutant_that_does_not_end_is_stopped(tiny_air_folder: Path):
    bench = Bench(tiny_air_folder)
    endless = changed(tiny_air_folder, "cancel_booking", "while True: pass")

    with bench.swapped(endless), pytest.raises(OverdueError), deadline(0.05):
        bench.call("cancel_booking", {"booking_id": BOOKING})

    assert bench.call("cancel_booking", {"booking_id": BOOKING}).code == "not_found"
