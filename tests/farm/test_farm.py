import asyncio
from pathlib import Path

import fastmcp
import pytest
from mcp import Client

from envkit.calls import ToolCall
from farm.control import Hosted
from farm.errors import ServerGoneError
from farm.farm import Farm
from farm.session import Session

BOOK = ToolCall("tiny_air", "book_flight", {"customer_id": "cus_qfaear", "flight_id": "flt_s49s2t", "passengers": 1})


async def test_a_farm_tells_what_it_hosts(farm: Farm) -> None:
    assert farm.environments == ("tiny_air", "twin_air")
    assert farm.hosted[0] == Hosted("tiny_air", "travel", "Tiny Air", 1, 8)
    assert farm.pid is None


async def test_leaving_a_launched_farm_ends_its_process_and_its_sessions(folders: Path) -> None:
    async with Farm.launch([folders]) as farm:
        session = await farm.open(["tiny_air"])
        url = farm.url
        await session.tools()

    with pytest.raises(ServerGoneError):
        async with Farm.attach(url):
            pass
    assert session._is_closed


async def test_leaving_an_attached_farm_leaves_it_up_but_closes_its_sessions(farm: Farm) -> None:
    before = (await farm.capacity()).episodes
    async with Farm.attach(farm.url) as second:
        await second.open(["tiny_air"])

    assert (await farm.capacity()).episodes == before


async def test_capacity_counts_what_worlds_hold(farm: Farm) -> None:
    async with await farm.open(["tiny_air"]) as session:
        await session.snapshot()
        held = await farm.capacity()

    assert held.episodes >= 1
    assert held.size_bytes > 0


async def test_environments_asked_for_twice_open_once(farm: Farm) -> None:
    async with await farm.open(["twin_air", "tiny_air", "twin_air"]) as session:
        assert session.environments == ("twin_air", "tiny_air")


async def test_a_world_nobody_uses_expires(farm: Farm) -> None:
    async with await farm.open(["tiny_air"], ttl_s=0.001) as session:
        url = session.urls["tiny_air"]
        assert url.startswith(farm.url)


async def test_many_sessions_at_once_do_not_mix(farm: Farm) -> None:
    async def book_until_full(seed: int) -> str:
        async with await farm.open(["tiny_air"], seed=seed) as session:
            assert [(await session.call(BOOK)).code for _ in range(6)] == [None] * 5 + ["sold_out"]
            return (await session.digest())["tiny_air"]

    async with asyncio.TaskGroup() as group:
        played = [group.create_task(book_until_full(seed)) for seed in range(80)]

    assert len({each.result() for each in played}) == 80


async def test_fastmcp_as_a_second_client_sees_the_same_world(session: Session) -> None:
    async with fastmcp.Client(session.urls["tiny_air"]) as client:
        names = {tool.name for tool in await client.list_tools()}
        booked = await client.call_tool(
            "book_flight", {"customer_id": "cus_qfaear", "flight_id": "flt_s49s2t", "passengers": 1}
        )
        refused = await client.call_tool("get_flight", {"flight_id": "flt_none00"}, raise_on_error=False)

    assert names == {tool.name for tool in (await session.tools())["tiny_air"]}
    assert booked.structured_content is not None
    assert refused.is_error
    [booking_id] = (await session.diff())["tiny_air"].added["booking"]
    assert booked.structured_content["booking"]["id"] == booking_id


@pytest.mark.parametrize("mode", ["auto", "legacy", "2026-07-28"])
async def test_the_sdk_client_checks_our_answers_against_their_schemas(session: Session, mode: str) -> None:
    async with Client(session.urls["tiny_air"], mode=mode) as client:
        result = await client.call_tool("search_flights", {"limit": 2})

    assert not result.is_error
    assert result.structured_content["total"] == 10
