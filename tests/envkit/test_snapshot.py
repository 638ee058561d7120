from hypothesis import given
from hypothesis import strategies as st

from envkit.environment import Environment
from envkit.snapshot import Diff, compare, digest, edited

ROWS = st.dictionaries(
    st.sampled_from(["a", "b"]),
    st.dictionaries(st.sampled_from("xyz"), st.fixed_dictionaries({"n": st.integers(0, 3), "b": st.booleans()})),
)


@given(ROWS)
def test_equal_states_differ_in_nothing(state):
    assert compare(state, state).is_empty


@given(ROWS, ROWS)
def test_a_diff_survives_json(before, after):
    diff = compare(before, after)

    assert Diff.from_json(diff.to_json()) == diff


@given(ROWS, ROWS)
def test_a_diff_leads_from_the_one_state_to_the_other(before, after):
    diff = compare(before, after)
    built = {entity: {row: dict(values) for row, values in rows.items()} for entity, rows in before.items()}
    for entity, rows in diff.removed.items():
        for row in rows:
            del built[entity][row]
    for entity, rows in diff.added.items():
        built.setdefault(entity, {}).update({row: dict(values) for row, values in rows.items()})
    for entity, rows in diff.changed.items():
        for row, columns in rows.items():
            built[entity][row].update({name: new for name, (_, new) in columns.items()})

    assert {e: r for e, r in built.items() if r} == {e: r for e, r in after.items() if r}


def test_an_edited_world_differs_by_the_edit(tiny_air: Environment):
    before = tiny_air.template(0)
    flight = tiny_air.state(before)["flight"][0]

    after = edited(before, [{"entity": "flight", "id": flight["id"], "set": {"seats_left": 0}}])

    assert tiny_air.diff(before, after).to_json() == {
        "changed": {"flight": {flight["id"]: {"seats_left": [flight["seats_left"], 0]}}}
    }
    assert digest(before) != digest(after)
