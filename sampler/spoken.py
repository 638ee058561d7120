"""Read numbers, amounts and moments out of free text, in the spellings people use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SMALL = tuple(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "  # noqa: SIM905
    "eighteen nineteen twenty".split()
)

_MONTH = (
    r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?(?![a-z_])\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,? +(?P<year>\d{4}))?"
_DATES = tuple(
    re.compile(rf"(?<![\w.-]){pattern}(?![\w-])")
    for pattern in (
        r"(?P<year>\d{4})[-/](?P<number>\d{1,2})[-/](?P<day>\d{1,2})",
        rf"{_DAY} +(?:of +)?{_MONTH}{_YEAR}",
        rf"{_MONTH} +{_DAY}{_YEAR}",
        r"(?P<first>\d{1,2})[/.](?P<second>\d{1,2})[/.](?P<year>\d{4})",
    )
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d[t ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:z|[+-]\d\d:?\d\d)?(?!\w)")
_CLOCK = re.compile(
    r"(?<![\w:.])(?P<hour>\d{1,2})(?::(?P<minute>\d\d)(?::(?P<second>\d\d))?)?"
    r" *(?P<half>[ap]\.?m\b\.?)?(?:z\b)?(?![\w:])"
)
_ID = re.compile(r"(?<!\w)[a-z][a-z0-9]*_[a-z0-9]*[0-9a-z]{4}(?!\w)")
_UNIT = r"(?:usd|eur|gbp|nok|sek|dkk|chf|dollars?|euros?|pounds?|kroner|kronor|kr)"
_MINOR = r"(?:minor +units?|cents?|pence|øre|öre|ore)"
_AMOUNT = re.compile(
    rf"(?:(?P<before>[$€£]|(?<![a-z]){_UNIT} *))?(?<![\w.])(?P<sign>(?<![\w)])[-−])?(?P<after_sign>[$€£])?"
    rf"(?P<digits>\d+(?:,\d{{3}})+(?:\.\d+)?|\d+(?:[.,]\d+)?)(?![\w]|[.,]\d)"
    rf"(?: *(?:(?P<unit>[$€£]|{_UNIT}(?!\w))|(?P<minor>{_MINOR}(?!\w))))?"
)
_MARKER = re.compile(r"(?m)^\s*\d{1,2}[.)]\s+")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as read: its value, how many decimals it showed, and whether it was marked as major or minor money."""

    value: Decimal
    decimals: int = 0
    is_major: bool = False
    is_minor: bool = False

    def means_int(self, number: int) -> bool:
        """Whether it states that whole number, of whatever."""
        return self.value == number and not self.is_minor

    def means_money(self, minor_units: int) -> bool:
        """Whether it states that amount: 12345 is written 12345, 123.45, $123.45 or 12345 cents.

        The sign of a negative amount may be left out ("a refund of 5.00").
        """
        is_whole = self.is_minor or not (self.is_major or self.decimals)
        said = self.value if is_whole else self.value * 100
        return said == minor_units or said == -minor_units > 0


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time as read; `year` is None where none was said, the clock is None for a date alone."""

    year: int | None
    month: int
    day: int
    hour: int | None = None
    minute: int = 0
    second: int | None = None

    def means(self, moment: datetime) -> bool:
        """Whether it states that moment (UTC); a date alone states only midnight, seconds may be left out."""
        if (self.month, self.day) != (moment.month, moment.day) or self.year not in (None, moment.year):
            return False
        clock = (self.hour or 0, self.minute)
        return clock == (moment.hour, moment.minute) and self.second in (None, moment.second)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a text says: its plain form, the ids, the amounts, and per mention of a time the moments it may mean."""

    plain: str
    ids: tuple[str, ...]
    amounts: tuple[Amount, ...]
    moments: tuple[tuple[Moment, ...], ...]

    def has_words(self, words: str) -> bool:
        """Whether the words stand in the text as whole words, in that order; case and underscores do not matter."""
        wanted, text = _loose(plain(words)).strip(), _loose(self.plain)
        if not wanted or wanted not in text:
            return False
        return re.search(rf"(?<![\w@-])(?<!\w[.]){re.escape(wanted)}(?![\w@-])(?![.]\w)", text) is not None


def plain(text: str) -> str:
    """Return the text in one spelling: compatible characters, lower case, plain quotes, dashes and spaces."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = text.translate(str.maketrans("‘’“”‐‑‒–—−", "''\"\"------"))
    return re.sub(r"[ \t*`]+", " ", text)


def read(text: str) -> Spoken:
    """Read a text; what is taken for an id or a time is not taken for a number again."""
    whole = plain(text)
    ids = tuple(dict.fromkeys(_ID.findall(whole)))
    rest = _MARKER.sub(" ", _ID.sub(" ", whole))
    rest, exact = _take_iso(rest)
    rest, spoken = _take_times(rest)
    return Spoken(whole, ids, tuple(_amounts(rest)), (*exact, *spoken))


def _loose(text: str) -> str:
    return re.sub(r"[\s_]+", " ", text)


def _take_iso(text: str) -> tuple[str, list[tuple[Moment, ...]]]:
    found: list[tuple[Moment, ...]] = []
    for written in _ISO.findall(text):
        try:
            moment = datetime.fromisoformat(written.upper().replace(" ", "T", 1))
        except ValueError:
            continue
        utc = moment.astimezone(UTC) if moment.tzinfo else moment
        has_seconds = written.count(":") - (written[-3:-2] == ":" and moment.tzinfo is not None) > 1
        second = utc.second if has_seconds else None
        found.append((Moment(utc.year, utc.month, utc.day, utc.hour, utc.minute, second),))
    return _ISO.sub(" ; ", text), found


def _take_times(text: str) -> tuple[str, list[tuple[Moment, ...]]]:
    """Take dates and clock times out of a text; a clock time goes with the nearest date before it or after it."""
    dates: list[tuple[int, tuple[Moment, ...]]] = []
    for pattern in _DATES:
        for hit in pattern.finditer(text):
            if days := tuple(_days(hit.groupdict())):
                dates.append((hit.start(), days))
                text = text[: hit.start()] + " " * len(hit[0]) + text[hit.end() :]
    dates.sort(key=lambda each: each[0])
    mentions: list[tuple[Moment, ...]] = []
    used: set[int] = set()
    for hit in _CLOCK.finditer(text):
        clock = _clock(hit)
        if clock is None:
            continue
        text = text[: hit.start()] + " " * len(hit[0]) + text[hit.end() :]
        before = [n for n, (start, _) in enumerate(dates) if start < hit.start()][-1:]
        after = [n for n, (start, _) in enumerate(dates) if start > hit.start()][:1]
        used.update(before or after)
        near = [day for n in (*before, *after) for day in dates[n][1]]
        mentions.append(tuple(Moment(day.year, day.month, day.day, *clock) for day in near))
    mentions += [days for n, (_, days) in enumerate(dates) if n not in used]
    return text, [mention for mention in mentions if mention]


def _days(parts: dict[str, str | None]) -> Iterator[Moment]:
    numbers = {name: int(part) for name, part in parts.items() if part and part.isdigit()}
    year, name = numbers.get("year"), parts.get("month")
    if "first" in numbers:
        orders = {(numbers["first"], numbers["second"]), (numbers["second"], numbers["first"])}
    else:
        orders = {(numbers["day"], _MONTHS.index(name) + 1 if name else numbers["number"])}
    yield from (Moment(year, month, day) for day, month in sorted(orders) if 1 <= month <= 12 and 1 <= day <= 31)


def _clock(hit: re.Match[str]) -> tuple[int, int, int | None] | None:
    half = (hit["half"] or "").replace(".", "")
    if hit["minute"] is None and not half:
        return None
    hour = int(hit["hour"])
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    minute, second = int(hit["minute"] or 0), int(hit["second"]) if hit["second"] else None
    return (hour, minute, second) if hour < 24 and minute < 60 else None


def _amounts(text: str) -> Iterator[Amount]:
    for hit in _AMOUNT.finditer(text):
        digits = hit["digits"]
        if re.fullmatch(r"\d+(,\d{3})+(\.\d+)?", digits):
            digits = digits.replace(",", "")
        digits = digits.replace(",", ".")
        value = Decimal(digits) * (-1 if hit["sign"] else 1)
        decimals = len(digits.partition(".")[2])
        is_major = bool(hit["before"] or hit["after_sign"] or hit["unit"])
        yield Amount(value, decimals, is_major and not hit["minor"], bool(hit["minor"]))
    for word in re.findall(r"(?<![\w-])[a-z]+(?![\w-])", text):
        if word in _SMALL:
            yield Amount(Decimal(_SMALL.index(word)))
