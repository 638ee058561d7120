import ast
import sys
from pathlib import Path

import pytest

from generator.emit.server import docstring
from tests.generator.emitting import complaints, emitted

CASES = pytest.mark.parametrize("name", ["lending", "wiki"])


@CASES
def test_an_emitted_server_is_formatted_and_free_of_lint(name: str, tmp_path: Path) -> None:
    server = tmp_path / "server.py"
    server.write_text(emitted(name)["server.py"])

    assert complaints("ruff", "format", "--diff", "--config", "pyproject.toml", str(server)) == ""
    assert complaints("ruff", "check", "--config", "pyproject.toml", str(server)) == ""


def test_emitted_servers_are_typed_strictly(tmp_path: Path) -> None:
    for name in ("lending", "wiki"):
        (tmp_path / f"{name}.py").write_text(emitted(name)["server.py"])

    assert complaints("mypy", "--config-file", "pyproject.toml", *map(str, sorted(tmp_path.glob("*.py")))) == ""


@CASES
def test_an_emitted_server_imports_only_the_kit_and_the_standard_library(name: str) -> None:
    tree = ast.parse(emitted(name)["server.py"])

    imported = {node.module.split(".")[0] for node in tree.body if isinstance(node, ast.ImportFrom) and node.module}
    imported |= {alias.name.split(".")[0] for node in tree.body if isinstance(node, ast.Import) for alias in node.names}

    assert "envkit" in imported
    assert imported - {"envkit"} <= set(sys.stdlib_module_names)


@CASES
def test_no_line_is_longer_than_the_house_allows(name: str) -> None:
    assert max(map(len, emitted(name)["server.py"].splitlines())) <= 120


def test_the_first_lines_say_what_the_server_needs_and_comes_from() -> None:
    opening = emitted("lending")["server.py"][:900]

    assert opening.startswith("# /// script\n")
    assert 'envkit = { path = "../../../envkit" }' in opening
    assert "\n# Emitted by EnvFarm" in opening
    assert "blueprint lending/lending_desk version 1 (sha256 " in opening


def test_a_row_class_that_would_hide_a_kit_class_is_renamed() -> None:
    server = emitted("wiki")["server.py"]

    assert 'class PageRow(Row, table="page"' in server
    assert "-> Page[PageRow]:" in server


def test_one_letter_names_become_words() -> None:
    server = emitted("lending")["server.py"]

    assert "    loan = world.get(Loan, loan_id)\n    item = world.get(Item, loan.item_id)\n" in server


def test_a_lookup_that_only_refuses_is_kept_without_a_name() -> None:
    server = emitted("wiki")["server.py"]

    assert "\n    world.get(Comment, comment_id)\n    return world.add(Reaction" in server


def test_a_sentence_about_a_missing_row_is_written_only_when_refused() -> None:
    server = emitted("wiki")["server.py"]

    assert 'raise Refusal("same", f"Page {page.title} is already with {assignee.name}.")' in server


def test_a_docstring_fits_its_lines_and_ends_safely() -> None:
    short, long = docstring(['Say "hi"'], 4), docstring(["word " * 60], 4)

    assert short == '    """Say "hi" """'
    assert max(map(len, long.splitlines())) <= 120
    assert long.endswith('\n    """')
