from pathlib import Path

import pytest

from envkit.manifest import Manifest, read_manifest
from evaluation.offer import narrowed
from sampler.task import Criteria, Difficulty, StepRecord, Task, TaskTurn, Truth, seal

SERVERS = Path(__file__).parents[2] / "servers"
MANIFESTS: dict[str, Manifest] = {
    "skyline_air": read_manifest(SERVERS / "travel" / "skyline_air"),
    "alder_bank": read_manifest(SERVERS / "finance" / "alder_bank"),
}
ALL = {(slug, tool.name) for slug, manifest in MANIFESTS.items() for tool in manifest.tools}


def a_task(*needed: tuple[str, str], query: str = "Please.", hidden: tuple[tuple[str, str], ...] = ()) -> Task:
    steps = tuple(StepRecord(environment=slug, tool=tool, arguments={}) for slug, tool in needed)
    task = Task(
        id="",
        environments=tuple(MANIFESTS),
        seed=0,
        turns=(TaskTurn(query=query, calls=len(steps)),),
        truth=Truth(trajectory=steps, diffs={}, facts=(), digests={}),
        criteria=Criteria(writes={}, facts=()),
        hidden_tools=hidden,
        difficulty=Difficulty(
            calls=1, depth=1, breadth=1, servers=2, hidden=0, distractors=len(ALL) - len(needed), turns=1, level=1
        ),
    )
    return seal(task)


def shown(task: Task) -> set[tuple[str, str]]:
    return ALL - set(task.hidden_tools)


def test_what_is_needed_is_offered_with_as_many_others_as_wanted() -> None:
    needed = ("alder_bank", "add_payee")

    for near in (0, 1, 10):
        found = narrowed(a_task(needed), MANIFESTS, near)
        assert needed in shown(found)
        assert len(shown(found)) == near + 1
        assert found.difficulty is not None
        assert found.difficulty.distractors == near


def test_the_nearest_are_those_that_are_most_alike() -> None:
    found = shown(narrowed(a_task(("alder_bank", "add_payee")), MANIFESTS, 3))

    assert {("alder_bank", "send_payment"), ("skyline_air", "add_traveller")} <= found


def test_where_nothing_is_needed_the_queries_choose() -> None:
    found = shown(narrowed(a_task(query="Add a payee to my account at the bank."), MANIFESTS, 2))

    assert ("alder_bank", "add_payee") in found


def test_more_than_there_is_is_all() -> None:
    task = a_task(("alder_bank", "add_payee"))

    assert narrowed(task, MANIFESTS, 99) == task


def test_what_was_hidden_stays_hidden() -> None:
    hidden = (("alder_bank", "list_payees"),)

    found = narrowed(a_task(("alder_bank", "add_payee"), hidden=hidden), MANIFESTS, 30)

    assert set(hidden) <= set(found.hidden_tools)


@pytest.mark.parametrize("near", [0, 5])
def test_a_narrowed_task_has_an_id_of_its_own_and_is_the_same_each_time(near: int) -> None:
    task = a_task(("skyline_air", "cancel_booking"))

    found = narrowed(task, MANIFESTS, near)

    assert found.id != task.id
    assert found == narrowed(task, MANIFESTS, near) == seal(found)
