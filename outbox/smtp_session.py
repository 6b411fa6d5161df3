"""A conversation with a submission server over a `Wire`: smtplib's words, our limits. It knows no mail and no settings.

smtplib alone waits as long as a server drips, and keeps whatever an endless reply consists of.
"""

import smtplib
import ssl
import time
from typing import cast

from outbox.wire import BLOCK_BYTES, Wire, connected

REPLY_BYTES = 65_536  # one reply, all its lines (RFC 5321, 4.5.3.1.5 has 512 for a line)
GOODBYE_SECONDS = 5.0


class SmtpSession(smtplib.SMTP):
    """One connection. Each command and its reply have `step` seconds together.

    name: how we call ourselves in EHLO.
    """

    def __init__(self, wire: Wire, name: str, step: float) -> None:
        super().__init__(local_hostname=name)
        self._wire = wire
        self._step = step
        self.sock = cast("ssl.SSLSocket", wire)

    @classmethod
    def opened(
        cls, host: str, port: int, name: str, *, tls: ssl.SSLContext | None, step: float, until: float
    ) -> "SmtpSession":
        """Connect and hear the greeting; raises OSError or UnicodeError.

        tls: for a server that speaks it from the first byte. until: see `extend`.
        """
        session = cls(connected(host, port, step, until), name, step)
        try:
            session.allow(step)
            if tls:
                session.secure(tls, host)
                session.allow(step)
            code, text = session.getreply()
            if code != 220:
                raise smtplib.SMTPConnectError(code, text)
        except OSError:
            session.close()
            raise
        return session

    def allow(self, seconds: float) -> None:
        """Begin a step: so long it may take, its reply included."""
        self._wire.allow(seconds, REPLY_BYTES)

    def extend(self, until: float) -> None:
        """All that follows ends at this moment on the monotonic clock."""
        self._wire.until = until

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Speak TLS from here on; what was said in clear before is forgotten (RFC 3207, 4.2). Raises OSError."""
        self._wire.secure(context, host)
        self.file = None
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features = {}

    def putcmd(self, cmd: str, args: str = "") -> None:
        """Say a command: a new step."""
        self.allow(self._step)
        super().putcmd(cmd, args)

    def getreply(self) -> tuple[int, bytes]:
        """Hear a reply; what is none, such as a web page, is an SMTPException."""
        code, text = super().getreply()
        if not 200 <= code <= 599:
            raise smtplib.SMTPException
        return code, text

    def send_mail(self, lines: bytes) -> None:
        """Send the content, a step for each block: a slow line is no dead one."""
        for start in range(0, len(lines), BLOCK_BYTES):
            self.allow(self._step)
            self.send(lines[start : start + BLOCK_BYTES])

    def finish(self, seconds: float) -> tuple[int, bytes]:
        """Say the final dot and return the reply to it, within `seconds`: yes or no, anything else raises OSError."""
        self.extend(time.monotonic() + seconds)
        self.allow(seconds)
        self.send(b".\r\n")
        code, text = self.getreply()
        if 300 <= code <= 399:
            raise smtplib.SMTPException
        return code, text

    def close(self) -> None:
        """End the connection."""
        super().close()
        self._wire.end()

    def say_goodbye(self) -> None:
        """QUIT, and do not wait long for the answer."""
        self.extend(time.monotonic() + GOODBYE_SECONDS)
        try:
            self.quit()
        except OSError:
            self.close()
