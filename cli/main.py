"""The command `envfarm`: its verbs, in the order of the flow."""

from __future__ import annotations

import logging
from importlib.metadata import version

import click

from cli.bfcl import bfcl_command
from cli.build import build_command
from cli.compare import compare_command
from cli.demo import demo_command
from cli.doctor import doctor_command
from cli.draft import draft_command
from cli.drift import drift_command
from cli.evaluate import evaluate_command
from cli.explore import explore_command
from cli.export import export_command
from cli.fork import fork_command
from cli.gateway import gateway_command
from cli.graph import graph_command
from cli.gym import gym_command
from cli.harbor import harbor_command
from cli.inspect import inspect_command
from cli.paraphrase import paraphrase_command
from cli.play import play_command
from cli.rescore import rescore_command
from cli.sample import sample_command
from cli.serve import compose_command, eject_command, up_command
from cli.settings import read_settings
from cli.split import split_command
from cli.suite import suite_command
from cli.tau2 import tau2_command, tau2_serve_command
from cli.verbs import Verbs
from cli.verify import list_command, verify_command

_TOLD_BY_THE_VERB = ("farm.control", "rollouts.play")
"""Loggers whose warnings come once an episode, and which a verb sums up in one sentence."""


@click.group("envfarm", cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("envfarm"), prog_name="envfarm")
@click.option("-v", "--verbose", is_flag=True, help="Say on stderr what is being done.")
@click.pass_context
def main(context: click.Context, verbose: bool) -> None:
    """Make, prove, serve and sample stateful MCP environments, and play their tasks.

    The verbs follow the data: a resource is found, drafted into a blueprint, built into a server, verified and so
    admitted, served, sampled for tasks, and played; tasks and episodes are exported for training and evaluation.
    """
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    for name in _TOLD_BY_THE_VERB:
        logging.getLogger(name).setLevel(logging.NOTSET if verbose else logging.ERROR)
    context.obj = read_settings()


for command in (
    explore_command,
    draft_command,
    build_command,
    verify_command,
    list_command,
    up_command,
    graph_command,
    sample_command,
    paraphrase_command,
    inspect_command,
    split_command,
    suite_command,
    play_command,
    evaluate_command,
    fork_command,
    rescore_command,
    compare_command,
    export_command,
    gym_command,
    gateway_command,
    bfcl_command,
    harbor_command,
    tau2_command,
    tau2_serve_command,
    eject_command,
    compose_command,
    drift_command,
    doctor_command,
    demo_command,
):
    main.add_command(command)
