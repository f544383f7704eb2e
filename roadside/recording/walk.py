"""What an MCAP file without an index holds and where, from a walk through its records.

The end of a whole file repeats the magic bytes; a recorder that was killed, or a copy that was cut, leaves a file
without them and without an index. Then every record is read once, in order, up to the first that is not all there.
The result has the same form as a file's own index, so that reading in order of time works the same: chunk after
chunk, never the whole file in memory. The layout is that of https://mcap.dev/spec.
"""

from io import BytesIO
from typing import IO

from mcap.data_stream import ReadDataStream
from mcap.opcode import Opcode
from mcap.records import (
    Attachment,
    AttachmentIndex,
    Channel,
    Chunk,
    ChunkIndex,
    Message,
    Metadata,
    MetadataIndex,
    Schema,
)
from mcap.stream_reader import breakup_chunk
from mcap.writer import MCAP0_MAGIC

from roadside.recording.index import DAMAGE, RECORD_HEAD, ChannelSpan, FileIndex, check_described

INDEXED = frozenset({Opcode.SCHEMA, Opcode.CHANNEL, Opcode.CHUNK, Opcode.MESSAGE, Opcode.ATTACHMENT, Opcode.METADATA})
"""Kinds of record that the walk looks into."""


def walked_index(stream: IO[bytes], size: int) -> FileIndex:
    """Returns the index of all records up to the end of the data, or to the first that is not all there."""
    index = FileIndex()
    position = len(MCAP0_MAGIC)
    while True:
        stream.seek(position)
        head = stream.read(RECORD_HEAD.size)
        if len(head) < RECORD_HEAD.size:
            where = "in the middle of a record" if head else "without the end mark of a finished recording"
            index.break_reason = f"file ends {where} at byte {position}"
            return index
        opcode, length = RECORD_HEAD.unpack(head)
        end = position + RECORD_HEAD.size + length
        if end > size:
            index.break_reason = f"file ends in the middle of a {_record_name(opcode)} at byte {size}"
            return index
        if opcode == Opcode.DATA_END:
            index.break_reason = _end_of(stream, size)
            return index
        try:
            _include_record(index, opcode, stream.read(length) if opcode in INDEXED else b"", position)
        except DAMAGE as error:
            index.break_reason = f"{_record_name(opcode)} at byte {position} is damaged: {error or 'it makes no sense'}"
            return index
        position = end


def _record_name(opcode: int) -> str:
    names = {member.value: member.name.lower().replace("_", " ") for member in Opcode}
    return f"{names.get(opcode, 'unknown')} record"


def _end_of(stream: IO[bytes], size: int) -> str:
    """Returns what is wrong with the part after the data, which holds nothing but the index."""
    stream.seek(size - len(MCAP0_MAGIC))
    return "" if stream.read() == MCAP0_MAGIC else f"file ends in the middle of its index at byte {size}"


def _include_record(index: FileIndex, opcode: int, body: bytes, position: int) -> None:
    """Adds one record of the data section to the index.

    Raises:
        ValueError, McapError and the other kinds of ``DAMAGE``: it makes no sense.
    """
    stream, summary = ReadDataStream(BytesIO(body)), index.summary
    if opcode == Opcode.SCHEMA:
        schema = Schema.read(stream)
        summary.schemas[schema.id] = schema
    elif opcode == Opcode.CHANNEL:
        channel = Channel.read(stream)
        summary.channels[channel.id] = channel
    elif opcode == Opcode.CHUNK:
        _include_chunk(index, Chunk.read(stream), position, RECORD_HEAD.size + len(body))
    elif opcode == Opcode.ATTACHMENT:
        attachment = Attachment.read(stream)
        summary.attachment_indexes.append(
            AttachmentIndex(
                offset=position,
                length=RECORD_HEAD.size + len(body),
                log_time=attachment.log_time,
                create_time=attachment.create_time,
                data_size=len(attachment.data),
                name=attachment.name,
                media_type=attachment.media_type,
            )
        )
    elif opcode == Opcode.METADATA:
        summary.metadata_indexes.append(
            MetadataIndex(position, RECORD_HEAD.size + len(body), Metadata.read(stream).name)
        )
    elif opcode == Opcode.MESSAGE:
        raise ValueError("messages must be in chunks, got one outside")


def _include_chunk(index: FileIndex, chunk: Chunk, position: int, length: int) -> None:
    """Adds a chunk, once all of it has proved readable."""
    summary, messages = index.summary, []
    for record in breakup_chunk(chunk, validate_crc=True):
        if isinstance(record, Schema):
            summary.schemas[record.id] = record
        elif isinstance(record, Channel):
            summary.channels[record.id] = record
        elif isinstance(record, Message):
            messages.append(record)
    for channel_id in {message.channel_id for message in messages}:
        check_described(summary, channel_id)
    if not messages:
        return
    for message in messages:
        time_ns = message.log_time
        index.spans.setdefault(message.channel_id, ChannelSpan(0, time_ns, time_ns)).include(time_ns)
    summary.chunk_indexes.append(
        ChunkIndex(
            chunk_start_offset=position,
            chunk_length=length,
            message_start_time=min(message.log_time for message in messages),
            message_end_time=max(message.log_time for message in messages),
            # Which channels are in the chunk is all that is needed: their message indexes may be cut off.
            message_index_offsets={message.channel_id: 0 for message in messages},
            message_index_length=0,
            compression=chunk.compression,
            compressed_size=len(chunk.data),
            uncompressed_size=chunk.uncompressed_size,
        )
    )
