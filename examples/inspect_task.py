"""Evaluate a model on a gym with Inspect.

envfarm gym runs/mine                                                    # in EnvFarm's environment
inspect eval examples/inspect_task.py -T gym=http://127.0.0.1:8090 ...   # in one with envfarm-gym[inspect]
"""

from inspect_ai import Task, task

from envfarm_gym.inspect_ai import farm_task


@task
def envfarm(gym: str = "http://127.0.0.1:8090") -> Task:
    """Return all that the gym at a URL offers."""
    return farm_task(gym)
