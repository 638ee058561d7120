import pytest

pytest.importorskip("bfcl_eval", reason="the bridge takes bfcl-eval; `make test-bfcl` makes what it needs")

from evaluation.bfcl import library
from evaluation.bfcl.library import CLASSES, Scenario


def test_there_are_eight_classes_with_128_methods() -> None:
    assert len(CLASSES) == 8
    assert sum(len(library.documents(name)) for name in CLASSES) == 128


def test_an_instance_lives_through_its_calls_the_same_each_time() -> None:
    scenario = Scenario("TravelAPI", {})
    calls = [("set_budget_limit", {"access_token": "x", "budget_limit": 5.0})]

    first, second = (library.public(library.revived(scenario, calls)) for _ in range(2))

    assert first == second


def test_an_instance_does_not_change_the_scenario_it_was_made_of() -> None:
    scenario = Scenario("TicketAPI", {"ticket_queue": [], "ticket_counter": 1, "current_user": "a"})

    library.revived(scenario, [("create_ticket", {"title": "x"})])

    assert scenario.config["ticket_queue"] == []


@pytest.mark.parametrize(
    ("result", "text"), [("as is", "as is"), ({"a": 1.5}, '{"a": 1.5}'), (None, "None"), ({"a": {1}}, "{'a': {1}}")]
)
def test_results_are_written_as_the_checker_writes_them(result: object, text: str) -> None:
    assert library.spoken(result) == text


def test_what_an_instance_lies_in_is_not_shown() -> None:
    config = {"root": {"work": {"type": "directory", "contents": {"a": {"type": "directory", "contents": {}}}}}}

    shown = library.public(library.revived(Scenario("GorillaFileSystem", config)))

    assert '"name": "a"' in shown["root"]
    assert "parent" not in shown["root"]


def test_the_checker_lets_go_of_the_instances_it_made() -> None:
    task = library.tasks("base")[0]
    truth = library.truths("base")[task["id"]]
    before = len(vars(library.multi_turn_utils))

    found = library.officially(task, truth, truth)

    assert found == library.Finding()
    assert len(vars(library.multi_turn_utils)) == before
