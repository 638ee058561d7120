import asyncio

from envfarm_gym import Gym
from envfarm_gym.talk import GONE, finish, talk
from sampler.task import Task


async def test_talk_answers_a_request_and_finish_the_last_one(url: str, reading: Task) -> None:
    def play() -> None:
        with Gym(url).open(reading.id) as rollout:
            assert talk(rollout, {"text": "TA103"}) == reading.turns[1].query
            outcome = finish(rollout, "51.00")
            assert (outcome.stop, outcome.reward) == ("done", 0.0)
            assert talk(rollout, {"text": "Anything else?"}) == GONE

    await asyncio.to_thread(play)


async def test_a_policy_that_was_cut_off_is_scored_all_the_same(url: str, reading: Task) -> None:
    def play() -> None:
        with Gym(url).open(reading.id) as rollout:
            assert finish(rollout, None).stop == "tokens"

    await asyncio.to_thread(play)
