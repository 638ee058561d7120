from evaluation.bfcl.numbers import count, told
from evaluation.bfcl.record import BfclEpisode, Category, TurnVerdict, Verdict

GOOD = Verdict(valid=True, turns=(TurnVerdict(wants=True, called=True),))
BAD = Verdict(valid=False, kind="state", turns=(TurnVerdict(wants=True, called=True, state="differs"),))


def episode(task: str, verdict: Verdict | None, category: Category = "base") -> BfclEpisode:
    stop = "done" if verdict else "machine_error"
    return BfclEpisode(
        task=task, category=category, policy="p", configuration="", seed=0, turns=(), stop=stop, verdict=verdict
    )


def test_what_is_unscored_is_in_no_accuracy() -> None:
    numbers = count([episode("a", GOOD), episode("b", BAD), episode("c", None)], seed=0)

    (base,) = numbers.categories
    assert (base.tasks, base.valid, base.unscored, base.accuracy.value) == (3, 1, 1, 0.5)
    assert base.errors == {"state": 1}


def test_overall_is_the_mean_of_the_categories() -> None:
    numbers = count([episode("a", GOOD), episode("b", BAD), episode("c", GOOD, "miss_func")], seed=0)

    assert numbers.overall == 0.75
    assert [row["category"] for row in told(numbers)] == ["base", "miss_func", "overall"]


def test_there_is_no_overall_while_a_category_has_no_score() -> None:
    assert count([episode("a", GOOD), episode("b", None, "miss_func")], seed=0).overall is None


def test_worlds_that_are_judged_otherwise_than_calls_are_counted() -> None:
    odd = Verdict(valid=True, turns=BAD.turns)

    assert count([episode("a", odd), episode("b", GOOD)], seed=0).categories[0].disagreeing == 1
