"""Values as people write them: amounts, numbers, dates, names and quoted text, in several forms each."""

from __future__ import annotations

import re
from datetime import datetime

from envkit.calls import Json
from envkit.clock import from_wire
from sampler.words.english import MONTHS, NUMBERS, WEEKDAYS, enum_words

_BARE_WORD = r"(?:[A-Z+][\w+&'’-]*|\d[\w+'-]*)"
_BARE = re.compile(rf"{_BARE_WORD}(?: (?:{_BARE_WORD}|of|and|the|de|van|von|du|&)){{0,4}}")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")


def is_bare(text: str) -> bool:
    """Say whether a text can stand in a sentence without quotes: an address, a code or a name in capitals."""
    return bool(_EMAIL.fullmatch(text) or (_BARE.fullmatch(text) and not text.endswith((" of", " and", " the"))))


def quoted(text: str) -> str:
    """Put a text into quotes."""
    return f'"{text}"'


def money_forms(amount: int) -> tuple[str, ...]:
    """Write an amount of minor units in major units: `1,490.00`."""
    plain, grouped = f"{amount / 100:.2f}", f"{amount / 100:,.2f}"
    return (plain,) if plain == grouped else (grouped, plain)


def int_forms(number: int) -> tuple[str, ...]:
    """Write a whole number, below ten also as a word."""
    return (str(number), NUMBERS[number]) if 1 < number < 10 else (str(number),)


def time_forms(wire: str, *, with_year: bool) -> tuple[str, ...]:
    """Write a moment, exact to the second where it has seconds: `Friday 14 May 2025 at 10:00`."""
    moment = from_wire(wire)
    clock = moment.strftime("%H:%M:%S" if moment.second else "%H:%M")
    days = day_forms(moment, with_year=with_year)
    return (*(f"{day} at {clock}" for day in days), *(f"{clock} on {day}" for day in days))


def day_forms(moment: datetime, *, with_year: bool) -> tuple[str, ...]:
    """Write a day: `14 May`, `May 14`, `Friday 14 May`."""
    month, year = MONTHS[moment.month - 1], f" {moment.year}" if with_year else ""
    comma = f", {moment.year}" if with_year else ""
    weekday = WEEKDAYS[moment.weekday()]
    return (
        f"{moment.day} {month}{year}",
        f"{month} {moment.day}{comma}",
        f"{weekday} {moment.day} {month}{year}",
        f"{weekday}, {month} {moment.day}{comma}",
        f"{moment.day} {month[:3]}{year}",
    )


def forms(value: Json, kind: str, *, with_year: bool = True) -> tuple[str, ...]:
    """Return the ways of writing one value of a column type, the most usual first."""
    if isinstance(value, bool):
        return ("yes",) if value else ("no",)
    if kind == "money" and isinstance(value, int):
        return money_forms(value)
    if isinstance(value, int):
        return int_forms(value)
    text = str(value)
    if kind == "time":
        return time_forms(text, with_year=with_year)
    if kind in ("enum", "state"):
        return (enum_words(text),)
    return (text,) if kind != "text" and is_bare(text) else (quoted(text),)
