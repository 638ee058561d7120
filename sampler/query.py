"""The user's words: plain queries that say all a solution needs, from deterministic templates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from envkit.calls import Json
from envkit.manifest import ArgumentSpec, FieldSpec, ToolSpec
from sampler.facts import Asked, as_text, spaced
from sampler.refer import Description, Trait

_HOLE = re.compile(r"\{(\w+)\}")
_DIRECTIONS = {(True, True): "latest", (True, False): "earliest", (False, True): "highest", (False, False): "lowest"}


@dataclass(frozen=True, slots=True)
class Mention:
    """An argument in the user's words: a value, the rows it stands for, or what an earlier turn asked for."""

    argument: ArgumentSpec
    value: Json
    rows: tuple[Description, ...] = ()
    carried: Asked | None = None
    carried_turn: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """What one turn wants done with a tool, and what it wants to know afterwards.

    `place` names the environment where there are several. `order`: how a list is sorted, as (column, is_descending).
    """

    tool: ToolSpec
    mentions: tuple[Mention, ...]
    asked: tuple[Asked, ...] = ()
    place: str = ""
    order: tuple[FieldSpec, bool] | None = None


def write_action(request: Request) -> str:
    """Write a request to change something, or to use a tool that is more than a look-up."""
    details = "; ".join(f"{_label(each)}: {_value(each)}" for each in request.mentions)
    task = f"{_place(request)}{_lower(request.tool.title)}" + (f" with these details: {details}." if details else ".")
    phrase = next(_filled_phrases(request), None)
    opening = f"{_upper(phrase)}. In detail, please {task}" if phrase else f"Please {task}"
    return opening + _wish(" Then tell me ", request.asked)


def write_lookup(place: str, description: Description, asked: Sequence[Asked]) -> str:
    """Write a question about one row."""
    prefix = f"In {place}, look" if place else "Look"
    return f"{prefix} up {say(description)}." + _wish(" Tell me ", asked)


def write_follow_up(description: Description, asked: Sequence[Asked]) -> str:
    """Write a question about a row as it stands after a change."""
    return f" Afterwards look up {say(description)}" + _wish(" and tell me ", asked)


def write_listing(request: Request) -> str:
    """Write a question about a list: about its first row in the order asked, or about how many rows there are."""
    filters = " and ".join(map(_filter, request.mentions))
    rows = f"all {_plural(spaced(request.tool.entity))} {filters}".rstrip()
    prefix = f"In {request.place}, look" if request.place else "Look"
    if request.order is None:
        return f"{prefix} at {rows}." + _wish(" Tell me ", request.asked)
    column, is_descending = request.order
    direction = _DIRECTIONS[column.type == "time", is_descending]
    first = f" Take the one with the {direction} {spaced(column.name)}."
    return f"{prefix} at {rows}.{first}" + _wish(" Tell me ", request.asked)


def say(description: Description) -> str:
    """Write a description of a row in words."""
    noun = spaced(description.entity)
    if not description.traits:
        return f"the {noun} with the id {description.row_id}"
    return f"the {noun} " + " and ".join(
        _being("is", each.field.name, each.value)
        if isinstance(each.value, bool)
        else f"whose {spaced(each.field.name)} is {_say_trait(each)}"
        for each in description.traits
    )


def _being(verb: str, column: str, holds: bool) -> str:
    """Write that a row is, or is not, what a column of true and false says: `that are not discontinued`."""
    return f"that {verb} {'' if holds else 'not '}{spaced(column).removeprefix('is ')}"


def _filter(mention: Mention) -> str:
    if isinstance(mention.value, bool):
        return _being("are", _column(mention), mention.value)
    return f"whose {_column(mention)} {_relation(mention)} {_value(mention)}"


def _say_trait(trait: Trait) -> str:
    if trait.referent is not None:
        return f"({say(trait.referent)})" if len(trait.referent.traits) > 1 else say(trait.referent)
    return _literal(trait.value, trait.field.type)


def _literal(value: Json, kind: str) -> str:
    if isinstance(value, list):
        return ", ".join(_literal(each, kind) for each in value)
    text = as_text(value)
    if kind == "money":
        return f"{text} (in minor units)"
    return f'"{text}"' if kind in ("str", "text") else text


def _label(mention: Mention) -> str:
    unit = " (in minor units)" if mention.argument.type == "money" else ""
    return f"{spaced(mention.argument.name)}{unit}"


def _value(mention: Mention) -> str:
    if mention.carried is not None:
        return f"{mention.carried.words} from my request number {mention.carried_turn + 1}"
    if mention.rows:
        return " and ".join(map(say, mention.rows))
    kind = "int" if mention.argument.type == "money" else mention.argument.type
    return _literal(mention.value, kind)


def _column(mention: Mention) -> str:
    return spaced(mention.argument.field.partition(".")[2] or mention.argument.name)


def _relation(mention: Mention) -> str:
    return {"from": "is at least", "to": "is at most"}.get(mention.argument.role, "is")


def _wish(opening: str, asked: Sequence[Asked]) -> str:
    if not asked:
        return "" if opening.startswith(" T") else "."
    words = [each.words for each in asked]
    return opening + (f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]) + "."


def _plural(noun: str) -> str:
    if noun.endswith("person"):
        return f"{noun.removesuffix('person')}people"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def _place(request: Request) -> str:
    return f"go to {request.place} and " if request.place else ""


def _filled_phrases(request: Request) -> Iterator[str]:
    """Yield the tool's phrases of which every hole is said by exactly one mention or trait."""
    words: dict[str, set[str]] = {}
    for mention in request.mentions:
        if not mention.rows and mention.carried is None:
            words.setdefault(mention.argument.name, set()).add(as_text(mention.value))
        for row in mention.rows:
            for trait in _traits(row):
                words.setdefault(trait.field.name, set()).add(as_text(trait.value))
    for phrase in request.tool.phrases:
        holes = _HOLE.findall(phrase)
        if holes and all(len(words.get(hole, ())) == 1 for hole in holes):
            yield _HOLE.sub(lambda hole: next(iter(words[hole[1]])), phrase)


def _traits(description: Description) -> Iterator[Trait]:
    for trait in description.traits:
        if trait.referent is None:
            yield trait
        else:
            yield from _traits(trait.referent)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
