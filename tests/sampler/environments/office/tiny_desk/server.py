# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
# [tool.uv.sources]
# envkit = { path = "../../../../../envkit" }
# ///
"""Tiny Desk: projects with tickets, notes on tickets, and prepaid accounts."""

from typing import Annotated, Literal

from envkit import (
    Deleted,
    Environment,
    Field,
    Money,
    Moves,
    Page,
    Result,
    Row,
    Time,
    World,
    main,
    require,
)

env = Environment(__file__)

Id = Annotated[str, Field(description="An id")]
Limit = Annotated[int, Field(ge=1, le=100, description="Rows a page")]
Cursor = Annotated[str | None, Field(description="next_cursor of the page before")]


class Member(Row, table="member", prefix="mem", found_by="list_members"):
    """A person who works on tickets."""

    id: Id
    name: Annotated[str, Field(description="Full name")]
    email: Annotated[str, Field(description="E-mail address")]


class Project(Row, table="project", prefix="prj", found_by="list_projects"):
    """A piece of work with an owner."""

    id: Id
    title: Annotated[str, Field(description="Title")]
    owner_id: Annotated[str, Field(description="Who owns it")]
    budget: Annotated[Money, Field(ge=0, description="Left to spend, in minor units")]


class Ticket(Row, table="ticket", prefix="tic", found_by="list_tickets"):
    """Something to do in a project."""

    id: Id
    project_id: Annotated[str, Field(description="The project")]
    title: Annotated[str, Field(description="Title")]
    is_urgent: Annotated[bool, Field(description="Whether it is urgent")]
    due_at: Annotated[Time, Field(description="When it is due")]
    minutes: Annotated[int, Field(ge=0, description="Minutes spent")] = 0
    status: Annotated[Literal["open", "closed"], Moves({"open": ["closed"]}), Field(description="Where it stands")] = (
        "open"
    )
    closed_at: Annotated[Time | None, Field(description="When it was closed")] = None
    watchers: Annotated[int, Field(ge=0, description="How many watch it")] = 0


class Note(Row, table="note", prefix="not", found_by="get_ticket_details"):
    """Work noted on a ticket."""

    id: Id
    ticket_id: Annotated[str, Field(description="The ticket")]
    kind: Annotated[Literal["call", "visit"], Field(description="What it was")]
    body: Annotated[str, Field(description="What was done")]
    minutes: Annotated[int, Field(ge=1, description="Minutes spent")]


class Account(Row, table="account", prefix="acc", found_by=""):
    """Prepaid money, known by its id alone."""

    id: Id
    balance: Annotated[Money, Field(ge=0, description="Balance, in minor units")]


class TicketDetails(Result):
    """What get_ticket_details answers."""

    ticket: Annotated[Ticket, Field(description="The ticket")]
    project: Annotated[Project, Field(description="Its project")]
    notes: Annotated[list[Note], Field(description="Its notes")]


class CloseTicketResult(Result):
    """What close_ticket answers."""

    ticket: Annotated[Ticket, Field(description="The closed ticket")]
    cost: Annotated[Money, Field(description="Charged to the project, in minor units")]


class TopUpResult(Result):
    """What top_up answers."""

    account: Annotated[Account, Field(description="The account")]


@env.tool(reads=[Member])
def list_members(
    world: World,
    query: Annotated[str | None, Field(description="Part of name or e-mail")] = None,
    limit: Limit = 2,
    cursor: Cursor = None,
) -> Page[Member]:
    """List members by any part of name or e-mail."""
    return world.page(Member, search=(query, ["name", "email"]), limit=limit, cursor=cursor)


@env.tool(reads=[Project])
def list_projects(
    world: World,
    owner_id: Annotated[str | None, Field(description="Only of this owner")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Project]:
    """List projects by owner."""
    return world.page(Project, where={"owner_id": owner_id}, limit=limit, cursor=cursor)


@env.tool(reads=[Project])
def get_project(world: World, project_id: Annotated[str, Field(description="The project")]) -> Project:
    """Get one project."""
    return world.get(Project, project_id)


@env.tool(reads=[Ticket])
def list_tickets(
    world: World,
    project_id: Annotated[str | None, Field(description="Only of this project")] = None,
    status: Annotated[Literal["open", "closed"] | None, Field(description="Only in this state")] = None,
    due_at_from: Annotated[Time | None, Field(description="Due then or later")] = None,
    due_at_to: Annotated[Time | None, Field(description="Due then or earlier")] = None,
    sort: Annotated[Literal["due_at", "-due_at"], Field(description="Order")] = "due_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Ticket]:
    """List tickets by project, state and due time."""
    where = {"project_id": project_id, "status": status}
    between = {"due_at": (due_at_from, due_at_to)}
    return world.page(Ticket, where=where, between=between, sort=sort, limit=limit, cursor=cursor)


@env.tool(reads=[Ticket, Project, Note])
def get_ticket_details(world: World, ticket_id: Annotated[str, Field(description="The ticket")]) -> TicketDetails:
    """Get a ticket with its project and its notes."""
    ticket = world.get(Ticket, ticket_id)
    project = world.get(Project, ticket.project_id)
    return TicketDetails(ticket=ticket, project=project, notes=world.all(Note, ticket_id=ticket.id))


@env.tool(reads=[Project], writes=[Ticket])
def open_ticket(
    world: World,
    project_id: Annotated[str, Field(description="The project")],
    title: Annotated[str, Field(description="Title")],
    is_urgent: Annotated[bool, Field(description="Whether it is urgent")],
    due_at: Annotated[Time, Field(description="When it is due")],
) -> Ticket:
    """Open a ticket in a project."""
    project = world.get(Project, project_id)
    return world.add(Ticket, project_id=project.id, title=title, is_urgent=is_urgent, due_at=due_at)


@env.tool(reads=[Ticket], writes=[Note, Ticket])
def add_note(
    world: World,
    ticket_id: Annotated[str, Field(description="The ticket")],
    kind: Annotated[Literal["call", "visit"], Field(description="What it was")],
    body: Annotated[str, Field(description="What was done")],
    minutes: Annotated[int, Field(ge=1, le=600, description="Minutes spent")],
) -> Note:
    """Note work done on an open ticket."""
    ticket = world.get(Ticket, ticket_id)
    require(ticket.status == "open", "not_open", f"Ticket {ticket.title} is {ticket.status}.")
    world.update(ticket, minutes=ticket.minutes + minutes)
    return world.add(Note, ticket_id=ticket.id, kind=kind, body=body, minutes=minutes)


@env.tool(reads=[Note], writes=[Note, Ticket], destructive=True)
def remove_note(world: World, note_id: Annotated[str, Field(description="The note")]) -> Deleted:
    """Remove a note and its minutes."""
    note = world.get(Note, note_id)
    ticket = world.get(Ticket, note.ticket_id)
    world.update(ticket, minutes=ticket.minutes - note.minutes)
    world.delete(note)
    return Deleted(id=note.id)


@env.tool(reads=[Ticket, Project], writes=[Ticket, Project])
def close_ticket(world: World, ticket_id: Annotated[str, Field(description="The ticket")]) -> CloseTicketResult:
    """Close an open ticket and charge its minutes to the project."""
    ticket = world.get(Ticket, ticket_id)
    project = world.get(Project, ticket.project_id)
    cost = ticket.minutes * 50
    require(ticket.status == "open", "not_open", f"Ticket {ticket.title} is {ticket.status}.")
    require(project.budget >= cost, "over_budget", f"Only {project.budget} is left.")
    world.update(ticket, status="closed", closed_at=world.now)
    world.update(project, budget=project.budget - cost)
    return CloseTicketResult(ticket=ticket, cost=cost)


@env.tool(reads=[Ticket, Member], writes=[Ticket], idempotent=True)
def set_watchers(
    world: World,
    ticket_id: Annotated[str, Field(description="The ticket")],
    member_ids: Annotated[list[str], Field(description="Who watches")],
) -> Ticket:
    """Set who watches a ticket."""
    ticket = world.get(Ticket, ticket_id)
    members = world.many(Member, member_ids)
    return world.update(ticket, watchers=len(members))


@env.tool(reads=[Account], writes=[Account])
def top_up(
    world: World,
    account_id: Annotated[str, Field(description="The account")],
    amount: Annotated[Money, Field(ge=1, description="Amount, in minor units")],
) -> TopUpResult:
    """Add money to an account."""
    account = world.get(Account, account_id)
    return TopUpResult(account=world.update(account, balance=account.balance + amount))


if __name__ == "__main__":
    main(env)
