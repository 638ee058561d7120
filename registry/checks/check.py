"""What a check is: a question put to a started server, and what it answers with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from registry.checks.subject import Subject
from registry.report import Finding

Lane = Literal["judge", "world", "twin", "apart"]
"""judge: reads what was recorded; world: plays calls on the main host; twin: plays calls on the second process;
apart: starts processes of its own, and mostly waits for them."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check saw: `observed` things put to the test by `calls` tool calls.

    `reason` says why the check could not apply; then there are no findings.
    """

    findings: tuple[Finding, ...] = ()
    observed: int = 0
    calls: int = 0
    reason: str = ""


Ask = Callable[[Subject], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Check:
    """One check of `docs/verification.md`, by its number there. `title` is what a pass proves."""

    number: int
    name: str
    title: str
    lane: Lane
    ask: Ask
