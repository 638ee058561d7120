"""The command `envfarm`: its verbs, in the order of the flow."""

from __future__ import annotations

import logging
from importlib.metadata import version
from typing import Any

import click

from cli.build import build_command, draft_command
from cli.demo import demo_command
from cli.doctor import doctor_command
from cli.output import ComplaintError, FindingsError
from cli.play import evaluate_command, play_command
from cli.sample import sample_command
from cli.serve import compose_command, eject_command, up_command
from cli.settings import SettingsError, read_settings
from cli.verify import list_command, verify_command
from envkit.serve import ServeError
from farm.errors import FarmError
from generator.compile import OverlayError
from generator.load import BlueprintError
from generator.resource import ResourceError
from generator.seeds import SeedError
from registry.entry import FolderError
from registry.ledger import LedgerError
from rollouts.episode import EpisodeFileError
from sampler.sample import SampleError
from sampler.task import TaskFileError

_MISUSE = (
    SettingsError,
    ResourceError,
    FarmError,
    ServeError,
    FolderError,
    LedgerError,
    SampleError,
    TaskFileError,
    EpisodeFileError,
)
_FINDINGS = (BlueprintError, OverlayError, SeedError)


class _Verbs(click.Group):
    """Verbs in the order they were added; what is known to go wrong is one sentence, not a trace."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the verbs in the order of the flow."""
        return list(self.commands)

    def invoke(self, context: click.Context) -> Any:  # Any: click's own return type
        """Run a verb."""
        try:
            return super().invoke(context)
        except _FINDINGS as error:
            raise FindingsError(str(error)) from error
        except _MISUSE as error:
            raise ComplaintError(str(error)) from error
        except OSError as error:
            raise ComplaintError(f"{error.filename or 'a file'}: {error.strerror or error}") from error


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("envfarm"), prog_name="envfarm")
@click.option("-v", "--verbose", is_flag=True, help="Say on stderr what is being done.")
@click.pass_context
def main(context: click.Context, verbose: bool) -> None:
    """Make, prove, serve and sample stateful MCP environments, and play their tasks.

    The verbs follow the data: a resource is drafted into a blueprint, built into a server, verified and so admitted,
    served, sampled for tasks, and played.
    """
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    context.obj = read_settings()


for command in (
    draft_command,
    build_command,
    verify_command,
    list_command,
    up_command,
    sample_command,
    play_command,
    evaluate_command,
    eject_command,
    compose_command,
    doctor_command,
    demo_command,
):
    main.add_command(command)
