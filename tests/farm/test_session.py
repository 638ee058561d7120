import asyncio
import sys
from pathlib import Path

import pytest

from envkit.calls import ToolCall
from envkit.snapshot import edited
from farm.errors import (
    AnswerError,
    AnswerLostError,
    DeadlineError,
    EpisodeClosedError,
    LaunchError,
    ServerGoneError,
    UnknownNameError,
)
from farm.farm import Farm
from farm.link import Link, connect_stdio, connect_url
from farm.session import TRIES, Session
from tests.farm.conftest import Proxy

FLIGHT = "flt_s49s2t"
CUSTOMER = "cus_qfaear"
BOOK = ToolCall("tiny_air", "book_flight", {"customer_id": CUSTOMER, "flight_id": FLIGHT, "passengers": 2})
LOOK = ToolCall("tiny_air", "get_flight", {"flight_id": FLIGHT})


async def test_tools_come_with_schemas_and_annotations(session: Session) -> None:
    tools = {tool.name: tool for tool in (await session.tools())["tiny_air"]}

    assert len(tools) == 8
    assert tools["book_flight"].input_schema["required"] == ["customer_id", "flight_id", "passengers"]
    assert tools["book_flight"].output_schema is not None
    assert tools["get_flight"].annotations["readOnlyHint"] is True
    assert tools["get_flight"].description == "Get one flight."


async def test_tools_of_an_environment_are_asked_for_once(farm: Farm) -> None:
    async with await farm.open(["tiny_air"]) as first, await farm.open(["tiny_air"]) as second:
        assert (await first.tools())["tiny_air"] is (await second.tools())["tiny_air"]


async def test_a_result_is_structured_content_and_its_text(session: Session) -> None:
    seen = await session.call(LOOK)

    assert not seen.is_refused
    assert isinstance(seen.content, dict)
    assert seen.content["id"] == FLIGHT
    assert f'"id":"{FLIGHT}"' in seen.text


async def test_a_refusal_is_an_observation_with_its_code(session: Session) -> None:
    seen = await session.call(ToolCall("tiny_air", "get_flight", {"flight_id": "flt_none00"}))

    assert seen.code == "not_found"
    assert seen.text.startswith("not_found: ")
    assert seen.content is None


async def test_an_unknown_tool_is_a_refusal_that_names_it(session: Session) -> None:
    seen = await session.call(ToolCall("tiny_air", "fly", {}))

    assert seen.code == "unknown_tool"
    assert "fly" in seen.text


async def test_an_environment_outside_the_session_is_named(session: Session) -> None:
    with pytest.raises(UnknownNameError, match=r"no environment 'twin_air'; it has tiny_air"):
        await session.call(ToolCall("twin_air", "get_flight", {}))


async def test_a_write_shows_in_its_own_world_only(farm: Farm) -> None:
    async with await farm.open(["tiny_air"]) as mine, await farm.open(["tiny_air"]) as other:
        await mine.call(BOOK)

        assert (await mine.diff())["tiny_air"].changed["flight"] == {FLIGHT: {"seats_left": (5, 3)}}
        assert (await other.diff())["tiny_air"].is_empty


async def test_a_session_spans_environments_that_share_nothing(farm: Farm) -> None:
    async with await farm.open(["tiny_air", "twin_air"]) as session:
        await session.call(BOOK)
        diff = await session.diff()

        assert session.environments == ("tiny_air", "twin_air")
        assert (diff["tiny_air"].is_empty, diff["twin_air"].is_empty) == (False, True)
        assert set(await session.tools()) == set(session.urls) == {"tiny_air", "twin_air"}


async def test_reset_restores_the_seeded_world(session: Session) -> None:
    start = await session.digest()
    await session.call(BOOK)
    moved = await session.digest()

    await session.reset()

    assert moved != start
    assert await session.digest() == start


async def test_restore_returns_to_a_snapshot_and_diff_counts_from_it(session: Session) -> None:
    await session.call(BOOK)
    kept, there = await session.snapshot(), await session.digest()
    await session.call(BOOK)
    since = (await session.diff(kept))["tiny_air"]

    await session.restore(kept)

    assert since.changed["flight"] == {FLIGHT: {"seats_left": (3, 1)}}
    assert await session.digest() == there


async def test_a_fork_starts_where_its_session_stands_and_goes_its_own_way(session: Session) -> None:
    await session.call(BOOK)
    here = await session.digest()

    async with await session.fork() as fork:
        began = await fork.digest()
        await fork.call(BOOK)

        assert began == here == await session.digest()
        assert await fork.digest() != here


@pytest.mark.parametrize("is_lean", [False, True])
@pytest.mark.parametrize("losses", [["answer"], ["request"], ["answer", "answer"], ["request", "answer"]])
async def test_a_write_whose_answer_is_lost_is_sent_again_and_made_once(
    proxy: Proxy, losses: list[str], is_lean: bool
) -> None:
    async with Farm.attach(proxy.url, lean=is_lean) as farm, await farm.open(["tiny_air"]) as session:
        proxy.losses = [*losses]
        booked = await session.call(BOOK)

        assert proxy.losses == []
        assert not booked.is_refused
        assert (await session.diff())["tiny_air"].changed["flight"] == {FLIGHT: {"seats_left": (5, 3)}}
        again = await session.call(BOOK)
        assert again.content != booked.content


@pytest.mark.parametrize("is_lean", [False, True])
async def test_a_call_whose_answer_never_comes_was_made_once_at_most(proxy: Proxy, is_lean: bool) -> None:
    async with Farm.attach(proxy.url, lean=is_lean) as farm, await farm.open(["tiny_air"]) as session:
        proxy.losses = ["answer"] * TRIES

        with pytest.raises(AnswerLostError, match="closed the line"):
            await session.call(BOOK)

        assert proxy.losses == []
        assert (await session.diff())["tiny_air"].changed["flight"] == {FLIGHT: {"seats_left": (5, 3)}}


async def test_a_standing_tells_time_digest_and_changes_at_once(session: Session) -> None:
    mark = await session.snapshot()
    opened = session.worlds["tiny_air"].now
    await session.call(BOOK)

    standing = (await session.standing())["tiny_air"]

    assert standing.now > opened
    assert {"tiny_air": standing.digest} == await session.digest()
    assert {"tiny_air": standing.diff} == await session.diff() == await session.diff(mark)
    assert not standing.diff.is_empty


async def test_a_session_that_is_concluded_tells_how_its_worlds_stood_and_is_closed(farm: Farm) -> None:
    async with await farm.open(["tiny_air", "twin_air"]) as session:
        mark = await session.snapshot()
        await session.call(BOOK)
        standing = await session.standing()

        assert await session.conclude(mark) == standing
        with pytest.raises(EpisodeClosedError):
            await session.state()


async def test_a_session_whose_conclusion_fails_is_closed_all_the_same(farm: Farm) -> None:
    async with await farm.open(["tiny_air", "twin_air"]) as session, await farm.open(["twin_air"]) as other:
        mark = {**await session.snapshot(), "twin_air": "none"}
        with pytest.raises(UnknownNameError):
            await session.conclude(mark)
        await session.close()

        with pytest.raises(EpisodeClosedError):
            await session.state()
        assert await other.state()


async def test_advance_moves_the_clock_and_state_tells_it(session: Session) -> None:
    before = (await session.state())["tiny_air"]["now"]

    now = await session.advance(3600)

    assert (before, now["tiny_air"]) == ("2025-03-03T09:00:00Z", "2025-03-03T10:00:00Z")
    state = (await session.state())["tiny_air"]
    assert state["now"] == "2025-03-03T10:00:00Z"
    assert isinstance(state["entities"], dict)
    assert len(state["entities"]["flight"]) == 10


async def test_invariants_are_judged_by_the_environment(session: Session) -> None:
    judged = (await session.invariants())["tiny_air"]

    assert judged.is_sound
    assert judged.conserved == {"seats": 50}


async def test_an_edited_image_becomes_a_world(farm: Farm, session: Session) -> None:
    kept = (await session.snapshot())["tiny_air"]
    image = edited(
        await farm.download("tiny_air", kept), [{"entity": "flight", "id": FLIGHT, "set": {"seats_left": 0}}]
    )
    name = await farm.upload("tiny_air", image)

    async with await farm.open(["tiny_air"], snapshots={"tiny_air": name}) as full:
        assert (await full.call(BOOK)).code == "sold_out"

    await farm.forget("tiny_air", name)
    with pytest.raises(UnknownNameError, match="no snapshot"):
        await farm.download("tiny_air", name)


async def test_equal_seeds_give_equal_ids(farm: Farm) -> None:
    ids = []
    for seed in (3, 3, 4):
        async with await farm.open(["tiny_air"], seed=seed) as session:
            content = (await session.call(BOOK)).content
            assert isinstance(content, dict)
            ids.append(content["booking"]["id"])

    assert ids[0] == ids[1] != ids[2]


async def test_calls_may_come_from_many_tasks(session: Session) -> None:
    async with asyncio.TaskGroup() as group:
        calls = [group.create_task(session.call(LOOK)) for _ in range(20)]

    assert {call.result().code for call in calls} == {None}


async def test_a_cancelled_call_leaves_the_session_usable(session: Session) -> None:
    call = asyncio.create_task(session.call(LOOK))
    call.cancel()
    await asyncio.wait({call})

    assert (await session.call(LOOK)).code is None


async def test_closing_a_session_closes_its_episode(farm: Farm) -> None:
    before = (await farm.capacity()).episodes
    session = await farm.open(["tiny_air", "twin_air"])
    during = (await farm.capacity()).episodes

    await session.close()
    await session.close()

    assert (during - before, (await farm.capacity()).episodes) == (2, before)


async def test_a_call_in_a_closed_episode_says_so_each_time(farm: Farm, session: Session) -> None:
    async with connect_url(session.urls["tiny_air"]) as link:
        assert len(await link.tools()) == 8
    await session._control.close(session.worlds["tiny_air"])

    for _ in range(2):
        with pytest.raises(EpisodeClosedError, match="is closed"):
            await session.call(LOOK)
    with pytest.raises(EpisodeClosedError, match="is closed"):
        await session.digest()


@pytest.mark.parametrize(
    ("mode", "revision"), [("auto", "2026-07-28"), ("legacy", "2025-11-25"), ("2026-07-28", "2026-07-28")]
)
async def test_an_environment_speaks_every_revision_over_http(session: Session, mode: str, revision: str) -> None:
    async with connect_url(session.urls["tiny_air"], mode=mode) as link:
        seen = await link.call("get_flight", {"flight_id": FLIGHT})

        assert link.revision == revision
        assert seen == await session.call(LOOK)


@pytest.mark.parametrize("mode", ["auto", "legacy", "2026-07-28"])
async def test_an_environment_speaks_every_revision_over_stdio(tiny_air: Path, mode: str) -> None:
    async with connect_stdio(sys.executable, [str(tiny_air / "server.py")], mode=mode) as link:
        assert len(await link.tools()) == 8
        assert (await link.call("get_flight", {"flight_id": "flt_none00"})).code == "not_found"


async def test_a_foreign_server_is_spoken_to_all_the_same(foreign_server: Path) -> None:
    async with connect_stdio(sys.executable, [str(foreign_server)]) as link:
        added = await link.call("add", {"a": 1, "b": 2})
        refused = await link.call("add", {"a": -1, "b": 2})
        drawn = await link.call("draw", {})

        assert link.server == ("foreign", "7")
        assert added.content == {"result": 3}
        assert (refused.code, refused.content) == ("error", None)
        assert "a is negative" in refused.text
        assert drawn.text == "a dot:\n[image]"


async def test_a_call_that_hangs_ends_at_its_deadline(foreign_server: Path) -> None:
    async with connect_stdio(sys.executable, [str(foreign_server)]) as link:
        with pytest.raises(DeadlineError, match=r"no answer to tools/call within 0\.05 s"):
            await link.call("hang", {}, timeout_s=0.05)

        assert (await link.call("add", {"a": 1, "b": 2})).code is None


async def test_a_server_that_dies_leaves_its_last_words(foreign_server: Path) -> None:
    async with connect_stdio(sys.executable, [str(foreign_server)]) as link:
        with pytest.raises(ServerGoneError, match="closed the line; its last words: out of luck"):
            await link.call("die", {})
        assert link.is_broken
        with pytest.raises(ServerGoneError, match="out of luck"):
            await link.call("add", {"a": 1, "b": 2})


async def test_a_server_that_never_starts_leaves_its_last_words() -> None:
    with pytest.raises(ServerGoneError, match="no such luck"):
        async with connect_stdio(sys.executable, ["-c", "import sys; sys.exit('no such luck')"]):
            pass


async def test_a_server_that_stays_silent_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(DeadlineError, match=r"no connection within 0\.2 s"):
        async with connect_stdio(sys.executable, ["-c", "import sys; sys.stdin.read()"], cwd=tmp_path, timeout_s=0.2):
            pass


async def test_a_server_of_no_known_revision_is_named() -> None:
    answer = {"protocolVersion": "1999-01-01", "capabilities": {}, "serverInfo": {"name": "old", "version": "1"}}
    script = f"import json; print(json.dumps(dict(jsonrpc='2.0', id=json.loads(input())['id'], result={answer})))"

    with pytest.raises(AnswerError, match=r"no revision in common: .*1999-01-01"):
        async with connect_stdio(sys.executable, ["-u", "-c", script + "; input()"], mode="legacy"):
            pass


async def test_a_command_that_is_not_there_is_named() -> None:
    with pytest.raises(LaunchError, match="/no/such/server"):
        async with connect_stdio("/no/such/server"):
            pass


async def test_a_url_where_nobody_answers_is_named(unused_url: str) -> None:
    with pytest.raises(ServerGoneError, match="nothing answers there"):
        async with connect_url(unused_url):
            pass


async def test_a_url_that_speaks_no_mcp_is_named(broken_url: str) -> None:
    with pytest.raises(AnswerError, match="no revision in common"):
        async with connect_url(broken_url):
            pass


async def test_a_line_dropped_midway_is_named(dropping_url: str) -> None:
    with pytest.raises(ServerGoneError, match="closed the line midway"):
        async with connect_url(dropping_url):
            pass


async def test_an_unused_link_closes_quietly(farm: Farm) -> None:
    async with await farm.open(["tiny_air"]) as session:
        link = session._line("tiny_air")

    assert isinstance(link, Link)
    assert link.is_broken
