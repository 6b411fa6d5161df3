"""What states, kinds and fields are called in front of people. Programs get the plain words by `--json`."""

from collections.abc import Mapping

from db.states import MailState, MessageState, StoryState
from outbox.letter import Notice
from parsers.kind import Kind
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
    "subject": "Tiêu đề thư",
    "kind": "Loại",
    "received_at": "Nhận lúc",
    "size": "Cỡ (byte)",
    "week": "Tuần",
    "school_year": "Năm học",
    "flags": "Cờ lưu ý",
    "answer": "Trả lời",
    "silence_reason": "Không trả lời vì",
    "title": "Tiêu đề",
    "published_on": "Ngày đăng",
    "byline": "Tác giả",
    "summary": "Tóm tắt",
    "url": "Liên kết",
    "image_url": "Ảnh",
    "theme": "Chủ đề",
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
ROLES: Mapping[str, str] = {"board": "Ban biên tập", "staff": "cán bộ phòng"}
YES_NO: Mapping[str, str] = {"True": "có", "False": "không"}
VALUES: Mapping[str, Mapping[str, str]] = {
    "state": {**MESSAGE_STATES, **MAIL_STATES, **STORY_STATES},
    "kind": KINDS,
    "notice": NOTICES,
    "answer": ANSWERS,
    "role": ROLES,
    "active": YES_NO,
}


def shown(field: str, value: object) -> str:
    """A field's value as a person reads it."""
    if value is None or value in ("", [], ()):
        return "–"
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return VALUES.get(field, {}).get(text, text)
