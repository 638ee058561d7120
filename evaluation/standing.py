"""The reward of what was reached in worlds that another harness served: turns, answers, and how the worlds stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from rollouts.episode import Episode, Turn, count
from rollouts.reward import Reward, score
from sampler.task import Task

BUDGET = 40

Standings = Mapping[str, Mapping[str, Any]]  # Any: the kit's own JSON, whose shape its control plane fixes
"""How each world stands, by environment: its `diff` since it was opened and its `digest`."""


def judged(task: Task, policy: str, turns: tuple[Turn, ...], standings: Standings) -> Reward:
    """Score the turns that are over, by how the worlds stand."""
    writes = Counter(step.environment for turn in turns for step in turn.steps if step.writes)
    return score(
        task,
        Episode(
            task=task.id,
            policy=policy,
            trial=0,
            seed=0,
            budget=BUDGET,
            environments=task.environments,
            turns=turns,
            stop="done",
            diffs={slug: each["diff"] for slug, each in standings.items() if each["diff"]},
            digests={slug: each["digest"] for slug, each in standings.items()},
            drift_s={slug: float(tick_s * writes[slug]) for slug, tick_s in task.criteria.tick_s.items()},
            counts=count(turns),
            realism=task.realism,
        ),
    )
