"""The licence that a page states for itself: by a link relation, at its foot, or by a link to its licence's text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from generator.explore.errors import RefusedError
from generator.explore.url import MOST_CHARACTERS, Url, parse
from generator.readers.markup import Tag, tags

_MOST_FOOT = 20_000
"""Characters of what stands at the foot of a page."""

_MOST_WORDS = 80
"""Characters of what stands for a licence in words."""

_PLACES = (
    (re.compile(r"creativecommons\.org/publicdomain/zero/1\.0"), "CC0-1.0"),
    (re.compile(r"opensource\.org/licenses?/(?P<id>[\w.+-]+)", re.IGNORECASE), ""),
    (re.compile(r"spdx\.org/licenses/(?P<id>[\w.+-]+?)(?:\.html)?/?$"), ""),
    (re.compile(r"apache\.org/licenses/LICENSE-2\.0", re.IGNORECASE), "Apache-2.0"),
)
_CREATIVE = re.compile(r"creativecommons\.org/licenses/([a-z-]+)/(\d\.\d)")
_WORDS = (
    (re.compile(r"\bMIT License\b|\blicen[cs]ed under (?:the )?MIT\b", re.IGNORECASE), "MIT"),
    (re.compile(r"\bApache(?: Software)? License,?(?: Version)? 2\.0", re.IGNORECASE), "Apache-2.0"),
    (re.compile(r"\bCreative Commons Attribution 4\.0|\bCC[ -]BY 4\.0", re.IGNORECASE), "CC-BY-4.0"),
    (
        re.compile(r"\bCreative Commons Attribution[- ]ShareAlike 4\.0|\bCC[ -]BY-SA 4\.0", re.IGNORECASE),
        "CC-BY-SA-4.0",
    ),
    (re.compile(r"\bCC0\b(?: 1\.0)?", re.IGNORECASE), "CC0-1.0"),
)
_SENTENCE = re.compile(r"\b(?:licen[cs]ed|available|published) under ([^.\n]{3,80}? licen[cs]e)\b", re.IGNORECASE)
_FILE = re.compile(r"/(?:licen[cs]e|copying)(?:\.(?:md|txt|html?))?/?$", re.IGNORECASE)
_FOOT = re.compile(r"<footer\b.*?(?:</footer>|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence as it was stated: an SPDX id where one can be told, else the words; and the URL where it was."""

    name: str = ""
    url: str = ""


def licence_of(page: Url, text: str, found: Sequence[Tag], headers: Sequence[tuple[str, str]]) -> Licence:
    """Find the licence of a page, the plainest statement first; an empty one if it states none.

    `headers` are its Link headers, each the relation and the reference.
    """
    foot = "\n".join(_FOOT.findall(text))[:_MOST_FOOT]
    related = (to for relation, to in headers if relation == "license")
    for reference in (*related, *_related(found), *(to for to in _links(tags(foot)) if _spdx(to))):
        stated = _linked(page, reference)
        if stated:
            return stated
    named = _in_words(_TAG.sub(" ", foot))
    if named:
        return Licence(named, page.text)
    files = (_linked(page, reference) for reference in _links(found) if _FILE.search(reference[:MOST_CHARACTERS]))
    return next((one for one in files if one and parse(one.url).host == page.host), Licence())


def _links(found: Iterable[Tag]) -> Iterator[str]:
    yield from (tag.attributes["href"] for tag in found if tag.name == "a" and tag.attributes.get("href"))


def _related(found: Sequence[Tag]) -> Iterator[str]:
    for tag in found:
        if tag.name in ("link", "a") and "license" in tag.words("rel"):
            yield tag.attributes.get("href", "")


def _linked(page: Url, reference: str) -> Licence | None:
    try:
        url = page.join(reference)
    except RefusedError:
        return None
    return Licence(_spdx(url.text) or url.text, url.text)


def _spdx(url: str) -> str:
    creative = _CREATIVE.search(url)
    if creative:
        return f"CC-{creative[1].upper()}-{creative[2]}"
    for pattern, name in _PLACES:
        hit = pattern.search(url)
        if hit:
            return name or _cased(hit["id"])
    return ""


def _cased(name: str) -> str:
    return {"mit": "MIT", "apache-2.0": "Apache-2.0"}.get(name.lower(), name)


def _in_words(text: str) -> str:
    for pattern, name in _WORDS:
        if pattern.search(text):
            return name
    sentence = _SENTENCE.search(" ".join(text.split()))
    return sentence[1][:_MOST_WORDS].removeprefix("the ") if sentence else ""
