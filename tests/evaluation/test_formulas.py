"""The numbers equal their published formulas, worked out here another way, on thousands of inputs by chance."""

import math
import random
from collections.abc import Iterator
from fractions import Fraction

from evaluation.claims import THRESHOLDS, Claims, ClaimScore
from evaluation.estimate import estimate, pass_at_k, pass_hat_k
from evaluation.metrics import PolicyMetrics, measure
from evaluation.verdict import selection
from rollouts.episode import Episode, Key, PlayedStep, Reward, Turn
from sampler.task import Criteria, StepRecord, Task, TaskTurn, Truth

INPUTS = 10_000
TOOLS = [("air", f"tool_{number}") for number in range(6)]


def is_near(found: float | None, wanted: Fraction | None) -> bool:
    return wanted is None if found is None else wanted is not None and math.isclose(found, wanted, abs_tol=1e-12)


def mean(values: list[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None


def drawn_without_return(wins: int, trials: int, k: int) -> tuple[Fraction, Fraction]:
    """Return the chance that k draws hold a win, and that they hold nothing else, draw after draw."""
    none = all_won = Fraction(1)
    for made in range(k):
        none *= Fraction(max(0, trials - wins - made), trials - made)
        all_won *= Fraction(max(0, wins - made), trials - made)
    return 1 - none, all_won


def test_pass_at_k_and_pass_hat_k_are_those_of_drawing_attempts() -> None:
    chance = random.Random(1)
    for _ in range(INPUTS):
        trials = chance.randint(1, 40)
        wins, k = chance.randint(0, trials), chance.randint(1, trials)
        any_won, all_won = drawn_without_return(wins, trials, k)
        assert is_near(pass_at_k(wins, trials, k), any_won), (wins, trials, k)
        assert is_near(pass_hat_k(wins, trials, k), all_won), (wins, trials, k)


def a_task(name: str, needed: list[tuple[str, str]]) -> Task:
    steps = tuple(StepRecord.model_construct(environment=slug, tool=tool, arguments={}) for slug, tool in needed)
    return Task.model_construct(
        id=name,
        kind="act",
        environments=("air",),
        turns=(TaskTurn(query="?", calls=len(steps)),),
        truth=Truth.model_construct(trajectory=steps, diffs={}, facts=(), digests={}),
        criteria=Criteria(writes={}, facts=()),
    )


def an_episode(task: Task, trial: int, total: float | None, called: list[tuple[str, str]]) -> Episode:
    steps = tuple(PlayedStep.model_construct(environment=slug, tool=tool, arguments={}) for slug, tool in called)
    parts = dict.fromkeys(("state", "facts", "forbidden", "outcomes", "rules", "thrift"), 1.0)
    return Episode.model_construct(
        task=task.id,
        policy="p",
        trial=trial,
        seed=0,
        stop="done" if total is not None else "machine_error",
        turns=(Turn.model_construct(query="?", steps=steps, answer=""),),
        reward=Reward(total, parts if total is not None else {}),
    )


def test_precision_and_recall_are_those_of_the_sets_of_tools() -> None:
    chance = random.Random(2)
    for _ in range(INPUTS):
        needed, called = (chance.choices(TOOLS, k=chance.randint(0, 5)) for _ in range(2))
        task = a_task("t", needed)
        hit = sum(tool in needed for tool in TOOLS if tool in called)
        precision, recall = selection(task, an_episode(task, 0, 1.0, called))
        assert is_near(precision, Fraction(hit, len(set(called))) if called else None)
        assert is_near(recall, Fraction(hit, len(set(needed))) if needed else None)


def test_coverage_and_what_it_passes_are_plain_sums_of_worths() -> None:
    chance = random.Random(3)
    for _ in range(INPUTS):
        worths = [chance.choice((1.0, 0.5, 0.0)) for _ in range(chance.randint(1, 12))]
        claims = Claims(task="t", scores=tuple(ClaimScore(claim="c", worth=each) for each in worths))
        whole = Fraction(2 * worths.count(1.0) + worths.count(0.5), 2 * len(worths))
        assert is_near(claims.coverage, whole)
        assert claims.coverage is not None
        assert [claims.coverage >= least for least in THRESHOLDS] == [
            whole >= Fraction(least).limit_denominator(100) for least in THRESHOLDS
        ]


def test_an_estimate_is_the_mean_and_its_interval_is_its_seeds() -> None:
    chance = random.Random(4)
    for _ in range(150):
        values = [chance.choice((0.0, 0.25, 0.5, 1.0)) for _ in range(chance.randint(1, 9))]
        seed = chance.randrange(10**9)
        found = estimate(values, seed)
        assert found == estimate(values, seed)
        assert is_near(found.value, mean([Fraction(each) for each in values]))
        assert found.low is not None
        assert found.high is not None
        assert min(values) <= found.low <= found.high <= max(values)


def test_the_metrics_of_a_run_are_those_of_its_plan() -> None:
    """Runs by chance, with trials that failed, were unscored or never played, are counted here once more by hand."""
    for number in range(25):
        chance = random.Random(f"run {number}")
        trials = chance.randint(1, 4)
        tasks = [a_task(f"task_{place}", chance.choices(TOOLS, k=3)) for place in range(chance.randint(1, 8))]
        episodes = [*_by_chance(tasks, trials, chance)]
        claims = {each.key: _claims(each, chance) for each in episodes if each.reward.total is not None}

        (found,) = measure(episodes, tasks, ["p"], trials=trials, seed=number, claims=claims).policies

        _check_counts(found, len(tasks) * trials, episodes)
        _check_rates(found, tasks, trials, episodes)
        covered = [
            [worth for each in episodes if each.task == task.id and (worth := _worth(each.key, claims)) is not None]
            for task in tasks
        ]
        means = [each for group in covered if (each := mean(group)) is not None]
        assert is_near(found.coverage.value, mean(means))


def _by_chance(tasks: list[Task], trials: int, chance: random.Random) -> Iterator[Episode]:
    for task in tasks:
        for trial in range(trials):
            if chance.random() < 0.9:
                total = chance.choice((None, 0.0, 0.0, 1.0, 0.975))
                yield an_episode(task, trial, total, chance.choices(TOOLS, k=chance.randint(0, 4)))


def _claims(episode: Episode, chance: random.Random) -> Claims:
    worths = [chance.choice((1.0, 0.5, 0.0, None)) for _ in range(3)]
    return Claims(task=episode.task, scores=tuple(ClaimScore(claim="c", worth=each) for each in worths))


def _worth(key: Key, claims: dict[Key, Claims]) -> Fraction | None:
    worths = [each.worth for each in claims[key].scores] if key in claims else [None]
    known = [Fraction(each) for each in worths if each is not None]
    return mean(known) if len(known) == len(worths) else None


def _check_counts(found: PolicyMetrics, planned: int, episodes: list[Episode]) -> None:
    totals = [each.reward.total for each in episodes]
    succeeded, failed = sum(bool(each) for each in totals), totals.count(0.0)
    assert (found.planned, found.succeeded, found.failed) == (planned, succeeded, failed)
    assert (found.unscored, found.missing) == (totals.count(None), planned - len(totals))
    assert is_near(found.floor, Fraction(succeeded, planned))
    assert is_near(found.ceiling, Fraction(planned - failed, planned))


def _check_rates(found: PolicyMetrics, tasks: list[Task], trials: int, episodes: list[Episode]) -> None:
    scored = {
        task.id: [
            Fraction(total) for each in episodes if each.task == task.id and (total := each.reward.total) is not None
        ]
        for task in tasks
    }
    assert is_near(found.reward.value, mean([each for group in scored.values() if (each := mean(group)) is not None]))
    for k in range(1, trials + 1):
        rates = [
            drawn_without_return(sum(total > 0 for total in group), len(group), k)
            for group in scored.values()
            if len(group) >= k
        ]
        assert is_near(found.pass_at[k].value, mean([any_won for any_won, _ in rates]))
        assert is_near(found.pass_hat[k].value, mean([all_won for _, all_won in rates]))
        assert found.pass_at[k].tasks == len(rates)
