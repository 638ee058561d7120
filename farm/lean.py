"""A lean line: the newest revision of MCP as our own hosts speak it, at a fifth of the official client's cost."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

import orjson

from envkit.calls import Json, JsonObject, Observation
from envkit.replies import KEY
from farm.errors import AnswerError
from farm.http import Http
from farm.link import CLIENT, REVISION, Tool, encoded_name, misdirected, read_page, read_result

INVALID_PARAMS = -32602
META: Mapping[str, Json] = {
    "io.modelcontextprotocol/protocolVersion": REVISION,
    "io.modelcontextprotocol/clientInfo": {"name": CLIENT.name, "version": CLIENT.version},
    "io.modelcontextprotocol/clientCapabilities": {},
}


class LeanLine:
    """A line to one world, a request a call, for thousands of calls at a time.

    It sends what the official client sends in `REVISION` and reads answers with that client's types, so both make the
    same observations; `tests/farm/test_lean.py` proves it. A server that answers otherwise than by one JSON object (by
    an event stream, or with a question of its own) is for the official client.
    """

    is_broken = False

    def __init__(self, url: str, http: Http, *, timeout_s: float) -> None:
        self._url, self._http, self._timeout_s = url, http, timeout_s
        self._ids = count(1)

    async def tools(self) -> tuple[Tool, ...]:
        """List every tool."""
        found: list[Tool] = []
        params: dict[str, Json] = {}
        while True:
            answer = await self._ask("tools/list", params, {}, self._timeout_s)
            tools, cursor = read_page(self._url, self._result("tools/list", answer))
            found += tools
            if cursor is None:
                return tuple(found)
            params = {"cursor": cursor}

    async def call(
        self, tool: str, arguments: JsonObject, *, key: str | None = None, timeout_s: float | None = None
    ) -> Observation:
        """Call a tool; a refusal is an observation, a line that failed is a FarmError."""
        params: dict[str, Json] = {"name": tool, "arguments": arguments}
        if key is not None:
            params["_meta"] = {**META, KEY: key}
        limit_s = self._timeout_s if timeout_s is None else timeout_s
        answer = await self._ask("tools/call", params, {"mcp-name": encoded_name(tool)}, limit_s)
        error = answer.get("error")
        if isinstance(error, Mapping) and error.get("code") == INVALID_PARAMS:
            return misdirected(str(error.get("message", "")))
        return read_result(self._url, self._result("tools/call", answer))

    async def close(self) -> None:
        """Hang up; nothing is held between calls."""

    async def _ask(
        self, method: str, params: Mapping[str, Json], headers: Mapping[str, str], timeout_s: float
    ) -> JsonObject:
        message = {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": {"_meta": META, **params}}
        sent = {
            "accept": "application/json, text/event-stream",
            "content-type": "application/json",
            "mcp-method": method,
            "mcp-protocol-version": REVISION,
            **headers,
        }
        body = await self._http.send("POST", self._url, body=orjson.dumps(message), headers=sent, timeout_s=timeout_s)
        try:
            answer = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise AnswerError(f"{self._url}: the answer to {method} is not JSON: {error.msg}") from error
        if not isinstance(answer, dict) or answer.get("id") != message["id"]:
            raise AnswerError(f"{self._url}: the answer to {method} does not belong to the question")
        return answer

    def _result(self, method: str, answer: JsonObject) -> Json:
        error = answer.get("error")
        if isinstance(error, Mapping):
            raise AnswerError(f"{self._url}: {method} failed: {error.get('message')} ({error.get('code')})")
        return answer.get("result")


class LeanLines:
    """The lean lines of one farm, over its one pool of connections."""

    def __init__(self, http: Http, *, timeout_s: float) -> None:
        self._http, self._timeout_s = http, timeout_s

    def to(self, url: str) -> LeanLine:
        """Make a line to an MCP endpoint."""
        return LeanLine(url, self._http, timeout_s=self._timeout_s)

    async def close(self) -> None:
        """Do nothing: the pool is the farm's."""
