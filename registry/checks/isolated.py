"""Check 4: worlds played interleaved end exactly as the same worlds played alone."""

from __future__ import annotations

from registry.checks.check import Check, Outcome
from registry.checks.retelling import Difference
from registry.checks.subject import Subject
from registry.report import Finding

NAME = "isolated"


async def ask(subject: Subject) -> Outcome:
    """Play all recorded walks at once, one call of each in turn, in a process that has served other worlds before."""
    told = await subject.retold.told()
    findings = tuple(_finding(difference) for difference in told.because("world"))
    return Outcome(findings, told.together, told.together_calls)


def _finding(difference: Difference) -> Finding:
    where = "beside other worlds than alone in a fresh process"
    if difference.tool:
        return difference.finding(NAME, f"{difference.tool} answers differently {where}.")
    return difference.finding(NAME, f"The same calls with the same answers end in another world {where}.")


CHECK = Check(4, NAME, "worlds interleaved equal the same worlds alone", "twin", ask)
