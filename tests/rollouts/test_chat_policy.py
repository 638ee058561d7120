"""A language model plays, over real HTTP and on a live farm: verdicts, costs, and whose fault a failure is."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from chat.budget import Prices
from farm.farm import Farm
from rollouts.chat_policy import ChatPolicy, ChatSettings
from rollouts.episode import Episode, append_episode, read_episodes
from rollouts.play import play, play_in
from rollouts.policy import MALFORMED, ReplayPolicy, answer_of
from rollouts.start import Group, Place, branch
from sampler.task import Task
from tests.chat.scripted import Body, Move, Script, closing, good, in_turn, refusing, scripted, slow, status
from tests.rollouts.solver import calling, opened, solver, written

MODEL = ChatSettings("m", temperature=0.5, max_tokens=200)


class Table:
    """What an episode came to, and what the endpoint was asked for it."""

    def __init__(self, episode: Episode, requests: list[Body], tokens: tuple[int, int]) -> None:
        self.episode, self.requests, self.tokens = episode, requests, tokens


@pytest.fixture
def table(farm: Farm, tmp_path: Path):
    """Return what lets a scripted model play a task."""

    async def run(
        task: Task,
        script: Script,
        settings: ChatSettings = MODEL,
        *,
        budget: int = 10,
        trial: int = 0,
        timeout_s: float = 30.0,
    ) -> Table:
        with scripted(script) as server:
            async with opened(server.url, tmp_path, prices=Prices(1, 10), timeout_s=timeout_s) as client:
                policy = ChatPolicy(client, settings, "http://model.example")
                episode = await play(task, policy, farm, seed=0, trial=trial, budget=budget, timeout_s=60)
            return Table(episode, server.requests, (server.prompt_tokens, server.completion_tokens))

    return run


async def test_a_model_that_does_the_task_is_paid_in_full_and_its_cost_is_the_endpoints(table, booking: Task) -> None:
    played = await table(booking, solver([booking]))

    episode, cost = played.episode, played.episode.cost
    assert (episode.reward.total, episode.stop, episode.trouble, episode.policy) == (1.0, "done", "", "chat:m")
    assert (cost.replies, cost.prompt_tokens, cost.completion_tokens) == (2, *played.tokens)
    assert cost.micros == played.tokens[0] + 10 * played.tokens[1]
    assert not cost.is_estimated


async def test_calls_of_one_reply_are_made_in_order_and_told_with_their_ids(table, booking: Task) -> None:
    played = await table(booking, solver([booking]))

    told = played.requests[1]["messages"]
    assert [message["role"] for message in told] == ["system", "user", "assistant", "tool", "tool", "tool"]
    assert [message["tool_call_id"] for message in told[3:]] == ["call0", "call1", "call2"]
    assert json.loads(told[3]["content"]) == played.episode.steps[0].content
    assert [step.environment for step in played.episode.steps] == ["tiny_air", "tiny_air", "twin_air"]
    assert {tool["function"]["name"] for tool in played.requests[0]["tools"]} >= {
        "tiny_air_book_flight",
        "twin_air_book_flight",
    }


async def test_a_conversation_of_several_turns_goes_on_where_it_was(table, reading: Task) -> None:
    played = await table(reading, solver([reading]))

    assert played.episode.reward.total == 1.0
    roles = [message["role"] for message in played.requests[-1]["messages"]]
    assert roles == ["system", "user", "assistant", "tool", "assistant", "user", "assistant", "tool"]
    before, after = (played.requests[index]["messages"] for index in (-2, -1))
    assert after[: len(before)] == before


async def test_a_wrong_answer_earns_nothing(table, reading: Task) -> None:
    played = await table(reading, solver([reading], lambda task, turn: "It is TA999."))

    assert (played.episode.reward.total, played.episode.stop) == (0.0, "done")


GARBLED = (
    (written("c1", "tiny_air_search_flights", '{"origin": "OSL"'), MALFORMED, "are not JSON"),
    (written("c1", "tiny_air_search_flights", '["OSL"]'), MALFORMED, "are JSON, but no object"),
    (written("", "tiny_air_search_flights", "{}"), MALFORMED, "has no id"),
    (written("c1", "tiny_air_search_flight", "{}"), "unknown_tool", "did you mean tiny_air_search_flights"),
    (written("c1", "find everything!", "{}"), "unknown_tool", "call one of the tools that are offered"),
)


@pytest.mark.parametrize(("call", "code", "sentence"), GARBLED)
async def test_a_garbled_call_comes_back_with_what_is_wrong_costs_a_call_and_can_be_mended(
    table, reading: Task, call: Body, code: str, sentence: str
) -> None:
    solve = solver([reading])

    def script(body: Body, number: int) -> Move:
        return Move(finish="tool_calls", calls=(call,)) if number == 0 else solve(body, number) if number > 1 else again

    again = calling(*reading.steps_of(0))
    played = await table(reading, script)

    first = played.episode.steps[0]
    assert (first.environment, first.code, first.writes) == ("", code, False)
    assert sentence in first.text
    assert (played.episode.counts.calls, played.episode.counts.refused) == (3, 1)
    assert 0.95 <= played.episode.reward.total < 1.0
    told = played.requests[1]["messages"]
    (sent,) = told[2]["tool_calls"]
    assert json.loads(sent["function"]["arguments"]) == {}
    assert sent["id"] == told[3]["tool_call_id"] != ""
    assert told[3]["content"] == first.text


async def test_two_calls_of_one_id_are_one_call_and_one_complaint(table, reading: Task) -> None:
    twice = tuple(written("c1", "tiny_air_search_flights", "{}") for _ in range(2))

    played = await table(reading, in_turn(Move(finish="tool_calls", calls=twice), good("")))

    assert [step.code for step in played.episode.steps] == [None, MALFORMED]
    assert len({call["id"] for call in played.requests[1]["messages"][2]["tool_calls"]}) == 2


async def test_no_arguments_at_all_are_an_empty_object(table, reading: Task) -> None:
    bare = Move(finish="tool_calls", calls=(written("c1", "tiny_air_search_flights", ""),))

    played = await table(reading, in_turn(bare, good("")))

    assert [step.code for step in played.episode.steps] == [None]


async def test_calls_in_a_text_or_a_thought_are_never_made(table, booking: Task) -> None:
    (first, *_) = booking.truth.trajectory
    call = json.dumps({"name": f"{first.environment}_{first.tool}", "arguments": first.arguments})
    said = Move(text=f"<tool_call>{call}</tool_call>", reasoning=call)

    played = await table(booking, in_turn(said))

    assert (played.episode.steps, played.episode.reward.total) == ((), 0.0)
    (reply,) = played.episode.turns[0].replies
    assert reply.reasoning == call


async def test_facts_that_are_only_thought_are_not_answered(table, reading: Task) -> None:
    def answer(task: Task, turn: int) -> str:
        return f"<think>{answer_of(task, turn)}</think>I have it."

    played = await table(reading, solver([reading], answer))

    assert played.episode.turns[0].answer == "I have it."
    assert played.episode.reward.parts["facts"] == 0.0


async def test_an_observation_is_cut_at_a_stated_size_for_the_model_only(table, reading: Task) -> None:
    played = await table(reading, solver([reading]), replace(MODEL, most_chars=100))

    text = played.episode.steps[0].as_step().observation.text
    shown = played.requests[1]["messages"][3]["content"]
    assert shown == f"{text[:100]}\n[cut after 100 of {len(text):,} characters; ask for fewer rows]"


async def test_with_the_last_call_made_the_model_is_told_so(table, reading: Task) -> None:
    played = await table(reading, solver([reading]), budget=1)

    told = [
        request["messages"][-1]["content"].endswith("[No tool calls are left: answer now.]")
        for request in played.requests
    ]
    assert told == [False, True, True]
    assert (played.episode.stop, played.episode.counts.calls) == ("budget", 1)


@pytest.mark.parametrize(
    ("move", "note"),
    [
        (Move(text="The flight", finish="length"), "turn 1: a reply was cut at 200 tokens"),
        (Move(finish="content_filter"), "turn 1: a reply was withheld by the provider's content filter"),
        (refusing(), "turn 1: the model declined to reply"),
    ],
)
async def test_a_reply_that_was_not_said_to_its_end_is_scored_and_said_to_be_so(
    table, reading: Task, move: Move, note: str
) -> None:
    played = await table(reading, in_turn(move, good("")))

    assert (played.episode.stop, played.episode.reward.total, played.episode.trouble) == ("done", 0.0, note)


async def test_arguments_that_were_cut_are_said_to_be_cut(table, reading: Task) -> None:
    cut = Move(finish="length", calls=(written("c1", "tiny_air_search_flights", '{"orig'),))

    played = await table(reading, in_turn(cut, good("")))

    assert "they were cut at the bound of a reply" in played.episode.steps[0].text


@pytest.mark.parametrize(
    "trouble",
    [
        status(500),
        status(503),
        status(429, retry_after="0"),
        status(401),
        status(404),
        status(429, code_word="insufficient_quota"),
        closing(),
        Move(raw=b"<html>It works!</html>"),
        Move(raw=b'{"choices": [{"message": 7}]}'),
    ],
)
async def test_a_provider_that_fails_leaves_the_episode_unscored_and_what_was_paid_in_it(
    table, reading: Task, trouble: Move
) -> None:
    solve = solver([reading])

    played = await table(reading, lambda body, number: trouble if number else solve(body, number))

    episode = played.episode
    assert (episode.stop, episode.reward.total, episode.digests) == ("endpoint_error", None, {})
    assert episode.reward.reason.startswith("endpoint_error: ")
    assert (episode.cost.replies, episode.counts.calls) == (1, 1)


async def test_trouble_that_passes_leaves_no_trace_in_the_verdict(table, reading: Task) -> None:
    solve = solver([reading])
    troubles = {0: status(429, retry_after="0"), 2: status(500), 4: closing()}

    played = await table(reading, lambda body, number: troubles.get(number) or solve(body, number))

    assert (played.episode.reward.total, played.episode.cost.replies, len(played.requests)) == (1.0, 4, 7)


async def test_a_model_too_slow_is_the_machines_failure(table, reading: Task) -> None:
    played = await table(reading, in_turn(slow()), timeout_s=0.2)

    assert (played.episode.stop, played.episode.reward.total) == ("endpoint_error", None)
    assert "no answer in time" in played.episode.trouble


async def test_a_context_that_overflows_is_the_policys_failure(table, reading: Task) -> None:
    full = status(400, "maximum context length is 10 tokens", code_word="context_length_exceeded")
    solve = solver([reading])

    told = await table(reading, lambda body, number: full if number else solve(body, number))
    bounded = await table(reading, solver([reading]), replace(MODEL, window=1_000), trial=1)

    for played in (told, bounded):
        assert (played.episode.stop, played.episode.reward.total) == ("context", 0.0)
    assert "has outgrown the model's context window" in told.episode.trouble
    assert "of a window of 1000" in bounded.episode.trouble
    assert bounded.requests == []


async def test_an_episode_stops_before_it_could_take_more_tokens_than_it_may(table, reading: Task) -> None:
    solve = solver([reading])
    usage = (("usage", {"prompt_tokens": 5_000, "completion_tokens": 10}),)

    played = await table(
        reading,
        lambda body, number: replace(solve(body, number), bills=False, answer=usage),
        replace(MODEL, episode_tokens=12_000),
    )

    assert (played.episode.stop, played.episode.reward.total) == ("tokens", 0.0)
    assert "10020 of the episode's 12000 tokens are spent" in played.episode.trouble
    assert (played.episode.cost.replies, played.episode.cost.tokens) == (2, 10_020)


async def test_trials_are_answers_of_their_own_and_a_trial_played_again_is_paid_once(table, reading: Task) -> None:
    first = await table(reading, solver([reading]), trial=0)
    again = await table(reading, solver([reading]), trial=0)
    other = await table(reading, solver([reading]), trial=1)

    assert (len(first.requests), len(again.requests), len(other.requests)) == (4, 0, 4)
    assert again.episode.cost == first.episode.cost
    assert again.episode.digest == first.episode.digest != other.episode.digest


async def test_tokens_are_kept_with_the_episode_if_asked_for(table, reading: Task, tmp_path: Path) -> None:
    told = {"content": [{"token": "x", "logprob": -0.5}]}
    solve = solver([reading])

    def script(body: Body, number: int) -> Move:
        choice, answer = (("logprobs", told), ("token_ids", [7])), (("prompt_token_ids", [1, 2]),)
        return replace(solve(body, number), choice=choice, answer=answer)

    played = await table(reading, script, replace(MODEL, logprobs=True, token_ids=True))

    append_episode(tmp_path / "episodes.jsonl", played.episode)
    (kept,) = read_episodes(tmp_path / "episodes.jsonl")
    assert kept == played.episode
    tokens = [reply.tokens for turn in kept.turns for reply in turn.replies]
    assert [(each.prompt_ids, each.ids, each.logprobs) for each in tokens] == [((1, 2), (7,), (-0.5,))] * 4


def test_whatever_changes_how_it_plays_changes_its_configuration() -> None:
    changes = ({}, {"model": "n"}, {"temperature": 0.6}, {"max_tokens": 1}, {"most_chars": 1}, {"window": 1})
    told = [ChatPolicy(None, replace(MODEL, **change), "http://one") for change in changes]
    there = ChatPolicy(None, MODEL, "http://two")

    assert len({each.configuration for each in (*told, there)}) == len(changes) + 1
    assert ChatPolicy(None, MODEL, "http://one").configuration == told[0].configuration


@pytest.mark.parametrize("begun", ["by the model", "by the truth"])
async def test_a_fork_goes_on_with_the_conversation_up_to_its_place(
    table, booking: Task, farm: Farm, tmp_path: Path, begun: str
) -> None:
    truth = await play(booking, ReplayPolicy([booking]), farm, seed=0, trial=0, budget=10, timeout_s=60)
    parent = (await table(booking, solver([booking]))).episode if begun == "by the model" else truth
    group = Group(branch(booking, parent, Place(turns=0, calls=1)), farm, 1)
    with scripted(lambda body, number: good(answer_of(booking, 0)) if number else rest) as server:
        async with opened(server.url, tmp_path / "fork") as client:
            policy = ChatPolicy(client, MODEL, "http://model.example")
            rest = calling(*booking.steps_of(0)[1:])
            episode = await play_in(group, policy, seed=1, trial=0, budget=10, timeout_s=60)

    assert (episode.reward.total, episode.fork is not None) == (1.0, True)
    assert (episode.cost.replies, episode.cost.prompt_tokens) == (2, server.prompt_tokens)
    told = server.requests[0]["messages"]
    assert [message["role"] for message in told] == ["system", "user", "assistant", "tool"]
    assert [call["id"] for call in told[2]["tool_calls"]] == [told[3]["tool_call_id"]]
    assert told[2]["tool_calls"][0]["function"]["name"] == "tiny_air_find_customer"
