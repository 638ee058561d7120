"""Serving: one environment over stdio, or one or many over HTTP in one process."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import socket
import sys
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

import uvicorn
from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings
from pydantic import ValidationError

from envkit.environment import Environment
from envkit.episodes import Capacity, Limits
from envkit.front import Front
from envkit.host import Host
from envkit.hosted import Hosted, LoadError
from envkit.manifest import is_kept, slug_of
from envkit.measures import Measures
from envkit.realism import PROFILES, Realism
from envkit.store import Desk, StoreError

_LOCAL = ("127.0.0.1", "localhost", "[::1]")
_DEFAULTS = Limits()
_WORLDS = Path("worlds")
_BACKLOG = 2048
_GRACE_S = 5
_KEEP_ALIVE_S = 75
"""Longer than clients keep idle connections for, so that it is never the server who hangs up on a request."""


class ServeError(Exception):
    """Serving cannot begin; one sentence says why."""


def main(environment: Environment) -> None:
    """Serve one environment: over stdio, or over HTTP with --http HOST:PORT."""
    parser = _parser(Path(sys.argv[0]).name, f"Serve {environment.manifest.title} as an MCP server.")
    arguments = parser.parse_args()
    _finish(lambda: _serve(arguments, [environment.folder], environment))


def host_main() -> None:
    """Serve every environment found in the folders given."""
    parser = _parser("python -m envkit", "Serve environments over HTTP in one process.")
    parser.add_argument("folders", nargs="+", type=Path, help="environment folders, or folders that hold some")
    arguments = parser.parse_args()
    arguments.http = arguments.http or "127.0.0.1:8080"
    _finish(lambda: _serve(arguments, find_folders(arguments.folders), None))


def find_folders(roots: Iterable[Path]) -> list[Path]:
    """Return the environment folders at or below the roots, by slug; ServeError if there are none or two of a slug.

    Older versions that are kept beside an environment count only where they are named themselves.
    """
    listed = list(roots)
    found = {file.parent.resolve() for root in listed for file in root.rglob("manifest.json") if _is_meant(file, root)}
    if not found:
        raise ServeError(f"no environment (a folder with manifest.json) in {', '.join(map(str, listed))}")
    by_slug: dict[str, Path] = {}
    for folder in sorted(found):
        slug = slug_of(folder)
        if slug in by_slug:
            raise ServeError(f"{folder} and {by_slug[slug]} have the same name; serve one of them")
        by_slug[slug] = folder
    return [by_slug[slug] for slug in sorted(by_slug)]


def _is_meant(file: Path, root: Path) -> bool:
    """Say whether a folder is served: an older version only if it is named itself."""
    return file.parent == root or not is_kept(file.parent)


def make_host(
    folders: Sequence[Path],
    *,
    environment: Environment | None = None,
    worlds: Path | None = None,
    token: str | None = None,
    limits: Limits | None = None,
    allow_hosts: Sequence[str] = (),
    realism: Realism | None = None,
) -> Host:
    """Make the application over those folders; `environment` stands for the only folder if it is loaded already.

    `realism` is the profile of the default worlds.
    """
    capacity, measures = Capacity(limits or Limits()), Measures()
    desk = Desk(capacity.limits.world_bytes)
    hosted = [_host_one(folder, capacity, desk, worlds, measures, environment, realism) for folder in folders]
    return Host(hosted, capacity, measures, security(allow_hosts), token)


def _host_one(
    folder: Path,
    capacity: Capacity,
    desk: Desk,
    worlds: Path | None,
    measures: Measures,
    loaded: Environment | None,
    realism: Realism | None,
) -> Hosted:
    try:
        return Hosted(folder, capacity, desk, worlds, measures.of(folder.name), loaded, realism)
    except OSError as error:
        raise ServeError(f"{folder}/manifest.json: cannot be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise ServeError(f"{folder}/manifest.json: {where}: {first['msg']}; emit the environment again") from error


def security(allow_hosts: Sequence[str]) -> TransportSecuritySettings:
    """Accept requests addressed to this machine or to the hosts named; `*` accepts any."""
    if "*" in allow_hosts:
        return TransportSecuritySettings(enable_dns_rebinding_protection=False)
    names = [*_LOCAL, *allow_hosts]
    hosts = [form for name in names for form in (name, f"{name}:*")]
    origins = [f"{scheme}://{host}" for host in hosts for scheme in ("http", "https")]
    return TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins)


def _parser(program: str, description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=program, description=description)
    parser.add_argument("--http", metavar="HOST:PORT", help="serve over HTTP; port 0 takes a free one")
    parser.add_argument(
        "--worlds",
        type=Path,
        metavar="DIR",
        help="keep the default world in a file in DIR (default over HTTP: ./worlds; over stdio: in memory)",
    )
    parser.add_argument("--ephemeral", action="store_true", help="keep the default world in memory only")
    parser.add_argument("--token", help="bearer token that guards the control plane and the default world")
    parser.add_argument("--allow-host", action="append", default=[], metavar="HOST", help="accept this Host header too")
    parser.add_argument("--max-episodes", type=int, default=_DEFAULTS.episodes, metavar="N")
    parser.add_argument(
        "--max-bytes", type=int, default=_DEFAULTS.held_bytes, metavar="N", help="of all worlds together"
    )
    parser.add_argument(
        "--ttl", type=float, default=_DEFAULTS.idle_s, metavar="S", help="idle seconds an episode lives"
    )
    parser.add_argument("--realism", choices=[*PROFILES], help="the profile of the default world")
    parser.add_argument("--until-eof", action="store_true", help="stop when standard input closes, as its parent dies")
    return parser


def _finish(serve: object) -> None:
    assert callable(serve)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        serve()
    except (ServeError, LoadError, StoreError) as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201  # the command's own complaint
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


def _serve(arguments: argparse.Namespace, folders: Sequence[Path], environment: Environment | None) -> None:
    over_http = arguments.http is not None
    worlds = None if arguments.ephemeral else arguments.worlds or (_WORLDS if over_http else None)
    limits = Limits(episodes=arguments.max_episodes, held_bytes=arguments.max_bytes, idle_s=arguments.ttl)
    host = make_host(
        folders,
        environment=environment,
        worlds=worlds,
        token=arguments.token,
        limits=limits,
        allow_hosts=arguments.allow_host,
        realism=PROFILES[arguments.realism] if arguments.realism else None,
    )
    if over_http:
        serve_http(host, listen(arguments.http), until_eof=arguments.until_eof)
    else:
        asyncio.run(_serve_stdio(next(iter(host.environments.values()))))


async def _serve_stdio(hosted: Hosted) -> None:
    server = hosted.server
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())
    hosted.close()


def listen(address: str) -> socket.socket:
    """Listen on HOST:PORT; ServeError if that is no such thing or cannot be had."""
    name, _, port = address.rpartition(":")
    if not name or not port.isdecimal() or int(port) > 65_535:
        raise ServeError(f"--http expects HOST:PORT, e.g. 127.0.0.1:8080; got {address!r}")
    family = socket.AF_INET6 if ":" in name else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((name.strip("[]"), int(port)))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise ServeError(f"cannot listen on {address}: {error.strerror}; choose another port") from error
    return listener


def serve_http(host: Host, listener: socket.socket, *, until_eof: bool = False) -> None:
    """Serve until the process is told to stop; the line that says where goes to standard error."""
    name, port = listener.getsockname()[:2]
    shown = f"[{name}]" if ":" in name else name
    config = uvicorn.Config(
        host,
        log_level="warning",
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=_GRACE_S,
        timeout_keep_alive=_KEEP_ALIVE_S,
        http=Front,
        proxy_headers=False,
        loop="uvloop" if sys.platform != "win32" else "asyncio",
    )
    server = _Announcing(config, f"serving {len(host.environments)} environments at http://{shown}:{port}")
    if until_eof:
        threading.Thread(target=server.stop_at_eof, daemon=True).start()
    server.run(sockets=[listener])


class _Announcing(uvicorn.Server):
    """A server that says where it listens once it does, and tunes the collector for its long life."""

    def __init__(self, config: uvicorn.Config, line: str) -> None:
        super().__init__(config)
        self._line = line

    def stop_at_eof(self) -> None:
        """Wait for the end of standard input, then stop."""
        while os.read(sys.stdin.fileno(), 1024):
            pass
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, then say so."""
        await super().startup(sockets)
        # What start-up made stays: keeping it out of collections doubles the calls a second (see docs/serving.md).
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        print(self._line, file=sys.stderr, flush=True)  # noqa: T201  # the line callers wait for
