"""Why an episode failed: the failure modes of MCP-Atlas, told from the record alone.

Source: the failure taxonomy of MCP-Atlas (Scale AI, 2025), eleven modes that a model assigns by reading trajectories.
Here each mode has a test on what was called, what came back, what was said and what the reward found, so that two
readings agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal

from envkit.calls import Json
from farm.link import UNKNOWN_TOOL
from rollouts.episode import Episode, PlayedStep
from rollouts.facts import states
from rollouts.finding import Code
from rollouts.policy import MALFORMED
from rollouts.reward import is_success
from sampler.coverage import MALFORMED as REFUSED_FORMS
from sampler.leaves import leaves
from sampler.spoken import read
from sampler.task import Task

Mode = Literal[
    "no_tool_use", "malformed_call", "wrong_tool", "err_recovery",
    "constraint_violation", "early_termination", "logical_error", "hallucinated_fact", "response_misparsing",
    "faulty_synthesis", "task_misunderstanding",
]  # fmt: skip
"""The modes, from what goes wrong first to what is left when nothing else explains it; docs/evaluating.md has each."""

_BAD_FORM = REFUSED_FORMS | {UNKNOWN_TOOL, MALFORMED}
_CUT_SHORT = frozenset({"budget", "tokens", "context", "left"})
_HEDGED: frozenset[Code] = frozenset({"says_both", "names_rivals", "one_of_many"})


def modes(task: Task, episode: Episode) -> tuple[Mode, ...]:
    """Return the modes that a failed episode shows, the first cause first; none for a success or an unscored one."""
    if episode.reward.total is None or is_success(episode.reward):
        return ()
    facing = _Facing(task, episode)
    return tuple(mode for mode, shows in _TESTS.items() if shows(facing)) or ("task_misunderstanding",)


def tally(failed: Iterable[tuple[Task, Episode]]) -> dict[Mode, int]:
    """Count the failed episodes by the first mode of each."""
    found = Counter(shown[0] for task, episode in failed if (shown := modes(task, episode)))
    return {mode: found[mode] for mode in _TESTS if found[mode]}


class _Facing:
    """A task and an episode, compared in the ways that the tests ask about."""

    def __init__(self, task: Task, episode: Episode) -> None:
        self.task, self.episode, self.steps = task, episode, episode.steps
        self.codes = {finding.code for finding in episode.reward.findings}
        self.needed = {(step.environment, step.tool) for step in task.truth.trajectory}
        self.called = {(step.environment, step.tool) for step in self.steps}
        self.refused_by_truth = {
            (step.environment, step.tool, step.code) for step in task.truth.trajectory if step.code
        }

    def given_up(self) -> Iterator[PlayedStep]:
        """Yield the refused calls after which no call of that tool succeeded, though the truth's does.

        One that was refused for the moment is given up unless that very call got through, be it to another refusal.
        """
        for index, step in enumerate(self.steps):
            name, later = (step.environment, step.tool), self.steps[index + 1 :]
            if step.code is None or (*name, step.code) in self.refused_by_truth:
                continue
            again = [each for each in later if (each.environment, each.tool) == name]
            if step.is_transient:
                is_mended = any(each.arguments == step.arguments and not each.is_transient for each in again)
            else:
                is_mended = any(each.code is None for each in again)
            if not is_mended:
                yield step

    def unstated(self) -> Iterator[tuple[bool, bool]]:
        """Yield for each fact that is not stated whether it was shown, and whether another of its column is stated."""
        turns = {finding.turn for finding in self.episode.reward.findings if finding.code == "not_stated"}
        shown: dict[str, set[Json]] = {}
        for name, value in leaves([step.content for step in self.steps if step.code is None]):
            if value is not None:
                shown.setdefault(name, set()).add(value)
        answer = read("\n".join(turn.answer for turn in self.episode.turns))
        for fact in self.task.criteria.facts:
            if fact.turn in turns and not states(answer, fact):
                columns = [values for values in shown.values() if fact.value in values]
                kin = set[Json]().union(*columns) - {fact.value}
                others = (fact.model_copy(update={"value": each, "text": str(each)}) for each in kin)
                yield bool(columns), fact.type != "bool" and any(states(answer, other) for other in others)


def _does_nothing(facing: _Facing) -> bool:
    return bool(facing.needed) and not facing.steps


def _calls_in_bad_form(facing: _Facing) -> bool:
    return any(step.code in _BAD_FORM for step in facing.given_up())


def _takes_a_wrong_tool(facing: _Facing) -> bool:
    wrote = {(step.environment, step.tool) for step in facing.steps if step.writes}
    return bool(wrote - facing.needed) or bool(facing.needed - facing.called and facing.called - facing.needed)


def _gives_up_on_a_refusal(facing: _Facing) -> bool:
    return any(
        step.code not in _BAD_FORM and (step.environment, step.tool) in facing.needed for step in facing.given_up()
    )


def _breaks_a_rule(facing: _Facing) -> bool:
    return not facing.codes.isdisjoint({"rule_broken", "changed_anyway"})


def _ends_early(facing: _Facing) -> bool:
    if facing.episode.stop in _CUT_SHORT or "unanswered" in facing.codes:
        return True
    return bool(facing.steps and facing.needed - facing.called) and not facing.called - facing.needed


def _errs_with_the_right_tools(facing: _Facing) -> bool:
    changes = {"missing_change", "wrong_change", "forbidden_change"}
    return facing.needed <= facing.called and not facing.codes.isdisjoint(changes)


def _makes_facts_up(facing: _Facing) -> bool:
    said = any(turn.answer for turn in facing.episode.turns)
    return "invented_values" in facing.codes or ("not_looked" in facing.codes and said)


def _misreads_a_response(facing: _Facing) -> bool:
    return any(is_shown and is_mistaken for is_shown, is_mistaken in facing.unstated())


def _tells_badly(facing: _Facing) -> bool:
    left_out = any(is_shown and not is_mistaken for is_shown, is_mistaken in facing.unstated())
    return left_out or not facing.codes.isdisjoint(_HEDGED)


def _takes_it_otherwise(facing: _Facing) -> bool:
    return not facing.codes.isdisjoint({"not_asked", "not_declined", "off_topic"})


_TESTS: Mapping[Mode, Callable[[_Facing], bool]] = {
    "no_tool_use": _does_nothing,
    "malformed_call": _calls_in_bad_form,
    "wrong_tool": _takes_a_wrong_tool,
    "err_recovery": _gives_up_on_a_refusal,
    "constraint_violation": _breaks_a_rule,
    "early_termination": _ends_early,
    "logical_error": _errs_with_the_right_tools,
    "hallucinated_fact": _makes_facts_up,
    "response_misparsing": _misreads_a_response,
    "faulty_synthesis": _tells_badly,
    "task_misunderstanding": _takes_it_otherwise,
}
