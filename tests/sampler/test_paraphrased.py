import json
from pathlib import Path

import pytest

from sampler.paraphrase import retold
from sampler.paraphrased import Folder, ParaphraseError, Wish
from sampler.task import Task, append_task, read_tasks
from tests.sampler.making import made, step

WISH = Wish(model="m", prompt="abc")


def task(number: int) -> Task:
    close = step("close", {"ticket_id": f"tic_{number}"}, writes=True)
    return made((f"Close ticket {number}.", (close,)))


TASKS = tuple(map(task, range(4)))


def other(task: Task) -> Task:
    return retold(task, [f"Please, {turn.query}" for turn in task.turns], "m")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for each in TASKS:
        append_task(tmp_path / "source.jsonl", each)
    return tmp_path / "source.jsonl"


@pytest.fixture
def begun(source: Path, tmp_path: Path) -> Path:
    """A folder with one paraphrase, and one task that kept its words."""
    folder = Folder.open(tmp_path / "out", WISH, source)
    folder.add(other(TASKS[0]), ())
    folder.add(TASKS[1], ["it lost 1", "it lost 1"])
    return folder.path


def test_a_folder_is_continued_where_it_ended(begun: Path, source: Path) -> None:
    folder = Folder.open(begun, WISH, source)

    assert (folder.paraphrased, folder.kept, folder.done) == (1, 1, 2)
    assert [each.id for each in read_tasks(begun / "tasks.jsonl")] == [other(TASKS[0]).id, TASKS[1].id]
    (said,) = map(json.loads, (begun / "rejected.jsonl").read_text("utf-8").splitlines())
    assert said == {"task": TASKS[1].id, "reasons": ["it lost 1", "it lost 1"]}


def test_what_a_kill_left_half_written_is_dropped(begun: Path, source: Path) -> None:
    lines = (begun / "rejected.jsonl").read_bytes()
    with (begun / "rejected.jsonl").open("ab") as file:
        file.write(json.dumps({"task": TASKS[2].id, "reasons": ["its task was never written"]}).encode() + b"\n{")
    with (begun / "tasks.jsonl").open("ab") as file:
        file.write(b'{"task": 1, ')

    folder = Folder.open(begun, WISH, source)

    assert folder.done == 2
    assert (begun / "rejected.jsonl").read_bytes() == lines
    assert len(read_tasks(begun / "tasks.jsonl")) == 2


def test_a_folder_of_another_wish_is_refused(begun: Path, source: Path) -> None:
    with pytest.raises(ParaphraseError, match="begun with another model or other options; give another --out"):
        Folder.open(begun, WISH.model_copy(update={"model": "n"}), source)


def test_a_folder_of_other_tasks_is_refused(begun: Path, tmp_path: Path) -> None:
    for each in (TASKS[0], TASKS[2]):
        append_task(tmp_path / "others.jsonl", each)

    with pytest.raises(ParaphraseError, match=r"line 2 does not stem from line 2 of .*others\.jsonl"):
        Folder.open(begun, WISH, tmp_path / "others.jsonl")


def test_a_folder_with_tasks_of_something_else_is_refused(source: Path) -> None:
    source.rename(source.with_name("tasks.jsonl"))

    with pytest.raises(ParaphraseError, match="begun with another model"):
        Folder.open(source.parent, WISH, source)
