# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""Orbit calendar: Meetings, rooms and people of one office; invitations and answers, absences, room budgets and
office hours.

Emitted from blueprint office/orbit_calendar version 1 (sha256 be99bb261a24). Source: Google Calendar API v3,
discovery, pypi:google-api-python-client==2.202.0, googleapiclient/discovery_cache/documents/calendar.v3.json.
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
    hours,
    main,
    minutes,
    require,
)

env = Environment(__file__)

PersonId = Annotated[str, Field(description="Person id, e.g. per_4k2m9x")]
RoomId = Annotated[str, Field(description="Room id, e.g. rom_4k2m9x")]
WorkdayId = Annotated[str, Field(description="Workday id, e.g. day_4k2m9x")]
MeetingId = Annotated[str, Field(description="Meeting id, e.g. mtg_4k2m9x")]
AttendanceId = Annotated[str, Field(description="Attendance id, e.g. att_4k2m9x")]
AbsenceId = Annotated[str, Field(description="Absence id, e.g. abs_4k2m9x")]
PersonTeam = Literal["design", "engineering", "finance", "people", "sales"]
MeetingStatus = Literal["confirmed", "cancelled"]
AttendanceResponse = Literal["needs_action", "accepted", "declined"]
AbsenceReason = Literal["vacation", "travel", "training"]


class Person(Row, table="person", prefix="per", found_by="find_people"):
    """Somebody who works at the office."""

    id: PersonId
    name: Annotated[str, Field(description="Full name, e.g. Mirela Novak.")]
    email: Annotated[str, Field(description="Work e-mail address, unique.")]
    team: Annotated[PersonTeam, Field(description="The team the person works in.")]
    room_budget: Annotated[
        Money,
        Field(ge=0, description="What the person may spend on rooms this quarter, in minor units."),
    ]
    budget_left: Annotated[
        Money,
        Field(ge=0, description="Room budget less the cost of the meetings the person organises, in minor units."),
    ]
    leave_days: Annotated[int, Field(ge=0, le=40, description="Days of vacation granted this year.")]
    leave_left: Annotated[int, Field(ge=0, description="Vacation days granted less those booked.")]


class Room(Row, table="room", prefix="rom", found_by="list_rooms"):
    """A meeting room."""

    id: RoomId
    name: Annotated[str, Field(description="Name on the door, e.g. Aurora.")]
    floor: Annotated[int, Field(ge=0, le=9, description="Floor, 0 is the ground floor.")]
    capacity: Annotated[int, Field(ge=1, description="Most people it holds, the organiser included.")]
    features: Annotated[
        list[str],
        Field(description="What it is fitted with: any of screen, video, whiteboard, phone, quiet."),
    ]
    hourly_rate: Annotated[
        Money,
        Field(ge=0, description="Charged to the organiser's room budget, in minor units an hour; 0 is free."),
    ]
    is_open: Annotated[bool, Field(description="Whether it can be booked; false during repairs.")] = True


class Workday(Row, table="workday", prefix="day", found_by="list_office_hours"):
    """The hours of one day on which the office is open; meetings lie inside one of them."""

    id: WorkdayId
    opens_at: Annotated[Time, Field(description="When the office opens, UTC.")]
    closes_at: Annotated[Time, Field(description="When the office closes, UTC.")]


class Meeting(Row, table="meeting", prefix="mtg", found_by="list_meetings"):
    """A meeting in a room."""

    id: MeetingId
    organizer_id: Annotated[str, Field(description="Who called it, attends it and pays for the room.")]
    room_id: Annotated[str, Field(description="Where it takes place.")]
    title: Annotated[str, Field(description="What it is called, e.g. Budget review.")]
    starts_at: Annotated[Time, Field(description="Start, UTC.")]
    length_minutes: Annotated[int, Field(ge=15, le=240, description="Length in minutes, 15 to 240, a multiple of 15.")]
    ends_at: Annotated[Time, Field(description="End, UTC; start plus length.")]
    invited: Annotated[int, Field(ge=1, description="People invited, the organiser included.")]
    accepted: Annotated[int, Field(ge=0, description="People who have accepted, the organiser included.")]
    cost: Annotated[Money, Field(ge=0, description="Charged to the organiser's room budget, in minor units.")]
    reminders: Annotated[int, Field(ge=0, le=2, description="Reminders sent for the present time, at most 2.")] = 0
    reminded_at: Annotated[Time | None, Field(description="When the last reminder was sent, UTC; null before.")] = None
    status: Annotated[
        MeetingStatus,
        Moves({"confirmed": ["cancelled"], "cancelled": []}),
        Field(description="Whether it takes place."),
    ] = "confirmed"


class Attendance(Row, table="attendance", prefix="att", found_by="list_invitations"):
    """A person's invitation to a meeting, and the answer."""

    id: AttendanceId
    meeting_id: Annotated[str, Field(description="The meeting.")]
    person_id: Annotated[str, Field(description="Who is invited.")]
    response: Annotated[
        AttendanceResponse,
        Field(description="The answer; needs_action until there is one."),
    ] = "needs_action"
    responded_at: Annotated[Time | None, Field(description="When the answer was given, UTC; null before.")] = None


class Absence(Row, table="absence", prefix="abs", found_by="list_absences"):
    """Whole days on which a person is away."""

    id: AbsenceId
    person_id: Annotated[str, Field(description="Who is away.")]
    starts_at: Annotated[Time, Field(description="First moment away, UTC.")]
    length_days: Annotated[int, Field(ge=1, le=20, description="Days away, 1 to 20.")]
    ends_at: Annotated[Time, Field(description="Back from then on, UTC; start plus length.")]
    reason: Annotated[AbsenceReason, Field(description="vacation counts against leave_left.")]


@env.tool(reads=[Person])
def find_people(
    world: World,
    email: Annotated[str | None, Field(description="Only persons with this email")] = None,
    team: Annotated[PersonTeam | None, Field(description="Only persons with this team")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name or email, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name", "budget_left", "-budget_left", "leave_left", "-leave_left"],
        Field(description="Order of the persons; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Person]:
    """Find people by exact e-mail or team, or by any part of name or e-mail; also shows room budget and vacation
    left.
    """
    return world.page(
        Person,
        where={"email": email, "team": team},
        search=(query, ["name", "email"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Room])
def list_rooms(
    world: World,
    name: Annotated[str | None, Field(description="Only rooms with this name")] = None,
    floor: Annotated[int | None, Field(description="Only rooms with this floor")] = None,
    is_open: Annotated[bool | None, Field(description="Only rooms that are (or are not) open")] = None,
    capacity_from: Annotated[int | None, Field(description="Lowest capacity, inclusive")] = None,
    capacity_to: Annotated[int | None, Field(description="Highest capacity, inclusive")] = None,
    hourly_rate_from: Annotated[Money | None, Field(description="Lowest hourly_rate, inclusive")] = None,
    hourly_rate_to: Annotated[Money | None, Field(description="Highest hourly_rate, inclusive")] = None,
    sort: Annotated[
        Literal["name", "-name", "capacity", "-capacity", "hourly_rate", "-hourly_rate"],
        Field(description="Order of the rooms; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Room]:
    """List rooms by name, floor, size and price. Whether a room is free at some time says find_free_rooms."""
    return world.page(
        Room,
        where={"name": name, "floor": floor, "is_open": is_open},
        between={"capacity": (capacity_from, capacity_to), "hourly_rate": (hourly_rate_from, hourly_rate_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


class FindFreeRoomsResult(Result):
    """What find_free_rooms answers."""

    rooms: list[Room]
    workdays: list[Workday]


@env.tool(reads=[Room, Workday, Meeting])
def find_free_rooms(
    world: World,
    starts_at: Annotated[Time, Field(description="Start, UTC, e.g. 2025-04-10T09:00:00Z.")],
    length_minutes: Annotated[int, Field(ge=15, le=240, description="Length in minutes, e.g. 45.")],
    people: Annotated[int, Field(ge=1, le=50, description="How many people it must hold, the organiser included.")],
    features: Annotated[
        list[Literal["screen", "video", "whiteboard", "phone", "quiet"]],
        Field(description="What it must be fitted with; [] if nothing."),
    ],
) -> FindFreeRoomsResult:
    """Find the open rooms that are free for a given time, hold enough people and have every feature wanted.

    Answers with the office hours the time falls into too; none means that no meeting is possible then.
    """
    ends_at = starts_at + minutes(length_minutes)

    require(starts_at > world.now, "in_the_past", f"The time must lie ahead; it is {world.now:%Y-%m-%dT%H:%M:%SZ}.")
    return FindFreeRoomsResult(
        rooms=[
            r
            for r in world.all(Room, is_open=True)
            if r.capacity >= people
            and all(f in r.features for f in features)
            and not any(
                m.starts_at < ends_at and starts_at < m.ends_at
                for m in world.all(Meeting, room_id=r.id, status="confirmed")
            )
        ],
        workdays=[w for w in world.all(Workday) if w.opens_at <= starts_at and ends_at <= w.closes_at],
    )


@env.tool(reads=[Workday])
def list_office_hours(
    world: World,
    opens_at_from: Annotated[Time | None, Field(description="Earliest opens_at, inclusive")] = None,
    opens_at_to: Annotated[Time | None, Field(description="Latest opens_at, inclusive")] = None,
    sort: Annotated[
        Literal["opens_at", "-opens_at"],
        Field(description="Order of the workdays; a leading minus descends"),
    ] = "opens_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Workday]:
    """List the days on which the office is open, with their hours."""
    return world.page(
        Workday, between={"opens_at": (opens_at_from, opens_at_to)}, sort=sort, limit=limit, cursor=cursor
    )


@env.tool(reads=[Meeting])
def list_meetings(
    world: World,
    organizer_id: Annotated[str | None, Field(description="Only meetings of this organizer")] = None,
    room_id: Annotated[str | None, Field(description="Only meetings of this room")] = None,
    status: Annotated[MeetingStatus | None, Field(description="Only meetings with this status")] = None,
    starts_at_from: Annotated[Time | None, Field(description="Earliest starts_at, inclusive")] = None,
    starts_at_to: Annotated[Time | None, Field(description="Latest starts_at, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in title, in any case")] = None,
    sort: Annotated[
        Literal["starts_at", "-starts_at", "cost", "-cost"],
        Field(description="Order of the meetings; a leading minus descends"),
    ] = "starts_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Meeting]:
    """List meetings by organiser, room, status and start, or by any part of the title.

    Who is invited says list_invitations.
    """
    return world.page(
        Meeting,
        where={"organizer_id": organizer_id, "room_id": room_id, "status": status},
        between={"starts_at": (starts_at_from, starts_at_to)},
        search=(query, ["title"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Meeting])
def get_meeting(world: World, meeting_id: MeetingId) -> Meeting:
    """Get one meeting with its time, room, cost and counts of answers."""
    return world.get(Meeting, meeting_id)


@env.tool(reads=[Attendance])
def list_invitations(
    world: World,
    meeting_id: Annotated[str | None, Field(description="Only attendances of this meeting")] = None,
    person_id: Annotated[str | None, Field(description="Only attendances of this person")] = None,
    response: Annotated[AttendanceResponse | None, Field(description="Only attendances with this response")] = None,
    sort: Annotated[
        Literal["responded_at", "-responded_at"],
        Field(description="Order of the attendances; a leading minus descends"),
    ] = "responded_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Attendance]:
    """List invitations by meeting, person and answer."""
    return world.page(
        Attendance,
        where={"meeting_id": meeting_id, "person_id": person_id, "response": response},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Absence])
def list_absences(
    world: World,
    person_id: Annotated[str | None, Field(description="Only absences of this person")] = None,
    reason: Annotated[AbsenceReason | None, Field(description="Only absences with this reason")] = None,
    starts_at_from: Annotated[Time | None, Field(description="Earliest starts_at, inclusive")] = None,
    starts_at_to: Annotated[Time | None, Field(description="Latest starts_at, inclusive")] = None,
    sort: Annotated[
        Literal["starts_at", "-starts_at", "length_days", "-length_days"],
        Field(description="Order of the absences; a leading minus descends"),
    ] = "starts_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Absence]:
    """List when people are away, by person, reason and start."""
    return world.page(
        Absence,
        where={"person_id": person_id, "reason": reason},
        between={"starts_at": (starts_at_from, starts_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


class ScheduleMeetingResult(Result):
    """What schedule_meeting answers."""

    meeting: Meeting
    invitations: list[Attendance]


@env.tool(reads=[Person, Room, Workday, Meeting, Attendance, Absence], writes=[Person, Meeting, Attendance])
def schedule_meeting(
    world: World,
    organizer_id: Annotated[str, Field(description="Who calls the meeting, attends it and pays for the room.")],
    room_id: Annotated[str, Field(description="Where, from find_free_rooms or list_rooms.")],
    title: Annotated[str, Field(description="What it is about, e.g. Budget review.")],
    starts_at: Annotated[Time, Field(description="Start, UTC, on a quarter hour, e.g. 2025-04-10T09:15:00Z.")],
    length_minutes: Annotated[int, Field(ge=15, le=240, description="Length in minutes, a multiple of 15, e.g. 45.")],
    guest_ids: Annotated[list[str], Field(description="Whom to invite besides the organiser, from find_people.")],
) -> ScheduleMeetingResult:
    """Schedule a meeting within office hours and invite the guests.

    The room must be open, free and big enough for the organiser and all guests; nobody may be away or have accepted
    another meeting then; the organiser's room budget pays the hourly rate by the minute, rounded down. The organiser
    accepts at once, guests have to answer with respond.
    """
    host = world.get(Person, organizer_id)
    place = world.get(Room, room_id)
    guests = world.many(Person, guest_ids)
    ends_at = starts_at + minutes(length_minutes)
    cost = place.hourly_rate * length_minutes // 60

    require(
        starts_at > world.now,
        "in_the_past",
        f"A meeting must start in the future; it is {world.now:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        any(w.opens_at <= starts_at and ends_at <= w.closes_at for w in world.all(Workday)),
        "outside_hours",
        f"The office is not open from {starts_at:%Y-%m-%dT%H:%M:%SZ} to {ends_at:%Y-%m-%dT%H:%M:%SZ}; see "
        "list_office_hours.",
    )
    require(
        length_minutes % 15 == 0
        and all((starts_at - w.opens_at) % minutes(15) == minutes(0) for w in world.all(Workday)),
        "off_the_quarter",
        "Meetings start on the quarter hour and last a multiple of 15 minutes.",
    )
    require(len(guests) > 0, "no_guests", "Invite at least one guest.")
    require(
        host.id not in guest_ids,
        "host_is_guest",
        f"{host.name} is invited as the organiser; leave them out of the guests.",
    )
    require(place.is_open, "room_closed", f"{place.name} is closed for repairs; see find_free_rooms.")
    require(
        len(guests) + 1 <= place.capacity,
        "room_too_small",
        f"{place.name} holds {place.capacity}, the organiser included; {len(guests) + 1} are coming.",
    )
    require(
        not any(
            m.starts_at < ends_at and starts_at < m.ends_at
            for m in world.all(Meeting, room_id=place.id, status="confirmed")
        ),
        "room_busy",
        f"{place.name} is taken at that time; see find_free_rooms.",
    )
    require(
        not any(
            x.starts_at < ends_at and starts_at < x.ends_at
            for x in world.all(Absence)
            if x.person_id == host.id or x.person_id in guest_ids
        ),
        "person_away",
        "Somebody is away at that time; see list_absences.",
    )
    require(
        not any(
            meeting.starts_at < ends_at and starts_at < meeting.ends_at
            for a in world.all(Attendance, response="accepted")
            if a.person_id == host.id or a.person_id in guest_ids
            for meeting in [world.get(Meeting, a.meeting_id)]
            if meeting.status == "confirmed"
        ),
        "person_busy",
        "Somebody has accepted another meeting at that time; see list_invitations.",
    )
    require(
        host.budget_left >= cost,
        "over_budget",
        f"The room costs {cost}, {host.name} has {host.budget_left} left; choose a cheaper room or a shorter time.",
    )

    world.update(host, budget_left=host.budget_left - cost)
    made = world.add(
        Meeting,
        organizer_id=host.id,
        room_id=place.id,
        title=title,
        starts_at=starts_at,
        length_minutes=length_minutes,
        ends_at=ends_at,
        invited=len(guests) + 1,
        accepted=1,
        cost=cost,
    )
    world.add(Attendance, meeting_id=made.id, person_id=host.id, response="accepted", responded_at=world.now)
    for guest in guests:
        world.add(Attendance, meeting_id=made.id, person_id=guest.id)
    return ScheduleMeetingResult(meeting=made, invitations=world.all(Attendance, meeting_id=made.id))


class RescheduleMeetingResult(Result):
    """What reschedule_meeting answers."""

    meeting: Meeting


@env.tool(reads=[Person, Room, Workday, Meeting, Attendance, Absence], writes=[Meeting, Attendance])
def reschedule_meeting(
    world: World,
    meeting_id: Annotated[str, Field(description="The meeting to move.")],
    starts_at: Annotated[Time, Field(description="New start, UTC, e.g. 2025-04-11T14:00:00Z.")],
) -> RescheduleMeetingResult:
    """Move a confirmed meeting that has not started to another time in the same room, with its length and cost.

    Room and organiser must be free then; every guest has to answer again, and reminders count anew.
    """
    held = world.get(Meeting, meeting_id)
    place = world.get(Room, held.room_id)
    host = world.get(Person, held.organizer_id)
    ends_at = starts_at + minutes(held.length_minutes)

    require(held.status == "confirmed", "not_confirmed", f"The meeting is {held.status}; schedule a new one.")
    require(
        held.starts_at > world.now,
        "already_started",
        f"The meeting started at {held.starts_at:%Y-%m-%dT%H:%M:%SZ}; only future meetings can be moved.",
    )
    require(starts_at > world.now, "in_the_past", f"The new time must lie ahead; it is {world.now:%Y-%m-%dT%H:%M:%SZ}.")
    require(
        starts_at != held.starts_at, "same_time", f"The meeting starts at {held.starts_at:%Y-%m-%dT%H:%M:%SZ} already."
    )
    require(
        any(w.opens_at <= starts_at and ends_at <= w.closes_at for w in world.all(Workday)),
        "outside_hours",
        f"The office is not open from {starts_at:%Y-%m-%dT%H:%M:%SZ} to {ends_at:%Y-%m-%dT%H:%M:%SZ}; see "
        "list_office_hours.",
    )
    require(
        all((starts_at - w.opens_at) % minutes(15) == minutes(0) for w in world.all(Workday)),
        "off_the_quarter",
        "Meetings start on the quarter hour.",
    )
    require(
        not any(
            m.starts_at < ends_at and starts_at < m.ends_at
            for m in world.all(Meeting, room_id=place.id, status="confirmed")
            if m.id != held.id
        ),
        "room_busy",
        f"{place.name} is taken at that time; choose another time or change_room first.",
    )
    require(
        not any(x.starts_at < ends_at and starts_at < x.ends_at for x in world.all(Absence, person_id=host.id)),
        "organizer_away",
        f"{host.name} is away at that time; see list_absences.",
    )
    require(
        not any(
            meeting.starts_at < ends_at and starts_at < meeting.ends_at
            for a in world.all(Attendance, person_id=host.id, response="accepted")
            if a.meeting_id != held.id
            for meeting in [world.get(Meeting, a.meeting_id)]
            if meeting.status == "confirmed"
        ),
        "organizer_busy",
        f"{host.name} has accepted another meeting at that time.",
    )

    world.update(held, starts_at=starts_at, ends_at=ends_at, accepted=1, reminders=0, reminded_at=None)
    for answer in [a for a in world.all(Attendance, meeting_id=held.id) if a.person_id != host.id]:
        world.update(answer, response="needs_action", responded_at=None)
    return RescheduleMeetingResult(meeting=held)


class ChangeRoomResult(Result):
    """What change_room answers."""

    meeting: Meeting
    difference: Annotated[Money, Field(description="Difference, in minor units")]


@env.tool(reads=[Person, Room, Meeting], writes=[Person, Meeting])
def change_room(
    world: World,
    meeting_id: Annotated[str, Field(description="The meeting to move.")],
    room_id: Annotated[str, Field(description="The new room, from find_free_rooms.")],
) -> ChangeRoomResult:
    """Move a confirmed meeting that has not started to another room at the same time.

    The room must be open, free and big enough for everybody invited; the difference in cost goes to or comes from
    the organiser's room budget.
    """
    held = world.get(Meeting, meeting_id)
    place = world.get(Room, room_id)
    host = world.get(Person, held.organizer_id)
    cost = place.hourly_rate * held.length_minutes // 60
    difference = cost - held.cost

    require(held.status == "confirmed", "not_confirmed", f"The meeting is {held.status}; schedule a new one.")
    require(
        held.starts_at > world.now,
        "already_started",
        f"The meeting started at {held.starts_at:%Y-%m-%dT%H:%M:%SZ}; only future meetings can be moved.",
    )
    require(place.id != held.room_id, "same_room", f"The meeting is in {place.name} already.")
    require(place.is_open, "room_closed", f"{place.name} is closed for repairs; see find_free_rooms.")
    require(
        held.invited <= place.capacity,
        "room_too_small",
        f"{place.name} holds {place.capacity}; {held.invited} are invited.",
    )
    require(
        not any(
            m.starts_at < held.ends_at and held.starts_at < m.ends_at
            for m in world.all(Meeting, room_id=place.id, status="confirmed")
        ),
        "room_busy",
        f"{place.name} is taken at that time; see find_free_rooms.",
    )
    require(
        host.budget_left >= difference,
        "over_budget",
        f"The room costs {difference} more, {host.name} has {host.budget_left} left; choose a cheaper room.",
    )

    world.update(host, budget_left=host.budget_left - difference)
    world.update(held, room_id=place.id, cost=cost)
    return ChangeRoomResult(meeting=held, difference=difference)


class CancelMeetingResult(Result):
    """What cancel_meeting answers."""

    meeting: Meeting
    returned: Annotated[Money, Field(description="Returned, in minor units")]


@env.tool(reads=[Person, Meeting], writes=[Person, Meeting], destructive=True)
def cancel_meeting(
    world: World,
    meeting_id: Annotated[str, Field(description="The meeting to cancel.")],
) -> CancelMeetingResult:
    """Cancel a confirmed meeting that has not started.

    The room's cost returns to the organiser's budget; less than 24 hours ahead, half of it (rounded down) is still
    charged.
    """
    held = world.get(Meeting, meeting_id)
    host = world.get(Person, held.organizer_id)
    kept = held.cost // 2 if held.starts_at - world.now < hours(24) else 0
    returned = held.cost - kept

    require(held.status == "confirmed", "not_confirmed", f"The meeting is already {held.status}.")
    require(
        held.starts_at > world.now,
        "already_started",
        f"The meeting started at {held.starts_at:%Y-%m-%dT%H:%M:%SZ}; only future meetings can be cancelled.",
    )

    world.update(held, status="cancelled", cost=kept)
    world.update(host, budget_left=host.budget_left + returned)
    return CancelMeetingResult(meeting=held, returned=returned)


class RespondResult(Result):
    """What respond answers."""

    invitation: Attendance
    meeting: Meeting


@env.tool(reads=[Person, Meeting, Attendance, Absence], writes=[Meeting, Attendance])
def respond(
    world: World,
    attendance_id: Annotated[str, Field(description="The invitation, from list_invitations.")],
    response: Annotated[Literal["accepted", "declined"], Field(description="The answer.")],
) -> RespondResult:
    """Accept or decline an invitation to a confirmed meeting that has not started; answers may change.

    Who accepts must neither be away nor have accepted another meeting at that time. Organisers always attend.
    """
    answer = world.get(Attendance, attendance_id)
    held = world.get(Meeting, answer.meeting_id)
    change = (1 if response == "accepted" else 0) - (1 if answer.response == "accepted" else 0)

    require(held.status == "confirmed", "not_confirmed", f"The meeting is {held.status}.")
    require(
        held.starts_at > world.now,
        "already_started",
        f"The meeting started at {held.starts_at:%Y-%m-%dT%H:%M:%SZ}; answers had to come before.",
    )
    require(
        answer.person_id != held.organizer_id,
        "is_organizer",
        "The organiser always attends; cancel or move the meeting instead.",
    )
    require(
        response == "declined"
        or not any(
            x.starts_at < held.ends_at and held.starts_at < x.ends_at
            for x in world.all(Absence, person_id=answer.person_id)
        ),
        "person_away",
        f"{world.get(Person, answer.person_id).name} is away at that time; only declining is possible.",
    )
    require(
        response == "declined"
        or not any(
            meeting.starts_at < held.ends_at and held.starts_at < meeting.ends_at
            for a in world.all(Attendance, person_id=answer.person_id, response="accepted")
            if a.id != answer.id
            for meeting in [world.get(Meeting, a.meeting_id)]
            if meeting.status == "confirmed"
        ),
        "person_busy",
        f"{world.get(Person, answer.person_id).name} has accepted another meeting at that time; decline that one "
        "first.",
    )

    world.update(held, accepted=held.accepted + change)
    world.update(answer, response=response, responded_at=world.now)
    return RespondResult(invitation=answer, meeting=held)


class InviteGuestResult(Result):
    """What invite_guest answers."""

    invitation: Attendance
    meeting: Meeting


@env.tool(reads=[Person, Room, Meeting, Attendance, Absence], writes=[Meeting, Attendance])
def invite_guest(
    world: World,
    meeting_id: Annotated[str, Field(description="The meeting.")],
    person_id: Annotated[str, Field(description="Whom to invite, from find_people.")],
) -> InviteGuestResult:
    """Invite one more person to a confirmed meeting that has not started, if the room has a place left.

    The person must not be away then; being busy does not matter until they accept.
    """
    held = world.get(Meeting, meeting_id)
    guest = world.get(Person, person_id)
    place = world.get(Room, held.room_id)

    require(held.status == "confirmed", "not_confirmed", f"The meeting is {held.status}.")
    require(
        held.starts_at > world.now,
        "already_started",
        f"The meeting started at {held.starts_at:%Y-%m-%dT%H:%M:%SZ}; nobody can join any more.",
    )
    require(
        not any(a.person_id == guest.id for a in world.all(Attendance, meeting_id=held.id)),
        "already_invited",
        f"{guest.name} is invited already.",
    )
    require(
        held.invited < place.capacity,
        "room_full",
        f"{place.name} holds {place.capacity} and {held.invited} are invited; change_room first.",
    )
    require(
        not any(
            x.starts_at < held.ends_at and held.starts_at < x.ends_at for x in world.all(Absence, person_id=guest.id)
        ),
        "person_away",
        f"{guest.name} is away at that time.",
    )

    made = world.add(Attendance, meeting_id=held.id, person_id=guest.id)
    world.update(held, invited=held.invited + 1)
    return InviteGuestResult(invitation=made, meeting=held)


class RemoveGuestResult(Result):
    """What remove_guest answers."""

    meeting: Meeting


@env.tool(reads=[Meeting, Attendance], writes=[Meeting, Attendance], destructive=True)
def remove_guest(
    world: World,
    attendance_id: Annotated[str, Field(description="The invitation to take back, from list_invitations.")],
) -> RemoveGuestResult:
    """Take back a guest's invitation to a confirmed meeting that has not started. The organiser cannot be removed."""
    answer = world.get(Attendance, attendance_id)
    held = world.get(Meeting, answer.meeting_id)
    change = 1 if answer.response == "accepted" else 0

    require(held.status == "confirmed", "not_confirmed", f"The meeting is {held.status}.")
    require(
        held.starts_at > world.now,
        "already_started",
        f"The meeting started at {held.starts_at:%Y-%m-%dT%H:%M:%SZ}; guests can be removed only before.",
    )
    require(
        answer.person_id != held.organizer_id,
        "is_organizer",
        "The organiser cannot be removed; cancel the meeting instead.",
    )

    world.update(held, invited=held.invited - 1, accepted=held.accepted - change)
    world.delete(answer)
    return RemoveGuestResult(meeting=held)


class RemindGuestsResult(Result):
    """What remind_guests answers."""

    meeting: Meeting
    invitations: list[Attendance]


@env.tool(reads=[Meeting, Attendance], writes=[Meeting], advances=True)
def remind_guests(world: World, meeting_id: Annotated[str, Field(description="The meeting.")]) -> RemindGuestsResult:
    """Remind everybody who has not answered an invitation, and wait 4 hours for answers; that time passes.

    At most 2 reminders, 8 hours apart, for a meeting that starts more than 4 hours from now. Answers whom it
    reminded.
    """
    held = world.get(Meeting, meeting_id)
    silent = world.all(Attendance, meeting_id=held.id, response="needs_action")

    require(held.status == "confirmed", "not_confirmed", f"The meeting is {held.status}.")
    require(
        held.starts_at - world.now > hours(4),
        "starts_too_soon",
        f"The meeting starts at {held.starts_at:%Y-%m-%dT%H:%M:%SZ}; reminders take 4 hours.",
    )
    require(len(silent) > 0, "nobody_silent", "Everybody has answered.")
    require(held.reminders < 2, "too_many_reminders", "2 reminders have been sent, which is all.")
    require(
        held.reminded_at is None or world.now - held.reminded_at >= hours(8),
        "reminded_recently",
        "The last reminder was sent less than 8 hours ago.",
    )

    world.update(held, reminders=held.reminders + 1, reminded_at=world.now)
    world.advance(hours(4))
    return RemindGuestsResult(meeting=held, invitations=silent)


class BookAbsenceResult(Result):
    """What book_absence answers."""

    absence: Absence
    leave_left: Annotated[int, Field(description="Leave left")]


@env.tool(reads=[Person, Meeting, Attendance, Absence], writes=[Person, Meeting, Attendance, Absence])
def book_absence(
    world: World,
    person_id: Annotated[str, Field(description="Who will be away.")],
    starts_at: Annotated[Time, Field(description="First moment away, UTC, e.g. 2025-04-14T00:00:00Z.")],
    length_days: Annotated[int, Field(ge=1, le=20, description="Days away, e.g. 5.")],
    reason: Annotated[AbsenceReason, Field(description="Why.")],
) -> BookAbsenceResult:
    """Note that a person is away for whole days from some moment on.

    Vacation counts against leave_left, travel and training do not. The person must not organise a confirmed meeting
    in that time; other invitations are declined.
    """
    member = world.get(Person, person_id)
    ends_at = starts_at + days(length_days)
    spent = length_days if reason == "vacation" else 0

    require(
        starts_at > world.now,
        "in_the_past",
        f"An absence must start in the future; it is {world.now:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        not any(x.starts_at < ends_at and starts_at < x.ends_at for x in world.all(Absence, person_id=member.id)),
        "overlaps",
        f"{member.name} is away in that time already; see list_absences.",
    )
    require(
        member.leave_left >= spent, "not_enough_leave", f"{member.name} has {member.leave_left} vacation days left."
    )
    require(
        not any(
            m.starts_at < ends_at and starts_at < m.ends_at
            for m in world.all(Meeting, organizer_id=member.id, status="confirmed")
        ),
        "organizes_meeting",
        f"{member.name} organises a meeting in that time; move or cancel it first.",
    )

    made = world.add(
        Absence, person_id=member.id, starts_at=starts_at, length_days=length_days, ends_at=ends_at, reason=reason
    )
    world.update(member, leave_left=member.leave_left - spent)
    for answer in [
        a
        for a in world.all(Attendance, person_id=member.id)
        if a.response != "declined"
        for meeting in [world.get(Meeting, a.meeting_id)]
        if meeting.status == "confirmed" and meeting.starts_at < ends_at and starts_at < meeting.ends_at
    ]:
        if answer.response == "accepted":
            meeting = world.get(Meeting, answer.meeting_id)
            world.update(meeting, accepted=meeting.accepted - 1)
        world.update(answer, response="declined", responded_at=world.now)
    return BookAbsenceResult(absence=made, leave_left=member.leave_left)


class CancelAbsenceResult(Result):
    """What cancel_absence answers."""

    person: Person
    days_back: Annotated[int, Field(description="Days back")]


@env.tool(reads=[Person, Absence], writes=[Person, Absence], destructive=True)
def cancel_absence(
    world: World,
    absence_id: Annotated[str, Field(description="The absence, from list_absences.")],
) -> CancelAbsenceResult:
    """Remove an absence that has not begun; vacation days are given back. Invitations declined for it stay declined."""
    plan = world.get(Absence, absence_id)
    member = world.get(Person, plan.person_id)
    days_back = plan.length_days if plan.reason == "vacation" else 0

    require(
        plan.starts_at > world.now,
        "already_begun",
        f"The absence began at {plan.starts_at:%Y-%m-%dT%H:%M:%SZ}; only future ones can be removed.",
    )

    world.update(member, leave_left=member.leave_left + days_back)
    world.delete(plan)
    return CancelAbsenceResult(person=member, days_back=days_back)


@env.invariant
def meetings_end_after_they_start(world: World) -> bool:
    """Meetings end after they start."""
    return all(
        m.starts_at < m.ends_at and m.ends_at == m.starts_at + minutes(m.length_minutes) for m in world.all(Meeting)
    )


@env.invariant
def absences_end_after_they_start(world: World) -> bool:
    """Absences end after they start."""
    return all(a.starts_at < a.ends_at and a.ends_at == a.starts_at + days(a.length_days) for a in world.all(Absence))


@env.invariant
def office_closes_after_it_opens(world: World) -> bool:
    """Office closes after it opens."""
    return all(w.opens_at < w.closes_at for w in world.all(Workday))


@env.invariant
def meetings_keep_the_quarter(world: World) -> bool:
    """Meetings keep the quarter."""
    return all(m.length_minutes % 15 == 0 for m in world.all(Meeting))


@env.invariant
def meetings_keep_office_hours(world: World) -> bool:
    """Meetings keep office hours."""
    return all(
        any(w.opens_at <= m.starts_at and m.ends_at <= w.closes_at for w in world.all(Workday))
        for m in world.all(Meeting)
    )


@env.invariant
def no_double_booked_room(world: World) -> bool:
    """No double booked room."""
    return not any(
        a.starts_at < b.ends_at and b.starts_at < a.ends_at
        for a in world.all(Meeting, status="confirmed")
        for b in world.all(Meeting, room_id=a.room_id, status="confirmed")
        if a.id != b.id
    )


@env.invariant
def nobody_in_two_meetings(world: World) -> bool:
    """Nobody in two meetings."""
    return not any(
        a_meeting.starts_at < b_meeting.ends_at and b_meeting.starts_at < a_meeting.ends_at
        for a in world.all(Attendance, response="accepted")
        for b in world.all(Attendance, person_id=a.person_id, response="accepted")
        if a.id != b.id
        for a_meeting in [world.get(Meeting, a.meeting_id)]
        if a_meeting.status == "confirmed"
        for b_meeting in [world.get(Meeting, b.meeting_id)]
        if b_meeting.status == "confirmed"
    )


@env.invariant
def nobody_accepts_while_away(world: World) -> bool:
    """Nobody accepts while away."""
    return not any(
        a_meeting.starts_at < x.ends_at and x.starts_at < a_meeting.ends_at
        for a in world.all(Attendance, response="accepted")
        for x in world.all(Absence, person_id=a.person_id)
        for a_meeting in [world.get(Meeting, a.meeting_id)]
        if a_meeting.status == "confirmed"
    )


@env.invariant
def absences_do_not_overlap(world: World) -> bool:
    """Absences do not overlap."""
    return not any(
        a.starts_at < b.ends_at and b.starts_at < a.ends_at
        for a in world.all(Absence)
        for b in world.all(Absence, person_id=a.person_id)
        if a.id != b.id
    )


@env.invariant
def invited_are_counted(world: World) -> bool:
    """Invited are counted."""
    return all(m.invited == len(world.all(Attendance, meeting_id=m.id)) for m in world.all(Meeting))


@env.invariant
def accepted_are_counted(world: World) -> bool:
    """Accepted are counted."""
    return all(
        m.accepted == len(world.all(Attendance, meeting_id=m.id, response="accepted")) and m.accepted <= m.invited
        for m in world.all(Meeting)
    )


@env.invariant
def rooms_are_big_enough(world: World) -> bool:
    """Rooms are big enough."""
    return all(m.invited <= world.get(Room, m.room_id).capacity for m in world.all(Meeting, status="confirmed"))


@env.invariant
def organizers_attend(world: World) -> bool:
    """Organizers attend."""
    return all(
        any(
            a.meeting_id == m.id and a.person_id == m.organizer_id and a.response == "accepted"
            for a in world.all(Attendance)
        )
        for m in world.all(Meeting)
    )


@env.invariant
def invited_once(world: World) -> bool:
    """Invited once."""
    return not any(
        a.meeting_id == b.meeting_id and a.person_id == b.person_id
        for a in world.all(Attendance)
        for b in world.all(Attendance)
        if a.id != b.id
    )


@env.invariant
def cost_follows_the_rate(world: World) -> bool:
    """Cost follows the rate."""
    return all(
        m.cost == world.get(Room, m.room_id).hourly_rate * m.length_minutes // 60
        for m in world.all(Meeting, status="confirmed")
    )


@env.invariant
def late_cancellations_cost_half(world: World) -> bool:
    """Late cancellations cost half."""
    return all(
        m.cost in (0, world.get(Room, m.room_id).hourly_rate * m.length_minutes // 60 // 2)
        for m in world.all(Meeting, status="cancelled")
    )


@env.invariant
def budgets_add_up(world: World) -> bool:
    """Budgets add up."""
    return all(
        p.budget_left == p.room_budget - sum(m.cost for m in world.all(Meeting, organizer_id=p.id))
        and p.budget_left >= 0
        for p in world.all(Person)
    )


@env.invariant
def leave_adds_up(world: World) -> bool:
    """Leave adds up."""
    return all(
        p.leave_left == p.leave_days - sum(a.length_days for a in world.all(Absence, person_id=p.id, reason="vacation"))
        and p.leave_left >= 0
        for p in world.all(Person)
    )


@env.invariant
def reminders_say_when(world: World) -> bool:
    """Reminders say when."""
    return all((m.reminders == 0) == (m.reminded_at is None) for m in world.all(Meeting))


@env.conserved
def room_money(world: World) -> int:
    """Room money stays the same across every call."""
    return sum(p.budget_left for p in world.all(Person)) + sum(m.cost for m in world.all(Meeting))


@env.conserved
def vacation_days(world: World) -> int:
    """Vacation days stays the same across every call."""
    return sum(p.leave_left for p in world.all(Person)) + sum(
        a.length_days for a in world.all(Absence, reason="vacation")
    )


if __name__ == "__main__":
    main(env)
