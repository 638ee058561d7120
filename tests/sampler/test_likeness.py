import tracemalloc

from sampler.likeness import LikenessIndex, Twin
from sampler.task import Task
from tests.sampler.making import fact, made, step

WORDS = "Could you give {who} {days} more days for the review of the kelp paper that is due on Friday, please?"


def lending(query: str, row: str, days: int, name: str = "review.due") -> Task:
    found = step("find", {"query": row}, {"items": [{"id": f"rev_{row}"}]})
    goal = step("extend", {"review_id": f"rev_{row}", "days": days}, writes=True)
    return made((query, [found, goal]), facts=[fact(name, "2026-05-01")])


def told(first: Task, second: Task) -> str:
    index = LikenessIndex()
    index.add(first)
    twin = index.twin(second)
    assert twin is None or twin.task == first.id
    return twin.what if twin else ""


def test_the_same_calls_and_the_same_words_are_twins() -> None:
    task = lending("Extend it by two days.", "anna", 2)

    assert told(task, lending("Two days more, please.", "anna", 2)) == "same calls"
    assert told(task, lending("extend it by TWO days", "ben", 3, "review.state")) == "same words"


def test_one_template_on_the_same_rows_is_a_near_twin() -> None:
    assert told(lending("Extend it by two days.", "anna", 2), lending("Nine more for Anna.", "anna", 9)) == "same rows"


def test_one_template_in_nearly_the_same_words_is_a_near_twin() -> None:
    first = lending(WORDS.format(who="Anna", days=2), "anna", 2)
    second = lending(WORDS.format(who="Anna", days=2) + " Thanks!", "ann", 2)

    assert told(first, second) == "like words"
    assert told(first, lending(WORDS.format(who="Ben", days="three"), "ben", 3)) == ""


def test_other_rows_in_other_words_are_no_twins() -> None:
    assert told(lending("Extend it by two days.", "anna", 2), lending("Nine more for Ben.", "ben", 9)) == ""


def test_tasks_without_calls_are_told_apart_by_their_words() -> None:
    assert told(made(("Fly me to the moon.", ())), made(("Paint the fence.", ()))) == ""


def test_an_empty_index_knows_no_twin() -> None:
    assert LikenessIndex().twin(lending("Extend it.", "anna", 2)) is None


def test_a_thousand_tasks_take_a_few_megabytes() -> None:
    tasks = [lending(WORDS.format(who=f"number {n}", days=n), str(n), n) for n in range(1000)]
    tracemalloc.start()

    index = LikenessIndex()
    for task in tasks:
        index.add(task)

    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used < 2_000_000
    assert index.twin(tasks[500]) == Twin(tasks[500].id, "same calls")
