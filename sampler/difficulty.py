"""How hard a task is, from its executed truth; and which levels a sampling should have."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from envkit.calls import Json
from envkit.clock import from_wire
from sampler.leaves import leaves
from sampler.spoken import Spoken, read
from sampler.task import Difficulty, Task

LEVELS = (1, 2, 3, 4, 5)

THRESHOLDS: Mapping[int, tuple[int, int, int, int]] = {
    2: (3, 2, 1, 2),
    3: (5, 3, 3, 3),
    4: (8, 4, 5, 4),
    5: (12, 5, 9, 5),
}
"""What a level asks for: calls, depth, hidden arguments, and turns with the environments beyond the first.

A task has the highest level of which it reaches REACHED measures.
"""

REACHED = 2

PATIENCE = 4
"""After how many draws turned away in a row one task more than a level's share is let through."""

_PAGING = frozenset({"limit", "cursor"})
"""How every environment calls the arguments that say how much of a list to show: no user's business."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SHORT_TEXT, _SMALL_NUMBER = 3, 10


class TargetError(Exception):
    """A distribution of levels that cannot be read, said in one sentence."""


@dataclass(frozen=True, slots=True)
class Target:
    """What share of the tasks each level should have; the shares sum to 1, a level left out has none."""

    shares: Mapping[int, float]

    def wants(self, level: int, counts: Mapping[int, int], turned_away: int = 0) -> bool:
        """Say whether one more task of a level brings the counts so far no further from the shares than one task.

        After every PATIENCE draws `turned_away` in a row one more is let through, so that a level nobody reaches does
        not end the sampling; a level without a share is never wanted.
        """
        share = self.shares.get(level, 0.0)
        room = share * (sum(counts.values()) + 1) + 1 + turned_away // PATIENCE
        return share > 0 and counts.get(level, 0) + 1 <= room + 1e-9

    def next(self, counts: Mapping[int, int]) -> int:
        """Return the level that lags furthest behind its share, the lower one of equals."""
        total = sum(counts.values()) + 1
        return max(LEVELS, key=lambda level: (self.shares.get(level, 0.0) * total - counts.get(level, 0), -level))


def parse_target(text: str) -> Target:
    """Read a distribution such as `1=0.2,3=0.5,5=0.3`; TargetError if it is none."""
    shares: dict[int, float] = {}
    for part in text.split(","):
        level, mark, share = part.partition("=")
        try:
            number, value = int(level), float(share)
        except ValueError:
            mark, number, value = "", 0, 0.0
        if not mark or number not in LEVELS or number in shares or not 0 <= value <= 1:
            raise TargetError(
                f"expected levels from 1 to 5 with their shares, such as 1=0.2,3=0.5,5=0.3, but {part.strip()!r} came"
            )
        shares[number] = value
    if abs(sum(shares.values()) - 1) > 1e-6:
        raise TargetError(f"expected shares that sum to 1, but those of {text!r} sum to {sum(shares.values()):g}")
    return Target(shares)


def difficulty(task: Task, offered: int) -> Difficulty:
    """Measure a task by its executed truth; `offered` is how many tools the policy is shown."""
    steps = task.truth.trajectory
    needs = needs_of(task)
    depths: list[int] = []
    for needed in needs:
        depths.append(1 + max((depths[index] for index in needed), default=0))
    calls, depth = len(steps), max(depths, default=0)
    hidden = sum(len(names) for names in hidden_of(task))
    turns, servers = len(task.turns), len(task.environments)
    return Difficulty(
        calls=calls,
        depth=depth,
        breadth=sum(not needed for needed in needs),
        servers=servers,
        hidden=hidden,
        distractors=max(0, offered - len({(step.environment, step.tool) for step in steps})),
        turns=turns,
        level=_level((calls, depth, hidden, turns + servers - 1)),
    )


def needs_of(task: Task) -> tuple[frozenset[int], ...]:
    """Return for each step of the truth the earlier steps that it needs, by index.

    It needs the call that returned a value among its arguments which no query had said: the first that showed the row
    of that id, else the first that showed the value at all. And it needs every call that wrote a row which it names.
    """
    steps, said = task.truth.trajectory, _said_before(task)
    shown: dict[Json, int] = {}
    rows: dict[Json, int] = {}
    writers: dict[tuple[str, str], set[int]] = {}
    needs = []
    for index, step in enumerate(steps):
        values = {value for _, value in leaves(step.arguments) if _is_telling(value)}
        unsaid = {value for value in values if value in shown and not is_said(value, said[index])}
        taken = {rows.get(value, shown[value]) for value in unsaid}
        wrote = {each for value in values for each in writers.get((step.environment, str(value)), ())}
        needs.append(frozenset(taken | wrote))
        if step.code is None:
            for name, value in leaves(step.content):
                shown.setdefault(value, index)
                if name == "id":
                    rows.setdefault(value, index)
                if step.writes and name == "id":
                    writers.setdefault((step.environment, str(value)), set()).add(index)
    return tuple(needs)


def hidden_of(task: Task) -> tuple[tuple[str, ...], ...]:
    """Return for each step of the truth its arguments whose value no query has said by then, in any spelling.

    Truth values are not counted, since words say them without naming them, nor is how much of a list to show.
    """
    said = _said_before(task)
    return tuple(
        tuple(name for name, value in step.arguments.items() if name not in _PAGING and _is_hidden(value, said[index]))
        for index, step in enumerate(task.truth.trajectory)
    )


def is_said(value: Json, told: Spoken) -> bool:
    """Say whether a text states a scalar: a number or an amount, a time in any spelling, anything else in its words."""
    if isinstance(value, bool) or value is None:
        return True
    if isinstance(value, int | float):
        return any(amount.value == value or amount.means_money(int(value)) for amount in told.amounts)
    text = str(value)
    try:
        moment = from_wire(f"{text}T00:00:00Z" if _DAY.fullmatch(text) else text)
    except ValueError:
        return told.has_words(text) or text.casefold() in told.ids
    return any(each.means(moment) for mention in told.moments for each in mention)


def _level(measures: Sequence[int]) -> int:
    reached = [
        level
        for level, least in THRESHOLDS.items()
        if sum(measure >= bound for measure, bound in zip(measures, least, strict=True)) >= REACHED
    ]
    return max(reached, default=1)


def _said_before(task: Task) -> list[Spoken]:
    """Return for each step of the truth what the user has said when it is made."""
    texts = accumulate((turn.query for turn in task.turns), lambda before, query: f"{before} \n {query}")
    return [told for text, turn in zip(texts, task.turns, strict=True) for told in [read(text)] * turn.calls]


def _is_hidden(value: Json, told: Spoken) -> bool:
    return any(not is_said(leaf, told) for _, leaf in leaves(value) if leaf != "")


def _is_telling(value: Json) -> bool:
    """Say whether a value is not one of the few that come up everywhere by chance."""
    if isinstance(value, str):
        return len(value) >= _SHORT_TEXT
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _SMALL_NUMBER
