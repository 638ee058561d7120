from generator.description import Description, Operation, Parameter, Schema, Shape
from generator.draft.material import material_of, topic
from generator.readers import read
from generator.resource import Resource

LIMIT = Parameter(Shape("/l", type="integer"), "query")
PETS = Description(
    operations=(
        Operation("listPets", "list", "/o", http="GET", path="/pets", doc="List  pets", parameters={"limit": LIMIT}),
        Operation("FeedPet", "FeedPet", "/f"),
    ),
    schemas={"Pet": Schema("/s", "Pet", "A pet.", {"owner": Shape("/p", ref="Owner"), "odd": Shape("/q")})},
)


def resource(description: Description) -> Resource:
    return Resource("pets.json", "Pets", "any", "pets.json", "0" * 64, {}, description)


def test_a_discovery_document_is_told_by_operations_and_columns() -> None:
    material = material_of(read("google:tasks.v1"))

    assert "operation GET tasks/v1/lists/{tasklist}/tasks" in material.text
    assert "  Task.status (string):" in material.text
    assert material.source is not None
    assert material.source.licence == "Apache-2.0"


def test_any_description_is_told_alike() -> None:
    assert material_of(resource(PETS)).text.splitlines() == [
        "operation GET /pets (limit): List pets",
        "operation FeedPet (): ",
        "schema Pet: A pet.",
        "  Pet.owner (Owner): ",
        "  Pet.odd (any): ",
    ]


def test_a_long_document_is_bounded_and_says_so() -> None:
    schemas = {f"S{number}": Schema("", doc="word " * 30) for number in range(1000)}

    text = material_of(resource(Description(schemas=schemas))).text

    assert len(text) < 25_000
    assert text.endswith("more lines are left out")
    assert " ...\n" in text


def test_a_topic_is_no_source() -> None:
    assert topic("a zoo").source is None
    assert "a zoo" in topic("a zoo").text
