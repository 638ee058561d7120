"""Mutants: an environment folder goes in, what the suite says of bugs seeded into its server comes out.

Start reading at `mutate.py`; `seeding.py` makes the mutants, `suite.py` kills them, `hunt.py` looks into survivors.
"""

from registry.mutants.mutate import mutate
from registry.mutants.verdict import MutantVerdict, MutationReport

__all__ = ["MutantVerdict", "MutationReport", "mutate"]
