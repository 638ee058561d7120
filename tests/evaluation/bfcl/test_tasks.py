import pytest

pytest.importorskip("bfcl_eval", reason="the bridge takes bfcl-eval; `make test-bfcl` makes what it needs")

from envkit.calls import ToolCall
from evaluation.bfcl import library
from evaluation.bfcl.record import CATEGORIES
from evaluation.bfcl.tasks import read_tasks, slug_of, written


@pytest.mark.parametrize("category", CATEGORIES)
def test_each_category_has_200_tasks_whose_true_calls_can_be_made(category: str) -> None:
    tasks = read_tasks(category)

    calls = [call for task in tasks for place in range(len(task.turns)) for call in task.truth(place)]

    assert len(tasks) == 200
    assert len(calls) == sum(len(turn) for truth in library.truths(category).values() for turn in truth)
    assert all(call.environment in {slug_of(name) for name in library.CLASSES} for call in calls)


def test_a_withheld_tool_comes_with_its_turn() -> None:
    task = read_tasks("miss_func")[0]

    assert task.withheld(2) == {"sort"}
    assert task.withheld(3) == frozenset()
    assert task.turns[3].query == library.MORE_TOOLS


def test_arguments_without_a_name_get_that_of_their_place() -> None:
    task = read_tasks("miss_func")[0]

    assert task.truth(3) == (ToolCall("gorilla_file_system", "sort", {"file_name": "final_report.pdf"}),)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("GorillaFileSystem", "gorilla_file_system"),
        ("MathAPI", "math_api"),
        ("VehicleControlAPI", "vehicle_control_api"),
    ],
)
def test_environments_are_named_by_their_class(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_a_call_is_written_as_python_writes_it() -> None:
    assert written(ToolCall("x", "cd", {"folder": "it's", "deep": True})) == 'cd(folder="it\'s", deep=True)'
