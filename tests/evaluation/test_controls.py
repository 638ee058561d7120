import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from envkit.manifest import read_manifest
from evaluation.controls import (
    KINDS,
    Controls,
    Mutants,
    digest_of,
    judge_controls,
    one_of_each,
    read_controls,
    told,
    write_controls,
)
from evaluation.drill import drill, mutate
from evaluation.table import controls_table
from farm.farm import Farm
from rollouts.controls import truth_episode
from rollouts.episode import Episode, Turn, read_episodes
from rollouts.mutants import Mutant
from rollouts.retold import retell
from rollouts.reward import score
from sampler.sample import Order, sample
from sampler.task import Criteria, StepRecord, Task, TaskTurn, Truth

STEP = StepRecord(environment="air", tool="rename", arguments={"id": "f1"}, content={"name": "New"}, writes=True)
DIFFS = {"air": {"changed": {"flight": {"f1": {"name": ["Old", "New"]}}}}}
TASK = Task(
    id="task_1",
    environments=("air",),
    seed=0,
    turns=(TaskTurn(query="Call it New.", calls=1),),
    truth=Truth(trajectory=(STEP,), diffs=DIFFS, facts=(), digests={}),
    criteria=Criteria(writes=DIFFS, facts=()),
)
MUTANT = Mutant("dropped", 0, "without rename", retell(TASK).without(0))
GOLD = truth_episode(TASK)
IDLE = GOLD.model_copy(update={"turns": (Turn(query="Call it New."),), "diffs": {}})


def by(policy: str, episode: Episode) -> Episode:
    named = episode.model_copy(update={"policy": policy})
    return named.model_copy(update={"reward": score(TASK, named)})


def judged(mutated: Episode = IDLE, **others: Episode) -> Controls:
    played = {"replay": GOLD, "null": IDLE, **others}
    episodes = [by("mutated:dropped", mutated), *(by(name, each) for name, each in played.items())]
    return judge_controls([TASK], {("task_1", "dropped"): MUTANT}, episodes)


def values(controls: Controls) -> Mapping[tuple[str, str | None], float | None]:
    return {(each.name, each.kind): each.reward.value for each in controls.rows}


def test_controls_that_earn_what_they_must_are_without_fault() -> None:
    found = judged()

    assert values(found) == {
        ("replay", None): 1.0,
        ("null", None): 0.0,
        ("mutated", None): 0.0,
        ("mutated", "dropped"): 0.0,
        ("mutated", "changed"): None,
        ("mutated", "extra"): None,
    }
    assert (found.faults, found.passed, found.is_complete) == ((), (), True)


def test_a_control_that_earns_otherwise_is_named_with_its_task() -> None:
    found = judged(replay=IDLE, null=GOLD)

    assert [each.partition(":")[0] for each in found.faults] == [
        "replay earns 0 instead of 1 on task_1",
        "null earns 1 instead of 0 on task_1",
    ]


def test_a_mutant_that_is_paid_is_listed_and_its_mean_is_a_fault() -> None:
    found = judged(mutated=GOLD)

    (passed,) = found.passed
    assert (passed.task, passed.kind, passed.what, passed.fate) == ("task_1", "dropped", "without rename", "equivalent")
    assert found.faults == ("all 1 mutants are paid in full: the rewards tell nothing",)
    assert "passed: task_1 (a call left out): without rename: makes the same changes" in controls_table(found)


def test_a_mutant_that_is_paid_for_other_changes_is_said_to_be() -> None:
    (passed,) = judged(mutated=GOLD).passed

    assert told(passed.model_copy(update={"fate": "paid"})) == "without rename: is paid all the same"


def test_a_machine_that_failed_makes_controls_incomplete() -> None:
    lost = GOLD.model_copy(update={"stop": "machine_error", "trouble": "the farm is gone"})

    found = judged(mutated=lost, null=lost)

    assert not found.is_complete
    assert found.faults[0].startswith("null has no score on task_1: machine_error")
    assert found.faults[1] == "1 of 1 mutants have no score"


def test_controls_are_kept_for_the_very_tasks(tmp_path: Path) -> None:
    found, path = judged(), tmp_path / "controls.json"
    write_controls(path, found)

    assert read_controls(path, digest_of([TASK])) == found
    assert read_controls(path, digest_of([TASK.model_copy(update={"seed": 1})])) is None
    path.write_text(json.dumps({"controls": 0}))
    assert read_controls(path, found.digest) is None
    assert read_controls(tmp_path / "none.json", found.digest) is None


def test_a_task_is_given_one_mutant_of_each_kind_it_has_and_always_the_same() -> None:
    mutants = [replace(MUTANT, kind=kind, what=f"{kind} {n}") for kind in ("dropped", "extra") for n in range(9)]

    found = dict(one_of_each(TASK, mutants))

    assert [kind for _, kind in found] == ["dropped", "extra"]
    assert found == dict(one_of_each(TASK, mutants))
    assert len({one_of_each_of(seed, mutants) for seed in range(20)}) > 3


def one_of_each_of(seed: int, mutants: list[Mutant]) -> str:
    return next(one_of_each(TASK.model_copy(update={"seed": seed}), mutants))[1].what


async def test_a_drill_plays_truth_nothing_and_mutants_and_plays_none_twice(
    farm: Farm, tiny_air_folder: Path, tmp_path: Path
) -> None:
    tasks = (await sample([tiny_air_folder], farm, Order(4, seed=5), tmp_path / "tasks.jsonl")).tasks
    manifests = {"tiny_air": read_manifest(tiny_air_folder)}
    heard: list[tuple[int, int]] = []

    async def play(out: Path) -> tuple[Mutants, tuple[Episode, ...]]:
        mutants = await mutate(tasks, farm, manifests, concurrency=2)
        return mutants, await drill(
            tasks, mutants, farm, out, concurrency=2, progress=lambda done, total: heard.append((done, total))
        )

    mutants, episodes = await play(tmp_path)
    before = (tmp_path / "episodes.jsonl").read_bytes()
    found = judge_controls(tasks, mutants, episodes)
    again = judge_controls(tasks, *(await play(tmp_path)))

    assert again == found
    assert (tmp_path / "episodes.jsonl").read_bytes() == before
    assert heard[-1] == (len(episodes), len(episodes))
    assert {kind for _, kind in mutants} == {*KINDS}
    assert found.faults == ()
    by_name = values(found)
    assert (by_name["replay", None], by_name["null", None]) == (1.0, 0.0)
    assert by_name["mutated", None] == 0.0
    assert {each.policy for each in read_episodes(tmp_path / "episodes.jsonl")} == {
        "replay", "null", "mutated:dropped", "mutated:changed", "mutated:extra",
    }  # fmt: skip
