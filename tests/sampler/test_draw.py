from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from envkit.clock import derive
from farm.farm import Farm
from sampler.draw import Commission, Drawn, Stage, draw
from sampler.opening import opened
from sampler.shape import Shape
from sampler.stage import stage_for
from sampler.task import Kind, Task
from sampler.uses import Uses


@pytest.fixture
async def stage(
    farm: Farm, folders: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    cache = tmp_path_factory.getbasetemp() / "graphs-of-the-tiny"
    async with stage_for(folders, farm, cache) as stage:
        yield stage


async def _drawn(stage: Stage, kind: Kind, *slugs: str, wanted: int = 2) -> list[Task]:
    """Draw until there are as many tasks as wanted."""
    found: list[Task] = []
    for number in range(60):
        drawn = await draw(_commission(number, kind, *slugs), stage, Uses())
        if drawn.task is not None:
            found.append(drawn.task)
        if len(found) == wanted:
            return found
    raise AssertionError(f"too few draws gave a task of the kind {kind}")


def _commission(number: int, kind: Kind, *slugs: str) -> Commission:
    return Commission(number, slugs or ("tiny_desk",), derive(1, kind, number), Shape(kind, 2))


async def test_a_task_tells_all_that_playing_it_needs(stage: Stage) -> None:
    for task in await _drawn(stage, "act_and_answer", wanted=3):
        async with opened(stage.farm, task.environments, task.seed, task.setup) as session:
            assert await session.digest() == task.snapshots
        assert sum(turn.calls for turn in task.turns) == len(task.truth.trajectory)
        assert all(turn.query and turn.plain for turn in task.turns)
        assert task.template
        assert task.difficulty is not None
        assert task.proof is not None
        assert task.proof.solved
        assert task.proof.alternatives == len(task.truth.orders)


@pytest.mark.parametrize("kind", ["act", "missing_tool", "policy"])
async def test_weights_are_of_the_parts_a_task_has_and_sum_to_one(stage: Stage, kind: Kind) -> None:
    for task in await _drawn(stage, kind):
        weights = task.criteria.weights
        assert sum(weights.values()) == pytest.approx(1.0)
        assert ("state" in weights) == bool(task.criteria.writes)
        assert ("facts" in weights) == bool(task.criteria.facts)
        assert ("outcomes" in weights) == (kind != "act")
        assert ("rules" in weights) == (kind == "policy") == bool(task.rules)
        assert "forbidden" in weights


async def test_hidden_tools_are_told_and_no_part_of_the_truth(stage: Stage) -> None:
    for task in await _drawn(stage, "missing_tool"):
        assert task.hidden_tools
        assert not set(task.hidden_tools) & {(step.environment, step.tool) for step in task.truth.trajectory}


async def test_the_same_commission_gives_the_same(stage: Stage) -> None:
    commissions = [_commission(number, "multi_turn") for number in range(4)]

    one, other = [[await draw(each, stage, Uses()) for each in commissions] for _ in range(2)]

    assert one == other


async def test_a_draw_that_comes_to_nothing_says_why(stage: Stage) -> None:
    drawn = await draw(_commission(1, "infeasible"), stage, Uses())

    assert drawn == Drawn(_commission(1, "infeasible"), None, "no turn of the kind infeasible could be reached")


async def test_the_stage_keeps_what_was_proven_and_draws_the_same_from_it(
    farm: Farm, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    async with stage_for(folders, farm, tmp_path) as first:
        kept = _files(tmp_path)
    async with stage_for(folders[::-1], farm, tmp_path) as second:
        assert {slug: each.proven for slug, each in second.graphs.items()} == {
            slug: each.proven for slug, each in first.graphs.items()
        }
    assert _files(tmp_path) == kept
    assert len(kept) == 2


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
