"""The control plane, and what stands in front of it."""

import asyncio
import json
import shutil
from pathlib import Path

import httpx2
import pytest

from envkit.episodes import Limits
from envkit.serve import make_host
from envkit.store import build_image

META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}


async def call(http, path: str, tool: str, arguments: dict[str, object]) -> dict[str, object]:
    """Call a tool over HTTP in the newest revision."""
    headers = {
        "accept": "application/json",
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "tools/call",
        "mcp-name": tool,
    }
    params = {"name": tool, "arguments": arguments, "_meta": META}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    response = await http.post(path, json=message, headers=headers)
    assert response.status_code == 200, response.text
    return response.json()["result"]


async def opened(http, **body: object) -> dict[str, object]:
    response = await http.post("/tiny_air/episodes", json=body)
    assert response.status_code == 201, response.text
    return response.json()


async def rename(http, episode: dict[str, object], name: str) -> str:
    """Give the first customer another name, and return the customer's id."""
    customer = (await call(http, episode["url"], "find_customer", {}))["structuredContent"]["items"][0]["id"]
    await call(http, episode["url"], "update_customer", {"customer_id": customer, "name": name})
    return customer


def control(episode: dict[str, object], verb: str = "") -> str:
    return f"/tiny_air/episodes/{episode['episode']}" + (f"/{verb}" if verb else "")


async def digest(http, episode: dict[str, object]) -> str:
    return (await http.get(control(episode, "digest"))).json()["digest"]


async def test_episodes_do_not_see_each_other(served):
    async with served() as http:
        a, b = await opened(http), await opened(http)
        customer = await rename(http, a, "Zed")

        assert (await http.get(control(b, "diff"))).json() == {}
        assert (await http.get(control(a, "diff"))).json() == {
            "changed": {"customer": {customer: {"name": ["Ada Moen", "Zed"]}}}
        }


async def test_a_reset_world_is_as_it_started(served):
    async with served() as http:
        episode = await opened(http, seed=4)
        start = await digest(http, episode)
        await rename(http, episode, "Zed")
        changed = await digest(http, episode)

        await http.post(control(episode, "reset"))

        assert await digest(http, episode) == start != changed


async def test_a_snapshot_can_be_restored_opened_and_compared_with(served):
    async with served() as http:
        episode = await opened(http)
        await rename(http, episode, "One")
        kept = (await http.post(control(episode, "snapshot"))).json()
        await rename(http, episode, "Two")

        other = await opened(http, snapshot=kept["snapshot"])
        since = (await http.get(control(episode, "diff"), params={"since": kept["snapshot"]})).json()
        await http.post(control(episode, "restore"), json={"snapshot": kept["snapshot"]})

        assert await digest(http, other) == kept["digest"]
        assert next(iter(since["changed"]["customer"].values())) == {"name": ["One", "Two"]}
        assert await digest(http, episode) == kept["digest"]


async def test_a_snapshot_travels_as_bytes(served):
    async with served() as http:
        episode = await opened(http)
        await rename(http, episode, "One")
        kept = (await http.post(control(episode, "snapshot"))).json()
        image = (await http.get(f"/tiny_air/snapshots/{kept['snapshot']}")).content

        uploaded = (await http.post("/tiny_air/snapshots", content=image)).json()

        assert uploaded["digest"] == kept["digest"]
        assert (await http.delete(f"/tiny_air/snapshots/{uploaded['snapshot']}")).status_code == 204
        assert (await http.get(f"/tiny_air/snapshots/{uploaded['snapshot']}")).status_code == 404


async def test_a_fork_is_equal_and_goes_its_own_way(served):
    async with served() as http:
        episode = await opened(http)
        await rename(http, episode, "One")
        fork = (await http.post(control(episode, "fork"), json={})).json()
        await rename(http, fork, "Two")

        assert (await http.get(control(episode, "state"))).json()["entities"]["customer"][0]["name"] == "One"
        assert next(iter((await http.get(control(fork, "diff"))).json()["changed"]["customer"].values())) == {
            "name": ["One", "Two"]
        }


async def test_time_passes_only_in_the_world_told_to(served):
    async with served() as http:
        a, b = await opened(http), await opened(http)

        assert (await http.post(control(a, "advance"), json={"seconds": 90})).json() == {"now": "2025-03-03T09:01:30Z"}
        assert (await http.get(control(b, "state"))).json()["now"] == "2025-03-03T09:00:00Z"


async def test_invariants_are_judged(served):
    async with served() as http:
        episode = await opened(http)

        assert (await http.get(control(episode, "invariants"))).json() == {
            "holds": {"seats_in_range": True},
            "conserved": {"seats": 50},
            "foreign_keys": [],
        }


async def test_a_closed_episode_answers_410_and_an_unknown_one_404_with_a_sentence(served):
    async with served() as http:
        episode = await opened(http)
        assert (await http.delete(control(episode))).status_code == 204

        for path in (control(episode), str(episode["url"])):
            answer = await (http.post(path, json={}) if path.endswith("mcp") else http.get(path))
            assert answer.status_code == 410
            assert answer.json()["error"]["message"].endswith("is closed; open a new one.")
        unknown = await http.get("/tiny_air/episodes/nope")
        assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "unknown_episode")


async def test_closing_gives_back_what_was_held(served):
    async with served() as http:
        for _ in range(3):
            episode = await opened(http)
            await rename(http, episode, "Zed")
            await http.post(control(episode, "snapshot"))
            await http.delete(control(episode))

        figures = (await http.get("/metrics")).text

        assert "envkit_held_bytes 0.0" in figures
        assert "envkit_episodes_held 0.0" in figures
        assert 'envkit_episodes_opened_total{environment="tiny_air"} 3.0' in figures
        assert 'envkit_tool_calls_total{environment="tiny_air",outcome="ok"} 6.0' in figures


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("GET", "/nowhere", None, 404, "There is no GET /nowhere"),
        ("GET", "/nowhere/mcp", None, 404, "There is no environment 'nowhere' here; there are tiny_air."),
        ("GET", "/tiny_air/episodes", None, 404, "There is no GET /tiny_air/episodes"),
        ("POST", "/tiny_air/episodes", {"seed": "1"}, 400, "seed: "),
        ("POST", "/tiny_air/episodes", {"sead": 1}, 400, "sead: "),
        ("POST", "/tiny_air/episodes", {"ttl_s": 0}, 400, "ttl_s: "),
        ("POST", "/tiny_air/episodes", {"snapshot": "x"}, 404, "There is no snapshot 'x'"),
        ("POST", "/tiny_air/episodes/default/advance", {"seconds": -1}, 400, "seconds: "),
        ("POST", "/tiny_air/snapshots", {"not": "a world"}, 400, "not a snapshot"),
        ("DELETE", "/tiny_air/episodes/default", None, 409, "cannot be closed"),
        ("GET", "/tiny_air/episodes/default/diff?since=x", None, 404, "There is no snapshot 'x'"),
    ],
)
async def test_a_bad_control_request_gets_a_sentence(served, method, path, body, status, words):
    async with served() as http:
        answer = await http.request(method, path, content=None if body is None else json.dumps(body))

        assert answer.status_code == status, answer.text
        assert words in answer.json()["error"]["message"]


async def test_a_snapshot_of_another_environment_is_refused(served):
    async with served() as http:
        image = build_image("CREATE TABLE other (id TEXT PRIMARY KEY) STRICT;", [], {"seed": 0})

        answer = await http.post("/tiny_air/snapshots", content=image)

        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_snapshot")


async def test_more_episodes_than_the_limit_are_refused_until_one_closes(served):
    async with served(limits=Limits(episodes=2)) as http:
        first, _ = await opened(http), await opened(http)
        full = await http.post("/tiny_air/episodes", json={})
        await http.delete(control(first))

        assert (full.status_code, full.json()["error"]["code"]) == (429, "full")
        assert (await http.post("/tiny_air/episodes", json={})).status_code == 201


async def test_an_idle_episode_expires_and_makes_room(served):
    async with served(limits=Limits(episodes=1)) as http:
        idle = await opened(http, ttl_s=1e-9)
        await opened(http)

        answer = await http.get(control(idle))

        assert (answer.status_code, answer.json()["error"]["code"]) == (410, "expired")


async def test_bytes_beyond_the_limit_are_refused_never_a_crash(served):
    async with served(limits=Limits(held_bytes=15_000)) as http:
        a, b = await opened(http), await opened(http)
        await rename(http, a, "One")
        forked = await http.post(control(a, "fork"), json={})
        customer = (await call(http, b["url"], "find_customer", {}))["structuredContent"]["items"][0]["id"]
        await rename(http, b, "Two")
        refused = await call(http, b["url"], "update_customer", {"customer_id": customer, "name": "Three"})

        assert (forked.status_code, forked.json()["error"]["code"]) == (429, "full")
        assert refused["_meta"]["envfarm/refusal"]["code"] == "storage_full"


async def test_a_request_too_large_answers_413(served):
    async with served(limits=Limits(request_bytes=1000)) as http:
        for path in ("/tiny_air/snapshots", "/tiny_air/mcp"):
            answer = await http.post(path, content=b"x" * 2000, headers={"content-type": "application/json"})
            assert answer.status_code == 413


async def test_a_token_guards_all_but_health_and_the_episodes_own_endpoint(served):
    async with served(token="t0p") as http:
        key = {"authorization": "Bearer t0p"}
        assert (await http.get("/health")).status_code == (await http.get("/ready")).status_code == 200
        for path in ("/", "/metrics", "/tiny_air/episodes/default/state", "/tiny_air/mcp"):
            assert (await http.get(path)).status_code == 401
        episode = (await http.post("/tiny_air/episodes", json={}, headers=key)).json()

        assert (await call(http, episode["url"], "find_customer", {}))["isError"] is False
        assert (await http.get(control(episode, "state"))).status_code == 401
        assert (await http.get(control(episode, "state"), headers=key)).status_code == 200


async def test_a_foreign_host_header_is_turned_away(served):
    async with served() as http:
        for path in ("/", "/tiny_air/episodes/default/state"):
            assert (await http.get(path, headers={"host": "evil.example"})).status_code == 421
        assert (await http.post("/tiny_air/mcp", json={}, headers={"host": "evil.example"})).status_code == 421


async def test_the_environments_are_listed(served):
    async with served() as http:
        assert (await http.get("/")).json() == {
            "environments": [
                {
                    "slug": "tiny_air",
                    "domain": "travel",
                    "title": "Tiny Air",
                    "version": 1,
                    "tools": 8,
                    "url": "/tiny_air/mcp",
                }
            ]
        }


async def test_a_server_that_cannot_be_loaded_says_why(tiny_air_folder: Path, tmp_path: Path):
    copy = Path(shutil.copytree(tiny_air_folder, tmp_path / "tiny_air"))
    (copy / "server.py").write_text("env = 1 +")
    host = make_host([copy])
    transport = httpx2.ASGITransport(app=host)

    async with host.running(), httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http:
        answer = await http.post("/tiny_air/episodes", json={})

    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "not_loadable")
    assert "SyntaxError" in answer.json()["error"]["message"]


async def test_idle_episodes_are_swept_without_anybody_asking(served, monkeypatch):
    monkeypatch.setattr("envkit.host._SWEEP_S", 0)
    async with served() as http:
        await opened(http, ttl_s=1e-9)

        async with asyncio.timeout(10):
            while "envkit_episodes_held 0.0" not in (await http.get("/metrics")).text:  # noqa: ASYNC110  # no event to hear
                await asyncio.sleep(0)


async def test_what_is_not_http_is_left_unanswered(tiny_air_folder: Path):
    sent: list[object] = []

    await make_host([tiny_air_folder])({"type": "websocket", "path": "/"}, None, sent.append)

    assert sent == []
