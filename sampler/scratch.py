"""Scratch worlds: forks of a session to try calls in, made anew once a call has changed them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from envkit.calls import Json, JsonObject, ToolCall
from envkit.manifest import Manifest
from envkit.snapshot import Diff
from farm.session import Session
from sampler.ground import is_telling
from sampler.state import WorldState, read_states
from sampler.task import StepRecord


class SpentError(Exception):
    """Tells that the calls one may make are used up."""


@dataclass(slots=True)
class Allowance:
    """How many calls may still be made."""

    calls: int

    def spend(self) -> None:
        """Take one; SpentError if there is none left."""
        if self.calls <= 0:
            raise SpentError
        self.calls -= 1


class Scratch:
    """A fork of `parent` for calls that must leave no trace; an async context manager."""

    def __init__(self, parent: Session, manifests: Mapping[str, Manifest], allowance: Allowance) -> None:
        self._parent = parent
        self._allowance = allowance
        self._writers = {
            (slug, tool.name) for slug, manifest in manifests.items() for tool in manifest.tools if tool.writes
        }
        self._manifests = manifests
        self._session: Session | None = None
        self._is_changed = False
        self._changes: Mapping[str, Diff] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._drop()

    async def call(self, environment: str, tool: str, arguments: JsonObject) -> StepRecord:
        """Call a tool; SpentError if the allowance is used up."""
        self._allowance.spend()
        self._session = self._session or await self._parent.fork()
        observation = await self._session.call(ToolCall(environment, tool, arguments))
        writes = (environment, tool) in self._writers and not observation.is_refused
        self._is_changed |= writes
        # a record checked by pydantic costs a good part of the call, and this one has not left our hands
        return StepRecord.model_construct(
            environment=environment,
            tool=tool,
            arguments=arguments,
            content=observation.content,
            code=observation.code,
            writes=writes,
        )

    async def is_telling(self, step: StepRecord) -> bool:
        """Say whether the last call came to anything: a read showed something, a write changed more than stamps do."""
        if step.code is not None or not step.writes:
            return step.code is None and _shows_something(step.content)
        assert self._session is not None, "a call was made"
        before, self._changes = self._changes, await self._session.diff()
        now = self._changes[step.environment]
        return now != before.get(step.environment) and is_telling(now, self._manifests[step.environment])

    async def advance(self, seconds: int) -> None:
        """Let time pass."""
        self._session = self._session or await self._parent.fork()
        self._is_changed = True
        await self._session.advance(seconds)

    async def start_over(self) -> None:
        """Stand in a world like the parent's again."""
        if self._is_changed:
            await self._drop()

    async def states(self) -> Mapping[str, WorldState]:
        """Read the worlds as they stand now."""
        self._session = self._session or await self._parent.fork()
        return await read_states(self._session, self._manifests)

    async def onward(self) -> Scratch:
        """Return a scratch that starts where this one stands now."""
        self._session = self._session or await self._parent.fork()
        return Scratch(self._session, self._manifests, self._allowance)

    async def _drop(self) -> None:
        session, self._session, self._is_changed, self._changes = self._session, None, False, {}
        if session is not None:
            await session.close()


def _shows_something(content: Json) -> bool:
    """Say whether a result holds any row if it may hold some, else any value."""
    if not isinstance(content, Mapping):
        return bool(content)
    rows = [value for value in content.values() if isinstance(value, list)]
    return any(rows or content.values())
