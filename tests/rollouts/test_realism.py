"""Playing in worlds with a profile: what retries earns all, what gives up does not, and records say which it was."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from envkit.calls import ToolCall
from envkit.errors import RATE_LIMITED, TRANSIENT
from envkit.realism import PROFILES, ProfileName
from evaluation.taxonomy import modes
from evaluation.verdict import spare_calls
from farm.farm import Farm
from rollouts.batch import EPISODES, play_all
from rollouts.engines.engine import Limits
from rollouts.episode import Episode, read_episodes
from rollouts.play import play
from rollouts.policy import Move, NullPolicy, Policy, ReplayPolicy, Scene, answer_of
from rollouts.reward import score
from rollouts.start import Place, Start, branch
from sampler.task import Fact, StepRecord, Task, seal
from tests.rollouts.conftest import Record

FLIGHT = "flt_csnrwr"
BOOK = {"customer_id": "cus_cddd0v", "flight_id": FLIGHT, "passengers": 1}
LOOK = ("tiny_air", "get_flight", {"flight_id": FLIGHT})
SEARCH = ("tiny_air", "search_flights", {"limit": 50})
PLAYABLE = tuple(name for name in PROFILES if name != "latency")


@dataclass(frozen=True)
class Once:
    """Makes each call of the truth once, whatever comes back."""

    task: Task
    name: str = "once"

    async def act(self, scene: Scene) -> Move:
        steps = self.task.steps_of(scene.request)[len(scene.steps) :]
        calls = tuple(ToolCall(step.environment, step.tool, step.arguments) for step in steps)
        return Move(calls) if calls else Move(answer=answer_of(self.task, scene.request))


@pytest.fixture
async def long(record: Record) -> Task:
    """A task of 14 calls in two turns and two environments, four of which write."""
    first = [SEARCH, LOOK, ("tiny_air", "book_flight", BOOK), LOOK, ("twin_air", "book_flight", BOOK), LOOK]
    second = [("tiny_air", "book_flight", BOOK), *[LOOK] * 5, ("twin_air", "book_flight", BOOK), SEARCH]
    return await record([first, second], [Fact(name="number", value="TA104", type="str", text="TA104")])


def within(task: Task, name: ProfileName | None) -> Task:
    return task.model_copy(update={"realism": name})


async def played(task: Task, policy: Policy, farm: Farm, *, trial: int = 0) -> Episode:
    return await play(task, policy, farm, seed=1, trial=trial, budget=40, timeout_s=30.0)


@pytest.mark.parametrize("name", PLAYABLE)
async def test_replay_earns_exactly_one_in_every_profile(name: ProfileName, long: Task, farm: Farm) -> None:
    task = within(long, name)

    episode = await played(task, ReplayPolicy([task]), farm)

    assert (episode.reward.total, episode.reward.reason, episode.realism) == (1.0, "", name)
    assert episode.digests == long.truth.digests
    refused = [step.code for step in episode.steps if step.code]
    assert set(refused) <= TRANSIENT
    assert bool(refused) is (name != "pages")
    assert spare_calls(task, episode) == 0


@pytest.mark.parametrize("name", ["faults", "limits"])
async def test_what_never_retries_fails_by_its_recovery(name: ProfileName, long: Task, farm: Farm) -> None:
    task = within(long, name)

    episode, plain = await played(task, Once(task), farm), await played(long, Once(long), farm)

    assert (episode.reward.total, plain.reward.total) == (0.0, 1.0)
    assert modes(task, episode)[0] == "err_recovery"


async def test_nothing_earns_nothing(long: Task, farm: Farm) -> None:
    assert (await played(within(long, "rough"), NullPolicy(), farm)).reward.total == 0.0


async def test_every_trial_of_a_task_meets_the_same(long: Task, farm: Farm, tmp_path: Path) -> None:
    task = within(long, "rough")

    first, *others = await play_all(
        [task], [ReplayPolicy([task])], farm, trials=3, out=tmp_path, concurrency=3, limits=Limits(40, 30.0)
    )

    assert [each.turns for each in others] == [first.turns] * 2
    assert [each.reward.total for each in (first, *others)] == [1.0] * 3
    assert (await played(task, ReplayPolicy([task]), farm)).turns == first.turns


async def test_nothing_befalls_the_setup(record: Record, farm: Farm) -> None:
    step = StepRecord(environment="tiny_air", tool="get_flight", arguments={"flight_id": FLIGHT})
    task = await record([[LOOK] * 6], [Fact(name="number", value="TA104", type="str", text="TA104")])
    task = within(task.model_copy(update={"setup": (step,) * 9}), "limits")

    episode = await played(task, ReplayPolicy([task]), farm)

    codes = [step.code for step in episode.steps]
    assert codes == [None] * 5 + [RATE_LIMITED] * 2 + [None]
    assert episode.reward.total == 1.0


@pytest.mark.parametrize("place", [Place(0, 3), Place(1, 1), Place(1, 2)], ids=str)
async def test_a_fork_stays_in_the_profile_of_its_episode(place: Place, long: Task, farm: Farm, tmp_path: Path) -> None:
    task = within(long, "limits")
    parent = await played(task, ReplayPolicy([task]), farm)

    start = branch(long, parent, place)
    (fork,) = await play_all(
        [start], [ReplayPolicy([task])], farm, trials=1, out=tmp_path, concurrency=1, limits=Limits(40, 30.0)
    )

    assert parent.turns[1].steps[0].code == RATE_LIMITED
    assert fork.realism == "limits"
    assert fork.turns == parent.turns
    assert fork.reward.total == 1.0


async def test_another_profile_is_played_again_and_the_same_is_not(reading: Task, farm: Farm, tmp_path: Path) -> None:
    async def heard(name: ProfileName | None) -> list[bool]:
        found: list[bool] = []
        await play_all(
            [within(reading, name)],
            [NullPolicy()],
            farm,
            trials=1,
            out=tmp_path,
            concurrency=1,
            progress=lambda _, is_played: found.append(is_played),
        )
        return found

    assert [await heard(name) for name in (None, "rough", "rough", None)] == [[True], [True], [False], [True]]
    (stored,) = (tmp_path / EPISODES).read_text().splitlines()
    assert "realism" not in json.loads(stored)
    assert [each.realism for each in read_episodes(tmp_path / EPISODES)] == [None]


async def test_further_pages_are_needless_only_where_pages_are_not_cut_short(long: Task, farm: Farm) -> None:
    @dataclass
    class Pager:
        """Leafs through all flights before it plays the truth."""

        task: Task
        name: str = "pager"

        async def act(self, scene: Scene) -> Move:
            last = scene.steps[-1].observation.content if scene.steps else None
            if not scene.past and (last is None or (isinstance(last, dict) and last.get("next_cursor"))):
                cursor = {"cursor": last["next_cursor"]} if isinstance(last, dict) else {}
                return Move((ToolCall("tiny_air", "search_flights", {"limit": 3, **cursor}),))
            leafed = 0 if scene.past else 4
            steps = self.task.steps_of(scene.request)[bool(leafed) :][max(0, len(scene.steps) - leafed) :]
            calls = tuple(ToolCall(step.environment, step.tool, step.arguments) for step in steps)
            return Move(calls) if calls else Move(answer=answer_of(self.task, scene.request))

    cut, whole = [await played(task, Pager(task), farm) for task in (within(long, "pages"), long)]

    assert [len(each.steps) for each in (cut, whole)] == [17, 17]
    assert [each.reward.total for each in (cut, whole)] == [1.0, pytest.approx(1 - 0.05 * 3 / 40)]
    assert score(long, cut) == cut.reward


def test_a_task_without_a_profile_has_the_id_that_it_had_before_there_were_any(reading: Task) -> None:
    assert "realism" not in reading.model_dump()
    assert seal(reading).id == reading.id != seal(within(reading, "rough")).id
    assert Start(within(reading, "rough")).task.realism == "rough"
