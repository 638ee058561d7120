"""Values read out of words: numbers, amounts, moments, choices and names, with where each ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from envkit.calls import Json
from envkit.clock import to_wire
from sampler.solve.words import Words
from sampler.words.english import MONTHS, NUMBERS, WEEKDAYS, folded
from sampler.words.values import DAY_PARTS, SPOKEN_MINUTES

_MONTHS = {name.lower(): number for number, name in enumerate(MONTHS, 1)} | {
    name[:3].lower(): number for number, name in enumerate(MONTHS, 1)
}
_WEEKDAYS = {form for name in WEEKDAYS for form in (name.lower(), name[:3].lower())}
_ORDINAL, _JOINED_CLOCK = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?"), re.compile(r"(1[0-2]|[1-9])(am|pm)")
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_PARTS = tuple((part,) for part in DAY_PARTS)
_HALVES = {"am": 0, "pm": 12}
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
    elif token.kind == "number" and "." not in token.text:
        yield start + 1, int(token.text.replace(",", "")) * 100


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
    """Yield the moments that begin at a token, in the wire form; a year that is not said is one said before.

    A day alone is its midnight.
    """
    lows = words.lows
    for at, clock in _clocks(words, start):
        for end, day in days(words, at + (lows[at : at + 1] == ("on",)), years):
            yield end, _moment(day, clock)
    for end, day in days(words, start, years):
        yield end, to_wire(day)
        for last, clock in _clocks(words, end + (lows[end : end + 1] == ("at",))):
            yield last, _moment(day, clock)


def _clocks(words: Words, start: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield the time of day that stands at a token: `16:30`, `4:30 pm`, `4 pm`, `4pm`, `noon`."""
    if start >= len(words.tokens):
        return
    yield from _spoken_clocks(words, start)
    if words.lows[start] == "noon":
        yield start + 1, (12,)
    if joined := _JOINED_CLOCK.fullmatch(words.lows[start]):
        yield start + 1, (int(joined[1]) % 12 + _HALVES[joined[2]],)
    if words.tokens[start].kind not in ("clock", "number"):
        return
    half = _HALVES.get(words.lows[start + 1]) if start + 1 < len(words.lows) else None
    hour, *rest = (int(part) if part.isdecimal() else 99 for part in words.lows[start].split(":"))
    if any(part > 59 for part in rest):
        return
    if half is not None and 1 <= hour <= 12:
        yield start + 2, (hour % 12 + half, *rest)
    elif half is None and words.tokens[start].kind == "clock" and hour < 24:
        yield start + 1, (hour, *rest)


def _spoken_clocks(words: Words, start: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield `9 in the morning` and `half past nine in the morning`."""
    lows = words.lows
    for minute, spoken in SPOKEN_MINUTES.items():
        before = tuple(spoken.split())
        at = start + len(before)
        if lows[start:at] != before or lows[at + 1 : at + 2] != ("in",) or lows[at + 2 : at + 3] not in _PARTS:
            continue
        hour = int(lows[at]) if lows[at].isdecimal() else _NUMBERS.get(lows[at], 0)
        if 1 <= hour <= 12:
            yield at + 3, (hour % 12 + (0 if lows[at + 2] == "morning" else 12), minute)


def days(words: Words, start: int, years: Sequence[int]) -> Iterator[tuple[int, datetime]]:
    """Yield the days that begin at a token."""
    lows = words.lows
    if start < len(lows) and _ISO_DAY.fullmatch(lows[start]):
        with suppress(ValueError):
            yield start + 1, datetime.strptime(lows[start], "%Y-%m-%d").replace(tzinfo=UTC)
        return
    at = start + (start < len(lows) and lows[start] in _WEEKDAYS)
    if at + 1 >= len(lows):
        return
    is_apart = lows[at + 1] == "of" and at + 2 < len(lows)
    first, second = lows[at], lows[at + 1 + is_apart]
    month, said = (_MONTHS.get(first), second) if first in _MONTHS else (_MONTHS.get(second), first)
    day = _ORDINAL.fullmatch(said)
    if month is None or day is None:
        return
    end = at + 2 + is_apart
    if end < len(lows) and lows[end].isdecimal() and len(lows[end]) == 4:
        chosen: Sequence[int] = (int(lows[end]),)
        end += 1
    else:
        chosen = years[-1:]
    for year in chosen:
        try:
            yield end, datetime(year, month, int(day[1]), tzinfo=UTC)
        except ValueError:
            return


def _moment(day: datetime, clock: tuple[int, ...]) -> Json:
    hour, minute, second = (*clock, 0, 0)[:3]
    return to_wire(day.replace(hour=hour, minute=minute, second=second))
