from __future__ import annotations

import copy
import random
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollouts.match import Match, match

ENVIRONMENTS = ("one", "two")


@st.composite
def diffs(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    """Draw diffs whose new rows refer to each other (chains, trees, cycles, twins) in columns, texts and lists."""
    made: dict[str, dict[str, Any]] = {}
    for environment in draw(st.sampled_from([ENVIRONMENTS[:1], ENVIRONMENTS])):
        ids = [f"{kind}_{environment}{n:03}" for kind in ("ord", "lin") for n in range(draw(st.integers(0, 4)))]
        target = st.sampled_from([*ids, "old_aaaaaa"])
        added: dict[str, dict[str, Any]] = {}
        for each in ids:
            row = {
                "id": each,
                "size": draw(st.integers(0, 1)),
                "parent_id": draw(st.none() | target),
                "note": draw(st.just("plain") | target.map("see {}.".format)),
                "tags": draw(st.lists(target, max_size=2)),
                "made_at": draw(st.sampled_from(["2025-01-01T00:00:00Z", "2025-01-01T00:01:00Z"])),
            }
            added.setdefault(each[:3], {})[each] = row
        changed = {"account": {"acc_aaaaaa": {"last_id": [None, draw(target)], "sum": [0, draw(st.integers(1, 2))]}}}
        made[environment] = {"added": added, "changed": changed}
    return made


def renamed(made: dict[str, dict[str, Any]], chance: random.Random) -> dict[str, dict[str, Any]]:
    """Return the same diffs with other ids for all new rows, and the rows in another order."""
    ids = sorted(each for diff in made.values() for rows in diff["added"].values() for each in rows)
    fresh = [f"{each[:3]}_{n:06}" for each, n in zip(ids, chance.sample(range(10**6), len(ids)), strict=True)]
    names = dict(zip(ids, fresh, strict=True))

    def walk(value: Any) -> Any:
        if isinstance(value, str):
            return re.sub(r"\w+", lambda word: names.get(word[0], word[0]), value)
        if isinstance(value, list):
            return [walk(each) for each in value]
        if isinstance(value, dict):
            pairs = [(walk(name), walk(each)) for name, each in value.items()]
            return dict(chance.sample(pairs, len(pairs)))
        return value

    return {environment: walk(diff) for environment, diff in made.items()}


@given(made=diffs(), seed=st.integers(0, 999))
@settings(max_examples=300, deadline=None)
def test_other_ids_and_another_order_never_matter(made: dict[str, dict[str, Any]], seed: int) -> None:
    found = match(made, renamed(made, random.Random(seed)), {}, {})

    assert (found.missing, found.spurious) == ((), ())


def test_a_row_that_names_itself_is_told_from_one_that_names_its_twin() -> None:
    first, second = ({"id": each, "tags": ["ord_2", "ord_1"]} for each in ("ord_1", "ord_2"))
    there = {"one": {"added": {"ord": {"ord_1": first, "ord_2": second}}}}
    back = {"ord_1": {"id": "ord_1", "tags": ["ord_1", "ord_2"]}, "ord_2": {"id": "ord_2", "tags": ["ord_1", "ord_2"]}}

    found = match(there, {"one": {"added": {"ord": back}}}, {}, {})

    assert (found.missing, found.spurious) == ((), ())


def test_alike_rows_are_told_apart_by_their_place_in_a_list() -> None:
    def named(tags: list[str], account: str) -> dict[str, Any]:
        rows: dict[str, Any] = {each: {"id": each, "tags": []} for each in ("lin_0", "lin_2", "lin_3")}
        rows["lin_1"] = {"id": "lin_1", "tags": tags}
        changed = {"account": {"acc_a": {"last_id": [None, account]}}}
        return {"one": {"added": {"lin": rows}, "changed": changed}}

    found = match(named(["lin_2", "lin_3"], "lin_0"), named(["lin_2", "lin_0"], "lin_3"), {}, {})

    assert (found.missing, found.spurious) == ((), ())
    assert found.names["one", "lin_3"] == "lin_0"


@given(made=diffs(), seed=st.integers(0, 999), data=st.data())
@settings(max_examples=200, deadline=None)
def test_a_single_other_value_always_matters(made: dict[str, dict[str, Any]], seed: int, data: st.DataObject) -> None:
    other = renamed(made, random.Random(seed))
    environment = data.draw(st.sampled_from(sorted(other)))
    rows = [row for rows in other[environment]["added"].values() for row in rows.values()]
    if rows and data.draw(st.booleans()):
        data.draw(st.sampled_from(rows))["size"] = 7
    else:
        other[environment]["changed"]["account"]["acc_aaaaaa"]["sum"][1] = 7

    found = match(made, other, {}, {})

    assert found.missing
    assert found.spurious


@given(made=diffs(), seed=st.integers(0, 999))
@settings(max_examples=100, deadline=None)
def test_stamps_within_the_drift_never_matter(made: dict[str, dict[str, Any]], seed: int) -> None:
    later = copy.deepcopy(renamed(made, random.Random(seed)))
    for diff in later.values():
        for rows in diff["added"].values():
            for row in rows.values():
                row["made_at"] = row["made_at"].replace("00Z", "30Z")
    clocked = {environment: {"ord": ("made_at",), "lin": ("made_at",)} for environment in ENVIRONMENTS}

    near = match(made, later, clocked, dict.fromkeys(ENVIRONMENTS, 90.0))
    exact = match(made, later, clocked, {})

    assert (near.missing, near.spurious) == ((), ())
    assert bool(exact.missing) == any(rows for diff in made.values() for rows in diff["added"].values())


def test_the_same_id_in_two_environments_is_two_rows() -> None:
    truth = {slug: {"added": {"customer": {"cus_a": {"id": "cus_a", "home": slug}}}} for slug in ENVIRONMENTS}
    other = {
        "one": {"added": {"customer": {"cus_b": {"id": "cus_b", "home": "one"}}}},
        "two": {"added": {"customer": {"cus_c": {"id": "cus_c", "home": "two"}}}},
    }

    found = match(truth, other, {}, {})

    assert (found.missing, found.spurious) == ((), ())
    assert found.names == {("one", "cus_a"): "cus_b", ("two", "cus_a"): "cus_c"}


@pytest.mark.parametrize("stamp", ["tomorrow", None, 7])
def test_a_stamp_that_is_no_time_is_not_near_any(stamp: object) -> None:
    wanted = {"one": {"changed": {"order": {"ord_a": {"paid_at": [None, "2025-01-01T00:00:00Z"]}}}}}
    found = {"one": {"changed": {"order": {"ord_a": {"paid_at": [None, stamp]}}}}}

    assert match(wanted, found, {"one": {"order": ("paid_at",)}}, {"one": 60.0}).missing


def test_a_row_with_another_column_is_another_row() -> None:
    wanted = {"one": {"added": {"order": {"ord_a": {"id": "ord_a", "total": 1}}}}}
    found = {"one": {"added": {"order": {"ord_b": {"id": "ord_b", "total": 1, "note": None}}}}}

    assert match(wanted, found, {}, {}).missing


def test_atoms_are_counted_and_named() -> None:
    truth = {
        "one": {
            "added": {"order": {"ord_a": {"id": "ord_a"}}},
            "removed": {"order": {"ord_b": {"id": "ord_b"}}},
            "changed": {"order": {"ord_c": {"total": [1, 2], "paid": [False, True]}}},
        }
    }

    found = match(truth, {"one": {"changed": {"order": {"ord_c": {"total": [1, 2], "paid": [False, 1]}}}}}, {}, {})

    assert found.required == 4
    assert set(map(str, found.missing)) == {
        "one: order ord_a added",
        "one: order ord_b removed",
        "one: order ord_c paid changed",
    }
    assert [*map(str, found.spurious)] == ["one: order ord_c paid changed"]


def test_rows_added_alike_in_great_number_are_paired() -> None:
    rows = {f"row_{n:04}": {"id": f"row_{n:04}", "parent": f"row_{n // 2:04}"} for n in range(60)}
    others = {f"new_{n:04}": {"id": f"new_{n:04}", "parent": f"new_{n // 2:04}"} for n in range(60)}

    found = match({"one": {"added": {"row": rows}}}, {"one": {"added": {"row": others}}}, {}, {})

    assert (found.missing, found.spurious) == ((), ())


def test_a_number_is_no_truth_value_though_the_two_compare_equal() -> None:
    said, meant = ({"shop": {"changed": {"order": {"ord_a": {"paid": [False, value]}}}}} for value in (1, True))

    assert match(meant, meant, {}, {}) == Match(1, (), (), {})
    assert match(meant, said, {}, {}).missing == match(meant, said, {}, {}).spurious != ()
