"""Smithy models, as their JSON AST has them, in the one form of all descriptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from generator.description import Description, Operation, Place
from generator.readers.nodes import Node, members_of, node_of, text_of
from generator.readers.prose import prose
from generator.readers.shape_graph import Act, Form, Member, ShapeGraph
from generator.readers.smithy_resources import Bound, bound_operations, targets
from generator.resource import Document, pointer

API = "smithy.api#"
AWS_SERVICE = "aws.api#service"

_TYPES = {"structure": "object", "union": "object", "map": "object", "list": "array", "set": "array"} | {
    **dict.fromkeys(("string", "enum", "timestamp", "blob"), "string"),
    **dict.fromkeys(("byte", "short", "integer", "long", "intEnum", "bigInteger"), "integer"),
    **dict.fromkeys(("float", "double", "bigDecimal"), "number"),
    "boolean": "boolean",
}
_FORMATS = {"timestamp": "date-time", "blob": "byte"}
_PRELUDE = {kind[0].upper() + kind[1:]: kind for kind in _TYPES} | {
    f"Primitive{kind.capitalize()}": kind for kind in ("boolean", "byte", "short", "integer", "long", "float", "double")
}
_PLACES: Mapping[str, Place] = {
    "httpLabel": "path",
    "httpQuery": "query",
    "httpQueryParams": "query",
    "httpHeader": "header",
    "httpPrefixHeaders": "header",
}
_MOST_MIXED = 50
_OFFERERS = ("Amazon", "AWS")


def described(document: Document, service: str) -> Description:
    """Give a service's operations, those of its resources with them, and its schemas."""
    model = _Model(document)
    about = model.node(service)
    found = bound_operations(document, service)
    graph = ShapeGraph(model.forms(), [model.act(one) for one in found])
    words = {one.name: one for one in found}
    provider, name = named(about, service)
    return Description(
        name=name,
        provider=provider,
        title=title(about, service),
        summary=prose(text_of(_traits(about), f"{API}documentation")),
        operations=tuple(_told(operation, words[operation.id]) for operation in graph.operations()),
        schemas=graph.schemas(),
        is_spoken=True,
    )


def title(about: Node, service: str) -> str:
    """Give the name that a service goes by."""
    return text_of(_traits(about), f"{API}title") or service.partition("#")[2]


def named(about: Node, service: str) -> tuple[str, str]:
    """Give who offers a service, where that is told, and its short name without that."""
    sdk = text_of(node_of(_traits(about), AWS_SERVICE), "sdkId")
    if not sdk:
        return "", service.partition("#")[2]
    full = title(about, service)
    provider = next((word for word in _OFFERERS if full.startswith(word)), _OFFERERS[-1])
    return provider, sdk.removeprefix(provider).strip() or sdk


def _told(operation: Operation, bound: Bound) -> Operation:
    """Add the words of the resource that an operation makes, shows, changes or ends."""
    return replace(operation, name=bound.act, resource=(bound.resource,)) if bound.act else operation


class _Model:
    """The shapes of one model, with what they take from their mixins and from traits applied to them elsewhere."""

    def __init__(self, document: Document) -> None:
        self._shapes = node_of(document, "shapes")

    def node(self, key: str) -> Node:
        """Give a shape as it is written."""
        return node_of(self._shapes, key)

    def forms(self) -> Mapping[str, Form]:
        """Give the forms of all shapes that hold a value, those of the prelude with them."""
        prelude = {
            f"{API}{name}": Form("", name, _TYPES[kind], _FORMATS.get(kind, "")) for name, kind in _PRELUDE.items()
        }
        kinds = _TYPES.keys()
        own = {key: self._form(key, node) for key, node in self._shapes.items() if text_of(node, "type") in kinds}
        return prelude | own

    def act(self, bound: Bound) -> Act:
        """Give an operation."""
        node, traits = self.node(bound.shape), self._traits(bound.shape)
        http = node_of(traits, f"{API}http")
        return Act(
            id=bound.name,
            at=pointer("shapes", bound.shape),
            doc=prose(text_of(traits, f"{API}documentation")),
            http=text_of(http, "method").upper(),
            path=text_of(http, "uri").partition("?")[0],
            input=self._target(node, "input"),
            output=self._target(node, "output"),
            keys=bound.keys,
            rows=text_of(node_of(traits, f"{API}paginated"), "items"),
            is_deprecated=f"{API}deprecated" in traits,
            is_read_only=f"{API}readonly" in traits,
        )

    def _target(self, node: Node, key: str) -> str:
        found = text_of(node_of(node, key), "target")
        return "" if found == f"{API}Unit" else found

    def _form(self, key: str, node: Node) -> Form:
        kind, traits = text_of(node, "type"), self._traits(key)
        at = pointer("shapes", key)
        members = dict(self._members(key)) if kind in ("structure", "union") else {}
        held = {"list": "member", "set": "member", "map": "value"}.get(kind, "")
        low, high = self._range(traits)
        return Form(
            at=at,
            name=key.partition("#")[2],
            type=_TYPES[kind],
            format=_FORMATS.get(kind, ""),
            doc=prose(text_of(traits, f"{API}documentation")),
            values=self._values(key) if kind in ("enum", "string") else (),
            keys=self._values(text_of(node_of(node, "key"), "target")) if kind == "map" else (),
            minimum=low,
            maximum=high,
            members=members,
            item=self._member(node_of(node, held), f"{at}/{held}", {}) if held else None,
            is_deprecated=f"{API}deprecated" in traits,
        )

    def _members(self, key: str, depth: int = 0) -> Iterator[tuple[str, Member]]:
        """List the members of a structure, those of its mixins first; one that is written again wins."""
        node = self.node(key)
        for mixin in targets(node, "mixins") if depth < _MOST_MIXED else ():
            for name, member in self._members(mixin, depth + 1):
                applied = _traits(self.node(f"{key}${name}"))
                yield name, _retold(member, applied) if applied else member
        for name, inner in members_of(node, "members"):
            applied = _traits(self.node(f"{key}${name}"))
            yield (
                name,
                self._member(inner, pointer("shapes", key, "members", name), {**_traits(inner), **applied}, name),
            )

    def _member(self, node: Node, at: str, traits: Node, name: str = "") -> Member:
        said = traits or _traits(node)
        place: Place = next((place for trait, place in _PLACES.items() if f"{API}{trait}" in said), "body")
        low, high = self._range(said)
        default = said.get(f"{API}default")
        return Member(
            at=at,
            form=text_of(node, "target"),
            doc=prose(text_of(said, f"{API}documentation")),
            wire=name,
            place=place,
            default=str(default).lower() if isinstance(default, bool) else str(default) if default else "",
            minimum=low,
            maximum=high,
            is_required=f"{API}required" in said and f"{API}clientOptional" not in said,
            is_body=f"{API}httpPayload" in said,
            is_token=f"{API}idempotencyToken" in said,
            is_deprecated=f"{API}deprecated" in said,
        )

    def _traits(self, key: str, depth: int = 0) -> Node:
        """Give the traits of a shape: those of its mixins, but for the ones that stay there, and its own."""
        node = self.node(key)
        found: dict[str, object] = {}
        for mixin in targets(node, "mixins") if depth < _MOST_MIXED else ():
            told = self._traits(mixin, depth + 1)
            local = node_of(told, f"{API}mixin").get("localTraits")
            kept = {f"{API}mixin", *(local if isinstance(local, list) else ())}
            found |= {name: value for name, value in told.items() if name not in kept}
        return found | dict(_traits(node))

    def _values(self, key: str) -> tuple[str, ...]:
        """List the values of an enum, or of a string that the older trait closes."""
        members = dict(members_of(self.node(key), "members"))
        if members and text_of(self.node(key), "type") == "enum":
            return tuple(str(_traits(inner).get(f"{API}enumValue", name)) for name, inner in members.items())
        listed = _traits(self.node(key)).get(f"{API}enum")
        kept = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
        return tuple(text_of(one, "value") for one in kept)

    @staticmethod
    def _range(traits: Node) -> tuple[int | None, int | None]:
        found = node_of(traits, f"{API}range")
        bounds = (found.get("min"), found.get("max"))
        low, high = (int(one) if isinstance(one, int | float) and one == one // 1 else None for one in bounds)
        return low, high


def _retold(member: Member, traits: Node) -> Member:
    """Say of a member from a mixin what is applied to it where it is taken in."""
    doc = prose(text_of(traits, f"{API}documentation"))
    return replace(
        member,
        doc=doc or member.doc,
        is_required=member.is_required or f"{API}required" in traits,
        is_deprecated=member.is_deprecated or f"{API}deprecated" in traits,
    )


def _traits(node: Node) -> Node:
    return node_of(node, "traits")
