"""A project with one admitted environment, tasks sampled from it, a farm that hosts it, and ways to run commands."""

import asyncio
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from farm.launch import Host, HostProcess, launch
from registry.ledger import Ledger, Run

COMMAND = str(Path(sys.executable).parent / "envfarm")
PATIENCE_S = 60
DEMO_S = 300
LENDING = Path(__file__).parents[1] / "golden" / "lending" / "blueprint.yaml"

Envfarm = Callable[..., Result]


def invoke(*arguments: object, **variables: str) -> Result:
    """Run a command in this process; stdout and stderr come apart."""
    return CliRunner(env=variables).invoke(main, [str(each) for each in arguments], prog_name="envfarm")


def runs_of(url: str, kind: str) -> tuple[Run, ...]:
    """Read the runs of a kind from a ledger, the newest first."""

    async def read() -> tuple[Run, ...]:
        async with Ledger.open(url, lambda: datetime.now(UTC)) as ledger:
            return await ledger.runs(kind)

    return asyncio.run(read())


def clean(folder: Path, target: Path) -> Path:
    """Copy an environment folder without what Python left in it."""
    shutil.copytree(folder, target, ignore=shutil.ignore_patterns("__pycache__"))
    return target


def tamper(folder: Path) -> None:
    """Change a server after its admission, so that it still runs."""
    with (folder / "server.py").open("a", encoding="utf-8") as server:
        server.write("\n# changed\n")


@pytest.fixture(scope="session", autouse=True)
def _settings_of_nobody() -> Iterator[None]:
    """Take away what the machine's own settings say."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("ENVFARM_")]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def verification(tiny_air_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """Verify tiny_air in a project of its own; return the project and what the command said."""
    project = tmp_path_factory.mktemp("project")
    clean(tiny_air_folder, project / "servers" / "travel" / "tiny_air")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        return project, invoke("verify", "tiny_air", "--json")


@pytest.fixture(scope="session")
def host(verification: tuple[Path, Result]) -> Iterator[HostProcess]:
    process = asyncio.run(launch(Host((verification[0] / "servers",))))
    yield process
    asyncio.run(process.stop())


@pytest.fixture(scope="session")
def sampling(
    verification: tuple[Path, Result], host: HostProcess, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Result]:
    """Sample three tasks in the project; return their folder and what the command said."""
    out = tmp_path_factory.mktemp("sample")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(verification[0])
        return out, invoke("sample", "--tasks", 3, "--out", out, "--json", ENVFARM_FARM=host.url)


@pytest.fixture
def project(verification: tuple[Path, Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a copy of the project: servers/travel/tiny_air, admitted, and nothing else."""
    shutil.copytree(verification[0] / "servers", tmp_path / "servers")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def tiny_air(project: Path) -> Path:
    return project / "servers" / "travel" / "tiny_air"


@pytest.fixture
def tasks(sampling: tuple[Path, Result], project: Path) -> Path:
    """The folder of three tasks, to be played in the project."""
    return Path(shutil.copytree(sampling[0], project / "tasks"))


@pytest.fixture
def envfarm(host: HostProcess) -> Envfarm:
    """Return what runs a command against the farm that is up."""

    def run(*arguments: object, **variables: str) -> Result:
        return invoke(*arguments, **{"ENVFARM_FARM": host.url, **variables})

    return run


def in_shell(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a shell would, with no terminal at either end."""
    return subprocess.run(
        [COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=DEMO_S,
        env={**os.environ, **variables},
        check=False,
    )


class Watched:
    """A command at work whose stderr is a terminal, in a process group of its own as a shell starts it."""

    def __init__(self, *arguments: object, **variables: str) -> None:
        self._screen, screen_of_child = pty.openpty()
        termios.tcsetwinsize(screen_of_child, (24, 100))  # a bar is drawn only where there is room
        self._process = subprocess.Popen(
            [COMMAND, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=screen_of_child,
            bufsize=0,
            env={**os.environ, **variables},
            start_new_session=True,
        )
        os.close(screen_of_child)
        self.seen = b""

    def until(self, text: bytes) -> None:
        """Read the terminal until it shows a text."""
        while text not in self.seen:
            more = self._read()
            assert more, f"{text!r} was never shown: {self.seen!r}"

    def first_line(self) -> bytes:
        """Read a line of stdout."""
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the whole group, as a terminal does."""
        os.killpg(self._process.pid, number)

    def end(self) -> int:
        """Read to the end, and return the exit status."""
        while self._read():
            pass
        os.close(self._screen)
        try:
            self.stdout, _ = self._process.communicate(timeout=PATIENCE_S)
        finally:
            self._process.kill()
        return self._process.returncode

    def _read(self) -> bytes:
        if not select.select([self._screen], [], [], PATIENCE_S)[0]:
            os.killpg(self._process.pid, signal.SIGKILL)
            raise TimeoutError(f"nothing new within {PATIENCE_S} s after {self.seen!r}")
        try:
            more = os.read(self._screen, 4096)
        except OSError:  # how Linux says that nobody holds the other end any more
            return b""
        self.seen += more
        return more

    @property
    def sentences(self) -> list[str]:
        """What stays on the terminal once bars are gone."""
        text = self.seen.decode().replace("\x1b[A", "")
        return [line.rsplit("\r", 1)[-1].strip() for line in text.replace("\r\n", "\n").split("\n") if line.strip()]


def holders_of(mark: str) -> dict[int, str]:
    """Return the command lines, by process id, of processes that have this text among their environment variables."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "environ").read_bytes():
                found[int(process.name)] = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found
