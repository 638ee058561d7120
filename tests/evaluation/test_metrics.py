from pathlib import Path

import pytest

from evaluation.claims import Claims, ClaimScore
from evaluation.metrics import PolicyMetrics, measure, read_metrics, write_metrics
from evaluation.table import failures, slice_table, table
from rollouts.episode import Episode, Reward, Stop
from sampler.task import Criteria, StepRecord, Task, TaskTurn, Truth


def a_task(name: str) -> Task:
    step = StepRecord(environment="air", tool="x", arguments={})
    return Task(
        id=name,
        environments=("air",),
        seed=0,
        turns=(TaskTurn(query="?", calls=1),),
        truth=Truth(trajectory=(step,), diffs={}, facts=(), digests={}),
        criteria=Criteria(writes={}, facts=()),
    )


def paid(total: float | None) -> Reward:
    if total is None:
        return Reward(None)
    done = float(total > 0)
    parts = {"state": done, "facts": 1.0, "forbidden": 1.0, "outcomes": 1.0, "rules": 1.0, "thrift": total or 1.0}
    return Reward(total, parts)


def an_episode(task: str, trial: int, total: float | None, policy: str = "chat", stop: Stop = "done") -> Episode:
    return Episode(
        task=task,
        policy=policy,
        trial=trial,
        seed=0,
        budget=5,
        environments=("air",),
        turns=(),
        stop="machine_error" if total is None else stop,
        reward=paid(total),
    )


TASKS = [a_task("a"), a_task("b")]


def measured(episodes: list[Episode], trials: int = 2) -> PolicyMetrics:
    (found,) = measure(episodes, TASKS, ["chat"], trials=trials).policies
    return found


def test_every_rollout_is_counted_once() -> None:
    found = measured([an_episode("a", 0, 1.0), an_episode("a", 1, 0.0), an_episode("b", 0, None)])

    assert (found.succeeded, found.failed, found.unscored, found.missing, found.planned) == (1, 1, 1, 1, 4)
    assert found.stops == {"done": 2, "machine_error": 1}


def test_the_unscored_and_the_missing_bound_the_rate_and_are_no_failures() -> None:
    found = measured([an_episode("a", 0, 1.0), an_episode("a", 1, 0.0), an_episode("b", 0, None)])

    assert (found.floor, found.ceiling) == (0.25, 0.75)
    assert (found.reward.value, found.reward.tasks) == (0.5, 1)


def test_the_bounds_meet_when_all_is_scored() -> None:
    found = measured([an_episode(task, trial, 1.0) for task in "ab" for trial in (0, 1)])

    assert (
        found.floor == found.ceiling == found.reward.value == found.pass_at[1].value == found.pass_hat[2].value == 1.0
    )


def test_a_thrifty_success_and_a_wasteful_one_are_both_successes() -> None:
    found = measured(
        [an_episode("a", 0, 1.0), an_episode("a", 1, 0.95), an_episode("b", 0, 0.0), an_episode("b", 1, 0.0)]
    )

    assert found.pass_at[1].value == 0.5
    assert found.reward.value == pytest.approx(0.4875)


def test_reliability_falls_and_luck_rises_with_k() -> None:
    totals = {"a": [1.0, 1.0, 0.0], "b": [1.0, 0.0, 0.0]}
    episodes = [an_episode(task, n, total) for task, each in totals.items() for n, total in enumerate(each)]

    found = measured(episodes, trials=3)

    assert [round(found.pass_at[k].value or 0, 3) for k in (1, 2, 3)] == [0.5, 0.833, 1.0]
    assert [round(found.pass_hat[k].value or 0, 3) for k in (1, 2, 3)] == [0.5, 0.167, 0.0]


def test_strangers_are_passed_over() -> None:
    strangers = [an_episode("c", 0, 1.0), an_episode("a", 7, 1.0), an_episode("a", 0, 1.0, policy="null")]

    assert measured(strangers).missing == 4


def test_no_tasks_or_trials_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one task and one trial, got 0 tasks and 1 trials"):
        measure([], [], ["chat"], trials=1)


def test_metrics_survive_the_file(tmp_path: Path) -> None:
    metrics = measure([an_episode("a", 0, 1.0)], TASKS, ["chat", "null"], trials=2)

    write_metrics(tmp_path / "metrics.json", metrics)

    assert read_metrics(tmp_path / "metrics.json") == metrics


def test_the_order_of_episodes_does_not_matter() -> None:
    episodes = [an_episode(task, trial, float(task == "a")) for task in "ab" for trial in (0, 1)]

    assert measured(episodes) == measured(episodes[::-1])


def test_the_table_has_a_line_for_each_policy() -> None:
    episodes = [an_episode(task, trial, 1.0) for task in "ab" for trial in (0, 1)]

    lines = table(measure(episodes, TASKS, ["chat", "null"], trials=2)).splitlines()

    assert lines == [
        "2 tasks, 2 trials each",
        "policy         reward [95 %]  pass@1  pass@2  pass^2  succeeded  failed  unscored  missing  calls",
        "chat    1.000 [1.000, 1.000]   1.000   1.000   1.000          4       0         0        0    0.0",
        "null                       -       -       -       -          0       0         0        4      -",
        "",
        "policy  state  answer  policy  efficiency  coverage  tool precision  tool recall  spare calls",
        "chat    1.000       -       -       1.000         -               -        0.000         -1.0",
        "null        -       -       -           -         -               -            -            -",
    ]


def test_the_table_says_by_what_rollouts_failed() -> None:
    episodes = [an_episode("a", 0, 0.0), an_episode("b", 0, 1.0)]

    lines = table(measure(episodes, TASKS, ["chat", "null"], trials=1)).splitlines()

    assert lines[-2:] == ["failed by    chat  null", "no tool use     1     0"]
    assert failures(measure(episodes, TASKS, ["chat", "null"], trials=1)) == [("no tool use", [1, 0])]


def test_the_table_of_one_trial_has_no_second_rate() -> None:
    head = table(measure([], TASKS[:1], ["chat"], trials=1)).splitlines()

    assert head[0] == "1 task, 1 trial each"
    assert "pass^" not in head[1]


def test_the_numbers_are_broken_down_by_what_tasks_share() -> None:
    other = a_task("c").model_copy(update={"kind": "answer", "environments": ("air", "bank")})
    episodes = [an_episode("a", 0, 1.0), an_episode("b", 0, 0.0), an_episode("c", 0, 1.0)]

    (found,) = measure(
        episodes, [*TASKS, other], ["chat"], trials=1, domains={"air": "travel", "bank": "finance"}
    ).policies

    by = {(each.dimension, each.value): (each.tasks, each.success.value) for each in found.slices}
    assert by["kind", "act"] == (2, 0.5)
    assert by["kind", "answer"] == (1, 1.0)
    assert by["domain", "travel"] == (3, pytest.approx(2 / 3))
    assert by["domain", "finance"] == (1, 1.0)
    assert by["environments", "1"] == (2, 0.5)


def test_a_verdict_is_over_the_tasks_that_it_applies_to() -> None:
    found = measured([an_episode("a", 0, 1.0), an_episode("b", 0, 0.0)])

    assert found.verdicts["state"].value == 0.5
    assert (found.verdicts["answer"].tasks, found.verdicts["policy"].tasks) == (0, 0)
    assert found.recall.value == 0.0
    assert (found.precision.value, found.spare_calls) == (None, -1.0)


def test_a_slice_table_has_a_line_for_each_value_of_its_dimension() -> None:
    other = a_task("c").model_copy(update={"kind": "answer"})
    metrics = measure([an_episode("c", 0, 1.0), an_episode("a", 0, 0.0)], [*TASKS, other], ["chat", "null"], trials=1)

    lines = slice_table(metrics, "kind").splitlines()

    words = [line.split()[:3] for line in lines]
    assert words == [["kind", "tasks", "chat"], ["act", "2", "0.000"], ["answer", "1", "1.000"]]
    assert slice_table(metrics, "level") == ""


def test_claims_are_covered_at_thresholds_and_what_was_not_judged_is_left_out() -> None:
    episodes = [an_episode("a", 0, 1.0), an_episode("b", 0, 1.0)]
    half, unknown = (ClaimScore(claim="c", worth=worth) for worth in (0.5, None))
    claims = {
        episodes[0].key: Claims(task="a", scores=(half,)),
        episodes[1].key: Claims(task="b", scores=(half, unknown)),
    }

    (found,) = measure(episodes, TASKS, ["chat"], trials=1, claims=claims).policies

    assert (found.coverage.value, found.coverage.tasks, found.unjudged) == (0.5, 1, 1)
    assert {least: each.value for least, each in found.covered.items()} == {0.5: 1.0, 0.75: 0.0, 0.9: 0.0}


def test_failures_are_counted_by_their_first_mode() -> None:
    found = measured([an_episode("a", 0, 0.0), an_episode("b", 0, 1.0)])

    assert found.failures == {"no_tool_use": 1}
