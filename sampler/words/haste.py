"""Haste: what who writes briefly leaves out: the articles, but not those of names, quotes and whole questions."""

from __future__ import annotations

import random
import re

LEFT_OUT = 0.85
"""How often an article is left out."""

_QUOTE_OR_ARTICLE = re.compile(r'"[^"]*"|\b([Tt])he (?=([^\W_]))')

_NEEDED = re.compile(r"(?:morning|afternoon|evening|account)\b")
"""What wants its article: `in the morning`; `on account of` means something else."""
_ASKS = re.compile(
    r"\b(?:what|how|when|which|who|whether|is|are|does|can|could)\b(?:(?![.?!] )[^\"]|\"[^\"]*\")*$", re.IGNORECASE
)
"""A word that asks, with no sentence ended after it."""


def hasten(text: str, rng: random.Random) -> str:
    """Leave out most articles of orders; one before a capital in a name stays, since it may belong to the name.

    Once a sentence asks what, how or whether, its articles stay.
    """

    def left_out(match: re.Match[str]) -> str:
        is_in_name = match.group(2) and match.group(2).isupper() and text[: match.start()].rstrip()[-1:].isalnum()
        if (
            not match.group(1)
            or _NEEDED.match(text, match.end())
            or _ASKS.search(text[: match.start()])
            or (is_in_name and _ends_in_capital(text[: match.start()]))
            or rng.random() > LEFT_OUT
        ):
            return match.group()
        return ""

    return _QUOTE_OR_ARTICLE.sub(left_out, text)


def _ends_in_capital(before: str) -> bool:
    """Say whether the last word but joining ones opens with a capital: `Law and`."""
    words = [word for word in before.split() if word not in ("of", "and", "from")]
    return bool(words) and words[-1][:1].isupper()
