"""A call sent again with its key: executed once, answered as before, forgotten within bounds."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from envkit.environment import Answer
from envkit.errors import INTERNAL, KEY_REUSED, STORAGE_FULL
from envkit.replies import KEY, KEY_LENGTH, MOST, MOST_BYTES, NO_REPLIES, Reply

FLIGHT, CUSTOMER = "flt_s49s2t", "cus_qfaear"
BOOK = {"customer_id": CUSTOMER, "flight_id": FLIGHT, "passengers": 2}
META = "io.modelcontextprotocol/"
VERSION = "2026-07-28"


def message(tool: str, arguments: dict[str, Any], key: object = None) -> dict[str, Any]:
    meta = {META + "protocolVersion": VERSION, META + "clientCapabilities": {}}
    if key is not None:
        meta[KEY] = key
    params = {"name": tool, "arguments": arguments, "_meta": meta}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


async def send(http: Any, url: str, tool: str, arguments: dict[str, Any], key: object = None) -> dict[str, Any]:
    headers = {
        "accept": "application/json",
        "mcp-protocol-version": VERSION,
        "mcp-method": "tools/call",
        "mcp-name": tool,
    }
    answer = await http.post(url, json=message(tool, arguments, key), headers=headers)
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()["result"]
    return result


async def opened(http: Any, **body: object) -> dict[str, str]:
    answer = await http.post("/tiny_air/episodes", json=body)
    told: dict[str, str] = answer.json()
    return told


async def seats(http: Any, url: str) -> int:
    left: int = (await send(http, url, "get_flight", {"flight_id": FLIGHT}))["structuredContent"]["seats_left"]
    return left


async def test_a_call_sent_again_is_executed_once_and_answered_as_before(served):
    async with served() as http:
        url = (await opened(http))["url"]

        first, second = [await send(http, url, "book_flight", BOOK, "k1") for _ in range(2)]

        assert first == second
        assert await seats(http, url) == 3
        await send(http, url, "book_flight", BOOK, "k2")
        assert await seats(http, url) == 1


async def test_a_refusal_is_kept_too(served):
    async with served() as http:
        url = (await opened(http))["url"]
        first = await send(http, url, "book_flight", {**BOOK, "passengers": 6}, "k")
        await send(http, url, "book_flight", BOOK)

        assert await send(http, url, "book_flight", {**BOOK, "passengers": 6}, "k") == first
        assert first["isError"]


async def test_a_key_of_another_call_is_refused(served):
    async with served() as http:
        url = (await opened(http))["url"]
        await send(http, url, "book_flight", BOOK, "k")

        for tool, arguments in (("book_flight", {**BOOK, "passengers": 1}), ("get_flight", {"flight_id": FLIGHT})):
            refused = await send(http, url, tool, arguments, "k")
            assert refused["content"][0]["text"].startswith(f"{KEY_REUSED}: The key 'k' came with another call")
        assert await seats(http, url) == 3


@pytest.mark.parametrize("key", ["", "x" * (KEY_LENGTH + 1), 7, [], {"a": 1}])
async def test_a_key_that_is_none_is_refused_and_nothing_done(served, key: object):
    async with served() as http:
        url = (await opened(http))["url"]

        refused = await send(http, url, "book_flight", BOOK, key)

        assert refused["content"][0]["text"].startswith(f"invalid_argument: The {KEY} in _meta must be a text")
        assert await seats(http, url) == 5


async def test_worlds_do_not_share_keys(served):
    async with served() as http:
        urls = [(await opened(http))["url"] for _ in range(2)]

        for url in urls:
            await send(http, url, "book_flight", BOOK, "k")

        assert [await seats(http, url) for url in urls] == [3, 3]


async def test_a_fork_knows_the_keys_of_its_past_and_none_that_came_later(served):
    async with served() as http:
        first = await opened(http)
        await send(http, first["url"], "book_flight", BOOK, "past")
        fork = (await http.post(f"/tiny_air/episodes/{first['episode']}/fork", json={})).json()
        await send(http, first["url"], "book_flight", {**BOOK, "passengers": 1}, "later")

        await send(http, fork["url"], "book_flight", BOOK, "past")
        assert await seats(http, fork["url"]) == 3
        await send(http, fork["url"], "book_flight", {**BOOK, "passengers": 1}, "later")
        assert await seats(http, fork["url"]) == 2


async def test_reset_and_restore_return_to_the_keys_of_that_moment(served):
    async with served() as http:
        told = await opened(http)
        path, url = f"/tiny_air/episodes/{told['episode']}", told["url"]
        await send(http, url, "book_flight", BOOK, "one")
        kept = (await http.post(f"{path}/snapshot", json={})).json()["snapshot"]
        await send(http, url, "book_flight", BOOK, "two")

        await http.post(f"{path}/restore", json={"snapshot": kept})
        await send(http, url, "book_flight", BOOK, "one")
        assert await seats(http, url) == 3
        await send(http, url, "book_flight", BOOK, "two")
        assert await seats(http, url) == 1

        other = (await opened(http, snapshot=kept))["url"]
        await send(http, other, "book_flight", BOOK, "one")
        assert await seats(http, other) == 3

        await http.post(f"{path}/reset", json={})
        await send(http, url, "book_flight", BOOK, "one")
        assert await seats(http, url) == 3


async def test_what_is_kept_counts_towards_the_bytes_held_and_is_given_back(served):
    async with served() as http:

        async def held() -> float:
            lines = (await http.get("/metrics")).text.splitlines()
            return float(next(line for line in lines if line.startswith("envkit_held_bytes ")).split()[1])

        told = await opened(http)
        before = await held()
        answer = await send(http, told["url"], "get_flight", {"flight_id": FLIGHT}, "k")

        assert await held() == before + len(answer["content"][0]["text"])
        await http.delete(f"/tiny_air/episodes/{told['episode']}")
        assert await held() == before


async def test_a_server_of_its_own_keeps_keys_over_stdio(tiny_air_folder: Path):
    command = [str(tiny_air_folder / "server.py")]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    contents = []
    for call in (message("book_flight", BOOK, "k"), message("book_flight", BOOK, "k"), message("book_flight", BOOK)):
        process.stdin.write(json.dumps(call).encode() + b"\n")
        contents.append(orjson.loads(await process.stdout.readline())["result"]["structuredContent"])
    process.stdin.close()
    await process.wait()

    assert contents[0] == contents[1]
    assert contents[2] != contents[0]


def test_the_oldest_answers_give_way_and_the_newest_never():
    replies = NO_REPLIES
    for n in range(MOST + 10):
        replies = replies.adding(f"k{n}", Reply(b"", Answer(b"x")))
    assert (len(replies.known), replies.size_bytes, next(iter(replies.known))) == (MOST, MOST, "k10")

    for n in range(3):
        replies = replies.adding(f"large{n}", Reply(b"", Answer(b"x" * MOST_BYTES)))
        assert (list(replies.known), replies.size_bytes) == ([f"large{n}"], MOST_BYTES)


@pytest.mark.parametrize("code", [INTERNAL, STORAGE_FULL])
def test_a_call_that_did_nothing_may_be_sent_again(code: str):
    assert NO_REPLIES.adding("k", Reply(b"", Answer(code=code))) is NO_REPLIES
