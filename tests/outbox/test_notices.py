"""What each mail says to whom: the wording a school and a board member can rely on."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup

from outbox.letter import Letter, Notice
from outbox.notices import acknowledgement, alert, decision, problem, publication
from outbox.notices.acknowledgement import AckStory
from tests.outbox.samples import (
    ACK,
    ALERT,
    DECLINE,
    KNOWN,
    LETTERS,
    NOW,
    PROBLEM,
    PUBLICATION,
    QUEUED,
    RETRIED,
    REVISE,
    SOCIAL,
    TO,
    UNUSABLE,
)


def flat(text: str) -> str:
    return " ".join(text.split())


def said(letter: Letter, words: str) -> bool:
    """In the text part; line breaks do not count."""
    return words in flat(letter.text)


@pytest.mark.parametrize(
    ("stories", "week", "subject"),
    [
        ((QUEUED, QUEUED), 12, "[BBT] Đã nhận 02 tin bài tuần 12 – Tiểu học Kim Đồng"),
        ((QUEUED,), None, "[BBT] Đã nhận 01 tin bài – Tiểu học Kim Đồng"),
        ((QUEUED, KNOWN), 12, "[BBT] Đã nhận 01 tin bài tuần 12 – Tiểu học Kim Đồng"),
        ((QUEUED, UNUSABLE), 12, "[BBT] Đã nhận 01 tin bài tuần 12, 01 liên kết cần gửi lại – Tiểu học Kim Đồng"),
        ((UNUSABLE, SOCIAL), 12, "[BBT] 02 liên kết tin bài cần gửi lại – Tiểu học Kim Đồng"),
        ((RETRIED,), 12, "[BBT] Đã nhận thư, 01 liên kết đang chờ mở – Tiểu học Kim Đồng"),
        ((KNOWN,), 12, "[BBT] 01 tin bài đã có từ trước – Tiểu học Kim Đồng"),
        ((), None, "[BBT] Thư chưa có đường dẫn tin bài – Tiểu học Kim Đồng"),
    ],
)
def test_the_subject_of_an_acknowledgement_says_how_it_went(
    stories: tuple[AckStory, ...], week: int | None, subject: str
) -> None:
    assert acknowledgement.letter(replace(ACK, stories=stories, week=week)).subject == subject


def test_an_acknowledgement_names_each_story_by_number_title_date_and_summary() -> None:
    letter = acknowledgement.letter(ACK)
    for words in ("#123 – Rộn ràng lễ tri ân", "Đăng ngày 20/11/2026", "hơn 1.200 học sinh", "#124 – Chuyên đề STEM"):
        assert said(letter, words)
    assert (letter.notice, letter.to, letter.answers) == (Notice.ACKNOWLEDGEMENT, TO, "<mail-1@schools.example>")
    assert letter.references == ("<first@schools.example>",)


def test_an_acknowledgement_says_for_which_week_it_counts_and_why() -> None:
    assert said(LETTERS["acknowledgement"], "ghi nhận cho tuần 12, từ 23/11/2026 đến 29/11/2026.")
    assert said(LETTERS["acknowledgement-mixed"], "Thư ghi tuần 11, nhưng tuần 11 đã hết hạn")
    assert not said(LETTERS["acknowledgement-unusable"], "tuần 12")
    no_week = acknowledgement.letter(replace(ACK, week=None, week_reason="tuần nghỉ Tết không giao chỉ tiêu"))
    assert said(no_week, "Tuần nghỉ Tết không giao chỉ tiêu.")


@pytest.mark.parametrize("part", ["text", "html"])
def test_what_waits_to_be_opened_will_be_credited_and_that_is_said_after_the_list(part: str) -> None:
    letter = acknowledgement.letter(replace(ACK, stories=(RETRIED,)))
    shown = " ".join(BeautifulSoup(getattr(letter, part), "lxml").text.split()).lower()
    _, below = shown.split(RETRIED.url, 1)
    assert "khi mở được, tin bài sẽ được ghi nhận cho tuần 12, từ 23/11/2026 đến 29/11/2026." in below


def test_why_no_week_counts_is_said_of_what_waits_to_be_opened_too() -> None:
    letter = acknowledgement.letter(replace(ACK, stories=(RETRIED,), week=None, week_reason="tuần nghỉ Tết"))
    assert said(letter, "Tuần nghỉ Tết.")
    assert not said(letter, "ghi nhận cho tuần")


def test_a_story_sent_again_is_thanked_for_and_says_since_when_and_how_it_stands() -> None:
    letter = LETTERS["acknowledgement-known"]
    assert said(letter, "và đã được ghi nhận cho tuần 11; không cần gửi lại.")
    assert said(letter, "Cảm ơn Nhà trường đã quan tâm gửi tin bài.")
    assert flat(letter.text).count("Cảm ơn") == 1
    assert not said(acknowledgement.letter(replace(ACK, stories=(replace(KNOWN, credited_week=None),))), "cho tuần")
    dated = replace(KNOWN, sent_on=date(2026, 11, 17), standing="đã đăng ngày 19/11/2026")
    assert said(
        acknowledgement.letter(replace(ACK, stories=(dated,))),
        "Nhà trường đã gửi ngày 17/11/2026 (bài #7, đã đăng ngày 19/11/2026)",
    )


@pytest.mark.parametrize(
    ("story", "words"),
    [
        (UNUSABLE, "Chưa dùng được: chỉ là trang chủ của website, chưa phải đường dẫn tới một bài viết."),
        (replace(SOCIAL, advice="xin gửi kèm nội dung"), "Xin gửi kèm nội dung."),
        (RETRIED, "Hệ thống sẽ tự thử lại, Nhà trường chưa cần gửi lại"),
        (replace(RETRIED, reason=None), "Chưa mở được: trang chưa trả lời. Hệ thống sẽ tự thử lại"),
        (
            replace(KNOWN, credited_week=None),
            "Nhà trường đã gửi ngày 17/11/2026 (bài #7, đang chờ Ban biên tập); không cần gửi lại.",
        ),
        (replace(UNUSABLE, reason=None, title=None), "Chưa dùng được: chưa mở được bài viết."),
    ],
)
def test_a_link_that_is_no_use_gets_its_reason_and_what_to_do(story: AckStory, words: str) -> None:
    letter = acknowledgement.letter(replace(ACK, stories=(story,)))
    assert said(letter, words)
    assert said(letter, story.url)


def test_one_numbering_goes_through_the_whole_letter_and_says_how_to_answer() -> None:
    letter = acknowledgement.letter(replace(ACK, stories=(UNUSABLE, QUEUED)))
    assert said(letter, "kèm đường dẫn đúng của bài 1.")
    assert said(letter, "xin ghi “bỏ bài 2”")


def test_a_result_is_promised_only_for_what_was_received() -> None:
    assert said(LETTERS["acknowledgement"], "kết quả sẽ được thông báo tới Nhà trường sau")
    for name in ("unusable", "retried", "known", "no-link"):
        assert not said(LETTERS[f"acknowledgement-{name}"], "kết quả sẽ được thông báo")


def test_one_acknowledgement_can_answer_several_mails() -> None:
    letter = acknowledgement.letter(replace(ACK, other_mails=(NOW + timedelta(minutes=9),)))
    assert said(letter, "gửi lúc 07:45, thứ Tư ngày 25/11/2026 và 01 thư tiếp theo (07:54, thứ Tư ngày 25/11/2026)")


def test_a_sender_nobody_vouches_for_is_asked_to_object() -> None:
    words = "Nếu tin bài trên không do Nhà trường gửi, xin trả lời thư này"
    assert said(acknowledgement.letter(replace(ACK, unverified=True)), words)
    assert not said(acknowledgement.letter(ACK), words)


@pytest.mark.parametrize("name", [name for name in LETTERS if not name.startswith(("digest", "alert"))])
def test_a_letter_to_a_school_is_formal_automatic_and_names_a_person_to_reach(name: str) -> None:
    letter = LETTERS[name]
    for words in ("Kính gửi: Trường", "Nhà trường", "Trân trọng./.", "gửi tự động", "pgd@office.example"):
        assert said(letter, words)
        assert words in flat(letter.html.replace("<strong>", "")) or words == "Kính gửi: Trường"
    assert letter.subject.startswith("[BBT] ")
    assert "quý khách" not in letter.text.lower()
    assert " bạn " not in letter.text.lower()


def test_a_problem_tells_what_was_tried_and_asks_for_a_better_link() -> None:
    letter = problem.letter(PROBLEM)
    for words in ("thử mở nhiều lần", "#125 – Ngày hội đọc sách", PROBLEM.url, "Website của trường không trả lời."):
        assert said(letter, words)
    bare = problem.letter(replace(PROBLEM, number=None, title=None))
    assert said(bare, PROBLEM.url)
    assert "#" not in bare.text


@pytest.mark.parametrize("context", [REVISE, DECLINE])
def test_a_decision_gives_the_boards_words_and_keeps_the_weeks_credit(context: decision.Decision) -> None:
    letter = decision.letter(context)
    assert said(letter, flat(context.note))
    assert said(letter, "không ảnh hưởng tới ghi nhận tin bài tuần 12 của Nhà trường.")
    assert said(decision.letter(replace(context, week=None)), "không ảnh hưởng tới kết quả gửi tin bài của Nhà trường.")


def test_a_note_of_several_lines_stays_several_lines() -> None:
    lines = [line.strip() for line in decision.letter(REVISE).text.split("\n")]
    assert {"Chưa rõ thời gian, địa điểm tổ chức.", "Ảnh thứ hai thiếu chú thích."} <= set(lines)


def test_a_declined_school_is_thanked_and_asked_for_more() -> None:
    letter = decision.letter(DECLINE)
    assert said(letter, "Cảm ơn Nhà trường")
    assert said(letter, "mong tiếp tục nhận được tin bài")
    assert letter.subject == "[BBT] Về tin bài #123 – Tiểu học Kim Đồng"


def test_a_publication_names_every_place_and_asks_to_share() -> None:
    letter = publication.letter(PUBLICATION)
    assert letter.subject == "[BBT] Tin bài #123 của Trường Tiểu học Kim Đồng đã được đăng"
    for place in PUBLICATION.places:
        assert said(letter, f"{place.channel}, ngày 26/11/2026: {place.url}")
    assert said(letter, "chia sẻ bài viết")


def test_an_alert_says_in_its_subject_what_is_the_matter_and_then_what_is_known_and_what_to_do() -> None:
    letter = alert.letter(ALERT)
    assert letter.subject == "[BBT] Khẩn: vụ việc số 41 – Trường Tiểu học Kim Đồng"
    assert said(letter, "Trường: Trường Tiểu học Kim Đồng")
    assert said(letter, "Mức độ: khẩn")
    assert said(letter, "Một thư cần lãnh đạo xem ngay.")
