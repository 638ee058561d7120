"""`envfarm verify --url` and `--command`: an honest report on a server that is not ours."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from functools import partial

from cli.output import ComplaintError, progress
from cli.proof import told_finding
from farm.link import connect_stdio, connect_url
from registry.foreign.verify import verify_foreign
from registry.report import CheckResult, Report

MOST = 5
"""Findings of one check that are told on the terminal; the page has them all."""


async def verified_foreign(url: str | None, command: str | None) -> Report:
    """Verify the server at a URL, or the one that a command line starts, with a bar on stderr."""
    if url is not None:
        if not url.startswith(("http://", "https://")):
            raise ComplaintError(f"--url expects a URL such as http://127.0.0.1:8080/air/mcp, got {url!r}")
        connect, name, restarts = partial(connect_url, url), url, False
    else:
        words = _words(command or "")
        connect, name, restarts = partial(connect_stdio, words[0], words[1:]), " ".join(words), True
    with progress("verify") as advance:
        return await verify_foreign(
            connect, name=name, restarts=restarts, progress=lambda _, done, of: advance(done, of)
        )


def told_foreign(report: Report) -> Iterator[str]:
    """Yield a line a check: how it ended, what it put to the test, why it could not apply; below it what it found."""
    yield f"{report.environment}: a server by others; nothing is admitted"
    for check in report.checks:
        yield f"{check.number:2}  {check.name}: {_ending(check)}"
        for finding in check.findings[:MOST]:
            yield from (f"      {line}" for line in told_finding(finding))
        if len(check.findings) > MOST:
            yield f"      and {len(check.findings) - MOST} more"
    yield from (f"{each.tool} has a namesake in {each.benchmark}: {each.function}" for each in report.overlaps)


def _ending(check: CheckResult) -> str:
    if check.status == "not_applicable":
        return f"cannot apply: {check.reason}"
    if check.status == "passed":
        return f"passed, {check.observed} put to the test"
    many = "1 finding" if len(check.findings) == 1 else f"{len(check.findings)} findings"
    return f"{many}, {check.observed} put to the test"


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise ComplaintError(f"--command expects a command line, got {command!r}: {error}") from error
    if not words:
        raise ComplaintError("--command expects a command line that starts an MCP server on stdio")
    return words
