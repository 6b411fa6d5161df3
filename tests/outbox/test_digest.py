"""What the board reads of a morning: stories, schools that owe one, and what needs a person."""

from dataclasses import replace

import pytest

from outbox.notices import digest
from tests.outbox.samples import DIGEST, LETTERS
from tests.outbox.test_notices import flat, said

LOST = digest.UnreachableOwner("TH Kim Đồng", "c1kimdong@schools.example")
NONE: dict[str, object] = {"stories": (), "more": 0}


def test_a_digest_shows_what_a_member_needs_to_decide() -> None:
    letter = digest.letter(DIGEST)
    for words in (
        "#123 – TH Kim Đồng",
        "Rộn ràng lễ tri ân",
        "hơn 1.200 học sinh",
        "Chủ đề: Gương người tốt",
        "Ảnh: https://c1kimdong.example",
        "Đăng 20/11/2026, nhận 07:45, thứ Tư ngày 25/11/2026",
        "Lưu ý: chỉ có ảnh, chưa có bài viết; trang không ghi ngày đăng",
        "Còn 04 tin bài khác",
        "- Mầm non (02): MN Sao Mai, MN Hoa Mai.",
        "02 thư đang chờ người xem.",
        "Hộp thư đọc lúc 06:58",
        "TRƯỜNG CHƯA CÓ TIN BÀI TUẦN 12 (từ 23/11/2026 đến 29/11/2026)",
        "Kính gửi: Nguyễn Thị Mai",
    ):
        assert said(letter, words), words
    assert "javascript" not in letter.text + letter.html


@pytest.mark.parametrize(
    ("change", "subject"),
    [
        ({"more": 0}, "[BBT] Tổng hợp tin bài chờ duyệt – 25/11/2026: 03 bài, 03 trường"),
        ({"more": 4}, "[BBT] Tổng hợp tin bài chờ duyệt – 25/11/2026: 07 bài"),
        ({"more": 4, "troubled": True}, "[BBT] Tổng hợp tin bài chờ duyệt – 25/11/2026: 07 bài"),
        (NONE | {"waiting_count": 0}, "[BBT] Không có tin bài chờ duyệt – 25/11/2026"),
        (
            NONE | {"waiting_count": 0, "unreachable": (LOST,)},
            "[BBT] Có việc cần người xem, không có tin bài chờ duyệt – 25/11/2026",
        ),
        (NONE | {"waiting_count": 2}, "[BBT] Có việc cần người xem, không có tin bài chờ duyệt – 25/11/2026"),
        (
            NONE | {"waiting_count": 0, "troubled": True},
            "[BBT] Có việc cần người xem, không có tin bài chờ duyệt – 25/11/2026",
        ),
    ],
)
def test_the_subject_of_a_digest_counts(change: dict[str, object], subject: str) -> None:
    assert digest.letter(replace(DIGEST, **change)).subject == subject  # type: ignore[arg-type]


def test_a_digest_says_how_a_decision_is_made_today_and_promises_no_reply_command() -> None:
    letter = digest.letter(DIGEST)
    for command in (
        "tinbai approve 123 --as mai",
        'tinbai revise 123 --as mai --note "…"',
        "tinbai publish 123 --as mai",
    ):
        assert said(letter, command)
    assert "trả lời thư này" not in flat(letter.text)
    assert "tinbai approve" not in digest.letter(replace(DIGEST, stories=(), more=0)).text


def test_a_digest_without_stories_says_no_more_than_it_knows_and_what_needs_a_person_first() -> None:
    text = flat(LETTERS["digest-troubled"].text)
    assert "Tính đến thứ Tư ngày 25/11/2026, hiện không có tin bài nào chờ duyệt." in text
    assert "quyết định" not in text
    needed, _, rest = text.partition("TRƯỜNG CHƯA CÓ")
    assert "02 thư đang chờ người xem. Hộp thư không đọc được từ 06:10, 25/11/2026" in needed
    assert "Xin báo người vận hành của văn phòng xử lý." in needed
    assert rest.count("thư đang chờ người xem") == 0
    assert not said(LETTERS["digest-empty"], "Xin báo người vận hành")


def test_a_digest_of_a_quiet_week_and_of_a_break() -> None:
    quiet = digest.letter(replace(DIGEST, missing=()))
    assert said(quiet, "TIN BÀI TUẦN 12 (từ 23/11/2026 đến 29/11/2026) Các trường đều đã gửi tin bài tuần này.")
    assert "chưa có tin bài tuần" not in flat(quiet.text + quiet.html).lower()
    pause = digest.letter(replace(DIGEST, week=None, missing=()))
    assert "tuần" not in pause.text.lower().replace("tuần trước", "")


def test_a_flag_or_level_without_words_is_shown_as_it_is() -> None:
    story = replace(DIGEST.stories[0], flags=("something_new",))
    school = digest.MissingSchool("Trung tâm X", "TT")
    letter = digest.letter(replace(DIGEST, stories=(story,), missing=(school,)))
    assert said(letter, "Lưu ý: something_new.")
    assert said(letter, "- TT (01): Trung tâm X.")


def test_a_digest_names_whom_mail_does_not_reach_in_one_line() -> None:
    second = digest.UnreachableOwner("MN <b>Sao Mai", "mnsaomai@schools.example")
    letter = digest.letter(replace(DIGEST, unreachable=(LOST, second)))
    line = (
        "Không gửi được thư tới: TH Kim Đồng (c1kimdong@schools.example), MN <b>Sao Mai (mnsaomai@schools.example); cần"
    )
    assert said(letter, f"{line} hỏi lại địa chỉ.")
    assert "MN &lt;b&gt;Sao Mai (mnsaomai@schools.example); cần hỏi lại địa chỉ." in flat(letter.html)


def test_a_digest_names_ten_of_them_and_counts_the_rest() -> None:
    lost = tuple(digest.UnreachableOwner(f"Trường {number}", f"t{number}@x.example") for number in range(13))
    letter = digest.letter(replace(DIGEST, unreachable=lost))
    assert said(letter, "Trường 9 (t9@x.example) và 03 địa chỉ khác; cần hỏi lại địa chỉ.")
    assert "Trường 10" not in letter.text
