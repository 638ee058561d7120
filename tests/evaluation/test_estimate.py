import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.estimate import estimate, interval, pass_at_k, pass_hat_k


@given(trials=st.integers(1, 7), data=st.data())
def test_the_rates_equal_a_count_over_all_choices_of_k_trials(trials: int, data: st.DataObject) -> None:
    wins, k = data.draw(st.integers(0, trials)), data.draw(st.integers(1, trials))
    outcomes = [True] * wins + [False] * (trials - wins)
    chosen = list(itertools.combinations(outcomes, k))

    assert pass_at_k(wins, trials, k) == pytest.approx(sum(map(any, chosen)) / len(chosen))
    assert pass_hat_k(wins, trials, k) == pytest.approx(sum(map(all, chosen)) / len(chosen))


@pytest.mark.parametrize(("wins", "trials", "k"), [(-1, 3, 1), (4, 3, 1), (1, 3, 0), (1, 3, 4)])
def test_impossible_counts_are_refused(wins: int, trials: int, k: int) -> None:
    with pytest.raises(ValueError, match="expected 0 <= wins <= trials"):
        pass_at_k(wins, trials, k)
    with pytest.raises(ValueError, match="expected 0 <= wins <= trials"):
        pass_hat_k(wins, trials, k)


def test_an_interval_holds_the_mean_and_repeats_with_its_seed() -> None:
    values = [0.0, 0.5, 1.0, 1.0, 0.0, 1.0]

    low, high = interval(values, random.Random(1))

    assert 0.0 <= low < sum(values) / 6 < high <= 1.0
    assert (low, high) == interval(values, random.Random(1))


def test_an_interval_narrows_with_more_tasks() -> None:
    few, many = (interval([0.0, 1.0] * n, random.Random(1)) for n in (5, 50))

    assert many[1] - many[0] < few[1] - few[0]


def test_nothing_to_average_is_no_number() -> None:
    assert estimate([], 0).value is None


def test_equal_values_leave_no_doubt() -> None:
    assert estimate([1.0, 1.0], 0).model_dump() == {"value": 1.0, "low": 1.0, "high": 1.0, "tasks": 2}
