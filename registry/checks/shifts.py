"""Shifts: single stored values moved to where a declared bound, an enum or the clock tells them apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import zip_longest

from envkit.calls import Json, JsonObject, ToolCall
from envkit.clock import from_wire, to_wire
from envkit.manifest import FieldSpec, Manifest
from registry.case import Edit
from registry.checks.ground import column, target
from registry.checks.probe import State
from registry.checks.recording import Seen

CALLS_A_SHIFT = 3
"""Calls made on a shifted world: writers first, for only they can do harm."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One stored value to move, and the calls that name its row.

    `is_valid`: the manifest allows the value. `is_reachable`: an update tool could set it, so that a world in which it
    is moved and nothing else is one that calls can make.
    """

    edit: Edit
    what: str
    is_valid: bool
    is_reachable: bool
    calls: tuple[ToolCall, ...]


@dataclass(frozen=True, slots=True)
class _Named:
    """A row of the fresh world and the calls that name it, or name a row that refers to it."""

    entity: str
    row_id: str
    row: JsonObject
    calls: tuple[ToolCall, ...]


def shifts(manifest: Manifest, fresh: State, successes: Sequence[Seen]) -> Iterator[Shift]:
    """Yield shifts of the rows that successful first calls name: one of each column, then the next of each."""
    updated = _updated(manifest)
    moves = [
        _of_column(named, field, fresh, (named.entity, field.name) in updated)
        for named, field in _columns(manifest, fresh, successes)
    ]
    for turn in zip_longest(*moves):
        yield from (shift for shift in turn if shift is not None)


def _updated(manifest: Manifest) -> set[tuple[str, str]]:
    """Return the columns that a plain update tool sets, by entity and name."""
    updates = [tool for tool in manifest.tools if tool.kind == "update"]
    values = [(tool, each) for tool in updates for each in tool.arguments if each.role == "value"]
    found = [column(each, tool, manifest) for tool, each in values]
    return {(each[0], each[1].name) for each in found if each is not None}


def _columns(manifest: Manifest, fresh: State, successes: Sequence[Seen]) -> Iterator[tuple[_Named, FieldSpec]]:
    """Yield each column with the row that most calls name."""
    calls = _calls_by_row(manifest, fresh, successes)
    for entity in manifest.entities:
        rows = [(row_id, named) for (name, row_id), named in calls.items() if name == entity.name]
        if not rows:
            continue
        row_id, named = max(rows, key=lambda row: len(row[1]))
        writers_first = sorted(named, key=lambda call: manifest.tool(call.tool).read_only)
        row = _Named(entity.name, row_id, fresh.rows[entity.name][row_id], tuple(writers_first[:CALLS_A_SHIFT]))
        yield from ((row, field) for field in entity.fields)


def _calls_by_row(manifest: Manifest, fresh: State, successes: Sequence[Seen]) -> dict[tuple[str, str], list[ToolCall]]:
    calls: dict[tuple[str, str], list[ToolCall]] = {}
    for seen in successes:
        named = set(_rows_named(manifest, seen.call))
        near = {
            (field.to, str(fresh.rows[entity][row_id][field.name]))
            for entity, row_id in named
            if row_id in fresh.rows.get(entity, {})
            for field in manifest.entity(entity).fields
            if field.type == "ref"
        }
        for entity, row_id in sorted(named | near):
            if row_id in fresh.rows.get(entity, {}):
                calls.setdefault((entity, row_id), []).append(seen.call)
    return calls


def _rows_named(manifest: Manifest, call: ToolCall) -> Iterator[tuple[str, str]]:
    tool = manifest.tool(call.tool)
    for argument in tool.arguments:
        entity = target(argument, tool)
        value = call.arguments.get(argument.name)
        if entity:
            yield from ((entity, str(each)) for each in (value if isinstance(value, list) else [value]))


def _of_column(named: _Named, field: FieldSpec, fresh: State, is_reachable: bool) -> Iterator[Shift]:
    stored = named.row[field.name]
    for value, what, is_valid in _values(field, stored, fresh.now):
        if value != stored:
            edit = Edit.model_validate({"entity": named.entity, "id": named.row_id, "set": {field.name: value}})
            yield Shift(edit, f"{named.entity}.{field.name} {what} ({value})", is_valid, is_reachable, named.calls)


def _values(field: FieldSpec, stored: Json, now: str) -> Iterator[tuple[Json, str, bool]]:
    if field.minimum is not None:
        yield field.minimum, "at its minimum", True
        yield field.minimum - 1, "below its minimum", False
        yield field.minimum + 1, "above its minimum", field.maximum is None or field.minimum < field.maximum
    if field.maximum is not None:
        yield field.maximum, "at its maximum", True
        yield field.maximum + 1, "above its maximum", False
        yield field.maximum - 1, "below its maximum", field.minimum is None or field.minimum < field.maximum
    for value in field.values:
        yield value, "as another of its values", True
    if field.values:
        yield "no-such-value", "as none of its values", False
    if field.type == "time" and stored is not None:
        for seconds, what in ((0, "now"), (-1, "a second ago"), (1, "in a second")):
            yield to_wire(from_wire(now) + timedelta(seconds=seconds)), what, True
