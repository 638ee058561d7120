"""The truth of a task told as a plan: where arguments and facts came from, so that it can be played otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from envkit.calls import Json, ToolCall
from envkit.errors import TRANSIENT
from rollouts.policy import Move, Scene, answer_of
from sampler.difficulty import is_said
from sampler.plan import Binding, Choice, Fixed, Output, Several, at, resolve
from sampler.spoken import Spoken, read
from sampler.task import Fact, Task


@dataclass(frozen=True, slots=True)
class Retold:
    """A solution: for each turn its planned calls, each with the index of the step it stands for, and where facts are.

    A fact whose place is None is stated as it is.
    """

    task: Task
    turns: tuple[tuple[tuple[int, Choice], ...], ...]
    facts: tuple[tuple[Fact, Output | None], ...]

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
            for fact, place in self._retold.facts
            if fact.turn == turn and (text := _text(fact, place, contents)) is not None
        )


def retell(task: Task, order: Sequence[int] | None = None) -> Retold:
    """Tell a task's truth as a plan, its calls in the order they were made or in another one, each in its own turn.

    A scalar argument that no query has said is taken from the first call that showed the row of that id, else from the
    first that showed the value; a fact is read where the last call of its turn shows it.
    """
    texts = [read("\n".join(each.query for each in task.turns[: index + 1])) for index in range(len(task.turns))]
    shown: dict[Json, Output] = {}
    rows: dict[Json, Output] = {}
    steps, turns, begin = task.truth.trajectory, [], 0
    made = [*(range(len(steps)) if order is None else order)]
    for index, turn in enumerate(task.turns):
        choices = []
        for number in made[begin : begin + turn.calls]:
            step = steps[number]
            bound = {name: _bound(value, texts[index], shown, rows) for name, value in step.arguments.items()}
            choices.append((number, Choice(step.environment, step.tool, bound)))
            for path, value in _places(step.content):
                shown.setdefault(value, Output(number, path))
                if path.rpartition(".")[2] == "id":
                    rows.setdefault(value, Output(number, path))
        turns.append(tuple(choices))
        begin += turn.calls
    return Retold(task, tuple(turns), tuple((fact, _place(task, fact, made)) for fact in task.criteria.facts))


def _is_shown(task: Task, turn: int, codes: Mapping[int, str | None]) -> bool:
    """Whether the last call of a turn came out as in the truth, if that is what shows that the turn cannot be granted.

    A missing tool or a rule shows without a call; a refusal, or that a question must be asked, only by one.
    """
    steps = task.steps_of(turn)
    if not steps or (task.turns[turn].outcome == "declines" and steps[-1].code is None):
        return True
    last = sum(each.calls for each in task.turns[: turn + 1]) - 1
    return last in codes and codes[last] == steps[-1].code


def _bound(value: Json, said: Spoken, shown: Mapping[Json, Output], rows: Mapping[Json, Output]) -> Binding:
    if isinstance(value, list):
        members = [_bound(each, said, shown, rows) for each in value]
        if any(isinstance(each, Output) for each in members):
            return Several(tuple(each for each in members if not isinstance(each, Several)))
        return Fixed(value)
    if isinstance(value, Mapping) or value not in shown or is_said(value, said):
        return Fixed(value)
    return rows.get(value, shown[value])


def _place(task: Task, fact: Fact, order: Sequence[int]) -> Output | None:
    """Return where a fact was last shown by the end of its turn: under its column if it has one, else anywhere."""
    column = fact.name.rpartition(".")[2]
    end = sum(turn.calls for turn in task.turns[: fact.turn + 1])
    anywhere: Output | None = None
    for step in reversed(order[:end]):
        for path, value in _places(task.truth.trajectory[step].content):
            if value == fact.value and type(value) is type(fact.value):
                if path.rpartition(".")[2] == column:
                    return Output(step, path)
                anywhere = anywhere or Output(step, path)
    return anywhere


def _places(content: Json, path: str = "") -> Iterator[tuple[str, Json]]:
    """Yield every scalar in a result with its path, such as `items[2].id`."""
    if isinstance(content, Mapping):
        for name, member in content.items():
            yield from _places(member, f"{path}.{name}".removeprefix("."))
    elif isinstance(content, list):
        for index, member in enumerate(content):
            yield from _places(member, f"{path}[{index}]")
    elif content is not None and path:
        yield path, content


def _text(fact: Fact, place: Output | None, contents: Sequence[Json]) -> str | None:
    """Return how a fact is stated as it was observed, None if it was not."""
    if place is None:
        return fact.text
    try:
        value = at(contents[place.step], place.path)
    except LookupError:
        return None
    return fact.text if value == fact.value else str(value)
