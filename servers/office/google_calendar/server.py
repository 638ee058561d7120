# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""Google Calendar: Calendars, the user's calendar list, events with guests and answers, sharing rules, and free/busy
questions.

Emitted from blueprint office/google_calendar version 1 (sha256 c9537593e844). Source: Calendar API,
google-discovery-v1, pypi:google-api-python-client==2.202.0,
googleapiclient/discovery_cache/documents/calendar.v3.json.
"""

from typing import Annotated, Literal

from envkit import (
    Cursor,
    Environment,
    Field,
    Limit,
    Moves,
    Page,
    Result,
    Row,
    Time,
    World,
    given,
    known,
    main,
    require,
)

env = Environment(__file__)

CalendarId = Annotated[str, Field(description="Calendar id, e.g. cal_4k2m9x")]
CalendarListEntryId = Annotated[str, Field(description="Calendar list entry id, e.g. cle_4k2m9x")]
EventId = Annotated[str, Field(description="Event id, e.g. evt_4k2m9x")]
EventAttendeeId = Annotated[str, Field(description="Event attendee id, e.g. att_4k2m9x")]
AclRuleId = Annotated[str, Field(description="Acl rule id, e.g. acl_4k2m9x")]
CalendarListEntryAccessRole = Literal[
    "none",
    "freeBusyReader",
    "reader",
    "writerWithoutPrivateAccess",
    "writer",
    "owner",
]
EventStatus = Literal["confirmed", "tentative", "cancelled"]
EventEventType = Literal["birthday", "default", "focusTime", "fromGmail", "outOfOffice", "workingLocation"]
EventTransparency = Literal["opaque", "transparent"]
EventVisibility = Literal["default", "public", "private", "confidential"]
EventAttendeeResponseStatus = Literal["needsAction", "declined", "tentative", "accepted"]
AclRuleRole = Literal["none", "freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner"]
AclRuleScopeType = Literal["default", "user", "group", "domain"]


class Calendar(Row, table="calendar", prefix="cal"):
    """A calendar that holds events, the user's own or somebody else's."""

    id: CalendarId
    summary: Annotated[str, Field(description="Title of the calendar, e.g. Team planning.")]
    description: Annotated[str | None, Field(description="Description of the calendar.")] = None
    location: Annotated[str | None, Field(description="Geographic location of the calendar as free-form text.")] = None
    time_zone: Annotated[str | None, Field(description="The time zone of the calendar.")] = None
    data_owner: Annotated[str, Field(description="E-mail address of the calendar's owner.")]


class CalendarListEntry(Row, table="calendar_list_entry", prefix="cle", found_by="list_calendar_list_entries"):
    """A calendar as it stands in the user's calendar list, with the user's own title, colour and visibility."""

    id: CalendarListEntryId
    calendar_id: Annotated[str, Field(description="The calendar this entry shows.")]
    summary: Annotated[str, Field(description="Title of the calendar; follows the calendar.")]
    summary_override: Annotated[str | None, Field(description="Title that the user gave it instead.")] = None
    access_role: Annotated[CalendarListEntryAccessRole, Field(description="What the user may do with the calendar.")]
    primary: Annotated[
        bool,
        Field(description="Whether the calendar is the primary calendar of the authenticated user."),
    ] = False
    color_id: Annotated[int, Field(ge=1, le=24, description="Colour of the calendar, 1 to 24.")] = 14
    hidden: Annotated[bool, Field(description="Whether the calendar has been hidden from the list.")] = False
    selected: Annotated[bool, Field(description="Whether the calendar content shows up in the calendar UI.")] = False


class Event(Row, table="event", prefix="evt", found_by="list_events"):
    """Something that happens on a calendar between two moments."""

    id: EventId
    calendar_id: Annotated[str, Field(description="The calendar the event is on.")]
    summary: Annotated[str, Field(description="Title of the event, e.g. Budget review.")]
    description: Annotated[str | None, Field(description="Description of the event.")] = None
    location: Annotated[str | None, Field(description="Geographic location of the event as free-form text.")] = None
    starts_at: Annotated[Time, Field(description="Start of the event (inclusive), UTC.")]
    ends_at: Annotated[Time, Field(description="End of the event (exclusive), UTC; always after the start.")]
    status: Annotated[
        EventStatus,
        Moves({"confirmed": ["tentative", "cancelled"], "tentative": ["confirmed", "cancelled"]}),
        Field(description="confirmed, tentative, or cancelled (deleted)."),
    ] = "confirmed"
    event_type: Annotated[EventEventType, Field(description="Kind of event; it cannot be changed later.")] = "default"
    transparency: Annotated[
        EventTransparency,
        Field(description="opaque: the time is busy. transparent: it stays free."),
    ] = "opaque"
    visibility: Annotated[EventVisibility, Field(description="Visibility of the event.")] = "default"
    color_id: Annotated[
        int | None,
        Field(ge=1, le=11, description="Colour of the event, 1 to 11; empty for the calendar's own."),
    ] = None
    organizer_email: Annotated[str, Field(description="E-mail address of the organizer.")]
    guests_can_invite_others: Annotated[
        bool,
        Field(description="Whether attendees other than the organizer can invite others to the event."),
    ] = True
    guests_can_modify: Annotated[
        bool,
        Field(description="Whether attendees other than the organizer can modify the event."),
    ] = False
    sequence: Annotated[int, Field(ge=0, description="How often the time of the event was changed.")] = 0
    created_at: Annotated[Time, Field(description="Creation time of the event.")]
    updated_at: Annotated[Time, Field(description="Last modification time of the main event data.")]


class EventAttendee(Row, table="event_attendee", prefix="att", found_by="list_event_attendees"):
    """Somebody invited to an event, with their answer."""

    id: EventAttendeeId
    event_id: Annotated[str, Field(description="The event they are invited to.")]
    email: Annotated[str, Field(description="E-mail address of the guest; once per event.")]
    display_name: Annotated[str | None, Field(description="The guest's name, if known.")] = None
    response_status: Annotated[EventAttendeeResponseStatus, Field(description="The guest's answer.")] = "needsAction"
    is_organizer: Annotated[bool, Field(description="Whether the attendee is the organizer of the event.")] = False
    is_optional: Annotated[bool, Field(description="Whether the guest need not come.")] = False
    additional_guests: Annotated[int, Field(ge=0, le=10, description="How many people the guest brings along.")] = 0
    comment: Annotated[str | None, Field(description="The attendee's response comment.")] = None


class AclRule(Row, table="acl_rule", prefix="acl", found_by="list_acl_rules"):
    """A rule that shares a calendar with a person, a group, a domain or everybody."""

    id: AclRuleId
    calendar_id: Annotated[str, Field(description="The calendar that is shared.")]
    role: Annotated[AclRuleRole, Field(description="What the scope may do with the calendar.")]
    scope_type: Annotated[AclRuleScopeType, Field(description="user, group or domain; default means everybody.")]
    scope_value: Annotated[
        str | None,
        Field(description="E-mail address of the user or group, or the domain's name; empty for everybody."),
    ] = None


@env.tool(reads=[CalendarListEntry], title="List calendar list")
def list_calendar_list_entries(
    world: World,
    calendar_id: Annotated[str | None, Field(description="Only calendar list entries of this calendar")] = None,
    access_role: Annotated[
        CalendarListEntryAccessRole | None,
        Field(description="Only calendar list entries with this access role"),
    ] = None,
    primary: Annotated[
        bool | None,
        Field(description="Only calendar list entries that are (or are not) primary"),
    ] = None,
    hidden: Annotated[bool | None, Field(description="Only calendar list entries that are (or are not) hidden")] = None,
    selected: Annotated[
        bool | None,
        Field(description="Only calendar list entries that are (or are not) selected"),
    ] = None,
    query: Annotated[
        str | None,
        Field(description="Text to find anywhere in summary or summary override, in any case"),
    ] = None,
    sort: Annotated[
        Literal["summary", "-summary", "color_id", "-color_id"],
        Field(description="Order of the calendar list entries; a leading minus descends"),
    ] = "summary",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[CalendarListEntry]:
    """List the calendars on the user's calendar list, with access role, colour and visibility."""
    return world.page(
        CalendarListEntry,
        where={
            "calendar_id": calendar_id,
            "access_role": access_role,
            "primary": primary,
            "hidden": hidden,
            "selected": selected,
        },
        search=(query, ["summary", "summary_override"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[CalendarListEntry])
def get_calendar_list_entry(world: World, calendar_list_entry_id: CalendarListEntryId) -> CalendarListEntry:
    """Returns a calendar from the user's calendar list."""
    return world.get(CalendarListEntry, calendar_list_entry_id)


class CreateCalendarListEntryResult(Result):
    """What create_calendar_list_entry answers."""

    calendar_list_entry: CalendarListEntry


@env.tool(reads=[Calendar, CalendarListEntry, AclRule], writes=[CalendarListEntry], title="Add to calendar list")
def create_calendar_list_entry(
    world: World,
    calendar_id: Annotated[str, Field(description="The calendar to add.")],
    color_id: Annotated[int, Field(ge=1, le=24, description="Colour of the calendar, 1 to 24.")] = 14,
) -> CreateCalendarListEntryResult:
    """Put an existing calendar that is shared with the user on the user's calendar list."""
    shared = world.get(Calendar, calendar_id)
    me = min(world.get(Calendar, e.calendar_id).data_owner for e in world.all(CalendarListEntry, primary=True))
    rule = (
        world.get(
            AclRule, min(r.id for r in world.all(AclRule, calendar_id=calendar_id, scope_type="user", scope_value=me))
        )
        if any(
            r.calendar_id == calendar_id and r.scope_type == "user" and r.scope_value == me for r in world.all(AclRule)
        )
        else None
    )

    require(
        not any(e.calendar_id == calendar_id for e in world.all(CalendarListEntry)),
        "already_listed",
        f"{shared.summary} is on the calendar list already.",
    )
    require(rule is not None and rule.role != "none", "not_shared", f"{shared.summary} is not shared with {me}.")

    entry = world.add(
        CalendarListEntry,
        calendar_id=calendar_id,
        summary=shared.summary,
        access_role=known(rule).role,
        color_id=color_id,
        selected=True,
    )
    return CreateCalendarListEntryResult(calendar_list_entry=entry)


@env.tool(reads=[CalendarListEntry], writes=[CalendarListEntry], idempotent=True)
def update_calendar_list_entry(
    world: World,
    calendar_list_entry_id: CalendarListEntryId,
    summary_override: Annotated[str | None, Field(description="Title that the user gave it instead.")] = None,
    color_id: Annotated[int | None, Field(ge=1, le=24, description="Colour of the calendar, 1 to 24.")] = None,
    hidden: Annotated[bool | None, Field(description="Whether the calendar has been hidden from the list.")] = None,
    selected: Annotated[
        bool | None,
        Field(description="Whether the calendar content shows up in the calendar UI."),
    ] = None,
) -> CalendarListEntry:
    """Change how a calendar looks in the user's list; title, colour, hidden and selected."""
    calendar_list_entry = world.get(CalendarListEntry, calendar_list_entry_id)
    values = given(summary_override=summary_override, color_id=color_id, hidden=hidden, selected=selected)

    require(values, "nothing_to_update", "Give at least one of summary_override, color_id, hidden, selected.")

    return world.update(calendar_list_entry, **values)


class DeleteCalendarListEntryResult(Result):
    """What delete_calendar_list_entry answers."""

    calendar_list_entry_id: Annotated[str, Field(description="Calendar list entry id")]


@env.tool(reads=[CalendarListEntry], writes=[CalendarListEntry], destructive=True, title="Remove from calendar list")
def delete_calendar_list_entry(
    world: World,
    calendar_list_entry_id: Annotated[str, Field(description="The entry to remove.")],
) -> DeleteCalendarListEntryResult:
    """Take somebody else's calendar off the user's calendar list; the calendar itself stays."""
    entry = world.get(CalendarListEntry, calendar_list_entry_id)

    require(
        entry.access_role != "owner",
        "own_calendar",
        f"{entry.summary} is the user's own calendar; delete the calendar instead.",
    )

    world.delete(entry)
    return DeleteCalendarListEntryResult(calendar_list_entry_id=calendar_list_entry_id)


@env.tool(reads=[Calendar])
def get_calendar(world: World, calendar_id: CalendarId) -> Calendar:
    """Returns metadata for a calendar."""
    return world.get(Calendar, calendar_id)


class CreateCalendarResult(Result):
    """What create_calendar answers."""

    calendar: Calendar
    calendar_list_entry: CalendarListEntry


@env.tool(reads=[Calendar, CalendarListEntry], writes=[Calendar, CalendarListEntry, AclRule])
def create_calendar(
    world: World,
    summary: Annotated[str, Field(description="Title of the calendar, e.g. Team planning.")],
    description: Annotated[str | None, Field(description="Description of the calendar.")] = None,
    location: Annotated[str | None, Field(description="Geographic location of the calendar as free-form text.")] = None,
    time_zone: Annotated[str | None, Field(description="The time zone of the calendar.")] = None,
) -> CreateCalendarResult:
    """Create a secondary calendar; the user becomes its owner and it joins the calendar list."""
    me = min(world.get(Calendar, e.calendar_id).data_owner for e in world.all(CalendarListEntry, primary=True))

    made = world.add(
        Calendar, summary=summary, description=description, location=location, time_zone=time_zone, data_owner=me
    )
    entry = world.add(CalendarListEntry, calendar_id=made.id, summary=summary, access_role="owner", selected=True)
    world.add(AclRule, calendar_id=made.id, role="owner", scope_type="user", scope_value=me)
    return CreateCalendarResult(calendar=made, calendar_list_entry=entry)


class UpdateCalendarResult(Result):
    """What update_calendar answers."""

    calendar: Calendar


@env.tool(reads=[Calendar, CalendarListEntry], writes=[Calendar, CalendarListEntry])
def update_calendar(
    world: World,
    calendar_id: Annotated[str, Field(description="The calendar to change.")],
    summary: Annotated[str | None, Field(description="Title of the calendar, e.g. Team planning.")] = None,
    description: Annotated[str | None, Field(description="Description of the calendar.")] = None,
    location: Annotated[str | None, Field(description="Geographic location of the calendar as free-form text.")] = None,
    time_zone: Annotated[str | None, Field(description="The time zone of the calendar.")] = None,
) -> UpdateCalendarResult:
    """Change title, description, location or time zone of a calendar that the user owns."""
    row = world.get(Calendar, calendar_id)
    me = min(world.get(Calendar, e.calendar_id).data_owner for e in world.all(CalendarListEntry, primary=True))

    require(
        summary is not None or description is not None or location is not None or time_zone is not None,
        "nothing_given",
        "Give at least one of summary, description, location and time_zone.",
    )
    require(row.data_owner == me, "not_owner", f"{row.summary} belongs to {row.data_owner}.")

    world.update(
        row,
        summary=summary if summary is not None else row.summary,
        description=description if description is not None else row.description,
        location=location if location is not None else row.location,
        time_zone=time_zone if time_zone is not None else row.time_zone,
    )
    for entry in world.all(CalendarListEntry, calendar_id=row.id):
        world.update(entry, summary=row.summary)
    return UpdateCalendarResult(calendar=row)


class DeleteCalendarResult(Result):
    """What delete_calendar answers."""

    calendar_id: Annotated[str, Field(description="Calendar id")]
    events_deleted: Annotated[int, Field(description="Events deleted")]


@env.tool(
    reads=[Calendar, CalendarListEntry, Event, EventAttendee, AclRule],
    writes=[Calendar, CalendarListEntry, Event, EventAttendee, AclRule],
    destructive=True,
)
def delete_calendar(
    world: World,
    calendar_id: Annotated[str, Field(description="The calendar to delete.")],
) -> DeleteCalendarResult:
    """Delete a secondary calendar that the user owns, with its events, sharing rules and list entry."""
    row = world.get(Calendar, calendar_id)
    me = min(world.get(Calendar, e.calendar_id).data_owner for e in world.all(CalendarListEntry, primary=True))
    events_deleted = len(world.all(Event, calendar_id=row.id))

    require(row.data_owner == me, "not_owner", f"{row.summary} belongs to {row.data_owner}.")
    require(
        not any(e.primary for e in world.all(CalendarListEntry, calendar_id=row.id)),
        "primary_calendar",
        "The primary calendar cannot be deleted; clear it instead.",
    )

    for guest in [a for a in world.all(EventAttendee) if world.get(Event, a.event_id).calendar_id == row.id]:
        world.delete(guest)
    for gone in world.all(Event, calendar_id=row.id):
        world.delete(gone)
    for rule in world.all(AclRule, calendar_id=row.id):
        world.delete(rule)
    for entry in world.all(CalendarListEntry, calendar_id=row.id):
        world.delete(entry)
    world.delete(row)
    return DeleteCalendarResult(calendar_id=calendar_id, events_deleted=events_deleted)


class ClearCalendarResult(Result):
    """What clear_calendar answers."""

    calendar: Calendar
    events_deleted: Annotated[int, Field(description="Events deleted")]


@env.tool(
    reads=[Calendar, CalendarListEntry, Event, EventAttendee],
    writes=[Event, EventAttendee],
    destructive=True,
    idempotent=True,
)
def clear_calendar(
    world: World,
    calendar_id: Annotated[str, Field(description="The primary calendar.")],
) -> ClearCalendarResult:
    """Delete all events of the primary calendar."""
    row = world.get(Calendar, calendar_id)
    events_deleted = len(world.all(Event, calendar_id=row.id))

    require(
        any(e.primary for e in world.all(CalendarListEntry, calendar_id=row.id)),
        "not_primary",
        "Only the primary calendar can be cleared.",
    )

    for guest in [a for a in world.all(EventAttendee) if world.get(Event, a.event_id).calendar_id == row.id]:
        world.delete(guest)
    for gone in world.all(Event, calendar_id=row.id):
        world.delete(gone)
    return ClearCalendarResult(calendar=row, events_deleted=events_deleted)


@env.tool(reads=[Event])
def list_events(
    world: World,
    calendar_id: Annotated[str | None, Field(description="Only events of this calendar")] = None,
    status: Annotated[EventStatus | None, Field(description="Only events with this status")] = None,
    event_type: Annotated[EventEventType | None, Field(description="Only events with this event type")] = None,
    transparency: Annotated[EventTransparency | None, Field(description="Only events with this transparency")] = None,
    organizer_email: Annotated[str | None, Field(description="Only events with this organizer email")] = None,
    starts_at_from: Annotated[Time | None, Field(description="Earliest starts_at, inclusive")] = None,
    starts_at_to: Annotated[Time | None, Field(description="Latest starts_at, inclusive")] = None,
    ends_at_from: Annotated[Time | None, Field(description="Earliest ends_at, inclusive")] = None,
    ends_at_to: Annotated[Time | None, Field(description="Latest ends_at, inclusive")] = None,
    updated_at_from: Annotated[Time | None, Field(description="Earliest updated_at, inclusive")] = None,
    updated_at_to: Annotated[Time | None, Field(description="Latest updated_at, inclusive")] = None,
    query: Annotated[
        str | None,
        Field(description="Text to find anywhere in summary or description or location, in any case"),
    ] = None,
    sort: Annotated[
        Literal["starts_at", "-starts_at", "updated_at", "-updated_at"],
        Field(description="Order of the events; a leading minus descends"),
    ] = "starts_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Event]:
    """List events by calendar, status, type or time, earliest first. Deleted events are there too, as cancelled."""
    return world.page(
        Event,
        where={
            "calendar_id": calendar_id,
            "status": status,
            "event_type": event_type,
            "transparency": transparency,
            "organizer_email": organizer_email,
        },
        between={
            "starts_at": (starts_at_from, starts_at_to),
            "ends_at": (ends_at_from, ends_at_to),
            "updated_at": (updated_at_from, updated_at_to),
        },
        search=(query, ["summary", "description", "location"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Event])
def get_event(world: World, event_id: EventId) -> Event:
    """Get one event."""
    return world.get(Event, event_id)


class CreateEventResult(Result):
    """What create_event answers."""

    event: Event
    attendees: list[EventAttendee]


@env.tool(reads=[Calendar, CalendarListEntry, Event, EventAttendee, AclRule], writes=[Event, EventAttendee])
def create_event(
    world: World,
    calendar_id: Annotated[str, Field(description="The calendar to put the event on.")],
    summary: Annotated[str, Field(description="Title of the event, e.g. Budget review.")],
    starts_at: Annotated[Time, Field(description="Start of the event (inclusive), UTC.")],
    ends_at: Annotated[Time, Field(description="End of the event (exclusive), UTC; always after the start.")],
    description: Annotated[str | None, Field(description="Description of the event.")] = None,
    location: Annotated[str | None, Field(description="Geographic location of the event as free-form text.")] = None,
    attendee_emails: Annotated[
        list[str] | None,
        Field(description="E-mail addresses of the guests; each is invited once, and the organizer anyway."),
    ] = None,
    transparency: Annotated[
        EventTransparency,
        Field(description="opaque: the time is busy. transparent: it stays free."),
    ] = "opaque",
    visibility: Annotated[EventVisibility, Field(description="Visibility of the event.")] = "default",
    event_type: Annotated[
        Literal["default", "focusTime", "outOfOffice"],
        Field(description="Kind of event; it cannot be changed later."),
    ] = "default",
    color_id: Annotated[
        int | None,
        Field(ge=1, le=11, description="Colour of the event, 1 to 11; empty for the calendar's own."),
    ] = None,
) -> CreateEventResult:
    """Create an event on a calendar that the user may write to, and invite guests if any are given."""
    home = world.get(Calendar, calendar_id)
    me = min(world.get(Calendar, e.calendar_id).data_owner for e in world.all(CalendarListEntry, primary=True))
    guests = attendee_emails if attendee_emails is not None else []

    require(
        any(
            r.role in ("owner", "writer", "writerWithoutPrivateAccess")
            for r in world.all(AclRule, calendar_id=calendar_id, scope_type="user", scope_value=me)
        ),
        "no_write_access",
        f"{me} may only read {home.summary}.",
    )
    require(starts_at < ends_at, "ends_before_start", "The event must end after it starts.")
    require(
        event_type == "default" or any(e.primary for e in world.all(CalendarListEntry, calendar_id=calendar_id)),
        "not_on_primary",
        f"Only the primary calendar has {event_type} events.",
    )
    require(
        event_type == "default" or len(known(guests)) == 0, "not_for_guests", f"A {event_type} event has no guests."
    )

    made = world.add(
        Event,
        calendar_id=calendar_id,
        summary=summary,
        starts_at=starts_at,
        ends_at=ends_at,
        description=description,
        location=location,
        transparency=transparency,
        visibility=visibility,
        event_type=event_type,
        color_id=color_id,
        organizer_email=home.data_owner,
        created_at=world.now,
        updated_at=world.now,
    )
    if len(known(guests)) > 0:
        world.add(EventAttendee, event_id=made.id, email=home.data_owner, response_status="accepted", is_organizer=True)
    for address in guests:
        if not any(a.event_id == made.id and a.email == address for a in world.all(EventAttendee)):
            world.add(EventAttendee, event_id=made.id, email=address)
    return CreateEventResult(event=made, attendees=world.all(EventAttendee, event_id=made.id))


class UpdateEventResult(Result):
    """What update_event answers."""

    event: Event
    asks_guests_again: Annotated[bool, Field(description="Asks guests again")]


@env.tool(reads=[Calendar, CalendarListEntry, Event, EventAttendee, AclRule], writes=[Event, EventAttendee])
def update_event(
    world: World,
    event_id: Annotated[str, Field(description="The event to change.")],
    summary: Annotated[str | None, Field(description="Title of the event, e.g. Budget review.")] = None,
    starts_at: Annotated[Time | None, Field(description="Start of the event (inclusive), UTC.")] = None,
    ends_at: Annotated[
        Time | None,
        Field(description="End of the event (exclusive), UTC; always after the start."),
    ] = None,
    description: Annotated[str | None, Field(description="Description of the event.")] = None,
    location: Annotated[str | None, Field(description="Geographic location of the event as free-form text.")] = None,
    status: Annotated[
        Literal["confirmed", "tentative"] | None,
        Field(description="confirmed, tentative, or cancelled (deleted)."),
    ] = None,
    transparency: Annotated[
        Literal["opaque", "transparent"] | None,
        Field(description="opaque: the time is busy. transparent: it stays free."),
    ] = None,
    visibility: Annotated[
        Literal["default", "public", "private", "confidential"] | None,
        Field(description="Visibility of the event."),
    ] = None,
    color_id: Annotated[
        int | None,
        Field(ge=1, le=11, description="Colour of the event, 1 to 11; empty for the calendar's own."),
    ] = None,
) -> UpdateEventResult:
    """Change an event that the user may change. A new time raises its sequence number and asks the guests again."""
    row = world.get(Event, event_id)
    me = min(world.get(Calendar, e.calendar_id).data_owner for e in world.all(CalendarListEntry, primary=True))
    begin = starts_at if starts_at is not None else row.starts_at
    finish = ends_at if ends_at is not None else row.ends_at
    is_moved = begin != row.starts_at or finish != row.ends_at

    require(
        summary is not None
        or starts_at is not None
        or ends_at is not None
        or description is not None
        or location is not None
        or status is not None
        or transparency is not None
        or visibility is not None
        or color_id is not None,
        "nothing_given",
        "Give at least one thing to change.",
    )
    require(row.status != "cancelled", "event_cancelled", f"{row.summary} is cancelled.")
    require(
        any(
            r.role in ("owner", "writer", "writerWithoutPrivateAccess")
            for r in world.all(AclRule, calendar_id=row.calendar_id, scope_type="user", scope_value=me)
        ),
        "no_write_access",
        f"{me} may only read {world.get(Calendar, row.calendar_id).summary}.",
    )
    require(
        row.organizer_email == me or row.guests_can_modify,
        "not_organizer",
        f"Only {row.organizer_email} can change {row.summary}.",
    )
    require(known(begin) < known(finish), "ends_before_start", "The event must end after it starts.")

    if is_moved:
        world.update(row, sequence=row.sequence + 1)
        for guest in world.all(EventAttendee, event_id=row.id, is_organizer=False):
            world.update(guest, response_status="needsAction")
    world.update(
        row,
        summary=summary if summary is not None else row.summary,
        starts_at=begin,
        ends_at=finish,
        description=description if description is not None else row.description,
        location=location if location is not None else row.location,
        status=status if status is not None else row.status,
        transparency=transparency if transparency is not None else row.transparency,
        visibility=visibility if visibility is not None else row.visibility,
        color_id=color_id if color_id is not None else row.color_id,
        updated_at=world.now,
    )
    return UpdateEventResult(event=row, asks_guests_again=is_moved)


class MoveEventResult(Result):
    """What move_event answers."""

    event: Event


@env.tool(reads=[Calendar, CalendarListEntry, Event, EventAttendee, AclRule], writes=[Event, EventAttendee])
def move_event(
    world: World,
    event_id: Annotated[str, Field(description="The event to move.")],
    destination_calendar_id: Annotated[str, Field(description="The calendar to move it to.")],
) -> MoveEventResult:
    """Move an event to another calendar; the owner of that calendar becomes its organizer.

    Only default events can be moved.
    """
    row = world.get(Event, event_id)
    target_calendar = world.get(Calendar, destination_calendar_id)
    me = min(world.get(Calendar, e.calendar_id).data_owner for e in world.all(CalendarListEntry, primary=True))
    guests = len(world.all(EventAttendee, event_id=row.id))

    require(row.status != "cancelled", "event_cancelled", f"{row.summary} is cancelled.")
    require(row.event_type == "default", "not_a_default_event", f"A {row.event_type} event cannot be moved.")
    require(
        row.calendar_id != target_calendar.id,
        "same_calendar",
        f"{row.summary} is on {target_calendar.summary} already.",
    )
    require(row.organizer_email == me, "not_organizer", f"Only {row.organizer_email} can move {row.summary}.")
    require(
        any(
            r.role in ("owner", "writer", "writerWithoutPrivateAccess")
            for r in world.all(AclRule, calendar_id=target_calendar.id, scope_type="user", scope_value=me)
        ),
        "no_write_access",
        f"{me} may only read {target_calendar.summary}.",
    )

    world.update(row, calendar_id=target_calendar.id, organizer_email=target_calendar.data_owner, updated_at=world.now)
    for guest in world.all(EventAttendee, event_id=row.id):
        world.update(guest, is_organizer=guest.email == target_calendar.data_owner)
    if guests > 0 and not any(a.event_id == row.id and a.is_organizer for a in world.all(EventAttendee)):
        world.add(
            EventAttendee,
            event_id=row.id,
            email=target_calendar.data_owner,
            response_status="accepted",
            is_organizer=True,
        )
    return MoveEventResult(event=row)


class DeleteEventResult(Result):
    """What delete_event answers."""

    event: Event


@env.tool(reads=[Calendar, CalendarListEntry, Event], writes=[Event], destructive=True)
def delete_event(
    world: World,
    event_id: Annotated[str, Field(description="The event to delete.")],
) -> DeleteEventResult:
    """Delete an event that the user organizes; it stays behind as cancelled and its time is free again."""
    row = world.get(Event, event_id)
    me = min(world.get(Calendar, e.calendar_id).data_owner for e in world.all(CalendarListEntry, primary=True))

    require(row.status != "cancelled", "event_cancelled", f"{row.summary} is cancelled already.")
    require(
        row.organizer_email == me,
        "not_organizer",
        f"Only {row.organizer_email} can delete {row.summary}; decline the invitation instead.",
    )

    world.update(row, status="cancelled", updated_at=world.now)
    return DeleteEventResult(event=row)


@env.tool(reads=[EventAttendee], title="List attendees")
def list_event_attendees(
    world: World,
    event_id: Annotated[str | None, Field(description="Only event attendees of this event")] = None,
    email: Annotated[str | None, Field(description="Only event attendees with this email")] = None,
    response_status: Annotated[
        EventAttendeeResponseStatus | None,
        Field(description="Only event attendees with this response status"),
    ] = None,
    is_organizer: Annotated[
        bool | None,
        Field(description="Only event attendees that are (or are not) organizer"),
    ] = None,
    is_optional: Annotated[
        bool | None,
        Field(description="Only event attendees that are (or are not) optional"),
    ] = None,
    query: Annotated[
        str | None,
        Field(description="Text to find anywhere in display name or email, in any case"),
    ] = None,
    sort: Annotated[
        Literal["email", "-email"],
        Field(description="Order of the event attendees; a leading minus descends"),
    ] = "email",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[EventAttendee]:
    """List the guests of events with their answers."""
    return world.page(
        EventAttendee,
        where={
            "event_id": event_id,
            "email": email,
            "response_status": response_status,
            "is_organizer": is_organizer,
            "is_optional": is_optional,
        },
        search=(query, ["display_name", "email"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


class AddEventAttendeeResult(Result):
    """What add_event_attendee answers."""

    event_attendee: EventAttendee


@env.tool(
    reads=[Calendar, CalendarListEntry, Event, EventAttendee], writes=[Event, EventAttendee], title="Invite attendee"
)
def add_event_attendee(
    world: World,
    event_id: Annotated[str, Field(description="The event to invite to.")],
    email: Annotated[str, Field(description="E-mail address of the guest; once per event.")],
    display_name: Annotated[str | None, Field(description="The guest's name, if known.")] = None,
    is_optional: Annotated[bool, Field(description="Whether the guest need not come.")] = False,
) -> AddEventAttendeeResult:
    """Invite one more guest to an event."""
    row = world.get(Event, event_id)
    me = min(world.get(Calendar, e.calendar_id).data_owner for e in world.all(CalendarListEntry, primary=True))

    require(row.status != "cancelled", "event_cancelled", f"{row.summary} is cancelled.")
    require(row.event_type == "default", "not_for_guests", f"A {row.event_type} event has no guests.")
    require(
        row.organizer_email == me or row.guests_can_invite_others,
        "invitations_closed",
        f"Only {row.organizer_email} can invite to {row.summary}.",
    )
    require(
        email != row.organizer_email and not any(a.email == email for a in world.all(EventAttendee, event_id=row.id)),
        "already_invited",
        f"{email} is invited already.",
    )

    if not any(a.event_id == row.id for a in world.all(EventAttendee)):
        world.add(
            EventAttendee, event_id=row.id, email=row.organizer_email, response_status="accepted", is_organizer=True
        )
    guest = world.add(EventAttendee, event_id=row.id, email=email, display_name=display_name, is_optional=is_optional)
    world.update(row, updated_at=world.now)
    return AddEventAttendeeResult(event_attendee=guest)


class RemoveEventAttendeeResult(Result):
    """What remove_event_attendee answers."""

    event: Event
    attendees: list[EventAttendee]


@env.tool(
    reads=[Calendar, CalendarListEntry, Event, EventAttendee],
    writes=[Event, EventAttendee],
    destructive=True,
    title="Remove attendee",
)
def remove_event_attendee(
    world: World,
    event_attendee_id: Annotated[str, Field(description="The guest, as list_event_attendees shows it.")],
) -> RemoveEventAttendeeResult:
    """Take a guest off an event that the user organizes."""
    guest = world.get(EventAttendee, event_attendee_id)
    row = world.get(Event, guest.event_id)
    me = min(world.get(Calendar, e.calendar_id).data_owner for e in world.all(CalendarListEntry, primary=True))

    require(row.status != "cancelled", "event_cancelled", f"{row.summary} is cancelled.")
    require(
        row.organizer_email == me, "not_organizer", f"Only {row.organizer_email} can remove guests of {row.summary}."
    )
    require(not guest.is_organizer, "is_organizer", "The organizer cannot be removed; move the event instead.")

    world.delete(guest)
    world.update(row, updated_at=world.now)
    return RemoveEventAttendeeResult(event=row, attendees=world.all(EventAttendee, event_id=row.id))


class RespondToEventResult(Result):
    """What respond_to_event answers."""

    event_attendee: EventAttendee | None


@env.tool(reads=[Calendar, CalendarListEntry, Event, EventAttendee], writes=[EventAttendee])
def respond_to_event(
    world: World,
    event_id: Annotated[str, Field(description="The event the user is invited to.")],
    response_status: Annotated[Literal["accepted", "declined", "tentative"], Field(description="The guest's answer.")],
    comment: Annotated[str | None, Field(description="The attendee's response comment.")] = None,
    additional_guests: Annotated[
        int | None,
        Field(ge=0, le=10, description="How many people the guest brings along."),
    ] = None,
) -> RespondToEventResult:
    """Answer an invitation for the user."""
    row = world.get(Event, event_id)
    me = min(world.get(Calendar, e.calendar_id).data_owner for e in world.all(CalendarListEntry, primary=True))
    mine = (
        world.get(EventAttendee, min(a.id for a in world.all(EventAttendee, event_id=event_id, email=me)))
        if any(a.event_id == event_id and a.email == me for a in world.all(EventAttendee))
        else None
    )

    require(row.status != "cancelled", "event_cancelled", f"{row.summary} is cancelled.")
    require(row.ends_at > world.now, "event_over", f"{row.summary} is over.")
    require(mine is not None, "not_invited", f"{me} is not invited to {row.summary}.")
    require(
        not known(mine).is_organizer,
        "is_organizer",
        f"{me} organizes {row.summary}; change or delete the event instead.",
    )

    event_attendee = known(mine)
    world.update(
        event_attendee,
        response_status=response_status,
        comment=comment if comment is not None else known(mine).comment,
        additional_guests=additional_guests if additional_guests is not None else known(mine).additional_guests,
    )
    return RespondToEventResult(event_attendee=mine)


class QueryFreebusyResult(Result):
    """What query_freebusy answers."""

    is_free: Annotated[bool, Field(description="Is free")]
    busy: list[Event]


@env.tool(reads=[Calendar, Event], title="Query free/busy")
def query_freebusy(
    world: World,
    calendar_ids: Annotated[list[str], Field(description="The calendars to look at.")],
    time_min: Annotated[Time, Field(description="Start of the interval.")],
    time_max: Annotated[Time, Field(description="End of the interval.")],
) -> QueryFreebusyResult:
    """Tell which events make the given calendars busy between two moments."""
    looked_at = world.many(Calendar, calendar_ids)
    busy = [
        e
        for e in world.all(Event, transparency="opaque")
        if e.calendar_id in calendar_ids and e.status != "cancelled" and e.starts_at < time_max and time_min < e.ends_at
    ]

    require(time_min < time_max, "empty_interval", "The interval must end after it starts.")
    require(len(looked_at) > 0, "no_calendar", "Name at least one calendar.")

    return QueryFreebusyResult(is_free=len(busy) == 0, busy=busy)


@env.tool(reads=[AclRule], title="List sharing rules")
def list_acl_rules(
    world: World,
    calendar_id: Annotated[str | None, Field(description="Only acl rules of this calendar")] = None,
    role: Annotated[AclRuleRole | None, Field(description="Only acl rules with this role")] = None,
    scope_type: Annotated[AclRuleScopeType | None, Field(description="Only acl rules with this scope type")] = None,
    scope_value: Annotated[str | None, Field(description="Only acl rules with this scope value")] = None,
    sort: Annotated[Literal["id", "-id"], Field(description="Order of the acl rules; a leading minus descends")] = "id",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[AclRule]:
    """List with whom calendars are shared, and in which role."""
    return world.page(
        AclRule,
        where={"calendar_id": calendar_id, "role": role, "scope_type": scope_type, "scope_value": scope_value},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[AclRule], title="Get sharing rule")
def get_acl_rule(world: World, acl_rule_id: AclRuleId) -> AclRule:
    """Returns an access control rule."""
    return world.get(AclRule, acl_rule_id)


class CreateAclRuleResult(Result):
    """What create_acl_rule answers."""

    acl_rule: AclRule


@env.tool(reads=[Calendar, CalendarListEntry, AclRule], writes=[AclRule], title="Share calendar")
def create_acl_rule(
    world: World,
    calendar_id: Annotated[str, Field(description="The calendar to share.")],
    role: Annotated[AclRuleRole, Field(description="What the scope may do with the calendar.")],
    scope_type: Annotated[AclRuleScopeType, Field(description="user, group or domain; default means everybody.")],
    scope_value: Annotated[
        str | None,
        Field(description="E-mail address of the user or group, or the domain's name; empty for everybody."),
    ] = None,
) -> CreateAclRuleResult:
    """Share a calendar that the user owns with a person, a group, a domain or everybody."""
    shared = world.get(Calendar, calendar_id)
    me = min(world.get(Calendar, e.calendar_id).data_owner for e in world.all(CalendarListEntry, primary=True))

    require(shared.data_owner == me, "not_owner", f"{shared.summary} belongs to {shared.data_owner}.")
    require(
        scope_type == "default" or scope_value is not None,
        "scope_incomplete",
        f"A {scope_type} needs an address or a name in scope_value.",
    )
    require(
        scope_type != "default" or scope_value is None,
        "scope_not_empty",
        "Everybody has no address; leave scope_value out.",
    )
    require(
        not any(
            r.scope_type == scope_type and r.scope_value == scope_value
            for r in world.all(AclRule, calendar_id=calendar_id)
        ),
        "rule_exists",
        "There is a rule for that scope already; update it.",
    )

    rule = world.add(AclRule, calendar_id=calendar_id, role=role, scope_type=scope_type, scope_value=scope_value)
    return CreateAclRuleResult(acl_rule=rule)


class UpdateAclRuleResult(Result):
    """What update_acl_rule answers."""

    acl_rule: AclRule


@env.tool(reads=[Calendar, CalendarListEntry, AclRule], writes=[AclRule], idempotent=True, title="Change sharing rule")
def update_acl_rule(
    world: World,
    acl_rule_id: Annotated[str, Field(description="The rule to change.")],
    role: Annotated[AclRuleRole, Field(description="What the scope may do with the calendar.")],
) -> UpdateAclRuleResult:
    """Give the scope of a sharing rule another role, on a calendar that the user owns."""
    rule = world.get(AclRule, acl_rule_id)
    me = min(world.get(Calendar, e.calendar_id).data_owner for e in world.all(CalendarListEntry, primary=True))

    require(
        world.get(Calendar, rule.calendar_id).data_owner == me,
        "not_owner",
        f"{world.get(Calendar, rule.calendar_id).summary} belongs to "
        f"{world.get(Calendar, rule.calendar_id).data_owner}.",
    )
    require(rule.scope_value is None or rule.scope_value != me, "own_rule", "The owner's own rule stays.")

    world.update(rule, role=role)
    return UpdateAclRuleResult(acl_rule=rule)


class DeleteAclRuleResult(Result):
    """What delete_acl_rule answers."""

    acl_rule_id: Annotated[str, Field(description="Acl rule id")]


@env.tool(reads=[Calendar, CalendarListEntry, AclRule], writes=[AclRule], destructive=True, title="Stop sharing")
def delete_acl_rule(
    world: World,
    acl_rule_id: Annotated[str, Field(description="The rule to delete.")],
) -> DeleteAclRuleResult:
    """Delete a sharing rule of a calendar that the user owns."""
    rule = world.get(AclRule, acl_rule_id)
    me = min(world.get(Calendar, e.calendar_id).data_owner for e in world.all(CalendarListEntry, primary=True))

    require(
        world.get(Calendar, rule.calendar_id).data_owner == me,
        "not_owner",
        f"{world.get(Calendar, rule.calendar_id).summary} belongs to "
        f"{world.get(Calendar, rule.calendar_id).data_owner}.",
    )
    require(rule.scope_value is None or rule.scope_value != me, "own_rule", "The owner's own rule stays.")

    world.delete(rule)
    return DeleteAclRuleResult(acl_rule_id=acl_rule_id)


@env.invariant
def events_have_length(world: World) -> bool:
    """Events have length."""
    return all(e.starts_at < e.ends_at for e in world.all(Event))


@env.invariant
def one_primary_calendar(world: World) -> bool:
    """One primary calendar."""
    return len(world.all(CalendarListEntry, primary=True)) == 1


@env.invariant
def entries_follow_their_calendar(world: World) -> bool:
    """Entries follow their calendar."""
    return all(e.summary == world.get(Calendar, e.calendar_id).summary for e in world.all(CalendarListEntry))


@env.invariant
def owners_keep_access(world: World) -> bool:
    """Owners keep access."""
    return all(
        any(r.role == "owner" and r.scope_value == c.data_owner for r in world.all(AclRule, calendar_id=c.id))
        for c in world.all(Calendar)
    )


@env.invariant
def roles_follow_rules(world: World) -> bool:
    """Roles follow rules."""
    return all(
        any(
            r.role == e.access_role
            for r in world.all(AclRule, calendar_id=e.calendar_id, scope_type="user")
            if r.scope_value == world.get(Calendar, p.calendar_id).data_owner
        )
        for p in world.all(CalendarListEntry, primary=True)
        for e in world.all(CalendarListEntry)
    )


@env.invariant
def one_rule_per_scope(world: World) -> bool:
    """One rule per scope."""
    return not any(
        a.scope_type == b.scope_type and a.scope_value == b.scope_value
        for a in world.all(AclRule)
        for b in world.all(AclRule, calendar_id=a.calendar_id)
        if a.id != b.id
    )


@env.invariant
def everybody_has_no_address(world: World) -> bool:
    """Everybody has no address."""
    return all((r.scope_type == "default") == (r.scope_value is None) for r in world.all(AclRule))


@env.invariant
def guests_invited_once(world: World) -> bool:
    """Guests invited once."""
    return not any(
        a.email == b.email
        for a in world.all(EventAttendee)
        for b in world.all(EventAttendee, event_id=a.event_id)
        if a.id != b.id
    )


@env.invariant
def organizer_is_who_organizes(world: World) -> bool:
    """Organizer is who organizes."""
    return all(
        a.is_organizer == (a.email == world.get(Event, a.event_id).organizer_email) for a in world.all(EventAttendee)
    )


@env.invariant
def guests_have_an_organizer(world: World) -> bool:
    """Guests have an organizer."""
    return all(
        any(o.is_organizer for o in world.all(EventAttendee, event_id=a.event_id)) for a in world.all(EventAttendee)
    )


@env.invariant
def special_events_have_no_guests(world: World) -> bool:
    """Special events have no guests."""
    return all(world.get(Event, a.event_id).event_type == "default" for a in world.all(EventAttendee))


@env.invariant
def sequence_never_negative(world: World) -> bool:
    """Sequence never negative."""
    return all(e.sequence >= 0 for e in world.all(Event))


if __name__ == "__main__":
    main(env)
