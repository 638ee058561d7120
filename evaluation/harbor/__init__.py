"""The bridge to Harbor: tasks as folders that build a container, serve the worlds in it and score what was reached."""

from evaluation.harbor.folder import write_task

__all__ = ["write_task"]
