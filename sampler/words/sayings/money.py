"""Orders at banks, cards and brokers."""

from __future__ import annotations

from collections.abc import Mapping

ORDERS: Mapping[str, tuple[str, ...]] = {
    "place_hold": (
        "block {amount} on {account_id} for {valid_days} days for {purpose}",
        "put a {purpose} hold of {amount} on {account_id} for {valid_days} days", "block {amount} on {account_id}",
        "put a {purpose} hold on {account_id}", "put a hold of {amount} on {account_id} for {valid_days} days",
        "put a hold on {account_id}", "put a {purpose} hold on {account_id} for {valid_days} days",
        "put a {purpose} hold of {amount} on {account_id}",
    ),
    "issue_card": (
        "make a new {kind} card with number {gan} in {design_id}", "issue a {kind} gift card {gan} with {design_id}",
        "create a {kind} card {gan} using {design_id}", "issue a new {kind} card with {design_id}",
        "get {cardholder_id} a {kind} card for {purpose} called {label}, {purchase_limit} a purchase and "
        "{spend_limit} in all",
        "give {cardholder_id} a new {kind} card for {purpose}, called {label}, up to {purchase_limit} a "
        "purchase and {spend_limit} in all",
        "issue {cardholder_id} a {kind} {purpose} card called {label}, limits {purchase_limit} a purchase "
        "and {spend_limit} in all",
        "issue a {kind} card for {purpose} to {cardholder_id}, called {label}",
        "get {cardholder_id} a {kind} card called {label}", "get {cardholder_id} a new card",
        "issue a card {gan} with {design_id}", "make a new card with number {gan} in {design_id}",
        "give {cardholder_id} a new {kind} card for {purpose}, limits {purchase_limit} a purchase and "
        "{spend_limit} in all",
        "give {cardholder_id} a card for {purpose} called {label}, limits {purchase_limit} a purchase and "
        "{spend_limit} in all",
        "give {cardholder_id} a {kind} card called {label}, limits {purchase_limit} a purchase and "
        "{spend_limit} in all",
        "give {cardholder_id} a new {kind} card for {purpose} called {label}, up to {spend_limit} in all",
        "give {cardholder_id} a new {kind} card for {purpose} called {label}, up to {purchase_limit} a purchase",
    ),
    "activate_card": (
        "activate {card_id} and put {amount} on it", "sell {card_id} for {amount}", "start {card_id} off with {amount}",
        "unlock {card_id} for payments",
    ),
    "load_card": (
        "add {amount} to {card_id}", "top up {card_id} by {amount}", "put {amount} on {card_id}", "top up {card_id}",
    ),
    "link_card": (
        "connect {card_id} to {customer_id}", "add {card_id} to the account of {customer_id}",
        "register {card_id} to {customer_id}",
    ),
    "unlink_card": ("take {card_id} off the account", "disconnect {card_id}", "remove {card_id} from the account"),
    "redeem_card": (
        "spend {amount} from {card_id} at {shop_id}",
        "charge {amount} to {card_id} at {shop_id}",
        "use {card_id} to pay {amount} at {shop_id}", "pay at {shop_id} with {card_id}", "pay {amount} with {card_id}",
    ),
    "hold_amount": (
        "put a hold of {amount} on {card_id} for {shop_id}", "set {amount} aside on {card_id} for {shop_id}",
        "block {amount} on {card_id} for {shop_id}", "put a hold on {card_id} for {shop_id}",
    ),
    "take_hold": (
        "charge {purchase_id}",
        "capture {purchase_id}",
        "collect {amount} from {purchase_id}", "capture {amount} of {purchase_id}", "charge {amount} for {purchase_id}",
    ),
    "release_hold": (
        "cancel {purchase_id} and free the money", "drop {purchase_id}",
        "lift {hold_id} at the request of the {asked_by}", "release {hold_id}, the {asked_by} asked for it",
        "cancel {hold_id} for the {asked_by}", "free up {hold_id} for the {asked_by}", "lift {hold_id}",
    ),
    "refund_purchase": (
        "pay back {amount} for {authorization_id}",
        "pay back {amount} for {purchase_id}", "give a refund of {amount} on {purchase_id}",
        "send back {amount} for {purchase_id}", "refund {amount} on {authorization_id}",
        "refund {authorization_id}",
    ),
    "transfer_balance": (
        "transfer {amount} from {source_id} to {target_id}", "shift {amount} from {source_id} to {target_id}",
        "transfer money from {source_id} to {target_id}", "move some money from {source_id} to {target_id}",
    ),
    "block_card": ("put a block on {card_id}", "lock {card_id}", "stop {card_id}"),
    "unblock_card": ("unlock {card_id}", "lift the block on {card_id}", "take the block off {card_id}"),
    "close_card": ("close {card_id} for good", "shut {card_id} down", "cancel {card_id}"),
    "pay_out_shop": ("send {shop_id} its money", "make the payout to {shop_id}", "pay {shop_id} what it is owed"),
    "deposit_cash": (
        "pay {amount} into {account_id} with the reference {reference}",
        "deposit {amount} into {account_id} with the reference {reference}",
        "put {amount} in cash into {account_id}, reference {reference}",
        "make a cash deposit into {account_id}, reference {reference}", "deposit {amount} into {account_id}",
        "credit {amount} to {account_id}", "pay {amount} into {account_id}",
        "make a deposit into {account_id}", "record a deposit of {amount} to {account_id}",
    ),
    "add_payee": (
        "save {name} with the account {number} as a payee for {customer_id}",
        "set up {name}, account {number}, as a payee for {customer_id}",
        "add a payee for {customer_id}: {name}, account {number}", "add {name} as a payee for {customer_id}",
        "add a payee for {customer_id}", "save the account {number} as a payee for {customer_id}",
    ),
    "remove_payee": ("delete {payee_id}", "remove {payee_id}", "take {payee_id} off the payee list"),
    "send_payment": (
        "send {amount} from {account_id} to {payee_id} with the reference {reference}",
        "pay {payee_id} {amount} from {account_id}, reference {reference}",
        "transfer {amount} from {account_id} to {payee_id} for {reference}",
        "make a payment of {amount} from {account_id} to {payee_id} for {reference}",
        "send {amount} from {account_id} to {payee_id}", "pay {payee_id} from {account_id} for {reference}",
        "make a payment from {account_id} for {reference}", "pay {amount} from {account_id} for {reference}",
        "pay {payee_id} from {account_id}",
    ),
    "move_money": (
        "transfer {amount} from {source_account_id} to {target_account_id}",
        "shift {amount} from {source_account_id} over to {target_account_id}",
        "send {amount} from {source_account_id} to {target_account_id}",
        "move some money from {source_account_id} to {target_account_id}",
        "transfer money from {source_account_id} to {target_account_id}", "move {amount} to {target_account_id}",
        "move {amount} out of {source_account_id}",
    ),
    "create_standing_order": (
        "set up a standing order of {amount} from {account_id} to {payee_id} every {every_days} days, "
        "{payments} times, starting {first_at}",
        "send {payee_id} {amount} out of {account_id} every {every_days} days from {first_at}, {payments} times",
        "pay {amount} to {payee_id} from {account_id} every {every_days} days starting {first_at}, "
        "{payments} times in all",
        "set up a standing order from {account_id} to {payee_id}", "set up a standing order from {account_id}",
        "set up a standing order from {account_id} to {payee_id} every {every_days} days, {payments} times, "
        "starting {first_at}",
        "set up a standing order of {amount} from {account_id} to {payee_id}, {payments} times, starting {first_at}",
        "set up a standing order of {amount} from {account_id} to {payee_id} every {every_days} days, {payments} times",
        "set up a standing order of {amount} from {account_id} to {payee_id} every {every_days} days, "
        "starting {first_at}",
    ),
    "pay_standing_order": (
        "make the next payment of {order_id} when it is due, with the reference {reference}",
        "run the next payment of {order_id} with the reference {reference}",
        "make the next payment of {order_id} for {reference}", "make the next payment of {order_id}",
    ),
    "end_standing_order": ("cancel {order_id}", "stop {order_id}", "close {order_id}"),
    "capture_hold": (
        "collect {amount} from {hold_id}, reference {reference}",
        "settle {hold_id}, reference {reference}",
        "settle {hold_id} with {amount}, reference {reference}",
        "charge {amount} of {hold_id} with the reference {reference}",
        "charge {hold_id} with the reference {reference}",
        "settle {hold_id} with {amount}", "settle {hold_id}", "collect on {hold_id}",
    ),
    "set_overdraft": (
        "change the overdraft on {account_id} to {overdraft}", "give {account_id} an overdraft of {overdraft}",
        "let {account_id} go {overdraft} below zero", "allow {overdraft} of overdraft on {account_id}",
        "change the overdraft on {account_id}",
    ),
    "close_account": (
        "close {account_id} and send what is left to {target_account_id}",
        "shut {account_id} and put the rest into {target_account_id}",
        "close {account_id} and transfer its money to {target_account_id}", "close {account_id}",
    ),
    "fund_programme": (
        "top up {programme_id} by {amount}", "add {amount} to {programme_id}", "give {programme_id} {amount} more",
        "top up {programme_id}",
    ),
    "deliver_card": ("mark {card_id} as delivered", "wait for {card_id} to arrive", "record the delivery of {card_id}"),
    "freeze_card": ("put {card_id} on ice for now", "suspend {card_id}", "block {card_id} for now"),
    "change_limits": (
        "change the limits on {card_id} to {purchase_limit} a purchase and {spend_limit} in all",
        "let {card_id} spend up to {purchase_limit} a purchase and {spend_limit} in all",
        "change the limits on {card_id}", "cap {card_id} at {purchase_limit} a purchase and {spend_limit} in all",
        "change the limits on {card_id} to {spend_limit} in all",
        "change the limits on {card_id} to {purchase_limit} a purchase",
    ),
    "cancel_card": (
        "cancel {card_id}, it was {reason}",
        "cancel {card_id}, reason {reason}", "cancel {card_id} as {reason}",
        "report {card_id} as {reason}", "cancel {card_id}", "shut {card_id} down",
    ),
    "authorize_purchase": (
        "approve {amount} at {merchant_id} with {card_id}", "put through {amount} at {merchant_id} with {card_id}",
        "authorise a purchase at {merchant_id} with {card_id}",
    ),
    "raise_authorization": (
        "increase {authorization_id} by {amount}", "add {amount} to {authorization_id}", "increase {authorization_id}",
    ),
    "capture_purchase": (
        "collect {amount} on {authorization_id}",
        "settle {authorization_id} with {amount}",
        "charge {amount} for {authorization_id}", "settle {authorization_id}",
    ),
    "release_authorization": (
        "release {authorization_id} as {reason}",
        "release {authorization_id}",
    ),
    "open_dispute": (
        "contest {amount} of {authorization_id} as {reason}, because: {evidence_note}",
        "challenge {amount} of {authorization_id} as {reason}: {evidence_note}",
        "contest {authorization_id} as {reason}, because: {evidence_note}",
        "dispute {authorization_id} as {reason}: {evidence_note}",
        "dispute {amount} of {authorization_id}, because: {evidence_note}",
        "dispute {authorization_id}, because: {evidence_note}", "dispute {authorization_id} as {reason}",
    ),
    "withdraw_dispute": ("drop {dispute_id}", "cancel {dispute_id}", "take {dispute_id} back"),
    "resolve_dispute": (
        "mark {dispute_id} as {outcome}", "record {dispute_id} as {outcome}", "close {dispute_id} as {outcome}",
        "close {dispute_id}", "settle {dispute_id}",
    ),
    "withdraw_cash": (
        "withdraw {amount} from {account_id}", "take {amount} out of {account_id}",
        "pay out {amount} from {account_id}",
        "withdraw cash from {account_id}",
    ),
    "enter_purchase": (
        "buy {quantity} shares of {instrument_id} for {account_id} at {limit_price}, {lifetime}",
        "place a {lifetime} order for {quantity} of {instrument_id} at {limit_price} on {account_id}",
        "order {quantity} of {instrument_id} at {limit_price} for {account_id}, {lifetime}",
        "get {quantity} of {instrument_id} for {account_id} at a limit of {limit_price}, {lifetime}",
        "buy {quantity} of {instrument_id} for {account_id}, {lifetime}",
        "buy {instrument_id} for {account_id} at {limit_price}, {lifetime}",
        "buy some {instrument_id} for {account_id}",
        "buy {quantity} of {instrument_id} for {account_id} at {limit_price}",
        "order {quantity} of {instrument_id} at {limit_price} for {account_id}",
    ),
    "enter_sale": (
        "sell {quantity} shares of {position_id} at {limit_price}, {lifetime}",
        "place a {lifetime} order to sell {quantity} of {position_id} at {limit_price}",
        "sell {quantity} of {position_id}, {lifetime}", "sell some of {position_id} at {limit_price}, {lifetime}",
        "sell some of {position_id}", "sell {quantity} of {position_id} at {limit_price}",
    ),
    "change_order": (
        "update {order_id} to {quantity} shares at {limit_price}",
        "change {order_id} to {quantity} at {limit_price}",
        "change {order_id} to {quantity} shares", "change the limit of {order_id} to {limit_price}",
    ),
    "pull_order": ("cancel {order_id}", "withdraw {order_id}", "pull {order_id} from the market"),
    "record_fill": (
        "record a fill of {quantity} shares at {price} for {order_id}",
        "enter a fill of {quantity} at {price} on {order_id}", "fill {quantity} of {order_id} at {price}",
        "fill {order_id} at {price}", "record a fill at {price} for {order_id}", "record a fill for {order_id}",
    ),
    "settle_trade": (
        "mark {trade_id} as settled", "put {trade_id} through settlement", "complete the settlement of {trade_id}",
    ),
    "close_session": (
        "close trading on {exchange} for the day", "end the trading day on {exchange}", "close {exchange} for today",
    ),
    "pay_dividend": (
        "pay out a dividend of {per_share} a share on {instrument_id}",
        "book a dividend of {per_share} a share for {instrument_id}",
        "pay {per_share} a share in dividends on {instrument_id}", "pay out a dividend on {instrument_id}",
    ),
    "report_price": (
        "set the last price of {instrument_id} to {price}", "record {price} as the last price of {instrument_id}",
        "update the price of {instrument_id} to {price}", "enter {price} as the new price of {instrument_id}",
        "update the price of {instrument_id}", "enter a new price for {instrument_id}",
    ),
    "confirm_funds": (
        "check whether there is {amount} on {account_id}",
        "make sure {account_id} can cover {amount}",
        "check that {account_id} has {amount}",
    ),
    "preview_order": (
        "work out what {quantity} of {instrument_id} at {limit_price} would cost {account_id}",
        "preview buying {quantity} of {instrument_id} at {limit_price} for {account_id}",
        "show me what {quantity} of {instrument_id} at {limit_price} would cost {account_id}",
    ),
}  # fmt: skip
