from farm.session import Session
from sampler.graph import ToolGraph
from sampler.plan import Fixed
from sampler.state import WorldState
from sampler.trail import Trail


async def test_a_row_is_fresh_from_when_it_is_shown_until_something_changes(
    desk: Session, desk_graph: ToolGraph, desk_state: WorldState
) -> None:
    trail = Trail(desk, desk_graph.manifests)
    member, account = next(iter(desk_state.rows["member"])), next(iter(desk_state.rows["account"]))

    assert not trail.is_fresh("tiny_desk", "member", member)
    await trail.take("tiny_desk", "list_members", {})
    assert trail.is_fresh("tiny_desk", "member", member)
    await trail.take("tiny_desk", "top_up", {"account_id": Fixed(account), "amount": Fixed(500)})
    assert not trail.is_fresh("tiny_desk", "member", member)
