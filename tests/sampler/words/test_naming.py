import random
from pathlib import Path

from envkit.manifest import FieldSpec, read_manifest
from sampler.refer import Description, Extreme, Trait, Via
from sampler.state import WorldState
from sampler.task import Persona
from sampler.words.clauses import Bound, owns
from sampler.words.lexicon import Lexicon
from sampler.words.naming import Namer
from sampler.words.voice import Voice

SERVERS = Path(__file__).parents[3] / "servers"


def namer(place: str, seed: int = 1) -> Namer:
    manifest = read_manifest(SERVERS / place)
    states = {manifest.slug: WorldState(manifest, "", {entity.name: {} for entity in manifest.entities})}
    voice = Voice({manifest.slug: Lexicon(manifest)}, states, random.Random(seed), Persona(manner="plain"))
    return Namer(voice, manifest.slug)


def field(namer: Namer, entity: str, name: str) -> FieldSpec:
    return next(each for each in namer.lexicon.entities[entity].fields if each.name == name)


def test_who_is_first_or_last_by_a_date_is_told_by_what_happens_then() -> None:
    cars = namer("travel/kestrel_cars")
    expiry, start = field(cars, "driver", "licence_expires_at"), field(cars, "rental", "ends_at")

    assert cars.phrase("driver", [], Extreme(expiry, is_highest=True)) == "the driver whose licence expires last"
    assert cars.phrase("rental", [], Extreme(start, is_highest=False)).endswith(("that ends first", "ending first"))


def test_a_column_is_said_once_for_the_order_and_the_bound() -> None:
    bank = namer("finance/alder_bank")
    balance = field(bank, "account", "balance")

    said = bank.phrase("account", [], Extreme(balance, is_highest=True), [Bound(balance, "to", 4500)])

    assert said.count("balance") == 1
    assert said.endswith(("45.00", "45"))


def test_a_pronoun_is_used_only_where_nothing_else_of_its_sort_was_spoken_of() -> None:
    bank = namer("finance/alder_bank")
    first, second = (Description("account", f"acc_{letter * 6}") for letter in "ab")
    bank.voice.discourse.open()
    bank.voice.discourse.mention(bank.environment, "account", first.row_id)

    assert bank.owner(first) == "its"

    bank.voice.discourse.mention(bank.environment, "account", second.row_id)

    assert bank.owner(first) != "its"


def test_a_long_name_owns_nothing() -> None:
    assert owns("Mei Tan")
    assert owns("it")
    assert not owns("the account on it")
    assert not owns('the account "Side jobs"')
    assert not owns("the driver of the rental that ends on 4 May")


def test_a_label_is_said_without_its_unit_where_it_can_be() -> None:
    air = namer("travel/skyline_air")

    assert " in " not in air.label("duration_minutes")


def test_a_trait_by_a_date_has_several_openings() -> None:
    said = set()
    for seed in range(12):
        cars = namer("travel/kestrel_cars", seed)
        trait = Trait(field(cars, "rental", "ends_at"), "2025-05-16T17:30:00Z")
        said.add(cars.phrase("rental", [trait]).split(" 2025")[0].split()[2])

    assert {"that", "ending"} <= said


def test_a_row_is_told_by_what_another_is_to_it_where_of_would_not_say_that() -> None:
    courses = namer("academia/alder_registrar")
    needed = Description("course", "crs_aaaaaa", (Trait(field(courses, "course", "code"), "MATH101"),))

    said = courses.phrase("course", [Trait(field(courses, "course", "prerequisite_id"), needed.row_id, needed)])

    assert "whose prerequisite is" in said


def test_a_row_is_told_by_one_of_its_own_kind_that_points_at_it() -> None:
    tasks = namer("office/google_tasks")
    part = Description("task", "tsk_aaaaaa", (Trait(field(tasks, "task", "title"), "Buy primer"),))

    said = tasks.anew(Description("task", "tsk_bbbbbb", via=Via(part, field(tasks, "task", "parent_id"))))

    assert "parent task" in said
    assert "Buy primer" in said


def cancelled_of(cars: Namer) -> Description:
    rows = cars.state.rows["rental"]
    rows["ren_1"] = {"id": "ren_1", "status": "cancelled", "driver_id": "drv_1"}
    rows["ren_2"] = {"id": "ren_2", "status": "out", "driver_id": "drv_1"}
    cars.state.rows["driver"]["drv_1"] = {"id": "drv_1", "name": "Mei Tan", "email": "mei@example.com"}
    driver = Description("driver", "drv_1", (Trait(field(cars, "driver", "email"), "mei@example.com"),))
    traits = (
        Trait(field(cars, "rental", "status"), "cancelled"),
        Trait(field(cars, "rental", "driver_id"), "drv_1", driver),
    )
    return Description("rental", "ren_1", traits)


def test_what_was_told_needlessly_is_left_out_until_something_was_changed() -> None:
    cars, changed = namer("travel/kestrel_cars"), namer("travel/kestrel_cars")
    changed.voice.written.add("kestrel_cars")

    assert "Mei" not in cars.row(cancelled_of(cars))
    assert "Mei" in changed.row(cancelled_of(changed))


def test_who_was_renamed_is_told_as_the_state_has_it_now() -> None:
    cars = namer("travel/kestrel_cars")
    cancelled_of(cars)
    driver = Description("driver", "drv_1", (Trait(field(cars, "driver", "email"), "mei@example.com"),))
    cars.voice.renamed["kestrel_cars", "driver", "drv_1"] = "Bo Lind"

    assert cars.row(driver) == "mei@example.com"


def test_they_are_who_was_just_spoken_of_and_i_is_who_speaks() -> None:
    cars = namer("travel/kestrel_cars")
    driver = Description("driver", "drv_1", (Trait(field(cars, "driver", "name"), "Mei Tan"),))
    cars.voice.discourse.mention("kestrel_cars", "driver", "drv_1")

    assert cars.subject(driver) == "they"
    cars.voice.discourse.speaker = ("kestrel_cars", "driver", "drv_1")
    assert cars.subject(driver) == "I"
