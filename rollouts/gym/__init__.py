"""The gym: tasks for policies that live elsewhere, such as in a trainer; the truth and the worlds stay here."""

from rollouts.gym.gym import Bounds, Fork, Gym, Order, UnknownError
from rollouts.gym.rollout import Rollout, Said, Told
from rollouts.gym.web import application

__all__ = ["Bounds", "Fork", "Gym", "Order", "Rollout", "Said", "Told", "UnknownError", "application"]
