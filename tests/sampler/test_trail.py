from farm.session import Session
from sampler.graph import ToolGraph
from sampler.plan import Fixed
from sampler.state import WorldState
from sampler.trail import Trail


async def test_what_a_call_has_shown_of_a_row_is_known_until_it_changes(
    desk: Session, desk_graph: ToolGraph, desk_state: WorldState
) -> None:
    trail = Trail(desk, desk_graph.manifests)
    member = next(iter(desk_state.rows["member"].values()))

    assert not trail.knows("tiny_desk", member, "email")
    await trail.take("tiny_desk", "list_members", {})
    assert trail.knows("tiny_desk", member, "email")
    assert not trail.knows("tiny_desk", member, "email", before=0)
    assert not trail.knows("tiny_desk", {**member, "email": "ann@example.com"}, "email")
    assert not trail.knows("tiny_air", member, "email")


async def test_what_only_a_forgotten_call_has_shown_is_not_known(
    desk: Session, desk_graph: ToolGraph, desk_state: WorldState
) -> None:
    trail = Trail(desk, desk_graph.manifests)
    project_id, project = next(iter(desk_state.rows["project"].items()))

    await trail.take("tiny_desk", "get_project", {"project_id": Fixed(project_id)})
    trail.cut(0)

    assert not trail.knows("tiny_desk", project, "title")
