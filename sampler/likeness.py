"""Near-duplicates: whether a task is the same as an earlier one, or so alike that it teaches nothing new."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

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
        for what, known, key in (("calls", self._calls, calls_of(task)), ("words", self._words, words_of(task))):
            if key in known:
                return Twin(known[key], f"same {what}")
        mine = _kept(task)
        for other in self._templates.get(_template(task), ()):
            if mine.rows == other.rows:
                return Twin(other.task, "same rows")
            if mine.shingles.likeness(other.shingles) >= ALIKE:
                return Twin(other.task, "like words")
        return None

    def add(self, task: Task) -> None:
        """Remember a task."""
        self._calls.setdefault(calls_of(task), task.id)
        self._words.setdefault(words_of(task), task.id)
        self._templates.setdefault(_template(task), []).append(_kept(task))


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


def _kept(task: Task) -> _Kept:
    return _Kept(task.id, _rows(task), Sketch(shingles(task)))


def _rows(task: Task) -> int:
    """Return a hash of the rows that the goals are about: the ids among their arguments."""
    seen = _ids(task)
    named = [
        [step.environment, sorted({value for value in _texts(step.arguments) if value in seen})]
        for index in range(len(task.turns))
        for step in goals(task, index)
    ]
    about = named if any(ids for _, ids in named) else [turn.query for turn in task.turns]
    return hash_of(canonical(about).decode())


def _ids(task: Task) -> frozenset[str]:
    """Return every id that a call of the truth showed."""
    return frozenset(value for step in task.truth.trajectory for value in _members(step.content, "id"))


def _members(value: object, name: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, member in value.items():
            if key == name and isinstance(member, str):
                yield member
            yield from _members(member, name)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _members(member, name)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _texts(member)


def _template(task: Task) -> str:
    return task.template or template(task)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
