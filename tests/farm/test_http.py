import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import pytest
import uvloop

from farm.errors import AccessError, AnswerError, AnswerLostError
from farm.http import Http
from tests.farm.conftest import answering

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(None) as http:
        yield http


@asynccontextmanager
async def talking(heads: asyncio.Queue[bytes], lines: Sequence[Sequence[bytes]]) -> AsyncIterator[str]:
    """Serve one connection after another, each with its own answers and then its end; keep the heads of requests."""
    left = iter(lines)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            for reply in next(left):
                heads.put_nowait(await reader.readuntil(b"\r\n\r\n"))
                writer.write(reply)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield "http://{}:{}".format(*server.sockets[0].getsockname())
    finally:
        server.close()


@pytest.mark.parametrize(
    ("answer", "content"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n1\r\n!\r\n0\r\n\r\n", b"ok!"),
        (b"HTTP/1.1 200 OK\r\n\r\nto the end", b"to the end"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, b"ok"),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", b"ok"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    ],
)
async def test_an_answer_of_any_form_is_read_whole(http: Http, answer: bytes, content: bytes) -> None:
    async with answering(answer) as url:
        assert await http.send("GET", url, timeout_s=5) == content


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nha",
    ],
)
async def test_half_an_answer_is_none(http: Http, answer: bytes) -> None:
    async with answering(answer) as url:
        with pytest.raises(AnswerLostError, match="closed the line midway"):
            await http.send("POST", url, body=b"{}", timeout_s=5)


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (b"SSH-2.0-OpenSSH\r\n\r\n", "the answer is not HTTP"),
        (b"HTTP/1.1 308 X\r\nLocation: https://there/\r\nContent-Length: 0\r\n\r\n", "sent on to https://there/"),
    ],
)
async def test_an_answer_that_is_for_somebody_else_is_named(http: Http, answer: bytes, complaint: str) -> None:
    async with answering(answer) as url:
        with pytest.raises(AnswerError, match=complaint):
            await http.send("GET", url, timeout_s=5)


@pytest.mark.parametrize("url", ["farm.example", "ftp://farm.example", "http://", "http://farm.example:port"])
async def test_what_is_no_url_of_a_farm_is_named(http: Http, url: str) -> None:
    with pytest.raises(AnswerError, match="not the URL of a farm"):
        await http.send("GET", url, timeout_s=5)


def test_a_token_that_no_header_can_carry_is_named() -> None:
    with pytest.raises(AccessError, match="has a line break in it"):
        Http("sesame\n")


async def test_a_target_cannot_break_out_of_its_line(http: Http) -> None:
    heads: asyncio.Queue[bytes] = asyncio.Queue()
    async with talking(heads, [[OK]]) as url:
        await http.send("GET", f"{url}/ø HTTP/1.1\r\nevil: 1/%20", query={"since": "a&b\r\n"}, timeout_s=5)

    line, _, rest = heads.get_nowait().partition(b"\r\n")
    assert line == b"GET /%C3%B8%20HTTP/1.1%0D%0Aevil:%201/%20?since=a%26b%0D%0A HTTP/1.1"
    assert b"evil" not in rest


async def test_requests_one_after_another_share_a_connection(http: Http) -> None:
    heads: asyncio.Queue[bytes] = asyncio.Queue()
    async with talking(heads, [[OK, OK, OK]]) as url:
        assert [await http.send("POST", url, body=b"", timeout_s=5) for _ in range(3)] == [b"ok"] * 3


@pytest.mark.parametrize("factory", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_what_can_be_asked_twice_is_asked_again_over_a_new_connection(factory: object) -> None:
    heads: asyncio.Queue[bytes] = asyncio.Queue()

    async def asked() -> list[bytes]:
        async with talking(heads, [[OK], [OK]]) as url, Http(None) as http:
            return [await http.send("GET", url, timeout_s=5) for _ in range(2)]

    with asyncio.Runner(loop_factory=factory) as runner:  # type: ignore[arg-type]  # both make loops
        assert runner.run(asked()) == [b"ok", b"ok"]


async def test_a_request_that_was_given_up_leaves_nothing_to_the_next(http: Http) -> None:
    heads: asyncio.Queue[bytes] = asyncio.Queue()
    async with talking(heads, [[b"HTTP/1.1 200 OK\r\n", b"more"], [OK]]) as url:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(http.send("GET", url, timeout_s=5), 0.05)

        assert await http.send("GET", url, timeout_s=5) == b"ok"


async def test_a_pool_that_closes_ends_what_is_in_flight() -> None:
    heads: asyncio.Queue[bytes] = asyncio.Queue()
    async with talking(heads, [[b"HTTP/1.1 200 OK\r\n\r\nbegun"], []]) as url, Http(None) as http:
        asked = asyncio.create_task(http.send("POST", url, timeout_s=5))
        await heads.get()
        await http.close()

        with pytest.raises(AnswerLostError):
            await asked
