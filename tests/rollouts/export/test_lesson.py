import pytest

from rollouts.controls import truth_episode
from rollouts.export.example import ExportError
from rollouts.export.lesson import DONE, answer, lesson, statement
from rollouts.reward import score
from sampler.task import Fact, Task


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


def test_a_truth_with_a_refusal_is_told(reading: Task) -> None:
    first, *rest = reading.truth.trajectory
    steps = (first.model_copy(update={"content": None, "code": "not_found"}), *rest)
    odd = reading.model_copy(update={"truth": reading.truth.model_copy(update={"trajectory": steps})})

    with pytest.raises(ExportError, match=r"search_flights was refused in its truth, .*; sample it again"):
        lesson(odd)
