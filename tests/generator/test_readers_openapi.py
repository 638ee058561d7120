import hashlib
from pathlib import Path
from typing import Any

import orjson
import pytest

from generator.description import Operation, Shape
from generator.readers import read
from generator.resource import Resource, ResourceError, resolve

PET = {
    "type": "object",
    "description": "One pet.",
    "required": ["name", "id", "owner"],
    "properties": {
        "id": {"type": "integer", "format": "int64", "readOnly": True},
        "name": {"type": "string"},
        "status": {"$ref": "#/components/schemas/Status"},
        "owner": {"$ref": "#/components/schemas/Owner", "description": "Who feeds it."},
    },
}
SCHEMAS = {
    "Pet": PET,
    "Status": {"type": "string", "enum": ["here", "gone", None], "default": "here"},
    "Owner": {"properties": {"email": {"type": "string"}}},
    "Pets": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}},
}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def carrying(schema: object, media: str = "application/json") -> dict[str, object]:
    return {"content": {media: {"schema": schema}}}


def answering(schema: object, **more: object) -> dict[str, object]:
    return {"responses": {"200": carrying(schema)}, **more}


def document(paths: object, schemas: object = SCHEMAS, **more: object) -> dict[str, Any]:
    return {
        "openapi": "3.0.3",
        "info": {"title": "Pet Shop API", "version": "7", "x-providerName": "shops.example"},
        "paths": paths,
        "components": {"schemas": schemas},
        **more,
    }


def made(folder: Path, content: object) -> Resource:
    path = folder / "shop.json"
    path.write_bytes(orjson.dumps(content))
    return read(str(path))


def only(resource: Resource) -> Operation:
    (operation,) = resource.description.operations
    return operation


def shape_of(folder: Path, schema: object, schemas: dict[str, object] | None = None) -> Shape:
    """Read a schema as the property `it` of a definition."""
    known = {**SCHEMAS, **(schemas or {}), "Holder": {"properties": {"it": schema}}}
    return made(folder, document({}, known)).description.properties("Holder")["it"]


def pointers(shape: Shape) -> list[str]:
    inner = [*([shape.items] if shape.items else []), *shape.properties.values()]
    return [shape.at, *(at for one in inner for at in pointers(one))]


def test_a_document_says_who_offers_what(tmp_path: Path) -> None:
    resource = made(tmp_path, document({}, servers=[{"url": "/"}, {"url": "https://shops.example/v1"}]))

    about = resource.description
    assert (about.name, about.provider, about.title) == ("Pet Shop", "shops", "Pet Shop API")
    assert (resource.format, resource.retrieved, resource.licence) == ("openapi-3.0", "version 7", "")
    assert resource.url == "https://shops.example/v1"


def test_a_licence_is_its_spdx_identifier_before_its_name(tmp_path: Path) -> None:
    licence = {"identifier": "MIT", "name": "The MIT licence"}
    resource = made(tmp_path, {**document({}), "info": {"title": "Shop", "license": licence}})

    assert resource.licence == "MIT"


def test_an_operation_says_verb_path_keys_and_bodies(tmp_path: Path) -> None:
    path = "/owners/{owner}/pets/{pet-id}"
    own = {"name": "pet-id", "in": "path", "required": True, "schema": {"type": "integer"}}
    paths = {
        path: {
            "parameters": [{"$ref": "#/components/parameters/Dry"}],
            "put": answering(
                ref("Pet"), operationId="pets.replace", parameters=[own], requestBody=carrying(ref("Pet"))
            ),
        }
    }
    dry = {"Dry": {"name": "dry", "in": "query", "description": "Only try.", "schema": {"type": "boolean"}}}
    content = document(paths)
    content["components"]["parameters"] = dry

    found = only(made(tmp_path, content))

    assert (found.id, found.name, found.http, found.path) == ("pets.replace", "replace", "PUT", path)
    assert (found.keys, found.request, found.response) == (("owner", "pet-id"), "Pet", "Pet")
    assert found.parameters["pet-id"].shape.type == "integer"
    assert found.parameters["dry"].shape.at == "/components/parameters/Dry"
    assert found.parameters["owner"].is_required, "a name in the path needs no declaration"
    assert [one.place for one in found.parameters.values()] == ["path", "query", "path"]


def test_an_operation_without_an_id_or_with_a_taken_one_is_named_by_verb_and_path(tmp_path: Path) -> None:
    same = {"operationId": "same", "responses": {}}
    paths = {"/a/{id}": {"get": same, "put": same, "patch": {}}, "/a-{id}": {"patch": {}}, "/": {"get": {}}}

    found = made(tmp_path, document(paths)).description.operations

    assert [one.id for one in found] == ["same", "put_a_id", "patch_a_id", "patch_a_id_2", "get"]


@pytest.mark.parametrize(
    ("key", "name"),
    [("pets/list-all", "list-all"), ("Pets_ListAll", "ListAll"), ("listPets", "listPets"), ("get_pets", "get_pets")],
)
def test_an_operation_is_called_by_the_last_part_of_its_id(tmp_path: Path, key: str, name: str) -> None:
    assert only(made(tmp_path, document({"/a": {"get": {"operationId": key}}}))).name == name


def test_verbs_and_headers_of_the_transport_are_left_out(tmp_path: Path) -> None:
    given = [{"name": name, "in": "header"} for name in ("Authorization", "Accept", "If-Match")]
    paths = {"/a": {"get": {"parameters": given}, "options": {}, "head": {}, "x-note": {}}}

    assert list(only(made(tmp_path, document(paths))).parameters) == ["If-Match"]


def test_summary_and_description_are_joined(tmp_path: Path) -> None:
    paths = {"/a": {"get": {"summary": "List pets", "description": "All of them."}}}

    assert only(made(tmp_path, document(paths))).doc == "List pets. All of them."


@pytest.mark.parametrize(
    ("schema", "response", "gives_many"),
    [
        (ref("Pet"), "Pet", False),
        (ref("Pets"), "Pet", True),
        ({"type": "array", "items": ref("Pet")}, "Pet", True),
        ({"allOf": [ref("Pet")]}, "Pet", False),
        ({"oneOf": [{"type": "null"}, ref("Pet")]}, "Pet", False),
        ({"allOf": [ref("Pet"), {"properties": {"more": {}}}]}, "look.response", False),
        ({"type": "array", "items": {"properties": {"a": {}}}}, "look.response", True),
        ({"type": "string"}, "", False),
        ({"type": "object"}, "", False),
        (True, "", False),
        (ref("Nowhere"), "", False),
    ],
)
def test_a_body_is_an_instance_of_a_schema(tmp_path: Path, schema: object, response: str, gives_many: bool) -> None:
    resource = made(tmp_path, document({"/a": {"get": answering(schema, operationId="look")}}))

    found = only(resource)
    assert (found.response, found.gives_many) == (response, gives_many)
    assert response in {"", *resource.description.schemas}


def test_a_definition_of_an_array_names_the_form_of_its_items(tmp_path: Path) -> None:
    rows = {"type": "array", "items": {"properties": {"a": {"type": "string"}}}}
    resource = made(tmp_path, document({"/a": {"get": answering(ref("Rows"))}}, {"Rows": rows}))

    assert (only(resource).response, only(resource).gives_many) == ("Rows", True)
    assert resource.description.schemas["Rows"].at == "/components/schemas/Rows/items"
    assert list(resource.description.properties("Rows")) == ["a"]


def test_the_first_success_with_a_body_counts_and_json_before_forms_before_others(tmp_path: Path) -> None:
    medias = {"text/xml": ref("Owner"), "multipart/form-data": ref("Owner"), "application/hal+json": ref("Pet")}
    answers = {
        "404": carrying(ref("Owner")),
        "default": carrying(ref("Owner")),
        "201": {"content": {media: {"schema": schema} for media, schema in medias.items()}},
        "200": {"description": "Nothing."},
    }

    assert only(made(tmp_path, document({"/a": {"get": {"responses": answers}}}))).response == "Pet"


def test_only_requests_demand_and_only_what_a_caller_can_give(tmp_path: Path) -> None:
    nullable = {**PET, "properties": {**PET["properties"], "name": {"type": "string", "nullable": True}}}  # type: ignore[dict-item]
    paths = {"/a": {"post": {"operationId": "add", "requestBody": carrying(ref("Pet"))}}}

    found = made(tmp_path, document(paths)).description.properties("Pet")
    other = made(tmp_path, document(paths, {**SCHEMAS, "Pet": nullable})).description.properties("Pet")

    assert {name for name, one in found.items() if one.required_by == {"add"}} == {"name", "owner"}
    assert not other["name"].required_by


def test_a_plain_value_behind_a_reference_points_at_its_definition(tmp_path: Path) -> None:
    found = shape_of(tmp_path, ref("Status"))

    assert found == Shape("/components/schemas/Status", "string", values=("here", "gone"), default="here")


def test_words_beside_a_reference_win_over_those_behind_it(tmp_path: Path) -> None:
    found = shape_of(tmp_path, {**ref("Pet"), "description": "Mine.", "readOnly": True})

    assert (found.ref, found.doc, found.is_read_only) == ("Pet", "Mine.", True)
    assert found.at == "/components/schemas/Pet"


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": ["null", "integer"]}, "integer"),
        ({"anyOf": [{"type": "null"}, {"type": "string"}]}, "string"),
        ({"oneOf": [{"type": "string"}, {"properties": {"a": {}}}]}, "object"),
        ({"properties": {"a": {}}}, "object"),
        ({"items": {"type": "string"}}, "array"),
        ({"enum": [True, False]}, "boolean"),
        ({"const": 1}, "integer"),
        ({"oneOf": [{"required": ["a"]}, {"required": ["b"]}], "type": "object"}, "object"),
        ({"type": []}, ""),
        ({"type": 5, "enum": "no list"}, ""),
        (True, ""),
        ([], ""),
    ],
)
def test_a_type_is_never_null_and_told_by_what_else_is_there(tmp_path: Path, schema: object, kind: str) -> None:
    assert shape_of(tmp_path, schema).type == kind


def test_alternatives_that_are_constants_are_the_values_of_a_set(tmp_path: Path) -> None:
    found = shape_of(tmp_path, {"oneOf": [{"const": "a", "title": "A"}, {"const": "b"}]})

    assert (found.type, found.values) == ("string", ("a", "b"))


@pytest.mark.parametrize(
    ("said", "bounds"),
    [
        ({"minimum": 1, "maximum": 9}, (1, 9)),
        ({"minimum": 1, "exclusiveMinimum": True, "maximum": 9, "exclusiveMaximum": False}, (2, 9)),
        ({"exclusiveMinimum": 0, "exclusiveMaximum": 10}, (1, 9)),
        ({"minimum": 0.5, "maximum": 9.5}, (1, 9)),
        ({"minimum": True, "maximum": "9"}, (None, None)),
        ({"minimum": -1e400}, (None, None)),
    ],
)
def test_bounds_are_the_nearest_whole_numbers_allowed(
    tmp_path: Path, said: dict[str, object], bounds: tuple[int | None, int | None]
) -> None:
    found = shape_of(tmp_path, {"type": "integer", **said})

    assert (found.minimum, found.maximum) == bounds


def test_all_of_merges_properties_each_pointing_where_it_is_written(tmp_path: Path) -> None:
    dog = {"allOf": [ref("Owner"), {"required": ["bark"], "properties": {"bark": {"type": "string"}}}]}
    paths = {"/a": {"post": {"operationId": "add", "requestBody": carrying(ref("Dog"))}}}

    found = made(tmp_path, document(paths, {**SCHEMAS, "Dog": dog})).description.properties("Dog")

    assert {name: one.at for name, one in found.items()} == {
        "email": "/components/schemas/Owner/properties/email",
        "bark": "/components/schemas/Dog/allOf/1/properties/bark",
    }
    assert found["bark"].required_by == {"add"}


def test_a_child_of_a_form_with_alternatives_has_its_parents_properties_and_no_siblings(tmp_path: Path) -> None:
    animal = {"properties": {"name": {}}, "oneOf": [ref("Cat"), ref("Dog")], "discriminator": {"propertyName": "kind"}}
    cat = {"allOf": [ref("Animal"), {"properties": {"purr": {}}}]}
    dog = {"allOf": [ref("Animal"), {"properties": {"bark": {}}}]}

    about = made(tmp_path, document({}, {"Animal": animal, "Cat": cat, "Dog": dog})).description

    assert {name: list(one.properties) for name, one in about.schemas.items()} == {
        "Animal": ["purr", "name"],
        "Cat": ["name", "purr"],
        "Dog": ["name", "bark"],
    }


@pytest.mark.parametrize(
    "schemas",
    [
        {"A": ref("A")},
        {"A": ref("B"), "B": ref("A")},
        {"A": ref("A/b")},
        {"A": ref("B/c"), "B": ref("A/c")},
        {"A": {"allOf": [ref("A")]}},
        {"A": {"type": "array", "items": ref("A")}},
        {"A": {"type": "array", "items": {"type": "array", "items": ref("A")}}},
        {"A": {"properties": {"a": ref("A"), "many": {"type": "array", "items": ref("A")}}}},
        {"A": {"anyOf": [ref("B")]}, "B": {"oneOf": [ref("A"), {"properties": {"b": ref("B")}}]}},
        {"A": {"properties": {"a": {"allOf": [ref("A"), {"properties": {"x": ref("A")}}]}}}},
    ],
)
def test_definitions_that_lead_back_to_themselves_end(tmp_path: Path, schemas: object) -> None:
    resource = made(tmp_path, document({"/a": {"get": answering(ref("A"))}}, schemas))

    for schema in resource.description.schemas.values():
        for shape in schema.properties.values():
            for at in pointers(shape):
                resolve(resource.document, at)


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    chain = {f"A{n}": {"allOf": [ref(f"A{n + 1}")]} for n in range(200)}

    with pytest.raises(ResourceError, match="nest more than 60 deep; simplify the schema"):
        made(tmp_path, document({}, chain))


def test_a_reference_through_too_many_others_is_refused(tmp_path: Path) -> None:
    chain = {f"A{n}": ref(f"A{n + 1}/b") for n in range(500)}

    with pytest.raises(ResourceError, match="references lead through more than 100 others"):
        made(tmp_path, document({"/a": {"get": answering(ref("A0/b"))}}, chain))


def test_a_reference_may_pass_through_another_one_and_carry_escapes(tmp_path: Path) -> None:
    schemas = {"Box": {"properties": {"a/b": ref("Pet")}}}
    through = {"$ref": "#/components/schemas/Box/properties/a~1b/properties/name"}

    assert shape_of(tmp_path, through, schemas).at == "/components/schemas/Pet/properties/name"
    escaped = {"$ref": "#/components/schemas/Box/properties/a%7E1b"}
    assert shape_of(tmp_path, escaped, schemas).ref == "Pet"


def swagger(paths: object, **more: object) -> dict[str, object]:
    owner = {"required": ["email"], "properties": {"email": {"type": "string"}}}
    return {"swagger": "2.0", "info": {"title": "Shop"}, "paths": paths, "definitions": {"Owner": owner}, **more}


def test_swagger_bodies_and_parameters_are_read(tmp_path: Path) -> None:
    post = {
        "operationId": "add",
        "parameters": [
            {"name": "body", "in": "body", "schema": {"$ref": "#/definitions/Owner"}},
            {"name": "sort", "in": "query", "type": "string", "enum": ["a", "b"], "default": "a"},
        ],
        "responses": {"201": {"schema": {"type": "array", "items": {"$ref": "#/definitions/Owner"}}}},
    }
    resource = made(tmp_path, swagger({"/a": {"post": post}}, host="shop.example", basePath="/v1"))

    found = only(resource)
    assert (found.request, found.response, found.gives_many) == ("Owner", "Owner", True)
    assert (list(found.parameters), found.parameters["sort"].shape.values) == (["sort"], ("a", "b"))
    assert resource.description.properties("Owner")["email"].required_by == {"add"}
    assert (resource.format, resource.url) == ("swagger-2.0", "https://shop.example/v1")


def test_fields_of_a_swagger_form_become_a_schema(tmp_path: Path) -> None:
    given = [{"name": "file", "in": "formData", "type": "file", "required": True}, {"name": "note", "in": "formData"}]

    resource = made(tmp_path, swagger({"/a": {"post": {"operationId": "add", "parameters": given}}}))

    found = resource.description.properties(only(resource).request)
    assert {name: one.at for name, one in found.items()} == {
        "file": "/paths/~1a/post/parameters/0",
        "note": "/paths/~1a/post/parameters/1",
    }
    assert (found["file"].required_by, found["note"].required_by) == ({"add"}, frozenset())


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({"openapi": "4.0.0", "paths": {}}, r"OpenAPI 4\.0\.0: expected 3\.0, 3\.1 or 3\.2"),
        ({"swagger": "1.2", "paths": {}}, r"Swagger 1\.2: expected 2\.0; convert it"),
        ({"openapi": "3.1.0"}, "openapi-3.1 without paths: no operation is described"),
    ],
)
def test_another_version_or_a_document_without_paths_is_refused(
    tmp_path: Path, content: object, complaint: str
) -> None:
    with pytest.raises(ResourceError, match=complaint):
        made(tmp_path, content)


def test_yaml_with_a_bare_version_is_read(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text("swagger: 2.0\ninfo: {title: Shop}\npaths:\n  /a:\n    get:\n      responses:\n        200: {}\n")

    assert only(read(str(path))).id == "get_a"


def several(folder: Path, **files: str) -> Resource:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return read(str(folder / "shop.yaml"))


SHOP = """
openapi: 3.1.0
info: {title: Shop}
paths:
  /pets/{id}: {$ref: 'paths/pets.yaml#/one'}
"""
PETS = """
one:
  get:
    operationId: get_pet
    responses: {200: {content: {application/json: {schema: {$ref: ../schemas/Pet.yaml}}}}}
"""
ONE_PET = "properties: {name: {type: string}, owner: {$ref: 'all.yaml#/Owner'}, self: {$ref: '#'}}"
ALL = "Owner: {properties: {pets: {type: array, items: {$ref: Pet.yaml}}}}"


def test_files_beside_the_first_are_joined_and_every_pointer_resolves(tmp_path: Path) -> None:
    resource = several(tmp_path, shop=SHOP, paths__pets=PETS, schemas__Pet=ONE_PET, schemas__all=ALL)

    found, about = only(resource), resource.description
    assert found.at == "/x-envfarm-files/paths~1pets.yaml/one/get"
    assert (found.response, list(about.schemas)) == ("Pet", ["Pet", "Owner"])
    assert about.properties("Pet")["self"].ref == "Pet"
    assert about.properties("Owner")["pets"].items == Shape("/x-envfarm-files/schemas~1Pet.yaml", ref="Pet")
    for at in (found.at, *(one.at for one in about.schemas.values())):
        assert resolve(resource.document, at)


def test_the_digest_of_several_files_is_of_the_list_of_theirs(tmp_path: Path) -> None:
    texts = {".": SHOP, "paths/pets.yaml": PETS, "schemas/Pet.yaml": ONE_PET, "schemas/all.yaml": ALL}
    lines = [f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in texts.items()]

    resource = several(tmp_path, shop=SHOP, paths__pets=PETS, schemas__Pet=ONE_PET, schemas__all=ALL)

    assert resource.sha256 == hashlib.sha256("".join(lines).encode()).hexdigest()


@pytest.mark.parametrize(
    ("ref", "complaint"),
    [
        ("https://shop.example/pet.yaml", "lies elsewhere, and nothing is fetched; bundle the description first"),
        ("//shop.example/pet.yaml", "lies elsewhere"),
        ("file:///etc/hosts", "lies elsewhere"),
        ("../outside.yaml#/a", "leads out of the description's folder"),
        ("/etc/hosts", "leads out of the description's folder"),
        ("%2e%2e/outside.yaml", "leads out of the description's folder"),
        ("linked.yaml", "leads out of the description's folder"),
        ("gone.yaml", "names a file that is not there"),
        ("a%00b", "names no file"),
        ("list.yaml", "expected an object, got a list"),
    ],
)
def test_files_elsewhere_are_never_read(tmp_path: Path, ref: str, complaint: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "outside.yaml").write_text("a: {get: {}}")
    (home / "linked.yaml").symlink_to(tmp_path / "outside.yaml")
    (home / "list.yaml").write_text("[1]")

    with pytest.raises(ResourceError, match=complaint):
        several(home, shop=f"openapi: 3.0.0\npaths:\n  /a: {{$ref: '{ref}'}}\n")


def test_nodes_of_the_wrong_kind_are_passed_over(tmp_path: Path) -> None:
    odd: list[object] = [None, 5, "text", [], [1], {}, True]
    for one in odd:
        operation = {"parameters": one, "requestBody": one, "responses": one, "operationId": one, "summary": one}
        nested = {
            "parameters": [{"name": "a", "in": "query", "schema": one, "content": one}],
            "responses": {"200": one},
        }
        schemas = {"A": one, "B": {"properties": one, "required": one, "allOf": one, "items": one, "enum": one}}
        content = document({"/a": {"get": operation, "put": one, "post": nested}, "/b": one}, schemas)

        made(tmp_path, {**content, "info": one, "servers": one, "externalDocs": one})
        made(tmp_path, {**content, "components": one})
