import random

from sampler.query import say
from sampler.refer import Trait, among, describe
from sampler.state import WorldState


def _first(state: WorldState, entity: str, **values: object) -> str:
    rows = state.rows[entity].items()
    return next(row_id for row_id, row in rows if all(row[name] == value for name, value in values.items()))


def test_a_unique_text_names_a_row(desk_state: WorldState) -> None:
    row_id = _first(desk_state, "member", name="Ann Berg")

    described = describe(desk_state, "member", row_id)

    assert described is not None
    assert say(described) == 'the member whose name is "Ann Berg"'


def test_a_row_is_named_by_what_it_belongs_to(desk_state: WorldState) -> None:
    row_id = _first(desk_state, "ticket", title="Order material", due_at="2025-05-07T10:00:00Z")

    described = describe(desk_state, "ticket", row_id)

    assert described is not None
    assert [trait.field.name for trait in described.traits] == ["project_id", "title"]
    assert "whose project is the project whose title is" in say(described)


def test_every_description_holds_of_one_row_only(desk_state: WorldState) -> None:
    for entity, rows in desk_state.rows.items():
        said = [describe(desk_state, entity, row_id) for row_id in rows]
        words = [say(each) for each in said if each]
        assert len(set(words)) == len(words)


def test_a_row_like_another_has_no_name(desk_state: WorldState) -> None:
    row_id, row = next(iter(desk_state.rows["account"].items()))
    twins = WorldState(desk_state.manifest, desk_state.now, {"account": {row_id: row, "acc_twin00": row}})

    assert describe(twins, "account", row_id) is None


def test_a_row_whose_owner_has_no_name_is_not_named_by_its_owner(desk_state: WorldState) -> None:
    ticket_id = next(iter(desk_state.rows["ticket"]))

    described = describe(desk_state, "ticket", ticket_id, depth=1)

    assert described is not None
    assert all(trait.referent is None for trait in described.traits)


def test_traits_said_already_are_not_said_again(desk_state: WorldState) -> None:
    row_id = _first(desk_state, "member", name="Ann Berg")
    described = describe(desk_state, "member", row_id)
    assert described is not None

    assert described.with_traits(described.traits) == described


def test_a_row_among_those_that_share_a_trait_is_told_with_it(desk_state: WorldState) -> None:
    field = next(each for each in desk_state.manifest.entity("ticket").fields if each.name == "project_id")
    for seed, (row_id, row) in enumerate(desk_state.rows["ticket"].items()):
        for said in among(desk_state, "ticket", row_id, Trait(field, row["project_id"]), random.Random(seed)):
            assert said.traits[0].field.name == "project_id"
            rivals = [each for each in desk_state.rows["ticket"].values() if each["project_id"] == row["project_id"]]
            values = {trait.field.name: trait.value for trait in said.traits}
            fitting = [each for each in rivals if all(each[name] == value for name, value in values.items())]
            assert (said.extreme is not None and len(rivals) > 2) or [each["id"] for each in fitting] == [row_id]
