"""A refusal says its code and the declared sentence, with its holes filled."""

import pytest

from registry.checks.refusals import says


@pytest.mark.parametrize(
    ("text", "template", "does"),
    [
        ("sold_out: Only 3 seats left.", "Only {f.seats_left} seats left.", True),
        ("sold_out: Only  seats left.", "Only {f.seats_left} seats left.", True),
        ("sold_out: Nothing is left.", "Only {f.seats_left} seats left.", False),
        ("sold_out: Nothing is left.", "", True),
        ("sold_out: no", "", False),
        ("sold_out", "", False),
        ("full: Only 3 seats left.", "", False),
    ],
)
def test_a_refusal_is_its_code_and_its_sentence(text: str, template: str, does: bool) -> None:
    assert says(text, "sold_out", template) is does
