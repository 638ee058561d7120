"""The gym over HTTP: plain JSON, for clients in any language and in any environment of packages."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from pydantic import ValidationError

from chat.messages import ToolDefinition
from chat.wire import as_tool, written
from farm.errors import FarmError
from rollouts.briefing import Offered, briefing
from rollouts.episode import Episode
from rollouts.gym.gym import Gym, Order, TakenError, UnknownError, toolset
from rollouts.gym.rollout import OutOfTurnError, Said, Told
from rollouts.start import ForkError
from sampler.task import Task

MOST_BYTES = 16 << 20
"""How long a message of a policy may be."""

Body = Mapping[str, Any]  # Any: JSON of every shape goes out here

_FAULTS: Mapping[type[Exception], tuple[str, int]] = {
    UnknownError: ("unknown", 404),
    TakenError: ("taken", 409),
    OutOfTurnError: ("out_of_turn", 409),
    ForkError: ("no_such_place", 409),
    FarmError: ("machine_error", 503),
    OSError: ("not_kept", 507),
}


def application(gym: Gym, *, token: str | None = None) -> web.Application:
    """Make the web application over a gym; with a token it asks for `Authorization: Bearer`."""
    routes = _Routes(gym)
    made = web.Application(client_max_size=MOST_BYTES, middlewares=[_guard(token), _tell_faults])
    made.add_routes(
        [
            web.get("/", routes.about),
            web.get("/tasks", routes.tasks),
            web.get("/toolsets", routes.toolsets),
            web.put("/rollouts/{rollout}", routes.open),
            web.post("/rollouts/{rollout}", routes.say),
            web.get("/rollouts/{rollout}", routes.last),
            web.get("/rollouts/{rollout}/episode", routes.episode),
            web.delete("/rollouts/{rollout}", routes.close),
        ]
    )
    return made


class _Routes:
    """What each route answers."""

    def __init__(self, gym: Gym) -> None:
        self._gym = gym

    async def about(self, _: web.Request) -> web.Response:
        """Say what is here, and how much is being played."""
        return _json({"gym": 1, "tasks": len(self._gym.tasks), "playing": self._gym.playing})

    async def tasks(self, _: web.Request) -> web.Response:
        """List the tasks, without anything of their truth."""
        return _json({"tasks": [_row(task) for task in self._gym.tasks.values()]})

    async def toolsets(self, _: web.Request) -> web.Response:
        """List the tools of each set that some task offers."""
        firsts = {toolset(task): task.id for task in reversed([*self._gym.tasks.values()])}
        return _json({"toolsets": {name: _tools(await self._gym.tools(task)) for name, task in firsts.items()}})

    async def open(self, request: web.Request) -> web.Response:
        """Begin a rollout; asked again, tell its beginning again."""
        order = Order.model_validate_json(await request.read())
        return _json(_told(await self._gym.open(request.match_info["rollout"], order)))

    async def say(self, request: web.Request) -> web.Response:
        """Play a message of the policy; the same one again is answered as it was."""
        said = Said.model_validate_json(await request.read())
        return _json(_told(await self._gym.rollout(request.match_info["rollout"]).say(said)))

    async def last(self, request: web.Request) -> web.Response:
        """Tell again what a rollout was told last."""
        return _json(_told(await self._gym.rollout(request.match_info["rollout"]).begin()))

    async def episode(self, request: web.Request) -> web.Response:
        """Tell the whole record of a rollout that is over, as episodes.jsonl has it; null until then."""
        episode = (await self._gym.rollout(request.match_info["rollout"]).begin()).episode
        return _json({"episode": None if episode is None else episode.model_dump(mode="json")})

    async def close(self, request: web.Request) -> web.Response:
        """Forget a rollout and close its worlds."""
        return _json({"closed": await self._gym.close(request.match_info["rollout"])})


def _guard(token: str | None) -> Middleware:
    wanted = f"Bearer {token}".encode()

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("authorization", "").encode()
        if token is not None and not hmac.compare_digest(given, wanted):
            return _fault("access", "expected the gym's token as `Authorization: Bearer TOKEN`", 401)
        return await handler(request)

    return guard


@web.middleware
async def _tell_faults(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what a caller did wrong, and the farm's trouble, into a status with a code and a sentence."""
    try:
        return await handler(request)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the body"
        return _fault("invalid", f"{place}: {first['msg']}", 422)
    except tuple(_FAULTS) as error:
        code, status = next(fault for kind, fault in _FAULTS.items() if isinstance(error, kind))
        return _fault(code, str(error), status)


def _row(task: Task) -> Body:
    """Tell what a trainer may know of a task beforehand; of what the user says only the first words."""
    difficulty = task.difficulty
    return {
        "task": task.id,
        "environments": task.environments,
        "toolset": toolset(task),
        "requests": len(task.turns),
        "system": briefing([rule.text for rule in task.rules]),
        "prompt": task.turns[0].query,
        "difficulty": None if difficulty is None else difficulty.model_dump(mode="json"),
    }


def _tools(tools: Offered) -> list[Body]:
    return [
        as_tool(ToolDefinition(name=name, description=tool.description, parameters=tool.input_schema))
        for name, (_, tool) in tools.items()
    ]


def _told(told: Told) -> Body:
    body = {
        "move": told.move,
        "messages": [written(message) for message in told.messages],
        "said": None if told.said is None else written(told.said),
        "calls_left": told.calls_left,
        "progress": told.progress,
        "outcome": None if told.episode is None else dict(_outcome(told.episode)),
    }
    return body if told.tools is None else {**body, "tools": _tools(told.tools)}


def _outcome(episode: Episode) -> Iterator[tuple[str, object]]:
    """Yield how a rollout ended: its reward, None if it could not be scored, and why."""
    reward = episode.reward
    yield "reward", reward.total
    yield "stop", episode.stop
    yield "trouble", episode.trouble
    yield "reason", reward.reason
    yield "parts", reward.parts
    yield "progress", reward.progress
    yield "by_turn", reward.by_turn
    yield "findings", [finding.code for finding in reward.findings]


def _fault(code: str, sentence: str, status: int) -> web.Response:
    return _json({"error": {"code": code, "message": sentence}}, status=status)


def _json(content: Body, *, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(content), status=status, content_type="application/json")
