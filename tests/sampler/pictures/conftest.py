"""A graph with an edge of each kind, two environments and something unproven in it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from envkit.manifest import Manifest, read_manifest
from sampler.edges import GraphEdge, precondition
from sampler.graph import ToolGraph, build, joined

AIR = Path(__file__).parents[2] / "environments" / "travel" / "tiny_air"
DESK = Path(__file__).parents[1] / "environments" / "office" / "tiny_desk"
GET_BY_SEARCH = GraphEdge("tiny_air", "search_flights", "items[].id", "get_flight", "flight_id", "flight")
CANCEL_FREES = precondition("tiny_air", "cancel_booking", "book_flight", "sold_out")


def alone(manifest: Manifest) -> ToolGraph:
    schemas: Mapping[str, Mapping[str, object]] = {
        tool.name: {"properties": {each.name: {} for each in tool.arguments}} for tool in manifest.tools
    }
    return build({manifest.slug: manifest}, {manifest.slug: schemas})  # type: ignore[dict-item]


@pytest.fixture(scope="session")
def drawn() -> ToolGraph:
    air, desk = (alone(read_manifest(folder)) for folder in (AIR, DESK))
    proof = "search_flights() → get_flight(flight_id='</script><b>1</b>')"
    return joined([air.with_proven([GET_BY_SEARCH, CANCEL_FREES], {GET_BY_SEARCH: proof}), desk])
