from dataclasses import replace

from generator.draft.material import material_of, topic
from generator.readers import read
from generator.resource import Resource

OPENAPI = {
    "paths": {"/pets": {"get": {"summary": "List  pets", "parameters": [{"name": "limit"}]}, "x": {}}},
    "components": {"schemas": {"Pet": {"properties": {"owner": {"$ref": "Owner"}, "odd": 1}}, "Odd": 1}},
}


def resource(document: dict[str, object]) -> Resource:
    return Resource("pets.json", "Pets", "any", "pets.json", "0" * 64, document)


def test_a_discovery_document_is_told_by_operations_and_columns() -> None:
    material = material_of(read("google:tasks.v1"))

    assert "operation GET tasks/v1/lists/{tasklist}/tasks" in material.text
    assert "  Task.status (string):" in material.text
    assert material.source is not None
    assert material.source.licence == "Apache-2.0"


def test_an_openapi_document_is_told_alike() -> None:
    assert material_of(resource(OPENAPI)).text.splitlines() == [
        "operation GET /pets (limit): List pets",
        "schema Pet: ",
        "  Pet.owner (Owner): ",
    ]


def test_a_long_document_is_bounded_and_says_so() -> None:
    schemas = {f"S{number}": {"description": "word " * 30} for number in range(1000)}

    text = material_of(replace(resource({}), document={"schemas": schemas})).text

    assert len(text) < 25_000
    assert text.endswith("more lines are left out")
    assert " ...\n" in text


def test_a_topic_is_no_source() -> None:
    assert topic("a zoo").source is None
    assert "a zoo" in topic("a zoo").text
