from sampler.query import say
from sampler.refer import describe
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
