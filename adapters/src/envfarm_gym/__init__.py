"""The client of `envfarm gym`, and what joins it to trainers and harnesses; it needs nothing but Python."""

from envfarm_gym.client import Gym, Rollout
from envfarm_gym.errors import GymError, UnscoredError
from envfarm_gym.forms import Call, Outcome, Task

__all__ = ["Call", "Gym", "GymError", "Outcome", "Rollout", "Task", "UnscoredError"]
