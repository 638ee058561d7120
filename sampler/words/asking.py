"""Asking: facts as questions, told or put directly."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sampler.facts import Asked
from sampler.words import frames
from sampler.words.english import label
from sampler.words.naming import Namer
from sampler.words.pattern import fill
from sampler.words.voice import FREE, STIFF, Voice

_DIRECT_CHANCE = 0.5
_CLAUSAL = ("when", "what", "how", "whether", "if", "which")
_LATER = " as it was before"

Row = Callable[[bool], str | None]
"""Names the row that is asked about, as an owner (True) or on its own; None where that cannot be said."""


def ask(voice: Voice, namer: Namer, asked: Sequence[Asked], rows: Sequence[Row]) -> str:
    """Write the questions for some facts, each with how its row is named; `rows` are called in order."""
    is_past = voice.level > FREE and any(each.words.endswith(_LATER) for each in asked)
    is_direct = len(asked) < 3 and not is_past and voice.level < STIFF and voice.rng.random() < _DIRECT_CHANCE
    said = [_one(voice, namer, each, row, is_direct) for each, row in zip(asked, rows, strict=True)]
    group = frames.DIRECTS if is_direct else frames.TELLS
    options = group[voice.persona.manner]
    if not is_direct and any(text.split()[0] in _CLAUSAL for text in said):
        options = tuple(each for each in options if "tell" in each.lower() or "know" in each)
    frame = voice.rng.choice(options)
    return fill(frame, {"ask": voice.listed(said)})


def _one(voice: Voice, namer: Namer, asked: Asked, row: Row, is_direct: bool) -> str:
    entity, _, column = asked.name.partition(".")
    if not column:
        question = namer.lexicon.scalar_question(asked.name)
        return fill(voice.rng.choice(question.direct if is_direct else question.told), {})
    field = next(each for each in namer.lexicon.entities[entity].fields if each.name == column)
    question = namer.lexicon.question(entity, field)
    if voice.level > FREE and asked.words.endswith(_LATER):
        return f"{_filled([f'{{own}} {label(column)}', f'the {label(column)} of {{row}}'], row)} before that"
    patterns = list(question.direct if is_direct else question.told)
    voice.rng.shuffle(patterns)
    return _filled(patterns, row)


def _filled(patterns: Sequence[str], row: Row) -> str:
    """Fill the first pattern for which the row can be named."""
    for pattern in patterns:
        hole = "own" if "{own}" in pattern else "row"
        named = row(hole == "own")
        if named is not None:
            return fill(pattern, {hole: named})
    named = row(False)
    assert named is not None, "a row can be named on its own where it cannot be an owner"
    return fill(next(each for each in patterns if "{row}" in each), {"row": named})
