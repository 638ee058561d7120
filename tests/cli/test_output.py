import json

import pytest

from cli.output import ComplaintError, FindingsError, columns, progress, remark, show


def test_a_result_is_shown_as_lines_or_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    show({"b": 1, 2: "é"}, ["one", "two"], as_json=False)
    lines = capsys.readouterr().out
    show({"b": 1, 2: "é"}, ["one", "two"], as_json=True)
    text = capsys.readouterr().out

    assert lines == "one\ntwo\n"
    assert json.loads(text) == {"b": 1, "2": "é"}


def test_columns_put_words_left_and_numbers_right() -> None:
    rows = [{"name": "a", "n": 5}, {"name": "long", "n": 100}]

    assert list(columns(rows, ("name", "n"))) == ["name    n", "a       5", "long  100"]


def test_columns_without_rows_are_their_names() -> None:
    assert list(columns([], ("name", "n"))) == ["name  n"]


def test_complaints_go_to_stderr_a_sentence_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    ComplaintError("first\nsecond").show()
    remark("by the way")

    captured = capsys.readouterr()
    assert captured.err == "error: first\nerror: second\nnote: by the way\n"
    assert captured.out == ""


def test_misuse_ends_with_2_and_findings_with_1() -> None:
    assert (ComplaintError("x").exit_code, FindingsError("x").exit_code) == (2, 1)


def test_progress_is_silent_where_stderr_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("work") as advance:
        advance(1, 2)
        advance(2, 2)

    assert capsys.readouterr() == ("", "")
