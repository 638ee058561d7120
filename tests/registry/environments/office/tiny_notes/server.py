"""Tiny notes: one entity with the five plain tools."""

from typing import Annotated

from envkit import Deleted, Environment, Field, Page, Row, World, given, main, require

env = Environment(__file__)


class Note(Row, table="note", prefix="not", found_by="list_notes"):
    """A note."""

    id: Annotated[str, Field(description="Note id")]
    title: Annotated[str, Field(description="Title")]
    stars: Annotated[int, Field(ge=0, le=5, description="Stars")] = 0


@env.tool(reads=[Note])
def list_notes(
    world: World,
    limit: Annotated[int, Field(ge=1, le=50, description="Rows a page")] = 20,
    cursor: Annotated[str | None, Field(description="next_cursor of the page before")] = None,
) -> Page[Note]:
    """List notes."""
    return world.page(Note, limit=limit, cursor=cursor)


@env.tool(reads=[Note])
def get_note(world: World, note_id: Annotated[str, Field(description="Note to get")]) -> Note:
    """Get one note."""
    return world.get(Note, note_id)


@env.tool(writes=[Note])
def create_note(
    world: World,
    title: Annotated[str, Field(description="Title")],
    stars: Annotated[int, Field(ge=0, le=5, description="Stars")] = 0,
) -> Note:
    """Create a note."""
    return world.add(Note, title=title, stars=stars)


@env.tool(reads=[Note], writes=[Note], idempotent=True)
def update_note(
    world: World,
    note_id: Annotated[str, Field(description="Note to change")],
    title: Annotated[str | None, Field(description="New title")] = None,
    stars: Annotated[int | None, Field(ge=0, le=5, description="New stars")] = None,
) -> Note:
    """Change a note."""
    note = world.get(Note, note_id)
    changes = given(title=title, stars=stars)
    require(changes, "nothing_to_update", "Give at least one of title, stars.")
    return world.update(note, **changes)


@env.tool(reads=[Note], writes=[Note], destructive=True)
def delete_note(world: World, note_id: Annotated[str, Field(description="Note to delete")]) -> Deleted:
    """Delete a note."""
    note = world.get(Note, note_id)
    world.delete(note)
    return Deleted(id=note.id)


if __name__ == "__main__":
    main(env)
