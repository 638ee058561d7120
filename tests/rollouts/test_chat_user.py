from pathlib import Path

import pytest

from farm.farm import Farm
from rollouts.chat_user import TRIES, ChatUser, UserSettings, faults_of
from rollouts.episode import Episode, Turn
from rollouts.play import play
from rollouts.user import Talk
from sampler.task import Persona, Task
from tests.chat.scripted import Move, Script, Scripted, good, in_turn, scripted, status
from tests.rollouts.solver import opened
from tests.rollouts.test_user import GIVEN, PLAIN, open_task
from tests.rollouts.test_user import Scripted as Policy

ASKED = ("Which flight is it?", "And for how many?", "The charge was 130.00.")
"""What the policy says: something needless, the right question, the answer."""

ADA = Persona(manner="polite", name="Ada Moe", email="ada@example.org")


async def talked(task: Task, farm: Farm, script: Script, folder: Path) -> tuple[Episode, Scripted]:
    with scripted(script) as server:
        async with opened(server.url, folder) as client:
            user = ChatUser(client, UserSettings("u"), "http://model.example")
            policy = Policy(task, *ASKED)
            episode = await play(task, policy, farm, seed=0, trial=0, budget=20, timeout_s=30, user=user)
    return episode, server


async def test_a_model_words_what_is_asked_and_the_task_says_the_rest(
    booking: Task, farm: Farm, tmp_path: Path
) -> None:
    episode, server = await talked(open_task(booking), farm, in_turn(good("The TA103, please.")), tmp_path)

    assert [turn.query for turn in episode.turns] == ["Book TA103, will you?", "The TA103, please.", GIVEN]
    assert (episode.reward.total, len(server.requests)) == (1.0, 1)
    assert episode.cost is None
    assert episode.user_cost is not None
    assert (episode.user_cost.prompt_tokens, episode.user_cost.completion_tokens) == (
        server.prompt_tokens,
        server.completion_tokens,
    )


async def test_the_model_is_told_what_the_user_knows_and_nothing_more(
    booking: Task, farm: Farm, tmp_path: Path
) -> None:
    task = open_task(booking).model_copy(update={"persona": ADA})

    _, server = await talked(task, farm, in_turn(good("The TA103, please.")), tmp_path)

    (request,) = server.requests
    (told,) = request["messages"]
    assert all(known in told["content"] for known in (PLAIN, "Ada Moe", "Assistant: Which flight is it?", "polite"))
    assert not any(unknown in told["content"] for unknown in (GIVEN, "130", "cus_", "flt_", "passengers"))
    assert "tools" not in request


async def test_words_that_must_not_be_said_are_asked_for_again_and_paid_for(
    booking: Task, farm: Farm, tmp_path: Path
) -> None:
    answers = in_turn(good("TA103, and it should cost 130.00."), Move(text="The", finish="length"), good("The TA103."))

    episode, server = await talked(open_task(booking), farm, answers, tmp_path)

    assert episode.turns[1].query == "The TA103."
    assert [reply.text for reply in episode.turns[1].user_replies][-1] == "The TA103."
    assert episode.user_cost is not None
    assert episode.user_cost.replies == 3
    told = [request["messages"][-1]["content"] for request in server.requests[1:]]
    assert "tells 130.00, which the user cannot know" in told[0]
    assert "is no whole answer: length" in told[1]


async def test_a_user_that_cannot_be_held_to_the_task_is_at_fault_and_not_the_policy(
    booking: Task, farm: Farm, tmp_path: Path
) -> None:
    episode, server = await talked(open_task(booking), farm, in_turn(good("It is for 7 of us.")), tmp_path)

    assert (episode.stop, episode.reward.total) == ("user_error", None)
    assert (
        episode.trouble
        == f"the user's model was asked {TRIES} times, and what it said last tells 7, which the user cannot know"
    )
    assert episode.user_cost is not None
    assert (episode.user_cost.replies, len(server.requests)) == (TRIES, TRIES)
    assert [turn.query for turn in episode.turns] == ["Book TA103, will you?"]


async def test_a_users_endpoint_that_fails_is_the_users_failure(booking: Task, farm: Farm, tmp_path: Path) -> None:
    episode, _ = await talked(open_task(booking), farm, in_turn(status(500)), tmp_path)

    assert (episode.stop, episode.reward.total, episode.user_cost) == ("user_error", None, None)
    assert episode.trouble.startswith("the user's model gave no answer: http://127.0.0.1")


FIRST = Turn(query="Please book TA103 for three on 5 March.", answer="From Oslo or from Bergen, at 08:15?")


@pytest.mark.parametrize(
    "words",
    [
        "From Bergen, the one at 08:15, please.",
        "The one I asked for: TA103, for 3.",
        "Yes, please, on March 5th. I have no second wish.",
        'I said "TA103".',
        "I am Ada Moe, ada@example.org.",
    ],
)
def test_a_user_may_say_what_it_has_said_what_it_is_and_what_it_was_told(words: str, reading: Task) -> None:
    talk = Talk(reading.model_copy(update={"persona": ADA}), (FIRST,), 0, 0)

    assert faults_of(words, talk) == ()


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("", "says nothing"),
        ("The one that costs 51.", "tells 51, which the user cannot know"),
        ("I am ben@example.org.", "tells ben@example.org, which the user cannot know"),
        ("Make it flt_csnrwr.", "tells flt_csnrwr, which the user cannot know"),
        ("On 6 March.", "tells a date or time, which the user cannot know"),
        ('It is called "Polar Express".', 'tells "Polar Express", which the user cannot know'),
        ("It must be TA104.", "gives away the number that the policy is to find"),
    ],
)
def test_a_user_may_not_say_what_it_cannot_know(words: str, fault: str, reading: Task) -> None:
    facts = (reading.criteria.facts[0].model_copy(update={"value": "TA104", "text": "TA104"}),)
    task = reading.model_copy(update={"criteria": reading.criteria.model_copy(update={"facts": facts})})

    assert faults_of(words, Talk(task, (FIRST,), 0, 0)) == (fault,)
