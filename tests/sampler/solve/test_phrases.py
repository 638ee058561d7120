from pathlib import Path

import pytest

from envkit.manifest import read_manifest
from sampler.solve.nodes import Constraint, NounPhrase
from sampler.solve.phrases import NounPhrases
from sampler.solve.words import read_words
from sampler.words.lexicon import Lexicon

SERVERS = Path(__file__).parents[3] / "servers"


def read(place: str, entity: str, text: str) -> list[NounPhrase]:
    """Return the ways to read all of a text as rows of an entity."""
    words = read_words(text, frozenset())
    phrases = NounPhrases(Lexicon(read_manifest(SERVERS / place)), words, [2025])
    return [phrase for end, phrase in phrases.at(entity, 0) if end == len(words.lows)]


@pytest.mark.parametrize(
    ("text", "column", "is_highest"),
    [
        ("the driver whose licence expires last", "licence_expires_at", True),
        ("the driver whose licence expires first", "licence_expires_at", False),
    ],
)
def test_what_happens_first_or_last_is_read(text: str, column: str, is_highest: bool) -> None:
    assert NounPhrase("driver", extreme=((column, is_highest),)) in read("travel/kestrel_cars", "driver", text)


def test_an_order_and_a_bound_on_one_column_are_read_together() -> None:
    bound = Constraint(("balance",), 4500, "to")

    found = read("finance/alder_bank", "account", "the account with the highest balance of at most 45")

    assert NounPhrase("account", constraints=(bound,), extreme=(("balance", True),)) in found


@pytest.mark.parametrize(
    "text", ["the guest of stay stay_1", "that stay's guest", "its guest", "the guest for that stay"]
)
def test_a_row_is_read_by_the_row_that_points_at_it(text: str) -> None:
    holders = [phrase.holder for phrase in read("travel/linden_hotels", "guest", text) if phrase.holder]

    assert ("guest_id", "stay") in [(column, holder.entity) for column, holder in holders]


def test_a_row_is_read_by_where_another_is() -> None:
    found = read("travel/linden_hotels", "room", "the room that that stay is in")

    assert NounPhrase("room", holder=("room_id", NounPhrase("stay", "latest"))) in found


def test_a_row_is_read_by_one_of_its_own_kind_that_points_at_it() -> None:
    found = read("office/google_tasks", "task", "the parent task of that to-do")

    assert NounPhrase("task", holder=("parent_id", NounPhrase("task", "latest"))) in found
    assert not [phrase for phrase in read("office/alder_helpdesk", "ticket", "the merged into of it") if phrase.holder]
