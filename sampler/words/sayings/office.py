"""Orders at calendars, tasks, tickets, signatures and classes."""

from __future__ import annotations

from collections.abc import Mapping

ORDERS: Mapping[str, tuple[str, ...]] = {
    "join_waitlist": (
        "add {member_id} to the waitlist of {lesson_id}", "waitlist {member_id} for {lesson_id}",
        "get {member_id} on the waitlist for {lesson_id}", "put {member_id} on the waitlist for {lesson_id}",
    ),
    "choose_next_plan": (
        "switch {member_id} to {plan_id} from the next cycle", "put {member_id} on {plan_id} from the next cycle on",
        "change {member_id} to {plan_id} at the next renewal", "move {member_id} to {plan_id} at the next renewal",
        "set {plan_id} as the next plan for {member_id}",
    ),
    "renew_membership": (
        "renew {member_id} for another cycle", "extend the membership of {member_id} by a cycle",
        "sign {member_id} up for another cycle", "renew {member_id}",
    ),
    "freeze_membership": (
        "pause the membership of {member_id} for {weeks} weeks",
        "put the membership of {member_id} on hold for {weeks} weeks",
        "freeze the membership of {member_id} for {weeks} weeks", "pause {member_id} for {weeks} weeks",
        "freeze the membership of {member_id}",
    ),
    "resume_membership": (
        "unfreeze {member_id}", "unfreeze the membership of {member_id}", "take {member_id} off the freeze",
        "restart the membership of {member_id}",
    ),
    "buy_credit_pack": (
        "sell {member_id} a {pack} credit pack", "add a {pack} credit pack for {member_id}",
        "get {member_id} a {pack} pack of credits", "buy a {pack} credit pack for {member_id}",
        "buy more credits for {member_id}",
    ),
    "book_class_spot": (
        "book {member_id} into {lesson_id}", "get {member_id} a spot in {lesson_id}",
        "sign {member_id} up for {lesson_id}", "reserve a spot in {lesson_id} for {member_id}",
        "put {member_id} down for {lesson_id}", "book {member_id} into a class",
    ),
    "withdraw_spot": ("cancel {spot_id}", "give {spot_id} back", "drop {spot_id}", "release {spot_id}"),
    "open_class": ("open check-in for {lesson_id}", "start check-in for {lesson_id}", "open {lesson_id}"),
    "check_in_spot": ("check {spot_id} in", "mark {spot_id} as here", "mark {spot_id} as checked in"),
    "close_class": (
        "close {lesson_id} and note who did not come", "wrap up {lesson_id}", "end {lesson_id} and record the no-shows",
        "close out {lesson_id}",
    ),
    "call_off_class": ("call off {lesson_id}", "cancel {lesson_id}"),
    "replace_coach": (
        "have {coach_id} take over {lesson_id}", "give {lesson_id} to {coach_id}",
        "put {coach_id} on {lesson_id} instead", "make {coach_id} the coach of {lesson_id}",
        "get {coach_id} to cover {lesson_id}",
    ),
    "settle_fees": (
        "put {amount} towards the fees of {member_id}",
        "charge {member_id} for the open fees",
        "charge {amount} of what {member_id} owes",
        "take {amount} off what {member_id} owes", "collect {amount} of the fees of {member_id}",
        "collect the fees of {member_id}",
    ),
    "forgive_fee": (
        "waive the fee on {spot_id}", "waive the fee for {spot_id}", "drop the fee for {spot_id}",
        "cancel the fee on {spot_id}",
    ),
    "sell_support_hours": (
        "add {block_hours} hours of support for {company_id}", "give {company_id} {block_hours} more hours of support",
        "book {block_hours} more support hours for {company_id}",
        "put {block_hours} more hours on the account of {company_id}", "sell {company_id} more support hours",
    ),
    "open_ticket": (
        "create a {priority} {queue} ticket for {contact_id}: {title}",
        "log a {priority} ticket in {queue} for {contact_id}: {title}",
        "file a {priority} ticket with {queue} for {contact_id}: {title}",
        "open a {queue} ticket for {contact_id}: {title}", "open a {priority} ticket for {contact_id}: {title}",
        "open a ticket for {contact_id}: {title}", "open a {priority} ticket in {queue} for {contact_id}",
        "open a {priority} ticket in {queue}: {title}",
    ),
    "assign_ticket": (
        "assign {ticket_id} to {agent_id}", "hand {ticket_id} over to {agent_id}", "put {agent_id} on {ticket_id}",
        "pass {ticket_id} to {agent_id}", "have {agent_id} take {ticket_id}", "assign {ticket_id}",
    ),
    "reply_to_contact": (
        "write to the customer on {ticket_id}: {body}",
        "reply to the customer on {ticket_id}: {body}",
        "reply on {ticket_id}: {body}",
        "send a reply on {ticket_id}: {body}", "send a reply on {ticket_id}",
    ),
    "record_contact_reply": (
        "record the customer's reply on {ticket_id}: {body}",
        "add the customer's answer to {ticket_id}: {body}", "log a reply from the customer on {ticket_id}: {body}",
        "log a reply from the customer on {ticket_id}",
    ),
    "log_time": (
        "log {minutes_worked} minutes on {ticket_id}", "book {minutes_worked} minutes on {ticket_id}",
        "put {minutes_worked} minutes of work on {ticket_id}", "add {minutes_worked} minutes of work to {ticket_id}",
        "log time on {ticket_id}",
    ),
    "change_priority": (
        "set {ticket_id} to {priority} priority", "change the priority of {ticket_id} to {priority}",
        "give {ticket_id} {priority} priority", "move {ticket_id} to {priority} priority",
        "change the priority of {ticket_id}",
    ),
    "escalate_ticket": (
        "pass {ticket_id} up a level: {reason}", "push {ticket_id} up a level: {reason}",
        "escalate {ticket_id}, because: {reason}", "take {ticket_id} to the next level: {reason}",
        "escalate {ticket_id}", "push {ticket_id} up a level", "pass {ticket_id} up a level",
    ),
    "merge_tickets": (
        "fold {ticket_id} into {target_id}", "merge {ticket_id} with {target_id}",
        "combine {ticket_id} with {target_id}", "close {ticket_id} as a duplicate of {target_id}", "merge {ticket_id}",
    ),
    "mark_resolved": (
        "mark {ticket_id} as resolved: {resolution}", "mark {ticket_id} as solved: {resolution}",
        "set {ticket_id} to resolved with the note {resolution}", "mark {ticket_id} as resolved",
    ),
    "close_resolved_ticket": ("close {ticket_id}", "close out {ticket_id}", "shut {ticket_id} for good"),
    "create_calendar_list_entry": (
        "subscribe me to {calendar_id} in colour {color_id}",
        "put {calendar_id} on my calendar list in colour {color_id}", "subscribe me to {calendar_id}",
        "put {calendar_id} on my calendar list",
    ),
    "delete_calendar_list_entry": (
        "remove {calendar_list_entry_id} from my calendar list", "unsubscribe me from {calendar_list_entry_id}",
        "hide {calendar_list_entry_id} from my list for good",
    ),
    "create_calendar": (
        "create a calendar called {summary}", "set up a new calendar called {summary}",
        "add a calendar called {summary}", "start a new calendar called {summary}",
    ),
    "update_calendar": (
        "change the name of {calendar_id} to {summary}", "call {calendar_id} {summary} from now on",
        "move {calendar_id} to the time zone {time_zone}", "change the time zone of {calendar_id} to {time_zone}",
    ),
    "delete_calendar": ("delete {calendar_id}", "get rid of {calendar_id}", "remove {calendar_id} for good"),
    "clear_calendar": ("clear {calendar_id}", "delete everything on {calendar_id}", "empty {calendar_id}"),
    "create_event": (
        "add {summary} to {calendar_id} from {starts_at} to {ends_at}",
        "schedule {summary} on {calendar_id} from {starts_at} to {ends_at}",
        "create {summary} on {calendar_id} from {starts_at} until {ends_at}",
        "book {summary} on {calendar_id}, {starts_at} to {ends_at}",
        "schedule {summary} with {attendee_emails} on {calendar_id} from {starts_at} to {ends_at}",
        "put {summary} with {attendee_emails} on {calendar_id} from {starts_at} to {ends_at}",
        "add {summary} at {location} to {calendar_id} from {starts_at} to {ends_at}",
        "put {summary} at {location} on {calendar_id} from {starts_at} to {ends_at}",
        "block off {starts_at} to {ends_at} on {calendar_id} for {summary}",
        "block {starts_at} to {ends_at} on {calendar_id} for {summary}",
        "put {summary} on {calendar_id} at {starts_at}", "put {summary} on {calendar_id}",
        "schedule something on {calendar_id} from {starts_at} to {ends_at}",
        "block {starts_at} to {ends_at} on {calendar_id}", "put {summary} on {calendar_id} until {ends_at}",
    ),
    "update_event": (
        "reschedule {event_id} to {starts_at} until {ends_at}", "push {event_id} to {starts_at} until {ends_at}",
        "move {event_id} to {location}", "change the location of {event_id} to {location}",
        "change the title of {event_id} to {summary}", "call {event_id} {summary} instead",
        "mark {event_id} as {status}", "set {event_id} to {status}", "extend {event_id} until {ends_at}",
        "move the end of {event_id} to {ends_at}", "move the start of {event_id} to {starts_at}",
        "start {event_id} at {starts_at}", "set the visibility of {event_id} to {visibility}",
        "change the description of {event_id} to {description}", "give {event_id} the colour {color_id}",
        "make {event_id} {visibility}", "change the colour of {event_id} to {color_id}",
    ),
    "move_event": (
        "put {event_id} on {destination_calendar_id}", "move {event_id} over to {destination_calendar_id}",
        "switch {event_id} over to {destination_calendar_id}",
    ),
    "delete_event": (
        "delete {event_id}", "call off {event_id}", "take {event_id} off the calendar", "remove {event_id}",
    ),
    "add_event_attendee": (
        "add {email} to {event_id}", "send {email} an invitation to {event_id}",
        "put {email} on the guest list of {event_id}", "invite {display_name} ({email}) to {event_id}",
        "add {display_name} ({email}) to {event_id}", "invite someone to {event_id}",
    ),
    "remove_event_attendee": (
        "remove {event_attendee_id} from the guest list", "uninvite {event_attendee_id}",
        "take {event_attendee_id} off the invitation",
    ),
    "respond_to_event": (
        "put me down as {response_status} for {event_id} with the comment {comment}",
        "mark me as {response_status} for {event_id} and say {comment}",
        "put me down as {response_status} for {event_id} with {additional_guests} guests",
        "put me down as {response_status} for {event_id} with {additional_guests} guests and say {comment}",
        "set my reply to {event_id} to {response_status}",
        "respond to {event_id} as {response_status}",
        "put me down as {response_status} for {event_id}", "mark me as {response_status} for {event_id}",
        "respond to {event_id}",
    ),
    "create_acl_rule": (
        "give the {scope_type} {scope_value} {role} access to {calendar_id}",
        "let the {scope_type} {scope_value} into {calendar_id} as {role}",
        "share {calendar_id} with {scope_value} as {role}", "add {scope_value} to {calendar_id} as {role}",
        "share {calendar_id} with the {scope_type} {scope_value}", "share {calendar_id}",
        "share {calendar_id} with a {scope_type}", "share {calendar_id} as {role}",
    ),
    "update_acl_rule": (
        "change {acl_rule_id} to {role}", "set {acl_rule_id} to {role}",
        "change {acl_rule_id}", "change the access of {acl_rule_id}",
    ),
    "delete_acl_rule": ("remove {acl_rule_id}", "delete {acl_rule_id}", "take {acl_rule_id} away"),
    "create_task_list": (
        "create a list called {title}", "make a new list called {title}", "set up a list called {title}",
        "start a list for {title}", "add a new list called {title}",
    ),
    "update_task_list": (
        "change the name of {task_list_id} to {title}", "call {task_list_id} {title} from now on",
        "rename {task_list_id}", "change the name of {task_list_id}",
    ),
    "delete_task_list": (
        "delete {task_list_id}", "get rid of {task_list_id}", "remove {task_list_id} and all its tasks",
    ),
    "create_task": (
        "put {title} on {task_list_id}", "add {title} to {task_list_id}, due {due_at}",
        "create a task {title} on {task_list_id}, due {due_at}", "add {title} to {task_list_id} with the note {notes}",
        "add {title} below {previous_id} on {task_list_id}", "add a task called {title} to {task_list_id}",
        "add {title} to {task_list_id}, due {due_at}, with the note {notes}",
        "add {title} below {previous_id} on {task_list_id}, due {due_at}",
        "add {title} below {previous_id} on {task_list_id} with the note {notes}",
        "add {title} below {previous_id} on {task_list_id}, due {due_at}, with the note {notes}",
        "add {title} to {task_list_id} as a subtask of {parent_id}, due {due_at}",
        "add {title} to {task_list_id} as a subtask of {parent_id} with the note {notes}",
        "add {title} to {task_list_id} as a subtask of {parent_id}, below {previous_id}",
        "add {title} to {task_list_id} as a subtask of {parent_id}, below {previous_id}, due {due_at}",
        "add {title} to {task_list_id} as a subtask of {parent_id}, below {previous_id}, with the note {notes}",
        "add {title} to {task_list_id} as a subtask of {parent_id}, below {previous_id}, due {due_at}, with the note "
        "{notes}",
        "add {title} to {task_list_id} as a subtask of {parent_id}, due {due_at}, with the note {notes}",
        "add a task to {task_list_id}",
    ),
    "update_task": (
        "rename {task_id} to {title}", "change the due date of {task_id} to {due_at}", "make {task_id} due {due_at}",
        "set the due date of {task_id} to {due_at}", "push {task_id} to {due_at}", "put the note {notes} on {task_id}",
        "change the note on {task_id} to {notes}", "call {task_id} {title} instead",
    ),
    "complete_task": ("check off {task_id}", "mark {task_id} as done", "complete {task_id}"),
    "reopen_task": (
        "put {task_id} back on the list", "mark {task_id} as not done", "uncheck {task_id}",
        "mark {task_id} as open again",
    ),
    "move_task": (
        "move {task_id} over to {destination_task_list_id}", "put {task_id} under {parent_id}",
        "nest {task_id} under {parent_id}", "move {task_id} right below {previous_id}",
        "move {task_id} after {previous_id}", "put {task_id} at the top of its list",
        "move {task_id} under {parent_id}, right below {previous_id}",
        "move {task_id} over to {destination_task_list_id}, right below {previous_id}",
        "move {task_id} over to {destination_task_list_id}, under {parent_id}",
        "move {task_id} over to {destination_task_list_id}, under {parent_id} and right below {previous_id}",
    ),
    "clear_completed_tasks": (
        "clear the finished tasks from {task_list_id}", "clear the completed tasks off {task_list_id}",
        "remove everything done from {task_list_id}", "tidy up {task_list_id}",
    ),
    "delete_task": ("remove {task_id}", "get rid of {task_id}", "take {task_id} off the list"),
    "schedule_meeting": (
        "schedule {title} in {room_id} at {starts_at} for {length_minutes} minutes with {guest_ids}, hosted "
        "by {organizer_id}",
        "book {room_id} at {starts_at} for {length_minutes} minutes for {title}, with {guest_ids}, organized "
        "by {organizer_id}",
        "set up {title} with {guest_ids} in {room_id} at {starts_at} for {length_minutes} minutes, organized "
        "by {organizer_id}",
        "set up {title} in {room_id} at {starts_at}, organized by {organizer_id} with {guest_ids}",
        "set up {title} in {room_id} for {length_minutes} minutes, organized by {organizer_id} with {guest_ids}",
        "set up {title} at {starts_at} for {length_minutes} minutes, organized by {organizer_id} with {guest_ids}",
        "set up a meeting in {room_id} at {starts_at} for {length_minutes} minutes, organized by "
        "{organizer_id} with {guest_ids}",
    ),
    "reschedule_meeting": (
        "reschedule {meeting_id} to {starts_at}", "push {meeting_id} to {starts_at}",
        "start {meeting_id} at {starts_at} instead", "change {meeting_id} to {starts_at}",
        "shift {meeting_id} to {starts_at}", "reschedule {meeting_id}", "move {meeting_id}",
        "move {meeting_id} to another time",
    ),
    "change_room": (
        "put {meeting_id} in {room_id}", "switch {meeting_id} to {room_id}", "hold {meeting_id} in {room_id} instead",
        "move {meeting_id} into {room_id}", "move {meeting_id} to another room",
    ),
    "cancel_meeting": ("call off {meeting_id}", "call {meeting_id} off", "drop {meeting_id}"),
    "respond": (
        "set {attendance_id} to {response}", "put {attendance_id} down as {response}",
        "record {attendance_id} as {response}", "answer {attendance_id}",
    ),
    "invite_guest": (
        "add {person_id} to {meeting_id}", "ask {person_id} to join {meeting_id}", "get {person_id} into {meeting_id}",
        "send {person_id} an invitation to {meeting_id}", "invite someone to {meeting_id}",
    ),
    "remove_guest": ("cancel {attendance_id}", "withdraw {attendance_id}", "remove {attendance_id}"),
    "remind_guests": (
        "send a reminder for {meeting_id}", "remind the guests of {meeting_id} to answer",
        "nudge everybody who has not answered {meeting_id}", "send out a reminder about {meeting_id}",
        "chase the replies for {meeting_id}",
    ),
    "book_absence": (
        "put {person_id} down for {length_days} days of {reason} from {starts_at}",
        "enter {length_days} days of {reason} for {person_id} starting {starts_at}",
        "mark {person_id} as away for {length_days} days from {starts_at}, {reason}",
        "record {length_days} days of {reason} for {person_id} from {starts_at}",
        "give {person_id} {length_days} days off from {starts_at}, {reason}",
        "book {length_days} days of {reason} for {person_id}", "book {reason} for {person_id} from {starts_at}",
        "book {person_id} off from {starts_at}", "book time off for {person_id}",
        "give {person_id} {length_days} days off from {starts_at}",
        "book {person_id} off for {length_days} days from {starts_at}",
    ),
    "cancel_absence": ("cancel {absence_id}", "delete {absence_id} and give the days back", "remove {absence_id}"),
    "find_free_rooms": (
        "find a room for {people} people at {starts_at} for {length_minutes} minutes with {features}",
        "find us a room for {people} at {starts_at} for {length_minutes} minutes with {features}",
        "look for a room for {people} people at {starts_at} for {length_minutes} minutes",
        "find a room for {people} people at {starts_at} for {length_minutes} minutes",
        "find a room for {people} people for {length_minutes} minutes with {features}",
        "find a room for {people} people at {starts_at} with {features}",
        "find a room at {starts_at} for {length_minutes} minutes with {features}",
    ),
    "buy_envelopes": (
        "buy {packs} packs of envelopes for {team_id}", "get {team_id} {packs} packs of envelopes",
        "order {packs} more packs of envelopes for {team_id}", "sell {team_id} {packs} packs of envelopes",
        "buy envelopes for {team_id}",
    ),
    "draft_envelope": (
        "draft an envelope {subject} for {sender_id}, valid for {valid_days} days",
        "start an envelope {subject} for {sender_id} with {valid_days} days to sign",
        "prepare {subject} for {sender_id} with {valid_days} days to sign", "draft {subject} for {sender_id}",
        "draft an envelope for {sender_id}", "draft an envelope for {sender_id} with {valid_days} days to sign",
        "start an envelope for {sender_id}, valid for {valid_days} days",
    ),
    "add_document": (
        "add {name} to {envelope_id}, {pages} pages", "attach {name} with {pages} pages to {envelope_id}",
        "attach {name} to {envelope_id}, {pages} pages", "add {name} to {envelope_id}",
        "add a document to {envelope_id}", "add a document with {pages} pages to {envelope_id}",
        "attach {pages} pages to {envelope_id}",
    ),
    "add_recipient": (
        "add {person_id} as {role} number {routing_order} to {envelope_id}",
        "put {person_id} on {envelope_id} as {role} number {routing_order}",
        "add {person_id} to {envelope_id} as {role} number {routing_order}",
        "add {person_id} as {role} to {envelope_id} in position {routing_order}",
        "add {person_id} to {envelope_id} as {role}", "add {person_id} to {envelope_id}",
        "add {person_id} to {envelope_id} as number {routing_order}",
        "put {person_id} on {envelope_id} in position {routing_order}",
    ),
    "drop_recipient": (
        "remove {recipient_id}", "take {recipient_id} off", "take {recipient_id} off the envelope",
        "drop {recipient_id}",
    ),
    "send_envelope": (
        "send out {envelope_id}", "send {envelope_id} off", "get {envelope_id} out",
        "send {envelope_id} out for signing",
    ),
    "view_documents": (
        "open the documents for {recipient_id}", "let {recipient_id} look at the documents",
        "record that {recipient_id} opened the documents", "show {recipient_id} the documents",
    ),
    "sign_documents": (
        "record the signature of {recipient_id}", "have {recipient_id} sign", "mark {recipient_id} as signed",
        "let {recipient_id} sign",
    ),
    "decline_to_sign": (
        "record that {recipient_id} declined: {reason}", "mark {recipient_id} as declined: {reason}",
        "note that {recipient_id} will not sign: {reason}", "decline for {recipient_id}",
    ),
    "replace_recipient": (
        "swap {recipient_id} for {person_id}", "replace {recipient_id} with {person_id}",
        "put {person_id} in place of {recipient_id}", "have {person_id} take over from {recipient_id}",
        "replace {recipient_id}",
    ),
    "send_reminder": (
        "send a reminder for {envelope_id}", "send out a reminder about {envelope_id}",
        "remind everyone about {envelope_id}", "nudge the signers of {envelope_id}",
    ),
    "extend_expiry": (
        "extend {envelope_id} by {extra_days} days", "give {envelope_id} {extra_days} extra days",
        "push the deadline of {envelope_id} back by {extra_days} days",
        "let {envelope_id} run {extra_days} days longer", "extend {envelope_id}",
        "push the deadline of {envelope_id} back", "give {envelope_id} more time",
    ),
    "void_envelope": (
        "cancel {envelope_id}: {reason}", "void {envelope_id}, because: {reason}", "call back {envelope_id}: {reason}",
        "withdraw {envelope_id}: {reason}", "void {envelope_id}", "call back {envelope_id}", "cancel {envelope_id}",
    ),
    "mark_expired": ("close {envelope_id} as expired", "set {envelope_id} to expired", "let {envelope_id} expire"),
    "wait_for_signers": (
        "give the signers of {envelope_id} {wait_days} days", "wait {wait_days} days for the signers of {envelope_id}",
        "wait another {wait_days} days on {envelope_id}", "check back on {envelope_id} in {wait_days} days",
        "wait for the signers of {envelope_id}", "give the signers of {envelope_id} more time",
        "wait a while for {envelope_id}",
    ),
    "find_overdue_tickets": ("show me what is overdue in {queue}", "find the overdue tickets in {queue}"),
}  # fmt: skip
