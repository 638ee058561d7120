"""The control side of a farm over HTTP: open, inspect, fork, restore and close episodes."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal

import httpx2
import orjson

from envkit.calls import Json, JsonObject
from envkit.snapshot import Diff
from farm.errors import AnswerError, DeadlineError, EpisodeClosedError, FarmError, ServerGoneError, status_error

logger = logging.getLogger(__name__)

IDLE_S = 2.0
"""How long an unused connection is kept: less than the server's own 5 s, so that no call meets a closing one."""

CONNECTIONS = 64
"""How many requests are in flight at once: with 512 the pool's own bookkeeping doubles the CPU of a call."""


@dataclass(frozen=True, slots=True)
class Hosted:
    """An environment that a farm hosts."""

    slug: str
    domain: str
    title: str
    version: int
    tools: int


@dataclass(frozen=True, slots=True)
class Held:
    """What a farm holds: open episodes, and the bytes of their worlds and snapshots together."""

    episodes: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A world opened for an episode. `url` is its MCP endpoint, whole."""

    episode: str
    environment: str
    url: str
    seed: int


@dataclass(frozen=True, slots=True)
class Soundness:
    """Whether a world is as it must be: invariants by name, conserved values, broken references as sentences."""

    holds: Mapping[str, bool]
    conserved: Mapping[str, int]
    foreign_keys: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether every invariant holds and no reference is broken."""
        return all(self.holds.values()) and not self.foreign_keys


def shared_http(token: str | None) -> httpx2.AsyncClient:
    """Make the one HTTP client that a farm's control calls and MCP links share; complaints arrive as FarmError.

    An SSL context costs 20 ms to build and would otherwise be built for each link.
    """
    return httpx2.AsyncClient(
        headers={"authorization": f"Bearer {token}"} if token else {},
        verify=ssl.create_default_context(),
        timeout=None,  # every call has its own deadline, over all its parts
        limits=httpx2.Limits(
            max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS, keepalive_expiry=IDLE_S
        ),
        event_hooks={"response": [_raise_complaint]},
        trust_env=False,  # a proxy from the environment would swallow calls to 127.0.0.1
    )


class Control:
    """Speaks a farm's control routes; `episode` is the id inside the environment, or `default`."""

    def __init__(self, http: httpx2.AsyncClient, url: str, *, timeout_s: float) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._timeout_s = timeout_s

    async def environments(self) -> tuple[Hosted, ...]:
        """List what the farm hosts."""
        listing = await self._json("GET", "/")
        return tuple(
            Hosted(each["slug"], each["domain"], each["title"], each["version"], each["tools"])
            for each in listing["environments"]
        )

    async def held(self) -> Held:
        """Return what the farm holds now, from its metrics."""
        text = (await self._send("GET", "/metrics")).text
        return Held(*(int(float(_figure(text, name))) for name in ("envkit_episodes_held", "envkit_held_bytes")))

    async def open(self, environment: str, *, seed: int, snapshot: str | None, ttl_s: float | None) -> Opened:
        """Open a world at its seed, or from a stored snapshot."""
        body = {"seed": seed, "snapshot": snapshot, "ttl_s": ttl_s}
        return self._opened(await self._json("POST", f"/{environment}/episodes", {**body}))

    async def fork(self, world: Opened) -> Opened:
        """Open a second world that starts as this one stands now."""
        return self._opened(await self._json("POST", self._path(world, "fork"), {}))

    async def close(self, world: Opened) -> None:
        """Close an episode's world."""
        await self._send("DELETE", self._path(world))

    async def reset(self, world: Opened) -> None:
        """Put a world back to how it was opened."""
        await self._json("POST", self._path(world, "reset"), {})

    async def snapshot(self, world: Opened) -> str:
        """Keep the world as it stands in the farm; return the snapshot's id."""
        return str((await self._json("POST", self._path(world, "snapshot"), {}))["snapshot"])

    async def restore(self, world: Opened, snapshot: str) -> None:
        """Put a world to a stored snapshot."""
        await self._json("POST", self._path(world, "restore"), {"snapshot": snapshot})

    async def advance(self, world: Opened, seconds: int) -> str:
        """Let time pass in a world; return its new time in the wire form."""
        return str((await self._json("POST", self._path(world, "advance"), {"seconds": seconds}))["now"])

    async def diff(self, world: Opened, since: str) -> Diff:
        """Return what changed since `start` or since a stored snapshot."""
        return Diff.from_json(await self._json("GET", self._path(world, "diff"), since=since))

    async def digest(self, world: Opened) -> str:
        """Return the digest of a world's content."""
        return str((await self._json("GET", self._path(world, "digest")))["digest"])

    async def state(self, world: Opened) -> JsonObject:
        """Return `{"now": ..., "entities": {name: [rows]}}`."""
        return await self._json("GET", self._path(world, "state"))

    async def soundness(self, world: Opened) -> Soundness:
        """Have the environment judge a world."""
        judged = await self._json("GET", self._path(world, "invariants"))
        broken = tuple(
            each if isinstance(each, str) else orjson.dumps(each).decode() for each in judged["foreign_keys"]
        )
        return Soundness(judged["holds"], judged["conserved"], broken)

    async def upload(self, environment: str, image: bytes) -> str:
        """Store a world's image in the farm; return the snapshot's id."""
        response = await self._send("POST", f"/{environment}/snapshots", content=image)
        return str(orjson.loads(response.content)["snapshot"])

    async def download(self, environment: str, snapshot: str) -> bytes:
        """Return the image of a stored snapshot."""
        return (await self._send("GET", f"/{environment}/snapshots/{snapshot}")).content

    async def forget(self, environment: str, snapshot: str) -> None:
        """Delete a stored snapshot."""
        await self._send("DELETE", f"/{environment}/snapshots/{snapshot}")

    def _opened(self, data: Mapping[str, Any]) -> Opened:
        url = data["url"] if "://" in data["url"] else self._url + data["url"]
        return Opened(data["episode"], data["environment"], url, data["seed"])

    def _path(self, world: Opened, verb: str = "") -> str:
        return f"/{world.environment}/episodes/{world.episode}" + (f"/{verb}" if verb else "")

    # Any: the farm's own JSON, whose shape the control API fixes
    async def _json(self, method: str, path: str, body: JsonObject | None = None, **query: str) -> dict[str, Any]:
        response = await self._send(method, path, json_body=body, query=query)
        answer = orjson.loads(response.content)
        if not isinstance(answer, dict):
            raise AnswerError(f"{self._url}{path}: expected a JSON object, got {type(answer).__name__}")
        return answer

    async def _send(
        self,
        method: Literal["GET", "POST", "DELETE"] | str,
        path: str,
        *,
        json_body: JsonObject | None = None,
        content: bytes | None = None,
        query: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        url = self._url + path
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._http.request(method, url, json=json_body, content=content, params=query)
        except TimeoutError as error:
            raise DeadlineError(f"{url}: no answer within {self._timeout_s:g} s") from error
        except httpx2.TransportError as error:
            raise gone(url, error) from error


async def open_all(openings: Sequence[Callable[[], Awaitable[Opened]]], control: Control) -> tuple[Opened, ...]:
    """Open several worlds, all or none."""
    worlds: list[Opened] = []
    try:
        for open_world in openings:
            worlds.append(await open_world())
    except BaseException:
        await close_all(worlds, control)
        raise
    return tuple(worlds)


async def close_all(worlds: Iterable[Opened], control: Control) -> None:
    """Close worlds; one that cannot be closed is logged and left to its time to live."""
    for world in worlds:
        try:
            await control.close(world)
        except EpisodeClosedError:
            continue
        except FarmError as error:
            logger.warning("left open: %s", error)


def gone(url: str, error: httpx2.TransportError) -> FarmError:
    """Return the error for a line that failed, saying whether anybody was there."""
    if isinstance(error, httpx2.ConnectError):
        return ServerGoneError(f"{url}: nothing answers there; is the farm up?")
    return ServerGoneError(f"{url}: the server closed the line midway ({type(error).__name__})")


async def _raise_complaint(response: httpx2.Response) -> None:
    if response.status_code < HTTPStatus.BAD_REQUEST:
        return
    complaint = _object(await response.aread())
    if "jsonrpc" in complaint:  # an MCP error: the MCP client reads it
        return
    error = complaint.get("error")
    sentence = str(error.get("message", "")) if isinstance(error, Mapping) else ""
    raise status_error(response.status_code, str(response.request.url), sentence)


def _figure(metrics: str, name: str) -> str:
    """Return a figure from the text format of Prometheus."""
    for line in metrics.splitlines():
        if line.startswith(f"{name} "):
            return line.rsplit(" ", 1)[1]
    raise AnswerError(f"the farm's metrics have no figure {name}")


def _object(body: bytes) -> Mapping[str, Json]:
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
