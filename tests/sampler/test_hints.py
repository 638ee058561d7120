import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from envkit.calls import ToolCall
from envkit.cast import Cast, CastSpec
from envkit.manifest import Manifest
from farm.farm import Farm
from sampler.hints import UNASKED, Hint, Hints, hints_of, in_names, refusals, setups_of, sound_cases, successes_of

REFUSED = {"code": "not_open"}
DONE: Mapping[str, object] = {"content": {}}


def _write(folder: Path, *cases: Mapping[str, object]) -> None:
    lines = [json.dumps({"case": 1, "name": "c", "about": "refusal", "tool": "close_ticket", **each}) for each in cases]
    (folder / "cases.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


def _close(ticket: str, expect: Mapping[str, object] = REFUSED) -> Mapping[str, object]:
    return {"tool": "close_ticket", "arguments": {"ticket_id": ticket}, "expect": expect}


@pytest.fixture
def desk(manifests: Mapping[str, Manifest]) -> Manifest:
    return manifests["tiny_desk"]


def test_the_shortest_case_of_a_refusal_is_its_hint(tmp_path: Path, desk: Manifest) -> None:
    _write(
        tmp_path,
        {"steps": [_close("a", DONE), _close("b", DONE), _close("a")]},
        {"steps": [_close("c", DONE), _close("c")]},
        {"steps": [_close("d", DONE), _close("d")]},
    )

    assert hints_of(sound_cases(tmp_path, desk), desk) == {
        ("tiny_desk", "close_ticket", "not_open"): Hint(
            (ToolCall("tiny_desk", "close_ticket", {"ticket_id": "c"}),),
            ToolCall("tiny_desk", "close_ticket", {"ticket_id": "c"}),
        )
    }


@pytest.mark.parametrize(
    "case",
    [
        {"steps": [_close("a", DONE)]},
        {"steps": [_close("a"), _close("a")]},
        {"steps": [_close("a")], "edits": [{"entity": "ticket", "id": "a", "set": {"status": "closed"}}]},
    ],
    ids=["no refusal", "a refusal on the way", "stored values were edited"],
)
def test_a_case_that_calls_alone_do_not_repeat_is_no_hint(
    tmp_path: Path, desk: Manifest, case: Mapping[str, object]
) -> None:
    _write(tmp_path, case)

    assert hints_of(sound_cases(tmp_path, desk), desk) == {}


def test_an_environment_without_sound_cases_gives_no_hints(tmp_path: Path, desk: Manifest) -> None:
    missing = hints_of(sound_cases(tmp_path, desk), desk)
    (tmp_path / "cases.jsonl").write_text("torn", "utf-8")

    assert missing == hints_of(sound_cases(tmp_path, desk), desk) == {}


def test_refusals_are_those_that_a_wish_can_meet(real_manifests: Mapping[str, Manifest]) -> None:
    known = refusals(real_manifests["lantern_store"])

    assert ("lantern_store", "start_order", "on_hold") in known
    assert not UNASKED & {code for _, _, code in known}
    assert len(set(known)) == len(known)


async def test_hints_of_an_environment_lead_to_their_refusals(real_farm: Farm, real_hints: Hints) -> None:
    async with await real_farm.open(["lantern_store"], seed=0) as session:
        for (slug, tool, code), hint in real_hints.items():
            if slug == "lantern_store":
                async with await session.fork() as scratch:
                    for call in hint.setup:
                        assert not (await scratch.call(call)).is_refused
                    assert ((await scratch.call(hint.refused)).code, hint.refused.tool) == (code, tool)


def test_what_succeeds_at_once_is_known_without_repetition(tmp_path: Path, desk: Manifest) -> None:
    listing = {"tool": "list_tickets", "arguments": {}, "expect": DONE}
    details = {"tool": "get_ticket_details", "arguments": {"ticket_id": "a"}, "expect": DONE}
    _write(
        tmp_path,
        {"steps": [_close("a", DONE)]},
        {"steps": [_close("a", DONE), _close("b")]},
        {"steps": [_close("c", DONE)]},
        {"steps": [_close("d")]},
        {"steps": [listing]},
        {"steps": [details]},
    )

    assert successes_of(sound_cases(tmp_path, desk), desk) == {
        ("tiny_desk", "close_ticket"): ({"ticket_id": "a"}, {"ticket_id": "c"}),
        ("tiny_desk", "get_ticket_details"): ({"ticket_id": "a"},),
    }


def test_the_fewest_writes_before_a_tool_that_never_succeeds_at_once_are_its_setup(
    tmp_path: Path, desk: Manifest
) -> None:
    listing = {"tool": "list_tickets", "arguments": {}, "expect": DONE}
    noting = {"tool": "add_note", "arguments": {"ticket_id": "a"}, "expect": DONE}
    _write(
        tmp_path,
        {"steps": [_close("a", DONE), _close("b", DONE), noting]},
        {"steps": [listing, _close("c", DONE), listing, noting]},
        {"steps": [_close("d"), {**noting, "tool": "remove_note"}]},
    )

    assert setups_of(sound_cases(tmp_path, desk), desk) == {
        ("tiny_desk", "add_note"): (ToolCall("tiny_desk", "close_ticket", {"ticket_id": "c"}),)
    }


def test_what_cases_tell_is_in_the_names_of_the_world() -> None:
    rows = [("person", {"id": "p1", "name": "Ada Lund"})]
    casts = {"desk": Cast(CastSpec(people=("Ada Lund",)), rows, {"person": ("name",)})}
    call, other = (
        ToolCall("desk", "find", {"query": "Ada Lund", "limit": 3}),
        ToolCall("home", "find", {"q": "Ada Lund"}),
    )
    told: Hints = {("desk", "find", "odd"): Hint((other,), call), ("home", "find", "odd"): Hint((), other)}

    hints, known, setups = in_names(told, {("desk", "find"): (call.arguments,)}, {("desk", "ship"): (call,)}, casts, 5)

    new = casts["desk"].names(5)["Ada Lund"]
    assert new != "Ada Lund"
    assert hints["desk", "find", "odd"] == Hint((other,), ToolCall("desk", "find", {"query": new, "limit": 3}))
    assert hints["home", "find", "odd"] == told["home", "find", "odd"]
    assert known["desk", "find"] == ({"query": new, "limit": 3},)
    assert setups["desk", "ship"] == (ToolCall("desk", "find", {"query": new, "limit": 3}),)
    assert set(hints) == set(told)
    assert len(hints) == 2
    assert ("desk", "find", "other") not in hints
    assert known.get(("desk", "seek"), ()) == ()
