"""A shift: a call with stored values changed before it, and what tells it from other shifts."""

from __future__ import annotations

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
    def key(self) -> tuple[bytes, ...]:
        """The change as bytes, the same for the same change."""
        return (orjson.dumps(self.arguments), *(orjson.dumps(edit.to_json()) for edit in self.edits))

    def with_edits_of(self, other: Shift) -> Shift:
        """Make another change to stored values at the same time; this call's arguments stay."""
        both = Shift(self.edits + other.edits, self.arguments, self.columns | other.columns)
        both.__dict__["key"] = self.key + other.key[1:]
        return both


class Shifted:
    """A shift's stored values put in the place of the world's for a while; what is done meanwhile must be undone."""

    __slots__ = ("_aside", "_shift", "_tables")

    def __init__(self, tables: Tables, shift: Shift) -> None:
        self._tables, self._shift = tables, shift

    def __enter__(self) -> None:
        if self._shift.edits:
            self._aside = self._tables.aside([(edit.entity, edit.id) for edit in self._shift.edits])
            for edit in self._shift.edits:
                self._tables.edit(edit.entity, edit.id, edit.values)

    def __exit__(self, *raised: object) -> None:
        if self._shift.edits:
            self._tables.put_back(self._aside)
