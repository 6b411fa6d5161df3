"""Vietnamese words for comparing."""

import pytest

from parsers.words import Words, fold, has_marks, plain


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Hoà bình", "hòa bình"),
        ("KHOẺ", "khỏe"),
        ("thuỷ thủ", "thủy thủ"),
        ("quý", "quý"),  # the u belongs to qu: the tone has only one place
        ("Hoàn Kiếm", "hoàn kiếm"),  # a closed syllable: the tone has only one place
        ("Ðại Yên", "đại yên"),  # the Icelandic letter
        ("tuâ\u0300n", "tuần"),  # decomposed, as a Mac writes it
        ("tin\u200b bài", "tin bài"),
    ],
)
def test_one_syllable_has_one_spelling(written: str, compared: str) -> None:
    assert plain(written) == compared


def test_folding_drops_every_mark_and_the_bar_of_d() -> None:
    assert fold("Đường Hoàng Diệu, số 9") == "duong hoang dieu, so 9"


@pytest.mark.parametrize(
    ("text", "marked"),
    [("Trường gửi bài", True), ("Truong gui bai tuan 12", False), ("https://x.example/tin-tức", False), ("", False)],
)
def test_a_text_without_marks_is_recognised(text: str, marked: bool) -> None:
    assert has_marks(text) is marked


@pytest.mark.parametrize(
    ("text", "phrase", "found"),
    [
        ("Có học sinh bị đánh.", "bị đánh", True),
        ("Các bạn bị đánhx", "bị đánh", False),
        ("Cháy hàng", "chạy hàng", False),  # with marks the marks must agree
        ("vu chay lon", "vụ cháy", True),  # without marks two syllables are enough
        ("chay", "cháy", False),  # one is not
        ("Vụ việc.\nCháy rừng", "việc cháy", False),  # never across sentences
        ("phòng, chống đuối nước", "phòng chống", True),
    ],
)
def test_phrases_are_matched_by_whole_syllables(text: str, phrase: str, found: bool) -> None:
    assert Words.of(text).has([phrase]) is found


def test_a_phrase_goes_on_over_the_end_of_a_wrapped_line_but_not_over_that_of_a_short_one() -> None:
    wrapped = "Nhà trường kính báo cáo với Phòng về việc chiều nay có hai em học sinh\nđánh nhau"
    assert Words.of(wrapped).has(["học sinh đánh nhau"])
    assert not Words.of("Có hai học sinh\nđánh nhau").has(["học sinh đánh nhau"])


def test_a_veto_silences_its_own_sentence_only() -> None:
    words = Words.of("Chuyên đề phòng chống bạo lực: khi bị đánh. Hôm nay có em bị đánh.")
    assert words.find(["bị đánh"], ["phòng chống"]) == ("bị đánh",)
    assert Words.of("Chuyên đề phòng chống bạo lực: khi bị đánh").find(["bị đánh"], ["phòng chống"]) == ()


def test_a_veto_that_is_a_phrase_in_a_longer_word_silences_only_itself() -> None:
    veto = ["bị đánh giá", "phòng chống"]
    assert Words.of("Trường bị đánh giá thấp").find(["bị đánh"], veto) == ()
    assert Words.of("Truong bi danh gia thap").find(["bị đánh"], veto) == ()
    assert Words.of("Trường bị đánh giá thấp vì có em bị đánh").find(["bị đánh"], veto) == ("bị đánh",)
    assert Words.of("Truong bi danh gia thap vi co em bi danh").find(["bị đánh"], veto) == ("bị đánh",)


def test_each_piece_is_judged_for_marks_by_itself() -> None:
    assert Words.of("bao cao nhanh", "Trường gửi báo cáo").has(["báo cáo nhanh"])
    assert not Words.of("Trường gửi bao cao nhanh đến Phòng ạ").has(["báo cáo nhanh"])


def test_a_phrase_without_a_syllable_never_stands_in_a_text() -> None:
    assert not Words.of("Hết câu. ...").has(["!"])
