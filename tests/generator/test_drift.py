"""What differs in a source, and which elements of the blueprint that concerns."""

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.blueprint import Blueprint
from generator.compile import compile
from generator.drift import Change, changes, concerned, lost_pointers
from generator.outline import (
    Outline,
    SourceOutline,
    outline_path,
    outline_text,
    outlined,
    outlined_like,
    read_outline,
)
from generator.readers import read
from generator.resource import Resource, ResourceError
from tests.generator.depot import Document, changed, depot, write_depot


@pytest.fixture
def resource(tmp_path: Path) -> Resource:
    return read(str(write_depot(tmp_path / "depot.json", depot())))


@pytest.fixture
def blueprint(resource: Resource) -> Blueprint:
    return compile(resource).blueprint


@pytest.fixture
def before(blueprint: Blueprint, resource: Resource) -> SourceOutline:
    return outlined(blueprint, resource)


def drifted(before: SourceOutline, document: Document, folder: Path) -> tuple[Change, ...]:
    later = read(str(write_depot(folder / "later.json", document)))
    return changes(before, outlined_like(before, later))


def test_a_removed_operation_and_a_changed_enum_are_named_with_the_tools_concerned(
    before: SourceOutline, blueprint: Blueprint, tmp_path: Path
) -> None:
    found = {change.sentence: concerned(blueprint, change) for change in drifted(before, changed(), tmp_path)}

    assert found == {
        "operation deleteOrder (DELETE /orders/{orderId}) is gone": ("tools.delete_order",),
        "values of property priority of Order: gone: high; new: urgent": (
            "entities.order.fields.priority",
            "tools.list_orders",
            "tools.create_order",
            "tools.update_order",
        ),
    }


def _new_operation(document: Document) -> None:
    document["paths"]["/lorries"] = {"get": {"operationId": "listLorries", "responses": {"200": {"description": "-"}}}}


def _moved_operation(document: Document) -> None:
    document["paths"]["/purchases"] = {"get": document["paths"]["/orders"].pop("get")}


def _required_field(document: Document) -> None:
    document["components"]["schemas"]["Order"]["required"] = ["title"]


def _other_type(document: Document) -> None:
    document["components"]["schemas"]["Order"]["properties"]["size"] = {"type": "string"}


def _lost_schema(document: Document) -> None:
    text = {"type": "object", "properties": {"name": {"type": "string"}}}
    for item in document["paths"]["/clients"], document["paths"]["/clients/{clientId}"]:
        for operation in (one for one in item.values() if isinstance(one, dict)):
            operation["responses"] = {"200": {"description": "-", "content": {"application/json": {"schema": text}}}}
            operation.pop("requestBody", None)
    del document["components"]["schemas"]["Client"]


def _new_property(document: Document) -> None:
    document["components"]["schemas"]["Client"]["properties"]["phone"] = {"type": "string"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_new_operation, "operation listLorries (GET /lorries) is new"),
        (_moved_operation, "operation listOrders was GET /orders, is now GET /purchases"),
        (_required_field, "operation createOrder now requires title"),
        (_other_type, "property size of Order was integer, is now string"),
        (_lost_schema, "schema Client is gone"),
        (_new_property, "property phone of Client is new"),
    ],
)
def test_each_kind_of_change_has_its_sentence(
    change: Callable[[Document], None], sentence: str, before: SourceOutline, tmp_path: Path
) -> None:
    later = depot()
    change(later)

    assert sentence in [each.sentence for each in drifted(before, later, tmp_path)]


def test_a_requirement_that_is_dropped_is_told(tmp_path: Path) -> None:
    strict = depot()
    _required_field(strict)
    resource = read(str(write_depot(tmp_path / "depot.json", strict)))

    found = drifted(outlined(compile(resource).blueprint, resource), depot(), tmp_path)

    assert "operation createOrder no longer requires title" in [each.sentence for each in found]


def test_what_is_new_concerns_nothing(blueprint: Blueprint) -> None:
    assert concerned(blueprint, Change("operation listLorries is new")) == ()


def test_a_change_inside_an_operation_concerns_the_tool_made_of_it(before: SourceOutline, blueprint: Blueprint) -> None:
    inside = Change("a parameter", f"{before.operations['listOrders'].at}/parameters/0")

    assert concerned(blueprint, inside) == ("tools.list_orders",)


def test_the_same_description_in_other_words_has_not_drifted(before: SourceOutline, tmp_path: Path) -> None:
    later = depot()
    later["info"]["description"] = "Said anew."

    assert drifted(before, later, tmp_path) == ()


def test_without_an_outline_pointers_that_lead_nowhere_are_found(blueprint: Blueprint, tmp_path: Path) -> None:
    later = read(str(write_depot(tmp_path / "later.json", changed())))

    (lost,) = lost_pointers(blueprint, later)

    assert concerned(blueprint, lost) == ("tools.delete_order",)


def test_only_what_a_blueprint_uses_is_outlined_in_full(blueprint: Blueprint, resource: Resource) -> None:
    orders = blueprint.model_copy(
        update={
            "entities": {"order": blueprint.entities["order"]},
            "tools": {name: tool for name, tool in blueprint.tools.items() if "order" in name},
        }
    )

    outline = outlined(orders, resource)

    assert [*outline.schemas] == ["Order"]
    assert {name for name, one in outline.operations.items() if one.is_used} == {
        "createOrder", "listOrders", "getOrder", "updateOrder", "deleteOrder",
    }  # fmt: skip
    assert len(outline.operations) == 10


def test_an_outline_is_read_as_it_was_written(before: SourceOutline, tmp_path: Path) -> None:
    path = tmp_path / "depot.yaml"
    outline = Outline(maker="compiled", reference="depot.json", licence="MIT", sources=(before,))
    outline_path(path).write_text(outline_text(outline), "utf-8")

    assert read_outline(path) == outline
    assert read_outline(tmp_path / "other.yaml") is None


def test_what_is_no_outline_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "depot.outline.json").write_text('{"outline": 1, "maker": "me", "sources": []}', "utf-8")

    with pytest.raises(ResourceError, match=r"depot\.outline\.json: no outline of a source: maker: .*; delete it"):
        read_outline(tmp_path / "depot.yaml")
