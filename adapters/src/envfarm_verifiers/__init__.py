"""The name by which verifiers finds our taskset and harness: `vf-eval envfarm_verifiers --env.taskset.gym URL`."""

from envfarm_gym.verifiers import FarmHarness, FarmTaskset

__all__ = ["FarmHarness", "FarmTaskset"]
