"""The reward: judge an episode by what it changed, what it answered and what it left alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod

from envkit.realism import PROFILES
from rollouts.episode import Episode, Reward, by_request
from rollouts.facts import judge
from rollouts.finding import Atom, Finding
from rollouts.match import Match, match
from rollouts.outcome import judge_outcomes, judge_rules
from sampler.task import DiffJson, Task

__all__ = ["PARTS", "WASTE_COST", "Reward", "forced_calls", "is_success", "score"]

PARTS = ("state", "facts", "forbidden", "outcomes", "rules")
"""The parts that are 0 or 1, in the order in which their findings are told."""

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
    are the calls beyond the truth's number, but for `forced_calls`, plus the writes beyond the truth's number, so a
    write that is taken back costs too. Source: the general form in docs/rewards.md, without its shaping term.
    """
    if episode.stop in UNSCORED:
        return _unscored(Finding("", "unscored", f"{episode.stop}: {episode.trouble}"))
    if task.criteria.hold_untouched:
        sentence = "the task demands nothing, so doing nothing would be paid"
        return _unscored(Finding("", "nothing_demanded", sentence))
    changes, turns = _match(task, episode, episode.diffs), by_request(episode.turns)
    names = {truth_id: row_id for (_, truth_id), row_id in changes.names.items()}
    faults = (
        *_changed(changes),
        *judge(task.criteria.facts, turns, names),
        *judge_outcomes(task.turns, turns),
        *judge_rules(task.rules, turns),
    )
    found = tuple(sorted(faults, key=lambda each: PARTS.index(each.part)))
    parts = {part: float(all(each.part != part for each in found)) for part in PARTS}
    wasted = _wasted(task, episode)
    parts["thrift"] = 1.0 - WASTE_COST * min(1.0, wasted / episode.budget)
    by_turn = tuple(_by_turn(task, episode, found, changes))
    progress = by_turn[-1] if by_turn else None
    if wasted:
        found = (*found, Finding("thrift", "wasted", f"{wasted} needless calls and writes"))
    return Reward(prod(parts.values()), parts, _reason(found), progress, found, by_turn)


def is_success(reward: Reward) -> bool:
    """Whether the task was done, thriftily or not."""
    return reward.total is not None and reward.total > 0.0


def forced_calls(episode: Episode) -> int:
    """Return how many calls an episode had to make because of its profile of realism, which are never needless.

    They are those refused before they were executed and, where pages are cut short, those that asked for a further one.
    """
    are_short = episode.realism is not None and PROFILES[episode.realism].page_rows is not None
    return sum(
        step.is_transient or (are_short and step.code is None and bool(step.arguments.get("cursor")))
        for step in episode.steps
    )


def _unscored(finding: Finding) -> Reward:
    return Reward(None, reason=finding.text, findings=(finding,))


def _match(task: Task, episode: Episode, diffs: Mapping[str, DiffJson]) -> Match:
    """Compare the diffs, with room for how far either clock moved by calls: no stamp can be later or earlier."""
    return match(task.criteria.writes, diffs, task.criteria.clocked, _drift(task, episode))


def _changed(changes: Match) -> Iterator[Finding]:
    missing, spurious = set(changes.missing), set(changes.spurious)

    def found(part: str, word: str, atom: Atom) -> Finding:
        code = "wrong_change" if atom in missing and atom in spurious else f"{word}_change"
        return Finding(part, code, f"{word}: {atom}", atom=atom)  # type: ignore[arg-type]  # two words make two codes

    yield from (found("state", "missing", atom) for atom in changes.missing)
    yield from (found("forbidden", "forbidden", atom) for atom in changes.spurious)


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
    calls = episode.counts.calls - forced_calls(episode) - len(needed)
    writes = episode.counts.writes - sum(step.writes for step in needed)
    return max(0, calls) + max(0, writes)


def _by_turn(task: Task, episode: Episode, found: Sequence[Finding], last: Match) -> Iterator[float]:
    """Yield the progress before the first turn and after each, nothing for a task without weights.

    What was never answered counts as unmet, and so does what later turns ask.
    """
    if not task.criteria.weights:
        return
    changes = _match(task, episode, {})
    yield _progress(task, 0, found, changes)
    turns = by_request(episode.turns)
    for answered, turn in enumerate(turns, 1):
        if answered == len(turns):
            changes = last
        elif turn.after is not None:
            changes = _match(task, episode, turn.after.diffs)
        yield _progress(task, answered, found, changes)


def _progress(task: Task, answered: int, found: Sequence[Finding], changes: Match) -> float:
    """Weigh what was met by the end of so many turns; changes and facts count one by one, other parts as a whole.

    What changed otherwise than demanded is not met, but not forbidden either: it may yet become what it must.
    """
    facts, so_far = task.criteria.facts, [each for each in found if each.turn is not None and each.turn < answered]
    later = {
        "facts": sum(fact.turn >= answered for fact in facts),
        "outcomes": sum(turn.outcome != "done" for turn in task.turns[answered:]),
    }
    unmet = {part: later.get(part, 0) + sum(each.part == part for each in so_far) for part in PARTS}
    unmet |= {"state": len(changes.missing), "forbidden": len({*changes.spurious} - {*changes.missing})}
    sizes = {"state": changes.required, "facts": len(facts)}
    met = {part: 1.0 - min(1.0, unmet[part] / max(1, sizes.get(part, 1))) for part in PARTS}
    return sum(weight * met[part] for part, weight in task.criteria.weights.items())


def _reason(found: Sequence[Finding]) -> str:
    said = [each.text for each in found if each.part != "thrift"]
    more = [f"{len(said) - NAMED_FAULTS} more"] if len(said) > NAMED_FAULTS else []
    waste = [each.text for each in found if each.part == "thrift"]
    return "; ".join([*said[:NAMED_FAULTS], *more, *waste])
