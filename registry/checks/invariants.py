"""Check 13: through random walks every invariant holds, conserved values do not move, no reference breaks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from envkit.calls import ToolCall
from farm.control import Soundness
from registry.checks.check import Check, Outcome
from registry.checks.machine import walk
from registry.checks.probe import Probe, Trail
from registry.checks.recording import Walk
from registry.checks.shrink import shortest
from registry.checks.soundness import Break, broken
from registry.checks.subject import Subject
from registry.report import Finding

NAME = "invariants"
_SEEDS = 4


async def ask(subject: Subject) -> Outcome:
    """Judge the recorded walks, shrinking what breaks, and let a state machine walk where no walk broke anything."""
    findings = list(_declared(subject))
    calls = sum(len(each.seen) for each in subject.walks)
    told: set[str] = set()
    if not findings:
        for each in subject.walks:
            if (found := _first_break(each)) is not None and found[1].key not in told:
                told.add(found[1].key)
                findings.append(await _shrunk(subject, *found))
        findings += await _of_other_seeds(subject)
        if not findings:
            walked = await walk(subject.host, subject.manifest, subject.seed)
            calls += walked.calls
            findings += [_finding(*walked.found)] if walked.found is not None else []
    names = len(subject.manifest.invariants) + len(subject.manifest.conserved)
    return Outcome(tuple(findings), calls * (names + 1), calls)


def _declared(subject: Subject) -> list[Finding]:
    start = subject.walks[0].start
    missing = [name for name in subject.manifest.invariants if name not in start.holds]
    missing += [name for name in subject.manifest.conserved if name not in start.conserved]
    fresh = [f"The fresh world breaks the invariant {name}." for name, holds in start.holds.items() if not holds]
    fresh += [f"In the fresh world a reference points nowhere: {sentence}." for sentence in start.foreign_keys]
    absent = [f"The server does not judge {name}, which the manifest declares." for name in missing]
    return [Finding(check=NAME, sentence=sentence) for sentence in [*absent, *fresh]]


async def _of_other_seeds(subject: Subject) -> list[Finding]:
    """Judge fresh worlds of a few other seeds, in which names may be others, up to the first that is at fault."""
    for seed in range(1, _SEEDS + 1):
        async with subject.host.probe(seed) as probe:
            sound = await probe.soundness()
        faults = [f"breaks the invariant {name}" for name, holds in sound.holds.items() if not holds]
        faults += [f"has a reference that points nowhere: {sentence}" for sentence in sound.foreign_keys]
        if faults:
            return [Finding(check=NAME, sentence=f"The fresh world of seed {seed} {fault}.") for fault in faults]
    return []


def _first_break(recorded: Walk) -> tuple[Trail, Break] | None:
    judged = [recorded.start, *(seen.soundness for seen in recorded.seen if seen.soundness is not None)]
    for seen, (before, after) in zip(recorded.seen, pairwise(judged), strict=True):
        what = broken(seen.call.tool, before, after)
        if what is not None:
            return seen.trail, what
    return None


async def _shrunk(subject: Subject, trail: Trail, what: Break) -> Finding:
    """Find the shortest part of a walk that ends with the same call and breaks the same thing."""
    async with subject.host.probe(trail.seed) as probe:

        async def breaks(calls: Sequence[ToolCall]) -> bool:
            before, after = await _around_the_last(probe, calls)
            again = broken(calls[-1].tool, before, after)
            return again is not None and again.key == what.key

        calls = await shortest(trail.calls, breaks)
        before, after = await _around_the_last(probe, calls)
    return _finding(Trail(trail.seed, (), calls), broken(calls[-1].tool, before, after) or what)


async def _around_the_last(probe: Probe, calls: Sequence[ToolCall]) -> tuple[Soundness, Soundness]:
    await probe.reset()
    await probe.play(calls[:-1])
    before = await probe.soundness()
    await probe.play(calls[-1:])
    return before, await probe.soundness()


def _finding(trail: Trail, what: Break) -> Finding:
    tool = trail.calls[-1].tool
    return trail.finding(NAME, tool, what.sentence, expected=what.expected, actual=what.actual)


CHECK = Check(13, NAME, "invariants hold and conserved values stand through random walks", "world", ask)
