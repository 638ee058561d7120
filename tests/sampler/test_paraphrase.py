import asyncio
import json
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from chat.budget import Budget, Prices
from chat.cache import Cache
from chat.client import ChatClient, Endpoint
from envkit.manifest import Manifest
from farm.farm import Farm
from sampler.paraphrase import Proving, given_away, paraphrase_all, retold, wish_for
from sampler.paraphrased import Folder
from sampler.replay import replay
from sampler.sample import Order, sample
from sampler.say import grammars, misread
from sampler.task import Task, read_tasks, seal
from tests.chat.scripted import Body, Move, Script, Scripted, good, scripted, status
from tests.sampler.making import fact, made, step
from tests.sampler.voicing import by, forgetful, inventive, queries, queries_of, roundabout, thankful

ANYTHING = Proving(lambda task: ())
WISH = wish_for("m")


@pytest.fixture(scope="session")
def drawn(folders: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of six tasks, drawn once for all tests."""
    out = tmp_path_factory.mktemp("drawn") / "tasks.jsonl"

    async def draw() -> None:
        async with Farm.launch(folders) as farm:
            await sample(folders, farm, Order(6, seed=3, most_environments=2), out)

    asyncio.run(draw())
    return out


@asynccontextmanager
async def model(script: Script, cache: Path, tokens: int | None = None) -> AsyncIterator[tuple[Scripted, ChatClient]]:
    with scripted(script) as server:
        budget, where = Budget(Prices(), tokens=tokens), Endpoint(server.url, attempts=3, first_wait_s=0.001)
        async with ChatClient.open(where, budget=budget, cache=Cache(cache), chance=random.Random(0)) as client:
            yield server, client


async def put(source: Path, out: Path, script: Script, proving: Proving = ANYTHING, **wish: int) -> Folder:
    """Paraphrase a file to its end."""
    wanted = wish_for("m", **wish)
    folder = Folder.open(out, wanted, source)
    async with model(script, out / "chat") as (_, chat):
        assert await paraphrase_all(source, folder, wanted, chat, proving, concurrency=2) == ""
    return folder


def reasons(folder: Folder) -> dict[str, list[str]]:
    path = folder.path / "rejected.jsonl"
    lines = map(json.loads, path.read_text("utf-8").splitlines() if path.exists() else ())
    return {each["task"]: each["reasons"] for each in lines}


async def test_a_task_in_other_words_is_a_new_one_that_replays_as_the_old(
    drawn: Path, farm: Farm, tmp_path: Path
) -> None:
    await put(drawn, tmp_path / "p", by(thankful))

    pairs = list(zip(read_tasks(drawn), read_tasks(tmp_path / "p" / "tasks.jsonl"), strict=True))
    assert len({each.id for pair in pairs for each in pair}) == 12
    for old, new in pairs:
        assert new.paraphrase is not None
        assert (new.paraphrase.of, new.paraphrase.model, [*new.paraphrase.queries]) == (old.id, "m", queries(old))
        assert queries(new) == [thankful(query) for query in queries(old)]
        assert [turn.plain for turn in new.turns] == [turn.plain for turn in old.turns]
        assert new.proof.shorter < old.proof.shorter
        assert not new.proof.solved
        assert new == seal(new)
        assert (await replay(new, farm)).is_equal


async def test_what_loses_or_adds_facts_leaves_the_task_as_it_was_with_the_reasons(drawn: Path, tmp_path: Path) -> None:
    folder = await put(drawn, tmp_path / "p", by(inventive, forgetful))

    assert read_tasks(tmp_path / "p" / "tasks.jsonl") == read_tasks(drawn)
    assert (folder.paraphrased, folder.kept) == (0, 6)
    for added, lost in reasons(folder).values():
        assert added.startswith("it brought in ")
        assert added.endswith("quux, zebulon")
        assert lost.startswith("it lost ")


async def test_a_second_try_follows_a_bad_one(drawn: Path, tmp_path: Path) -> None:
    folder = await put(drawn, tmp_path / "p", by(inventive, thankful))

    assert (folder.paraphrased, reasons(folder)) == (6, {})


async def test_a_reader_tells_words_that_lead_to_the_truth_from_others(
    drawn: Path, farm: Farm, manifests: Mapping[str, Manifest], tmp_path: Path
) -> None:
    known = grammars(manifests)
    proving = Proving(lambda task: (), reader=lambda task: misread(task, known, farm))

    understood = await put(drawn, tmp_path / "p", by(thankful), proving)
    lost = await put(drawn, tmp_path / "q", by(roundabout), proving, tries=1)

    assert understood.paraphrased == 6
    assert all(task.proof.solved for task in read_tasks(tmp_path / "p" / "tasks.jsonl"))
    assert lost.kept == 6
    assert all(reason.startswith("turn 1: ") for each in reasons(lost).values() for reason in each)


@pytest.mark.parametrize(
    ("wins", "rollouts", "won", "reason"),
    [
        ((True, True), 2, 2, ""),
        ((True, False, True), 3, 2, ""),
        ((False, False), 2, 0, "0 of 2 rollouts came to the truth"),
        ((True, False, False), 3, 1, "1 of 3 rollouts came to the truth"),
    ],
)
async def test_so_many_rollouts_must_come_to_the_truth_and_no_more_are_made_than_it_takes(
    wins: tuple[bool, ...], rollouts: int, won: int, reason: str, drawn: Path, tmp_path: Path
) -> None:
    trials: dict[str, list[int]] = {}

    async def play(task: Task, trial: int) -> bool:
        trials.setdefault(task.id, []).append(trial)
        return wins[trial]

    proving = Proving(lambda task: (), player=play)
    folder = await put(drawn, tmp_path / "p", by(thankful), proving, tries=1, needed=2, rollouts=3)

    assert list(trials.values()) == [[*range(rollouts)]] * 6
    assert {each for said in reasons(folder).values() for each in said} == ({reason} if reason else set())
    told = [task.paraphrase for task in read_tasks(tmp_path / "p" / "tasks.jsonl") if task.paraphrase]
    assert {(each.rollouts, each.wins) for each in told} == (set() if reason else {(rollouts, won)})


async def test_what_a_reader_solves_is_not_played(drawn: Path, tmp_path: Path) -> None:
    async def read(task: Task) -> str:
        return ""

    async def play(task: Task, trial: int) -> bool:
        raise AssertionError

    proving = Proving(lambda task: (), reader=read, player=play)

    assert (await put(drawn, tmp_path / "p", by(thankful), proving, needed=1, rollouts=1)).paraphrased == 6


async def test_what_a_judge_finds_wrong_is_not_kept(drawn: Path, tmp_path: Path) -> None:
    folder = await put(drawn, tmp_path / "p", by(thankful), Proving(lambda task: ["it pays for nothing"]), tries=1)

    assert list(reasons(folder).values()) == [["it pays for nothing"]] * 6


async def test_the_file_is_the_same_however_many_are_in_hand_and_no_more_are(drawn: Path, tmp_path: Path) -> None:
    files = []
    for concurrency in (1, 3):
        out = tmp_path / str(concurrency)
        folder = Folder.open(out, WISH, drawn)
        async with model(by(thankful), out / "chat") as (server, chat):
            await paraphrase_all(drawn, folder, WISH, chat, ANYTHING, concurrency=concurrency)
        assert server.most_abreast <= concurrency
        files.append((out / "tasks.jsonl").read_bytes())

    assert files[0] == files[1]


async def test_a_model_that_can_be_asked_no_more_ends_it_and_going_on_pays_for_no_answer_twice(
    drawn: Path, tmp_path: Path
) -> None:
    down = True

    def script(body: Body, number: int) -> Move:
        return status(500) if down and number >= 3 else good({"queries": [thankful(each) for each in queries_of(body)]})

    told: list[int] = []
    async with model(script, tmp_path / "chat") as (server, chat):
        folder = Folder.open(tmp_path / "p", WISH, drawn)
        stopped = await paraphrase_all(drawn, folder, WISH, chat, ANYTHING, concurrency=1, progress=told.append)
        assert "no answer in 3 attempts" in stopped
        assert (folder.done, told) == (3, [1, 2, 3])
        down, answered = False, len(server.requests)
        folder = Folder.open(tmp_path / "p", WISH, drawn)
        assert await paraphrase_all(drawn, folder, WISH, chat, ANYTHING, concurrency=2) == ""

    assert len(server.requests) - answered == 3
    assert folder.paraphrased == len(read_tasks(tmp_path / "p" / "tasks.jsonl")) == 6


async def test_a_budget_is_not_overrun(drawn: Path, tmp_path: Path) -> None:
    async with model(by(thankful), tmp_path / "chat", tokens=7000) as (server, chat):
        folder = Folder.open(tmp_path / "p", WISH, drawn)
        stopped = await paraphrase_all(drawn, folder, WISH, chat, ANYTHING, concurrency=1)

    assert stopped.startswith("the budget of 7000 tokens ends here")
    assert 0 < folder.done < 6
    assert chat.budget.spent_tokens == server.prompt_tokens + server.completion_tokens <= 7000


def test_words_that_answer_what_is_asked_give_it_away() -> None:
    asked = made(("Tell me how that ticket stands.", (step("get"),)), facts=(fact("ticket.status", "on hold"),))

    assert given_away(asked, retold(asked, ["That ticket on hold, how does it stand?"], "m")) == "it gives away on hold"
    assert given_away(asked, retold(asked, ["How does that ticket stand?"], "m")) == ""
