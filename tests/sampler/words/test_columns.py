from collections.abc import Mapping

import pytest

from sampler.words.columns import FIGURES, ROWS, agreeing, place_of, ways_of
from sampler.words.lexicon import Lexicon


def test_no_two_columns_of_a_row_are_asked_for_alike(lexicons: Mapping[str, Lexicon]) -> None:
    for lexicon in lexicons.values():
        for entity in lexicon.entities.values():
            fields = [each for each in entity.fields if each.type != "ref"]
            spelt = [text for each in fields for text in set(lexicon.question(entity.name, each).spelt())]

            assert sorted(spelt) == sorted(set(spelt)), (lexicon.manifest.slug, entity.name)


def test_every_way_is_one_of_a_column_or_a_figure_of_some_environment(lexicons: Mapping[str, Lexicon]) -> None:
    entities = [entity for lexicon in lexicons.values() for entity in lexicon.entities.values()]
    fields = [(entity.name, each) for entity in entities for each in entity.fields]
    used = {key for name, each in fields for key in (f"{name}.{each.name}", f"{each.name}:{each.type}", each.name)}
    figures = {each.name for lexicon in lexicons.values() for tool in lexicon.tools.values() for each in tool.returns}

    assert ROWS.keys() - used == set()
    assert FIGURES.keys() - figures == set()


def test_what_is_left_is_asked_for_by_what_it_is() -> None:
    assert ways_of("section", "seats_left", "int") == (
        ("how many seats {row} has left", "how many seats does {row} have left"),
    )
    assert ways_of("line", "data_left", "int")[0][1] == "how much data does {row} have left"
    assert ways_of("order", "status", "state") == ()


@pytest.mark.parametrize(
    ("pattern", "of_me", "of_them", "who"),
    [
        ("how much {row} owes", "how much {row} owe", "how much {row} owe", ("I", "they")),
        ("how much does {row} owe", "how much do {row} owe", "how much do {row} owe", ("I", "they")),
        ("how old is {row}", "how old am {row}", "how old are {row}", ("I", "they")),
        ("where {row} goes", "where {row} go", "where {row} go", ("I", "they")),
        ("how late was {row}", "how late was {row}", "how late were {row}", ("I", "they")),
        ("how much was paid for {row}", "how much was paid for {row}", "how much was paid for {row}", ("me", "them")),
    ],
)
def test_a_question_agrees_with_who_it_is_about(pattern: str, of_me: str, of_them: str, who: tuple[str, str]) -> None:
    assert (agreeing(pattern, "I"), agreeing(pattern, "they")) == (of_me, of_them)
    assert (place_of("I", pattern), place_of("they", pattern)) == who
