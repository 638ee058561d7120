"""Seed hints for columns that nobody reviewed, so that a draft without an overlay has first rows too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from generator.blueprint import EntityPart, FieldPart, SeedHint, ToolPart
from generator.intervals import intervals
from generator.value_types import state_values

ROWS = 6
_HOURS = (-96, 240)
_COUNTS = (1, 20)
_LASTS = 3
_PEOPLE = ("display_name", "full_name", "owner_name")


def seeded(name: str, entity: EntityPart, tools: Iterable[ToolPart]) -> EntityPart:
    """Give an entity first rows: enough that each state a guard of `tools` asks for is that of one of them.

    They point at all rows of another entity but the last, so that there is one that can be deleted.
    """
    asked = " ".join(condition for tool in tools for condition, _ in tool.require.values())
    fields = dict(entity.fields)
    is_one_each = any(field.type == "ref" and field.unique and not field.optional for field in fields.values())
    rows = ROWS - is_one_each
    for column, field in fields.items():
        if field.type == "state" and field.seed is None:
            wanted = [value for value in state_values(field) if f"'{value}'" in asked and value != field.initial]
            rows = rows if is_one_each else max(rows, 1 + len(wanted))
            standing = [field.initial, *wanted]
            seed = tuple(standing[at % len(standing)] for at in range(rows))
            fields[column] = field.model_copy(update={"seed": seed})
    for column, field in fields.items():
        if field.type == "ref" and field.seed is None and not field.optional:
            pointed_at = ROWS - 1 if field.unique else ROWS - 2
            fields[column] = field.model_copy(update={"seed": tuple(1 + at % pointed_at for at in range(rows))})
    return entity.model_copy(update={"seed": rows, "fields": _hints(name, fields)})


def _hints(entity: str, fields: Mapping[str, FieldPart]) -> Mapping[str, FieldPart]:
    """Give every column that needs one a hint that suits its type and name; what ends does so after it began."""
    hints = {name: _hinted(name, field, fields) for name, field in fields.items()}
    for start, end in intervals(fields):
        if not fields[start].optional and not fields[end].seed_expr:
            later = f"{entity}.{start} + hours({_LASTS})"
            hints[end] = fields[end].model_copy(update={"seed": None, "seed_expr": later})
    return hints


def _hinted(name: str, field: FieldPart, fields: Mapping[str, FieldPart]) -> FieldPart:
    is_filled = field.default is not None or field.seed is not None or field.seed_expr or field.counter
    hint = None if is_filled or _may_wait(name, field) else _hint(name, field, fields)
    return field if hint is None else field.model_copy(update={"seed": hint})


def _may_wait(name: str, field: FieldPart) -> bool:
    """Tell the columns that first rows leave empty: where they point, and the moments of what did not happen yet."""
    return field.optional and (field.type in ("ref", "list") or (field.type == "time" and name.endswith("ed_at")))


def _hint(name: str, field: FieldPart, fields: Mapping[str, FieldPart]) -> SeedHint:
    match field.type:
        case "time":
            return _HOURS
        case "int" | "money":
            return _counts(field)
        case "str" | "text" if name in _PEOPLE:
            return "person"
        case "str" | "text":
            person = next((one for one in _PEOPLE if one in fields), "")
            made_up = f"pattern:{name.replace('_', ' ').capitalize()} ####"
            return f"email:{person}" if "email" in name and person else made_up
        case _:
            return None


def _counts(field: FieldPart) -> tuple[int, int]:
    """Give a range of small numbers that the column may hold."""
    least, most = _COUNTS
    low = least if field.min is None else max(field.min, least)
    if field.max is not None and field.max < low:
        low = field.max if field.min is None else field.min
    high = low + most - least
    return (low, high if field.max is None else min(high, field.max))
