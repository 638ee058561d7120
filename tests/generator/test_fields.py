"""Which columns properties become, shown on a small description that is varied."""

from pathlib import Path

import pytest

from generator.blueprint import EntityPart
from generator.compile import Compiled, compile
from generator.readers import read
from tests.generator.depot import Document, depot, write_depot


def compiled(document: Document, folder: Path) -> Compiled:
    return compile(read(str(write_depot(folder / "depot.json", document))))


def order(document: Document, folder: Path) -> EntityPart:
    return compiled(document, folder).blueprint.entities["order"]


def properties(document: Document) -> Document:
    found: Document = document["components"]["schemas"]["Order"]["properties"]
    return found


@pytest.mark.parametrize("form", ["date-time", "dateTime", "datetime", "date"])
def test_a_moment_is_told_however_its_format_is_spelt(form: str, tmp_path: Path) -> None:
    document = depot()
    properties(document)["due"] = {"type": "string", "format": form}

    assert order(document, tmp_path).fields["due_at"].type == "time"


@pytest.mark.parametrize("name", ["gid", "uuid", "uid"])
def test_another_word_for_id_is_the_row_s_own(name: str, tmp_path: Path) -> None:
    document = depot()
    properties(document)[name] = {"type": "string", "description": "Globally unique."}

    found = compiled(document, tmp_path)

    assert name not in found.blueprint.entities["order"].fields
    assert f"order.{name}" in {each.what for each in found.dropped}


def test_what_every_row_says_is_no_column(tmp_path: Path) -> None:
    document = depot()
    properties(document)["kind_of_row"] = {"type": "string", "enum": ["order"]}

    found = compiled(document, tmp_path)

    assert "kind_of_row" not in found.blueprint.entities["order"].fields
    assert "it is order for every row" in {each.reason for each in found.dropped}


def test_what_only_answers_say_is_filled_by_the_server(tmp_path: Path) -> None:
    document = depot()
    asked = {"type": "object", "properties": {"title": {"type": "string"}, "clientId": {"type": "string"}}}
    for path, verb in (("/orders", "post"), ("/orders/{orderId}", "patch")):
        document["paths"][path][verb]["requestBody"]["content"]["application/json"]["schema"] = asked
    properties(document)["weight"] = {"type": "integer"}

    fields = order(document, tmp_path).fields

    assert (fields["title"].generated, fields["client_id"].generated) == (False, False)
    assert (fields["weight"].generated, fields["weight"].optional) == (True, True)


def test_what_a_request_calls_read_only_is_filled_by_the_server_all_the_same(tmp_path: Path) -> None:
    document = depot()
    asked = {"title": {"type": "string"}, "packedOn": {"type": "string", "format": "date-time", "readOnly": True}}
    schema = {"type": "object", "properties": asked}
    document["paths"]["/orders"]["post"]["requestBody"]["content"]["application/json"]["schema"] = schema
    properties(document)["packedOn"] = {"type": "string", "format": "date-time", "readOnly": True}

    assert order(document, tmp_path).fields["packed_on_at"].generated


def test_acts_that_share_a_path_are_told_by_their_fragment(tmp_path: Path) -> None:
    document = depot()
    body = document["paths"]["/orders/{orderId}"]["patch"]
    document["paths"]["/orders/{orderId}#archive"] = {"put": {**body, "operationId": "archiveOrder"}}
    document["paths"]["/orders/{orderId}#archive"]["parameters"] = document["paths"]["/orders/{orderId}"]["parameters"]

    tools = compiled(document, tmp_path).blueprint.tools

    assert tools["update_order"].origin == "/paths/~1orders~1{orderId}/patch"


def test_an_update_of_very_many_columns_asks_for_them_in_parts(tmp_path: Path) -> None:
    document = depot()
    properties(document)["updatedAt"] = {"type": "string", "format": "date-time", "readOnly": True}
    for number in range(60):
        properties(document)[f"remark_on_the_delivery_{number}"] = {"type": "string"}

    update = compiled(document, tmp_path).blueprint.tools["update_order"]

    assert update.require["nothing_given"][0] == "gives_1 or gives_2 or gives_3 or gives_4"
    assert max(map(len, update.let.values())) < 1200
