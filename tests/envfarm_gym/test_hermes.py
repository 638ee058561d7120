import pytest

from envfarm_gym.forms import Call
from envfarm_gym.hermes import Spoken, heard, observed, told

TOOL = {"type": "function", "function": {"name": "look", "description": "Look.", "parameters": {"type": "object"}}}


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("It is TA103.", Spoken("It is TA103.")),
        ("<think>\nhm\n</think>\n\nIt is.", Spoken("It is.")),
        ("<think>never closed", Spoken("")),
        (
            'One moment.\n<tool_call>\n{"name": "look", "arguments": {"at": 1}}\n</tool_call>',
            Spoken("One moment.", (Call("look", {"at": 1}),)),
        ),
        (
            '<tool_call>{"name": "a", "arguments": {}}</tool_call><tool_call>{"name": "b"}</tool_call>',
            Spoken("", (Call("a", {}), Call("b", {}))),
        ),
        (
            '<think><tool_call>{"name": "thought"}</tool_call></think>Done.',
            Spoken("Done."),
        ),
        ('<tool_call>{"name": "look", "arguments": {', Spoken("", (Call("look", '{"name": "look", "arguments": {'),))),
        ("<tool_call>[1]</tool_call>", Spoken("", (Call("", "[1]"),))),
    ],
)
def test_a_text_is_read_as_words_and_calls(text: str, spoken: Spoken) -> None:
    assert heard(text) == spoken


def test_tools_are_told_as_the_template_tells_them() -> None:
    assert '<tools>\n{"type": "function", "function": {"name": "look"' in told([TOOL])
    assert told([]) == ""


def test_observations_come_back_together_and_the_user_as_it_spoke() -> None:
    seen = [{"role": "tool", "content": "1"}, {"role": "tool", "content": "2"}]

    assert observed(seen) == [
        {
            "role": "user",
            "content": "<tool_response>\n1\n</tool_response>\n<tool_response>\n2\n</tool_response>",
        }
    ]
    assert observed([{"role": "user", "content": "And?"}]) == [{"role": "user", "content": "And?"}]
    assert observed([]) == []
