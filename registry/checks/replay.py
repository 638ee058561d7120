"""Comparing what a server did with what the oracle said it would do."""

from __future__ import annotations

from registry.case import CaseStep, ExpectedDiff
from registry.checks.answers import without_cursors
from registry.checks.recording import Played, Seen
from registry.report import Finding


def divergence(check: str, played: Played) -> Finding | None:
    """Return the first step at which a server left the oracle's case, or None if it followed to the end.

    A wrong change is told before a wrong answer, which mostly comes of it.
    """
    for step, seen in zip(played.case.steps, played.seen, strict=True):
        finding = (
            _refusal(check, played, step, seen)
            or _effect(check, played, step, seen)
            or _content(check, played, step, seen)
        )
        if finding is not None:
            return finding
    return None


def _refusal(check: str, played: Played, step: CaseStep, seen: Seen) -> Finding | None:
    name, observation = played.case.name, seen.observation
    if step.expect.code is not None:
        if observation.code == step.expect.code:
            return None
        came = observation.code or "a result"
        sentence = f"{step.tool} should refuse with {step.expect.code}; it answered {came} (case {name})."
        return seen.trail.finding(check, step.tool, sentence, expected=step.expect.code, actual=observation.text)
    if observation.is_refused:
        sentence = f"{step.tool} should succeed; it refused: {observation.text} (case {name})."
        return seen.trail.finding(check, step.tool, sentence, expected=step.expect.content, actual=observation.code)
    return None


def _content(check: str, played: Played, step: CaseStep, seen: Seen) -> Finding | None:
    content = without_cursors(seen.observation.content)
    if step.expect.code is not None or content == step.expect.content:
        return None
    sentence = f"{step.tool} answers something else than it should (case {played.case.name})."
    return seen.trail.finding(check, step.tool, sentence, expected=step.expect.content, actual=content)


def _effect(check: str, played: Played, step: CaseStep, seen: Seen) -> Finding | None:
    actual = ExpectedDiff.model_validate(seen.diff.to_json())
    if actual == step.diff:
        return None
    sentence = f"{step.tool} changes something else than it should (case {played.case.name})."
    expected = {part: rows for part, rows in step.diff.model_dump(mode="json").items() if rows}
    return seen.trail.finding(check, step.tool, sentence, expected=expected, actual=seen.diff.to_json())
