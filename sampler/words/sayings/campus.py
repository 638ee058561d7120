"""Orders at a registrar, a journal and a library."""

from __future__ import annotations

from collections.abc import Mapping

ORDERS: Mapping[str, tuple[str, ...]] = {
    "pay_account": (
        "record a tuition payment of {amount} from {student_id}",
        "credit {amount} to the tuition account of {student_id}", "pay {amount} towards the tuition of {student_id}",
        "record a tuition payment from {student_id}",
    ),
    "enrol_student": (
        "sign {student_id} up for {section_id}", "get {student_id} a seat in {section_id}",
        "register {student_id} for {section_id}", "add {student_id} to {section_id}", "enrol {student_id}",
    ),
    "swap_section": (
        "switch {enrolment_id} to {section_id}", "change {enrolment_id} to {section_id}", "move {enrolment_id}",
    ),
    "drop_enrolment": ("cancel {enrolment_id}", ),
    "withdraw_enrolment": (
        "withdraw from {enrolment_id} after the deadline",
        "file a late withdrawal for {enrolment_id}",
    ),
    "join_waitlist": (
        "add {student_id} to the waitlist of {section_id}", "waitlist {student_id} for {section_id}",
        "get {student_id} on the waitlist for {section_id}",
    ),
    "leave_waitlist": ("remove {wait_entry_id} from the waitlist", "cancel {wait_entry_id}"),
    "offer_seat": (
        "give {wait_entry_id} the open seat", "offer the open seat to {wait_entry_id}",
        "let {wait_entry_id} have the free seat",
    ),
    "accept_offer": (
        "take the seat offered to {wait_entry_id}", "accept the seat for {wait_entry_id}",
        "say yes to the seat for {wait_entry_id}",
    ),
    "lapse_offer": (
        "let the seat offer for {wait_entry_id} expire", "withdraw the seat offered to {wait_entry_id}",
    ),
    "post_grade": (
        "give {enrolment_id} the grade {grade}",
        "enter {grade} as the grade for {enrolment_id}",
        "grade {enrolment_id} with {grade}", "enter the grade for {enrolment_id}",
    ),
    "assess_transfer": (
        "give {student_id} transfer credit for {course_id} with the grade {grade}",
        "transfer {course_id} over for {student_id} with the grade {grade}",
        "credit {course_id} to {student_id} as a transfer with grade {grade}",
        "give {student_id} transfer credit for {course_id}",
    ),
    "cancel_section": ("call {section_id} off", "take {section_id} off the schedule"),
    "declare_conflict": (
        "record a conflict of interest between {scholar_id} and {other_id}",
        "make sure {scholar_id} and {other_id} never review each other",
        "keep {scholar_id} and {other_id} from reviewing each other",
        "note that {scholar_id} and {other_id} have a conflict of interest",
    ),
    "add_deposit": (
        "credit {amount} to the deposit of {institution_id}", "book a deposit of {amount} from {institution_id}",
        "top up the deposit of {institution_id} by {amount}", "record a deposit from {institution_id}",
    ),
    "submit_manuscript": (
        "submit {title} by {author_id} as a {topic} paper", "file a new {topic} paper by {author_id}: {title}",
        "enter a {topic} submission from {author_id} called {title}", "take in a new paper by {author_id}",
        "register {title} as a {topic} paper by {author_id}", "submit a {topic} paper by {author_id}",
        "submit {title} by {author_id}",
    ),
    "invite_reviewer": (
        "invite {reviewer_id} to review {manuscript_id}", "get {reviewer_id} to review {manuscript_id}",
        "send {reviewer_id} an invitation to review {manuscript_id}", "invite a reviewer for {manuscript_id}",
    ),
    "answer_invitation": (
        "reply to the invitation for {review_id}", "answer the invitation for {review_id}",
        "record an answer to the invitation for {review_id}",
    ),
    "extend_review": (
        "extend {review_id} by {extra_days} days", "give {review_id} an extra {extra_days} days",
        "push the deadline for {review_id} back by {extra_days} days", "extend the deadline for {review_id}",
    ),
    "remind_reviewer": (
        "send the reviewer a reminder about {review_id}", "send out a reminder for {review_id}",
        "chase the reviewer for {review_id}", "nudge the reviewer about {review_id}",
    ),
    "lapse_review": ("close {review_id} as overdue", "write {review_id} off as overdue", "mark {review_id} as lapsed"),
    "submit_review": (
        "submit {review_id} with the recommendation to {recommendation}",
        "hand in {review_id} with the recommendation to {recommendation}",
        "file {review_id} with the recommendation to {recommendation}",
        "hand in the report for {review_id}",
    ),
    "decide_manuscript": (
        "record the decision on {manuscript_id} as {outcome}", "enter {outcome} as the decision on {manuscript_id}",
        "mark {manuscript_id} as {outcome}", "set the decision on {manuscript_id} to {outcome}",
        "record a decision on {manuscript_id}",
    ),
    "resubmit_manuscript": (
        "file the revision of {manuscript_id}", "hand in the revised version of {manuscript_id}",
        "send in the revision of {manuscript_id}", "enter the revised version of {manuscript_id}",
    ),
    "appeal_rejection": (
        "file an appeal for {manuscript_id}", "enter an appeal against the rejection of {manuscript_id}",
        "lodge an appeal for {manuscript_id}",
    ),
    "withdraw_manuscript": (
        "pull {manuscript_id}", "take {manuscript_id} out of review", "record {manuscript_id} as withdrawn",
    ),
    "publish_manuscript": ("put {manuscript_id} in print", "get {manuscript_id} published", "release {manuscript_id}"),
    "get_manuscript_file": (
        "pull up the file on {manuscript_id}", "open the full file on {manuscript_id}",
        "get me everything on {manuscript_id}", "show me the file on {manuscript_id}",
    ),
    "find_reviewers": ("look for reviewers for {manuscript_id}", "suggest reviewers for {manuscript_id}"),
    "renew_card": (
        "renew the library card of {reader_id}", "extend the card of {reader_id} by a year",
        "give {reader_id} another year on the card",
    ),
    "lend_copy": (
        "check {item_id} out to {reader_id}", "loan {item_id} to {reader_id}", "let {reader_id} take {item_id} home",
        "check out {item_id} for {reader_id}", "check something out to {reader_id}",
    ),
    "renew_loan": ("extend {loan_id}", "give {loan_id} another loan period"),
    "recall_loan": ("call {loan_id} back in", "call back {loan_id}", "ask for {loan_id} back"),
    "return_copy": ("check {loan_id} back in", "check in {loan_id}", "book {loan_id} back in", "take back {loan_id}"),
    "declare_lost": ("report {loan_id} as lost", "mark {loan_id} as lost", "put {loan_id} down as lost"),
    "take_back_lost": (
        "check the lost copy from {loan_id} back in", "take back the lost copy from {loan_id}",
        "note that the lost copy from {loan_id} turned up", "mark {loan_id} as found",
    ),
    "place_hold": (
        "reserve {book_id} for {reader_id}", "put {book_id} on hold for {reader_id}",
        "place a hold on {book_id} for {reader_id}", "put {reader_id} on the list for {book_id}",
    ),
    "set_aside_copy": (
        "hold {item_id} back for {hold_id}", "keep {item_id} aside for {hold_id}", "reserve {item_id} for {hold_id}",
    ),
    "cancel_hold": ("cancel {hold_id}", "drop {hold_id}", "delete {hold_id}"),
    "expire_hold": ("let {hold_id} expire", "close {hold_id} as not collected", "mark {hold_id} as expired"),
    "pay_fine": (
        "put {amount} towards {fine_id}", "pay {amount} off {fine_id}", "pay {amount} on {fine_id}", "settle {fine_id}",
    ),
    "repair_copy": ("get {item_id} repaired", "send {item_id} off for repair", "have {item_id} fixed"),
    "get_student_record": (
        "pull up the record of {student_id}", "show me the full record of {student_id}",
        "get me the record of {student_id}", "open the student record of {student_id}",
    ),
}  # fmt: skip
