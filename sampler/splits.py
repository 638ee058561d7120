"""Splits: which part of a data set each task belongs to, so that what is tested was never trained on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sampler.likeness import LikenessIndex, calls_of, words_of
from sampler.sketch import hash_of
from sampler.task import Task
from sampler.template import template

By = Literal["environment", "domain", "template"]

SHARES: Mapping[str, float] = {"train": 0.8, "validation": 0.1, "test": 0.1}
"""The splits in order: what stands in a later one is kept from the earlier ones."""

_SPACE = float(2**64)


class SplitError(Exception):
    """Shares or environments by which nothing can be split, said in one sentence."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a task goes: a split, or nowhere for a `reason`."""

    split: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to split: by what, in which shares, and which environments only the last split may have.

    `domains` gives the domain of each environment, and is needed to split by domain. `seed` draws other splits.
    """

    by: By
    shares: Mapping[str, float] = field(default_factory=lambda: SHARES)
    held_out: frozenset[str] = frozenset()
    domains: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.shares or min(self.shares.values()) < 0 or abs(sum(self.shares.values()) - 1) > 1e-6:
            told = ", ".join(f"{name}={share:g}" for name, share in self.shares.items())
            raise SplitError(f"expected shares of 0 or more that sum to 1, but {told or 'none'} came")

    @property
    def names(self) -> tuple[str, ...]:
        """The splits in order."""
        return tuple(self.shares)

    def groups_of(self, task: Task) -> tuple[str, ...]:
        """Return what a task is split by: its environments, their domains, or its template."""
        match self.by:
            case "environment":
                return task.environments
            case "template":
                return (task.template or template(task),)
            case "domain":
                unknown = [slug for slug in task.environments if slug not in self.domains]
                if unknown:
                    raise SplitError(f"{task.id}: the domain of {unknown[0]} is not known; is it among the servers?")
                return tuple(self.domains[slug] for slug in task.environments)


class Splitter:
    """Places tasks one by one; where a group goes depends on its name and the seed, never on the other tasks.

    A group is an environment, a domain or a template. A task over groups of several splits goes to the last of them, so
    that no split shows an environment that a later one keeps for itself. A task that says or does the same as one in
    another split is left out.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._homes: dict[int, tuple[str, str]] = {}

    def place(self, task: Task) -> Placed:
        """Say which split a task goes to; the same task is placed the same again."""
        split = self._split_of(task)
        for mark in _marks(task):
            other, home = self._homes.get(mark, (task.id, split))
            if home != split:
                return Placed(None, f"the same as {other} in {home}")
        for mark in _marks(task):
            self._homes.setdefault(mark, (task.id, split))
        return Placed(split)

    def _split_of(self, task: Task) -> str:
        names = self._plan.names
        if not self._plan.held_out.isdisjoint(task.environments):
            return names[-1]
        return max((self._drawn(group) for group in self._plan.groups_of(task)), key=names.index)

    def _drawn(self, group: str) -> str:
        """Return the split that a group's hash falls into, each as wide as its share."""
        place = hash_of(f"{self._plan.seed}\n{self._plan.by}\n{group}") / _SPACE
        for name, share in self._plan.shares.items():
            place -= share
            if place < 0:
                return name
        return next(name for name in reversed(self._plan.names) if self._plan.shares[name] > 0)


class LeakCheck:
    """Looks at split tasks once more, not knowing how they were placed: what two splits share is a leak."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._counts: Counter[str] = Counter()
        self._leaks: Counter[str] = Counter()
        self._seen: dict[int, str] = {}
        self._alike = {name: LikenessIndex() for name in plan.names}
        self._homes: dict[str, set[str]] = {}
        self._visits: dict[str, set[str]] = {}

    def add(self, split: str, task: Task) -> None:
        """Take one task of a split in."""
        self._counts[split] += 1
        for what, mark in (("task", task.id), ("calls", calls_of(task)), ("words", words_of(task))):
            self._leaks[what] += self._seen.setdefault(hash_of(f"{what} {mark}"), split) != split
        self._leaks["near-duplicate"] += any(
            index.twin(task) is not None for name, index in self._alike.items() if name != split
        )
        self._alike[split].add(task)
        if not self._plan.held_out.isdisjoint(task.environments):
            self._leaks["held-out environment"] += split != self._plan.names[-1]
            return
        groups = {*self._plan.groups_of(task)}
        for group in groups:
            (self._homes if len(groups) == 1 else self._visits).setdefault(group, set()).add(split)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many tasks each split has, in order."""
        return {name: self._counts[name] for name in self._plan.names}

    @property
    def leaks(self) -> Mapping[str, int]:
        """How often two splits share something, by what it is; all zero if nothing leaks.

        A task's id, calls or words, or near-duplicates; a held-out environment before the last split; and of what was
        split by, a group that has tasks of its own in two splits, or that a task of an earlier split touches.
        """
        names = self._plan.names
        straddling = sum(len(homes) > 1 for homes in self._homes.values())
        early = sum(
            min(map(names.index, visits)) < min(map(names.index, self._homes[group]))
            for group, visits in self._visits.items()
            if group in self._homes
        )
        kinds = ("task", "calls", "words", "near-duplicate", "held-out environment")
        return {**{kind: self._leaks[kind] for kind in kinds}, self._plan.by: straddling + early}


def _marks(task: Task) -> tuple[int, int]:
    return hash_of(f"calls {calls_of(task)}"), hash_of(f"words {words_of(task)}")
