from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

import generator
from generator.audit import audit
from generator.blueprint import Blueprint, FieldPart
from generator.cases import explore
from generator.compile import FOLDER, Compiled, Overlay, OverlayError, compile, dump, read_overlay, shipped_overlay
from generator.compile.entities import group, item_schema
from generator.compile.fields import moment
from generator.compile.words import plural, sentence, snake
from generator.interpret import Interpreter
from generator.load import load
from generator.readers import read
from generator.resource import resolve
from generator.seeds import seed_rows

BLUEPRINTS = Path(generator.__file__).parent / "blueprints"
DOCUMENTED = Path(generator.__file__).parent.parent / "docs" / "resources.md"
COMMITTED = {"google_tasks": "google:tasks.v1", "google_calendar": "google:calendar.v3"}
STRANGERS = ["drive.v3", "classroom.v1", "youtube.v3", "gmail.v1", "firestore.v1", "compute.v1", "admin.directory_v1"]
SEARCHED = [
    "google_tasks",
    *(pytest.param(name, marks=pytest.mark.slow) for name in COMMITTED if name != "google_tasks"),
]
"""Those whose whole worlds are searched; the smallest on every change, the others as proofs."""
ORIGINS = ("archetype", "authored")


@cache
def compiled(name: str) -> Compiled:
    overlay = read_overlay(FOLDER / f"{name}.yaml")
    return compile(read(overlay.resource), overlay)


@cache
def plain(reference: str) -> Compiled:
    return compile(read(reference))


def origins(blueprint: Blueprint) -> Iterator[tuple[str, str]]:
    for name, entity in blueprint.entities.items():
        yield name, entity.origin
        yield from ((f"{name}.{column}", field.origin) for column, field in entity.fields.items())
    for name, tool in blueprint.tools.items():
        yield name, tool.origin
        yield from ((f"{name}.{key}", argument.origin) for key, argument in tool.args.items())


def field(blueprint: Blueprint, path: str) -> FieldPart:
    entity, column = path.split(".")
    return blueprint.entities[entity].fields[column]


def overlay_of(**parts: object) -> Overlay:
    known = {"overlay": 1, "resource": "google:tasks.v1", "name": "t", "domain": "d", "title": "T"}
    return Overlay.model_validate({**known, "clock": {"start": "2025-03-03T09:00:00Z"}, **parts})


@pytest.mark.parametrize("name", COMMITTED)
def test_the_committed_blueprint_is_what_the_compiler_gives(name: str) -> None:
    path = BLUEPRINTS / "office" / f"{name}.yaml"
    committed = path.read_text(encoding="utf-8")
    recorded = yaml.safe_load(committed)["source"][0]["sha256"]
    installed = read(COMMITTED[name]).sha256
    if recorded != installed:
        pytest.skip(
            f"the installed document has digest {installed[:12]}, the blueprint was compiled from {recorded[:12]}"
        )

    assert dump(compiled(name).blueprint) == committed


@pytest.mark.parametrize("name", COMMITTED)
def test_a_written_blueprint_reads_back_equal(name: str) -> None:
    assert load(BLUEPRINTS / "office" / f"{name}.yaml") == compiled(name).blueprint


@pytest.mark.parametrize("name", COMMITTED)
def test_every_element_says_where_it_comes_from(name: str) -> None:
    document = read(COMMITTED[name]).document

    for path, origin in origins(compiled(name).blueprint):
        assert origin, path
        if origin not in ORIGINS:
            assert resolve(document, origin) is not None, path


@pytest.mark.parametrize("name", COMMITTED)
def test_most_of_a_compiled_blueprint_comes_from_its_document(name: str) -> None:
    found = [origin for _, origin in origins(compiled(name).blueprint)]

    assert sum(origin.startswith("/") for origin in found) > 0.9 * len(found)


@pytest.mark.parametrize("name", COMMITTED)
def test_every_operation_becomes_a_tool_or_is_dropped_with_a_reason(name: str) -> None:
    resource = read(COMMITTED[name])
    result = compiled(name)
    used = {tool.origin for tool in result.blueprint.tools.values()} | {one.at for one in result.dropped}

    assert [one.id for one in resource.description.operations if one.at not in used] == []
    assert all(one.reason and resolve(resource.document, one.at) is not None for one in result.dropped)
    assert not [one.what for one in result.dropped if "write it in an overlay" in one.reason]


@pytest.mark.parametrize("name", COMMITTED)
def test_the_documentation_lists_everything_left_out(name: str) -> None:
    page = DOCUMENTED.read_text(encoding="utf-8")

    assert [one for one in compiled(name).dropped if f"| `{one.what}` | {one.reason} |" not in page] == []


@pytest.mark.parametrize(("name", "least"), [("google_tasks", 12), ("google_calendar", 14)])
def test_the_first_rows_of_a_compiled_blueprint_keep_its_invariants(name: str, least: int) -> None:
    blueprint = compiled(name).blueprint
    world = Interpreter(blueprint, seed_rows(blueprint))

    assert len(blueprint.tools) >= least
    assert [law for law, holds in world.invariants().items() if not holds] == []


@pytest.mark.parametrize("name", SEARCHED)
def test_every_guard_is_reachable_and_no_call_breaks_a_law(name: str) -> None:
    blueprint = compiled(name).blueprint

    assert explore(blueprint, seed_rows(blueprint)).findings == ()


@pytest.mark.parametrize("name", STRANGERS)
def test_a_document_nobody_reviewed_compiles_with_origins_that_resolve(name: str) -> None:
    document = read(f"google:{name}").document
    result = plain(f"google:{name}")

    assert len(result.blueprint.entities) > 1
    for path, origin in [*origins(result.blueprint), *((one.what, one.at) for one in result.dropped)]:
        assert origin == "archetype" or resolve(document, origin) is not None, path


def test_a_draft_of_tasks_without_an_overlay_passes_the_audit() -> None:
    raw = yaml.safe_load(dump(plain("google:tasks.v1").blueprint))

    assert audit(raw, "google:tasks.v1") == ()


def test_custom_actions_without_an_overlay_are_dropped_with_advice() -> None:
    dropped = {one.what: one.reason for one in plain("google:tasks.v1").dropped}

    assert "write it in an overlay" in dropped["tasks.tasks.clear"]
    assert "tasks.tasks.move" not in dropped
    assert "move_task" in plain("google:tasks.v1").blueprint.tools


def test_compiling_twice_gives_the_same_bytes() -> None:
    assert dump(compile(read("google:drive.v3")).blueprint) == dump(plain("google:drive.v3").blueprint)


def test_entities_are_keyed_by_schema_and_linked_by_their_paths() -> None:
    entities = {one.name: one for one in group(read("google:calendar.v3").description).entities}

    assert entities["event"].parents == ("calendar",)
    assert entities["calendar_list_entry"].about == "calendar"
    assert entities["event_attendee"].within == "event"
    assert [*entities].index("calendar") < [*entities].index("event") < [*entities].index("event_attendee")


def test_list_envelopes_are_unwrapped_to_their_rows() -> None:
    description = read("google:tasks.v1").description
    operations = {one.id: one for one in description.operations}

    assert item_schema(description, operations["tasks.tasks.list"]) == "Task"
    assert item_schema(description, operations["tasks.tasks.get"]) == "Task"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("task.task_list_id", {"type": "ref", "to": "task_list"}),
        ("task.parent_id", {"type": "ref", "to": "task", "optional": True, "generated": True}),
        ("task.title", {"type": "str", "optional": False}),
        ("task.notes", {"type": "text", "optional": True}),
        ("task.due_at", {"type": "time", "optional": True, "generated": False}),
        ("task.hidden", {"type": "bool", "default": False, "generated": True}),
        ("task.updated_at", {"type": "time", "optional": False, "generated": True}),
        ("task.status", {"type": "state", "initial": "needsAction"}),
    ],
)
def test_columns_of_tasks_are_inferred_from_words_and_forms(path: str, expected: dict[str, object]) -> None:
    found = field(plain("google:tasks.v1").blueprint, path)

    assert {key: getattr(found, key) for key in expected} == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("event.starts_at", {"type": "time", "optional": False}),
        ("event.organizer_email", {"type": "str", "generated": True}),
        ("event.transparency", {"type": "enum", "values": ("opaque", "transparent"), "default": "opaque"}),
        ("event.status", {"type": "state", "initial": "confirmed"}),
        ("event_attendee.is_optional", {"type": "bool", "default": False}),
        ("event_attendee.email", {"type": "str", "optional": False}),
        ("acl_rule.scope_type", {"type": "enum", "default": "default"}),
        ("acl_rule.scope_value", {"type": "str", "optional": True}),
    ],
)
def test_columns_of_calendar_are_flattened_from_objects(path: str, expected: dict[str, object]) -> None:
    found = field(plain("google:calendar.v3").blueprint, path)

    assert {key: getattr(found, key) for key in expected} == expected


def test_no_move_leaves_a_terminal_state() -> None:
    assert "cancelled" not in field(plain("google:calendar.v3").blueprint, "event.status").moves


def test_transport_metadata_is_dropped() -> None:
    dropped = {one.what: one.reason for one in plain("google:tasks.v1").dropped}

    for name in ("etag", "kind", "selfLink"):
        assert dropped[f"task.{name}"] == "transport metadata, no state"


def test_a_row_that_records_its_change_is_updated_by_a_stamping_action() -> None:
    tool = plain("google:tasks.v1").blueprint.tools["update_task_list"]

    assert tool.kind == "action"
    assert "nothing_given" in tool.require


def test_page_sizes_and_bounds_follow_the_parameters() -> None:
    tool = plain("google:tasks.v1").blueprint.tools["list_tasks"]

    assert tool.page_sizes == (20, 100)
    assert set(tool.range) == {"completed_at", "due_at", "updated_at"}


def test_an_overlay_lists_every_misfit() -> None:
    overlay = overlay_of(
        entities={"task": {"fields": {"titel": {"doc": "?"}}}, "task_list": {"fields": {"title": {"type": "word"}}}}
    )

    with pytest.raises(OverlayError) as caught:
        compile(read("google:tasks.v1"), overlay)

    assert len(caught.value.problems) == 2
    assert 'entities.task.fields.titel: no such column; give its type to add it; did you mean "title"?' in str(
        caught.value
    )


@pytest.mark.parametrize(
    ("parts", "complaint"),
    [
        ({"drop": {"task.link": "x"}}, "drop.task.link: nothing of that name"),
        ({"tools": {"go": {"method": "tasks.tasks.mov", "doc": "x"}}}, 'no method "tasks.tasks.mov"; did you mean'),
        ({"tools": {"get_task": {"colour": "red"}}}, "tools.get_task.colour: Extra inputs are not permitted"),
        ({"tools": {"go": {"doc": "x", "args": {"a": {"column": "task.no"}}}}}, 'args.a.column: no column "task.no"'),
        ({"tools": {"go": {"kind": "get"}}}, "tools.go.doc: Field required"),
    ],
)
def test_an_overlay_that_does_not_fit_is_refused(parts: dict[str, object], complaint: str) -> None:
    with pytest.raises(OverlayError) as caught:
        compile(read("google:tasks.v1"), overlay_of(**parts))

    assert complaint in str(caught.value)


def test_the_overlay_that_comes_with_a_resource_is_found_by_its_reference() -> None:
    found = shipped_overlay("google:calendar.v3")

    assert found is not None
    assert found.name == "google_calendar"
    assert shipped_overlay("google:drive.v3") is None


def test_what_an_overlay_adds_is_authored_and_what_it_changes_keeps_its_origin() -> None:
    fields = {"title": {"doc": "New."}, "stars": {"type": "int", "default": 0}}

    blueprint = compile(read("google:tasks.v1"), overlay_of(entities={"task": {"fields": fields}})).blueprint

    assert field(blueprint, "task.title").origin == "/schemas/Task/properties/title"
    assert field(blueprint, "task.title").doc == "New."
    assert field(blueprint, "task.stars").origin == "authored"


def test_a_dropped_column_leaves_every_list_of_its_tools() -> None:
    overlay = overlay_of(drop={"task.hidden": "not kept", "task.due_at": "not kept"})

    result = compile(read("google:tasks.v1"), overlay)

    tool = result.blueprint.tools["list_tasks"]
    assert "hidden" not in tool.filter
    assert "due_at" not in tool.range
    assert {"task.hidden", "task.due_at"} <= {one.what for one in result.dropped if one.reason == "not kept"}


def test_a_dropped_entity_takes_its_tools_along() -> None:
    result = compile(read("google:calendar.v3"), overlay_of(drop={"setting": "constant"}))

    assert "setting" not in result.blueprint.entities
    assert not [name for name in result.blueprint.tools if "setting" in name]


@pytest.mark.parametrize(
    ("text", "complaint"), [("overlay: [", "not YAML"), ("overlay: 1\ntitel: x\n", "titel: Extra inputs")]
)
def test_an_overlay_file_of_the_wrong_form_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(OverlayError, match=complaint):
        read_overlay(path)


def test_the_head_of_a_written_blueprint_names_source_and_digest() -> None:
    head = dump(compiled("google_tasks").blueprint).splitlines()[:3]

    assert all(line.startswith("# ") for line in head)
    assert read("google:tasks.v1").sha256 in head[2]


@pytest.mark.parametrize(
    ("name", "words"),
    [("taskList", "task_list"), ("TaskLists", "task_lists"), ("FHIRStore", "fhir_store"), ("iCalUID", "i_cal_uid")],
)
def test_names_turn_to_snake_case(name: str, words: str) -> None:
    assert snake(name) == words


@pytest.mark.parametrize(("one", "many"), [("entry", "entries"), ("address", "addresses"), ("day", "days")])
def test_plurals(one: str, many: str) -> None:
    assert plural(one) == many


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("start", "starts_at"),
        ("end", "ends_at"),
        ("due", "due_at"),
        ("updated", "updated_at"),
        ("create_time", "created_at"),
    ],
)
def test_moments_are_named_by_when(name: str, column: str) -> None:
    assert moment(name) == column


def test_a_sentence_loses_its_notes_on_direction_and_notation() -> None:
    said = sentence("Output only. Completion date (as a RFC 3339 timestamp), e.g. today. Set once.")

    assert said == "Completion date, e.g. today."
