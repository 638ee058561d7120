from collections import Counter

import pytest

from sampler.difficulty import Target, TargetError, difficulty, hidden_of, needs_of, parse_target
from tests.sampler.making import made, step


def chained(length: int) -> list:
    """Steps each of which takes the id that the one before returned."""
    first = step("find", {"query": "Kelp"}, {"items": [{"id": "row_000000"}]})
    later = [step(f"get_{n}", {"row_id": f"row_{n:06}"}, {"id": f"row_{n + 1:06}"}) for n in range(length - 1)]
    return [first, *later]


def test_a_chain_is_as_deep_as_it_is_long() -> None:
    found = difficulty(made(("Look up Kelp.", chained(5))), offered=20)

    assert (found.calls, found.depth, found.breadth, found.hidden) == (5, 5, 1, 4)
    assert (found.servers, found.turns, found.distractors) == (1, 1, 15)


def test_calls_whose_values_the_user_says_need_no_other() -> None:
    steps = [
        step("find", {"query": "Kelp"}, {"items": [{"id": "row_1", "city": "Oslo"}]}),
        step("go", {"city": "Oslo"}),
    ]

    assert needs_of(made(("Find Kelp, then go to Oslo.", steps))) == (frozenset(), frozenset())
    assert needs_of(made(("Find Kelp, then go there.", steps))) == (frozenset(), frozenset({0}))


def test_a_call_needs_the_one_that_wrote_the_row_it_names() -> None:
    steps = [
        step("find", {"query": "Kelp"}, {"items": [{"id": "row_4k2m9x"}]}),
        step("close", {"row_id": "row_4k2m9x"}, {"id": "row_4k2m9x"}, writes=True),
        step("get", {"row_id": "row_4k2m9x"}, {"id": "row_4k2m9x"}),
    ]

    assert needs_of(made(("Close Kelp, then look.", steps)))[2] == frozenset({0, 1})


def test_the_row_itself_comes_before_a_mention_of_it() -> None:
    steps = [
        step("find_members", {}, {"items": [{"id": "mbr_1aaaaa", "plan_id": "pln_n0v00s"}]}),
        step("list_plans", {}, {"items": [{"id": "pln_n0v00s"}]}),
        step("find_members", {"plan_id": "pln_n0v00s"}),
    ]

    assert needs_of(made(("Who is on Tempo?", steps)))[2] == frozenset({1})


@pytest.mark.parametrize(
    ("value", "query"),
    [
        (12500, "Pay 125.00 euros."),
        (7, "Add seven seats."),
        ("2026-05-14T10:00:00Z", "Move it to 14 May at 10 am."),
        ("2026-05-14", "Move it to 14 May."),
        ("in_review", "Set it in review."),
        ("Kelp recovery", 'Open "kelp recovery".'),
        (True, "Make it so."),
    ],
)
def test_what_is_said_in_any_spelling_is_not_hidden(value: object, query: str) -> None:
    assert hidden_of(made((query, [step("set", {"value": value})]))) == ((),)


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({"row_id": "row_4k2m9x"}, ("row_id",)),
        ({"at": "2026-05-15T10:00:00Z"}, ("at",)),
        ({"ids": ["Kelp", "row_4k2m9x"]}, ("ids",)),
        ({"amount": 99}, ("amount",)),
        ({"limit": 50, "cursor": "c_50"}, ()),
    ],
)
def test_what_nobody_said_is_hidden(arguments: dict, names: tuple[str, ...]) -> None:
    assert hidden_of(made(("Move Kelp to 14 May at 10:00.", [step("set", arguments)]))) == (names,)


def test_a_later_query_does_not_reveal_an_earlier_argument() -> None:
    task = made(("Set it.", [step("set", {"city": "Oslo"})]), ("Set Oslo again.", [step("set", {"city": "Oslo"})]))

    assert hidden_of(task) == (("city",), ())


@pytest.mark.parametrize(("length", "level"), [(1, 1), (2, 2), (4, 3), (9, 4), (12, 5)])
def test_longer_chains_are_of_higher_levels(length: int, level: int) -> None:
    assert difficulty(made(("Look up Kelp.", chained(length))), offered=20).level == level


def test_a_task_without_calls_is_of_the_first_level() -> None:
    assert difficulty(made(("Fly me to the moon.", ())), offered=20).level == 1


def test_a_distribution_is_read_and_what_is_none_is_told() -> None:
    assert parse_target("1=0.2, 3=0.5,5=0.3").shares == {1: 0.2, 3: 0.5, 5: 0.3}
    for text in ("", "1", "6=1", "1=x", "1=0.5,1=0.5", "1=1.5,2=-0.5"):
        with pytest.raises(TargetError, match="expected levels from 1 to 5"):
            parse_target(text)
    with pytest.raises(TargetError, match=r"sum to 0\.5"):
        parse_target("1=0.5")


def test_the_counts_follow_the_shares_whatever_is_drawn() -> None:
    target, counts = parse_target("1=0.2,3=0.5,5=0.3"), Counter[int]()
    levels = [1, 1, 1, 2, 3, 3, 4, 5] * 200

    for level in levels:
        if sum(counts.values()) < 100 and target.wants(level, counts):
            counts[level] += 1

    assert all(abs(counts[level] - 100 * share) <= 1 for level, share in target.shares.items())
    assert target.next(Counter({1: 10, 3: 10, 5: 10})) == 3


def test_a_level_that_never_comes_does_not_end_the_sampling() -> None:
    target, counts, turned_away = Target({1: 0.5, 5: 0.5}), Counter[int](), 0

    for _ in range(1000):
        if target.wants(1, counts, turned_away):
            counts[1], turned_away = counts[1] + 1, 0
        else:
            turned_away += 1

    assert counts[1] > 20
    assert not target.wants(2, counts, 1000)
