"""Metrics for Prometheus: what was asked and answered, and how the workers do."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from kzlod.serving.releases import Releases

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS: Final = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 20, 60)


class Metrics:
    """The metrics of a server.

    Args:
        releases: what it serves.
    """

    def __init__(self, releases: Releases) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.registry.register(_State(releases))
        requests = Counter(
            "kzlod_requests", "Requests by what was asked for.", ["kind", "method", "status"], registry=self.registry
        )
        seconds = Histogram(
            "kzlod_request_seconds",
            "From the head of a request to the end of its answer.",
            ["kind"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        # Labels are few: all that a client may choose freely is folded before.
        self._count = lru_cache(maxsize=1000)(requests.labels)
        self._time = lru_cache(maxsize=100)(seconds.labels)

    def note(self, kind: str, method: str, status: int, seconds: float) -> None:
        """Count an answer.

        Args:
            kind: of resource, one of a few words.
            method: of the request; any but the usual are one.
            status: of the answer.
            seconds: that it took.
        """
        self._count(kind, method if method in ("GET", "HEAD", "OPTIONS", "POST") else "other", status).inc()
        self._time(kind).observe(seconds)

    def write(self) -> bytes:
        """All metrics, in the text format of Prometheus."""
        return generate_latest(self.registry)


class _State(Collector):
    """What is read when it is asked for."""

    def __init__(self, releases: Releases) -> None:
        self.releases = releases

    def collect(self) -> Iterator[Metric]:
        generation = self.releases.current
        pool, cache = generation.pool, generation.cache
        yield GaugeMetricFamily("kzlod_workers", "Processes that evaluate queries.", len(pool.workers))
        yield GaugeMetricFamily("kzlod_queries_waiting", "Queries that wait for a worker.", pool.waiting)
        yield GaugeMetricFamily("kzlod_cache_bytes", "Answers that are kept.", cache.size)
        yield CounterMetricFamily("kzlod_cache_hits", "Answers that were kept.", cache.hits)
        yield CounterMetricFamily("kzlod_cache_misses", "Answers that were not.", cache.misses)
        yield CounterMetricFamily("kzlod_workers_ended", "Workers that were ended with their query.", pool.killed)
        yield CounterMetricFamily("kzlod_reloads", "Releases that were taken up.", self.releases.reloads)
        yield CounterMetricFamily("kzlod_failed_reloads", "Releases that could not be.", self.releases.failures)
        labels = {"version": generation.release.version, "sha256": generation.release.sha256}
        yield InfoMetricFamily("kzlod_release", "What is served.", labels)
