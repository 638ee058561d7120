"""Check 8: with one stored value at a bound, another of its values or this very second, tools answer soundly."""

from __future__ import annotations

from envkit.calls import ToolCall
from envkit.errors import INTERNAL
from farm.control import Soundness
from registry.checks.check import Check, Outcome
from registry.checks.host import Begun
from registry.checks.probe import Probe
from registry.checks.recording import Seen
from registry.checks.replay import divergence
from registry.checks.shifts import Shift, shifts
from registry.checks.subject import Subject
from registry.report import Finding

NAME = "boundaries"
SEARCH_CALLS = 90
"""Calls made on shifted worlds: every column with a bound gets its turn before any gets a second."""


async def ask(subject: Subject) -> Outcome:
    """Judge the oracle's cases about boundaries, then derive shifts from the manifest and play calls on them."""
    plays = [played for played in subject.plays if played.case.about == "boundary"]
    findings = [finding for played in plays if (finding := divergence(NAME, played)) is not None]
    told = {finding.tool for finding in findings}
    tried = calls = 0
    async with subject.host.probe() as probe:
        for shift in shifts(subject.manifest, await probe.state(), _first_calls(subject)):
            if probe.calls >= SEARCH_CALLS:
                break
            tried += 1
            finding = await _stood(subject, probe, shift)
            if finding is not None and finding.tool not in told:
                told.add(finding.tool)
                findings.append(finding)
        calls = probe.calls
    if not plays and not tried:
        return Outcome(reason="no tool takes an id, and no case is about a boundary")
    return Outcome(tuple(findings), len(plays) + tried, sum(len(played.seen) for played in plays) + calls)


def _first_calls(subject: Subject) -> list[Seen]:
    """Return for each tool a success that was the first call on a fresh world."""
    found = []
    for tool in subject.manifest.tools:
        seen = subject.success(tool.name)
        if seen is not None and seen.trail.seed == 0 and not seen.trail.edits and len(seen.trail.calls) == 1:
            found.append(seen)
    return found


async def _stood(subject: Subject, probe: Probe, shift: Shift) -> Finding | None:
    """Play the calls of a shift on the world it makes; return the first thing that was wrong."""
    begun = await subject.host.shifted(shift.edit)
    if begun is None:
        return None  # refused by the tables: as declared, or by a rule over several columns
    try:
        if not shift.is_valid:
            return None  # that the tables let it in is for the check of the schema to tell
        await probe.back(begun.mark)
        before = await probe.soundness()
        if not before.is_sound:
            return None  # no calls could make this world, and nothing can be asked of it
        for call in shift.calls:
            finding = await _answered(subject, probe, shift, call, begun, before)
            if finding is not None:
                return finding
        return None
    finally:
        await subject.host.forget(begun)


async def _answered(
    subject: Subject, probe: Probe, shift: Shift, call: ToolCall, begun: Begun, before: Soundness
) -> Finding | None:
    """Make a call on the shifted world, judge it, and put the world back as it was."""
    observation = await probe.call(call.tool, call.arguments)
    trail, where = probe.trail, f"with {shift.what}"
    is_writer = not observation.is_refused and not subject.manifest.tool(call.tool).read_only
    if observation.code == INTERNAL:
        sentence = f"{call.tool} fails with an exception of its own {where}."
        return trail.finding(NAME, call.tool, sentence, expected="a result or a refusal", actual=observation.text)
    if not is_writer and (after := await probe.digest()) != begun.digest:
        did = "refuses but" if observation.is_refused else "is read-only but"
        sentence = f"{call.tool} {did} changes the world {where}."
        return trail.finding(NAME, call.tool, sentence, expected=begun.digest, actual=after)
    if is_writer:
        broken = _broken(before, await probe.soundness()) if shift.is_reachable else ""
        if broken:
            sentence = f"{call.tool} breaks {broken} {where}."
            return trail.finding(NAME, call.tool, sentence, expected="holds as before", actual=broken)
        await probe.back(begun.mark)
    probe.trail = begun.mark.trail
    return None


def _broken(before: Soundness, after: Soundness) -> str:
    """Name what a sound world lost by a call, "" if nothing."""
    lost = [f"the invariant {name}" for name, holds in after.holds.items() if not holds]
    lost += [f"a reference: {sentence}" for sentence in after.foreign_keys]
    lost += [
        f"the conserved {name}" for name, amount in before.conserved.items() if after.conserved.get(name) != amount
    ]
    return next(iter(lost), "")


CHECK = Check(8, NAME, "tools answer soundly with a stored value at a bound, another enum value or now", "world", ask)
