"""Authentication-Results: does the receiving server say who is vouched for, under which name, and do we know it?

Pure judgement over mails that were read; which results count is decided by `parsers.authresults`.
"""

from collections.abc import Sequence

from parsers.authresults import TOPMOST, dmarc_results
from parsers.headers import strip_comments
from parsers.message import ParsedMessage
from tinbai.cli.check.finding import Finding, LeftOut

ENOUGH_MAILS = 3  # from outside: one alone may have brought its own field

MEANING = (
    "tinbai không biết ai thật sự là người gửi, nên chỉ trả lời tới địa chỉ đã đăng ký và thư trả lời của Ban biên tập "
    "không quyết định gì (hãy quyết định bằng lệnh)"
)
ASK_ADMIN = "nhờ người quản trị máy chủ thư bật kiểm tra SPF, DKIM, DMARC và ghi Authentication-Results vào thư đến"
SELF_MAIL = (
    "Có máy chủ (như Gmail) không ghi vào thư tự gửi cho mình: khi tinbai đã đọc vài thư của trường, hãy chạy lại "
    "`tinbai check`"
)
NOT_STAMPED = "Máy chủ nhận không ghi Authentication-Results vào thư thử: {meaning}. {self_mail}; nếu vẫn vậy, {admin}."
WRONG_AND_NOT_STAMPED = (
    'Máy chủ nhận không ghi Authentication-Results vào thư thử, nên [mailbox] authserv_id = "{given}" làm mọi thư phải '
    'chờ người xem. {self_mail}; nếu vẫn vậy, hãy ghi authserv_id = "" hoặc {admin}.'
)
STAMPED = 'máy chủ nhận ghi Authentication-Results với tên "{seen}", đúng như [mailbox] authserv_id'
STAMPED_UNNAMED = 'máy chủ nhận ghi Authentication-Results không có tên, đúng với authserv_id = "topmost"'
TRUSTS_TOPMOST = 'máy chủ nhận ghi tên "{seen}"; an toàn hơn "topmost" là ghi authserv_id = "{seen}"'
WRITE_LINE = (
    'Máy chủ nhận ghi Authentication-Results {named}, còn [mailbox] authserv_id {given}: hãy ghi authserv_id = "{line}"'
    " vào mục [mailbox]."
)
NO_DMARC_RECORD = (
    'hãy nhờ người quản trị tên miền {domain} đặt bản ghi DNS "_dmarc.{domain}" loại TXT là "v=DMARC1; p=none", cùng '
    "SPF và DKIM của nơi gửi thư"
)
FAILS = (
    "Máy chủ nhận ghi {result} cho thư của chính tên miền {domain}, nên thư trả lời các trường dễ bị coi là thư rác: "
    "{remedy}."
)


def named_ids(message: ParsedMessage) -> tuple[str, ...]:
    """The names in its Authentication-Results, in order; "" for a field without one, as Microsoft 365 writes it."""
    return tuple(_id(value) for value in message.values("Authentication-Results"))


def _id(value: str) -> str:
    words = strip_comments(value).partition(";")[0].split()
    return words[0].strip('"').lower() if words and "=" not in words[0] else ""


def common_id(messages: Sequence[ParsedMessage]) -> str | None:
    """The one name that vouches for, or against, every one of several mails from outside; None without such a one.

    One mail proves nothing: who sends it may have written the field himself.
    """
    found = {_believed(message) for message in messages}
    return found.pop() if len(messages) >= ENOUGH_MAILS and len(found) == 1 else None


def _believed(message: ParsedMessage) -> str | None:
    return next((name for name in named_ids(message) if dmarc_results(message, name or TOPMOST)), None)


def judge_id(given: str, own: ParsedMessage | None, others: Sequence[ParsedMessage]) -> Finding:
    """Does the setting name the receiving server? own: the test mail. others: mails from outside, read already."""
    ids = named_ids(own) if own else ()
    seen = ids[0] if ids else common_id(others)
    if seen is None:
        return _not_stamped(given, tested=own is not None)
    if given.lower() == TOPMOST:
        return Finding(True, TRUSTS_TOPMOST.format(seen=seen) if seen else STAMPED_UNNAMED)
    if given and given.lower() in (seen, *ids):
        return Finding(True, STAMPED.format(seen=given))
    named = f'với tên "{seen}"' if seen else "mà không có tên"
    wrote = f'đang là "{given}"' if given else "còn trống"
    return Finding(False, WRITE_LINE.format(named=named, given=wrote, line=seen or TOPMOST))


def _not_stamped(given: str, *, tested: bool) -> Finding:
    if not tested:
        raise LeftOut("không có thư thử, và chưa đọc đủ thư của trường để xem")
    if given:
        return Finding(False, WRONG_AND_NOT_STAMPED.format(given=given, self_mail=SELF_MAIL, admin=ASK_ADMIN))
    return Finding(True, NOT_STAMPED.format(meaning=MEANING, self_mail=SELF_MAIL, admin=ASK_ADMIN))


def judge_dmarc(domain: str, own: ParsedMessage, others: Sequence[ParsedMessage]) -> Finding:
    """Does the receiving server vouch for our own domain? Raises LeftOut when the test mail was not stamped."""
    ids = named_ids(own)
    if not ids:
        raise LeftOut("thư thử không có Authentication-Results")
    results = dmarc_results(own, ids[0] or TOPMOST)
    if results and all(found.result == "pass" and found.domain == domain for found in results):
        return Finding(True, f"dmarc=pass cho {domain}")
    if not results and common_id(others) == ids[0]:
        return Finding(True, "thư tự gửi không được chấm DMARC; thư từ ngoài thì có")
    result = f"dmarc={results[0].result}" if results else "SPF, DKIM mà không ghi dmarc"
    return Finding(False, FAILS.format(result=result, domain=domain, remedy=NO_DMARC_RECORD.format(domain=domain)))
