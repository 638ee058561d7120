"""Tools that share a name with a function of a public benchmark are told, and whether the arguments are the same."""

import json
from pathlib import Path

import pytest

from envkit.manifest import read_manifest
from registry import overlap
from registry.overlap import overlaps

SERVERS = sorted((Path(__file__).parent.parent.parent / "servers").glob("*/*/manifest.json"))


def test_a_namesake_with_the_same_arguments_is_told() -> None:
    (found,) = overlaps([("cancel_reservation", ["reservation_id"])])

    assert (found.benchmark, found.function) == ("tau2-bench", "airline.cancel_reservation")
    assert found.is_same_signature


def test_other_arguments_make_another_signature() -> None:
    (found,) = overlaps([("cancel_reservation", ["reservation_id", "reason"])])

    assert not found.is_same_signature


def test_case_underscores_and_the_order_of_arguments_do_not_matter() -> None:
    (found,) = overlaps([("SendCertificate", ["Amount", "userId"])])

    assert (found.tool, found.is_same_signature) == ("SendCertificate", True)


def test_one_tool_may_have_namesakes_in_several_places() -> None:
    found = overlaps([("get_order_details", ["order_id"])])

    assert [each.function for each in found] == ["TradingBot.get_order_details", "retail.get_order_details"]


def test_a_name_of_ones_own_is_not_told() -> None:
    assert overlaps([("water_the_garden", ["bed"])]) == ()


@pytest.mark.parametrize("manifest", SERVERS, ids=lambda path: path.parent.name)
def test_no_environment_has_a_tool_with_the_signature_of_a_benchmarks_function(manifest: Path) -> None:
    tools = read_manifest(manifest.parent).tools

    found = overlaps((tool.name, [each.name for each in tool.arguments]) for tool in tools)

    assert [each.tool for each in found if each.is_same_signature] == []


def test_each_list_says_where_it_comes_from() -> None:
    lists = [json.loads(path.read_text("utf-8")) for path in Path(overlap.__file__).parent.glob("benchmarks/*.json")]

    assert {each["benchmark"] for each in lists} == {"BFCL v3 multi-turn", "tau2-bench"}
    assert all(each["source"] and (each.get("sha256") or each.get("commits")) for each in lists)
    assert sum(len(each["functions"]) for each in lists) == 171
