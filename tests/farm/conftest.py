"""One host over two small environments for all tests of the farm, and things that behave badly on purpose."""

import asyncio
import json
import re
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from farm.farm import Farm
from farm.launch import Host, HostProcess, launch
from farm.session import Session

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def tiny_air(tiny_air_folder: Path) -> Path:
    return tiny_air_folder


@pytest.fixture(scope="session")
def foreign_server() -> Path:
    return HERE / "servers" / "foreign.py"


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory, tiny_air: Path) -> Path:
    """Return a folder that holds tiny_air and its twin, twin_air."""
    root = tmp_path_factory.mktemp("environments")
    for slug in ("tiny_air", "twin_air"):
        copy = shutil.copytree(tiny_air, root / slug, ignore=shutil.ignore_patterns("__pycache__"))
        manifest = json.loads((copy / "manifest.json").read_text("utf-8"))
        (copy / "manifest.json").write_text(json.dumps({**manifest, "slug": slug}), "utf-8")
    return root


@pytest.fixture(scope="session")
def host(folders: Path) -> Iterator[HostProcess]:
    process = asyncio.run(launch(Host((folders,))))
    yield process
    asyncio.run(process.stop())


@pytest.fixture
async def farm(host: HostProcess) -> AsyncIterator[Farm]:
    async with Farm.attach(host.url) as farm:
        yield farm


@pytest.fixture
async def session(farm: Farm) -> AsyncIterator[Session]:
    async with await farm.open(["tiny_air"]) as session:
        yield session


@asynccontextmanager
async def answering(*replies: bytes) -> AsyncIterator[str]:
    """Serve HTTP that answers request after request with these bytes, the last ones for good; never if there are none.

    Each answer ends its connection.
    """
    waiting = list(replies)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if sized := re.search(rb"(?i)content-length: (\d+)", head):
            await reader.readexactly(int(sized[1]))
        reply = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        writer.write(reply)
        if not reply:
            await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.close()


@dataclass
class Proxy:
    """A way to a host that loses the `request` or the `answer` of the next tool calls, as `losses` says."""

    url: str
    losses: list[str] = field(default_factory=list)


@asynccontextmanager
async def losing(target: str) -> AsyncIterator[Proxy]:
    """Stand between callers and a host; a lost answer is lost once the host has given all of it."""
    name, port = target.removeprefix("http://").split(":")

    async def exchange(request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(name, int(port))
        writer.write(
            re.sub(rb"(?im)^connection:.*\r\n", b"", request).replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
        )
        answer = await reader.read()
        writer.close()
        return answer

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        sized = re.search(rb"(?i)content-length: (\d+)", head)
        request = head + (await reader.readexactly(int(sized[1])) if sized else b"")
        loss = proxy.losses.pop(0) if b'"tools/call"' in request and proxy.losses else ""
        answer = b"" if loss == "request" else await exchange(request)
        writer.write(b"" if loss else answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    proxy = Proxy("http://{}:{}".format(*server.sockets[0].getsockname()))
    try:
        yield proxy
    finally:
        server.close()


@pytest.fixture
async def proxy(host: HostProcess) -> AsyncIterator[Proxy]:
    async with losing(host.url) as proxy:
        yield proxy


@pytest.fixture
async def silent_url() -> AsyncIterator[str]:
    async with answering(b"") as url:
        yield url


@pytest.fixture
async def broken_url() -> AsyncIterator[str]:
    async with answering(b"HTTP/1.1 500 Oh\r\nContent-Length: 4\r\n\r\noops") as url:
        yield url


@pytest.fixture
async def dropping_url() -> AsyncIterator[str]:
    async with answering(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n") as url:
        yield url


@pytest.fixture
async def listing_url() -> AsyncIterator[str]:
    async with answering(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]") as url:
        yield url


@pytest.fixture
def unused_url() -> str:
    """Return a URL on a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/mcp"
