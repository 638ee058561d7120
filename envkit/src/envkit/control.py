"""The control plane: open, reset, snapshot, fork, restore, diff, advance and close worlds over HTTP, never as tools."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, TypeVar

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from envkit.episodes import Episode, EpisodeError
from envkit.hosted import Hosted
from envkit.realism import PROFILES, Realism
from envkit.snapshot import Snapshot
from envkit.store import StoreError

Handler = Callable[[Hosted, Request, str], Awaitable[Response]]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


BodyT = TypeVar("BodyT", bound=_Body)


def _named(value: object) -> object:
    """Return the profile of a name; leave what is no name to be read as a profile."""
    if not isinstance(value, str):
        return value
    found = {str(name): profile for name, profile in PROFILES.items()}.get(value)
    if found is None:
        raise ValueError(f"expected a profile, or the name of one ({', '.join(PROFILES)}), not {value!r}")
    return found


_Profile = Annotated[Realism | None, BeforeValidator(_named)]


class _Open(_Body):
    seed: int = Field(default=0, ge=0, lt=2**63)
    snapshot: str | None = None
    ttl_s: float | None = Field(default=None, gt=0)
    realism: _Profile = None


class _Fork(_Body):
    ttl_s: float | None = Field(default=None, gt=0)
    realism: _Profile = None


class _Restore(_Body):
    snapshot: str


class _Advance(_Body):
    seconds: int = Field(ge=0, le=10 * 366 * 86_400)


class _Nothing(_Body):
    pass


def answer(content: object, status: int = 200) -> Response:
    """Write JSON."""
    return Response(orjson.dumps(content), status, media_type="application/json")


def problem(error: EpisodeError) -> Response:
    """Write what went wrong, with its status, code and sentence."""
    return answer({"error": {"code": error.code, "message": error.sentence}}, error.status)


async def control(hosted: Hosted, request: Request, parts: list[str]) -> Response:
    """Answer a control request; `parts` is its path after the environment's slug. Raises EpisodeError."""
    match request.method, parts:
        case "POST", ["episodes"]:
            return await _open(hosted, request)
        case "POST", ["snapshots"]:
            return await _upload(hosted, request)
        case "GET", ["snapshots", name]:
            return Response(hosted.episodes.snapshot_image(name), media_type="application/octet-stream")
        case "DELETE", ["snapshots", name]:
            hosted.episodes.drop_snapshot(name)
            return Response(status_code=204)
        case "DELETE", ["episodes", episode_id]:
            standing = await _standing(hosted, request, episode_id) if "since" in request.query_params else None
            hosted.episodes.close(episode_id)
            return standing or Response(status_code=204)
        case "GET", ["episodes", episode_id]:
            episode = hosted.episodes.get(episode_id)
            return answer(_described(hosted, episode, hosted.environment.now(episode.store)))
        case method, ["episodes", episode_id, verb] if (method, verb) in _VERBS:
            return await _VERBS[method, verb](hosted, request, episode_id)
    path = f"{request.method} {request.url.path}"
    raise EpisodeError(404, "unknown_route", f"There is no {path}; the routes are listed in envkit's documentation.")


async def _read(request: Request, kind: type[BodyT]) -> BodyT:
    raw = await request.body()
    try:
        return kind.model_validate_json(raw or b"{}")
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the body"
        raise EpisodeError(400, "bad_request", f"{where}: {first['msg']}.") from error


def _described(hosted: Hosted, episode: Episode, now: str) -> dict[str, object]:
    """Describe an episode; its time is given, since to read it a world has to be laid open."""
    slug, weather = hosted.manifest.slug, episode.weather
    realism = {} if weather is None else {"realism": weather.realism.model_dump(mode="json", exclude_none=True)}
    return {
        "episode": episode.id,
        "environment": slug,
        "url": f"/{slug}/episodes/{episode.id}/mcp",
        "seed": episode.seed,
        "now": now,
        **realism,
    }


async def _open(hosted: Hosted, request: Request) -> Response:
    body = await _read(request, _Open)
    episode = hosted.episodes.open(body.seed, body.snapshot, body.ttl_s, realism=body.realism)
    hosted.measures.opened()
    return answer(_described(hosted, episode, hosted.environment.now(episode.store)), 201)


async def _upload(hosted: Hosted, request: Request) -> Response:
    image = await request.body()
    try:
        name, snapshot = hosted.episodes.keep_snapshot(image)
    except StoreError as error:
        raise EpisodeError(400, "bad_snapshot", f"The body is not a snapshot of a world: {error}.") from error
    return answer(_kept(name, snapshot), 201)


def _kept(name: str, snapshot: Snapshot) -> dict[str, object]:
    return {"snapshot": name, "digest": snapshot.digest, "size_bytes": len(snapshot.image)}


async def _reset(hosted: Hosted, request: Request, episode_id: str) -> Response:
    await _read(request, _Nothing)
    episode = hosted.episodes.get(episode_id)
    hosted.episodes.reset(episode)
    return answer(_described(hosted, episode, hosted.environment.now(episode.store)))


async def _snapshot(hosted: Hosted, request: Request, episode_id: str) -> Response:
    await _read(request, _Nothing)
    return answer(_kept(*hosted.episodes.take_snapshot(hosted.episodes.get(episode_id))), 201)


async def _fork(hosted: Hosted, request: Request, episode_id: str) -> Response:
    body = await _read(request, _Fork)
    parent = hosted.episodes.get(episode_id)
    now = hosted.environment.now(parent.store)
    fork = hosted.episodes.fork(parent, body.ttl_s, realism=body.realism)
    hosted.measures.opened()
    return answer(_described(hosted, fork, now), 201)


async def _restore(hosted: Hosted, request: Request, episode_id: str) -> Response:
    body = await _read(request, _Restore)
    episode = hosted.episodes.get(episode_id)
    hosted.episodes.restore(episode, body.snapshot)
    return answer(_described(hosted, episode, hosted.environment.now(episode.store)))


async def _advance(hosted: Hosted, request: Request, episode_id: str) -> Response:
    body = await _read(request, _Advance)
    episode = hosted.episodes.get(episode_id)
    now = hosted.environment.advance(episode.store, body.seconds)
    hosted.episodes.weigh(episode)
    return answer({"now": now})


async def _diff(hosted: Hosted, request: Request, episode_id: str) -> Response:
    episode = hosted.episodes.get(episode_id)
    contents = hosted.environment.contents(episode.store)
    return answer(hosted.environment.changes(_since(hosted, request, episode), contents).to_json())


async def _standing(hosted: Hosted, request: Request, episode_id: str) -> Response:
    episode = hosted.episodes.get(episode_id)
    before, contents = _since(hosted, request, episode), hosted.environment.contents(episode.store)
    changes = hosted.environment.changes(before, contents)
    return answer({"now": contents.now, "digest": contents.digest, "diff": changes.to_json()})


def _since(hosted: Hosted, request: Request, episode: Episode) -> bytes:
    since = request.query_params.get("since", "start")
    return episode.start if since == "start" else hosted.episodes.snapshot_image(since)


async def _digest(hosted: Hosted, request: Request, episode_id: str) -> Response:
    return answer({"digest": hosted.environment.contents(hosted.episodes.get(episode_id).store).digest})


async def _state(hosted: Hosted, request: Request, episode_id: str) -> Response:
    store = hosted.episodes.get(episode_id).store
    return answer({"now": hosted.environment.now(store), "entities": hosted.environment.state(store.image())})


async def _invariants(hosted: Hosted, request: Request, episode_id: str) -> Response:
    sound = hosted.environment.soundness(hosted.episodes.get(episode_id).store)
    return answer({"holds": sound.holds, "conserved": sound.conserved, "foreign_keys": sound.foreign_keys})


_VERBS: Mapping[tuple[str, str], Handler] = {
    ("POST", "reset"): _reset,
    ("POST", "snapshot"): _snapshot,
    ("POST", "fork"): _fork,
    ("POST", "restore"): _restore,
    ("POST", "advance"): _advance,
    ("GET", "diff"): _diff,
    ("GET", "digest"): _digest,
    ("GET", "standing"): _standing,
    ("GET", "state"): _state,
    ("GET", "invariants"): _invariants,
}
