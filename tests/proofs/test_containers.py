"""Shows that the committed compose.yaml serves: healthy containers, clients from outside, worlds that outlive them."""

import asyncio
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import fastmcp
import pytest

from envkit.calls import ToolCall
from farm.compose import FIRST_PORT, server_folders
from farm.farm import Farm
from farm.link import connect_url

ROOT = Path(__file__).parents[2]
SLUGS = [folder.name for folder in server_folders(ROOT)]
PROJECT, IMAGE = "envfarm-proof", "envfarm-proof-servers"
BUILD_S, HEALTHY_S = 600, 120

pytestmark = pytest.mark.slow


def docker(*arguments: str, limit_s: float = 60) -> str:
    """Run docker and return what it printed."""
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=limit_s, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Compose:
    """The project's compose.yaml under a name of its own, on a free port; Compose v2 if there is one, else v1."""

    def __init__(self, command: Sequence[str], port: int) -> None:
        self._command, self.url = command, f"http://127.0.0.1:{port}"
        self._env = {**os.environ, "ENVFARM_IMAGE": IMAGE, "ENVFARM_PORT": str(port)}

    def __call__(self, *arguments: str, limit_s: float = 120) -> None:
        """Run a Compose command on the project."""
        command = [*self._command, "-p", PROJECT, *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self._env, capture_output=True, text=True, timeout=limit_s, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    @contextmanager
    def up(self, *arguments: str, containers: int) -> Iterator[None]:
        """Start containers, wait until that many are healthy, and stop them in the end; the volumes stay."""
        profile, rest = arguments[:2], arguments[2:]
        since = str(int(time.time()) - 1)
        self(*profile, "up", "-d", *rest)
        try:
            await_healthy(since, running(), containers)
            yield
        finally:
            self(*profile, "down", "--remove-orphans")


def running() -> set[str]:
    """Return the ids of the project's containers."""
    return set(docker("ps", "-q", "--no-trunc", "--filter", f"label=com.docker.compose.project={PROJECT}").split())


def await_healthy(since: str, known: set[str], containers: int) -> None:
    """Follow the engine's events until that many of the known containers have become healthy."""
    filters = ("--filter", f"label=com.docker.compose.project={PROJECT}", "--filter", "event=health_status")
    command = ["docker", "events", "--since", since, "--until", str(int(since) + HEALTHY_S), *filters]
    healthy: set[str] = set()
    with subprocess.Popen([*command, "--format", "{{.Status}} {{.ID}}"], stdout=subprocess.PIPE, text=True) as events:
        assert events.stdout is not None
        for line in events.stdout:
            *status, container = line.split()
            if status[-1] == "healthy" and container in known:
                healthy.add(container)
            if len(healthy) == containers:
                break
        events.terminate()
    assert len(healthy) == containers, f"{len(healthy)} of {containers} containers became healthy in {HEALTHY_S} s"


def answers(*command: str) -> bool:
    """Say whether a command is there and succeeds."""
    found = shutil.which(command[0])
    return found is not None and not subprocess.run(command, capture_output=True, timeout=60, check=False).returncode


def engine() -> list[str]:
    """Return the Compose command; skip if no engine answers."""
    if (
        shutil.which("docker") is None
        or subprocess.run(["docker", "info"], capture_output=True, check=False).returncode
    ):
        pytest.skip("no container engine answers `docker info`")
    if not subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode:
        return ["docker", "compose"]
    if shutil.which("docker-compose") is None:
        pytest.skip("there is neither `docker compose` nor `docker-compose`")
    return ["docker-compose"]


@pytest.fixture(scope="module")
def compose() -> Iterator[Compose]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    compose = Compose(engine(), port)
    compose("build", "farm", limit_s=BUILD_S)
    yield compose
    compose("--profile", "each", "down", "--volumes", "--remove-orphans")
    docker("image", "rm", IMAGE)


async def play(url: str, slug: str = "skyline_air") -> None:
    """Open an episode, call, see the change, close."""
    async with Farm.attach(url) as farm, await farm.open([slug], seed=3) as session:
        found = await session.call(ToolCall(slug, "find_customers", {"limit": 1}))
        customer = found.content["items"][0]["id"]
        await session.call(ToolCall(slug, "update_contact", {"customer_id": customer, "name": "Container"}))
        changed = (await session.diff())[slug].changed

    assert changed["customer"][customer]["name"][1] == "Container"


def test_one_container_serves_every_environment_to_clients_outside(compose: Compose) -> None:
    async def proof() -> None:
        async with Farm.attach(compose.url) as farm:
            assert sorted(farm.environments) == sorted(SLUGS)
        for slug in SLUGS:
            async with fastmcp.Client(f"{compose.url}/{slug}/mcp") as client:
                assert await client.list_tools()
        await play(compose.url)

    with compose.up(containers=1):
        asyncio.run(proof())


def test_a_container_is_confined(compose: Compose) -> None:
    with compose.up(containers=1):
        (container,) = running()
        who = docker("exec", container, "id", "-u")
        root = docker("exec", container, "sh", "-c", "touch /app/x 2>&1 || true")
        capabilities = docker("exec", container, "grep", "CapEff", "/proc/1/status")

    assert who.strip() == "10001"
    assert "Read-only file system" in root
    assert capabilities.split() == ["CapEff:", "0" * 16]


def test_default_worlds_outlive_their_container_even_if_it_is_killed(compose: Compose) -> None:
    async def rename(name: str) -> str:
        async with connect_url(f"{compose.url}/skyline_air/mcp") as link:
            customer = (await link.call("find_customers", {"limit": 1})).content["items"][0]
            await link.call("update_contact", {"customer_id": customer["id"], "name": name})
            return str(customer["name"])

    with compose.up(containers=1):
        asyncio.run(rename("Aaa Kept"))
        docker("kill", "--signal", "KILL", *running())
    with compose.up(containers=1):
        assert asyncio.run(rename("Aaa Again")) == "Aaa Kept"


def test_a_container_each_serves_one_environment_each(compose: Compose) -> None:
    async def proof() -> None:
        for number, slug in enumerate(SLUGS):
            url = f"http://127.0.0.1:{FIRST_PORT + number}"
            async with Farm.attach(url) as farm:
                assert farm.environments == (slug,)
            if slug == "skyline_air":
                await play(url)

    with compose.up("--profile", "each", "--scale", "farm=0", containers=len(SLUGS)):
        asyncio.run(proof())


def test_a_container_stops_when_asked(compose: Compose) -> None:
    with compose.up(containers=1):
        (container,) = running()
        docker("stop", "--time", "10", container)

        assert docker("inspect", "--format", "{{.State.ExitCode}}", container).strip() == "0"
