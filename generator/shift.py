"""A shift: a call with stored values changed before it, and what tells it from other shifts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import orjson

from envkit.calls import JsonObject
from generator.casebook import Edit
from generator.tables import Tables


@dataclass(frozen=True, eq=False)
class Shift:
    """What to change before a call, stored values or the arguments, and the names of what is changed."""

    edits: tuple[Edit, ...]
    arguments: JsonObject
    columns: frozenset[str] = frozenset()

    @cached_property
    def call(self) -> bytes:
        """The arguments as bytes."""
        return orjson.dumps(self.arguments)

    @cached_property
    def changes(self) -> tuple[bytes, ...]:
        """Each edit as bytes."""
        return tuple(orjson.dumps(edit.to_json()) for edit in self.edits)

    @cached_property
    def key(self) -> tuple[bytes, ...]:
        """The whole as bytes, the same for the same change."""
        return (self.call, *self.changes)

    def with_edits_of(self, other: Shift) -> Shift:
        """Make another change to stored values at the same time; this call's arguments stay."""
        both = Shift(self.edits + other.edits, self.arguments, self.columns | other.columns)
        both.__dict__.update(call=self.call, changes=self.changes + other.changes)
        return both


@contextmanager
def shifted(tables: Tables, shift: Shift) -> Iterator[None]:
    """Change the stored values for a while; what is done meanwhile must be undone."""
    before = [(tables.get(edit.entity, edit.id), edit.values) for edit in shift.edits]
    values = [{name: row.values[name] for name in changed} for row, changed in before]
    for edit in shift.edits:
        tables.edit(edit.entity, edit.id, edit.values)
    yield
    for (row, _), old in zip(before[::-1], values[::-1], strict=True):
        tables.put(row, old)
