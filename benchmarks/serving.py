"""How fast one core serves an environment, beside a floor: a bare ASGI app on the same uvicorn with the same bytes.

    python benchmarks/serving.py [--seconds 3] [--json]

The server runs on one core and the load on another (sched_setaffinity); needs two cores and Linux. Every row of the
first table is measured in one run, floor included, so the ratio holds on a noisy machine. A 30-tool environment with a
world of about 100 kB is emitted for it. Rates are calls a second; CPU is the server's own, from /proc.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx2

from generator.emit import folder
from generator.load import load_text

KINDS = ("client", "project", "invoice", "ticket", "asset", "vendor", "lesson", "recipe", "parcel", "sensor")
VERSION = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": VERSION,
    "io.modelcontextprotocol/clientInfo": {"name": "load", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
FLOOR = """
import sys, uvicorn
body = open(sys.argv[1], "rb").read()
head = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": body})
print("ready", file=sys.stderr, flush=True)
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="critical", lifespan="off", loop="uvloop",
            http="httptools", access_log=False)
"""
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
SERVER_CORE, LOAD_CORE = 0, 1


@dataclass(frozen=True, slots=True)
class Rate:
    """Calls a second, and the server's CPU a call in microseconds."""

    what: str
    in_flight: int
    calls_s: float
    cpu_us: float


def blueprint() -> str:
    """Write a blueprint of ten kinds of things with three tools each."""
    entities, tools = [], []
    for kind in KINDS:
        entities.append(
            f"  {kind}:\n    prefix: {kind[:3]}\n    seed: 60\n    doc: A {kind}.\n    fields:\n"
            f"      name: {{type: str, seed: person, doc: Name}}\n"
            f"      code: {{type: str, unique: true, seed: 'pattern:??-#####', doc: Code}}\n"
            f"      city: {{type: str, seed: city, doc: City}}\n"
            f"      rank: {{type: int, min: 0, max: 999, seed: [0, 999], doc: Rank}}\n"
        )
        tools.append(
            f"  list_{kind}s: {{kind: list, entity: {kind}, filter: [city], range: [rank], sort: [rank], doc: List.}}\n"
            f"  get_{kind}: {{kind: get, entity: {kind}, doc: Get one.}}\n"
            f"  update_{kind}: {{kind: update, entity: {kind}, set: [name, rank], doc: Update one.}}\n"
        )
    head = "blueprint: 1\nname: bench\ntitle: Bench\nclock: {start: '2025-01-01T00:00:00Z'}\n"
    return head + "entities:\n" + "".join(entities) + "tools:\n" + "".join(tools)


def emit(target: Path) -> Path:
    """Emit the environment into a folder."""
    target.mkdir(parents=True)
    for name, text in folder(load_text(blueprint(), "benchmark", "bench")).items():
        (target / name).write_text(text, "utf-8")
    return target


class Server:
    """A server process on its own core."""

    def __init__(self, command: Sequence[str], *, ready: str) -> None:
        self.begun = time.perf_counter()
        self.process = subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CORE})
        )
        assert self.process.stderr is not None
        self.line = self.process.stderr.readline()
        assert self.line.startswith(ready), self.line + self.process.stderr.read()

    def cpu_s(self) -> float:
        """Return the CPU time used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND

    def memory_mb(self) -> float:
        """Return the resident memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        self.process.wait(10)


class Caller(asyncio.Protocol):
    """One connection that sends the next prepared request as soon as an answer is whole."""

    def __init__(self, requests: Sequence[bytes], finished: asyncio.Future[None]) -> None:
        self.requests, self.finished = requests, finished
        self.answers = 0
        self.stopping = False
        self.buffer = b""
        self.first = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.requests[0])

    def data_received(self, data: bytes) -> None:
        """Count a whole answer and send the next request."""
        self.buffer += data
        head = self.buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        length = int(self.buffer[:head].lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        if len(self.buffer) < head + 4 + length:
            return
        self.first = self.first or self.buffer[head + 4 :]
        assert self.buffer.startswith(b"HTTP/1.1 200"), self.buffer
        self.buffer = b""
        self.answers += 1
        if self.stopping:
            self.transport.close()
            if not self.finished.done():
                self.finished.set_result(None)
            return
        self.transport.write(self.requests[self.answers % len(self.requests)])


def request(path: str, tool: str, arguments: dict[str, object]) -> bytes:
    """Write a tools/call as it goes over the wire."""
    params = {"name": tool, "arguments": arguments, "_meta": META}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        f"accept: application/json, text/event-stream\r\nmcp-protocol-version: {VERSION}\r\n"
        f"mcp-method: tools/call\r\nmcp-name: {tool}\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def rate(
    what: str, port: int, server: Server, requests: Sequence[Sequence[bytes]], in_flight: int, seconds: float
) -> tuple[Rate, bytes]:
    """Keep `in_flight` calls going for a while; return the rate and the first answer's bytes."""
    loop = asyncio.get_running_loop()
    callers = []
    for number in range(in_flight):
        finished: asyncio.Future[None] = loop.create_future()
        mine = requests[number % len(requests)]
        _, caller = await loop.create_connection(lambda m=mine, f=finished: Caller(m, f), "127.0.0.1", port)
        callers.append(caller)
    await asyncio.sleep(seconds / 4)
    before, cpu, begun = sum(each.answers for each in callers), server.cpu_s(), time.perf_counter()
    await asyncio.sleep(seconds)
    calls, cpu, spent = (
        sum(each.answers for each in callers) - before,
        server.cpu_s() - cpu,
        time.perf_counter() - begun,
    )
    for each in callers:
        each.stopping = True
    await asyncio.gather(*(each.finished for each in callers))
    return Rate(what, in_flight, calls / spent, cpu / max(calls, 1) * 1e6), callers[0].first


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


async def calls(url: str, server: Server, seconds: float, scratch: Path) -> list[Rate]:
    """Measure get and update, on the default world and over many episodes, and the floor with the bytes of get."""
    port = int(url.rsplit(":", 1)[1])
    async with httpx2.AsyncClient(base_url=url) as http:
        state = (await http.get("/bench/episodes/default/state")).json()["entities"]
        ids = [row["id"] for row in state["client"]]
        paths = [(await http.post("/bench/episodes", json={})).json()["url"] for _ in range(64)]

    def gets(path: str) -> list[bytes]:
        return [request(path, "get_client", {"client_id": row}) for row in ids]

    def updates(path: str) -> list[bytes]:
        return [request(path, "update_client", {"client_id": row, "rank": n % 900}) for n, row in enumerate(ids)]

    rates: list[Rate] = []
    answer = b""
    for in_flight in (1, 16, 64):
        each, answer = await rate("get, 64 episodes", port, server, [gets(path) for path in paths], in_flight, seconds)
        rates.append(each)
        rates.append(
            (await rate("update, 64 episodes", port, server, [updates(p) for p in paths], in_flight, seconds))[0]
        )
        rates.append(
            (await rate("update, durable world", port, server, [updates("/bench/mcp")], in_flight, seconds))[0]
        )
    body = scratch / "answer"
    body.write_bytes(answer)
    floor_port = free_port()
    floor = Server([sys.executable, "-c", FLOOR, str(body), str(floor_port)], ready="ready")
    try:
        await asyncio.sleep(1.0)
        for in_flight in (1, 16, 64):
            rates.append((await rate("floor", floor_port, floor, [gets("/")], in_flight, seconds))[0])
    finally:
        floor.stop()
    return rates


async def episodes(url: str, server: Server) -> dict[str, float]:
    """Measure what opening and holding episodes costs."""
    async with httpx2.AsyncClient(base_url=url) as http:
        image = (await http.post("/bench/episodes/default/snapshot", json={})).json()
        count, cpu = 500, server.cpu_s()
        for seed in range(count):
            await http.post("/bench/episodes", json={"seed": seed % 50})
        open_ms = (server.cpu_s() - cpu) / count * 1000
        before = server.memory_mb()
        for _ in range(1000):
            episode = (await http.post("/bench/episodes", json={})).json()
            assert (await http.get(f"/bench/episodes/{episode['episode']}/diff")).json() == {}
        untouched = server.memory_mb() - before
    return {
        "world_kb": image["size_bytes"] / 1024,
        "open_cpu_ms": open_ms,
        "1000_open_mb": untouched,
        "1000_written_mb": untouched + await written(url, server),
    }


async def written(url: str, server: Server) -> float:
    """Measure the memory of 1,000 more episodes that each were written to."""
    before = server.memory_mb()
    async with httpx2.AsyncClient(base_url=url) as http:
        for number in range(1000):
            episode = (await http.post("/bench/episodes", json={})).json()
            await http.post(f"/bench/episodes/{episode['episode']}/advance", json={"seconds": number + 1})
    return server.memory_mb() - before


def start_s(folder: Path) -> float:
    """Measure how long a fresh process takes to its first tools/list over HTTP, in seconds."""
    begun = time.perf_counter()
    command = [sys.executable, str(folder / "server.py"), "--http", "127.0.0.1:0", "--ephemeral"]
    server = Server(command, ready="serving")
    try:
        headers = {"accept": "application/json", "mcp-protocol-version": VERSION, "mcp-method": "tools/list"}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": META}}
        answer = httpx2.post(server.line.split()[-1] + "/bench/mcp", json=message, headers=headers).json()
        assert len(answer["result"]["tools"]) == 3 * len(KINDS)
        return time.perf_counter() - begun
    finally:
        server.stop()


def hundred(scratch: Path, source: Path) -> dict[str, float]:
    """Measure one process with 100 environments, each asked for its tools once."""
    manifest = json.loads((source / "manifest.json").read_text())
    for number in range(100):
        copy = scratch / "many" / f"bench{number}"
        copy.mkdir(parents=True)
        for file in source.iterdir():
            if file.is_file():
                (copy / file.name).write_bytes(file.read_bytes())
        (copy / "manifest.json").write_text(json.dumps({**manifest, "slug": copy.name}))
    command = [sys.executable, "-m", "envkit", str(scratch / "many"), "--http", "127.0.0.1:0", "--ephemeral"]
    begun = time.perf_counter()
    server = Server(command, ready="serving")
    try:
        ready = time.perf_counter() - begun
        with httpx2.Client(base_url=server.line.split()[-1]) as http:
            for number in range(100):
                assert http.post(f"/bench{number}/episodes", json={}).status_code == 201
        return {"100_ready_s": ready, "100_loaded_s": time.perf_counter() - begun, "100_mb": server.memory_mb()}
    finally:
        server.stop()


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each rate is measured")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {LOAD_CORE})
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        source = emit(scratch / "bench")
        command = [sys.executable, "-m", "envkit", str(source), "--http", "127.0.0.1:0", "--worlds", str(scratch / "w")]
        server = Server(command, ready="serving")
        try:
            url = server.line.split()[-1]
            rates = asyncio.run(calls(url, server, arguments.seconds, scratch))
            figures = asyncio.run(episodes(url, server))
        finally:
            server.stop()
        figures |= {"start_s": min(start_s(source) for _ in range(3)), **hundred(scratch, source)}
    report(rates, figures, as_json=arguments.json)


def report(rates: Sequence[Rate], figures: dict[str, float], *, as_json: bool) -> None:
    """Print the tables."""
    if as_json:
        print(json.dumps({"rates": [asdict(each) for each in rates], "figures": figures}, indent=2))
        return
    floor = {each.in_flight: each.calls_s for each in rates if each.what == "floor"}
    print(f"{'':24} {'in flight':>9} {'calls/s':>9} {'of floor':>9} {'CPU us':>8}")
    for each in sorted(rates, key=lambda rate: (rate.what, rate.in_flight)):
        share = each.calls_s / floor[each.in_flight]
        print(f"{each.what:24} {each.in_flight:>9} {each.calls_s:>9,.0f} {share:>9.0%} {each.cpu_us:>8.0f}")
    for name, value in figures.items():
        print(f"{name:24} {value:>9.2f}")


if __name__ == "__main__":
    main()
