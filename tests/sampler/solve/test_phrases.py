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


def test_an_account_is_read_by_whose_it_is() -> None:
    found = read("finance/cedar_brokerage", "account", "Mei Tan's account")

    assert [each for each in found if each.constraints[:1] and each.constraints[0].value == "Mei Tan"]


def test_who_has_a_role_is_read_after_its_noun() -> None:
    found = read("office/quill_signing", "recipient", "the recipient Mei Tan")
    people = [each.value for phrase in found for each in phrase.constraints if each.columns == ("person_id",)]

    assert [each for each in people if isinstance(each, NounPhrase) and each.constraints[0].value == "Mei Tan"]


def test_its_is_of_a_thing_and_their_of_a_person() -> None:
    it, they = NounPhrase("account", "foremost"), NounPhrase("customer", "foremost")

    assert NounPhrase("hold", constraints=(Constraint(("account_id",), it),)) in read(
        "finance/alder_bank", "hold", "its hold"
    )
    assert NounPhrase("account", constraints=(Constraint(("customer_id",), they),)) in read(
        "finance/alder_bank", "account", "their account"
    )
    assert not read("finance/alder_bank", "customer", "it")


@pytest.mark.parametrize(
    ("place", "entity", "text", "column"),
    [
        ("finance/cedar_brokerage", "instrument", "the stock on XNAS", "exchange"),
        ("utilities/fenwick_energy", "meter", "the meter at 93 Acacia Avenue", "address"),
        ("academia/alder_registrar", "section", "the section with Dr Oliver Nair", "teacher"),
    ],
)
def test_a_row_is_read_by_its_place_or_who_is_there(place: str, entity: str, text: str, column: str) -> None:
    found = read(place, entity, text)

    assert [each for phrase in found for each in phrase.constraints if each.columns == (column,)]
