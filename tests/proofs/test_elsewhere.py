"""Shows that an environment runs without this project: ejected, on a path and in a Python that know nothing of it."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import mcp
import pytest
from mcp.client.stdio import StdioServerParameters

ROOT = Path(__file__).parents[2]
SKYLINE = ROOT / "servers" / "travel" / "skyline_air"
INSTALL_S = 300

pytestmark = pytest.mark.slow


def bare() -> dict[str, str]:
    """Return an environment in which no variable leads back to this project."""
    dropped = ("PYTHON", "VIRTUAL_ENV", "ENVFARM_", "UV_PROJECT")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    path = os.pathsep.join(part for part in kept["PATH"].split(os.pathsep) if not part.startswith(str(ROOT)))
    return {**kept, "PATH": path, "PYTHONPATH": "", "PYTHONNOUSERSITE": "1"}


def python_with(folder: Path, *arguments: str) -> Path:
    """Make a virtual environment and install into it with pip; skip if nothing can be fetched."""
    venv.create(folder, with_pip=True, symlinks=True)
    python = folder / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "-q", *arguments]
    done = subprocess.run(command, env=bare(), capture_output=True, text=True, timeout=INSTALL_S, check=False)
    if done.returncode:
        pytest.skip(f"pip could not install {' '.join(arguments)}: {done.stderr.strip()[-200:]}")
    return python


def said_by(python: Path, code: str, cwd: Path) -> str:
    """Run a line of Python and return what it prints."""
    done = subprocess.run(
        [python, "-c", code], env=bare(), cwd=cwd, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip()


@pytest.fixture(scope="module")
def ejected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("far") / "skyline_air"
    command = [str(Path(sys.executable).parent / "envfarm"), "eject", "skyline_air", str(folder)]
    subprocess.run(command, cwd=folder.parent, check=True, capture_output=True, timeout=60)
    return folder


@pytest.fixture(scope="module")
def uv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = shutil.which("uv")
    return Path(found) if found else python_with(tmp_path_factory.mktemp("uv") / "venv", "uv").parent / "uv"


@pytest.fixture(scope="module")
def stranger(ejected: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a Python that has what the ejected folder asks for, and nothing of ours."""
    return python_with(tmp_path_factory.mktemp("stranger") / "venv", "-r", str(ejected / "requirements.txt"))


async def plays(command: Path, *arguments: str, cwd: Path) -> None:
    """Start a server over stdio and let a write be read again."""
    server = StdioServerParameters(command=str(command), args=[*arguments], cwd=cwd, env=bare())
    async with mcp.Client(server, read_timeout_seconds=INSTALL_S) as client:
        found = (await client.call_tool("find_customers", {"limit": 1})).structured_content
        customer = found["items"][0]["id"]
        await client.call_tool("update_contact", {"customer_id": customer, "name": "Far Away"})
        profile = (await client.call_tool("get_customer_profile", {"customer_id": customer})).structured_content

    assert profile["customer"]["name"] == "Far Away"


def test_a_stranger_knows_nothing_of_us(stranger: Path, tmp_path: Path) -> None:
    ours = "('envkit', 'farm', 'registry', 'generator')"

    found = said_by(stranger, f"import importlib.util as u; print([n for n in {ours} if u.find_spec(n)])", tmp_path)

    assert found == "[]"


def test_an_ejected_server_takes_the_kit_beside_it(stranger: Path, ejected: Path, tmp_path: Path) -> None:
    script = f"import sys; sys.path.insert(0, {str(ejected)!r}); import envkit; print(envkit.__file__)"

    assert said_by(stranger, script, tmp_path) == str(ejected / "envkit" / "__init__.py")


async def test_an_ejected_server_runs_in_a_python_that_knows_nothing_of_us(
    stranger: Path, ejected: Path, tmp_path: Path
) -> None:
    await plays(stranger, str(ejected / "server.py"), cwd=tmp_path)


def test_an_ejected_folder_names_no_path_of_the_project(ejected: Path) -> None:
    named = [path.name for path in ejected.rglob("*") if path.is_file() and str(ROOT).encode() in path.read_bytes()]

    assert not named


async def test_uv_runs_an_ejected_server(uv: Path, ejected: Path) -> None:
    await plays(uv, "run", "server.py", cwd=ejected)


async def test_uv_runs_a_server_of_the_project_from_any_directory(uv: Path, tmp_path: Path) -> None:
    await plays(uv, "run", str(SKYLINE / "server.py"), cwd=tmp_path)
