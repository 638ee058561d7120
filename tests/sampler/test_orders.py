import random
from collections.abc import Mapping, Sequence

from envkit.manifest import Manifest
from farm.farm import Farm
from sampler.execute import execute_once
from sampler.orders import other_orders
from sampler.plan import Binding, Choice, Fixed, Output, Plan
from sampler.prune import rearranged, without


def _choice(tool: str, code: str | None = None, **arguments: Binding) -> Choice:
    return Choice("tiny_desk", tool, arguments, code)


def _close(ticket_id: Fixed | Output, code: str | None = None) -> Choice:
    return _choice("close_ticket", code, ticket_id=ticket_id)


def _plan(*turns: Sequence[Choice]) -> Plan:
    choices = tuple(choice for turn in turns for choice in turn)
    return Plan(("tiny_desk",), 5, choices, tuple(map(len, turns)))


async def _orders(farm: Farm, manifests: Mapping[str, Manifest], plan: Plan) -> set[tuple[int, ...]]:
    pruned = without(plan, [() for _ in plan.turns], set())
    executed = await execute_once(plan, farm, manifests, pruned.asked)
    found: set[tuple[int, ...]] = set()
    for seed in range(6):
        found |= set(await other_orders(pruned, executed, farm, manifests, random.Random(seed)))
    for order in found:
        other = rearranged(plan, pruned.asked, order)
        again = await execute_once(other.plan, farm, manifests, other.asked)
        assert again.truth.digests == executed.truth.digests
    return found


LOOK_TWICE = [_choice("list_tickets"), _choice("list_members"), _close(Output(0, "items[0].id"))]


async def test_orders_in_which_each_call_has_what_it_reads_come_to_the_same_digest(
    farm: Farm, manifests: Mapping[str, Manifest]
) -> None:
    orders = await _orders(farm, manifests, _plan(LOOK_TWICE))

    assert orders == {(1, 0, 2), (0, 2, 1)}


async def test_no_call_leaves_its_turn(farm: Farm, manifests: Mapping[str, Manifest]) -> None:
    orders = await _orders(farm, manifests, _plan(LOOK_TWICE[:1], LOOK_TWICE[1:]))

    assert orders == {(0, 2, 1)}


async def test_an_order_that_comes_to_something_else_is_not_as_good(
    farm: Farm, manifests: Mapping[str, Manifest]
) -> None:
    one, other = (_close(Fixed(ticket_id)) for ticket_id in ("tic_2k4hna", "tic_bx8yee"))

    assert await _orders(farm, manifests, _plan([one, other])) == set(), "each is stamped with the time of its close"


async def test_an_order_in_which_a_call_is_refused_is_not_as_good(
    farm: Farm, manifests: Mapping[str, Manifest]
) -> None:
    close, again = _close(Fixed("tic_2k4hna")), _close(Fixed("tic_2k4hna"), "not_open")

    assert await _orders(farm, manifests, _plan([close, again])) == set()


async def test_a_single_call_has_no_other_order(farm: Farm, manifests: Mapping[str, Manifest]) -> None:
    assert await _orders(farm, manifests, _plan([_close(Fixed("tic_2k4hna"))])) == set()
