"""Orders at shops, kitchens and boxes of meals."""

from __future__ import annotations

from collections.abc import Mapping

ORDERS: Mapping[str, tuple[str, ...]] = {
    "start_order": (
        "open a new order for {customer_id}", "set up an order for {customer_id}", "create an order for {customer_id}",
    ),
    "add_item": (
        "add {quantity} units of {product_id} to {order_id}", "put {quantity} of {product_id} in {order_id}",
        "add {product_id} to {order_id}",
    ),
    "remove_item": (
        "remove {quantity} units of {order_line_id}",
        "take {quantity} off {order_line_id}", "reduce {order_line_id} by {quantity}",
        "take some of {order_line_id} off", "reduce {order_line_id}",
    ),
    "apply_coupon": ("redeem {coupon_id} on {order_id}", "put {coupon_id} on {order_id}"),
    "place_order": ("check out {order_id}", "submit {order_id}", "go ahead with {order_id}"),
    "pay_order": (
        "put {amount} of {order_id} on the {method}",
        "charge {order_id} to the {method}",
        "pay for {order_id} by {method}",
        "pay for {order_id}", "settle {order_id} by {method}",
    ),
    "void_order": ("cancel and refund {order_id}", "void {order_id}", "call off {order_id}"),
    "ship_order": (
        "ship {order_id} by {service} delivery", "send out {order_id} by {service} post",
        "send out {order_id}", "ship {order_id}",
        "get {order_id} shipped",
    ),
    "await_delivery": (
        "wait for {shipment_id} to arrive", "track {shipment_id} until it arrives", "mark {shipment_id} as delivered",
    ),
    "request_return": (
        "send back {quantity} units of {order_line_id}, {reason}",
        "start a return of {quantity} units of {order_line_id}, {reason}",
        "return {quantity} of {order_line_id}, the reason is {reason}", "start a return for {order_line_id}",
        "return {quantity} of {order_line_id}", "send back some of {order_line_id}, {reason}",
        "return some of {order_line_id}, the reason is {reason}",
    ),
    "receive_return": (
        "book in {return_request_id} and refund it to {refund_to}",
        "accept {return_request_id} and refund to {refund_to}",
        "check in {return_request_id} and put the money on {refund_to}", "book in {return_request_id}",
    ),
    "restock_product": (
        "order in {quantity} more of {product_id}", "restock {quantity} of {product_id}",
        "get {quantity} more {product_id} in", "reorder {product_id}",
    ),
    "get_order_overview": ("pull up {order_id}", "show me what is in {order_id}", "open {order_id}"),
    "restock_dish": (
        "add {portions} portions of {dish_id}", "put {portions} more portions of {dish_id} on the menu",
        "cook {portions} more portions of {dish_id}", "cook more of {dish_id}",
    ),
    "top_up_credit": (
        "top up the credit of {diner_id} by {amount}", "put {amount} of credit on the account of {diner_id}",
        "give {diner_id} {amount} more credit", "top up the credit of {diner_id}",
    ),
    "start_basket": (
        "open a {service} basket for {diner_id} at {kitchen_id}",
        "start a {service} order for {diner_id} at {kitchen_id}",
        "begin a {service} order at {kitchen_id} for {diner_id}", "start an order for {diner_id} at {kitchen_id}",
    ),
    "put_in_basket": (
        "add {quantity} portions of {dish_id} to {order_id}", "add {quantity} of {dish_id} to {order_id}",
        "put {quantity} portions of {dish_id} in {order_id}", "add {dish_id} to {order_id}",
    ),
    "take_out_line": ("remove {line_id} from the basket", "take {line_id} out", "drop {line_id}"),
    "submit_basket": ("send off {order_id}", "check out {order_id}", "place {order_id}", "submit {order_id}"),
    "accept_order": (
        "accept {order_id}, it will take {cooking_minutes} minutes",
        "confirm {order_id} and say it takes {cooking_minutes} minutes",
        "accept {order_id} with a cooking time of {cooking_minutes} minutes",
        "confirm {order_id}",
    ),
    "turn_down_order": ("reject {order_id}", "refuse {order_id}", "decline {order_id}"),
    "revoke_order": ("cancel {order_id}", "call off {order_id}", "withdraw {order_id}"),
    "serve_up": ("mark {order_id} as cooked", "mark {order_id} as ready", ),
    "hand_over": (
        "give {order_id} to the customer", "hand {order_id} to the diner", "send {order_id} out to the diner",
    ),
    "open_claim": (
        "ask for {amount} back on {order_id}, it was {issue}",
        "file a claim of {amount} for {order_id}, it was {issue}", "complain about {order_id}, it was {issue}",
        "file a claim for {order_id}, it was {issue}", "complain about {order_id}",
        "ask for {amount} back on {order_id}",
    ),
    "decide_claim": (
        "mark {claim_id} as {decision}", "set {claim_id} to {decision}", "record {claim_id} as {decision}",
        "settle {claim_id}",
    ),
    "set_box_plan": (
        "switch {household_id} to {size} dishes for {servings} people",
        "give {household_id} {size} dishes for {servings} people from now on",
        "change {household_id} to {size} dishes for {servings} people from now on",
        "put {household_id} on {size} dishes for {servings} people",
        "update the plan of {household_id} to {servings} servings and {size} dishes",
        "switch {household_id} to {size} dishes", "change the plan of {household_id} to {servings} servings",
        "put {household_id} on {servings} servings",
    ),
    "plan_box": (
        "schedule a box for {household_id} in {week_id}", "set up a box for {household_id} in {week_id}",
        "book a box for {household_id} for {week_id}", "send {household_id} a box in {week_id}",
        "plan a box for {household_id}",
    ),
    "choose_dish": (
        "add {dish_id} to {box_id}", "pick {dish_id} for {box_id}", "choose {dish_id} for {box_id}",
        "put {dish_id} in {box_id}",
    ),
    "swap_dish": (
        "replace {pick_id} with {dish_id}", "swap {pick_id} out for {dish_id}", "change {pick_id} to {dish_id}",
        "exchange {pick_id} for {dish_id}", "swap {pick_id}",
    ),
    "drop_dish": ("remove {pick_id}", "drop {pick_id}", "take out {pick_id}"),
    "skip_box": ("skip {box_id} this time", "leave out {box_id}"),
    "restore_box": ("bring back {box_id}", "put {box_id} back on", "reinstate {box_id}"),
    "pause_household": (
        "put {household_id} on pause for {weeks} weeks", "stop the boxes of {household_id} for {weeks} weeks",
        "pause the boxes of {household_id} for {weeks} weeks", "pause deliveries to {household_id} for {weeks} weeks",
        "suspend {household_id} for {weeks} weeks", "put {household_id} on pause", "pause the boxes of {household_id}",
    ),
    "end_pause": (
        "resume the boxes of {household_id}",
        "restart deliveries to {household_id}", "resume deliveries to {household_id}",
        "take {household_id} off pause",
    ),
    "pack_week": ("pack {week_id}", "pack the boxes of {week_id}", "close {week_id} and pack it"),
    "deliver_week": (
        "send out {week_id}", "send out the boxes of {week_id}", "deliver the boxes of {week_id}",
        "ship the boxes of {week_id}",
    ),
    "claim_dish": (
        "report {pick_id} as {problem}", "refund {pick_id}, it was {problem}",
        "file a claim for {pick_id}, it was {problem}", "file a claim for {pick_id}",
    ),
    "give_goodwill": (
        "credit {household_id} {amount} as a goodwill gesture", "give {household_id} a goodwill credit of {amount}",
        "add {amount} of goodwill to the account of {household_id}", "give {household_id} {amount} for the trouble",
        "give {household_id} a goodwill credit",
    ),
    "rate_dish": (
        "give {pick_id} {stars} stars", "rate {pick_id} {stars} stars", "leave {stars} stars for {pick_id}",
        "rate {pick_id} with {stars} stars", "rate {pick_id}", "leave a rating for {pick_id}",
    ),
}  # fmt: skip
