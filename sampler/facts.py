"""Facts worth asking for: values that calls of the trail returned, that can be neither read in a query nor guessed."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from envkit.calls import Json
from envkit.manifest import EntitySpec, FieldSpec, Manifest, ReturnSpec, ToolSpec
from sampler.plan import Output, at
from sampler.task import Fact, FactType
from sampler.values import is_stamp

MAX_FACTS = 3
_GUESSABLE_BELOW, _SMALL_NUMBERS, _WEAK_CHANCE = 10, 5, 0.5
_SHORT_TEXT = 3
_INNER = frozenset({
    "review.round", "dish.votes", "decision.round", "device.bus", "card.cancel_reason", "lesson.is_peak",
    "home.day", "meter_reading.day", "task.position", "event.sequence", "event.transparency", "event.event_type",
    "spot.ticket", "lesson.tickets", "acl_rule.scope_type", "instrument.tick", "instrument.lot",
    "dish.kits", "product.received", "product.shelf_space", "position.opening", "member.packs", "member.freezes",
    "review.extra_days", "car.base_km", "stay.charged_nights", "ticket.paused_minutes", "task.hidden",
    "calendar_list_entry.hidden", "calendar_list_entry.selected", "calendar_list_entry.primary", "fare.seats",
    "item.lending", "stock_order.reserve", "instrument.reference_price",
})  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
_TYPES: Mapping[str, FactType] = {
    "str": "str", "int": "int", "money": "money", "bool": "bool", "time": "time", "enum": "str", "state": "str",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A value that a turn may ask for: where it was returned, what it was, and the words that ask for it.

    `is_strong`: it cannot be guessed. `others`: the texts it could have had instead, if they are few.
    """

    name: str
    type: FactType
    source: Output
    value: Json
    words: str
    is_strong: bool
    others: tuple[str, ...] = ()

    def read(self, contents: Sequence[Json], turn: int) -> Fact:
        """Return the fact as an execution gave it; LookupError if it gave none."""
        value = at(contents[self.source.step], self.source.path)
        text = as_text(value)
        return Fact(name=self.name, value=value, type=self.type, text=text, turn=turn, others=self.others)  # type: ignore[arg-type]  # Json is JsonValue


def is_inner(entity: str, field: FieldSpec) -> bool:
    """Say whether a column only shows how a service works inside, so that nobody asks for it or tells a row by it."""
    return f"{entity}.{field.name}" in _INNER


def as_text(value: Json) -> str:
    """Return a scalar as an answer should state it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def unsigned(text: str) -> str:
    """Return a fact's text without its sign, which an answer may leave out: a refund of 5.00."""
    return text.removeprefix("-")


def gives_away(spoken: str, text: str) -> bool:
    """Say whether every word of a fact's text stands in what was spoken, as a name does in an e-mail address."""
    return set(_WORD.findall(text.lower())) <= set(_WORD.findall(spoken.lower()))


def row_facts(entity: EntitySpec, row: Json, source: Output) -> Iterator[Asked]:
    """Yield what one row shows; `source` is where the row stands. Times that tools stamp are left out."""
    if not isinstance(row, Mapping):
        return
    for field in entity.fields:
        value = row.get(field.name)
        is_asked = field.type in _TYPES and not is_stamp(field) and not is_inner(entity.name, field)
        if is_asked and value not in (None, ""):
            path = f"{source.path}.{field.name}".removeprefix(".")
            yield Asked(
                f"{entity.name}.{field.name}",
                _TYPES[field.type],
                Output(source.step, path),
                value,
                f"the {spaced(entity.name)}'s {spaced(field.name)}{_unit(field.type)}",
                _is_strong(field.type, value),
                _others(field, value),
            )


def result_facts(manifest: Manifest, tool: ToolSpec, content: Json, step: int) -> Iterator[Asked]:
    """Yield what an action's result shows: its scalars, and rows that are the only ones of their entity in it.

    Where it has several rows of an entity no words for a column would tell which of them is meant.
    """
    if tool.kind in ("get", "create", "update"):
        yield from row_facts(manifest.entity(tool.entity), content, Output(step, ""))
    if tool.kind != "action" or not isinstance(content, Mapping):
        return
    rows = [(part.entity, path, row) for part in tool.returns for path, row in _rows_of(part, content)]
    entities = [entity for entity, _, _ in rows]
    for entity, path, row in rows:
        if entities.count(entity) == 1:
            yield from row_facts(manifest.entity(entity), row, Output(step, path))
    for part in tool.returns:
        value = content.get(part.name)
        if part.type in ("int", "money", "str") and value not in (None, ""):
            noun = {"money": " amount", "int": " figure"}.get(part.type, "")
            words = f"the {spaced(part.name)}{noun}{_unit(part.type)}"
            strong = _is_strong(part.type, value)
            yield Asked(part.name, _TYPES[part.type], Output(step, part.name), value, words, strong)


def _rows_of(part: ReturnSpec, content: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    value = content.get(part.name)
    if part.type == "row" and value is not None:
        yield part.name, value
    elif part.type == "rows" and isinstance(value, list):
        yield from ((f"{part.name}[{index}]", row) for index, row in enumerate(value))


def choose(
    offered: Iterable[Asked], rng: random.Random, spoken: str, taken: Collection[str], *, most: int = MAX_FACTS
) -> tuple[Asked, ...]:
    """Choose facts to ask for: none that stands in what was `spoken` or was `taken`, by whatever sign.

    Weak ones are asked for only with a strong one, or with so many others that they are hard to guess all together.
    Whether something is so is no part of a list of what it has.
    """
    usable: dict[str, Asked] = {}
    told = {*map(unsigned, taken)}
    for asked in offered:
        text = unsigned(as_text(asked.value))
        if text not in told and not gives_away(spoken, text):
            usable.setdefault(text, asked)
    strong = [asked for asked in usable.values() if asked.is_strong]
    weak = [asked for asked in usable.values() if not asked.is_strong]
    if not strong:
        return _together(weak, rng, most)
    chosen = rng.sample(strong, min(len(strong), rng.randint(1, most)))
    named = [asked for asked in weak if asked.type != "bool"]
    if named and len(chosen) < most and rng.random() < _WEAK_CHANCE:
        chosen.append(rng.choice(named))
    return tuple(chosen)


def _together(weak: list[Asked], rng: random.Random, most: int) -> tuple[Asked, ...]:
    """Choose as few weak facts as are hard to guess together; none if all that may be asked are not."""
    chosen, ways = list[Asked](), 1
    drawn = sorted(rng.sample(weak, len(weak)), key=lambda asked: asked.type == "bool")
    for asked in drawn[:most]:
        chosen.append(asked)
        ways *= 1 + len(asked.others) if asked.others else _SMALL_NUMBERS
        if ways >= _GUESSABLE_BELOW:
            return tuple(chosen)
    return ()


def spaced(name: str) -> str:
    """Write a name of code as words: `seats_left` as `seats left`, `customer_id` as `customer`."""
    return name.removesuffix("_ids").removesuffix("_id").replace("_", " ")


def _unit(kind: str) -> str:
    return " (in minor units)" if kind == "money" else ""


def _is_strong(kind: str, value: Json) -> bool:
    match kind:
        case "int" | "money":
            return isinstance(value, int) and abs(value) >= _GUESSABLE_BELOW
        case "str":
            return len(str(value)) >= _SHORT_TEXT
        case "time":
            return True
        case _:
            return False


def _others(field: FieldSpec, value: Json) -> tuple[str, ...]:
    if field.type == "bool":
        return (as_text(not value),)
    return tuple(each for each in field.values if each != value)
