"""All checks, in the order of their numbers."""

from __future__ import annotations

from registry.checks.annotations import CHECK as ANNOTATIONS
from registry.checks.bad_input import CHECK as BAD_INPUT
from registry.checks.boundaries import CHECK as BOUNDARIES
from registry.checks.check import Check
from registry.checks.deterministic import CHECK as DETERMINISTIC
from registry.checks.edges import CHECK as EDGES
from registry.checks.effects import CHECK as EFFECTS
from registry.checks.executable import CHECK as EXECUTABLE
from registry.checks.invariants import CHECK as INVARIANTS
from registry.checks.isolated import CHECK as ISOLATED
from registry.checks.protocol import CHECK as PROTOCOL
from registry.checks.reachable import CHECK as REACHABLE
from registry.checks.refusals import CHECK as REFUSALS
from registry.checks.round_trip import CHECK as ROUND_TRIP
from registry.checks.schema import CHECK as SCHEMA
from registry.checks.source import CHECK as SOURCE
from registry.checks.tasks import CHECK as TASKS

CHECKS: tuple[Check, ...] = (
    EXECUTABLE,
    SCHEMA,
    DETERMINISTIC,
    ISOLATED,
    EFFECTS,
    REFUSALS,
    BAD_INPUT,
    BOUNDARIES,
    EDGES,
    REACHABLE,
    ANNOTATIONS,
    ROUND_TRIP,
    INVARIANTS,
    PROTOCOL,
    SOURCE,
    TASKS,
)
