"""Nodes of a document as their publisher wrote them: what is not of the kind that is looked for counts as missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# Any: nodes as their publisher wrote them; every value is looked at before it is used.
Node = Mapping[str, Any]


def node_of(node: Node, key: str) -> Node:
    """Give the object under a key; an empty one if there is none."""
    found = node.get(key)
    return found if isinstance(found, Mapping) else {}


def text_of(node: Node, key: str) -> str:
    """Give the text under a key; an empty one if there is none."""
    found = node.get(key)
    return found if isinstance(found, str) else ""


def members_of(node: Node, key: str) -> Iterator[tuple[str, Node]]:
    """List the members of the object under a key that are objects themselves."""
    yield from ((str(name), inner) for name, inner in node_of(node, key).items() if isinstance(inner, Mapping))
