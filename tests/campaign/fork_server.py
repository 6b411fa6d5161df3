"""Loaded into the fork server: it must outlive a process that is killed while it asks for a child.

Python's own loop goes on after an aborted connection, but not after one that was cut before the question was whole.
"""

import errno
import socket
from multiprocessing import reduction

receive = reduction.recvfds


def recvfds(sock: socket.socket, size: int) -> list[int]:
    """Receive the descriptors of a question; one that was cut counts as an aborted connection."""
    try:
        return receive(sock, size)
    except EOFError as error:
        raise OSError(errno.ECONNABORTED, "whoever asked was killed") from error


reduction.recvfds = recvfds
