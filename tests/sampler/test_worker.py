import asyncio
import io
import json
import queue
from collections import Counter
from pathlib import Path

import pytest

from farm.errors import FarmError
from farm.farm import Farm
from farm.launch import Host, HostProcess, launch
from registry.crew import WorkerError, worker_process
from sampler.crew import Workers, crew_of
from sampler.draw import Commission, Stage, draw
from sampler.edges import GraphEdge
from sampler.shape import Shape
from sampler.stage import stage_for
from sampler.uses import Uses
from sampler.worker import Order, Outfit, serve

Folders = tuple[Path, Path]
COMMISSIONS = [Commission(n, ("tiny_desk",), 1000 + n, Shape("act_and_answer", 1)) for n in range(3)]
EDGE = GraphEdge("tiny_desk", "list_tickets", "items[].id", "close_ticket", "ticket_id", "ticket")
STRANGE = GraphEdge("tiny_air", "find_customer", "items[].id", "book_flight", "customer_id", "customer")


def _uses() -> Uses:
    return Uses(
        goals=Counter({("tiny_desk", "close_ticket"): 2, ("tiny_air", "book_flight"): 9}),
        granted=Counter({("tiny_desk", "list_tickets"): 3, ("tiny_air", "book_flight"): 8}),
        refusals=Counter({("tiny_desk", "close_ticket", "not_open"): 1, ("tiny_air", "book_flight", "sold_out"): 1}),
        environments=Counter({"tiny_desk": 2}),
        edges=Counter({EDGE: 4, STRANGE: 1}),
    )


def test_an_order_is_the_commission_with_the_counts_of_its_own_environments() -> None:
    order = Order.model_validate_json(Order.of(COMMISSIONS[0], _uses()).line())

    assert order.commission == COMMISSIONS[0]
    assert order.uses.goals == {("tiny_desk", "close_ticket"): 2}
    assert order.uses.granted == {("tiny_desk", "list_tickets"): 3}
    assert order.uses.refusals == {("tiny_desk", "close_ticket", "not_open"): 1}
    assert order.uses.edges == {EDGE: 4}


async def test_workers_make_the_draws_that_one_process_makes(farm: Farm, folders: Folders, tmp_path: Path) -> None:
    async with stage_for(folders, farm, tmp_path) as stage:
        async with crew_of(stage, folders, tmp_path, 1) as alone:
            expected = [await alone.draw(each, Uses()) for each in COMMISSIONS]
        async with crew_of(stage, folders, tmp_path, 2) as workers:
            assert (alone.ahead, workers.ahead) == (1, 12)
            found = await asyncio.gather(*(workers.draw(each, Uses()) for each in COMMISSIONS))

    assert found == expected
    assert [each.task for each in found if each.task]


async def test_a_worker_answers_each_order_with_a_line(
    sampler_host: HostProcess, farm: Farm, folders: Folders, tmp_path: Path
) -> None:
    outfit = Outfit(url=sampler_host.url, token="", folders=tuple(map(str, folders)), cache=str(tmp_path))
    orders: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    orders.put(Order.of(COMMISSIONS[0], Uses()).line())
    orders.put(Order.of(Commission(1, ("tiny_desk",), 1, Shape("infeasible", 2)), Uses()).line())
    orders.put(b"no order")
    said = io.BytesIO()

    with pytest.raises(ValueError, match="Invalid JSON"):
        await serve(outfit, orders, said, hands=1)

    one, other = map(json.loads, said.getvalue().splitlines())
    assert other == {"number": 1, "task": None, "reason": "no turn of the kind infeasible could be reached"}
    async with stage_for(folders, farm, tmp_path) as stage:
        drawn = await draw(COMMISSIONS[0], stage, Uses())
    assert one["reason"] == drawn.reason
    assert one["task"] == (drawn.task.model_dump(mode="json") if drawn.task else None)


async def test_a_worker_that_is_killed_over_a_draw_is_said(farm: Farm, folders: Folders, tmp_path: Path) -> None:
    async with stage_for(folders, farm, tmp_path) as stage, worker_process("sampler.worker") as process:
        _equip(process, stage, folders, tmp_path)
        waiting = asyncio.create_task(Workers([process]).draw(COMMISSIONS[0], Uses()))
        await asyncio.sleep(0)
        process.kill()

        with pytest.raises(WorkerError, match=r"ended with status -9; sample again to go on"):
            await waiting


async def test_a_worker_that_was_killed_between_two_draws_is_said(farm: Farm, folders: Folders, tmp_path: Path) -> None:
    async with stage_for(folders, farm, tmp_path) as stage, worker_process("sampler.worker") as process:
        _equip(process, stage, folders, tmp_path)
        workers = Workers([process])
        await workers.draw(COMMISSIONS[0], Uses())
        process.kill()
        await process.wait()

        with pytest.raises(WorkerError, match=r"ended with status -9; sample again to go on"):
            await workers.draw(COMMISSIONS[1], Uses())


def _equip(process: asyncio.subprocess.Process, stage: Stage, folders: Folders, cache: Path) -> None:
    assert process.stdin is not None
    outfit = Outfit(url=stage.farm.url, token="", folders=tuple(map(str, folders)), cache=str(cache))
    process.stdin.write(outfit.line())


async def test_a_farm_that_dies_is_said_by_the_worker_in_the_words_of_one_who_had_no_worker(
    folders: Folders, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    host = await launch(Host(folders))
    async with Farm.attach(host.url) as farm, stage_for(folders, farm, tmp_path) as stage:
        async with worker_process("sampler.worker") as process:
            _equip(process, stage, folders, tmp_path)
            workers = Workers([process])
            await workers.draw(COMMISSIONS[0], Uses())
            await host.stop()

            with pytest.raises(FarmError, match=f"^{host.url}") as said:
                await workers.draw(COMMISSIONS[1], Uses())

        with pytest.raises(FarmError) as alone:
            await draw(COMMISSIONS[1], stage, Uses())
    assert str(said.value).partition(": ")[2] == str(alone.value).partition(": ")[2]
    assert capfd.readouterr().err == ""
