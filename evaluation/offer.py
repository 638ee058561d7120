"""Which tools a policy is shown: those that a task needs among others that look as if it could need them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from envkit.clock import derive
from farm.link import Tool
from sampler.task import Task

_WORD = re.compile(r"[a-z]{3,}")
_Name = tuple[str, str]


class OfferError(Exception):
    """An offer that cannot be read, said in one sentence."""


@dataclass(frozen=True, slots=True)
class Offer:
    """The tools that the truth calls and `near` more; all there are if it is None.

    A tool that the task hides is never offered.
    """

    near: int | None = None

    def __str__(self) -> str:
        """Write it as `parse_offer` reads it."""
        return {None: "all", 0: "needed"}.get(self.near, f"near:{self.near}")

    def of(self, task: Task, tools: Mapping[str, Sequence[Tool]]) -> dict[str, tuple[Tool, ...]]:
        """Return the tools offered by each environment, in the order they are listed.

        The distractors are the tools with the most words in common with one that is needed; where none is needed, with
        the queries. Of equals, the task's id decides. Source: MCP-Atlas shows 6 to 37 tools of which 2 to 8 are needed.
        """
        hidden = set(task.hidden_tools)
        there = {(slug, tool.name): tool for slug, each in tools.items() for tool in each}
        there = {name: tool for name, tool in there.items() if name not in hidden}
        needed = {(step.environment, step.tool) for step in task.truth.trajectory} & there.keys()
        shown = there.keys() if self.near is None else needed | {*_nearest(task, there, needed, self.near)}
        return {slug: tuple(tool for tool in each if (slug, tool.name) in shown) for slug, each in tools.items()}


def parse_offer(text: str) -> Offer:
    """Read `all`, `needed` or `near:N`; OfferError if it is none of them."""
    head, _, number = text.partition(":")
    if head == "near" and number.isdecimal():
        return Offer(int(number))
    if text not in ("all", "needed"):
        raise OfferError(f"expected all, needed or near:N, such as near:10, but {text!r} came")
    return Offer(0 if text == "needed" else None)


def _nearest(task: Task, there: Mapping[_Name, Tool], needed: set[_Name], count: int) -> Sequence[_Name]:
    if needed:
        models = [_words(f"{name} {there[slug, name].description}") for slug, name in needed]
    else:
        models = [_words(" ".join(turn.query for turn in task.turns))]
    rest = [name for name in there if name not in needed]
    words = {name: _words(f"{name[1]} {there[name].description}") for name in rest}

    def rank(name: _Name) -> tuple[float, int]:
        return -max(_likeness(words[name], model) for model in models), derive(0, "offer", task.id, *name)

    return sorted(rest, key=rank)[:count]


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower().replace("_", " ")))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard likeness, 0 if both are empty."""
    return len(one & other) / max(1, len(one | other))
