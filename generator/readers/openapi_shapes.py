"""OpenAPI's plain forms as the shapes and schemas of the one form of all descriptions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from generator.description import Schema, Shape
from generator.readers.openapi_files import FILES, Files, Node, Spot
from generator.readers.openapi_schema import Form, Forms
from generator.resource import pointer

_DEFINITIONS = (("components", "schemas"), ("definitions",))
_NO_WORDS = frozenset(
    {"components", "definitions", "schemas", "paths", "properties", "items", "schema", "content", "responses"}
    | {"allOf", "oneOf", "anyOf", "requestBody", "parameters", "$defs", "additionalProperties"}
)


@dataclass(frozen=True, slots=True)
class Body:
    """What a request or response carries: the schema it is an instance of, and whether it is an array of it."""

    schema: str = ""
    gives_many: bool = False


@dataclass(slots=True)
class _Held:
    """A schema under its key: its name, its place, and the ids of the operations that take it."""

    name: str
    at: str
    form: Form
    takers: set[str] = field(default_factory=set)


class Shapes:
    """The schemas of one description, those of other places added as they are met."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._forms = Forms(files)
        self._held: dict[str, _Held] = {}
        self._keys: dict[str, str] = {}
        self._numbers: Counter[str] = Counter()
        for keys in _DEFINITIONS:
            for name, spot in files.root.members(*keys):
                found = self._objects(spot)
                if found and not (found[1] and found[2]) and not spot.text("$ref"):
                    self._hold(name, spot)

    def body(self, spot: Spot, key: str) -> Body:
        """Find what a body's schema is an instance of; one written in place is held under this key."""
        found = self._objects(spot)
        if found is None:
            return Body()
        form, gives_many, named = found
        if named:
            return Body(self._key(named), gives_many)
        return Body(self.held(key, form), gives_many) if form.properties else Body()

    def held(self, key: str, form: Form) -> str:
        """Hold a form without a name under a key that no other schema has; give the key."""
        free = self._free(key)
        self._held[free] = _Held("", form.at, form)
        return free

    def takes(self, schema: str, operation: str) -> None:
        """Note that the request of an operation is an instance of a schema."""
        self._held[schema].takers.add(operation)

    def schemas(self) -> Mapping[str, Schema]:
        """Give all schemas by key; those that only other schemas lead to come last."""
        made: dict[str, Schema] = {}
        while left := [key for key in self._held if key not in made]:
            for key in left:
                held = self._held[key]
                takers = frozenset(held.takers)
                made[key] = Schema(held.at, held.name, _doc(held.form), self._properties(held.form, takers))
        return made

    def of(self, spot: Spot) -> Shape:
        """Give the shape of a schema."""
        return self._shape(spot, frozenset(), frozenset(), "")

    def _shape(self, spot: Spot, demanded_by: frozenset[str], around: frozenset[str], named: str) -> Shape:
        """Give the shape of a schema inside others: `around` are the definitions of arrays, `named` the nearest."""
        form = self._forms.of(spot)
        target = form.target or named
        is_object = form.type == "object"
        items = None
        if form.type == "array" and form.items and form.items.at not in around:
            items = self._shape(form.items, demanded_by, around | {form.items.at}, target)
        said = form.said
        return Shape(
            at=form.at,
            type="" if is_object and target else form.type,
            format=said["format"] if isinstance(said.get("format"), str) else "",
            doc=_doc(form),
            ref=self._key(target) if is_object and target else "",
            values=_values(said),
            default=_word(said.get("default")) or "",
            minimum=_bound(said, "minimum", "exclusiveMinimum", 1),
            maximum=_bound(said, "maximum", "exclusiveMaximum", -1),
            items=items,
            properties=self._properties(form, demanded_by) if is_object and not target else {},
            is_read_only=said.get("readOnly") is True,
            is_write_only=said.get("writeOnly") is True,
            is_deprecated=said.get("deprecated") is True,
        )

    def _properties(self, form: Form, takers: frozenset[str]) -> Mapping[str, Shape]:
        return {key: self._property(spot, takers, key in form.required) for key, spot in form.properties.items()}

    def _property(self, spot: Spot, takers: frozenset[str], is_required: bool) -> Shape:
        """Give a property's shape; what only the server fills, or may be null, is demanded by nobody."""
        shape = self._shape(spot, takers, frozenset(), "")
        if not is_required or shape.is_read_only or self._forms.of(spot).is_nullable:
            return shape
        return replace(shape, required_by=takers)

    def _objects(self, spot: Spot) -> tuple[Form, bool, str] | None:
        """Unwrap arrays to a form of objects: the form, whether it was wrapped, and its definition's place if any."""
        form = self._forms.of(spot)
        named = form.target if form.is_whole else ""
        seen: set[str] = set()
        while form.type == "array" and form.items and form.items.at not in seen:
            seen.add(form.items.at)
            form = self._forms.of(form.items)
            named = (form.target or named) if form.is_whole else ""
        return (form, bool(seen), named) if form.type == "object" else None

    def _key(self, at: str) -> str:
        """Give the key of the definition at a place; one that was not met before is held."""
        if at not in self._keys:
            self._hold(_name(at), self._files.spot(at))
        return self._keys[at]

    def _hold(self, name: str, spot: Spot) -> None:
        found = self._objects(spot)
        key = self._free(name)
        self._keys[spot.at] = key
        form, is_many, named = found or (Form(spot.at), False, "")
        self._held[key] = _Held(name, form.at if is_many and not named else spot.at, form)

    def _free(self, key: str) -> str:
        free = key
        while free in self._held:
            self._numbers[key] += 1
            free = f"{key}.{self._numbers[key] + 1}"
        return free


def _name(at: str) -> str:
    """Name a definition by its place: the last word that is the publisher's, or its file's where the file is one."""
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in at.split("/")[1:]]
    file = PurePosixPath(tokens[1]).stem if tokens[0] == FILES and len(tokens) > 1 else ""
    words = [one for one in tokens[2 if file else 0 :] if one not in _NO_WORDS and not one.isdigit()]
    if pointer(*tokens[:-1]) in ("/components/schemas", "/definitions"):
        return tokens[-1]
    return ".".join(words[-2:]) if words and not file else words[-1] if words else file or tokens[-1]


def _doc(form: Form) -> str:
    said = form.said
    return next((said[key] for key in ("description", "title") if isinstance(said.get(key), str) and said[key]), "")


def _word(value: Node) -> str | None:
    """Write a plain value as text; null and what has parts are none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else None


def _values(said: Mapping[str, Node]) -> tuple[str, ...]:
    found = said.get("enum", [said.get("const")])
    words = map(_word, found) if isinstance(found, list) else ()
    return tuple(dict.fromkeys(word for word in words if word is not None))


def _bound(said: Mapping[str, Node], key: str, exclusive: str, step: int) -> int | None:
    """Read a bound as the nearest whole number that is allowed; None if there is none."""
    bound, beyond = said.get(key), said.get(exclusive)
    if not _is_finite(bound):
        bound, beyond = (beyond, True) if _is_finite(beyond) else (None, False)
    if bound is None:
        return None
    whole: int = math.ceil(bound) if step > 0 else math.floor(bound)
    return whole + step if beyond is True and whole == bound else whole


def _is_finite(value: Node) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
