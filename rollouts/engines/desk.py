"""The desk: language models are asked in one place for all workers of a run, by one budget, pace and cache."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack

from chat.client import Chat
from chat.errors import ChatError
from chat.messages import ChatRequest, Reply

Opening = Callable[[], AbstractAsyncContextManager[Mapping[str, Chat]]]
"""Opens the clients of the models, by the role that each plays; picklable."""

Asking = Callable[[str, ChatRequest], Awaitable[Reply | ChatError]]
"""Asks the model of a role; picklable. An error comes as a value, since what is raised elsewhere comes changed."""


class Desk:
    """Asks the models for everybody."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._chats: Mapping[str, Chat] = {}

    async def open(self, opening: Opening) -> None:
        """Open the clients."""
        self._chats = await self._stack.enter_async_context(opening())

    async def ask(self, role: str, request: ChatRequest) -> Reply | ChatError:
        """Ask the model of a role."""
        try:
            return await self._chats[role].ask(request)
        except ChatError as error:
            return error

    async def close(self) -> None:
        """Close the clients."""
        await self._stack.aclose()


class DeskChat:
    """A chat, as policies and users know it, whose requests are asked at a desk elsewhere."""

    def __init__(self, role: str, asking: Asking) -> None:
        self._role, self._asking = role, asking

    async def ask(self, request: ChatRequest) -> Reply:
        """Answer a request, or raise a ChatError."""
        answer = await self._asking(self._role, request)
        if isinstance(answer, ChatError):
            raise answer
        return answer
