"""The verification report: what each check found, with evidence a reader can replay."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, GetPydanticSchema
from pydantic_core import core_schema

from envkit.calls import Json
from registry.case import Edit

Status = Literal["passed", "failed", "not_applicable"]
Tier = Literal["proven", "partial", "foreign", "unproven"]
"""proven: all that applies passed; partial: the same, but without an oracle; unproven: at least one check failed.

foreign: a server by others, known over MCP only; its findings are for a reader, and nothing is admitted.
"""

BY_ORACLE = frozenset({"effects", "refusals"})
"""The checks that need an oracle's word: without them nobody knows whether the tools do the right thing."""

AnyJson = Annotated[Json, GetPydanticSchema(lambda _source, _handler: core_schema.any_schema())]
"""Any JSON value as a pydantic field: the recursive alias itself is beyond pydantic."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ReplayCall(_Frozen):
    """One call to make again."""

    tool: str
    arguments: AnyJson


class Evidence(_Frozen):
    """How to see a finding oneself: open a world with `seed`, apply `edits`, make `calls`, compare the last answer."""

    seed: int = 0
    edits: tuple[Edit, ...] = ()
    calls: tuple[ReplayCall, ...] = ()
    expected: AnyJson = None
    actual: AnyJson = None


class Finding(_Frozen):
    """One thing that is wrong. `tool` is empty when the finding is about the whole environment."""

    check: str
    tool: str = ""
    sentence: str
    evidence: Evidence = Evidence()


class CheckResult(_Frozen):
    """What one check saw: `observed` things put to the test by `calls` tool calls in `seconds`.

    `reason` says why a check could not apply.
    """

    name: str
    number: int
    title: str
    status: Status
    findings: tuple[Finding, ...] = ()
    observed: int = 0
    calls: int = 0
    seconds: float = 0.0
    reason: str = ""


class Overlap(_Frozen):
    """A tool with a namesake in a public benchmark, which a model may have seen.

    `function` is with its class or domain.
    """

    tool: str
    benchmark: str
    function: str
    is_same_signature: bool


class Report(_Frozen):
    """Everything a verification of one environment folder found, kept whole in the ledger.

    `overlaps` are for a reader to weigh; they fail nothing.
    """

    report: Literal[1] = 1
    environment: str
    version: int
    digest: str
    tier: Tier
    checks: tuple[CheckResult, ...]
    overlaps: tuple[Overlap, ...] = ()
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether the folder may be admitted: no check failed."""
        return self.tier in ("proven", "partial")

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of all checks, in the order of the checks."""
        return tuple(finding for check in self.checks for finding in check.findings)


def tier_of(checks: tuple[CheckResult, ...]) -> Tier:
    """Return the tier of trust that the results earn together."""
    statuses = {check.status for check in checks}
    if "failed" in statuses or "passed" not in statuses:
        return "unproven"
    unjudged = {check.name for check in checks if check.status == "not_applicable"}
    return "partial" if unjudged & BY_ORACLE else "proven"
