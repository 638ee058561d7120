import pytest

from chat.pace import Pace


def test_a_minutes_worth_goes_at_once_and_what_is_above_it_waits_its_share() -> None:
    pace = Pace(600, lambda: 100.0)

    assert [pace.wait_s(300), pace.wait_s(300)] == [0.0, 0.0]
    assert pace.wait_s(10) == pytest.approx(1.0)
    assert pace.wait_s(60) == pytest.approx(7.0)


def test_time_that_passes_makes_room_but_never_for_more_than_a_minutes_worth() -> None:
    times = iter([0.0, 0.0, 10_000.0, 10_000.0, 10_000.0])
    pace = Pace(60, lambda: next(times))

    assert [pace.wait_s(60), pace.wait_s(30), pace.wait_s(30), pace.wait_s(30)] == [0.0, 0.0, 0.0, pytest.approx(30.0)]


def test_a_request_above_a_minutes_worth_is_let_through_when_all_before_are_worked_off() -> None:
    pace = Pace(60, lambda: 0.0)

    assert [pace.wait_s(10_000), pace.wait_s(10_000)] == [0.0, pytest.approx(60.0)]


def test_without_a_bound_nothing_waits() -> None:
    assert Pace(None).wait_s(10**9) == 0.0
