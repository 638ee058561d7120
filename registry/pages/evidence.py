"""How to see a finding oneself: the calls to make, and the places where the answer is not what was expected."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from envkit.calls import Json
from registry.causes import Reason
from registry.pages.document import Cell, Code, Details, Paragraph, Part, Table
from registry.report import Evidence, Finding

_MOST = 40
"""Places shown of one difference; who wants more makes the calls."""


class _Absent:
    """What stands where one side has nothing."""


_ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True)
class Difference:
    """A place with what was expected there and what came, as JSON; a side that has nothing there is empty.

    `where` is a path such as `changed.order.ord_1.paid[1]`, or empty for the whole.
    """

    where: str
    expected: str
    actual: str


def reason_part(reason: Reason) -> Details:
    """Show a finding, and inside it those that most likely have the same cause."""
    return _finding(reason.finding, [_finding(each, ()) for each in reason.follows])


def evidence_parts(evidence: Evidence) -> Iterator[Part]:
    """Show how to see it: world, edits, numbered calls, and what differs in the last answer."""
    if not evidence.calls and not evidence.edits:
        yield Paragraph("It shows without a call.")
    else:
        yield Paragraph(f"In a fresh world of seed {evidence.seed}:")
        yield Table(["", "", "what", "with"], _steps(evidence))
    found = differences(evidence.expected, evidence.actual)
    if found:
        rows = [[each.where or "the whole", *map(_shown, (each.expected, each.actual))] for each in found[:_MOST]]
        yield Table(["where", "expected", "actual"], rows)
    if len(found) > _MOST:
        yield Paragraph(f"{len(found) - _MOST} more places differ.")


def differences(expected: Json, actual: Json) -> tuple[Difference, ...]:
    """List the places where two values differ, outermost first; `1`, `1.0` and `true` are not the same."""
    return tuple(_differences("", expected, actual))


def _finding(finding: Finding, follows: Sequence[Part]) -> Details:
    names_it = not finding.tool or finding.sentence.startswith(finding.tool)
    head = f"{finding.check}: " if names_it else f"{finding.check}: {finding.tool}: "
    also = [Paragraph("Most likely for the same reason:"), *follows] if follows else []
    return Details(head + finding.sentence, [*evidence_parts(finding.evidence), *also])


def _steps(evidence: Evidence) -> list[list[Cell]]:
    steps: list[list[Cell]] = [["edit", f"{edit.entity} {edit.id}", Code(_json(edit.set))] for edit in evidence.edits]
    steps += [["call", call.tool, Code(_json(call.arguments))] for call in evidence.calls]
    return [[number, *step] for number, step in enumerate(steps, 1)]


def _differences(where: str, expected: Json | _Absent, actual: Json | _Absent) -> Iterator[Difference]:
    match expected, actual:
        case Mapping(), Mapping():
            for key in dict.fromkeys([*expected, *actual]):
                place = f"{where}.{key}" if where else str(key)
                yield from _differences(place, expected.get(key, _ABSENT), actual.get(key, _ABSENT))
        case list() | tuple(), list() | tuple():
            for index, (one, two) in enumerate(zip_longest(expected, actual, fillvalue=_ABSENT)):
                yield from _differences(f"{where}[{index}]", one, two)
        case _:
            if _json(expected, is_sorted=True) != _json(actual, is_sorted=True):
                yield Difference(where, _json(expected), _json(actual))


def _shown(text: str) -> Cell:
    return Code(text) if text else "nothing"


def _json(value: object, *, is_sorted: bool = False) -> str:
    """Write a value as JSON; sorted, equal values have equal text."""
    is_absent = isinstance(value, _Absent)
    return "" if is_absent else json.dumps(value, ensure_ascii=False, sort_keys=is_sorted, default=dict)
