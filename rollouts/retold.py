"""The truth of a task told as a plan: where arguments and facts came from, so that it can be played otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import product

from envkit.calls import Json, ToolCall
from envkit.errors import TRANSIENT
from rollouts.policy import Move, Scene, answer_of
from sampler.difficulty import is_said
from sampler.plan import Binding, Choice, Fixed, Output, Several, at, resolve
from sampler.spoken import Spoken, read
from sampler.task import Fact, Task

_FURTHER_DOWN = re.compile(r"\[[1-9]")
_Shown = tuple[str, type, Json]
"""A value with its type, since 1 is not True, and the environment that showed it, empty for any.

Rows of two environments may have the same id.
"""


@dataclass(frozen=True, slots=True)
class Retold:
    """A solution: for each turn its planned calls, each with the index of the step it stands for, and where facts are.

    A fact is stated as the first of its places shows it, as another does if that one shows it right, and as it is if
    it has none.
    """

    task: Task
    turns: tuple[tuple[tuple[int, Choice], ...], ...]
    facts: tuple[tuple[Fact, tuple[Output, ...]], ...]

    def without(self, step: int) -> Retold:
        """Leave a call out; those that need what it returned will not be made either."""
        turns = tuple(tuple(each for each in turn if each[0] != step) for turn in self.turns)
        return Retold(self.task, turns, self.facts)

    def with_argument(self, step: int, name: str, value: Json) -> Retold:
        """Give one argument of a call another value."""
        return Retold(
            self.task,
            tuple(
                tuple(
                    (index, Choice(choice.environment, choice.tool, {**choice.arguments, name: Fixed(value)}))
                    if index == step
                    else (index, choice)
                    for index, choice in turn
                )
                for turn in self.turns
            ),
            self.facts,
        )

    def with_call(self, call: ToolCall) -> Retold:
        """Make one more call at the end."""
        fixed = {name: Fixed(value) for name, value in call.arguments.items()}
        choice = Choice(call.environment, call.tool, fixed)
        *turns, last = self.turns
        return Retold(self.task, (*turns, (*last, (len(self.task.truth.trajectory), choice))), self.facts)


class RetoldPolicy:
    """Plays a retold solution: what a call needs is read from what came back, and what was not shown is not stated.

    Nor is it said that a turn cannot be granted unless the call that shows so was made and ended as in the truth.
    """

    def __init__(self, retold: Retold, name: str = "retold") -> None:
        self.name = name
        self._retold = retold

    async def act(self, scene: Scene) -> Move:
        """Make the next call whose arguments are known, or state what is known of the turn's facts."""
        past = [(step.content, step.code) for turn in scene.past for step in turn.steps]
        here = [(step.observation.content, step.observation.code) for step in scene.steps]
        # What was refused for the moment is made again.
        seen = iter([(content, code) for content, code in (*past, *here) if code not in TRANSIENT])
        contents: list[Json] = [None] * (len(self._retold.task.truth.trajectory) + 1)
        codes: dict[int, str | None] = {}
        for turn in self._retold.turns[: scene.request + 1]:
            for index, choice in turn:
                try:
                    arguments = resolve(choice, contents)
                except LookupError:
                    continue
                try:
                    contents[index], codes[index] = next(seen)
                except StopIteration:
                    return Move((ToolCall(choice.environment, choice.tool, arguments),))
        return Move(answer=self._answer(scene.request, contents, codes))

    def _answer(self, turn: int, contents: Sequence[Json], codes: Mapping[int, str | None]) -> str:
        task = self._retold.task
        if task.turns[turn].outcome != "done":
            return answer_of(task, turn) if _is_shown(task, turn, codes) else ""
        return "\n".join(
            f"{fact.name}: {text}"
            for fact, places in self._retold.facts
            if fact.turn == turn and (text := _text(fact, places, contents)) is not None
        )


def retell(task: Task, order: Sequence[int] | None = None) -> Retold:
    """Tell a task's truth as a plan, its calls in the order they were made or in another one, each in its own turn.

    A scalar argument that no query has said is taken from the first call that showed the row of that id, else from the
    first that showed the value; a fact is read where the last call of its turn shows it in a first row. In another
    order a call may show something else than it did: there only the ids of rows that a write showed are taken from it,
    the rest is as it was, and a fact is read wherever it is shown.
    """
    texts = [read("\n".join(each.query for each in task.turns[: index + 1])) for index in range(len(task.turns))]
    shown: dict[_Shown, Output] = {}
    rows: dict[_Shown, Output] = {}
    steps, turns, begin = task.truth.trajectory, [], 0
    made = [*(range(len(steps)) if order is None else order)]
    for index, turn in enumerate(task.turns):
        choices = []
        for number in made[begin : begin + turn.calls]:
            step = steps[number]
            where = step.environment
            bound = {name: _bound(where, value, texts[index], shown, rows) for name, value in step.arguments.items()}
            choices.append((number, Choice(where, step.tool, bound)))
            for path, value in _scalars(step.content):
                is_row = path.rpartition(".")[2] == "id"
                if order is None or (step.writes and is_row):
                    for found, whose in product((shown, rows) if is_row else (shown,), (where, "")):
                        found.setdefault((whose, type(value), value), Output(number, path))
        turns.append(tuple(choices))
        begin += turn.calls
    most = 1 if order is None else None
    return Retold(task, tuple(turns), tuple((fact, _places(task, fact, made)[:most]) for fact in task.criteria.facts))


def _is_shown(task: Task, turn: int, codes: Mapping[int, str | None]) -> bool:
    """Whether the last call of a turn came out as in the truth, if that is what shows that the turn cannot be granted.

    A missing tool or a rule shows without a call; a refusal, or that a question must be asked, only by one.
    """
    steps = task.steps_of(turn)
    if not steps or (task.turns[turn].outcome == "declines" and steps[-1].code is None):
        return True
    last = sum(each.calls for each in task.turns[: turn + 1]) - 1
    return last in codes and codes[last] == steps[-1].code


def _bound(
    environment: str, value: Json, said: Spoken, shown: Mapping[_Shown, Output], rows: Mapping[_Shown, Output]
) -> Binding:
    if isinstance(value, list):
        members = [_bound(environment, each, said, shown, rows) for each in value]
        if any(isinstance(each, Output) for each in members):
            return Several(tuple(each for each in members if not isinstance(each, Several)))
        return Fixed(value)
    if isinstance(value, Mapping) or is_said(value, said):
        return Fixed(value)
    here, anywhere = (environment, type(value), value), ("", type(value), value)
    found = (places[key] for key in (here, anywhere) for places in (rows, shown) if key in places)
    return next(found, Fixed(value))


def _places(task: Task, fact: Fact, order: Sequence[int]) -> tuple[Output, ...]:
    """Return where a fact was shown by the end of its turn: under its column, or else anywhere.

    The last comes first, but a row further down a list, which has the same value by chance, after all first rows.
    """
    column = fact.name.rpartition(".")[2]
    end = sum(turn.calls for turn in task.turns[: fact.turn + 1])
    found = [
        Output(step, path)
        for step in reversed(order[:end])
        for path, value in _scalars(task.truth.trajectory[step].content)
        if value == fact.value and type(value) is type(fact.value)
    ]
    found.sort(key=lambda each: bool(_FURTHER_DOWN.search(each.path)))
    return tuple(each for each in found if each.path.rpartition(".")[2] == column) or tuple(found)


def _scalars(content: Json, path: str = "") -> Iterator[tuple[str, Json]]:
    """Yield every scalar in a result with its path, such as `items[2].id`."""
    if isinstance(content, Mapping):
        for name, member in content.items():
            yield from _scalars(member, f"{path}.{name}".removeprefix("."))
    elif isinstance(content, list):
        for index, member in enumerate(content):
            yield from _scalars(member, f"{path}[{index}]")
    elif content is not None and path:
        yield path, content


def _text(fact: Fact, places: Sequence[Output], contents: Sequence[Json]) -> str | None:
    """Return how a fact is stated as it was observed, None if it was not."""
    seen = []
    for place in places:
        with suppress(LookupError):
            seen.append(at(contents[place.step], place.path))
    if not places or fact.value in seen:
        return fact.text
    return str(seen[0]) if seen else None
