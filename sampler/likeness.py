"""Near-duplicates: whether a task is the same as an earlier one, or so alike that it teaches nothing new."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sampler.leaves import leaves
from sampler.sketch import Sketch, hash_of
from sampler.task import Task, canonical
from sampler.template import goals, template

SHINGLE_WORDS = 3
ALIKE = 0.8
"""From what Jaccard likeness of their word shingles on two tasks of one template count as near-duplicates."""

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Twin:
    """An earlier task that another one is like, and in what: `same calls`, `same words`, `same rows`, `like words`."""

    task: str
    what: str


@dataclass(frozen=True, slots=True)
class _Kept:
    task: str
    rows: int
    shingles: Sketch


@dataclass(frozen=True, slots=True)
class _Marks:
    """What a task is compared by."""

    calls: int
    words: int
    template: str
    kept: _Kept

    @classmethod
    def of(cls, task: Task) -> _Marks:
        kept = _Kept(task.id, _rows(task), Sketch(shingles(task)))
        return cls(calls_of(task), words_of(task), task.template or template(task), kept)


class LikenessIndex:
    """The tasks so far, as hashes: under a kilobyte for each."""

    def __init__(self) -> None:
        self._calls: dict[int, str] = {}
        self._words: dict[int, str] = {}
        self._templates: dict[str, list[_Kept]] = {}

    def twin(self, task: Task) -> Twin | None:
        """Return an earlier task that this one is the same as or nearly so, None if there is none.

        The same: equal calls and facts, or equal words. Nearly: one template, and equal rows among the goals' arguments
        (so that only amounts, dates or notes differ), or words with a likeness of ALIKE.
        """
        return self._twin(_Marks.of(task))

    def add(self, task: Task) -> None:
        """Remember a task."""
        self._add(_Marks.of(task))

    def admit(self, task: Task) -> Twin | None:
        """Remember a task unless it has a twin, which is returned then."""
        marks = _Marks.of(task)
        twin = self._twin(marks)
        if twin is None:
            self._add(marks)
        return twin

    def _twin(self, marks: _Marks) -> Twin | None:
        for what, known, key in (("calls", self._calls, marks.calls), ("words", self._words, marks.words)):
            if key in known:
                return Twin(known[key], f"same {what}")
        for other in self._templates.get(marks.template, ()):
            if marks.kept.rows == other.rows:
                return Twin(other.task, "same rows")
            if marks.kept.shingles.likeness(other.shingles) >= ALIKE:
                return Twin(other.task, "like words")
        return None

    def _add(self, marks: _Marks) -> None:
        self._calls.setdefault(marks.calls, marks.kept.task)
        self._words.setdefault(marks.words, marks.kept.task)
        self._templates.setdefault(marks.template, []).append(marks.kept)


def calls_of(task: Task) -> int:
    """Return a hash of what a task does: its kind, the calls with their arguments, and the facts asked for."""
    calls = [[step.environment, step.tool, dict(step.arguments)] for step in task.truth.trajectory]
    facts = [[fact.turn, fact.name] for fact in task.criteria.facts]
    words = [] if calls else [turn.plain or turn.query for turn in task.turns]
    return hash_of(canonical([task.kind, [list(each) for each in task.hidden_tools], calls, facts, words]).decode())


def words_of(task: Task) -> int:
    """Return a hash of what the user says, whatever its case and punctuation."""
    return hash_of("\n".join(" ".join(_words(turn.query)) for turn in task.turns))


def shingles(task: Task) -> Iterator[str]:
    """Yield the runs of SHINGLE_WORDS words in the queries; a shorter query is one run."""
    for turn in task.turns:
        words = _words(turn.query)
        for start in range(max(1, len(words) - SHINGLE_WORDS + 1)):
            yield " ".join(words[start : start + SHINGLE_WORDS])


def _rows(task: Task) -> int:
    """Return a hash of the rows that the goals are about: the ids among their arguments."""
    seen = _ids(task)
    named = []
    for index in range(len(task.turns)):
        for step in goals(task, index):
            texts = (value for _, value in leaves(step.arguments) if isinstance(value, str))
            named.append([step.environment, sorted(seen.intersection(texts))])
    about = named if any(ids for _, ids in named) else [turn.query for turn in task.turns]
    return hash_of(canonical(about).decode())


def _ids(task: Task) -> frozenset[str]:
    """Return every id that a call of the truth showed."""
    return frozenset(
        value
        for step in task.truth.trajectory
        for name, value in leaves(step.content)
        if name == "id" and isinstance(value, str)
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
