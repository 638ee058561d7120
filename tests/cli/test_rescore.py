import json
from pathlib import Path

import pytest

from rollouts.episode import Reward, read_episodes, write_episodes
from tests.cli.conftest import Envfarm, invoke


@pytest.fixture
def played(tasks: Path, envfarm: Envfarm) -> Path:
    envfarm("play", tasks, "--policy", "null", "--out", "p")
    return Path("p/episodes.jsonl")


def test_rewards_that_stand_are_told_so_without_a_farm(played: Path, tasks: Path) -> None:
    rescored = invoke("rescore", tasks, "p", ENVFARM_FARM="http://127.0.0.1:9")

    assert (rescored.exit_code, rescored.stdout) == (0, "3 episodes judged, 0 changed\n")


def test_another_reward_is_a_finding_until_it_is_written(played: Path, tasks: Path) -> None:
    first, *rest = read_episodes(played)
    write_episodes(played, [first.model_copy(update={"reward": Reward(1.0)}), *rest])

    told = invoke("rescore", tasks, played)
    written = invoke("rescore", tasks, played, "--write", "--json")

    assert told.exit_code == 1
    assert told.stderr.startswith("error: 1 of 3 rewards are not what is stored in p/episodes.jsonl; --write puts")
    assert told.stdout.splitlines()[-1] == "3 episodes judged, 1 changed"
    assert (written.exit_code, json.loads(written.stdout)["changed"][0]["stored"]) == (0, 1.0)
    assert read_episodes(played) == (first, *rest)
