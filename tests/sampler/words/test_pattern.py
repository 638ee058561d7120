import pytest

from sampler.words.pattern import fill, possessive, singular


@pytest.mark.parametrize(
    ("pattern", "texts", "filled"),
    [
        ("pause for {weeks} weeks", {"weeks": "1"}, "pause for 1 week"),
        ("pause for {weeks} weeks", {"weeks": "2"}, "pause for 2 weeks"),
        ("{count} more bags", {"count": "one"}, "one more bag"),
        ("a {discipline} paper", {"discipline": "ecology"}, "an ecology paper"),
        ("end {row}'s pause", {"row": "me"}, "end my pause"),
        ("end {row}'s pause", {"row": "Wei Reyes"}, "end Wei Reyes' pause"),
        ("what 's {own} price", {"own": "its"}, "what's its price"),
    ],
)
def test_what_stands_around_a_hole_follows_what_it_holds(pattern: str, texts: dict[str, str], filled: str) -> None:
    assert fill(pattern, texts) == filled


def test_pronouns_and_names_own_things() -> None:
    assert [possessive(name) for name in ("me", "it", "them", "Mei", "Reyes")] == [
        "my",
        "its",
        "their",
        "Mei's",
        "Reyes'",
    ]


def test_one_of_many_loses_its_ending() -> None:
    assert [singular(word) for word in ("weeks", "copies", "this", "glass", "bonus")] == [
        "week", "copy", "this", "glass", "bonus",
    ]  # fmt: skip
