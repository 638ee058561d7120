"""OpenAPI's schemas made plain: references followed, `allOf` merged, one form chosen of `oneOf` and `anyOf`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from generator.readers.openapi_files import Files, Node, Spot
from generator.resource import ResourceError

_MOST_NESTED = 60
_MOST_WORK = 2_000_000
"""Schemas and properties made plain; GitHub's 845 operations take 124,000."""
_SAID = frozenset(
    {"type", "format", "description", "title", "default", "enum", "const", "readOnly", "writeOnly", "deprecated"}
    | {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
)


@dataclass(frozen=True, slots=True)
class Form:
    """A schema made plain.

    `said` holds its plain keywords, the nearest to it winning. `type` is never null, and told by the other keywords
    where the document has none. `target` is the place of the definition that it is an instance of, empty if it is
    written out where it stands; `is_whole` says that it adds no property to that definition.
    """

    at: str
    type: str = ""
    said: Mapping[str, Node] = field(default_factory=dict)
    properties: Mapping[str, Spot] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    items: Spot | None = None
    is_nullable: bool = False
    target: str = ""
    is_whole: bool = True


class Forms:
    """The plain forms of one description, each made once."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._made: dict[str, Form] = {}
        self._open: dict[str, int] = {}
        self._circular: set[str] = set()
        self._lowest = _MOST_NESTED
        self._work = 0

    def of(self, spot: Spot) -> Form:
        """Make a schema plain. Raises ResourceError if references lead where they must not, or nest too deep.

        A schema that is met inside itself adds nothing there. What was made in such a place is not kept for others,
        and what leads back to itself is made anew inside whatever else does, which may be on its way.
        """
        if spot.at in self._made and (spot.at not in self._circular or self._circular.isdisjoint(self._open)):
            return self._made[spot.at]
        if spot.at in self._open:
            self._lowest = min(self._lowest, self._open[spot.at])
            return Form(spot.at)
        if not isinstance(spot.node, dict):
            return Form(spot.at)
        depth = len(self._open)
        if depth >= _MOST_NESTED:
            raise self._refused(spot, f"allOf, oneOf and $ref nest more than {_MOST_NESTED} deep")
        self._open[spot.at] = depth
        form = self._referring(spot) if spot.text("$ref") else self._composed(spot)
        del self._open[spot.at]
        self._work += 1 + len(form.properties)
        if self._work > _MOST_WORK:
            raise self._refused(spot, f"allOf and oneOf unfold to more than {_MOST_WORK:,} properties")
        if self._lowest <= depth:
            self._circular.add(spot.at)
        if self._lowest >= depth:
            self._lowest = _MOST_NESTED
            self._made[spot.at] = form
        return form

    def _refused(self, spot: Spot, reason: str) -> ResourceError:
        return ResourceError(f"{self._files.where}: {spot.at}: {reason}; simplify the schema")

    def _referring(self, spot: Spot) -> Form:
        """Take the definition that a reference leads to, with what is said beside the reference."""
        target = self._files.follow(spot)
        said = _said(spot)
        if not isinstance(target.node, dict):
            return Form(spot.at, said=said)
        form = self.of(target)
        return replace(
            form,
            at=target.at,
            said={**form.said, **said},
            is_nullable=form.is_nullable or _is_nullable(spot),
            target=target.at,
            is_whole=True,
        )

    def _plain(self, spot: Spot) -> Form:
        """Take a schema by itself, without the parts that it is composed of."""
        said, properties, inner = _said(spot), dict(spot.members("properties")), spot.inside("items")
        items = inner if isinstance(inner.node, dict) else None
        return Form(
            at=spot.at,
            type=_type(said, properties, items),
            said=said,
            properties=properties,
            required=frozenset(one for one in _list(spot, "required") if isinstance(one, str)),
            items=items,
            is_nullable=_is_nullable(spot),
        )

    def _composed(self, spot: Spot) -> Form:
        own = self._plain(spot)
        alternatives = [*spot.entries("oneOf"), *spot.entries("anyOf")]
        chosen = self._chosen(alternatives)
        parts = [*map(self.of, spot.entries("allOf")), *([chosen] if chosen else [])]
        if not parts:
            return own
        said = {key: value for said in (*(part.said for part in parts), own.said) for key, value in said.items()}
        required = own.required.union(*(part.required for part in parts))
        is_nullable = any(part.is_nullable for part in (own, *parts) if part is not chosen)
        is_nullable = is_nullable or any(one.text("type") == "null" for one in alternatives)
        typed = [part for part in parts if part.type]
        if len(typed) == 1 and not own.properties and own.items is None:
            return replace(typed[0], said=said, required=required, is_nullable=is_nullable)
        properties = {key: value for part in (*parts, own) for key, value in part.properties.items()}
        items = own.items or next((part.items for part in parts if part.items), None)
        kind = _type(said, properties, items)
        of_objects = next((part.target for part in typed if part.target and part.type == kind == "object"), "")
        return Form(
            at=spot.at,
            type=kind,
            said=said,
            properties=properties,
            required=required,
            items=items,
            is_nullable=is_nullable,
            target=of_objects,
            is_whole=not of_objects,
        )

    def _chosen(self, alternatives: list[Spot]) -> Form | None:
        """Choose of `oneOf` and `anyOf` the first form of objects, else the first of any type but null.

        None is chosen inside one of the alternatives itself: a pet is a cat or a dog, but no cat is a dog.
        """
        if not alternatives:
            return None
        around = [self._open[at] for at in (self._files.follow(one).at for one in alternatives) if at in self._open]
        if around:
            self._lowest = min(self._lowest, *around)
            return None
        found = [form for form in map(self.of, alternatives) if form.type]
        constants = [form.said["const"] for form in found if "const" in form.said]
        if len(constants) > 1 and len(constants) == len(found):
            return replace(found[0], said={"type": found[0].type, "enum": constants}, target="")
        objects = (form for form in found if form.type == "object")
        return next(objects, None) or next(iter(found), None)


def _said(spot: Spot) -> Mapping[str, Node]:
    return {key: value for key, value in spot.node.items() if key in _SAID}


def _type(said: Mapping[str, Node], properties: Mapping[str, Spot], items: Spot | None) -> str:
    """Tell the type: as it is written, else by the properties, the items or the values."""
    written = said.get("type")
    words = written if isinstance(written, list) else [written]
    named = next((word for word in words if isinstance(word, str) and word != "null"), "")
    if named or properties or items:
        return named or ("object" if properties else "array")
    values = said.get("enum", [said.get("const")])
    first = next((value for value in values if value is not None), None) if isinstance(values, list) else None
    kinds: Iterable[tuple[type, str]] = ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"))
    return next((word for kind, word in kinds if isinstance(first, kind)), "")


def _is_nullable(spot: Spot) -> bool:
    kind = spot.node.get("type")
    return spot.node.get("nullable") is True or (isinstance(kind, list) and "null" in kind)


def _list(spot: Spot, key: str) -> list[Node]:
    found = spot.node.get(key)
    return found if isinstance(found, list) else []
