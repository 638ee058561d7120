"""Facts worth asking for: values that calls of the trail returned, that can be neither read in a query nor guessed."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from envkit.calls import Json
from envkit.manifest import EntitySpec, FieldSpec, Manifest, ToolSpec
from sampler.plan import Output, at
from sampler.task import Fact, FactType

MAX_FACTS = 3
_GUESSABLE_BELOW = 10
_SHORT_TEXT = 3
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


def as_text(value: Json) -> str:
    """Return a scalar as an answer should state it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def gives_away(spoken: str, text: str) -> bool:
    """Say whether every word of a fact's text stands in what was spoken, as a name does in an e-mail address."""
    return set(_WORD.findall(text.lower())) <= set(_WORD.findall(spoken.lower()))


def row_facts(entity: EntitySpec, row: Json, source: Output) -> Iterator[Asked]:
    """Yield what one row shows; `source` is where the row stands. Times that tools stamp are left out."""
    if not isinstance(row, Mapping):
        return
    for field in entity.fields:
        value = row.get(field.name)
        if field.type in _TYPES and value not in (None, "") and not (field.type == "time" and field.generated):
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
    """Yield what an action's result shows: its scalars, its rows, and rows that stand alone in a list.

    Rows of an entity that it returns several times are left out: no words for a column would tell which is meant.
    """
    if tool.kind in ("get", "create", "update"):
        yield from row_facts(manifest.entity(tool.entity), content, Output(step, ""))
    if tool.kind != "action" or not isinstance(content, Mapping):
        return
    entities = [part.entity for part in tool.returns if part.entity]
    for part in tool.returns:
        value = content.get(part.name)
        if entities.count(part.entity) > 1:
            continue
        if part.type == "row" and value is not None:
            yield from row_facts(manifest.entity(part.entity), value, Output(step, part.name))
        elif part.type == "rows" and isinstance(value, list) and len(value) == 1:
            yield from row_facts(manifest.entity(part.entity), value[0], Output(step, f"{part.name}[0]"))
        elif part.type in ("int", "money", "str") and value not in (None, ""):
            noun = {"money": " amount", "int": " figure"}.get(part.type, "")
            words = f"the {spaced(part.name)}{noun}{_unit(part.type)}"
            strong = _is_strong(part.type, value)
            yield Asked(part.name, _TYPES[part.type], Output(step, part.name), value, words, strong)


def choose(
    offered: Iterable[Asked], rng: random.Random, spoken: str, taken: Collection[str], *, most: int = MAX_FACTS
) -> tuple[Asked, ...]:
    """Choose facts to ask for: none that stands in what was `spoken` or was `taken`, none weak without a strong one."""
    usable: dict[str, Asked] = {}
    for asked in offered:
        text = as_text(asked.value)
        if text not in taken and not gives_away(spoken, text):
            usable.setdefault(text, asked)
    strong = [asked for asked in usable.values() if asked.is_strong]
    weak = [asked for asked in usable.values() if not asked.is_strong]
    if not strong:
        return ()
    chosen = rng.sample(strong, min(len(strong), rng.randint(1, most)))
    if weak and len(chosen) < most and rng.random() < 0.5:
        chosen.append(rng.choice(weak))
    return tuple(chosen)


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
