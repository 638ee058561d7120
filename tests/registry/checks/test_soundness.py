"""The first thing a call broke is told, and a world that was broken before is nobody's fault."""

from collections.abc import Mapping

import pytest

from farm.control import Soundness
from registry.checks.soundness import broken


def sound(
    holds: Mapping[str, bool] | None = None, conserved: Mapping[str, int] | None = None, keys: tuple[str, ...] = ()
) -> Soundness:
    return Soundness(holds or {"law": True}, conserved or {"sum": 5}, keys)


@pytest.mark.parametrize(
    ("after", "sentence", "key"),
    [
        (sound(holds={"law": False}), "After pay, the world breaks the invariant law.", "law"),
        (sound(keys=("a of b",)), "After pay, a reference points nowhere: a of b.", "reference"),
        (sound(conserved={"sum": 6}), "pay moves the conserved value sum.", "sum"),
    ],
)
def test_what_a_call_broke_is_told(after: Soundness, sentence: str, key: str) -> None:
    what = broken("pay", sound(), after)

    assert what is not None
    assert (what.sentence, what.key) == (sentence, key)


def test_a_sound_world_stays_without_a_word() -> None:
    assert broken("pay", sound(), sound()) is None


def test_a_world_that_was_broken_before_is_not_judged() -> None:
    assert broken("pay", sound(holds={"law": False}), sound(holds={"law": False})) is None
