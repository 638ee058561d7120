"""An environment as an MCP server: its tools listed and called through the SDK, refusals as isError results."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import mcp_types as types
import orjson
from mcp.server.caching import CacheableMethod, CacheHint
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError

from envkit.calls import Json
from envkit.environment import Answer
from envkit.errors import REFUSAL
from envkit.manifest import Manifest
from envkit.replies import KEY
from envkit.tool import Schema, Tool

LIST_TTL_MS = 3_600_000
_LISTS: tuple[CacheableMethod, ...] = ("tools/list", "prompts/list", "resources/list", "resources/templates/list")
Context = ServerRequestContext[Any, Any]  # Any: the SDK leaves the lifespan's and the request's types open

Offer = Callable[[], dict[str, Tool]]
Call = Callable[[Any, str, dict[str, Any], Json], Awaitable[Answer]]  # Any: the transport's request, or None over stdio


def mcp_server(manifest: Manifest, offer: Offer, call: Call) -> Server[Any]:
    """Make the MCP server of an environment.

    It has no resources and no prompts, and says so with empty lists, since many clients ask. `offer` gives its tools;
    `call` plays one tool call, given the transport's request, the tool's name, its arguments and the key in `_meta`.
    """

    async def on_list_tools(context: Context, params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        if params is not None and params.cursor is not None:
            raise MCPError(code=types.INVALID_PARAMS, message="The tools come in one page; ask without a cursor.")
        return types.ListToolsResult(tools=[describe(tool) for tool in offer().values()])

    async def on_call_tool(context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        if params.name not in offer():
            raise MCPError(code=types.INVALID_PARAMS, message=f"Unknown tool: {params.name}")
        meta: Mapping[str, Any] = params.meta or {}  # Any: JSON of the caller's
        return answer_result(await call(context.request, params.name, params.arguments or {}, meta.get(KEY)))

    def input_schema(name: str) -> Schema | None:
        tool = offer().get(name)
        return None if tool is None else tool.input_schema

    server: Server[Any] = Server(
        manifest.slug,
        version=str(manifest.version),
        title=manifest.title,
        instructions=manifest.summary or None,
        on_list_tools=on_list_tools,
        on_call_tool=on_call_tool,
        on_list_resources=_list_resources,
        on_list_resource_templates=_list_templates,
        on_read_resource=_read_resource,
        on_list_prompts=_list_prompts,
        get_tool_input_schema=input_schema,
        cache_hints=dict.fromkeys(_LISTS, CacheHint(ttl_ms=LIST_TTL_MS, scope="public")),
    )
    server.middleware.clear()
    return server


async def _list_resources(context: Context, params: object) -> types.ListResourcesResult:
    return types.ListResourcesResult(resources=[])


async def _list_templates(context: Context, params: object) -> types.ListResourceTemplatesResult:
    return types.ListResourceTemplatesResult(resource_templates=[])


async def _read_resource(context: Context, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
    message = f"There is no resource {params.uri}; this server has tools only."
    raise MCPError(code=types.INVALID_PARAMS, message=message, data={"uri": str(params.uri)})


async def _list_prompts(context: Context, params: object) -> types.ListPromptsResult:
    return types.ListPromptsResult(prompts=[])


def describe(tool: Tool) -> types.Tool:
    """Write a tool as MCP lists it."""
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.input_schema,
        output_schema=tool.output_schema,
        annotations=types.ToolAnnotations(
            title=tool.title,
            read_only_hint=tool.is_read_only,
            destructive_hint=tool.destructive,
            idempotent_hint=tool.idempotent or tool.is_read_only,
            open_world_hint=False,
        ),
    )


def refusal_meta(answer: Answer) -> dict[str, dict[str, Json]]:
    """Write a refusal as the member of `_meta` that programs read.

    Not as structured content: clients on the TypeScript SDK hold that against the tool's output schema even if the
    result is an error, and show their own complaint instead of ours (typescript-sdk#1943).
    """
    refusal: dict[str, Json] = {"code": answer.code, "message": answer.sentence}
    if answer.retry_after_calls is not None:
        refusal["retry_after_calls"] = answer.retry_after_calls
    return {REFUSAL: refusal}


def answer_result(answer: Answer) -> types.CallToolResult:
    """Write an answer as MCP returns it: structured content and the same as text."""
    if answer.code:
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=f"{answer.code}: {answer.sentence}")],
            _meta=refusal_meta(answer),
            is_error=True,
        )
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=answer.body.decode())],
        structured_content=orjson.loads(answer.body),
    )
