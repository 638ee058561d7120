"""Asking: facts as questions, told or put directly."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sampler.facts import Asked
from sampler.words import frames
from sampler.words.columns import agreeing, place_of
from sampler.words.english import label
from sampler.words.naming import Namer
from sampler.words.pattern import fill, possessive
from sampler.words.questions import labelled
from sampler.words.voice import FREE, FULL, STIFF, Voice

_DIRECT_CHANCE, _FOR, _FREELY, _SHORT = 0.85, 0.3, 0.8, 4
_CLAUSAL = ("when", "what", "how", "whether", "if", "which")
_GOES_ON = re.compile(
    r"\b(?:and|also|then|oh|while you're|by the way|what about|too|as well|one more|after that)\b", re.IGNORECASE
)
_WANTS_CLAUSE = re.compile(r"\b(?:curious|wondering|see|ask|idea) \{ask\}")
_OF_ROW = re.compile(r"\bthe (.+) (?:of|for) \{row\}$")
_FOR_APT = re.compile(
    r"(?:(?!\band\b|,).)*\b(?:price|fee|cost|postage|shipping|reason|charge|refund|deposit|commission|deadline|tax|duration)"
)
"""What there is for a row: a price for it, but no status for it."""
_NO_MUCH = re.compile(r"\b(?:amount|price|limit|balance|rate)\b")
"""What is not much or little: nobody asks how much an amount is."""
PRONOUNS = ("it", "me", "them")
SUBJECTS = ("I", "they")
LATER = " as it was before"

Row = Callable[[bool], str | None]
"""Names the row that is asked about, as an owner (True) or on its own; None where that cannot be said."""


def ask(
    voice: Voice,
    namer: Namer,
    asked: Sequence[Asked],
    rows: Sequence[Row],
    *,
    is_first: bool = False,
    is_gone: bool = False,
) -> str:
    """Write the questions for some facts, each with how its row is named; `rows` are called in order.

    `is_first`: nothing was said in the turn before it. `is_gone`: the row is deleted before the answer.
    """
    manner = voice.persona.manner
    are_past = [_is_past(voice, each, is_gone) for each in asked]
    if not any(are_past) and _are_of_one_row(voice, namer, asked):
        text = _together(voice, namer, asked, rows[0])
        options = (
            (frames.SEVERAL, *frames.LISTS[manner]) if manner == "chatty" else (*frames.LISTS[manner], frames.SEVERAL)
        )
        return fill(voice.frame(openings(options, is_first)), {"ask": text})
    is_direct = len(asked) < 3 and not any(are_past) and voice.level < STIFF and voice.rng.random() < _DIRECT_CHANCE
    said = [
        _one(voice, namer, each, row, is_direct=is_direct, is_past=is_past, is_one_of_many=len(asked) > 1)
        for each, row, is_past in zip(asked, rows, are_past, strict=True)
    ]
    are_clauses = any(text.split()[0] in _CLAUSAL for text in said)
    group = frames.DIRECTS if is_direct else frames.TELLS if are_clauses else frames.LISTS
    options = openings(group[manner], is_first)
    if said[0].split()[0] not in _CLAUSAL:
        options = tuple(each for each in options if not _WANTS_CLAUSE.search(each))
    return fill(voice.frame(options), {"ask": voice.listed(said)})


def _are_of_one_row(voice: Voice, namer: Namer, asked: Sequence[Asked]) -> bool:
    """Say whether some facts can be asked for as a list of one row's columns."""
    names = [each.name.partition(".") for each in asked]
    entity = names[0][0]
    if len(names) < 2 or voice.level >= STIFF or any(not column or other != entity for other, _, column in names):
        return False
    kinds = {field.name: field.type for field in namer.lexicon.entities[entity].fields}
    return all(kinds[column] != "bool" for _, _, column in names)


def _together(voice: Voice, namer: Namer, asked: Sequence[Asked], row: Row) -> str:
    labels = voice.listed([namer.label(each.name.partition(".")[2]) for each in asked])
    owner = row(True)
    the = "" if voice.persona.manner == "brief" and voice.level < STIFF else "the "
    named = row(False) if owner is None else ""
    if named in PRONOUNS:
        owner = possessive(named)
    return f"{owner} {labels}" if owner is not None else f"{the}{labels} {_tie(voice, labels)} {named}"


def _tie(voice: Voice, labels: str) -> str:
    """Choose the word between what is asked for and the row."""
    is_for = voice.level < FULL and _FOR_APT.fullmatch(labels) and voice.rng.random() < _FOR
    return "for" if is_for else "of"


def openings(options: Sequence[str], is_first: bool) -> tuple[str, ...]:
    """Leave out the frames that go on from something said before, where nothing was."""
    return tuple(each for each in options if not (is_first and _GOES_ON.search(each)))


def _is_past(voice: Voice, asked: Asked, is_gone: bool) -> bool:
    """Say whether a fact has to be asked for as it was before: always by who takes no liberties, else if it is gone."""
    return asked.words.endswith(LATER) and (is_gone or voice.level > FREE)


def _one(
    voice: Voice, namer: Namer, asked: Asked, row: Row, *, is_direct: bool, is_past: bool, is_one_of_many: bool
) -> str:
    entity, _, column = asked.name.partition(".")
    is_free = voice.level < FULL and voice.rng.random() < _FREELY
    if not column:
        question = namer.lexicon.scalar_question(asked.name)
        if is_free and question.told_freely:
            return voice.rng.choice(question.direct_freely if is_direct else question.told_freely)
        told = question.told[:1] if is_one_of_many else question.told
        pattern = voice.rng.choice(question.direct if is_direct else told)
        return fill(labelled(pattern, voice.kept(question.labels)), {})
    field = next(each for each in namer.lexicon.entities[entity].fields if each.name == column)
    question = namer.lexicon.question(entity, field)
    if is_past:
        return f"{_filled([f'{{own}} {label(column)}', f'the {label(column)} of {{row}}'], row)} before that"
    words = voice.kept(question.labels)
    patterns = [labelled(each, words) for each in (question.direct if is_direct else question.told)]
    if is_one_of_many and not is_direct:
        patterns = [each for each in patterns if not each.startswith("what {own}")]
    patterns = [
        each
        for each in patterns
        if (_FOR_APT.fullmatch(words) or " for {row}" not in each)
        and not (_NO_MUCH.search(words) and "how much" in each)
    ]
    voice.rng.shuffle(patterns)
    if is_free and question.told_freely:
        patterns.insert(0, voice.rng.choice(question.direct_freely if is_direct else question.told_freely))
    return _filled(patterns, row)


def _filled(patterns: Sequence[str], row: Row) -> str:
    """Fill the first pattern for which the row can be named."""
    for pattern in patterns:
        hole = "own" if "{own}" in pattern else "row"
        named = row(hole == "own")
        if named is not None:
            is_object = named in SUBJECTS and place_of(named, pattern) != named
            if is_object and any("{own}" in each for each in patterns):
                continue
            if pattern.endswith("} for") and len(named.split()) > _SHORT:
                pattern = next((each for each in patterns if _OF_ROW.search(each)), pattern)
            if named in SUBJECTS and not _OF_ROW.search(pattern):
                return fill(agreeing(pattern, named), {hole: place_of(named, pattern)})
            if named in (*PRONOUNS, *SUBJECTS) and _OF_ROW.search(pattern):
                return fill(_OF_ROW.sub(r"{own} \1", pattern), {"own": possessive(named)})
            return fill(pattern, {hole: named})
    named = row(False)
    assert named is not None, "a row can be named on its own where it cannot be an owner"
    return fill(next(each for each in patterns if "{row}" in each), {"row": named})
