"""Check 13: through random walks every invariant holds, conserved values do not move, no reference breaks."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from farm.control import Soundness
from registry.checks.check import Check, Outcome
from registry.checks.recording import Seen, Walk
from registry.checks.subject import Subject
from registry.report import Finding

NAME = "invariants"


async def ask(subject: Subject) -> Outcome:
    """Read the environment's own judgement of its world after every call of the walks."""
    findings = list(_declared(subject))
    for walk in subject.walks:
        finding = _first_break(walk)
        if finding is not None:
            findings.append(finding)
    calls = sum(len(walk.seen) for walk in subject.walks)
    names = len(subject.manifest.invariants) + len(subject.manifest.conserved)
    return Outcome(tuple(findings), calls * (names + 1), calls)


def _declared(subject: Subject) -> list[Finding]:
    start = subject.walks[0].start
    missing = [name for name in subject.manifest.invariants if name not in start.holds]
    missing += [name for name in subject.manifest.conserved if name not in start.conserved]
    fresh = [f"The fresh world breaks {sentence}." for sentence in _broken(start)]
    absent = [f"The server does not judge {name}, which the manifest declares." for name in missing]
    return [Finding(check=NAME, sentence=sentence) for sentence in [*absent, *fresh]]


def _first_break(walk: Walk) -> Finding | None:
    judged = [walk.start, *(seen.soundness for seen in walk.seen if seen.soundness is not None)]
    for seen, (before, after) in zip(walk.seen, pairwise(judged), strict=True):
        if _broken(before):
            return None
        if broken := _broken(after):
            return _finding(seen, f"After {seen.call.tool}, the world breaks {broken[0]}.", None, broken[0])
        moved = _moved(before.conserved, after.conserved)
        if moved:
            name = moved[0]
            sentence = f"{seen.call.tool} moves the conserved value {name}."
            return _finding(seen, sentence, before.conserved[name], after.conserved.get(name))
    return None


def _finding(seen: Seen, sentence: str, expected: int | None, actual: int | str | None) -> Finding:
    return seen.trail.finding(NAME, seen.call.tool, sentence, expected=expected, actual=actual)


def _broken(soundness: Soundness) -> list[str]:
    invariants = [f"the invariant {name}" for name, holds in soundness.holds.items() if not holds]
    return invariants + [f"a reference: {sentence}" for sentence in soundness.foreign_keys]


def _moved(before: Mapping[str, int], after: Mapping[str, int]) -> list[str]:
    return [name for name in before if before[name] != after.get(name)]


CHECK = Check(13, NAME, "invariants hold and conserved values stand through random walks", "judge", ask)
