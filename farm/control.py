"""The control side of a farm over HTTP: open, inspect, fork, restore and close episodes."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from envkit.calls import JsonObject
from envkit.realism import Realism
from envkit.snapshot import Diff
from farm.errors import AnswerError, EpisodeClosedError, FarmError
from farm.http import Http

logger = logging.getLogger(__name__)


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
    """A world opened for an episode. `url` is its MCP endpoint, whole, `now` the time it was opened at."""

    episode: str
    environment: str
    url: str
    seed: int
    now: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a world stands: its time in the wire form, the digest of its content, and what changed."""

    now: str
    digest: str
    diff: Diff


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


class Control:
    """Speaks a farm's control routes; `episode` is the id inside the environment, or `default`."""

    def __init__(self, http: Http, url: str, *, timeout_s: float) -> None:
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
        text = (await self._send("GET", "/metrics")).decode()
        return Held(*(int(float(_figure(text, name))) for name in ("envkit_episodes_held", "envkit_held_bytes")))

    async def open(
        self, environment: str, *, seed: int, snapshot: str | None, ttl_s: float | None, realism: Realism | None = None
    ) -> Opened:
        """Open a world at its seed, or from a stored snapshot; in a profile, if one is given."""
        body = {"seed": seed, "snapshot": snapshot, "ttl_s": ttl_s, **_profile(realism)}
        return self._opened(await self._json("POST", f"/{environment}/episodes", body))

    async def fork(self, world: Opened, realism: Realism | None = None) -> Opened:
        """Open a second world that starts as this one stands now; in another profile, if one is given."""
        return self._opened(await self._json("POST", self._path(world, "fork"), _profile(realism)))

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

    async def standing(self, world: Opened, since: str) -> Standing:
        """Return how a world stands, and what changed since `start` or since a stored snapshot."""
        return _standing(await self._json("GET", self._path(world, "standing"), since=since))

    async def conclude(self, world: Opened, since: str) -> Standing:
        """Close an episode's world and return how it stood, as `standing` does."""
        return _standing(await self._json("DELETE", self._path(world), since=since))

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
        return str(orjson.loads(await self._send("POST", f"/{environment}/snapshots", content=image))["snapshot"])

    async def download(self, environment: str, snapshot: str) -> bytes:
        """Return the image of a stored snapshot."""
        return await self._send("GET", f"/{environment}/snapshots/{snapshot}")

    async def forget(self, environment: str, snapshot: str) -> None:
        """Delete a stored snapshot."""
        await self._send("DELETE", f"/{environment}/snapshots/{snapshot}")

    def _opened(self, data: Mapping[str, Any]) -> Opened:
        url = data["url"] if "://" in data["url"] else self._url + data["url"]
        return Opened(data["episode"], data["environment"], url, data["seed"], data["now"])

    def _path(self, world: Opened, verb: str = "") -> str:
        return f"/{world.environment}/episodes/{world.episode}" + (f"/{verb}" if verb else "")

    # Any: the farm's own JSON, whose shape the control API fixes
    async def _json(self, method: str, path: str, body: JsonObject | None = None, **query: str) -> dict[str, Any]:
        answer = orjson.loads(await self._send(method, path, json_body=body, query=query))
        if not isinstance(answer, dict):
            raise AnswerError(f"{self._url}{path}: expected a JSON object, got {type(answer).__name__}")
        return answer

    async def _send(
        self,
        method: str,
        path: str,
        *,
        json_body: JsonObject | None = None,
        content: bytes | None = None,
        query: Mapping[str, str] | None = None,
    ) -> bytes:
        body = content if json_body is None else orjson.dumps(json_body)
        return await self._http.send(method, self._url + path, body=body, query=query, timeout_s=self._timeout_s)


def _profile(realism: Realism | None) -> dict[str, Any]:
    return {} if realism is None else {"realism": realism.model_dump(mode="json")}


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


def _standing(told: Mapping[str, Any]) -> Standing:  # Any: as in `_json`
    return Standing(told["now"], told["digest"], Diff.from_json(told["diff"]))


def _figure(metrics: str, name: str) -> str:
    """Return a figure from the text format of Prometheus."""
    for line in metrics.splitlines():
        if line.startswith(f"{name} "):
            return line.rsplit(" ", 1)[1]
    raise AnswerError(f"the farm's metrics have no figure {name}")
