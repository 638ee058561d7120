"""Loading an environment's folder, and what one process does with it."""

import json
import shutil
from pathlib import Path

import pytest

from envkit.environment import Environment
from envkit.episodes import Capacity, Episodes, Limits
from envkit.hosted import LoadError, load
from envkit.manifest import read_manifest
from envkit.store import Desk, ImageStore

SERVER = """
from typing import Annotated
from envkit import Environment, Field, Row, World
env = Environment(__file__)
class Note(Row, table="note", prefix="not"):
    id: str
    tags: list[str]
    pinned: bool
    colour: str | None = None
@env.tool(writes=[Note])
def add_note(world: World, tags: Annotated[list[str], Field(description="Tags")]) -> Note:
    return world.add(Note, tags=tags, pinned=True)
@env.tool()
def get_note(world: World, note_id: Annotated[str, Field(description="Note")]) -> Note:
    return world.get(Note, note_id)
"""
SCHEMA = (
    """CREATE TABLE "note" ("id" TEXT PRIMARY KEY NOT NULL, "tags" TEXT, "pinned" INTEGER, "colour" TEXT) STRICT;"""
)


@pytest.fixture
def notes(tiny_air: Environment, tmp_path: Path) -> Environment:
    """An environment whose rows hold lists and booleans."""
    fields = [{"name": "tags", "type": "list"}, {"name": "pinned", "type": "bool"}, {"name": "colour", "type": "str"}]
    manifest = {
        **tiny_air.manifest.model_dump(mode="json"),
        "slug": "notes",
        "entities": [{"name": "note", "title": "Note", "prefix": "not", "fields": fields}],
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "server.py").write_text(SERVER)
    (tmp_path / "schema.sql").write_text(SCHEMA)
    row = {"id": "not_1", "tags": ["a"], "pinned": False, "colour": None}
    (tmp_path / "seed.jsonl").write_text(json.dumps({"entity": "note", "row": row}) + "\n")
    return load(tmp_path)


def test_lists_and_booleans_are_shown_as_they_were_given(notes: Environment, desk: Desk):
    store = ImageStore(desk, notes.template(0))

    notes.call(store, "add_note", {"tags": ["x", "y"]})

    found = notes.state(store.image())["note"]
    assert [(row["tags"], row["pinned"], row["colour"]) for row in found] == [
        (["a"], False, None),
        (["x", "y"], True, None),
    ]
    assert notes.call(store, "get_note", {"note_id": "not_1"}).body == (
        b'{"id":"not_1","tags":["a"],"pinned":false,"colour":null}'
    )
    (added,) = notes.diff(notes.template(0), store.image()).added["note"].values()
    assert added["tags"] == ["x", "y"]


@pytest.mark.parametrize(
    ("text", "words"),
    [(None, "has no server.py"), ("env = 1 +", "SyntaxError"), ("env = 1", "defines no `env = Environment")],
)
def test_a_folder_that_is_no_environment_says_why(tmp_path: Path, text: str | None, words: str):
    if text is not None:
        (tmp_path / "server.py").write_text(text)

    with pytest.raises(LoadError, match=words):
        load(tmp_path)


def test_a_manifest_gives_its_parts_by_name(tiny_air_folder: Path):
    manifest = read_manifest(tiny_air_folder)

    assert manifest.entity("flight").prefix == "flt"
    assert manifest.tool("get_flight").kind == "get"
    with pytest.raises(KeyError):
        manifest.tool("nope")


def test_a_changed_seed_makes_another_version(tiny_air_folder: Path, tmp_path: Path):
    copy = Path(shutil.copytree(tiny_air_folder, tmp_path / "tiny_air"))
    before = load(copy).version_digest
    (copy / "seed.jsonl").write_text("")

    assert load(copy).version_digest != before


def episodes_of(environment: Environment, desk: Desk, seconds: list[float], **limits: float) -> Episodes:
    """Return episodes whose time is `seconds[-1]`."""
    capacity = Capacity(Limits(**limits))  # type: ignore[arg-type]
    shared = ImageStore(desk, environment.template(0))
    return Episodes(environment, shared, capacity, desk, lambda: seconds[-1])


def test_idle_episodes_expire_and_busy_ones_stay(tiny_air: Environment, desk: Desk):
    seconds = [0.0]
    episodes = episodes_of(tiny_air, desk, seconds, idle_s=10.0)
    idle, busy = episodes.open(), episodes.open()
    seconds.append(8.0)
    episodes.get(busy.id)
    seconds.append(12.0)

    assert episodes.expire() == 1
    assert episodes.get(busy.id) is busy
    with pytest.raises(Exception, match=f"The episode {idle.id} is expired"):
        episodes.get(idle.id)


def test_the_default_world_is_reset_like_any_other_and_never_counted(tiny_air: Environment, desk: Desk):
    episodes = episodes_of(tiny_air, desk, [0.0])
    shared = episodes.get("default")
    customer = tiny_air.state(shared.store.image())["customer"][0]["id"]
    tiny_air.call(shared.store, "update_customer", {"customer_id": customer, "name": "Zed"})
    episodes.weigh(shared)

    episodes.reset(shared)

    assert shared.weight == 0
    assert tiny_air.diff(tiny_air.template(0), shared.store.image()).is_empty
    episodes.close_shared()


def test_only_so_many_ended_episodes_are_remembered(tiny_air: Environment, desk: Desk, monkeypatch):
    monkeypatch.setattr("envkit.episodes._REMEMBERED", 2)
    episodes = episodes_of(tiny_air, desk, [0.0])
    ended = [episodes.open().id for _ in range(3)]
    for episode_id in ended:
        episodes.close(episode_id)

    with pytest.raises(Exception, match="There is no episode"):
        episodes.get(ended[0])
    with pytest.raises(Exception, match="is closed"):
        episodes.get(ended[2])


def test_an_idle_episode_is_gone_even_before_it_is_swept(tiny_air: Environment, desk: Desk):
    seconds = [0.0]
    episodes = episodes_of(tiny_air, desk, seconds, idle_s=10.0)
    idle = episodes.open()
    seconds.append(11.0)

    with pytest.raises(Exception, match="is expired; open a new one"):
        episodes.get(idle.id)
