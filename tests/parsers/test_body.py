"""Which part of a mail says what."""

import pytest

from parsers.body import OWN_PARTS, sections, text_of
from parsers.message import ParsedMessage
from tests.parsers.letters import letter


def own(message: ParsedMessage) -> str:
    return " / ".join(line for line in text_of(sections(message), OWN_PARTS).splitlines() if line.strip())


def of(part: str, message: ParsedMessage) -> str:
    return " / ".join(line for line in text_of(sections(message), (part,)).splitlines() if line.strip())


def answer(text: str = "", html: str = "") -> ParsedMessage:
    return letter(text, html, subject="Re: Gửi bài", references=("<a@b>",))


QUOTES = {
    "Gmail in Vietnamese": "Mới\n\nVào Th 4, 25 thg 11, 2026 vào lúc 13:31 Ban biên tập <pgd@x.example> đã viết:\n> Cũ",
    "an introduction broken in two": "Mới\n\nVào Th 4, 25 thg 11, 2026 vào lúc 13:31 Ban biên tập <\npgd@x.example> đã viết:\n\n> Cũ",
    "Gmail in English": "Mới\n\nOn Wed, Nov 25, 2026 at 1:31 PM BBT <pgd@x.example> wrote:\n> Cũ",
    "signs alone": "Mới\n> Cũ\n>> Cũ hơn",
    "an introduction without signs": "Mới\n\nOn 25/11/2026 13:31, BBT wrote:\nCũ\nvẫn cũ",
    "Outlook in Vietnamese": "Mới\n\nTừ: BBT <pgd@x.example>\nĐã gửi: Thứ Tư\nTới: Trường\nChủ đề: Nhắc\n\nCũ",
    "Outlook in English": "Mới\n\nFrom: BBT\nSent: Wednesday\nTo: School\nSubject: Reminder\n\nCũ",
    "Outlook's line": "Mới\n\n-----Original Message-----\nFrom: BBT\nCũ",
    "the answer below the quote": "On Wed, Nov 25, 2026, BBT <pgd@x.example> wrote:\n> Cũ\n\nMới",
}


@pytest.mark.parametrize("text", QUOTES.values(), ids=QUOTES.keys())
def test_what_is_quoted_in_a_reply_is_not_the_senders_own(text: str) -> None:
    message = answer(text)
    assert own(message) == "Mới"
    assert "Cũ" in of("quoted", message)


HTML_QUOTES = {
    "Gmail": '<div>Mới</div><div class="gmail_quote"><div class="gmail_attr">Vào … đã viết:<br></div><blockquote>Cũ</blockquote></div>',
    "Apple": '<div>Mới</div><blockquote type="cite"><div>On 25 Nov, BBT wrote:</div><div>Cũ</div></blockquote>',
    "Outlook": "<p>Mới</p><div><b>From:</b> BBT<br><b>Sent:</b> hôm qua<br><b>To:</b> T<br><b>Subject:</b> N</div><p>Cũ</p>",
    "Yahoo": '<div>Mới</div><div class="yahoo_quoted">Cũ</div>',
    "a bare blockquote": "<div>Mới</div><blockquote>Cũ</blockquote>",
}


@pytest.mark.parametrize("html", HTML_QUOTES.values(), ids=HTML_QUOTES.keys())
def test_quotes_are_found_in_html_too(html: str) -> None:
    message = answer(html=html)
    assert own(message) == "Mới"
    assert "Cũ" in of("quoted", message)


FORWARDS = {
    "Gmail": "---------- Forwarded message ---------\nTừ: A <a@x.example>\nDate: Th 3\nSubject: Bài\nTo: B\n\nBài hay",
    "Thunderbird": "-------- Forwarded Message --------\nSubject: Bài\nFrom: A\n\nBài hay",
    "Zimbra": "----- Thư Chuyển tiếp -----\nTừ: A\nTới: B\nĐã gửi: Thứ ba\nChủ đề: bài\n\nBài hay",
    "Apple": "Begin forwarded message:\n\nFrom: A\nSubject: Bài\n\nBài hay",
    "Outlook": "Từ: A\nĐã gửi: Thứ Ba\nTới: B\nChủ đề: Bài\n\nBài hay",
}


@pytest.mark.parametrize("block", FORWARDS.values(), ids=FORWARDS.keys())
def test_the_block_of_a_forward_counts(block: str) -> None:
    message = letter(f"Kính chuyển.\n\n{block}\n> Cũ", subject="Fwd: Bài")
    assert "Bài hay" in of("forwarded", message)
    assert "Cũ" in of("quoted", message)
    assert of("new", message) == "Kính chuyển."


def test_an_answer_quoting_a_forward_offers_nothing_of_it() -> None:
    text = (
        "Vâng ạ.\n\nVào Th 4, 25 thg 11, 2026 A <a@x.example> đã viết:\n> ---------- Forwarded message ---------\n> Bài"
    )
    assert own(letter(text, subject="Re: Fwd: Bài", references=("<a@b>",))) == "Vâng ạ."


def test_a_sign_that_only_points_is_no_quote_in_a_new_letter() -> None:
    assert own(letter("Gửi BBT\n>> Bài hay")) == "Gửi BBT / Bài hay"


@pytest.mark.parametrize("dashes", ["--", "-- ", "—"])
def test_the_signature_begins_at_the_dashes(dashes: str) -> None:
    message = letter(f"Gửi bài\n{dashes}\nBan truyền thông")
    assert own(message) == "Gửi bài"
    assert "Ban truyền thông" in of("signature", message)


@pytest.mark.parametrize(
    "html",
    [
        '<div>Gửi bài</div>-- <br><div class="gmail_signature">BTT</div>',
        '<div>Gửi bài</div><div id="Signature"><p>BTT</p></div>',
        '<div>Gửi bài</div><pre class="moz-signature">BTT</pre>',
        "<div>Gửi bài</div><div data-smartmail='gmail_signature'>BTT</div>",
    ],
)
def test_signature_containers_are_known(html: str) -> None:
    message = letter(html=html)
    assert of("new", message).startswith("Gửi bài")
    assert of("signature", message).endswith("BTT")


def test_the_phones_line_is_signature_and_what_follows_it_is_not() -> None:
    message = letter("Gửi bài\nĐã gửi từ iPhone của tôi\nBài hay")
    assert own(message) == "Gửi bài / Bài hay"


def test_a_notice_of_confidentiality_is_a_disclaimer_and_a_note_about_the_story_is_not() -> None:
    notice = letter("Gửi bài\n--\nLƯU Ý: Thư này chỉ dành cho người nhận có tên.\nXem quy định.")
    assert of("disclaimer", notice) == "LƯU Ý: Thư này chỉ dành cho người nhận có tên. / Xem quy định."
    assert own(letter("Gửi bài\nLƯU Ý: bài số 2 là bài chính")) == "Gửi bài / LƯU Ý: bài số 2 là bài chính"


def test_a_banner_above_the_letter_ends_with_its_paragraph() -> None:
    message = letter("CẢNH BÁO: Thư này được gửi từ bên ngoài.\n\nGửi bài")
    assert own(message) == "Gửi bài"


def test_what_stands_under_the_closing_phrase_is_kept_apart() -> None:
    message = letter("Gửi bài\nTrân trọng cảm ơn!\nWebsite trường")
    assert of("closing", message) == "Trân trọng cảm ơn! / Website trường"


def test_of_two_twins_one_is_read_and_of_two_halves_both() -> None:
    assert own(letter("Gửi bài hay", "<p>Gửi <b>bài</b> hay</p>")) == "Gửi bài hay"
    assert (
        own(letter("Gửi bài hay của trường", "<p>Quét vi-rút xong</p>")) == "Gửi bài hay của trường / Quét vi-rút xong"
    )


@pytest.mark.parametrize(
    "hidden",
    [
        '<span style="display: none">x</span>',
        '<div style="font-size:0px">x</div>',
        "<p hidden>x</p>",
        '<div style="max-height:0;overflow:hidden">x</div>',
        '<span style="color:#ffffff">x</span>',
        "<style>x</style><script>x</script><!-- x -->",
    ],
)
def test_what_nobody_sees_is_not_there(hidden: str) -> None:
    assert own(letter(html=f"<p>Gửi bài</p>{hidden}")) == "Gửi bài"


def test_a_button_with_white_letters_is_seen() -> None:
    assert own(letter(html='<a style="background:#00f;color:#fff">Xem</a>')) == "Xem"


def test_a_table_row_is_one_line_even_when_its_cells_hold_paragraphs() -> None:
    row = "<table><tr><td><p>1</p></td><td><p>Bài hay</p></td></tr><tr><td>2</td><td>Bài nữa</td></tr></table>"
    assert [line.text for section in sections(letter(html=row)) for line in section.lines] == [
        "1\tBài hay",
        "2\tBài nữa",
    ]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 50_000,
        "<a href='http://x.example'>" * 50_000,
        "<br>" * 100_000,
        "<!--" * 200_000,
        "\x00<p>\ud800",
        "<",
    ],
)
def test_hostile_markup_is_read_quickly_and_never_raises(html: str) -> None:
    assert len(sections(letter(html=html))) < 100


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "text", ["> " * 100_000, "On " * 200_000, "Từ: x\n" * 20_000, "--\n" * 50_000, "LƯU Ý\n" * 20_000]
)
def test_hostile_text_is_read_quickly(text: str) -> None:
    assert len(sections(answer(text))) < 100_000
