from fastmcp import Client

from farm.farm import Farm
from farm.gateway import gateway


async def test_a_gateway_offers_the_tools_of_all_environments_of_a_session(farm: Farm) -> None:
    async with (
        await farm.open(["tiny_air", "twin_air"]) as session,
        gateway(session) as server,
        Client(server) as client,
    ):
        names = {tool.name for tool in await client.list_tools()}

    assert len(names) == 16
    assert {"tiny_air_book_flight", "twin_air_book_flight"} <= names


async def test_a_gateway_calls_into_the_worlds_of_its_session(farm: Farm) -> None:
    async with await farm.open(["tiny_air", "twin_air"]) as session, gateway(session) as server:
        async with Client(server) as client:
            booked = await client.call_tool(
                "twin_air_book_flight", {"customer_id": "cus_qfaear", "flight_id": "flt_s49s2t", "passengers": 1}
            )
        diff = await session.diff()

    assert booked.structured_content is not None
    assert list(diff["twin_air"].added["booking"]) == [booked.structured_content["booking"]["id"]]
    assert diff["tiny_air"].is_empty


async def test_a_refusal_passes_the_gateway_unchanged(farm: Farm) -> None:
    async with await farm.open(["tiny_air"]) as session, gateway(session) as server, Client(server) as client:
        refused = await client.call_tool("tiny_air_get_flight", {"flight_id": "flt_none00"}, raise_on_error=False)

    assert refused.is_error
    assert refused.structured_content is None
    assert refused.meta is not None
    assert refused.meta["envfarm/refusal"]["code"] == "not_found"
