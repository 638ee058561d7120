"""The checks: a started server in, findings with replayable evidence out. Start reading at `check.py`."""
