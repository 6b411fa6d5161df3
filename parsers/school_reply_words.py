"""The turns of phrase by which a school takes a story back, names its week or keeps it: literal patterns, nothing else.

They are matched against plain text (`parsers.words.plain`) and written with marks; each letter also stands for itself
without its mark, as people type in haste. A web address stands in the text as LINK.
"""

import re

from parsers.words import fold

__all__ = ["LINK", "pattern", "with_links_marked"]

LINK = "¤"
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


def with_links_marked(text: str) -> str:
    """Return the text with LINK in place of each web address."""
    return _ADDRESS.sub(LINK, text)


def pattern(written: str) -> re.Pattern[str]:
    """Compile a pattern in which every marked letter may be typed without its mark."""
    return re.compile("".join(letter if letter.isascii() else _with_or_without_mark(letter) for letter in written))


def _with_or_without_mark(letter: str) -> str:
    bare = fold(letter)
    return letter if bare == letter else f"[{letter}{bare}]"


# Words that may stand between a verb and what it is about without changing either.
_FILL = (
    r"(?:\s+(?:giúp|dùm|giùm|hộ|cho|em|mình|trường|nhà|chúng|tôi|bbt|ban|biên|tập|phòng|lại|đi|các|những|cái|luôn|ra|khỏi"
    r"|ạ|a|nhé|nha|với|nữa|xin|phép|được|hết|cả|danh|sách|hàng|chờ))*"
)
_KIND = r"(?:tin bài|bài viết|bài báo|bài|tin|mục|đường dẫn|liên kết|link)"
_ORDINAL = r"(?:nhất|hai|nhì|ba|tư|năm|sáu|bảy|tám|chín|mười)\b|(?:đầu(?: tiên)?|cuối(?: cùng)?)\b"
_NUMBER = r"\d{1,6}(?![\d/%])"
_ITEM = (
    rf"(?:#\s?\d{{1,6}}|(?:{_KIND}\s+){{1,2}}(?:số\s*|thứ\s*)?(?:#\s?)?(?:{_NUMBER}|{_ORDINAL})|(?:số|thứ)\s*{_NUMBER})"
)
_JOIN = r"\s*(?:,\s*và|,|và|với|cùng|&|\+)\s*"
_TO = r"\s*(?:-|–|đến|tới)\s*"
_WEEK_NAME = (
    r"(?:\d{1,2}(?![\d/%]|\s*-\s*\d)|\d{1,2}\s*[-–]\s*\d{1,2}\s*/\s*\d{1,2}|trước|này|vừa rồi|sau|tới"
    r"|(?:mười|hai|ba|bốn|năm|một|sáu|bảy|tám|chín)(?:\s+(?:mươi|mười|một|mốt|hai|ba|bốn|tư|năm|lăm|sáu|bảy|tám|chín))*"
    r"\b|[ivxl]+\b)"
)
_WEEK = rf"\btuần(?:\s+(?:học|thứ|số))*\s*{_WEEK_NAME}"
_OF_WEEK = (
    r"\s*[:–,-]?(?:\s*(?:là|thì|thuộc|của|cho|tính|ghi|nhận|vào|sang|chuyển|ở|phải|mới|đúng|ra|tin|bài|đều|cả|để"
    r"|nộp cho|gửi cho))*"
)
_VERB = r"\b(?:rút(?: lại)?|gỡ(?: bỏ)?|bỏ(?: qua)?|hủy(?: bỏ)?|xóa(?: bỏ)?|loại(?: bỏ)?|thu hồi)\b"
_NO_MORE = (
    r"(?:\b(?:đừng|khỏi|thôi|thôi không|xin không|xin phép không|đề nghị không)\s+(?:đăng|dùng|lấy|duyệt|gửi|nộp|đưa)"
    r"|\bkhông\s+(?:đăng|dùng|lấy|duyệt|đưa))\b"
)
_MORE = rf"(?:{_TO}{_NUMBER}|{_TO}{_ITEM}|{_JOIN}{_NUMBER}(?!\s*bài)|{_JOIN}{_ITEM})*"
_BELONGS_ELSEWHERE = rf"(?:{_OF_WEEK}\s*tuần|{_FILL}\s*(?:{_VERB}|\bgiữ\b)|\s*:?\s*(?:link|đường dẫn|liên kết|{LINK}))"
_MORE_OBJECTS = (  # "bỏ bài 2, bài 1 là của tuần 11": the second story belongs to what follows it
    rf"(?:{_TO}{_NUMBER}|{_TO}{_ITEM}|{_JOIN}{_NUMBER}(?!\s*bài)|{_JOIN}{_ITEM}(?!{_BELONGS_ELSEWHERE}))*"
)
OBJECTS, SUBJECTS = f"{_ITEM}{_MORE_OBJECTS}", f"{_ITEM}{_MORE}"
_SHOWN = r"(?:\s+(?:này|đó|ấy|kia|trên|vừa rồi|vừa gửi|đã gửi|em gửi|em đã gửi|trường gửi|trường đã gửi|ở trên))"
_ONE = rf"{_KIND}(?:{_SHOWN})?(?=\s*(?:$|[,:.]|\b(?:ạ|a|nhé|giúp|với|đi|khỏi|ra|nữa|là|thuộc|của|thì|cho|sang)\b))"
_COUNT = r"(?:\d|hai|ba|bốn|năm)\b"
_EVERY = (
    rf"(?:(?:tất cả|toàn bộ|hết)(?:\s+(?:các|những))?(?:\s+{_KIND})?"
    rf"|(?P<count>\bcả\s+{_COUNT}(?:\s+{_KIND})?|{_COUNT}\s+{_KIND}(?={_SHOWN}))|(?:các|những)\s+{_KIND})"
    rf"(?:{_SHOWN}|\s+viết)?"
)
_OTHERS = rf"(?:(?:tất cả|toàn bộ|hết)\s+)?(?:(?:các|những)\s+)?{_KIND}?\s*(?:còn lại|kia)"
_ASKING = r"(?:\s+(?:thì|xin|cho|em|trường|phép|được|đề nghị|nhờ|bbt|giúp|nhà|mong|là|chúng tôi))*"
_END = r"(?=\s*(?:$|,|\())"

WITHDRAW = pattern(
    rf"(?:{_VERB}|{_NO_MORE}){_FILL}\s+(?:(?P<numbers>{OBJECTS})|(?P<others>{_OTHERS})|(?P<every>{_EVERY})|(?P<one>{_ONE}))"
)
WITHDRAWN_SUBJECT = pattern(
    rf"(?:(?P<numbers>{SUBJECTS})|(?P<every>{_EVERY})|(?P<one>{_KIND}{_SHOWN}))\s*[:–,-]?{_ASKING}\s*"
    rf"(?:{_VERB}|{_NO_MORE}){_FILL}{_END}"
)
WITHDRAW_BARE = pattern(rf"{_VERB}{_FILL}[\s,]*$")
DISOWNED = pattern(
    rf"(?:(?:(?P<numbers>{SUBJECTS})|(?P<one>{_KIND}{_SHOWN}?))\s+)?(?:này\s+)?(?:không|ko|k|hông) phải(?:\s+là)?"
    r"(?:\s+(?:tin|bài|viết|của))+\s+(?:nhà )?trường(?:\s+(?:em|tôi|chúng tôi|mình))?"
)
IMPOSTOR = pattern(
    r"\btrường(?:\s+(?:em|tôi|mình))?\s+(?:không|chưa|ko)\s+(?:hề\s+)?gửi\s+(?:các\s+|những\s+)?(?:thư|mail|bài|tin)\b"
)
ANY_VERB = pattern(rf"{_VERB}|\b(?:đừng|khỏi|khoan|tạm dừng|chưa|thôi không)\s+(?:đăng|dùng|duyệt)\b")
IDIOM = pattern(
    r"\b(?:bỏ (?:sót|lỡ|ra|phiếu|học|quên|công|dấu|quá cho|trống|thời gian)|rút (?:kinh nghiệm|gọn|ngắn)|từ bỏ"
    r"|xóa (?:mù|đói)|(?:thể|các|mọi|phân) loại)\b"
)
NEGATED = pattern(
    r"\b(?:không|đừng|chưa|chẳng|ko|hông)(?:\s+(?!nên\b|xin\b|vậy\b|thì\b)\w+){0,3}?"
    r"\s+(?:rút|gỡ|bỏ|hủy|xóa|loại|thu hồi)\b[^,]*"
)
_VERBS = r"(?:rút|gỡ|bỏ|hủy|xóa|loại|thu hồi)"
TOLD = pattern(
    rf"\b(?:đã|bị|vừa|mới|lỡ|từng|sẽ|định|dự kiến|đang)(?:\s+\w+)?\s+{_VERBS}\b|\b{_VERBS}\b[^,]*\brồi(?:\s+(?:ạ|a))?$"
)
DOUBTFUL = pattern(
    r"\b(?:nếu|hoặc|hay|tùy|sao|thế nào|bao giờ|khi nào|tạm|khoan|có (?:nên|cần|phải))\b|\bchưa\s*(?:ạ|a)?$"
)
POLITE = pattern(r"\b(?:được không|được ko|giúp|với|nhé|nha|hộ)\b")
KEPT = pattern(rf"\bgiữ(?: nguyên| lại)?(?:\s+(?:mỗi|chỉ|riêng))?{_FILL}\s+(?P<numbers>{OBJECTS})")
KEPT_SUBJECT = pattern(rf"(?P<numbers>{SUBJECTS}){_ASKING}(?:\s+(?:vẫn|cứ))*\s+(?:giữ\b|để lại\b|để nguyên\b)[^,]*")
EXCEPTED = pattern(rf"\b(?:ngoại trừ|trừ|ngoài)\s+(?P<numbers>{OBJECTS})")

WRONG_WEEK = pattern(
    r"\b(?:(?:sai|nhầm|lộn|lệch)(?: số| mất)? tuần|(?:chưa|không) đúng tuần|tuần (?:bị )?(?:sai|nhầm)"
    r"|(?:ghi|tính) (?:sai|nhầm)\b[^.]{0,30}?\btuần|(?:không|ko) phải(?:\s+(?:là|bài|tin|của))*\s+tuần)"
)
NO_WRONG_WEEK = pattern(r"\b(?:không|chưa)(?: bị| có| phải)* (?:sai|nhầm|lộn|lệch) tuần")
NOT_THIS_BUT = pattern(
    rf"(?:không|ko|k) phải(?:\s+(?:là|bài|tin|của))*\s*{_WEEK}\s*,?\s*(?:mà|mới|phải|nên)?"
    rf"(?:\s*(?:là|phải|của|bài|đúng))*\s*(?P<week>{_WEEK})"
)
THIS_NOT_THAT = pattern(
    rf"(?P<week>{_WEEK})(?:\s+(?:mới|là))*(?:\s+đúng)?\s*,?\s*(?:chứ\s*)?(?:không|ko|k) phải(?:\s+(?:là|bài|tin|của))*"
    r"\s*(?:tuần\s*)?\w+"
)
OF_WEEK = pattern(
    rf"(?:(?P<numbers>{SUBJECTS})|(?P<every>{_EVERY})|(?P<one>{_KIND}{_SHOWN}|\bđây\b))(?P<link>{_OF_WEEK})"
    rf"\s*(?P<week>{_WEEK})(?P<end>(?:\s+(?:ạ|a|nhé|mà|mới đúng|mới phải|cơ|bbt|giúp|em|trường))*\s*(?:$|,|\())?"
)
MOVED = pattern(
    r"(?P<told>\b(?:đã|được|vừa)\s+(?:\w+\s+)?)?"
    r"\b(?:điều chỉnh|chuyển|sửa|đổi|ghi nhận|ghi|tính|cộng|xếp|chỉnh|đưa|lùi|dời)"
    rf"(?:\s+(?:tuần|số))?{_FILL}(?:\s+(?:(?P<numbers>{OBJECTS})|(?P<every>{_EVERY})|(?P<one>{_KIND}{_SHOWN})))?{_FILL}"
    rf"\s+(?:sang|thành|vào|cho|là|qua|về)(?:\s+(?:bài|của))*\s*(?P<week>{_WEEK})"
)
DENIED_WEEK = pattern(rf"(?:không|ko|k|chưa) phải(?:\s+(?:là|bài|tin|của))*\s+{_WEEK}")
ANY_WEEK = pattern(rf"(?P<week>{_WEEK})")
NUMBERS = pattern(rf"(?P<numbers>{SUBJECTS})")
EVERY = pattern(_EVERY)
ONE = pattern(rf"{_KIND}{_SHOWN}")

RIGHT_LINK = pattern(
    r"\b(?:(?:link|đường dẫn|liên kết|địa chỉ)(?: bài)?(?: số)?(?: \d+)?"
    r" (?:đúng|mới|chuẩn|chính xác|thay|sai|lỗi|hỏng|cũ|nhầm|bị)"
    r"|gửi lại|nộp lại|thay(?: thế)?\b|đính chính|nhầm link|sai link|sửa(?: lại)? (?:link|đường dẫn)|đăng lại)"
)
ONE_MORE = pattern(
    r"\b(?:gửi|nộp|có|thêm|bổ sung) thêm\b|\bthêm (?:một|1|hai|\d) |\b(?:bài|tin) nữa\b|\bbài tiếp theo\b"
    r"|\bbài (?:của )?tuần (?:này|\d)"
    r"|\b(?:gửi|nộp)(?:\s+\w+)?\s+(?:tin )?(?:bài|tin)(?: của| cho)? tuần\b"
)
NUMBERED_LINK = pattern(rf"(?P<numbers>{_ITEM})(?:(?!{_ITEM})[^¤]){{0,120}}¤")
REPLACED = pattern(
    r"\b(?:thay(?: thế)?(?: cho)?|gửi lại(?: (?:link|đường dẫn|liên kết))?(?: đúng| mới)?(?: (?:của|cho))?"
    rf"|(?:link|đường dẫn|liên kết)(?: đúng| mới)*(?: (?:của|cho))?){_FILL}\s+(?P<numbers>{OBJECTS})"
)
SINGLE = pattern(rf"(?P<story>#)?\s?(?P<number>{_NUMBER})|(?P<ordinal>{_ORDINAL})|(?P<to>{_TO})")
SENTENCE_END = re.compile(r"(?<=[!?;])|(?<!\d)\.(?!\w)|(?<=\d)\.(?=\s|$)|\n")
REASON = pattern(r"(?<!\s)\s*(?:,\s*)?\b(?:bởi vì|tại vì|vì|do|bởi)\s")
THEREFORE = pattern(r"\bnên\b|,")
