from importlib.util import find_spec
from pathlib import Path

import pytest

from cli.play import Lineup
from rollouts.engines.pool import Bounds
from tests.cli.conftest import Envfarm, invoke, runs_of


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--shards", "2"), "--shards is for another engine than local; add --engine ray"),
        (("--ray-address", "auto"), "--ray-address is for another engine than local; add --engine ray"),
        (
            ("--engine", "ray", "--shards", "4..2"),
            "Invalid value for '--shards': expected N or N..M, such as 2 ",
        ),
        (("--engine", "ray", "--shards", "0"), "Invalid value for '--shards': expected N or N..M, such as 2 "),
    ],
)
def test_options_that_make_no_sense_together_are_a_complaint(
    options: tuple[str, ...], sentence: str, tasks: Path
) -> None:
    played = invoke("play", tasks, *options)

    assert played.exit_code == 2
    assert played.stderr.startswith(f"error: {sentence}")


def test_a_farm_that_is_up_is_for_the_local_engine(tasks: Path, envfarm: Envfarm) -> None:
    played = envfarm("play", tasks, "--engine", "ray")

    sentence = "error: --engine ray starts farms of its own, beside those who play; unset ENVFARM_FARM\n"
    assert (played.exit_code, played.stderr) == (2, sentence)


@pytest.mark.skipif(find_spec("ray") is not None, reason="Ray is here")
@pytest.mark.parametrize("verb", ["play", "evaluate"])
def test_without_ray_it_is_said_what_to_install(verb: str, tasks: Path) -> None:
    played = invoke(verb, tasks, "--engine", "ray", "--shards", "2..3")

    sentence = "error: --engine ray takes Ray, which is not installed; install envfarm[ray]\n"
    assert (played.exit_code, played.stderr) == (2, sentence)


def test_where_it_was_played_stands_in_the_ledger(tasks: Path, envfarm: Envfarm) -> None:
    envfarm("play", tasks, "--policy", "null")

    (run,) = runs_of("sqlite+aiosqlite:///runs/ledger.db", "play")
    assert run.arguments["engine"] == {"kind": "local", "address": None, "shards": {"least": 1, "most": None}}
    assert run.arguments["concurrency"] == 8
    assert Lineup().engine.shards == Bounds(1, None)
