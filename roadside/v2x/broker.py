"""Who gets which scene when. No gRPC, no clock: times come in, bytes go out.

The newest scene wins. Each subscription has a slot and never a queue: whoever is ready gets the newest scene, and the
scenes it missed are counted in its next message.

That alone does not bound what a stalled reader costs. gRPC takes messages long before the reader has them: about 6 MB
went into buffers before a write first blocked, minutes of stale scenes, and no server option makes that less, because
the windows are the reader's. Only the reader itself can say what it has read. So each message has a sequence, the
reader acknowledges it with ``UpdateSubscription``, and the broker bounds what is unacknowledged:

* From ``Limits.unacknowledged`` messages on (20, two seconds at 10 Hz) the subscription falls to one message a second
  until an acknowledgement comes. One, and not none, so that a simple client without acknowledgements sees something.
* Nothing acknowledged for ``Limits.unacknowledged_age_ns`` (60 s): the subscription ends, and says why.

So a reader that stalls costs at most some eighty messages, whatever its buffers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from roadside.v2x.encoding import EncodedScene, subscriber_bytes
from roadside.v2x.filters import SceneFilter, Wanted


@dataclass(frozen=True, slots=True)
class Limits:
    """What a subscriber may leave unacknowledged.

    Attributes:
        unacknowledged: messages; from so many on the subscription is slowed down.
        slow_period_ns: least time between two messages of a subscription that is slowed down.
        unacknowledged_age_ns: time without an acknowledgement after which the subscription ends.
    """

    unacknowledged: int = 20
    slow_period_ns: int = 1_000_000_000
    unacknowledged_age_ns: int = 60_000_000_000


@dataclass(frozen=True, slots=True)
class SubscriptionTotals:
    """What one running subscription got since it began.

    Attributes:
        subscription_id: which.
        messages_sent, bytes_sent: handed out to it.
        scenes_dropped: scenes it wanted and did not get.
        unacknowledged: messages it has not acknowledged yet.
    """

    subscription_id: str
    messages_sent: int
    bytes_sent: int
    scenes_dropped: int
    unacknowledged: int


@dataclass(frozen=True, slots=True)
class BrokerTotals:
    """Counts since start.

    Attributes:
        scenes_published: scenes that came in.
        messages_sent: messages handed out, over all subscriptions ever.
        scenes_dropped: scenes a subscriber wanted and did not get, over all subscriptions ever.
        subscriptions_expired: subscriptions that ended because nothing was acknowledged.
        subscriptions: those running now.
    """

    scenes_published: int
    messages_sent: int
    scenes_dropped: int
    subscriptions_expired: int
    subscriptions: tuple[SubscriptionTotals, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing a scene led to.

    Attributes:
        ready: ids of the subscriptions that ``take`` has a message for.
        expired: ids of the subscriptions that ended; the broker no longer knows them.
    """

    ready: tuple[str, ...]
    expired: tuple[str, ...]


@dataclass(slots=True)
class _Subscription:
    """State of one subscription; its slot is full when ``pending``, and what is in it is the newest scene."""

    wanted: Wanted
    pending: bool = False
    wanted_ns: int | None = None  # instant of the last scene that counted for the rate
    dropped: int = 0  # since the last message
    sequence: int = 0
    acknowledged: int = 0
    sent_ns: int = 0
    waiting_since_ns: int | None = None  # since when nothing was acknowledged although something was sent
    bytes_sent: int = 0
    scenes_dropped: int = 0

    @property
    def unacknowledged(self) -> int:
        return self.sequence - self.acknowledged

    def offer(self, time_ns: int) -> int:
        """Fills the slot with the scene of ``time_ns`` if it is wanted; returns how many scenes that drops, 0 or 1."""
        last_ns = self.wanted_ns
        # A scene older than the last one is a new start of a replay, not a scene too early.
        if last_ns is not None and 0 <= time_ns - last_ns < self.wanted.period_ns:
            return 0
        dropped = int(self.pending)
        self.dropped += dropped
        self.scenes_dropped += dropped
        self.pending, self.wanted_ns = True, time_ns
        return dropped

    def is_ready(self, now_ns: int, limits: Limits) -> bool:
        """Whether the slot is full and may be emptied now."""
        slowed = self.unacknowledged >= limits.unacknowledged
        return self.pending and not (slowed and now_ns - self.sent_ns < limits.slow_period_ns)

    def is_expired(self, now_ns: int, limits: Limits) -> bool:
        """Whether it has left messages unacknowledged for too long."""
        return self.waiting_since_ns is not None and now_ns - self.waiting_since_ns > limits.unacknowledged_age_ns


class Broker:
    """All subscriptions and the newest scene. Times ``now_ns`` are of one steady clock, whichever."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self._limits = limits
        self._subscriptions: dict[str, _Subscription] = {}
        self._newest: EncodedScene | None = None
        self._shared: dict[SceneFilter, bytes] = {}
        self._scenes_published = 0
        self._messages_sent = 0
        self._scenes_dropped = 0
        self._expired = 0

    def open(self, subscription_id: str, wanted: Wanted) -> None:
        """Begins a subscription; its first message is the next scene that is published."""
        self._subscriptions[subscription_id] = _Subscription(wanted)

    def close(self, subscription_id: str) -> None:
        """Forgets a subscription; one that is not known is no mistake, for it may have expired."""
        self._subscriptions.pop(subscription_id, None)

    def update(self, subscription_id: str, acknowledged: int, wanted: Wanted | None, now_ns: int) -> int:
        """Notes an acknowledgement, and a new wish if there is one; returns how many messages stay unacknowledged.

        Acknowledgements may overtake one another: a lower one than before changes nothing.

        Raises:
            KeyError: no such subscription.
            ValueError: more is acknowledged than was sent.
        """
        subscription = self._subscriptions[subscription_id]
        if acknowledged > subscription.sequence:
            raise ValueError(
                f"acknowledged_sequence must be a sequence that was sent, at most {subscription.sequence}, "
                f"got {acknowledged}"
            )
        if acknowledged > subscription.acknowledged:
            subscription.acknowledged = acknowledged
            subscription.waiting_since_ns = now_ns if subscription.unacknowledged else None
        if wanted is not None:
            subscription.wanted = wanted
        return subscription.unacknowledged

    def publish(self, scene: EncodedScene, now_ns: int, passed_over_ns: Sequence[int] = ()) -> Published:
        """Offers a scene to all subscriptions.

        Args:
            scene: the newest.
            now_ns: now.
            passed_over_ns: instants of the scenes since the last call that never got here, oldest first.
        """
        self._newest = scene
        self._shared.clear()
        self._scenes_published += 1 + len(passed_over_ns)
        expired = tuple(key for key, one in self._subscriptions.items() if one.is_expired(now_ns, self._limits))
        for key in expired:
            self.close(key)
        self._expired += len(expired)
        for subscription in self._subscriptions.values():
            for time_ns in (*passed_over_ns, scene.time_ns):
                self._scenes_dropped += subscription.offer(time_ns)
        ready = tuple(key for key, one in self._subscriptions.items() if one.is_ready(now_ns, self._limits))
        return Published(ready, expired)

    def take(self, subscription_id: str, now_ns: int) -> bytes | None:
        """Returns the next ``SubscribeResponse`` of a subscription as bytes; None while there is none for it."""
        subscription = self._subscriptions.get(subscription_id)
        if subscription is None or self._newest is None or not subscription.is_ready(now_ns, self._limits):
            return None
        if subscription.waiting_since_ns is None:
            subscription.waiting_since_ns = now_ns
        subscription.sequence += 1
        own = subscriber_bytes(subscription_id, subscription.sequence, subscription.dropped)
        data = own + self._shared_bytes(self._newest, subscription.wanted.objects)
        subscription.pending, subscription.dropped = False, 0
        subscription.wanted_ns, subscription.sent_ns = self._newest.time_ns, now_ns
        subscription.bytes_sent += len(data)
        self._messages_sent += 1
        return data

    def totals(self) -> BrokerTotals:
        """Returns the counts."""
        subscriptions = tuple(
            SubscriptionTotals(key, one.sequence, one.bytes_sent, one.scenes_dropped, one.unacknowledged)
            for key, one in self._subscriptions.items()
        )
        return BrokerTotals(
            self._scenes_published, self._messages_sent, self._scenes_dropped, self._expired, subscriptions
        )

    def _shared_bytes(self, scene: EncodedScene, wanted: SceneFilter) -> bytes:
        if wanted not in self._shared:
            self._shared[wanted] = scene.shared_bytes(wanted)
        return self._shared[wanted]
