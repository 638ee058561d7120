"""The reward: judge an episode by what it changed, what it answered and what it left alone."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from rollouts.episode import Episode, Reward, by_request
from rollouts.facts import judge
from rollouts.match import Match, match
from rollouts.outcome import judge_outcomes, judge_rules
from sampler.task import Task

__all__ = ["WASTE_COST", "Reward", "is_success", "score"]

WASTE_COST = 0.05
"""What a budget full of needless calls takes off a success, at most."""

UNSCORED = frozenset({"machine_error", "policy_error", "endpoint_error", "user_error", "timeout"})
"""Stops that say nothing about the policy's skill: no score, and a resumed batch plays them again."""

NAMED_FAULTS = 3


def score(task: Task, episode: Episode) -> Reward:
    """Score an episode on its task: the product of its parts, or unscored if a machine failed.

    All but one part are 0 or 1. `state`: all demanded changes happened; `facts`: all demanded facts are in the answers;
    `forbidden`: nothing else changed; `outcomes`: what could not be granted was asked back or declined; `rules`: no
    call went through that a rule of the task forbids. `thrift` = 1 - WASTE_COST * min(1, wasted / budget), where wasted
    are the calls beyond the truth's number plus the writes beyond the truth's number, so a write that is taken back
    costs too. Source: the general form in docs/rewards.md, without its shaping term.
    """
    if episode.stop in UNSCORED:
        return Reward(None, reason=f"{episode.stop}: {episode.trouble}")
    if task.criteria.hold_untouched:
        return Reward(None, reason="the task demands nothing, so doing nothing would be paid")
    changes, turns = _match(task, episode), by_request(episode.turns)
    names = {truth_id: row_id for (_, truth_id), row_id in changes.names.items()}
    faults = {
        "state": tuple(f"missing: {each}" for each in changes.missing),
        "facts": tuple(f"unstated: {each}" for each in judge(task.criteria.facts, turns, names)),
        "forbidden": tuple(f"forbidden: {each}" for each in changes.spurious),
        "outcomes": judge_outcomes(task.turns, turns),
        "rules": judge_rules(task.rules, turns),
    }
    wasted = _wasted(task, episode)
    parts = {name: float(not found) for name, found in faults.items()}
    parts["thrift"] = 1.0 - WASTE_COST * min(1.0, wasted / episode.budget)
    progress = _progress(task, faults, changes.required)
    return Reward(prod(parts.values()), parts, _reason(faults, wasted), progress)


def is_success(reward: Reward) -> bool:
    """Whether the task was done, thriftily or not."""
    return reward.total is not None and reward.total > 0.0


def _match(task: Task, episode: Episode) -> Match:
    """Compare the diffs, with room for how far either clock moved by calls: no stamp can be later or earlier."""
    return match(task.criteria.writes, episode.diffs, task.criteria.clocked, _drift(task, episode))


def _drift(task: Task, episode: Episode) -> dict[str, float]:
    """Return how far stamps may be apart, by environment: how far the clocks went, but for what was waited."""
    sides = (task.criteria.drift_s, episode.drift_s)
    drift_s = {name: max(side.get(name, 0.0) for side in sides) for name in episode.environments}
    for name, tick_s in task.criteria.tick_s.items():
        writes = (
            sum(step.writes for step in steps if step.environment == name)
            for steps in (task.truth.trajectory, episode.steps)
        )
        drift_s[name] = min(drift_s.get(name, 0.0), float(tick_s * max(writes)))
    return drift_s


def _wasted(task: Task, episode: Episode) -> int:
    needed = task.truth.trajectory
    calls = episode.counts.calls - len(needed)
    writes = episode.counts.writes - sum(step.writes for step in needed)
    return max(0, calls) + max(0, writes)


def _progress(task: Task, faults: Mapping[str, tuple[str, ...]], atoms: int) -> float | None:
    """Weigh what was met; changes and facts count one by one, the other parts as a whole."""
    if not task.criteria.weights:
        return None
    sizes = {"state": atoms, "facts": len(task.criteria.facts)}
    met = {name: 1.0 - min(1.0, len(found) / max(1, sizes.get(name, 1))) for name, found in faults.items()}
    return sum(weight * met[name] for name, weight in task.criteria.weights.items())


def _reason(faults: Mapping[str, tuple[str, ...]], wasted: int) -> str:
    said = [fault for found in faults.values() for fault in found]
    more = [f"{len(said) - NAMED_FAULTS} more"] if len(said) > NAMED_FAULTS else []
    waste = [f"{wasted} needless calls and writes"] if wasted else []
    return "; ".join([*said[:NAMED_FAULTS], *more, *waste])
