"""Orders at flights, hotels and cars."""

from __future__ import annotations

from collections.abc import Mapping

ORDERS: Mapping[str, tuple[str, ...]] = {
    "find_available_cars": (
        "find a car in {city} from {starts_at} to {ends_at}",
        "look for free cars in {city} from {starts_at} to {ends_at}",
        "find free cars in {city} from {starts_at} until {ends_at}",
    ),
    "quote_rental": (
        "work out a quote for {driver_id} on {category_id} from {starts_at} to {ends_at}, {km} km",
        "quote {category_id} for {driver_id} from {starts_at} to {ends_at} and {km} km",
        "get me a quote on {category_id} for {driver_id} from {starts_at} to {ends_at}, {km} km",
    ),
    "buy_kilometres": (
        "buy {packages} kilometre packages for {driver_id}", "get {driver_id} {packages} kilometre packages",
        "add {packages} kilometre packages for {driver_id}", "buy a kilometre package for {driver_id}",
    ),
    "reserve_car": (
        "book {car_id} for {driver_id} from {starts_at} to {ends_at}",
        "reserve {car_id} from {starts_at} until {ends_at} for {driver_id}",
        "get {driver_id} {car_id} from {starts_at} to {ends_at}",
        "book {driver_id} {car_id} from {starts_at} until {ends_at}",
        "reserve {car_id} for {driver_id} from {starts_at}", "reserve {car_id} for {driver_id} until {ends_at}",
        "reserve {car_id} for {driver_id}", "reserve a car for {driver_id} from {starts_at} to {ends_at}",
    ),
    "change_return_time": (
        "move the return of {rental_id} to {ends_at}", "have {rental_id} end at {ends_at}",
        "set the return of {rental_id} to {ends_at}", "let {rental_id} run until {ends_at}",
        "change the return time for {rental_id} to {ends_at}", "change the return time of {rental_id}",
    ),
    "withdraw_rental": ("cancel {rental_id}", "call off {rental_id}", "drop {rental_id}"),
    "mark_missed": ("mark {rental_id} as a no-show", "put {rental_id} down as missed", "record {rental_id} as missed"),
    "collect_car": (
        "record the pickup of the car for {rental_id}", "hand over the car for {rental_id}",
        "mark the car of {rental_id} as collected", "give out the car for {rental_id}",
    ),
    "drive_car": (
        "log a drive of {km} km in {drive_hours} hours for {rental_id}",
        "record {km} km in {drive_hours} hours on {rental_id}", "log {km} km over {drive_hours} hours for {rental_id}",
        "add a trip of {km} km and {drive_hours} hours to {rental_id}", "log a drive for {rental_id}",
        "log a drive of {km} km for {rental_id}", "record {km} km on {rental_id}",
        "log a drive of {drive_hours} hours for {rental_id}",
    ),
    "refuel_car": (
        "record a refuel for {rental_id}", "note that the car of {rental_id} was refuelled",
        "log a full tank for {rental_id}", "mark the car of {rental_id} as refuelled",
    ),
    "return_car": (
        "check in the car of {rental_id} at {station_id}", "return the car of {rental_id} to {station_id}",
        "take the car for {rental_id} back at {station_id}", "record the return of {rental_id} at {station_id}",
        "record the return of {rental_id}",
    ),
    "report_damage": (
        "report {severity} damage on {rental_id}: {description}, about {cost}",
        "record {severity} damage on {rental_id}, about {cost}: {description}",
        "log {severity} damage for {rental_id}, about {cost}: {description}",
        "report {severity} damage on {rental_id}: {description}", "report {severity} damage on {rental_id}",
        "report damage on {rental_id}: {description}, about {cost}",
        "report {severity} damage on {rental_id}, about {cost}",
        "record {severity} damage on {rental_id}, about {cost}",
    ),
    "charge_damage": (
        "bill {damage_id} to the driver", "make the driver pay for {damage_id}", "charge the driver for {damage_id}",
        "put {damage_id} on the driver's bill",
    ),
    "repair_car": (
        "get {car_id} repaired", "have {car_id} fixed", "send {car_id} to the workshop", "send {car_id} in for repairs",
    ),
    "register_guest": (
        "register {name} as a guest, {email}, {phone}", "add {name} as a new guest, {email}, {phone}",
        "set up a guest profile for {name}, {email}, {phone}", "add a new guest: {name}, {email}, {phone}",
        "register {name}, {email}", "register {name}, {phone}", "register a guest with {email} and {phone}",
        "add a new guest, {email}, {phone}",
    ),
    "book_stay": (
        "book {guest_id} into {room_id} at {rate_id} from {arrives_at} for {nights} nights, {adults} adults",
        "reserve {room_id} at {rate_id} for {guest_id}, {nights} nights from {arrives_at}, {adults} adults",
        "get {guest_id} {room_id} at {rate_id} for {nights} nights from {arrives_at}, {adults} adults",
        "put {guest_id} in {room_id} at {rate_id} for {nights} nights from {arrives_at}, {adults} adults",
        "book {room_id} at {rate_id} for {guest_id} from {arrives_at}, {adults} adults",
        "book {room_id} at {rate_id} for {guest_id}, {nights} nights, {adults} adults",
        "book {guest_id} into {room_id} at {rate_id} from {arrives_at} for {nights} nights",
        "get {guest_id} {room_id} at {rate_id} for {nights} nights from {arrives_at}",
    ),
    "cancel_stay": ("call off {stay_id}", "cancel {stay_id} for good", "drop {stay_id}"),
    "check_in_guest": ("check {stay_id} in", "do the check-in for {stay_id}", "check in the guests for {stay_id}"),
    "assign_room": (
        "put {stay_id} in {room_id} instead", "give {stay_id} {room_id}", "switch {stay_id} to {room_id}",
        "assign {room_id} to {stay_id}", "move {stay_id} to another room",
    ),
    "change_departure": (
        "change {stay_id} to {nights} nights",
        "set {stay_id} to {nights} nights in all", "change the length of {stay_id} to {nights} nights",
        "change the departure for {stay_id}",
    ),
    "charge_extra": (
        "add {quantity} {kind} charges to {stay_id}", "put {quantity} {kind} charges on {stay_id}",
        "charge {kind} to {stay_id}", "put {kind} on {stay_id}", "charge an extra to {stay_id}",
        "charge {quantity} extras to {stay_id}", "put {quantity} extras on {stay_id}",
    ),
    "take_payment": (
        "take {amount} by {method} for {stay_id}", "take a payment of {amount} by {method} for {stay_id}",
        "charge {amount} to the {method} for {stay_id}", "record a {method} payment of {amount} for {stay_id}",
        "settle {amount} of {stay_id} by {method}", "take a {method} payment for {stay_id}",
        "take payment for {stay_id}",
    ),
    "check_out_guest": ("check {stay_id} out", "do the check-out for {stay_id}", "check out the guests of {stay_id}"),
    "mark_no_show": ("mark {stay_id} as a no-show", "put {stay_id} down as a no-show", "record {stay_id} as a no-show"),
    "set_room_condition": (
        "mark {room_id} as {condition}", "set {room_id} to {condition}",
        "flag {room_id} as {condition}", "change the condition of {room_id}", "update the condition of {room_id}",
    ),
    "hand_over_shift": (
        "hand over the desk at {hotel_id} with the note {shift_note}",
        "do the shift handover at {hotel_id} with the note {shift_note}",
        "hand over the shift at {hotel_id}: {shift_note}", "close the shift at {hotel_id} with the note {shift_note}",
        "hand over the desk at {hotel_id}", "do the shift handover at {hotel_id}",
    ),
    "run_night_audit": (
        "do the night audit at {hotel_id}", "run the night audit at {hotel_id}",
        "close the books for the day at {hotel_id}", "do the end of day at {hotel_id}",
    ),
    "add_traveller": (
        "save {full_name} as a traveller for {customer_id}, {age_group}, passport valid until {passport_expires_at}",
        "add {full_name} ({age_group}) to the travellers of {customer_id}, passport good until {passport_expires_at}",
        "add the {age_group} {full_name} as a traveller for {customer_id}, passport valid until {passport_expires_at}",
        "add {full_name} to the travellers of {customer_id}, {age_group}",
        "add {full_name} as a traveller for {customer_id}",
        "add a traveller for {customer_id}, {age_group}, passport valid until {passport_expires_at}",
        "add {full_name} as a traveller for {customer_id}, passport valid until {passport_expires_at}",
        "save {full_name} as a traveller for {customer_id}, passport good until {passport_expires_at}",
    ),
    "remove_traveller": (
        "delete {traveller_id}", "remove {traveller_id}", "take {traveller_id} off the traveller list",
    ),
    "book_fare": (
        "book {fare_id} for {traveller_ids} under {customer_id}, paying by {payment_method}",
        "get {traveller_ids} on {fare_id} for {customer_id}, pay by {payment_method}",
        "put {traveller_ids} on {fare_id} for {customer_id} and pay by {payment_method}",
        "book {traveller_ids} onto {fare_id} for {customer_id}, paying by {payment_method}",
        "book {traveller_ids} on {fare_id} for {customer_id}",
        "book {fare_id} for {customer_id}, paying by {payment_method}",
    ),
    "change_booking": (
        "switch {booking_id} to {fare_id}", "change {booking_id} to {fare_id}", "rebook {booking_id} to {fare_id}",
        "rebook {booking_id} on {fare_id}",
    ),
    "cancel_booking": (
        "cancel {booking_id} and get the money back", "cancel and refund {booking_id}", "call off {booking_id}",
    ),
    "select_seat": (
        "seat {passenger_id} in {seat_row}{seat_letter}", "assign {passenger_id} seat {seat_letter} in row {seat_row}",
        "move {passenger_id} to seat {seat_letter} in row {seat_row}",
        "put {passenger_id} in row {seat_row}, seat {seat_letter}", "give {passenger_id} a seat in row {seat_row}",
        "pick a seat for {passenger_id}", "give {passenger_id} seat {seat_letter}",
        "put {passenger_id} in a {seat_letter} seat",
    ),
    "add_bags": (
        "add {bags} bags for {passenger_id}", "check {bags} more bags for {passenger_id}",
        "add {bags} more bags to {passenger_id}",
        "add bags for {passenger_id}",
    ),
    "check_in": ("check {passenger_id} in", "do the check-in for {passenger_id}", "get {passenger_id} checked in"),
    "report_disruption": (
        "mark {flight_id} as {status} by {delay_minutes} minutes",
        "report {flight_id} as {status} by {delay_minutes} minutes",
        "log {flight_id} as {status}, {delay_minutes} minutes", "mark {flight_id} as {status}",
        "report {flight_id} as {status}", "set {flight_id} to {status}", "report a disruption of {flight_id}",
    ),
    "claim_compensation": (
        "file for compensation on {booking_id}", "put in a compensation claim for {booking_id}",
        "get compensation for {booking_id}", "claim what is due for {booking_id}",
    ),
    "redeem_voucher": (
        "cash in {voucher_id}", "use {voucher_id} for travel credit", "convert {voucher_id} to travel credit",
        "turn {voucher_id} into credit",
    ),
    "get_booking_details": (
        "pull up {booking_id}", "show me the details of {booking_id}", "get me the details on {booking_id}",
    ),
    "get_customer_profile": (
        "show me the profile of {customer_id}", "pull up the profile of {customer_id}",
        "get me the profile of {customer_id}",
    ),
}  # fmt: skip
