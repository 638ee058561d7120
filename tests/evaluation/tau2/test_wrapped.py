import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from pydantic import BaseModel

from envkit.calls import Observation, ToolCall
from envkit.manifest import read_manifest
from envkit.store import build_image
from envkit.world import World
from evaluation.tau2.wrapped import Collection, emit
from farm.farm import Farm
from tests.evaluation.tau2.test_borrowed import with_tau2

SCHEMA = (
    'CREATE TABLE "parcels" ("id" TEXT PRIMARY KEY NOT NULL, "state" TEXT, "weight" TEXT, "fragile" INTEGER, '
    '"stops" TEXT, "pieces" INTEGER) STRICT;'
)
ROW = {"id": "p1", "state": "sent", "weight": "1.5", "fragile": True, "stops": '["a"]', "pieces": None}


class Parcel(BaseModel):
    """What a collection of the tests holds: text, a fraction, a truth, a list, and a number that may lack."""

    state: Literal["sent", "lost"]
    weight: float
    fragile: bool
    stops: list[str]
    pieces: int | None = None


@pytest.fixture
def world() -> World:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.deserialize(build_image(SCHEMA, [("parcels", ROW)], {"seed": 0, "now": "2024-01-01T00:00:00Z"}))
    return World(connection, is_writable=True)


def parcels(world: World) -> Collection:
    return Collection(world, "parcels", Parcel)


def test_a_record_is_what_its_row_says(world: World) -> None:
    assert parcels(world)["p1"] == Parcel(state="sent", weight=1.5, fragile=True, stops=["a"])


def test_changes_of_a_record_are_kept(world: World) -> None:
    changed = parcels(world)
    changed["p1"].stops.append("b")
    changed["p1"].pieces = 2

    changed.keep()

    assert parcels(world)["p1"] == Parcel(state="sent", weight=1.5, fragile=True, stops=["a", "b"], pieces=2)


def test_records_are_added_under_their_keys_after_those_that_were_there(world: World) -> None:
    added, parcel = parcels(world), Parcel(state="lost", weight=2, fragile=False, stops=[])
    added["#a"] = parcel
    assert [*added] == ["p1", "#a"]

    added.keep()

    assert {**parcels(world)} == {"p1": parcels(world)["p1"], "#a": parcel}


def test_records_that_were_taken_out_are_gone(world: World) -> None:
    emptied = parcels(world)
    del emptied["p1"]
    assert (len(emptied), "p1" in emptied, emptied.get("p1")) == (0, False, None)

    emptied.keep()

    assert {**parcels(world)} == {}
    with pytest.raises(KeyError):
        del parcels(world)["p1"]


@pytest_asyncio.fixture
async def farm(tmp_path: Path) -> AsyncIterator[Farm]:
    async with Farm.launch([emit("retail", tmp_path), emit("mock", tmp_path)], lean=True) as farm:
        yield farm


async def ask(farm: Farm, slug: str, *calls: tuple[str, dict[str, object]]) -> list[Observation]:
    async with await farm.open([slug]) as session:
        return [await session.call(ToolCall(slug, tool, arguments)) for tool, arguments in calls]


@with_tau2
async def test_a_domain_is_played_over_mcp_in_worlds_of_its_own(farm: Farm) -> None:
    cancel = ("cancel_pending_order", {"order_id": "#W6247578", "reason": "no longer needed"})

    async with await farm.open(["tau2_retail"]) as one, await farm.open(["tau2_retail"]) as other:
        done = await one.call(ToolCall("tau2_retail", *cancel))
        again = await one.call(ToolCall("tau2_retail", *cancel))
        changed = (await one.diff())["tau2_retail"].changed
        tools = {tool.name: tool for tool in (await one.tools())["tau2_retail"]}

        assert isinstance(done.content, dict)
        assert done.content["status"] == "cancelled"
        assert (again.code, again.text) == (
            "execution_error",
            "execution_error: Non-pending order cannot be cancelled",
        )
        assert changed["orders"]["#W6247578"]["status"] == ("pending", "cancelled")
        assert (await other.diff())["tau2_retail"].is_empty
        assert tools["get_order_details"].annotations["readOnlyHint"]
        assert not tools["cancel_pending_order"].annotations["readOnlyHint"]


@with_tau2
async def test_what_is_no_object_is_told_as_text(farm: Farm) -> None:
    made, users = await ask(farm, "tau2_mock", ("create_task", {"user_id": "user_1", "title": "x"}), ("get_users", {}))

    assert isinstance(made.content, dict)
    assert made.content["task_id"] == "task_2"
    assert isinstance(users.content, dict)
    assert '"tasks": ["task_1", "task_2"]' in str(users.content["text"])


@with_tau2
async def test_arguments_that_a_tool_does_not_take_are_its_own_to_refuse(farm: Farm) -> None:
    (seen,) = await ask(farm, "tau2_mock", ("create_task", {"user": "user_1"}))

    assert seen.code == "execution_error"


@with_tau2
def test_the_folder_has_the_policy_and_names_its_source(tmp_path: Path) -> None:
    folder = emit("retail", tmp_path)

    manifest = read_manifest(folder)
    assert (manifest.slug, manifest.domain) == (folder.name, "tau2")
    assert {entity.name for entity in manifest.entities} == {"products", "users", "orders"}
    assert manifest.sources[0].title == "tau2-bench"
    assert (folder / "policy.md").read_text().startswith("# Retail agent policy")
