import asyncio
import json
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from envkit.calls import Json, ToolCall
from farm.errors import AnswerError, DeadlineError, ServerGoneError
from farm.farm import Farm
from farm.http import Http
from farm.launch import HostProcess
from farm.lean import LeanLine
from tests.farm.conftest import answering


@pytest.fixture
async def lean(host: HostProcess) -> AsyncIterator[Farm]:
    async with Farm.attach(host.url, lean=True) as farm:
        yield farm


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(None) as http:
        yield http


def drawn(rng: random.Random) -> list[ToolCall]:
    """Draw calls that succeed, are refused, are malformed, and name no tool."""
    values: list[Json] = ["cus_qfaear", "flt_s49s2t", "none", "", 0, 1, 2, 99, None, True, "ø", ["x"], {"a": 1}]
    names = ["get_flight", "book_flight", "search_flights", "update_customer", "list_bookings", "fly", "flý", "a\nb"]
    keys = ["customer_id", "flight_id", "passengers", "name", "email", "limit", "origin", "zzz"]
    calls = [
        ToolCall("tiny_air", "book_flight", {"customer_id": "cus_qfaear", "flight_id": "flt_s49s2t", "passengers": 1}),
        ToolCall("tiny_air", "search_flights", {"limit": 1}),
        ToolCall("tiny_air", "get_flight", {"flight_id": "none"}),
    ]
    for _ in range(300):
        arguments = {key: rng.choice(values) for key in rng.sample(keys, rng.randint(0, 3))}
        calls.append(ToolCall("tiny_air", rng.choice(names), arguments))
    return calls


async def test_both_clients_make_the_same_observations(farm: Farm, lean: Farm) -> None:
    calls = drawn(random.Random(5))

    async with await farm.open(["tiny_air"], seed=3) as official, await lean.open(["tiny_air"], seed=3) as other:
        told = [await official.call(call) for call in calls]
        told_lean = [await other.call(call) for call in calls]

        assert told_lean == told
        assert {observation.code for observation in told} >= {None, "not_found", "unknown_tool", "invalid_argument"}
        assert await other.digest() == await official.digest()


async def test_both_clients_list_the_same_tools(farm: Farm, lean: Farm) -> None:
    async with await farm.open(["tiny_air"]) as official, await lean.open(["tiny_air"]) as other:
        assert await other.tools() == await official.tools()


async def test_a_farm_with_a_token_is_called_with_it(folders: Path) -> None:
    async with Farm.launch([folders], token="sesame", lean=True) as farm, await farm.open(["tiny_air"]) as session:
        assert not (await session.call(ToolCall("tiny_air", "search_flights", {}))).is_refused


def reply(message: object) -> bytes:
    body = json.dumps(message).encode()
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % len(body) + body


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        ({"jsonrpc": "2.0", "id": 1, "result": {"content": "x"}}, "the answer to tools/call is not MCP"),
        ({"jsonrpc": "2.0", "id": 1}, "the answer to tools/call is not MCP"),
        ({"jsonrpc": "2.0", "id": 7, "result": {"content": []}}, "does not belong to the question"),
        (["x"], "does not belong to the question"),
        ({"jsonrpc": "2.0", "id": 1, "error": {"code": -32603, "message": "Oh"}}, r"tools/call failed: Oh \(-32603\)"),
    ],
)
async def test_an_answer_that_is_no_result_is_named(http: Http, message: object, complaint: str) -> None:
    async with answering(reply(message)) as url:
        with pytest.raises(AnswerError, match=complaint):
            await LeanLine(url, http, timeout_s=5).call("get", {})


async def test_a_listing_that_is_none_is_named(http: Http) -> None:
    async with answering(reply({"jsonrpc": "2.0", "id": 1, "result": {"tools": 3}})) as url:
        with pytest.raises(AnswerError, match="the answer to tools/list is not MCP"):
            await LeanLine(url, http, timeout_s=5).tools()


async def test_pages_of_tools_are_read_to_the_last(http: Http) -> None:
    def page(number: int, **rest: str) -> bytes:
        tools = [{"name": f"tool_{number}", "inputSchema": {"type": "object"}}]
        said = {"tools": tools, "resultType": "complete", "ttlMs": 0, "cacheScope": "public", **rest}
        return reply({"jsonrpc": "2.0", "id": number, "result": said})

    async with answering(page(1, nextCursor="x"), page(2)) as url:
        tools = await LeanLine(url, http, timeout_s=5).tools()

    assert [tool.name for tool in tools] == ["tool_1", "tool_2"]


async def test_an_answer_that_is_not_json_is_named(http: Http) -> None:
    async with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\noops") as url:
        with pytest.raises(AnswerError, match="the answer to tools/call is not JSON"):
            await LeanLine(url, http, timeout_s=5).call("get", {})


async def test_trouble_on_the_line_is_named(http: Http, unused_url: str, silent_url: str, dropping_url: str) -> None:
    with pytest.raises(ServerGoneError, match="nothing answers there"):
        await LeanLine(unused_url, http, timeout_s=5).call("get", {})
    with pytest.raises(DeadlineError, match=r"no answer within 0\.05 s"):
        await LeanLine(silent_url, http, timeout_s=5).call("get", {}, timeout_s=0.05)
    with pytest.raises(ServerGoneError, match="closed the line midway"):
        await LeanLine(dropping_url, http, timeout_s=5).call("get", {})


async def test_a_deadline_begins_when_a_calls_turn_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("farm.http.CONNECTIONS", 1)

    async def late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def answer() -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            writer.close()

        await reader.readuntil(b"\r\n\r\n")
        asyncio.get_running_loop().call_later(0.2, answer)

    server = await asyncio.start_server(late, "127.0.0.1", 0)
    url = "http://{}:{}".format(*server.sockets[0].getsockname())
    async with server, Http(None) as http:
        answers = await asyncio.gather(*(http.send("GET", url, timeout_s=1.0) for _ in range(6)))

    assert answers == [b"ok"] * 6
