"""Judging a solution by a task's truth: the same changes, the same facts, every turn ended as it must."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from envkit.calls import Json
from sampler.solve.solve import Solved, Unsolved
from sampler.task import Fact, Truth, canonical


def shortfall(solution: Solved | Unsolved, truth: Truth, outcomes: Sequence[str]) -> str | None:
    """Say in a few words where a solution falls short of the truth; None if it is the same.

    Writing calls must agree in tool, arguments and order, the answers in turn, name and value. Reads are free.
    """
    if isinstance(solution, Unsolved):
        return f"turn {solution.turn + 1}: {solution.reason}"
    if list(solution.outcomes) != list(outcomes):
        return f"turns ended as {', '.join(solution.outcomes)} instead of {', '.join(outcomes)}"
    wanted = [_call(step.environment, step.tool, dict(step.arguments)) for step in truth.trajectory if step.writes]
    made = [_call(call.environment, call.tool, dict(call.arguments)) for call in solution.writes]
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


def _call(environment: str, tool: str, arguments: Json) -> tuple[str, str, bytes]:
    return (environment, tool, canonical(arguments))


def _names(calls: Sequence[tuple[str, str, bytes]]) -> str:
    return ", ".join(f"{tool} {arguments.decode()}" for _, tool, arguments in calls) or "no change"
