"""Hints: calls by which an environment's own cases come to a refusal, tried again on live worlds before they count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from envkit.calls import JsonObject, ToolCall
from envkit.manifest import Manifest, ToolSpec
from registry.case import Case, CaseError, read_cases
from sampler.uses import Goal, Refusal

UNASKED = frozenset({"invalid_argument", "invalid_cursor", "not_found", "nothing_to_update"})
"""Refusals that no sensible wish leads to, and no other call lifts: they are about the call, not about the matter."""

_MOST = 12


@dataclass(frozen=True, slots=True)
class Hint:
    """Calls that set a world up, and the call that is then refused."""

    setup: tuple[ToolCall, ...]
    refused: ToolCall


Hints = Mapping[Refusal, Hint]
Known = Mapping[Goal, tuple[JsonObject, ...]]
"""Arguments with which a tool has succeeded in a fresh world."""


def sound_cases(folder: Path, manifest: Manifest) -> tuple[Case, ...]:
    """Read an environment's cases from its folder; none if it has none, or they are not sound."""
    try:
        return read_cases(folder, manifest) or ()
    except CaseError:
        return ()


def successes_of(cases: Sequence[Case], manifest: Manifest) -> dict[Goal, tuple[JsonObject, ...]]:
    """Tell with which arguments each action and each writing tool succeeds at once, by an environment's cases.

    At most _MOST each.
    """
    found: dict[Goal, tuple[JsonObject, ...]] = {}
    for case in cases:
        step = case.steps[0]
        tool = manifest.tool(step.tool)
        if case.is_from_seed and step.expect.code is None and (tool.writes or tool.kind == "action"):
            known = found.get((manifest.slug, step.tool), ())
            if len(known) < _MOST and step.arguments not in known:
                found[manifest.slug, step.tool] = (*known, step.arguments)
    return found


def hints_of(cases: Sequence[Case], manifest: Manifest) -> dict[Refusal, Hint]:
    """Tell the shortest case of each refusal, by an environment's cases."""
    found: dict[Refusal, Hint] = {}
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
