"""Check 15: over stdio and HTTP, in the newest revision and in that of sessions, the server is one and the same."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace

from envkit.calls import Observation, ToolCall
from farm.errors import FarmError
from farm.link import REVISION, UNKNOWN_TOOL, Link, Tool, connect_stdio, connect_url
from registry.checks.check import Check, Outcome
from registry.checks.probe import Trail
from registry.checks.recording import Seen
from registry.checks.subject import Subject
from registry.report import Finding

NAME = "protocol"
LEGACY = "legacy"
"""The client's name for the revisions that shake hands and keep sessions."""
NO_SUCH_TOOL = "no_such_tool"


@dataclass(frozen=True, slots=True)
class Told:
    """What a server said over one line: its tools, listed twice, its answers to the samples, and to an unknown tool."""

    revision: str
    tools: tuple[Tool, ...]
    again: tuple[Tool, ...]
    answers: tuple[Observation, ...]
    unknown: Observation
    strays: tuple[str, ...] = ()


async def ask(subject: Subject) -> Outcome:
    """Ask the same over four lines, each to a fresh world, and compare with what was recorded."""
    samples = _samples(subject)
    ways = {
        f"{transport} in {'the newest revision' if mode == REVISION else 'the revision of sessions'}": (transport, mode)
        for mode in (REVISION, LEGACY)
        for transport in ("stdio", "HTTP")
    }
    told: dict[str, Told | FarmError] = {}

    async def one(way: str, transport: str, mode: str) -> None:
        try:
            async with _line(subject, transport, mode) as link:
                heard = await _told(link, samples)
            told[way] = replace(heard, strays=tuple(link.strays))  # what was printed may come as late as the end
        except FarmError as error:
            told[way] = error

    async with asyncio.TaskGroup() as group:
        for way, (transport, mode) in ways.items():
            group.create_task(one(way, transport, mode))
    findings = [finding for way in ways for finding in _judged(subject, samples, f"over {way}", told[way])]
    return Outcome(tuple(findings), 4 * (len(subject.tools) + len(samples) + 1), 4 * (len(samples) + 1))


def _samples(subject: Subject) -> list[Seen]:
    """Choose calls a fresh world answers alike in any order: one that reads, one that refuses, then one that writes."""
    first = [
        seen for seen in subject.seen if not seen.trail.edits and not seen.trail.seed and len(seen.trail.calls) == 1
    ]
    succeeded = [seen for seen in first if not seen.observation.is_refused]
    reading = [seen for seen in succeeded if subject.manifest.tool(seen.call.tool).read_only]
    writing = [seen for seen in succeeded if not subject.manifest.tool(seen.call.tool).read_only]
    refused = [seen for seen in first if seen.observation.is_refused]
    return [*reading[:1], *refused[:1], *writing[:1]]


@asynccontextmanager
async def _line(subject: Subject, transport: str, mode: str) -> AsyncIterator[Link]:
    if transport == "HTTP":
        async with subject.host.probe() as probe, connect_url(probe.url, mode=mode) as link:
            yield link
        return
    line: AbstractAsyncContextManager[Link] = connect_stdio(
        sys.executable, ["server.py"], cwd=subject.folder.resolve(), mode=mode
    )
    async with line as link:
        yield link


async def _told(link: Link, samples: Sequence[Seen]) -> Told:
    tools = await link.tools()
    answers = [await link.call(seen.call.tool, seen.call.arguments) for seen in samples]
    unknown = await link.call(NO_SUCH_TOOL, {})
    return Told(link.revision, tools, await link.tools(), tuple(answers), unknown)


def _judged(subject: Subject, samples: Sequence[Seen], where: str, told: Told | FarmError) -> list[Finding]:
    if isinstance(told, FarmError):
        return [Finding(check=NAME, sentence=f"The server cannot be spoken to {where}: {told}")]
    sentences: list[str] = []
    if told.tools != told.again:
        sentences.append(f"tools/list answers differently when asked twice {where}.")
    if {tool.name: tool for tool in told.tools} != subject.tools:
        differing = {tool.name for tool in told.tools} ^ set(subject.tools) or {
            tool.name for tool in told.tools if subject.tools[tool.name] != tool
        }
        sentences.append(f"tools/list offers {', '.join(sorted(differing))} otherwise {where}.")
    if told.strays:
        sentences.append(f"The server says what is no message {where}: {told.strays[0][:200]!r}.")
    findings = [Finding(check=NAME, sentence=sentence) for sentence in sentences]
    if told.unknown.code != UNKNOWN_TOOL:
        sentence = f"A tool that is not there is no protocol error (-32602, Unknown tool) {where}."
        trail = Trail().then(ToolCall(subject.manifest.slug, NO_SUCH_TOOL, {}))
        findings.append(trail.finding(NAME, "", sentence, expected=UNKNOWN_TOOL, actual=told.unknown.text))
    for seen, answer in zip(samples, told.answers, strict=True):
        if answer != seen.observation:
            tool = seen.call.tool
            sentence = f"{tool} answers differently {where}."
            expected, actual = seen.observation.text, answer.text
            findings.append(seen.trail.finding(NAME, tool, sentence, expected=expected, actual=actual))
    return findings


CHECK = Check(15, NAME, "stdio and HTTP, newest revision and sessions, list and answer alike", "apart", ask)
