from collections.abc import Mapping

import pytest

from envkit.manifest import Manifest
from farm.session import Session
from sampler.scratch import Allowance, Scratch, SpentError


async def test_calls_leave_no_trace_and_a_scratch_starts_over(air: Session, manifests: Mapping[str, Manifest]) -> None:
    before = await air.digest()
    async with Scratch(air, manifests, Allowance(9)) as scratch:
        found = await scratch.call("tiny_air", "find_customer", {})
        customer = found.content["items"][0]["id"]
        changed = await scratch.call("tiny_air", "update_customer", {"customer_id": customer, "name": "Ada Lovelace"})
        await scratch.start_over()
        again = await scratch.call("tiny_air", "find_customer", {})

    assert changed.writes
    assert again.content == found.content
    assert await air.digest() == before


async def test_onward_starts_where_the_scratch_stands(air: Session, manifests: Mapping[str, Manifest]) -> None:
    async with Scratch(air, manifests, Allowance(9)) as scratch:
        found = await scratch.call("tiny_air", "find_customer", {})
        customer = found.content["items"][0]["id"]
        await scratch.call("tiny_air", "update_customer", {"customer_id": customer, "name": "Ada Lovelace"})
        async with await scratch.onward() as after:
            seen = await after.call("tiny_air", "find_customer", {})

    assert "Ada Lovelace" in str(seen.content)


async def test_only_calls_that_show_or_change_something_are_telling(
    air: Session, desk: Session, manifests: Mapping[str, Manifest]
) -> None:
    async with Scratch(air, manifests, Allowance(9)) as scratch:
        found = await scratch.call("tiny_air", "find_customer", {})
        assert await scratch.is_telling(found)
        row = found.content["items"][0]
        same = {"customer_id": row["id"], "email": row["email"]}
        assert not await scratch.is_telling(await scratch.call("tiny_air", "update_customer", same))
        other = {**same, "name": "Ada Lovelace"}
        assert await scratch.is_telling(await scratch.call("tiny_air", "update_customer", other))
        assert not await scratch.is_telling(await scratch.call("tiny_air", "update_customer", other))
        assert not await scratch.is_telling(await scratch.call("tiny_air", "cancel_booking", {"booking_id": "no"}))
    async with Scratch(desk, manifests, Allowance(9)) as scratch:
        assert not await scratch.is_telling(await scratch.call("tiny_desk", "list_members", {"query": "nobody at all"}))


async def test_an_allowance_that_is_used_up_ends_the_calls(air: Session, manifests: Mapping[str, Manifest]) -> None:
    async with Scratch(air, manifests, Allowance(1)) as scratch:
        await scratch.call("tiny_air", "find_customer", {})
        with pytest.raises(SpentError):
            await scratch.call("tiny_air", "find_customer", {})
