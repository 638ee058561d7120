import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from cli.main import main
from cli.verbs import Verbs
from farm.errors import FarmError
from registry.entry import FolderError
from tests.cli.conftest import COMMAND, in_shell, invoke


def ended_by(end: Callable[[], object]) -> Result:
    """Run a verb that does one thing."""

    @click.group("envfarm", cls=Verbs)
    def group() -> None:
        pass

    @group.command("verb")
    def verb() -> None:
        end()

    return CliRunner().invoke(group, ["verb"], prog_name="envfarm")


def raised(error: BaseException) -> Result:
    def end() -> None:
        raise error

    return ended_by(end)


def test_the_verbs_follow_the_data() -> None:
    verbs = main.list_commands(click.Context(main))

    assert verbs[:8] == ["explore", "draft", "build", "verify", "list", "up", "graph", "sample"]


def test_no_verb_at_all_prints_the_help_and_is_misuse() -> None:
    ran = invoke()

    assert ran.exit_code == 2
    assert "Commands:" in ran.output


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["bogus"], "error: No such command 'bogus' (see `envfarm --help`)"),
        (["--bogus"], "error: No such option '--bogus'. Did you mean '--verbose'? (see `envfarm --help`)"),
        (["list", "--bogus"], "error: No such option '--bogus' (see `envfarm list --help`)"),
        (["eject", "x"], "error: Missing argument 'DIR' (see `envfarm eject --help`)"),
        (
            ["sample", "--tasks", "0"],
            "error: Invalid value for '--tasks': 0 is not in the range x>=1 (see `envfarm sample --help`)",
        ),
        (
            ["up", "--port", "65536"],
            "error: Invalid value for '--port': 65536 is not in the range 0<=x<=65535 (see `envfarm up --help`)",
        ),
        (
            ["play", "nowhere"],
            "error: Invalid value for 'TASKS': Path 'nowhere' does not exist (see `envfarm play --help`)",
        ),
    ],
)
def test_misuse_is_one_sentence_and_2(arguments: list[str], line: str) -> None:
    ran = invoke(*arguments)

    assert (ran.exit_code, ran.stdout, ran.stderr) == (2, "", f"{line}\n")


def test_a_variable_of_no_use_is_one_sentence_and_2() -> None:
    ran = invoke("list", ENVFARM_JOBS="abc")

    assert (ran.exit_code, ran.stderr) == (2, "error: ENVFARM_JOBS expects a number from 1 on, got 'abc'\n")


def test_an_operational_error_is_one_sentence_and_2() -> None:
    ran = raised(FarmError("the farm is gone"))

    assert (ran.exit_code, ran.stderr) == (2, "error: the farm is gone\n")


def test_the_first_of_several_errors_at_once_is_told() -> None:
    ran = raised(ExceptionGroup("", [ExceptionGroup("", [FolderError("no folder")]), OSError(28, "No space left")]))

    assert (ran.exit_code, ran.stderr) == (2, "error: no folder\n")


def test_a_bug_among_several_errors_keeps_its_trace() -> None:
    ran = raised(ExceptionGroup("", [FarmError("the farm is gone"), ZeroDivisionError()]))

    assert isinstance(ran.exception, ExceptionGroup)


def test_a_file_that_cannot_be_had_is_named(tmp_path: Path) -> None:
    ran = ended_by(lambda: (tmp_path / "no").read_text())

    assert (ran.exit_code, ran.stderr) == (2, f"error: {tmp_path}/no: No such file or directory\n")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.slow
def test_a_signal_ends_a_verb_as_shells_have_it(number: signal.Signals, status: int) -> None:
    before = signal.getsignal(signal.SIGTERM)

    ran = ended_by(lambda: signal.raise_signal(number))

    assert (ran.exit_code, ran.stderr) == (status, "interrupted\n")
    assert signal.getsignal(signal.SIGTERM) is before


def test_results_and_complaints_come_apart_in_a_shell(tmp_path: Path) -> None:
    good = in_shell("list", "--json", ENVFARM_SERVERS=str(tmp_path))
    bad = in_shell("list", "--json", ENVFARM_JOBS="abc")

    assert (good.returncode, good.stdout) == (0, "[]\n")
    assert (bad.returncode, bad.stdout) == (2, "")
    assert len(bad.stderr.splitlines()) == 1


def test_a_reader_that_leaves_is_no_complaint(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)

    ran = subprocess.run([COMMAND, "list", "--json"], stdout=writer, stderr=subprocess.PIPE, cwd=tmp_path, check=False)

    os.close(writer)
    assert ran.returncode == 1
    assert b"Traceback" not in ran.stderr
    assert b"error" not in ran.stderr
