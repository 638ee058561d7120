from collections.abc import Sequence

import pytest

from envkit.calls import Observation, Step, ToolCall
from farm.farm import Farm
from rollouts.episode import Episode, PlayedStep, Turn, by_request
from rollouts.play import play
from rollouts.policy import Move, ReplayPolicy, Scene
from rollouts.user import MOST_WORDS, NOTHING_TO_ADD, FixedUser, ScriptedUser, Talk, User, is_question
from sampler.task import Persona, Task, TaskTurn

PLAIN = "Please book a flight with these details: flight: TA103."
GIVEN = "It's 2."


def open_task(booking: Task) -> Task:
    """Make of a task that books one whose first request leaves open for how many, and whose second says so."""
    asks = TaskTurn(
        query="Book TA103, will you?", plain=PLAIN, calls=0, outcome="asks", about=("passengers", "how many")
    )
    grants = booking.turns[0].model_copy(update={"query": GIVEN, "plain": "For my request number 1: passengers: 2."})
    facts = tuple(fact.model_copy(update={"turn": 1}) for fact in booking.criteria.facts)
    criteria = booking.criteria.model_copy(update={"facts": facts})
    return booking.model_copy(update={"turns": (asks, grants), "criteria": criteria})


class Scripted:
    """Says these words in turn, an answer each; in the turn that is granted it makes the truth's calls before."""

    name = "scripted"

    def __init__(self, task: Task, *answers: str) -> None:
        self._task, self._answers = task, answers
        self.scenes: list[Scene] = []

    async def act(self, scene: Scene) -> Move:
        self.scenes.append(scene)
        steps = self._task.steps_of(scene.request)
        if steps and not scene.steps and not scene.follows_up:
            return Move(tuple(ToolCall(step.environment, step.tool, step.arguments) for step in steps))
        return Move(answer=self._answers[len(scene.past)])


async def talked(task: Task, farm: Farm, *answers: str, user: User | None = None) -> tuple[Episode, Scripted]:
    policy = Scripted(task, *answers)
    user = user or ScriptedUser()
    return await play(task, policy, farm, seed=0, trial=0, budget=20, timeout_s=30, user=user), policy


def said(episode: Episode) -> list[str]:
    return [turn.query for turn in episode.turns]


async def test_who_asks_for_what_was_left_out_is_told_it_and_can_do_the_task(booking: Task, farm: Farm) -> None:
    task = open_task(booking)

    episode, _ = await talked(task, farm, "For how many passengers?", "The charge was 130.00.")

    assert said(episode) == ["Book TA103, will you?", GIVEN]
    assert (episode.reward.total, episode.stop) == (1.0, "done")
    assert not any(turn.follows_up for turn in episode.turns)


async def test_who_does_not_ask_is_not_told_and_the_user_leaves(booking: Task, farm: Farm) -> None:
    episode, _ = await talked(open_task(booking), farm, "Booked. Anything else I can help you with?")

    assert said(episode) == ["Book TA103, will you?"]
    assert (episode.stop, episode.reward.total) == ("left", 0.0)


async def test_who_asks_for_something_else_first_is_answered_and_may_ask_again(booking: Task, farm: Farm) -> None:
    task = open_task(booking)

    episode, policy = await talked(task, farm, "Which flight is it?", "And for how many?", "The charge was 130.00.")

    assert said(episode) == ["Book TA103, will you?", f"What I want is this: {PLAIN}", GIVEN]
    assert [turn.follows_up for turn in episode.turns] == [False, True, False]
    assert [scene.request for scene in policy.scenes] == [0, 0, 1, 1]
    assert (episode.reward.total, episode.stop) == (1.0, "done")


async def test_a_user_has_nothing_to_add_the_second_time_and_goes_on_in_the_end(reading: Task, farm: Farm) -> None:
    answers = ["Which one?"] * (MOST_WORDS + 1) + ["The fare is 51.00."]

    episode, _ = await talked(reading, farm, *answers)

    assert said(episode)[1:] == ["What I want is this: Request 0", *[NOTHING_TO_ADD] * (MOST_WORDS - 1), "Request 1"]
    assert episode.stop == "done"


async def test_what_is_asked_is_read_together_with_what_is_answered_afterwards(reading: Task, farm: Farm) -> None:
    answers = ("It is TA103. Do you want me to book it?", "Then I leave it at that.", "The fare is 51.00.")

    episode, _ = await talked(reading, farm, *answers)

    assert (episode.reward.total, len(episode.turns)) == (1.0, 3)
    first, second = by_request(episode.turns)
    assert first.answer == "It is TA103. Do you want me to book it?\nThen I leave it at that."
    assert (first.query, second.answer) == ("Request 0\nWhat I want is this: Request 0", "The fare is 51.00.")


async def test_facts_are_looked_for_in_the_request_that_asks_for_them(reading: Task, farm: Farm) -> None:
    late = ("One moment, which airport?", "I have looked.", "It was TA103 and the fare is 51.00.")

    episode, _ = await talked(reading, farm, *late)

    assert episode.reward.parts["facts"] == 0.0
    assert "number" in episode.reward.reason


async def test_a_fixed_user_makes_its_requests_whatever_is_answered(booking: Task, farm: Farm) -> None:
    episode, _ = await talked(open_task(booking), farm, "Booked.", "The charge was 130.00.", user=FixedUser())

    assert said(episode) == ["Book TA103, will you?", GIVEN]
    assert episode.reward.total == 0.0


@pytest.mark.parametrize("user", [FixedUser(), ScriptedUser()])
async def test_the_truth_is_paid_in_full_whoever_the_user_is(booking: Task, farm: Farm, user: User) -> None:
    task = open_task(booking)

    episode = await play(task, ReplayPolicy([task]), farm, seed=0, trial=0, budget=20, timeout_s=30, user=user)

    assert episode.reward.total == 1.0
    assert bool(episode.configuration) == isinstance(user, ScriptedUser)


def talk(task: Task, *turns: Turn) -> Talk:
    return Talk(task, turns, 0, 0)


ADA = Persona(manner="plain", name="Ada Moe", email="ada@example.org", environment="tiny_air", row="cus_1")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("What is your name?", "My name is Ada Moe."),
        ("Who am I speaking to, and what is your e-mail?", "My name is Ada Moe. My e-mail address is ada@example.org."),
        ("What is the name of the flight?", "What I want is this: Request 0"),
    ],
)
async def test_a_user_tells_who_it_is_if_it_is_asked_and_is_somebody(asked: str, told: str, reading: Task) -> None:
    first = Turn(query="Request 0", answer=asked)

    somebody = await ScriptedUser().hear(talk(reading.model_copy(update={"persona": ADA}), first))
    nobody = await ScriptedUser().hear(talk(reading, first))

    assert (somebody.words, nobody.words) == (told, "What I want is this: Request 0")


@pytest.mark.parametrize(
    "text",
    [
        "Which one?",
        "Shall I go on?",
        "Two rooms fit. Please tell me the floor.",
        "Let me know which you mean.",
        "Ok?\nBye.",
    ],
)
def test_what_wants_an_answer_is_a_question(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It is 51.00.",
        "Done. Is there anything else I can help you with?",
        "Done! Let me know if you need anything else.",
        "Would you like help with something else?",
        'The title is "Which way?" and it is long.',
        "The room which is free is 12.",
    ],
)
def test_what_is_only_said_out_of_courtesy_is_none(text: str) -> None:
    assert not is_question(text)


def test_requests_are_joined_with_what_follows_them_up() -> None:
    step = PlayedStep.of(Step(ToolCall("a", "b", {}), Observation("{}", {})), writes=True)
    turns: Sequence[Turn] = (
        Turn(query="one", steps=(step,), answer="?"),
        Turn(query="two", steps=(step,), answer="", follows_up=True),
        Turn(query="three", answer="yes"),
    )

    first, second = by_request(turns)

    assert (first.query, first.answer, len(first.steps)) == ("one\ntwo", "?", 2)
    assert second == turns[2]
