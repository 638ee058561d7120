"""Hints: calls by which an environment's own cases come to a refusal or a success, tried again on live worlds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from envkit.calls import JsonObject, ToolCall
from envkit.cast import Cast
from envkit.manifest import Manifest, ToolSpec
from registry.case import Case, CaseError, read_cases
from sampler.uses import Goal, Refusal

UNASKED = frozenset({"invalid_argument", "invalid_cursor", "not_found", "nothing_to_update"})
"""Refusals that no sensible wish leads to, and no other call lifts: they are about the call, not about the matter."""

KeyT = TypeVar("KeyT", bound=tuple[str, ...])
ValueT = TypeVar("ValueT")

_MOST = 12


@dataclass(frozen=True, slots=True)
class Hint:
    """Calls that set a world up, and the call that is then refused."""

    setup: tuple[ToolCall, ...]
    refused: ToolCall


Hints = Mapping[Refusal, Hint]
Known = Mapping[Goal, tuple[JsonObject, ...]]
"""Arguments with which a tool has succeeded in a fresh world."""

Setups = Mapping[Goal, tuple[ToolCall, ...]]
"""Calls after which a tool has succeeded that never does so in a fresh world."""


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


def setups_of(cases: Sequence[Case], manifest: Manifest) -> dict[Goal, tuple[ToolCall, ...]]:
    """Tell the fewest writing calls after which each tool succeeds with which no case does without any."""
    found: dict[Goal, tuple[ToolCall, ...]] = {}
    for case in cases:
        before: tuple[ToolCall, ...] = ()
        for step in case.steps if case.is_from_seed else ():
            if step.expect.code is not None:
                break
            key = (manifest.slug, step.tool)
            if key not in found or len(before) < len(found[key]):
                found[key] = before
            if manifest.tool(step.tool).writes:
                before = (*before, ToolCall(manifest.slug, step.tool, step.arguments))
    return {key: calls for key, calls in found.items() if calls}


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


class InNames(Mapping[KeyT, ValueT]):
    """What cases tell, in the names of worlds of other seeds: looked up as it is, and renamed only then."""

    def __init__(self, told: Mapping[KeyT, ValueT], rename: Callable[[KeyT, ValueT], ValueT]) -> None:
        self._told, self._rename = told, rename

    def __getitem__(self, key: KeyT) -> ValueT:
        return self._rename(key, self._told[key])

    def __contains__(self, key: object) -> bool:
        return key in self._told

    def __iter__(self) -> Iterator[KeyT]:
        return iter(self._told)

    def __len__(self) -> int:
        return len(self._told)


def in_names(
    hints: Hints, known: Known, setups: Setups, casts: Mapping[str, Cast], seed: int
) -> tuple[Hints, Known, Setups]:
    """Return what cases tell as it holds in worlds of that seed, by the casts of their environments."""
    names = {slug: cast.names(seed) for slug, cast in casts.items()}

    def renamed(environment: str, arguments: JsonObject) -> JsonObject:
        if environment not in casts:
            return arguments
        return {name: casts[environment].renamed(value, names[environment]) for name, value in arguments.items()}

    def told(call: ToolCall) -> ToolCall:
        return replace(call, arguments=renamed(call.environment, call.arguments))

    return (
        InNames(hints, lambda _, hint: Hint(tuple(map(told, hint.setup)), told(hint.refused))),
        InNames(known, lambda goal, every: tuple(renamed(goal[0], arguments) for arguments in every)),
        InNames(setups, lambda _, calls: tuple(map(told, calls))),
    )


def refusals(manifest: Manifest) -> tuple[Refusal, ...]:
    """Return every refusal that a wish can meet, in the order of the tools and their guards."""
    return tuple((manifest.slug, tool.name, code) for tool in manifest.tools for code in _codes(tool))


def _codes(tool: ToolSpec) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.code for each in tool.refusals if each.code not in UNASKED))
