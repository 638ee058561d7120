import asyncio
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from envkit.calls import Json
from farm.farm import Farm
from farm.launch import HostProcess
from rollouts.episode import read_episodes
from sampler.task import Task
from tests.chat.scripted import Body, Move, good, scripted
from tests.cli.conftest import Envfarm, runs_of
from tests.rollouts.conftest import recorded
from tests.rollouts.solver import written


@pytest.fixture
def played(tasks: Path, envfarm: Envfarm) -> Path:
    envfarm("play", tasks, "--policy", "replay", "--out", "p")
    return Path("p")


def test_fork_plays_on_from_inside_episodes(played: Path, tasks: Path, envfarm: Envfarm) -> None:
    forked = envfarm("fork", tasks, played, "--at", "0.1", "--policy", "replay", "--trials", 2, "--out", "f", "--json")

    assert forked.exit_code == 0, forked.output
    episodes = read_episodes(Path("f/episodes.jsonl"))
    assert json.loads(forked.stdout)["policies"] == [
        {"policy": "replay", "episodes": len(episodes), "reward": 1.0, "unscored": 0}
    ]
    assert {(each.fork.turns, each.fork.calls) for each in episodes if each.fork} == {(0, 1)}
    (run,) = runs_of("sqlite+aiosqlite:///runs/ledger.db", "fork")
    assert run.arguments["at"] == "0.1"


def test_fork_takes_the_lines_it_is_given(played: Path, tasks: Path, envfarm: Envfarm) -> None:
    forked = envfarm("fork", tasks, played, "--at", "0.1", "--line", 2, "--policy", "null", "--out", "f", "--parquet")

    assert forked.exit_code == 0, forked.output
    assert forked.stdout.splitlines()[-2:] == ["episodes: f/episodes.jsonl", "episodes: f/episodes.parquet"]
    (episode,) = read_episodes(Path("f/episodes.jsonl"))
    assert episode.task == read_episodes(played / "episodes.jsonl")[1].task
    assert pq.read_table("f/episodes.parquet").num_rows == 1


def test_a_place_that_no_episode_has_is_a_complaint(played: Path, tasks: Path, envfarm: Envfarm) -> None:
    none = envfarm("fork", tasks, played, "--at", "0.99")
    named = envfarm("fork", tasks, played, "--at", "0.99", "--line", 1)
    bad = envfarm("fork", tasks, played, "--at", "x")

    assert [each.exit_code for each in (none, named, bad)] == [2, 2, 2]
    assert none.stderr.startswith("error: p/episodes.jsonl: no episode goes as far as 0.99")
    assert "so 0.99 is not in it" in named.stderr
    assert "expected TURNS or TURNS.CALLS" in bad.stderr


def test_episodes_of_tasks_that_are_not_there_are_a_complaint(played: Path, tasks: Path, envfarm: Envfarm) -> None:
    lines = (tasks / "tasks.jsonl").read_bytes().splitlines(keepends=True)
    (tasks / "tasks.jsonl").write_bytes(lines[0])

    forked = envfarm("fork", tasks, played, "--at", "0.1")

    assert forked.exit_code == 2
    assert "which is not among the tasks; name theirs" in forked.stderr


def test_play_says_how_many_groups_are_flat(tasks: Path, envfarm: Envfarm) -> None:
    played = envfarm("play", tasks, "--policy", "null", "--policy", "replay", "--trials", 2, "--out", "p")

    assert "6 of 6 groups earned the same in every trial" in played.stdout.splitlines()


FLIGHTS = ("zb5akb", "wnbq7z", "5203te", "s49s2t", "csnrwr", "javp0j", "gyznew", "swvnq9")


def booking(flight: str) -> dict[str, Json]:
    return {"customer_id": "cus_z7x1hj", "flight_id": f"flt_{flight}", "passengers": 1}


async def eight_turns(url: str) -> Task:
    """A task of eight turns, in each of which another flight is booked."""
    async with Farm.attach(url) as farm:
        return await recorded(farm, [[("tiny_air", "book_flight", booking(flight))] for flight in FLIGHTS], [])


def test_eight_continuations_of_one_episode_are_eight_worlds_with_one_beginning(
    host: HostProcess, project: Path, envfarm: Envfarm
) -> None:
    Path("long.jsonl").write_text(f"{asyncio.run(eight_turns(host.url)).model_dump_json()}\n", "utf-8")
    envfarm("play", "long.jsonl", "--policy", "replay", "--out", "p")
    flights = iter(FLIGHTS)

    def script(body: Body, number: int) -> Move:
        """Book in the fourth turn what nobody else does, and do nothing after it."""
        asked = sum(message["role"] == "user" for message in body["messages"])
        if body["messages"][-1]["role"] == "tool" or asked > 4:
            return good("It is done.")
        call = written("call0", "tiny_air_book_flight", json.dumps(booking(next(flights))))
        return Move(finish="tool_calls", calls=(call,))

    with scripted(script) as server:
        model = ("--policy", "chat", "--model", "m", "--base-url", server.url)
        forked = envfarm("fork", "long.jsonl", "p", "--at", 3, "--group", 8, *model, "--out", "f")

    assert forked.exit_code == 0, forked.output
    (parent,), children = read_episodes(Path("p/episodes.jsonl")), read_episodes(Path("f/episodes.jsonl"))
    assert len(children) == 8
    assert (len(parent.turns), parent.reward.total) == (8, 1.0)
    assert [child.turns[:3] for child in children] == [parent.turns[:3]] * 8
    forks = [child.fork for child in children if child.fork]
    assert {(fork.parent, fork.turns, fork.calls) for fork in forks} == {(parent.digest, 3, 0)}
    assert [fork.digests for fork in forks] == [parent.turns[2].after and parent.turns[2].after.digests] * 8
    assert len({child.digests["tiny_air"] for child in children}) == 8
    assert parent.digests["tiny_air"] not in {child.digests["tiny_air"] for child in children}
