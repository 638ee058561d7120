"""One environment hosted in a process: loaded when first used, with its worlds and its MCP endpoint."""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.requests import Request

from envkit.calls import Json, JsonObject
from envkit.environment import Answer, Environment
from envkit.episodes import DEFAULT, Capacity, Episode, Episodes
from envkit.errors import INTERNAL, STORAGE_FULL
from envkit.manifest import Manifest, read_manifest
from envkit.measures import EnvironmentMeasures
from envkit.protocol import mcp_server
from envkit.realism import Realism
from envkit.replies import Reply, key_trouble, mark_of
from envkit.store import Desk, FileStore, ImageStore, Store
from envkit.tool import Tool
from envkit.weather import linger

EPISODE = "envkit.episode"
"""The key under which a request's scope carries its episode."""


Watch = Callable[[Episode, str, JsonObject, Answer], None]
"""Hears of a call: in which episode, the tool, its arguments and what it was answered."""


class LoadError(Exception):
    """A folder is not an environment that can be served; one sentence says why."""


def load(folder: Path) -> Environment:
    """Import `server.py` of a folder and return its environment; LoadError if that cannot be done."""
    path = folder / "server.py"
    name = f"envkit_served_{folder.name}_{abs(hash(path))}"
    module_spec = importlib.util.spec_from_file_location(name, path)
    if not path.is_file() or module_spec is None or module_spec.loader is None:
        raise LoadError(f"{folder}: has no server.py; an environment's folder is expected")
    module = importlib.util.module_from_spec(module_spec)
    sys.modules[name] = module
    try:
        module_spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise LoadError(f"{path}: cannot be loaded: {type(error).__name__}: {error}") from error
    environment = getattr(module, "env", None)
    if not isinstance(environment, Environment):
        raise LoadError(f"{path}: defines no `env = Environment(__file__)`")
    return environment


class Hosted:
    """An environment in a process; `worlds` is the folder of the durable default world, None for one in memory.

    `realism` is the profile of the default world; episodes are opened with their own.
    """

    def __init__(
        self,
        folder: Path,
        capacity: Capacity,
        desk: Desk,
        worlds: Path | None,
        measures: EnvironmentMeasures,
        environment: Environment | None = None,
        realism: Realism | None = None,
    ) -> None:
        self.folder = folder
        self.manifest: Manifest = read_manifest(folder) if environment is None else environment.manifest
        self.measures = measures
        self.watch: Watch | None = None
        """Is told of each call that was played, if anybody wants to know."""
        self._capacity, self._desk, self._worlds, self._environment = capacity, desk, worlds, environment
        self._realism = realism

    @cached_property
    def environment(self) -> Environment:
        """The environment, imported on first use."""
        return self._environment or load(self.folder)

    @cached_property
    def episodes(self) -> Episodes:
        """The environment's worlds."""
        return Episodes(
            self.environment, self._shared_store(), self._capacity, self._desk, time.monotonic, self._realism
        )

    def _shared_store(self) -> Store:
        template = self.environment.template(0)
        if self._worlds is None:
            return ImageStore(self._desk, template)
        return FileStore(self._worlds / f"{self.environment.slug}-{self.environment.version_digest}.sqlite", template)

    def manager(self, security: TransportSecuritySettings | None) -> StreamableHTTPSessionManager:
        """Make the MCP endpoint: JSON answers, stateless for the newest revision, sessions for older ones."""
        return StreamableHTTPSessionManager(
            self.server,
            json_response=True,
            security_settings=security,
            max_request_body_size=self._capacity.limits.request_bytes,
        )

    @cached_property
    def server(self) -> Server[Any]:
        """The MCP server."""
        return mcp_server(self.manifest, self._tools, self._call_from)

    def _tools(self) -> dict[str, Tool]:
        return self.environment.tools

    async def _call_from(self, request: Request | None, name: str, arguments: JsonObject, key: Json) -> Answer:
        episode: Episode = self.episodes.get(DEFAULT) if request is None else request.scope[EPISODE]
        answer = self.call(episode, name, arguments, key)
        if episode.weather is not None:
            await linger(episode.weather)
        return answer

    def call(self, episode: Episode, name: str, arguments: JsonObject, key: Json = None) -> Answer:
        """Call a tool in an episode, but once for each `key`: sent again with it, a call is answered as it was."""
        if key is None:
            return self._play(episode, name, arguments)
        trouble = key_trouble(key)
        if trouble is not None:
            return trouble
        mark, key = mark_of(name, arguments), str(key)
        known = episode.replies.known.get(key)
        if known is not None:
            self.measures.called("repeated", 0.0)
            return known.to(mark, key)
        answer = self._play(episode, name, arguments)
        self.episodes.remember(episode, episode.replies.adding(key, Reply(mark, answer)))
        return answer

    def _play(self, episode: Episode, name: str, arguments: JsonObject) -> Answer:
        """Call a tool in an episode, unless its weather refuses it; count it and what the episode now holds."""
        begun = time.perf_counter()
        refusal, page_rows = None, None
        if episode.weather is not None:
            episode.weather, refusal = episode.weather.meet(name)
            page_rows = episode.weather.realism.page_rows
        is_write = not self.environment.tools[name].is_read_only
        if refusal is None and is_write and self._capacity.is_full:
            return Answer(
                code=STORAGE_FULL, sentence="The process holds as many bytes as it may; close episodes first."
            )
        answer = refusal or self.environment.call(episode.store, name, arguments, page_rows)
        if is_write:
            self.episodes.weigh(episode)
        outcome = "ok" if not answer.code else "failed" if answer.code == INTERNAL else "refused"
        self.measures.called(outcome, time.perf_counter() - begun)
        if self.watch is not None:
            self.watch(episode, name, arguments, answer)
        return answer

    @property
    def is_used(self) -> bool:
        """Whether anybody has asked for one of its worlds yet."""
        return "episodes" in self.__dict__

    def close(self) -> None:
        """Let the durable world's file go."""
        if self.is_used:
            self.episodes.close_shared()
