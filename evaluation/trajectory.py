"""One episode as a reader follows it: what was said, called and answered, what it changed and what it should have."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from evaluation.changes import changes
from evaluation.taxonomy import modes
from registry.pages.document import Cell, Code, Details, Heading, Number, Paragraph, Part, Status, Table
from rollouts.episode import Episode, PlayedStep, Turn
from rollouts.reward import is_success
from sampler.task import Task, TaskTurn

MOST_SHOWN = 4_000
"""Characters of an observation that are shown; the episodes file has all of it."""

_OUTCOMES = {"done": "", "asks": ", should end in a question", "declines": ", should be declined"}


def trajectory(task: Task, episode: Episode) -> Details:
    """Show an episode of a task, closed until a reader opens it."""
    total = episode.reward.total
    mark = Status("unscored") if total is None else Status(f"{total:.2f}", is_success(episode.reward))
    about = f"{episode.policy}, trial {episode.trial}: {task.kind.replace('_', ' ')}, {', '.join(task.environments)}"
    return Details(f"{about}, {task.id}", [*_parts(task, episode)], mark)


def _parts(task: Task, episode: Episode) -> Iterator[Part]:
    if shown := modes(task, episode):
        yield Paragraph(f"Failed by {', '.join(mode.replace('_', ' ') for mode in shown)}.")
    if found := [each for each in episode.reward.findings if each.atom is None]:
        yield Table(["found", "as"], [[each.code.replace("_", " "), each.text] for each in found])
    if episode.reward.parts:
        yield Table([*episode.reward.parts], [[Number(f"{part:g}") for part in episode.reward.parts.values()]])
    yield Heading("State", 3)
    yield from changes(task, episode)
    if task.criteria.facts:
        yield Heading("Facts to tell", 3)
        yield Table(["turn", "fact", "as"], [[fact.turn + 1, fact.name, fact.text] for fact in task.criteria.facts])
    for rule in task.rules:
        yield Paragraph(f"Rule: {rule.text}")
    for number, turn in enumerate(episode.turns):
        yield from _turn(number, turn, task.turns[number] if number < len(task.turns) else None)


def _turn(number: int, turn: Turn, wanted: TaskTurn | None) -> Iterator[Part]:
    yield Heading(f"Turn {number + 1}{_OUTCOMES[wanted.outcome] if wanted else ''}", 3)
    yield Paragraph(f"User: {turn.query}")
    if turn.steps:
        yield Table(["", "call", "with", "came back"], [_step(place, step) for place, step in enumerate(turn.steps, 1)])
    yield Paragraph(f"Policy: {turn.answer}" if turn.answer else "The policy gave no answer.")


def _step(number: int, step: PlayedStep) -> list[Cell]:
    seen = step.as_step().observation.text
    shown = seen if len(seen) <= MOST_SHOWN else f"{seen[:MOST_SHOWN]} ... {len(seen) - MOST_SHOWN} characters more"
    if step.code and not shown.startswith(step.code):
        shown = f"{step.code}: {shown}"
    arguments = "\n".join(f"{name}: {orjson.dumps(value).decode()}" for name, value in step.arguments.items())
    back: Cell = Status(shown, False) if step.code else Code(shown)
    return [number, f"{step.environment} {step.tool}", Code(arguments), back]
