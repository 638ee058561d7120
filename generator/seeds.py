"""The first rows of a world: coherent, derived from the blueprint alone, histories made by replaying its tools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from envkit.calls import Json, JsonObject
from envkit.clock import derive, mint
from envkit.errors import Refusal
from generator.audit_entities import is_range, parents_first
from generator.blueprint import Blueprint, EntityPart, FieldPart
from generator.draw import draw_arguments, draw_text
from generator.evaluate import Scope, Value, evaluate
from generator.expression import parse
from generator.finding import Finding
from generator.interpret import Interpreter, clock_start
from generator.law import Law
from generator.pools import POOLS_OF_FIELD, draw, made_from
from generator.tables import Record, Tables, rule_problem, wire

SEED = "seed"
"""The seed from which the first rows' ids are minted."""

SeedRows = tuple[tuple[str, JsonObject], ...]

_ATTEMPTS = 12
_REDRAWS = 25
_CALL_TRIES = 600
_HISTORY = timedelta(hours=72)
_FILLED = 0.75
_DISTINCT_POOLS = ("person", "company", "product", "address", "phone", "city", "email", "pattern")


class SeedError(Exception):
    """A blueprint whose first rows cannot be made; `findings` says what stands in the way."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class _Column:
    """A column being filled: its entity's part, its own part and the number of the row (0 is the first).

    `salt` opens the order in which weighted values are dealt out; empty when the row is drawn anew.
    """

    entity: EntityPart
    name: str
    field: FieldPart
    row: int
    salt: str


def seed_rows(blueprint: Blueprint) -> SeedRows:
    """Make the first rows as (entity, row in wire form), each row after those it refers to.

    The same blueprint always gives the same rows. SeedError if no drawing keeps the invariants or a history's tool
    never succeeds often enough.
    """
    problems: tuple[Finding, ...] = ()
    laws = [Law(blueprint, text) for text in blueprint.invariants.values()]
    for attempt in range(_ATTEMPTS):
        try:
            return _attempt(blueprint, laws, attempt)
        except SeedError as error:
            problems = error.findings
    raise SeedError(problems)


def _attempt(blueprint: Blueprint, laws: Sequence[Law], attempt: int) -> SeedRows:
    chance = Random(derive(blueprint.name, SEED, attempt))
    tables = Tables(blueprint, clock_start(blueprint))
    for entity in parents_first(blueprint):
        for number in range(blueprint.entities[entity].seed):
            _add_row(blueprint, laws, tables, entity, number, chance)
    fill_counters(blueprint, tables)
    rows = _in_order(blueprint, tables)
    _check(blueprint, Interpreter(blueprint, rows), "the first rows")
    if not blueprint.history:
        return rows
    world = _replay(blueprint, rows, chance)
    _check(blueprint, world, "the history")
    return _in_order(blueprint, world.tables)


def _add_row(
    blueprint: Blueprint, laws: Sequence[Law], tables: Tables, entity: str, number: int, chance: Random
) -> None:
    """Add a row, drawing it anew while it breaks an invariant that held before."""
    held = [law for law in laws if _holds(law, tables)]
    for redraw in range(_REDRAWS):
        salt = "" if redraw else f"{blueprint.name}/{entity}"
        values = _row(blueprint, tables, entity, number, salt, chance)
        row_id = mint(SEED, blueprint.entities[entity].prefix, number + 1)
        record = tables.load(entity, {"id": row_id, **{name: wire(value) for name, value in values.items()}})
        fill_counters(blueprint, tables)
        if not _rule_problems(blueprint, [record]) and all(_holds(law, tables) for law in held):
            return


def fill_counters(blueprint: Blueprint, tables: Tables) -> None:
    """Set every counter to what its expression says, until none changes; counters may count counters."""
    for _ in range(len(blueprint.entities) + 1):
        changes = [*stale_counters(blueprint, tables)]
        if not changes:
            return
        for record, name, value in changes:
            tables.put(record, {name: value})


def stale_counters(blueprint: Blueprint, tables: Tables) -> Iterator[tuple[Record, str, Value]]:
    """Yield each counter whose stored value is not what its expression says, with that value."""
    for entity, part in blueprint.entities.items():
        counters = [(name, parse(field.counter)) for name, field in part.fields.items() if field.counter]
        for record in tables.all(entity) if counters else ():
            for name, tree in counters:
                value = evaluate(tree, Scope({entity: record}, tables))
                if value != record.values[name]:
                    yield record, name, value


def _holds(law: Law, tables: Tables) -> bool:
    try:
        return bool(law.ask(tables))
    except (Refusal, TypeError, ValueError, KeyError, ZeroDivisionError, AttributeError):
        return False


def _row(blueprint: Blueprint, tables: Tables, entity: str, number: int, salt: str, chance: Random) -> dict[str, Value]:
    part = blueprint.entities[entity]
    values: dict[str, Value] = {name: 0 if field.counter else None for name, field in part.fields.items()}
    late = [name for name, field in part.fields.items() if _is_made_from(field)]
    plain = [name for name in part.fields if name not in late]
    for name in [*plain, *late]:
        field = part.fields[name]
        if not (field.counter or field.seed_expr):
            column = _Column(part, name, field, number, salt)
            values[name] = _drawn(blueprint, tables, entity, column, values, chance)
    for name, field in part.fields.items():
        if field.seed_expr:
            record = Record(entity, {"id": mint(SEED, part.prefix, number + 1), **values})
            values[name] = _evaluated(entity, name, field, record, tables)
    return values


def _evaluated(entity: str, name: str, field: FieldPart, record: Record, tables: Tables) -> Value:
    try:
        return evaluate(parse(field.seed_expr), Scope({entity: record}, tables))
    except (Refusal, TypeError, ValueError, KeyError, ZeroDivisionError, AttributeError) as error:
        path = f"entities.{entity}.fields.{name}.seed_expr"
        raise SeedError((Finding(path, f"cannot be evaluated on row {record.values}: {error}"),)) from error


def _is_made_from(field: FieldPart) -> bool:
    return isinstance(field.seed, str) and field.seed.partition(":")[0] in POOLS_OF_FIELD


def _drawn(
    blueprint: Blueprint, tables: Tables, entity: str, column: _Column, values: Mapping[str, Value], chance: Random
) -> Value:
    field = column.field
    taken = [record.values[column.name] for record in tables.all(entity)][: column.row]
    value = None
    for _ in range(200):
        value = _once(blueprint, tables, column, values, chance)
        wants_distinct = isinstance(field.seed, str) and field.seed.partition(":")[0] in _DISTINCT_POOLS
        if value is None or value not in taken or not (field.unique or wants_distinct):
            return value
    if field.unique and isinstance(value, str) and field.type == "str":
        name, at, host = value.partition("@")
        return f"{name}{column.row + 1}{at}{host}"
    return value


def _once(blueprint: Blueprint, tables: Tables, column: _Column, values: Mapping[str, Value], chance: Random) -> Value:
    field, hint = column.field, column.field.seed
    is_listed = isinstance(hint, tuple) and not is_range(field, hint)
    if field.type == "ref":
        return _ref(tables, column, chance)
    if hint is None and (field.optional or field.default is not None):
        return field.default
    if field.optional and not is_listed and chance.random() > _FILLED:
        return None
    if isinstance(hint, str):
        pool, _, other = hint.partition(":")
        if pool in POOLS_OF_FIELD:
            return made_from(pool, str(values[other]), column.row, chance)
        return draw(hint, chance)
    if isinstance(hint, Mapping):
        chosen = _weighted(column, hint, chance)
        return chosen == "true" if field.type == "bool" else chosen
    if isinstance(hint, tuple):
        return _of_range(tables, column, hint, chance) if is_range(field, hint) else _listed(tables, column, chance)
    return _unhinted(blueprint, column, chance)


def _ref(tables: Tables, column: _Column, chance: Random) -> Value:
    field, hint = column.field, column.field.seed
    rows = tables.all(field.to)
    if isinstance(hint, tuple):
        number = hint[column.row % len(hint)]
        if number is not None and not 1 <= number <= len(rows):
            raise SeedError((Finding(column.name, f"seed: there is no row {number} of {field.to} yet"),))
        return None if number is None else rows[number - 1].id
    if not rows:
        if field.optional:
            return None
        raise SeedError((Finding(column.name, f"there are no rows of {field.to} to refer to"),))
    return None if field.optional and chance.random() > _FILLED else chance.choice(rows).id


def _of_range(tables: Tables, column: _Column, hint: Sequence[Value], chance: Random) -> Value:
    """Draw from a range; the moments of an entity are spread over theirs, both ends taken."""
    low, high = int(hint[0]), int(hint[1])
    if column.field.type == "time":
        return tables.now + timedelta(minutes=15 * _spread(column, low * 4, high * 4, chance))
    step = 50 if column.field.type == "money" and high - low >= 1000 and low % 50 == 0 else 1
    return chance.randrange(low, high + 1, step)


def _spread(column: _Column, low: int, high: int, chance: Random) -> int:
    if not column.salt or column.entity.seed < 2:
        return chance.randint(low, high)
    places: list[int] = [*range(column.entity.seed)]
    Random(derive(column.salt, column.name)).shuffle(places)
    place, last = places[column.row], column.entity.seed - 1
    jitter = chance.random() - 0.5 if 0 < place < last else 0.0
    return low + int((high - low) * (place + jitter) / last)


def _listed(tables: Tables, column: _Column, chance: Random) -> Value:
    """Take a list's values in order where there is one a row (so that columns agree), else draw one."""
    field, hint = column.field, column.field.seed
    assert isinstance(hint, tuple)
    if field.type == "list" and not any(isinstance(value, list | tuple) for value in hint):
        return chance.sample(hint, chance.randint(0, min(3, len(hint))))
    is_in_order = field.unique or len(hint) >= column.entity.seed
    value = hint[column.row % len(hint)] if is_in_order else chance.choice(hint)
    if field.type == "time" and value is not None:
        return tables.now + timedelta(hours=value)
    return list(value) if isinstance(value, list | tuple) else value


def _weighted(column: _Column, weights: Mapping[str, Value], chance: Random) -> str:
    """Deal out values by weight over the rows, each that has a weight at least once where there are rows enough."""
    if not column.salt:
        return chance.choices([*weights], weights=[*weights.values()])[0]
    count, total = column.entity.seed, sum(weights.values())
    dealt = [
        value for value, weight in weights.items() for _ in range(max(1, weight * count // total) if weight else 0)
    ]
    heaviest = max(weights, key=lambda value: int(weights[value]))
    dealt += [heaviest] * (count - len(dealt))
    Random(derive(column.salt, column.name)).shuffle(dealt)
    return dealt[column.row]


def _unhinted(blueprint: Blueprint, column: _Column, chance: Random) -> Value:
    field = column.field
    match field.type:
        case "state":
            return field.initial
        case "enum":
            return _weighted(column, dict.fromkeys(field.values, 1), chance)
        case "bool":
            return _weighted(column, {"true": 1, "false": 1}, chance) == "true"
        case "list":
            return []
        case "int" | "money":
            return chance.randint(field.min or 0, field.max if field.max is not None else (field.min or 0))
        case _:
            return draw_text(blueprint, column.name, chance)


def _rule_problems(blueprint: Blueprint, records: Sequence[Record]) -> list[Finding]:
    found = []
    for record in records:
        for name, field in blueprint.entities[record.entity].fields.items():
            problem = rule_problem(field, record.values[name])
            if problem:
                found.append(Finding(f"entities.{record.entity}.fields.{name}", f"a first row breaks it: {problem}"))
    return found


def _check(blueprint: Blueprint, world: Interpreter, made: str) -> None:
    found: list[Finding] = []
    for entity, part in blueprint.entities.items():
        records = world.tables.all(entity)
        found += _rule_problems(blueprint, records)
        for name, field in part.fields.items():
            values = [record.values[name] for record in records if record.values[name] is not None]
            if field.unique and len(set(values)) < len(values):
                found.append(Finding(f"entities.{entity}.fields.{name}", f"a unique value is there twice in {made}"))
    for name, holds in world.invariants().items():
        if not holds:
            found.append(
                Finding(f"invariants.{name}", f"broken by {made}; adjust the seeds, or make the rows by history")
            )
    for record, name, value in stale_counters(blueprint, world.tables):
        message = f"left at {record.values[name]} by {made} where the counter says {value}"
        found.append(Finding(f"entities.{record.entity}.fields.{name}", message))
    if found:
        raise SeedError(tuple(dict.fromkeys(found)))


def _replay(blueprint: Blueprint, rows: SeedRows, chance: Random) -> Interpreter:
    """Call the history's tools in order, spread over the three days before the clock's start, or longer if need be."""
    world = Interpreter(blueprint, rows, SEED)
    start = clock_start(blueprint)
    calls = [tool for tool, count in blueprint.history.items() for _ in range(count)]
    gap = max(timedelta(seconds=blueprint.clock.tick_seconds), _HISTORY / len(calls))
    world.tables.now = start - gap * len(calls)
    for done, tool in enumerate(calls):
        moment = start - gap * (len(calls) - done)
        world.tables.now = max(world.now, moment.replace(second=0, microsecond=0))
        _succeed(world, tool, calls[:done].count(tool), chance)
    if world.now > start:
        raise SeedError((Finding("history", f"it ends at {wire(world.now)}, after the clock's start"),))
    world.tables.now = start
    return world


def _succeed(world: Interpreter, tool: str, done: int, chance: Random) -> None:
    codes: dict[str, int] = {}
    for _ in range(_CALL_TRIES):
        arguments = draw_arguments(world, tool, chance)
        outcome = world.call(tool, arguments) if arguments is not None else None
        if outcome is not None and outcome.code is None:
            return
        code = str(outcome.code) if outcome else "no row to name"
        codes[code] = codes.get(code, 0) + 1
    often = ", ".join(f"{code} {count}x" for code, count in sorted(codes.items(), key=lambda item: -item[1]))
    message = f"after {done} calls no arguments found that succeed in {_CALL_TRIES} tries ({often})"
    raise SeedError((Finding(f"history.{tool}", message),))


def _in_order(blueprint: Blueprint, tables: Tables) -> SeedRows:
    """List the rows so that each follows the rows it refers to, entities otherwise in order, parents first."""
    ordered: list[tuple[str, dict[str, Json]]] = []
    done: set[str] = set()
    waiting = [record for entity in parents_first(blueprint) for record in tables.all(entity)]
    while waiting:
        late = []
        for record in waiting:
            fields = blueprint.entities[record.entity].fields
            refs = {record.values[name] for name, field in fields.items() if field.type == "ref"} - {None, record.id}
            if refs <= done:
                done.add(record.id)
                ordered.append((record.entity, record.to_wire()))
            else:
                late.append(record)
        if len(late) == len(waiting):
            raise SeedError((Finding(f"entities.{late[0].entity}", "first rows refer to each other in a circle"),))
        waiting = late
    return tuple(ordered)
