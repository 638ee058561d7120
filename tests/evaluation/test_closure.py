import subprocess
import sys
from pathlib import Path

from evaluation.closure import closure


def test_the_modules_run_where_nothing_else_of_ours_is(tmp_path: Path) -> None:
    for path, text in closure("evaluation.harbor.verify").items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)

    command = [sys.executable, "-c", "import evaluation.harbor.verify, sys; print(sys.modules['rollouts'].__file__)"]
    ran = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == str(tmp_path / "rollouts" / "__init__.py")


def test_faces_of_packages_stay_behind() -> None:
    texts = closure("evaluation.harbor.verify")

    assert {text for path, text in texts.items() if path.endswith("__init__.py")} == {""}
    assert not [path for path in texts if path.startswith(("farm/", "generator/", "cli/", "registry/checks"))]
