from pathlib import Path

import orjson
import pyarrow.parquet as pq

from rollouts.episode import Episode, PlayedStep, Reward, Turn, Wall, read_episodes, write_episodes
from rollouts.export.table import COLUMNS, write_table
from rollouts.finding import Atom, Finding


def an_episode(trial: int, arguments: dict[str, object]) -> Episode:
    step = PlayedStep.model_validate(
        {"environment": "air", "tool": "book", "arguments": arguments, "content": {"id": trial}, "writes": True}
    )
    atom = Atom("air", "booking", "bkg_1", "added")
    finding = Finding("state", "missing_change", f"missing: {atom}", atom=atom)
    return Episode(
        task="task_1",
        policy="p",
        trial=trial,
        seed=0,
        budget=9,
        environments=("air",),
        turns=(Turn(query="Q", steps=(step,), answer="A"),),
        stop="done",
        reward=Reward(0.0, {"state": 0.0}, "missing", 0.5, (finding,), (0.25, 0.5)),
        wall=Wall(calls_s=(0.001,)),
    )


def test_a_table_holds_each_episode_with_arguments_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "episodes.jsonl"
    rough = an_episode(1, {"name": "Ann", "seats": [1, None]}).model_copy(update={"realism": "rough"})
    write_episodes(path, [an_episode(0, {"seats": 1}), rough])

    table = pq.read_table(write_table(path))

    assert table.column_names == [*COLUMNS]
    rows = table.to_pylist()
    assert [orjson.loads(row["turns"][0]["steps"][0]["arguments"]) for row in rows] == [
        {"seats": 1},
        {"name": "Ann", "seats": [1, None]},
    ]
    assert [row["realism"] for row in rows] == [None, "rough"]
    assert [(row["reward"], row["by_turn"], row["codes"]) for row in rows] == [
        (0.0, [0.25, 0.5], ["missing_change"])
    ] * 2
    assert [row["turns"][0]["steps"][0]["text"] for row in rows] == ['{"id":0}', '{"id":1}']
    assert tuple(Episode.model_validate_json(row["episode"]) for row in rows) == read_episodes(path)
