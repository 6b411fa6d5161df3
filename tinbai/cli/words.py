"""What states, kinds and fields are called in front of people. Programs get the plain words by `--json`."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from db.states import IncidentState, MailState, MessageState, StoryState
from outbox.letter import Notice
from outbox.notices.digest import FLAGS as STORY_FLAGS
from parsers.kind import Kind
from parsers.school import BY_HOST, BY_NAME, BY_NOTHING, BY_SENDER, BY_SUFFIX
from pipeline.board.decisions import STATE_WORDS

FIELDS: Mapping[str, str] = {
    "file": "Tệp",
    "links": "Tin bài",
    "action": "Xử lý",
    "id": "Số",
    "number": "Số",
    "state": "Trạng thái",
    "reason": "Lý do",
    "school": "Trường",
    "school_by": "Nhận ra trường nhờ",
    "sender": "Người gửi",
    "sender_name": "Tên người gửi",
    "subject": "Tiêu đề thư",
    "kind": "Loại",
    "received_at": "Nhận lúc",
    "size": "Cỡ (byte)",
    "claimed_week": "Tuần ghi trong thư",
    "received_week": "Tuần nhận",
    "credited_week": "Tuần được tính",
    "week": "Tuần",
    "school_year": "Năm học",
    "flags": "Cờ lưu ý",
    "answer": "Trả lời",
    "answered_at": "Trả lời lúc",
    "silence_reason": "Không trả lời vì",
    "restricted": "Nội dung hạn chế",
    "incident": "Vụ việc số",
    "opened_at": "Báo lúc",
    "urgent": "Mức độ",
    "messages": "Thư",
    "stories": "Tin bài mới hoặc không còn",
    "page_kind": "Loại trang",
    "title": "Tiêu đề",
    "published_on": "Ngày đăng",
    "byline": "Tác giả",
    "summary": "Tóm tắt",
    "text": "Nội dung",
    "captions": "Chú thích ảnh",
    "url": "Liên kết",
    "canonical_url": "Địa chỉ chính của trang",
    "image_url": "Ảnh",
    "theme": "Chủ đề",
    "pending_at": "Chờ duyệt từ",
    "original": "Trùng với bài",
    "notice": "Loại thư",
    "about": "Về",
    "recipient": "Người nhận",
    "queued_at": "Xếp hàng lúc",
    "due_at": "Gửi từ lúc",
    "sent_at": "Gửi lúc",
    "attempts": "Số lần thử",
    "failure": "Lỗi",
    "message_id": "Message-ID",
    "code": "Mã",
    "level": "Cấp",
    "name": "Họ tên",
    "short_name": "Trường",
    "emails": "Địa chỉ thư",
    "hosts": "Website",
    "handle": "Tên gọi",
    "email": "Địa chỉ thư",
    "role": "Vai trò",
    "active": "Đang làm",
}
MESSAGE_STATES: Mapping[str, str] = {
    MessageState.RECEIVED: "mới nhận",
    MessageState.READ: "đã đọc",
    MessageState.WAITING: "chờ người xem",
    MessageState.IGNORED: "bỏ qua",
    MessageState.QUARANTINED: "cách ly",
}
MAIL_STATES: Mapping[str, str] = {
    MailState.QUEUED: "chờ gửi",
    MailState.SENDING: "đang gửi",
    MailState.SENT: "đã gửi",
    MailState.FAILED: "gửi lỗi",
    MailState.UNCERTAIN: "không rõ đã gửi chưa",
    MailState.CANCELLED: "đã hủy",
}
INCIDENT_STATES: Mapping[str, str] = {IncidentState.OPEN: "đang mở", IncidentState.CLOSED: "đã đóng"}
STORY_STATES: Mapping[str, str] = {state: words for state, words in STATE_WORDS.items() if state in StoryState}
KINDS: Mapping[str, str] = {
    Kind.STORY_SUBMISSION: "gửi tin bài",
    Kind.CORRECTION: "đính chính",
    Kind.INCIDENT_REPORT: "báo cáo vụ việc",
    Kind.OPINION_REPORT: "báo cáo dư luận",
    Kind.NIL_REPORT: "báo cáo không phát sinh",
    Kind.QUESTION: "câu hỏi",
    Kind.PRESS_INQUIRY: "báo chí",
    Kind.REPLY_THANKS: "cảm ơn",
    Kind.AUTO_REPLY: "trả lời tự động",
    Kind.BOUNCE: "báo không gửi được",
    Kind.PHISHING_SPAM: "lừa đảo, thư rác",
    Kind.ADVERT: "quảng cáo",
    Kind.COMMAND: "trả lời của thành viên",
}
NOTICES: Mapping[str, str] = {
    Notice.ACKNOWLEDGEMENT: "ghi nhận",
    Notice.PROBLEM: "xin liên kết khác",
    Notice.DIGEST: "tổng hợp",
    Notice.DECISION: "quyết định",
    Notice.PUBLICATION: "đã đăng",
    Notice.ALERT: "báo động",
}
ANSWERS: Mapping[str, str] = {
    "none": "–",
    "open": "chờ trang",
    "held": "gộp cuối giờ",
    "queued": "đã viết",
}
ACTIONS: Mapping[str, str] = {
    "ack": "ghi nhận",
    "ack_with_problem": "ghi nhận, xin bổ sung",
    "human": "chờ người xem",
    "escalate": "báo người phụ trách",
    "none": "không trả lời",
}
SCHOOL_BY: Mapping[str, str] = {
    BY_SENDER: "địa chỉ người gửi",
    BY_SUFFIX: "hậu tố trong địa chỉ người gửi",
    BY_HOST: "website của liên kết",
    BY_NAME: "tên trường trong thư",
    BY_NOTHING: "không nhận ra",
}
PAGE_KINDS: Mapping[str, str] = {
    "article": "bài viết",
    "homepage": "trang chủ",
    "listing": "trang danh mục",
    "login": "trang đăng nhập",
    "not_found": "trang không còn",
    "challenge": "trang chặn máy đọc",
    "empty": "trang trống",
    "document": "tài liệu",
    "gallery": "trang ảnh",
}
LINK_ROLES: Mapping[str, str] = {
    "article": "tin bài",
    "social": "bài trên mạng xã hội",
    "homepage": "trang chủ",
    "listing": "trang danh mục",
    "asset": "tệp hoặc hình ảnh",
    "signature": "trong chữ ký",
    "quoted": "trong thư trích dẫn",
    "evidence": "dẫn chứng, tham khảo",
    "suspicious": "đáng ngờ",
    "advert": "quảng cáo",
}
FLAGS: Mapping[str, str] = {
    **STORY_FLAGS,
    "article_in_attachment": "bài viết nằm trong tệp đính kèm",
    "bounce": "địa chỉ không nhận được thư",
    "credit_provisional": "tạm tính, chờ xác nhận",
    "duplicate": "bài đã có từ trước",
    "future_week_claim": "thư ghi tuần chưa tới",
    "grace": "tính cho tuần trước, trong thời hạn bổ sung",
    "host_alias": "website có nhiều tên miền",
    "iso_week_claim": "thư ghi tuần theo năm dương lịch",
    "late_claim": "thư ghi tuần đã hết hạn",
    "attachment_unread": "có tệp đính kèm không đọc được hoặc không đọc hết",
    "legacy_encoding": "soạn bằng phông chữ cũ",
    "mojibake_subject": "tiêu đề thư bị lỗi phông",
    "no_article_link": "không có liên kết tới bài viết",
    "no_link": "không có liên kết nào",
    "no_quota_week": "tuần không giao chỉ tiêu",
    "quoted_links_ignored": "bỏ qua liên kết trong thư trích dẫn",
    "rejoined_url": "liên kết bị ngắt dòng, đã nối lại",
    "replaces": "thay cho",
    "restricted": "nội dung hạn chế",
    "unknown_sender": "người gửi chưa đăng ký",
    "urgent": "khẩn",
}
ABOUT: Mapping[str, str] = {
    "message": "thư m{}",
    "story": "bài #{}",
    "incident": "vụ việc số {}",
    "incidents": "các vụ việc",
    "press": "báo chí hỏi, thư m{}",
    "digest": "tổng hợp",
    "member": "thành viên {}",
    "breaker": "số thư trả lời vượt giới hạn",
}
ROLES: Mapping[str, str] = {"board": "Ban biên tập", "staff": "cán bộ phòng"}
YES_NO: Mapping[str, str] = {"True": "có", "False": "không"}
VALUES: Mapping[str, Mapping[str, str]] = {
    "state": {**MESSAGE_STATES, **MAIL_STATES, **STORY_STATES, **INCIDENT_STATES},
    "kind": {**KINDS, **PAGE_KINDS},
    "page_kind": PAGE_KINDS,
    "action": ACTIONS,
    "school_by": SCHOOL_BY,
    "notice": NOTICES,
    "answer": ANSWERS,
    "role": ROLES,
    "active": YES_NO,
    "urgent": {"True": "khẩn", "False": "thường"},
}


NOTHING: tuple[object, ...] = (None, "", [], ())


def _flag(flag: str) -> str:
    name, _, detail = flag.partition(":")
    words = FLAGS.get(name, name)
    return f"{words} ({detail})" if detail else words


def _about(about: str) -> str:
    name, _, number = about.partition(":")
    return ABOUT[name].format(number) if name in ABOUT else about


# Values that are no fixed words.
PHRASES: Mapping[str, Callable[[str], str]] = {
    "flags": _flag,
    "about": _about,
    "school_year": lambda year: f"{year}–{int(year) + 1}",
    "original": lambda number: f"bài #{number}",
}


def shown(field: str, value: object) -> str:
    """A field's value as a person reads it; a time as the clock of its own zone shows it."""
    if value in NOTHING:
        return "–"
    if isinstance(value, list | tuple):
        return ", ".join(shown(field, item) for item in value)
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    text = str(value)
    return PHRASES[field](text) if field in PHRASES else VALUES.get(field, {}).get(text, text)
