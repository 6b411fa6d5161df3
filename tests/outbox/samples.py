"""One context of each kind, as they come on an ordinary day, and as they come on a bad one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from outbox.letter import Letter, Office
from outbox.notices import acknowledgement, alert, decision, digest, problem, publication
from outbox.notices.acknowledgement import Acknowledgement, AckState, AckStory
from outbox.notices.digest import Digest, DigestStory, MissingSchool

NOW = datetime(2026, 11, 25, 0, 45, tzinfo=UTC)
OFFICE = Office(
    name="Phòng Giáo dục và Đào tạo Ba Đình",
    board_name="Ban biên tập Cổng thông tin điện tử Ngành Giáo dục và Đào tạo Ba Đình",
    address="pgd@office.example",
    zone=ZoneInfo("Asia/Ho_Chi_Minh"),
)
SCHOOL = "Trường Tiểu học Kim Đồng"
TO = "c1kimdong@schools.example"
PAGE = "https://c1kimdong.example/tin-tuc/tri-an-thay-co-2026"
SUMMARY = (
    "Sáng 20/11/2026, tại sân trường, hơn 1.200 học sinh Trường Tiểu học Kim Đồng đã tham dự lễ kỷ niệm 44 năm "
    "Ngày Nhà giáo Việt Nam. Các em gửi tới thầy cô 30 tiết mục văn nghệ và góc thư tri ân do các lớp tự làm."
)

QUEUED = AckStory(
    url=PAGE,
    state=AckState.QUEUED,
    number=123,
    title="Rộn ràng lễ tri ân thầy cô nhân Ngày Nhà giáo Việt Nam 20/11",
    published_on=date(2026, 11, 20),
    summary=SUMMARY,
    week=12,
)
SECOND = AckStory(
    url="https://c1kimdong.example/tin-tuc/chuyen-de-stem",
    state=AckState.QUEUED,
    number=124,
    title="Chuyên đề STEM khối 4: Em làm máy lọc nước mini",
    published_on=date(2026, 11, 24),
    summary="Chiều 24/11, tổ chuyên môn khối 4 tổ chức chuyên đề STEM cấp trường với sự tham gia của 12 giáo viên.",
    week=12,
)
UNUSABLE = AckStory(
    url="https://c1kimdong.example/",
    state=AckState.UNUSABLE,
    title="Hội khỏe Phù Đổng cấp trường",
    reason="chỉ là trang chủ của website, chưa phải đường dẫn tới một bài viết",
    advice="Xin mở bài viết trên website rồi gửi đường dẫn hiện ở thanh địa chỉ của trình duyệt",
)
SOCIAL = AckStory(
    url="https://www.facebook.com/thkimdong/posts/pfbid02kGv8x1mW6Zq9sQyYbJ7wQe",
    state=AckState.WAITING_TEXT,
    number=127,
    reason="bài trên Facebook, hệ thống không đọc được nội dung",
    advice="Xin gửi kèm nội dung bài trong thư trả lời, hoặc đường dẫn bài trên website của trường",
)
RETRIED = AckStory(
    url="https://c1kimdong.example/tin-tuc/ngay-hoi-doc-sach",
    state=AckState.RETRY,
    number=125,
    reason="website phản hồi quá chậm",
    week=12,
)
KNOWN = AckStory(
    url="https://c1kimdong.example/tin-tuc/cu",
    state=AckState.DUPLICATE,
    title="Khai giảng",
    original_number=7,
    sent_on=date(2026, 11, 17),
    standing="đang chờ Ban biên tập",
    credited_week=11,
)
WITHDRAWN = replace(SECOND, state=AckState.WITHDRAWN)

ACK = Acknowledgement(
    office=OFFICE,
    school_name=SCHOOL,
    to=TO,
    received_at=NOW,
    stories=(QUEUED, SECOND),
    week=12,
    week_from=date(2026, 11, 23),
    week_to=date(2026, 11, 29),
    answers="<mail-1@schools.example>",
    references=("<first@schools.example>",),
)
DONE = (
    "Đã rút bài #124 “Chuyên đề STEM khối 4: Em làm máy lọc nước mini” theo đề nghị của Nhà trường.",
    "Bài #123 “Rộn ràng lễ tri ân thầy cô nhân Ngày Nhà giáo Việt Nam 20/11” nay được ghi nhận cho tuần 11.",
    "Bài #123 thay cho bài #119 đã gửi trước đó và tiếp tục được ghi nhận cho tuần 12.",
)
MIXED = replace(
    ACK,
    stories=(QUEUED, UNUSABLE, SOCIAL, RETRIED, KNOWN),
    week_reason="Thư ghi tuần 11, nhưng tuần 11 đã hết hạn vào 23:59 thứ Ba ngày 24/11/2026",
    other_mails=(NOW + timedelta(minutes=9), NOW + timedelta(minutes=20)),
    unverified=True,
)
PROBLEM = problem.Problem(
    office=OFFICE,
    school_name=SCHOOL,
    to=TO,
    received_at=NOW,
    url=RETRIED.url,
    reason="Website của trường không trả lời.",
    number=125,
    title="Ngày hội đọc sách",
    answers="<mail-1@schools.example>",
)
DIGEST = Digest(
    office=OFFICE,
    to="mai@board.example",
    member_name="Nguyễn Thị Mai",
    member_handle="mai",
    day=date(2026, 11, 25),
    stories=(
        DigestStory(
            number=123,
            school="TH Kim Đồng",
            title=QUEUED.title or "",
            url=PAGE,
            received_at=NOW,
            published_on=QUEUED.published_on,
            image_url="https://c1kimdong.example/uploads/tri-an.jpg",
            summary=SUMMARY,
            theme="Gương người tốt, việc tốt; hoạt động tri ân",
        ),
        DigestStory(
            number=126,
            school="MN Tuổi Hoa",
            title="Bé vui khám phá nghề làm bánh",
            url="https://www.mầmnontuổihoa.example/be-lam-banh",
            received_at=NOW - timedelta(hours=3),
            summary="Các bé lớp mẫu giáo lớn được tự tay nhào bột, nặn bánh cùng cô và phụ huynh.",
            flags=("photo_only", "no_date", "tls_broken"),
        ),
        DigestStory(
            number=127,
            school="THCS Nguyễn Trãi",
            title="Học sinh THCS Nguyễn Trãi giành 03 giải Nhất kỳ thi Olympic Toán Hà Nội mở rộng",
            url="https://c2nguyentrai.example/olympic-toan",
            received_at=NOW - timedelta(days=1),
            published_on=date(2026, 11, 23),
            image_url="javascript:alert(1)",
            summary="Đội tuyển gồm 12 học sinh khối 8 và khối 9.",
            theme="Kết quả đổi mới, nâng cao chất lượng giáo dục",
        ),
    ),
    health="Hộp thư đọc lúc 06:58 · 0 thư lỗi",
    missing=(
        MissingSchool("MN Sao Mai", "MN"),
        MissingSchool("MN Hoa Mai", "MN"),
        MissingSchool("TH Đại Yên", "TH"),
        MissingSchool("THCS Giảng Võ", "THCS"),
        MissingSchool("THCS Thống Nhất", "THCS"),
    ),
    week=12,
    week_from=date(2026, 11, 23),
    week_to=date(2026, 11, 29),
    waiting_count=2,
    more=4,
)
UNWELL = "Hộp thư không đọc được từ 06:10, 25/11/2026 · 1 thư không đọc được · 2 thư gửi chưa thành công"
REVISE = decision.Decision(
    office=OFFICE,
    school_name=SCHOOL,
    to=TO,
    outcome=decision.Outcome.REVISE,
    number=123,
    title=QUEUED.title or "",
    url=PAGE,
    note="Chưa rõ thời gian, địa điểm tổ chức.\nẢnh thứ hai thiếu chú thích.",
    week=12,
)
DECLINE = replace(
    REVISE, outcome=decision.Outcome.DECLINE, note="Nội dung trùng với bài Nhà trường đã đăng tuần trước."
)
PUBLICATION = publication.Publication(
    office=OFFICE,
    school_name=SCHOOL,
    to=TO,
    number=123,
    title=QUEUED.title or "",
    places=(
        publication.Place("Cổng thông tin điện tử", "https://portal.example/tin/2026/11/tri-an", date(2026, 11, 26)),
        publication.Place("Fanpage", "https://www.facebook.com/office/posts/1234567890", date(2026, 11, 26)),
    ),
)
ALERT = alert.Alert(
    office=OFFICE,
    to="lanh-dao@office.example",
    at=NOW,
    title="Khẩn: vụ việc số 41 – Trường Tiểu học Kim Đồng",
    sentence="một thư cần lãnh đạo xem ngay",
    facts=(alert.Fact("Trường", "Trường Tiểu học Kim Đồng"), alert.Fact("Mức độ", "khẩn")),
)

LONG_WORD = "Hội-thi-" + "x" * 190
LONG_URL = "https://" + "truong-tieu-hoc-" * 3 + "dai.example/" + "a" * 200 + "?q=" + "b" * 90
BAD_DAY = replace(
    MIXED,
    school_name="Trường Tiểu học và Trung học cơ sở " + "Nguyễn Thị Minh Khai " * 4,
    stories=tuple(replace(story, url=LONG_URL, title=LONG_WORD) for story in MIXED.stories),
)
BAD_DIGEST = replace(
    DIGEST,
    stories=tuple(
        replace(story, url=LONG_URL, title=LONG_WORD, image_url=LONG_URL, school=LONG_WORD, theme=LONG_WORD)
        for story in DIGEST.stories
    ),
    member_handle="m" * 60,
)

LETTERS: dict[str, Letter] = {
    "acknowledgement": acknowledgement.letter(ACK),
    "acknowledgement-mixed": acknowledgement.letter(MIXED),
    "acknowledgement-unusable": acknowledgement.letter(replace(ACK, stories=(UNUSABLE,))),
    "acknowledgement-retried": acknowledgement.letter(replace(ACK, stories=(RETRIED,))),
    "acknowledgement-known": acknowledgement.letter(replace(ACK, stories=(KNOWN,))),
    "acknowledgement-withdrawn": acknowledgement.letter(replace(ACK, stories=(WITHDRAWN,))),
    "acknowledgement-no-link": acknowledgement.letter(replace(ACK, stories=())),
    "acknowledgement-enclosed": acknowledgement.letter(replace(ACK, stories=(), enclosed=True)),
    "acknowledgement-report": acknowledgement.letter(replace(ACK, stories=(), report=True)),
    "acknowledgement-done": acknowledgement.letter(replace(ACK, stories=(), done=DONE)),
    "acknowledgement-replaced": acknowledgement.letter(replace(ACK, stories=(QUEUED,), done=DONE[2:])),
    "acknowledgement-weeks": acknowledgement.letter(
        replace(ACK, stories=(QUEUED, replace(SECOND, week=11)), week=None)
    ),
    "acknowledgement-bad-day": acknowledgement.letter(BAD_DAY),
    "problem": problem.letter(PROBLEM),
    "problem-bad-day": problem.letter(replace(PROBLEM, url=LONG_URL, title=LONG_WORD)),
    "digest": digest.letter(DIGEST),
    "digest-empty": digest.letter(replace(DIGEST, stories=(), more=0, missing=(), waiting_count=0)),
    "digest-troubled": digest.letter(replace(DIGEST, stories=(), more=0, troubled=True, health=UNWELL)),
    "digest-bad-day": digest.letter(BAD_DIGEST),
    "revise": decision.letter(REVISE),
    "decline": decision.letter(DECLINE),
    "decision-bad-day": decision.letter(replace(REVISE, url=LONG_URL, title=LONG_WORD, note=LONG_URL)),
    "publication": publication.letter(PUBLICATION),
    "publication-bad-day": publication.letter(
        replace(PUBLICATION, title=LONG_WORD, places=(publication.Place(LONG_WORD, LONG_URL, date(2026, 11, 26)),))
    ),
    "alert": alert.letter(ALERT),
    "alert-bad-day": alert.letter(replace(ALERT, title=LONG_WORD, facts=(alert.Fact("Trường", LONG_WORD),))),
}
