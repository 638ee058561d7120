"""Sayings: how people order what tools do, by the tool's name; a manifest's own phrases are often statements."""

from __future__ import annotations

import re
from collections.abc import Iterator

from envkit.manifest import ToolSpec
from sampler.words.sayings import campus, goods, money, office, travel, utilities

ROOMS = (campus.ORDERS, goods.ORDERS, money.ORDERS, office.ORDERS, travel.ORDERS, utilities.ORDERS)


def sayings(tool: ToolSpec) -> Iterator[str]:
    """Yield the orders for a tool of that name whose holes are arguments of it, from whole ones to open ones."""
    names = {argument.name for argument in tool.arguments}
    for orders in ROOMS:
        for text in orders.get(tool.name, ()):
            if set(re.findall(r"\{(\w+)\}", text)) <= names:
                yield text
