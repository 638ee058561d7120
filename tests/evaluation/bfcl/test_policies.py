import pytest

pytest.importorskip("bfcl_eval", reason="the bridge takes bfcl-eval; `make test-bfcl` makes what it needs")

from evaluation.bfcl.policies import controls
from evaluation.bfcl.tasks import read_tasks
from rollouts.episode import Turn
from rollouts.policy import Scene

TASK = read_tasks("base")[0]


def scene(*past: Turn) -> Scene:
    return Scene(TASK.id, 0, 0, {}, past, "x", (), 10)


async def test_replay_makes_the_true_calls_of_the_turn() -> None:
    policy = controls([TASK])["replay"]

    assert (await policy.act(scene())).calls == TASK.truth(0)
    assert (await policy.act(scene(Turn(query="x")))).calls == TASK.truth(1)


async def test_dropping_leaves_out_one_call_the_same_for_the_same_seed() -> None:
    policy = controls([TASK])["dropping"]

    calls = (await policy.act(scene())).calls

    assert len(calls) == len(TASK.truth(0)) - 1
    assert set(map(str, calls)) < set(map(str, TASK.truth(0)))
    assert calls == (await policy.act(scene())).calls
