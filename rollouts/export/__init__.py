"""Exports: tasks and episodes go out as the rows that trainers and benchmarks read. Start at `run.py`."""
