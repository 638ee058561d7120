"""Services described as shapes that name each other, as botocore and Smithy do, in the one form of all descriptions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from generator.description import TOKEN, Operation, Parameter, Place, Schema, Shape

_MOST_KEYS = 60
"""Keys of a map that are taken for properties, where the map says which keys there are."""
_LABEL = re.compile(r"\{([^{}]+?)\+?\}")


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a structure, or what an array or a map holds: the form it is of, and what is said of it here.

    `wire` is its name in the path. `is_body` says that the whole body is this member.
    """

    at: str
    form: str
    doc: str = ""
    wire: str = ""
    place: Place = "body"
    default: str = ""
    minimum: int | None = None
    maximum: int | None = None
    is_required: bool = False
    is_body: bool = False
    is_token: bool = False
    is_deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A shape under its key. `type` is JSON Schema's word; `item` is what an array or a map holds.

    `keys` are those a map may have, if it says so; bounds are those of a number.
    """

    at: str
    name: str = ""
    type: str = ""
    format: str = ""
    doc: str = ""
    values: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    members: Mapping[str, Member] = field(default_factory=dict)
    item: Member | None = None
    is_deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """An operation that takes one structure and answers with another, either of which may be missing.

    `keys` are the members that its publisher says name rows; `rows` is the member of the answer that holds its rows.
    """

    id: str
    at: str
    doc: str = ""
    http: str = ""
    path: str = ""
    input: str = ""
    output: str = ""
    keys: tuple[str, ...] = ()
    rows: str = ""
    is_deprecated: bool = False
    is_read_only: bool = False


class ShapeGraph:
    """The forms of one service, and what its operations take and give."""

    def __init__(self, forms: Mapping[str, Form], acts: Sequence[Act]) -> None:
        self._forms, self._acts = forms, acts
        self._takers = self._who_takes()
        reached = self._reached([key for act in acts for key in (act.input, act.output)])
        self._inner = {member.form for key in reached for member in self._inside(key)}
        self._keys = self._named(reached)

    def operations(self) -> tuple[Operation, ...]:
        """Give the operations, in their order."""
        return tuple(map(self._operation, self._acts))

    def schemas(self) -> Mapping[str, Schema]:
        """Give the schema of each structure that an operation leads to, in the order in which they are met."""
        made: dict[str, Schema] = {}
        inputs = {act.input for act in self._acts}
        for key, name in self._keys.items():
            form = self._forms[key]
            is_request = key in inputs and key not in self._inner
            if form.type == "object" and form.item is None and (not is_request or self._has_body(key)):
                made[name] = self._schema(key, self._in_body(key) if is_request else form.members)
        return made

    def _who_takes(self) -> Mapping[str, frozenset[str]]:
        """Tell for each form the ids of the operations whose input it is part of."""
        takers: dict[str, set[str]] = {}
        for act in self._acts:
            for key in self._reached([act.input]):
                takers.setdefault(key, set()).add(act.id)
        return {key: frozenset(ids) for key, ids in takers.items()}

    def _named(self, reached: Sequence[str]) -> Mapping[str, str]:
        """Give every form that is met a key of a schema: its name, or its place in the one operation it stands in."""
        uses = Counter(key for act in self._acts for key in (act.input, act.output) if key)
        taken = {self._forms[key].name for key in reached}
        own: dict[str, str] = {}
        for act in self._acts:
            for key, role in ((act.input, "request"), (act.output, "response")):
                if key in self._forms and uses[key] == 1 and key not in self._inner and f"{act.id}.{role}" not in taken:
                    own[key] = f"{act.id}.{role}"
        shared = Counter(self._forms[key].name for key in reached if key not in own)
        plain = {key: name if shared[name := self._forms[key].name] == 1 else key for key in reached}
        return plain | own

    def _reached(self, starts: Sequence[str]) -> list[str]:
        """List the forms that others lead to, these included, in the order in which they are met."""
        found: dict[str, None] = {}
        due = [key for key in reversed(starts) if key in self._forms]
        while due:
            key = due.pop()
            if key not in found:
                found[key] = None
                due += [one.form for one in reversed([*self._inside(key)]) if one.form in self._forms]
        return [*found]

    def _inside(self, key: str) -> Iterator[Member]:
        form = self._forms[key]
        yield from form.members.values()
        if form.item:
            yield form.item

    def _operation(self, act: Act) -> Operation:
        given = self._forms[act.input].members if act.input in self._forms else {}
        parameters = {
            name: Parameter(self._shape(one, self._takers[act.input]), one.place, one.is_required)
            for name, one in given.items()
            if one.place != "body"
        }
        by_wire = {one.wire or name: name for name, one in given.items() if one.place == "path"}
        labels = [by_wire[label] for label in _LABEL.findall(act.path) if label in by_wire]
        taken = self._body(act.input)
        has_request = taken in self._forms and (taken != act.input or self._has_body(taken))
        answer = self._body(act.output)
        return Operation(
            id=act.id,
            name=act.id,
            at=act.at,
            http=act.http,
            path=_LABEL.sub(lambda found: f"{{{by_wire.get(found[1], found[1])}}}", act.path),
            doc=act.doc,
            keys=act.keys or tuple(dict.fromkeys(labels)),
            parameters=parameters,
            request=self._keys[taken] if has_request else "",
            response=self._keys[answer] if answer in self._forms and self._forms[answer].members else "",
            rows=act.rows,
            is_deprecated=act.is_deprecated,
            is_read_only=act.is_read_only,
        )

    def _body(self, key: str) -> str:
        """Name the structure that a body carries: the input or output, or the one member that stands for it."""
        form = self._forms.get(key)
        whole = next((one.form for one in form.members.values() if one.is_body), "") if form else ""
        return whole if whole in self._forms and self._forms[whole].type == "object" else key

    def _has_body(self, key: str) -> bool:
        return self._body(key) == key and bool(self._in_body(key))

    def _in_body(self, key: str) -> Mapping[str, Member]:
        return {name: one for name, one in self._forms[key].members.items() if one.place == "body"}

    def _schema(self, key: str, members: Mapping[str, Member]) -> Schema:
        form = self._forms[key]
        takers = self._takers.get(key, frozenset())
        name = form.name if self._keys[key] in (form.name, key) else ""
        return Schema(form.at, name, form.doc, {name: self._shape(one, takers) for name, one in members.items()})

    def _shape(self, member: Member, takers: frozenset[str], around: frozenset[str] = frozenset()) -> Shape:
        """Give the shape of a member; `around` are the arrays that it stands in."""
        form = self._forms.get(member.form, Form(member.at))
        is_structure = form.type == "object" and member.form in self._keys and form.item is None
        items = None
        if form.type == "array" and form.item and member.form not in around:
            items = self._shape(form.item, frozenset(), around | {member.form})
        return Shape(
            at=member.at,
            type="" if is_structure else form.type,
            format=TOKEN if member.is_token else form.format,
            doc=member.doc or form.doc,
            ref=self._keys[member.form] if is_structure else "",
            values=form.values,
            default=member.default,
            minimum=form.minimum if member.minimum is None else member.minimum,
            maximum=form.maximum if member.maximum is None else member.maximum,
            items=items,
            properties=self._keyed(form),
            required_by=takers if member.is_required else frozenset(),
            is_deprecated=member.is_deprecated or form.is_deprecated,
        )

    def _keyed(self, form: Form) -> Mapping[str, Shape]:
        """Give a map that says which keys it has a property for each of them, where what it holds is plain."""
        held = self._forms.get(form.item.form) if form.item else None
        if not form.item or not held or form.type != "object" or held.type in ("object", "array", ""):
            return {}
        return {key: self._shape(form.item, frozenset()) for key in form.keys} if len(form.keys) <= _MOST_KEYS else {}
