"""Markup: the tags of an HTML document in their order, found in one pass whose cost is linear in its size."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

_OPENING = re.compile(r"<(?:!--|(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})((?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+)>)")
_ATTRIBUTE = re.compile(r"([^\s=/\"'<>]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_RAW = {name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in ("script", "style", "title", "textarea")}
"""Elements whose content is text alone, with what ends them."""

_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_ENDED_BY_OTHERS = frozenset(
    ("p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "option", "optgroup", "rt", "rp")
)
"""Elements whose end tag may be left out, so that a count of them says nothing of depth."""


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag. `text` is the content of an element that holds text alone, as written."""

    name: str
    is_closing: bool
    attributes: Mapping[str, str]
    text: str = ""

    def words(self, attribute: str) -> frozenset[str]:
        """Give the words of an attribute that lists some, in small letters."""
        return frozenset(self.attributes.get(attribute, "").lower().split())


def tags(text: str) -> Iterator[Tag]:
    """Find the tags; those inside of comments and scripts are none. What is not closed reaches to the end."""
    at = 0
    while opening := _OPENING.search(text, at):
        at = opening.end()
        if opening[2] is None:
            end = text.find("-->", at)
            at = len(text) if end < 0 else end + len("-->")
            continue
        name, is_closing = opening[2].lower(), bool(opening[1])
        content = ""
        if name in _RAW and not is_closing:
            closing = _RAW[name].search(text, at)
            end = closing.start() if closing else len(text)
            content, at = text[at:end], end
        yield Tag(name, is_closing, {} if is_closing else _attributes(opening[3]), content)


def depth(found: Iterable[Tag]) -> int:
    """Count how deep elements are nested at most; elements that need no end tag are not counted."""
    open_now: Counter[str] = Counter()
    level = deepest = 0
    for tag in found:
        if tag.name in _VOID or tag.name in _ENDED_BY_OTHERS:
            continue
        if not tag.is_closing:
            open_now[tag.name] += 1
            level += 1
            deepest = max(deepest, level)
        elif open_now[tag.name]:
            open_now[tag.name] -= 1
            level -= 1
    return deepest


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(text):
        found.setdefault(name.lower(), html.unescape(double or single or bare).strip())
    return found
