"""JSON packed into columns, and back up to a bound: a megabyte that another hand wrote can unpack to a gigabyte."""

import zlib

from revoker.adapters.tables.columns import ReadRow, Row, as_json, byte_columns, bytes_of

# A request's body has at most 1,000,000 bytes, and a page of the directory 999 users of some 500.
MOST_UNPACKED = 16 * 1024 * 1024


def packed_columns(name: str, value: object) -> Row:
    """Return a value as packed columns."""
    return byte_columns(name, zlib.compress(as_json(value).encode()))


def packed_json(row: ReadRow, name: str) -> bytes:
    """Return the JSON in the packed columns of a name; raises ValueError where it is damaged, or beyond the bound."""
    return unpacked(bytes_of(row, name))


def unpacked(packed: bytes) -> bytes:
    """Return what was packed; raises ValueError likewise."""
    reader = zlib.decompressobj()
    try:
        text = reader.decompress(packed, MOST_UNPACKED)
    except zlib.error as error:
        raise ValueError("packed data that is damaged") from error
    if not reader.eof:
        raise ValueError(f"packed data that is cut off, or unpacks to more than {MOST_UNPACKED:,} bytes")
    return text
