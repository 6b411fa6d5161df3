"""What kind of mail it is."""

import pytest

from parsers.message import Attachment
from parsers.reading import Reading, read
from parsers.report import read_report
from tests.parsers.letters import CALENDAR, incident_rules, letter, office
from tests.parsers.test_week import at

OFFICE = office(authserv_id="")  # no receiving server known: From is taken as it is
SCHOOL, STRANGER = "c1kimdong-bd@hanoiedu.example", "ai-do@gmail.example"
URL = "https://c1kimdong.giangvo.example/tin-tuc/ngay-hoi-stem-khoi-nam-pmtd22sw1501"


def reading(text: str = "", subject: str = "", sender: str = SCHOOL, fields: dict[str, str] | None = None) -> Reading:
    message = letter(
        text,
        subject=subject,
        headers={"From": sender, **(fields or {})},
        references=("<a@b>",) if subject.startswith("Re:") else (),
    )
    return read(message, OFFICE, at("2026-11-25 10:00"))


@pytest.mark.parametrize(
    ("subject", "text", "words"),
    [
        ("", "Có 02 em nhập viện vì nghi ngộ độc.", ("nghi ngộ độc", "nhập viện")),
        ("", "Quyên góp giúp bạn T. lớp 7A đang nằm viện", ()),  # an initial ends no sentence
        ("", "Chuyên đề phòng chống đuối nước cho em bị đuối nước", ()),  # veto in the same sentence
        ("Tuyên truyền", "Hôm nay có em bị đuối nước.", ("bị đuối nước",)),  # veto in another one
        ("bao cao nhanh", "co em bi ngo doc", ("bị ngộ độc",)),
        ("", "Bài viết bị đánh giá là còn sơ sài.", ()),
        ("", "Bai viet bi danh gia la con so sai.", ()),
        ("", "Có em bị đánh, đề nghị đánh giá mức độ thương tích.", ("bị đánh",)),
        ("", "Bữa trưa có cháo và cháy cạnh", ()),
    ],
)
def test_incident_words_keep_their_marks_and_their_vetoes(subject: str, text: str, words: tuple[str, ...]) -> None:
    assert read_report(subject, text, (), incident_rules()).events == words


FROM_A_SCHOOL = [
    ("story_submission", "[Tuần 12] Gửi tin bài", f"Trường gửi bài {URL}"),
    ("story_submission", "Báo cáo tin bài", "Tuần này trường đã đăng 02 tin bài."),
    ("story_submission", "", ""),  # an empty mail of a school
    ("story_submission", "Gửi bài", f"Tuyên truyền phòng chống bạo lực học đường {URL}"),
    ("story_submission", "Gửi bài", f"Học sinh quyên góp giúp bạn bị tai nạn {URL}"),
    ("story_submission", "Gửi bài", f"Phóng viên nhỏ tuổi và đồng phục mới {URL}"),
    ("correction", "Gửi lại", f"Link trước bị lỗi, trường gửi lại link đúng: {URL}"),
    ("correction", "Xin rút bài", "Nhà trường xin rút bài đã gửi, xin đính chính sau."),
    ("incident_report", "KHẨN - Báo cáo nhanh", "Có 06 em đau bụng sau bữa ăn."),
    ("incident_report", "Báo cáo", "Chiều nay có em nhập viện."),
    ("incident_report", "Gửi tin bài và báo cáo nhanh", f"{URL}\nCó học sinh đánh nhau."),
    ("opinion_report", "Báo cáo tình hình dư luận", "Về các khoản thu đầu năm."),
    ("opinion_report", "Báo cáo", "Phụ huynh phản ánh về suất ăn."),
    ("nil_report", "Báo cáo tháng 11", "Không phát sinh vụ việc, vấn đề dư luận quan tâm."),
    ("question", "Hỏi về quy cách ảnh", "Cho trường hỏi gửi tối đa mấy ảnh ạ?"),
    ("question", "Về bài tuần trước", f"Bài {URL} sao chưa thấy đăng ạ?"),
    ("question", "Kính mời dự khai giảng", "Trường trân trọng kính mời lãnh đạo Phòng tới dự."),
    ("question", "Danh sách", "Kính gửi Phòng danh sách giáo viên dự thi."),
]


@pytest.mark.parametrize(("kind", "subject", "text"), FROM_A_SCHOOL)
def test_a_mail_of_a_school_is_sorted_by_what_it_says(kind: str, subject: str, text: str) -> None:
    assert reading(text, subject).kind == kind


def test_a_story_with_a_title_like_an_incident_is_shown_to_a_person_first() -> None:
    got = reading(f"Có học sinh đánh nhau ở lớp 4A {URL}", "Gửi bài")
    assert (got.kind, got.incident_words) == ("story_submission", ("học sinh đánh nhau", "đánh nhau"))


ANSWERS = [
    ("reply_thanks", "Dạ vâng, nhà trường cảm ơn Ban biên tập ạ."),
    ("reply_thanks", "Truong da nhan duoc, cam on BBT"),
    ("question", "Cảm ơn BBT, tuần này trường chưa có bài, xin phép gửi sau."),
    ("question", "Cảm ơn BBT. Bài đăng ở mục nào ạ?"),
    ("story_submission", f"Cảm ơn BBT, trường gửi thêm bài {URL}"),
]


@pytest.mark.parametrize(("kind", "text"), ANSWERS)
def test_an_answer_is_thanks_only_when_it_says_nothing_else(kind: str, text: str) -> None:
    assert reading(text, "Re: [BBT] Đã nhận").kind == kind


FROM_A_STRANGER = [
    ("story_submission", "Gửi bài", f"Em gửi link bài của trường {URL}"),
    ("question", "Hỏi", "Con tôi có được chuyển trường không?"),
    ("question", "Xin chào", "Xem https://khac.example/mot/trang-nao-do-rat-dai-12.html"),
    ("incident_report", "Con tôi", "Con tôi bị đánh ở trường."),
    ("press_inquiry", "Đề nghị cung cấp thông tin", "Phóng viên báo X xin gặp người phát ngôn."),
    ("advert", "Báo giá thiết kế website", "Kính gửi Quý trường, chúng tôi cung cấp gói dịch vụ ưu đãi."),
    ("phishing_spam", "Hộp thư của bạn sắp bị khóa", "Xác minh tại http://hanoiedu.xac-minh.example/login"),
]


@pytest.mark.parametrize(("kind", "subject", "text"), FROM_A_STRANGER)
def test_a_mail_of_a_stranger_is_sorted_with_more_suspicion(kind: str, subject: str, text: str) -> None:
    assert reading(text, subject, STRANGER).kind == kind


def test_the_words_of_sales_and_press_mean_nothing_when_a_school_writes() -> None:
    text = f"Trường gửi bài: phóng viên nhí phỏng vấn, trường có ưu đãi cho quý khách {URL}"
    assert reading(text, "Gửi bài").kind == "story_submission"


MACHINES = [
    ("auto_reply", "Trả lời tự động: Nhắc", {"Auto-Submitted": "auto-replied"}),
    ("auto_reply", "Automatic reply: Nhắc", {}),
    ("auto_reply", "Đã đọc: Nhắc", {"Content-Type": "multipart/report; report-type=disposition-notification"}),
    ("bounce", "Undelivered Mail", {"Content-Type": "multipart/report; report-type=delivery-status"}),
    ("bounce", "Mail delivery failed", {"Return-Path": "< >"}),
]


@pytest.mark.parametrize(("kind", "subject", "fields"), MACHINES)
def test_machine_mail_is_known_by_its_headers(kind: str, subject: str, fields: dict[str, str]) -> None:
    assert reading(f"Cảm ơn {URL}", subject, fields=fields).kind == kind


def test_a_newsletter_is_an_advert_but_a_school_may_write_through_a_list() -> None:
    news = "Bản tin tháng 11 https://edutech.example/bai-viet/xu-huong-giao-duc-2026.html"
    assert reading(news, "Bản tin", STRANGER, {"List-Unsubscribe": "<https://edutech.example/u>"}).kind == "advert"
    assert (
        reading(f"Gửi bài {URL}", "Gửi bài", SCHOOL, {"List-Unsubscribe": "<mailto:a@b.example>"}).kind
        == "story_submission"
    )


@pytest.mark.parametrize(("method", "kind"), [("REPLY", "auto_reply"), ("REQUEST", "question")])
def test_an_answer_to_an_invitation_is_automatic_and_an_invitation_goes_to_a_person(method: str, kind: str) -> None:
    calendar = Attachment("invite.ics", "text/calendar", f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\n".encode())
    message = letter("Họp", subject="Họp giao ban", headers={"From": SCHOOL}, attachments=(calendar,))
    assert read(message, OFFICE, at("2026-11-25 10:00")).kind == kind


def test_a_members_reply_to_a_mail_of_the_office_is_a_command() -> None:
    member = "bientap@badinhedu.example"
    knowing = type(OFFICE)(OFFICE.registry, CALENDAR, OFFICE.incident_rules, OFFICE.addresses, "", frozenset({member}))
    message = letter("duyệt 12", subject="Re: Tổng hợp", headers={"From": member}, references=("<a@b>",))
    assert read(message, knowing, at("2026-11-25 10:00")).kind == "command"
