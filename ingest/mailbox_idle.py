"""IDLE (RFC 2177): letting the server tell at once when something happens. What it tells is a hint, and is not read.

Spoken on the bare wire: imapclient takes news that come before the server's consent for an error, and a refusal too.
"""

import threading
import time

from ingest.mailbox_wire import Wire

__all__ = ["idle"]

IDLE_SECONDS = 9 * 60.0  # NAT boxes forget a silent connection after some ten minutes
GLANCE_SECONDS = 0.5  # how long `stop` may go unnoticed
TAG = b"IDLE1"
SMALL_TALK = (b"* OK", b"* NO")  # "Still here", and remarks of other kinds


def idle(wire: Wire, seconds: float, stop: threading.Event) -> bool | None:
    """Listen for `seconds`, or `IDLE_SECONDS`, at most. Did the server tell anything? None: it refuses to idle.

    Ends in the wire's time limit should the server fall silent. Raises OSError and imaplib's errors.
    """
    ends = time.monotonic() + min(seconds, IDLE_SECONDS)
    wire.send(TAG + b" IDLE\r\n")
    news = False
    while not (line := _line(wire)).startswith(b"+"):
        if line.startswith(TAG):
            return None
        news |= _is_news(line)
    while not news and not stop.is_set() and (left := ends - time.monotonic()) > 0:
        if wire.hears(min(left, GLANCE_SECONDS)):
            break
    wire.send(b"DONE\r\n")
    while not (line := _line(wire)).startswith(TAG):
        news |= _is_news(line)
    return news


def _line(wire: Wire) -> bytes:
    line = wire.readline()
    if line.upper().startswith(b"* BYE"):
        raise wire.abort("the server says goodbye")
    return line


def _is_news(line: bytes) -> bool:
    return not line.upper().startswith(SMALL_TALK)
