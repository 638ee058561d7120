"""What a site's robots.txt allows us, and how much time it asks for between requests."""

from __future__ import annotations

import math
from dataclasses import dataclass

from protego import Protego

AGENT = "envfarm"
"""The product token that robots.txt may name."""

MOST_BYTES = 512_000
"""Of a robots.txt, 500 KiB as RFC 9309 asks for (2.5); one that is larger counts as one that cannot be read."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one origin. `barred` is the sentence that says why nothing is allowed, or empty."""

    parsed: Protego | None = None
    barred: str = ""

    def allows(self, url: str) -> bool:
        """Whether a URL of the origin may be asked for."""
        return self.parsed is None or self.parsed.can_fetch(url, AGENT)

    @property
    def delay_s(self) -> float:
        """How long to wait between requests; 0 where nothing is asked."""
        asked = self.parsed.crawl_delay(AGENT) if self.parsed else None
        return asked if asked is not None and math.isfinite(asked) and asked > 0 else 0.0


def rules_of(content: bytes) -> Rules:
    """Read a robots.txt; lines that make no sense count for nothing."""
    return Rules(Protego.parse(content[:MOST_BYTES].decode("utf-8-sig", "replace")))
