"""Check 11: read-only tools change nothing, idempotent ones nothing twice, writers only what they declare."""

from __future__ import annotations

from collections.abc import Iterator

from envkit.manifest import ToolSpec
from farm.link import Tool
from registry.checks.check import Check, Outcome
from registry.checks.probe import change
from registry.checks.recording import Seen
from registry.checks.subject import Subject
from registry.report import Finding

NAME = "annotations"
REPEATED = 3
"""Successes of an idempotent tool that are repeated: one alone may have left nothing for a second call to change."""


async def ask(subject: Subject) -> Outcome:
    """Compare hints on the wire with the manifest, and both with what every recorded call changed."""
    findings: dict[tuple[str, str], Finding] = {}
    tools = {tool.name: tool for tool in subject.manifest.tools}
    for tool in tools.values():
        for sentence in _hints(tool, subject.tools.get(tool.name)):
            findings[tool.name, sentence] = Finding(check=NAME, tool=tool.name, sentence=sentence)
    for seen in subject.seen:
        for sentence in _broken_promises(tools[seen.call.tool], seen):
            key = (seen.call.tool, sentence)
            if key not in findings:
                findings[key] = seen.trail.finding(
                    NAME, seen.call.tool, sentence, expected={}, actual=seen.diff.to_json()
                )
    repeated = [tool for tool in tools.values() if tool.idempotent and not tool.read_only]
    calls = 0
    for tool in repeated:
        for seen in subject.successes(tool.name)[:REPEATED]:
            finding, made = await _twice(subject, seen)
            calls += made
            if finding is not None:
                findings[tool.name, finding.sentence] = finding
                break
    return Outcome(tuple(findings.values()), len(subject.seen) + len(repeated), len(subject.seen) + calls)


def _hints(tool: ToolSpec, live: Tool | None) -> Iterator[str]:
    if live is None:
        return
    declared = {
        "readOnlyHint": tool.read_only,
        "destructiveHint": tool.destructive,
        "idempotentHint": tool.idempotent or tool.read_only,
    }
    for hint, value in declared.items():
        if live.annotations.get(hint) != value:
            yield f"{tool.name} says {hint} {live.annotations.get(hint)} on the wire; the manifest says {value}."
    if tool.read_only and tool.writes:
        yield f"{tool.name} is declared read-only but also to write {', '.join(tool.writes)}."


def _broken_promises(tool: ToolSpec, seen: Seen) -> Iterator[str]:
    if tool.read_only and seen.is_touched:
        yield f"{tool.name} is declared read-only but changes the world."
        return
    if seen.observation.is_refused and seen.is_touched:
        yield f"{tool.name} refuses but changes the world."
    touched = {*seen.diff.added, *seen.diff.removed, *seen.diff.changed}
    if not touched <= set(tool.writes):
        undeclared = ", ".join(sorted(touched - set(tool.writes)))
        yield f"{tool.name} changes {undeclared}, which it does not declare to write."
    if seen.diff.removed and not tool.destructive:
        yield f"{tool.name} removes rows but is not declared destructive."


async def _twice(subject: Subject, seen: Seen) -> tuple[Finding | None, int]:
    """Make a successful call of an idempotent tool twice; the second must change no row."""
    tool = seen.call.tool
    async with subject.host.standing(seen.trail) as probe:
        await probe.call(tool, seen.call.arguments)
        once = await probe.state()
        await probe.call(tool, seen.call.arguments)
        diff = change(once, await probe.state())
        if diff.is_empty:
            return None, probe.calls
        sentence = f"{tool} is declared idempotent but changes rows when called again."
        return probe.trail.finding(NAME, tool, sentence, expected={}, actual=diff.to_json()), probe.calls


CHECK = Check(11, NAME, "read-only, idempotent and destructive hints are true", "world", ask)
