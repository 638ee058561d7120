from pathlib import Path

import pytest

from sampler.task import (
    Criteria,
    Fact,
    Origin,
    StepRecord,
    Task,
    TaskFileError,
    TaskTurn,
    Truth,
    append_task,
    drop_torn_line,
    read_tasks,
    seal,
)

FACT = Fact(name="flight.fare", value=3700, type="money", text="3700")


def make_task(seed: int = 1) -> Task:
    steps = tuple(
        StepRecord(environment="tiny_air", tool=tool, arguments={"n": n}, content={"b": 1, "a": None})
        for n, tool in enumerate(("find_customer", "book_flight", "get_flight"))
    )
    truth = Truth(trajectory=steps, diffs={"tiny_air": {}}, facts=(FACT,), digests={"tiny_air": "00"})
    return seal(
        Task(
            id="",
            environments=("tiny_air",),
            seed=seed,
            turns=(TaskTurn(query="Book.", calls=2), TaskTurn(query="Look.", calls=1)),
            truth=truth,
            criteria=Criteria(writes={}, facts=(FACT,)),
        )
    )


def test_a_written_task_reads_back_equal(tmp_path: Path) -> None:
    path = tmp_path / "tasks.jsonl"

    append_task(path, make_task(1))
    append_task(path, make_task(2))

    assert read_tasks(path) == (make_task(1), make_task(2))


def test_a_task_that_is_no_paraphrase_has_the_id_that_it_had_before_there_were_any() -> None:
    assert make_task().id == "task_d56ab499a640d639"


def test_the_id_depends_on_the_content_and_not_on_the_origin() -> None:
    task = make_task()

    moved = seal(task.model_copy(update={"origin": Origin(settings="x", draw=3)}))

    assert task.id == moved.id
    assert task.id != make_task(2).id
    assert task.id.startswith("task_")


def test_a_bad_line_is_named_with_its_file_and_number(tmp_path: Path) -> None:
    path = tmp_path / "tasks.jsonl"
    append_task(path, make_task())
    path.write_bytes(path.read_bytes() + b'{"task": 1}\n')

    with pytest.raises(TaskFileError, match=r"tasks\.jsonl line 2: expected a task, but id: Field required"):
        read_tasks(path)


def test_a_line_that_is_not_json_is_a_bad_line(tmp_path: Path) -> None:
    path = tmp_path / "tasks.jsonl"
    path.write_text("tasks\n")

    with pytest.raises(TaskFileError, match="line 1: expected a task, but the line: Invalid JSON"):
        read_tasks(path)


def test_a_torn_last_line_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "tasks.jsonl"
    append_task(path, make_task())
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"task": 1, "id')

    drop_torn_line(path)

    assert path.read_bytes() == whole


def test_a_whole_file_loses_nothing_to_the_torn_line_check(tmp_path: Path) -> None:
    path = tmp_path / "tasks.jsonl"
    append_task(path, make_task())
    whole = path.read_bytes()

    drop_torn_line(path)

    assert path.read_bytes() == whole


def test_the_steps_of_a_turn_follow_those_of_the_turns_before() -> None:
    task = make_task()

    assert [step.tool for step in task.steps_of(0)] == ["find_customer", "book_flight"]
    assert [step.tool for step in task.steps_of(1)] == ["get_flight"]


def test_criteria_without_writes_and_facts_hold_untouched() -> None:
    assert Criteria(writes={}, facts=()).hold_untouched
    assert not Criteria(writes={}, facts=(FACT,)).hold_untouched
    assert not Criteria(writes={"tiny_air": {"added": {}}}, facts=()).hold_untouched
