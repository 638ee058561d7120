"""Check 3: a second process with another hash seed, time zone, locale, folder and moment answers the same."""

from __future__ import annotations

from registry.checks.check import Check, Outcome
from registry.checks.retelling import Difference
from registry.checks.subject import Subject
from registry.report import Finding

NAME = "deterministic"


async def ask(subject: Subject) -> Outcome:
    """Play the recorded walks, and a successful case of each tool, in the other process; compare what comes back."""
    told = await subject.retold.told()
    findings = tuple(_finding(difference) for difference in told.because("process"))
    return Outcome(findings, told.alone, told.alone_calls)


def _finding(difference: Difference) -> Finding:
    where = "in another process (hash seed, time zone, locale, folder, time)"
    if difference.tool:
        return difference.finding(NAME, f"{difference.tool} answers differently {where}.")
    return difference.finding(NAME, f"The same calls with the same answers end in another world {where}.")


CHECK = Check(3, NAME, "two processes that differ in all but the seed answer equally", "twin", ask)
