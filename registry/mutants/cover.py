"""Coverage of one tool: its decisions watched while the suite calls it, then hunted where they went one way only."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from registry.mutants.bench import Bench
from registry.mutants.coverage import Branch, Status, ToolCoverage
from registry.mutants.decisions import Decision, Taken, watched_decisions
from registry.mutants.hunt import Hunt, Probe
from registry.mutants.suite import Suite

Way = tuple[int, bool]
"""A decision by its place, and whether it held."""


def covered(bench: Bench, suite: Suite, hunt: Hunt | None, function: ast.FunctionDef) -> ToolCoverage:
    """Say which branches of a tool the suite takes; without a hunt, those it does not take count as reachable."""
    watched, decisions = watched_decisions(function)
    taken = Taken()
    names = {"_decided": taken.decided, "_looped": taken.looped}
    with bench.swapped(watched, names):
        suite.call_all(function.name)
    by_suite = frozenset(taken.ways)
    if hunt is not None:
        for line in sorted({decisions[place].line for place, _ in _left(decisions, taken)}):
            probes = hunt.probes(line)
            with bench.swapped(watched, names):
                for probe in probes:
                    _strayed(bench, taken, function.name, probe)
    statuses: dict[Way, Status] = {}
    for way in _ways(decisions):
        if way in by_suite:
            statuses[way] = "taken"
        else:
            statuses[way] = "unreachable" if hunt is not None and way not in taken.ways else "untaken"
    branches = [
        Branch(line=decisions[place].line, source=decisions[place].source, holds=holds, status=status)
        for (place, holds), status in statuses.items()
    ]
    return ToolCoverage(tool=function.name, branches=tuple(branches))


def _strayed(bench: Bench, taken: Taken, tool: str, probe: Probe) -> None:
    """Make a hunted call; the ways it takes do not count on a world that the environment itself calls unsound."""
    before = set(taken.ways)
    bench.lay(probe.image)
    bench.call(tool, probe.arguments)
    if taken.ways != before and not bench.is_sound(probe.image):
        taken.ways = before


def _ways(decisions: Sequence[Decision]) -> Iterator[Way]:
    for place in range(len(decisions)):
        yield from ((place, True), (place, False))


def _left(decisions: Sequence[Decision], taken: Taken) -> list[Way]:
    return [way for way in _ways(decisions) if way not in taken.ways]
