"""Recordings written as MCAP, so that the mcap tools and Foxglove open them."""

from collections import Counter
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from mcap.well_known import MessageEncoding, SchemaEncoding
from mcap.writer import CompressionType, Writer

from roadside.errors import RecordingError
from roadside.recording.codec import Recordable, descriptor_set, encode

SITE_METADATA = "roadside.site"
"""Name of the metadata record that says where it was recorded."""

CHUNK_SIZE_BYTES = 1_000_000
"""A chunk ends when it is so big: what a reader unpacks at once."""

CHUNK_SPAN_NS = 1_000_000_000
"""A chunk also ends, and goes to the operating system, when the log times in it span so much: a killed process
loses the last second. Shorter chunks would cost compression; video, which is most of the bytes, has none to lose."""

MAX_TIME_NS = 2**63


class RecordingWriter:
    """One recording being written. The file appears with the first message, and replaces one of the same name.

    The file is complete once the writer is closed. A process that is killed leaves one that ``open_recording`` reads
    up to the last second; what the operating system has not put on disk is lost only when the machine goes down.
    It belongs to one thread.

    Attributes:
        path: the file.
        written_total: topic to how many messages were written to it.
    """

    def __init__(self, path: Path | str, compression: CompressionType = CompressionType.ZSTD) -> None:
        """Prepares a recording.

        Args:
            path: the file.
            compression: of chunks; every reader of MCAP knows all of them.
        """
        self.path = Path(path)
        self._compression = compression
        self.written_total: Counter[str] = Counter()
        self._attachments: dict[str, bytes] = {}
        self._site: dict[str, str] | None = None
        self._stream: IO[bytes] | None = None
        self._mcap: Any = None  # a Writer once begun; the library leaves half of its methods without types
        self._is_closed = False
        self._schema_ids: dict[str, int] = {}
        self._channel_ids: dict[str, int] = {}
        self._chunk_start_ns = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def set_site(self, site_id: str, version: str) -> None:
        """Notes where it is recorded; before the first message.

        Raises:
            ValueError: the first message was written already.
        """
        self._check_not_begun("the site")
        self._site = {"site_id": site_id, "version": version}

    def attach(self, name: str, data: bytes) -> None:
        """Puts a file into the recording; before the first message, so that a cut recording has it too.

        Raises:
            ValueError: the first message was written already.
        """
        self._check_not_begun(f"attachment {name}")
        self._attachments[name] = data

    def write(self, item: Recordable) -> None:
        """Writes one of our own types to its topic.

        Raises:
            RecordingError: the disk is full, or the path cannot be written.
            ValueError: as ``encode``, or the writer is closed.
        """
        entry = encode(item)
        self.write_bytes(
            entry.topic,
            entry.schema_name,
            descriptor_set(entry.schema_name),
            entry.data,
            entry.log_time_ns,
            entry.publish_time_ns,
        )

    def write_bytes(
        self,
        topic: str,
        schema_name: str,
        descriptor_set: bytes,
        data: bytes,
        log_time_ns: int,
        publish_time_ns: int,
    ) -> None:
        """Writes a serialised protobuf message: a radar scan, a published scene.

        Args:
            topic: its channel; all messages of a topic have the same schema.
            schema_name: full name of the message's type.
            descriptor_set: serialised FileDescriptorSet that defines it.
            data: the message.
            log_time_ns: when it arrived; of a scene, when it was published.
            publish_time_ns: the time it speaks of.

        Raises:
            RecordingError: the disk is full, or the path cannot be written.
            ValueError: a time is not a positive Unix time, or the writer is closed.
        """
        if not (0 <= log_time_ns < MAX_TIME_NS and 0 <= publish_time_ns < MAX_TIME_NS):
            raise ValueError(f"{topic}: times must be Unix times in ns, got {log_time_ns} and {publish_time_ns}")
        if self._is_closed:
            raise ValueError(f"{self.path} is closed")
        try:
            if self._mcap is None:
                self._mcap = self._begin(log_time_ns)
            if abs(log_time_ns - self._chunk_start_ns) >= CHUNK_SPAN_NS:
                self._mcap.flush()
                self._chunk_start_ns = log_time_ns
            channel_id = self._channel_ids.get(topic)
            if channel_id is None:
                channel_id = self._register(topic, schema_name, descriptor_set)
            self._mcap.add_message(channel_id, log_time_ns, data, publish_time_ns, self.written_total[topic])
        except OSError as error:
            self._give_up()
            raise self._cannot_write(error) from error
        self.written_total[topic] += 1

    def close(self) -> None:
        """Writes the index and closes the file; a second call does nothing. Without a message there is no file.

        Raises:
            RecordingError: the disk is full.
        """
        if self._is_closed:
            return
        self._is_closed = True
        if self._mcap is None or self._stream is None:
            return
        try:
            self._mcap.finish()
            self._stream.close()
        except OSError as error:
            self._give_up()
            raise self._cannot_write(error) from error

    def _check_not_begun(self, what: str) -> None:
        if self._mcap is not None or self._is_closed:
            raise ValueError(f"{what} must be given before the first message of {self.path}")

    def _begin(self, log_time_ns: int) -> Writer:
        self._stream = self.path.open("wb")
        mcap = Writer(self._stream, chunk_size=CHUNK_SIZE_BYTES, compression=self._compression)
        mcap.start()
        if self._site is not None:
            mcap.add_metadata(SITE_METADATA, self._site)
        for name, data in self._attachments.items():
            mcap.add_attachment(log_time_ns, log_time_ns, name, "application/octet-stream", data)
        self._chunk_start_ns = log_time_ns
        return mcap

    def _register(self, topic: str, schema_name: str, descriptor_set: bytes) -> int:
        if schema_name not in self._schema_ids:
            self._schema_ids[schema_name] = self._mcap.register_schema(
                schema_name, SchemaEncoding.Protobuf, descriptor_set
            )
        schema_id = self._schema_ids[schema_name]
        self._channel_ids[topic] = self._mcap.register_channel(topic, MessageEncoding.Protobuf, schema_id)
        return self._channel_ids[topic]

    def _give_up(self) -> None:
        """Lets go of the file: what reached the disk can be read up to there."""
        self._is_closed = True
        if self._stream is not None:
            with suppress(OSError):
                self._stream.close()

    def _cannot_write(self, error: OSError) -> RecordingError:
        count = self.written_total.total()
        return RecordingError(f"{self.path}: cannot be written after {count} messages: {error.strerror}")
