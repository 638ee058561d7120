import httpx2
import pytest
from aiohttp import web

from farm.listen import served


async def test_an_application_is_served_for_as_long_as_the_block_takes() -> None:
    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    application = web.Application()
    application.add_routes([web.get("/", hello)])
    async with served(application) as url, httpx2.AsyncClient(trust_env=False) as client:
        assert (await client.get(url)).text == "hello"

        with pytest.raises(OSError, match="address already in use"):
            async with served(web.Application(), port=int(url.rpartition(":")[2])):
                pass

    async with httpx2.AsyncClient(trust_env=False) as client:
        with pytest.raises(httpx2.ConnectError):
            await client.get(url)
