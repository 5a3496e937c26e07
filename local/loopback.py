"""Ports of this machine that no process listens on."""

import random
import socket


def free_ports(count: int) -> list[int]:
    """Pick loopback ports on which no process listens, below those that systems lend to outgoing connections.

    The system's randomness is used, since tests that run side by side may seed Python's alike.
    """
    found: list[int] = []
    chance = random.SystemRandom()
    while len(found) < count:
        port = chance.randrange(20_000, 32_000)
        if port not in found and is_free(port):
            found.append(port)
    return found


def is_free(port: int) -> bool:
    """Say whether a server may listen on a loopback port."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
