from collections.abc import Mapping

import pytest

from sampler.words.lexicon import Lexicon
from sampler.words.phrasing import moved_particle
from sampler.words.sayings import ROOMS, sayings
from sampler.words.sayings.unsaid import UNSAID


def test_every_saying_is_an_order_for_a_tool_of_some_environment(lexicons: Mapping[str, Lexicon]) -> None:
    said = {(phrase.tool.name, phrase.text): phrase.form for lexicon in lexicons.values() for phrase in lexicon.phrases}
    fitting = {
        (tool.name, text) for each in lexicons.values() for tool in each.manifest.tools for text in sayings(tool)
    }

    assert {(name, text) for orders in ROOMS for name, texts in orders.items() for text in texts} == fitting
    assert {said.get(each, "order") for each in fitting} == {"order"}


def test_whatever_changes_something_can_be_ordered(lexicons: Mapping[str, Lexicon]) -> None:
    for lexicon in lexicons.values():
        ordered = {phrase.tool.name for phrase in lexicon.phrases if phrase.form == "order"}
        writing = {tool.name for tool in lexicon.manifest.tools if tool.writes and tool.kind != "update"}

        assert writing - ordered == set(), lexicon.manifest.slug


def test_what_is_left_unsaid_is_said_in_other_words(lexicons: Mapping[str, Lexicon]) -> None:
    phrases = [phrase for lexicon in lexicons.values() for phrase in lexicon.phrases if phrase.form != "statement"]
    unsaid = [phrase for phrase in phrases if phrase.text in UNSAID]
    said = {(each.tool.name, frozenset(each.holes)) for each in phrases if each.text not in UNSAID}

    assert {each.text for each in unsaid} == UNSAID
    assert [each.text for each in unsaid if (each.tool.name, frozenset(each.holes)) not in said] == []


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("call off {meeting_id}", "call {meeting_id} off"),
        ("switch {device_id} on", "switch on {device_id}"),
        ("work out {quantity} of {instrument_id}", None),
        ("check {rental_id}'s car in", None),
        ("collect on {hold_id}", None),
        ("send back {quantity} units of {order_line_id}", None),
        ("get {envelope_id} out", None),
        ("move {task_id} to {task_list_id}", None),
    ],
)
def test_a_particle_may_stand_on_either_side_of_what_it_is_about(text: str, other: str | None) -> None:
    assert moved_particle(text) == other
