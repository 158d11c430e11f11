"""A quick look at a PNG picture: whether it is whole, and certainly more than paper of one colour.

To decode a screenshot takes tens of milliseconds, its first rows say enough in two
(https://www.w3.org/TR/png-3/#5DataRep, #9Filters).
"""

from __future__ import annotations

import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PALETTE = b"\x03"
"""The colour type of pictures whose bytes are numbers of colours, which may all be the same."""
_VALUES = 128
"""Bytes of one value each that a picture of one colour cannot have: with 8 bits a channel and colours that differ by 8
at most it has nine a channel, the differences that filters make of them, and the numbers of the filters."""
_STEP = 1 << 13
_MOST = 1 << 22
"""Bytes of rows that are looked at."""


def certainly_drawn(data: bytes) -> bool:
    """Whether a PNG with a byte for each channel is whole and of many colours; false where only decoding can tell."""
    if not data.startswith(_SIGNATURE) or data[24:25] != b"\x08" or data[25:26] == _PALETTE:
        return False
    seen: set[int] = set()
    rows = zlib.decompressobj()
    taken, at, kind = 0, len(_SIGNATURE), b""
    while at + 12 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        chunk = data[at + 8 : at + 8 + size]
        if len(chunk) < size or struct.pack(">I", zlib.crc32(kind + chunk)) != data[at + 8 + size : at + 12 + size]:
            return False
        while kind == b"IDAT" and chunk and len(seen) <= _VALUES and taken < _MOST:
            try:
                piece = rows.decompress(chunk, _STEP)
            except zlib.error:
                return False
            chunk = rows.unconsumed_tail
            taken += len(piece)
            seen.update(piece.translate(None, bytes(seen)))
        at += 12 + size
    return kind == b"IEND" and len(seen) > _VALUES
