import hashlib
import json
from pathlib import Path

import pytest

from evaluation.suites import HELD_OUT, SUITES, Listing, Suite, settle
from registry.entry import entries, entry
from sampler.shape import DEFAULT_MIX
from sampler.task import Criteria, Fact, StepRecord, Task, TaskTurn, Truth, append_task, read_tasks, seal

SERVERS = Path(__file__).parents[2] / "servers"
STEP = StepRecord(environment="quill_signing", tool="find_people", arguments={})
FACT = Fact(name="person.email", value="a@example.com", type="str", text="a@example.com")


def a_task(calls: int, facts: tuple[Fact, ...] = (FACT,)) -> Task:
    return seal(
        Task(
            id="",
            environments=("quill_signing",),
            seed=0,
            turns=(TaskTurn(query="?", calls=calls),),
            truth=Truth(trajectory=(STEP,) * calls, diffs={}, facts=facts, digests={}),
            criteria=Criteria(writes={}, facts=facts),
        )
    )


def test_suites_are_made_of_one_admitted_environment_a_domain() -> None:
    found = {each.slug: each for each in entries(SERVERS)}

    assert {found[slug].domain: slug for slug in HELD_OUT.values()} == HELD_OUT
    assert {each.domain for each in found.values()} == HELD_OUT.keys()
    assert {found[slug].status for slug in HELD_OUT.values()} == {"admitted"}


@pytest.mark.parametrize("suite", SUITES.values(), ids=lambda suite: suite.name)
def test_a_suite_asks_the_sampler_for_what_it_says(suite: Suite) -> None:
    assert sum(suite.mix.values()) == pytest.approx(1.0)
    assert suite.mix.keys() <= DEFAULT_MIX.keys()
    assert (suite.order.count, suite.order.least_environments) == (suite.count, suite.spans[0])
    assert set(suite.environments) == set(HELD_OUT.values())


def test_a_suite_says_why_a_task_is_none_of_it() -> None:
    atlas = SUITES["atlas"]

    assert [*atlas.faults(a_task(2))] == []
    assert [*atlas.faults(a_task(9))] == ["the suite wants 2 to 8 calls"]
    assert [*atlas.faults(a_task(1, ()))] == ["the suite wants 2 to 8 calls", "the suite wants something to tell"]


def test_a_settled_suite_is_listed_with_its_digests(tmp_path: Path) -> None:
    quill = entry(SERVERS / "office" / "quill_signing")
    sampled = tmp_path / "sampled.jsonl"
    for calls in (2, 3):
        append_task(sampled, a_task(calls))

    listing = settle(SUITES["atlas"], [quill], sampled, tmp_path)

    written = tmp_path / "tasks.jsonl"
    assert listing.digest == hashlib.sha256(written.read_bytes()).hexdigest()
    assert listing.environments == {"quill_signing": quill.digest}
    assert Listing.model_validate(json.loads((tmp_path / "suite.json").read_text())) == listing
    offered = [len(quill_tools()) - len(task.hidden_tools) for task in read_tasks(written)]
    assert offered == [11, 11]


def test_a_suite_without_distractors_keeps_its_tasks_as_they_are(tmp_path: Path) -> None:
    sampled = tmp_path / "sampled.jsonl"
    append_task(sampled, a_task(2))

    settle(SUITES["policy"], [entry(SERVERS / "office" / "quill_signing")], sampled, tmp_path)

    assert (tmp_path / "tasks.jsonl").read_bytes() == sampled.read_bytes()


def quill_tools() -> list[str]:
    return [tool["name"] for tool in json.loads((SERVERS / "office/quill_signing/manifest.json").read_text())["tools"]]


def test_a_suite_with_a_profile_makes_tasks_of_its_own_and_names_it(tmp_path: Path) -> None:
    sampled = tmp_path / "sampled.jsonl"
    append_task(sampled, a_task(2))

    listing = settle(SUITES["robust"], [entry(SERVERS / "office" / "quill_signing")], sampled, tmp_path)

    (task,) = read_tasks(tmp_path / "tasks.jsonl")
    assert (task.realism, listing.realism) == ("rough", "rough")
    assert task.id == seal(task).id != a_task(2).id
    assert json.loads((tmp_path / "suite.json").read_text())["realism"] == "rough"


def test_a_suite_without_a_profile_is_listed_as_it_was_before_there_were_any(tmp_path: Path) -> None:
    sampled = tmp_path / "sampled.jsonl"
    append_task(sampled, a_task(2))

    settle(SUITES["policy"], [entry(SERVERS / "office" / "quill_signing")], sampled, tmp_path)

    assert "realism" not in json.loads((tmp_path / "suite.json").read_text())
