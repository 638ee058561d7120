"""Shows that a seed decides everything: two machines' worth of difference, equal bytes."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parent for path in (ROOT / "servers").glob("*/*/manifest.json"))
TASKS = 8

MACHINES = (
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    {
        "PYTHONHASHSEED": "4711",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "PYTHONUTF8": "0",  # with LC_ALL=C and no coercion, text is ASCII wherever a program forgets to say otherwise
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONOPTIMIZE": "1",
    },
)


def on(machine: int, command: Sequence[str], tmp_path: Path) -> str:
    """Run a program as on one of the two machines, each in a folder of its own; return what it printed."""
    cwd = tmp_path / ("here", "a folder with blanks")[machine]
    cwd.mkdir(exist_ok=True)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "ENVFARM_"))}
    env = {**clean, "PYTHONPATH": str(ROOT), "HOME": str(cwd), **MACHINES[machine]}
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, encoding="utf-8", timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_a_seed_gives_one_transcript_on_any_machine(tmp_path: Path):
    command = [sys.executable, "-m", "tests.proofs.transcript", *map(str, FOLDERS)]

    first, second = (on(machine, command, tmp_path).splitlines() for machine in (0, 1))

    assert len([line for line in first if "seed" in json.loads(line)]) == 2 * len(FOLDERS)
    assert first == second


@pytest.mark.slow
def test_a_seed_gives_one_tasks_file_on_any_machine(tmp_path: Path):
    command = [str(Path(sys.executable).parent / "envfarm"), "sample", "--tasks", str(TASKS), "--seed", "5", "--out"]

    files = []
    for machine in (0, 1):
        out = tmp_path / f"run{machine}"
        on(machine, [*command, str(out)], tmp_path)
        files.append((out / "tasks.jsonl").read_bytes())

    assert files[0].count(b"\n") == TASKS
    assert files[0] == files[1]
