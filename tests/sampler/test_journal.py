import json
from pathlib import Path

import pytest

from sampler.journal import Journal, JournalError, Rejection
from sampler.task import Origin, Task, TaskFileError, read_tasks
from tests.sampler.making import made, step


def _task(draw: int, ticket: str = "", settings: str = "mine") -> Task:
    close = step("close", {"ticket_id": ticket or f"tic_{draw}"}, writes=True)
    task = made((f"Close ticket number {ticket or draw} of all there are, at once please.", (close,)))
    return task.model_copy(update={"origin": Origin(settings=settings, draw=draw)})


def _begun(out: Path) -> Journal:
    """Begin a file: draw 0 is kept, draw 1 rejected, draw 2 kept."""
    journal = Journal.open(out, "mine")
    assert journal.keep(_task(0))
    journal.reject(Rejection(1, ("desk",), "stuck"))
    assert journal.keep(_task(2, "b"))
    return journal


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "new" / "tasks.jsonl"


def _same(journal: Journal, other: Journal) -> bool:
    mine, theirs = ((each.ids, each.rejected, each.next_draw) for each in (journal, other))
    return mine == theirs


def test_a_file_that_was_begun_is_continued_where_it_ended(out: Path) -> None:
    begun = _begun(out)

    again = Journal.open(out, "mine")

    assert _same(again, begun)
    assert (again.next_draw, again.rejected) == (3, [Rejection(1, ("desk",), "stuck")])
    assert [(number, task.id) for number, task in again.replay()] == [(0, begun.ids[0]), (2, begun.ids[1])]


def test_a_new_file_holds_nothing(out: Path) -> None:
    journal = Journal.open(out, "mine")

    assert (journal.ids, journal.rejected, journal.next_draw, list(journal.replay())) == ([], [], 0, [])
    assert out.parent.is_dir()


def test_torn_lines_of_either_file_are_dropped(out: Path) -> None:
    begun = _begun(out)
    rejected = out.with_name("rejected.jsonl")
    out.write_bytes(out.read_bytes() + b'{"task": 1, "id"')
    rejected.write_bytes(rejected.read_bytes() + b'{"draw": 3')

    again = Journal.open(out, "mine")

    assert _same(again, begun)
    assert again.keep(_task(3, "c"))
    assert [task.id for task in read_tasks(out)] == again.ids
    assert rejected.read_bytes().count(b"\n") == 1


def test_rejections_after_the_last_task_are_not_drawn_again(out: Path) -> None:
    _begun(out).reject(Rejection(3, ("desk",), "stuck"))

    assert Journal.open(out, "mine").next_draw == 4


def test_a_file_of_other_settings_is_refused(out: Path) -> None:
    _begun(out)

    with pytest.raises(JournalError, match="was sampled with other settings or environments; give another --out"):
        Journal.open(out, "theirs")


def test_a_file_that_holds_no_tasks_is_refused_with_its_line(out: Path) -> None:
    out.parent.mkdir()
    out.write_text("no task\n", "utf-8")

    with pytest.raises(TaskFileError, match=r"tasks\.jsonl line 1"):
        Journal.open(out, "mine")


def test_rejections_without_a_tasks_file_are_of_a_sampling_that_is_gone(out: Path) -> None:
    _begun(out)
    out.unlink()

    journal = Journal.open(out, "mine")

    assert (journal.rejected, journal.next_draw) == ([], 0)
    assert not out.with_name("rejected.jsonl").exists()


def test_a_file_whose_only_line_is_torn_was_never_begun(out: Path) -> None:
    Journal.open(out, "mine").reject(Rejection(0, ("desk",), "stuck"))
    out.write_bytes(b'{"task": 1, "id"')

    journal = Journal.open(out, "theirs")

    assert (journal.rejected, journal.next_draw) == ([], 0)


def test_a_task_like_an_earlier_one_is_rejected_and_counted(out: Path) -> None:
    journal = _begun(out)

    assert not journal.keep(_task(3, "b"))

    (_, twin) = journal.ids
    assert journal.rejected[-1] == Rejection(3, ("desk",), f"same calls as {twin}")
    assert journal.next_draw == 4
    assert len(read_tasks(out)) == 2
    assert json.loads(out.with_name("rejected.jsonl").read_text("utf-8").splitlines()[-1])["draw"] == 3


def test_a_twin_of_a_task_of_an_earlier_sitting_is_found(out: Path) -> None:
    _begun(out)

    assert not Journal.open(out, "mine").keep(_task(3, "b"))
