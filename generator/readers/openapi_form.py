"""OpenAPI and Swagger documents in the one form of all descriptions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from generator.description import Description, Operation, Parameter, Place, Shape
from generator.readers.openapi_files import Files, Spot
from generator.readers.openapi_schema import Form
from generator.readers.openapi_shapes import Body, Shapes

_VERBS = ("get", "put", "post", "patch", "delete")
_PLACES: Mapping[str, Place] = {"path": "path", "query": "query", "header": "header", "cookie": "header"}
_NOT_PARAMETERS = frozenset({"accept", "content-type", "authorization"})
_IN_PATH = re.compile(r"\{[+/]?([^{}/?#&*]+)\*?\}")
_JSON = re.compile(r"application/(?:[\w.-]+\+)?json\b|text/json\b", re.IGNORECASE)
_FORM = re.compile(r"application/x-www-form-urlencoded|multipart/form-data", re.IGNORECASE)
_LAST_PART = re.compile(r"[./:#]|(?<=[a-z0-9])_(?=[A-Z][a-z])")
_SUCCESS = re.compile(r"2(?:\d\d|XX)", re.IGNORECASE)
_NO_NAME = re.compile(r"\b(?:rest(?:ful)?|open|web|public|http)?\s*apis?\b|\bv?\d+(?:\.\d+)+\b|\bv\d+\b", re.IGNORECASE)


def described(files: Files, title: str) -> Description:
    """Give a document's operations, in its order, and its schemas. Raises ResourceError."""
    shapes = Shapes(files)
    operations = tuple(_Reader(files, shapes).operations())
    info = files.root.inside("info")
    name = info.text("x-serviceName") or " ".join(_NO_NAME.sub(" ", title).split()) or title
    return Description(
        name=name,
        provider=_provider(info, name),
        title=title,
        summary=info.text("description"),
        operations=operations,
        schemas=shapes.schemas(),
    )


def _provider(info: Spot, name: str) -> str:
    """Name who offers the API: by `x-providerName` without its top domain, unless the API's own name opens with it."""
    provider = info.text("x-providerName")
    short = provider.rpartition(".")[0].removeprefix("www.") or provider
    return "" if name.lower().startswith(short.lower()) else short


class _Reader:
    """Reads the operations of one document."""

    def __init__(self, files: Files, shapes: Shapes) -> None:
        self._files, self._shapes = files, shapes
        self._taken: set[str] = set()
        self._numbers: Counter[str] = Counter()

    def operations(self) -> Iterator[Operation]:
        """Read each verb of each path; OPTIONS, HEAD and TRACE speak of the transport."""
        for path, found in self._files.root.members("paths"):
            item = self._files.follow(found)
            for verb, spot in item.members():
                if verb in _VERBS and isinstance(spot.node, dict):
                    yield self._operation(verb, path, item, spot)

    def _operation(self, verb: str, path: str, item: Spot, spot: Spot) -> Operation:
        key = self._id(verb, path, spot)
        given = self._parameters(item, spot)
        parameters: dict[str, Parameter] = {}
        for one in given:
            if one.text("in") in _PLACES and one.text("name") not in parameters:
                parameters[one.text("name")] = self._parameter(one)
        in_path = list(dict.fromkeys(_IN_PATH.findall(path)))
        for name in in_path:
            if name not in parameters or parameters[name].place != "path":
                parameters[name] = Parameter(Shape(spot.at, type="string"), "path", is_required=True)
        request = self._request(key, spot, given)
        if request:
            self._shapes.takes(request, key)
        response = self._response(key, spot)
        return Operation(
            id=key,
            name=_LAST_PART.split(key)[-1] or key,
            at=spot.at,
            http=verb.upper(),
            path=path,
            doc=_doc(spot),
            keys=tuple(in_path),
            parameters=parameters,
            request=request,
            response=response.schema,
            gives_many=response.gives_many,
            is_deprecated=spot.node.get("deprecated") is True,
        )

    def _id(self, verb: str, path: str, spot: Spot) -> str:
        """Give the operation's id, or one from verb and path where it has none or another has it already."""
        made = f"{verb}_{'_'.join(re.findall(r'[A-Za-z0-9]+', path))}".rstrip("_")
        written = spot.text("operationId").strip()
        found = next((one for one in (written, made) if one and one not in self._taken), "")
        while not found or found in self._taken:
            self._numbers[made] += 1
            found = f"{made}_{self._numbers[made] + 1}"
        self._taken.add(found)
        return found

    def _parameters(self, item: Spot, spot: Spot) -> list[Spot]:
        """List what a path and its operation are given, keys first; the operation's own replace the path's."""
        found = [self._files.follow(one) for around in (item, spot) for one in around.entries("parameters")]
        named = [one for one in found if one.text("name") and _is_taken(one)]
        last = {(one.text("name"), one.text("in")): one for one in named}
        return sorted(last.values(), key=lambda one: one.text("in") != "path")

    def _parameter(self, spot: Spot) -> Parameter:
        schema = spot.inside("schema")
        if not isinstance(schema.node, dict):
            schema = _by_media(spot) or spot
        shape = self._shapes.of(schema)
        place = _PLACES[spot.text("in")]
        return Parameter(
            shape=replace(
                shape,
                at=spot.at,
                doc=spot.text("description") or shape.doc,
                is_deprecated=shape.is_deprecated or spot.node.get("deprecated") is True,
            ),
            place=place,
            is_required=place == "path" or spot.node.get("required") is True,
        )

    def _request(self, key: str, spot: Spot, given: list[Spot]) -> str:
        """Find what a request carries: OpenAPI's body, Swagger's body parameter, or Swagger's fields of a form."""
        body = _by_media(self._files.follow(spot.inside("requestBody")))
        body = body or next((one.inside("schema") for one in given if one.text("in") == "body"), None)
        if body is not None:
            return self._shapes.body(body, f"{key}.request").schema
        fields = {one.text("name"): one for one in given if one.text("in") == "formData"}
        if not fields:
            return ""
        required = frozenset(name for name, one in fields.items() if one.node.get("required") is True)
        return self._shapes.held(f"{key}.request", Form(spot.at, "object", properties=fields, required=required))

    def _response(self, key: str, spot: Spot) -> Body:
        """Find what the first success with a body carries; `default` counts where no success is described."""
        answers = dict(spot.members("responses"))
        codes = sorted(code for code in answers if _SUCCESS.fullmatch(code)) or ["default"] * ("default" in answers)
        for code in codes:
            answer = self._files.follow(answers[code])
            schema = answer.inside("schema")
            found = schema if isinstance(schema.node, dict) else _by_media(answer)
            if found is not None:
                return self._shapes.body(found, f"{key}.response")
        return Body()


def _is_taken(spot: Spot) -> bool:
    """Tell whether a parameter says something of the operation, and not only of the transport."""
    return spot.text("in") != "header" or spot.text("name").lower() not in _NOT_PARAMETERS


def _by_media(spot: Spot) -> Spot | None:
    """Choose the schema of a body: of JSON, else of a form, else of the first type that has one."""
    schemas = [(media, one.inside("schema")) for media, one in spot.members("content")]
    known = [(media, one) for media, one in schemas if isinstance(one.node, dict)]
    for form in (_JSON, _FORM):
        found = next((one for media, one in known if form.match(media)), None)
        if found:
            return found
    return known[0][1] if known else None


def _doc(spot: Spot) -> str:
    """Join an operation's summary and its description, unless one opens with the other."""
    summary, text = spot.text("summary").strip(), spot.text("description").strip()
    if not summary or text.startswith(summary.rstrip(".")):
        return text
    return f"{summary}{'' if summary[-1] in '.!?' else '.'} {text}" if text else summary
