"""The episodes of one environment: worlds opened, found, forked, restored and closed, within bounds."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from envkit.environment import Environment
from envkit.realism import Realism
from envkit.replies import NO_REPLIES, Replies
from envkit.snapshot import Snapshot, digest
from envkit.store import Desk, ImageStore, Store, StoreError, shape
from envkit.weather import Weather, begin

DEFAULT = "default"
_REMEMBERED = 100_000


class EpisodeError(Exception):
    """A control request that cannot be met: the HTTP status, a stable code and a sentence."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.code, self.sentence = status, code, sentence


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one process holds: episodes and bytes over all environments, one world's bytes, idle seconds."""

    episodes: int = 10_000
    held_bytes: int = 4 << 30
    world_bytes: int = 64 << 20
    request_bytes: int = 4 << 20
    idle_s: float = 3600.0


@dataclass
class Capacity:
    """What one process holds now, kept within its limits."""

    limits: Limits
    episodes: int = 0
    held_bytes: int = 0

    @property
    def is_full(self) -> bool:
        """Whether the bytes held have reached their limit."""
        return self.held_bytes >= self.limits.held_bytes

    def admit(self, size_bytes: int) -> None:
        """Refuse (429) what would not fit."""
        if self.held_bytes + size_bytes > self.limits.held_bytes:
            limit = self.limits.held_bytes
            raise EpisodeError(
                429, "full", f"The process already holds {self.held_bytes} of {limit} bytes; close episodes."
            )

    def admit_episode(self) -> None:
        """Refuse (429) one episode more than the limit."""
        if self.episodes >= self.limits.episodes:
            raise EpisodeError(429, "full", f"The process already holds {self.episodes} episodes; close some first.")


@dataclass(frozen=True, slots=True)
class _Kept:
    """A snapshot: a world as bytes, which calls its caller may send again, and its weather if it has any."""

    image: bytes
    replies: Replies = NO_REPLIES
    weather: Weather | None = None

    @property
    def size_bytes(self) -> int:
        return len(self.image) + self.replies.size_bytes


@dataclass
class Episode:
    """One world at an address. A diff begins at `start`; `reset` returns to it, with what is called `first`.

    `weather` is that of an episode with a profile of realism.
    """

    id: str
    seed: int
    store: Store
    start: bytes
    ttl_s: float
    touched: float
    weight: int = 0
    replies: Replies = NO_REPLIES
    first_replies: Replies = NO_REPLIES
    weather: Weather | None = None
    first_weather: Weather | None = None
    snapshots: list[str] = field(default_factory=list)


class Episodes:
    """All episodes of one environment; `monotonic` gives seconds for idle expiry, never anything a world sees."""

    def __init__(
        self,
        environment: Environment,
        shared: Store,
        capacity: Capacity,
        desk: Desk,
        monotonic: Callable[[], float],
        realism: Realism | None = None,
    ) -> None:
        """Begin with the default world alone, in the profile given."""
        self._environment, self._capacity, self._desk, self._monotonic = environment, capacity, desk, monotonic
        weather = self._weather(realism, 0)
        template = environment.template(0)
        self._shared = Episode(DEFAULT, 0, shared, template, float("inf"), 0.0, weather=weather, first_weather=weather)
        self._open: OrderedDict[str, Episode] = OrderedDict()
        self._ended: OrderedDict[str, str] = OrderedDict()
        self._snapshots: dict[str, _Kept] = {}

    def open(
        self,
        seed: int = 0,
        snapshot: str | None = None,
        ttl_s: float | None = None,
        name: str | None = None,
        realism: Realism | None = None,
    ) -> Episode:
        """Open a world: fresh from its seed, or as a snapshot holds it; `name` is its id, one nobody can guess if None.

        The name is free, or was that of a world that has been closed. `realism`: its profile, which begins now; without
        one, that of the snapshot goes on.
        """
        kept = _Kept(self._environment.template(seed)) if snapshot is None else self._kept(snapshot)
        return self._admit(self._in(kept, realism, seed), seed, ttl_s, name)

    def get(self, episode_id: str) -> Episode:
        """Return an open episode; EpisodeError 410 if it ended, 404 if there never was one."""
        if episode_id == DEFAULT:
            return self._shared
        episode = self._open.get(episode_id)
        now = self._monotonic()
        if episode is not None and now - episode.touched > episode.ttl_s:
            self._end(episode, "expired")
            episode = None
        if episode is None:
            raise self._missing(episode_id)
        episode.touched = now
        return episode

    def close(self, episode_id: str) -> None:
        """End an episode and give back what it held."""
        if episode_id == DEFAULT:
            raise EpisodeError(409, "not_closable", "The default world cannot be closed; reset it instead.")
        self._end(self.get(episode_id), "closed")

    def close_shared(self) -> None:
        """Let the default world go."""
        self._shared.store.rest()

    def expire(self) -> int:
        """End every episode that idled beyond its time; return how many."""
        now = self._monotonic()
        idle = [episode for episode in self._open.values() if now - episode.touched > episode.ttl_s]
        for episode in idle:
            self._end(episode, "expired")
        return len(idle)

    def reset(self, episode: Episode) -> None:
        """Return a world to how it started."""
        self._replace(episode, _Kept(episode.start, episode.first_replies, episode.first_weather))

    def fork(
        self, episode: Episode, ttl_s: float | None = None, name: str | None = None, realism: Realism | None = None
    ) -> Episode:
        """Open a second world equal to this one, as `open` does; its diff begins at the fork."""
        kept = _Kept(episode.store.image(), episode.replies, episode.weather)
        return self._admit(self._in(kept, realism, episode.seed), episode.seed, ttl_s, name)

    def restore(self, episode: Episode, snapshot: str) -> None:
        """Make a world what a snapshot holds.

        An episode stays in its profile of realism, which begins anew if the snapshot was taken in another.
        """
        kept, first = self._kept(snapshot), episode.first_weather
        if first is None or kept.weather is None or kept.weather.realism != first.realism:
            kept = replace(kept, weather=first)
        self._replace(episode, kept)

    def take_snapshot(self, episode: Episode) -> tuple[str, Snapshot]:
        """Keep a world as it is now, until the snapshot is dropped or its episode ends."""
        name, snapshot = self.keep_snapshot(episode.store.image(), episode.replies, episode.weather)
        episode.snapshots.append(name)
        return name, snapshot

    def keep_snapshot(
        self, image: bytes, replies: Replies = NO_REPLIES, weather: Weather | None = None
    ) -> tuple[str, Snapshot]:
        """Keep an image under a new name; StoreError if it is not a world of this environment."""
        if shape(image) != shape(self._environment.template(0)):
            raise StoreError("its tables are not those of this environment")
        kept = _Kept(image, replies, weather)
        self._capacity.admit(kept.size_bytes)
        name = secrets.token_urlsafe(12)
        self._snapshots[name] = kept
        self._capacity.held_bytes += kept.size_bytes
        return name, Snapshot(image, digest(image))

    def snapshot_image(self, name: str) -> bytes:
        """Return the world that a snapshot holds; EpisodeError 404 if there is none of that name."""
        return self._kept(name).image

    def drop_snapshot(self, name: str) -> None:
        """Give back a snapshot."""
        self._capacity.held_bytes -= self._kept(name).size_bytes
        del self._snapshots[name]

    def weigh(self, episode: Episode) -> None:
        """Count what an episode holds after a call that may have changed its world."""
        if episode is not self._shared:
            self._count(episode, episode.store.size_bytes())

    def remember(self, episode: Episode, replies: Replies) -> None:
        """Keep which calls of an episode may be sent again, and count what they hold."""
        if episode is not self._shared:
            self._capacity.held_bytes += replies.size_bytes - episode.replies.size_bytes
        episode.replies = replies

    def _weather(self, realism: Realism | None, seed: int) -> Weather | None:
        return None if realism is None else begin(realism, seed, self._environment.slug)

    def _in(self, kept: _Kept, realism: Realism | None, seed: int) -> _Kept:
        """Return a world as it begins in a profile, as it is without one."""
        return kept if realism is None else replace(kept, weather=self._weather(realism, seed))

    def _kept(self, name: str) -> _Kept:
        kept = self._snapshots.get(name)
        if kept is None:
            raise EpisodeError(404, "unknown_snapshot", f"There is no snapshot {name!r}; take one first.")
        return kept

    def _count(self, episode: Episode, weight: int) -> None:
        self._capacity.held_bytes += weight - episode.weight
        episode.weight = weight

    def _weight(self, image: bytes, seed: int) -> int:
        """Return what an image costs: nothing while it is the template, which all fresh worlds of a seed share."""
        return 0 if image is self._environment.template(seed) else len(image)

    def _admit(self, kept: _Kept, seed: int, ttl_s: float | None, name: str | None) -> Episode:
        image = kept.image
        if self._capacity.episodes >= self._capacity.limits.episodes:
            self.expire()
        self._capacity.admit_episode()
        self._capacity.admit(self._weight(image, seed))
        idle_s = self._capacity.limits.idle_s if ttl_s is None else ttl_s
        store = ImageStore(self._desk, image)
        now = self._monotonic()
        found = name or secrets.token_urlsafe(16)
        assert found not in self._open, f"{found} is open already"
        episode = Episode(
            found,
            seed,
            store,
            image,
            idle_s,
            now,
            first_replies=kept.replies,
            weather=kept.weather,
            first_weather=kept.weather,
        )
        self._open[episode.id] = episode
        self._capacity.episodes += 1
        self._count(episode, self._weight(image, seed))
        self.remember(episode, kept.replies)
        return episode

    def _replace(self, episode: Episode, kept: _Kept) -> None:
        episode.store.replace(kept.image)
        episode.weather = kept.weather
        self.remember(episode, kept.replies)
        if episode is not self._shared:
            self._count(episode, self._weight(kept.image, episode.seed))

    def _end(self, episode: Episode, how: str) -> None:
        del self._open[episode.id]
        episode.store.replace(episode.start)
        for name in self._snapshots.keys() & set(episode.snapshots):
            self.drop_snapshot(name)
        self._capacity.episodes -= 1
        self._count(episode, 0)
        self.remember(episode, NO_REPLIES)
        self._ended[episode.id] = how
        if len(self._ended) > _REMEMBERED:
            self._ended.popitem(last=False)

    def _missing(self, episode_id: str) -> EpisodeError:
        how = self._ended.get(episode_id)
        if how is None:
            return EpisodeError(404, "unknown_episode", f"There is no episode {episode_id!r}; open one first.")
        return EpisodeError(410, how, f"The episode {episode_id} is {how}; open a new one.")
