import random
from collections import Counter
from typing import get_args

import pytest

from sampler.shape import DEFAULT_MIX, MAX_CALLS, MixError, draw_shape, parse_mix
from sampler.task import LONG_HORIZON, Kind


def test_the_default_mix_has_a_share_of_every_kind() -> None:
    assert set(DEFAULT_MIX) == set(get_args(Kind))
    assert sum(DEFAULT_MIX.values()) == pytest.approx(1.0)


def test_the_shares_of_a_mix_sum_to_one() -> None:
    assert parse_mix("act=1, infeasible=3,") == {"act": 0.25, "infeasible": 0.75}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("bogus=1", "'bogus' is no kind of task; the kinds are act, answer, act_and_answer"),
        ("act", "expected act=SHARE with a number of 0 or more, not 'act'"),
        ("act=", "expected act=SHARE"),
        ("act=much", "expected act=SHARE with a number of 0 or more, not 'act=much'"),
        ("act=-1", "expected act=SHARE"),
        ("act=nan", "expected act=SHARE"),
        ("act=inf", "expected act=SHARE"),
        ("act=1,act=2", "'act' is there twice"),
        ("act=0", "at least one kind needs a share above 0"),
        ("", "at least one kind needs a share above 0"),
    ],
)
def test_a_mix_that_cannot_be_read_is_said(text: str, sentence: str) -> None:
    with pytest.raises(MixError) as said:
        parse_mix(text)

    assert str(said.value).startswith(sentence)


def test_shapes_come_in_the_shares_of_the_mix() -> None:
    drawn = Counter(draw_shape({"act": 0.8, "answer": 0.2}, random.Random(n)).kind for n in range(300))

    assert drawn["act"] > 2 * drawn["answer"] > 0


@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_shape_has_the_turns_and_calls_that_its_kind_needs(kind: Kind) -> None:
    shapes = [draw_shape({kind: 1.0}, random.Random(n)) for n in range(60)]

    turns = {shape.turns for shape in shapes}
    assert (min(turns), max(turns)) == {"multi_turn": (2, 6), "long_horizon": (4, 8), "infeasible": (2, 5)}.get(
        kind, (1, 5)
    )
    if kind == "long_horizon":
        assert all(LONG_HORIZON <= shape.calls < MAX_CALLS for shape in shapes)
    else:
        assert {shape.calls for shape in shapes} == {0}


def test_the_order_of_a_mix_does_not_matter() -> None:
    mixes = [parse_mix("act=1,answer=2,policy=3"), parse_mix("policy=3,answer=2,act=1")]

    drawn = [[draw_shape(mix, random.Random(n)) for n in range(30)] for mix in mixes]

    assert drawn[0] == drawn[1]
