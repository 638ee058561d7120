"""Exploring: from a URL, or a topic, to the authentic resource that an environment can be built from.

Start reading at `site.py`, then `fetch.py` (what keeps it within bounds) and `reading.py` (what counts).
"""

from generator.explore.bounds import Bounds, Reach, reach_of
from generator.explore.errors import ExploreError
from generator.explore.fetch import Fetcher, Time
from generator.explore.keep import Exploration, kept
from generator.explore.site import explore
from generator.explore.url import parse
from generator.explore.web import Web

__all__ = [
    "Bounds",
    "Exploration",
    "ExploreError",
    "Fetcher",
    "Reach",
    "Time",
    "Web",
    "explore",
    "kept",
    "parse",
    "reach_of",
]
