"""Calibration: the turns of a task in a person's words, from a meaning, a seed and how explicit to be."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sampler.meaning import Act, Browse, Give, Look, Wish, rows_of
from sampler.state import WorldState
from sampler.task import Persona
from sampler.words import frames
from sampler.words.haste import hasten
from sampler.words.lexicon import Lexicon
from sampler.words.noise import RATES, slip
from sampler.words.pattern import fill
from sampler.words.telling import Teller
from sampler.words.tokens import words_of
from sampler.words.voice import FREE, FULL, NAMED, STIFF, Voice

_GOING = ("Next", "Now", "And", "Also", "Then", "Back", "On to", "Over", "So", "Ok", "Alright")
_ASKING_WORDS = ("how", "what", "when", "which", "whether", "is", "are", "does", "has", "the", "that", "it", "its")
_FRAME_WORDS = words_of((*frames.AROUND, *frames.PLACES, *frames.PLACES_LATER, *frames.CONDITIONS, *_ASKING_WORDS))
"""The words around wishes: like those of phrases they state no fact, and may be misspelt."""

_SELF_CHANCE, _FLOURISH, _GOES_ON, _THANKS = 0.35, 0.25, 0.15, 0.1
_THANKED = re.compile(r"\b(?:thank|thanks|thx|ty|appreciate|grateful)\b", re.IGNORECASE)
TRIES = ((FREE, True), (FREE, False), (NAMED, False), (FULL, False), (STIFF, False))
"""How explicit to be, and whether with slips of the pen: from the freest voice to the stiffest."""


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The words of each turn, who speaks, and how many arguments the words leave to be looked up."""

    queries: tuple[str, ...]
    persona: Persona
    hidden: int


def calibrate(
    turns: Sequence[Sequence[Wish]],
    states: Mapping[str, WorldState],
    lexicons: Mapping[str, Lexicon],
    rng: random.Random,
    *,
    level: int = FREE,
    noise: float = 1.0,
) -> Calibrated:
    """Say the turns; `states` are the worlds at the start, `noise` scales how often words get slips."""
    persona = _persona(turns, states, lexicons, rng)
    harmless = _FRAME_WORDS.union(*(lexicon.order_words for lexicon in lexicons.values()))
    voice = Voice(lexicons, states, rng, persona, level, harmless=harmless)
    teller = Teller(voice)
    rate = RATES[persona.manner] * noise if level == FREE else 0.0
    queries = []
    for index, wishes in enumerate(turns):
        opening = _opening(voice, index, is_reply=any(isinstance(wish, Give) for wish in wishes))
        told = teller.turn(wishes)
        if ": " in opening and "@" not in opening and (":" in told[0] or told[0].startswith(_GOING)):
            opening = ""
        text = _joined([opening, *told], voice)
        text += _bye(voice, text, is_last=index == len(turns) - 1)
        text = _hastened(voice.lowered(text), voice) if persona.manner == "brief" else text
        queries.append(slip(text.strip(), rng, rate, harmless - voice.facts))
    return Calibrated(tuple(queries), persona, sum(map(_hidden, (wish for wishes in turns for wish in wishes))))


def _hastened(text: str, voice: Voice) -> str:
    return hasten(text, voice.rng) if voice.level < FULL else text


def _bye(voice: Voice, text: str, *, is_last: bool) -> str:
    """Thank now and then, at the end above all, where nobody is thanked yet."""
    manner = voice.persona.manner
    is_said = bool(_THANKED.search(text)) or (manner == "brief" and voice.is_courteous)
    chance = _FLOURISH if is_last else _THANKS
    return (
        voice.rng.choice(frames.BYES[manner])
        if voice.level < STIFF and not is_said and voice.rng.random() < chance
        else ""
    )


def _opening(voice: Voice, turn: int, *, is_reply: bool) -> str:
    """Greet, and say who speaks, in the first turn; tie on in the later ones."""
    manner, rng, persona = voice.persona.manner, voice.rng, voice.persona
    if voice.level >= STIFF and (turn or not persona.name):
        return ""
    if is_reply:
        return rng.choice(frames.REPLIES[manner]) if rng.random() < _FLOURISH else ""
    if turn:
        return rng.choice(frames.LATER[manner]) if rng.random() < _GOES_ON else ""
    hello = rng.choice(frames.HELLOS[manner]) if rng.random() < _FLOURISH else ""
    if not persona.name:
        return hello
    entity = next(name for name, rows in voice.states[persona.environment].rows.items() if persona.row in rows)
    voice.discourse.open()
    voice.discourse.speaker = (persona.environment, entity, persona.row)
    voice.discourse.mention(persona.environment, entity, persona.row)
    introduction = fill(rng.choice(frames.INTRODUCTIONS[manner]), {"name": persona.name, "email": persona.email})
    return hello + (voice.lowered(introduction) if hello.endswith(", ") else introduction)


def _persona(
    turns: Sequence[Sequence[Wish]],
    states: Mapping[str, WorldState],
    lexicons: Mapping[str, Lexicon],
    rng: random.Random,
) -> Persona:
    """Draw a manner, and perhaps let the user be one of the people that the task is about."""
    (manner,) = rng.choices(list(frames.MANNERS), list(frames.MANNERS.values()))
    people = list(dict.fromkeys(_people(turns, lexicons)))
    if not people or rng.random() > _SELF_CHANCE:
        return Persona(manner=manner)
    environment, entity, row_id = rng.choice(people)
    row = states[environment].rows[entity].get(row_id)
    field = lexicons[environment].person(entity)
    if row is None or field is None:
        return Persona(manner=manner)
    name, email = str(row[field.name]), str(row["email"])
    return Persona(manner=manner, name=name, email=email, environment=environment, row=row_id)


def _people(turns: Sequence[Sequence[Wish]], lexicons: Mapping[str, Lexicon]) -> Iterator[tuple[str, str, str]]:
    for wish in (wish for wishes in turns for wish in wishes):
        for row in rows_of(wish) if not _is_open(wish) else ():
            for each in (row, *(trait.referent for trait in row.traits if trait.referent)):
                if lexicons[wish.environment].is_somebody(each.entity):
                    yield wish.environment, each.entity, each.row_id


def _is_open(wish: Wish) -> bool:
    """Say whether a wish leaves open which row it is about, or tells that afterwards; the user is no such row."""
    return isinstance(wish, Give) or (isinstance(wish, Act) and bool(wish.vague))


def _hidden(wish: Wish) -> int:
    """Count the arguments of a wish that are ids to be found, or were told in an earlier turn."""
    match wish:
        case Look():
            return 1
        case Act() | Browse() | Give():
            return sum(bool(mention.rows) or mention.carried is not None for mention in wish.mentions)


def _joined(texts: Sequence[str], voice: Voice) -> str:
    """Put sentences after one another, in lower case after an opening that goes on."""
    joined, *rest = texts
    for text in rest:
        goes_on = joined.endswith((", ", ": ")) or (joined.endswith(" ") and joined[-2:-1].isalpha())
        gap = "" if not joined or joined.endswith(" ") else " " if joined[-1] in ".?!" else ". "
        joined += gap + (voice.lowered(text) if goes_on else text)
    return joined
