"""Why an environment is refused: one bug is often seen by several checks, and told once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry.report import Finding

ORDER = (
    "executable",
    "schema",
    "source",
    "protocol",
    "deterministic",
    "isolated",
    "effects",
    "refusals",
    "bad_input",
    "annotations",
    "boundaries",
    "edges",
    "reachable",
    "round_trip",
    "invariants",
    "mutants",
    "tasks",
)
"""Checks from cause to consequence: a tool that answers by chance fails at its effects too, and not the other way."""

_RANK: Mapping[str, int] = {check: rank for rank, check in enumerate(ORDER)}


@dataclass(frozen=True, slots=True)
class Reason:
    """A finding, and those about the same tool that most likely have the same cause."""

    finding: Finding
    follows: tuple[Finding, ...]


def reasons(findings: Sequence[Finding]) -> tuple[Reason, ...]:
    """Group findings by what they are about: one tool, or for the whole environment one check; causes come first."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in sorted(findings, key=lambda each: _RANK[each.check]):
        about = (finding.tool, "") if finding.tool else ("", finding.check)
        groups.setdefault(about, []).append(finding)
    return tuple(Reason(first, tuple(rest)) for first, *rest in groups.values())
