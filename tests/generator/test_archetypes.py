"""Archetypes give a document's own actions what it does not tell: guards, effects, laws and sentences."""

from pathlib import Path

import pytest
import yaml

from generator.audit import audit
from generator.blueprint import EntityPart, FieldPart, ToolPart
from generator.cases import explore
from generator.compile import compile, dump
from generator.compile.actions import Acts, acts
from generator.compile.archetypes import FOLDER, families, filled, known_by
from generator.compile.spoken import Placed
from generator.description import Description, Operation, Schema, Shape
from generator.load import load
from generator.resource import Resource, ResourceError
from generator.seeds import seed_rows

OPEN = FieldPart(type="state", initial="open", moves={"open": ("paid", "on hold"), "paid": ("open",), "on hold": ()})
CUSTOMER = EntityPart(prefix="cus", fields={"name": FieldPart(type="str", seed="person")})
LINE = EntityPart(prefix="lin", fields={"order_id": FieldPart(type="ref", to="order"), "text": FieldPart(type="str")})


def order(**fields: FieldPart) -> EntityPart:
    return EntityPart(prefix="ord", fields={"title": FieldPart(type="str"), **fields})


def act(
    verb: str, entity: EntityPart, given: tuple[str, ...] = (), taken: tuple[str, ...] = (), **others: EntityPart
) -> Acts:
    operation = Operation(f"orders.{verb}", verb, "/at", http="POST", doc=f"Does {verb}. And more.", request="r")
    placed = Placed(operation, ("orders",), "action", verb, ("orderId",))
    schemas = {"r": Schema("/r", "", "", {name: Shape("/g", "string") for name in given})}
    return acts(Description(schemas=schemas), [placed], {("orders",): "order"}, {"order": entity, **others}, taken)


def tool(made: Acts) -> ToolPart:
    (found,) = made.tools.values()
    return found


def test_there_are_enough_archetypes_and_each_can_be_known_by_its_verb() -> None:
    members = [(family, member) for family in families() for member in family.members]

    assert len(members) >= 20
    assert len({member.archetype for _, member in members}) == len(members)
    for family, member in members:
        assert member.verbs
        assert member.phrases
        assert (family, member) in [*known_by(f"{member.verbs[0]}_everything")]
    assert {path.stem for path in FOLDER.glob("*.yaml")} == {family.family for family in families()}


def test_a_lifecycle_act_moves_a_row_and_refuses_where_it_may_not() -> None:
    made = tool(act("refund", order(status=OPEN.model_copy(update={"moves": {"paid": ("refunded",), "refunded": ()}}))))

    assert made.require["not_paid"][0] == "row.status == 'paid'"
    assert made.model_dump(by_alias=True)["do"][0]["set"] == {"status": "'refunded'"}
    assert made.doc == "Does refund."
    assert made.origin == "/at"
    assert made.phrases[0] == "refund {order_id}"


def test_states_are_known_whatever_their_spelling_and_moves_are_added() -> None:
    made = act("pause", order(status=OPEN))

    assert made.entities["order"].fields["status"].moves["open"] == ("paid", "on hold")
    assert tool(made).model_dump(by_alias=True)["do"][0]["set"] == {"status": "'on hold'"}


def test_an_entity_without_a_status_is_given_one_if_its_acts_need_it() -> None:
    status = act("cancel", order()).entities["order"].fields["status"]

    assert (status.origin, status.initial, status.moves) == (
        "archetype", "active", {"active": ("cancelled",), "cancelled": ()},
    )  # fmt: skip


def test_a_moment_that_records_the_act_is_stamped() -> None:
    made = tool(act("cancel", order(cancelled_at=FieldPart(type="time", optional=True))))

    assert made.model_dump(by_alias=True)["do"][0]["set"]["cancelled_at"] == "now"


def test_a_flag_is_set_once() -> None:
    made = tool(act("lock", order(is_locked=FieldPart(type="bool", default=False))))

    assert made.require["already_locked"][0] == "not row.is_locked"


def test_a_pointer_goes_where_the_request_says() -> None:
    refs = {name: FieldPart(type="ref", to="customer") for name in ("buyer_id", "customer_id")}
    made = tool(act("transfer", order(**refs), ("buyer",), customer=CUSTOMER))

    assert made.let["goal"] == "customer[customer_id]"
    assert made.model_dump(by_alias=True)["do"][0]["set"] == {"buyer_id": "goal.id"}


def test_an_amount_never_falls_below_nothing_and_a_law_says_so() -> None:
    made = act("redeem", order(points=FieldPart(type="int", default=5)))

    assert tool(made).require["not_enough"][0] == "row.points >= amount"
    assert "x.points >= 0" in made.invariants["order_points_is_held"]
    assert made.entities["order"].fields["points"].min == 0


def test_merging_moves_what_points_at_the_row_and_clearing_removes_it() -> None:
    merged, cleared = (tool(act(verb, order(), line=LINE)) for verb in ("merge", "clear"))

    assert [next(iter(effect)) for effect in merged.model_dump(by_alias=True)["do"]] == ["each", "delete"]
    assert cleared.let["removed"] == "len([c for c in line if c.order_id == row.id])"


@pytest.mark.parametrize(
    ("verb", "entity"),
    [
        ("frobnicate", order()),
        ("lock", order()),
        ("unassign", order(customer_id=FieldPart(type="ref", to="customer"))),
        ("duplicate", order(code=FieldPart(type="str", unique=True))),
        ("refund", order(status=OPEN)),
    ],
)
def test_an_act_that_no_archetype_fits_is_left(verb: str, entity: EntityPart) -> None:
    made = act(verb, entity, customer=CUSTOMER)

    assert made.tools == {}
    assert len(made.left) == 1


def test_an_act_whose_name_is_taken_is_left_and_not_lost() -> None:
    flag = FieldPart(type="bool", default=False)

    assert [*act("lock", order(locked=flag)).tools] == ["lock_order"]
    assert [one.verb for one in act("lock", order(locked=flag), taken=("lock_order",)).left] == ["lock"]


def test_holes_are_filled_in_keys_and_texts_and_a_lone_one_becomes_its_value() -> None:
    assert filled({"$a": ["$b", "x $a", {"c": "$a"}], "d": 1}, {"a": "k", "b": {"e": 2}}) == {
        "k": [{"e": 2}, "x k", {"c": "k"}],
        "d": 1,
    }


def test_a_rest_description_compiles_to_a_blueprint_whose_guards_can_all_be_reached(tmp_path: Path) -> None:
    item, many = (
        "/orders/{orderId}",
        Schema("/m", "", "", {"data": Shape("/d", "array", items=Shape("/i", ref="Order"))}),
    )
    states = Shape("/st", "string", values=("open", "paid", "cancelled"), default="open")
    fields = {"title": Shape("/ti", "string"), "status": states, "starts": Shape("/s", "string", "date-time"),
              "ends": Shape("/e", "string", "date-time"), "shop": Shape("/sh", "string")}  # fmt: skip
    shop_fields = {"name": Shape("/n", "string", required_by=frozenset({"createShop"}))}
    operations = (
        Operation("listOrders", "x", "/1", "GET", "/orders", response="many"),
        Operation("createOrder", "x", "/2", "POST", "/orders", request="Order", response="Order"),
        Operation("getOrder", "x", "/3", "GET", item, keys=("orderId",), response="Order"),
        Operation("updateOrder", "x", "/4", "PATCH", item, keys=("orderId",), request="Order", response="Order"),
        Operation("cancelOrder", "x", "/5", "POST", f"{item}/cancel", keys=("orderId",), response="Order"),
        Operation("payOrder", "x", "/6", "POST", f"{item}/pay", keys=("orderId",), response="Order"),
        Operation("getShop", "x", "/7", "GET", "/shops/{shopId}", keys=("shopId",), response="Shop"),
        Operation("createShop", "x", "/8", "POST", "/shops", request="Shop", response="Shop"),
    )
    schemas = {"Order": Schema("/o", "Order", "An order.", fields), "Shop": Schema("/p", "Shop", "", shop_fields)}
    description = Description("Shop", "acme", "Acme", "Sells.", operations, {**schemas, "many": many})

    blueprint = compile(Resource("a.json", "Acme", "any", "a.json", "0" * 64, {}, description)).blueprint

    text = dump(blueprint)
    path = tmp_path / blueprint.domain / f"{blueprint.name}.yaml"
    path.parent.mkdir()
    path.write_text(text, "utf-8")
    assert audit(yaml.safe_load(text), "acme") == ()
    assert {"cancel_order", "pay_order", "create_order", "list_orders", "get_shop"} <= {*blueprint.tools}
    assert blueprint.entities["order"].fields["shop_id"].to == "shop"
    assert "ends_at_before_starts_at" in blueprint.tools["update_order"].require
    assert explore(load(path), seed_rows(load(path))).findings == ()


def test_a_description_without_rows_is_refused_with_advice() -> None:
    operations = (Operation("ping", "ping", "/1", "GET", "/ping"),)

    with pytest.raises(ResourceError, match=r"a.json: none of its operations keeps rows, .* draft --model"):
        compile(Resource("a.json", "A", "any", "a.json", "0" * 64, {}, Description(operations=operations)))
