"""Listening: a web application served for as long as a block takes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web


@asynccontextmanager
async def served(application: web.Application, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve until the block ends, and give the URL; port 0 takes a free one. Raises OSError if it cannot listen."""
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        name, bound = runner.addresses[0][:2]
        yield f"http://{name}:{bound}"
    finally:
        await runner.cleanup()
