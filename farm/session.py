"""Sessions: one episode over one or several environments, and a line to the world it has in each."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from types import TracebackType
from typing import Self

from envkit.calls import JsonObject, Observation, ToolCall
from envkit.realism import Realism
from envkit.snapshot import Diff
from farm.control import Control, Opened, Soundness, Standing, close_all, open_all
from farm.errors import AnswerLostError, UnknownNameError
from farm.line import Line, Lines
from farm.link import Tool

TRIES = 3
"""How often a call is sent whose answer gets lost."""

Since = str | Mapping[str, str]
"""`start`, or stored snapshots by environment."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What the sessions of one farm share: the lines to it, listings by environment, and the sessions themselves.

    `timeout_s` bounds a call that says nothing else.
    """

    control: Control
    lines: Lines
    listings: dict[str, tuple[Tool, ...]]
    sessions: set[Session]
    timeout_s: float


class Session:
    """A caller's handle on one episode: a private world in each of its environments.

    Calls may come from any task; the worlds are closed with the session.
    """

    def __init__(self, worlds: Sequence[Opened], shared: Shared) -> None:
        self.worlds: Mapping[str, Opened] = {world.environment: world for world in worlds}
        self._shared = shared
        self._control = shared.control
        self._lines: dict[str, Line] = {}
        self._is_closed = False
        self._name = secrets.token_hex(8)
        self._numbers = count()
        shared.sessions.add(self)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def environments(self) -> tuple[str, ...]:
        """The environments of this episode, in the order they were asked for."""
        return tuple(self.worlds)

    @property
    def urls(self) -> Mapping[str, str]:
        """The MCP endpoint of each environment's world: any MCP client may speak to it."""
        return {name: world.url for name, world in self.worlds.items()}

    async def tools(self) -> Mapping[str, tuple[Tool, ...]]:
        """List the tools of each environment; asked once for each environment of a farm."""
        for name in self.worlds:
            if name not in self._shared.listings:
                self._shared.listings[name] = await self._line(name).tools()
        return {name: self._shared.listings[name] for name in self.worlds}

    async def call(self, call: ToolCall, *, timeout_s: float | None = None) -> Observation:
        """Call a tool of one of the environments; a refusal is an observation, transport trouble a FarmError.

        A call whose answer got lost is sent again, up to TRIES times in all and within `timeout_s`; its key lets the
        world execute it once. Raises AnswerLostError if no answer ever came.
        """
        key, limit_s = f"{self._name}-{next(self._numbers)}", self._shared.timeout_s if timeout_s is None else timeout_s
        clock = asyncio.get_running_loop()
        ends = clock.time() + limit_s
        for left in reversed(range(TRIES)):
            line = self._line(call.environment)
            try:
                return await line.call(call.tool, call.arguments, key=key, timeout_s=limit_s)
            except AnswerLostError:
                limit_s = ends - clock.time()
                if not left or limit_s <= 0:
                    raise
        raise AssertionError("the last try returns or raises")

    async def diff(self, since: Since = "start") -> Mapping[str, Diff]:
        """Return what changed in each world since `start`, or since snapshots given by environment."""
        marks = self._marks(since)
        return {name: await self._control.diff(world, marks[name]) for name, world in self.worlds.items()}

    async def standing(self, since: Since = "start") -> Mapping[str, Standing]:
        """Return how each world stands: its time, its digest, and its diff as `diff` gives it."""
        marks = self._marks(since)
        return {name: await self._control.standing(world, marks[name]) for name, world in self.worlds.items()}

    async def conclude(self, since: Since = "start") -> Mapping[str, Standing]:
        """Close the session and return how each world stood at the end, as `standing` does; a request for each world.

        If that fails midway the session is still to be closed.
        """
        marks = self._marks(since)
        found = {name: await self._control.conclude(world, marks[name]) for name, world in self.worlds.items()}
        await self._hang_up()
        return found

    async def digest(self) -> Mapping[str, str]:
        """Return the digest of each world's content."""
        return {name: await self._control.digest(world) for name, world in self.worlds.items()}

    async def state(self) -> Mapping[str, JsonObject]:
        """Return each world as `{"now": ..., "entities": {name: [rows]}}`."""
        return {name: await self._control.state(world) for name, world in self.worlds.items()}

    async def invariants(self) -> Mapping[str, Soundness]:
        """Have each environment judge its world."""
        return {name: await self._control.soundness(world) for name, world in self.worlds.items()}

    async def snapshot(self) -> Mapping[str, str]:
        """Keep each world as it stands; the ids serve `restore`, `diff` and `Farm.open`."""
        return {name: await self._control.snapshot(world) for name, world in self.worlds.items()}

    async def restore(self, snapshots: Mapping[str, str]) -> None:
        """Put the worlds of the named environments to stored snapshots."""
        for name, snapshot in snapshots.items():
            await self._control.restore(self._world(name), snapshot)

    async def reset(self) -> None:
        """Put each world back to how it was opened."""
        for world in self.worlds.values():
            await self._control.reset(world)

    async def advance(self, seconds: int) -> Mapping[str, str]:
        """Let time pass in each world; return the new times in the wire form."""
        return {name: await self._control.advance(world, seconds) for name, world in self.worlds.items()}

    async def fork(self, realism: Realism | None = None) -> Session:
        """Open a second session whose worlds start as these stand now; in another profile, if one is given."""
        forks = [partial(self._control.fork, world, realism) for world in self.worlds.values()]
        return Session(await open_all(forks, self._control), self._shared)

    async def close(self) -> None:
        """Hang up and close the worlds; a farm that is gone already is no trouble here."""
        if self._is_closed:
            return
        await self._hang_up()
        await close_all(self.worlds.values(), self._control)

    async def _hang_up(self) -> None:
        self._is_closed = True
        self._shared.sessions.discard(self)
        for line in self._lines.values():
            await line.close()

    def _marks(self, since: Since) -> Mapping[str, str]:
        return dict.fromkeys(self.worlds, since) if isinstance(since, str) else since

    def _world(self, environment: str) -> Opened:
        if environment not in self.worlds:
            known = ", ".join(self.worlds)
            raise UnknownNameError(f"this session has no environment {environment!r}; it has {known}")
        return self.worlds[environment]

    def _line(self, environment: str) -> Line:
        url = self._world(environment).url
        line = self._lines.get(environment)
        if line is None or line.is_broken:
            line = self._lines[environment] = self._shared.lines.to(url)
        return line
