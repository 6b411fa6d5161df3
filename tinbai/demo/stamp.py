"""What a receiving mail server writes on top of a mail: who it vouches for, and when the mail came in."""

import re
from datetime import datetime
from email.parser import BytesHeaderParser
from email.utils import format_datetime, parseaddr

__all__ = ["stamped"]


def stamped(raw: bytes, authserv_id: str, recipient: str, now: datetime) -> bytes:
    """Return the mail as the host `authserv_id` would store it for `recipient`.

    The sender's domain is taken for proven (dmarc=pass): whoever can reach a server on loopback is trusted here. What
    the mail itself claims in that host's name is removed (RFC 8601, section 5).
    """
    domain = _from_domain(raw)
    verdict = f"dmarc=pass header.from={domain}" if domain else "dmarc=none"
    date = format_datetime(now)
    trace = (
        f"Received: from localhost ([127.0.0.1]) by {authserv_id} with ESMTP\r\n\tfor <{recipient}>; {date}\r\n"
        f"Authentication-Results: {authserv_id}; {verdict}\r\n"
    )
    return trace.encode() + _without_claims(raw, authserv_id)


def _from_domain(raw: bytes) -> str:
    written = BytesHeaderParser().parsebytes(raw)["From"]
    _, at, domain = parseaddr(str(written or ""))[1].rpartition("@")
    return domain.lower() if at and domain.isascii() else ""


def _without_claims(raw: bytes, authserv_id: str) -> bytes:
    gap = re.search(rb"\r?\n(?=\r?\n)", raw)
    end = gap.end() if gap else len(raw)
    claim = rb"(?im)^Authentication-Results:\s*" + re.escape(authserv_id).encode() + rb"\b.*\n?(?:[ \t].*\n?)*"
    return re.sub(claim, b"", raw[:end]) + raw[end:]
