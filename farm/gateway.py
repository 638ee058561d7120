"""One MCP endpoint over all environments of a session, for clients that take a single URL."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from fastmcp import Client, FastMCP
from fastmcp.server import create_proxy

from farm.link import REVISION
from farm.session import Session


@contextlib.asynccontextmanager
async def gateway(session: Session) -> AsyncIterator[FastMCP]:
    """Make a server whose tools are those of the session, named `<environment>_<tool>`; calls go to its worlds.

    Refusals pass unchanged. Serve it with `run_http_async(host=..., port=...)` while the context is open.
    """
    server: FastMCP = FastMCP("envfarm")
    async with contextlib.AsyncExitStack() as stack:
        for environment, url in session.urls.items():
            # Entered once: a proxy that is handed a URL would connect anew for each call.
            client = await stack.enter_async_context(Client(url, mode=REVISION))
            server.mount(create_proxy(client), namespace=environment)
        yield server
