"""The recording's channels: which topic holds what."""

from enum import StrEnum


class ChannelKind(StrEnum):
    """What a channel holds; the value is its topic, with ``{}`` in the place of the sensor's id."""

    VIDEO = "/camera/{}/video"
    DETECTIONS = "/camera/{}/detections"
    RADAR = "/radar/{}/scan"
    RADAR_TRACKS = "/radar/{}/tracks"
    CAN = "/radar/{}/can"
    MEASUREMENTS = "/measurements/{}"
    SIGNALS = "/signals/{}"
    ENVIRONMENT = "/environment/{}"
    SPOTS = "/spots/{}"
    NEIGHBOURS = "/neighbours/{}"
    VEHICLES = "/vehicles"
    OPERATOR = "/operator"
    HEALTH = "/health/{}"
    TICK = "/tick"
    TRUTH = "/truth"
    TRUE_EVENTS = "/truth/events"
    TRUE_SPOTS = "/truth/spots"
    SCENE = "/scene"

    def topic(self, sensor_id: str = "") -> str:
        """Returns the topic of this kind for one sensor; kinds with a single topic take no notice of the id.

        Raises:
            ValueError: the kind has a topic per sensor and the id is empty.
        """
        if "{}" in self.value and not sensor_id:
            raise ValueError(f"topic {self.value} needs a sensor id, got an empty one")
        return self.value.format(sensor_id)


def channel_of(topic: str) -> tuple[ChannelKind, str] | None:
    """Returns the kind of a topic and its sensor's id (empty where the kind has none); None for a foreign topic."""
    for kind in ChannelKind:
        head, placeholder, tail = kind.value.partition("{}")
        if not placeholder:
            if topic == head:
                return kind, ""
        elif len(topic) > len(head) + len(tail) and topic.startswith(head) and topic.endswith(tail):
            return kind, topic[len(head) : len(topic) - len(tail)]
    return None
