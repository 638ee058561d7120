"""Check 7: everything invalid is refused with the right code and a sentence, and changes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from envkit.calls import Observation
from envkit.errors import INTERNAL, INVALID_ARGUMENT
from envkit.manifest import ToolSpec
from registry.checks.check import Check, Outcome
from registry.checks.faults import Fault, faults, limits
from registry.checks.probe import Mark, Probe
from registry.checks.refusals import says
from registry.checks.subject import Subject
from registry.report import Finding

NAME = "bad_input"


async def ask(subject: Subject) -> Outcome:
    """Put every derived fault of every tool to a world in which the same call without the fault succeeds."""
    findings: list[Finding] = []
    observed = calls = 0
    for tool in subject.manifest.tools:
        seen = subject.success(tool.name)
        if seen is None or tool.name not in subject.tools:
            continue
        schema, valid = subject.tools[tool.name].input_schema, seen.call.arguments
        bad = list(faults(tool, schema, subject.manifest, valid))
        edge = list(limits(tool, schema, valid))
        async with subject.host.standing(seen.trail) as probe:
            mark = await probe.mark()
            findings += await _refused(probe, tool, bad, mark)
            for limit in edge:
                observation = await probe.call(tool.name, limit.arguments)
                if observation.code in (INVALID_ARGUMENT, INTERNAL):
                    findings.append(_at_limit(probe, tool, limit.what, observation))
                await probe.back(mark)
            calls += probe.calls
        observed += len(bad) + len(edge)
    return Outcome(tuple(findings), observed, calls)


async def _refused(probe: Probe, tool: ToolSpec, bad: Sequence[Fault], mark: Mark) -> list[Finding]:
    findings: list[Finding] = []
    before = await probe.digest()
    for fault in bad:
        observation = await probe.call(tool.name, fault.arguments)
        finding = _judge(probe, tool, fault, observation)
        if finding is not None:
            findings.append(finding)
        if finding is not None or not observation.is_refused:
            await probe.back(mark)
        else:
            probe.trail = mark.trail
    if await probe.digest() != before:
        findings += await _culprits(probe, tool, bad, mark, before)
    return findings


def _judge(probe: Probe, tool: ToolSpec, fault: Fault, observation: Observation) -> Finding | None:
    if observation.code == fault.code and says(observation.text, fault.code, ""):
        return None
    if not observation.is_refused:
        sentence = f"{tool.name} accepts {fault.what}."
    elif observation.code != fault.code:
        sentence = f"{tool.name} answers {fault.what} with {observation.code} instead of {fault.code}."
    else:
        sentence = f"{tool.name} refuses {fault.what} without a sentence that says why."
    return probe.trail.finding(NAME, tool.name, sentence, expected=fault.code, actual=observation.text)


async def _culprits(probe: Probe, tool: ToolSpec, bad: Sequence[Fault], mark: Mark, before: str) -> list[Finding]:
    """Play the faults again one by one, to name those that change the world though they are refused."""
    findings: list[Finding] = []
    for fault in bad:
        await probe.back(mark)
        observation = await probe.call(tool.name, fault.arguments)
        after = await probe.digest()
        if observation.is_refused and after != before:
            sentence = f"{tool.name} refuses {fault.what} but changes the world."
            findings.append(probe.trail.finding(NAME, tool.name, sentence, expected=before, actual=after))
    return findings


def _at_limit(probe: Probe, tool: ToolSpec, what: str, observation: Observation) -> Finding:
    sentence = f"{tool.name} does not accept {what}, which it declares valid."
    return probe.trail.finding(NAME, tool.name, sentence, expected="no invalid_argument", actual=observation.text)


CHECK = Check(7, NAME, "invalid arguments are refused with code and sentence and change nothing", "world", ask)
