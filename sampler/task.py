"""The task: what a user asks, the executed truth behind it and what a solution must show; with its file form."""

from __future__ import annotations

import hashlib
import operator
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from envkit.realism import ProfileName

FactType = Literal["str", "int", "money", "bool", "time", "id"]

DiffJson = Mapping[str, Mapping[str, Mapping[str, Mapping[str, JsonValue]]]]
"""`envkit.snapshot.Diff` as JSON: part (added, removed, changed) -> entity -> row id -> column -> value.

In `changed` a value is the pair [before, after]; an empty part is left out, so no change at all is `{}`.
"""


Kind = Literal[
    "act", "answer", "act_and_answer", "multi_turn", "missing_parameter", "missing_tool", "infeasible", "policy",
    "ambiguous", "long_horizon",
]  # fmt: skip
"""What makes a task what it is.

`multi_turn`: a turn refers back to an earlier one. `missing_parameter`, `ambiguous`: the policy must ask back.
`missing_tool`, `infeasible`, `policy`: no tool does it, a guard refuses it, or the task's rules forbid it, and the
policy must say so and leave it. `long_horizon`: LONG_HORIZON calls or more.
"""

LONG_HORIZON = 12

Outcome = Literal["done", "asks", "declines"]
"""How a turn must end: with its wishes granted, with a question back, or with saying that it cannot be."""

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
    """A call of the truth with what came back: structured content, or the code and the `text` of a refusal.

    `writes`: the tool is a writer by its manifest, and was not refused.
    """

    environment: str
    tool: str
    arguments: Mapping[str, JsonValue]
    content: JsonValue = None
    code: str | None = None
    text: str = ""
    writes: bool = False


class Truth(_Frozen):
    """An executed solution: its steps, what it changed per environment, what it learned, and the end digests.

    `orders`: other orders of the same steps, by index, that were executed and came to the same state and facts.
    """

    trajectory: tuple[StepRecord, ...]
    diffs: Mapping[str, DiffJson]
    facts: tuple[Fact, ...]
    digests: Mapping[str, str]
    orders: tuple[tuple[int, ...], ...] = ()


class TaskTurn(_Frozen):
    """One request of the user; `calls` of the truth's steps belong to it, in order.

    `query` is what a person would send, `plain` the same meaning with nothing left out. `outcome` is how it must end:
    unless it is `done`, nothing may change in this turn. `about`: if the policy must ask or decline, the words of which
    its answer has to hold at least one.
    """

    query: str
    plain: str = ""
    calls: int = Field(ge=0)
    outcome: Outcome = "done"
    about: tuple[str, ...] = ()


class Rule(_Frozen):
    """A policy that holds for one task: `text` is what the policy is told.

    It forbids a tool of an environment if an argument is above `limit`, or is one of `values`; with neither, always.
    """

    text: str
    environment: str
    tool: str
    argument: str = ""
    limit: int | None = None
    values: tuple[str, ...] = ()

    def forbids(self, environment: str, tool: str, arguments: Mapping[str, JsonValue]) -> bool:
        """Say whether it forbids a call."""
        if (environment, tool) != (self.environment, self.tool):
            return False
        given = arguments.get(self.argument)
        if self.limit is not None:
            return isinstance(given, int) and given > self.limit
        return given in self.values if self.values else True


class Persona(_Frozen):
    """Who speaks: `manner` is how (`plain`, `brief`, `polite`, `chatty`).

    `name` and `email` are those of the row of the world that the user is, if the user is one.
    """

    manner: str
    name: str = ""
    email: str = ""
    environment: str = ""
    row: str = ""


class Difficulty(_Frozen):
    """How hard a task is: counts over its truth.

    `depth`: the longest chain of calls each of which needs what the one before returned. `breadth`: the calls that need
    no other. `hidden`: arguments whose value the user does not say. `distractors`: offered tools that the truth does
    not use. `level` runs from 1 to 5.
    """

    calls: int
    depth: int
    breadth: int
    servers: int
    hidden: int
    distractors: int
    turns: int
    level: int


class Proof(_Frozen):
    """What was shown of a task before it was kept.

    `solved`: from the words, the tools and what they returned alone, a search came to the truth's state and facts.
    `shorter`: 1 - words of the queries / words of the plain forms. `alternatives` were executed and agreed.
    """

    solved: bool = False
    shorter: float = 0.0
    executions: int = 2
    alternatives: int = 0


class Criteria(_Frozen):
    """What a solution must show: this diff at the end, these facts in the answers, and nothing else changed.

    `writes` has an entry only for an environment that must change. What it does not list is forbidden to change.
    `clocked`: by environment and entity, the columns a tool stamps with the time, which may drift with the clock.
    `drift_s`: how many seconds the truth moved the clock of each environment, `tick_s`: how many of them a write takes;
    the rest the truth waited, which no stamp may be off by. `weights`: what each part (`state`,
    `facts`, `forbidden`, `outcomes`, `rules`) is worth in a graded reading; they sum to 1.
    """

    writes: Mapping[str, DiffJson]
    facts: tuple[Fact, ...]
    clocked: Mapping[str, Mapping[str, tuple[str, ...]]] = Field(default_factory=dict)
    drift_s: Mapping[str, float] = Field(default_factory=dict)
    tick_s: Mapping[str, int] = Field(default_factory=dict)
    weights: Mapping[str, float] = Field(default_factory=dict)

    @property
    def hold_untouched(self) -> bool:
        """Whether doing nothing would satisfy them, which no task may allow."""
        return not self.writes and not self.facts


class Origin(_Frozen):
    """Where a task was drawn: the digest of the sampling's settings, and the number of the draw (from 0)."""

    settings: str
    draw: int


class Paraphrase(_Frozen):
    """Whose words a task is in, if not the sampler's: of which task it was made, and that one's queries, one a turn.

    `wins` of `rollouts` of a policy came to the truth from the new words; none of none if nobody tried.
    """

    of: str
    model: str
    queries: tuple[str, ...]
    rollouts: int = 0
    wins: int = 0


class Task(_Frozen):
    """The unit of work. `id` is a digest of the content; `seed` opens the worlds of all `environments`.

    In the opened worlds the calls of `setup` are made before the policy sees them; `snapshots` are their digests then.
    `hidden_tools` (environment, tool) are not offered. `rules` are told to the policy and hold on its calls. `template`
    is a digest of what kind of wishes it is made of, the same for tasks that differ in rows and values only. `realism`
    is the profile that its worlds are opened in; the truth was executed without.

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
    kind: Kind = "act"
    setup: tuple[StepRecord, ...] = ()
    snapshots: Mapping[str, str] = Field(default_factory=dict)
    hidden_tools: tuple[tuple[str, str], ...] = ()
    rules: tuple[Rule, ...] = ()
    persona: Persona | None = None
    difficulty: Difficulty | None = None
    template: str = ""
    proof: Proof = Proof()
    origin: Origin | None = None
    paraphrase: Paraphrase | None = Field(default=None, exclude_if=operator.not_)
    realism: ProfileName | None = Field(default=None, exclude_if=operator.not_)

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


def line_of(task: Task) -> bytes:
    """Return a task as its line in a tasks file."""
    return orjson.dumps(task.model_dump(mode="json")) + b"\n"


def append_task(path: Path, task: Task) -> None:
    """Add one line to a tasks file with a single write, so that a crash leaves no half of it behind an earlier one."""
    line = line_of(task)
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
