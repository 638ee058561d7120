"""The figures a process exposes to Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_BUCKETS_S = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1.0)


class EnvironmentMeasures:
    """One environment's counters, bound once so that a call pays no look-up."""

    def __init__(self, calls: Counter, seconds: Histogram, opened: Counter, slug: str) -> None:
        self._calls = {outcome: calls.labels(slug, outcome) for outcome in ("ok", "refused", "failed", "repeated")}
        self._seconds = seconds.labels(slug)
        self._opened = opened.labels(slug)

    def called(self, outcome: str, seconds: float) -> None:
        """Count one tool call: `ok`, `refused`, `failed` (a bug in a tool) or `repeated` (answered from memory)."""
        self._calls[outcome].inc()
        self._seconds.observe(seconds)

    def opened(self) -> None:
        """Count one episode."""
        self._opened.inc()


class Measures:
    """All figures of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._calls = Counter(
            "envkit_tool_calls", "Tool calls by outcome", ("environment", "outcome"), registry=self._registry
        )
        self._seconds = Histogram(
            "envkit_tool_call_seconds",
            "Time inside a tool call",
            ("environment",),
            buckets=_BUCKETS_S,
            registry=self._registry,
        )
        self._opened = Counter("envkit_episodes_opened", "Episodes opened", ("environment",), registry=self._registry)
        self._held = Gauge("envkit_episodes_held", "Episodes open now", registry=self._registry)
        self._bytes = Gauge("envkit_held_bytes", "Bytes of worlds and snapshots held now", registry=self._registry)

    def of(self, slug: str) -> EnvironmentMeasures:
        """Return the counters of one environment."""
        return EnvironmentMeasures(self._calls, self._seconds, self._opened, slug)

    def exposition(self, episodes: int, held_bytes: int) -> bytes:
        """Write all figures in the text format of Prometheus."""
        self._held.set(episodes)
        self._bytes.set(held_bytes)
        return generate_latest(self._registry)
