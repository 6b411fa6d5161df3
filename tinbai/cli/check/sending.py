"""Questions about sending, and about the test mail that comes back: how long it took, and who vouches for it."""

import zlib
from collections.abc import Sequence

from db.queries import checkup
from ingest.receive import account_of
from parsers.message import ParsedMessage, parse_message
from tinbai.cli.check.case import Case
from tinbai.cli.check.finding import Fault, Finding, LeftOut
from tinbai.cli.check.stamps import judge_dmarc, judge_id

SHORTEST = 0.1  # seconds: less reads like nothing
LATEST = 10  # mails looked at
HEADER_BYTES = 65_536


def login(case: Case) -> Finding:
    """Can mails be sent?"""
    words = case.smtp()
    return Finding(True, f"{words}; đang diễn tập ([smtp] hold = true)" if case.settings.smtp.hold else words)


def round_trip(case: Case) -> Finding:
    """Does a mail to ourselves come back?"""
    trip = case.trip()
    seconds = f"{max(trip.seconds, SHORTEST):.1f}".replace(".", ",")
    return Finding(True, f'đi và về trong {seconds} giây; thư "{trip.subject}" vẫn nằm trong hộp thư, có thể xóa tay')


def authserv_id(case: Case) -> Finding:
    """Do we know under which name the receiving server vouches?"""
    return judge_id(case.settings.mailbox.authserv_id, _own(case), _others(case))


def dmarc(case: Case) -> Finding:
    """Does the receiving server vouch for us?"""
    own = _own(case)
    if own is None:
        raise LeftOut("không có thư thử để xem")
    return judge_dmarc(case.settings.office.domain, own, _others(case))


def _own(case: Case) -> ParsedMessage | None:
    try:
        return case.trip().message
    except (Fault, LeftOut):
        return None


def _others(case: Case) -> list[ParsedMessage]:
    """The heads of the newest mails from outside; what the sandbox has read once is no danger here."""
    account, own = account_of(case.settings.mailbox), case.settings.office.own_addresses
    try:
        found: Sequence[bytes] = case.look(lambda session: checkup.latest_read(session, account, own, LATEST), ())
    except LeftOut:
        return []
    return [parse_message(_head(compressed)) for compressed in found]


def _head(compressed: bytes) -> bytes:
    start = zlib.decompressobj().decompress(compressed, HEADER_BYTES)
    return start.replace(b"\r\n", b"\n").partition(b"\n\n")[0] + b"\n\n"
