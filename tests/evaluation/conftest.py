"""The environments, the farm and the recording of tasks that the tests of rollouts stand on."""

from tests.rollouts.conftest import booking, environments, farm, host, reading, record

__all__ = ["booking", "environments", "farm", "host", "reading", "record"]
