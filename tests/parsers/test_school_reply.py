"""What a school asks for when it answers one of our letters."""

import time
import unicodedata
from datetime import UTC, date, datetime

import pytest

from outbox.notices import acknowledgement, problem
from parsers.school_reply import OUR_WORDS, read_reply
from parsers.school_reply_sentence import parse_requests
from parsers.school_request import ALL, LAST, Number, Request, Verb
from parsers.words import fold, plain
from tests.outbox import samples
from tests.parsers.letters import CALENDAR, letter

DAY = date(2026, 11, 24)  # Tuesday of school week 12
RECEIVED = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def asked(text: str) -> list[str]:
    """The requests in short: "withdraw 2 3", "reweek #123 → 11", "replace 2 (firm)", "unclear"."""
    return [in_short(request) for request in parse_requests(text, DAY, CALENDAR)]


def in_short(request: Request) -> str:
    if request.verb is Verb.UNCLEAR:
        return "unclear"
    which = "all" if request.numbers == ALL else " ".join(map(number, request.numbers))
    spared = f" but {' '.join(map(number, request.excepted))}" if request.excepted else ""
    count = f" of {request.count}" if request.count else ""
    week = f" → {request.week}" if request.week else ""
    firm = " firm" if request.verb is Verb.REPLACE and request.firm else ""
    return f"{request.verb} {which}{count}{spared}{week}{firm}".replace("  ", " ").strip()


def number(given: Number) -> str:
    return "last" if given.value == LAST else f"{'#' if given.story else ''}{given.value}"


@pytest.mark.parametrize(
    ("text", "requests"),
    [
        ("bỏ bài 2", "withdraw 2"),
        ("Bỏ bài số 2 ạ.", "withdraw 2"),
        ("rút bài 2", "withdraw 2"),
        ("Dạ BBT bỏ giúp em bài thứ 2 với ạ", "withdraw 2"),
        ("xin gỡ bài 2 và 3", "withdraw 2 3"),
        ("Trường xin rút lại bài 2, bài 4.", "withdraw 2 4"),
        ("gỡ bỏ bài 2, 3 và 5 giúp trường nhé", "withdraw 2 3 5"),
        ("xóa bài 2 đến bài 4", "withdraw 2 3 4"),
        ("bỏ bài 2-4", "withdraw 2 3 4"),
        ("huỷ bài 2 dùm em", "withdraw 2"),
        ("Kính gửi BBT, trường xin rút bài 2 vì phụ huynh không đồng ý đăng ảnh của con. Bài 1 giữ nguyên ạ.", "withdraw 2"),
        ("bài 2 trường xin rút ạ", "withdraw 2"),
        ("Bài 2: bỏ giúp em", "withdraw 2"),
        ("bài 2 và 3 xin rút lại", "withdraw 2 3"),
        ("Bài 2 bị mờ ảnh, cho trường rút ạ", "withdraw 2"),
        ("bỏ #124", "withdraw #124"),
        ("Rút #123, #124 giúp trường", "withdraw #123 #124"),
        ("xin rút bài #124 ạ", "withdraw #124"),
        ("bỏ bài thứ hai", "withdraw 2"),
        ("bỏ bài đầu tiên ạ", "withdraw 1"),
        ("rút bài cuối cùng giúp em", "withdraw last"),
        ("bỏ hết giúp em ạ", "withdraw all"),
        ("xin rút tất cả các bài", "withdraw all"),
        ("bỏ cả hai bài", "withdraw all of 2"),
        ("rút cả 3 bài ạ", "withdraw all of 3"),
        ("bỏ hết trừ bài 1", "withdraw all but 1"),
        ("Giữ bài 1, bỏ các bài còn lại ạ", "withdraw all but 1"),
        ("bỏ tất cả, chỉ giữ lại bài 3", "withdraw all but 3"),
        ("Trường xin rút bài này ạ", "withdraw"),
        ("xin rút bài ạ", "withdraw"),
        ("Cho em xin rút ạ", "withdraw"),
        ("không phải bài của trường em", "withdraw"),
        ("bài 2 không phải của trường em ạ", "withdraw 2"),
        ("Bài này không phải bài của trường", "withdraw"),
        ("đừng đăng bài 2 nữa ạ", "withdraw 2"),
        ("Thôi không đăng bài 2 nữa BBT nhé", "withdraw 2"),
        ("Bỏ bài 2 giúp em được không ạ?", "withdraw 2"),
        ("BO BAI 2 GIUP EM VOI A", "withdraw 2"),
        ("bo bai so 2 nhe", "withdraw 2"),
        ("rut bai 2 va 3 giup truong", "withdraw 2 3"),
        ("bỏ bài 2. Cảm ơn BBT!", "withdraw 2"),
        ("bỏ bài 2, gỡ bài 3", "withdraw 2|withdraw 3"),
        ("Xin BBT cho trường rút bài thứ 2, thứ 3", "withdraw 2 3"),
        ("BBT loại bài 2 giúp em", "withdraw 2"),
        ("Bài 2 trùng với bài tuần trước, BBT bỏ giúp trường ạ", "withdraw 2"),
        ("BỎ BÀI SỐ 2, BÀI 1 GIỮ NGUYÊN", "withdraw 2"),
        ("không rút bài 1, chỉ rút bài 2", "withdraw 2"),
        ("bỏ bài 2 chứ không bỏ bài 1", "withdraw 2"),
        ("bỏ bài 2 - gửi nhầm", "withdraw 2"),
        ("- Bài 1: giữ nguyên\n- Bài 2: rút", "withdraw 2"),
        ("“bỏ bài 2”", "withdraw 2"),
        ("bỏ #124 và bài 2", "withdraw #124 2"),
    ],
)  # fmt: skip
def test_a_story_is_taken_back(text: str, requests: str) -> None:
    assert asked(text) == requests.split("|")


@pytest.mark.parametrize(
    ("text", "requests"),
    [
        ("bài 1 là của tuần 11", "reweek 1 → 11"),
        ("bài 1: tuần 11", "reweek 1 → 11"),
        ("Bài 1 tuần 11 ạ", "reweek 1 → 11"),
        ("bài số 1 thuộc tuần thứ 11", "reweek 1 → 11"),
        ("bài 1 là của tuần mười một", "reweek 1 → 11"),
        ("bài 1, 2 của tuần 11", "reweek 1 2 → 11"),
        ("bài 1 và bài 2 là của tuần 11 ạ", "reweek 1 2 → 11"),
        ("#123 là của tuần 11", "reweek #123 → 11"),
        ("sai tuần, bài này của tuần 11", "reweek → 11"),
        ("sai tuần rồi ạ, tuần 11", "reweek all → 11"),
        ("tuần 11 chứ không phải 12", "reweek all → 11"),
        ("Tuần 11 chứ không phải tuần 12 ạ", "reweek all → 11"),
        ("tuần 11 mới đúng, không phải tuần 12", "reweek all → 11"),
        ("không phải tuần 12 mà là tuần 11", "reweek all → 11"),
        ("Bài 2 không phải tuần 12 mà tuần 11", "reweek 2 → 11"),
        ("BBT ghi nhầm tuần rồi ạ. Bài này là của tuần 11, trường chưa nộp tuần 11 nên nhờ BBT sửa lại giúp.", "reweek → 11"),
        ("chuyển bài 1 sang tuần 11 giúp em", "reweek 1 → 11"),
        ("BBT sửa lại thành tuần 11 giúp trường", "reweek all → 11"),
        ("Nhờ BBT ghi nhận cho tuần 11 ạ", "reweek all → 11"),
        ("tính bài 2 vào tuần 11 nhé", "reweek 2 → 11"),
        ("cả hai bài là của tuần 11", "reweek all of 2 → 11"),
        ("các bài này của tuần trước", "reweek all → 11"),
        ("Bài này là của tuần trước ạ", "reweek → 11"),
        ("bài 1 tuần 11, bài 2 tuần 12", "reweek 1 → 11|reweek 2 → 12"),
        ("bài 1 là của tuần 48", "reweek 1 → 48"),
        ("sai tuan, bai nay cua tuan 11", "reweek → 11"),
        ("bai 1 la cua tuan 11 a", "reweek 1 → 11"),
        ("Em ghi nhầm tuần ạ. Tuần đúng là tuần 11.", "reweek all → 11"),
        ("bỏ bài 2, bài 1 là của tuần 11", "withdraw 2|reweek 1 → 11"),
        ("bỏ bài 2 còn bài 1 là của tuần 11 ạ", "withdraw 2|reweek 1 → 11"),
        ("Sai tuần bài 2 rồi ạ, phải là tuần 11.", "reweek 2 → 11"),
        ("ghi nhầm tuần, phải là tuần 11", "reweek all → 11"),
        ("Cả 2 bài đều của tuần 11", "reweek all of 2 → 11"),
        ("Hai bài trên là của tuần 11", "reweek all of 2 → 11"),
        ("bài 1,2,3 tuần 11", "reweek 1 2 3 → 11"),
        ("BBT ơi bài này nộp cho tuần 11 mà", "reweek → 11"),
        ("Đây là bài của tuần trước ạ, trường gửi muộn", "reweek → 11"),
        ("Bài 2 để tuần 13 nhé", "reweek 2 → 13"),
        ("#124 bỏ, #125 tuần 11", "withdraw #124|reweek #125 → 11"),
        ("Bài 1: giữ nguyên; bài 2: rút; bài 3: tuần 11", "withdraw 2|reweek 3 → 11"),
    ],
)  # fmt: skip
def test_a_story_is_of_another_week(text: str, requests: str) -> None:
    assert asked(text) == requests.split("|")


@pytest.mark.parametrize(
    "text",
    [
        "không bỏ bài 2",
        "Đừng bỏ bài 2 nhé",
        "trường không muốn rút bài 2",
        "chưa rút bài nào ạ",
        "BBT đừng gỡ bài 2 giúp em",
        "khong bo bai 2",
        "Cảm ơn BBT ạ",
        "Vâng ạ, em cám ơn phòng nhiều nhé",
        "Cảm ơn BBT đã ghi nhận cho tuần 12 ạ.",
        "Dạ trường đã nhận được, tuần 13 trường sẽ gửi tiếp.",
        "Không sai tuần đâu ạ",
        "Trường rút kinh nghiệm ạ",
        "Mong BBT bỏ qua cho",
        "Trường không đồng ý bỏ bài 2",
        "Tuần sau trường gửi 2 bài nhé",
        "Trường em bỏ sót, xin rút kinh nghiệm",
        "bài 2 giữ nguyên ạ",
        "Bài 2 ảnh đẹp quá ạ",
        "Trường cảm ơn BBT. Cho trường hỏi bao giờ thì bài được đăng lên cổng, và có cần gửi thêm ảnh gốc không ạ?",
    ],
)
def test_what_asks_for_nothing_is_no_request(text: str) -> None:
    assert asked(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "bỏ bài Hội khỏe Phù Đổng",
        "gỡ ảnh trong bài 2 giúp em",
        "bỏ câu cuối của bài 2",
        "xóa tên học sinh ở bài 2",
        "bỏ bài 2 hoặc bài 3",
        "nếu bài 2 không dùng được thì bỏ bài 2",
        "BBT đã bỏ bài 2 chưa ạ?",
        "Vì sao BBT bỏ bài 2 ạ?",
        "Sao lại gỡ bài 2?",
        "Trường đã gỡ bài 2 trên web rồi ạ",
        "Có nên bỏ bài 2 không ạ?",
        "tạm gỡ bài 2",
        "khoan đăng bài 2 ạ",
        "giữ bài 2, bỏ bài 2",
        "bỏ các bài còn lại",
        "Sáng mai trường sẽ bỏ bài 2 và gửi bài khác",
        "Bài số 2 là do gửi nhầm ạ, xin BBT bỏ qua",
        "bỏ 2 bài",
        "bỏ bài 12/11",
        "chuyển bài 2 sang tuần sau",
        "Bài 2 lùi sang tuần sau giúp em",
        "Tùy BBT, bỏ bài 2 cũng được",
        "Bỏ bài 2 do ảnh mờ, bỏ cả bài 3",
        "sai tuần rồi ạ",
        "Bài này tính vào tuần 11 hay tuần 12 ạ?",
        "trường em không gửi bài này",
        "Không phải tuần 12 ạ",
        "Cảm ơn BBT, bỏ cái thứ hai giúp em nhé",
    ],
)
def test_what_is_not_plain_is_for_a_person(text: str) -> None:
    assert asked(text) == ["unclear"]


@pytest.mark.parametrize(
    ("text", "requests"),
    [
        ("Link đúng đây ạ: https://c1.example/a", "replace firm"),
        ("https://c1.example/a", "replace"),
        ("Bài 2: https://c1.example/a", "replace 2"),
        ("bài 2:\nhttps://c1.example/a", "replace 2"),
        ("Em gửi lại link bài 2 ạ: https://c1.example/a", "replace 2 firm"),
        ("thay bài 2 bằng link này: https://c1.example/a", "replace 2 firm"),
        ("Link đúng của bài 1: https://c1.example/a\nLink đúng của bài 3: https://c1.example/b", "replace 1 3 firm"),
        ("thay #124 bằng https://c1.example/a", "replace #124 firm"),
        ("Link lúc chiều thiếu ảnh, thầy đã đăng lại bài khác. Trường gửi link đúng ạ:\nhttps://c1.example/a", "replace firm"),
        ("Cảm ơn Ban biên tập! Trường gửi thêm một bài nữa ạ:\nhttps://c1.example/a", ""),
        ("em đã sửa link bài 2 rồi ạ", ""),
        ("Dạ em xin gửi bài tuần 13: https://c1.example/a", ""),
        ("Bỏ bài 2 thay bằng link này: https://c1.example/a", "withdraw 2|replace 2 firm"),
        ("Bài thứ 2: https://c1.example/a, bài thứ 3: https://c1.example/b", "replace 2 3"),
        ("bỏ bài 1, bài 2 link đúng: https://c1.example/a", "withdraw 1|replace 2 firm"),
    ],
)  # fmt: skip
def test_a_link_in_the_reply_may_replace_a_story(text: str, requests: str) -> None:
    assert asked(text) == ([each for each in requests.split("|") if each])


@pytest.mark.parametrize("typed", [str.upper, fold, lambda text: unicodedata.normalize("NFD", text)])
@pytest.mark.parametrize(
    ("text", "requests"),
    [
        ("xin rút bài số 2 và bài 3 giúp trường ạ", ["withdraw 2 3"]),
        ("sai tuần, bài 1 là của tuần 11", ["reweek 1 → 11"]),
        ("đừng bỏ bài 2", []),
    ],
)
def test_it_does_not_matter_how_it_is_typed(text: str, requests: list[str], typed: object) -> None:
    assert callable(typed)
    assert asked(typed(text)) == requests


def test_the_reason_of_a_request_asks_for_nothing() -> None:
    assert asked("Rút bài 2 vì bài 3 đã nói cùng nội dung") == ["withdraw 2"]
    assert asked("Do ảnh mờ, trường xin rút bài 2") == ["withdraw 2"]


def test_a_line_that_a_mail_program_wrapped_is_read_as_one() -> None:
    text = "Kính gửi Ban biên tập, nhà trường xin phép được rút lại bài số\n2 và bài số 3 trong danh sách ạ."
    assert asked(text) == ["withdraw 2 3"]


def test_only_the_words_of_the_reply_itself_count() -> None:
    quoted = "Vâng ạ.\n\nVào Th 4, 25 thg 11, 2026 lúc 09:00 Ban biên tập <pgd@x.example> đã viết:\n> ghi “bỏ bài 2”\n"
    reply = read_reply(letter(quoted, subject="Re: [BBT] Đã nhận", references=("<a@b>",)), RECEIVED, CALENDAR)
    assert reply.requests == ()


@pytest.mark.parametrize("name", ["acknowledgement", "acknowledgement-mixed", "acknowledgement-unusable", "problem"])
def test_our_own_letter_quoted_without_a_sign_asks_for_nothing(name: str) -> None:
    ours = samples.LETTERS[name].text
    reply = read_reply(letter("Vâng ạ.\n\n" + ours, subject="Re: [BBT]", references=("<a@b>",)), RECEIVED, CALENDAR)
    assert reply.requests == ()
    assert any(words in " ".join(plain(ours).split()) for words in OUR_WORDS)


def test_a_request_above_our_letter_quoted_without_a_sign_counts() -> None:
    ours = samples.LETTERS["acknowledgement"].text
    reply = read_reply(letter("bỏ bài 1 ạ\n\n" + ours, subject="Re: [BBT]", references=("<a@b>",)), RECEIVED, CALENDAR)
    assert [in_short(request) for request in reply.requests] == ["withdraw 1"]


STORY = (
    "Sáng 24/11/2026, tại sân trường, hơn 800 học sinh khối 4 và khối 5 đã tham gia ngày hội đọc sách do thư viện nhà "
    "trường phối hợp với cha mẹ học sinh tổ chức. Các em giới thiệu cuốn sách mình yêu thích và trao đổi sách cũ. "
    "Không ai bỏ bài 2 trong phần thi kể chuyện theo sách."
)


def test_the_text_of_a_story_is_told_from_the_words_about_it() -> None:
    body = (
        f"Kính gửi BBT, trường gửi nội dung bài ạ:\n\nNgày hội đọc sách của học sinh khối 4\n\n{STORY}\n\nTrân trọng!"
    )
    reply = read_reply(letter(body, references=("<a@b>",)), RECEIVED, CALENDAR)
    assert reply.title == "Ngày hội đọc sách của học sinh khối 4"
    assert reply.text == STORY
    assert reply.summary is not None
    assert "800 học sinh" in reply.summary
    assert "Sáng 24/11" not in reply.said
    assert reply.requests == ()


def test_a_long_polite_letter_is_no_story() -> None:
    text = (
        "Kính gửi Ban biên tập, nhà trường xin phép được rút lại bài số 2 trong thư trước do phụ huynh học sinh chưa đồng "
        "ý cho đăng hình ảnh của các em, kính mong Ban biên tập thông cảm và tạo điều kiện giúp đỡ nhà trường trong thời "
        "gian tới ạ."
    )
    reply = read_reply(letter(text, references=("<a@b>",)), RECEIVED, CALENDAR)
    assert reply.text is None
    assert [in_short(request) for request in reply.requests] == ["withdraw 2"]


def test_a_short_reply_brings_no_story() -> None:
    assert read_reply(letter("Bài trên Facebook trường sẽ gửi sau ạ."), RECEIVED, CALENDAR).text is None


def test_a_link_behind_words_counts_as_one() -> None:
    body = '<p>Link đúng của bài 2 <a href="https://c1.example/a">ở đây</a> ạ</p>'
    reply = read_reply(letter(html=body, references=("<a@b>",)), RECEIVED, CALENDAR)
    assert [in_short(request) for request in reply.requests] == ["replace 2 firm"]


@pytest.mark.parametrize(
    "text",
    ["bài 1, " * 4000, "bỏ giúp em " * 2000, "không phải tuần 12 " * 1500, "bài 1 - " * 3000, "rút lại đi cho em " * 1500, "a" * 20000],
)  # fmt: skip
def test_a_hostile_reply_takes_no_time(text: str) -> None:
    began = time.perf_counter()
    parse_requests(text, DAY, CALENDAR)
    assert time.perf_counter() - began < 2


def test_our_letters_say_how_to_answer_them_in_words_that_are_understood() -> None:
    assert "bỏ bài 2" in samples.LETTERS["acknowledgement"].text
    assert acknowledgement.letter(samples.ACK).text == samples.LETTERS["acknowledgement"].text
    assert problem.letter(samples.PROBLEM).text == samples.LETTERS["problem"].text
