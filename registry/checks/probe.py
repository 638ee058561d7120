"""A probe: one episode of the environment under test that remembers how its world came to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from envkit.calls import Json, JsonObject, Observation, ToolCall
from envkit.snapshot import Diff, compare
from farm.control import Soundness
from farm.session import Session
from registry.case import Edit
from registry.report import Evidence, Finding, ReplayCall

Rows = Mapping[str, Mapping[str, JsonObject]]
"""Rows by entity and id, in creation order."""


@dataclass(frozen=True, slots=True)
class State:
    """A world at one moment: its time on the wire and all its rows."""

    now: str
    rows: Rows

    def ids(self, entity: str) -> tuple[str, ...]:
        """Return the ids of an entity's rows in creation order."""
        return tuple(self.rows.get(entity, {}))

    def edited(self, edits: Sequence[Edit]) -> State:
        """Return the state with stored values changed."""
        rows = {entity: dict(stored) for entity, stored in self.rows.items()}
        for edit in edits:
            rows[edit.entity][edit.id] = {**rows[edit.entity][edit.id], **edit.set}
        return State(self.now, rows)


@dataclass(frozen=True, slots=True)
class Trail:
    """How a world came to be: its seed, the edits made to it, and the calls since."""

    seed: int = 0
    edits: tuple[Edit, ...] = ()
    calls: tuple[ToolCall, ...] = ()

    def then(self, call: ToolCall) -> Trail:
        """Return the trail one call further."""
        return Trail(self.seed, self.edits, (*self.calls, call))

    def evidence(self, expected: Json, actual: Json) -> Evidence:
        """Write the trail as evidence whose last call should answer `expected` but answered `actual`."""
        calls = tuple(ReplayCall(tool=call.tool, arguments=call.arguments) for call in self.calls)
        return Evidence(seed=self.seed, edits=self.edits, calls=calls, expected=expected, actual=actual)

    def finding(self, check: str, tool: str, sentence: str, *, expected: Json = None, actual: Json = None) -> Finding:
        """Make a finding about `tool` with this trail as its evidence."""
        return Finding(check=check, tool=tool, sentence=sentence, evidence=self.evidence(expected, actual))


@dataclass(frozen=True, slots=True)
class Mark:
    """A place to return to: a stored snapshot and the trail that led there."""

    snapshot: str
    trail: Trail


class Probe:
    """Plays calls on a private world of one environment; `calls` counts them."""

    def __init__(self, session: Session, slug: str, seed: int) -> None:
        self.trail = Trail(seed)
        self.calls = 0
        self._session, self._slug, self._seed = session, slug, seed

    @property
    def url(self) -> str:
        """The MCP endpoint of the world."""
        return self._session.urls[self._slug]

    async def call(self, tool: str, arguments: JsonObject) -> Observation:
        """Call a tool over MCP."""
        call = ToolCall(self._slug, tool, arguments)
        self.trail = self.trail.then(call)
        self.calls += 1
        return await self._session.call(call)

    async def play(self, calls: Sequence[ToolCall]) -> tuple[Observation, ...]:
        """Make several calls in their order."""
        return tuple([await self.call(call.tool, call.arguments) for call in calls])

    async def state(self) -> State:
        """Return the world as it stands."""
        said = (await self._session.state())[self._slug]
        return read_state(said)

    async def digest(self) -> str:
        """Return the digest of the world's content, its clock and counters included."""
        return (await self._session.digest())[self._slug]

    async def soundness(self) -> Soundness:
        """Have the environment judge the world by its invariants."""
        return (await self._session.invariants())[self._slug]

    async def reset(self) -> None:
        """Return to the fresh world."""
        await self._session.reset()
        self.trail = Trail(self._seed)

    async def mark(self) -> Mark:
        """Keep the world as it stands, to return to."""
        return Mark((await self._session.snapshot())[self._slug], self.trail)

    async def back(self, mark: Mark) -> None:
        """Return to a mark."""
        await self._session.restore({self._slug: mark.snapshot})
        self.trail = mark.trail


def read_state(said: JsonObject) -> State:
    """Read what the control route `state` answers."""
    entities = said["entities"]
    assert isinstance(entities, Mapping)
    return State(str(said["now"]), {name: _by_id(rows) for name, rows in entities.items()})


def change(before: State, after: State) -> Diff:
    """Return what changed between two states of one world."""
    return compare(before.rows, after.rows)


def _by_id(rows: Json) -> dict[str, JsonObject]:
    assert isinstance(rows, list)
    return {str(row["id"]): row for row in rows}
