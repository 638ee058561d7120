"""The protocol before the host, over the wire: however a request arrives, it is answered alike."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.envkit.test_serve import serving

VERSION = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": VERSION,
    "io.modelcontextprotocol/clientCapabilities": {},
}


@pytest.fixture(scope="module")
def port(tiny_air_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("front")
    with serving(str(tiny_air_folder), "--http", "127.0.0.1:0", "--ephemeral", cwd=folder) as (url, _):
        yield int(url.rpartition(":")[2])


def request(body: bytes, path: str = "/tiny_air/mcp", *, accept: str = "application/json", more: str = "") -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\nContent-Type: application/json\r\n"
        f"Mcp-Method: tools/call\r\nMcp-Name: search_flights\r\nMcp-Protocol-Version: {VERSION}\r\n"
        f"Content-Length: {len(body)}\r\n{more}\r\n"
    )
    return head.encode() + body


def call(number: int = 1, limit: object = 1) -> bytes:
    params = {"name": "search_flights", "arguments": {"limit": limit}, "_meta": META}
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}).encode()


async def asked(port: int, *chunks: bytes, answers: int = 1) -> list[tuple[int, bytes]]:
    """Send chunks one by one; return the status and body of each answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for chunk in chunks:
        writer.write(chunk)
        await writer.drain()
        await asyncio.sleep(0)
    told = []
    for _ in range(answers):
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        sizes = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
        told.append((int(head.split()[1]), await reader.readexactly(int(sizes[0]))))
    writer.close()
    return told


async def test_a_plain_call_is_answered_as_one_that_is_not(port: int) -> None:
    (plain,) = await asked(port, request(call()))
    (other,) = await asked(port, request(call(), more="X-New: 1\r\n"))

    assert plain[0] == other[0] == 200
    assert json.loads(plain[1]) == json.loads(other[1])
    assert len(json.loads(plain[1])["result"]["structuredContent"]["items"]) == 1


async def test_a_call_that_comes_byte_by_byte_is_answered_as_one_that_comes_at_once(port: int) -> None:
    sent = request(call())

    assert await asked(port, *(sent[at : at + 1] for at in range(len(sent)))) == await asked(port, sent)


async def test_requests_that_come_together_are_answered_in_their_order(port: int) -> None:
    slow = request(call(2), more="X-New: 1\r\n")
    sent = request(call(1)) + slow + request(call(3)) + request(b"{}") + request(call(4))

    told = await asked(port, sent, answers=5)

    assert [json.loads(body).get("id") for _, body in told] == [1, 2, 3, None, 4]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (request(call(), "/tiny_air/episodes/none/mcp"), 404),
        (request(call(), "/nobody/mcp"), 404),
        (request(b"x" * (5 << 20)), 413),
        (request(b"not JSON"), 400),
    ],
)
async def test_what_is_no_plain_call_is_answered_by_the_host(port: int, sent: bytes, status: int) -> None:
    assert (await asked(port, sent))[0][0] == status


async def test_a_connection_that_is_to_close_is_closed(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request(call(), more="Connection: close\r\n"))

    answer = await asyncio.wait_for(reader.read(), 10)

    assert answer.startswith(b"HTTP/1.1 200")
    writer.close()
