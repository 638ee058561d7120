"""Check 1: the server starts, lists exactly the specified tools, and every tool succeeds at least once."""

from __future__ import annotations

from registry.checks.check import Check, Outcome
from registry.checks.subject import Subject
from registry.report import Finding

NAME = "executable"


async def ask(subject: Subject) -> Outcome:
    """Compare the live tool list with the manifest and look for one success of each tool."""
    findings = [*_listing(subject), *_failures(subject), *_crashes(subject)]
    return Outcome(tuple(findings), len(subject.manifest.tools), len(subject.seen))


def _listing(subject: Subject) -> list[Finding]:
    specified, offered = {tool.name for tool in subject.manifest.tools}, set(subject.tools)
    missing = [
        (name, f"tools/list does not offer {name}, which the manifest specifies.") for name in specified - offered
    ]
    extra = [(name, f"tools/list offers {name}, which the manifest does not know.") for name in offered - specified]
    return [Finding(check=NAME, tool=name, sentence=sentence) for name, sentence in sorted(missing) + sorted(extra)]


def _failures(subject: Subject) -> list[Finding]:
    findings: list[Finding] = []
    for tool in subject.manifest.tools:
        if tool.name not in subject.tools or subject.success(tool.name):
            continue
        refused = [seen for seen in subject.seen if seen.call.tool == tool.name]
        if not refused:
            findings.append(Finding(check=NAME, tool=tool.name, sentence=f"{tool.name} was never called."))
            continue
        last = refused[-1]
        sentence = f"{tool.name} never succeeded in {len(refused)} calls; the last answer was: {last.observation.text}"
        findings.append(
            last.trail.finding(NAME, tool.name, sentence, expected="a result", actual=last.observation.code)
        )
    return findings


def _crashes(subject: Subject) -> list[Finding]:
    crashed = {seen.call.tool: seen for seen in reversed(subject.seen) if seen.observation.code == "internal"}
    return [
        seen.trail.finding(NAME, tool, f"{tool} failed with an exception of its own.", actual=seen.observation.text)
        for tool, seen in sorted(crashed.items())
    ]


CHECK = Check(1, NAME, "starts, lists exactly the specified tools, every tool succeeds", "judge", ask)
