"""The journal of a sampling: the tasks file and, beside it, what was rejected; both grow by whole lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from sampler.likeness import LikenessIndex
from sampler.task import Task, append_task, drop_torn_line, stream_tasks


@dataclass(frozen=True, slots=True)
class Rejection:
    """A draw that gave no task: its number, its environments, and why."""

    draw: int
    environments: tuple[str, ...]
    reason: str


class JournalError(Exception):
    """A tasks file of another sampling."""


@dataclass(slots=True)
class Journal:
    """What a sampling has kept and rejected so far. Of the tasks it holds ids and hashes only."""

    out: Path
    ids: list[str] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    next_draw: int = 0
    _index: LikenessIndex = field(default_factory=LikenessIndex)

    @classmethod
    def open(cls, out: Path, settings: str) -> Journal:
        """Open a tasks file that was begun with these settings, or begin one.

        Raises JournalError if it was begun with others, TaskFileError if it is no tasks file.
        """
        journal = cls(out)
        out.parent.mkdir(parents=True, exist_ok=True)
        for path in (out, journal._rejections):
            if path.exists():
                drop_torn_line(path)
        if not out.exists() or not out.stat().st_size:  # rejections alone do not tell whose they are
            journal._rejections.unlink(missing_ok=True)
            return journal
        for task in stream_tasks(out):
            if task.origin is None or task.origin.settings != settings:
                raise JournalError(f"{out} was sampled with other settings or environments; give another --out")
            journal._index.add(task)
            journal._remember(task)
        for line in journal._rejections.read_bytes().splitlines() if journal._rejections.exists() else ():
            said = orjson.loads(line)
            journal._note(Rejection(said["draw"], tuple(said["environments"]), said["reason"]))
        return journal

    def replay(self) -> Iterator[tuple[int, Task]]:
        """Yield the kept tasks with the numbers of their draws, in order."""
        if self.ids:
            for task in stream_tasks(self.out):
                assert task.origin is not None
                yield task.origin.draw, task

    def keep(self, task: Task) -> bool:
        """Write a task down, unless there is one that it is the same as, or nearly so; say whether it was."""
        assert task.origin is not None
        twin = self._index.admit(task)
        if twin is not None:
            self.reject(Rejection(task.origin.draw, task.environments, f"{twin.what} as {twin.task}"))
            return False
        append_task(self.out, task)
        self._remember(task)
        return True

    def reject(self, rejection: Rejection) -> None:
        """Write a rejection down."""
        line = {"draw": rejection.draw, "environments": rejection.environments, "reason": rejection.reason}
        with self._rejections.open("ab") as file:
            file.write(orjson.dumps(line) + b"\n")
        self._note(rejection)

    @property
    def _rejections(self) -> Path:
        return self.out.with_name("rejected.jsonl")

    def _remember(self, task: Task) -> None:
        assert task.origin is not None
        self.ids.append(task.id)
        self.next_draw = max(self.next_draw, task.origin.draw + 1)

    def _note(self, rejection: Rejection) -> None:
        self.rejected.append(rejection)
        self.next_draw = max(self.next_draw, rejection.draw + 1)
