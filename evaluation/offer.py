"""Which tools a task offers: those that it needs among others that look as if it could need them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from envkit.clock import derive
from envkit.manifest import Manifest
from sampler.task import Task, seal

_WORD = re.compile(r"[a-z]{3,}")
_Name = tuple[str, str]


def narrowed(task: Task, manifests: Mapping[str, Manifest], near: int) -> Task:
    """Return the task with only the tools offered that its truth calls, and `near` distractors.

    The distractors are the tools with the most words in common with one that is needed; where none is needed, with the
    queries. Of equals, the task's id decides. What the task hid stays hidden. It is another task, with an id of its
    own, since its policy is shown something else. Source: MCP-Atlas shows 6 to 37 tools of which 2 to 8 are needed.
    """
    there = {
        (slug, tool.name): _words(f"{tool.name} {tool.description}")
        for slug in task.environments
        for tool in manifests[slug].tools
        if (slug, tool.name) not in task.hidden_tools
    }
    needed = {(step.environment, step.tool) for step in task.truth.trajectory}
    models = [there[name] for name in there if name in needed]
    models = models or [_words(" ".join(turn.query for turn in task.turns))]
    spare = sorted((name for name in there if name not in needed), key=lambda name: _rank(task, name, there, models))
    hidden = sorted({*task.hidden_tools, *spare[near:]})
    difficulty = task.difficulty and task.difficulty.model_copy(update={"distractors": min(near, len(spare))})
    return seal(task.model_copy(update={"hidden_tools": tuple(hidden), "difficulty": difficulty}))


def _rank(
    task: Task, name: _Name, words: Mapping[_Name, frozenset[str]], models: Sequence[frozenset[str]]
) -> tuple[float, int]:
    return -max(_likeness(words[name], model) for model in models), derive(0, "offer", task.id, *name)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower().replace("_", " ")))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard likeness, 0 if both are empty."""
    return len(one & other) / max(1, len(one | other))
