import random
import string
from collections.abc import Mapping

import pytest

from chat.messages import ChatCall, Reply, Usage
from envkit.calls import Observation, Step, ToolCall
from farm.link import Tool
from rollouts.briefing import LONGEST_NAME, is_callable, offered
from rollouts.conversation import NO_CALLS_LEFT, calls_of, conversation
from rollouts.episode import PlayedStep, Turn
from rollouts.policy import Garbled, Scene


def tool(name: str) -> Tool:
    return Tool(name, "Look.", {"type": "object", "properties": {"at": {"type": "integer"}}}, None, {})


def reply(*calls: ChatCall, text: str = "") -> Reply:
    usage = Usage(prompt_tokens=1, completion_tokens=1)
    return Reply(request="r", model="m", text=text, calls=calls, finish="stop", usage=usage)


def scene(*, past: tuple[Turn, ...] = (), steps: tuple[Step, ...] = (), calls_left: int = 5) -> Scene:
    return Scene("t", 0, 0, {"desk": (tool("look"),)}, past, "And now?", steps, calls_left, ("No parties.",))


STEP = Step(ToolCall("desk", "look", {"at": 1}), Observation('{"seen":1}', {"seen": 1}))
TOOLS = offered({"desk": (tool("look"),)})


def test_names_are_the_gateways_where_these_are_names_for_an_api() -> None:
    named = offered({"desk": (tool("look"), tool("sit")), "shelf": (tool("look"),)})

    assert [*named] == ["desk_look", "desk_sit", "shelf_look"]
    assert [(slug, each.name) for slug, each in named.values()] == [
        ("desk", "look"),
        ("desk", "sit"),
        ("shelf", "look"),
    ]


@pytest.mark.parametrize(
    "tools",
    [
        {"a_b": ("c",), "a": ("b_c",)},
        {"desk": ("look.at", "look/at", "look at", "lök")},
        {"an_environment_with_a_long_name": tuple(f"{'a_tool_with_a_long_name_' * 3}{n}" for n in range(9))},
        {"a": ("b" * 62, "b" * 63)},
    ],
)
def test_names_that_apis_do_not_take_or_two_tools_would_share_are_marked(tools: Mapping[str, tuple[str, ...]]) -> None:
    named = offered({slug: tuple(map(tool, names)) for slug, names in tools.items()})

    assert len(named) == sum(map(len, tools.values()))
    assert all(is_callable(name) for name in named)
    assert {(slug, each.name) for slug, each in named.values()} == {
        (slug, name) for slug in tools for name in tools[slug]
    }


def test_whatever_tools_are_called_each_gets_a_name_of_its_own() -> None:
    chance = random.Random(0)
    letters = string.ascii_letters + "_-./ ä"
    for _ in range(200):
        slugs = {"".join(chance.choices("ab_", k=chance.randint(1, 4))) for _ in range(3)}
        names = {"".join(chance.choices(letters, k=chance.randint(1, 80))) for _ in range(5)} | {"a", "b", "a_b"}

        named = offered({slug: tuple(map(tool, sorted(names))) for slug in sorted(slugs)})

        assert len(named) == len(slugs) * len(names)
        assert all(is_callable(name) and len(name) <= LONGEST_NAME for name in named)


def test_the_rules_are_told_first() -> None:
    first = conversation(scene(), TOOLS, 100)[0]

    assert first.role == "system"
    assert first.text.endswith("\nRule: No parties.")


def test_steps_that_no_reply_led_to_are_told_as_calls_made_one_by_one() -> None:
    past = (Turn(query="Look.", steps=(PlayedStep.of(STEP, writes=False),), answer="Seen."),)

    messages = conversation(scene(past=past, steps=(STEP,)), TOOLS, 100)

    assert [each.role for each in messages[1:]] == [
        "user",
        "assistant",
        "tool",
        "assistant",
        "user",
        "assistant",
        "tool",
    ]
    (call,) = messages[2].calls
    assert (call.name, call.arguments, call.id) == ("desk_look", '{"at":1}', messages[3].call_id)
    assert (messages[3].text, messages[4].text) == ('{"seen":1}', "Seen.")
    assert len({each.call_id for each in messages if each.call_id}) == 2


def test_where_no_calls_are_left_it_is_said_with_the_words_that_came_last() -> None:
    told = conversation(scene(steps=(STEP,), calls_left=0), TOOLS, 100)[-1]
    asked = conversation(
        scene(past=(Turn(query="Look.", steps=(PlayedStep.of(STEP, writes=False),)),), calls_left=0), TOOLS, 100
    )[-1]

    assert told.text == '{"seen":1}' + NO_CALLS_LEFT
    assert asked.text == "And now?" + NO_CALLS_LEFT


@pytest.mark.parametrize(
    "arguments", ["nonsense", "{'at': 1}", '{"at": NaN}', "[" * 3000, "null", "7", '"{}"', "\ud800"]
)
def test_arguments_that_are_no_object_are_never_a_call_and_never_an_error(arguments: str) -> None:
    (call,) = calls_of(reply(ChatCall(id="c", name="desk_look", arguments=arguments)), TOOLS)

    assert isinstance(call, Garbled)
    assert call.sentence.endswith("send one JSON object with the arguments of that tool (at).")
    assert len(call.sentence) < 600
