"""Orders at homes, energy, phones and chargers."""

from __future__ import annotations

from collections.abc import Mapping

ORDERS: Mapping[str, tuple[str, ...]] = {
    "switch_on": ("turn {device_id} on", "turn on {device_id}", "switch on {device_id}", "power on {device_id}"),
    "switch_off": ("turn {device_id} off", "turn off {device_id}", "switch off {device_id}", "power off {device_id}"),
    "reconnect_device": (
        "get {device_id} back online", "bring {device_id} back online", "try to reconnect {device_id}",
        "look for {device_id}",
    ),
    "set_home_mode": (
        "set {home_id} to {mode} mode", "switch {home_id} to {mode}", "put {home_id} in {mode} mode",
        "change {home_id} to {mode} mode", "change the mode of {home_id}",
    ),
    "start_energy_day": (
        "start a new energy day for {home_id}", "reset the energy count for {home_id}",
        "start the energy count for {home_id} over",
    ),
    "set_energy_budget": (
        "give {home_id} an energy budget of {budget_wh} Wh", "limit {home_id} to {budget_wh} Wh a day",
        "cap {home_id} at {budget_wh} Wh a day", "change the energy budget of {home_id} to {budget_wh} Wh",
        "set the energy budget of {home_id} to {budget_wh}",
        "change the energy budget of {home_id}",
    ),
    "open_pairing": (
        "put {home_id} in pairing mode for {minutes_open} minutes",
        "open {home_id} for pairing for {minutes_open} minutes",
        "turn on pairing at {home_id} for {minutes_open} minutes", "open pairing at {home_id}",
    ),
    "pair_device": (
        "add the {kind} {serial} to {home_id} over {bus} as {name}, {watts} W, {priority}",
        "connect the {kind} {serial} to {home_id} over {bus} as {name}, {watts} W, {priority}",
        "pair the {kind} {serial} with {home_id} over {bus} as {name}, {watts} W, {priority}",
        "add a new {kind} to {home_id}: {serial}, {name}, {watts} W over {bus}, {priority}",
        "pair a {kind} with {home_id} over {bus} as {name}, {watts} W, {priority}",
        "add the {kind} {serial} to {home_id} over {bus}, {watts} W, {priority}",
        "pair {serial} with {home_id} over {bus} as {name}, {watts} W, {priority}",
        "pair the {kind} {serial} with {home_id} as {name}, {watts} W, {priority}",
        "pair the {kind} {serial} with {home_id} over {bus} as {name}, {priority}",
        "pair the {kind} {serial} with {home_id} over {bus} as {name}, {watts} W",
    ),
    "retire_device": (
        "remove {device_id} for good", "take {device_id} out of the system", "delete {device_id}", "forget {device_id}",
    ),
    "create_scene": (
        "set up a scene called {name} for {home_id}",
        "create a scene called {name} for {home_id}",
        "add a scene called {name} at {home_id}", "make a new scene called {name} for {home_id}",
        "make a new scene for {home_id}",
    ),
    "add_scene_step": (
        "make {scene_id} {turns} {device_id} too", "have {scene_id} {turns} {device_id} as well",
        "add a step to {scene_id}: {turns} {device_id}", "let {scene_id} also {turns} {device_id}",
        "add {device_id} to {scene_id}",
    ),
    "run_scene": ("start {scene_id}", "run {scene_id} now", "set off {scene_id}", "trigger {scene_id}"),
    "schedule_automation": (
        "schedule {scene_id} every {every_hours} hours from {first_run_at} as {name}",
        "set {scene_id} to run every {every_hours} hours from {first_run_at} as {name}",
        "have {scene_id} run every {every_hours} hours starting {first_run_at} and call it {name}",
        "schedule {scene_id} every {every_hours} hours as {name}", "schedule {scene_id} as {name}",
        "schedule {scene_id} every {every_hours} hours from {first_run_at}",
        "have {scene_id} run every {every_hours} hours starting {first_run_at}",
        "schedule {scene_id} from {first_run_at} as {name}",
        "have {scene_id} run regularly from {first_run_at} as {name}",
    ),
    "run_automation": (
        "run {automation_id} now", "start {automation_id}", "trigger {automation_id}", "set off {automation_id}",
    ),
    "let_time_pass": ("wait for {wait_minutes} minutes", "let {wait_minutes} minutes go by"),
    "get_scene_plan": (
        "show me what {scene_id} does", "show me the devices in {scene_id}", "tell me what {scene_id} does",
    ),
    "rename_device": ("rename {device_id} {name}", "change the name of {device_id} to {name}"),
    "mark_missed": (
        "mark {reservation_id} as a no-show", "put {reservation_id} down as missed",
        "record {reservation_id} as missed",
    ),
    "sign_contract": (
        "start supplying {customer_id} at {meter_id} on {tariff_id}",
        "put {customer_id} on {tariff_id} at {meter_id}",
        "set up a contract for {customer_id} at {meter_id} on {tariff_id}",
        "sign {customer_id} up for {tariff_id} at {meter_id}",
        "set up a contract for {customer_id} at {meter_id}", "sign {customer_id} up for {tariff_id}",
    ),
    "change_tariff": (
        "switch {contract_id} to {tariff_id}", "put {contract_id} on {tariff_id}",
        "change {contract_id} to {tariff_id}", "change the tariff for {contract_id}",
    ),
    "end_contract": ("cancel {contract_id}", "terminate {contract_id}", "close {contract_id}"),
    "submit_reading": (
        "enter a reading of {kwh} kWh for {meter_id}", "submit {kwh} kWh for {meter_id}",
        "record {kwh} kWh on {meter_id}", "put in a reading of {kwh} for {meter_id}", "enter a reading for {meter_id}",
    ),
    "estimate_reading": (
        "estimate a reading for {meter_id}", "put in an estimate for {meter_id}",
        "enter an estimated reading for {meter_id}",
    ),
    "report_meter": ("report a fault on {meter_id}", "mark {meter_id} as faulty", "report {meter_id} as broken"),
    "replace_meter": ("get {meter_id} replaced", "replace {meter_id}", "have {meter_id} swapped out"),
    "issue_bill": (
        "issue a bill for {contract_id}", "make out a bill for {contract_id}", "send out the bill for {contract_id}",
        "invoice {contract_id}",
    ),
    "pay_in": (
        "credit {amount} to {customer_id}", "record a payment of {amount} from {customer_id}",
        "add {amount} to the account of {customer_id}",
        "record a payment from {customer_id}",
    ),
    "pay_out": (
        "pay {customer_id} back {amount} of the credit", "refund {amount} of the credit of {customer_id}",
        "send {customer_id} {amount} back", "pay out {amount} of the credit of {customer_id}",
        "send back the credit of {customer_id}", "pay out the credit of {customer_id}",
    ),
    "settle_bill": (
        "pay {amount} of {bill_id}", "put {amount} of credit towards {bill_id}",
        "pay {amount} towards {bill_id} from the credit", "settle {bill_id}", "pay {bill_id} from the credit",
        "pay off {bill_id}",
    ),
    "remind_bill": (
        "send a reminder for {bill_id}", "send out a reminder about {bill_id}", "chase the payment of {bill_id}",
    ),
    "agree_plan": (
        "split {bill_id} into {parts} instalments", "set up {parts} instalments for {bill_id}",
        "spread {bill_id} over {parts} instalments", "put {bill_id} on a plan of {parts} instalments",
        "set up instalments for {bill_id}",
    ),
    "pay_instalment": (
        "pay the next part of {bill_id}", "take the next instalment of {bill_id}",
        "record the next instalment of {bill_id}",
    ),
    "break_plan": (
        "cancel the instalment plan of {bill_id}", "end the instalment plan for {bill_id}",
        "call off the plan of {bill_id}",
    ),
    "top_up": (
        "top up {subscriber_id} by {amount}", "add {amount} of credit for {subscriber_id}",
        "put {amount} of credit on the account of {subscriber_id}", "give {subscriber_id} {amount} of credit",
        "top up {subscriber_id}",
    ),
    "activate_line": (
        "set up a line for {subscriber_id} on {sim_id} with {plan_id}",
        "activate {sim_id} with {plan_id} for {subscriber_id}",
        "start a line for {subscriber_id} with {plan_id} on {sim_id}",
        "get {subscriber_id} a line on {sim_id} with {plan_id}", "activate {sim_id} for {subscriber_id}",
        "set up a line for {subscriber_id} with {plan_id}",
    ),
    "renew_period": ("renew {line_id}", "renew {line_id} for 30 more days", "extend {line_id} by another 30 days"),
    "move_to_plan": (
        "switch {line_id} to {plan_id}", "put {line_id} on {plan_id}", "change {line_id} to {plan_id}",
        "change the plan of {line_id}",
    ),
    "buy_bundle": (
        "put {bundle_id} on {line_id}", "buy {bundle_id} for {line_id}", "get {bundle_id} for {line_id}",
        "buy more data for {line_id}",
    ),
    "use_data": (
        "record {mb} MB over {over_hours} hours on {line_id}",
        "log {mb} MB of data over {over_hours} hours for {line_id}",
        "log some data use for {line_id}",
        "log some data over {over_hours} hours for {line_id}", "record {mb} MB on {line_id}",
        "log {mb} MB of data for {line_id}",
    ),
    "bar_line": ("bar {line_id}", "block {line_id}", "lock {line_id}"),
    "unbar_line": ("unblock {line_id}", "lift the bar on {line_id}", "unlock {line_id}"),
    "swap_sim": (
        "switch {line_id} to {sim_id}", "swap the SIM of {line_id} for {sim_id}", "put {line_id} on {sim_id}",
        "swap the SIM of {line_id}",
    ),
    "request_port_in": (
        "bring {number} over from {carrier} to {line_id}",
        "port {number} from {carrier} to {line_id}", "move {number} over from {carrier} to {line_id}",
        "transfer {number} from {carrier} to {line_id}",
        "port a number from {carrier} to {line_id}", "port {number} to {line_id}",
    ),
    "request_port_out": (
        "move {line_id} over to {carrier}", "transfer {line_id} to {carrier}", "port {line_id} to {carrier}",
        "port out {line_id}",
    ),
    "complete_port": ("finish {port_id}", "wrap up {port_id}", "put {port_id} through"),
    "withdraw_port": ("cancel {port_id}", "call off {port_id}", "stop {port_id}"),
    "close_line": ("shut {line_id} down", "cancel {line_id}", "close {line_id} for good"),
    "find_free_connectors": (
        "find a free charger in {city} for {driver_id} at {starts_at} for {length_minutes} minutes",
        "find {driver_id} a charger in {city} at {starts_at} for {length_minutes} minutes",
        "look for a charger in {city} for {driver_id} at {starts_at}, {length_minutes} minutes",
        "find {driver_id} a charger at {starts_at} for {length_minutes} minutes",
        "find {driver_id} a charger in {city} for {length_minutes} minutes",
        "find {driver_id} a charger in {city} at {starts_at}",
    ),
    "top_up_wallet": (
        "top up the wallet of {driver_id} by {amount}", "add {amount} to the wallet of {driver_id}",
        "load {amount} into the wallet of {driver_id}", "top up {driver_id} by {amount}",
        "top up the wallet of {driver_id}",
    ),
    "pay_out_wallet": (
        "pay {driver_id} {amount} back to the card", "send {amount} from the wallet of {driver_id} back to the card",
        "pay out {amount} of the wallet of {driver_id}", "pay out the wallet of {driver_id}",
    ),
    "change_plan": (
        "switch {driver_id} to the {plan} plan", "put {driver_id} on the {plan} plan",
        "change {driver_id} to the {plan} plan", "move {driver_id} to the {plan} plan",
        "change the plan of {driver_id}",
    ),
    "reserve_connector": (
        "book {connector_id} for {driver_id} at {starts_at} for {length_minutes} minutes",
        "reserve {connector_id} from {starts_at} for {length_minutes} minutes for {driver_id}",
        "book {driver_id} {connector_id} at {starts_at} for {length_minutes} minutes",
        "save {connector_id} for {driver_id} at {starts_at} for {length_minutes} minutes",
        "reserve {connector_id} for {driver_id} at {starts_at}",
        "reserve {connector_id} for {driver_id} for {length_minutes} minutes", "reserve {connector_id} for {driver_id}",
    ),
    "move_reservation": (
        "reschedule {reservation_id} to {starts_at} on {connector_id}",
        "change {reservation_id} to {starts_at} on {connector_id}",
        "push {reservation_id} to {starts_at} on {connector_id}",
        "switch {reservation_id} to {connector_id} at {starts_at}",
        "move {reservation_id} to {connector_id} at {starts_at}", "move {reservation_id} to {starts_at}",
        "move {reservation_id} to {connector_id}",
    ),
    "withdraw_reservation": ("cancel {reservation_id}", "call off {reservation_id}", "drop {reservation_id}"),
    "begin_session": (
        "start a charge for {driver_id} at {connector_id} with a limit of {limit_kwh} kWh",
        "begin charging for {driver_id} at {connector_id}, up to {limit_kwh} kWh",
        "start charging for {driver_id} at {connector_id}",
    ),
    "keep_charging": (
        "keep {session_id} going for {wait_minutes} minutes", "let {session_id} go on for {wait_minutes} minutes",
        "give {session_id} another {wait_minutes} minutes", "let {session_id} charge for {wait_minutes} more minutes",
        "keep {session_id} going", "let {session_id} go on for a while", "let {session_id} charge a bit longer",
    ),
    "raise_limit": (
        "raise {session_id} to {limit_kwh} kWh", "increase the limit of {session_id} to {limit_kwh} kWh",
        "let {session_id} go up to {limit_kwh} kWh", "set the limit of {session_id} to {limit_kwh} kWh",
        "raise the limit of {session_id}",
    ),
    "end_session": (
        "stop {session_id}", "finish {session_id} and bill it", "end {session_id} and bill it",
        "unplug and bill {session_id}",
    ),
    "refund_session": (
        "pay back {amount} for {session_id}", "give a refund of {amount} on {session_id}",
        "refund {amount} of {session_id}", "refund {session_id}", "give back {amount} for {session_id}",
    ),
    "report_fault": (
        "report {connector_id} as broken", "take {connector_id} out of order", "mark {connector_id} as out of order",
        "flag a fault at {connector_id}",
    ),
    "repair_connector": (
        "get {connector_id} repaired", "have {connector_id} fixed", "get {connector_id} fixed",
        "send an engineer to {connector_id}",
    ),
}  # fmt: skip
