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
from sampler.words.paraphrase import PROMPTS, Told, facts, paraphrase, shift
from tests.chat.scripted import Move, Script, Scripted, broken, good, in_turn, refusing, scripted, truncated

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

    assert said == Told(GOOD)
    told = server.requests[0]["messages"][0]["content"]
    assert all(each in told for each in ("polite", "Mei Tan (mei.tan@example.com)", "SK401"))


async def test_marks_that_a_model_curls_are_straight_again_unless_the_query_has_such(tmp_path: Path) -> None:
    curled = tuple(text.replace('"Kelp recovery"', "\u201cKelp recovery\u201d") for text in GOOD)
    async with asked(in_turn(good(answer(curled))), tmp_path) as (_, client):
        said = await paraphrase(client, "m", QUERIES, PERSONA, seed=3)
        as_they_are = await paraphrase(client, "m", ("Go to Kj\u00f8l\u2019s", QUERIES[1]), PERSONA, seed=3)

    assert said == Told(GOOD)
    assert "\u201c" in as_they_are.queries[0]


@pytest.mark.parametrize(
    ("move", "fault"),
    [
        (good(answer((GOOD[0].replace("Volkov", "V."), GOOD[1]))), "it lost volkov"),
        (good(answer(QUERIES)), "it has the same words"),
        (good(answer(GOOD[:1])), "the answer has 1 messages instead of 2, or an empty one"),
        (good(answer((GOOD[0], " "))), "the answer has 2 messages instead of 2, or an empty one"),
        (good({"words": []}), "the answer has not the form that was asked for"),
        (broken(), "the answer has not the form that was asked for"),
        (truncated(), "the answer ended with length"),
        (refusing(), "the answer ended with refusal"),
    ],
)
async def test_what_is_wrong_with_an_answer_is_told(move: Move, fault: str, tmp_path: Path) -> None:
    async with asked(in_turn(move), tmp_path) as (_, client):
        said = await paraphrase(client, "m", QUERIES, PERSONA, seed=3)

    assert said.fault == fault


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
        ("2 rooms for 2 nights", "2 rooms for a few nights", "it lost 2"),
        ("not open and not late", "not open and late", "it lost not"),
        ("it isn't urgent", "it is not urgent", ""),
        ("on 14 May at 9:00", "at 9:00 on May 14th", ""),
        ("pay 1,250.00", "pay 1250.00", ""),
        ("pay Mei Tan", "Today pay Mei Tan", "it brought in today"),
        ("tell Mei Tan that Mei Tan may go", "tell Mei Tan to go", ""),
        ("pay it", "pay it " + "very " * 14 + "fast", "it says in 17 words what took 2"),
    ],
)
def test_facts_are_neither_lost_nor_brought_in(before: str, after: str, reason: str) -> None:
    assert shift(before, after) == reason


def test_a_capital_at_the_start_of_a_sentence_is_no_name() -> None:
    assert facts("Cancel it. Then tell Mei.") == {"mei": 1}


def test_prompts_are_prompts() -> None:
    assert [Prompt.load(path).name for path in sorted(PROMPTS.glob("*.md"))] == ["paraphrase"]
