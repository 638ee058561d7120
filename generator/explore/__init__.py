"""Exploring: from a URL, or a topic, to the authentic resource that an environment can be built from.

Start reading at `site.py`, then `fetch.py` (what keeps it within bounds), `reading.py` (what counts) and `scout.py`
(the language model that is sent out with a topic).
"""

from generator.explore.bounds import Bounds, Reach, reach_of
from generator.explore.errors import ExploreError
from generator.explore.keep import Exploration, kept
from generator.explore.scout import Errand, Scouted, scout
from generator.explore.site import Explored, explore
from generator.explore.url import parse

__all__ = [
    "Bounds",
    "Errand",
    "Exploration",
    "ExploreError",
    "Explored",
    "Reach",
    "Scouted",
    "explore",
    "kept",
    "parse",
    "reach_of",
    "scout",
]
