"""A world as a tool sees it: rows to get, add, update and delete, a clock, and chance."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypeVar

import orjson

from envkit import paging, tables
from envkit.clock import derive, from_wire, mint, to_wire
from envkit.errors import ALREADY_EXISTS, IN_USE, INVALID_TRANSITION, NOT_FOUND, Refusal
from envkit.rows import Page, Row

RowT = TypeVar("RowT", bound=Row)
Bounds = tuple[object, object]


class World:
    """The state of one environment in one episode, for the length of one call.

    Rows are live: the same id gives the same object, and `update` changes it in place. `page_rows` is how many a page
    has at most.
    """

    def __init__(
        self, connection: sqlite3.Connection, *, is_writable: bool = False, page_rows: int | None = None
    ) -> None:
        self._connection, self._is_writable, self._page_rows = connection, is_writable, page_rows
        self._rows: dict[tuple[type[Row], str], Row] = {}
        self._now: datetime | None = None
        self._advanced = timedelta()

    @property
    def now(self) -> datetime:
        """The world's time, which stands still during a call."""
        if self._now is None:
            self._now = from_wire(self._fact("now"))
        return self._now

    @property
    def now_on_wire(self) -> str:
        """The world's time as tools show it."""
        return to_wire(self.now)

    def get(self, kind: type[RowT], row_id: str) -> RowT:
        """Return the row of that id; refuses `not_found` if there is none."""
        row = self.find(kind, row_id)
        if row is None:
            hint = f"; {kind.__kind__.found_by} shows the ids there are" if kind.__kind__.found_by else ""
            raise Refusal(NOT_FOUND, f"No {kind.__kind__.spoken} has the id {row_id!r}{hint}.")
        return row

    def find(self, kind: type[RowT], row_id: str | None) -> RowT | None:
        """Return the row of that id, or None if there is none."""
        if row_id is None:
            return None
        known = self._rows.get((kind, row_id))
        if known is not None:
            return known  # type: ignore[return-value]  # the key holds the kind
        found = tables.select_by_id(self._connection, kind.__kind__.table, columns_of(kind), row_id)
        return None if found is None else self._live(kind, found)

    def many(self, kind: type[RowT], row_ids: Sequence[str]) -> list[RowT]:
        """Return the rows of those ids, each once, in the order given; refuses `not_found` for the first missing."""
        return [self.get(kind, row_id) for row_id in dict.fromkeys(row_ids)]

    def all(self, kind: type[RowT], /, **equals: object) -> list[RowT]:
        """Return the rows whose columns equal the values given, in creation order."""
        values = {name: stored_value(value) for name, value in equals.items()}
        found = tables.select_equal(self._connection, kind.__kind__.table, columns_of(kind), values)
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
        query = _query(where or {}, between or {}, search, sort)
        asked = {"kind": kind.__kind__.table, "terms": query.terms, "values": query.values, "sort": sort}
        key = paging.fingerprint(asked)
        offset = paging.decode_cursor(cursor, key) if cursor is not None else 0
        if self._page_rows is not None:
            limit = min(limit, self._page_rows)
        total = tables.count(self._connection, kind.__kind__.table, query)
        found = tables.select_page(self._connection, kind.__kind__.table, columns_of(kind), query, limit, offset)
        items = [self._live(kind, row) for row in found]
        end = offset + len(items)
        next_cursor = paging.encode_cursor(end, key) if end < total else None
        return _page_of(kind)(items=items, total=total, next_cursor=next_cursor)

    def add(self, kind: type[RowT], /, **values: object) -> RowT:
        """Add a row with a new id; columns not given take the defaults the row class declares.

        Refuses `already_exists` if a unique column's value is taken.
        """
        self._check_writable(kind)
        row = kind.model_validate({"id": self._new_id(kind), **values})
        stored = {name: stored_value(getattr(row, name)) for name in columns_of(kind)}
        try:
            tables.insert(self._connection, kind.__kind__.table, stored)
        except tables.TakenError as error:
            raise _already_exists(kind, values, error.columns) from error
        self._rows[kind, row.id] = row
        return row

    def update(self, row: RowT, /, **values: object) -> RowT:
        """Set columns of a row, in the world and on `row` itself.

        Refuses `already_exists` for a unique value that is taken and `invalid_transition` for a move not allowed.
        """
        kind = type(row)
        self._check_writable(kind)
        for name, allowed in kind.__kind__.moves.items():
            _check_move(kind, name, allowed, getattr(row, name), values.get(name, getattr(row, name)))
        if not values:
            return row
        stored = {name: stored_value(value) for name, value in values.items()}
        try:
            tables.update(self._connection, kind.__kind__.table, row.id, stored)
        except tables.TakenError as error:
            raise _already_exists(kind, values, error.columns) from error
        row.__dict__.update(values)
        return row

    def delete(self, row: Row, cascade: Sequence[type[Row]] = ()) -> None:
        """Remove a row, and before it the rows of the `cascade` kinds that point at it, and at those in turn.

        Refuses `in_use` while rows of other kinds point at any of them.
        """
        kind = type(row)
        self._check_writable(kind)
        for child_kind in cascade:
            for column in tables.references(self._connection, child_kind.__kind__.table, kind.__kind__.table):
                for child in self.all(child_kind, **{column: row.id}):
                    self.delete(child, cascade)
        try:
            tables.delete(self._connection, kind.__kind__.table, row.id)
        except tables.ReferencedError as error:
            raise Refusal(IN_USE, f"The {kind.__kind__.spoken} {row.id} is still in use by other rows.") from error
        self._rows.pop((kind, row.id), None)

    def advance(self, span: timedelta) -> None:
        """Let time pass once the call has succeeded, besides the tick of every writing call."""
        assert span >= timedelta(), f"time cannot go back by {span}"
        self._advanced += span

    def chance(self) -> random.Random:
        """Return the chance of this call: the same in every world with the same seed and history."""
        return random.Random(derive(self._fact("seed"), "chance", self._fact("ticks")))

    def tick(self, tick_s: int) -> None:
        """Move the clock on after a writing call."""
        later = self.now + timedelta(seconds=tick_s) + self._advanced
        tables.set_fact(self._connection, "now", to_wire(later))
        ticks = tables.fact(self._connection, "ticks")
        assert isinstance(ticks, int)
        tables.set_fact(self._connection, "ticks", ticks + 1)

    def _check_writable(self, kind: type[Row]) -> None:
        assert self._is_writable, f"a tool that declares no writes changed {kind.__kind__.table} rows"

    def _fact(self, key: str) -> str:
        return str(tables.fact(self._connection, key))

    def _new_id(self, kind: type[Row]) -> str:
        seed, key = self._fact("seed"), f"minted/{kind.__kind__.table}"
        n = tables.fact(self._connection, key) or 0
        assert isinstance(n, int)
        while True:
            n += 1
            row_id = mint(seed, kind.__kind__.prefix, n)
            if self.find(kind, row_id) is None:
                break
        tables.set_fact(self._connection, key, n)
        return row_id

    def _live(self, kind: type[RowT], stored: tables.Stored) -> RowT:
        known = self._rows.get((kind, str(stored[0])))
        if known is not None:
            return known  # type: ignore[return-value]  # the key holds the kind
        row = kind.model_validate(dict(zip(columns_of(kind), _loaded(kind, stored), strict=True)))
        self._rows[kind, row.id] = row
        return row


@lru_cache(maxsize=1024)
def columns_of(kind: type[Row]) -> tuple[str, ...]:
    """Return the columns of a row's table, in their order."""
    return tuple(kind.model_fields)


@lru_cache(maxsize=1024)
def _page_of(kind: type[RowT]) -> type[Page[RowT]]:
    """Return the type of a page of rows of one kind, which pydantic builds."""
    return Page[kind]  # type: ignore[valid-type]  # built per kind


def _query(
    where: Mapping[str, object], between: Mapping[str, Bounds], search: tuple[str | None, Sequence[str]], sort: str
) -> tables.Query:
    pairs = [(tables.equal(name), value) for name, value in where.items()]
    for name, (low, high) in between.items():
        pairs += [(tables.at_least(name), low), (tables.at_most(name), high)]
    asked = [(term, stored_value(value)) for term, value in pairs if value is not None]
    text, fields = search
    terms = [term for term, _ in asked] + ([tables.contains(fields)] if text is not None else [])
    values = [value for _, value in asked] + ([text] * len(fields) if text is not None else [])
    return tables.Query(tuple(terms), tuple(values), sort)


def stored_value(value: object) -> tables.Value:
    """Write a row's value as the tables keep it."""
    return to_wire(value) if isinstance(value, datetime) else tables.to_value(value)


@lru_cache(maxsize=1024)
def _list_columns(kind: type[Row]) -> frozenset[int]:
    annotations = (field.annotation for field in kind.model_fields.values())
    return frozenset(place for place, annotation in enumerate(annotations) if "list" in str(annotation))


def _loaded(kind: type[Row], stored: tables.Stored) -> Sequence[object]:
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
        INVALID_TRANSITION, f"A {kind.__kind__.spoken} cannot go from {old} to {new}; from {old} it goes to {targets}."
    )


def _already_exists(kind: type[Row], values: Mapping[str, object], columns: Sequence[str]) -> Refusal:
    spoken = " and ".join(f"{name} {values.get(name)!r}" for name in columns)
    return Refusal(ALREADY_EXISTS, f"Another {kind.__kind__.spoken} already has the {spoken}.")
