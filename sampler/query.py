"""The user's words at their plainest: they say all that a solution needs, by name and by value."""

from __future__ import annotations

from collections.abc import Sequence

from envkit.calls import Json
from sampler.facts import Asked, as_text, spaced
from sampler.meaning import Act, Browse, Give, Look, Mention, Wish
from sampler.refer import Description, Trait

_DIRECTIONS = {(True, True): "latest", (True, False): "earliest", (False, True): "highest", (False, False): "lowest"}


def write(wishes: Sequence[Wish]) -> str:
    """Write the wishes of a turn, one after the other."""
    return " ".join(map(_write_wish, wishes))


def _write_wish(wish: Wish) -> str:
    match wish:
        case Act():
            return _write_act(wish)
        case Look():
            return _write_look(wish)
        case Browse():
            return _write_browse(wish)
        case Give():
            return _write_give(wish)


def _write_act(wish: Act) -> str:
    said = [each for each in wish.mentions if each.argument.name not in wish.withheld]
    details = "; ".join(f"{_label(each)}: {_value(each)}" for each in said)
    condition = ""
    if wish.only_if is not None:
        value = _literal(wish.only_if.value, wish.only_if.field.type)
        condition = f"only if the {spaced(wish.only_if.field.name)} of {say(wish.only_if.description)} is {value}, "
    task = f"{_go(wish.place)}{condition}{_lower(wish.tool.title)}"
    return f"Please {task}" + (f" with these details: {details}." if details else ".") + _wish(wish.asked, "Then tell")


def _write_look(wish: Look) -> str:
    prefix = "Afterwards look" if wish.is_after else f"In {wish.place}, look" if wish.place else "Look"
    return f"{prefix} up {say(wish.description)}." + _wish(wish.asked)


def _write_browse(wish: Browse) -> str:
    filters = " and ".join(map(_filter, wish.mentions))
    rows = f"all {plural(spaced(wish.tool.entity))} {filters}".rstrip()
    prefix = f"In {wish.place}, look" if wish.place else "Look"
    if wish.order is None:
        return f"{prefix} at {rows}." + _wish(wish.asked)
    column, is_descending = wish.order
    direction = _DIRECTIONS[column.type == "time", is_descending]
    first = f" Take the one with the {direction} {spaced(column.name)}."
    return f"{prefix} at {rows}.{first}" + _wish(wish.asked)


def _write_give(wish: Give) -> str:
    details = "; ".join(f"{_label(each)}: {_value(each)}" for each in wish.mentions)
    return f"For my request number {wish.turn + 1}: {details}." + _wish(wish.asked)


def say(description: Description) -> str:
    """Write a description of a row in words."""
    noun = spaced(description.entity)
    if description.via is not None:
        return f"the {noun} that is the {spaced(description.via.field.name)} of {say(description.via.holder)}"
    if description.extreme is not None:
        direction = _DIRECTIONS[description.extreme.field.type == "time", description.extreme.is_highest]
        among = f" among those {_traits(description.traits)}" if description.traits else ""
        return f"the {noun} with the {direction} {spaced(description.extreme.field.name)}{among}"
    if not description.traits:
        return f"the {noun} with the id {description.row_id}"
    return f"the {noun} {_traits(description.traits)}"


def _traits(traits: Sequence[Trait]) -> str:
    return " and ".join(
        _being("is", each.field.name, each.value)
        if isinstance(each.value, bool)
        else f"whose {spaced(each.field.name)} is {_say_trait(each)}"
        for each in traits
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
    if mention.group is not None and mention.rows:
        return f"each of the {plural(spaced(mention.rows[0].entity))} {_traits(mention.group)}".rstrip()
    if mention.rows:
        return " and ".join(map(say, mention.rows))
    kind = "int" if mention.argument.type == "money" else mention.argument.type
    return _literal(mention.value, kind)


def _column(mention: Mention) -> str:
    return spaced(mention.argument.field.partition(".")[2] or mention.argument.name)


def _relation(mention: Mention) -> str:
    return {"from": "is at least", "to": "is at most"}.get(mention.argument.role, "is")


def _wish(asked: Sequence[Asked], opening: str = "Tell") -> str:
    if not asked:
        return ""
    *rest, last = [each.words for each in asked]
    return f" {opening} me {', '.join(rest)} and {last}." if rest else f" {opening} me {last}."


def plural(noun: str) -> str:
    """Return the plural of a noun in English."""
    if noun.endswith("person"):
        return f"{noun.removesuffix('person')}people"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def _go(place: str) -> str:
    return f"go to {place} and " if place else ""


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
