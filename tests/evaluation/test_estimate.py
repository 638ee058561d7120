import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.estimate import RESAMPLES, estimate, interval, paired, pass_at_k, pass_hat_k


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


def test_an_interval_is_that_of_a_plain_bootstrap() -> None:
    values = [0.0, 0.25, 1.0, 0.5, 1.0, 0.0, 0.75, 1.0, 0.0, 0.25]
    chance = random.Random(3)
    means = sorted(sum(chance.choices(values, k=10)) / 10 for _ in range(RESAMPLES))

    low, high = interval(values, random.Random(1))

    assert low == pytest.approx(means[RESAMPLES // 40], abs=0.015)
    assert high == pytest.approx(means[-RESAMPLES // 40], abs=0.015)


def test_intervals_hold_a_known_rate_as_often_as_they_say() -> None:
    """Of 300 simulated runs of 200 tasks with 4 trials each, 93 to 97 % must hold the true rate (95 % +- 1.6 SE)."""
    chance = random.Random(7)

    held = 0
    for _ in range(300):
        rates = [chance.betavariate(2, 1) for _ in range(200)]
        means = [sum(chance.random() < rate for _ in range(4)) / 4 for rate in rates]
        low, high = interval(means, chance)
        held += low <= 2 / 3 <= high

    assert 0.93 <= held / 300 <= 0.97


def test_many_tasks_are_drawn_in_blocks_to_the_same_end(monkeypatch: pytest.MonkeyPatch) -> None:
    values = [0.0, 1.0, 1.0, 0.5]
    whole = interval(values, random.Random(1))
    monkeypatch.setattr("evaluation.estimate._BLOCK", 1000)

    assert interval(values, random.Random(1)) == whole


def test_a_paired_difference_is_surer_than_its_sides() -> None:
    first = {str(n): n % 2 / 1 for n in range(40)}
    second = {task: min(1.0, value + (0.2 if int(task) % 4 == 0 else 0.1)) for task, value in first.items()}

    found = paired(first, {**second, "other": 1.0}, seed=1)

    assert found.mean.value == pytest.approx(0.075)
    assert found.mean.low is not None
    assert found.mean.low > 0
    assert (paired(first, first, seed=1).mean.low, paired(first, first, seed=1).mean.high) == (0, 0)
    assert (found.better, found.worse, found.equal, found.left_out) == (20, 0, 20, 1)


def test_sides_with_no_task_in_common_have_no_difference() -> None:
    found = paired({"a": 1.0}, {"b": 1.0}, seed=1)

    assert (found.mean.value, found.mean.low, found.left_out) == (None, None, 2)


def test_nothing_to_average_is_no_number() -> None:
    assert estimate([], 0).value is None


def test_equal_values_leave_no_doubt() -> None:
    assert estimate([1.0, 1.0], 0).model_dump() == {"value": 1.0, "low": 1.0, "high": 1.0, "tasks": 2}
