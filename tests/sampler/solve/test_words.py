import pytest

from sampler.solve.words import is_a_slip, read_words

KNOWN = frozenset({"cancel", "please", "booking", "needed", "ended"})


@pytest.mark.parametrize(
    ("written", "meant"),
    [("cancle", "cancel"), ("cancl", "cancel"), ("canncel", "cancel"), ("booknig", "booking"), ("cantel", "cancel")],
)
def test_a_word_one_slip_away_is_put_right(written: str, meant: str) -> None:
    assert is_a_slip(written, meant)
    assert read_words(f"please {written} it", KNOWN).lows[1] == meant


@pytest.mark.parametrize("written", ["cnacle", "cancellation", "cancer's", "booked"])
def test_a_word_further_away_stays_as_it_is(written: str) -> None:
    assert not is_a_slip(written, "cancel")


def test_a_slip_that_could_be_two_words_is_not_put_right() -> None:
    assert read_words("it is neded", KNOWN).lows[2] == "neded"


def test_names_and_quoted_words_are_never_put_right() -> None:
    assert read_words('Cancle "cancle" cancle@example.com', KNOWN).lows == ("cancle", "cancle", "cancle@example.com")


def test_sentences_are_told_apart() -> None:
    assert read_words("Cancel it. Is it free? Yes", KNOWN).sentences == (0, 0, 1, 1, 1, 2)
