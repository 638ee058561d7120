"""Values read out of words: numbers, amounts, moments, choices and names, with where each ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from envkit.calls import Json
from envkit.clock import to_wire
from sampler.solve.words import Words
from sampler.words.english import MONTHS, NUMBERS, WEEKDAYS, folded

_MONTHS = {name.lower(): number for number, name in enumerate(MONTHS, 1)} | {
    name[:3].lower(): number for number, name in enumerate(MONTHS, 1)
}
_WEEKDAYS = {name.lower() for name in WEEKDAYS}
_NUMBERS = {word: number for number, word in enumerate(NUMBERS)}
_JOINERS = {"of", "and", "the", "de", "van", "von", "du"}
_LONGEST_NAME, _LONGEST_CHOICE = 6, 4

Found = Iterator[tuple[int, Json]]


def read(words: Words, start: int, kind: str, choices: Sequence[str], years: Sequence[int]) -> Found:
    """Yield the values of a column type that begin at a token, each with the index after it."""
    if start >= len(words.tokens):
        return
    match kind:
        case "int":
            yield from _int(words, start)
        case "money":
            yield from _money(words, start)
        case "bool":
            if words.lows[start] in ("yes", "no"):
                yield start + 1, words.lows[start] == "yes"
        case "time":
            yield from moments(words, start, years)
        case "enum" | "state":
            yield from choice(words, start, choices)
        case _:
            yield from choice(words, start, choices) if choices else names(words, start)


def _int(words: Words, start: int) -> Found:
    token, low = words.tokens[start], words.lows[start]
    if token.kind == "number" and "." not in token.text:
        yield start + 1, int(token.text.replace(",", ""))
    elif low in _NUMBERS:
        yield start + 1, _NUMBERS[low]


def _money(words: Words, start: int) -> Found:
    token = words.tokens[start]
    if token.kind == "number" and token.text[-3:-2] == ".":
        yield start + 1, int(token.text.replace(",", "").replace(".", ""))


def choice(words: Words, start: int, choices: Sequence[str]) -> Found:
    """Yield the members of a list of choices that the words spell."""
    by_fold = {folded(each): each for each in choices}
    spelt = ""
    for end in range(start + 1, min(start + _LONGEST_CHOICE, len(words.lows)) + 1):
        token = words.tokens[end - 1]
        spelt += folded(token.text if token.kind in ("quote", "number") else words.lows[end - 1])
        if spelt in by_fold:
            yield end, by_fold[spelt]


def names(words: Words, start: int) -> Found:
    """Yield the texts that begin at a token: a quoted one, an address, or a name with capitals or digits."""
    if start >= len(words.tokens):
        return
    token = words.tokens[start]
    if token.kind in ("quote", "email", "id"):
        yield start + 1, token.text
        return
    if not token.is_proper and token.kind != "clock":
        return
    for end in range(start + 1, min(start + _LONGEST_NAME, len(words.tokens)) + 1):
        last = words.tokens[end - 1]
        if words.sentences[end - 1] != words.sentences[start] or not (last.is_proper or last.low in _JOINERS):
            return
        if last.is_proper:
            yield end, words.span(start, end)


def moments(words: Words, start: int, years: Sequence[int]) -> Found:
    """Yield the moments that begin at a token, in the wire form; a year that is not said is one said before."""
    lows = words.lows
    if words.tokens[start].kind == "clock":
        if lows[start + 1 : start + 2] == ("on",):
            for end, day in days(words, start + 2, years):
                yield from _moment(end, day, lows[start])
        return
    for end, day in days(words, start, years):
        if lows[end : end + 1] == ("at",) and end + 1 < len(lows) and words.tokens[end + 1].kind == "clock":
            yield from _moment(end + 2, day, lows[end + 1])


def days(words: Words, start: int, years: Sequence[int]) -> Iterator[tuple[int, datetime]]:
    """Yield the days that begin at a token."""
    lows = words.lows
    at = start + (start < len(lows) and lows[start] in _WEEKDAYS)
    if at + 1 >= len(lows):
        return
    first, second = lows[at], lows[at + 1]
    month, day = (_MONTHS.get(first), second) if first in _MONTHS else (_MONTHS.get(second), first)
    if month is None or not day.isdecimal():
        return
    end = at + 2
    if end < len(lows) and lows[end].isdecimal() and len(lows[end]) == 4:
        chosen: Sequence[int] = (int(lows[end]),)
        end += 1
    else:
        chosen = years[-1:]
    for year in chosen:
        try:
            yield end, datetime(year, month, int(day), tzinfo=UTC)
        except ValueError:
            return


def _moment(end: int, day: datetime, clock: str) -> Found:
    hour, minute, *second = map(int, clock.split(":"))
    if hour < 24 and minute < 60:
        yield end, to_wire(day.replace(hour=hour, minute=minute, second=second[0] if second else 0))
