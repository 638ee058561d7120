"""Verification of any MCP server, as far as it can be known over MCP alone: findings, and never an admission."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from envkit.calls import JsonObject, Observation
from farm.errors import FarmError
from farm.link import Tool
from registry.checks.check import Outcome
from registry.checks.table import CHECKS
from registry.crew import Progress
from registry.foreign.arguments import broken, members, plausible
from registry.foreign.line import Connect, Line, line_to
from registry.foreign.quality import contract, misfit, missing_hints, quality
from registry.overlap import overlaps
from registry.report import CheckResult, Evidence, Finding, ReplayCall, Report, Status

UNKNOWABLE: Mapping[str, str] = {
    "effects": "no oracle says what its tools should do",
    "refusals": "no oracle says when its tools should refuse",
    "boundaries": "stored values cannot be moved over MCP",
    "edges": "it declares no dependencies between its tools",
    "reachable": "it declares no guards",
    "round_trip": "it does not say which of its tools create, get, list, update and delete the same thing",
    "invariants": "it does not judge its own state",
    "tasks": "the state its tools change cannot be seen",
    "source": "it does not say where its shape was taken from",
}


@dataclass(frozen=True, slots=True)
class Foreign:
    """What was learnt of a server: its tools, those that may be called, and one answer of each of those that gave one.

    `failed` says in a sentence why a tool gave none.
    """

    name: str
    connect: Connect
    restarts: bool
    call_s: float
    tools: tuple[Tool, ...]
    again: tuple[Tool, ...]
    answers: Mapping[str, Observation]
    failed: Mapping[str, str]

    @property
    def calls(self) -> list[tuple[Tool, JsonObject]]:
        """The trajectory that is played again: every tool that answered, with plausible arguments.

        Tools that remove are left out, lest they tidy away what the others leave behind.
        """
        made = [tool for tool in _in_turn(self.tools) if tool.name in self.answers and not _removes(tool)]
        return [(tool, plausible(tool.input_schema)) for tool in made]

    @property
    def first(self) -> list[Observation]:
        """What `calls` were answered first of all."""
        return [self.answers[tool.name] for tool, _ in self.calls]


async def verify_foreign(
    connect: Connect, *, name: str, restarts: bool, progress: Progress, call_s: float = 12.0
) -> Report:
    """Verify the server that `connect` opens lines to; `restarts`: each line has a fresh process of its own.

    Tools are called, with plausible and with broken arguments: hand in a server that may be played with. Those that
    say openWorldHint are left alone. A call without an answer after `call_s` has failed. Whatever is wrong is in the
    report, never an exception; its tier is `foreign`, or `unproven` if the server cannot be spoken to.
    """
    begun = time.monotonic()
    try:
        foreign = await _met(name, connect, restarts, call_s)
    except FarmError as error:
        failed = Outcome((Finding(check=CHECKS[0].name, sentence=f"The server cannot be spoken to: {error}"),))
        checks = (_result(0, failed, begun),)
        return Report(environment=name, version=0, digest="", tier="unproven", checks=checks)
    results: list[CheckResult] = []
    for place, check in enumerate(CHECKS):
        started = time.monotonic()
        results.append(_result(place, await _outcome(check.name, foreign), started))
        progress(name, place + 1, len(CHECKS))
    seconds = round(time.monotonic() - begun, 3)
    return Report(
        environment=name,
        version=0,
        digest="",
        tier="foreign",
        checks=tuple(results),
        overlaps=overlaps((tool.name, [*members(tool.input_schema)]) for tool in foreign.tools),
        seconds=seconds,
    )


async def _met(name: str, connect: Connect, restarts: bool, call_s: float) -> Foreign:
    """List the tools twice and call each that may be called once."""
    answers: dict[str, Observation] = {}
    failed: dict[str, str] = {}
    async with line_to(name, connect, call_s) as line:
        tools, again = await line.tools(), await line.tools()
        for tool in _in_turn(tools):
            if tool.annotations.get("openWorldHint") is True:
                continue
            try:
                answers[tool.name] = await line.call(tool.name, plausible(tool.input_schema))
            except FarmError as error:
                failed[tool.name] = str(error)
            if _removes(tool):
                await line.close()
    return Foreign(name, connect, restarts, call_s, tools, again, answers, failed)


def _in_turn(tools: Sequence[Tool]) -> list[Tool]:
    """Return the tools that remove first and those that read last, so that what the others leave behind shows."""
    return sorted(tools, key=lambda tool: (tool.annotations.get("readOnlyHint") is True, not _removes(tool)))


def _removes(tool: Tool) -> bool:
    return tool.annotations.get("destructiveHint") is True


async def _outcome(check: str, foreign: Foreign) -> Outcome:
    asks = {
        "deterministic": _deterministic,
        "isolated": _isolated,
        "bad_input": _bad_input,
        "annotations": _annotations,
        "protocol": _protocol,
    }
    if check in UNKNOWABLE:
        return Outcome(reason=UNKNOWABLE[check])
    if check in asks:
        try:
            return await asks[check](foreign)
        except FarmError as error:
            return Outcome((Finding(check=check, sentence=f"The server failed during the check: {error}"),))
    return {"executable": _executable, "schema": _schema}[check](foreign)


def _executable(foreign: Foreign) -> Outcome:
    findings = [
        Finding(
            check="executable", tool=tool, sentence=f"{tool} gave no answer: {why}", evidence=_evidence(foreign, tool)
        )
        for tool, why in foreign.failed.items()
    ]
    names = [tool.name for tool in foreign.tools]
    if not names:
        findings.append(Finding(check="executable", sentence="The server offers no tools."))
    if twice := {name for name in names if names.count(name) > 1}:
        findings.append(Finding(check="executable", sentence=f"Offered more than once: {', '.join(sorted(twice))}."))
    return Outcome(tuple(findings), len(names), len(foreign.answers) + len(foreign.failed))


def _schema(foreign: Foreign) -> Outcome:
    findings = []
    for tool in foreign.tools:
        sentences = [*contract(tool), *quality(tool)]
        findings += [Finding(check="schema", tool=tool.name, sentence=each) for each in sentences]
        answer = foreign.answers.get(tool.name)
        if answer is not None and (fault := misfit(tool.output_schema, answer)):
            sentence = f"{tool.name} answers what its output schema does not allow: {fault}"
            evidence = _evidence(foreign, tool.name)
            findings.append(Finding(check="schema", tool=tool.name, sentence=sentence, evidence=evidence))
    return Outcome(tuple(findings), len(foreign.tools), len(foreign.answers))


async def _annotations(foreign: Foreign) -> Outcome:
    """Read the hints, and have every tool that says it only reads answer twice, the others in between."""
    findings = [
        Finding(check="annotations", tool=tool.name, sentence=f"{tool.name} does not say {', '.join(missing)}.")
        for tool in foreign.tools
        if (missing := missing_hints(tool))
    ]
    findings += [
        Finding(check="annotations", tool=tool.name, sentence=f"{tool.name} says both read-only and destructive.")
        for tool in foreign.tools
        if tool.annotations.get("readOnlyHint") is True and tool.annotations.get("destructiveHint") is True
    ]
    reading = [(tool, arguments) for tool, arguments in foreign.calls if tool.annotations.get("readOnlyHint") is True]
    async with line_to(foreign.name, foreign.connect, foreign.call_s) as line:
        first = [await line.call(tool.name, arguments) for tool, arguments in reading]
        for (tool, arguments), before in zip(reading, first, strict=True):
            said = await line.call(tool.name, arguments)
            if said != before:
                sentence = f"{tool.name} says it only reads, and answers differently after tools that say the same."
                expected, actual = before.text, said.text
                findings.append(
                    line.trail.finding("annotations", tool.name, sentence, expected=expected, actual=actual)
                )
        return Outcome(tuple(findings), len(foreign.tools), line.calls)


async def _deterministic(foreign: Foreign) -> Outcome:
    """Make the calls again in a fresh process; a server that remembers the first one is not deterministic either."""
    if not foreign.restarts:
        return Outcome(reason="a server at a URL cannot be started again")
    async with line_to(foreign.name, foreign.connect, foreign.call_s) as line:
        first = await _told_first(foreign, line)
        await line.close()
        findings = await _differing("deterministic", "after a restart", foreign, line, first)
        return Outcome(tuple(findings), len(first), line.calls)


async def _isolated(foreign: Foreign) -> Outcome:
    """Have a client make all calls, then a second one beside it, who must be told what the very first one was."""
    async with (
        line_to(foreign.name, foreign.connect, foreign.call_s) as one,
        line_to(foreign.name, foreign.connect, foreign.call_s) as other,
    ):
        told = [await one.call(tool.name, arguments) for tool, arguments in foreign.calls]
        first = told if foreign.failed else foreign.first
        findings = await _differing("isolated", "to a second client", foreign, other, first)
        return Outcome(tuple(findings), len(first), one.calls + other.calls)


async def _told_first(foreign: Foreign, line: Line) -> list[Observation]:
    """Return what the calls were answered first of all; made again if a tool broke the line in the midst of them."""
    if not foreign.failed:
        return foreign.first
    return [await line.call(tool.name, arguments) for tool, arguments in foreign.calls]


async def _differing(
    check: str, where: str, foreign: Foreign, line: Line, expected: list[Observation]
) -> list[Finding]:
    findings = []
    for (tool, arguments), before in zip(foreign.calls, expected, strict=True):
        said = await line.call(tool.name, arguments)
        if said != before:
            sentence = f"{tool.name} answers differently {where}."
            finding = line.trail.finding(check, tool.name, sentence, expected=before.text, actual=said.text)
            findings.append(finding)
    return findings


async def _bad_input(foreign: Foreign) -> Outcome:
    findings: list[Finding] = []
    tried = 0
    async with line_to(foreign.name, foreign.connect, foreign.call_s) as line:
        for tool, _ in foreign.calls:
            for bad in broken(tool.input_schema):
                tried += 1
                observation = await line.call(tool.name, bad.arguments)
                if not observation.is_refused:
                    call = ReplayCall(tool=tool.name, arguments=bad.arguments)
                    evidence = Evidence(calls=(call,), expected="a refusal", actual=observation.text)
                    sentence = f"{tool.name} accepts {bad.what}."
                    findings.append(Finding(check="bad_input", tool=tool.name, sentence=sentence, evidence=evidence))
        return Outcome(tuple(findings), tried, line.calls)


async def _protocol(foreign: Foreign) -> Outcome:
    findings = []
    if foreign.tools != foreign.again:
        findings.append(Finding(check="protocol", sentence="tools/list answers differently when asked twice."))
    async with line_to(foreign.name, foreign.connect, foreign.call_s) as line:
        observation = await line.call("no_such_tool", {})
        if not observation.is_refused:
            sentence = "A tool that is not there is called without complaint."
            findings.append(line.trail.finding("protocol", "", sentence, expected="error", actual=observation.text))
        return Outcome(tuple(findings), 2, line.calls)


def _evidence(foreign: Foreign, tool: str) -> Evidence:
    made = next(plausible(each.input_schema) for each in foreign.tools if each.name == tool)
    return Evidence(calls=(ReplayCall(tool=tool, arguments=made),))


def _result(place: int, outcome: Outcome, begun: float) -> CheckResult:
    check = CHECKS[place]
    status: Status = "failed" if outcome.findings else "not_applicable" if outcome.reason else "passed"
    return CheckResult(
        name=check.name,
        number=check.number,
        title=check.title,
        status=status,
        findings=outcome.findings,
        observed=outcome.observed,
        calls=outcome.calls,
        seconds=round(time.monotonic() - begun, 3),
        reason=outcome.reason,
    )
