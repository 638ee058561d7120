from collections import Counter

import pytest

from sampler.splits import LeakCheck, Plan, SplitError, Splitter
from sampler.task import Task
from tests.sampler.making import made, step

SLUGS = [f"env_{number}" for number in range(40)]


def visit(*slugs: str, number: int = 0, tool: str = "go", query: str = "") -> Task:
    steps = [step(tool, {"row": f"row_{number}"}, environment=slug, writes=True) for slug in slugs]
    return made((query or f"Go to {' and '.join(slugs)} for {number} {tool}.", steps), environments=slugs)


def placed(plan: Plan, tasks: list[Task]) -> list[str | None]:
    splitter = Splitter(plan)
    return [splitter.place(task).split for task in tasks]


def leaks_of(plan: Plan, tasks: list[Task]) -> dict[str, int]:
    check = LeakCheck(plan)
    for task, split in zip(tasks, placed(plan, tasks), strict=True):
        if split is not None:
            check.add(split, task)
    return {what: times for what, times in check.leaks.items() if times}


def test_an_environment_is_in_one_split_and_tasks_added_later_change_nothing() -> None:
    tasks = [visit(slug, number=number) for slug in SLUGS for number in range(5)]
    plan = Plan("environment")

    homes = placed(plan, tasks)

    assert placed(plan, [*tasks, visit("env_new")])[:-1] == homes
    assert placed(plan, tasks[::-1]) == homes[::-1]
    assert all(len({*homes[at : at + 5]}) == 1 for at in range(0, 200, 5))
    assert {"train", "validation", "test"} == {*homes}
    assert leaks_of(plan, tasks) == {}


def test_templates_are_spread_by_the_shares() -> None:
    tasks = [visit("env_1", number=number, tool=f"tool_{number}") for number in range(2000)]

    counts = Counter(placed(Plan("template"), tasks))

    assert counts["train"] == pytest.approx(1600, abs=60)
    assert counts["test"] == pytest.approx(200, abs=45)
    assert placed(Plan("template", seed=1), tasks) != placed(Plan("template"), tasks)


def test_a_task_over_several_environments_goes_to_the_last_of_their_splits() -> None:
    plan = Plan("environment")
    home = {slug: Splitter(plan).place(visit(slug)).split for slug in SLUGS}
    trained = next(slug for slug in SLUGS if home[slug] == "train")
    tested = next(slug for slug in SLUGS if home[slug] == "test")

    assert placed(plan, [visit(trained, tested), visit(tested, trained, number=1)]) == ["test", "test"]
    assert leaks_of(plan, [visit(slug) for slug in SLUGS] + [visit(trained, tested)]) == {}


def test_domains_stay_together() -> None:
    domains = {slug: f"domain_{number % 8}" for number, slug in enumerate(SLUGS)}
    plan = Plan("domain", domains=domains)

    homes = dict(zip(SLUGS, placed(plan, [visit(slug) for slug in SLUGS]), strict=True))

    assert all(homes[one] == homes[other] for one in SLUGS for other in SLUGS if domains[one] == domains[other])
    with pytest.raises(SplitError, match="the domain of env_elsewhere is not known"):
        placed(plan, [visit("env_elsewhere")])


@pytest.mark.parametrize("by", ["environment", "domain", "template"])
def test_a_held_out_environment_is_in_the_last_split_only(by: str) -> None:
    plan = Plan(by, held_out=frozenset({"env_3"}), domains=dict.fromkeys(SLUGS, "all"))
    tasks = [visit(slug, number=number, tool=f"t{number}") for slug in SLUGS for number in range(3)]
    tasks += [visit("env_3", slug) for slug in SLUGS if slug != "env_3"]

    homes = placed(plan, tasks)

    assert {home for task, home in zip(tasks, homes, strict=True) if "env_3" in task.environments} == {"test"}
    assert leaks_of(plan, tasks) == {}


def test_a_twin_of_another_split_is_left_out_with_its_reason() -> None:
    plan = Plan("template")
    tasks = [visit("env_1", tool=f"tool_{number}", query="Go there.") for number in range(40)]
    splitter = Splitter(plan)

    found = [splitter.place(task) for task in tasks]

    home = found[0].split
    others = [each for each in found if each.split != home]
    assert others
    assert {each.split for each in others} == {None}
    assert {each.reason for each in others} == {f"the same as {tasks[0].id} in {home}"}
    assert splitter.place(tasks[0]) == found[0]


def test_the_check_finds_what_a_wrong_split_lets_through() -> None:
    plan = Plan("environment", held_out=frozenset({"env_9"}))
    check = LeakCheck(plan)
    same = visit("env_1")

    for split, task in [
        ("train", same),
        ("test", same),
        ("train", visit("env_9")),
        ("train", visit("env_2", tool="a")),
        ("validation", visit("env_2", tool="b")),
        ("test", visit("env_3")),
        ("train", visit("env_3", "env_4")),
    ]:
        check.add(split, task)

    assert check.leaks == {
        "task": 1, "calls": 1, "words": 1, "near-duplicate": 1, "held-out environment": 1, "environment": 3,
    }  # fmt: skip
    assert check.counts == {"train": 4, "validation": 1, "test": 2}


@pytest.mark.parametrize("shares", [{}, {"train": 0.8}, {"train": 1.5, "test": -0.5}])
def test_shares_that_are_no_shares_are_refused(shares: dict[str, float]) -> None:
    with pytest.raises(SplitError, match="sum to 1"):
        Plan("template", shares)


def test_a_share_of_nothing_gets_nothing() -> None:
    plan = Plan("template", {"train": 1.0, "test": 0.0})

    assert {*placed(plan, [visit("env_1", tool=f"t{number}") for number in range(300)])} == {"train"}
