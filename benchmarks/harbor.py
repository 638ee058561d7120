"""Play the truth of tasks in their folders of Harbor, and print what each earns there.

    envfarm harbor TASKS --out FOLDER
    python -m benchmarks.harbor FOLDER

The files stand where a container would have them, below a temporary folder; scripts run as they are, but for places and
the port. Exits with 1 unless each earns 1.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.evaluation.harbor.conftest import container


def main() -> None:
    """Play each folder and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    earned = {task.name: _earned(task) for task in sorted(parser.parse_args().folder.glob("task_*"))}
    for name, reward in earned.items():
        print(f"{name}: {reward}")
    full = sum(reward == 1.0 for reward in earned.values())
    print(f"{full} of {len(earned)} earn 1")
    if not earned or full < len(earned):
        sys.exit(1)


def _earned(task: Path) -> float | None:
    """Return what the truth earns, None where there is no reward."""
    with tempfile.TemporaryDirectory() as root, container(task, Path(root) / "container") as up:
        for number in range(1, len(list((task / "steps").iterdir())) + 1):
            up.turn(number)
        return float(json.loads(up.reward.read_text("utf-8"))["reward"]) if up.reward.is_file() else None


if __name__ == "__main__":
    main()
