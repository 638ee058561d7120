"""Clauses: small rules for what stands before and after a noun."""

from __future__ import annotations

from dataclasses import dataclass

from envkit.calls import Json
from envkit.manifest import FieldSpec
from sampler.words.english import verb_for

_LONGEST_OWNER = 4
_AGAIN = ("it", "me", "them")


@dataclass(frozen=True, slots=True)
class Bound:
    """A column that is at least (`from`) or at most (`to`) a value."""

    field: FieldSpec
    relation: str
    value: Json


def owns(named: str) -> bool:
    """Say whether a name reads well as an owner: it is short, and no owner, address or quote stands in it."""
    words = named.split()
    is_one = len(words) == 1
    return (
        len(words) <= _LONGEST_OWNER
        and words[0] != "its"
        and "'" not in named
        and '"' not in named
        and (is_one or words[-1] not in _AGAIN)
    )


def reads_as_one(words: str) -> bool:
    """Say whether `with a ... of 5` reads well: not for `number of nights`, `days in all` and `money owed`."""
    return not set(words.split()) & {"of", "in", "money", "spending", "cash"}


def with_article(words: str) -> str:
    """Put the article before a label that is one thing."""
    if verb_for(words) == "are":
        return words
    return f"an {words}" if words[0] in "aeiou" and not words.startswith(("unit", "us")) else f"a {words}"


def joined_clauses(after: list[str]) -> list[str]:
    """Put `and` before a further clause of the same kind."""
    joined: list[str] = []
    for text in after:
        head = text.split()[0]
        joined.append(f"and {text}" if joined and joined[-1].split()[0] in (head, "and") and head != "of" else text)
    return joined


def scale(kind: str, words: str) -> str:
    """Say by which words a column is most or least: those for a number, for how many there are, or for a time."""
    if kind == "time":
        return "time"
    return "many" if verb_for(words) == "are" else "number"
