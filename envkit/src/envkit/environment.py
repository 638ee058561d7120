"""An environment: its tools, its schema and its seed, and what one call does to a world at rest."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import orjson
from pydantic import ValidationError

from envkit.calls import Json, JsonObject
from envkit.cast import CAST_FILE, Cast, cast_of
from envkit.contents import Contents, Ground
from envkit.errors import INTERNAL, INVALID_ARGUMENT, STORAGE_FULL, Refusal
from envkit.manifest import Manifest, read_manifest
from envkit.rows import Row
from envkit.seed import seed_rows
from envkit.snapshot import Diff, diff
from envkit.still import StillWorld
from envkit.store import Store, StoreError, all_rows, build_image, with_edits, with_facts
from envkit.tables import Value, broken_references
from envkit.tool import Body, Tool
from envkit.world import World

logger = logging.getLogger(__name__)

BodyT = TypeVar("BodyT", bound=Body)
Invariant = Callable[[World], bool]
Conserved = Callable[[World], int]
InvariantT = TypeVar("InvariantT", bound=Invariant)
ConservedT = TypeVar("ConservedT", bound=Conserved)

_SEEDS_KEPT = 8
"""Of how many seeds the beginning is kept, those used last: who samples comes back to none, who plays does at once."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call gave: the result as JSON bytes, or the refusal's code and sentence.

    `retry_after_calls`: how many more calls will be refused, if that is why.
    """

    body: bytes = b""
    code: str = ""
    sentence: str = ""
    retry_after_calls: int | None = None


@dataclass(frozen=True, slots=True)
class Soundness:
    """What must always hold in a world: invariants by name, conserved values, broken references as sentences."""

    holds: Mapping[str, bool]
    conserved: Mapping[str, int]
    foreign_keys: Sequence[str]


class Environment:
    """The tools and the beginning of one kind of world.

    `Environment(__file__)` finds manifest.json, schema.sql and seed.jsonl beside the server's file.
    """

    def __init__(self, server_file: str) -> None:
        self.folder = Path(server_file).resolve().parent
        self.manifest: Manifest = read_manifest(self.folder)
        self.tools: dict[str, Tool] = {}
        self._invariants: dict[str, Invariant] = {}
        self._conserved: dict[str, Conserved] = {}
        self._templates: OrderedDict[int, bytes] = OrderedDict()

    @property
    def slug(self) -> str:
        """The environment's name in paths."""
        return self.manifest.slug

    def tool(
        self,
        *,
        reads: Sequence[type[Row]] = (),
        writes: Sequence[type[Row]] = (),
        destructive: bool = False,
        idempotent: bool = False,
        advances: bool = False,
        title: str = "",
    ) -> Callable[[BodyT], BodyT]:
        """Offer a function as a tool; without `writes` (and unless it `advances` the clock) it is read-only."""

        def offer(body: BodyT) -> BodyT:
            name = body.__name__
            shown = title or name.replace("_", " ").capitalize()
            sentence = " ".join((body.__doc__ or "").split())
            self.tools[name] = Tool(
                name, shown, sentence, body, tuple(reads), tuple(writes), destructive, idempotent, advances
            )
            return body

        return offer

    def invariant(self, function: InvariantT) -> InvariantT:
        """Declare what holds in every world of this environment, before and after every call."""
        self._invariants[function.__name__] = function
        return function

    def conserved(self, function: ConservedT) -> ConservedT:
        """Declare a value that no call changes."""
        self._conserved[function.__name__] = function
        return function

    @cached_property
    def version_digest(self) -> str:
        """What tells worlds of this environment from those of another version: 8 hex digits of its files."""
        digest = hashlib.sha256()
        for name in ("schema.sql", "seed.jsonl", CAST_FILE):
            digest.update((self.folder / name).read_bytes() if (self.folder / name).is_file() else b"")
        return digest.hexdigest()[:8]

    def template(self, seed: int) -> bytes:
        """Return the image every world of that seed begins with."""
        if seed not in self._templates:
            self._templates[seed] = self._begun(seed) if seed else self._origin
            if len(self._templates) > _SEEDS_KEPT:
                self._templates.popitem(last=False)
        self._templates.move_to_end(seed)
        return self._templates[seed]

    def _begun(self, seed: int) -> bytes:
        image = with_facts(self._origin, {"seed": seed})
        return image if self.cast is None else with_edits(image, self.cast.edits(seed))

    @cached_property
    def cast(self) -> Cast | None:
        """What people and things are called in worlds of other seeds, None if they have the same names in all."""
        try:
            return cast_of(self.folder, self.manifest)
        except ValidationError as error:
            raise StoreError(f"{self.folder / CAST_FILE}: {error}") from error

    @cached_property
    def _origin(self) -> bytes:
        schema = (self.folder / "schema.sql").read_text("utf-8")
        facts: dict[str, Value] = {"seed": 0, "now": self.manifest.clock.start, "ticks": 0}
        try:
            return build_image(schema, seed_rows(self.folder), facts)
        except StoreError as error:
            raise StoreError(f"{self.folder}: {error}") from error

    @cached_property
    def _ground(self) -> Ground:
        return Ground(self._origin)

    def call(self, store: Store, name: str, arguments: JsonObject, page_rows: int | None = None) -> Answer:
        """Call a tool on a world at rest; the world changes only if the answer is a result. KeyError: no such tool.

        `page_rows` is how many rows a page has at most, whatever is asked for.
        """
        tool = self.tools[name]
        try:
            typed = tool.check(arguments)
            if tool.is_read_only:
                return Answer(tool.run(World(store.reading(), page_rows=page_rows), typed))
            return Answer(self._write(store, tool, typed, page_rows))
        except Refusal as refusal:
            return Answer(code=refusal.code, sentence=refusal.sentence)
        except OverflowError:
            return Answer(code=INVALID_ARGUMENT, sentence="A number is out of range; use one within 64 bits.")
        except Exception as error:  # a tool's bug must reach neither the caller nor the other worlds
            if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                return Answer(code=STORAGE_FULL, sentence="The world is at its size limit; delete something first.")
            logger.exception("%s.%s failed on %s", self.slug, name, arguments)
            return Answer(code=INTERNAL, sentence="The tool failed; nothing was changed.")

    def _write(self, store: Store, tool: Tool, arguments: dict[str, object], page_rows: int | None) -> bytes:
        try:
            world = World(store.writing(), is_writable=True, page_rows=page_rows)
            body = tool.run(world, arguments)
            world.tick(self.manifest.clock.tick_s)
            store.commit()
        except BaseException:
            store.rollback()
            raise
        return body

    def advance(self, store: Store, seconds: int) -> str:
        """Let time pass in a world, from outside; return its new time."""
        try:
            world = World(store.writing(), is_writable=True)
            world.tick(seconds)
            store.commit()
        except BaseException:
            store.rollback()
            raise
        return self.now(store)

    def now(self, store: Store) -> str:
        """Return a world's time as tools show it."""
        return World(store.reading()).now_on_wire

    def soundness(self, store: Store) -> Soundness:
        """Judge a world by the environment's invariants, conserved values and references."""
        connection = store.reading()
        world = StillWorld(connection)
        return Soundness(
            {name: bool(holds(world)) for name, holds in self._invariants.items()},
            {name: value(world) for name, value in self._conserved.items()},
            broken_references(connection),
        )

    def contents(self, store: Store) -> Contents:
        """Return what a world of this environment holds."""
        return self._ground.contents(store.image(), store.reading)

    def changes(self, before: bytes, after: Contents) -> Diff:
        """Compare a world of this environment with what it was before."""
        return diff(self._ground.resting(before), after, self.decode)

    def diff(self, before: bytes, after: bytes) -> Diff:
        """Compare two worlds of this environment."""
        return self.changes(before, self._ground.resting(after))

    def state(self, image: bytes) -> dict[str, list[dict[str, Json]]]:
        """Return every row of a world by entity, in creation order, as JSON."""
        shown: dict[str, list[dict[str, Json]]] = {}
        for table, rows in all_rows(image).items():
            odd = [column for named, column in self._kinds if named == table]
            shown[table] = [
                {**row, **{column: self.decode(table, column, row[column]) for column in odd}} for row in rows
            ]
        return shown

    def decode(self, table: str, column: str, value: Value) -> Json:
        """Write a stored value as the tools show it."""
        kind = self._kinds.get((table, column))
        if value is None or kind is None:
            assert not isinstance(value, bytes)
            return value
        assert isinstance(value, (int, str))
        decoded: Json = bool(value) if kind == "bool" else orjson.loads(str(value))
        return decoded

    @cached_property
    def _kinds(self) -> Mapping[tuple[str, str], str]:
        return dict(_decoded_columns(self.manifest))


def _decoded_columns(manifest: Manifest) -> Iterable[tuple[tuple[str, str], str]]:
    for entity in manifest.entities:
        for field in entity.fields:
            if field.type in ("bool", "list"):
                yield (entity.name, field.name), field.type
