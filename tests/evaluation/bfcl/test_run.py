from pathlib import Path

import pytest

pytest.importorskip("bfcl_eval", reason="the bridge takes bfcl-eval; `make test-bfcl` makes what it needs")

from envkit.serve import find_folders
from evaluation.bfcl.run import run


async def test_a_run_plays_the_first_tasks_of_each_category(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    episodes = await run(
        ("base", "long_context"),
        "replay",
        None,
        tmp_path,
        count=2,
        concurrency=2,
        seed=0,
        timeout_s=60,
        lean=False,
        progress=lambda done, total: told.append((done, total)),
    )

    assert [each.task for each in episodes] == [
        "multi_turn_base_0",
        "multi_turn_base_1",
        "multi_turn_long_context_0",
        "multi_turn_long_context_1",
    ]
    assert all(each.verdict is not None and each.verdict.valid for each in episodes)
    assert told == [(done, 4) for done in range(1, 5)]
    assert len(find_folders([tmp_path])) == 8
