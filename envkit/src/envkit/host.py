"""Many environments in one process, as one ASGI application: MCP by path, the control plane beside it."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, MutableMapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from mcp.server.streamable_http_manager import StreamableHTTPASGIApp
from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from envkit.control import answer, control, problem
from envkit.episodes import DEFAULT, Capacity, EpisodeError
from envkit.hosted import EPISODE, Hosted, LoadError
from envkit.lane import Headers, Lane, stripped
from envkit.measures import Measures
from envkit.store import StoreError

logger = logging.getLogger(__name__)

_SWEEP_S = 5.0
_PUBLIC = frozenset({"/health", "/ready"})


class Host:
    """The ASGI application over some environments.

    A token, if there is one, guards everything but health, readiness and the MCP endpoints of episodes, whose ids
    nobody can guess.
    """

    def __init__(
        self,
        environments: Iterable[Hosted],
        capacity: Capacity,
        measures: Measures,
        security: TransportSecuritySettings,
        token: str | None = None,
    ) -> None:
        self.environments: Mapping[str, Hosted] = {hosted.manifest.slug: hosted for hosted in environments}
        self._capacity, self._measures, self._token = capacity, measures, token
        self._security = TransportSecurityMiddleware(security)
        self._managers = {slug: hosted.manager(security) for slug, hosted in self.environments.items()}
        accepts, limit = host_judge(security), capacity.limits.request_bytes
        self.request_bytes = limit
        self._lanes: Mapping[str, Lane] = {
            slug: Lane(self.environments[slug], StreamableHTTPASGIApp(manager), accepts, limit)
            for slug, manager in self._managers.items()
        }
        self._is_ready = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request, or run the lifespan."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    def answered(self, path: str, headers: Headers, body: bytes) -> bytes | None:
        """Answer a request that is a plain tool call, and return the body; None if it takes more than that, or time."""
        slug, parts = _split(path)
        episode_id, lane = _mcp_episode(parts), self._lanes.get(slug)
        if episode_id is None or lane is None:
            return None
        try:
            self._authorise(path, headers, episode_id)
            episode = self.environments[slug].episodes.get(episode_id)
        except (EpisodeError, LoadError, StoreError):
            return None
        if episode.weather is not None:
            return None
        name = lane.plain_name(stripped(headers))
        return None if name is None else lane.answered(episode, name, body)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep the MCP endpoints up and idle episodes swept."""
        async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
            for manager in self._managers.values():
                await stack.enter_async_context(manager.run())
            sweeper = group.create_task(self._sweep())
            self._is_ready = True
            try:
                yield
            finally:
                self._is_ready = False
                sweeper.cancel()
                for hosted in self.environments.values():
                    hosted.close()

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with self.running():
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_S)
            for hosted in self.environments.values():
                if hosted.is_used:
                    hosted.episodes.expire()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            slug, parts = _split(scope["path"])
            episode_id = _mcp_episode(parts)
            self._authorise(scope["path"], scope["headers"], episode_id)
            if episode_id is not None:
                hosted = self._hosted(slug)
                scope[EPISODE] = hosted.episodes.get(episode_id)
                await self._lanes[slug](scope, receive, send)
                return
            request = Request(scope, _bounded(receive, self._capacity.limits.request_bytes))
            response = await self._security.validate_request(request) or await self._beside(request, slug, parts)
        except EpisodeError as error:
            response = problem(error)
        except (LoadError, StoreError) as error:
            response = problem(EpisodeError(500, "not_loadable", f"{error}."))
        await response(scope, receive, send)

    async def _beside(self, request: Request, slug: str, parts: Sequence[str]) -> Response:
        if parts:
            return await control(self._hosted(slug), request, list(parts))
        match request.method, slug:
            case "GET", "":
                return answer({"environments": [_listed(hosted) for hosted in self.environments.values()]})
            case "GET", "health":
                return answer({"status": "ok"})
            case "GET", "ready":
                return answer({"ready": self._is_ready}, 200 if self._is_ready else 503)
            case "GET", "metrics":
                held = self._measures.exposition(self._capacity.episodes, self._capacity.held_bytes)
                return Response(held, media_type="text/plain; version=0.0.4")
        raise EpisodeError(404, "unknown_route", f"There is no {request.method} {request.url.path} here.")

    def _hosted(self, slug: str) -> Hosted:
        hosted = self.environments.get(slug)
        if hosted is None:
            served = ", ".join(self.environments)
            raise EpisodeError(
                404, "unknown_environment", f"There is no environment {slug!r} here; there are {served}."
            )
        return hosted

    def _authorise(self, path: str, headers: Headers, episode_id: str | None) -> None:
        if self._token is None or path in _PUBLIC or episode_id not in (None, DEFAULT):
            return
        given = dict(headers).get(b"authorization", b"")
        if not hmac.compare_digest(given, f"Bearer {self._token}".encode()):
            raise EpisodeError(
                401, "unauthorized", "This needs the header `Authorization: Bearer` with the host's token."
            )


def host_judge(security: TransportSecuritySettings) -> Callable[[bytes], bool]:
    """Return what accepts a Host header for certain; one it does not accept is left to the SDK to judge."""
    exact = frozenset(host.encode() for host in security.allowed_hosts if not host.endswith(":*"))
    any_port = tuple(host[:-1].encode() for host in security.allowed_hosts if host.endswith(":*"))

    def accepts(host: bytes) -> bool:
        return not security.enable_dns_rebinding_protection or host in exact or host.startswith(any_port)

    return accepts


def _split(path: str) -> tuple[str, list[str]]:
    slug, *parts = path.strip("/").split("/")
    return slug, parts


def _mcp_episode(parts: Sequence[str]) -> str | None:
    """Return the episode whose MCP endpoint the path is, or None if it is no MCP endpoint."""
    match parts:
        case ["mcp"]:
            return DEFAULT
        case ["episodes", episode_id, "mcp"]:
            return episode_id
    return None


def _listed(hosted: Hosted) -> dict[str, object]:
    manifest = hosted.manifest
    return {
        "slug": manifest.slug,
        "domain": manifest.domain,
        "title": manifest.title,
        "version": manifest.version,
        "tools": len(manifest.tools),
        "url": f"/{manifest.slug}/mcp",
    }


def _bounded(receive: Receive, limit_bytes: int) -> Receive:
    """Refuse (413) a body as soon as it grows beyond the limit."""
    seen = 0

    async def receive_some() -> Message:
        nonlocal seen
        message: MutableMapping[str, Any] = await receive()  # Any: ASGI messages are open
        seen += len(message.get("body", b""))
        if seen > limit_bytes:
            raise EpisodeError(413, "too_large", f"The body is larger than {limit_bytes} bytes; send less.")
        return message

    return receive_some
