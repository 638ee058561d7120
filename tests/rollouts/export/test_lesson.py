import pytest

from rollouts.controls import truth_episode
from rollouts.export.lesson import DONE, answer, lesson, statement
from rollouts.reward import score
from sampler.task import Fact, Outcome, Rule, Task


@pytest.mark.parametrize("name", ["reading", "booking"])
def test_what_is_taught_is_paid_in_full(name: str, request: pytest.FixtureRequest) -> None:
    task: Task = request.getfixturevalue(name)

    taught = truth_episode(task).model_copy(update={"turns": lesson(task)})

    assert score(task, taught).total == 1.0


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (Fact(name="fare.bags_included", value=2, type="int", text="2"), "The fare's bags included is 2."),
        (Fact(name="refund", value=900, type="money", text="900"), "The refund (in minor units) is 900."),
        (Fact(name="seat.customer_id", value="cus_1", type="id", text="cus_1"), "The seat's customer is cus_1."),
    ],
)
def test_a_fact_is_stated_in_the_words_that_ask_for_it(fact: Fact, sentence: str) -> None:
    assert statement(fact) == sentence


def test_a_turn_that_asks_for_nothing_is_answered_all_the_same(booking: Task) -> None:
    silent = booking.model_copy(update={"criteria": booking.criteria.model_copy(update={"facts": ()})})

    assert answer(silent, 0) == DONE


def _ending(task: Task, outcome: Outcome, *about: str) -> Task:
    turn = task.turns[0].model_copy(update={"outcome": outcome, "about": about})
    bare = task.criteria.model_copy(update={"facts": ()})
    return task.model_copy(update={"turns": (turn,), "criteria": bare})


def test_a_truth_with_a_refusal_is_told_with_what_the_tool_said(reading: Task) -> None:
    first, *rest = reading.truth.trajectory
    steps = (first.model_copy(update={"content": None, "code": "sold_out", "text": "sold_out: No seats."}), *rest)
    odd = reading.model_copy(update={"truth": reading.truth.model_copy(update={"trajectory": steps})})

    assert lesson(odd)[0].steps[0].code == "sold_out"
    assert answer(_ending(odd, "declines"), 0) == "I cannot do that: No seats."


def test_what_cannot_be_granted_is_asked_back_or_declined_in_sentences(reading: Task) -> None:
    rule = Rule(text="No refunds today.", environment="tiny_air", tool="cancel_booking")
    ruled = _ending(reading, "declines").model_copy(update={"rules": (rule,)})

    assert answer(_ending(reading, "asks", "SK1", "SK2"), 0) == "Which one do you mean: SK1 or SK2?"
    assert answer(_ending(reading, "asks"), 0) == "Could you say more?"
    assert answer(ruled, 0) == "I am not allowed to do that: No refunds today."
    assert answer(_ending(reading, "declines", "refund"), 0) == "I cannot do that; I have no tool for it: refund"
