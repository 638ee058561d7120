"""Words of a description turned into words of a blueprint."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel

PartT = TypeVar("PartT", bound=BaseModel)
_SENTENCE = re.compile(r"^(.+?(?<!e\.g)(?<!i\.e)(?<!etc)[.!?])(?:\s|$)", re.DOTALL)
_NOISE = re.compile(
    r"^(?:(?:(?:Out|In)put only|Required|Optional|Read-only|Immutable|Identifier)\.\s*)+", re.IGNORECASE
)
_BUSES = re.compile(r"(?<![oac])uses$")
"""Plurals in -es of words in -us: `buses` and `statuses`, unlike `houses` and `causes`."""
_ENDS_OF_KEYS = re.compile(r"_(id|ids|arn|name|identifier|url|key|handle)$")
_CITATIONS = re.compile(r"\s*\((?:as an? )?RFC ?3339 (?:timestamp|date)\)|\[([^\]]+)\]\([^)]*\)")

_MANY = {"people": "person", "children": "child", "media": "medium", "statuses": "status", "aliases": "alias"} | {
    "addresses": "address",
    "indices": "index",
    "data": "datum",
    "criteria": "criterion",
    "analyses": "analysis",
    "men": "man",
    "women": "woman",
}


@dataclass(frozen=True, slots=True)
class Dropped:
    """A part of the document that the blueprint leaves out: what, where it stands, and why."""

    what: str
    at: str
    reason: str


def snake(name: str) -> str:
    """Turn `taskList`, `TaskLists` or `FHIRStore` into snake_case words; anything else between words becomes one _."""
    words = re.sub(r"([a-z0-9])([A-Z])|([A-Z]+)([A-Z][a-z])", r"\1\3_\2\4", name)
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")


def plural(noun: str) -> str:
    """Give the plural of an English noun: `entries`, `addresses`, `settings`."""
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "es" if noun.endswith(("s", "x", "ch", "sh")) else noun + "s"


def is_plural(noun: str) -> bool:
    """Tell whether an English noun, or the last of several words, is one of many: `orders`, `people`."""
    last = noun.rsplit("_", 1)[-1]
    return last in _MANY or (last.endswith("s") and not last.endswith(("ss", "us", "is", "ias")))


def singular(noun: str) -> str:
    """Give the singular of the last of an English noun's words: `entries`, `addresses`, `people`."""
    head, mark, last = noun.rpartition("_")
    if last in _MANY:
        one = _MANY[last]
    elif not is_plural(last):
        one = last
    elif last.endswith("ies") and len(last) > 4:
        one = last[:-3] + "y"
    elif last.endswith(("sses", "xes", "ches", "shes", "zzes")) or (len(last) > 4 and _BUSES.search(last)):
        one = last[:-2]
    else:
        one = last[:-1]
    return f"{head}{mark}{one}"


def row_named(key: str) -> str:
    """Name what a key names the row of: `queueUrl` and `queue_id` a queue."""
    return _ENDS_OF_KEYS.sub("", snake(key))


def sentence(description: str) -> str:
    """Take the first sentence of a description, without its notes on direction and notation."""
    text = _CITATIONS.sub(r"\1", _NOISE.sub("", " ".join(description.split())))
    found = _SENTENCE.match(text)
    return (found.group(1) if found else text)[:300]


def traced(part: PartT, at: str) -> PartT:
    """Give a part of a blueprint its origin."""
    return part.model_copy(update={"origin": at})
