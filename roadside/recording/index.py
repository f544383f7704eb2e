"""What an MCAP file holds and where, from the index at its own end. The layout is that of https://mcap.dev/spec."""

import os
import struct
import zlib
from dataclasses import dataclass, field
from typing import IO

import zstandard
from mcap.data_stream import ReadDataStream
from mcap.exceptions import McapError
from mcap.reader import SeekingReader
from mcap.records import ChunkIndex, MessageIndex
from mcap.summary import Summary
from mcap.writer import MCAP0_MAGIC

RECORD_HEAD = struct.Struct("<BQ")
"""Every record begins with its opcode and the length of what follows."""

FOOTER_BODY = struct.Struct("<QQI")
"""Start of the summary, start of its offsets, checksum."""

CRC_SIZE_BYTES = 4

DAMAGE = (McapError, ValueError, KeyError, OverflowError, RuntimeError, MemoryError, struct.error, zstandard.ZstdError)
"""What the mcap, zstandard and lz4 libraries raise for bytes that make no sense."""


@dataclass(slots=True)
class ChannelSpan:
    """How many messages a channel has, and the log times of its first and its last."""

    message_count: int
    start_ns: int
    end_ns: int

    def include(self, log_time_ns: int) -> None:
        """Takes one more message in."""
        self.message_count += 1
        self.start_ns = min(self.start_ns, log_time_ns)
        self.end_ns = max(self.end_ns, log_time_ns)

    def joined(self, other: "ChannelSpan") -> "ChannelSpan":
        """Returns the span of this channel's messages and another's."""
        return ChannelSpan(
            self.message_count + other.message_count,
            min(self.start_ns, other.start_ns),
            max(self.end_ns, other.end_ns),
        )


@dataclass(slots=True)
class FileIndex:
    """What a file holds and where.

    Attributes:
        summary: schemas, channels, and where the chunks, attachments and metadata are.
        spans: channel id to its messages.
        break_reason: why reading ends before the file's proper end, without the file's name; empty for a whole file.
    """

    summary: Summary = field(default_factory=Summary)
    spans: dict[int, ChannelSpan] = field(default_factory=dict)
    break_reason: str = ""


def own_index(stream: IO[bytes]) -> FileIndex | None:
    """Returns the index at the end of a whole file; None where it is missing, incomplete or damaged."""
    try:
        summary = SeekingReader(stream).get_summary()
        if summary is None or summary.statistics is None or not _is_summary_intact(stream):
            return None
        index = FileIndex(summary)
        for channel_id, count in summary.statistics.channel_message_counts.items():
            if count:
                check_described(summary, channel_id)
                index.spans[channel_id] = ChannelSpan(count, *_first_and_last_ns(stream, summary, channel_id))
    except DAMAGE:
        return None
    return index


def check_described(summary: Summary, channel_id: int) -> None:
    """Checks that a channel and its schema are known; a writer is free to leave them out of its own index.

    Raises:
        ValueError: one of them is not.
    """
    if channel_id not in summary.channels:
        raise ValueError(f"channel {channel_id} is missing")
    schema_id = summary.channels[channel_id].schema_id
    if schema_id and schema_id not in summary.schemas:
        raise ValueError(f"schema {schema_id} is missing")


def _is_summary_intact(stream: IO[bytes]) -> bool:
    """Whether the checksum in the footer, where there is one, is that of everything from the summary to it."""
    footer_end = stream.seek(-len(MCAP0_MAGIC), os.SEEK_END)
    stream.seek(footer_end - FOOTER_BODY.size)
    summary_start, _, wanted = FOOTER_BODY.unpack(stream.read(FOOTER_BODY.size))
    stream.seek(summary_start)
    return not wanted or zlib.crc32(stream.read(footer_end - CRC_SIZE_BYTES - summary_start)) == wanted


def _first_and_last_ns(stream: IO[bytes], summary: Summary, channel_id: int) -> tuple[int, int]:
    """Returns the log times of a channel's first and last message.

    Only the message indexes of chunks that may hold them are read: of a recording in order, one or two.
    """
    chunks = [chunk for chunk in summary.chunk_indexes if channel_id in chunk.message_index_offsets]
    if not chunks:
        raise ValueError(f"channel {channel_id} has messages outside of the indexed chunks")
    start_ns, end_ns = max(chunk.message_end_time for chunk in chunks) + 1, -1
    for chunk in sorted(chunks, key=lambda chunk: chunk.message_start_time):
        if chunk.message_start_time >= start_ns:
            break
        start_ns = min(start_ns, *_log_times_ns(stream, chunk, channel_id))
    for chunk in sorted(chunks, key=lambda chunk: chunk.message_end_time, reverse=True):
        if chunk.message_end_time <= end_ns:
            break
        end_ns = max(end_ns, *_log_times_ns(stream, chunk, channel_id))
    return start_ns, end_ns


def _log_times_ns(stream: IO[bytes], chunk: ChunkIndex, channel_id: int) -> list[int]:
    stream.seek(chunk.message_index_offsets[channel_id] + RECORD_HEAD.size)
    return [log_time_ns for log_time_ns, _ in MessageIndex.read(ReadDataStream(stream)).records]
