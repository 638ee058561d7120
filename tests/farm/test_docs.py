import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "serving.md"
PROGRAMS = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("program", PROGRAMS, ids=["session", "eject"])
def test_the_programs_on_the_page_run(program: str, tiny_air: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_air, tmp_path / "servers" / "travel" / "tiny_air")

    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert "tiny_air" in ran.stdout or "server.py" in ran.stdout
