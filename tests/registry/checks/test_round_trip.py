"""Each way in which create, get, list, update and delete can disagree is found by the round of the entity."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from envkit.manifest import read_manifest
from registry.checks.round_trip import CHECK
from registry.checks.served import served
from registry.report import Finding
from tests.registry.conftest import copy_of

NOTES = Path(__file__).parents[1] / "environments" / "office" / "tiny_notes"
READY_S = 60.0


async def round_of(folder: Path) -> Sequence[Finding]:
    async with served(folder, read_manifest(folder), None, seed=0, ready_s=READY_S) as subject:
        return (await CHECK.ask(subject)).findings


async def test_a_sound_environment_makes_the_round(tmp_path: Path) -> None:
    assert await round_of(copy_of(NOTES, tmp_path)) == ()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "    return world.add(Note, title=title, stars=stars)\n",
            "    return world.add(Note, title=title, stars=stars).model_copy(update={'title': title.upper()})\n",
            "create_note returns a note that differs from what it stored: title.",
        ),
        (
            "    return world.add(Note, title=title, stars=stars)\n",
            "    return Note(id='not_ghost0', title=title, stars=stars)\n",
            "The note returned is not the one stored.",
        ),
        (
            "    changes = given(title=title, stars=stars)\n",
            "    changes = given(title=title and title.lower()[:3], stars=stars)\n",
            "update_note does not take what it was given: title.",
        ),
        (
            "    world.delete(note)\n",
            "",
            "delete_note leaves the row where it was.",
        ),
        (
            "    return world.get(Note, note_id)\n",
            "    return world.find(Note, note_id) or Note(id=note_id, title='?')\n",
            "get_note answers the id of a deleted row with a result.",
        ),
        (
            "    return world.page(Note, limit=limit, cursor=cursor)\n",
            "    return world.page(Note, where={'stars': 1}, limit=limit, cursor=cursor)\n",
            "list_notes lists 1 rows page by page; 4 note are stored.",
        ),
        (
            "    return world.get(Note, note_id)\n",
            "    return world.get(Note, note_id).model_copy(update={'stars': 5})\n",
            "get_note does not show the note not_000000 as it is stored.",
        ),
    ],
)
async def test_a_disagreement_is_found(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    folder = copy_of(NOTES, tmp_path)
    server = folder / "server.py"
    server.write_text(server.read_text().replace(old, new))

    assert sentence in [finding.sentence for finding in await round_of(folder)]
