"""The lane answers as the SDK does, or leaves the request to it: a differential fuzz over requests and their damage."""

import asyncio
import json
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envkit.environment import Environment
from envkit.host import Host, host_judge
from envkit.hosted import EPISODE
from envkit.lane import Lane
from envkit.realism import Faults, RateLimit, Realism
from envkit.replies import KEY
from envkit.serve import make_host, security

VERSION = "2026-07-28"
META = "io.modelcontextprotocol/"
HEADERS = {
    "content-type": "application/json",
    "accept": "application/json, text/event-stream",
    "mcp-protocol-version": VERSION,
    "mcp-method": "tools/call",
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
KNOWN = st.sampled_from(["flt_zb5akb", "cus_xp5xqh", "x", "OSL", 1, 2, 5, True, None, "2025-03-05T00:00:00Z", 2**63])
NAMES = ["get_flight", "search_flights", "find_customer", "update_customer", "list_bookings", "book_flight", "nope"]
HARSH = Realism(faults=Faults(share=0.3), rate_limit=RateLimit(calls=4), page_rows=2)
ARGUMENTS = ["flight_id", "customer_id", "passengers", "origin", "limit", "cursor", "sort", "name", "email", "zzz"]


@st.composite
def requests(draw: st.DrawFn) -> tuple[dict[str, str], bytes]:
    """Draw a plain call, and often damage it in one place."""
    name = draw(st.sampled_from(NAMES))
    arguments: Any = draw(st.dictionaries(st.sampled_from(ARGUMENTS), KNOWN | JSON, max_size=4))
    meta = {META + "protocolVersion": VERSION, META + "clientInfo": {"name": "t", "version": "1"}}
    meta[META + "clientCapabilities"] = {}
    if draw(st.booleans()):
        meta[KEY] = draw(st.sampled_from(["one", "two", "three", "", "x" * 201, 7, None, [], {"a": 1}]))
    params = {"name": name, "arguments": arguments, "_meta": meta}
    message: dict[str, Any] = {
        "jsonrpc": "2.0",
        "id": draw(st.integers(0, 9) | st.text(max_size=3)),
        "method": "tools/call",
    }
    message["params"] = params
    headers = {**HEADERS, "mcp-name": name}
    place = draw(st.sampled_from(["none", "none", "none", "message", "params", "meta", "headers", "body"]))
    if place in ("message", "params", "meta"):
        target = {"message": message, "params": params, "meta": meta}[place]
        key = draw(st.sampled_from([*target, "progressToken", "extra"]))
        target[key] = draw(JSON)
        if draw(st.booleans()):
            del target[key]
    elif place == "headers":
        key = draw(st.sampled_from([*headers, "mcp-param-x", "origin", "host", "x-new", "mcp-session-id"]))
        values = ["", "x", "application/json; charset=utf-8", "*/*", "text/event-stream", "2025-11-25", "tools/list"]
        headers[key] = draw(st.sampled_from([*values, "http://evil.example", "http://localhost", "=?base64?eA==?="]))
    body = json.dumps(message).encode()
    if place == "body":
        cut = draw(st.integers(0, len(body)))
        body = draw(st.sampled_from([body[:cut], b"[" + body + b"]", b"[" * 2000, b"\xff", b'{"a": NaN}', b"9" * 25]))
    return headers, body


class Pair:
    """Two hosts with equal worlds, one answering through its lane and one only through the SDK."""

    def __init__(self, folder: Path, realism: Realism | None) -> None:
        self.laned, self.plain = make_host([folder], realism=realism), make_host([folder], realism=realism)
        ((slug, lane),) = self.plain._lanes.items()
        self.plain._lanes = {slug: lane._endpoint}

    async def ask(self, host: Host, headers: dict[str, str], body: bytes) -> tuple[int, object]:
        transport = httpx2.ASGITransport(app=host, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
            response = await client.post("/tiny_air/mcp", headers=headers, content=body)
            return response.status_code, _read(response)

    def state(self, host: Host) -> bytes:
        return host.environments["tiny_air"].episodes.get("default").store.image()


def _read(response: httpx2.Response) -> object:
    try:
        return response.json()
    except ValueError:
        return response.text


@pytest.mark.parametrize(("realism", "examples"), [(None, 400), (HARSH, 150)], ids=["plain", "harsh"])
async def test_the_lane_answers_as_the_sdk_does(tiny_air_folder: Path, realism: Realism | None, examples: int):
    pair = Pair(tiny_air_folder, realism)
    loop = asyncio.get_running_loop()

    def run(awaitable: Coroutine[Any, Any, tuple[int, object]]) -> tuple[int, object]:
        return asyncio.run_coroutine_threadsafe(awaitable, loop).result(30)

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(requests())
    def compare(request: tuple[dict[str, str], bytes]) -> None:
        headers, body = request
        assert run(pair.ask(pair.laned, headers, body)) == run(pair.ask(pair.plain, headers, body))

    async with pair.laned.running(), pair.plain.running():
        await asyncio.to_thread(compare)
        assert pair.state(pair.laned) == pair.state(pair.plain)


def plain_call() -> tuple[dict[str, str], dict[str, Any]]:
    meta = {META + "protocolVersion": VERSION, META + "clientCapabilities": {}}
    params = {"name": "get_flight", "arguments": {"flight_id": "flt_zb5akb"}, "_meta": meta}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    return {**HEADERS, "mcp-name": "get_flight", "host": "localhost"}, message


async def drive(lane: Lane, environment: Environment, host: Host, headers: dict[str, str], chunks: list[bytes]) -> bool:
    """Send one request to a lane; return whether the lane itself answered."""
    sent: list[dict[str, Any]] = []
    messages = [
        {"type": "http.request", "body": chunk, "more_body": place + 1 < len(chunks)}
        for place, chunk in enumerate(chunks)
    ]

    async def receive() -> dict[str, Any]:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    episode = host.environments["tiny_air"].episodes.get("default")
    pairs = [(key.encode(), value.encode()) for key, value in headers.items()]
    await lane({"type": "http", "method": "POST", "headers": pairs, EPISODE: episode}, receive, send)
    return bool(sent)


@pytest.mark.parametrize("chunks", [1, 2, 5])
async def test_a_plain_call_takes_the_lane_in_however_many_pieces(tiny_air_folder, tiny_air, chunks):
    host = make_host([tiny_air_folder])
    headers, message = plain_call()
    body = json.dumps(message).encode()
    size = -(-len(body) // chunks)
    lane = Lane(host.environments["tiny_air"], _no_endpoint, host_judge(security(())), 10_000)

    assert await drive(lane, tiny_air, host, headers, [body[at : at + size] for at in range(0, len(body), size)])


@pytest.mark.parametrize("limit", [10, 10_000])
async def test_a_body_too_long_or_broken_off_is_left_to_the_sdk_whole(tiny_air_folder, tiny_air, limit):
    host = make_host([tiny_air_folder])
    headers, message = plain_call()
    body = json.dumps(message).encode()
    got: list[bytes] = []

    async def endpoint(scope, receive, send) -> None:
        while (part := await receive())["type"] == "http.request":
            got.append(part["body"])

    lane = Lane(host.environments["tiny_air"], endpoint, host_judge(security(())), limit)
    chunks = [body[:20], body[20:]] if limit == 10 else [body[:20], b""]

    assert not await drive(lane, tiny_air, host, headers, chunks)
    assert b"".join(got) == b"".join(chunks)


async def test_a_client_that_leaves_midway_is_left_to_the_sdk(tiny_air_folder, tiny_air):
    host = make_host([tiny_air_folder])
    headers, _ = plain_call()
    got: list[str] = []

    async def endpoint(scope, receive, send) -> None:
        got.extend([(await receive())["type"], (await receive())["type"]])

    lane = Lane(host.environments["tiny_air"], endpoint, host_judge(security(())), 10_000)

    assert not await drive(lane, tiny_air, host, headers, [])
    assert got == ["http.request", "http.disconnect"]


async def _no_endpoint(scope, receive, send) -> None:
    raise AssertionError("the lane passed on a plain call")


def test_any_host_is_accepted_where_the_guard_is_off():
    assert host_judge(security(["*"]))(b"evil.example")
    assert not host_judge(security(()))(b"evil.example")
    assert host_judge(security(["farm.example"]))(b"farm.example:8080")


@pytest.mark.parametrize("damage", [{"clientInfo": 7}, {"clientCapabilities": []}])
async def test_a_meta_the_sdk_rejects_is_left_to_it(tiny_air_folder, tiny_air, damage: dict[str, Any]):
    host = make_host([tiny_air_folder])
    headers, message = plain_call()
    message["params"]["_meta"] |= {META + key: value for key, value in damage.items()}
    got: list[str] = []

    async def endpoint(scope, receive, send) -> None:
        got.append((await receive())["type"])

    lane = Lane(host.environments["tiny_air"], endpoint, host_judge(security(())), 10_000)

    assert not await drive(lane, tiny_air, host, headers, [json.dumps(message).encode()])
    assert got == ["http.request"]
