"""The gym over HTTP: every route, every status, and nothing of the truth."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from farm.farm import Farm
from farm.listen import served
from rollouts.gym import Gym, application
from rollouts.policy import answer_of
from sampler.task import Task
from tests.rollouts.gym.conftest import truth


@pytest.fixture
async def client(farm: Farm, reading: Task, booking: Task) -> AsyncIterator[httpx2.AsyncClient]:
    async with (
        Gym(farm, [reading, booking]) as gym,
        served(application(gym)) as url,
        httpx2.AsyncClient(base_url=url, trust_env=False, timeout=30) as client,
    ):
        yield client


async def test_tasks_are_listed_without_their_truth(client: httpx2.AsyncClient, reading: Task) -> None:
    listed = await client.get("/tasks")

    row = listed.json()["tasks"][0]
    assert (row["task"], row["toolset"], row["requests"]) == (reading.id, "tiny_air", 2)
    assert row["prompt"] == reading.turns[0].query
    assert row["system"].startswith("You act for the user")
    assert "TA103" not in listed.text
    assert reading.turns[1].query not in listed.text


async def test_toolsets_are_listed_as_endpoints_take_them(client: httpx2.AsyncClient) -> None:
    toolsets = (await client.get("/toolsets")).json()["toolsets"]

    assert [*toolsets] == ["tiny_air+twin_air", "tiny_air"]
    named = {tool["function"]["name"]: tool["function"] for tool in toolsets["tiny_air+twin_air"]}
    assert named["twin_air_book_flight"]["parameters"]["required"]
    assert {tool["type"] for tool in toolsets["tiny_air"]} == {"function"}


async def test_a_task_is_played_over_http(client: httpx2.AsyncClient, booking: Task) -> None:
    told = (await client.put("/rollouts/r1", json={"task": booking.id})).json()
    assert [message["role"] for message in told["messages"]] == ["system", "user"]
    assert told["tools"]

    for each in truth(booking):
        said = each(told["move"]).model_dump(mode="json")
        told = (await client.post("/rollouts/r1", json=said)).json()

    assert told["outcome"]["reward"] == 1.0
    assert (told["outcome"]["stop"], told["outcome"]["reason"]) == ("done", "")
    assert (await client.get("/rollouts/r1")).json() == told
    record = (await client.get("/rollouts/r1/episode")).json()["episode"]
    assert (record["task"], record["reward"]["total"]) == (booking.id, 1.0)
    assert record["turns"][0]["answer"] == answer_of(booking, 0)
    assert (await client.get("/")).json() == {"gym": 1, "tasks": 2, "playing": 0}


async def test_tool_messages_carry_the_ids_of_the_calls_they_answer(client: httpx2.AsyncClient, reading: Task) -> None:
    await client.put("/rollouts/r", json={"task": reading.id})
    said = truth(reading)[0](0).model_dump(mode="json")
    told = (await client.post("/rollouts/r", json=said)).json()

    assert told["messages"][0]["tool_call_id"] == told["said"]["tool_calls"][0]["id"] == "c0"
    assert (await client.get("/rollouts/r/episode")).json() == {"episode": None}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("PUT", "/rollouts/r", {"task": "task_none"}, 404, "unknown"),
        ("PUT", "/rollouts/r", {}, 422, "invalid"),
        ("POST", "/rollouts/none", {"move": 0, "content": "hi"}, 404, "unknown"),
        ("POST", "/rollouts/begun", {"content": "hi"}, 422, "invalid"),
        ("POST", "/rollouts/begun", {"move": 3, "content": "hi"}, 409, "out_of_turn"),
        ("PUT", "/rollouts/begun", {"task": "task_none"}, 409, "taken"),
        ("GET", "/rollouts/none", None, 404, "unknown"),
    ],
)
async def test_what_a_caller_does_wrong_is_said(
    client: httpx2.AsyncClient, reading: Task, method: str, path: str, body: Any, status: int, code: str
) -> None:
    await client.put("/rollouts/begun", json={"task": reading.id})

    answer = await client.request(method, path, json=body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["message"]


async def test_a_rollout_is_closed(client: httpx2.AsyncClient, reading: Task) -> None:
    await client.put("/rollouts/r", json={"task": reading.id})

    assert [(await client.delete("/rollouts/r")).json()["closed"] for _ in range(2)] == [True, False]


async def test_a_gym_with_a_token_asks_for_it(farm: Farm, reading: Task) -> None:
    async with (
        Gym(farm, [reading]) as gym,
        served(application(gym, token="secret")) as url,
        httpx2.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        without = await client.get("/tasks")
        wrong = await client.get("/tasks", headers={"authorization": "Bearer other"})
        right = await client.get("/tasks", headers={"authorization": "Bearer secret"})

    assert (without.status_code, wrong.status_code, right.status_code) == (401, 401, 200)
    assert without.json()["error"]["code"] == "access"
