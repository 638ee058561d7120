"""Turns that cannot be granted, and the rules of a task, judged on hand-made turns."""

from __future__ import annotations

import pytest
from pydantic import JsonValue

from rollouts.episode import PlayedStep, Turn
from rollouts.finding import Finding
from rollouts.outcome import judge_outcomes, judge_rules
from sampler.task import Outcome, Rule, TaskTurn


def _step(*, writes: bool = False, code: str | None = None, **arguments: JsonValue) -> PlayedStep:
    return PlayedStep(environment="air", tool="refund", arguments=arguments, code=code, writes=writes)


def _wanted(outcome: Outcome, *about: str) -> TaskTurn:
    return TaskTurn(query="Q", calls=0, outcome=outcome, about=about)


@pytest.mark.parametrize(
    ("outcome", "answer"),
    [
        ("asks", "Which booking, SK101 or SK202?"),
        ("asks", "Please tell me which one: sk101 on Friday."),
        ("declines", "I'm sorry, SK101 can\u2019t be changed any more."),
        ("declines", "SK101 was refused."),
        ("declines", "It is not possible to change SK101."),
    ],
)
def test_a_question_or_a_refusal_about_the_matter_is_an_end(outcome: Outcome, answer: str) -> None:
    assert judge_outcomes([_wanted(outcome, "SK101")], [Turn(query="Q", answer=answer)]) == ()


@pytest.mark.parametrize(
    ("outcome", "answer", "fault"),
    [
        ("asks", "Done, SK101 is cancelled.", "turn 1: the answer does not ask back"),
        ("asks", "Which one?", "turn 1: the answer says nothing about SK101"),
        ("declines", "SK101 is cancelled.", "turn 1: the answer does not decline"),
        ("declines", "I cannot.", "turn 1: the answer says nothing about SK101"),
        ("declines", "", "turn 1: the answer does not decline"),
    ],
)
def test_any_other_end_is_a_fault(outcome: Outcome, answer: str, fault: str) -> None:
    assert judge_outcomes([_wanted(outcome, "SK101")], [Turn(query="Q", answer=answer)])[0].text == fault


def test_a_write_where_nothing_may_change_is_a_fault_whatever_is_said() -> None:
    turn = Turn(query="Q", steps=(_step(writes=True),), answer="I cannot refund it.")

    (fault,) = judge_outcomes([_wanted("declines", "refund")], [turn])

    assert fault.code == "changed_anyway"
    assert fault.text == "turn 1 changed something although it could not be granted"


def test_a_turn_that_never_came_is_a_fault_and_a_granted_one_is_not_judged() -> None:
    (fault,) = judge_outcomes([_wanted("done"), _wanted("asks")], [Turn(query="Q")])

    assert fault == Finding("outcomes", "unanswered", "turn 2 was never answered", turn=1)


def test_a_rule_with_a_limit_forbids_what_is_above_it() -> None:
    rule = Rule(text="At most 50.00.", environment="air", tool="refund", argument="amount", limit=5000)

    assert judge_rules([rule], [Turn(query="Q", steps=(_step(amount=5000), _step(amount=9000, code="no")))]) == ()
    (fault,) = judge_rules(
        [rule], [Turn(query="P", steps=(_step(amount=1),)), Turn(query="Q", steps=(_step(amount=5001),))]
    )
    sentence = "refund was called against the rule: At most 50.00."
    assert fault == Finding("rules", "rule_broken", sentence, turn=1, step=1)


def test_a_rule_forbids_values_or_the_tool_altogether() -> None:
    values = Rule(text="No cash.", environment="air", tool="refund", argument="method", values=("cash",))
    always = Rule(text="Never.", environment="air", tool="refund")

    assert values.forbids("air", "refund", {"method": "cash"})
    assert not values.forbids("air", "refund", {"method": "card"})
    assert always.forbids("air", "refund", {})
    assert not always.forbids("air", "book", {})
