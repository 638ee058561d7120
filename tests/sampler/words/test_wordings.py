from collections.abc import Mapping

from sampler.words.lexicon import Lexicon
from sampler.words.tokens import tokenise
from sampler.words.wordings import wordings


def test_a_wording_says_the_same_arguments_as_the_phrase(lexicons: Mapping[str, Lexicon]) -> None:
    for phrase in (phrase for lexicon in lexicons.values() for phrase in lexicon.phrases):
        for text in wordings(phrase.text, frozenset()):
            holes = [token.text for token in tokenise(text) if token.kind == "hole"]

            assert sorted(holes) == sorted(f"{{{name}}}" for name in phrase.holes), text


def test_a_wording_that_two_tools_could_share_is_no_phrase() -> None:
    shut = wordings("close {card_id}", frozenset({"shut"}))

    assert shut == ("close {card_id}", "close out {card_id}")


def test_other_wordings_are_no_phrase_of_another_tool(lexicons: Mapping[str, Lexicon]) -> None:
    for lexicon in lexicons.values():
        meant: dict[str, set[str]] = {}
        for phrase in lexicon.phrases:
            meant.setdefault(phrase.text, set()).add(phrase.tool.name)
        others = {phrase.text for phrase in lexicon.phrases if not phrase.is_own}

        assert {text for text in others if len(meant[text]) > 1} == set()
