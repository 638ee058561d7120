"""The program in docs/exporting.md runs as it stands."""

import re
import subprocess
import sys
from pathlib import Path

from tests.rollouts.export.conftest import Exporting

ROOT = Path(__file__).parents[3]


def test_each_row_scores_its_own_truth(tasks: Path, exporting: Exporting, tmp_path: Path) -> None:
    exporting(tasks, tmp_path / "runs" / "mine" / "dataset", "trl-rl")
    program, _ = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "exporting.md").read_text("utf-8"), re.DOTALL)

    command = [sys.executable, "-W", "error", "-c", program]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

    assert ran.returncode == 0, ran.stderr
