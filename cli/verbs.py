"""How verbs end: what is known to go wrong is one sentence and an exit code, what was started is stopped."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import click

from chat.errors import ChatError
from cli.output import ComplaintError, FindingsError
from cli.settings import SettingsError
from envkit.serve import ServeError
from farm.errors import FarmError, leaves
from generator.compile import OverlayError
from generator.explore import ExploreError
from generator.load import BlueprintError
from generator.resource import ResourceError
from generator.seeds import SeedError
from registry.crew import WorkerError
from registry.entry import FolderError
from registry.ledger import LedgerError
from rollouts.engines.engine import EngineError
from rollouts.episode import EpisodeFileError
from rollouts.export.example import ExportError
from rollouts.start import ForkError
from sampler.difficulty import TargetError
from sampler.paraphrased import ParaphraseError
from sampler.sample import SampleError
from sampler.splits import SplitError
from sampler.task import TaskFileError

_FINDINGS = (BlueprintError, OverlayError, SeedError)
_MISUSE = (
    SettingsError,
    ChatError,
    ResourceError,
    ExploreError,
    FarmError,
    ServeError,
    FolderError,
    WorkerError,
    LedgerError,
    SampleError,
    ParaphraseError,
    TargetError,
    SplitError,
    TaskFileError,
    EngineError,
    EpisodeFileError,
    ExportError,
    ForkError,
)
_KNOWN = (click.ClickException, *_FINDINGS, *_MISUSE, OSError)


class Verbs(click.Group):
    """Verbs in the order they were added; what is known to go wrong is one sentence, not a trace."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the verbs in the order of the flow."""
        return list(self.commands)

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Read the options before the verb."""
        try:
            return super().parse_args(context, args)
        except click.UsageError as error:
            raise _explained(error) from error

    def invoke(self, context: click.Context) -> Any:  # Any: click's own return type
        """Run a verb; a bug keeps its trace."""
        with _stoppable() as signals:
            try:
                return super().invoke(context)
            except BrokenPipeError:
                raise  # the reader of our output left, which click knows how to end
            except _KNOWN as error:
                raise _explained(error) from error
            except ExceptionGroup as group:
                found = tuple(leaves(group))
                if not all(isinstance(error, _KNOWN) for error in found):
                    raise
                raise _explained(found[0]) from group
            except KeyboardInterrupt as error:
                click.echo("interrupted", err=True)
                raise SystemExit(128 + (signals[0] if signals else signal.SIGINT)) from error


def _explained(error: BaseException) -> click.ClickException:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error
    if isinstance(error, click.UsageError):
        place = error.ctx.command_path if error.ctx else "envfarm"
        return ComplaintError(f"{error.format_message().rstrip('.')} (see `{place} --help`)")
    if isinstance(error, click.ClickException):
        return error
    if isinstance(error, _FINDINGS):
        return FindingsError(str(error))
    if isinstance(error, OSError):
        return ComplaintError(f"{error.filename or 'a file'}: {error.strerror or error}")
    return ComplaintError(str(error))


@contextmanager
def _stoppable() -> Iterator[list[signal.Signals]]:
    """Let SIGTERM interrupt as Ctrl-C does, so that hosts and worker processes are stopped; yield what came."""
    came: list[signal.Signals] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        came.append(signal.Signals(number))
        signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield came
    finally:
        signal.signal(signal.SIGTERM, before)
