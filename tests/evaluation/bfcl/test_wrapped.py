import json
from pathlib import Path

import pytest

pytest.importorskip("bfcl_eval", reason="the bridge takes bfcl-eval; `make test-bfcl` makes what it needs")

from envkit.calls import Observation, ToolCall
from envkit.manifest import read_manifest
from evaluation.bfcl import library
from evaluation.bfcl.library import Scenario
from evaluation.bfcl.wrapped import emit, heard, image, instance_of
from farm.farm import Farm
from farm.session import Session

pytestmark = pytest.mark.asyncio(loop_scope="session")
QUEUE = Scenario("TicketAPI", {"ticket_queue": [], "ticket_counter": 7, "current_user": "ada"})


async def opened(farm: Farm, slug: str, scenario: Scenario) -> Session:
    return await farm.open([slug], snapshots={slug: await farm.upload(slug, image(scenario))})


async def test_every_method_is_a_tool_with_json_types(farm: Farm) -> None:
    async with await farm.open(farm.environments) as session:
        tools = [tool for each in (await session.tools()).values() for tool in each]

    assert len(tools) == 128
    assert not [tool.name for tool in tools if '"dict"' in json.dumps(tool.input_schema)]
    assert not [tool.name for tool in tools if '"float"' in json.dumps(tool.input_schema)]
    assert all(tool.input_schema["additionalProperties"] is False for tool in tools)


async def test_a_world_begins_as_its_scenario_says_and_keeps_what_is_done(farm: Farm) -> None:
    async with await opened(farm, "ticket_api", QUEUE) as session:
        made = await session.call(ToolCall("ticket_api", "create_ticket", {"title": "x", "priority": 2}))
        seen = await session.call(ToolCall("ticket_api", "get_ticket", {"ticket_id": 7}))

    assert made.content == seen.content
    assert made.text == json.dumps(made.content)


async def test_the_diff_names_the_attributes_that_changed(farm: Farm) -> None:
    async with await opened(farm, "ticket_api", QUEUE) as session:
        await session.call(ToolCall("ticket_api", "create_ticket", {"title": "x"}))
        changed = (await session.diff())["ticket_api"].changed["attribute"]

    assert {name: values["value"][0] for name, values in changed.items()} == {
        "att_ticket_counter": "7",
        "att_ticket_queue": "[]",
    }


async def test_worlds_are_private_and_can_be_forked(farm: Farm) -> None:
    async with await opened(farm, "ticket_api", QUEUE) as one, await opened(farm, "ticket_api", QUEUE) as two:
        await one.call(ToolCall("ticket_api", "create_ticket", {"title": "x"}))
        async with await one.fork() as fork:
            found = [
                await each.call(ToolCall("ticket_api", "get_ticket", {"ticket_id": 7})) for each in (one, two, fork)
            ]

    assert [heard(each).startswith('{"error"') for each in found] == [False, True, False]


async def test_what_a_method_raises_is_a_refusal_that_changes_nothing(farm: Farm) -> None:
    async with await opened(farm, "ticket_api", QUEUE) as session:
        before = await session.digest()
        seen = await session.call(ToolCall("ticket_api", "get_ticket", {"number": 7}))

        assert seen.code == "execution_error"
        assert heard(seen).startswith("Error during execution: TicketAPI.get_ticket() got an unexpected keyword")
        assert await session.digest() == before


async def test_an_instance_is_made_of_what_a_world_shows(farm: Farm) -> None:
    async with await opened(farm, "ticket_api", QUEUE) as session:
        await session.call(ToolCall("ticket_api", "create_ticket", {"title": "x"}))
        state = (await session.state())["ticket_api"]

    assert instance_of("TicketAPI", state).ticket_counter == 8


async def test_what_is_no_object_is_heard_as_the_checker_writes_it(farm: Farm) -> None:
    config = {"root": {"work": {"type": "directory", "contents": {}}}}
    async with await opened(farm, "gorilla_file_system", Scenario("GorillaFileSystem", config)) as session:
        seen = await session.call(ToolCall("gorilla_file_system", "touch", {"file_name": "a"}))

    assert (heard(seen), seen.content) == ("None", {"text": "None"})
    assert heard(Observation('{"text": "a", "b": 1}', {"text": "a", "b": 1})) == '{"text": "a", "b": 1}'


@pytest.mark.parametrize("name", library.CLASSES)
async def test_a_folder_is_what_any_host_serves(name: str, tmp_path: Path) -> None:
    folder = emit(name, tmp_path)

    manifest = read_manifest(folder)

    assert manifest.slug == folder.name
    assert [tool.name for tool in manifest.tools] == [each["name"] for each in library.documents(name)]
