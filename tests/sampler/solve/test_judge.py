from collections.abc import Sequence

from envkit.calls import ToolCall
from sampler.solve.judge import shortfall
from sampler.solve.solve import Solved, Unsolved
from sampler.task import StepRecord, Truth

Made = tuple[int, str, str]
"""Turn, tool and row."""


def _truth(*calls: tuple[str, str]) -> Truth:
    steps = [StepRecord(environment="desk", tool=tool, arguments={"row": row}, writes=True) for tool, row in calls]
    return Truth(trajectory=tuple(steps), diffs={}, facts=(), digests={})


def _solved(*made: Made, outcomes: Sequence[str] = ("done",)) -> Solved:
    writes = tuple((turn, ToolCall("desk", tool, {"row": row})) for turn, tool, row in made)
    return Solved((), writes, (), tuple(outcomes))


def test_calls_of_one_tool_in_a_row_may_come_in_any_order() -> None:
    truth = _truth(("close", "a"), ("close", "b"), ("open", "c"))

    assert shortfall(_solved((0, "close", "b"), (0, "close", "a"), (0, "open", "c")), truth, [3], ["done"]) is None
    assert shortfall(_solved((0, "open", "c"), (0, "close", "a"), (0, "close", "b")), truth, [3], ["done"]) is not None


def test_a_write_in_another_turn_is_another_solution() -> None:
    truth, ends = _truth(("close", "a"), ("open", "c")), ["done", "done"]

    assert shortfall(_solved((0, "close", "a"), (1, "open", "c"), outcomes=ends), truth, [1, 1], ends) is None
    assert shortfall(_solved((0, "close", "a"), (0, "open", "c"), outcomes=ends), truth, [1, 1], ends) == (
        'it made close {"row":"a"} in turn 1, open {"row":"c"} in turn 1 '
        'instead of close {"row":"a"} in turn 1, open {"row":"c"} in turn 2'
    )


def test_what_was_not_solved_or_ended_otherwise_falls_short() -> None:
    truth = _truth(("close", "a"))

    assert (
        shortfall(Unsolved(0, "the words cannot be read"), truth, [1], ["done"]) == "turn 1: the words cannot be read"
    )
    assert shortfall(_solved((0, "close", "a"), outcomes=["asks"]), truth, [1], ["done"]) == (
        "turns ended as asks instead of done"
    )
