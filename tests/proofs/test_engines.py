"""Shows that a Ray cluster plays the episodes that one process does, whatever dies on the way.

The cluster is real: two nodes on this machine, each with processes and ports of its own. `make test-engines` makes an
environment that has Ray, and runs this.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest

from rollouts.episode import Episode, read_episodes
from sampler.task import read_tasks
from tests.chat.scripted import Scripted, scripted
from tests.cli.conftest import holders_of
from tests.rollouts.solver import solver

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PATIENCE_S = 300
STORE_BYTES = 80_000_000
TRIALS = 40

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("ray") is None, reason="there is no Ray here; `make test-engines` has it"),
]


def settings(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ENVFARM_", "RAY_"))}
    token = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN_PATH": str(folder / "token"), "RAY_USAGE_STATS_ENABLED": "0"}
    return {**kept, **token, "ENVFARM_SERVERS": str(ROOT / "servers"), "ENVFARM_RUNS": str(folder / "runs")}


class Node:
    """A node of a cluster, whose processes all carry its mark in their environment."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.mark = f"ENVFARM_NODE={secrets.token_hex(8)}"
        name, value = self.mark.split("=")
        bounds = ("--num-cpus", "2", "--object-store-memory", str(STORE_BYTES), "--disable-usage-stats")
        quiet = ("--node-ip-address", "127.0.0.1", "--dashboard-agent-listen-port", str(free_port()))
        command = [str(BIN / "ray"), "start", *arguments, *bounds, *quiet]
        env = {**settings(folder), name: value}
        started = subprocess.run(command, env=env, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        assert started.returncode == 0, started.stderr

    def kill(self) -> None:
        """Take all of it away at once, as a power cut does."""
        while found := {pid for pid in holders_of(self.mark) if state(pid) != "Z"}:
            for pid in found:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            time.sleep(0.05)


def state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return "Z"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("engines")
    (folder / "token").write_text(secrets.token_hex(32), "utf-8")
    return folder


@pytest.fixture(scope="module")
def tasks(folder: Path) -> Path:
    envfarm(folder, "sample", "skyline_air", "--tasks", 6, "--out", folder / "tasks")
    return folder / "tasks"


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """Start the head of a cluster, and give its address."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="ray-", dir="/tmp", ignore_cleanup_errors=True) as short:  # as sockets want
        head = Node(folder, "--head", "--port", str(port), "--include-dashboard", "false", "--temp-dir", short)
        yield f"127.0.0.1:{port}"
        head.kill()


@pytest.fixture
def second(folder: Path, address: str) -> Iterator[Node]:
    """Let a second node join."""
    node = Node(folder, "--address", address)
    yield node
    node.kill()


def command_of(*arguments: object) -> list[str]:
    return [str(BIN / "envfarm"), *map(str, arguments)]


def envfarm(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command_of(*arguments), env=settings(folder), capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode == 0, done.stderr
    return done


def begun(folder: Path, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command_of(*arguments), env=settings(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_for_lines(path: Path, count: int, playing: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not path.exists() or path.read_bytes().count(b"\n") < count:
        assert playing.poll() is None, playing.communicate()
        assert time.monotonic() < deadline, f"{path} never had {count} lines"
        time.sleep(0.05)


def episodes(out: Path) -> Sequence[Episode]:
    return read_episodes(out / "episodes.jsonl")


def bare(found: Sequence[Episode]) -> list[str]:
    """Return episodes as their lines, without what they took in time."""
    return [episode.model_copy(update={"wall": type(episode.wall)()}).model_dump_json() for episode in found]


def test_a_node_that_dies_midway_and_a_driver_that_dies_after_it_change_no_episode(
    folder: Path, tasks: Path, address: str, second: Node, tmp_path: Path
) -> None:
    lineup = ("play", tasks, "--policy", "replay", "--policy", "random", "--trials", TRIALS, "--lean")
    there = (*lineup, "--engine", "ray", "--ray-address", address, "--concurrency", 4, "--out", tmp_path / "there")
    whole = 6 * 2 * TRIALS

    playing = begun(folder, *there)
    wait_for_lines(tmp_path / "there" / "episodes.jsonl", whole // 3, playing)
    second.kill()
    wait_for_lines(tmp_path / "there" / "episodes.jsonl", whole * 2 // 3, playing)
    playing.kill()
    playing.communicate()
    kept = (tmp_path / "there" / "episodes.jsonl").read_bytes().splitlines(keepends=True)
    envfarm(folder, *there)
    envfarm(folder, *lineup, "--out", tmp_path / "here")

    played = episodes(tmp_path / "there")
    assert whole * 2 // 3 <= len(kept) < whole
    assert {line for line in kept if line.endswith(b"\n")} <= {
        *(tmp_path / "there" / "episodes.jsonl").read_bytes().splitlines(keepends=True)
    }
    assert len(played) == len({episode.key for episode in played}) == whole
    assert bare(played) == bare(episodes(tmp_path / "here"))


def test_a_node_that_dies_midway_is_told_and_its_rollouts_are_played_by_the_other(
    folder: Path, tasks: Path, address: str, second: Node, tmp_path: Path
) -> None:
    lineup = ("play", tasks, "--policy", "replay", "--trials", 2 * TRIALS, "--lean")

    there = ("--engine", "ray", "--ray-address", address, "--shards", "2..2", "--concurrency", 4)
    playing = begun(folder, *lineup, *there, "--out", tmp_path / "there")
    wait_for_lines(tmp_path / "there" / "episodes.jsonl", 6 * TRIALS // 2, playing)
    second.kill()
    stderr = playing.communicate(timeout=PATIENCE_S)[1]
    envfarm(folder, *lineup, "--out", tmp_path / "here")

    assert playing.returncode == 0, stderr
    assert "rollouts are played again" in stderr
    assert bare(episodes(tmp_path / "there")) == bare(episodes(tmp_path / "here"))


def test_a_model_is_asked_at_one_desk_and_costs_what_it_does_in_one_process(
    folder: Path, tasks: Path, address: str, second: Node, tmp_path: Path
) -> None:
    with scripted(solver(read_tasks(tasks / "tasks.jsonl"))) as server:
        played = []
        for name, where in (("here", ()), ("there", ("--engine", "ray", "--ray-address", address, "--shards", "2"))):
            runs = settings(folder) | {"ENVFARM_RUNS": str(tmp_path / name)}
            command = command_of("play", tasks, *asked(server), *where, "--out", tmp_path / name)
            subprocess.run(command, env=runs, check=True, capture_output=True, timeout=PATIENCE_S)
            played.append((len(server.requests), server.prompt_tokens, server.completion_tokens))

    here, there = episodes(tmp_path / "here"), episodes(tmp_path / "there")
    assert [2 * figure for figure in played[0]] == [*played[1]]
    assert [(episode.digest, episode.cost) for episode in here] == [(episode.digest, episode.cost) for episode in there]
    assert {episode.reward.total for episode in there} == {1.0}


def asked(server: Scripted) -> tuple[object, ...]:
    return ("--policy", "chat", "--model", "m", "--base-url", server.url, "--price", 1, 10, "--trials", 4)


def test_a_cluster_of_its_own_is_gone_when_the_command_is(folder: Path, tasks: Path, tmp_path: Path) -> None:
    mark = {"ENVFARM_OWN": secrets.token_hex(8)}
    command = command_of("play", tasks, "--policy", "null", "--engine", "ray", "--out", tmp_path)
    subprocess.run(command, env=settings(folder) | mark, check=True, capture_output=True, timeout=PATIENCE_S)

    deadline = time.monotonic() + PATIENCE_S
    while holders_of(f"ENVFARM_OWN={mark['ENVFARM_OWN']}"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert len(episodes(tmp_path)) == 6


def test_an_interrupted_run_keeps_its_episodes_and_releases_its_shards(
    folder: Path, tasks: Path, address: str, second: Node, tmp_path: Path
) -> None:
    command = ("play", tasks, "--policy", "replay", "--trials", 500, "--engine", "ray", "--ray-address", address)
    playing = begun(folder, *command, "--out", tmp_path)
    wait_for_lines(tmp_path / "episodes.jsonl", 20, playing)
    playing.send_signal(signal.SIGINT)
    stderr = playing.communicate(timeout=PATIENCE_S)[1]

    assert playing.returncode == 130, stderr
    assert stderr.splitlines()[-1] == "interrupted"
    assert len(episodes(tmp_path)) >= 20
    deadline = time.monotonic() + PATIENCE_S
    while any("-m envkit" in command for command in holders_of(second.mark).values()):
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("127.0.0.1:1", "error: no Ray cluster lets us in at 127.0.0.1:1: "),
        ("nowhere", "error: nowhere: expected HOST:PORT or auto; run on a node of the cluster"),
        ("ray://127.0.0.1:1", "error: ray://127.0.0.1:1: expected HOST:PORT or auto; run on a node of the cluster"),
    ],
)
def test_a_cluster_that_is_not_there_is_a_complaint(
    address: str, sentence: str, folder: Path, tasks: Path, tmp_path: Path
) -> None:
    command = command_of("play", tasks, "--engine", "ray", "--ray-address", address, "--out", tmp_path)
    done = subprocess.run(
        command, env=settings(folder), capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith(sentence)
