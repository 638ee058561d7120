"""The client of OpenAI-compatible endpoints: bounded, retried, cached, and counted in tokens and money."""

from __future__ import annotations

import asyncio
import logging
import random
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol
from weakref import WeakValueDictionary

from openai import APIConnectionError, APIStatusError, AsyncOpenAI, OpenAI, OpenAIError

from chat.budget import Budget, estimate
from chat.cache import Cache
from chat.errors import ContextError, EndpointError, PatienceError
from chat.messages import ChatRequest, Reply
from chat.pace import Pace
from chat.wire import STEPS_DOWN, Length, Mode, body_of, reply_of

logger = logging.getLogger(__name__)

_RETRIED = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS})
_MISUNDERSTOOD = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY}
)
_FORM_WORDS = ("response_format", "json_schema", "json_object")
_OVERFLOW = re.compile(
    r"context[ _](?:length|window|size)|maximum context|(?:prompt|input)(?: is)? too long|too many (?:input )?tokens",
    re.IGNORECASE,
)
"""How endpoints say that a conversation has become too long: OpenAI, vLLM, llama.cpp, Anthropic and Gemini."""

_MOST_NAMED, _LISTING_S = 5, 20.0
_NO_KEY = "none"
"""Sent where no key is given: local endpoints ask for none, and the library for one."""


class Chat(Protocol):
    """Whatever answers requests: an endpoint, or a recording."""

    async def ask(self, request: ChatRequest) -> Reply:
        """Answer a request, or raise a ChatError."""
        ...


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is, and how much patience and how many calls at once it is given.

    A call has `attempts` of `timeout_s` each. The waits between them double from `first_wait_s`, with jitter, up to
    `longest_wait_s`, which also bounds the wait that an endpoint may ask for. `tokens_a_minute` bounds what is
    asked for, attempts included; None: no bound.
    """

    url: str
    key: str = ""
    timeout_s: float = 300.0
    attempts: int = 6
    first_wait_s: float = 1.0
    longest_wait_s: float = 60.0
    concurrency: int = 8
    tokens_a_minute: int | None = None


class _TransientError(Exception):
    """An attempt failed in a way that another may not; `wait_s` is what the endpoint asked to be given."""

    def __init__(self, reason: str, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


class ChatClient:
    """Asks one endpoint. It owns the budget and the cache it was given; `chance` draws the jitter of waits."""

    def __init__(
        self, library: AsyncOpenAI, endpoint: Endpoint, budget: Budget, cache: Cache, chance: random.Random
    ) -> None:
        self._library, self._endpoint, self._cache, self.budget = library, endpoint, cache, budget
        self._chance = chance
        self._places = asyncio.Semaphore(endpoint.concurrency)
        self._pace = Pace(endpoint.tokens_a_minute)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._mode: Mode = "json_schema"
        self._length: Length = "max_tokens"

    @classmethod
    @asynccontextmanager
    async def open(
        cls, endpoint: Endpoint, *, budget: Budget, cache: Cache, chance: random.Random
    ) -> AsyncIterator[ChatClient]:
        """Open a client; its connections are closed at the end of the block."""
        async with AsyncOpenAI(
            api_key=endpoint.key or _NO_KEY, base_url=endpoint.url, timeout=endpoint.timeout_s, max_retries=0
        ) as library:
            yield cls(library, endpoint, budget, cache, chance)

    async def ask(self, request: ChatRequest) -> Reply:
        """Answer a request from the cache, or else from the endpoint.

        Raises BudgetError before a call that could exceed the budget, ContextError if the conversation is too long for
        the model, EndpointError if the endpoint refuses for good, PatienceError if it fails at every attempt.
        """
        digest = request.digest
        async with self._turns.setdefault(digest, asyncio.Lock()):
            known = self._cache.find(digest)
            if known is not None:
                return known
            async with self._places:
                with self.budget.held(request):
                    reply = await self._attempts(request)
                    reply = reply.model_copy(update={"micros": self.budget.spend(reply.usage)})
                await asyncio.to_thread(self._cache.keep, reply)  # it waits for the disk
        return reply

    async def _attempts(self, request: ChatRequest) -> Reply:
        reason = ""
        for attempt in range(self._endpoint.attempts):
            try:
                return await self._attempt_in_some_mode(request)
            except _TransientError as error:
                reason = str(error)
                if attempt + 1 < self._endpoint.attempts:
                    wait_s = self._wait_s(attempt, error.wait_s)
                    logger.info("%s; asking again in %.1f s", reason, wait_s)
                    await asyncio.sleep(wait_s)
        raise PatienceError(
            f"{self._endpoint.url}: no answer in {self._endpoint.attempts} attempts; the last one: {reason}; "
            "answers so far are kept, try again later"
        )

    def _wait_s(self, attempt: int, asked_s: float | None) -> float:
        doubled_s: float = self._endpoint.first_wait_s * 2**attempt * self._chance.uniform(0.5, 1.0)
        return min(max(doubled_s, asked_s or 0.0), self._endpoint.longest_wait_s)

    async def _attempt_in_some_mode(self, request: ChatRequest) -> Reply:
        """Ask in the words and for the form that the endpoint knows, and remember which."""
        while True:
            mode, length = self._mode, self._length
            try:
                return await self._attempt(request, mode, length)
            except APIStatusError as error:
                if request.form is not None and mode in STEPS_DOWN and _is_about(error, *_FORM_WORDS):
                    logger.info("%s knows no %s; going on with less", self._endpoint.url, mode)
                    self._mode = STEPS_DOWN[mode]
                elif length == "max_tokens" and _is_about(error, "max_completion_tokens"):
                    self._length = "max_completion_tokens"
                else:
                    raise _refusal(self._endpoint.url, error) from error

    async def _attempt(self, request: ChatRequest, mode: Mode, length: Length) -> Reply:
        await self._pace.wait(estimate(request).tokens)
        body, begun = body_of(request, mode, length), time.monotonic()
        try:
            async with asyncio.timeout(self._endpoint.timeout_s):  # the library's own bounds each read, not the whole
                # As the extra body it is sent as it stands; otherwise the library walks through every message by type.
                raw = await self._library.chat.completions.with_raw_response.create(
                    model=request.model, messages=[], extra_body=body
                )
        except (TimeoutError, APIConnectionError) as error:
            lost = "no answer in time" if isinstance(error, TimeoutError) else str(error).rstrip(".")
            raise _TransientError(f"{lost} ({self._endpoint.timeout_s:g} s allowed)") from error
        except APIStatusError as error:
            if _is_transient(error):
                raise _TransientError(f"status {error.status_code}", _asked_wait_s(error)) from error
            raise
        except OpenAIError as error:
            raise EndpointError(f"{self._endpoint.url}: the request could not be made: {error}") from error
        return reply_of(raw.content, request, time.monotonic() - begun)


def only_model(url: str, key: str = "") -> str:
    """Return the name of the one model that an endpoint lists, as vLLM, SGLang and llama.cpp do (`GET /models`).

    Raises EndpointError if it lists none or several, or does not say.
    """
    try:
        with OpenAI(api_key=key or _NO_KEY, base_url=url, timeout=_LISTING_S) as library:
            names = sorted(model.id for model in library.models.list())
    except OpenAIError as error:
        reason = str(error).rstrip(".")
        raise EndpointError(f"{url}: which model it serves could not be asked: {reason}; give its name, too") from error
    if len(names) != 1:
        several = ", ".join(names[:_MOST_NAMED]) + (", ..." if len(names) > _MOST_NAMED else "")
        raise EndpointError(f"{url}: expected one model, it lists {len(names)} ({several or 'none'}); give the name")
    return names[0]


def _is_transient(error: APIStatusError) -> bool:
    is_broke = error.code == "insufficient_quota"  # comes as 429, but no wait will mend it
    return not is_broke and (error.status_code in _RETRIED or error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR)


def _asked_wait_s(error: APIStatusError) -> float | None:
    asked = error.response.headers.get("retry-after", "")
    return float(asked) if asked.replace(".", "", 1).isdecimal() else None


def _is_about(error: APIStatusError, *words: str) -> bool:
    return error.status_code in _MISUNDERSTOOD and any(word in str(error) for word in words)


def _refusal(url: str, error: APIStatusError) -> EndpointError:
    is_overflow = error.status_code in _MISUNDERSTOOD and _OVERFLOW.search(f"{error.code} {error}")
    if is_overflow:
        return ContextError(f"{url}: the conversation has outgrown the model's context window: {error.message}")
    advice = {401: "; check ENVFARM_MODEL_KEY", 404: "; check the URL and the model's name"}.get(error.status_code, "")
    return EndpointError(f"{url}: refused with status {error.status_code}: {error.message}{advice}")
