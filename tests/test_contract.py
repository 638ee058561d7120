"""The emitted folder is the contract: everything after `generator` works where `generator` does not exist."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("farm", "chat", "registry", "sampler", "rollouts", "evaluation")
EMITTED = ROOT / "servers" / "office" / "google_tasks"
WRITTEN_BY_HAND = ROOT / "tests" / "registry" / "environments" / "office" / "tiny_notes"

SAMPLE_AND_PLAY = """
import asyncio, importlib.util, json, sys
from pathlib import Path

from evaluation.metrics import measure
from farm import Farm
from registry.entry import entry
from rollouts.batch import play_all
from rollouts.lineup import line_up
from sampler.sample import Order, sample


async def main(folder: Path, out: Path) -> None:
    async with Farm.launch([folder]) as farm:
        sampled = await sample([folder], farm, Order(2, 3), out / "tasks.jsonl")
        policies = line_up(("replay", "null"), sampled.tasks)
        episodes = await play_all(sampled.tasks, policies, farm, trials=1, out=out, concurrency=2, seed=0)
    metrics = measure(episodes, sampled.tasks, ("replay", "null"), trials=1, seed=0)
    print(json.dumps({each.policy: each.reward.value for each in metrics.policies}))


assert importlib.util.find_spec("generator") is None
asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
"""

ADMIT = """
import asyncio, importlib.util, json, sys
from datetime import UTC, datetime
from pathlib import Path

from registry.admit import admit
from registry.entry import entry
from registry.ledger import Ledger


async def main(folder: Path, out: Path) -> None:
    async with Ledger.open(f"sqlite+aiosqlite:///{out / 'ledger.db'}", lambda: datetime.now(UTC)) as ledger:
        await admit(folder, ledger=ledger, progress=lambda *_: None)
    print(json.dumps(entry(folder).status))


assert importlib.util.find_spec("generator") is None
asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a folder that holds the packages after the generator, and no generator."""
    skip = shutil.ignore_patterns("__pycache__")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / "home" / package, ignore=skip)
    shutil.copytree(ROOT / "envkit" / "src" / "envkit", tmp_path / "home" / "envkit", ignore=skip)
    return tmp_path / "home"


def ran(program: str, environment: Path, home: Path) -> object:
    """Run a program from the copied packages alone on a copy of an environment; return what it printed."""
    folder = home / "servers" / environment.parent.name / environment.name
    shutil.copytree(environment, folder, ignore=shutil.ignore_patterns("__pycache__"))
    # -S leaves out the .pth files by which an editable install would find this very project.
    path = os.pathsep.join([str(home), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")])
    command = [sys.executable, "-S", "-c", program, str(folder), str(home.parent)]
    env = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(command, cwd=home.parent, env=env, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_tasks_are_sampled_played_and_measured_without_the_generator(home: Path):
    assert ran(SAMPLE_AND_PLAY, EMITTED, home) == {"replay": 1.0, "null": 0.0}


def test_a_server_written_by_hand_is_admitted_without_the_generator(home: Path):
    assert ran(ADMIT, WRITTEN_BY_HAND, home) == "admitted"
