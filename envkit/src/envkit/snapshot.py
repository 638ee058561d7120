"""Snapshots: a world as bytes with its digest, and what changed between two of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from envkit.calls import Json
from envkit.contents import Contents, changed_rows, content_digest
from envkit.store import with_edits
from envkit.tables import Value

RowJson = Mapping[str, Json]
Decode = Callable[[str, str, Value], Json]
"""Turns a stored value into JSON, given its table and column."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A world at one moment: its image and the digest of its content."""

    image: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class Diff:
    """What changed between two worlds: rows by entity and id; of changed rows the columns as (before, after)."""

    added: Mapping[str, Mapping[str, RowJson]] = field(default_factory=dict)
    removed: Mapping[str, Mapping[str, RowJson]] = field(default_factory=dict)
    changed: Mapping[str, Mapping[str, Mapping[str, tuple[Json, Json]]]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return not (self.added or self.removed or self.changed)

    def to_json(self) -> dict[str, Json]:
        """Write the diff as JSON; parts that are empty are left out."""
        changed = {
            entity: {row: {name: list(pair) for name, pair in columns.items()} for row, columns in rows.items()}
            for entity, rows in self.changed.items()
        }
        parts: dict[str, Json] = {"added": self.added, "removed": self.removed, "changed": changed}
        return {name: part for name, part in parts.items() if part}

    @classmethod
    def from_json(cls, data: Mapping[str, Mapping[str, Mapping[str, Mapping[str, Json]]]]) -> Diff:
        """Read what `to_json` wrote."""
        changed = {
            entity: {row: {name: _pair(pair) for name, pair in columns.items()} for row, columns in rows.items()}
            for entity, rows in data.get("changed", {}).items()
        }
        return cls(data.get("added", {}), data.get("removed", {}), changed)


def _pair(value: Json) -> tuple[Json, Json]:
    assert isinstance(value, (list, tuple))
    before, after = value
    return before, after


@lru_cache(maxsize=16)
def digest(image: bytes) -> str:
    """Return the sha256 of a world's content, in hex."""
    return content_digest(image)


def diff(before: Contents, after: Contents, decode: Decode) -> Diff:
    """Compare two worlds of one environment, row by row and column by column."""
    sides: dict[bool, dict[str, dict[str, dict[str, Json]]]] = {False: {}, True: {}}
    for table, columns, rows, is_after in changed_rows(before, after):
        sides[is_after][table] = {
            str(row[0]): {name: decode(table, name, value) for name, value in zip(columns, row, strict=True)}
            for row in rows
        }
    return compare(sides[False], sides[True])


def compare(before: Mapping[str, Mapping[str, RowJson]], after: Mapping[str, Mapping[str, RowJson]]) -> Diff:
    """Compare two states given as rows by entity and id; rows equal on both sides may be left out of both."""
    added: dict[str, dict[str, RowJson]] = {}
    removed: dict[str, dict[str, RowJson]] = {}
    changed: dict[str, dict[str, dict[str, tuple[Json, Json]]]] = {}
    for entity in sorted({*before, *after}):
        old, new = before.get(entity, {}), after.get(entity, {})
        for row_id in sorted({*old, *new}):
            if row_id not in old:
                added.setdefault(entity, {})[row_id] = new[row_id]
            elif row_id not in new:
                removed.setdefault(entity, {})[row_id] = old[row_id]
            elif columns := _changed_columns(old[row_id], new[row_id]):
                changed.setdefault(entity, {})[row_id] = columns
    return Diff(added, removed, changed)


def _changed_columns(old: RowJson, new: RowJson) -> dict[str, tuple[Json, Json]]:
    return {name: (old[name], new[name]) for name in new if old[name] != new[name]}


def edited(image: bytes, edits: Iterable[Mapping[str, object]]) -> bytes:
    """Return the image with rows changed; an edit is `{"entity", "id", "set": {column: JSON value}}`."""
    triples = []
    for edit in edits:
        values = edit["set"]
        assert isinstance(values, Mapping)
        triples.append((str(edit["entity"]), str(edit["id"]), values))
    return with_edits(image, triples)
