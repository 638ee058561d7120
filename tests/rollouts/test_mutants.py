from collections import Counter
from pathlib import Path

import pytest

from envkit.manifest import read_manifest
from farm.farm import Farm
from rollouts.mutants import Mutant, judge, mutants_of, perform
from rollouts.retold import retell
from sampler.sample import Order, sample
from sampler.task import Task


@pytest.fixture
async def tasks(farm: Farm, tiny_air_folder: Path, tmp_path: Path) -> tuple[Task, ...]:
    return (await sample([tiny_air_folder], farm, Order(6, seed=5), tmp_path / "tasks.jsonl")).tasks


async def mutants(task: Task, farm: Farm, folder: Path) -> tuple[Mutant, ...]:
    return await mutants_of(task, farm, {folder.name: read_manifest(folder)})


async def test_a_retold_truth_is_paid_in_full(farm: Farm, tasks: tuple[Task, ...]) -> None:
    for task in tasks:
        assert (await perform(task, retell(task), farm)).reward.total == 1.0


async def test_every_kind_of_mutant_is_made_and_none_is_paid(
    farm: Farm, tasks: tuple[Task, ...], tiny_air_folder: Path
) -> None:
    fates: Counter[tuple[str, str]] = Counter()
    for task in tasks:
        made = await mutants(task, farm, tiny_air_folder)
        assert [each.step for each in made if each.kind == "dropped"] == list(range(len(task.truth.trajectory)))
        fates.update([(each.kind, (await judge(task, each, farm)).fate) for each in made])

    assert {kind for kind, _ in fates} == {"dropped", "changed", "extra"}
    assert not [kind for kind, fate in fates if fate == "paid"]
    assert fates["extra", "rejected"] >= len(tasks)
    assert not fates["extra", "equivalent"]


async def test_the_mutants_of_a_task_are_always_the_same(
    farm: Farm, tasks: tuple[Task, ...], tiny_air_folder: Path
) -> None:
    assert await mutants(tasks[0], farm, tiny_air_folder) == await mutants(tasks[0], farm, tiny_air_folder)


async def test_a_call_of_no_use_is_found_equivalent(farm: Farm, tasks: tuple[Task, ...]) -> None:
    task = next(task for task in tasks if task.criteria.writes)
    (first, *_), turn = task.truth.trajectory, task.turns[0]
    idle = task.model_copy(
        update={
            "turns": (turn.model_copy(update={"calls": turn.calls + 1}), *task.turns[1:]),
            "truth": task.truth.model_copy(update={"trajectory": (first, *task.truth.trajectory)}),
        }
    )

    verdict = await judge(idle, Mutant("dropped", 1, "the same call again", retell(idle).without(1)), farm)

    assert verdict.fate == "equivalent"
