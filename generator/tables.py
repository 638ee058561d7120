"""The oracle's rows: plain records with the rules a blueprint sets for them, an undo journal and diffs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import count

from envkit.calls import Json, JsonObject
from envkit.clock import from_wire, mint, to_wire
from envkit.errors import ALREADY_EXISTS, IN_USE, INVALID_TRANSITION, NOT_FOUND, Refusal
from generator.blueprint import Blueprint, FieldPart
from generator.evaluate import Value
from generator.value_types import state_values


class RuleError(Exception):
    """A stored value that the blueprint does not allow: the tool should have refused."""


class Record:
    """One row. Its tables change it in place, so every name bound to it sees the change.

    Its values are replaced as a whole, so that its twins in other worlds can share them.
    """

    __slots__ = ("entity", "values")

    def __init__(self, entity: str, values: Mapping[str, Value]) -> None:
        self.entity = entity
        self.values = values

    @property
    def id(self) -> str:
        """The row's id."""
        row_id: str = self.values["id"]
        return row_id

    def to_wire(self) -> dict[str, Json]:
        """Write the row as JSON values, all columns in order."""
        return {name: wire(value) for name, value in self.values.items()}


@dataclass(frozen=True, slots=True)
class RowDiff:
    """What a call changed, by entity and id: whole rows added and removed, [old, new] for each column changed."""

    added: Mapping[str, Mapping[str, JsonObject]] = field(default_factory=dict)
    removed: Mapping[str, Mapping[str, JsonObject]] = field(default_factory=dict)
    changed: Mapping[str, Mapping[str, Mapping[str, Sequence[Json]]]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Json]:
        """Write it as in `cases.jsonl`, empty parts left out."""
        parts: dict[str, Json] = {"added": self.added, "removed": self.removed, "changed": self.changed}
        return {name: part for name, part in parts.items() if part}


UNCHANGED = RowDiff()
"""What a call changes that changes nothing."""


def wire(value: Value) -> Json:
    """Write a value as JSON: times in the wire form, rows as objects."""
    if isinstance(value, datetime):
        return _text_of(value)
    if isinstance(value, Record):
        return value.to_wire()
    if isinstance(value, list | tuple):
        return [wire(item) for item in value]
    json: Json = value
    return json


_Place = tuple[str, str]
"""An entity and its column, or "" for which rows there are."""

_STAMPS = count(1)  # no change in this process has the stamp of another


@dataclass(frozen=True, slots=True)
class _Index:
    """The rows of an entity by what a path leads to, as of the stamps of what it reads; None if it leads nowhere."""

    places: tuple[_Place, ...]
    stamps: tuple[int, ...]
    rows: Mapping[Value, Sequence[Record]] | None


@dataclass(frozen=True, slots=True)
class Aside:
    """Rows with their values, the stamps of all columns and the indices over them, as they were once."""

    rows: Sequence[tuple[Record, Mapping[str, Value]]]
    stamps: dict[_Place, int]
    indices: dict[tuple[str, tuple[str, ...]], _Index]


class Tables:
    """All rows of one world by entity, in creation order, and its time.

    `visits` counts the rows looked at in whole tables, as a measure of work. Every change gives what it changes a new
    stamp, and what is rolled back has its old one again: what has the same stamps, in whichever copy, is the same.
    """

    def __init__(self, blueprint: Blueprint, now: datetime) -> None:
        self._blueprint = blueprint
        self.now = now
        self.visits = 0
        self._rows: dict[str, dict[str, Record]] = {name: {} for name in blueprint.entities}
        self._minted = dict.fromkeys(blueprint.entities, 0)
        self._before: dict[tuple[str, str], Mapping[str, Value] | None] = {}
        self._order: dict[str, dict[str, Record]] = {}
        self._minted_before = self._minted
        self._stamps: dict[_Place, int] = {}
        self._stamps_before = self._stamps
        self._indices: dict[tuple[str, tuple[str, ...]], _Index] = {}

    def copy(self) -> Tables:
        """Copy the rows so that either side may change alone."""
        twin = Tables(self._blueprint, self.now)
        for entity, rows in self._rows.items():
            twin._rows[entity] = {key: Record(entity, row.values) for key, row in rows.items()}
        twin._minted = twin._minted_before = self._minted
        twin._stamps = twin._stamps_before = dict(self._stamps)
        return twin

    def has(self, entity: str) -> bool:
        """Say whether there is such an entity."""
        return entity in self._rows

    def all(self, entity: str) -> Sequence[Record]:
        """List an entity's rows in creation order."""
        found = [*self._rows[entity].values()]
        self.visits += len(found)
        return found

    def index(self, entity: str, path: tuple[str, ...]) -> Mapping[Value, Sequence[Record]] | None:
        """Give all rows, in creation order, by the column at the end of a path of refs; None if there is none."""
        found = self._index(entity, path)
        self.visits += 0 if found is None else len(self._rows[entity])
        return found

    def stamps(self, places: Sequence[tuple[str, str]]) -> tuple[int, ...]:
        """Give the stamps of columns, or with "" for a column of which rows there are."""
        return tuple([self._stamps.get(place, 0) for place in places])

    def find(self, entity: str, row_id: str | None) -> Record | None:
        """Find the row of that id, if there is one."""
        return None if row_id is None else self._rows[entity].get(row_id)

    def get(self, entity: str, row_id: str) -> Record:
        """Return the row of that id; refuses `not_found`."""
        row = self.find(entity, row_id)
        if row is None:
            raise Refusal(NOT_FOUND, f"No {entity} has the id {row_id!r}.")
        return row

    def attribute(self, row: Record, name: str) -> Value:
        """Return the row that a row's ref `name_id` leads to; None where an optional one is empty."""
        column = f"{name}_id"
        key = row.values[column]
        target = self._blueprint.entities[row.entity].fields[column]
        return None if key is None and target.optional else self.get(target.to, key)

    def load(self, entity: str, row: JsonObject) -> Record:
        """Add a row of the seed as it is, without any rule."""
        fields = self._blueprint.entities[entity].fields
        typed: dict[str, Value] = {"id": row["id"]}
        typed |= {name: typed_value(fields[name], row.get(name)) for name in fields}
        record = Record(entity, typed)
        self._rows[entity][record.id] = record
        self._stamp(entity, ("",))
        return record

    def edit(self, entity: str, row_id: str, values: JsonObject) -> None:
        """Change stored values without any rule, as a case's edits do."""
        fields = self._blueprint.entities[entity].fields
        typed = {name: typed_value(fields[name], values[name]) for name in values}
        self.put(self._rows[entity][row_id], typed)

    def put(self, row: Record, values: Mapping[str, Value]) -> None:
        """Set columns of a row without any rule, never to be rolled back."""
        self._set(row, values)
        self.begin()

    def aside(self, rows: Iterable[tuple[str, str]]) -> Aside:
        """Lay rows aside before they are changed without any rule."""
        kept = [(row, row.values) for row in (self._rows[entity][row_id] for entity, row_id in rows)]
        return Aside(kept, self._stamps, dict(self._indices))

    def put_back(self, aside: Aside) -> None:
        """Put rows back as they were, and with them what is known of them; no row may have come or gone since."""
        for row, values in reversed(aside.rows):
            row.values = values
        self._stamps, self._indices = aside.stamps, aside.indices
        self.begin()

    def begin(self) -> None:
        """Forget earlier changes, so that `diff` and `roll_back` speak of those to come."""
        self._before = {}
        self._order = {}
        self._minted_before = self._minted
        self._stamps_before = self._stamps

    def roll_back(self) -> None:
        """Undo everything since `begin`."""
        for entity, rows in self._order.items():
            self._rows[entity] = rows
        for (entity, row_id), values in self._before.items():
            if values is None:
                self._rows[entity].pop(row_id, None)
            else:
                self._rows[entity][row_id].values = values
        self._minted = self._minted_before
        self._stamps = self._stamps_before
        self.begin()

    def diff(self) -> RowDiff:
        """Say what changed since `begin`."""
        added: dict[str, dict[str, JsonObject]] = {}
        removed: dict[str, dict[str, JsonObject]] = {}
        changed: dict[str, dict[str, dict[str, list[Json]]]] = {}
        for (entity, row_id), before in self._before.items():
            row = self._rows[entity].get(row_id)
            if before is None:
                if row is not None:
                    added.setdefault(entity, {})[row_id] = row.to_wire()
            elif row is None:
                removed.setdefault(entity, {})[row_id] = {name: wire(value) for name, value in before.items()}
            else:
                now = row.values
                columns = {name: [wire(old), wire(now[name])] for name, old in before.items() if old != now[name]}
                if columns:
                    changed.setdefault(entity, {})[row_id] = columns
        return RowDiff(added, removed, changed)

    def add(self, entity: str, values: Mapping[str, Value], seed: str) -> Record:
        """Add a row with a new id of that seed; columns not given take their defaults.

        Refuses `already_exists`; raises RuleError for a value out of bounds or a ref to nothing.
        """
        fields = self._blueprint.entities[entity].fields
        row_id = self._mint(entity, seed)
        full = {name: values.get(name, initial_value(field)) for name, field in fields.items()}
        record = Record(entity, {"id": row_id, **full})
        self._check(record, full)
        self._touch(entity, row_id)
        self._rows[entity][row_id] = record
        self._stamp(entity, ("",))
        return record

    def update(self, row: Record, values: Mapping[str, Value]) -> None:
        """Set columns of a row. Refuses `invalid_transition` and `already_exists`; raises RuleError as `add` does."""
        fields = self._blueprint.entities[row.entity].fields
        for name, value in values.items():
            old = row.values[name]
            if fields[name].type == "state" and value != old and value not in fields[name].moves.get(old, ()):
                raise Refusal(INVALID_TRANSITION, f"A {row.entity} cannot go from {old} to {value}.")
        self._check(row, values)
        self._touch(row.entity, row.id)
        self._set(row, values)

    def delete(self, row: Record) -> None:
        """Remove a row; refuses `in_use` while another row points at it."""
        row_id = row.id
        for entity, part in self._blueprint.entities.items():
            for name, each in part.fields.items():
                is_reference = each.type == "ref" and each.to == row.entity
                if is_reference and self._is_shared(row, entity, name, row_id):
                    raise Refusal(IN_USE, f"The {row.entity} {row_id} is still in use.")
        self._touch(row.entity, row_id)
        if row.entity not in self._order:
            self._order[row.entity] = dict(self._rows[row.entity])
        self._rows[row.entity].pop(row_id, None)
        self._stamp(row.entity, ("",))

    def _is_shared(self, row: Record, entity: str, column: str, value: Value) -> bool:
        """Say whether another row than this one has the value in a column."""
        index = self._index(entity, (column,))
        if index is None:
            return any(other is not row and other.values[column] == value for other in self._rows[entity].values())
        return any(other is not row for other in index.get(value, ()))

    def _index(self, entity: str, path: tuple[str, ...]) -> Mapping[Value, Sequence[Record]] | None:
        """Look the index up, made anew if a row or a column on the way has changed."""
        index = self._indices.get((entity, path))
        if index is None:
            places = self._way(entity, path)
            index = self._indices[entity, path] = _Index(places, (), None)
        stamps = self.stamps(index.places)
        if index.stamps != stamps:
            index = self._indices[entity, path] = _Index(index.places, stamps, self._indexed(entity, path))
        return index.rows

    def _way(self, entity: str, path: Sequence[str]) -> tuple[_Place, ...]:
        """List what a path reads; nothing if it does not lead through refs to a column that has single values."""
        places = [(entity, "")]
        for name in path[:-1]:
            field = self._blueprint.entities[entity].fields.get(f"{name}_id")
            if field is None or field.type != "ref" or name in self._blueprint.entities[entity].fields:
                return ()
            places += [(entity, f"{name}_id"), (field.to, "")]
            entity = field.to
        field = self._blueprint.entities[entity].fields.get(path[-1])
        is_column = path[-1] == "id" or (field is not None and field.type != "list")
        return (*places, (entity, path[-1])) if is_column else ()

    def _indexed(self, entity: str, path: Sequence[str]) -> Mapping[Value, Sequence[Record]] | None:
        found: dict[Value, list[Record]] = {}
        for row in self._rows[entity].values():
            end: Record | None = row
            for name in path[:-1]:
                end = self._led_to(end, name) if end else None
            if end is None:
                return None
            found.setdefault(end.values[path[-1]], []).append(row)
        return found

    def _led_to(self, row: Record, name: str) -> Record | None:
        return self.find(self._blueprint.entities[row.entity].fields[f"{name}_id"].to, row.values[f"{name}_id"])

    def _set(self, row: Record, values: Mapping[str, Value]) -> None:
        row.values = {**row.values, **values}
        self._stamp(row.entity, values)

    def _stamp(self, entity: str, columns: Iterable[str]) -> None:
        if self._stamps is self._stamps_before:
            self._stamps = dict(self._stamps)
        stamps, stamp = self._stamps, next(_STAMPS)
        for column in columns:
            stamps[entity, column] = stamp

    def _mint(self, entity: str, seed: str) -> str:
        number = self._minted[entity]
        while True:
            number += 1
            row_id = _minted(seed, self._blueprint.entities[entity].prefix, number)
            if row_id not in self._rows[entity]:
                self._minted = {**self._minted, entity: number}
                return row_id

    def _touch(self, entity: str, row_id: str) -> None:
        rows = self._rows[entity]
        if (entity, row_id) not in self._before:
            self._before[entity, row_id] = rows[row_id].values if row_id in rows else None

    def _check(self, row: Record, values: Mapping[str, Value]) -> None:
        fields = self._blueprint.entities[row.entity].fields
        for name, value in values.items():
            problem = rule_problem(fields[name], value)
            if problem:
                raise RuleError(f"{row.entity}.{name}: {problem}")
        for name, value in values.items():
            if fields[name].unique and value is not None and self._is_shared(row, row.entity, name, value):
                raise Refusal(ALREADY_EXISTS, f"Another {row.entity} already has the {name} {value!r}.")
        for name, value in values.items():
            is_ref = fields[name].type == "ref" and value is not None and value != row.id
            if is_ref and value not in self._rows[fields[name].to]:
                raise RuleError(f"{row.entity}.{name}: no {fields[name].to} has the id {value!r}")


@lru_cache(maxsize=16384)
def _text_of(moment: datetime) -> str:
    return to_wire(moment)


@lru_cache(maxsize=16384)
def _moment_of(text: str) -> datetime:
    return from_wire(text)


@lru_cache(maxsize=16384)
def _minted(seed: str, prefix: str, number: int) -> str:
    return mint(seed, prefix, number)


def initial_value(part: FieldPart) -> Value:
    """Give the value a column takes when a new row does not say: its default, the initial state, or None."""
    return part.initial if part.type == "state" else part.default


def rule_problem(part: FieldPart, value: Value) -> str:
    """Say why a column may not hold a value; empty if it may."""
    if value is None:
        return "" if part.optional else "it is required, got None"
    if part.min is not None and value < part.min:
        return f"{value} is below {part.min}"
    if part.max is not None and value > part.max:
        return f"{value} is above {part.max}"
    known = state_values(part) if part.type == "state" else part.values
    return f'"{value}" is not one of {", ".join(known)}' if known and value not in known else ""


def typed_value(part: FieldPart, value: Json) -> Value:
    """Read a column's JSON value."""
    if part.type == "time" and value is not None:
        return _moment_of(str(value))
    return list(value) if isinstance(value, list | tuple) else value
