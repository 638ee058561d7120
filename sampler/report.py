"""The report of a sampling: tasks and drops come in one by one, figures and a few tasks to read go out."""

from __future__ import annotations

import re
from bisect import insort
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field

from registry.whole import write_whole
from sampler.difficulty import hidden_of
from sampler.sketch import Sketch, hash_of
from sampler.task import Outcome, Task

REPORT = "report.json"
SAMPLES = 20
MOST_REASONS = 200
"""How many different reasons of drops are told apart; those that come up later are counted together."""

OTHER_REASONS = "other reasons"
_TRIGRAMS_KEPT = 1 << 14
_MARKS = ".,;:!?()'\"“”‘’"
_ID = re.compile(r"\b[a-z]+_(?=[a-z]*[0-9])[a-z0-9]{6,16}\b")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Covered(_Frozen):
    """How much of one thing the tasks use: `what` it is (tools, edges of a kind, refusals), and what no task uses."""

    what: str
    used: int
    total: int
    missing: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """The part that is used; nothing to use is used up."""
        return self.used / self.total if self.total else 1.0


class Words(_Frozen):
    """How the queries read.

    `mean`: words a task. `shorter`: 1 - words of the queries / words of the plain forms, in the mean of the tasks that
    have both. `distinct_3`: different word trigrams / all of them (Li et al., arXiv:1510.03055), turn by turn.
    Words are what stands between spaces; marks around them and case make no difference.
    """

    mean: float = 0.0
    shorter: float = 0.0
    distinct_3: float = 0.0


class SampleTurn(_Frozen):
    """A turn of a task to read: the words, the plain form, the tools called, how it ends, and what it must tell."""

    query: str
    plain: str
    tools: tuple[str, ...]
    outcome: Outcome
    facts: tuple[str, ...]


class SampleTask(_Frozen):
    """A task to read."""

    id: str
    kind: str
    level: int
    environments: tuple[str, ...]
    turns: tuple[SampleTurn, ...]


class SamplingReport(_Frozen):
    """Figures of a sampling. Counts are tasks: by kind, level, number of calls and turns, environment, and manner.

    `hidden`: the share of tasks with an argument that no query says; `solved`: the share that a search solved from the
    words alone. `drops` counts draws by the reason they gave no task. `seconds` is
    wall time a task, drops included, in the mean of the `timed` tasks.
    """

    report: Literal[1] = 1
    tasks: int
    kinds: Mapping[str, int]
    levels: Mapping[int, int]
    calls: Mapping[int, int]
    turns: Mapping[int, int]
    spans: Mapping[int, int]
    environments: Mapping[str, int]
    manners: Mapping[str, int]
    templates: int
    hidden: float
    solved: float
    words: Words
    drops: Mapping[str, int]
    timed: int
    seconds: float
    coverage: tuple[Covered, ...] = ()
    samples: tuple[SampleTask, ...] = Field(default=())


class Reporter:
    """Gathers figures; its memory does not grow with the tasks."""

    def __init__(self) -> None:
        self._count: dict[str, Counter[str]] = {
            name: Counter()
            for name in ("kinds", "levels", "calls", "turns", "spans", "environments", "manners", "drops")
        }
        self._templates, self._trigrams = Sketch(kept=_TRIGRAMS_KEPT), Sketch(kept=_TRIGRAMS_KEPT)
        self._tasks = self._hidden = self._solved = self._said = self._trigrams_all = self._compared = self._timed = 0
        self._shorter = self._seconds = 0.0
        self._samples: list[tuple[int, str, SampleTask]] = []

    def add(self, task: Task) -> None:
        """Take a task in."""
        self._tasks += 1
        self._count["kinds"][task.kind] += 1
        self._count["calls"][str(len(task.truth.trajectory))] += 1
        self._count["turns"][str(len(task.turns))] += 1
        self._count["spans"][str(len(task.environments))] += 1
        self._count["environments"].update(task.environments)
        if task.difficulty is not None:
            self._count["levels"][str(task.difficulty.level)] += 1
        if task.persona is not None:
            self._count["manners"][task.persona.manner] += 1
        if task.template:
            self._templates.add(task.template)
        self._hidden += any(hidden_of(task))
        self._solved += task.proof.solved
        self._read(task)
        self._keep(task)

    def add_drop(self, reason: str, times: int = 1) -> None:
        """Take a draw in that gave no task; ids in the reason are left out, so that alike reasons are one."""
        drops = self._count["drops"]
        told = _ID.sub("...", reason)
        drops[told if told in drops or len(drops) < MOST_REASONS else OTHER_REASONS] += times

    def add_time(self, seconds: float, tasks: int) -> None:
        """Take in how long some tasks took together, the drops between them included."""
        self._timed += tasks
        self._seconds += seconds

    def report(self, coverage: Iterable[Covered] = ()) -> SamplingReport:
        """Return the figures so far."""
        count, tasks = self._count, max(1, self._tasks)
        return SamplingReport(
            tasks=self._tasks,
            kinds=_by_size(count["kinds"]),
            levels=_by_number(count["levels"]),
            calls=_by_number(count["calls"]),
            turns=_by_number(count["turns"]),
            spans=_by_number(count["spans"]),
            environments=dict(sorted(count["environments"].items())),
            manners=_by_size(count["manners"]),
            templates=self._templates.count,
            hidden=round(self._hidden / tasks, 4),
            solved=round(self._solved / tasks, 4),
            words=Words(
                mean=round(self._said / tasks, 2),
                shorter=round(self._shorter / max(1, self._compared), 4),
                distinct_3=round(min(1.0, self._trigrams.count / max(1, self._trigrams_all)), 4),
            ),
            drops=_by_size(count["drops"]),
            timed=self._timed,
            seconds=round(self._seconds / max(1, self._timed), 4),
            coverage=tuple(coverage),
            samples=tuple(sample for _, _, sample in self._samples),
        )

    def _read(self, task: Task) -> None:
        words = [turn.query.split() for turn in task.turns]
        said = sum(map(len, words))
        plainly = sum(len(turn.plain.split()) for turn in task.turns)
        self._said += said
        if plainly:
            self._compared += 1
            self._shorter += 1 - said / plainly
        for trigram in (each for turn in words for each in _trigrams(turn)):
            self._trigrams_all += 1
            self._trigrams.add(trigram)

    def _keep(self, task: Task) -> None:
        """Keep the tasks whose ids have the smallest hashes: a fair choice, whatever order they come in."""
        insort(self._samples, (hash_of(task.id), task.id, _sample(task)), key=lambda each: each[:2])
        del self._samples[SAMPLES:]


def write_report(folder: Path, report: SamplingReport) -> Path:
    """Write `report.json` into a run's folder, whole or not at all."""
    path, form = folder / REPORT, orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS
    write_whole(path, orjson.dumps(report.model_dump(mode="json"), option=form) + b"\n")
    return path


def _sample(task: Task) -> SampleTask:
    turns = tuple(
        SampleTurn(
            query=turn.query,
            plain=turn.plain,
            tools=tuple(step.tool for step in task.steps_of(index)),
            outcome=turn.outcome,
            facts=tuple(f"{fact.name}: {fact.text}" for fact in task.criteria.facts if fact.turn == index),
        )
        for index, turn in enumerate(task.turns)
    )
    level = task.difficulty.level if task.difficulty else 0
    return SampleTask(id=task.id, kind=task.kind, level=level, environments=task.environments, turns=turns)


def _by_size(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def _by_number(counts: Counter[str]) -> dict[int, int]:
    return {int(name): times for name, times in sorted(counts.items(), key=lambda each: int(each[0]))}


def _trigrams(written: Sequence[str]) -> Iterator[str]:
    """Yield each three words that follow one another; a shorter turn is one."""
    words = [word for each in written if (word := each.strip(_MARKS).casefold())]
    for start in range(max(1, len(words) - 2)):
        yield " ".join(words[start : start + 3])
