"""An environment through the SDK, in memory, as a client sees it."""

import mcp
import pytest
from mcp.shared.exceptions import MCPError

from envkit.calls import Json, JsonObject
from envkit.environment import Answer, Environment
from envkit.protocol import mcp_server
from envkit.store import ImageStore


@pytest.fixture
def server(tiny_air: Environment, store: ImageStore):
    async def call(_: object, name: str, arguments: JsonObject, key: Json) -> Answer:
        return tiny_air.call(store, name, arguments)

    return mcp_server(tiny_air.manifest, lambda: tiny_air.tools, call)


async def test_tools_are_listed_in_order_with_truthful_annotations(server):
    async with mcp.Client(server) as client:
        listed = await client.list_tools()

    hints = {tool.name: tool.annotations for tool in listed.tools}
    assert [*hints] == [tool.name for tool in listed.tools]
    assert (listed.ttl_ms, listed.cache_scope) == (3_600_000, "public")
    assert hints["get_flight"].read_only_hint is True
    assert hints["book_flight"].read_only_hint is False
    assert hints["cancel_booking"].destructive_hint is True
    assert hints["update_customer"].idempotent_hint is True


async def test_an_answer_is_structured_and_the_same_as_text(server):
    async with mcp.Client(server) as client:
        answer = await client.call_tool("get_flight", {"flight_id": "flt_zb5akb"})

    assert answer.structured_content["number"] == "TA101"
    assert '"number":"TA101"' in answer.content[0].text


async def test_a_refusal_is_an_error_result_with_its_code(server):
    async with mcp.Client(server) as client:
        answer = await client.call_tool("get_flight", {"flight_id": "x"})

    assert answer.is_error
    assert answer.meta["envfarm/refusal"]["code"] == "not_found"
    assert answer.structured_content is None, "clients hold it against the output schema"
    assert answer.content[0].text.startswith("not_found: No flight has the id 'x'")


async def test_an_unknown_tool_is_a_protocol_error(server):
    async with mcp.Client(server) as client:
        with pytest.raises(MCPError, match="Unknown tool: nope"):
            await client.call_tool("nope", {})


async def test_tools_come_in_one_page(server):
    async with mcp.Client(server) as client:
        with pytest.raises(MCPError, match="ask without a cursor"):
            await client.list_tools(cursor="x")


async def test_there_are_no_resources_and_no_prompts(server):
    async with mcp.Client(server) as client:
        assert (await client.list_resources()).resources == []
        assert (await client.list_resource_templates()).resource_templates == []
        assert (await client.list_prompts()).prompts == []
        with pytest.raises(MCPError, match="There is no resource air://x; this server has tools only"):
            await client.read_resource("air://x")
