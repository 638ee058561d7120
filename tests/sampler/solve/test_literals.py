import pytest

from envkit.calls import Json
from sampler.solve.literals import read
from sampler.solve.words import read_words
from sampler.words.values import forms

VALUES: tuple[tuple[Json, str], ...] = (
    ("2025-05-14T16:30:00Z", "time"), ("2025-05-14T00:00:00Z", "time"), ("2025-05-14T12:00:00Z", "time"),
    ("2025-05-14T00:15:00Z", "time"),
    (14900, "money"), (149000, "money"), (-505, "money"), (5, "int"), (120, "int"), (True, "bool"),
    ("2025-05-14T10:00:00Z", "time"), ("2025-12-01T23:59:30Z", "time"), ("no_show", "state"), ("needsAction", "enum"),
    ("OSL", "enum"), ("Kelp recovery, again.", "text"), ("Dmitri Volkov", "str"), ("SK114", "str"),
    ("a.b@example.org", "str"), ("Frankfurt Southside", "str"), ("lower case", "str"),
)  # fmt: skip


@pytest.mark.parametrize(("value", "kind"), VALUES)
def test_every_form_of_a_value_reads_back_as_the_value(value: Json, kind: str) -> None:
    choices = (str(value), "other") if kind in ("enum", "state") else ()

    for form in forms(value, kind):
        words = read_words(f"make it {form}", frozenset())
        assert (len(words.lows), value) in list(read(words, 2, kind, choices, ())), form


def test_a_date_without_a_year_takes_the_year_last_said() -> None:
    words = read_words("14 May at 10:00", frozenset())

    day, moment = (2, "2025-05-14T00:00:00Z"), (4, "2025-05-14T10:00:00Z")
    assert list(read(words, 0, "time", (), [2024, 2025])) == [day, moment]
    assert list(read(words, 0, "time", (), [])) == []


@pytest.mark.parametrize("text", ["149.5", "fourteen", "May at 10:00", "31 February 2025 at 10:00"])
def test_what_is_not_quite_an_amount_or_a_date_is_neither(text: str) -> None:
    words = read_words(text, frozenset())

    assert all(end < len(words.lows) for end, _ in read(words, 0, "money", (), ()))
    assert list(read(words, 0, "time", (), ())) == []
