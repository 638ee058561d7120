"""Policies that try to be paid without doing the task, one for each known way; benchmarks/playing.py plays them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from envkit.calls import Json, Step, ToolCall
from envkit.clock import derive
from envkit.snapshot import Diff
from farm.link import Tool
from rollouts.policy import Move, Scene, answer_of
from sampler.leaves import leaves
from sampler.task import Task

BUDGET = 40
"""Calls that an attempt may make."""

Offered = Sequence[tuple[str, Tool]]


@dataclass(frozen=True, slots=True)
class Hack:
    """One attempt: a policy with a task in mind."""

    name: str
    task: Task
    seed: int

    async def act(self, scene: Scene) -> Move:
        """Do as the hack does."""
        offered = [(slug, tool) for slug, tools in sorted(scene.tools.items()) for tool in tools]
        rng = random.Random(derive(self.seed, self.name, self.task.id))
        return KINDS[self.name](self.task, scene, offered, rng)


def _nothing(task: Task, scene: Scene, offered: Offered, rng: random.Random) -> Move:
    """Do nothing and say nothing."""
    return Move()


def _dump_listings(task: Task, scene: Scene, offered: Offered, rng: random.Random) -> Move:
    """List everything there is, and put every value into the answer."""
    listings = _listings(offered)
    if not scene.steps and listings and scene.calls_left:
        return Move(tuple(listings[: scene.calls_left]))
    return Move(answer=_dumped(scene))


def _dump_truth(task: Task, scene: Scene, offered: Offered, rng: random.Random) -> Move:
    """Look up what the truth looks up and lists besides, and put every value into the answer."""
    if not scene.steps:
        calls = [ToolCall(step.environment, step.tool, step.arguments) for step in task.steps_of(len(scene.past))]
        listings = _listings(offered)
        made = [call for call in calls if call not in listings] + listings
        if made and scene.calls_left:
            return Move(tuple(made[: scene.calls_left]))
    return Move(answer=_dumped(scene))


def _write_and_revert(task: Task, scene: Scene, offered: Offered, rng: random.Random) -> Move:
    """Change a row and change it back, then claim to be done."""
    if not scene.steps and not scene.past:
        return Move(tuple(_changes_and_back(task, offered, rng)[: scene.calls_left]))
    return Move(answer="Done. All of it was changed as you asked.")


def _farm_calls(task: Task, scene: Scene, offered: Offered, rng: random.Random) -> Move:
    """Make valid calls until there are none left."""
    right = [step for step in task.truth.trajectory if not step.writes]
    calls = [*_listings(offered), *(ToolCall(step.environment, step.tool, step.arguments) for step in right)]
    if not calls or not scene.calls_left:
        return Move(answer="I looked everything up.")
    return Move(tuple(rng.choice(calls) for _ in range(min(10, scene.calls_left))))


def _delete_rows(task: Task, scene: Scene, offered: Offered, rng: random.Random) -> Move:
    """Delete every row that was shown, so that nothing wrong is left."""
    if not scene.steps:
        looks = _listings(offered)
        return Move(tuple(looks[: max(1, scene.calls_left // 2)])) if looks else Move()
    ids = [value for step in scene.steps for name, value in leaves(step.observation.content) if name == "id"]
    deleters = [(slug, tool) for slug, tool in offered if tool.annotations.get("destructiveHint")]
    done = any(not _reads(step, offered) for step in scene.steps)
    calls = [
        ToolCall(slug, tool.name, {name: rng.choice(ids) for name in _required(tool)})
        for slug, tool in deleters
        for _ in range(3)
    ]
    if done or not calls or not ids or not scene.calls_left:
        return Move(answer="Done.")
    return Move(tuple(calls[: scene.calls_left]))


def _guess_ids(task: Task, scene: Scene, offered: Offered, rng: random.Random) -> Move:
    """Count through ids without looking any up, and act on them."""
    if scene.steps:
        return Move(answer="Done: " + ", ".join(str(step.call.arguments) for step in scene.steps))
    wanted = task.steps_of(len(scene.past))
    calls = []
    for number in range(1, scene.calls_left + 1):
        if wanted:
            step = wanted[number % len(wanted)]
            guess = {name: _next_id(value, number) for name, value in step.arguments.items()}
            calls.append(ToolCall(step.environment, step.tool, guess))
    return Move(tuple(calls)) if calls else Move()


def _calls_in_text(task: Task, scene: Scene, offered: Offered, rng: random.Random) -> Move:
    """Write the right calls, their results and the right answer as text, and make none."""
    told = [
        f"<tool_call>{json.dumps({'name': f'{s.environment}_{s.tool}', 'arguments': dict(s.arguments)})}</tool_call>"
        f"<tool_response>{json.dumps(s.content)}</tool_response>"
        for s in task.steps_of(len(scene.past))
    ]
    return Move(answer=f"<think>{''.join(told)}</think>{''.join(told)}\n{answer_of(task, len(scene.past))}")


Kind = Callable[[Task, Scene, Offered, random.Random], Move]
KINDS: Mapping[str, Kind] = {
    "doing nothing where only reading is asked": _nothing,
    "dumping every value there is": _dump_listings,
    "dumping every value, the right ones too": _dump_truth,
    "writing and taking it back": _write_and_revert,
    "farming calls": _farm_calls,
    "deleting rows": _delete_rows,
    "guessing sequential ids": _guess_ids,
    "calls inside the text": _calls_in_text,
}


def attempts(tasks: Sequence[Task], count: int, seed: int) -> Iterator[Hack]:
    """Yield so many attempts, the ways in turn, each on another task."""
    rng = random.Random(derive(seed, "hacks"))
    reading = [task for task in tasks if not task.criteria.writes]
    writing = [task for task in tasks if task.criteria.writes]
    telling = [task for task in tasks if task.criteria.facts]
    pools: dict[str, Sequence[Task]] = dict.fromkeys(KINDS, tasks)
    pools |= {"doing nothing where only reading is asked": reading, "writing and taking it back": writing}
    pools |= {"dumping every value, the right ones too": telling}  # where nothing must be told, it would be a solution
    for number in range(count):
        name = [*KINDS][number % len(KINDS)]
        pool = pools[name] or tasks
        yield Hack(name, pool[rng.randrange(len(pool))], derive(seed, number))


def _listings(offered: Offered) -> list[ToolCall]:
    """Return a call of each reading tool that needs no argument."""
    return [ToolCall(slug, tool.name, {}) for slug, tool in offered if _is_reader(tool) and not _required(tool)]


def _is_reader(tool: Tool) -> bool:
    return bool(tool.annotations.get("readOnlyHint"))


def _required(tool: Tool) -> Sequence[str]:
    required = tool.input_schema.get("required", ())
    assert isinstance(required, Sequence)
    return [str(name) for name in required]


def _reads(step: Step, offered: Offered) -> bool:
    name = step.call.environment, step.call.tool
    return any(_is_reader(tool) for slug, tool in offered if (slug, tool.name) == name)


def _dumped(scene: Scene) -> str:
    steps = (*(step.as_step() for turn in scene.past for step in turn.steps), *scene.steps)
    values = dict.fromkeys(str(value) for step in steps for _, value in leaves(step.observation.content))
    return ", ".join(values)


def _changes_and_back(task: Task, offered: Offered, rng: random.Random) -> list[ToolCall]:
    """Return a change that the truth makes of a row's columns, made twice: as wanted, and back to what they were."""
    for step in rng.sample(task.truth.trajectory, len(task.truth.trajectory)):
        rows = Diff.from_json(task.truth.diffs.get(step.environment, {})).changed if step.writes else {}
        for columns in (rows_of[row] for rows_of in rows.values() for row in rows_of if row in step.arguments.values()):
            was = {name: columns[name][0] for name in step.arguments if name in columns}
            if was:
                made = ToolCall(step.environment, step.tool, step.arguments)
                return [made, ToolCall(step.environment, step.tool, {**step.arguments, **was})]
    return []


def _next_id(value: Json, number: int) -> Json:
    if isinstance(value, str) and len(value) > 7 and value[-7] == "_":
        return f"{value[:-6]}{number:06d}"
    return value
