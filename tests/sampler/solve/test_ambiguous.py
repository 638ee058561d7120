from pathlib import Path

from envkit.manifest import read_manifest
from farm.farm import Farm
from farm.launch import HostProcess
from sampler.sample import Order, sample
from sampler.say import grammars
from sampler.task import read_tasks
from tests.sampler.solve.conftest import CHOSEN, SERVERS, Desk


async def test_a_reader_asks_which_of_several_rows_and_takes_the_answer(
    published_host: HostProcess, tmp_path: Path
) -> None:
    folders = [SERVERS / name for name in CHOSEN]
    async with Farm.attach(published_host.url) as farm:
        await sample(folders, farm, Order(4, 5, most_environments=1, mix={"ambiguous": 1.0}), tmp_path / "tasks.jsonl")
        desk = Desk(farm, grammars({each.name: read_manifest(each) for each in folders}), ())
        for task in read_tasks(tmp_path / "tasks.jsonl"):
            asking = next(number for number, turn in enumerate(task.turns) if turn.outcome == "asks")
            queries = [turn.query for turn in task.turns]
            silent = [*queries[: asking + 1], "Thank you.", *queries[asking + 2 :]]

            assert await desk.shortfall(task, queries) is None
            assert await desk.shortfall(task, silent) is not None
