from evaluation.changes import MOST_UNASKED, changes
from registry.pages.document import Cell, Code, Paragraph, Status, Table
from rollouts.controls import truth_episode
from rollouts.episode import Episode
from rollouts.reward import score
from sampler.task import Criteria, DiffJson, StepRecord, Task, TaskTurn, Truth

DIFF: DiffJson = {
    "added": {"note": {"not_000001": {"id": "not_000001", "text": "Hello"}}},
    "removed": {"note": {"not_old": {"id": "not_old", "text": "Bye"}}},
    "changed": {"flight": {"f1": {"name": ["Old", "New"], "gate": [None, "B12"]}}},
}
STEP = StepRecord(environment="air", tool="do", arguments={}, content={}, writes=True)
TASK = Task(
    id="task_1",
    environments=("air",),
    seed=0,
    turns=(TaskTurn(query="Do it.", calls=1),),
    truth=Truth(trajectory=(STEP,), diffs={"air": DIFF}, facts=(), digests={}),
    criteria=Criteria(writes={"air": DIFF}, facts=()),
)


def making(diff: DiffJson) -> Episode:
    episode = truth_episode(TASK).model_copy(update={"diffs": {"air": diff}})
    return episode.model_copy(update={"reward": score(TASK, episode)})


def shown(episode: Episode) -> dict[str, tuple[Cell, ...]]:
    """Return what is shown of each change, as (before, demanded, made, verdict), by row and column."""
    (table,) = [part for part in changes(TASK, episode) if isinstance(part, Table)]
    return {f"{row[2]} {row[3]}": (*row[4:], row[0]) for row in table.rows}


def told(cell: Cell) -> str:
    return cell.text if isinstance(cell, Code) else cell.word if isinstance(cell, Status) else str(cell)


def lines(episode: Episode) -> dict[str, list[str]]:
    return {name: [*map(told, cells)] for name, cells in shown(episode).items()}


def test_what_was_done_as_demanded_says_so_for_every_change() -> None:
    assert lines(making(DIFF)) == {
        "note not_000001 added": ["", 'text: "Hello"', 'text: "Hello"', "as demanded"],
        "note not_old removed": ['text: "Bye"', "removed", "removed", "as demanded"],
        "flight f1 name": ['"Old"', '"New"', '"New"', "as demanded"],
        "flight f1 gate": ["null", '"B12"', '"B12"', "as demanded"],
    }


def test_a_new_row_of_another_id_bears_the_name_of_the_truth() -> None:
    renamed = {**DIFF, "added": {"note": {"not_zzzzzz": {"id": "not_zzzzzz", "text": "Hello"}}}}

    found = lines(making(renamed))

    assert found["note not_000001 added"][-1] == "as demanded"
    assert len(found) == 4


def test_what_is_missing_otherwise_and_unasked_is_told_apart() -> None:
    found = lines(
        making(
            {
                "added": {"note": {"not_zzzzzz": {"id": "not_zzzzzz", "text": "Goodbye"}}},
                "changed": {"flight": {"f1": {"name": ["Old", "Newer"]}, "f2": {"name": ["A", "B"]}}},
            }
        )
    )

    assert found == {
        "note not_000001 added": ["", 'text: "Hello"', "", "missing"],
        "note not_old removed": ['text: "Bye"', "removed", "", "missing"],
        "flight f1 name": ['"Old"', '"New"', '"Newer"', "otherwise"],
        "flight f1 gate": ["null", '"B12"', "", "missing"],
        "note not_zzzzzz added": ["", "", 'text: "Goodbye"', "not asked for"],
        "flight f2 name": ['"A"', "", '"B"', "not asked for"],
    }


def test_an_episode_without_a_score_is_not_judged() -> None:
    lost = truth_episode(TASK).model_copy(update={"stop": "machine_error", "trouble": "gone", "diffs": {}})
    lost = lost.model_copy(update={"reward": score(TASK, lost)})

    assert {cells[-1] for cells in shown(lost).values()} == {Status("")}


def test_many_changes_that_nobody_asked_for_are_counted() -> None:
    many = {f"f{number}": {"name": ["A", "B"]} for number in range(2, MOST_UNASKED + 7)}
    mess: DiffJson = {**DIFF, "changed": {"flight": {**DIFF["changed"]["flight"], **many}}}

    *_, last = changes(TASK, making(mess))

    assert last == Paragraph("And 5 more changes that nobody asked for.")
    assert len(shown(making(mess))) == 4 + MOST_UNASKED


def test_no_change_at_all_is_said() -> None:
    reading = TASK.model_copy(update={"criteria": Criteria(writes={}, facts=())})

    assert [*changes(reading, making({}))] == [Paragraph("Nothing had to change, and nothing did.")]
