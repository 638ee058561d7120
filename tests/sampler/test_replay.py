from pathlib import Path

import pytest

from farm.farm import Farm
from sampler.replay import replay
from sampler.sample import Order, sample
from sampler.task import Task


@pytest.fixture
async def task(farm: Farm, folders: tuple[Path, Path], tmp_path: Path) -> Task:
    sampled = await sample(folders, farm, Order(4, seed=3, most_environments=1), tmp_path / "tasks.jsonl")
    return next(task for task in sampled.tasks if task.criteria.writes)


async def test_the_truth_comes_out_as_it_was_recorded(farm: Farm, task: Task) -> None:
    replayed = await replay(task, farm)

    assert replayed.is_equal
    assert replayed.digests == task.truth.digests


async def test_each_thing_that_differs_is_told(farm: Farm, task: Task) -> None:
    first, *rest = task.truth.trajectory
    steps = (first.model_copy(update={"content": {"items": []}}), *rest)
    slug = task.environments[0]
    changed = {"trajectory": steps, "diffs": {}, "digests": {slug: "0" * 64}}
    wrong = task.model_copy(update={"truth": task.truth.model_copy(update=changed), "snapshots": {slug: "0" * 64}})

    differences = (await replay(wrong, farm)).differences

    assert [each.split(":")[0] for each in differences] == [
        f"{slug} begins otherwise than recorded",
        "step 1",
        f"{slug} changes otherwise than recorded",
        f"{slug} ends otherwise than recorded",
    ]


async def test_a_setup_comes_first(farm: Farm, task: Task) -> None:
    *setup, last = task.truth.trajectory
    begun = task.model_copy(
        update={"setup": tuple(setup), "truth": task.truth.model_copy(update={"trajectory": (last,)})}
    )

    replayed = await replay(begun, farm)

    assert replayed.digests == task.truth.digests
    assert not [each for each in replayed.differences if each.startswith("step")]
