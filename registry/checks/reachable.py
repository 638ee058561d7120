"""Check 10: from the seed, by calls alone, every tool succeeds and every guard fires."""

from __future__ import annotations

import random

from envkit.clock import derive
from envkit.manifest import ToolSpec
from registry.checks.check import Check, Outcome
from registry.checks.ground import propose
from registry.checks.refusals import declared_guards
from registry.checks.subject import Subject
from registry.report import Finding

NAME = "reachable"
SEARCH_CALLS = 160
"""Calls of the search for what neither the cases nor the walks have reached."""

Goal = tuple[str, str]
"""A tool and the code it should answer with; "" for success."""


async def ask(subject: Subject) -> Outcome:
    """Look through all recorded calls on unedited worlds, then search for what is left."""
    goals = _goals(subject)
    reached = {(seen.call.tool, seen.observation.code or "") for seen in subject.seen if not seen.trail.edits}
    left = [goal for goal in goals if goal not in reached]
    calls = 0
    if left:
        found, calls = await _search(subject, left)
        left = [goal for goal in left if goal not in found]
    return Outcome(tuple(_finding(goal) for goal in left), len(goals), len(subject.seen) + calls)


def _goals(subject: Subject) -> list[Goal]:
    successes = [(tool.name, "") for tool in subject.manifest.tools]
    if subject.cases is None:
        return successes  # without an oracle nobody knows whether a guard that did not fire could have
    return successes + [(tool.name, guard.code) for tool in subject.manifest.tools for guard in declared_guards(tool)]


async def _search(subject: Subject, goals: list[Goal]) -> tuple[set[Goal], int]:
    """Walk by chance, every second call at a tool with an open goal; return what was reached and the calls it took."""
    rng = random.Random(derive(subject.seed, "reach"))
    tools = {tool.name: tool for tool in subject.manifest.tools}
    writers = [tool for tool in subject.manifest.tools if not tool.read_only] or list(subject.manifest.tools)
    reached: set[Goal] = set()
    async with subject.host.probe() as probe:
        state = await probe.state()
        for turn in range(SEARCH_CALLS):
            open_goals = [goal for goal in goals if goal not in reached]
            if not open_goals:
                break
            if turn % (SEARCH_CALLS // 4) == 0:
                await probe.reset()
                state = await probe.state()
            tool: ToolSpec = tools[rng.choice(open_goals)[0]] if turn % 2 else rng.choice(writers)
            observation = await probe.call(tool.name, propose(tool, subject.manifest, state, rng))
            reached.add((tool.name, observation.code or ""))
            if not observation.is_refused and not tool.read_only:
                state = await probe.state()
        return reached, probe.calls


def _finding(goal: Goal) -> Finding:
    tool, code = goal
    what = f"fires the guard {code} of {tool}" if code else f"makes {tool} succeed"
    return Finding(check=NAME, tool=tool, sentence=f"No sequence of calls from the seed was found that {what}.")


CHECK = Check(10, NAME, "from the seed, by calls alone, every tool succeeds and every guard fires", "world", ask)
