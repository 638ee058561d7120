"""The folder of paraphrased tasks: a line for each task of the source, in its order, and why some kept their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from registry.whole import write_whole
from sampler.task import Task, append_task, drop_torn_line, stream_tasks

TASKS, REJECTED, WISH = "tasks.jsonl", "rejected.jsonl", "paraphrase.json"


class ParaphraseError(Exception):
    """A folder that holds other paraphrases, said in one sentence."""


class Wish(BaseModel):
    """What paraphrases are wanted: `tries` of a model for a task, each seeded, asked by the prompt of that digest.

    With `is_read` a reader must come to the truth from the words, or `needed` of `rollouts` of a policy must.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    wish: Literal[1] = 1
    model: str
    prompt: str
    seed: int = 0
    tries: int = 2
    is_read: bool = False
    needed: int = 0
    rollouts: int = 0


@dataclass(slots=True)
class Folder:
    """What has been written so far; of the tasks it holds two counts only."""

    path: Path
    paraphrased: int = 0
    kept: int = 0

    @classmethod
    def open(cls, path: Path, wish: Wish, source: Path) -> Folder:
        """Open a folder that was begun with this wish from the same tasks, or begin one.

        Raises ParaphraseError if it was begun otherwise, TaskFileError if it or the source holds something else.
        """
        folder = cls(path)
        path.mkdir(parents=True, exist_ok=True)
        for name in (TASKS, REJECTED):
            if (path / name).exists():
                drop_torn_line(path / name)
        if not (path / TASKS).exists():
            (path / REJECTED).unlink(missing_ok=True)
            write_whole(path / WISH, orjson.dumps(wish.model_dump(mode="json"), option=orjson.OPT_INDENT_2) + b"\n")
            return folder
        if _wish_of(path) != wish:
            raise ParaphraseError(f"{path} was begun with another model or other options; give another --out")
        folder._recall(source)
        return folder

    @property
    def done(self) -> int:
        """How many tasks of the source have their line."""
        return self.paraphrased + self.kept

    def add(self, task: Task, reasons: Sequence[str]) -> None:
        """Write a task down: a paraphrase, or with the `reasons` why it is none the task as it was."""
        if reasons:  # before the task, which says that both are written
            with (self.path / REJECTED).open("ab") as file:
                file.write(orjson.dumps({"task": task.id, "reasons": [*reasons]}) + b"\n")
            self.kept += 1
        else:
            self.paraphrased += 1
        append_task(self.path / TASKS, task)

    def _recall(self, source: Path) -> None:
        """Count the lines, each of which must stem from the task in that place of the source."""
        kept = set()
        origins = stream_tasks(source)
        for number, task in enumerate(stream_tasks(self.path / TASKS), 1):
            origin = next(origins, None)
            if origin is None or origin.id not in (task.id, task.paraphrase.of if task.paraphrase else ""):
                where = f"{self.path / TASKS} line {number}"
                raise ParaphraseError(f"{where} does not stem from line {number} of {source}; give another --out")
            if task.id == origin.id:
                kept.add(task.id)
                self.kept += 1
            else:
                self.paraphrased += 1
        lines = [line for line in _lines(self.path / REJECTED) if orjson.loads(line)["task"] in kept]
        write_whole(self.path / REJECTED, b"".join(line + b"\n" for line in lines))


def _wish_of(folder: Path) -> Wish | None:
    try:
        return Wish.model_validate_json((folder / WISH).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def _lines(path: Path) -> Iterator[bytes]:
    if path.exists():
        yield from path.read_bytes().splitlines()
