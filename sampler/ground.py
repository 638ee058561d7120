"""Arguments grounded in live state: candidate values for a tool's arguments, tried until the live call succeeds."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from envkit.calls import Json, JsonObject, Observation, ToolCall
from envkit.clock import from_wire, to_wire
from envkit.manifest import ArgumentSpec, FieldSpec, Manifest, ToolSpec
from envkit.snapshot import Diff
from farm.session import Session
from sampler.state import WorldState
from sampler.values import is_restamped
from sampler.vocabulary import FIRST_NAMES, LAST_NAMES, TIME_ZONES, WORDS, full_name, sentence, title

_OPTIONAL_CHANCE = 0.4
_FOCUS_CHANCE = 0.5
_LONGEST_SPAN = 6
_MAX_MEMBERS = 2
_MONEY_HUNDREDS = 60
_EARLY, _LATE, _FAR_DAYS, _LONGEST_NAME = 8, 18, 21, 3
_TARGET = re.compile(r"(?:destination|new)_")
_PLACES = re.compile(r"(^|_)(time_zone|timezone|location|place|venue|city|country|language)$")
"""What is one of those there are: nobody makes up a time zone."""


@dataclass(frozen=True, slots=True)
class Grounded:
    """Arguments with which a call succeeded on a fork of the world, what it returned, and what it changed."""

    arguments: JsonObject
    observation: Observation
    diff: Diff


async def ground(
    tool: ToolSpec,
    state: WorldState,
    session: Session,
    rng: random.Random,
    *,
    tries: int,
    focus: Mapping[str, Sequence[str]],
    avoid: Sequence[JsonObject] = (),
    fixed: Mapping[str, Json] | None = None,
) -> Grounded | None:
    """Find arguments that succeed and change something, on a fork that is thrown away; None after `tries` refusals.

    `focus` maps an entity to ids that an earlier part of the task is about, which are preferred; `avoid` lists
    arguments that did succeed but were of no use. Members of `fixed` are passed on as they are.
    """
    environment = state.manifest.slug
    async with await session.fork() as scratch:
        for arguments in islice(candidates(tool, state, rng, fixed=fixed, focus=focus), tries):
            if arguments in avoid or _leads_nowhere(tool, arguments, state):
                continue
            observation = await scratch.call(ToolCall(environment, tool.name, arguments))
            if observation.is_refused:
                continue
            diff = (await scratch.diff())[environment]
            if is_telling(diff, state.manifest):
                return Grounded(arguments, observation, diff)
    return None


def candidates(
    tool: ToolSpec,
    state: WorldState,
    rng: random.Random,
    *,
    fixed: Mapping[str, Json] | None = None,
    focus: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[JsonObject]:
    """Yield endless arguments for a tool, drawn from the state and made up in its manner; none if a row is missing.

    Paging and sorting are left to their defaults. Members of `fixed` are passed on as they are.
    """
    fixed, focus = fixed or {}, focus or {}
    lacking = {
        each.name for each in tool.arguments if each.type == "ref" and not state.rows.get(each.to)
    } - fixed.keys()
    if any(argument.required and argument.name in lacking for argument in tool.arguments):
        return
    while True:
        drawn = {
            argument.name: fixed[argument.name] if argument.name in fixed else _draw(argument, state, rng, focus)
            for argument in _given(tool, rng, fixed)
            if argument.name not in lacking
        }
        yield _in_time_order(tool, drawn, fixed)


def is_telling(diff: Diff, manifest: Manifest) -> bool:
    """Say whether a change is more than new stamps of the time in place of old ones, which could be anybody's."""
    if diff.added or diff.removed:
        return True
    for entity, rows in diff.changed.items():
        fields = {field.name: field for field in manifest.entity(entity).fields}
        cells = ((fields[name], pair) for columns in rows.values() for name, pair in columns.items())
        if any(not is_restamped(field, *pair) for field, pair in cells):
            return True
    return False


def _leads_nowhere(tool: ToolSpec, arguments: JsonObject, state: WorldState) -> bool:
    """Say whether a row is to be moved to where it is: no one asks for that."""
    known = {each.name: each for each in tool.arguments if each.type == "ref" and not each.many}
    targets = [name for name in known if _TARGET.match(name) and name in arguments]
    for name, argument in known.items() if targets else ():
        row = state.rows.get(argument.to, {}).get(str(arguments.get(name)), {})
        fields = state.manifest.entity(argument.to).fields
        here = {(field.to, row.get(field.name)) for field in fields if field.type == "ref"}
        if any((known[target].to, arguments[target]) in here for target in targets):
            return True
    return False


def field_of(state: WorldState, argument: ArgumentSpec) -> FieldSpec | None:
    """Return the column an argument stands for; None if it stands for none."""
    entity, _, name = argument.field.partition(".")
    fields = next((each.fields for each in state.manifest.entities if each.name == entity), ())
    return next((field for field in fields if field.name == name), None)


def _given(tool: ToolSpec, rng: random.Random, fixed: Mapping[str, Json]) -> tuple[ArgumentSpec, ...]:
    """Choose which arguments to give: all required ones, some optional ones, and at least one value of an update."""
    offered = [each for each in tool.arguments if each.name in fixed or each.role in ("key", "value")]
    given = {each.name for each in offered if each.required or each.name in fixed or rng.random() < _OPTIONAL_CHANCE}
    values = [each.name for each in offered if each.role == "value"]
    if tool.kind == "update" and values and not given.intersection(values):
        given.add(rng.choice(values))
    return tuple(each for each in offered if each.name in given)


def _draw(argument: ArgumentSpec, state: WorldState, rng: random.Random, focus: Mapping[str, Sequence[str]]) -> Json:
    if argument.many:
        count = rng.randint(1, _MAX_MEMBERS)
        members = [_draw_one(argument, state, rng, focus) for _ in range(count)]
        return [each for index, each in enumerate(members) if each not in members[:index]]
    return _draw_one(argument, state, rng, focus)


def _draw_one(
    argument: ArgumentSpec, state: WorldState, rng: random.Random, focus: Mapping[str, Sequence[str]]
) -> Json:
    if argument.values and argument.type != "list":
        return rng.choice(argument.values)
    match argument.type:
        case "ref":
            return _draw_row(argument, state, rng, focus)
        case "bool":
            return rng.random() < 0.5
        case "int":
            return _draw_int(argument, rng)
        case "money":
            return _draw_money(argument, state, rng)
        case "time":
            return _draw_time(state, rng)
        case "list":
            pool = argument.values or WORDS
            return rng.sample(pool, min(len(pool), rng.randint(1, _MAX_MEMBERS)))
        case _:
            return _draw_text(argument, state, rng)


def _draw_row(
    argument: ArgumentSpec, state: WorldState, rng: random.Random, focus: Mapping[str, Sequence[str]]
) -> Json:
    rows = state.rows[argument.to]
    preferred = [row for row in focus.get(argument.to, ()) if row in rows]
    if preferred and rng.random() < _FOCUS_CHANCE:
        return rng.choice(preferred)
    return rng.choice(list(rows))


def _draw_int(argument: ArgumentSpec, rng: random.Random) -> int:
    low = argument.minimum if argument.minimum is not None else 1
    high = argument.maximum if argument.maximum is not None else low + _LONGEST_SPAN
    if rng.random() < 0.5:
        high = min(high, low + _LONGEST_SPAN)
    return rng.randint(low, max(low, high))


def _draw_money(argument: ArgumentSpec, state: WorldState, rng: random.Random) -> int:
    low = max(argument.minimum or 0, 1)
    entity, _, name = argument.field.partition(".")
    like = [value for value in state.column(entity, name) if isinstance(value, int) and value > 0] if name else []
    amount = rng.choice(like) * rng.randint(5, 15) // 10 if like else rng.randint(1, _MONEY_HUNDREDS) * 100
    high = argument.maximum if argument.maximum is not None else max(amount, low)
    return min(max(amount, low), high)


def _draw_time(state: WorldState, rng: random.Random) -> str:
    day = from_wire(state.now) + timedelta(days=rng.randint(1, _FAR_DAYS))
    return to_wire(day.replace(hour=rng.randint(_EARLY, _LATE), minute=rng.choice((0, 30)), second=0))


def _draw_text(argument: ArgumentSpec, state: WorldState, rng: random.Random) -> str:
    entity, _, column = argument.field.partition(".")
    known = [str(value) for value in state.column(entity, column)] if column else []
    name = argument.name
    if argument.type == "text":
        return sentence(rng)
    if "email" in name or (known and all("@" in each for each in known)):
        return f"{rng.choice(FIRST_NAMES)}.{rng.choice(LAST_NAMES)}@example.com".lower()
    is_of_a_person = _is_of_a_person(state, entity)
    names = sum(map(_is_full_name, known))
    if ("name" in name or is_of_a_person) and (names == len(known) or (is_of_a_person and names * 2 >= len(known))):
        return full_name(rng)
    if places := _places(state, name):
        return rng.choice(places)
    if known and any(map(str.isdigit, known[0])):
        return re.sub(r"\d", lambda _: str(rng.randint(0, 9)), rng.choice(known))
    return title(rng)


def _places(state: WorldState, name: str) -> Sequence[str]:
    """Return the places, if a text is one, that it may be: those that some row has in a column of that name."""
    if not _PLACES.search(name):
        return ()
    columns = [each.name for each in state.manifest.entities if any(field.name == name for field in each.fields)]
    known = [str(value) for entity in columns for value in state.column(entity, name) if value]
    return known or (TIME_ZONES if "zone" in name else ())


def _is_of_a_person(state: WorldState, entity: str) -> bool:
    fields = next((each.fields for each in state.manifest.entities if each.name == entity), ())
    return any("email" in field.name for field in fields)


def _is_full_name(text: str) -> bool:
    """Say whether a text may be the name of a person, perhaps with a title before it."""
    words = text.split()
    return 2 <= len(words) <= _LONGEST_NAME and text.istitle() and not any(map(str.isdigit, text))


def _in_time_order(tool: ToolSpec, drawn: dict[str, Json], fixed: Mapping[str, Json]) -> dict[str, Json]:
    """Put the made-up times of a call into the order of its arguments, so that starts come before ends."""
    made_up = [each for each in tool.arguments if each.name in drawn and each.name not in fixed]
    names = [each.name for each in made_up if each.type == "time"]
    moments = sorted(str(drawn[name]) for name in names)
    return {**drawn, **dict(zip(names, moments, strict=True))}
