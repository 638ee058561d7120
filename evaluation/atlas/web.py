"""The sandbox API of MCP-Atlas over HTTP: plain, and the same for each task below `/s/<task>`.

Source: the agent environment of scaleapi/mcp-atlas, release 2, as observed: its routes, its statuses and its bodies.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import orjson
from aiohttp import web
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from envkit.calls import Json, Observation
from evaluation.atlas.sandboxes import SHARED, Sandbox, Sandboxes, UnknownTaskError
from farm import listen
from farm.errors import FarmError
from farm.link import UNKNOWN_TOOL, Tool

READY = "health_and_client_connection_ok"
"""What a harness looks for in the body of `/health`."""

MACHINE = "machine_error"
"""The code of what is the farm's trouble and no answer of a tool."""

Handler = Callable[[web.Request], Awaitable[web.Response]]


class _Call(BaseModel):
    model_config = ConfigDict(frozen=True)

    tool_name: str
    tool_args: dict[str, JsonValue]
    use_cache: bool = True


def served(sandboxes: Sandboxes, *, port: int = 0) -> AbstractAsyncContextManager[str]:
    """Serve until the block ends, and give the URL; port 0 takes a free one. Raises OSError if it cannot listen."""
    return listen.served(application(sandboxes), port=port)


def application(sandboxes: Sandboxes) -> web.Application:
    """Make the web application over some sandboxes."""
    routes = _Routes(sandboxes)
    application = web.Application()
    for prefix in ("", "/s/{task}"):
        application.add_routes(
            [
                web.get(f"{prefix}/", routes.ready),
                web.get(f"{prefix}/health", routes.ready),
                web.get(f"{prefix}/enabled-servers", _guarded(routes.servers)),
                web.post(f"{prefix}/list-tools", _guarded(routes.tools)),
                web.post(f"{prefix}/call-tool", _guarded(routes.call)),
                web.get(f"{prefix}/diff", _guarded(routes.diff)),
                web.delete(f"{prefix}/", _guarded(routes.close)),
            ]
        )
    return application


def _guarded(handler: Handler) -> Handler:
    """Turn an unknown task into a 404, and the farm's trouble into a 503 that says it is the machine's."""

    async def guarded(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except UnknownTaskError as error:
            return _json({"detail": str(error)}, status=404)
        except FarmError as error:
            return _json({"error": MACHINE, "detail": str(error)}, status=503)

    return guarded


class _Routes:
    """What each route answers."""

    def __init__(self, sandboxes: Sandboxes) -> None:
        self._sandboxes = sandboxes

    async def ready(self, _: web.Request) -> web.Response:
        """Say that it is up; nothing is opened for it."""
        return _json({"status": READY})

    async def servers(self, request: web.Request) -> web.Response:
        """List the servers with their state."""
        names = (await self._of(request)).servers
        rows: list[Json] = [[name, "OK"] for name in names]
        return _json({"servers": rows, "total": len(names), "online": len(names), "offline": 0})

    async def tools(self, request: web.Request) -> web.Response:
        """List the tools, with every member there is, absent ones as null."""
        sandbox = await self._of(request)
        return _json([_described(name, tool) for name, (_, tool) in sandbox.tools.items()])

    async def call(self, request: web.Request) -> web.Response:
        """Call a tool: its content blocks, or what went wrong as status 500, as the original answers."""
        try:
            asked = _Call.model_validate_json(await request.read() or b"{}")
        except ValidationError as error:
            return _json({"detail": _faults(error)}, status=422)
        sandbox = await self._of(request)
        if asked.tool_name not in sandbox.tools:
            return _failed(asked.tool_name, UNKNOWN_TOOL, f"no tool {asked.tool_name!r} is offered")
        seen = await sandbox.call(asked.tool_name, asked.tool_args)
        if seen.code is not None:
            return _failed(asked.tool_name, seen.code, seen.text)
        return _json(_blocks(seen))

    async def diff(self, request: web.Request) -> web.Response:
        """Tell what has changed in each world since the task began, which the original cannot."""
        sandbox = await self._of(request)
        return _json({name: dict(diff.to_json()) for name, diff in (await sandbox.diff()).items()})

    async def close(self, request: web.Request) -> web.Response:
        """Close the worlds; the next request finds fresh ones."""
        return _json({"closed": await self._sandboxes.close(request.match_info.get("task", SHARED))})

    async def _of(self, request: web.Request) -> Sandbox:
        return await self._sandboxes.of(request.match_info.get("task", SHARED))


def _described(name: str, tool: Tool) -> Json:
    return {
        "name": name,
        "title": None,
        "description": tool.description or name,
        "inputSchema": tool.input_schema,
        "outputSchema": tool.output_schema,
        "annotations": tool.annotations or None,
        "_meta": None,
    }


def _blocks(seen: Observation) -> list[Json]:
    return [{"type": "text", "text": seen.text, "annotations": None, "_meta": None}] if seen.text else []


def _failed(name: str, code: str, text: str) -> web.Response:
    """Say that a call failed; the word `error` stands at the head of the body, where clients look for it."""
    return _json({"error": code, "detail": f"Failed to call tool {name!r}: {text}"}, status=500)


def _faults(error: ValidationError) -> list[Json]:
    """List what is wrong with a body, each with its place, as FastAPI does."""
    return [
        {"type": each["type"], "loc": ["body", *each["loc"]], "msg": each["msg"]}
        for each in error.errors(include_url=False, include_input=False, include_context=False)
    ]


def _json(content: Any, *, status: int = 200) -> web.Response:  # Any: JSON of every shape goes out here
    return web.Response(body=orjson.dumps(content), status=status, content_type="application/json")
