"""Where a world's rows rest, as an SQLite image in memory or a durable file, with the SQL that reaches them."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from envkit.tables import TakenError, Value, insert, quoted, set_fact, to_value, update

Columns = Mapping[str, Sequence[str]]
"""The columns of each table, by table."""

_KIT_SCHEMA = 'CREATE TABLE "_world" ("key" TEXT PRIMARY KEY NOT NULL, "value" ANY) STRICT, WITHOUT ROWID;'
_PAGE_SIZE_BYTES = 1024
_SCHEMAS = 256
_COLUMNS: dict[tuple[tuple[str, str], ...], Mapping[str, tuple[str, ...]]] = {}


class StoreError(Exception):
    """A world's file or image cannot be used; one sentence says why."""


class Store(Protocol):
    """A world at rest. `reading` and `writing` lend its connection; a failed `writing` changes nothing."""

    def reading(self) -> sqlite3.Connection:
        """Lend the connection for statements that change nothing."""

    def writing(self) -> sqlite3.Connection:
        """Lend the connection inside a transaction, to be ended by `commit` or `rollback`."""

    def commit(self) -> None:
        """Keep what was written."""

    def rollback(self) -> None:
        """Drop what was written, byte for byte."""

    def image(self) -> bytes:
        """Return the world as bytes."""

    def replace(self, image: bytes) -> None:
        """Become the world that `image` holds."""

    def rest(self) -> None:
        """Let go of what is open; the world stays as it is."""

    def size_bytes(self) -> int:
        """Return how large the world is."""


class Desk:
    """The places where worlds in memory lie open: at most `places` at a time, the longest unused makes room.

    A place is a connection of its own. Spreading another image over an open connection would be quicker still, but
    SQLite then runs the statements it prepared for the old one against freed schema (seen with 3.40 and 3.45).
    """

    def __init__(self, world_bytes: int, places: int = 128) -> None:
        self._world_bytes, self._places = world_bytes, places
        self._open: OrderedDict[ImageStore, sqlite3.Connection] = OrderedDict()

    def lend(self, store: ImageStore, image: bytes | None) -> sqlite3.Connection:
        """Return the connection on which a world lies open, spreading out its image first if it does not."""
        connection = self._open.get(store)
        if connection is not None:
            self._open.move_to_end(store)
            return connection
        assert image is not None, "a world rests as an image or lies open"
        if len(self._open) >= self._places:
            next(iter(self._open)).rest()
        connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.deserialize(image)
        _prepare(connection)
        connection.execute(f"PRAGMA max_page_count = {self._world_bytes // _PAGE_SIZE_BYTES}")
        self._open[store] = connection
        return connection

    def clear(self, store: ImageStore) -> None:
        """Close a world's place, if it has one."""
        connection = self._open.pop(store, None)
        if connection is not None:
            connection.close()


class ImageStore:
    """A world in memory: bytes at rest, shared with every equal world, and spread out on the desk while it is busy."""

    def __init__(self, desk: Desk, image: bytes) -> None:
        self._desk = desk
        self._image: bytes | None = image

    def reading(self) -> sqlite3.Connection:
        """Lend the connection for statements that change nothing."""
        return self._desk.lend(self, self._image)

    def writing(self) -> sqlite3.Connection:
        """Lend the connection inside a transaction."""
        connection = self._desk.lend(self, self._image)
        connection.execute("BEGIN")
        return connection

    def commit(self) -> None:
        """Keep what was written; the image is taken again when somebody asks for it."""
        self._desk.lend(self, self._image).execute("COMMIT")
        self._image = None

    def rollback(self) -> None:
        """Drop what was written, byte for byte."""
        connection = self._desk.lend(self, self._image)
        if connection.in_transaction:
            connection.execute("ROLLBACK")

    def image(self) -> bytes:
        """Return the world as bytes; the same object until something is written."""
        if self._image is None:
            self._image = self._desk.lend(self, None).serialize()
        return self._image

    def replace(self, image: bytes) -> None:
        """Become the world that `image` holds."""
        self._desk.clear(self)
        self._image = image

    def rest(self) -> None:
        """Leave the desk: be bytes only."""
        self.image()
        self._desk.clear(self)

    def size_bytes(self) -> int:
        """Return how large the world is."""
        if self._image is not None:
            return len(self._image)
        pages: int = self._desk.lend(self, None).execute("PRAGMA page_count").fetchone()[0]
        return pages * _PAGE_SIZE_BYTES


class FileStore:
    """A durable world: an SQLite file in WAL mode owned by this process.

    A committed call survives the end of the process, also by kill -9; a power cut may cost the newest commits
    (synchronous = NORMAL) but never the file.
    """

    def __init__(self, path: Path, template: bytes) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = self._open(template)
        except sqlite3.Error as error:
            raise StoreError(
                f"{path}: cannot be used as a world ({error}); is another process serving it? "
                "Stop that process, or choose another folder."
            ) from error

    def _open(self, template: bytes) -> sqlite3.Connection:
        if not self._path.exists():
            fresh = self._path.with_suffix(".new")
            fresh.write_bytes(template)
            fresh.replace(self._path)
        connection = sqlite3.connect(self._path, isolation_level=None, cached_statements=512, timeout=1.0)
        for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = NORMAL"):
            connection.execute(f"PRAGMA {pragma}")
        _prepare(connection)
        return connection

    def reading(self) -> sqlite3.Connection:
        """Lend the connection for statements that change nothing."""
        return self._connection

    def writing(self) -> sqlite3.Connection:
        """Lend the connection inside a transaction."""
        self._connection.execute("BEGIN IMMEDIATE")
        return self._connection

    def commit(self) -> None:
        """Keep what was written."""
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        """Drop what was written."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def image(self) -> bytes:
        """Return the world as bytes."""
        # A copy in memory is in delete mode, which `deserialize` needs; the file itself is in WAL mode.
        copy = sqlite3.connect(":memory:", isolation_level=None)
        try:
            self._connection.backup(copy)
            return plain(copy.serialize())
        finally:
            copy.close()

    def replace(self, image: bytes) -> None:
        """Become the world that `image` holds."""
        _copy(image, self._connection)

    def rest(self) -> None:
        """Fold the journal into the file and let it go."""
        self._connection.close()

    def size_bytes(self) -> int:
        """Return how large the file is, its journal apart."""
        return self._path.stat().st_size


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    # SQLite's own lower() knows ASCII only.
    connection.create_function("lowered", 1, lambda text: text if text is None else text.lower(), deterministic=True)


def _copy(image: bytes, target: sqlite3.Connection) -> None:
    source = sqlite3.connect(":memory:")
    try:
        source.deserialize(image)
        source.backup(target)
    finally:
        source.close()


def plain(image: bytes) -> bytes:
    """Mark an image as being in delete mode (bytes 18 and 19 of the header): WAL images cannot be deserialised."""
    return image[:18] + b"\x01\x01" + image[20:]


def build_image(schema: str, rows: Iterable[tuple[str, Mapping[str, object]]], facts: Mapping[str, Value]) -> bytes:
    """Make the image of a new world: `schema` plus the kit's table, `rows` as (table, row), and the world's `facts`.

    Raises StoreError naming the row that the schema refuses.
    """
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.execute(f"PRAGMA page_size = {_PAGE_SIZE_BYTES}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.executescript(schema + "\n" + _KIT_SCHEMA)
        connection.execute("BEGIN")
        for number, (table, row) in enumerate(rows, 1):
            _insert_seed(connection, number, table, row)
        for key, value in facts.items():
            set_fact(connection, key, value)
        connection.execute("COMMIT")
        return connection.serialize()
    except sqlite3.Error as error:
        raise StoreError(f"the schema cannot be made: {error}") from error
    finally:
        connection.close()


def _insert_seed(connection: sqlite3.Connection, number: int, table: str, row: Mapping[str, object]) -> None:
    try:
        insert(connection, table, {name: to_value(value) for name, value in row.items()})
    except (sqlite3.Error, TakenError) as error:
        raise StoreError(f"seed row {number} ({table} {row.get('id')}) does not fit the schema: {error}") from error


def columns_of(connection: sqlite3.Connection) -> Mapping[str, tuple[str, ...]]:
    """Return the columns of every table, tables by name, columns in their order.

    Worlds of one environment share their schema, so it is looked into once for all of them.
    """
    schema = tuple(connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name"))
    known = _COLUMNS.get(schema)
    if known is None:
        if len(_COLUMNS) >= _SCHEMAS:
            _COLUMNS.clear()
        known = _COLUMNS[schema] = {
            name: tuple(row[1] for row in connection.execute(f"PRAGMA table_info({quoted(name)})"))
            for name, _ in schema
        }
    return known


@contextmanager
def opened(image: bytes) -> Iterator[sqlite3.Connection]:
    """Open an image for a while."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.deserialize(image)
        connection.execute("SELECT count(*) FROM sqlite_schema")
        yield connection
    except sqlite3.DatabaseError as error:
        raise StoreError(f"the image is not a world of this environment: {error}") from error
    finally:
        connection.close()


def shape(image: bytes) -> Mapping[str, tuple[str, ...]]:
    """Return the columns of every table of an image; StoreError if it is no database."""
    with opened(image) as connection:
        return columns_of(connection)


def all_rows(image: bytes) -> dict[str, list[dict[str, Value]]]:
    """Return every row of every entity's table, in creation order."""
    with opened(image) as connection:
        return {
            table: [
                dict(zip(columns, row, strict=True))
                for row in connection.execute(f"SELECT * FROM {quoted(table)} ORDER BY rowid")
            ]
            for table, columns in columns_of(connection).items()
            if not table.startswith("_")
        }


def with_edits(image: bytes, edits: Iterable[tuple[str, str, Mapping[str, object]]]) -> bytes:
    """Return the image with columns of some rows changed, given as (table, id, values).

    Raises StoreError if a row is missing.
    """
    with opened(image) as connection:
        for table, row_id, values in edits:
            if not update(connection, table, row_id, {name: to_value(value) for name, value in values.items()}):
                raise StoreError(f"no {table} has id {row_id!r}, so it cannot be edited")
        return connection.serialize()


def with_facts(image: bytes, facts: Mapping[str, Value]) -> bytes:
    """Return the image with facts of the world (its seed, its clock) set."""
    with opened(image) as connection:
        for key, value in facts.items():
            set_fact(connection, key, value)
        return connection.serialize()
