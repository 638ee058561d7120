from pathlib import Path

import pytest

from farm.control import Control
from farm.errors import (
    AccessError,
    AnswerError,
    CapacityError,
    DeadlineError,
    ServerGoneError,
    UnknownNameError,
)
from farm.farm import Farm
from farm.http import Http
from farm.link import connect_url


async def test_a_token_is_asked_for_and_capacity_is_kept(folders: Path) -> None:
    async with Farm.launch([folders], token="sesame", arguments=["--max-episodes", "1"]) as farm:
        async with await farm.open(["tiny_air"]) as session:
            with pytest.raises(CapacityError, match="already holds 1 episodes"):
                await farm.open(["tiny_air"])
            with pytest.raises(CapacityError):
                await farm.open(["tiny_air", "twin_air"])
            async with connect_url(session.urls["tiny_air"]) as link:
                assert len(await link.tools()) == 8

        for token in (None, "wrong"):
            with pytest.raises(AccessError, match="HTTP 401"):
                async with Farm.attach(farm.url, token=token):
                    pass


async def test_an_opening_that_fails_closes_what_it_opened(folders: Path) -> None:
    async with Farm.launch([folders], arguments=["--max-episodes", "1"]) as farm:
        with pytest.raises(CapacityError):
            await farm.open(["tiny_air", "twin_air"])

        assert (await farm.capacity()).episodes == 0


async def test_an_unknown_environment_is_named_with_what_there_is(farm: Farm) -> None:
    with pytest.raises(UnknownNameError, match="hosts no environment 'rail'; it hosts tiny_air, twin_air"):
        await farm.open(["tiny_air", "rail"])


async def test_an_unknown_snapshot_is_named(farm: Farm) -> None:
    with pytest.raises(UnknownNameError, match="no snapshot 'none'"):
        await farm.open(["tiny_air"], snapshots={"tiny_air": "none"})


async def test_an_image_that_is_none_is_refused(farm: Farm) -> None:
    with pytest.raises(AnswerError, match="not a snapshot"):
        await farm.upload("tiny_air", b"not a world")


async def test_a_farm_that_is_not_there_is_named(unused_url: str) -> None:
    with pytest.raises(ServerGoneError, match="nothing answers there; is the farm up"):
        async with Farm.attach(unused_url):
            pass


async def test_a_farm_that_stays_silent_is_given_up(silent_url: str) -> None:
    with pytest.raises(DeadlineError, match=r"no answer within 0\.05 s"):
        async with Farm.attach(silent_url, timeout_s=0.05):
            pass


async def test_a_farm_that_drops_the_line_is_named(dropping_url: str) -> None:
    with pytest.raises(ServerGoneError, match="closed the line midway"):
        async with Farm.attach(dropping_url):
            pass


async def test_a_farm_that_fails_is_named_with_its_status(broken_url: str) -> None:
    with pytest.raises(AnswerError, match="Internal Server Error"):
        async with Farm.attach(broken_url):
            pass


async def test_an_answer_that_is_no_object_is_refused(listing_url: str) -> None:
    async with Http(None) as http:
        with pytest.raises(AnswerError, match="expected a JSON object, got list"):
            await Control(http, listing_url, timeout_s=5).environments()
        with pytest.raises(AnswerError, match="no figure envkit_episodes_held"):
            await Control(http, listing_url, timeout_s=5).held()
