"""Pools of words, names and places from which the first rows are drawn: frozen lists kept beside this module."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from random import Random

from envkit.names import FAMILY_NAMES, GIVEN_NAMES

_FOLDER = Path(__file__).parent / "vocabulary"
_MAIL_HOSTS = ("example.com", "example.org", "example.net")
_COMPANY_ENDINGS = ("Group", "Labs", "Logistics", "Partners", "Studio", "Supply", "Systems", "Trading", "Works")
_STREETS = "Street|Road|Lane|Avenue"
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"

POOLS_OF_FIELD = ("email", "slug", "url")
"""Pools made from another column of the row, as `email:name`."""


def draw(pool: str, chance: Random) -> str:
    """Draw one text from a pool of `POOLS` or from `pattern:...` (# a digit, ? a letter). KeyError for another name."""
    name, _, rest = pool.partition(":")
    return _pattern(rest, chance) if name == "pattern" else _POOLS[name](chance)


def made_from(pool: str, text: str, row: int, chance: Random) -> str:
    """Make an e-mail address, slug or URL from another column's text; `row` picks the mail host."""
    slug = slug_of(text)
    match pool:
        case "email":
            return f"{slug.replace('-', '.')}@{_MAIL_HOSTS[row % len(_MAIL_HOSTS)]}"
        case "slug":
            return slug
        case _:
            return f"https://{chance.choice(_MAIL_HOSTS)}/{slug}"


def slug_of(text: str) -> str:
    """Write a text in lower-case ASCII letters and digits joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "x"


def _pattern(pattern: str, chance: Random) -> str:
    drawn = {"#": lambda: str(chance.randrange(10)), "?": lambda: chance.choice(_LETTERS)}
    return "".join(drawn[character]() if character in drawn else character for character in pattern)


@lru_cache(maxsize=16)
def _lines(name: str) -> tuple[str, ...]:
    return tuple((_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines())


def _one(name: str) -> Callable[[Random], str]:
    return lambda chance: chance.choice(_lines(name))


def _of(names: Sequence[str]) -> Callable[[Random], str]:
    return lambda chance: chance.choice(names)


def _person(chance: Random) -> str:
    return f"{chance.choice(GIVEN_NAMES)} {chance.choice(FAMILY_NAMES)}"


def _place(part: int) -> Callable[[Random], str]:
    return lambda chance: chance.choice(_lines("city")).split(", ")[part]


def _street(chance: Random) -> str:
    return f"{chance.choice(_lines('street'))} {chance.choice(_STREETS.split('|'))}"


def _address(chance: Random) -> str:
    return f"{chance.randint(1, 180)} {_street(chance)}"


def _company(chance: Random) -> str:
    opening = chance.choice((chance.choice(FAMILY_NAMES), chance.choice(_lines("word")).capitalize()))
    return f"{opening} {chance.choice(_COMPANY_ENDINGS)}"


def _product(chance: Random) -> str:
    return f"{chance.choice(_lines('adjective'))} {chance.choice(_lines('noun'))}"


def _phone(chance: Random) -> str:
    return f"+1-555-{chance.randint(200, 999)}-{chance.randrange(10_000):04d}"


_POOLS: Mapping[str, Callable[[Random], str]] = {
    "person": _person,
    "first": _of(GIVEN_NAMES),
    "last": _of(FAMILY_NAMES),
    "city": _place(0),
    "country": _place(1),
    "street": _street,
    "address": _address,
    "company": _company,
    "product": _product,
    "word": _one("word"),
    "sentence": _one("sentence"),
    "job": _one("job"),
    "topic": _one("topic"),
    "phone": _phone,
}

POOLS = frozenset(_POOLS)
"""Names of the pools that stand alone."""


PATTERNS: Mapping[str, Callable[[], tuple[str, ...]]] = {
    "company": lambda: (f"[{'|'.join(FAMILY_NAMES)}] [{'|'.join(_COMPANY_ENDINGS)}]",),
    "address": lambda: tuple(f"{number} [{'|'.join(_lines('street'))}] [{_STREETS}]" for number in range(2, 100, 7)),
    "topic": lambda: (f"[{'|'.join(_lines('topic'))}]",),
}
"""Pools as patterns, which a world can draw from by itself."""
