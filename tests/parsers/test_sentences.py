"""Where a Vietnamese sentence ends, and where a stop means something else."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.sentences import split_sentences, syllables


@pytest.mark.parametrize(
    ("rule", "sentences"),
    [
        ("plain stops", ["Các em hát.", "Cô giáo cười!", "Ai cũng vui?", "Thật vậy…", "Hết."]),
        ("a title before a name", ["ThS. Nguyễn Văn An và PGS.TS. Trần Bình tới dự.", "Lễ bắt đầu."]),
        ("place words", ["Trường ở P. Giảng Võ, Q. Ba Đình, TP. Hà Nội.", "Ai cũng biết."]),
        ("and so on", ["Có múa, hát, v.v. và trò chơi.", "Cả lớp vui."]),
        ("and so on, then a new sentence", ["Có múa, hát, kịch, v.v.", "Cả lớp vui."]),
        ("days", ["Lễ kỷ niệm 20-11 vào ngày 18/11.", "Khách mời rất đông."]),
        ("numbers", ["Thời đại 4.0 với 1.200 học sinh và 3,5 triệu đồng.", "Hết."]),
        ("the official end", ["Đề nghị các trường thực hiện./.", "Nơi nhận: như trên."]),
        ("a quote that closes after the stop", ["“Con thích lắm.”", "Em nói vậy."]),
        ("a quote that goes on", ["“Con thích lắm!” em reo lên.", "Cô cười."]),
        ("a quoted question", ["Cô hỏi: “Vì sao?”", "Em im lặng."]),
        ("list numbers", ["1. Mục đích của ngày hội.", "2. Yêu cầu đối với các lớp."]),
        ("addresses", ["Xem truong.edu.vn hoặc thư a.b@truong.edu.vn để biết.", "Hết."]),
        ("initials", ["Cô Nguyễn T. H. Mai dạy lớp 4A.", "Thầy Lê dạy lớp 4B."]),
        ("a class letter", ["Em học lớp A.", "Bạn học lớp B."]),
        ("brackets", ["Đội đạt giải Nhất (năm 2025).", "Giải Nhì thuộc về 8A."]),
        ("dots", ["Bé kể mãi...", "Cô cười."]),
        ("no space after the stop", ["Buổi lễ kết thúc.", "Các em ra về."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(rule: str, sentences: list[str]) -> None:
    joiner = "" if rule == "no space after the stop" else " "
    assert [sentence.text for sentence in split_sentences(joiner.join(sentences))] == sentences, rule


def test_a_line_end_ends_a_heading_without_a_stop() -> None:
    text = "NGÀY HỘI ĐỌC SÁCH\nSáng nay, các em đọc sách.\nẢnh: lớp 4A"
    assert [sentence.text for sentence in split_sentences(text)] == text.split("\n")


@given(st.text(alphabet="aĐ. \n“”?!…1/)v", max_size=80))
def test_each_sentence_is_exactly_what_stands_at_its_place(text: str) -> None:
    found = split_sentences(text)
    assert all(text[sentence.start : sentence.end] == sentence.text for sentence in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    letters = [char for char in text if char.isalnum()]
    assert [char for sentence in found for char in sentence.text if char.isalnum()] == letters


@pytest.mark.parametrize("text", ["." * 200_000 + "a", "a. " * 70_000, "a." * 100_000, "A " * 100_000, '"' * 200_000])
def test_hostile_text_is_split_quickly(text: str) -> None:
    started = time.process_time()
    split_sentences(text)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("text", "count"), [("Các em hát.", 3), ("1.200 học sinh lớp 4A2", 5), ("ngày 20/11/2026", 2), ("— …", 0)]
)
def test_syllables_are_counted_as_they_are_written(text: str, count: int) -> None:
    assert syllables(text) == count
