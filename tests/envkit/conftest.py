"""The hand-written environment, loaded, with a world of it at rest."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest

from envkit.calls import JsonObject
from envkit.environment import Environment
from envkit.hosted import load
from envkit.serve import make_host
from envkit.store import Desk, ImageStore

Serve = Callable[..., AbstractAsyncContextManager[httpx2.AsyncClient]]
Ask = Callable[[str, JsonObject], dict[str, object]]


@pytest.fixture(scope="session")
def tiny_air(tiny_air_folder: Path) -> Environment:
    return load(tiny_air_folder)


@pytest.fixture
def desk() -> Desk:
    return Desk(world_bytes=1 << 20)


@pytest.fixture
def store(tiny_air: Environment, desk: Desk) -> ImageStore:
    return ImageStore(desk, tiny_air.template(0))


@pytest.fixture
def ask(tiny_air: Environment, store: ImageStore) -> Ask:
    """Call a tool that must succeed."""

    def call(tool: str, arguments: JsonObject) -> dict[str, object]:
        answer = tiny_air.call(store, tool, arguments)
        assert not answer.code, answer
        content: dict[str, object] = orjson.loads(answer.body)
        return content

    return call


@asynccontextmanager
async def _served(folders: Sequence[Path], **options: Any) -> AsyncIterator[httpx2.AsyncClient]:
    host = make_host(folders, **options)
    transport = httpx2.ASGITransport(app=host)
    async with host.running(), httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


@pytest.fixture
def served(tiny_air_folder: Path) -> Serve:
    """Serve tiny_air in this process: `async with served(token="t") as http`."""
    return lambda **options: _served([tiny_air_folder], **options)
