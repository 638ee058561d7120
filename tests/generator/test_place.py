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
