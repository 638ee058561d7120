"""A trajectory shrinks to the calls that matter."""

from collections.abc import Sequence

from envkit.calls import ToolCall
from registry.checks.shrink import shortest


def calls(names: str) -> list[ToolCall]:
    return [ToolCall("x", name, {}) for name in names]


def names(found: Sequence[ToolCall]) -> str:
    return "".join(call.tool for call in found)


async def test_calls_that_do_not_matter_are_left_out() -> None:
    async def breaks(tried: Sequence[ToolCall]) -> bool:
        return {"b", "e"} <= {call.tool for call in tried}

    assert names(await shortest(calls("abcdefgz"), breaks)) == "bez"


async def test_the_last_call_stays_even_alone() -> None:
    async def breaks(tried: Sequence[ToolCall]) -> bool:
        return True

    assert names(await shortest(calls("abcz"), breaks)) == "z"
    assert names(await shortest(calls("z"), breaks)) == "z"


async def test_a_trajectory_without_a_call_to_spare_stays_as_it_is() -> None:
    async def breaks(tried: Sequence[ToolCall]) -> bool:
        return len(tried) == 5

    assert names(await shortest(calls("abcdz"), breaks)) == "abcdz"
