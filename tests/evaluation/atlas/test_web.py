"""The contract of the sandbox API: every route, every status and every shape of an error."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from evaluation.atlas import Sandboxes, served
from farm.farm import Farm
from sampler.task import Task

BOOK = {"customer_id": "cus_cddd0v", "flight_id": "flt_csnrwr", "passengers": 1}


@pytest.fixture
async def client(farm: Farm, reading: Task, booking: Task) -> AsyncIterator[httpx2.AsyncClient]:
    async with (
        Sandboxes(farm, [reading, booking]) as sandboxes,
        served(sandboxes) as url,
        httpx2.AsyncClient(base_url=url, trust_env=False, timeout=30) as client,
    ):
        yield client


async def call(client: httpx2.AsyncClient, tool: str, arguments: object, prefix: str = "") -> httpx2.Response:
    body = {"tool_name": tool, "tool_args": arguments, "use_cache": True}
    return await client.post(f"{prefix}/call-tool", json=body)


@pytest.mark.parametrize("prefix", ["", "/s/any"])
async def test_it_is_up_at_once_and_opens_nothing_for_that(client: httpx2.AsyncClient, prefix: str) -> None:
    root, health = await client.get(f"{prefix}/"), await client.get(f"{prefix}/health")

    assert (root.status_code, health.status_code) == (200, 200)
    assert "health_and_client_connection_ok" in health.text


async def test_servers_are_those_before_the_first_underscore_of_a_tool(client: httpx2.AsyncClient) -> None:
    servers = (await client.get("/enabled-servers")).json()
    tools = (await client.post("/list-tools")).json()

    names = ["tiny-air", "twin-air"]
    assert servers == {"servers": [[name, "OK"] for name in names], "total": 2, "online": 2, "offline": 0}
    assert sorted({tool["name"].split("_", 1)[0] for tool in tools}) == names


async def test_tools_have_every_member_and_a_name_that_clients_take(client: httpx2.AsyncClient) -> None:
    tools = (await client.post("/list-tools")).json()

    members = {"name", "title", "description", "inputSchema", "outputSchema", "annotations", "_meta"}
    assert {frozenset(tool) for tool in tools} == {frozenset(members)}
    assert all(tool["description"] and len(tool["name"]) <= 64 for tool in tools)
    assert all(tool["inputSchema"]["type"] == "object" for tool in tools)


async def test_a_result_is_an_array_of_text_blocks(client: httpx2.AsyncClient) -> None:
    answer = await call(client, "tiny-air_search_flights", {"origin": "OSL", "sort": "fare"})

    assert answer.status_code == 200
    (block,) = answer.json()
    assert block["type"] == "text"
    assert "TA103" in block["text"]


async def test_a_refusal_is_a_500_that_says_error_at_its_head(client: httpx2.AsyncClient) -> None:
    answer = await call(client, "tiny-air_book_flight", {**BOOK, "customer_id": "cus_none"})

    assert answer.status_code == 500
    assert "error" in answer.text[:80]
    assert answer.json()["error"] == "not_found"
    assert answer.json()["detail"].startswith("Failed to call tool 'tiny-air_book_flight': ")


async def test_an_unknown_tool_is_a_500_too(client: httpx2.AsyncClient) -> None:
    answer = await call(client, "tiny-air_fly", {})

    assert (answer.status_code, answer.json()["error"]) == (500, "unknown_tool")
    assert answer.json()["detail"].startswith("Failed to call tool 'tiny-air_fly': ")


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"tool_name": "tiny-air_book_flight"}, ["body", "tool_args"]),
        ({"tool_args": {}}, ["body", "tool_name"]),
        ({"tool_name": "x", "tool_args": []}, ["body", "tool_args"]),
    ],
)
async def test_a_body_that_is_no_call_is_a_422_that_says_where(
    client: httpx2.AsyncClient, body: object, place: list[str]
) -> None:
    answer = await client.post("/call-tool", json=body)

    assert answer.status_code == 422
    assert [each["loc"] for each in answer.json()["detail"]] == [place]


async def test_no_body_at_all_is_a_422(client: httpx2.AsyncClient) -> None:
    assert (await client.post("/call-tool")).status_code == 422


async def test_each_task_has_worlds_of_its_own(client: httpx2.AsyncClient, reading: Task, booking: Task) -> None:
    prefix = f"/s/{booking.id}"

    booked = await call(client, "tiny-air_book_flight", BOOK, prefix)

    assert booked.status_code == 200
    changed = (await client.get(f"{prefix}/diff")).json()
    assert [*changed["tiny_air"]["added"]] == ["booking"]
    assert changed["twin_air"] == {}
    assert (await client.get(f"/s/{reading.id}/diff")).json() == {"tiny_air": {}}
    assert (await client.get("/diff")).json() == {"tiny_air": {}, "twin_air": {}}


async def test_a_task_offers_its_own_environments_without_what_it_hides(farm: Farm, reading: Task) -> None:
    hiding = reading.model_copy(update={"hidden_tools": (("tiny_air", "book_flight"),)})
    async with Sandboxes(farm, [hiding]) as sandboxes:
        sandbox = await sandboxes.of(hiding.id)

        assert sandbox.servers == ["tiny-air"]
        assert "tiny-air_search_flights" in sandbox.tools
        assert "tiny-air_book_flight" not in sandbox.tools


async def test_a_closed_world_is_opened_afresh(client: httpx2.AsyncClient, booking: Task) -> None:
    prefix = f"/s/{booking.id}"
    await call(client, "tiny-air_book_flight", BOOK, prefix)

    closed = [(await client.delete(f"{prefix}/")).json() for _ in range(2)]

    assert closed == [{"closed": True}, {"closed": False}]
    assert (await client.get(f"{prefix}/diff")).json() == {"tiny_air": {}, "twin_air": {}}


async def test_a_task_that_is_not_served_is_a_404(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/s/task_none/list-tools")

    assert answer.status_code == 404
    assert "there is no task 'task_none' among the 2" in answer.json()["detail"]


async def test_trouble_of_the_farm_is_told_apart_from_an_answer(farm: Farm, booking: Task) -> None:
    broken = booking.model_copy(
        update={"setup": (booking.truth.trajectory[1].model_copy(update={"code": "sold_out"}),)}
    )
    async with (
        Sandboxes(farm, [broken]) as sandboxes,
        served(sandboxes) as url,
        httpx2.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        answer = await call(client, "tiny-air_book_flight", BOOK, f"/s/{broken.id}")

    assert (answer.status_code, answer.json()["error"]) == (503, "machine_error")
