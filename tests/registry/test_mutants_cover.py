"""Branches are taken by the suite, reached by the hunt on sound worlds only, or listed as unreachable."""

import ast
from collections.abc import Sequence
from pathlib import Path

import pytest

from envkit.manifest import Manifest, read_manifest
from registry.case import Case, read_cases
from registry.mutants.bench import Bench
from registry.mutants.calls import tools_in
from registry.mutants.cover import covered
from registry.mutants.coverage import Branches, ToolCoverage, sum_of
from registry.mutants.hunt import Hunt
from registry.mutants.suite import Suite


class Judge:
    """An environment whose cases may be thinned out, and the coverage of one of its tools."""

    def __init__(self, folder: Path) -> None:
        self.manifest: Manifest = read_manifest(folder)
        self.cases: Sequence[Case] = read_cases(folder, self.manifest) or ()
        self._folder = folder

    def without(self, *codes: str) -> "Judge":
        """Leave out the cases in which a call is refused with one of these codes."""
        self.cases = [case for case in self.cases if not {step.expect.code for step in case.steps} & {*codes}]
        return self

    def of(self, tool: str, *, hunts: bool = True) -> ToolCoverage:
        bench = Bench(self._folder)
        suite = Suite(bench, self.manifest, self.cases)
        tree = ast.parse((self._folder / "server.py").read_text("utf-8"))
        function = next(each for each in tools_in(tree) if each.name == tool)
        return covered(bench, suite, Hunt(bench, self.manifest, suite, function) if hunts else None, function)


@pytest.fixture
def server(proven: Path) -> Path:
    return proven / "server.py"


def changed(server: Path, old: str, new: str) -> None:
    text = server.read_text("utf-8")
    assert text.count(old) == 1
    server.write_text(text.replace(old, new), "utf-8")


def statuses(found: ToolCoverage, source: str) -> dict[bool, str]:
    return {each.holds: each.status for each in found.branches if each.source == source}


def test_a_suite_that_reaches_every_guard_takes_all_branches(proven: Path):
    found = Judge(proven).of("book_flight")

    assert found.tool == "book_flight"
    assert sum_of([found]) == Branches(taken=6)


def test_a_branch_that_no_case_takes_but_a_sound_world_does_is_untaken(proven: Path):
    found = Judge(proven).without("not_confirmed").of("cancel_booking")

    assert statuses(found, "booking.status == 'confirmed'") == {True: "taken", False: "untaken"}


def test_without_a_hunt_whatever_is_not_taken_counts_as_reachable(proven: Path, server: Path):
    changed(server, "flight.seats_left >= passengers,", "flight.seats_left >= passengers or passengers < 0,")

    found = Judge(proven).of("book_flight", hunts=False)

    assert statuses(found, "passengers < 0") == {True: "untaken", False: "taken"}


def test_a_branch_that_nothing_reaches_is_listed_as_unreachable(proven: Path, server: Path):
    changed(server, "flight.seats_left >= passengers,", "flight.seats_left >= passengers or passengers < 0,")

    found = Judge(proven).of("book_flight")

    assert statuses(found, "passengers < 0") == {True: "unreachable", False: "taken"}


def test_a_branch_that_only_a_world_against_its_own_laws_reaches_is_unreachable(proven: Path, server: Path):
    changed(server, "customer.credit >= total,", "customer.credit >= total and flight.seats_left <= flight.seats,")

    found = Judge(proven).of("book_flight")

    assert statuses(found, "flight.seats_left <= flight.seats") == {True: "taken", False: "unreachable"}
