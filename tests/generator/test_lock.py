"""A lock spares the search what stands, and is believed in nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import orjson
import pytest

from generator.blueprint import Blueprint
from generator.emit import Emission, emission
from generator.interpret import Interpreter
from generator.load import load_text
from generator.lock import NO_LOCK, Left, Lock, digest_of, read_lock
from generator.seeds import seed_rows
from tests.generator.emitting import GOLDEN, lending

Case = dict[str, Any]  # Any: a case as JSON, to be spoilt
Change = Callable[[list[Case]], None]

TEXT = (GOLDEN / "blueprint.yaml").read_text()


@lru_cache
def cold() -> Emission:
    return emission(lending())


def lock_of(cases: str, lock: str, blueprint: Blueprint | None = None) -> Lock:
    return read_lock(blueprint or lending(), cases.encode(), lock.encode())


def warm(cases: str, lock: str) -> Emission:
    return emission(lending(), lock_of(cases, lock))


def rows_of(text: str) -> list[Case]:
    return [orjson.loads(line) for line in text.splitlines()]


def spoilt(change: Change) -> str:
    cases = rows_of(cold().files["cases.jsonl"])
    change(cases)
    return "".join(orjson.dumps(case).decode() + "\n" for case in cases)


def of(cases: list[Case], about: str) -> Case:
    return next(case for case in cases if case["about"] == about and case["steps"][-1]["arguments"])


def expect_another_code(about: str) -> Change:
    def change(cases: list[Case]) -> None:
        of(cases, about)["steps"][-1]["expect"] = {"code": "no_such_code"}

    return change


def give_no_arguments(about: str) -> Change:
    def change(cases: list[Case]) -> None:
        of(cases, about)["steps"][-1]["arguments"] = {}

    return change


def drop(about: str) -> Change:
    def change(cases: list[Case]) -> None:
        cases.remove(of(cases, about))

    return change


def edit_a_row_that_is_not_there(cases: list[Case]) -> None:
    next(case for case in cases if case.get("edits"))["edits"][0]["id"] = "nobody"


ABOUTS = ("effects", "refusal", "boundary", "walk", "edge")
CHANGES: Mapping[str, Change] = {
    **{f"another code in {about}": expect_another_code(about) for about in ABOUTS},
    **{f"no arguments in {about}": give_no_arguments(about) for about in ABOUTS},
    **{f"{about} dropped": drop(about) for about in ABOUTS},
    "an edit of nothing": edit_a_row_that_is_not_there,
}


def test_an_emission_under_its_own_lock_is_the_same() -> None:
    again = warm(cold().files["cases.jsonl"], cold().lock)

    assert (again.files, again.lock) == (cold().files, cold().lock)


@pytest.mark.parametrize("name", CHANGES)
def test_spoilt_cases_do_not_come_out_as_they_went_in(name: str) -> None:
    text = spoilt(CHANGES[name])

    again = warm(text, cold().lock)

    assert (again.files["cases.jsonl"], again.lock) != (text, cold().lock)


@pytest.mark.parametrize("name", CHANGES)
def test_what_comes_of_spoilt_cases_is_what_the_oracle_says_and_stays(name: str) -> None:
    again = warm(spoilt(CHANGES[name]), cold().lock)

    assert_true(again.files["cases.jsonl"])
    assert warm(again.files["cases.jsonl"], again.lock) == again


def assert_true(text: str) -> None:
    rows = seed_rows(lending())
    for case in rows_of(text):
        world = Interpreter(lending(), rows, case["seed"])
        for edit in case.get("edits", ()):
            world.tables.edit(edit["entity"], edit["id"], edit["set"])
        for step in case["steps"]:
            if "cursor" not in step["arguments"]:
                outcome = world.call(step["tool"], step["arguments"])
                assert outcome.code == step["expect"].get("code"), case["name"]
                assert outcome.diff.to_json() == step.get("diff", {}), case["name"]


def test_a_lock_without_what_was_left_comes_to_the_same_coverage() -> None:
    again = warm(cold().files["cases.jsonl"], "")

    assert again.lock == cold().lock


def test_an_unreadable_line_says_nothing() -> None:
    lines = cold().files["cases.jsonl"].splitlines()

    known = lock_of("\n".join(["{", *lines, '{"case": 1}', "[]"]), "not JSON")

    assert known.witnesses == lock_of("\n".join(lines), cold().lock).witnesses
    assert known.left == Left()


def test_nothing_was_searched_in_vain_for_another_blueprint() -> None:
    other = load_text(TEXT.replace("tick_seconds: 60", "tick_seconds: 61"), "", "golden")
    assert other.digest != lending().digest

    known = lock_of(cold().files["cases.jsonl"], cold().lock, other)

    assert known.left == Left()
    assert known.witnesses


def test_a_folder_without_cases_is_no_lock() -> None:
    assert lock_of("", "") == NO_LOCK


def test_a_digest_does_not_turn_on_the_order() -> None:
    assert digest_of(["a", "b"]) == digest_of(["b", "a"]) != digest_of(["a"])
