"""Rows are made whole of what creation gives and what answers show."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from generator.blueprint import EntityPart, FieldPart
from generator.compile.draft import coherent
from generator.compile.entities import Entity, group, with_inline_rows
from generator.compile.fields import columns
from generator.compile.hints import seeded
from generator.compile.rows import whole_rows
from generator.compile.words import singular
from generator.description import TOKEN, Description, Operation, Parameter, Schema, Shape

TEXT = ("string",)
BUCKET = Entity("bucket", "bucket", "/b", {})
USE = Schema("/u", "Use", "", {"LastUsedDate": Shape("/l", "string", "date-time"), "Region": Shape("/r", "string")})


def schema(at: str, members: Mapping[str, tuple[str, ...]], demanded_by: str = "") -> Schema:
    """Write a schema: the type of each member and perhaps a format; the first is demanded by an operation."""
    first = next(iter(members), "")
    properties = {
        name: Shape(
            f"{at}/{name}",
            *told,
            required_by=frozenset({demanded_by} if name == first and demanded_by else ()),
        )
        for name, told in members.items()
    }
    return Schema(at, "", "", properties)


def act(name: str, *, request: str = "", response: str = "", keys: tuple[str, ...] = ()) -> Operation:
    return Operation(name, name, f"/{name}", request=request, response=response, keys=keys)


ARRAY = Shape("/names", "array", items=Shape("/names/items", "string"))
QUEUES = Description(
    operations=(
        act("CreateQueue", request="CreateQueue.request", response="url"),
        act("GetQueueAttributes", request="one", response="row", keys=("QueueUrl",)),
        act("SetQueueAttributes", request="change", keys=("QueueUrl",)),
        act("DeleteQueue", request="one", keys=("QueueUrl",)),
        act("ListQueues", response="names"),
    ),
    schemas={
        "CreateQueue.request": schema(
            "/c",
            {"QueueName": TEXT, "DelaySeconds": ("integer",), "ClientToken": ("string", TOKEN), "DryRun": ("boolean",)},
            "CreateQueue",
        ),
        "url": schema("/u", {"QueueUrl": TEXT}),
        "one": schema("/o", {"QueueUrl": TEXT}, "DeleteQueue"),
        "row": schema(
            "/r", {"DelaySeconds": ("integer",), "Depth": ("integer",), "LastModified": ("string", "date-time")}
        ),
        "change": schema("/s", {"QueueUrl": TEXT, "DelaySeconds": ("integer",)}, "SetQueueAttributes"),
        "names": Schema("/l", "", "", {"QueueUrls": ARRAY}),
    },
    is_spoken=True,
)


@pytest.fixture
def row() -> Mapping[str, Shape]:
    described = with_inline_rows(QUEUES)
    grouping = group(described)
    (queue,) = grouping.entities
    assert queue.name == "queue"
    return whole_rows(described, grouping.entities).properties(queue.schema)


def test_a_row_has_what_its_creation_gives_under_names_without_its_noun(row: Mapping[str, Shape]) -> None:
    assert [*row] == ["DelaySeconds", "Depth", "LastModified", "name"]
    assert row["name"].at == "/c/QueueName"


def test_creation_demands_what_its_request_demands(row: Mapping[str, Shape]) -> None:
    assert {name for name, shape in row.items() if shape.required_by} == {"name"}


def test_what_no_request_gives_is_the_server_s_own(row: Mapping[str, Shape]) -> None:
    assert [name for name, shape in row.items() if shape.is_read_only] == ["Depth", "LastModified"]


def test_what_no_change_gives_stays_as_it_was_created(row: Mapping[str, Shape]) -> None:
    assert [name for name, shape in row.items() if shape.is_fixed] == ["name"]


def test_the_tools_of_such_a_row_give_what_a_caller_may_give() -> None:
    draft = coherent(QUEUES, 30)

    fields = draft.entities["queue"].fields
    assert [*fields] == ["name", "delay_seconds", "depth", "updated_at"]
    assert not fields["name"].optional
    assert {*draft.tools["create_queue"].args} == {"name", "delay_seconds"}
    assert {*draft.tools["update_queue"].args} == {"queue_id", "delay_seconds"}
    assert [*draft.tools] == ["list_queues", "get_queue", "create_queue", "update_queue", "delete_queue"]


def test_rows_that_only_stand_among_others_are_listed_from_there() -> None:
    cards = Shape("/cards", "array", items=Shape("/cards/items", properties={"title": Shape("/title", "string")}))
    description = Description(
        operations=(act("create_cards", request="cards"), act("read_board", response="board")),
        schemas={"cards": Schema("/c", "", "", {"cards": cards}), "board": Schema("/b", "", "", {"cards": cards})},
        is_spoken=True,
    )

    (card,) = group(with_inline_rows(description)).entities

    assert {kind: one.operation.id for kind, one in card.crud.items()} == {
        "create": "create_cards",
        "list": "read_board",
    }


def test_rows_that_nothing_shows_are_no_entity() -> None:
    description = Description(
        operations=(act("AddNote", request="note"), act("RemoveNote", request="note", keys=("id",))),
        schemas={"note": schema("/n", {"id": TEXT, "text": TEXT})},
        is_spoken=True,
    )

    grouping = group(description)

    assert grouping.entities == ()
    assert {one.reason for one in grouping.dropped} == {"no operation shows its rows"}


def column(name: str, shape: Shape, entity: Entity = BUCKET) -> Mapping[str, FieldPart]:
    schemas = {"bucket": Schema("/b", "Bucket", "", {name: shape}), "use": USE}
    return columns(Description(schemas=schemas, is_spoken=True), entity, ("bucket", "policy")).fields


def test_bounds_of_whole_numbers_are_those_of_the_column_and_of_its_first_rows() -> None:
    found = column("age", Shape("/d", "integer", minimum=30, maximum=40))

    assert (found["age"].min, found["age"].max) == (30, 40)
    assert seeded("bucket", EntityPart(prefix="buc", fields=found), ()).fields["age"].seed == (30, 40)


def test_parts_of_what_the_server_fills_are_filled_by_it_under_one_name() -> None:
    found = column("lastUsed", Shape("/u", ref="use", is_read_only=True))

    assert {name: one.generated for name, one in found.items()} == {"last_used_at": True, "last_used_region": True}


def test_where_names_are_spoken_only_what_is_called_an_id_names_a_row() -> None:
    assert column("policyArn", Shape("/p", "string"))["policy_id"].to == "policy"
    assert column("policy", Shape("/p", "string"))["policy"].type == "str"


@pytest.mark.parametrize(
    ("many", "one"), [("buses", "bus"), ("causes", "cause"), ("sizes", "size"), ("aliases", "alias")]
)
def test_one_of_many(many: str, one: str) -> None:
    assert singular(many) == one
    assert singular(one) == one


def test_a_pair_points_at_both_of_its_sides() -> None:
    def named(*names: str, by: str = "") -> Schema:
        return Schema("/n", "", "", {one: Shape(f"/{one}", "string", required_by=frozenset({by})) for one in names})

    nouns = ("Group", "User")
    acts = [act(f"Get{noun}", request=f"{noun}.key", response=noun, keys=(f"{noun}Name",)) for noun in nouns]
    acts += [act(f"Create{noun}", request=noun, response=noun) for noun in nouns]
    acts += [act("AddUserToGroup", request="pair"), act("RemoveUserFromGroup", request="unpair")]
    acts += [act("ListGroupUsers", request="Group.key", response="User")]
    schemas = {noun: Schema(f"/{noun}", noun, "", {"Path": Shape("/p", "string")}) for noun in nouns}
    schemas |= {f"{noun}.key": named(f"{noun}Name") for noun in nouns}
    schemas |= {"pair": named("GroupName", "UserName", by="AddUserToGroup")}
    schemas |= {"unpair": named("GroupName", "UserName", by="RemoveUserFromGroup")}

    draft = coherent(Description(operations=tuple(acts), schemas=schemas, is_spoken=True), 30)

    fields = draft.entities["group_user"].fields
    assert {name: (one.to, one.optional) for name, one in fields.items()} == {
        "group_id": ("group", False),
        "user_id": ("user", False),
    }
    assert {"create_group_user", "delete_group_user", "list_group_users"} <= {*draft.tools}


def test_a_name_and_the_row_it_names_are_one_column() -> None:
    schemas = {
        "bucket": Schema("/b", "Bucket", "", {"policy": Shape("/t", "string"), "policyArn": Shape("/p", "string")})
    }

    found = columns(Description(schemas=schemas, is_spoken=True), BUCKET, ("bucket", "policy"))

    assert {name: one.to for name, one in found.fields.items()} == {"policy_id": "policy"}
    assert [(one.what, one.reason) for one in found.dropped] == [("bucket.policy", "the same as policy_id")]


def test_nothing_points_at_what_is_not_kept() -> None:
    inside = Entity("bucket", "bucket", "/b", {}, parents=("vault",))

    assert [*column("name", Shape("/n", "string"), inside)] == ["name"]


def test_a_ref_bears_no_name_that_rows_cannot_have() -> None:
    found = columns(
        Description(
            schemas={"bucket": Schema("/b", "Bucket", "", {"modelArn": Shape("/m", "string")})}, is_spoken=True
        ),
        Entity("bucket", "bucket", "/b", {}, parents=("model_card",)),
        ("bucket", "model", "model_card"),
    )

    assert {name: one.to for name, one in found.fields.items()} == {
        "the_model_card_id": "model_card",
        "the_model_id": "model",
    }


def test_a_name_that_a_path_creates_a_row_under_is_given() -> None:
    name = Shape("/n", "string", required_by=frozenset({"CreateVault"}))
    members = {"Shelf": Shape("/s", "string"), "VaultName": Shape("/r", "string"), "Size": Shape("/z", "integer")}
    create = replace(act("CreateVault", request="given"), parameters={"VaultName": Parameter(name, "path", True)})
    operations = (create, act("GetVault", response="row", keys=("VaultName",)))
    schemas = {"given": Schema("/g", "", "", {"Shelf": Shape("/t", "string")}), "row": Schema("/r", "", "", members)}

    draft = coherent(Description(operations=operations, schemas=schemas, is_spoken=True), 30)

    assert [*draft.tools["create_vault"].set] == ["name", "shelf"]
    assert not draft.entities["vault"].fields["name"].optional


def test_a_row_of_which_nothing_can_be_given_is_not_created() -> None:
    operations = (act("CreateLog", response="row"), act("GetLog", response="row", keys=("id",)))
    row = Schema("/r", "", "", {"CreatedAt": Shape("/c", "string", "date-time", is_read_only=True)})

    draft = coherent(Description(operations=operations, schemas={"row": row}, is_spoken=True), 30)

    assert [*draft.tools] == ["get_log"]


def test_rows_that_are_only_looked_up_are_no_entity() -> None:
    operations = (act("GetUrl", request="key", response="row", keys=("id",)),)
    schemas = {"key": schema("/k", {"id": TEXT}, "GetUrl"), "row": schema("/r", {"url": TEXT, "title": TEXT})}

    grouping = group(Description(operations=operations, schemas=schemas, is_spoken=True))

    assert [one.reason for one in grouping.dropped] == ["nothing makes, lists or changes its rows"]
