"""The bridge to MCP-Atlas: its sandbox API over the farm, so that its own harness and scorer run on it."""

from evaluation.atlas.sandboxes import Sandboxes, UnknownTaskError
from evaluation.atlas.web import served

__all__ = ["Sandboxes", "UnknownTaskError", "served"]
