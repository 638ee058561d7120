from math import prod

import pytest

from evaluation.verdict import ASPECTS, selection, slices, spare_calls, verdicts
from rollouts.controls import truth_episode
from rollouts.episode import Counts, PlayedStep, Turn
from rollouts.reward import score
from sampler.task import Criteria, Difficulty, Fact, Rule, StepRecord, Task, TaskTurn, Truth

STEP = StepRecord(environment="air", tool="get_flight", arguments={"id": "f"}, content={"price": 7})
FACT = Fact(name="flight.price", value=7, type="int", text="7")


def a_task(**changes: object) -> Task:
    parts = {
        "id": "t",
        "environments": ("air",),
        "seed": 0,
        "turns": (TaskTurn(query="?", calls=1),),
        "truth": Truth(trajectory=(STEP,), diffs={}, facts=(FACT,), digests={}),
        "criteria": Criteria(writes={}, facts=(FACT,)),
    }
    return Task.model_validate({**parts, **changes})


def test_every_part_of_a_reward_belongs_to_one_verdict() -> None:
    task = a_task()
    parts = score(task, truth_episode(task)).parts

    assert sorted(name for names in ASPECTS.values() for name in names) == sorted(parts)


def test_the_product_of_the_verdicts_is_the_reward() -> None:
    task = a_task()
    episode = truth_episode(task).model_copy(update={"counts": Counts(calls=3)})
    scored = episode.model_copy(update={"reward": score(task, episode)})

    found = verdicts(task, scored)

    assert prod(found.values()) == pytest.approx(scored.reward.total)
    assert found["efficiency"] < found["state"] == found["answer"] == 1.0


def test_a_verdict_that_nothing_is_demanded_of_does_not_apply() -> None:
    only_state = a_task(criteria=Criteria(writes={"air": {"removed": {"flight": {"f": {}}}}}, facts=()))
    episode = truth_episode(only_state)
    scored = episode.model_copy(update={"reward": score(only_state, episode)})

    assert set(verdicts(only_state, scored)) == {"state", "efficiency"}
    ruled = only_state.model_copy(update={"rules": (Rule(text="no", environment="air", tool="cancel"),)})
    assert set(verdicts(ruled, scored)) == {"state", "policy", "efficiency"}
    asking = a_task(turns=(TaskTurn(query="?", calls=1, outcome="asks"),))
    assert "answer" in verdicts(asking, scored)


@pytest.mark.parametrize(
    ("called", "expected"),
    [(("get_flight",), (1.0, 1.0)), (("get_flight", "pay"), (0.5, 1.0)), (("pay",), (0.0, 0.0)), ((), (None, 0.0))],
)
def test_selection_compares_the_tools_called_with_those_needed(
    called: tuple[str, ...], expected: tuple[float | None, float | None]
) -> None:
    task = a_task()
    steps = tuple(PlayedStep(environment="air", tool=tool, arguments={}) for tool in called)

    episode = truth_episode(task).model_copy(update={"turns": (Turn(query="?", steps=steps),)})

    assert selection(task, episode) == expected


def test_nothing_needed_has_no_recall() -> None:
    task = a_task(truth=Truth(trajectory=(), diffs={}, facts=(), digests={}), turns=(TaskTurn(query="?", calls=0),))

    assert selection(task, truth_episode(task)) == (None, None)


def test_spare_calls_are_those_beyond_the_truth() -> None:
    task = a_task()
    episode = truth_episode(task)

    assert spare_calls(task, episode) == 0
    assert spare_calls(task, episode.model_copy(update={"counts": Counts(calls=4)})) == 3


def test_a_task_is_in_one_slice_of_each_dimension_and_in_one_of_each_domain() -> None:
    hard = Difficulty(calls=1, depth=1, breadth=1, servers=1, hidden=0, distractors=17, turns=1, level=3)
    task = a_task(environments=("air", "bank", "unknown"), difficulty=hard)

    assert slices(task, {"air": "travel", "bank": "finance"}) == (
        ("domain", "finance"),
        ("domain", "travel"),
        ("kind", "act"),
        ("environments", "3"),
        ("turns", "1"),
        ("calls", "1-2"),
        ("level", "3"),
        ("distractors", "10-19"),
    )


def test_ranges_run_to_the_next_start_and_the_last_is_open() -> None:
    long = a_task(truth=Truth(trajectory=(STEP,) * 14, diffs={}, facts=(), digests={}))

    assert ("calls", "12+") in slices(long, {})
