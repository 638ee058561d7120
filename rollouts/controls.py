"""Controls: a task must pay its own truth in full, and pay nothing for what only looks like it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rollouts.episode import Episode, PlayedStep, Turn, count
from rollouts.policy import answer_of
from rollouts.reward import score
from sampler.task import DiffJson, Task

STRANGER: DiffJson = {"added": {"stranger": {"str_000000": {"id": "str_000000"}}}}
"""A row that no task demands."""


def control(task: Task) -> tuple[str, ...]:
    """Score made-up episodes of a task, without a farm; return a sentence for each that is not paid as it must be.

    The truth earns exactly 1. Doing nothing, the truth's answers without its calls, its calls without its answers, its
    effects with one left out, its effects with one more row, and a write where none may be earn exactly 0.
    """
    gold = truth_episode(task)
    faults = []
    if (reward := score(task, gold)).total != 1.0:
        faults.append(f"the truth earns {reward.total}: {reward.reason}")
    for name, episode in _failures(task, gold):
        if (reward := score(task, episode)).total != 0.0:
            faults.append(f"{name} earns {reward.total}")
    return tuple(faults)


def truth_episode(task: Task) -> Episode:
    """Return the truth as the episode that replaying it gives, not yet scored."""
    turns = tuple(
        Turn(
            query=turn.query,
            steps=tuple(PlayedStep.model_validate({**step.model_dump()}) for step in task.steps_of(index)),
            answer=answer_of(task, index),
        )
        for index, turn in enumerate(task.turns)
    )
    return Episode(
        task=task.id,
        policy="truth",
        trial=0,
        seed=0,
        budget=max(1, len(task.truth.trajectory)),
        environments=task.environments,
        turns=turns,
        stop="done",
        diffs=task.truth.diffs,
        digests=task.truth.digests,
        drift_s=task.criteria.drift_s,
        counts=count(turns),
    )


def _failures(task: Task, gold: Episode) -> Iterator[tuple[str, Episode]]:
    yield "doing nothing", _without_calls(_without_answers(gold)).model_copy(update={"diffs": {}})
    slug = task.environments[0]
    yield (
        "one more row",
        gold.model_copy(update={"diffs": {**gold.diffs, slug: _with_stranger(gold.diffs.get(slug, {}))}}),
    )
    if task.criteria.facts:
        yield "answering without a call", _without_calls(gold)
    if task.criteria.facts or any(turn.outcome != "done" for turn in task.turns):
        yield "calling without an answer", _without_answers(gold)
    for index, turn in enumerate(task.turns):
        if turn.outcome != "done":
            yield f"a write in turn {index + 1}", _with_write(gold, index)
    for slug, part, entity, row_id in _atoms(gold.diffs):
        less = _without_row(gold.diffs[slug], part, entity, row_id)
        yield f"all but {entity} {row_id} {part}", gold.model_copy(update={"diffs": {**gold.diffs, slug: less}})


def _without_calls(episode: Episode) -> Episode:
    turns = tuple(turn.model_copy(update={"steps": ()}) for turn in episode.turns)
    return episode.model_copy(update={"turns": turns, "counts": count(turns)})


def _without_answers(episode: Episode) -> Episode:
    return episode.model_copy(update={"turns": tuple(turn.model_copy(update={"answer": ""}) for turn in episode.turns)})


def _with_write(episode: Episode, index: int) -> Episode:
    written = PlayedStep(environment=episode.environments[0], tool="write", arguments={}, writes=True)
    turns = [*episode.turns]
    turns[index] = turns[index].model_copy(update={"steps": (*turns[index].steps, written)})
    return episode.model_copy(update={"turns": tuple(turns)})


def _with_stranger(diff: DiffJson) -> DiffJson:
    return {**diff, "added": {**diff.get("added", {}), **STRANGER["added"]}}


def _without_row(diff: DiffJson, part: str, entity: str, row_id: str) -> DiffJson:
    rows = {name: row for name, row in diff[part][entity].items() if name != row_id}
    return {**diff, part: {**diff[part], entity: rows}}


def _atoms(writes: Mapping[str, DiffJson]) -> Iterator[tuple[str, str, str, str]]:
    for slug, diff in writes.items():
        for part, entities in diff.items():
            for entity, rows in entities.items():
                yield from ((slug, part, entity, row_id) for row_id in rows)
