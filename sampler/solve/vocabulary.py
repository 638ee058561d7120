"""The words a reader knows how to spell: literals of frames, phrases and questions, nouns and values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sampler.words import frames
from sampler.words.english import BOUNDS, DIRECTIONS, MONTHS, NUMBERS, WEEKDAYS, being, enum_words, flagged, happenings
from sampler.words.lexicon import Lexicon, named
from sampler.words.pattern import Hole, parts
from sampler.words.tokens import words_of


class Runs:
    """Runs of words that mean nothing of their own, as a tree by word."""

    def __init__(self) -> None:
        self._next: dict[str, Runs] = {}
        self._is_whole = False

    def learn(self, words: Sequence[str]) -> None:
        """Take a run in."""
        at = self
        for word in words:
            at = at._next.setdefault(word, Runs())  # of its own kind
        at._is_whole = True

    def ends(self, words: Sequence[str], start: int) -> Iterator[int]:
        """Yield the index after each run that stands at a word."""
        at: Runs | None = self
        for end in range(start, len(words)):
            at = at._next.get(words[end]) if at else None
            if at is None:
                return
            if at._is_whole:
                yield end + 1


def fillers() -> Runs:
    """Return the words around wishes."""
    found = Runs()
    for word in ("and", "then", "also", "please", "too"):
        found.learn((word,))
    for text in (*frames.AROUND, *frames.GIVES, *frames.CHOICES):
        run: list[str] = []
        for part in (*parts(text), Hole("")):
            if isinstance(part, Hole):
                if run:
                    found.learn(run)
                run = []
            else:
                run.append(part)
    return found


FILLERS = fillers()


def known_words(lexicon: Lexicon) -> frozenset[str]:
    """Return every word that may stand in a query about an environment, in lower case."""
    return words_of(map(str, _texts(lexicon)))


def _texts(lexicon: Lexicon) -> Iterator[str]:
    yield from (*MONTHS, *WEEKDAYS, *NUMBERS, lexicon.manifest.title)
    yield from (
        *frames.AROUND,
        *frames.CONDITIONS,
        *frames.CARRIED,
        *frames.CARRIED_FIRST,
        *frames.GIVES,
        *frames.CHOICES,
        *frames.PLACES,
        *frames.PLACES_LATER,
        *frames.LOOKS,
    )
    yield from (text for pair in frames.COUNTS for text in pair)
    yield from (text for texts in frames.INTRODUCTIONS.values() for text in texts)
    yield from (text for texts in (*DIRECTIONS.values(), *BOUNDS.values()) for text in texts)
    yield "with the same whose having that which who nobody nothing mark change set update called named all each every"
    yield "am pm noon half quarter past morning afternoon evening between before due of one but first last"
    yield "are is not does been has have whether when what so"
    for entity in lexicon.entities.values():
        yield from (*lexicon.called(entity.name), *lexicon.plurals(entity.name))
        yield from (word for word, _, _ in lexicon.superlatives(entity.name))
        for field in entity.fields:
            question = lexicon.question(entity.name, field)
            yield from (*lexicon.labels(field.name), *being(field.name), *question.spelt())
            yield from (*map(enum_words, field.values), *lexicon.prepositions(field), *happenings(field.name))
    yield from (phrase.text for phrase in lexicon.phrases)
    for tool in lexicon.manifest.tools:
        yield from (lexicon.ordered(tool), tool.title, *tool.phrases)
        yield from (words for name in named(tool) for words in lexicon.labels(name))
        yield from (words for part in tool.returns if part.name for words in lexicon.scalar_question(part.name).spelt())
        yield from (flagged(each.name, so) for each in tool.arguments if each.type == "bool" for so in (True, False))
        yield from (enum_words(value) for each in tool.arguments for value in each.values)
