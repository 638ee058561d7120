"""A world as a tool sees it: rows to get, add, update and delete, a clock, and chance."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypeVar

import orjson

from envkit import paging
from envkit.clock import derive, from_wire, mint, to_wire
from envkit.errors import ALREADY_EXISTS, IN_USE, INVALID_TRANSITION, NOT_FOUND, Refusal
from envkit.rows import Page, Row
from envkit.store import Value, insert_sql, quoted, to_value

RowT = TypeVar("RowT", bound=Row)
Bounds = tuple[object, object]


class World:
    """The state of one environment in one episode, for the length of one call.

    Rows are live: the same id gives the same object, and `update` changes it in place.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._rows: dict[tuple[type[Row], str], Row] = {}
        self._now: datetime | None = None
        self._advanced = timedelta()

    @property
    def now(self) -> datetime:
        """The world's time, which stands still during a call."""
        if self._now is None:
            self._now = from_wire(str(self._fact("now")))
        return self._now

    @property
    def now_on_wire(self) -> str:
        """The world's time as tools show it."""
        return to_wire(self.now)

    def get(self, kind: type[RowT], row_id: str) -> RowT:
        """Return the row of that id; refuses `not_found` if there is none."""
        row = self.find(kind, row_id)
        if row is None:
            hint = f"; {kind.found_by} shows the ids there are" if kind.found_by else ""
            raise Refusal(NOT_FOUND, f"No {_spoken(kind)} has the id {row_id!r}{hint}.")
        return row

    def find(self, kind: type[RowT], row_id: str | None) -> RowT | None:
        """Return the row of that id, or None if there is none."""
        if row_id is None:
            return None
        known = self._rows.get((kind, row_id))
        if known is not None:
            return known  # type: ignore[return-value]  # the key holds the kind
        found = self._connection.execute(_select(kind, "WHERE id = ?"), (row_id,)).fetchone()
        return None if found is None else self._live(kind, found)

    def many(self, kind: type[RowT], row_ids: Sequence[str]) -> list[RowT]:
        """Return the rows of those ids, each once, in the order given; refuses `not_found` for the first missing."""
        return [self.get(kind, row_id) for row_id in dict.fromkeys(row_ids)]

    def all(self, kind: type[RowT], **equals: object) -> list[RowT]:
        """Return the rows whose columns equal the values given, in creation order."""
        where, values = _conditions(equals)
        found = self._connection.execute(_select(kind, where + "ORDER BY rowid"), values).fetchall()
        return [self._live(kind, row) for row in found]

    def page(
        self,
        kind: type[RowT],
        *,
        where: Mapping[str, object] | None = None,
        between: Mapping[str, Bounds] | None = None,
        search: tuple[str | None, Sequence[str]] = (None, ()),
        sort: str = "",
        limit: int,
        cursor: str | None = None,
    ) -> Page[RowT]:
        """Return one page of the rows that match, sorted by `sort` (`-field` descends) and then by creation.

        Conditions whose value is None do not count; `between` includes both ends; `search` finds its text anywhere
        in any of its fields, whatever the case. Refuses `invalid_cursor` for another query's cursor.
        """
        terms, values = _filters(where or {}, between or {}, search)
        key = paging.fingerprint({"kind": kind.table, "terms": terms, "values": values, "sort": sort})
        offset = paging.decode_cursor(cursor, key) if cursor is not None else 0
        condition = f"WHERE {' AND '.join(terms)} " if terms else ""
        count = f"SELECT count(*) FROM {quoted(kind.table)} {condition}"
        total: int = self._connection.execute(count, values).fetchone()[0]
        select = _select(kind, f"{condition}ORDER BY {_order(sort)} LIMIT ? OFFSET ?")
        found = self._connection.execute(select, [*values, limit, offset]).fetchall()
        items = [self._live(kind, row) for row in found]
        end = offset + len(items)
        next_cursor = paging.encode_cursor(end, key) if end < total else None
        return Page[kind](items=items, total=total, next_cursor=next_cursor)  # type: ignore[valid-type]  # built per kind

    def add(self, kind: type[RowT], **values: object) -> RowT:
        """Add a row with a new id; columns not given take the defaults the row class declares.

        Refuses `already_exists` if a unique column's value is taken.
        """
        row = kind.model_validate({"id": self._new_id(kind), **values})
        stored = {name: _stored(getattr(row, name)) for name in kind.model_fields}
        try:
            self._connection.execute(insert_sql(kind.table, tuple(stored)), list(stored.values()))
        except sqlite3.IntegrityError as error:
            raise _conflict(kind, values, error) from error
        self._rows[kind, row.id] = row
        return row

    def update(self, row: RowT, **values: object) -> RowT:
        """Set columns of a row, in the world and on `row` itself.

        Refuses `already_exists` for a unique value that is taken and `invalid_transition` for a move not allowed.
        """
        kind = type(row)
        for name, allowed in kind.moves.items():
            _check_move(kind, name, allowed, getattr(row, name), values.get(name, getattr(row, name)))
        if not values:
            return row
        sets = ", ".join(f"{quoted(name)} = ?" for name in values)
        try:
            self._connection.execute(
                f"UPDATE {quoted(kind.table)} SET {sets} WHERE id = ?", [*map(_stored, values.values()), row.id]
            )
        except sqlite3.IntegrityError as error:
            raise _conflict(kind, values, error) from error
        row.__dict__.update(values)
        return row

    def delete(self, row: Row) -> None:
        """Remove a row; refuses `in_use` while other rows point at it."""
        kind = type(row)
        try:
            self._connection.execute(f"DELETE FROM {quoted(kind.table)} WHERE id = ?", (row.id,))
        except sqlite3.IntegrityError as error:
            raise Refusal(IN_USE, f"The {_spoken(kind)} {row.id} is still in use by other rows.") from error
        self._rows.pop((kind, row.id), None)

    def advance(self, span: timedelta) -> None:
        """Let time pass once the call has succeeded, besides the tick of every writing call."""
        assert span >= timedelta(), f"time cannot go back by {span}"
        self._advanced += span

    def chance(self) -> random.Random:
        """Return the chance of this call: the same in every world with the same seed and history."""
        return random.Random(derive(str(self._fact("seed")), "chance", str(self._fact("ticks"))))

    def tick(self, tick_s: int) -> None:
        """Move the clock on after a writing call."""
        later = self.now + timedelta(seconds=tick_s) + self._advanced
        self._connection.execute('UPDATE "_world" SET value = ? WHERE key = ?', (to_wire(later), "now"))
        self._connection.execute('UPDATE "_world" SET value = value + 1 WHERE key = ?', ("ticks",))

    def _fact(self, key: str) -> Value:
        value: Value = self._connection.execute('SELECT value FROM "_world" WHERE key = ?', (key,)).fetchone()[0]
        return value

    def _new_id(self, kind: type[Row]) -> str:
        seed, key = str(self._fact("seed")), f"minted/{kind.table}"
        found = self._connection.execute('SELECT value FROM "_world" WHERE key = ?', (key,)).fetchone()
        n = found[0] if found else 0
        while True:
            n += 1
            row_id = mint(seed, kind.prefix, n)
            if self.find(kind, row_id) is None:
                break
        self._connection.execute('INSERT OR REPLACE INTO "_world" VALUES (?, ?)', (key, n))
        return row_id

    def _live(self, kind: type[RowT], stored: Sequence[Value]) -> RowT:
        known = self._rows.get((kind, str(stored[0])))
        if known is not None:
            return known  # type: ignore[return-value]  # the key holds the kind
        row = kind.model_validate(dict(zip(kind.model_fields, _loaded(kind, stored), strict=True)))
        self._rows[kind, row.id] = row
        return row


def _spoken(kind: type[Row]) -> str:
    return kind.table.replace("_", " ")


@lru_cache(maxsize=4096)
def _select(kind: type[Row], rest: str) -> str:
    return f"SELECT {', '.join(map(quoted, kind.model_fields))} FROM {quoted(kind.table)} {rest}"


def _conditions(equals: Mapping[str, object]) -> tuple[str, list[Value]]:
    if not equals:
        return "", []
    terms = " AND ".join(f"{quoted(name)} IS ?" for name in equals)
    return f"WHERE {terms} ", [_stored(value) for value in equals.values()]


def _filters(
    where: Mapping[str, object], between: Mapping[str, Bounds], search: tuple[str | None, Sequence[str]]
) -> tuple[list[str], list[Value]]:
    terms: list[str] = []
    values: list[Value] = []
    bounds = [
        (name, sign, value) for name, (low, high) in between.items() for sign, value in ((">=", low), ("<=", high))
    ]
    for name, sign, value in [*((name, "=", value) for name, value in where.items()), *bounds]:
        if value is not None:
            terms.append(f"{quoted(name)} {sign} ?")
            values.append(_stored(value))
    text, fields = search
    if text is not None:
        terms.append("(" + " OR ".join(f"instr(lowered({quoted(name)}), lowered(?))" for name in fields) + ")")
        values.extend([text] * len(fields))
    return terms, values


def _order(sort: str) -> str:
    if not sort:
        return "rowid"
    return f"{quoted(sort[1:])} DESC, rowid" if sort.startswith("-") else f"{quoted(sort)}, rowid"


def _stored(value: object) -> Value:
    return to_wire(value) if isinstance(value, datetime) else to_value(value)


@lru_cache(maxsize=1024)
def _list_columns(kind: type[Row]) -> frozenset[int]:
    annotations = (field.annotation for field in kind.model_fields.values())
    return frozenset(place for place, annotation in enumerate(annotations) if "list" in str(annotation))


def _loaded(kind: type[Row], stored: Sequence[Value]) -> Sequence[object]:
    lists = _list_columns(kind)
    if not lists:
        return stored
    return [
        orjson.loads(value) if place in lists and value is not None else value  # type: ignore[arg-type]  # JSON text
        for place, value in enumerate(stored)
    ]


def _check_move(kind: type[Row], name: str, allowed: Mapping[str, tuple[str, ...]], old: object, new: object) -> None:
    if new == old or new in allowed.get(str(old), ()):
        return
    targets = ", ".join(allowed.get(str(old), ())) or "nowhere else"
    raise Refusal(
        INVALID_TRANSITION, f"A {_spoken(kind)} cannot go from {old} to {new}; from {old} it goes to {targets}."
    )


def _conflict(kind: type[Row], values: Mapping[str, object], error: sqlite3.IntegrityError) -> Exception:
    """Turn a UNIQUE violation into its refusal; any other broken constraint is a bug and stays one."""
    text = str(error)
    if not text.startswith("UNIQUE constraint failed: "):
        return error
    columns = [part.split(".")[-1] for part in text.removeprefix("UNIQUE constraint failed: ").split(", ")]
    spoken = " and ".join(f"{name} {values.get(name)!r}" for name in columns)
    return Refusal(ALREADY_EXISTS, f"Another {_spoken(kind)} already has the {spoken}.")
