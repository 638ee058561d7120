"""A fast lane in front of the SDK: answers plain tool calls of the newest revision itself, passes on all else.

The SDK spends about 0.3 ms on a call, most of it on shapes a plain call cannot have. The lane takes a request only if
every header and every key is one it knows; `tests/envkit/test_lane.py` proves its answers equal to the SDK's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson
from mcp_types import methods
from pydantic import ValidationError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from envkit.calls import Json, JsonObject
from envkit.environment import Answer
from envkit.episodes import Episode
from envkit.hosted import EPISODE, Hosted
from envkit.protocol import refusal_meta
from envkit.replies import KEY
from envkit.weather import linger

_VERSION = "2026-07-28"
_WANTED = {
    b"content-type": frozenset({b"application/json"}),
    b"mcp-protocol-version": frozenset({_VERSION.encode()}),
    b"mcp-method": frozenset({b"tools/call"}),
    b"accept": frozenset(
        {b"application/json, text/event-stream", b"application/json,text/event-stream", b"application/json", b"*/*"}
    ),
}
_INDIFFERENT = frozenset(
    {
        b"accept-encoding",
        b"accept-language",
        b"authorization",
        b"cache-control",
        b"connection",
        b"content-length",
        b"pragma",
        b"traceparent",
        b"tracestate",
        b"transfer-encoding",
        b"user-agent",
        b"x-forwarded-for",
        b"x-request-id",
    }
)
_KEYS = frozenset({"jsonrpc", "id", "method", "params"})
_PARAMS = frozenset({"name", "arguments", "_meta"})
_LONG_NUMBER = re.compile(rb"\d{19}")
_BLANKS = b" \t"
"""Blanks around a header's value are not part of it (RFC 9110, 5.5); uvicorn and the SDK leave some on."""

_HEADERS_BUT_LENGTH = (b"content-type", b"application/json")

Headers = Sequence[tuple[bytes, bytes]]

Parsed = tuple[bytes, JsonObject, Json]
"""The request's id as JSON, the tool's arguments, and the key of the call."""


class Lane:
    """The MCP endpoint of an environment, plain calls answered directly; `accepts` judges a Host header."""

    def __init__(self, hosted: Hosted, endpoint: ASGIApp, accepts: Callable[[bytes], bool], request_bytes: int) -> None:
        self._hosted, self._endpoint, self._accepts, self._request_bytes = hosted, endpoint, accepts, request_bytes
        stamp = {"io.modelcontextprotocol/serverInfo": hosted.server.server_info_stamp}
        self._stamp = orjson.dumps(stamp)[1:-1]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request whose scope carries its episode."""
        scope["headers"] = headers = stripped(scope["headers"])
        name = self.plain_name(headers) if scope["method"] == "POST" else None
        if name is None:
            await self._endpoint(scope, receive, send)
            return
        body, rest = await _read(receive, self._request_bytes)
        answer = None if rest else self.answered(scope[EPISODE], name, body)
        if answer is None:
            await self._endpoint(scope, _replayed(body, rest, receive), send)
            return
        episode: Episode = scope[EPISODE]
        if episode.weather is not None:
            await linger(episode.weather)
        sized = [(b"content-length", b"%d" % len(answer)), _HEADERS_BUT_LENGTH]
        await send({"type": "http.response.start", "status": 200, "headers": sized})
        await send({"type": "http.response.body", "body": answer})

    def plain_name(self, headers: Headers) -> str | None:
        """Return the tool a request's headers name, or None unless they are those of a plain call, each once."""
        name: bytes | None = None
        seen: set[bytes] = set()
        for key, value in headers:
            if key in _INDIFFERENT:
                continue
            if key in seen or not self._is_plain(key, value):
                return None
            seen.add(key)
            if key == b"mcp-name":
                name = value
        if name is None or len(seen) != len(_WANTED) + 2 or name.startswith(b"=?") or not name.isascii():
            return None
        tool = self._hosted.environment.tools.get(name.decode())
        return None if tool is None or tool.has_header_arguments else tool.name

    def answered(self, episode: Episode, name: str, body: bytes) -> bytes | None:
        """Make a call that is plain by its headers and return the body of the answer; None if its own is not plain."""
        parsed = _parse(body, name)
        if parsed is None:
            return None
        request_id, arguments, key = parsed
        return self._body(request_id, self._hosted.call(episode, name, arguments, key))

    def _is_plain(self, key: bytes, value: bytes) -> bool:
        wanted = _WANTED.get(key)
        if wanted is not None:
            return value in wanted
        return key == b"mcp-name" or (key == b"host" and self._accepts(value))

    def _body(self, request_id: bytes, answer: Answer) -> bytes:
        if answer.code:
            text, content = f"{answer.code}: {answer.sentence}", b""
            meta = orjson.dumps(refusal_meta(answer))[1:-1] + b","
        else:
            text, content, meta = answer.body.decode(), b',"structuredContent":' + answer.body, b""
        return b"".join(
            (
                b'{"jsonrpc":"2.0","id":',
                request_id,
                b',"result":{"_meta":{',
                meta,
                self._stamp,
                b'},"content":[{"text":',
                orjson.dumps(text),
                b',"type":"text"}],"isError":',
                b"true" if answer.code else b"false",
                b',"resultType":"complete"',
                content,
                b"}}",
            )
        )


def stripped(headers: Headers) -> Headers:
    """Return headers without the blanks around their values."""
    return [(key, value.strip(_BLANKS)) for key, value in headers]


async def _read(receive: Receive, limit_bytes: int) -> tuple[bytes, Message | None]:
    """Read a body; the message at which reading stopped early (too long, or the client left) comes beside it."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(chunks), message
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > limit_bytes:
            return b"".join(chunks), message
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks), None


def _replayed(body: bytes, rest: Message | None, receive: Receive) -> Receive:
    """Let the SDK read again what the lane has read."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": rest is not None}]
    if rest is not None:
        messages.append(rest)

    async def receive_again() -> Message:
        return messages.pop(0) if messages else await receive()

    return receive_again


def _parse(body: bytes, name: str) -> Parsed | None:
    """Return what a plain call asks, or None if the body has anything a plain call has not."""
    if _LONG_NUMBER.search(body):
        return None
    try:
        message = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(message, dict) or message.keys() != _KEYS or message["jsonrpc"] != "2.0":
        return None
    params, request_id = message["params"], message["id"]
    if message["method"] != "tools/call" or type(request_id) not in (int, str) or not isinstance(params, dict):
        return None
    if params.keys() != _PARAMS or params["name"] != name or not isinstance(params["arguments"], dict):
        return None
    meta = params["_meta"]
    if not isinstance(meta, dict):
        return None
    key = meta.pop(KEY, None)  # it differs from call to call, and the rest of them is judged once
    if not _is_plain_meta(orjson.dumps(meta)):
        return None
    return orjson.dumps(request_id), params["arguments"], key


@lru_cache(maxsize=1024)
def _is_plain_meta(meta_json: bytes) -> bool:
    """Whether the SDK accepts a call's `_meta`, for the version in its header, and it asks for no progress."""
    meta: Mapping[str, Any] = orjson.loads(meta_json)  # Any: JSON
    required = {"io.modelcontextprotocol/protocolVersion", "io.modelcontextprotocol/clientCapabilities"}
    if "progressToken" in meta or not required <= meta.keys():
        return False
    if meta["io.modelcontextprotocol/protocolVersion"] != _VERSION:
        return False
    try:
        methods.validate_client_request("tools/call", _VERSION, {"name": "x", "arguments": {}, "_meta": meta})
    except ValidationError:
        return False
    return True
