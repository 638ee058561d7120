"""Write `compose.yaml`: all environments in one container, or one container each."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from envkit.manifest import is_kept

FIRST_PORT = 8101
HEALTH = "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/health', timeout=2)"

PREAMBLE = f"""\
# Written by farm/compose.py from the folders in servers/; change that, not this file. See docs/serving.md.
#
#   docker compose up                                  every environment in one container, on port 8080
#   docker compose --profile each up --scale farm=0    a container each, on ports {FIRST_PORT} and up
#
# BASE_IMAGE: the image to build on. ENVFARM_BIND, ENVFARM_PORT: where to listen on this machine (127.0.0.1, 8080).
# ENVFARM_ARGS: more arguments for `python -m envkit`, such as "--token SECRET --allow-host farm.example.org".

x-server: &server
  image: ${{ENVFARM_IMAGE:-envfarm-servers}}
  build:
    context: .
    args:
      BASE_IMAGE: ${{BASE_IMAGE:-python:3.11-slim}}
  user: "10001:10001"
  read_only: true
  tmpfs:
    - /tmp
  cap_drop:
    - ALL
  security_opt:
    - no-new-privileges:true
  pids_limit: 256
  restart: unless-stopped
  stop_grace_period: 15s
  healthcheck:
    test: ["CMD", "python", "-c", "{HEALTH}"]
    interval: 10s
    timeout: 5s
    retries: 3
    start_period: 30s

services:
"""

SERVICE = """\
  {name}:
    <<: *server
{profiles}    command: >-
      /app/{path} --http 0.0.0.0:8080 --worlds /data --allow-host {name} ${{ENVFARM_ARGS:-}}
    ports:
      - "${{ENVFARM_BIND:-127.0.0.1}}:{port}:8080"
    volumes:
      - {volume}:/data
"""

VOLUMES = """\

volumes:
  worlds:
  worlds-each:
"""

EACH = """\
    profiles:
      - each
"""


def compose_text(folders: Iterable[PurePosixPath]) -> str:
    """Write the Compose file for environment folders given relative to it, e.g. `servers/travel/skyline_air`.

    The Compose specification without a `version`: read by docker-compose 1.29 and by Compose v2 alike.
    """
    farm = SERVICE.format(name="farm", profiles="", path="servers", port="${ENVFARM_PORT:-8080}", volume="worlds")
    each = (
        SERVICE.format(
            name=folder.name.replace("_", "-"), profiles=EACH, path=folder, port=FIRST_PORT + n, volume="worlds-each"
        )
        for n, folder in enumerate(sorted(folders))
    )
    return PREAMBLE + "\n".join([farm, *each]) + VOLUMES


def server_folders(root: Path) -> tuple[PurePosixPath, ...]:
    """List the environments under `servers/` of a project, relative to it."""
    found = sorted(file for file in root.glob("servers/*/*/manifest.json") if not is_kept(file.parent))
    return tuple(PurePosixPath(file.parent.relative_to(root).as_posix()) for file in found)


def write_compose(root: Path) -> Path:
    """Write `compose.yaml` of a project for the environments it has; return its path."""
    path = root / "compose.yaml"
    path.write_text(compose_text(server_folders(root)), "utf-8")
    return path
