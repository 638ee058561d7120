"""The task: what a user asks, the executed truth behind it and what a solution must show; with its file form."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

FactType = Literal["str", "int", "money", "bool", "time", "id"]

DiffJson = Mapping[str, Mapping[str, Mapping[str, Mapping[str, JsonValue]]]]
"""`envkit.snapshot.Diff` as JSON: part (added, removed, changed) -> entity -> row id -> column -> value.

In `changed` a value is the pair [before, after]; an empty part is left out, so no change at all is `{}`.
"""


Version = tuple[str, str]
"""An environment as a task names it: its slug, and the digest of its files (empty if the task names none)."""


class TaskFileError(Exception):
    """A tasks file that cannot be read; the message names the file and the line."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Fact(_Frozen):
    """A value the answer must state.

    `text` is how it should appear; money is in minor units. `turn` is the index of the turn that asks for it.
    `others`: the texts the same column could have had instead, where it is one of a few (enum, state, bool).
    """

    name: str
    value: JsonValue
    type: FactType
    text: str
    turn: int = 0
    others: tuple[str, ...] = ()


class StepRecord(_Frozen):
    """A call of the truth with what came back: structured content, or the code of a refusal.

    `writes`: the tool is a writer by its manifest, and was not refused.
    """

    environment: str
    tool: str
    arguments: Mapping[str, JsonValue]
    content: JsonValue = None
    code: str | None = None
    writes: bool = False


class Truth(_Frozen):
    """An executed solution: its steps, what it changed per environment, what it learned, and the end digests."""

    trajectory: tuple[StepRecord, ...]
    diffs: Mapping[str, DiffJson]
    facts: tuple[Fact, ...]
    digests: Mapping[str, str]


class TaskTurn(_Frozen):
    """One request of the user; `calls` of the truth's steps belong to it, in order."""

    query: str
    calls: int = Field(ge=1)


class Criteria(_Frozen):
    """What a solution must show: this diff at the end, these facts in the answers, and nothing else changed.

    `writes` has an entry only for an environment that must change. What it does not list is forbidden to change.
    `clocked`: by environment and entity, the columns a tool stamps with the time, which may drift with the clock.
    `drift_s`: how many seconds the truth moved the clock of each environment.
    """

    writes: Mapping[str, DiffJson]
    facts: tuple[Fact, ...]
    clocked: Mapping[str, Mapping[str, tuple[str, ...]]] = Field(default_factory=dict)
    drift_s: Mapping[str, float] = Field(default_factory=dict)

    @property
    def hold_untouched(self) -> bool:
        """Whether doing nothing would satisfy them, which no task may allow."""
        return not self.writes and not self.facts


class Origin(_Frozen):
    """Where a task was drawn: the digest of the sampling's settings, and the number of the draw (from 0)."""

    settings: str
    draw: int


class Task(_Frozen):
    """The unit of work. `id` is a digest of the content; `seed` opens the worlds of all `environments`.

    `environment_versions` and `environment_digests` say in which version of each environment it was made, and with
    which files, so that it is played in no other.
    """

    task: Literal[1] = 1
    id: str
    environments: tuple[str, ...]
    environment_versions: Mapping[str, int] = Field(default_factory=dict)
    environment_digests: Mapping[str, str] = Field(default_factory=dict)
    seed: int
    turns: tuple[TaskTurn, ...]
    truth: Truth
    criteria: Criteria
    origin: Origin | None = None

    @property
    def versions(self) -> Mapping[str, Version]:
        """The version of each environment that it was sampled from, by slug and in the order of `environments`."""
        return {slug: (slug, self.environment_digests.get(slug, "")) for slug in self.environments}

    def steps_of(self, turn: int) -> tuple[StepRecord, ...]:
        """Return the truth's steps of the turn with that index."""
        first = sum(each.calls for each in self.turns[:turn])
        return self.truth.trajectory[first : first + self.turns[turn].calls]


def canonical(value: object) -> bytes:
    """Return the JSON bytes of a value with sorted keys, for digests and comparisons."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def seal(task: Task) -> Task:
    """Return the task with the id that its content gives; where it was drawn does not matter."""
    content = task.model_dump(mode="json", exclude={"id", "origin"})
    return task.model_copy(update={"id": f"task_{hashlib.sha256(canonical(content)).hexdigest()[:16]}"})


def read_tasks(path: Path) -> tuple[Task, ...]:
    """Read a tasks file; TaskFileError names the first line that is not a task, OSError if there is no file."""
    return tuple(stream_tasks(path))


def stream_tasks(path: Path) -> Iterator[Task]:
    """Read a tasks file a task at a time; raises as `read_tasks` does, when it comes to the line."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield parse_task(line, f"{path} line {number}")


def parse_task(line: bytes, where: str) -> Task:
    """Read a task from its line; TaskFileError says `where` it stands and what is wrong."""
    try:
        return Task.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the line"
        raise TaskFileError(f"{where}: expected a task, but {place}: {first['msg']}; sample it again") from error


def append_task(path: Path, task: Task) -> None:
    """Add one line to a tasks file with a single write, so that a crash leaves no half of it behind an earlier one."""
    line = orjson.dumps(task.model_dump(mode="json")) + b"\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(descriptor, line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def drop_torn_line(path: Path) -> None:
    """Cut a last line without its newline, which only an interrupted write leaves."""
    text = path.read_bytes()
    if not text.endswith(b"\n"):
        os.truncate(path, text.rfind(b"\n") + 1)
