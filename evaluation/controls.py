"""Controls of a tasks file: its truth must earn 1, doing nothing 0, and the truth with one thing wrong less than 1."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from envkit.clock import derive
from evaluation.estimate import Estimate, estimate
from registry.whole import write_whole
from rollouts.episode import Episode
from rollouts.mutants import Fate, Kind, Mutant, fate_of
from rollouts.policy import Move, Scene
from rollouts.retold import RetoldPolicy
from rollouts.reward import is_success
from sampler.task import Task, line_of

Name = Literal["replay", "null", "mutated"]

KINDS: Mapping[Kind, str] = {
    "dropped": "a call left out",
    "changed": "an argument changed",
    "extra": "a write too many",
}
"""What can be wrong with a truth; a task is given one mutant of each kind, where it has one."""

MUST_BE: Mapping[Name, str] = {"replay": "1", "null": "0", "mutated": "below 1"}

NAMED_FAULTS = 3
"""How many tasks are named by which a control is not what it must be."""

Mutants = Mapping[tuple[str, Kind], Mutant]
"""The mutants of some tasks, by the task's id and the kind."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Control(_Frozen):
    """What one control earned; a mean over tasks, as all rewards are. `kind` tells the mutants apart, None: all."""

    name: Name
    kind: Kind | None = None
    rollouts: int
    unscored: int
    passed: int
    reward: Estimate


class Passed(_Frozen):
    """A mutant that was paid: `what` is wrong with it, and whether it is a solution too, by the changes it made."""

    task: str
    kind: Kind
    what: str
    reward: float
    fate: Fate


class Controls(_Frozen):
    """The controls of the tasks whose lines have this `digest` (sha256 in hex).

    `faults` say, a sentence each, why a control is not what it must be; without any the rewards can be trusted.
    """

    controls: Literal[1] = 1
    digest: str
    rows: tuple[Control, ...]
    passed: tuple[Passed, ...]
    faults: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether no machine failed while they were played."""
        return not any(each.unscored for each in self.rows)


@dataclass(frozen=True, slots=True)
class MutatedPolicy:
    """Plays one mutant of each task it has one of; it can be set in as many ways as there are mutants."""

    kind: Kind
    mutants: Mapping[str, Mutant]

    @property
    def name(self) -> str:
        """What it is called in episodes."""
        return f"mutated:{self.kind}"

    @property
    def configuration(self) -> str:
        """Return the digest of the mutants."""
        told = {task: [mutant.step, mutant.what] for task, mutant in self.mutants.items()}
        return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]

    async def act(self, scene: Scene) -> Move:
        """Play on as the mutant of the scene's task does."""
        return await RetoldPolicy(self.mutants[scene.task].retold).act(scene)


def told(mutant: Passed) -> str:
    """Say in words what is wrong with a mutant that was paid, and why it was."""
    why = "makes the same changes, so it is a solution too" if mutant.fate == "equivalent" else "is paid all the same"
    return f"{mutant.what}: {why}"


def digest_of(tasks: Iterable[Task]) -> str:
    """Return the sha256 of a tasks file with these tasks."""
    digest = hashlib.sha256()
    for task in tasks:
        digest.update(line_of(task))
    return digest.hexdigest()


def one_of_each(task: Task, mutants: Sequence[Mutant]) -> Iterator[tuple[tuple[str, Kind], Mutant]]:
    """Yield one mutant of each kind that a task has, by chance from the task's seed."""
    for kind in KINDS:
        if found := [each for each in mutants if each.kind == kind]:
            chance = random.Random(derive(task.seed, "control", kind))
            yield (task.id, kind), found[chance.randrange(len(found))]


def judge_controls(tasks: Sequence[Task], mutants: Mutants, episodes: Iterable[Episode], *, seed: int = 0) -> Controls:
    """Sum up the episodes of the controls; `seed` feeds the resampling. Episodes of other policies are passed over."""
    by_policy: dict[str, dict[str, Episode]] = {}
    for episode in episodes:
        by_policy.setdefault(episode.policy, {})[episode.task] = episode
    known = {task.id: task for task in tasks}
    kinds = {kind: by_policy.get(f"mutated:{kind}", {}) for kind in KINDS}
    mutated = [[each[task] for each in kinds.values() if task in each] for task in known]
    plain: Sequence[Name] = ("replay", "null")
    rows = [_row(name, None, [[each] for each in by_policy.get(name, {}).values()], seed) for name in plain]
    rows.append(_row("mutated", None, mutated, seed))
    rows += [_row("mutated", kind, [[each] for each in found.values()], seed) for kind, found in kinds.items()]
    passed = [
        Passed(task=task, kind=kind, what=mutants[task, kind].what, reward=total, fate=fate_of(known[task], episode))
        for kind, found in kinds.items()
        for task, episode in found.items()
        if is_success(episode.reward) and (total := episode.reward.total) is not None
    ]
    faults = [*_strays(by_policy.get("replay", {}), 1.0), *_strays(by_policy.get("null", {}), 0.0), *_lax(rows[2])]
    return Controls(digest=digest_of(tasks), rows=tuple(rows), passed=tuple(passed), faults=tuple(faults))


def read_controls(path: Path, digest: str) -> Controls | None:
    """Read the controls of the tasks with this digest; None if there are none, or those of other tasks."""
    try:
        found = Controls.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
    return found if found.digest == digest else None


def write_controls(path: Path, controls: Controls) -> None:
    """Write controls as JSON, in one step."""
    write_whole(path, orjson.dumps(controls.model_dump(mode="json"), option=orjson.OPT_INDENT_2))


def _row(name: Name, kind: Kind | None, groups: Sequence[Sequence[Episode]], seed: int) -> Control:
    """Sum up a control: the mean over tasks of what each one's episodes earned in the mean."""
    scored = [[total for each in group if (total := each.reward.total) is not None] for group in groups]
    means = [math.fsum(totals) / len(totals) for totals in scored if totals]
    played = [each for group in groups for each in group]
    return Control(
        name=name,
        kind=kind,
        rollouts=len(played),
        unscored=sum(each.reward.total is None for each in played),
        passed=sum(is_success(each.reward) for each in played),
        reward=estimate(means, derive(seed, "controls", name, kind or "")),
    )


def _strays(found: Mapping[str, Episode], wanted: float) -> Iterator[str]:
    """Say where a control whose reward is known earned another one."""
    strays = [each for each in found.values() if each.reward.total != wanted]
    for each in strays[:NAMED_FAULTS]:
        earned = "has no score" if each.reward.total is None else f"earns {each.reward.total:g} instead of {wanted:g}"
        yield f"{each.policy} {earned} on {each.task}: {each.reward.reason}"
    if len(strays) > NAMED_FAULTS:
        yield f"{strays[0].policy}: the same of {len(strays) - NAMED_FAULTS} more tasks"


def _lax(mutated: Control) -> Iterator[str]:
    """Say so if what is wrong is paid as if it were right, or if it could not be told."""
    if mutated.unscored:
        yield f"{mutated.unscored} of {mutated.rollouts} mutants have no score"
    if mutated.reward.value is not None and mutated.reward.value >= 1.0:
        yield f"all {mutated.rollouts} mutants are paid in full: the rewards tell nothing"
