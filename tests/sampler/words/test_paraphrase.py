import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from chat.budget import Budget, Prices
from chat.cache import Cache
from chat.client import ChatClient, Endpoint
from chat.prompt import Prompt
from sampler.task import Persona
from sampler.words.paraphrase import PROMPTS, Trials, facts, paraphrase, shift
from tests.chat.scripted import Script, Scripted, good, in_turn, refusing, scripted, truncated

QUERIES = (
    'Give Dmitri Volkov two more days for "Kelp recovery".',
    "And what does SK401 cost? It's for a.b@example.org.",
)
GOOD = ('Could Dmitri Volkov have 2 days more on "Kelp recovery"?', "How much is SK401? This is for a.b@example.org.")
PERSONA = Persona(manner="polite", name="Mei Tan", email="mei.tan@example.com", environment="air", row="cus_1")


@asynccontextmanager
async def asked(script: Script, folder: Path) -> AsyncIterator[tuple[Scripted, ChatClient]]:
    with scripted(script) as server:
        budget, cache, where = Budget(Prices()), Cache(folder), Endpoint(server.url, key="k", attempts=1)
        async with ChatClient.open(where, budget=budget, cache=cache, chance=random.Random(0)) as client:
            yield server, client


def answer(queries: Sequence[str]) -> object:
    return {"queries": list(queries)}


async def test_other_words_with_the_same_facts_are_taken(tmp_path: Path) -> None:
    async with asked(in_turn(good(answer(GOOD))), tmp_path) as (server, client):
        said = await paraphrase(client, "m", QUERIES, PERSONA, seed=3)

    assert (said.queries, said.is_new, said.dropped) == (GOOD, True, ())
    told = server.requests[0]["messages"][0]["content"]
    assert all(each in told for each in ("polite", "Mei Tan (mei.tan@example.com)", "SK401"))


async def test_a_second_try_follows_one_that_lost_a_fact(tmp_path: Path) -> None:
    bad = (GOOD[0].replace("Volkov", "V."), GOOD[1])
    async with asked(in_turn(good(answer(bad)), good(answer(GOOD))), tmp_path) as (_, client):
        said = await paraphrase(client, "m", QUERIES, PERSONA, seed=3)

    assert (said.queries, said.dropped) == (GOOD, ("it lost volkov",))


@pytest.mark.parametrize(
    ("move", "reason"),
    [
        (good(answer(GOOD[:1])), "the answer has 1 messages instead of 2"),
        (good({"words": []}), "the answer has not the form that was asked for"),
        (truncated(), "the answer ended with length"),
        (refusing(), "the answer ended with refusal"),
    ],
)
async def test_the_queries_stay_where_no_answer_will_do(move: object, reason: str, tmp_path: Path) -> None:
    async with asked(lambda body, number: move, tmp_path) as (_, client):  # type: ignore[arg-type,return-value]  # a Move
        said = await paraphrase(client, "m", QUERIES, PERSONA, seed=3)

    assert (said.queries, said.is_new, said.dropped) == (QUERIES, False, (reason, reason))


@pytest.mark.parametrize(("solved", "is_new"), [((True, False, True), True), ((False, False, True), False)])
async def test_enough_readings_must_come_to_the_truth(solved: tuple[bool, ...], is_new: bool, tmp_path: Path) -> None:
    outcomes = iter(solved)

    async def solve(queries: Sequence[str]) -> bool:
        assert queries == GOOD
        return next(outcomes)

    async with asked(in_turn(good(answer(GOOD))), tmp_path) as (_, client):
        trials = Trials(paraphrases=1, readings=3, needed=2)
        said = await paraphrase(client, "m", QUERIES, PERSONA, seed=3, solve=solve, trials=trials)

    assert said.is_new is is_new
    assert said.dropped == (() if is_new else ("solved in 1 of 3 readings",))


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("pay 14.00 to Mei Tan", "Please pay Mei Tan 14.00.", ""),
        ("pay 14.00 to Mei Tan", "Please pay Mei Tan 15.00.", "it lost 14.00"),
        ("pay Mei Tan", "Please pay Mei Tan by Friday.", "it brought in friday"),
        ("leave at 10:30 am", "leave at 10:30 pm", "it lost am"),
        ("mark it as not open", "mark it as open", "it lost not"),
        ('add "Team lunch"', 'add "Team Lunch"', "it lost Team lunch"),
        ("wait 3 days", "wait three days", ""),
        ("two rooms", "rooms", "it lost 2"),
    ],
)
def test_facts_are_neither_lost_nor_brought_in(before: str, after: str, reason: str) -> None:
    assert shift(before, after) == reason


def test_a_capital_at_the_start_of_a_sentence_is_no_name() -> None:
    assert facts("Cancel it. Then tell Mei.") == {"mei"}


def test_prompts_are_prompts() -> None:
    assert [Prompt.load(path).name for path in sorted(PROMPTS.glob("*.md"))] == ["paraphrase"]
