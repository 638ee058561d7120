"""Groups that begin alike, and forks of episodes at any place, over one environment and over two."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from envkit.calls import ToolCall
from farm.farm import Farm
from rollouts.batch import play_all
from rollouts.engines.engine import Limits
from rollouts.episode import Episode
from rollouts.play import play, play_in
from rollouts.policy import Move, NullPolicy, ReplayPolicy, Scene
from rollouts.random_policy import RandomPolicy
from rollouts.reward import score
from rollouts.start import ForkError, Group, Place, Start, branch, parse_place
from sampler.task import StepRecord, Task
from tests.rollouts.conftest import Record

BOOK = {"customer_id": "cus_cddd0v", "flight_id": "flt_csnrwr", "passengers": 1}


@dataclass
class Spy:
    """Answers at once, and remembers what it saw."""

    name: str = "spy"
    scenes: list[Scene] = field(default_factory=list)

    async def act(self, scene: Scene) -> Move:
        self.scenes.append(scene)
        return Move()


@pytest.fixture
async def long(record: Record) -> Task:
    """A task of three turns over two environments, each of which writes."""
    turns = [
        [("tiny_air", "book_flight", BOOK), ("tiny_air", "get_flight", {"flight_id": BOOK["flight_id"]})],
        [("twin_air", "book_flight", BOOK)],
        [("tiny_air", "book_flight", {**BOOK, "passengers": 2})],
    ]
    task = await record(turns, [])
    weights = {"state": 0.75, "forbidden": 0.25}
    return task.model_copy(update={"criteria": task.criteria.model_copy(update={"weights": weights})})


async def replayed(task: Task, farm: Farm) -> Episode:
    return await play(task, ReplayPolicy([task]), farm, seed=1, trial=0, budget=20, timeout_s=30.0)


async def continued(start: Start, policy: ReplayPolicy | Spy | NullPolicy, farm: Farm, out: Path) -> list[Episode]:
    return [*await play_all([start], [policy], farm, trials=3, out=out, concurrency=3, limits=Limits(20, 30.0), seed=7)]


async def test_the_rollouts_of_a_group_begin_alike_and_go_their_own_ways(long: Task, farm: Farm) -> None:
    step = StepRecord(environment="tiny_air", tool="book_flight", arguments=BOOK)
    group = Group(Start(long.model_copy(update={"setup": (step,)})), farm, 3)

    async def begun(passengers: int) -> tuple[dict[str, str], int]:
        async with group.standing() as footing:
            digests = dict(await footing.session.digest())
            await footing.session.call(ToolCall("tiny_air", "book_flight", {**BOOK, "passengers": passengers}))
            changed = (await footing.session.diff(footing.since))["tiny_air"].changed["flight"]
            before, after = changed[str(BOOK["flight_id"])]["seats_left"]
            assert isinstance(before, int)
            assert isinstance(after, int)
            return digests, before - after

    held = await farm.capacity()
    found = await asyncio.gather(*(begun(n) for n in (1, 2, 3)))

    assert found[0][0] == found[1][0] == found[2][0]
    assert [taken for _, taken in found] == [1, 2, 3]
    assert await farm.capacity() == held


@pytest.mark.parametrize(
    ("place", "steps", "past"), [("0", 0, 0), ("0.1", 1, 0), ("0.2", 2, 0), ("1", 0, 1), ("1.1", 1, 1), ("2", 0, 2)]
)
async def test_a_fork_shares_the_beginning_and_is_scored_as_a_whole(
    place: str, steps: int, past: int, long: Task, farm: Farm, tmp_path: Path
) -> None:
    parent, spy = await replayed(long, farm), Spy()
    start = branch(long, parent, parse_place(place))

    episodes = await continued(start, ReplayPolicy([long]), farm, tmp_path / "replay")
    await continued(start, spy, farm, tmp_path / "spy")

    assert [episode.reward.total for episode in episodes] == [1.0] * 3
    assert {episode.digest for episode in [parent, *episodes]} != {parent.digest}
    assert all(episode.turns == parent.turns and episode.digests == parent.digests for episode in episodes)
    assert all(episode.fork == start.fork(episode.fork.digests) for episode in episodes if episode.fork)
    assert (len(spy.scenes[0].steps), len(spy.scenes[0].past)) == (steps, past)
    assert {scene.seed for scene in spy.scenes} == {7}
    assert {scene.trial for scene in spy.scenes} == {0, 1, 2}


async def test_forks_of_one_run_are_told_apart_and_resumed(long: Task, farm: Farm, tmp_path: Path) -> None:
    parent = await replayed(long, farm)
    starts = [Start(long), *(branch(long, parent, Place(turns)) for turns in (1, 2))]

    for _ in range(2):
        episodes = await play_all(starts, [NullPolicy()], farm, trials=2, out=tmp_path, concurrency=4)

    assert len(episodes) == 6
    assert len({episode.key for episode in episodes}) == 6
    assert [len(each.steps) for each in sorted(episodes, key=lambda each: len(each.steps))] == [0, 0, 2, 2, 3, 3]


async def test_a_beginning_that_goes_otherwise_now_leaves_rollouts_unscored(
    long: Task, farm: Farm, tmp_path: Path
) -> None:
    parent = await replayed(long, farm)
    first, *rest = parent.turns
    step = first.steps[0].model_copy(update={"content": {"id": "another"}})
    told = first.model_copy(update={"steps": (step, *first.steps[1:])})
    assert first.after is not None
    stood = first.model_copy(update={"after": first.after.model_copy(update={"digests": {"tiny_air": "0"}})})

    changed = branch(long, parent.model_copy(update={"turns": (told, *rest)}), Place(1))
    lost = await play_all([changed], [NullPolicy()], farm, trials=2, out=tmp_path, concurrency=2)
    assert [(each.stop, each.fork and each.fork.name) for each in lost] == [("machine_error", changed.name)] * 2

    for strange, reason in ((told, "book_flight was answered otherwise"), (stood, "the world of tiny_air is not what")):
        start = branch(long, parent.model_copy(update={"turns": (strange, *rest)}), Place(1))
        episode = await play_in(Group(start, farm, 1), NullPolicy(), seed=0, trial=0, budget=9, timeout_s=30.0)
        assert (episode.stop, episode.reward.total) == ("machine_error", None)
        assert reason in episode.trouble


async def test_a_place_that_is_not_in_the_episode_is_named(reading: Task, long: Task, farm: Farm) -> None:
    parent = await replayed(long, farm)

    for place, words in (
        (Place(4), "has 3 answered turns, so nothing follows after 4"),
        (Place(3), "is over after 3 turns"),
        (Place(1, 2), "has 1 calls in turn 2, so 1.2 is not in it"),
    ):
        with pytest.raises(ForkError, match=words):
            branch(long, parent, place)
    cut = await play(long, ReplayPolicy([long]), farm, seed=1, trial=0, budget=1, timeout_s=30.0)
    with pytest.raises(ForkError, match="has 0 answered turns, so nothing follows after 1"):
        branch(long, cut, Place(1))
    assert branch(long, cut, Place(0, 1)).is_open
    with pytest.raises(ForkError, match=f"is not of that task, but of {long.id}"):
        branch(reading, parent, Place(1))
    with pytest.raises(ForkError, match=r"expected TURNS or TURNS.CALLS, such as 1 or 1.2, not 'x'"):
        parse_place("x")


async def test_calls_that_reached_no_world_are_not_made_again(reading: Task, farm: Farm) -> None:
    class Lost:
        name = "lost"

        async def act(self, scene: Scene) -> Move:
            return Move() if scene.steps else Move((ToolCall("tiny_air", "fly", {}), ToolCall("nowhere", "x", {})))

    parent = await play(reading, Lost(), farm, seed=0, trial=0, budget=9, timeout_s=30.0)

    start = branch(reading, parent, Place(1))
    episode = await play_in(Group(start, farm, 1), RandomPolicy(), seed=0, trial=0, budget=9, timeout_s=30.0)

    assert episode.turns[0] == parent.turns[0]
    assert episode.stop == "done"


async def test_turns_that_wrote_keep_how_the_worlds_stood_and_are_paid_one_by_one(long: Task, farm: Farm) -> None:
    episode = await replayed(long, farm)

    assert [turn.after is None for turn in episode.turns] == [False, False, True]
    assert set(episode.turns[0].after.digests) == {"tiny_air", "twin_air"}  # type: ignore[union-attr]
    assert episode.reward.by_turn[0] == 0.25
    assert episode.reward.by_turn[-1] == episode.reward.progress == 1.0
    assert [*episode.reward.by_turn] == sorted({*episode.reward.by_turn})
    assert score(long, Episode.model_validate_json(episode.model_dump_json())) == episode.reward


async def test_a_farm_that_is_full_makes_rollouts_wait(reading: Task, environments: Path, tmp_path: Path) -> None:
    async with Farm.launch([environments], arguments=["--max-episodes", "3"]) as farm:
        episodes = await play_all(
            [reading], [ReplayPolicy([reading])], farm, trials=8, out=tmp_path, concurrency=8, limits=Limits(9, 60.0)
        )

    assert [episode.reward.total for episode in episodes] == [1.0] * 8


async def test_a_group_without_a_size_goes_on_until_it_is_closed(reading: Task, farm: Farm) -> None:
    before = (await farm.capacity()).episodes
    group = Group(Start(reading), farm, None)
    for trial in range(2):
        await play_in(group, NullPolicy(), seed=0, trial=trial, budget=9, timeout_s=30.0)
        assert (await farm.capacity()).episodes == before + 1

    async with group.standing() as footing:
        await group.close()
        assert await footing.session.digest()
        assert (await farm.capacity()).episodes == before + 1
    assert (await farm.capacity()).episodes == before
