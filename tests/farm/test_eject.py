import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from farm.eject import REQUIREMENTS, EjectError, eject, standalone
from farm.link import connect_stdio

ROOT = Path(__file__).parents[2]


def inline_metadata(source: str) -> dict[str, object]:
    """Read inline script metadata as PEP 723 says."""
    found = re.search(r"(?m)^# /// script$\s(?P<content>(^#(| .*)$\s)+)^# ///$", source)
    assert found is not None
    return tomllib.loads("".join(line[2:] + "\n" for line in found["content"].splitlines()))


def test_the_requirements_are_those_of_envkit() -> None:
    project = tomllib.loads((ROOT / "envkit" / "pyproject.toml").read_text("utf-8"))

    assert list(REQUIREMENTS) == project["project"]["dependencies"]


async def test_an_ejected_server_runs_on_the_kit_beside_it(tiny_air: Path, tmp_path: Path) -> None:
    eject(tiny_air, tmp_path / "out")

    server = tmp_path / "out" / "server.py"
    async with connect_stdio(sys.executable, [str(server)], cwd=tmp_path) as link:
        assert (await link.call("get_flight", {"flight_id": "flt_s49s2t"})).code is None


def test_the_kit_beside_the_server_comes_before_an_installed_one(tiny_air: Path, tmp_path: Path) -> None:
    eject(tiny_air, tmp_path)

    script = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import envkit; print(envkit.__file__)"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert Path(found.stdout.strip()) == tmp_path / "envkit" / "__init__.py"


def test_an_ejected_folder_holds_all_it_takes(tiny_air: Path, tmp_path: Path) -> None:
    written = {path.relative_to(tmp_path).as_posix() for path in eject(tiny_air, tmp_path)}

    assert {"server.py", "manifest.json", "schema.sql", "seed.jsonl"} <= written
    assert {"envkit/__init__.py", "envkit/serve.py", "requirements.txt", "README.md", "mcp.json"} <= written
    assert not any("__pycache__" in name for name in written)


def test_what_is_hidden_in_a_folder_stays_there(tiny_air: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_air, tmp_path / "tiny_air")
    (folder / ".lock.json").write_text("{}")

    assert ".lock.json" not in {path.name for path in eject(folder, tmp_path / "out")}


def test_an_ejected_server_names_its_requirements_for_uv(tiny_air: Path, tmp_path: Path) -> None:
    eject(tiny_air, tmp_path)

    metadata = inline_metadata((tmp_path / "server.py").read_text("utf-8"))
    assert metadata == {"requires-python": ">=3.11", "dependencies": list(REQUIREMENTS)}
    assert (tmp_path / "requirements.txt").read_text("utf-8").splitlines() == list(REQUIREMENTS)


def test_an_ejected_configuration_starts_the_server(tiny_air: Path, tmp_path: Path) -> None:
    eject(tiny_air, tmp_path)

    config = json.loads((tmp_path / "mcp.json").read_text("utf-8"))
    assert config == {"mcpServers": {"tiny_air": {"command": "uv", "args": ["run", str(tmp_path / "server.py")]}}}


def test_the_readme_is_kept_and_continued(tiny_air: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tiny_air"
    folder.mkdir()
    for file in tiny_air.iterdir():
        if file.is_file():
            (folder / file.name).write_bytes(file.read_bytes())
    (folder / "README.md").write_text("# Tiny Air\n\nSmall.\n", "utf-8")

    eject(folder, tmp_path / "out")

    readme = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert readme.startswith("# Tiny Air\n\nSmall.\n\n## This copy stands alone\n")
    assert "http://127.0.0.1:8080/tiny_air/mcp" in readme


@pytest.mark.parametrize("opening", ["", "#!/usr/bin/env python\n"])
def test_the_rest_of_the_source_stays_as_it_is(opening: str) -> None:
    header = '# /// script\n# dependencies = ["envkit"]\n# ///\n'

    source = standalone(opening + header + '"""Doc."""\nx = 1\n')

    assert source.startswith(opening + "# /// script\n")
    assert source.endswith('# ///\n"""Doc."""\nx = 1\n')
    assert ast.get_docstring(ast.parse(source)) == "Doc."


def test_a_source_without_a_header_gets_one() -> None:
    assert standalone("x = 1\n").endswith("# ///\nx = 1\n")


def test_a_target_that_is_not_empty_is_refused(tiny_air: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()

    with pytest.raises(EjectError, match="is not empty; name a folder that is new or empty"):
        eject(tiny_air, tmp_path)
    with pytest.raises(EjectError, match="is a file"):
        eject(tiny_air, tmp_path / "mine.txt")


def test_a_folder_that_is_no_environment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EjectError, match=r"has no server\.py"):
        eject(tmp_path, tmp_path / "out")
