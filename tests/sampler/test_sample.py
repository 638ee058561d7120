import asyncio
import contextlib
import json
import os
import shutil
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from farm.farm import Farm
from registry.crew import WorkerError
from registry.entry import entry
from sampler.difficulty import Target
from sampler.sample import Order, SampleError, sample
from sampler.task import Task, append_task, read_tasks

Folders = tuple[Path, Path]


async def test_sampled_tasks_are_the_lines_of_the_file(farm: Farm, folders: Folders, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    sampled = await sample(
        folders, farm, Order(4, 3), tmp_path / "tasks.jsonl", progress=lambda *done: told.append(done)
    )

    assert len(sampled.tasks) == 4
    assert read_tasks(tmp_path / "tasks.jsonl") == sampled.tasks
    assert [done for done in dict.fromkeys(told) if done[0]] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert {slug for task in sampled.tasks for slug in task.environments} == {"tiny_air", "tiny_desk"}


async def test_no_task_is_solved_by_doing_nothing_and_none_comes_twice(
    farm: Farm, folders: Folders, tmp_path: Path
) -> None:
    sampled = await sample(folders, farm, Order(15, 1), tmp_path / "tasks.jsonl")

    assert not [task for task in sampled.tasks if task.criteria.hold_untouched]
    assert len({task.id for task in sampled.tasks}) == 15
    assert sum(bool(task.criteria.writes) for task in sampled.tasks) > 7
    assert sum(bool(task.criteria.facts) for task in sampled.tasks) > 8


async def test_a_task_names_the_environments_it_was_made_in(farm: Farm, folders: Folders, tmp_path: Path) -> None:
    sampled = await sample(folders, farm, Order(8, 1, 2), tmp_path / "tasks.jsonl")

    digests = {entry(folder).slug: entry(folder).digest for folder in folders}
    for task in sampled.tasks:
        assert task.environment_digests == {slug: digests[slug] for slug in task.environments}
        assert task.environment_versions == dict.fromkeys(task.environments, 1)
    assert ("tiny_air", "tiny_desk") in {task.environments for task in sampled.tasks}


async def test_an_interrupted_sampling_continues_to_the_same_bytes(
    farm: Farm, folders: Folders, tmp_path: Path
) -> None:
    whole, part = tmp_path / "whole" / "tasks.jsonl", tmp_path / "part" / "tasks.jsonl"
    await sample(folders, farm, Order(8, 9), whole)

    await sample(folders, farm, Order(3, 9), part)
    part.write_bytes(part.read_bytes() + b'{"task": 1')
    await sample([entry(folder) for folder in folders], farm, Order(8, 9), part)

    assert part.read_bytes() == whole.read_bytes()


async def test_any_number_of_workers_makes_the_same_tasks(farm: Farm, folders: Folders, tmp_path: Path) -> None:
    files = []
    for jobs in (1, 2, 3):
        out = tmp_path / str(jobs) / "tasks.jsonl"
        sampled = await sample(folders, farm, Order(6, 5), out, jobs=jobs)
        files.append((out.read_bytes(), out.with_name("rejected.jsonl").read_bytes(), sampled.ids))

    assert files[0] == files[1] == files[2]


async def test_a_worker_that_is_killed_ends_a_sampling_which_goes_on_to_the_same_bytes(
    farm: Farm, folders: Folders, tmp_path: Path
) -> None:
    whole, part = tmp_path / "whole" / "tasks.jsonl", tmp_path / "part" / "tasks.jsonl"
    await sample(folders, farm, Order(8, 9), whole)

    def kill_workers(done: int, of: int) -> None:
        if done:
            for worker in _workers():
                os.kill(worker, signal.SIGKILL)

    with pytest.raises(WorkerError, match="a worker that sampled ended with status -9; sample again to go on"):
        await sample(folders, farm, Order(8, 9), part, jobs=2, progress=kill_workers)
    assert whole.read_bytes().startswith(part.read_bytes())
    assert part.read_bytes() != whole.read_bytes()
    await sample(folders, farm, Order(8, 9), part, jobs=2)

    assert part.read_bytes() == whole.read_bytes()
    assert _workers() == []


@pytest.mark.parametrize(
    "cuts",
    [
        pytest.param(("kept",), id="after_a_task"),
        pytest.param(("turned_away", "last"), id="after_draws_turned_away", marks=pytest.mark.slow),
    ],
)
async def test_a_sampling_cut_off_after_any_draw_goes_on_to_the_same_files(
    cuts: tuple[str, ...], farm: Farm, folders: Folders, tmp_path: Path
) -> None:
    order = Order(5, 4, mix={"act": 1.0}, target=Target({2: 0.5, 5: 0.5}))
    whole = tmp_path / "whole" / "tasks.jsonl"
    sampled = await sample(folders[1:], farm, order, whole)
    kept = [task.origin.draw for task in sampled.tasks if task.origin]
    turned_away = [each.draw for each in sampled.rejected if each.reason.startswith("there are enough tasks")]
    assert len(turned_away) > 4
    lasts = {"kept": kept[1], "turned_away": turned_away[1], "last": turned_away[-1]}

    for last in map(lasts.__getitem__, cuts):
        part = tmp_path / str(last) / "tasks.jsonl"
        _cut_off(whole, part, [task for task in sampled.tasks if task.origin and task.origin.draw <= last], last)
        await sample(folders[1:], farm, order, part)
        assert part.read_bytes() == whole.read_bytes(), last
        assert part.with_name("rejected.jsonl").read_bytes() == whole.with_name("rejected.jsonl").read_bytes()


def _cut_off(whole: Path, part: Path, kept: Sequence[Task], last: int) -> None:
    """Copy a sampling as it stood after a draw."""
    shutil.copytree(whole.parent, part.parent, dirs_exist_ok=True)
    part.unlink()
    for task in kept:
        append_task(part, task)
    lines = whole.with_name("rejected.jsonl").read_bytes().splitlines(keepends=True)
    part.with_name("rejected.jsonl").write_bytes(b"".join(each for each in lines if json.loads(each)["draw"] <= last))


def _workers() -> list[int]:
    """Return the worker processes that this one has started and that are at work."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = (process / "stat").read_text("utf-8").rpartition(")")[2].split()[1]
            if int(parent) == os.getpid() and b"sampler.worker" in (process / "cmdline").read_bytes():
                found.append(int(process.name))
    return found


async def test_a_finished_file_is_left_alone(farm: Farm, folders: Folders, tmp_path: Path) -> None:
    out = tmp_path / "tasks.jsonl"
    first = await sample(folders, farm, Order(2, 9), out)

    again = await sample(folders, farm, Order(2, 9), out)

    assert again.tasks == first.tasks
    assert again.rejected == first.rejected


async def test_a_file_of_other_settings_is_not_continued(farm: Farm, folders: Folders, tmp_path: Path) -> None:
    out = tmp_path / "tasks.jsonl"
    await sample(folders, farm, Order(1, 9), out)

    with pytest.raises(SampleError, match="was sampled with other settings"):
        await sample(folders, farm, Order(2, 10), out)


async def test_a_file_of_foreign_tasks_is_not_continued(farm: Farm, folders: Folders, tmp_path: Path) -> None:
    made = await sample(folders, farm, Order(1, 9), tmp_path / "tasks.jsonl")
    append_task(tmp_path / "foreign.jsonl", made.tasks[0].model_copy(update={"origin": None}))

    with pytest.raises(SampleError, match="other settings"):
        await sample(folders, farm, Order(2, 9), tmp_path / "foreign.jsonl")


@pytest.mark.parametrize(("least", "most"), [(1, 0), (0, 1), (3, 2)])
async def test_spans_that_are_none_are_refused(
    least: int, most: int, farm: Farm, folders: Folders, tmp_path: Path
) -> None:
    with pytest.raises(SampleError, match=f"one environment a task or more, .* not {least} to {most}"):
        await sample(folders, farm, Order(1, 1, most, least_environments=least), tmp_path / "tasks.jsonl")


async def test_tasks_span_no_fewer_environments_than_asked(farm: Farm, folders: Folders, tmp_path: Path) -> None:
    sampled = await sample(folders, farm, Order(2, 3, 2, least_environments=2), tmp_path / "tasks.jsonl")

    assert {len(task.environments) for task in sampled.tasks} == {2}


async def test_a_broken_folder_is_refused_with_its_reason(farm: Farm, tmp_path: Path) -> None:
    with pytest.raises(SampleError, match="no such environment folder"):
        await sample([tmp_path / "none"], farm, Order(1, 1), tmp_path / "tasks.jsonl")


async def test_an_environment_without_rows_comes_to_an_end_with_reasons(tmp_path: Path, folders: Folders) -> None:
    bare = _with_rows(folders[1], tmp_path, ())
    async with Farm.launch([bare]) as farm:
        sampled = await sample([bare], farm, Order(2, 1, mix={"act": 1.0}), tmp_path / "runs" / "tasks.jsonl")

    assert sampled.tasks == ()
    assert {each.environments for each in sampled.rejected} == {("tiny_desk",)}
    assert {each.reason for each in sampled.rejected} == {"no goal could be reached"}


async def test_draws_that_repeat_a_task_are_rejected(tmp_path: Path, folders: Folders) -> None:
    poor = _with_rows(folders[1], tmp_path, ("member", "project"))
    manifest = json.loads((poor / "manifest.json").read_text("utf-8"))
    kept = [tool for tool in manifest["tools"] if tool["name"] in ("list_members", "list_projects", "get_project")]
    (poor / "manifest.json").write_text(json.dumps({**manifest, "tools": kept, "edges": []}), "utf-8")
    async with Farm.launch([folders[1]]) as farm:
        sampled = await sample([poor], farm, Order(20, 1, mix={"answer": 1.0}), tmp_path / "runs" / "tasks.jsonl")

    assert {f"same calls as {task.id}" for task in sampled.tasks} & {each.reason for each in sampled.rejected}


async def test_hash_seed_time_zone_and_folder_order_do_not_matter(tmp_path: Path, folders: Folders) -> None:
    texts = [
        await _sampled_elsewhere(tmp_path / name, folders[::step], variables)
        for name, step, variables in (
            ("one", 1, {"PYTHONHASHSEED": "0", "TZ": "UTC"}),
            ("other", -1, {"PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo"}),
        )
    ]

    assert texts[0] == texts[1]


SCRIPT = """
import asyncio, sys
from pathlib import Path
from farm.farm import Farm
from sampler.sample import Order, sample

async def main(out, *folders):
    async with Farm.launch(folders) as farm:
        await sample(folders, farm, Order(4, 2, 2), out)

asyncio.run(main(*map(Path, sys.argv[1:])))
"""


async def _sampled_elsewhere(place: Path, folders: Sequence[Path], variables: Mapping[str, str]) -> bytes:
    """Sample in a process of its own with other variables; return the bytes of the tasks file."""
    repository = Path(__file__).parents[2]
    arguments = ["-c", SCRIPT, str(place / "tasks.jsonl"), *map(str, folders)]
    env = {**os.environ, **variables, "PYTHONPATH": str(repository)}
    process = await asyncio.create_subprocess_exec(str(repository / ".venv" / "bin" / "python"), *arguments, env=env)
    assert await asyncio.wait_for(process.wait(), timeout=120) == 0
    return (place / "tasks.jsonl").read_bytes()


def _with_rows(folder: Path, place: Path, entities: Sequence[str]) -> Path:
    """Copy an environment folder, with the seeded rows of some entities only."""
    copy = shutil.copytree(folder, place / folder.name, ignore=shutil.ignore_patterns("__pycache__"))
    lines = (copy / "seed.jsonl").read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if json.loads(line)["entity"] in entities]
    (copy / "seed.jsonl").write_text("".join(kept), "utf-8")
    return copy


async def test_a_task_that_is_judged_wrong_is_rejected_for_that(farm: Farm, folders: Folders, tmp_path: Path) -> None:
    judged: list[str] = []

    def judge(task: Task) -> tuple[str, ...]:
        judged.append(task.id)
        return ("the first is always wrong",) if len(judged) == 1 else ()

    sampled = await sample(folders, farm, Order(2, 3), tmp_path / "tasks.jsonl", judge=judge)

    assert sampled.ids == tuple(judged[1:])
    assert "the first is always wrong" in [each.reason for each in sampled.rejected]
