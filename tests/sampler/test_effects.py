from collections.abc import Mapping

import pytest

from envkit.manifest import Manifest
from envkit.snapshot import Diff
from sampler.effects import Effects

ADDED = Diff(added={"ticket": {"tic_1": {"id": "tic_1", "title": "Paint it"}}})
REMOVED = Diff(removed={"ticket": {"tic_1": {"id": "tic_1", "title": "Paint it"}}})
RENAMED = Diff(changed={"ticket": {"tic_1": {"title": ("Paint it", "Paint all")}}})
CLOSED = Diff(changed={"ticket": {"tic_1": {"status": ("open", "closed")}}})
LONGER = Diff(changed={"ticket": {"tic_1": {"minutes": (10, 20)}}})
BOTH = Diff(changed={"ticket": {"tic_1": {"title": ("Paint it", "Paint all"), "minutes": (10, 20)}}})


@pytest.fixture
def desk_manifest(manifests: Mapping[str, Manifest]) -> Manifest:
    return manifests["tiny_desk"]


@pytest.mark.parametrize("earlier", [ADDED, RENAMED, CLOSED, LONGER])
def test_removing_a_row_undoes_all_that_was_done_to_it(earlier: Diff, desk_manifest: Manifest) -> None:
    effects = Effects()
    effects.note(2, earlier, desk_manifest)

    assert list(effects.undone_by(REMOVED, desk_manifest)) == [2]


@pytest.mark.parametrize(
    ("earlier", "later", "undone"),
    [(RENAMED, RENAMED, [0]), (LONGER, LONGER, []), (CLOSED, CLOSED, []), (BOTH, RENAMED, []), (ADDED, RENAMED, [])],
)
def test_a_text_is_replaced_where_numbers_add_up_and_states_lead_on(
    earlier: Diff, later: Diff, undone: list[int], desk_manifest: Manifest
) -> None:
    effects = Effects()
    effects.note(0, earlier, desk_manifest)

    assert list(effects.undone_by(later, desk_manifest)) == undone


def test_what_two_changes_replace_together_is_undone_by_the_second(desk_manifest: Manifest) -> None:
    effects = Effects()
    effects.note(0, BOTH, desk_manifest)
    effects.note(1, RENAMED, desk_manifest)

    assert list(effects.undone_by(REMOVED, desk_manifest)) == [0, 1]


def test_rows_of_other_environments_are_not_touched(manifests: Mapping[str, Manifest]) -> None:
    effects = Effects()
    effects.note(0, ADDED, manifests["tiny_desk"])

    assert not list(effects.undone_by(REMOVED, manifests["tiny_air"]))
