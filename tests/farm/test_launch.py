import asyncio
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from farm.errors import LaunchError
from farm.farm import Farm
from farm.http import Http
from farm.launch import Host, HostProcess, launch

PATIENCE_S = 20


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Record every process that is started from here on."""
    processes: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen.__init__

    def recording(self: subprocess.Popen[bytes], *args: object, **options: object) -> None:
        start(self, *args, **options)
        processes.append(self)

    monkeypatch.setattr(subprocess.Popen, "__init__", recording)
    return processes


def has_ended(pid: int) -> bool:
    """Wait for a process that is not a child of ours; False if it outlives our patience."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], PATIENCE_S)[0])
    finally:
        os.close(handle)


async def test_a_host_says_where_it_serves_and_ends_when_told(folders: Path, tmp_path: Path) -> None:
    log = tmp_path / "host.log"

    process = await launch(Host((folders,), log=log))
    url, is_up = process.url, process.is_running
    await process.stop()

    assert is_up
    assert url.startswith("http://127.0.0.1:")
    assert f"serving 2 environments at {url}" in log.read_text("utf-8")
    assert not process.is_running


async def test_a_host_that_cannot_begin_says_why(tmp_path: Path) -> None:
    with pytest.raises(LaunchError, match=r"ended with status 2: .*no environment"):
        await launch(Host((tmp_path,)))


async def test_a_port_in_use_is_one_sentence(folders: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(LaunchError, match=rf"cannot listen on 127\.0\.0\.1:{port}: Address already in use"):
            await launch(Host((folders,), port=port))


async def test_a_host_too_slow_to_start_is_ended(folders: Path, started: list[subprocess.Popen[bytes]]) -> None:
    with pytest.raises(LaunchError, match=r"not ready within 0\.05 s"):
        await launch(Host((folders,)), ready_s=0.05)

    assert [process.returncode is None for process in started] == [False]


async def test_a_cancelled_launch_leaves_no_process(folders: Path, started: list[subprocess.Popen[bytes]]) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await launch(Host((folders,)))

    assert [process.returncode is None for process in started] == [False]


def test_a_host_that_will_not_end_is_killed(tmp_path: Path) -> None:
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print('here', flush=True); time.sleep(60)"
    with (tmp_path / "log").open("w+b") as log:
        child = subprocess.Popen([sys.executable, "-c", stubborn], stdout=subprocess.PIPE, stderr=log)
        assert child.stdout is not None
        child.stdout.readline()
        child.stdout.close()

        asyncio.run(HostProcess(child, log).stop(grace_s=0.05))

    assert child.returncode == -signal.SIGKILL


def test_a_parent_that_is_killed_takes_its_host_along(folders: Path) -> None:
    parent = f"""
import asyncio, os, pathlib, signal
from farm.launch import Host, launch
print(asyncio.run(launch(Host((pathlib.Path({str(folders)!r}),)))).pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    ran = subprocess.run([sys.executable, "-c", parent], capture_output=True, timeout=PATIENCE_S, check=False)

    assert ran.returncode == -signal.SIGKILL
    assert has_ended(int(ran.stdout))


async def test_the_child_sees_the_environment_and_folder_it_was_given(folders: Path, tmp_path: Path) -> None:
    env = {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}

    async with Farm.launch([folders], env=env, cwd=tmp_path) as farm:
        proc = Path(f"/proc/{farm.pid}")
        seen = dict(line.split("=", 1) for line in (proc / "environ").read_text("utf-8").split("\0") if line)

        assert {name: seen[name] for name in env} == env
        assert (proc / "cwd").resolve() == tmp_path


async def test_a_durable_default_world_outlives_its_host(folders: Path, tmp_path: Path) -> None:
    async with Farm.launch([folders / "tiny_air"], worlds=tmp_path / "worlds") as farm:
        assert farm.environments == ("tiny_air",)
        async with Http(None) as http:
            await http.send("GET", f"{farm.url}/tiny_air/episodes/default", timeout_s=5)

    assert [file.suffix for file in (tmp_path / "worlds").iterdir()] == [".sqlite"]
