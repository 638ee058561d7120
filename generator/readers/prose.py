"""Documentation in HTML as plain sentences, a line for each block."""

from __future__ import annotations

import html
import re

_ASIDE = re.compile(r"<(note|important|caution|warning)\b[^<>]*>(.*?)</\1>", re.IGNORECASE | re.DOTALL)
_BLOCK = re.compile(
    r"</?(?:p|br|div|ul|ol|li|dl|dt|dd|h[1-6]|table|tr|td|th|pre|section|title)\b[^<>]*>", re.IGNORECASE
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--[^<>]*-->")
_SPACED = re.compile(r"\s+([.,;:!?)])")
_ENDS = (".", "!", "?", ":", ";", ",")


def prose(text: str) -> str:
    """Strip HTML from a documentation; each block becomes a line that ends like a sentence, asides come last."""
    if "<" not in text and "&" not in text:
        return " ".join(text.split())
    asides = [inner for _, inner in _ASIDE.findall(text)]
    blocks = [line for part in (_ASIDE.sub("\n", text), *asides) for line in _BLOCK.sub("\0", part).split("\0")]
    lines = (_SPACED.sub(r"\1", " ".join(html.unescape(_TAG.sub("", block)).split())) for block in blocks)
    return "\n".join(line if line.endswith(_ENDS) else f"{line}." for line in lines if line)
