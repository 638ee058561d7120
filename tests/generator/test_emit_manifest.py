from envkit.manifest import Edge, Manifest
from tests.generator.emitting import emitted, lending, wiki


def manifest(name: str) -> Manifest:
    return Manifest.model_validate_json(emitted(name)["manifest.json"])


def test_the_manifest_names_its_blueprint_and_clock() -> None:
    made = manifest("lending")

    assert (made.slug, made.domain, made.blueprint_digest) == ("lending_desk", "lending", lending().digest)
    assert (made.clock.start, made.clock.tick_s) == ("2025-03-03T09:00:00Z", 60)


def test_list_arguments_come_in_the_order_of_the_contract_with_their_roles() -> None:
    roles = [(argument.name, argument.role) for argument in manifest("lending").tool("list_items").arguments]

    assert roles == [
        ("label", "filter"),
        ("deposit_from", "from"),
        ("deposit_to", "to"),
        ("query", "search"),
        ("sort", "sort"),
        ("limit", "limit"),
        ("cursor", "cursor"),
    ]


def test_reads_and_writes_follow_expressions_and_effects() -> None:
    tool = manifest("lending").tool("bring_back")

    assert (tool.reads, tool.writes, tool.read_only) == (("item", "loan"), ("item", "loan"), False)
    assert manifest("lending").tool("wait").read_only is False
    assert manifest("lending").tool("list_items").read_only is True


def test_guards_come_first_and_in_order_among_refusals() -> None:
    codes = [refusal.code for refusal in manifest("lending").tool("bring_back").refusals]

    assert codes == ["not_out", "replaced", "not_found", "invalid_transition", "invalid_argument"]


def test_an_argument_that_is_stored_names_its_column() -> None:
    fields = {argument.name: argument.field for argument in manifest("lending").tool("lend").arguments}

    assert fields == {"item_id": "", "borrower": "loan.borrower", "copies": "loan.copies"}


def test_edges_lead_from_ids_in_answers_to_arguments_of_other_tools() -> None:
    edges = set(manifest("lending").edges)

    assert Edge(producer="list_items", path="items[].id", consumer="lend", argument="item_id") in edges
    assert Edge(producer="lend", path="loan.item_id", consumer="get_item", argument="item_id") in edges
    assert Edge(producer="get_item", path="id", consumer="list_loans", argument="item_id") in edges
    assert Edge(producer="forget_loans", path="left[].id", consumer="bring_back", argument="loan_id") in edges
    assert not any(edge.producer == edge.consumer for edge in edges)


def test_every_tool_and_argument_has_a_description() -> None:
    for name, blueprint in (("lending", lending()), ("wiki", wiki())):
        tools = manifest(name).tools
        assert [tool.name for tool in tools] == [*blueprint.tools]
        assert all(tool.description and all(each.description for each in tool.arguments) for tool in tools)
