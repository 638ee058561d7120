"""What befalls calls: seeded, as often as a profile says, and never so often in a row that nothing gets through."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envkit.errors import RATE_LIMITED, UNAVAILABLE
from envkit.realism import Faults, Latency, RateLimit, Realism
from envkit.weather import Weather, begin

BOTH = Realism(faults=Faults(share=0.5), rate_limit=RateLimit(calls=3, refused=2))

tools = st.lists(st.sampled_from(["get", "list", "book"]), max_size=60)
profiles = st.builds(
    Realism,
    faults=st.none() | st.builds(Faults, share=st.floats(0.01, 0.99), in_a_row=st.integers(1, 4)),
    rate_limit=st.none() | st.builds(RateLimit, calls=st.integers(1, 5), refused=st.integers(1, 4)),
)


def codes(weather: Weather, calls: list[str]) -> list[str]:
    """Return what befalls some calls, the code of each refusal and an empty one for what is let through."""
    found = []
    for tool in calls:
        weather, answer = weather.meet(tool)
        found.append(answer.code if answer else "")
    return found


@settings(deadline=None)
@given(profiles, st.integers(0, 2**63), tools)
def test_equal_calls_meet_the_same_and_retrying_gets_through(realism: Realism, seed: int, calls: list[str]) -> None:
    first, second = begin(realism, seed, "air"), begin(realism, seed, "air")
    most = (realism.faults.in_a_row if realism.faults else 0) + (
        realism.rate_limit.refused if realism.rate_limit else 0
    )

    assert codes(first, calls) == codes(second, calls)
    for tool in calls:
        first, _ = first.meet(tool)
    assert "" in codes(first, ["book"] * (most + 1))


@settings(deadline=None)
@given(st.integers(0, 2**63), tools)
def test_no_tool_is_unavailable_more_often_in_a_row_than_it_may(seed: int, calls: list[str]) -> None:
    found = codes(begin(Realism(faults=Faults(share=0.9, in_a_row=2)), seed, "air"), calls)

    for name in set(calls):
        own = [code for tool, code in zip(calls, found, strict=True) if tool == name]
        assert all(set(own[at : at + 3]) != {UNAVAILABLE} for at in range(len(own) - 2))


def test_faults_come_as_often_as_said_and_otherwise_in_another_world() -> None:
    weather = begin(Realism(faults=Faults(share=0.2, in_a_row=10)), 7, "air")
    calls = ["get"] * 2000

    assert codes(weather, calls).count(UNAVAILABLE) == pytest.approx(400, abs=60)
    assert codes(begin(weather.realism, 8, "air"), calls) != codes(weather, calls)
    assert codes(begin(weather.realism, 7, "sea"), calls) != codes(weather, calls)


def test_a_limit_refuses_a_few_calls_and_says_how_many_are_left() -> None:
    weather = begin(Realism(rate_limit=RateLimit(calls=2, refused=2)), 0, "air")
    answers = []
    for _ in range(7):
        weather, answer = weather.meet("get")
        answers.append((answer.code, answer.retry_after_calls) if answer else None)

    limited = [(RATE_LIMITED, 1), (RATE_LIMITED, 0)]
    assert answers == [None, None, *limited, None, None, limited[0]]


def test_answers_are_held_back_within_the_bounds_and_alike() -> None:
    weather = begin(Realism(latency=Latency(least_ms=20, most_ms=30)), 3, "air")
    delays = []
    for _ in range(50):
        weather, _ = weather.meet("get")
        delays.append(weather.delay_s)

    assert all(0.02 <= delay <= 0.03 for delay in delays)
    assert len(set(delays)) == 50
    assert begin(BOTH, 3, "air").delay_s == 0.0
