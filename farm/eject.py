"""Eject an environment: its folder and envkit side by side, free of this project."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import envkit
from farm.client_config import Command, client_config
from farm.errors import FarmError

REQUIREMENTS = (
    "mcp>=2.3,<3",
    "pydantic>=2.12,<3",
    "uvicorn>=0.35",
    "uvloop>=0.21; sys_platform != 'win32'",
    "httptools>=0.6",
    "orjson>=3.10",
    "prometheus-client>=0.21",
    "starlette>=0.46",
)
"""What envkit needs from others; a test keeps it equal to envkit's own pyproject.toml."""

HEADER = re.compile(r"\A(#!.*\n)?# /// script\n(?:#.*\n)*?# ///\n")

AFTERWORD = """
## This copy stands alone

`envkit/` beside `server.py` is the kit it runs on, copied; nothing else of the project it came from is needed.

    uv run server.py                              # stdio; uv fetches what the header of server.py names
    pip install -r requirements.txt && python server.py
    python server.py --http 127.0.0.1:8080        # streamable HTTP at http://127.0.0.1:8080/{slug}/mcp

`mcp.json` is the configuration for MCP clients; it names this folder, so change it when the folder moves.
"""


class EjectError(FarmError):
    """An environment could not be ejected to where it was asked to go."""


def eject(folder: Path, target: Path) -> tuple[Path, ...]:
    """Write an environment's files, envkit and what it takes to run them to `target`; return the files written.

    Raises EjectError if the folder is no environment or the target holds something already.
    """
    _check(folder, target)
    target.mkdir(parents=True, exist_ok=True)
    for file in sorted(folder.iterdir()):
        if file.is_file() and not file.name.startswith("."):
            shutil.copyfile(file, target / file.name)
    kit = Path(envkit.__file__).parent
    shutil.copytree(kit, target / "envkit", ignore=shutil.ignore_patterns("__pycache__"))
    _write_rest(target, folder.name)
    return tuple(sorted(path for path in target.rglob("*") if path.is_file()))


def _check(folder: Path, target: Path) -> None:
    for name in ("server.py", "manifest.json"):
        if not (folder / name).is_file():
            raise EjectError(f"{folder}: has no {name}; an environment's folder was expected")
    if target.exists() and not target.is_dir():
        raise EjectError(f"{target}: is a file; name a folder that is new or empty")
    if target.is_dir() and any(target.iterdir()):
        raise EjectError(f"{target}: is not empty; name a folder that is new or empty")


def _write_rest(target: Path, slug: str) -> None:
    server, readme = target / "server.py", target / "README.md"
    server.write_text(standalone(server.read_text("utf-8")), "utf-8")
    (target / "requirements.txt").write_text("\n".join(REQUIREMENTS) + "\n", "utf-8")
    opening = readme.read_text("utf-8") if readme.exists() else f"# {slug}\n"
    readme.write_text(opening + AFTERWORD.format(slug=slug), "utf-8")
    command = Command("uv", ("run", str(server.resolve())))
    (target / "mcp.json").write_text(client_config({slug: command}), "utf-8")


def standalone(source: str) -> str:
    """Return a server's source with its inline metadata naming envkit's requirements instead of envkit."""
    listed = "".join(f'#   "{requirement}",\n' for requirement in REQUIREMENTS)
    header = f'# /// script\n# requires-python = ">=3.11"\n# dependencies = [\n{listed}# ]\n# ///\n'
    found = HEADER.match(source)
    if found is None:
        return header + source
    return (found[1] or "") + header + source[found.end() :]
