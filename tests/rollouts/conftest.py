"""One host over tiny_air and its twin for all tests of rollouts, and tasks recorded in it."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import pytest

from envkit.calls import Json, ToolCall
from envkit.clock import from_wire
from farm.farm import Farm
from farm.launch import Host, HostProcess, launch
from sampler.task import Criteria, Fact, StepRecord, Task, TaskTurn, Truth, seal

Call = tuple[str, str, Mapping[str, Json]]
Record = Callable[[Sequence[Sequence[Call]], Sequence[Fact]], Awaitable[Task]]


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory, tiny_air_folder: Path) -> Path:
    """The folder of both environments."""
    root = tmp_path_factory.mktemp("environments")
    for slug in ("tiny_air", "twin_air"):
        copy = shutil.copytree(tiny_air_folder, root / slug, ignore=shutil.ignore_patterns("__pycache__"))
        manifest = json.loads((copy / "manifest.json").read_text("utf-8"))
        (copy / "manifest.json").write_text(json.dumps({**manifest, "slug": slug}), "utf-8")
    return root


@pytest.fixture(scope="session")
def host(environments: Path) -> Iterator[HostProcess]:
    process = asyncio.run(launch(Host((environments,))))
    yield process
    asyncio.run(process.stop())


@pytest.fixture
async def farm(host: HostProcess) -> AsyncIterator[Farm]:
    async with Farm.attach(host.url) as farm:
        yield farm


@pytest.fixture
def record(farm: Farm) -> Record:
    """Return what executes calls on this farm and makes a task of them."""
    return partial(recorded, farm)


async def recorded(farm: Farm, turns: Sequence[Sequence[Call]], facts: Sequence[Fact]) -> Task:
    """Execute calls, a sequence for each turn, and make a task of them."""
    slugs = tuple(dict.fromkeys(slug for calls in turns for slug, _, _ in calls))
    steps = []
    async with await farm.open(slugs, seed=5) as session:
        tools = {(slug, tool.name): tool for slug, offered in (await session.tools()).items() for tool in offered}
        opened = {slug: world.now for slug, world in session.worlds.items()}
        for slug, name, arguments in (call for calls in turns for call in calls):
            seen = await session.call(ToolCall(slug, name, arguments))
            writes = not tools[slug, name].annotations["readOnlyHint"] and not seen.is_refused
            parts = {"content": seen.content, "code": seen.code, "writes": writes}
            steps.append(
                StepRecord.model_validate({"environment": slug, "tool": name, "arguments": arguments, **parts})
            )
        standing = await session.standing()
    diffs = {slug: each.diff.to_json() for slug, each in standing.items()}
    digests = {slug: each.digest for slug, each in standing.items()}
    drift_s = {slug: (from_wire(standing[slug].now) - from_wire(opened[slug])).total_seconds() for slug in slugs}
    writes = {slug: diff for slug, diff in diffs.items() if diff}
    parts = {
        "id": "",
        "environments": slugs,
        "seed": 5,
        "turns": [TaskTurn(query=f"Request {n}", calls=len(calls)) for n, calls in enumerate(turns)],
        "truth": Truth.model_validate({"trajectory": steps, "diffs": diffs, "facts": facts, "digests": digests}),
        "criteria": Criteria.model_validate({"writes": writes, "facts": facts, "drift_s": drift_s}),
    }
    return seal(Task.model_validate(parts))


@pytest.fixture
async def reading(record: Record) -> Task:
    """A task that only reads: which flight is the cheapest from Oslo."""
    calls = [("tiny_air", "search_flights", {"origin": "OSL", "sort": "fare"})]
    facts = [Fact(name="number", value="TA103", type="str", text="TA103")]
    return await record([calls, calls], [*facts, Fact(name="fare", value=5100, type="money", text="51.00", turn=1)])


@pytest.fixture
async def booking(record: Record) -> Task:
    """A task that writes in two environments and asks for what was charged."""
    book = {"customer_id": "cus_cddd0v", "flight_id": "flt_csnrwr", "passengers": 2}
    calls: list[Call] = [
        ("tiny_air", "find_customer", {"email": "eli.nygard@example.com"}),
        ("tiny_air", "book_flight", book),
        ("twin_air", "book_flight", {**book, "passengers": 1}),
    ]
    return await record([calls], [Fact(name="charged", value=13000, type="money", text="130.00")])
