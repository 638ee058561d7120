"""Cases are read whole or refused with the line that is wrong."""

from pathlib import Path

import pytest

from envkit.manifest import read_manifest
from registry.case import CaseError, Expect, read_cases


def test_a_folder_without_cases_has_no_oracle(by_hand: Path) -> None:
    assert read_cases(by_hand, read_manifest(by_hand)) is None


def test_every_line_is_a_case(proven: Path) -> None:
    cases = read_cases(proven, read_manifest(proven))

    assert cases is not None
    assert len(cases) == len((proven / "cases.jsonl").read_text().splitlines())
    assert {case.is_from_seed for case in cases} == {True, False}


def test_a_tool_the_manifest_does_not_know_is_named(proven: Path) -> None:
    text = (proven / "cases.jsonl").read_text().replace('"tool": "get_flight"', '"tool": "got_flight"')
    (proven / "cases.jsonl").write_text(text)

    with pytest.raises(CaseError, match=r"cases\.jsonl: line 3: the manifest knows no tool got_flight"):
        read_cases(proven, read_manifest(proven))


def test_an_expectation_is_content_or_a_code() -> None:
    with pytest.raises(ValueError, match="either content or code"):
        Expect.model_validate({"content": {}, "code": "sold_out"})
