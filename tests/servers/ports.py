"""Free TCP ports on loopback for servers that must be told their port before they start."""

import secrets
import socket
from contextlib import suppress

__all__ = ["free_port"]

# Below the range from which Linux takes the ports of outgoing connections, so that none of those grabs it meanwhile.
LOWEST, HIGHEST = 15_000, 32_000


def free_port() -> int:
    """Return a port that nothing listens on, at random: test workers that run side by side rarely meet."""
    while True:
        port = LOWEST + secrets.randbelow(HIGHEST - LOWEST)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
