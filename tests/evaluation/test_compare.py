import pytest

from evaluation.compare import NAMED_TASKS, compare
from rollouts.episode import Counts, Episode, Reward

NAMES = ("before", "after")


def an_episode(task: str, total: float | None, trial: int = 0, calls: int = 2) -> Episode:
    parts = {"state": float(bool(total)), "facts": 1.0} if total is not None else {}
    return Episode(
        task=task,
        policy="chat",
        trial=trial,
        seed=0,
        budget=5,
        environments=("air",),
        turns=(),
        stop="machine_error" if total is None else "done",
        reward=Reward(total, parts),
        counts=Counts(calls=calls),
    )


def a_side(totals: dict[str, float]) -> list[Episode]:
    return [an_episode(task, total) for task, total in totals.items()]


def test_differences_are_by_task_over_what_both_have() -> None:
    found = compare(a_side({"a": 0.0, "b": 1.0, "c": 1.0}), a_side({"a": 1.0, "b": 1.0, "d": 0.0}), NAMES)

    reward = found.measures[0]
    assert (found.tasks, reward.name, reward.first, reward.second) == (2, "reward", 0.5, 1.0)
    assert (reward.delta.mean.value, reward.delta.better, reward.delta.worse, reward.delta.equal) == (0.5, 1, 0, 1)
    assert reward.delta.left_out == 2


def test_trials_of_a_task_are_one_value() -> None:
    first = [an_episode("a", 1.0, 0), an_episode("a", 0.0, 1)]

    found = compare(first, [an_episode("a", 1.0)], NAMES)

    assert (found.measures[0].first, found.measures[0].delta.mean.value) == (0.5, 0.5)


def test_rollouts_without_a_score_are_counted_and_in_no_number() -> None:
    found = compare([an_episode("a", 0.0), an_episode("b", None)], a_side({"a": 1.0, "b": 1.0}), NAMES)

    assert (found.tasks, found.unscored) == (1, (1, 0))


def test_only_parts_that_differ_are_told() -> None:
    found = compare(a_side({"a": 0.0}), a_side({"a": 1.0}), NAMES)

    assert [each.name for each in found.measures] == ["reward", "success", "state", "calls"]


def test_the_tasks_that_changed_most_are_named_first() -> None:
    many = {f"t{n:02}": 1.0 for n in range(NAMED_TASKS + 5)}

    found = compare(
        a_side({**many, "x": 0.0, "y": 0.5}), a_side({**dict.fromkeys(many, 0.5), "x": 1.0, "y": 1.0}), NAMES
    )

    assert [(each.task, each.second - each.first) for each in found.rose] == [("x", 1.0), ("y", 0.5)]
    assert len(found.fell) == NAMED_TASKS
    assert {each.second for each in found.fell} == {0.5}


def test_a_run_against_itself_does_not_differ() -> None:
    side = a_side({"a": 0.0, "b": 1.0})

    found = compare(side, side, NAMES)

    assert {(each.delta.mean.low, each.delta.mean.high) for each in found.measures} <= {(0.0, 0.0), (None, None)}
    assert (found.fell, found.rose) == ((), ())


def test_nothing_in_common_leaves_no_number() -> None:
    found = compare(a_side({"a": 0.0}), a_side({"b": 0.0}), NAMES)

    assert found.tasks == 0
    assert {each.first for each in found.measures} == {None}


@pytest.mark.parametrize("seed", [0, 1])
def test_the_same_seed_gives_the_same_interval(seed: int) -> None:
    sides = a_side({str(n): n % 3 / 2 for n in range(12)}), a_side({str(n): n % 2 / 1 for n in range(12)})

    assert compare(*sides, NAMES, seed=seed) == compare(*sides, NAMES, seed=seed)
