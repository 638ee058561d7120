"""Operations that put two things together and take them apart: `AddUserToGroup` and `RemoveUserFromGroup`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from generator.compile.words import singular

PREPOSITIONS = frozenset({"to", "from", "for", "with", "by", "in", "on", "into", "of"})

_APART = {"add": "remove", "associate": "disassociate", "attach": "detach", "assign": "unassign", "link": "unlink"} | {
    "register": "deregister",
    "grant": "revoke",
    "include": "exclude",
}
"""What undoes each verb that puts two things together."""
_SHOWN = frozenset({"list", "get", "describe"})
_TOGETHER = ("associated_", "attached_", "assigned_", "linked_")

Join = tuple[str, str]
"""Two nouns: what the other belongs to, and what belongs to it."""


def joins(names: Iterable[Sequence[str]]) -> frozenset[Join]:
    """Find the pairs that one operation puts together and another takes apart; names are lists of words."""
    pairs = [(verb, pair) for verb, *rest in names if (pair := _pair(rest))]
    apart = {(verb, pair) for verb, pair in pairs if verb in _APART.values()}
    return frozenset(pair for verb, pair in pairs if (_APART.get(verb, ""), pair) in apart)


def joined(verb: str, rest: Sequence[str], known: frozenset[Join]) -> Join | None:
    """Name the pair that an operation puts together, takes apart or lists, from either side; None if it does not."""
    noun = singular("_".join(rest))
    pair = _pair(rest)
    sides = {pair, pair[::-1]} if pair else {one for one in known if noun == "_".join(one)}
    found = next((one for one in sorted(known) if one in sides), None)
    return found if verb in _SHOWN or verb in _APART or verb in _APART.values() else None


def joining(verb: str) -> Literal["create", "delete", "list"]:
    """Tell what a verb of a pair does to the row that stands for it."""
    return "create" if verb in _APART else "list" if verb in _SHOWN else "delete"


def _pair(rest: Sequence[str]) -> Join | None:
    at = next((place for place, word in enumerate(rest) if place and word in PREPOSITIONS), 0)
    if not at or at == len(rest) - 1:
        return None
    inner, outer = "_".join(rest[:at]), "_".join(rest[at + 1 :])
    for word in _TOGETHER:
        inner = inner.removeprefix(word)
    return singular(outer), singular(inner)
