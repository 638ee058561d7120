from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sampler.spoken import Moment, read

MOMENT = datetime(2025, 3, 5, 14, 30, tzinfo=UTC)


def says_money(text: str, minor_units: int) -> bool:
    return any(amount.means_money(minor_units) for amount in read(text).amounts)


def says_int(text: str, number: int) -> bool:
    return any(amount.means_int(number) for amount in read(text).amounts)


def says_moment(text: str, moment: datetime = MOMENT) -> bool:
    return any(each.means(moment) for mention in read(text).moments for each in mention)


@pytest.mark.parametrize(
    "text",
    [
        "12345",
        "It cost 123.45.",
        "$123.45",
        "123,45 kr",
        "USD 123.45",
        "123.45 EUR, all told",
        "12,345 cents",
        "12345 minor units",
        "(123.45)",
    ],
)
def test_an_amount_is_read_in_many_spellings(text: str) -> None:
    assert says_money(text, 12345)


@pytest.mark.parametrize("text", ["$12345", "1234", "123.46", "SK12345", "123456", "ord_12345", "0.12345", "12345.67"])
def test_another_amount_is_not_taken_for_it(text: str) -> None:
    assert not says_money(text, 12345)


def test_thousands_may_be_set_apart() -> None:
    assert says_money("1,234.50 in total", 123450)


def test_whole_units_count_only_with_a_currency() -> None:
    assert says_money("$5", 500)
    assert says_money("5 euros", 500)
    assert not says_money("5", 500)


def test_a_refund_may_be_stated_without_its_sign() -> None:
    assert says_money("refunded 5.00", -500)
    assert says_money("-5.00", -500)
    assert not says_money("-5.00", 500)


@pytest.mark.parametrize("text", ["3", "There are 3.", "three bookings", "3, as you asked", "(3)", "3%"])
def test_a_number_is_read_in_digits_or_words(text: str) -> None:
    assert says_int(text, 3)


@pytest.mark.parametrize("text", ["13", "3.5", "E3", "3 cents", "room-3b", "3rd", "1. 2. 33"])
def test_another_number_is_not_taken_for_it(text: str) -> None:
    assert not says_int(text, 3)


def test_the_numbers_of_a_list_are_not_numbers() -> None:
    assert read("1. first\n2. second").amounts == ()


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-05T14:30:00Z",
        "2025-03-05 14:30",
        "2025-03-05T15:30:00+01:00",
        "on 5 March 2025 at 14:30 UTC",
        "March 5, 2025, 2:30 PM",
        "Mar 5th at 2:30 p.m.",
        "Wednesday the 5th of March 2025, 14:30:00",
        "05.03.2025 14:30",
        "3/5/2025, 2:30 pm",
        "at 14:30 on 2025/03/05",
        "It leaves on 5 March 2025 at 10:00 and lands at 14:30.",
    ],
)
def test_a_moment_is_read_in_many_spellings(text: str) -> None:
    assert says_moment(text)


@pytest.mark.parametrize(
    "text",
    ["14:30", "2025-03-05", "2025-03-05T14:31:00Z", "5 March 2024 at 14:30", "6 March at 14:30", "2:30 on 5 March"],
)
def test_another_moment_is_not_taken_for_it(text: str) -> None:
    assert not says_moment(text)


def test_a_date_alone_states_midnight() -> None:
    assert says_moment("due 2025-03-05", datetime(2025, 3, 5, tzinfo=UTC))
    assert says_moment("due 5 March 2025", datetime(2025, 3, 5, tzinfo=UTC))


def test_a_time_is_not_read_as_numbers_too() -> None:
    assert read("5 March 2025 at 14:30, 2025-03-05T14:30:00Z").amounts == ()


def test_a_number_before_a_word_like_a_month_stays_a_number() -> None:
    assert says_int("seats: 5\nmarket: 7", 5)
    assert says_int("seats: 5\nmarch: 7", 5)
    assert says_int("5 marks", 5)


def test_what_cannot_be_a_time_is_none() -> None:
    assert read("2025-13-45T09:00:00Z, 45/45/2025, at 99:99 on 5 March").moments == ((Moment(None, 3, 5),),)


def test_an_id_is_not_read_as_a_number() -> None:
    spoken = read("bkg_4k2m9x and pay_123456")

    assert spoken.ids == ("bkg_4k2m9x", "pay_123456")
    assert spoken.amounts == ()


def test_words_are_found_whole_in_any_case() -> None:
    spoken = read("The **Desk  Lamp** needs action; write to joann@x.com.")

    assert spoken.has_words("desk lamp")
    assert spoken.has_words("needs_action")
    assert spoken.has_words("joann@x.com")
    assert not spoken.has_words("ann@x.com")
    assert not spoken.has_words("lam")
    assert not spoken.has_words("")
