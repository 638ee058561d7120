from collections.abc import Callable

from fastmcp import Client

from farm.farm import Farm
from farm.gateway import gateway
from rollouts.briefing import tool_name
from rollouts.export.example import Example, function_tools
from sampler.task import Task

MakeExample = Callable[[Task], Example]


async def test_tools_are_named_as_the_gateway_names_them(booking: Task, example: MakeExample, farm: Farm) -> None:
    named = {tool_name(environment, tool.name) for environment, tool in example(booking).tools}

    async with (
        await farm.open(booking.environments, seed=1) as session,
        gateway(session) as served,
        Client(served) as mcp,
    ):
        offered = {tool.name for tool in await mcp.list_tools()}

    assert named == offered


def test_tools_stand_in_the_order_of_the_task(booking: Task, example: MakeExample) -> None:
    turned = booking.model_copy(update={"environments": ("twin_air", "tiny_air")})

    given = example(turned)

    assert given.place == "twin_air+tiny_air"
    assert [environment for environment, _ in given.tools] == ["twin_air"] * 8 + ["tiny_air"] * 8
    assert len(function_tools(given)) == 16
