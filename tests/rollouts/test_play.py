"""Playing for real: a hosted farm, a private episode, calls over MCP."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from envkit.calls import ToolCall
from farm.farm import Farm
from farm.launch import Host, HostProcess, launch
from farm.link import UNKNOWN_TOOL
from rollouts.episode import Episode
from rollouts.play import play
from rollouts.policy import Move, NullPolicy, Policy, ReplayPolicy, Scene
from rollouts.random_policy import RandomPolicy
from sampler.task import Rule, StepRecord, Task


@dataclass
class Scripted:
    """Makes the moves it was given, one after the other, whatever comes."""

    moves: list[Move]
    name: str = "scripted"
    scenes: list[Scene] = field(default_factory=list)

    async def act(self, scene: Scene) -> Move:
        self.scenes.append(scene)
        return self.moves[len(self.scenes) - 1]


class Broken:
    name = "broken"

    async def act(self, scene: Scene) -> Move:
        raise RuntimeError("no provider")


def moves(task: Task) -> list[Move]:
    calls = [ToolCall(step.environment, step.tool, step.arguments) for step in task.truth.trajectory]
    return [*(Move((call,)) for call in calls), Move(answer="It cost 130.00.")]


async def played(task: Task, policy: Policy, farm: Farm, *, budget: int = 20, trial: int = 0) -> Episode:
    return await play(task, policy, farm, seed=1, trial=trial, budget=budget, timeout_s=30.0)


async def test_replay_earns_exactly_one(reading: Task, booking: Task, farm: Farm) -> None:
    policy = ReplayPolicy([reading, booking])

    episodes = [await played(task, policy, farm) for task in (reading, booking)]

    assert [episode.reward.total for episode in episodes] == [1.0, 1.0]
    assert [episode.digests for episode in episodes] == [reading.truth.digests, booking.truth.digests]


async def test_steps_keep_what_the_policy_saw(reading: Task, farm: Farm) -> None:
    get = ToolCall("tiny_air", "get_flight", {"flight_id": "flt_5203te"})
    wrong = ToolCall("tiny_air", "get_flight", {"flight_id": "flt_000000"})
    script = Scripted([Move((get, wrong)), Move(), Move()])

    episode = await played(reading, script, farm)

    seen = [step.observation.text for step in script.scenes[1].steps]
    assert seen[0].startswith('{"id":"flt_5203te","number":"TA103"')
    assert seen[1].startswith("not_found: ")
    assert [step.text for step in episode.steps] == ["", seen[1]]


async def test_null_earns_exactly_nothing(reading: Task, booking: Task, farm: Farm) -> None:
    episodes = [await played(task, NullPolicy(), farm) for task in (reading, booking)]

    assert [episode.reward.total for episode in episodes] == [0.0, 0.0]
    assert all(episode.counts.calls == 0 and episode.stop == "done" for episode in episodes)


async def test_random_makes_calls_that_pass_and_earns_nothing(reading: Task, booking: Task, farm: Farm) -> None:
    episodes = [await played(task, RandomPolicy(), farm, trial=n) for task in (reading, booking) for n in range(5)]

    assert {episode.reward.total for episode in episodes} == {0.0}
    assert sum(episode.counts.calls for episode in episodes) > 10
    assert any(step.code is None for episode in episodes for step in episode.steps)


async def test_a_second_play_repeats_the_first(booking: Task, farm: Farm) -> None:
    first, second, other = [await played(booking, RandomPolicy(), farm, trial=n) for n in (0, 0, 1)]

    assert first.digest == second.digest
    assert first.digest != other.digest


async def test_each_episode_has_a_world_of_its_own(booking: Task, farm: Farm) -> None:
    await played(booking, ReplayPolicy([booking]), farm)

    episode = await played(booking, NullPolicy(), farm)

    assert episode.diffs == {"tiny_air": {}, "twin_air": {}}


async def test_writes_are_counted_and_taking_one_back_costs(booking: Task, farm: Farm) -> None:
    rename = [
        ToolCall("tiny_air", "update_customer", {"customer_id": "cus_cddd0v", "name": n}) for n in ("X", "Eli Nygard")
    ]

    episode = await played(booking, Scripted([Move(tuple(rename)), *moves(booking)]), farm)

    assert episode.counts.writes == 4
    assert episode.reward.total == pytest.approx(1 - 0.05 * 4 / 20)


async def test_an_extra_write_earns_nothing(booking: Task, farm: Farm) -> None:
    rename = ToolCall("tiny_air", "update_customer", {"customer_id": "cus_pr0qzt", "name": "X"})

    episode = await played(booking, Scripted([Move((rename,)), *moves(booking)]), farm)

    assert (episode.reward.total, episode.reward.parts["forbidden"]) == (0.0, 0.0)


async def test_another_order_with_other_ids_earns_the_same(booking: Task, farm: Farm) -> None:
    find, *rest = moves(booking)
    other = ToolCall(
        "tiny_air", "book_flight", {"customer_id": "cus_xp5xqh", "flight_id": "flt_gyznew", "passengers": 1}
    )
    bookings = [move for move in rest if move.calls]

    episode = await played(booking, Scripted([find, *reversed(bookings), rest[-1]]), farm)
    wrong = await played(booking, Scripted([find, Move((other,)), bookings[1], rest[-1]]), farm)

    assert episode.reward.total == 1.0
    assert wrong.reward.total == 0.0


async def test_a_tool_that_is_not_offered_is_refused_and_costs(reading: Task, farm: Farm) -> None:
    script = Scripted([Move((ToolCall("nowhere", "x", {}), ToolCall("tiny_air", "x", {}))), Move(), Move()])

    episode = await played(reading, script, farm)

    assert [step.code for step in episode.steps] == ["unknown_tool", "unknown_tool"]
    assert episode.stop == "done"


async def test_a_policy_sees_its_steps_and_turns_but_no_truth(reading: Task, farm: Farm) -> None:
    call = ToolCall("tiny_air", "get_flight", {"flight_id": "flt_5203te"})
    script = Scripted([Move((call,)), Move(answer="TA103"), Move(answer="51.00")])

    episode = await played(reading, script, farm)

    first, second, third = script.scenes
    assert (first.query, first.steps, first.past) == ("Request 0", (), ())
    assert second.steps[0].call == call
    assert (third.query, third.steps, third.past[0].answer) == ("Request 1", (), "TA103")
    assert "search_flights" in [tool.name for tool in third.tools["tiny_air"]]
    assert episode.reward.total == 1.0


async def test_a_spent_budget_ends_the_episode(booking: Task, farm: Farm) -> None:
    episode = await played(booking, ReplayPolicy([booking]), farm, budget=2)

    assert (episode.stop, episode.counts.calls, episode.reward.total) == ("budget", 2, 0.0)


async def test_a_budget_of_just_the_truth_is_enough(booking: Task, farm: Farm) -> None:
    episode = await played(booking, ReplayPolicy([booking]), farm, budget=3)

    assert (episode.stop, episode.reward.total) == ("done", 1.0)


async def test_a_failing_policy_leaves_the_episode_unscored(booking: Task, farm: Farm) -> None:
    episode = await played(booking, Broken(), farm)

    assert (episode.stop, episode.trouble) == ("policy_error", "RuntimeError: no provider")
    assert episode.reward.total is None


async def test_a_bug_leaves_the_episode_unscored_and_in_the_log(
    booking: Task, farm: Farm, caplog: pytest.LogCaptureFixture
) -> None:
    nonsense = {"limit": object()}  # no JSON, which the types of a call forbid

    episode = await played(booking, Scripted([Move((ToolCall("tiny_air", "search_flights", nonsense),))]), farm)  # type: ignore[dict-item]

    assert (episode.stop, episode.reward.total) == ("machine_error", None)
    assert "a bug while scripted played" in caplog.text


async def test_a_late_policy_leaves_the_episode_unscored(booking: Task, farm: Farm) -> None:
    episode = await play(booking, NullPolicy(), farm, seed=0, trial=0, budget=5, timeout_s=0.0)

    assert (episode.stop, episode.reward.total) == ("timeout", None)


class Saboteur:
    """Ends the farm's host, then makes a call."""

    name = "saboteur"

    def __init__(self, host: HostProcess) -> None:
        self._host = host

    async def act(self, scene: Scene) -> Move:
        await self._host.stop()
        return Move((ToolCall("tiny_air", "search_flights", {}),))


async def test_a_machine_that_dies_leaves_the_episode_unscored(reading: Task, tiny_air_folder: Path) -> None:
    host = await launch(Host((tiny_air_folder,)))

    async with Farm.attach(host.url) as farm:
        episode = await played(reading, Saboteur(host), farm)

    assert (episode.stop, episode.reward.total) == ("machine_error", None)
    assert "nothing answers there" in episode.trouble


async def test_a_tool_that_breaks_down_leaves_the_episode_unscored(
    reading: Task, tiny_air_folder: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(tiny_air_folder, tmp_path / "tiny_air", ignore=shutil.ignore_patterns("__pycache__"))
    server = (folder / "server.py").read_text("utf-8")
    (folder / "server.py").write_text(
        server.replace("    return world.page(\n", "    return 1 // 0, world.page(\n"), "utf-8"
    )

    async with Farm.launch([folder]) as farm:
        episode = await played(reading, ReplayPolicy([reading]), farm)

    assert (episode.stop, episode.reward.total) == ("machine_error", None)
    assert "search_flights broke down" in episode.trouble
    assert episode.steps[0].code == "internal"


async def test_an_environment_that_is_not_there_leaves_the_episode_unscored(reading: Task, farm: Farm) -> None:
    episode = await played(reading.model_copy(update={"environments": ("nowhere",)}), NullPolicy(), farm)

    assert (episode.stop, episode.reward.total) == ("machine_error", None)


CUSTOMER, FLIGHT = "cus_cddd0v", "flt_csnrwr"
BOOKED = StepRecord(
    environment="tiny_air",
    tool="book_flight",
    arguments={"customer_id": CUSTOMER, "flight_id": FLIGHT, "passengers": 1},
    writes=True,
)
LIST = ToolCall("tiny_air", "list_bookings", {"customer_id": CUSTOMER})


async def test_the_setup_is_made_before_the_policy_looks_and_is_no_change_of_its_own(reading: Task, farm: Farm) -> None:
    fresh, later = Scripted([Move((LIST,)), Move(), Move()]), Scripted([Move((LIST,)), Move(), Move()])

    await played(reading, fresh, farm)
    episode = await played(reading.model_copy(update={"setup": (BOOKED,)}), later, farm)

    before, after = (script.scenes[1].steps[0].observation.content for script in (fresh, later))
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert after["total"] == before["total"] + 1
    assert (episode.diffs, episode.drift_s, episode.counts.writes) == ({"tiny_air": {}}, {"tiny_air": 0.0}, 0)


async def test_a_setup_that_goes_otherwise_ends_the_episode_unscored(reading: Task, farm: Farm) -> None:
    otherwise = BOOKED.model_copy(update={"code": "sold_out"})

    episode = await played(reading.model_copy(update={"setup": (otherwise,)}), NullPolicy(), farm)

    assert (episode.stop, episode.reward.total, episode.turns) == ("machine_error", None, ())
    assert "book_flight of the setup was recorded otherwise" in episode.trouble


async def test_a_hidden_tool_is_not_offered_and_a_call_of_it_is_refused_without_effect(
    booking: Task, farm: Farm
) -> None:
    hiding = booking.model_copy(update={"hidden_tools": (("tiny_air", "book_flight"),)})
    script = Scripted(moves(booking))

    episode = await played(hiding, script, farm)

    offered = {slug: {tool.name for tool in tools} for slug, tools in script.scenes[0].tools.items()}
    assert "book_flight" not in offered["tiny_air"]
    assert "book_flight" in offered["twin_air"]
    assert [(step.tool, step.code) for step in episode.steps][1] == ("book_flight", UNKNOWN_TOOL)
    assert (episode.diffs["tiny_air"], episode.steps[1].writes) == ({}, False)
    assert episode.diffs["twin_air"] != {}


async def test_rules_are_told_to_the_policy_and_a_breach_earns_nothing(booking: Task, farm: Farm) -> None:
    rule = Rule(text="No parties.", environment="tiny_air", tool="book_flight", argument="passengers", limit=1)
    ruled = booking.model_copy(update={"rules": (rule,)})
    script = Scripted(moves(booking))

    episode = await played(ruled, script, farm)

    assert {scene.rules for scene in script.scenes} == {("No parties.",)}
    assert episode.reward.total == 0.0
    assert episode.reward.parts["rules"] == 0.0
    assert "book_flight was called against the rule: No parties." in episode.reward.reason


async def test_no_rules_are_told_where_there_are_none(reading: Task, farm: Farm) -> None:
    script = Scripted([Move(), Move()])

    await played(reading, script, farm)

    assert {scene.rules for scene in script.scenes} == {()}
