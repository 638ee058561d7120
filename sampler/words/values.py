"""Values as people write them: amounts, numbers, dates, names and quoted text, in several forms each."""

from __future__ import annotations

import re
from datetime import datetime

from envkit.calls import Json
from envkit.clock import from_wire
from sampler.words.english import MONTHS, NUMBERS, WEEKDAYS, enum_words

SPOKEN_MINUTES = {0: "", 15: "quarter past", 30: "half past"}
DAY_PARTS = {"morning": 12, "afternoon": 18, "evening": 24}
"""The parts of a day, each with the hour at which it ends."""
_NOON, _FEWEST_WHOLE = 12, 200
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
    """Write an amount of minor units in major units: `1,490.00`, `1490`."""
    plain, grouped = f"{amount / 100:.2f}", f"{amount / 100:,.2f}"
    is_whole = amount % 100 == 0 and amount >= _FEWEST_WHOLE
    whole = (f"{amount // 100:,}", str(amount // 100)) if is_whole else ()
    return tuple(dict.fromkeys((grouped, plain, *whole)))


def int_forms(number: int) -> tuple[str, ...]:
    """Write a whole number, a small one also as a word."""
    return (str(number), NUMBERS[number]) if 1 < number < len(NUMBERS) else (str(number),)


def time_forms(wire: str, *, with_year: bool) -> tuple[str, ...]:
    """Write a moment, exact to the second where it has seconds: `Friday 14 May 2025 at 10:00`."""
    moment = from_wire(wire)
    days = day_forms(moment, with_year=with_year)
    clocks = clock_forms(moment)
    if not clocks:
        return days
    orders = (
        "{day} at {clock}", "{clock} on {day}", "{day}, {clock}", "{clock}, {day}", "{day} {clock}", "{clock} {day}",
    )  # fmt: skip
    return tuple(order.format(day=day, clock=clock) for clock in clocks for day in days for order in orders)


def clock_forms(moment: datetime) -> tuple[str, ...]:
    """Write a time of day: `16:30`, `4:30 pm`; nothing for midnight, where a day begins."""
    if moment.second:
        return (moment.strftime("%H:%M:%S"),)
    if not moment.hour and not moment.minute:
        return ()
    minute, half = f":{moment.minute:02}" if moment.minute else "", "pm" if moment.hour >= _NOON else "am"
    hour = (moment.hour - 1) % _NOON + 1
    forms = [moment.strftime("%H:%M"), f"{hour}{minute} {half}"]
    if not minute:
        forms += ["noon"] if moment.hour == _NOON else [f"{hour}{half}"]
    elif moment.hour < 10:  # two digits from ten on
        forms.append(f"{moment.hour}{minute}")
    if spoken := _spoken_clock(moment):
        forms.append(spoken)
    return tuple(forms)


def _spoken_clock(moment: datetime) -> str | None:
    """Write a full, half or quarter hour as it is said: `half past nine in the morning`."""
    if moment.minute not in SPOKEN_MINUTES or not moment.hour or (moment.hour == _NOON and not moment.minute):
        return None
    hour = (moment.hour - 1) % _NOON + 1
    part = next(name for name, until in DAY_PARTS.items() if moment.hour < until)
    before = SPOKEN_MINUTES[moment.minute]
    return f"{before} {NUMBERS[hour]} in the {part}" if before else f"{hour} in the {part}"


def day_forms(moment: datetime, *, with_year: bool) -> tuple[str, ...]:
    """Write a day: `14 May`, `May 14`, `Friday 14 May`, `the 14th of May`."""
    month, year = MONTHS[moment.month - 1], f" {moment.year}" if with_year else ""
    comma = f", {moment.year}" if with_year else ""
    weekday = WEEKDAYS[moment.weekday()]
    return (
        f"{moment.day} {month}{year}",
        f"{month} {moment.day}{comma}",
        f"{weekday} {moment.day} {month}{year}",
        f"{weekday}, {month} {moment.day}{comma}",
        f"{moment.day} {month[:3]}{year}",
        f"{moment.day}{_ordinal(moment.day)} {month}{year}",
        f"{month} {moment.day}{_ordinal(moment.day)}{comma}",
        f"the {moment.day}{_ordinal(moment.day)} of {month}{year}",
        f"{month[:3]} {moment.day}{comma}",
        f"{weekday[:3]} {moment.day} {month[:3]}{year}",
        f"{weekday} the {moment.day}{_ordinal(moment.day)} of {month}{year}",
        f"{weekday} {month} {moment.day}{_ordinal(moment.day)}{comma}",
        f"{weekday[:3]}, {month[:3]} {moment.day}{comma}",
        *((moment.strftime("%Y-%m-%d"),) if with_year else ()),
    )


def _ordinal(day: int) -> str:
    if 10 < day < 14:  # eleventh to thirteenth
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


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
