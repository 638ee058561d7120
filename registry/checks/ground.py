"""Arguments for a tool, drawn by chance but grounded in the rows a world holds."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

from envkit.calls import Json
from envkit.clock import from_wire, to_wire
from envkit.manifest import ArgumentSpec, FieldSpec, Manifest, ToolSpec
from registry.checks.probe import State

_WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "iris", "juniper")
_OFTEN_LEFT_OUT = {"limit": 0.7, "sort": 0.5, "search": 0.7, "from": 0.8, "to": 0.8, "filter": 0.6}
_SPAN = 8
"""How far above its lowest value a number is drawn, so that stocks and credits are not exceeded every time."""


def propose(tool: ToolSpec, manifest: Manifest, state: State, rng: random.Random) -> dict[str, Json]:
    """Return arguments that are well-formed and name rows there are; whether guards pass is up to chance."""
    return {
        argument.name: value_for(argument, tool, manifest, state, rng)
        for argument in tool.arguments
        if argument.role != "cursor" and (argument.required or rng.random() >= _OFTEN_LEFT_OUT.get(argument.role, 0.5))
    }


def value_for(argument: ArgumentSpec, tool: ToolSpec, manifest: Manifest, state: State, rng: random.Random) -> Json:
    """Return one value for an argument; a list of one or two if it takes many."""
    if argument.many:
        values = [_value(argument, tool, manifest, state, rng) for _ in range(rng.choice((1, 1, 2)))]
        return [value for place, value in enumerate(values) if value not in values[:place]]
    return _value(argument, tool, manifest, state, rng)


def target(argument: ArgumentSpec, tool: ToolSpec) -> str:
    """Return the entity whose ids an argument takes, or "" if it takes none."""
    if argument.type == "ref" or argument.role == "key":
        return argument.to or tool.entity
    return ""


def column(argument: ArgumentSpec, tool: ToolSpec, manifest: Manifest) -> tuple[str, FieldSpec] | None:
    """Return the entity and field an argument stands for: the one it names, or the like-named one it would set."""
    entity_name, _, field_name = argument.field.partition(".")
    if not field_name:
        entity_name, field_name = tool.entity, argument.name
    entity = next((each for each in manifest.entities if each.name == entity_name), None)
    field = next((each for each in entity.fields if each.name == field_name), None) if entity else None
    return (entity_name, field) if field else None


def _value(argument: ArgumentSpec, tool: ToolSpec, manifest: Manifest, state: State, rng: random.Random) -> Json:
    entity = target(argument, tool)
    if entity:
        ids = state.ids(entity)
        return rng.choice(ids) if ids else "none_000000"
    if argument.values:
        return rng.choice(argument.values)
    match argument.type:
        case "int" | "money":
            return _number(argument, rng)
        case "bool":
            return rng.random() < 0.5
        case "time":
            return _moment(state, rng)
        case "list":
            return [rng.choice(_WORDS)]
        case _:
            return _text(argument, tool, manifest, state, rng)


def _number(argument: ArgumentSpec, rng: random.Random) -> int:
    low = argument.minimum if argument.minimum is not None else 1
    span = _SPAN if argument.type == "int" else 100 * _SPAN
    high = low + span if argument.maximum is None else min(argument.maximum, low + span)
    return rng.randint(low, high)


def _moment(state: State, rng: random.Random) -> str:
    hours = rng.choice((-240, -48, -2, 1, 2, 6, 24, 30, 48, 72, 240, 720))
    return to_wire(from_wire(state.now) + timedelta(hours=hours))


def _text(argument: ArgumentSpec, tool: ToolSpec, manifest: Manifest, state: State, rng: random.Random) -> str:
    found = column(argument, tool, manifest)
    stored = _stored(state, found[0], found[1].name) if found else ()
    if stored and argument.role != "value":
        text = rng.choice(stored)
        return text[: max(1, len(text) // 2)] if argument.role == "search" else text
    word = f"{rng.choice(_WORDS)}{rng.randint(2, 9999)}"
    # A new value in the form of a stored one, so that e-mail addresses stay e-mail addresses.
    return word + text[text.index("@") :] if stored and "@" in (text := rng.choice(stored)) else word


def _stored(state: State, entity: str, field: str) -> Sequence[str]:
    values = (row.get(field) for row in state.rows.get(entity, {}).values())
    return [value for value in values if isinstance(value, str) and value]
