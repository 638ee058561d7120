"""Episodes of BFCL turned into numbers: how many tasks of each category are valid, and which errors the others show."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from evaluation.bfcl.record import CATEGORIES, BfclEpisode
from evaluation.estimate import Estimate, estimate


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CategoryNumbers(_Frozen):
    """The numbers of a category. `accuracy` rests on the tasks that are scored.

    `errors`: how often each kind came first. `disagreeing`: how often the worlds and the calls were judged otherwise,
    which is a fault of the bridge.
    """

    category: str
    tasks: int
    valid: int
    unscored: int
    disagreeing: int
    accuracy: Estimate
    errors: Mapping[str, int]


class BfclNumbers(_Frozen):
    """The numbers of a policy. `overall` is the mean over the categories, as BFCL counts; None if one has no score."""

    bfcl_numbers: Literal[1] = 1
    policy: str
    categories: tuple[CategoryNumbers, ...]
    overall: float | None


def count(episodes: Sequence[BfclEpisode], seed: int) -> BfclNumbers:
    """Count the episodes of one policy; `seed` feeds the intervals."""
    by_category = {name: [each for each in episodes if each.category == name] for name in CATEGORIES}
    counted = tuple(_counted(name, mine, seed) for name, mine in by_category.items() if mine)
    rates = [each.accuracy.value for each in counted]
    known = [rate for rate in rates if rate is not None]
    overall = math.fsum(known) / len(known) if known and len(known) == len(rates) else None
    return BfclNumbers(policy=episodes[0].policy, categories=counted, overall=overall)


def told(numbers: BfclNumbers) -> Iterator[dict[str, object]]:
    """Give a row for each category and, if there are several, one for all."""
    for each in numbers.categories:
        yield {
            "category": each.category,
            "tasks": each.tasks,
            "valid": each.valid,
            "unscored": each.unscored,
            "accuracy [95 %]": str(each.accuracy),
        }
    if len(numbers.categories) > 1:
        yield {
            "category": "overall",
            "tasks": sum(each.tasks for each in numbers.categories),
            "valid": sum(each.valid for each in numbers.categories),
            "unscored": sum(each.unscored for each in numbers.categories),
            "accuracy [95 %]": "-" if numbers.overall is None else f"{numbers.overall:.3f}",
        }


def _counted(category: str, episodes: Sequence[BfclEpisode], seed: int) -> CategoryNumbers:
    verdicts = [each.verdict for each in episodes if each.verdict is not None]
    return CategoryNumbers(
        category=category,
        tasks=len(episodes),
        valid=sum(verdict.valid for verdict in verdicts),
        unscored=len(episodes) - len(verdicts),
        disagreeing=sum(not verdict.agrees for verdict in verdicts),
        accuracy=estimate([float(verdict.valid) for verdict in verdicts], seed),
        errors=dict(Counter(verdict.kind for verdict in verdicts if verdict.kind).most_common()),
    )
