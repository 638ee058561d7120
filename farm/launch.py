"""Start one process that hosts environments over HTTP, and stop it without leaving anything behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from farm.errors import LaunchError
from farm.last_words import last_words

READY = re.compile(r"^serving \d+ environments? at (http://\S+)$", re.MULTILINE)
READY_WITHIN = 1 << 16
POLL_S = 0.02


@dataclass(frozen=True, slots=True)
class Host:
    """How to start a host process.

    `port` 0 takes a free one. `worlds`: where default worlds are kept, None = in memory. `env` goes on top of this
    process's environment. `log` receives what the process says on stderr. `arguments` go to envkit as they are.
    """

    folders: Sequence[Path]
    port: int = 0
    address: str = "127.0.0.1"
    worlds: Path | None = None
    token: str | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    log: Path | None = None
    arguments: Sequence[str] = ()

    def command(self) -> list[str]:
        """Return the command line."""
        keep = ["--ephemeral"] if self.worlds is None else ["--worlds", str(self.worlds.resolve())]
        guard = [] if self.token is None else ["--token", self.token]
        folders = [str(folder.resolve()) for folder in self.folders]
        listen = ["--http", f"{self.address}:{self.port}"]
        # A parent that dies, however, closes the child's standard input, and the child ends.
        return [sys.executable, "-m", "envkit", *folders, *listen, "--until-eof", *keep, *guard, *self.arguments]


class HostProcess:
    """A running host: its address, and the way to end it."""

    def __init__(self, process: subprocess.Popen[bytes], log: IO[bytes]) -> None:
        self._process = process
        self._log = log
        self.url = ""

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def last_words(self) -> str:
        """Return the end of what the process said."""
        return last_words(self._log)

    async def ready(self, ready_s: float) -> None:
        """Wait until it serves; LaunchError with its last words if it ends first or takes longer than `ready_s`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ready_s):
                while self.is_running:
                    if match := READY.search(last_words(self._log, READY_WITHIN)):
                        self.url = match[1]
                        return
                    await asyncio.sleep(POLL_S)
        if self.is_running:
            raise LaunchError(f"the host was not ready within {ready_s:g} s; its last words: {self.last_words()}")
        raise LaunchError(f"the host ended with status {self._process.returncode}: {self.last_words()}")

    async def stop(self, grace_s: float = 10.0) -> None:
        """End the process: ask, wait `grace_s` seconds, then kill; when this returns, or is cancelled, it is gone."""
        if self.is_running:
            self._process.terminate()
        try:
            await asyncio.to_thread(self._process.wait, grace_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
        finally:
            self._bury()

    def _bury(self) -> None:
        if self.is_running:
            self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._log.close()


async def launch(host: Host, *, ready_s: float = 60.0) -> HostProcess:
    """Start a host and wait until it serves; LaunchError says why if it does not."""
    log: IO[bytes] = tempfile.TemporaryFile() if host.log is None else host.log.open("w+b")  # noqa: SIM115
    process = subprocess.Popen(  # noqa: ASYNC220  # starting takes 2 ms; asyncio's own children need a watcher thread
        host.command(),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=log,
        cwd=host.cwd,
        env={**os.environ, **host.env},
        start_new_session=True,  # Ctrl-C is for the caller, who then stops the host in its own order
    )
    started = HostProcess(process, log)
    try:
        await started.ready(ready_s)
    except BaseException:
        await started.stop(grace_s=1.0)
        raise
    return started
