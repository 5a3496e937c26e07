"""The id of a run or a sweep, made when it is accepted."""

import secrets
import uuid
from datetime import datetime


def new_id(now: datetime) -> str:
    """Return a UUID version 7 (RFC 9562, section 5.7): ids sort by the moment of acceptance."""
    # 128 bits from the left: 48 of milliseconds, 4 of version (7), 12 random, 2 of variant (binary 10), 62 random.
    milliseconds = int(now.timestamp() * 1000) << 80
    version, variant = 0x7 << 76, 0x2 << 62
    noise = secrets.randbits(80) & ~(0xF << 76) & ~(0x3 << 62)
    return str(uuid.UUID(int=milliseconds | version | variant | noise))
