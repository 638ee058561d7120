"""Operations are placed by their publisher's words, by their paths, or by their names."""

import pytest

from generator.compile.place import placed
from generator.compile.spoken import Kind, Placed
from generator.description import Description, Operation, Schema, Shape

ROWS = Schema("/rows", "", "", {"data": Shape("/d", "array", items=Shape("/i", ref="Order"))})
ORDER = Schema("/order", "Order", "", {"total": Shape("/t", "integer")})


def rest(http: str, path: str, response: str = "Order") -> Operation:
    return Operation(f"{http} {path}", "x", "/x", http=http, path=path, response=response)


SHOP = (
    rest("GET", "/api/v2/orders.json", "rows"),
    rest("POST", "/api/v2/orders"),
    rest("GET", "/api/v2/orders/{orderId}"),
    rest("PATCH", "/api/v2/orders/{orderId}"),
    rest("DELETE", "/api/v2/orders/{orderId}"),
    rest("POST", "/api/v2/orders/{orderId}/cancel"),
    rest("PUT", "/api/v2/orders/{orderId}/lock"),
    rest("DELETE", "/api/v2/orders/{orderId}/lock"),
    rest("GET", "/api/v2/orders/{orderId}/lines", "rows"),
    rest("POST", "/api/v2/orders/{orderId}/lines"),
    rest("POST", "/api/v2/orders/search"),
    rest("GET", "/api/v2/limits"),
)


def by_path(at: int) -> Placed:
    return placed(Description(operations=SHOP, schemas={"rows": ROWS, "Order": ORDER}))[at]


@pytest.mark.parametrize(
    ("at", "resource", "kind", "verb", "keys"),
    [
        (0, ("orders",), "list", "list", ()),
        (1, ("orders",), "create", "create", ()),
        (2, ("orders",), "get", "get", ("orderId",)),
        (3, ("orders",), "update", "patch", ("orderId",)),
        (4, ("orders",), "delete", "delete", ("orderId",)),
        (5, ("orders",), "action", "cancel", ("orderId",)),
        (6, ("orders",), "action", "lock", ("orderId",)),
        (7, ("orders",), "action", "unlock", ("orderId",)),
        (8, ("orders", "lines"), "list", "list", ("orderId",)),
        (9, ("orders", "lines"), "create", "create", ("orderId",)),
        (10, ("orders",), "action", "search", ()),
        (11, ("limits",), "action", "get", ()),
    ],
)
def test_paths_tell_resources_and_kinds(
    at: int, resource: tuple[str, ...], kind: Kind, verb: str, keys: tuple[str, ...]
) -> None:
    found = by_path(at)

    assert (found.resource, found.kind, found.verb, found.keys) == (resource, kind, verb, keys)


@pytest.mark.parametrize(
    ("name", "resource", "kind", "verb"),
    [
        ("CreateQueue", ("queue",), "create", "create"),
        ("ListQueues", ("queue",), "list", "list"),
        ("DescribeQueue", ("queue",), "get", "describe"),
        ("issues_list", ("issue",), "list", "list"),
        ("PurgeQueue", ("queue",), "action", "purge"),
        ("StartQueue", ("queue",), "create", "start"),
        ("StartEngine", ("engine",), "action", "start"),
        ("AddUserToGroup", ("user_to_group",), "action", "add"),
        ("Ping", (), "action", "ping"),
    ],
)
def test_names_of_procedures_tell_nouns_and_kinds(name: str, resource: tuple[str, ...], kind: Kind, verb: str) -> None:
    operations = (Operation(name, name, "/x"), Operation("GetQueue", "GetQueue", "/y"))

    found = placed(Description(operations=operations))[0]

    assert (found.resource, found.kind, found.verb) == (resource, kind, verb)


def test_the_members_of_a_request_that_name_rows_are_its_keys() -> None:
    required = frozenset({"DeleteJob"})
    names = {name: Shape("/m", "string", required_by=required) for name in ("jobId", "projectId", "reason")}
    operation = Operation("DeleteJob", "DeleteJob", "/x", request="DeleteJob.request")

    (found,) = placed(Description(operations=(operation,), schemas={"DeleteJob.request": Schema("/s", "", "", names)}))

    assert found.keys == ("projectId", "jobId")


def test_a_publisher_is_taken_at_its_word() -> None:
    operation = Operation("a.b.insert", "insert", "/x", http="POST", path="b", resource=("a", "b"), keys=("a",))

    (found,) = placed(Description(operations=(operation,)))

    assert (found.resource, found.kind, found.keys) == (("a", "b"), "create", ("a",))


def spoken(name: str, *others: str, **said: bool) -> Placed:
    """Place an operation among others of a service whose names say what is done, whatever verb sends them."""
    first = Operation(name, name, "/x", http="POST", path="/rpc", **said)
    rest = [Operation(other, other, "/y", http="POST", path="/rpc") for other in others]
    return placed(Description(operations=(first, *rest), is_spoken=True))[0]


@pytest.mark.parametrize(
    ("name", "others", "resource", "kind"),
    [
        ("GetQueueAttributes", ("CreateQueue",), "queue", "get"),
        ("GetQueueAttributes", ("CreateQueue", "GetQueue"), "queue_attribute", "get"),
        ("GetAccountSettings", (), "account_setting", "get"),
        ("StartJob", ("GetJob",), "job", "create"),
        ("StartJob", ("GetJob", "CreateJob"), "job", "action"),
        ("TerminateNode", ("CreateNode",), "node", "delete"),
        ("TerminateNode", ("DeleteNode",), "node", "action"),
        ("PutRule", ("ListRules",), "rule", "create"),
        ("PutRule", ("CreateRule",), "rule", "update"),
        ("ReceiveReturn", (), "return", "action"),
        ("BatchGetJobs", (), "job", "action"),
        ("merge_pull_request", ("get_pull_request",), "pull_request", "action"),
        ("notion-create-page", ("notion-get-page", "notion-find"), "page", "create"),
    ],
)
def test_names_outrank_verbs_where_they_are_known_to_speak(
    name: str, others: tuple[str, ...], resource: str, kind: Kind
) -> None:
    found = spoken(name, *others)

    assert (found.resource, found.kind) == ((resource,), kind)


def test_what_only_reads_makes_nothing() -> None:
    assert spoken("create_report", is_read_only=True).kind == "action"


def test_a_destructive_act_deletes_what_nothing_else_deletes() -> None:
    assert spoken("shred_card", "create_card", is_destructive=True).kind == "delete"
    assert spoken("shred_card", "create_card").kind == "action"
    assert spoken("shred_card", "create_card", "delete_card", is_destructive=True).kind == "action"


def test_a_change_of_one_column_is_one_of_the_row_and_not_said_in_its_words() -> None:
    request = Schema("/s", "", "", {"pageId": Shape("/i", "string"), "title": Shape("/t", "string")})
    operations = (
        Operation("UpdatePageTitle", "UpdatePageTitle", "/x", doc="Replaces the title.", request="given"),
        Operation("CreatePage", "CreatePage", "/y"),
    )

    found = placed(Description(operations=operations, schemas={"given": request}, is_spoken=True))[0]

    assert (found.resource, found.kind, found.operation.doc) == (("page",), "update", "")


def asking(name: str, *asked: str, answer: str = "") -> tuple[Operation, dict[str, Schema]]:
    members = {one: Shape(f"/{name}/{one}", "string", required_by=frozenset({name})) for one in asked}
    answers = {answer: Shape(f"/{name}/{answer}", "string")} if answer else {}
    operation = Operation(name, name, f"/{name}", request=f"{name}.request", response=f"{name}.response")
    schemas = {f"{name}.request": members, f"{name}.response": answers}
    return operation, {key: Schema(f"/{key}", "", "", properties) for key, properties in schemas.items()}


def all_placed(*parts: tuple[Operation, dict[str, Schema]]) -> dict[str, Placed]:
    schemas = {key: schema for _, found in parts for key, schema in found.items()}
    found = placed(Description(operations=tuple(one for one, _ in parts), schemas=schemas, is_spoken=True))
    return {each.operation.id: each for each in found}


def test_a_verb_without_a_noun_acts_on_what_it_answers_with_or_asks_for() -> None:
    found = all_placed(
        asking("Subscribe", "TopicArn", answer="SubscriptionArn"),
        asking("Unsubscribe", "SubscriptionArn"),
        asking("Publish", "Message", answer="MessageId"),
        asking("ListSubscriptions"),
        asking("GetSubscriptionAttributes", "SubscriptionArn"),
    )

    told = {name: (each.resource, each.kind, each.keys) for name, each in found.items()}
    assert told["Subscribe"] == (("subscription",), "create", ("TopicArn",))
    assert told["Unsubscribe"] == (("subscription",), "delete", ("SubscriptionArn",))
    assert told["Publish"] == ((), "action", ())
    assert told["GetSubscriptionAttributes"] == (("subscription",), "get", ("SubscriptionArn",))


@pytest.mark.parametrize(
    ("name", "array", "kind"),
    [("GetGroup", "Users", "get"), ("GetGroup", "Groups", "list"), ("GetGroup", "items", "list")],
)
def test_an_array_of_something_else_belongs_to_the_row_that_is_got(name: str, array: str, kind: Kind) -> None:
    answer = Schema("/s", "", "", {array: Shape("/a", "array", items=Shape("/i", ref="Row"))})
    operation = Operation(name, name, "/x", response="answer")

    (found,) = placed(Description(operations=(operation,), schemas={"answer": answer}, is_spoken=True))

    assert found.kind == kind


def test_a_key_of_the_last_of_a_noun_s_words_names_the_row() -> None:
    found = all_placed(asking("DescribeExportJob", "organizationId", "jobId"))

    assert found["DescribeExportJob"].keys == ("organizationId", "jobId")


def test_what_is_put_together_and_taken_apart_is_a_pair_that_both_sides_list() -> None:
    found = all_placed(
        asking("AddUserToGroup", "GroupName", "UserName"),
        asking("RemoveUserFromGroup", "GroupName", "UserName"),
        asking("ListGroupsForUser", "UserName"),
        asking("ListGroupUsers", "GroupName"),
        asking("AddTagToUser", "UserName"),
    )

    told = {name: (each.resource, each.kind, each.keys) for name, each in found.items()}
    assert told["AddUserToGroup"] == (("group", "user"), "create", ("GroupName", "UserName"))
    assert told["RemoveUserFromGroup"] == (("group", "user"), "delete", ("GroupName", "UserName"))
    assert told["ListGroupsForUser"] == told["ListGroupUsers"] == (("group", "user"), "list", ())
    assert told["AddTagToUser"][1] == "action"
