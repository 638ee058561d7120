from collections.abc import Mapping

import pytest

from envkit.calls import ToolCall
from envkit.manifest import Manifest
from farm.errors import FarmError
from farm.farm import Farm
from sampler.opening import opened
from sampler.state import read_states
from sampler.task import StepRecord

CLOSED = StepRecord(environment="tiny_desk", tool="close_ticket", arguments={"ticket_id": "tic_2k4hna"}, writes=True)


async def test_without_a_setup_the_worlds_are_fresh(farm: Farm) -> None:
    async with opened(farm, ["tiny_desk"], 5) as session, await farm.open(["tiny_desk"], seed=5) as fresh:
        assert await session.digest() == await fresh.digest()


async def test_a_setup_is_made_before_the_start_to_which_diffs_and_resets_go_back(
    farm: Farm, manifests: Mapping[str, Manifest]
) -> None:
    only = {"tiny_desk": manifests["tiny_desk"]}
    async with opened(farm, ["tiny_desk"], 5, (CLOSED,)) as session:
        begun = await read_states(session, only)
        assert begun["tiny_desk"].rows["ticket"]["tic_2k4hna"]["status"] == "closed"
        assert (await session.diff())["tiny_desk"].is_empty

        await session.advance(60)
        await session.reset()

        assert await read_states(session, only) == begun


async def test_a_setup_that_does_not_go_as_recorded_is_an_error(farm: Farm) -> None:
    otherwise = CLOSED.model_copy(update={"code": "not_open", "writes": False})

    with pytest.raises(FarmError, match="tiny_desk: close_ticket of the setup was recorded otherwise"):
        async with opened(farm, ["tiny_desk"], 5, (otherwise,)):
            raise AssertionError("it must not open")


async def test_a_refusal_may_be_part_of_a_setup(farm: Farm) -> None:
    refused = CLOSED.model_copy(update={"code": "not_open", "writes": False})

    async with opened(farm, ["tiny_desk"], 5, (CLOSED, refused)) as session:
        assert (await session.diff())["tiny_desk"].is_empty


@pytest.mark.parametrize("setup", [(), (CLOSED,)])
async def test_a_profile_holds_from_the_start_on(setup: tuple[StepRecord, ...], farm: Farm) -> None:
    async with opened(farm, ["tiny_desk"], 5, setup, "limits") as session:
        call = ToolCall("tiny_desk", "list_tickets", {})

        codes = [(await session.call(call)).code for _ in range(8)]

    assert codes == [None] * 5 + ["rate_limited"] * 2 + [None]
