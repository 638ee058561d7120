"""The words a reader knows how to spell: literals of frames, phrases and questions, nouns and values."""

from __future__ import annotations

from collections.abc import Iterator

from sampler.words import frames
from sampler.words.english import MONTHS, NUMBERS, WEEKDAYS, being, enum_words, flagged, label
from sampler.words.lexicon import Lexicon
from sampler.words.pattern import Hole, parts
from sampler.words.tokens import words_of


def fillers() -> dict[str, list[tuple[str, ...]]]:
    """Return the words around wishes that mean nothing of their own, by their first word."""
    said: dict[tuple[str, ...], None] = dict.fromkeys([("and",), ("then",), ("also",), ("please",), ("too",)])
    groups = (
        frames.ORDERS, frames.STATEMENTS, frames.QUESTIONS, frames.THINGS, frames.LISTS, frames.TELLS, frames.DIRECTS,
        frames.HELLOS, frames.LATER, frames.BYES, frames.REPLIES, {"": (*frames.GIVES, *frames.CHOICES)},
    )  # fmt: skip
    for text in (*(text for group in groups for texts in group.values() for text in texts), *frames.AFTERS):
        run: list[str] = []
        for part in (*parts(text), Hole("")):
            if isinstance(part, Hole):
                said |= {tuple(run): None} if run else {}
                run = []
            else:
                run.append(part)
    found: dict[str, list[tuple[str, ...]]] = {}
    for words in said:
        found.setdefault(words[0], []).append(words)
    return found


FILLERS = fillers()


def known_words(lexicon: Lexicon) -> frozenset[str]:
    """Return every word that may stand in a query about an environment, in lower case."""
    return words_of(map(str, _texts(lexicon)))


def _texts(lexicon: Lexicon) -> Iterator[str]:
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
