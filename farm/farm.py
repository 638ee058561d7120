"""The farm: environments up in a process of ours or somebody else's, and sessions opened in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from envkit.realism import Realism
from farm.control import Control, Held, Hosted, open_all
from farm.errors import UnknownNameError
from farm.http import Http
from farm.launch import Host, HostProcess, launch
from farm.lean import LeanLines
from farm.line import Lines
from farm.link import Links
from farm.session import Session, Shared


class Farm:
    """Environments that are up; an async context manager.

    A launched farm ends its process on the way out; an attached one is left as it is. Either closes its sessions.
    """

    def __init__(
        self, url: str, host: Host | None, *, token: str | None, timeout_s: float, ready_s: float, is_lean: bool
    ) -> None:
        self.url = url
        self.hosted: tuple[Hosted, ...] = ()
        self._host = host
        self._ready_s = ready_s
        self._timeout_s = timeout_s
        self.token = token
        self._is_lean = is_lean
        self._http = Http(token)
        self._process: HostProcess | None = None
        self._shared: Shared | None = None

    @classmethod
    def launch(
        cls,
        folders: Sequence[Path],
        *,
        token: str | None = None,
        worlds: Path | None = None,
        port: int = 0,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        log: Path | None = None,
        arguments: Sequence[str] = (),
        ready_s: float = 60.0,
        timeout_s: float = 30.0,
        lean: bool = False,
    ) -> Farm:
        """Make a farm that starts one host process over the folders (or folders of folders) when entered.

        Options as in `launch.Host`. `timeout_s` bounds each control call, and each tool call that says nothing else.
        `lean`: sessions speak over `lean.LeanLine`, not the official client.
        """
        host = Host(tuple(folders), port, "127.0.0.1", worlds, token, env or {}, cwd, log, arguments)
        return cls("", host, token=token, timeout_s=timeout_s, ready_s=ready_s, is_lean=lean)

    @classmethod
    def attach(cls, url: str, *, token: str | None = None, timeout_s: float = 30.0, lean: bool = False) -> Farm:
        """Make a farm over hosts that are up already, at their common URL; options as for `launch`."""
        return cls(url.rstrip("/"), None, token=token, timeout_s=timeout_s, ready_s=0.0, is_lean=lean)

    def scout(self) -> Farm:
        """Make a second farm over the same hosts, whose sessions speak over the lean client."""
        return Farm.attach(self.url, token=self.token, timeout_s=self._timeout_s, lean=True)

    async def __aenter__(self) -> Self:
        try:
            if self._host is not None:
                self._process = await launch(self._host, ready_s=self._ready_s)
                self.url = self._process.url
            await self._http.__aenter__()
            control = Control(self._http, self.url, timeout_s=self._timeout_s)
            self._shared = Shared(control, self._lines_anew(), {}, set(), self._timeout_s)
            self.hosted = await control.environments()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def environments(self) -> tuple[str, ...]:
        """The slugs of the environments, in the farm's order."""
        return tuple(each.slug for each in self.hosted)

    @property
    def pid(self) -> int | None:
        """The id of the host process, if this farm started one."""
        return None if self._process is None else self._process.pid

    async def open(
        self,
        environments: Sequence[str],
        *,
        seed: int = 0,
        snapshots: Mapping[str, str] | None = None,
        ttl_s: float | None = None,
        realism: Realism | None = None,
    ) -> Session:
        """Open a session: a private world in each environment, all or none.

        A world begins at `seed`, or at the stored snapshot that `snapshots` names for its environment. It ends with
        the session, or after `ttl_s` seconds in which nobody used it (None: the host's default). `realism` is its
        profile: whether calls fail, are limited, are answered late.
        """
        names = tuple(dict.fromkeys(environments))
        for name in names:
            self._require(name)
        control, kept = self._open.control, snapshots or {}
        openings = [
            partial(control.open, name, seed=seed, snapshot=kept.get(name), ttl_s=ttl_s, realism=realism)
            for name in names
        ]
        return Session(await open_all(openings, control), self._open)

    async def capacity(self) -> Held:
        """Return what the farm holds now."""
        return await self._open.control.held()

    async def upload(self, environment: str, image: bytes) -> str:
        """Store a world's image; the snapshot's id serves `open`, `Session.restore` and `Session.diff`."""
        self._require(environment)
        return await self._open.control.upload(environment, image)

    async def download(self, environment: str, snapshot: str) -> bytes:
        """Return the image of a stored snapshot."""
        self._require(environment)
        return await self._open.control.download(environment, snapshot)

    async def forget(self, environment: str, snapshot: str) -> None:
        """Delete a stored snapshot."""
        self._require(environment)
        await self._open.control.forget(environment, snapshot)

    async def close(self) -> None:
        """Close the sessions still open, then end the host process if this farm started it."""
        try:
            if self._shared is not None:
                for session in tuple(self._shared.sessions):
                    await session.close()
                await self._shared.lines.close()
            await self._http.close()
        finally:
            if self._process is not None:
                await self._process.stop()
                self._process = None

    def _lines_anew(self) -> Lines:
        if self._is_lean:
            return LeanLines(self._http, timeout_s=self._timeout_s)
        return Links(self.token, timeout_s=self._timeout_s)

    @property
    def _open(self) -> Shared:
        assert self._shared is not None, "enter the farm first: `async with Farm.launch(...) as farm`"
        return self._shared

    def _require(self, environment: str) -> None:
        if environment not in self.environments:
            known = ", ".join(self.environments)
            raise UnknownNameError(f"{self.url} hosts no environment {environment!r}; it hosts {known}")
