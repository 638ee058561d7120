"""The words a reader knows how to spell: literals of frames, phrases and questions, nouns and values."""

from __future__ import annotations

from collections.abc import Iterator

from sampler.solve.grammar import FILLERS, Grammar
from sampler.words import frames
from sampler.words.english import MONTHS, NUMBERS, WEEKDAYS, being, enum_words, flagged, label
from sampler.words.pattern import Part
from sampler.words.tokens import tokenise


def known_words(grammar: Grammar) -> frozenset[str]:
    """Return every word that may stand in a query about an environment, in lower case."""
    return frozenset(word for text in _texts(grammar) for word in _words(text))


def _texts(grammar: Grammar) -> Iterator[str]:
    lexicon = grammar.lexicon
    yield from (*MONTHS, *WEEKDAYS, *NUMBERS, lexicon.manifest.title)
    yield from (word for runs in FILLERS.values() for run in runs for word in run)
    yield from (
        *frames.CONDITIONS,
        *frames.CARRIED,
        *frames.CARRIED_FIRST,
        *frames.GIVES,
        *frames.CHOICES,
        *frames.PLACES,
        *frames.LOOKS,
    )
    yield from (text for pair in frames.COUNTS for text in pair)
    yield from (text for texts in frames.INTRODUCTIONS.values() for text in texts)
    yield "with the same whose that which who nobody nothing am pm highest lowest latest earliest at least most fewest"
    yield "no more less earlier later than between mark change set"
    yield "called named all each every one of before due are is not does been has have whether when what so"
    for entity in lexicon.entities.values():
        yield from (*lexicon.nouns(entity.name), *lexicon.plurals(entity.name))
        yield from (word for word, _, _ in lexicon.superlatives(entity.name))
        for field in entity.fields:
            question = lexicon.question(entity.name, field)
            yield from (label(field.name), *being(field.name), *question.told, *question.direct)
            yield from (*map(enum_words, field.values), *lexicon.prepositions(field))
    for tool in lexicon.manifest.tools:
        yield from (lexicon.ordered(tool), tool.title, *tool.phrases, *(label(each.name) for each in tool.arguments))
        yield from (flagged(each.name, so) for each in tool.arguments if each.type == "bool" for so in (True, False))
        yield from (enum_words(value) for each in tool.arguments for value in each.values)
        yield from (label(part.name) for part in tool.returns)


def _words(text: str | Part) -> Iterator[str]:
    return (token.low for token in tokenise(str(text)) if token.kind == "word")
