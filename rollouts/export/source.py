"""Examples out of files: a task's own truth, or what policies did; read one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rollouts.episode import Episode, Turn, stream_episodes
from rollouts.export.example import Example, ExportError, Offer
from rollouts.export.lesson import lesson
from sampler.task import Task, Version, parse_task, stream_tasks

SUCCESS = 0.95
"""The least that an episode earns which does its task, however wasteful."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where examples come from: a tasks file and, if policies are to be imitated, their episodes.

    Of the episodes those count that answered every turn and earned `min_reward` or more.
    """

    tasks: Path
    episodes: Path | None = None
    min_reward: float = SUCCESS
    split: str = "train"

    def examples(self, offers: Mapping[Version, Offer]) -> Iterator[Example]:
        """Yield the examples in the order of the file; ExportError for an episode of a task that is not there."""
        played = self._played() if self.episodes else ((task, lesson(task)) for task in stream_tasks(self.tasks))
        for index, (task, turns) in enumerate(played):
            offered = {slug: offers[version] for slug, version in task.versions.items()}
            yield Example(task, offered, turns, index, self.split)

    def _played(self) -> Iterator[tuple[Task, tuple[Turn, ...]]]:
        assert self.episodes is not None
        tasks = _Index(self.tasks)
        for episode in stream_episodes(self.episodes):
            if self._counts(episode):
                yield tasks.task(episode.task, self.episodes), tuple(map(_in_form, episode.turns))

    def _counts(self, episode: Episode) -> bool:
        total = episode.reward.total
        return episode.stop == "done" and total is not None and total >= self.min_reward


def _in_form(turn: Turn) -> Turn:
    """Leave out calls that were wrong in form or named no tool: they have no environment, and are not to be learned."""
    return turn.model_copy(update={"steps": tuple(step for step in turn.steps if step.environment)})


class _Index:
    """Finds tasks in a file by their ids; holds where they stand, not the tasks."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._starts: dict[str, int] = {}
        self._last: Task | None = None
        start = 0
        with path.open("rb") as lines:
            for line in lines:
                if line.strip():
                    self._starts[parse_task(line, str(path)).id] = start
                start += len(line)

    def task(self, task_id: str, episodes: Path) -> Task:
        """Read a task; episodes of one task follow each other, so the last one is kept."""
        if self._last is None or self._last.id != task_id:
            if task_id not in self._starts:
                sentence = f"{episodes} has an episode of {task_id}, which is not in {self._path}"
                raise ExportError(f"{sentence}; name the tasks that were played")
            with self._path.open("rb") as file:
                file.seek(self._starts[task_id])
                self._last = parse_task(file.readline(), str(self._path))
        return self._last
