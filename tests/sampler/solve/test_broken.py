import random
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pytest

from sampler.task import Task

if TYPE_CHECKING:
    from tests.sampler.solve.conftest import Desk

FACT = re.compile(
    r'"[^"]+"|[\w.+-]+@[\w.-]+\w|\b\d[\d:.,]*\d\b|\b[A-Z]{2,}[\w-]*\d\b|(?<=[a-z] )[A-Z][\w-]+ [A-Z][\w-]+'
)
ENOUGH = 100

pytestmark = pytest.mark.slow


def broken(task: Task, others: Sequence[Task], rng: random.Random) -> Iterator[tuple[str, list[str]]]:
    """Yield a task's queries with one thing wrong: a fact gone, a fact of another task instead, turns swapped.

    A fact that is said twice may go once: what it was said of before is then still the only one in mind. Turns of which
    nothing is demanded may be swapped. Another number, or a day without its hour, may show the very same rows to a turn
    that only reads.
    """
    queries = [turn.query for turn in task.turns]
    foreign = [fact for each in others for turn in each.turns for fact in FACT.findall(turn.query)]
    for index, query in enumerate(queries):
        for match in FACT.finditer(query):
            gone = query[: match.start()] + query[match.end() :]
            is_hour = ":" in match.group() and kind(match.group()) == "number"
            if " ".join(queries).count(match.group()) == 1 and (not is_hour or writes(task, index)):
                yield "gone", [*queries[:index], gone, *queries[index + 1 :]]
            alike = [fact for fact in foreign if kind(fact) == kind(match.group()) and fact not in " ".join(queries)]
            if alike and (kind(match.group()) != "number" or writes(task, index)):
                other = query[: match.start()] + rng.choice(alike) + query[match.end() :]
                yield "other", [*queries[:index], other, *queries[index + 1 :]]
    for index in range(len(queries) - 1):
        if not any(is_told_apart(task, each) or writes(task, each) for each in (index, index + 1)):
            continue
        swapped = [*queries[:index], queries[index + 1], queries[index], *queries[index + 2 :]]
        yield "swapped", swapped
    for index in range(len(queries)):
        yield "left out", [*queries[:index], "Thank you.", *queries[index + 1 :]]


def is_told_apart(task: Task, turn: int) -> bool:
    return task.turns[turn].outcome != "done" or any(fact.turn == turn for fact in task.truth.facts)


def writes(task: Task, turn: int) -> bool:
    return any(step.writes for step in task.steps_of(turn))


def kind(fact: str) -> str:
    return "text" if fact[0] == '"' else "address" if "@" in fact else "number" if fact[0].isdigit() else "name"


async def test_every_task_is_solved_from_its_own_words(published: "Desk") -> None:
    short = {task.id: await published.shortfall(task, [turn.query for turn in task.turns]) for task in published.tasks}

    assert {task: reason for task, reason in short.items() if reason} == {}


async def test_broken_queries_are_all_caught(published: "Desk") -> None:
    rng, missed, tried = random.Random(5), [], 0
    for task in published.tasks:
        others = [each for each in published.tasks if each.environments != task.environments]
        for what, queries in broken(task, others, rng):
            tried += 1
            if await published.shortfall(task, queries) is None:
                missed.append((what, [turn.query for turn in task.turns], queries))

    assert tried >= ENOUGH
    assert missed == []
