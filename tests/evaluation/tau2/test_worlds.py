from collections.abc import Mapping
from pathlib import Path
from threading import Thread

import pytest

from envkit.environment import Environment
from evaluation.tau2.worlds import Shelf, WorldError, Worlds, name_of
from sampler.task import StepRecord, Task


@pytest.fixture
def shelf(environments: Path) -> Shelf:
    return Shelf(environments)


def on(shelf: Shelf, *slugs: str) -> Mapping[str, Environment]:
    return {slug: shelf.environment(slug) for slug in slugs}


def play(worlds: Worlds, task: Task) -> None:
    for step in task.truth.trajectory:
        worlds.call(step.environment, step.tool, step.arguments)


def test_the_truth_comes_to_the_state_that_it_came_to_on_a_farm(booking: Task, shelf: Shelf) -> None:
    worlds = Worlds(on(shelf, *booking.environments), shelf.lock, booking.seed)

    play(worlds, booking)

    standings = worlds.standings()
    assert {slug: each["digest"] for slug, each in standings.items()} == booking.truth.digests
    assert {slug: each["diff"] for slug, each in standings.items()} == booking.truth.diffs


def test_what_the_setup_did_is_no_change(booking: Task, shelf: Shelf) -> None:
    environments = on(shelf, *booking.environments)

    fresh = Worlds(environments, shelf.lock, booking.seed)
    begun = Worlds(environments, shelf.lock, booking.seed, booking.truth.trajectory)

    assert [each["diff"] for each in begun.standings().values()] == [{}, {}]
    assert len(begun.state()["twin_air"]["booking"]) == len(fresh.state()["twin_air"]["booking"]) + 1


def test_a_setup_that_goes_otherwise_is_the_machines_failure(shelf: Shelf) -> None:
    arguments = {"email": "eli.nygard@example.com"}
    step = StepRecord(environment="tiny_air", tool="find_customer", arguments=arguments, code="not_found")

    with pytest.raises(WorldError, match="find_customer of the setup was recorded otherwise: it succeeded"):
        Worlds(on(shelf, "tiny_air"), shelf.lock, 5, (step,))


def test_worlds_are_used_in_any_thread(booking: Task, shelf: Shelf) -> None:
    worlds = Worlds(on(shelf, *booking.environments), shelf.lock, booking.seed)
    thread = Thread(target=play, args=(worlds, booking))

    thread.start()
    thread.join()

    assert {slug: each["digest"] for slug, each in worlds.standings().items()} == booking.truth.digests


def test_an_environment_is_loaded_once(shelf: Shelf) -> None:
    assert shelf.environment("tiny_air") is shelf.environment("tiny_air")


def test_digests_of_several_worlds_have_one_name() -> None:
    assert name_of({"a": "1", "b": "2"}) == name_of({"b": "2", "a": "1"})
    assert name_of({"a": "1", "b": "2"}) != name_of({"a": "2", "b": "1"})
