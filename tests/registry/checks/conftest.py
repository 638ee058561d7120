"""Environments served for one check at a time."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from envkit.manifest import read_manifest
from registry.case import read_cases
from registry.checks.served import served
from registry.checks.subject import Subject

Serve = Callable[..., AbstractAsyncContextManager[Subject]]


@pytest.fixture
def serve() -> Serve:
    """Return what serves a folder for checks, some text of its server replaced first."""

    @asynccontextmanager
    async def serve(folder: Path, old: str = "", new: str = "") -> AsyncIterator[Subject]:
        server = folder / "server.py"
        text = server.read_text("utf-8")
        assert not old or text.count(old) == 1
        server.write_text(text.replace(old, new) if old else text, "utf-8")
        manifest = read_manifest(folder)
        async with served(folder, manifest, read_cases(folder, manifest), seed=0, ready_s=60.0) as subject:
            yield subject

    return serve
