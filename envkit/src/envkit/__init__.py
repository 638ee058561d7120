"""What runs inside an environment server.

An environment declares rows and tools (`Environment`, `Row`, `Result`, `World`); the kit gives each episode a private
world, a clock, ids and chance of its own, and puts the tools onto MCP. Start reading at `environment.py` and
`world.py`; `serve.py` is the way out.
"""

from pydantic import Field

from envkit.clock import days, hours, minutes
from envkit.environment import Environment
from envkit.errors import Refusal, require
from envkit.rows import Cursor, Deleted, Limit, Money, Moves, Page, Result, Row, Time, given, known
from envkit.serve import main
from envkit.world import World

__all__ = [
    "Cursor",
    "Deleted",
    "Environment",
    "Field",
    "Limit",
    "Money",
    "Moves",
    "Page",
    "Refusal",
    "Result",
    "Row",
    "Time",
    "World",
    "days",
    "given",
    "hours",
    "known",
    "main",
    "minutes",
    "require",
]
