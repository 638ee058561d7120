import json
import shutil
from pathlib import Path

import pytest

from envkit.host import Host
from envkit.seat import SEAT, Seating, SetupCall, seat
from envkit.serve import ServeError, find_folders, make_host

FLIGHT = {"origin": "OSL"}


@pytest.fixture
def host(tiny_air_folder: Path, tmp_path: Path) -> Host:
    shutil.copytree(tiny_air_folder, tmp_path / "servers" / "tiny_air")
    return make_host(find_folders([tmp_path / "servers"]))


def seating(**parts: object) -> Seating:
    return Seating.model_validate({"environments": ["tiny_air"], "seed": 5, **parts})


def test_the_world_begins_after_the_setup_and_with_its_seed(host: Host, tmp_path: Path) -> None:
    call = SetupCall(environment="tiny_air", tool="search_flights", arguments=FLIGHT)

    seat(host, seating(setup=[call]), tmp_path / "steps")

    episode = host.environments["tiny_air"].episodes.get(SEAT)
    assert episode.seed == 5
    assert episode.start == host.environments["tiny_air"].environment.template(5)


def test_a_setup_that_goes_otherwise_is_refused(host: Host, tmp_path: Path) -> None:
    call = SetupCall(environment="tiny_air", tool="search_flights", arguments=FLIGHT, code="not_found")

    with pytest.raises(ServeError, match="search_flights of the setup was recorded otherwise: it succeeded"):
        seat(host, seating(setup=[call]), tmp_path / "steps")


def test_hidden_tools_are_gone(host: Host, tmp_path: Path) -> None:
    seat(host, seating(hidden_tools=[("tiny_air", "book_flight")]), tmp_path / "steps")

    assert "book_flight" not in host.environments["tiny_air"].environment.tools


def test_calls_in_the_seat_are_kept_and_others_are_not(host: Host, tmp_path: Path) -> None:
    seat(host, seating(), tmp_path / "steps")
    hosted = host.environments["tiny_air"]

    hosted.call(hosted.episodes.open(), "search_flights", FLIGHT)
    hosted.call(hosted.episodes.get(SEAT), "search_flights", {"origin": 3})

    (step,) = [json.loads(line) for line in (tmp_path / "steps").read_bytes().splitlines()]
    assert (step["tool"], step["code"], step["writes"]) == ("search_flights", "invalid_argument", False)
    assert step["text"].startswith("invalid_argument: ")
    assert step["content"] is None


def test_a_seat_has_the_profile_of_its_task_from_the_setup_on(host: Host, tmp_path: Path) -> None:
    call = SetupCall(environment="tiny_air", tool="search_flights", arguments=FLIGHT)
    seat(host, seating(setup=[call] * 9, realism="limits"), tmp_path / "steps")
    hosted = host.environments["tiny_air"]

    codes = [hosted.call(hosted.episodes.get(SEAT), "search_flights", FLIGHT).code for _ in range(8)]

    assert codes == ["", "", "", "", "", "rate_limited", "rate_limited", ""]
