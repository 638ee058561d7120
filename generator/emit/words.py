"""The names and phrases an emitted server uses: classes, locals and descriptions derived from a blueprint's words."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterable, Mapping

from generator.blueprint import Blueprint

KIT_CLASSES = frozenset(
    {"Cursor", "Deleted", "Environment", "Limit", "Money", "Moves", "Page", "Refusal", "Result", "Row", "Time", "World"}
)
KIT_FUNCTIONS = frozenset({"days", "given", "hours", "known", "main", "minutes", "require"})
"""What an emitted server imports from envkit, if it uses it."""

_TAKEN_CLASSES = KIT_CLASSES | {"Annotated", "Field", "Literal"}
_TAKEN_LOCALS = KIT_FUNCTIONS | set(dir(builtins)) | {"env", "world", "envkit", "builtins"}
_RELATIVE_WORDS = frozenset({"current", "first", "last", "new", "next", "old", "other", "previous", "source", "target"})


def camel(name: str) -> str:
    """Write a snake_case name in CamelCase."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def spoken(name: str) -> str:
    """Write a snake_case name as words."""
    return name.replace("_", " ")


def sentence(name: str) -> str:
    """Write a snake_case name as words with a capital."""
    return spoken(name)[:1].upper() + spoken(name)[1:]


def plural(word: str) -> str:
    """Write the plural of an English noun."""
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


def singular(word: str) -> str:
    """Write the singular of a plural English noun; any other word stays as it is."""
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def article(noun: str) -> str:
    """Put the indefinite article before a noun."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def class_names(blueprint: Blueprint) -> Mapping[str, str]:
    """Name the row class of each entity; one that would hide a name of the kit ends in `Row`."""
    return {name: _free_class(camel(name), "Row") for name in blueprint.entities}


def result_names(blueprint: Blueprint) -> Mapping[str, str]:
    """Name the result class of each action."""
    taken = set(class_names(blueprint).values())
    actions = (name for name, tool in blueprint.tools.items() if tool.kind == "action")
    return {name: camel(name) + ("Answer" if camel(name) + "Result" in taken else "Result") for name in actions}


def local_name(name: str, entity: str, hint: str, taken: Iterable[str], *, is_new: bool = False) -> str:
    """Name a local of an emitted tool after the blueprint's `name` for it.

    A single letter becomes a word: `hint` (what it was looked up by), else its `entity`, else `value`. Words such as
    `old` and `new` that need a noun get the entity's. `is_new`: the row is created here.
    """
    used = set(taken) | _TAKEN_LOCALS | set(keyword.kwlist)
    if len(name) > 1:
        noun = f"{name}_{entity}" if entity and name in _RELATIVE_WORDS else name
        wanted = [noun, f"{name}_value"]
    else:
        noun = entity or "value"
        other = f"new_{noun}" if is_new else f"other_{noun}"
        wanted = [*([hint] if hint else []), noun, other, f"{noun}_{name.lower()}"]
    return next((word for word in wanted if word not in used), f"{noun}_row")


def _free_class(name: str, suffix: str) -> str:
    return name + suffix if name in _TAKEN_CLASSES else name
