"""What people and things are called in worlds of other seeds."""

import json
import re
import shutil
from pathlib import Path

import pytest

from envkit.cast import CAST_FILE, Cast, CastSpec, Things, choices_of
from envkit.environment import Environment
from envkit.hosted import load
from envkit.names import FAMILY_NAMES, GIVEN_NAMES
from envkit.store import StoreError

ROWS = [
    ("person", {"id": "p1", "name": "Ada de Wit", "email": "ada.de.wit@example.com", "rank": "gold"}),
    ("person", {"id": "p2", "name": "Prof Otto Ada-Lund", "email": "prof.otto.ada.lund@example.org", "rank": "gold"}),
    ("person", {"id": "p3", "name": "Ada Berg", "email": "ada.berg@example.com", "rank": "Lunch"}),
    ("event", {"id": "e1", "title": "Lunch", "note": "Ask Ada for the key. Lunch is at noon.", "tags": ["Lunch", "x"]}),
    ("event", {"id": "e2", "title": "Yearly picnic", "note": "After the Yearly picnic, adapt.", "tags": []}),
]
COLUMNS = {"person": ("name", "email"), "event": ("title", "note", "tags")}
SPEC = CastSpec(
    people=("Ada de Wit", "Prof Otto Ada-Lund", "Ada Berg"),
    things=(Things(names=("Lunch", "Yearly picnic"), patterns=("[Spring|Garden|Choir] [supper|tea]", "Lunch")),),
)


@pytest.fixture
def cast() -> Cast:
    return Cast(SPEC, ROWS, COLUMNS)


def recast(cast: Cast, seed: int) -> dict[str, dict[str, object]]:
    return {row_id: dict(values) for _, row_id, values in cast.edits(seed)}


def test_people_get_other_names_and_the_addresses_that_go_with_them(cast: Cast) -> None:
    rows = recast(cast, 7)

    for row_id, host in (("p1", "com"), ("p3", "com")):
        given, family = str(rows[row_id]["name"]).split(" ")
        assert given in GIVEN_NAMES
        assert family in FAMILY_NAMES
        assert rows[row_id]["email"] == f"{given}.{family}@example.{host}".lower()
    title, given, family = str(rows["p2"]["name"]).split(" ")
    assert title == "Prof"
    assert rows["p2"]["email"] == f"prof.{given}.{family}@example.org".lower()


def test_a_name_is_the_same_wherever_it_stands(cast: Cast) -> None:
    rows = recast(cast, 7)
    given = str(rows["p1"]["name"]).split(" ")[0]

    assert str(rows["p3"]["name"]).startswith(f"{given} ")
    assert rows["e1"]["note"] == f"Ask {given} for the key. Lunch is at noon."


def test_things_get_other_names_a_word_alone_only_where_it_is_the_whole_text(cast: Cast) -> None:
    rows = recast(cast, 7)

    for row_id in ("e1", "e2"):
        assert re.fullmatch("(Spring|Garden|Choir) (supper|tea)", str(rows[row_id]["title"]))
    assert rows["e1"]["title"] != rows["e2"]["title"]
    assert rows["e1"]["tags"] == [rows["e1"]["title"], "x"]
    assert rows["e2"]["note"] == f"After the {rows['e2']['title']}, adapt."


def test_a_column_that_holds_no_free_text_stays(cast: Cast) -> None:
    assert all("rank" not in row for row in recast(cast, 7).values())


def test_seeds_decide_and_seed_0_has_the_first_names(cast: Cast) -> None:
    assert cast.names(0) == {}
    assert cast.edits(7) == Cast(SPEC, ROWS, COLUMNS).edits(7)
    assert len({str(cast.edits(seed)) for seed in range(1, 30)}) == 29


def test_no_two_share_a_name_and_none_has_one_that_was_there_before(cast: Cast) -> None:
    old = set(cast.names(1))
    for seed in range(1, 200):
        new = list(cast.names(seed).values())
        assert len({*new}) == len({*cast.names(seed)})
        assert not old & {*new}


def test_a_name_stays_where_there_is_no_other() -> None:
    narrow = CastSpec(things=(Things(names=("Lunch", "Yearly picnic"), patterns=("Supper",)),))

    assert sorted(Cast(narrow, ROWS, COLUMNS).names(3).values()) == ["Supper", "Yearly picnic"]


def test_more_people_than_there_are_names_keep_their_own() -> None:
    people = [f"{given} Zz" for given in GIVEN_NAMES] + ["Aa Zz"]
    rows = [("person", {"id": name, "name": name, "email": None}) for name in people]
    names = Cast(CastSpec(people=tuple(people)), rows, COLUMNS).names(3)

    assert names["Ada"] == "Ada"
    assert names["Zz"] in FAMILY_NAMES


def test_whoever_is_called_by_one_word_gets_one() -> None:
    (given,) = {Cast(CastSpec(people=("Ada",)), ROWS, COLUMNS).names(3)[key] for key in ("Ada",)}

    assert given in GIVEN_NAMES


def test_a_cast_of_nobody_renames_nothing() -> None:
    nobody = Cast(CastSpec(), ROWS, COLUMNS)

    assert nobody.edits(3) == ()
    assert nobody.renamed("Ada", nobody.names(3)) == "Ada"


def test_values_are_renamed_within(cast: Cast) -> None:
    names = {"Ada": "Mei"}

    assert cast.renamed({"who": ["Ada", 3], "on": None}, names) == {"who": ["Mei", 3], "on": None}


def test_a_pattern_is_read_part_by_part() -> None:
    assert choices_of("[Spring|Late] frost [a|]") == (("Spring", "Late"), (" frost ",), ("a", ""))


@pytest.fixture
def with_cast(tiny_air_folder: Path, tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(tiny_air_folder, tmp_path / "tiny_air"))
    rows = [json.loads(line) for line in (folder / "seed.jsonl").read_text().splitlines()]
    people = tuple(each["row"]["name"] for each in rows if each["entity"] == "customer")
    (folder / CAST_FILE).write_text(CastSpec(people=people).model_dump_json())
    return folder


def test_worlds_of_other_seeds_are_peopled_by_others(with_cast: Path, tiny_air: Environment) -> None:
    environment = load(with_cast)
    first, other = (environment.state(environment.template(seed)) for seed in (0, 5))

    assert first == tiny_air.state(tiny_air.template(0))
    assert [row["id"] for row in other["customer"]] == [row["id"] for row in first["customer"]]
    assert not {row["name"] for row in other["customer"]} & {row["name"] for row in first["customer"]}
    assert other["flight"] == first["flight"]
    assert environment.version_digest != tiny_air.version_digest


def test_a_malformed_cast_is_told_with_its_folder(with_cast: Path) -> None:
    (with_cast / CAST_FILE).write_text('{"peple": []}')

    with pytest.raises(StoreError, match=r"tiny_air/cast\.json: .*\n*peple"):
        load(with_cast).template(5)
