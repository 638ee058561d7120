import pytest

from envkit.calls import ToolCall
from evaluation.harbor.solve import call
from farm.farm import Farm


async def test_a_call_reaches_the_world_it_is_made_to(farm: Farm) -> None:
    async with await farm.open(["tiny_air"], seed=5) as session:
        before = await session.digest()
        book = {"customer_id": "cus_cddd0v", "flight_id": "flt_csnrwr", "passengers": 2}

        call(session.urls["tiny_air"], 1, "book_flight", book)

        assert await session.digest() != before
        assert (await session.call(ToolCall("tiny_air", "search_flights", {}))).code is None


async def test_a_tool_that_is_not_there_ends_the_program(farm: Farm) -> None:
    async with await farm.open(["tiny_air"], seed=5) as session:
        with pytest.raises(SystemExit, match="fly"):
            call(session.urls["tiny_air"], 1, "fly", {})
