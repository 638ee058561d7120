"""Check 5: every call answers and changes exactly what the oracle says, row by row and column by column."""

from __future__ import annotations

from registry.checks.check import Check, Outcome
from registry.checks.replay import divergence
from registry.checks.subject import Subject

NAME = "effects"
NO_ORACLE = "the folder has no cases.jsonl, so no oracle says what the tools should do"


async def ask(subject: Subject) -> Outcome:
    """Compare each case with the oracle's word, step by step; those about refusals and boundaries have own checks."""
    if subject.cases is None:
        return Outcome(reason=NO_ORACLE)
    plays = [played for played in subject.plays if played.case.about not in ("refusal", "boundary")]
    findings = [finding for played in plays if (finding := divergence(NAME, played)) is not None]
    return Outcome(tuple(findings), len(plays), sum(len(played.seen) for played in plays))


CHECK = Check(5, NAME, "answers and row diffs equal the oracle's, no more", "judge", ask)
