"""Hints: calls by which an environment's own cases come to a refusal, tried again on live worlds before they count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from envkit.calls import ToolCall
from envkit.manifest import Manifest, ToolSpec
from registry.case import CaseError, read_cases
from sampler.uses import Refusal

UNASKED = frozenset({"invalid_argument", "invalid_cursor", "not_found", "nothing_to_update"})
"""Refusals that no sensible wish of a user leads to: they are about the call, not about the matter."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Calls that set a world up, and the call that is then refused."""

    setup: tuple[ToolCall, ...]
    refused: ToolCall


Hints = Mapping[Refusal, Hint]


def read_hints(folder: Path, manifest: Manifest) -> dict[Refusal, Hint]:
    """Read the shortest case of each refusal from an environment's folder; none if it has no sound cases."""
    found: dict[Refusal, Hint] = {}
    try:
        cases = read_cases(folder, manifest) or ()
    except CaseError:
        return {}
    for case in cases:
        *before, last = case.steps
        if not case.is_from_seed or last.expect.code is None or any(step.expect.code for step in before):
            continue
        calls = [ToolCall(manifest.slug, step.tool, step.arguments) for step in case.steps]
        key = (manifest.slug, last.tool, last.expect.code)
        if key not in found or len(found[key].setup) > len(before):
            found[key] = Hint(tuple(calls[:-1]), calls[-1])
    return found


def refusals(manifest: Manifest) -> tuple[Refusal, ...]:
    """Return every refusal that a wish can meet, in the order of the tools and their guards."""
    return tuple((manifest.slug, tool.name, code) for tool in manifest.tools for code in _codes(tool))


def _codes(tool: ToolSpec) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.code for each in tool.refusals if each.code not in UNASKED))
