"""What stands for a container of Harbor: its files in folders of the test, its programs in processes of their own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from evaluation.harbor.folder import ANSWERS, PORT, REWARD, WORLD

PATIENCE_S = 30


@pytest.fixture
def folders(environments: Path) -> dict[str, Path]:
    return {folder.name: folder for folder in environments.iterdir()}


@dataclass(frozen=True)
class Container:
    """What stands at a container's places, below `root`, and the port that its worlds are served at."""

    task: Path
    root: Path
    port: int

    @property
    def answers(self) -> Path:
        return self.root / "app"

    @property
    def reward(self) -> Path:
        return self.root / "logs" / "verifier" / "reward.json"

    def turn(self, number: int, *, solves: bool = True) -> subprocess.CompletedProcess[str]:
        """Solve a turn, unless it is let be, and score it."""
        step = self.task / "steps" / f"turn-{number}"
        for source in (self.task / "tests", step / "tests", step / "solution"):
            shutil.copytree(source, self.root / source.name, dirs_exist_ok=True)
        if solves:
            solved = self.run("solution/solve.sh")
            assert solved.returncode == 0, solved.stderr
        return self.run("tests/test.sh")

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run a script of the task as the container would, with nothing of ours on the path but what it brings."""
        found = self.root / script
        places = {f"127.0.0.1:{PORT}": f"127.0.0.1:{self.port}", ANSWERS: str(self.answers), REWARD: str(self.reward)}
        places |= {name: f"{self.root}{name}" for name in (WORLD, "/tests/", "/solution/")}
        text = found.read_text()
        self.answers.mkdir(exist_ok=True)
        for place, here in places.items():
            text = text.replace(place, here)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "ENVFARM"))}
        kept["PATH"] = f"{Path(sys.executable).parent}:{kept['PATH']}"
        command = ["sh", "-c", text]
        return subprocess.run(
            command, cwd=self.root, env=kept, capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )


@contextmanager
def container(task: Path, root: Path) -> Iterator[Container]:
    """Put the files of a task where its container has them, and serve its worlds until the block ends."""
    shutil.copytree(task / "environment" / "world", root / "opt" / "world")
    with socket.create_server(("127.0.0.1", 0)) as free:
        up = Container(task, root, free.getsockname()[1])
    started = up.run("opt/world/start.sh")
    assert started.returncode == 0, started.stderr
    try:
        yield up
    finally:
        stop(int((root / "opt" / "world" / "seat.pid").read_text()))


def stop(pid: int) -> None:
    """End the process that serves the worlds, and wait until it is gone."""
    os.kill(pid, signal.SIGTERM)
    ends = time.monotonic() + PATIENCE_S
    while is_running(pid):
        assert time.monotonic() < ends, f"{pid} does not end"
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
