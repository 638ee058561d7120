"""Judging a solution by a task's truth: the same changes, the same facts, every turn ended as it must."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from envkit.calls import Json
from sampler.solve.solve import Solved, Unsolved
from sampler.task import Fact, Truth, canonical

_Call = tuple[int, str, str, bytes]
"""Turn, environment, tool and arguments."""


def shortfall(solution: Solved | Unsolved, truth: Truth, calls: Sequence[int], outcomes: Sequence[str]) -> str | None:
    """Say in a few words where a solution falls short of the truth; None if it is the same.

    `calls` says how many of the truth's steps belong to each turn. Writing calls must agree in turn, tool, arguments
    and order, but for calls of one tool that follow each other in a turn; the answers in turn, name and value. Reads
    are free.
    """
    if isinstance(solution, Unsolved):
        return f"turn {solution.turn + 1}: {solution.reason}"
    if list(solution.outcomes) != list(outcomes):
        return f"turns ended as {', '.join(solution.outcomes)} instead of {', '.join(outcomes)}"
    turns = [turn for turn, count in enumerate(calls) for _ in range(count)]
    wanted = _in_order(
        _call(turn, step.environment, step.tool, dict(step.arguments))
        for turn, step in zip(turns, truth.trajectory, strict=True)
        if step.writes
    )
    made = _in_order(_call(turn, call.environment, call.tool, dict(call.arguments)) for turn, call in solution.writes)
    if made != wanted:
        return f"it made {_names(made)} instead of {_names(wanted)}"
    if _facts(solution) != Counter(map(_fact, truth.facts)):
        missing = Counter(map(_fact, truth.facts)) - _facts(solution)
        return (
            f"it answered otherwise about {', '.join(sorted(name for _, name, _ in missing)) or 'more than was asked'}"
        )
    return None


def _facts(solution: Solved) -> Counter[tuple[int, str, bytes]]:
    return Counter((each.turn, each.name, canonical(each.value)) for each in solution.answers)


def _fact(fact: Fact) -> tuple[int, str, bytes]:
    return (fact.turn, fact.name, canonical(fact.value))


def _call(turn: int, environment: str, tool: str, arguments: Json) -> _Call:
    return (turn, environment, tool, canonical(arguments))


def _in_order(calls: Iterable[_Call]) -> list[_Call]:
    """Sort calls of one tool that follow each other in a turn, as for each row of a group."""
    return [call for _, alike in groupby(calls, key=lambda call: call[:3]) for call in sorted(alike)]


def _names(calls: Sequence[_Call]) -> str:
    return (
        ", ".join(f"{tool} {arguments.decode()} in turn {turn + 1}" for turn, _, tool, arguments in calls)
        or "no change"
    )
