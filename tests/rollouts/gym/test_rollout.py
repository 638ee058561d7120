"""Playing from outside: the same play, the same record and the same reward as any other policy gets."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from chat.messages import Message
from farm.farm import Farm
from rollouts.episode import Episode
from rollouts.gym.rollout import OutOfTurnError, Rollout, Said, Told
from rollouts.play import play
from rollouts.policy import MALFORMED, Policy, ReplayPolicy
from rollouts.user import ScriptedUser
from sampler.task import Task
from tests.rollouts.gym.conftest import answering, calling, truth

BUDGET = 10


def begun(
    farm: Farm, task: Task, *, budget: int = BUDGET, timeout_s: float = 60.0, most_chars: int = 20_000
) -> Rollout:
    def plays(policy: Policy) -> Coroutine[Any, Any, Episode]:
        return play(task, policy, farm, seed=0, trial=0, budget=budget, timeout_s=timeout_s)

    return Rollout(task, "outside", plays, budget=budget, most_chars=most_chars)


async def played(rollout: Rollout, said: list[Callable[[int], Said]]) -> Told:
    told = await rollout.begin()
    for each in said:
        told = await rollout.say(each(told.move))
    return told


async def test_the_beginning_tells_rules_request_and_tools(farm: Farm, booking: Task) -> None:
    rollout = begun(farm, booking)
    told = await rollout.begin()
    await rollout.abandon()

    assert [message.role for message in told.messages] == ["system", "user"]
    assert told.messages[1].text == booking.turns[0].query
    assert told.tools is not None
    assert {"tiny_air_book_flight", "twin_air_book_flight"} <= told.tools.keys()
    assert (told.move, told.calls_left, told.episode) == (0, BUDGET, None)


async def test_the_truth_played_from_outside_earns_what_it_earns_inside(
    farm: Farm, reading: Task, booking: Task
) -> None:
    for task in (reading, booking):
        outside = (await played(begun(farm, task), [*truth(task)])).episode
        inside = await play(task, ReplayPolicy([task]), farm, seed=0, trial=0, budget=BUDGET, timeout_s=60)

        assert outside is not None
        assert outside.reward == inside.reward
        assert outside.reward.total == 1.0
        assert (outside.diffs, outside.digests, outside.counts) == (inside.diffs, inside.digests, inside.counts)


async def test_after_a_message_what_is_new_is_told_and_nothing_twice(farm: Farm, reading: Task) -> None:
    rollout = begun(farm, reading)
    first = await rollout.begin()
    searched = await rollout.say(calling(0, *reading.steps_of(0)))
    answered = await rollout.say(answering(1, "TA103"))
    await rollout.abandon()

    assert first.messages[-1].role == "user"
    assert [message.role for message in searched.messages] == ["tool"]
    assert "TA103" in searched.messages[0].text
    assert searched.said is not None
    assert searched.said.calls[0].id == searched.messages[0].call_id == "c0"
    assert answered.messages == (Message(role="user", text=reading.turns[1].query),)


async def test_progress_grows_as_turns_are_answered_and_ends_as_the_record_has_it(farm: Farm, reading: Task) -> None:
    weighed = reading.model_copy(
        update={"criteria": reading.criteria.model_copy(update={"weights": {"facts": 0.5, "forbidden": 0.5}})}
    )
    rollout = begun(farm, weighed)
    seen = [(await rollout.begin()).progress]
    for each in truth(weighed):
        told = await rollout.say(each(len(seen) - 1))
        seen.append(told.progress)

    assert told.episode is not None
    assert list(dict.fromkeys(seen)) == [*told.episode.reward.by_turn] == [0.5, 0.75, 1.0]


async def test_a_message_that_is_sent_again_is_played_once(farm: Farm, booking: Task) -> None:
    rollout = begun(farm, booking)
    await rollout.begin()
    said = calling(0, *booking.truth.trajectory)
    first, again = await rollout.say(said), await rollout.say(said)
    over = await rollout.say(answering(1, "130.00"))

    assert first is again
    assert over.episode is not None
    assert over.episode.counts.calls == len(booking.truth.trajectory)
    assert (await rollout.say(answering(1, "130.00"))) is over


async def test_a_message_out_of_turn_is_refused(farm: Farm, booking: Task) -> None:
    rollout = begun(farm, booking)
    await rollout.begin()
    with pytest.raises(OutOfTurnError, match="expected message 0 of this rollout, got 2"):
        await rollout.say(answering(2, "?"))
    await rollout.abandon()


async def test_a_call_wrong_in_form_takes_one_of_the_budget(farm: Farm, booking: Task) -> None:
    rollout = begun(farm, booking)
    await rollout.begin()
    call = {"id": "a", "function": {"name": "tiny_air_book_flight", "arguments": "{"}}
    told = await rollout.say(Said.model_validate({"move": 0, "tool_calls": [call]}))
    await rollout.abandon()

    assert told.messages[0].text.startswith(MALFORMED)
    assert told.calls_left == BUDGET - 1


async def test_a_budget_that_is_used_up_ends_the_rollout_scored(farm: Farm, booking: Task) -> None:
    rollout = begun(farm, booking, budget=2)
    await rollout.begin()
    told = await rollout.say(calling(0, *booking.truth.trajectory))

    assert told.episode is not None
    assert (told.episode.stop, told.episode.reward.total) == ("budget", 0.0)


async def test_a_policy_that_cannot_go_on_is_scored_by_what_it_did(farm: Farm, booking: Task) -> None:
    rollout = begun(farm, booking)
    await rollout.begin()
    told = await rollout.say(Said(move=0, stop="tokens"))

    assert told.episode is not None
    assert (told.episode.stop, told.episode.reward.total) == ("tokens", 0.0)


async def test_a_trainer_that_never_comes_back_leaves_a_rollout_unscored(farm: Farm, booking: Task) -> None:
    rollout = begun(farm, booking, timeout_s=0.5)
    await rollout.begin()
    await rollout.playing
    told = await rollout.say(answering(0, "too late"))

    assert told.episode is not None
    assert (told.episode.stop, told.episode.reward.total) == ("timeout", None)


async def test_trouble_with_the_farm_is_told_as_a_rollout_that_is_over(farm: Farm, booking: Task) -> None:
    step = booking.truth.trajectory[1].model_copy(update={"code": "sold_out"})
    told = await begun(farm, booking.model_copy(update={"setup": (step,)})).begin()

    assert told.episode is not None
    assert (told.episode.stop, told.episode.reward.total) == ("machine_error", None)


async def test_an_abandoned_rollout_leaves_no_world(farm: Farm, booking: Task) -> None:
    before = (await farm.capacity()).episodes
    rollout = begun(farm, booking)
    await rollout.begin()
    await rollout.abandon()

    assert rollout.is_over
    assert (await farm.capacity()).episodes == before


async def test_who_waits_for_a_rollout_that_is_closed_is_told(farm: Farm, booking: Task) -> None:
    rollout = begun(farm, booking)
    waiting = asyncio.create_task(rollout.begin())
    await asyncio.sleep(0)
    await rollout.abandon()

    with pytest.raises(OutOfTurnError, match="closed meanwhile"):
        await waiting


async def test_a_user_hears_what_is_said_from_outside(farm: Farm, reading: Task) -> None:
    def plays(policy: Policy) -> Coroutine[Any, Any, Episode]:
        return play(reading, policy, farm, seed=0, trial=0, budget=9, timeout_s=60, user=ScriptedUser())

    rollout = Rollout(reading, "outside", plays, budget=9, most_chars=20_000)
    await rollout.begin()
    told = await rollout.say(answering(0, "From which city?"))
    await rollout.abandon()

    assert told.messages[0].text == f"What I want is this: {reading.turns[0].query}"
    assert told.move == 1
