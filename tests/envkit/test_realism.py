"""Worlds with a profile: seeded, bounded, untouched by what was refused, and carried by forks and snapshots."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import mcp
import pytest
from mcp.client.stdio import StdioServerParameters
from pydantic import ValidationError

from envkit.errors import RATE_LIMITED, REFUSAL, TRANSIENT, UNAVAILABLE
from envkit.realism import PROFILES, Latency, Realism
from tests.envkit.test_host import call, control, digest, opened
from tests.envkit.test_serve import serving

OFTEN = {"faults": {"share": 0.6, "in_a_row": 3}}
BOOK = {"customer_id": "cus_qfaear", "flight_id": "flt_s49s2t", "passengers": 1}


async def tried(http: Any, episode: dict[str, Any], times: int = 12) -> list[str]:
    """Look at a flight again and again; return what each call was answered with, the code of a refusal or `ok`."""
    seen = [await call(http, episode["url"], "get_flight", {"flight_id": "flt_zb5akb"}) for _ in range(times)]
    return [code_of(each) or "ok" for each in seen]


def code_of(result: Any) -> str:
    return str(result["_meta"][REFUSAL]["code"]) if result["isError"] else ""


def test_a_profile_out_of_order_is_refused() -> None:
    with pytest.raises(ValidationError, match="least_ms 9 is above most_ms 5"):
        Latency(least_ms=9, most_ms=5)


async def test_a_refused_call_leaves_the_world_byte_for_byte_and_retrying_books(served) -> None:
    async with served() as http:
        told = await opened(http, seed=0, realism=OFTEN)
        before = await digest(http, told)
        met = []
        while "ok" not in met:
            assert await digest(http, told) == before
            met.append(code_of(await call(http, told["url"], "book_flight", BOOK)) or "ok")

        assert met[0] == UNAVAILABLE
        assert len(met) <= 4
        assert len((await http.get(control(told, "diff"))).json()["added"]["booking"]) == 1


async def test_a_refusal_is_data_and_says_what_to_do(served) -> None:
    async with served() as http:
        told = await opened(http, realism={"rate_limit": {"calls": 1, "refused": 2}})
        first, second, third = [await call(http, told["url"], "find_customer", {}) for _ in range(3)]

    assert not first["isError"]
    assert second["_meta"][REFUSAL].items() >= {"code": RATE_LIMITED, "retry_after_calls": 1}.items()
    assert second["content"][0]["text"].endswith("1 more will be refused, then calls are let through again.")
    assert third["content"][0]["text"].endswith("the next one is let through.")


async def test_a_fork_a_snapshot_and_a_reset_carry_the_weather(served) -> None:
    async with served() as http:
        told = await opened(http, realism=OFTEN)
        begun = await tried(http, told)
        kept = (await http.post(control(told, "snapshot"), json={})).json()["snapshot"]
        fork = (await http.post(control(told, "fork"), json={})).json()
        went_on = await tried(http, told)

        assert await tried(http, fork) == went_on != begun
        assert await tried(http, await opened(http, snapshot=kept)) == went_on
        await http.post(control(told, "restore"), json={"snapshot": kept})
        assert await tried(http, told) == went_on
        await http.post(control(told, "reset"), json={})
        assert await tried(http, told) == begun


async def test_an_episode_keeps_its_profile_whatever_it_is_restored_to(served) -> None:
    async with served() as http:
        told, plain = await opened(http, realism=OFTEN), await opened(http)
        begun = await tried(http, told)
        kept = [(await http.post(control(each, "snapshot"), json={})).json()["snapshot"] for each in (told, plain)]

        await http.post(control(told, "restore"), json={"snapshot": kept[1]})
        await http.post(control(plain, "restore"), json={"snapshot": kept[0]})

        assert await tried(http, told) == begun
        assert set(await tried(http, plain)) == {"ok"}
        other = await opened(http, realism={"page_rows": 1})
        await http.post(control(other, "restore"), json={"snapshot": kept[0]})
        assert set(await tried(http, other)) == {"ok"}


async def test_a_fork_may_begin_in_a_profile_of_its_own(served) -> None:
    async with served() as http:
        told = await opened(http, seed=4)
        assert set(await tried(http, told)) == {"ok"}

        fork = (await http.post(control(told, "fork"), json={"realism": OFTEN})).json()

        assert await tried(http, fork) == await tried(http, await opened(http, seed=4, realism=OFTEN))
        assert set(await tried(http, told)) == {"ok"}


async def test_pages_are_short_and_their_cursors_lead_to_every_row(served) -> None:
    async with served() as http:
        plain, told = await opened(http), await opened(http, realism={"page_rows": 3})
        whole = (await call(http, plain["url"], "search_flights", {"limit": 50}))["structuredContent"]
        rows, sizes, cursor = [], [], {}
        while cursor is not None:
            page = (await call(http, told["url"], "search_flights", {"limit": 50, **cursor}))["structuredContent"]
            rows, sizes = [*rows, *page["items"]], [*sizes, len(page["items"])]
            cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None
            assert page["total"] == whole["total"]
        small = (await call(http, told["url"], "search_flights", {"limit": 2}))["structuredContent"]

    assert rows == whole["items"]
    assert sizes == [3, 3, 3, 1]
    assert len(small["items"]) == 2


async def test_a_call_sent_again_with_its_key_is_refused_as_it_was_and_counts_once(served) -> None:
    async with served() as http:
        url = (await opened(http, realism={"rate_limit": {"calls": 1, "refused": 1}}))["url"]
        await call(http, url, "find_customer", {})
        headers = {"accept": "application/json", "mcp-protocol-version": "2026-07-28"}
        sent = {**headers, "mcp-method": "tools/call", "mcp-name": "book_flight"}
        meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}
        meta |= {"io.modelcontextprotocol/clientCapabilities": {}, "envfarm/idempotency-key": "k"}
        params = {"name": "book_flight", "arguments": BOOK, "_meta": meta}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}

        first, again = [(await http.post(url, json=message, headers=sent)).json()["result"] for _ in range(2)]

        assert code_of(first) == RATE_LIMITED
        assert first == again
        assert not (await call(http, url, "book_flight", BOOK))["isError"]


@pytest.mark.parametrize("name", PROFILES)
async def test_a_profile_has_a_name_and_is_told(served, name: Any) -> None:
    async with served() as http:
        told = await opened(http, realism=name)
        plain = await opened(http)

        assert Realism.model_validate(told["realism"]) == PROFILES[name]
        assert "realism" not in plain
        assert (await http.get(control(told))).json() == told


@pytest.mark.parametrize(
    ("realism", "said"),
    [
        (
            "rouhg",
            "realism: Value error, expected a profile, or the name of one (faults, limits, pages",
        ),
        ({"faults": {"share": 1.5}}, "realism.faults.share: Input should be less than 1"),
        ({"fault": {}}, "realism.fault: Extra inputs are not permitted"),
        (7, "realism: Input should be an object"),
    ],
)
async def test_what_is_no_profile_is_refused_with_a_sentence(served, realism: object, said: str) -> None:
    async with served() as http:
        answer = await http.post("/tiny_air/episodes", json={"realism": realism})

    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith(said)


@pytest.mark.parametrize("version", ["2026-07-28", "2025-11-25"])
async def test_answers_that_are_held_back_are_the_same(served, version: str) -> None:
    async with served() as http:
        answers = []
        for realism in (None, {"latency": {"most_ms": 1}}):
            url = (await opened(http, realism=realism))["url"]
            if version == "2026-07-28":
                answers.append(await call(http, url, "find_customer", {}))
            else:
                headers = {"accept": "application/json, text/event-stream", "mcp-protocol-version": version}
                hello = {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
                message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}
                session = (await http.post(url, json=message, headers=headers)).headers["mcp-session-id"]
                params = {"name": "find_customer", "arguments": {}}
                message = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": params}
                sent = {**headers, "mcp-session-id": session}
                answers.append((await http.post(url, json=message, headers=sent)).json()["result"])

    assert answers[0] == answers[1]


@pytest.mark.parametrize("mode", ["2026-07-28", "legacy"])
@pytest.mark.parametrize("way", ["http", "stdio"])
async def test_a_default_world_has_the_profile_that_its_server_was_started_with(
    tiny_air_folder: Path, tmp_path: Path, mode: str, way: str
) -> None:
    program = str(tiny_air_folder / "server.py")
    if way == "stdio":
        arguments = [program, "--realism", "limits"]
        server = StdioServerParameters(command=sys.executable, args=arguments, cwd=str(tmp_path), env=dict(os.environ))
        listed, met = await listed_and_met(mcp.Client(server, mode=mode))
    else:
        options = ("--http", "127.0.0.1:0", "--ephemeral", "--realism", "limits")
        with serving(*options, cwd=tmp_path, program=(program,)) as (url, _):
            listed, met = await listed_and_met(mcp.Client(f"{url}/tiny_air/mcp", mode=mode))

    assert met == ["", "", "", "", "", RATE_LIMITED, RATE_LIMITED, ""]
    assert TRANSIENT.isdisjoint(json.dumps(listed).split('"'))


async def listed_and_met(client: mcp.Client) -> tuple[list[Any], list[str]]:
    """List the tools; make eight calls and return the code of each, empty for what was let through."""
    async with client:
        listed = [tool.model_dump(mode="json") for tool in (await client.list_tools()).tools]
        answers = [await client.call_tool("find_customer", {}) for _ in range(8)]
    return listed, [answer.meta[REFUSAL]["code"] if answer.is_error else "" for answer in answers]


async def test_no_word_of_a_policy_reaches_the_weather(served) -> None:
    async with served() as http:
        told = await opened(http, realism={"rate_limit": {"calls": 1, "refused": 100}})
        await call(http, told["url"], "find_customer", {})
        refused = await call(http, told["url"], "find_customer", {"realism": None})
        headers = {"accept": "application/json", "mcp-protocol-version": "2026-07-28", "mcp-method": "realism"}
        answer = await http.post(told["url"], json={"jsonrpc": "2.0", "id": 1, "method": "realism"}, headers=headers)

        assert code_of(refused) == RATE_LIMITED
        assert "result" not in answer.json()
        assert set(await tried(http, told, 5)) == {RATE_LIMITED}
