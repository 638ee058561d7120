"""Arguments read off a schema are valid, and each broken set is not."""

import pytest
from jsonschema import Draft202012Validator

from envkit.calls import JsonObject
from registry.foreign.arguments import broken, plausible

SCHEMAS: list[JsonObject] = [
    {"type": "object", "properties": {}},
    {
        "type": "object",
        "properties": {
            "count": {"type": "integer", "minimum": 3, "maximum": 5},
            "kind": {"enum": ["a", "b"]},
            "who": {"$ref": "#/$defs/Who"},
            "maybe": {"anyOf": [{"type": "null"}, {"type": "boolean"}]},
            "many": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["count", "kind", "who", "many"],
        "additionalProperties": False,
        "$defs": {"Who": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}},
    },
]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_plausible_arguments_fit_the_schema(schema: JsonObject) -> None:
    assert list(Draft202012Validator(schema).iter_errors(plausible(schema))) == []


@pytest.mark.parametrize("schema", SCHEMAS)
def test_broken_arguments_do_not_fit_the_schema(schema: JsonObject) -> None:
    fitting = [bad.what for bad in broken(schema) if Draft202012Validator(schema).is_valid(bad.arguments)]

    assert fitting == []


def test_a_schema_that_refers_to_itself_comes_to_an_end() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}, "required": ["next"]}
    schema: JsonObject = {**node, "$defs": {"Node": node}}

    assert "next" in plausible(schema)
