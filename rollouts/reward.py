"""The reward: judge an episode by what it changed, what it answered and what it left alone."""

from __future__ import annotations

from rollouts.episode import Episode, Reward
from rollouts.facts import judge
from rollouts.match import Match, match
from sampler.task import Task

__all__ = ["WASTE_COST", "Reward", "is_success", "score"]

WASTE_COST = 0.05
"""What a budget full of needless calls takes off a success, at most."""

UNSCORED = frozenset({"machine_error", "policy_error", "timeout"})
"""Stops that say nothing about the policy's skill: no score, and a resumed batch plays them again."""

NAMED_FAULTS = 3


def score(task: Task, episode: Episode) -> Reward:
    """Score an episode on its task: state * facts * forbidden * thrift, or unscored if a machine failed.

    `state`, `facts` and `forbidden` are 0 or 1: all demanded changes happened, all demanded facts are in the answers,
    and nothing else changed. `thrift` = 1 - WASTE_COST * min(1, wasted / budget), where wasted are the calls beyond the
    truth's number plus the writes beyond the truth's number, so a write that is taken back costs too.
    Source: the general form in docs/rewards.md, without its shaping term.
    """
    if episode.stop in UNSCORED:
        return Reward(None, reason=f"{episode.stop}: {episode.trouble}")
    if task.criteria.hold_untouched:
        return Reward(None, reason="the task demands nothing, so doing nothing would be paid")
    changes = _match(task, episode)
    names = {truth_id: row_id for (_, truth_id), row_id in changes.names.items()}
    unstated = judge(task.criteria.facts, episode.turns, names)
    wasted = _wasted(task, episode)
    parts = {
        "state": float(not changes.missing),
        "facts": float(not unstated),
        "forbidden": float(not changes.spurious),
        "thrift": 1.0 - WASTE_COST * min(1.0, wasted / episode.budget),
    }
    total = parts["state"] * parts["facts"] * parts["forbidden"] * parts["thrift"]
    return Reward(total, parts, _reason(changes, unstated, wasted))


def is_success(reward: Reward) -> bool:
    """Whether the task was done, thriftily or not."""
    return reward.total is not None and reward.total > 0.0


def _match(task: Task, episode: Episode) -> Match:
    """Compare the diffs, with room for how far either clock moved: a stamp can be that late or early, no more."""
    sides = (task.criteria.drift_s, episode.drift_s)
    drift_s = {name: max(side.get(name, 0.0) for side in sides) for name in episode.environments}
    return match(task.criteria.writes, episode.diffs, task.criteria.clocked, drift_s)


def _wasted(task: Task, episode: Episode) -> int:
    needed = task.truth.trajectory
    calls = episode.counts.calls - len(needed)
    writes = episode.counts.writes - sum(step.writes for step in needed)
    return max(0, calls) + max(0, writes)


def _reason(changes: Match, unstated: tuple[str, ...], wasted: int) -> str:
    faults = [
        *(f"missing: {each}" for each in changes.missing),
        *(f"forbidden: {each}" for each in changes.spurious),
        *(f"unstated: {each}" for each in unstated),
    ]
    more = [f"{len(faults) - NAMED_FAULTS} more"] if len(faults) > NAMED_FAULTS else []
    waste = [f"{wasted} needless calls and writes"] if wasted else []
    return "; ".join([*faults[:NAMED_FAULTS], *more, *waste])
