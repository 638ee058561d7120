"""Scratch worlds: forks of a session to try calls in, made anew once a call has changed them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from envkit.calls import JsonObject, ToolCall
from envkit.manifest import Manifest
from farm.session import Session
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

    async def advance(self, seconds: int) -> None:
        """Let time pass."""
        self._session = self._session or await self._parent.fork()
        self._is_changed = True
        await self._session.advance(seconds)

    async def start_over(self) -> None:
        """Stand in a world like the parent's again."""
        if self._is_changed:
            await self._drop()

    async def onward(self) -> Scratch:
        """Return a scratch that starts where this one stands now."""
        self._session = self._session or await self._parent.fork()
        return Scratch(self._session, self._manifests, self._allowance)

    async def _drop(self) -> None:
        session, self._session, self._is_changed = self._session, None, False
        if session is not None:
            await session.close()
