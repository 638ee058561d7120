"""Check 17: tasks can be judged by their end: met by the reference and its like, not by nothing and not by less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from envkit.calls import ToolCall
from envkit.manifest import ToolSpec
from envkit.snapshot import Diff
from registry.checks.check import Check, Outcome
from registry.checks.ground import target
from registry.checks.probe import Probe, Trail, change
from registry.checks.recording import Seen
from registry.checks.subject import Subject
from registry.report import Finding

NAME = "tasks"
LONGEST = 6
"""Calls of a reference; longer ones are left to the sampler, which proves each task it makes."""
NOWHERE = "none_000000"


@dataclass(frozen=True, slots=True)
class Goal:
    """A miniature task: the rows that differ from a fresh world at the end of its reference."""

    tool: str
    reference: Trail
    diff: Diff


@dataclass(frozen=True, slots=True)
class Try:
    """Calls made for a goal, in words, and whether they should meet it."""

    what: str
    calls: tuple[ToolCall, ...]
    is_solution: bool


async def ask(subject: Subject) -> Outcome:
    """Make a goal of a success of each tool that writes, and try solutions, broken ones and alternatives on it."""
    writers = [tool for tool in subject.manifest.tools if tool.writes]
    findings: list[Finding] = []
    tries = calls = 0
    for tool in writers:
        known = subject.successes(tool.name)
        if known and all(seen.diff.is_empty for seen in known):
            sentence = f"Every success of {tool.name} leaves all rows as they were: its goal holds before it is called."
            findings.append(known[0].trail.finding(NAME, tool.name, sentence, expected="a changed row", actual={}))
            continue
        found, tried, played = await _goal_judged(subject, tool)
        calls += played
        findings += found
        tries += tried
    if not calls and not findings:
        return Outcome(reason="no tool that writes was seen to succeed within a few calls of a fresh world")
    return Outcome(tuple(findings), tries, calls)


async def _goal_judged(subject: Subject, tool: ToolSpec) -> tuple[list[Finding], int, int]:
    """Judge the goal of the first reference whose end is not its beginning; return findings, tries and calls.

    A row that is created only to be deleted leaves no goal; a tool of which no more is known is left to the sampler.
    """
    calls = 0
    for reference in _references(subject, tool.name):
        if reference.diff.is_empty:
            continue
        async with subject.host.probe(reference.trail.seed) as probe:
            goal = Goal(tool.name, reference.trail, await _reached(probe, reference.trail.calls))
            found, tried = (
                ([], 0) if goal.diff.is_empty else await _judged(probe, goal, [*_tries(subject, tool, reference)])
            )
            calls += probe.calls
        if tried:
            return found, tried, calls
    return [], 0, calls


def _references(subject: Subject, tool: str) -> list[Seen]:
    """Return successes with no call to spare: the shortened cases about a tool, and first calls on a fresh world."""
    cases = [played.seen[-1] for played in subject.plays if played.case.about == "effects" and played.case.is_from_seed]
    first = [seen for seen in subject.successes(tool) if not seen.trail.edits and len(seen.trail.calls) == 1]
    found = [seen for seen in cases if seen.call.tool == tool and len(seen.trail.calls) <= LONGEST]
    return [*(seen for seen in found if not seen.observation.is_refused), *first]


async def _reached(probe: Probe, calls: Sequence[ToolCall]) -> Diff:
    """Play calls on a fresh world; return what is different then."""
    await probe.reset()
    before = await probe.state()
    await probe.play(calls)
    return change(before, await probe.state())


async def _judged(probe: Probe, goal: Goal, tries: Sequence[Try]) -> tuple[list[Finding], int]:
    """Try each on a fresh world; return the first that was judged wrongly, and how many were tried."""
    for number, each in enumerate(tries, start=1):
        diff = await _reached(probe, each.calls)
        if (diff == goal.diff) is not each.is_solution:
            verb = "does not meet" if each.is_solution else "meets"
            sentence = f"{each.what.capitalize()} {verb} the goal of {goal.tool}."
            expected = goal.diff.to_json() if each.is_solution else "another state than the goal's"
            return [probe.trail.finding(NAME, goal.tool, sentence, expected=expected, actual=diff.to_json())], number
    return [], len(tries)


def _tries(subject: Subject, tool: ToolSpec, reference: Seen) -> Iterator[Try]:
    calls = reference.trail.calls
    writes = [place for place, call in enumerate(calls) if not subject.manifest.tool(call.tool).read_only]
    yield Try("doing nothing", (), False)
    yield Try("the reference, played again,", calls, True)
    for place in writes:
        yield Try(f"leaving out {calls[place].tool}", (*calls[:place], *calls[place + 1 :]), False)
    if (other := _elsewhere(tool, subject, calls)) is not None:
        yield Try("the same on another row", other, False)
    reads = _reads(subject)
    if reads is not None:
        yield Try(
            "the reference with a reading in between", tuple(each for call in calls for each in (reads, call)), True
        )
    yield Try("the reference after a refused call", (_refused(tool, calls[-1]), *calls), True)


def _elsewhere(tool: ToolSpec, subject: Subject, calls: tuple[ToolCall, ...]) -> tuple[ToolCall, ...] | None:
    """Return the calls with the last one aimed at another row that a recorded success of the tool named."""
    last = calls[-1]
    keys = [argument.name for argument in tool.arguments if target(argument, tool) and argument.name in last.arguments]
    for seen in subject.successes(tool.name):
        for key in keys:
            value = seen.call.arguments.get(key)
            if value is not None and value != last.arguments[key]:
                return (*calls[:-1], ToolCall(last.environment, last.tool, {**last.arguments, key: value}))
    return None


def _reads(subject: Subject) -> ToolCall | None:
    """Return a recorded call on a fresh world that reads."""
    for tool in subject.manifest.tools:
        seen = subject.success(tool.name) if tool.read_only else None
        if seen is not None and len(seen.trail.calls) == 1:
            return seen.call
    return None


def _refused(tool: ToolSpec, call: ToolCall) -> ToolCall:
    """Return a call that names a row there is not, or (if it names none) no argument that there is."""
    named = {argument.name: NOWHERE for argument in tool.arguments if target(argument, tool) and not argument.many}
    return ToolCall(call.environment, call.tool, {**call.arguments, **(named or {NOWHERE: 1})})


CHECK = Check(
    17,
    NAME,
    "a goal is not met by the untouched world or by broken solutions, and met by all that solve it",
    "world",
    ask,
)
