"""Shows that what was acknowledged stays: kill -9 while several clients write to the default world, five times over."""

import asyncio
import contextlib
import json
import os
import random
import re
import signal
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx2
import pytest

from envkit.clock import derive
from farm.errors import FarmError
from farm.farm import Farm
from farm.link import connect_url

FOLDER = Path(__file__).parents[2] / "servers" / "travel" / "skyline_air"
MODES = ("2026-07-28", "legacy")
"""Writers on the official client, by the revision they speak: plain calls, and such that shake hands first."""
QUICK_WRITERS = 6
"""Writers on bare sockets: quick enough to keep the host busy, so that a kill finds it at work."""
KILLS = 5
WRITES_BEFORE_A_KILL = (100, 2000)
META = "io.modelcontextprotocol/"


@dataclass(slots=True)
class Ledger:
    """What the writers did: acknowledged writes by the text they wrote, those under way when the host died."""

    kill_at: int
    pid: int
    acknowledged: list[str] = field(default_factory=list)
    under_way: set[str] = field(default_factory=set)

    def acknowledge(self, text: str) -> None:
        """Note an acknowledged write; at the chosen one, kill the host."""
        self.under_way.discard(text)
        self.acknowledged.append(text)
        if len(self.acknowledged) == self.kill_at:
            os.kill(self.pid, signal.SIGKILL)


def traveller(customer: str, name: str) -> dict[str, str]:
    """Return the arguments of a write that leaves a row of that name."""
    return {
        "customer_id": customer,
        "full_name": name,
        "age_group": "adult",
        "passport_expires_at": "2030-01-01T00:00:00Z",
    }


async def write(url: str, mode: str, customer: str, name: str, ledger: Ledger) -> None:
    """Add travellers by the official client, one after another, until the host is gone."""
    async with connect_url(url, mode=mode) as link:
        with contextlib.suppress(FarmError):
            for number in count():
                text = f"{name} number {number}"
                ledger.under_way.add(text)
                observation = await link.call("add_traveller", traveller(customer, text))
                assert observation.code is None, observation.text
                ledger.acknowledge(text)


async def write_quickly(url: httpx2.URL, customer: str, name: str, ledger: Ledger) -> None:
    """Add travellers over a bare socket, one after another, until the host is gone."""
    reader, writer = await asyncio.open_connection(url.host, url.port)
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        for number in count():
            text = f"{name} number {number}"
            ledger.under_way.add(text)
            writer.write(request(url, traveller(customer, text)))
            head = await reader.readuntil(b"\r\n\r\n")
            answer = await reader.readexactly(int(re.search(rb"content-length: (\d+)", head)[1]))
            assert json.loads(answer)["result"]["isError"] is False
            ledger.acknowledge(text)
    writer.close()


def request(url: httpx2.URL, arguments: Mapping[str, str]) -> bytes:
    """Write a tool call of the newest revision as it goes over the wire."""
    meta = {META + "protocolVersion": "2026-07-28", META + "clientCapabilities": {}}
    params = {"name": "add_traveller", "arguments": arguments, "_meta": meta}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).encode()
    head = (
        f"POST {url.path} HTTP/1.1\r\nhost: {url.host}:{url.port}\r\ncontent-type: application/json\r\n"
        "accept: application/json, text/event-stream\r\nmcp-protocol-version: 2026-07-28\r\n"
        f"mcp-method: tools/call\r\nmcp-name: add_traveller\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def rows(farm: Farm) -> tuple[list[Mapping[str, str]], list[Mapping[str, str]], Mapping[str, object]]:
    """Read the customers and the travellers of the default world, and what it says of its own soundness."""
    async with httpx2.AsyncClient(base_url=f"{farm.url}/skyline_air/episodes/default/") as http:
        entities = (await http.get("state")).json()["entities"]
        return entities["customer"], entities["traveller"], (await http.get("invariants")).json()


async def write_until_killed(worlds: Path, kill: int) -> Ledger:
    """Start the host on the file it left, let all writers write, and kill it at a point chosen by the seed."""
    kill_at = random.Random(derive("durability", kill)).randint(*WRITES_BEFORE_A_KILL)
    async with Farm.launch([FOLDER], worlds=worlds) as farm:
        assert farm.pid is not None
        customers, _, _ = await rows(farm)
        ledger = Ledger(kill_at, farm.pid)
        url = httpx2.URL(f"{farm.url}/skyline_air/mcp")
        async with asyncio.TaskGroup() as group:
            for number in range(QUICK_WRITERS):
                name = f"kill {kill} quick writer {number}"
                group.create_task(write_quickly(url, customers[number]["id"], name, ledger))
            for number, mode in enumerate(MODES, QUICK_WRITERS):
                name = f"kill {kill} writer {number}"
                group.create_task(write(str(url), mode, customers[number]["id"], name, ledger))
    return ledger


@pytest.mark.slow
async def test_acknowledged_writes_survive_kill_9_during_writes(tmp_path: Path):
    acknowledged: list[str] = []
    under_way: set[str] = set()
    for kill in range(KILLS):
        ledger = await write_until_killed(tmp_path / "worlds", kill)
        acknowledged += ledger.acknowledged
        under_way |= ledger.under_way

        async with Farm.launch([FOLDER], worlds=tmp_path / "worlds") as farm:
            _, travellers, soundness = await rows(farm)
        found = Counter(row["full_name"] for row in travellers if row["full_name"].startswith("kill "))
        assert ledger.kill_at <= len(ledger.acknowledged)
        assert set(acknowledged) <= set(found), f"kill {kill} lost acknowledged writes"
        assert set(found) <= set(acknowledged) | under_way, f"kill {kill} left rows nobody wrote"
        assert set(found.values()) == {1}
        assert all(soundness["holds"].values())
        assert not soundness["foreign_keys"]
    assert under_way, "no write was under way at any kill; the proof shows nothing"
