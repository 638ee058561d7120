import pytest

from chat.messages import ChatCall, Reply, Usage
from envkit.calls import Observation, ToolCall
from envkit.errors import INTERNAL
from farm.errors import FarmError
from farm.farm import Farm
from farm.link import UNKNOWN_TOOL
from rollouts.episode import Turn
from rollouts.moves import Made, make, with_note, with_reply
from rollouts.policy import Garbled, Move


async def test_only_a_call_of_a_tool_that_is_offered_reaches_it(farm: Farm) -> None:
    slug = next(iter(farm.environments))
    async with await farm.open([slug]) as session:
        tools = await session.tools()
        name = next(tool.name for tool in tools[slug] if not tool.input_schema.get("required"))

        made = await make(ToolCall(slug, name, {}), session, tools)
        hidden = await make(ToolCall(slug, name, {}), session, {slug: ()})
        garbled = await make(Garbled(name, "not_json", "expected JSON"), session, tools)

    assert made.tool is not None
    assert (made.tool.name, made.seen.code) == (name, None)
    assert (hidden.tool, hidden.call, hidden.seen.code) == (None, ToolCall(slug, name, {}), UNKNOWN_TOOL)
    assert (garbled.tool, garbled.call, garbled.seen.text) == (None, ToolCall("", name, {}), "expected JSON")


def test_a_tool_that_breaks_down_is_the_farms_trouble() -> None:
    call = ToolCall("desk", "get_ticket", {})

    Made(call, None, Observation("not_found: no such ticket", code="not_found")).require_sound()
    with pytest.raises(FarmError, match="desk: get_ticket broke down: a bug"):
        Made(call, None, Observation("a bug", code=INTERNAL)).require_sound()


def test_what_a_model_said_and_what_befell_it_are_kept_apart() -> None:
    call, usage = ChatCall(id="1", name="n", arguments="{}"), Usage(prompt_tokens=1, completion_tokens=1)
    reply = Reply(request="", model="m", text="", calls=(call,), finish="tool_calls", usage=usage)
    turn = Turn(query="Do it.")

    assert with_reply(turn, Move(answer="Done.")) == turn
    assert with_reply(turn, Move(reply=reply)).replies == (reply,)
    assert with_note("", Move(note="cut short"), 2) == "turn 2: cut short"
    assert with_note("turn 1: odd", Move(note="cut short"), 2) == "turn 1: odd; turn 2: cut short"
    assert with_note("turn 1: odd", Move(answer="Done."), 2) == "turn 1: odd"
