import random
from collections.abc import Mapping
from itertools import islice

import pytest

from envkit.manifest import ArgumentSpec, Manifest, ToolSpec
from envkit.snapshot import Diff
from farm.session import Session
from sampler.ground import candidates, field_of, ground, is_telling
from sampler.state import WorldState


def _tool(*arguments: ArgumentSpec, kind: str = "action") -> ToolSpec:
    return ToolSpec.model_validate(
        {"name": "t", "kind": kind, "title": "T", "description": "", "arguments": arguments, "writes": ("ticket",)}
    )


def _argument(name: str, kind: str, **parts: object) -> ArgumentSpec:
    return ArgumentSpec.model_validate({"name": name, "type": kind, "description": "", **parts})


def _values(tool: ToolSpec, state: WorldState, name: str, count: int = 40) -> set[object]:
    drawn = islice(candidates(tool, state, random.Random(3)), count)
    return {tuple(each[name]) if isinstance(each[name], list) else each[name] for each in drawn}  # type: ignore[arg-type]  # lists of scalars


def test_ids_are_those_of_live_rows(desk_state: WorldState) -> None:
    tool = _tool(_argument("ticket_id", "ref", to="ticket"))

    assert _values(tool, desk_state, "ticket_id") <= set(desk_state.rows["ticket"])


def test_a_required_id_without_rows_gives_no_candidates(desk_state: WorldState) -> None:
    empty = WorldState(desk_state.manifest, desk_state.now, {})
    tool = _tool(_argument("ticket_id", "ref", to="ticket"))

    assert list(candidates(tool, empty, random.Random(0))) == []


def test_an_optional_id_without_rows_is_left_out(desk_state: WorldState) -> None:
    empty = WorldState(desk_state.manifest, desk_state.now, {})
    tool = _tool(_argument("ticket_id", "ref", to="ticket", required=False))

    assert list(islice(candidates(tool, empty, random.Random(0)), 5)) == [{}] * 5


def test_numbers_stay_within_their_bounds(desk_state: WorldState) -> None:
    tool = _tool(
        _argument("a", "int", minimum=2, maximum=90),
        _argument("b", "int"),
        _argument("c", "money", maximum=300),
        _argument("d", "money", field="project.budget", maximum=50000),
        _argument("e", "money", field="account.balance"),
    )

    drawn = list(islice(candidates(tool, desk_state, random.Random(1)), 60))

    assert all(2 <= each["a"] <= 90 for each in drawn)  # type: ignore[operator]  # ints by their type
    assert all(1 <= each["b"] <= 7 for each in drawn)  # type: ignore[operator]
    assert all(1 <= each["c"] <= 300 for each in drawn)  # type: ignore[operator]
    assert all(1 <= each["d"] <= 50000 for each in drawn)  # type: ignore[operator]
    assert all(500 <= each["e"] <= 37500 for each in drawn)  # type: ignore[operator]


def test_texts_follow_the_manner_of_their_column(desk_state: WorldState) -> None:
    tool = _tool(
        _argument("email", "str", field="member.email"),
        _argument("name", "str", field="member.name"),
        _argument("body", "text", field="note.body"),
        _argument("code", "str", field="note.body"),
        _argument("title", "str", field="ticket.title"),
        _argument("contact", "str", field="member.email"),
    )

    drawn = next(candidates(tool, desk_state, random.Random(4)))

    assert str(drawn["email"]).endswith("@example.com")
    assert len(str(drawn["name"]).split()) == 2
    assert str(drawn["body"]).endswith(".")
    assert str(drawn["code"]).startswith("Work of part ")
    assert len(str(drawn["title"]).split()) == 2
    assert "@" in str(drawn["contact"])


def test_choices_come_from_their_lists(desk_state: WorldState) -> None:
    tool = _tool(
        _argument("kind", "enum", values=("call", "visit")),
        _argument("flag", "bool"),
        _argument("tags", "list", values=("x", "y")),
        _argument("words", "list"),
    )

    assert _values(tool, desk_state, "kind") == {"call", "visit"}
    assert _values(tool, desk_state, "flag") == {True, False}
    assert _values(tool, desk_state, "tags") <= {("x",), ("y",), ("x", "y"), ("y", "x")}
    assert all(_values(tool, desk_state, "words"))


def test_times_lie_ahead_and_in_the_order_of_the_arguments(desk_state: WorldState) -> None:
    tool = _tool(_argument("starts_at", "time"), _argument("ends_at", "time"))

    for drawn in islice(candidates(tool, desk_state, random.Random(0)), 30):
        assert desk_state.now < str(drawn["starts_at"]) <= str(drawn["ends_at"])


def test_an_update_always_changes_some_value(desk_state: WorldState) -> None:
    tool = _tool(
        _argument("ticket_id", "ref", to="ticket", role="key"),
        _argument("title", "str", required=False),
        kind="update",
    )

    assert all("title" in each for each in islice(candidates(tool, desk_state, random.Random(0)), 20))


def test_several_ids_do_not_repeat(desk_state: WorldState) -> None:
    tool = _tool(_argument("member_ids", "ref", to="member", many=True))

    assert all(len(set(ids)) == len(ids) for ids in _values(tool, desk_state, "member_ids", 80))  # type: ignore[arg-type]  # tuples


def test_rows_in_focus_are_preferred_and_fixed_values_kept(desk_state: WorldState) -> None:
    tool = _tool(_argument("ticket_id", "ref", to="ticket"), _argument("at", "time"))
    focus = next(iter(desk_state.rows["ticket"]))

    drawn = candidates(tool, desk_state, random.Random(0), fixed={"at": "then"}, focus={"ticket": [focus, "gone"]})
    ids = [each["ticket_id"] for each in islice(drawn, 40)]

    assert ids.count(focus) > 12
    assert next(candidates(tool, desk_state, random.Random(0), fixed={"at": "then"}))["at"] == "then"


def test_the_column_of_an_argument_is_known_if_it_has_one(desk_state: WorldState) -> None:
    field = field_of(desk_state, _argument("title", "str", field="ticket.title"))

    assert field is not None
    assert field.name == "title"
    assert field_of(desk_state, _argument("free", "str")) is None


async def test_grounded_arguments_succeed_and_leave_the_world_alone(desk: Session, desk_state: WorldState) -> None:
    before = await desk.digest()
    tool = desk_state.manifest.tool("close_ticket")

    grounded = await ground(tool, desk_state, desk, random.Random(0), tries=20, focus={})

    assert grounded is not None
    assert not grounded.observation.is_refused
    assert set(grounded.diff.changed) <= {"ticket", "project"}
    assert await desk.digest() == before


async def test_arguments_that_were_of_no_use_are_avoided(desk: Session, desk_state: WorldState) -> None:
    tool = desk_state.manifest.tool("close_ticket")
    useless = [{"ticket_id": row_id} for row_id in desk_state.rows["ticket"]]

    assert await ground(tool, desk_state, desk, random.Random(0), tries=20, focus={}, avoid=useless) is None


@pytest.mark.parametrize(("state", "tries"), [("closed", 30), ("open", 0)])
async def test_nothing_is_grounded_where_all_is_refused(
    desk: Session, desk_state: WorldState, state: str, tries: int
) -> None:
    tool = desk_state.manifest.tool("close_ticket")
    rows = {"ticket": {"tic_none00": {"id": "tic_none00", "status": state}}}

    refusing = WorldState(desk_state.manifest, desk_state.now, rows)

    assert await ground(tool, refusing, desk, random.Random(0), tries=tries, focus={}) is None


async def test_a_call_that_changes_nothing_is_not_grounded(desk: Session, desk_state: WorldState) -> None:
    tool = desk_state.manifest.tool("get_project")

    assert await ground(tool, desk_state, desk, random.Random(0), tries=5, focus={}) is None


def test_a_change_of_nothing_but_stamps_tells_nothing(manifests: Mapping[str, Manifest]) -> None:
    desk = manifests["tiny_desk"]
    stamped = {"tic_1": {"closed_at": ("2025-05-13T12:00:00Z", "2025-05-14T12:00:00Z")}}

    assert not is_telling(Diff(changed={"ticket": stamped}), desk)
    assert is_telling(Diff(changed={"ticket": {"tic_1": {**stamped["tic_1"], "minutes": (0, 5)}}}), desk)
    assert is_telling(Diff(changed={"ticket": {"tic_1": {"closed_at": (None, "2025-05-14T12:00:00Z")}}}), desk)
    assert is_telling(Diff(removed={"ticket": {"tic_1": {"id": "tic_1"}}}), desk)
