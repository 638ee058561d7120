"""The audit of entities: their columns, their first rows and how they refer to one another."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping, Sequence

from envkit.cast import choices_of
from generator.blueprint import Blueprint, EntityPart, FieldPart
from generator.finding import Findings
from generator.pools import PATTERNS, POOLS, POOLS_OF_FIELD
from generator.value_types import Type, field_type, mismatch, state_values

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_PREFIX = re.compile(r"[a-z][a-z0-9]{1,7}")
_COLUMN_NAMES_TAKEN = frozenset(
    {"id", "table", "prefix", "found_by", "moves", "str", "int", "bool", "list", "copy", "json", "dict", "schema"}
    | {"construct", "validate", "now"}
)
_BOUNDED = ("int", "money")
_NEEDING_HINTS = ("str", "int", "money", "time")


def audit_entities(blueprint: Blueprint, findings: Findings) -> None:
    """Note what is wrong with the entities of a blueprint."""
    prefixes: dict[str, str] = {}
    for name, entity in blueprint.entities.items():
        path = f"entities.{name}"
        if not _NAME.fullmatch(name) or keyword.iskeyword(name):
            findings.add(path, f'"{name}" is not snake_case, or a word of Python')
        if not _PREFIX.fullmatch(entity.prefix):
            findings.add(f"{path}.prefix", f'expected 2 to 8 lower-case letters or digits, got "{entity.prefix}"')
        if entity.prefix in prefixes:
            findings.add(f"{path}.prefix", f'"{entity.prefix}" is the prefix of {prefixes[entity.prefix]} too')
        prefixes[entity.prefix] = name
        _audit_columns(blueprint, name, entity, findings)
    _audit_order(blueprint, findings)


def parents_first(blueprint: Blueprint) -> tuple[str, ...]:
    """Order the entities so that each follows those its refs point at, as far as optional refs allow.

    Of a circle of required refs the members come in their own order.
    """
    ordered: list[str] = []
    left = [*blueprint.entities]
    while left:
        ready = [name for name in left if _parents(blueprint, name) <= {*ordered, name}]
        ready = ready or [name for name in left if _parents(blueprint, name, is_required=True) <= {*ordered}]
        ordered += ready[:1] or left
        left = [name for name in left if name not in ordered]
    return tuple(ordered)


def _parents(blueprint: Blueprint, name: str, *, is_required: bool = False) -> set[str]:
    fields = blueprint.entities[name].fields.values()
    targets = {field.to for field in fields if field.type == "ref" and not (is_required and field.optional)}
    return targets & set(blueprint.entities)


def _audit_order(blueprint: Blueprint, findings: Findings) -> None:
    done: set[str] = set()
    for name in parents_first(blueprint):
        late = sorted(_parents(blueprint, name, is_required=True) - done)
        if late:
            findings.add(f"entities.{name}", f"refs go in a circle through {late[0]}; make one of them optional")
        done.add(name)


def _audit_columns(blueprint: Blueprint, name: str, entity: EntityPart, findings: Findings) -> None:
    if not entity.fields:
        findings.add(f"entities.{name}.fields", "at least one column is needed")
    for column, field in entity.fields.items():
        path = f"entities.{name}.fields.{column}"
        if not _NAME.fullmatch(column) or keyword.iskeyword(column):
            findings.add(path, f'"{column}" is not snake_case, or a word of Python')
        if column in _COLUMN_NAMES_TAKEN or column.startswith("model_"):
            findings.add(path, f'"{column}" is taken; choose another name')
        if field.type == "ref" and column.removesuffix("_id") != column and column.removesuffix("_id") in entity.fields:
            findings.add(path, f'"{column.removesuffix("_id")}" already names the row this leads to')
        _audit_kind(blueprint, path, field, findings)
        _audit_default(path, field, findings)
        _audit_computed(blueprint, name, path, field, findings)
        _audit_hint(entity, path, field, findings)
        if field.cast:
            _audit_cast(path, field, findings)


def _audit_kind(blueprint: Blueprint, path: str, field: FieldPart, findings: Findings) -> None:
    audit_values(path, field.type, field.values, field.to, blueprint, findings)
    audit_bounds(path, field.type, field.min, field.max, findings)
    if field.type == "state":
        if not field.initial:
            findings.add(path, '"initial" is missing: the state a row begins in')
        if not field.moves:
            findings.add(path, '"moves" is missing: {from: [to, ...]}')
        if field.initial and field.moves and field.initial not in field.moves:
            findings.add(f"{path}.initial", f'no move leaves "{field.initial}"')
        if field.optional:
            findings.add(path, "a state is never missing; drop optional")
    elif field.initial or field.moves:
        findings.add(path, "only a state has initial and moves")
    if field.type in ("list", "bool", "state") and field.unique:
        findings.add(path, f"a {field.type} cannot be unique")


def audit_values(
    path: str, kind: str, values: Sequence[str], to: str, blueprint: Blueprint, findings: Findings
) -> None:
    """Note values on anything but an enum, an enum without them, and refs that lead nowhere."""
    if kind == "enum" and not values:
        findings.add(path, '"values" is missing')
    if kind != "enum" and values:
        findings.add(f"{path}.values", f"only an enum has values, not a {kind}")
    if len(set(values)) < len(values) or "" in values:
        findings.add(f"{path}.values", "each value must be there once, and none empty")
    if kind == "ref":
        if not to:
            findings.add(path, '"to" is missing: the entity it points at')
        else:
            findings.unknown(f"{path}.to", "entity", to, blueprint.entities)
    elif to:
        findings.add(f"{path}.to", f"only a ref points at an entity, not a {kind}")


def audit_bounds(path: str, kind: str, low: int | None, high: int | None, findings: Findings) -> None:
    """Note bounds that do not fit the type or each other."""
    if kind not in _BOUNDED and (low is not None or high is not None):
        findings.add(path, f"only int and money have min and max, not {kind}")
    if low is not None and high is not None and low > high:
        findings.add(path, f"min {low} is above max {high}")


def default_problem(want: Type, default: object, low: int | None, high: int | None) -> str:
    """Say why a default does not fit its type and bounds; empty if it does."""
    if want.kind in ("time", "ref", "list", "state"):
        return f"a {want.kind} has no default"
    if isinstance(default, bool):
        return mismatch(want, Type("bool"))
    if isinstance(default, int):
        is_outside = (low is not None and default < low) or (high is not None and default > high)
        return mismatch(want, Type("int")) or ("the default lies outside min and max" if is_outside else "")
    return mismatch(want, Type("str", values=(str(default),)))


def _audit_default(path: str, field: FieldPart, findings: Findings) -> None:
    if field.default is None:
        return
    problem = default_problem(field_type(field), field.default, field.min, field.max)
    if problem:
        findings.add(f"{path}.default", problem)


def _audit_computed(blueprint: Blueprint, name: str, path: str, field: FieldPart, findings: Findings) -> None:
    own = {name: Type("row", name)}
    if field.counter:
        if field.type not in _BOUNDED:
            findings.add(f"{path}.counter", f"a counter is an int or money, not {field.type}")
        else:
            findings.stored(f"{path}.counter", field.counter, field_type(field), own, blueprint)
    if field.seed_expr:
        findings.stored(f"{path}.seed_expr", field.seed_expr, field_type(field), own, blueprint)
    ways = [bool(field.counter), bool(field.seed_expr), field.seed is not None]
    if sum(ways) > 1:
        findings.add(path, "give one of counter, seed_expr and seed")


def _audit_hint(entity: EntityPart, path: str, field: FieldPart, findings: Findings) -> None:
    path = f"{path}.seed"
    hint = field.seed
    if hint is None:
        is_filled = field.optional or field.default is not None or field.counter or field.seed_expr
        has_range = field.min is not None and field.max is not None
        if entity.seed and field.type in _NEEDING_HINTS and not is_filled and not has_range:
            findings.add(
                path, f"how is this {field.type} filled in the {entity.seed} first rows? give seed or seed_expr"
            )
        return
    if isinstance(hint, str):
        _audit_pool(entity, path, field, hint, findings)
    elif isinstance(hint, Mapping):
        _audit_weights(path, field, hint, findings)
    elif isinstance(hint, tuple):
        _audit_choices(entity, path, field, hint, findings)
    else:
        findings.add(path, f"expected a pool, a range, a list of values or weights by value, got {hint!r}")


def _audit_cast(path: str, field: FieldPart, findings: Findings) -> None:
    """Audit what else a column's first values may be: names are renamed wherever they stand, so only free text can."""
    path = f"{path}.cast"
    if field.type not in ("str", "text"):
        findings.add(path, f"a cast renames text, not {field.type}")
    elif isinstance(field.cast, str):
        findings.unknown(path, "pool", field.cast, ["person", *sorted(PATTERNS)])
    for pattern in field.cast if isinstance(field.cast, tuple) else ():
        if any(not choice.strip() and len(choices) > 1 for choices in choices_of(pattern) for choice in choices):
            findings.add(path, f"{pattern!r} has an empty choice")
        elif any(mark in text for choices in choices_of(pattern) for text in choices for mark in "[]|"):
            findings.add(path, f"{pattern!r} is no pattern; write choices as [a|b], not one in another")


def _audit_pool(entity: EntityPart, path: str, field: FieldPart, hint: str, findings: Findings) -> None:
    pool, _, rest = hint.partition(":")
    if field.type not in ("str", "text"):
        findings.add(path, f"a pool gives text, not {field.type}; write [low, high] or a list of values")
    elif pool == "pattern":
        if not rest or ("#" not in rest and "?" not in rest and entity.seed > 1 and field.unique):
            findings.add(path, "a pattern has # for a digit or ? for a letter, as pattern:SK###")
    elif pool in POOLS_OF_FIELD:
        if findings.unknown(path, "column", rest, entity.fields):
            return
        if entity.fields[rest].type != "str":
            findings.add(path, f"{pool} is made from a str column, not a {entity.fields[rest].type}")
    else:
        findings.unknown(path, "pool", hint, [*sorted(POOLS), "pattern:SK###", *(f"{p}:name" for p in POOLS_OF_FIELD)])


def _audit_weights(path: str, field: FieldPart, hint: Mapping[str, object], findings: Findings) -> None:
    known = state_values(field) if field.type == "state" else field.values
    if field.type == "bool":
        known = ("true", "false")
    for value, weight in hint.items():
        if field.type in ("enum", "state", "bool"):
            findings.unknown(path, "value", str(value), known)
        elif field.type not in ("str", "text"):
            findings.add(path, f"weights by value are for enum, state, bool and str, not {field.type}")
            return
        if not isinstance(weight, int) or isinstance(weight, bool) or weight < 0:
            findings.add(path, f"the weight of {value} must be a whole number, not {weight!r}")
    if not any(isinstance(weight, int) and weight > 0 for weight in hint.values()):
        findings.add(path, "no value has a weight above 0")


def _audit_choices(entity: EntityPart, path: str, field: FieldPart, hint: Sequence[object], findings: Findings) -> None:
    if not hint:
        findings.add(path, "the list is empty")
    if field.unique and not is_range(field, hint) and len(hint) < entity.seed:
        findings.add(path, f"unique: {entity.seed} rows need as many values, these are {len(hint)}")
    if is_range(field, hint):
        low, high = (int(str(bound)) for bound in hint)
        if low > high:
            findings.add(path, f"the range [{low}, {high}] runs backwards")
        if field.type != "time" and (
            (field.min is not None and low < field.min) or (field.max is not None and high > field.max)
        ):
            findings.add(path, f"the range [{low}, {high}] leaves min and max")
        return
    known = state_values(field) if field.type == "state" else field.values
    for value in hint:
        problem = _choice_problem(field, value, known)
        if problem:
            findings.add(path, problem)


def is_range(field: FieldPart, hint: Sequence[object]) -> bool:
    """Say whether a list hint of two whole numbers is a range rather than two values."""
    numbers = all(isinstance(value, int) and not isinstance(value, bool) for value in hint)
    return field.type in ("int", "money", "time") and len(hint) == 2 and numbers


def _choice_problem(field: FieldPart, value: object, known: Sequence[str]) -> str:
    if value is None:
        return "" if field.optional else "None is for optional columns"
    fits: Mapping[str, bool] = {
        "bool": isinstance(value, bool),
        "int": isinstance(value, int) and not isinstance(value, bool),
        "money": isinstance(value, int) and not isinstance(value, bool),
        "ref": isinstance(value, int) and not isinstance(value, bool) and value >= 1,
        "time": isinstance(value, int) and not isinstance(value, bool),
        "list": isinstance(value, str | list | tuple),
        "enum": value in known,
        "state": value in known,
    }
    if fits.get(field.type, isinstance(value, str)):
        is_low = isinstance(value, int) and field.min is not None and value < field.min
        is_high = isinstance(value, int) and field.max is not None and value > field.max
        return f"{value!r} leaves min and max" if field.type in _BOUNDED and (is_low or is_high) else ""
    wanted = {"ref": "the number of a row (1 is the first)", "time": "hours from the clock's start"}
    return f"{value!r} is not {wanted.get(field.type, f'a value of this {field.type}')}"
