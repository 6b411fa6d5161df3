"""What is quoted, handed on or one's own, in the shapes that mail programs write."""

import pytest

from parsers.body import OWN_PARTS, sections, text_of
from parsers.message import ParsedMessage
from tests.parsers.letters import letter

LINK = "http://c1.example/a"


def own(message: ParsedMessage) -> str:
    return " / ".join(line.strip() for line in text_of(sections(message), OWN_PARTS).splitlines() if line.strip())


# The sender says "Mới", what is answered says "Cũ"
ANSWERS = {
    "a day in English, no signs": ("Mới\n\nOn 25/11/2026, BBT wrote:\nCũ", ""),
    "a telephone's comma": ("Mới\n\nOn Wed, 25 Nov 2026, 13:31 BBT, <p@x.example> wrote:\n\nCũ", ""),
    "Original between dashes": (
        'Mới\n\n---------- Original ----------\nFrom: "BBT"<p@x.example>;\nDate: Wed\nTo: <a@x.example>;\nSubject: N\n\nCũ',
        "",
    ),
    "receivers on two lines": (
        "Mới\n\nFrom: BBT <p@x.example>\nSent: Wed\nTo: a@x.example; b@x.example;\nc@x.example; d@x.example\nCc: e@x.example\nSubject: N\n\nCũ",
        "",
    ),
    "an address with its link": (
        "Mới\n\nOn Wed, Nov 25, 2026 at 1:31 PM BBT <p@x.example<mailto:p@x.example>> wrote:\nCũ",
        "",
    ),
    "gmail vi web": (
        "Mới\n\nVào Th 4, 25 thg 11, 2026 vào lúc 13:31 Ban biên tập <pgd@x.example> đã viết:\n\n> Cũ\n> http://cu.example/1\n",
        "",
    ),
    "gmail vi 2": ("Mới\n\nVào 13:31, Th 4, 25 thg 11, 2026 BBT <pgd@x.example> đã viết:\n\n> Cũ", ""),
    "gmail vi 3 lúc": (
        "Mới\n\nVào lúc 13:31, Th 4, 25 thg 11, 2026\nBan biên tập <pgd@x.example> đã viết:\n\n> Cũ",
        "",
    ),
    "gmail vi CN": ("Mới\n\nVào CN, 22 thg 11, 2026 vào lúc 13:31 <pgd@x.example> đã viết:\n\n> Cũ", ""),
    "gmail ngày": ("Mới\n\nVào ngày Th 4, 25 thg 11, 2026 lúc 13:31 BBT <pgd@x.example> đã viết:\n> Cũ", ""),
    "gmail 12h": ("Mới\n\nVào 1:31 CH, Th 4, 25 thg 11, 2026 BBT đã viết:\n> Cũ", ""),
    "gmail iso": ("Mới\n\n2026-11-25 13:31 GMT+07:00 BBT <pgd@x.example>:\n\n> Cũ\n> Cũ 2", ""),
    "iphone vi": (
        "Mới\n\nĐã gửi từ iPhone của tôi\n\n> Vào 25 thg 11, 2026, lúc 13:31, BBT <pgd@x.example> đã viết:\n> \n> Cũ",
        "",
    ),
    "iphone vi 2": ("Mới\n\nĐã gửi từ iPhone\n\nVào 13:31, 25 thg 11, 2026, BBT <pgd@x.example> viết:\n\n> Cũ", ""),
    "iphone vi newer": ("Mới\n\nVào Th 4, 25 thg 11, 2026, vào lúc 13:31 BBT <pgd@x.example> đã viết:\n> Cũ\n", ""),
    "iphone en": (
        "Mới\n\nSent from my iPhone\n\n> On Nov 25, 2026, at 13:31, BBT <pgd@x.example> wrote:\n> \n> ﻿Cũ",
        "",
    ),
    "apple en": ("Mới\n\n> On 25 Nov 2026, at 13:31, BBT <pgd@x.example> wrote:\n> \n> Cũ", ""),
    "outlook desktop vi": (
        "Mới\n\nTừ: BBT <pgd@x.example> \nĐã gửi: Thứ Tư, 25 Tháng Mười Một 2026 1:31 CH\nĐến: Trường TH\nChủ đề: Nhắc\n\nCũ",
        "",
    ),
    "outlook desktop vi 2": (
        "Mới\n\nFrom: BBT [mailto:pgd@x.example] \nSent: Wednesday, November 25, 2026 1:31 PM\nTo: TH\nSubject: Nhắc\n\nCũ",
        "",
    ),
    "outlook bold": (
        "Mới\n\n*From:* BBT <pgd@x.example>\n*Sent:* Wednesday, November 25, 2026 1:31 PM\n*To:* TH\n*Cc:* A; B\n*Subject:* Nhắc\n\nCũ",
        "",
    ),
    "outlook bold vi": ("Mới\n\n**Từ:** BBT\n**Ngày gửi:** Thứ Tư\n**Tới:** TH\n**Chủ đề:** Nhắc\n\nCũ", ""),
    "outlook underscores": (
        "Mới\n\n________________________________\nFrom: BBT <pgd@x.example>\nSent: Wednesday\nTo: TH\nSubject: Nhắc\n\nCũ",
        "",
    ),
    "outlook mobile": (
        "Mới\n\nGet Outlook for Android<https://aka.ms/AAb9ysg>\n________________________________\nFrom: BBT <pgd@x.example>\nSent: Wednesday\nTo: TH\nSubject: Nhắc\n\nCũ",
        "",
    ),
    "outlook mobile vi": (
        "Mới\n\nTải Outlook cho iOS<https://aka.ms/o0ukef>\n________________________________\nTừ: BBT <pgd@x.example>\nĐã gửi: Thứ Tư\nTới: TH\nTiêu đề: Nhắc\n\nCũ",
        "",
    ),
    "outlook vi importance": (
        "Mới\n\nNgười gửi: BBT\nĐã gửi vào: Thứ Tư\nNgười nhận: TH\nChủ đề: Nhắc\nMức độ quan trọng: Cao\n\nCũ",
        "",
    ),
    "zimbra vi": (
        'Mới\n\n----- Thư gốc -----\nTừ: "BBT" <pgd@x.example>\nTới: "TH" <a@x.example>\nĐã gửi: Thứ Tư, 25 Tháng 11, 2026 13:31:00\nChủ đề: Nhắc\n\nCũ',
        "",
    ),
    "zimbra vi 2": (
        'Mới\n\nTừ: "BBT" <pgd@x.example>\nĐến: "TH" <a@x.example>\nĐã gửi: Thứ Tư, 25 Tháng 11, 2026 13:31:00\nChủ đề: Nhắc\n\nCũ',
        "",
    ),
    "zimbra en": (
        'Mới\n\n\nFrom: "BBT" <pgd@x.example>\nTo: "TH" <a@x.example>\nSent: Wednesday, November 25, 2026 1:31:00 PM\nSubject: Nhắc\n\nCũ',
        "",
    ),
    "yahoo vi": (
        "Mới\n\n    Vào 13:31:05 GMT+7 Thứ Tư, 25 tháng 11, 2026, BBT <pgd@x.example> đã viết:  \n \n Cũ   ",
        "",
    ),
    "yahoo en": (
        "Mới\n\n    On Wednesday, November 25, 2026 at 01:31:05 PM GMT+7, BBT <pgd@x.example> wrote:  \n \n Cũ   ",
        "",
    ),
    "yahoo mobile": (
        "Mới\n\nĐã gửi từ Yahoo Mail trên Android\n\n  Vào Th 4, 25 thg 11, 2026 lúc 13:31, BBT<pgd@x.example> đã viết:   Cũ",
        "",
    ),
    "yahoo mobile en": (
        "Mới\n\nSent from Yahoo Mail on Android \n \n  On Wed, Nov 25, 2026 at 13:31, BBT<pgd@x.example> wrote:   Cũ",
        "",
    ),
    "thunderbird en": ("Mới\n\nOn 11/25/2026 1:31 PM, BBT wrote:\n> Cũ", ""),
    "thunderbird vi": ("Mới\n\nVào lúc 13:31 25/11/2026, BBT đã viết:\n> Cũ", ""),
    "thunderbird vi2": ("Mới\n\nVào 25/11/2026 13:31, BBT đã viết:\n> Cũ", ""),
    "thunderbird top?": ("On 25/11/2026 13:31, BBT wrote:\n> Cũ\n> Cũ2\n\nMới\n", ""),
    "samsung": (
        "Mới\n\nĐã gửi từ điện thoại Galaxy của tôi\n\n-------- Thư gốc --------\nTừ: BBT <pgd@x.example>\nNgày: 25/11/26 13:31 (GMT+07:00)\nTới: a@x.example\nChủ đề: Nhắc\n\nCũ",
        "",
    ),
    "samsung vi 2": (
        "Mới\n\n\nĐược gửi từ thiết bị Samsung của tôi\n\n-------- Tin nhắn gốc --------\nTừ: BBT <pgd@x.example>\nNgày: 13:31 25/11/2026 (GMT+07:00)\nĐến: a@x.example\nChủ đề: Re: Nhắc\n\nCũ",
        "",
    ),
    "samsung en": (
        "Mới\n\nSent from my Galaxy\n\n-------- Original message --------\nFrom: BBT <pgd@x.example>\nDate: 25/11/26 13:31 (GMT+07:00)\nTo: a@x.example\nSubject: Nhắc\n\nCũ",
        "",
    ),
    "mailru ym": ("Mới\n\nWednesday, November 25, 2026 1:31 PM +07:00 from BBT <pgd@x.example>:\n>Cũ", ""),
    "proton": (
        "Mới\n\nSent with Proton Mail secure email.\n\nOn Wednesday, November 25th, 2026 at 1:31 PM, BBT <pgd@x.example> wrote:\n\n> Cũ",
        "",
    ),
    "on two lines wrapped 3": (
        "Mới\n\nVào Th 4, 25 thg 11, 2026 vào lúc 13:31 Ban biên tập trang tin\nđiện tử Phòng Giáo dục <pgd@x.example>\nđã viết:\n\n> Cũ",
        "",
    ),
    "viettel": (
        'Mới\n\n----- Original Message -----\nFrom: "BBT" <pgd@x.example>\nTo: a@x.example\nSent: Wednesday\nSubject: Nhắc\n\nCũ',
        "",
    ),
    "dashes only": (
        "Mới\n\n---------- Thư trả lời ----------\nTừ: BBT <pgd@x.example>\nNgày: 25/11\nChủ đề: Nhắc\nĐến: a@x.example\n\nCũ",
        "",
    ),
    "quoted header lines": ("Mới\n\n> From: BBT\n> Sent: Wednesday\n> Subject: Nhắc\n>\n> Cũ", ""),
    "vâng": ("Vào Th 4, 25 thg 11, 2026 vào lúc 13:31 BBT <pgd@x.example> đã\nviết:\n\n> Cũ\n>\n\n\nMới", ""),
    "HTML: gmail": (
        "",
        '<div dir="ltr">Mới</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">Vào Th 4, 25 thg 11, 2026 vào lúc 13:31 BBT &lt;<a href="mailto:pgd@x.example">pgd@x.example</a>&gt; đã viết:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex"><div>Cũ</div></blockquote></div>',
    ),
    "HTML: gmail bottom": (
        "",
        '<div class="gmail_quote"><div class="gmail_attr">On Wed BBT wrote:<br></div><blockquote class="gmail_quote">Cũ</blockquote></div><div>Mới</div>',
    ),
    "HTML: outlook web": (
        "",
        '<div>Mới</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri"><b>From:</b> BBT &lt;pgd@x.example&gt;<br><b>Sent:</b> Wed<br><b>To:</b> TH<br><b>Subject:</b> Nhắc</font><div>&nbsp;</div></div><div>Cũ</div>',
    ),
    "HTML: outlook prefixed": (
        "",
        '<div>Mới</div><hr><div id="x_divRplyFwdMsg"><b>Từ:</b> BBT<br><b>Đã gửi:</b> Wed<br><b>Đến:</b> TH<br><b>Chủ đề:</b> Nhắc</div><div>Cũ</div>',
    ),
    "HTML: outlook desktop": (
        "",
        '<div class="WordSection1"><p class="MsoNormal">Mới<o:p></o:p></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in"><p class="MsoNormal"><b>From:</b> BBT &lt;pgd@x.example&gt; <br><b>Sent:</b> Wednesday<br><b>To:</b> TH<br><b>Subject:</b> Nhắc<o:p></o:p></p></div></div><p class="MsoNormal">Cũ<o:p></o:p></p></div>',
    ),
    "HTML: OutlookMessageHeader": (
        "",
        '<div>Mới</div><div class="OutlookMessageHeader" lang="en-us" dir="ltr"><hr tabindex="-1"><font face="Tahoma" size="2"><b>From:</b> BBT [mailto:pgd@x.example] <br><b>Sent:</b> Wed<br><b>To:</b> TH<br><b>Subject:</b> Nhắc<br></font></div><div>Cũ</div>',
    ),
    "HTML: yahoo": (
        "",
        '<div><div>Mới</div></div><div id="yahoo_quoted_123" class="yahoo_quoted"><div>Vào 13:31 GMT+7 Thứ Tư, BBT đã viết:</div><div>Cũ</div></div>',
    ),
    "HTML: ydp yahoo": (
        "",
        '<div class="yahoo-style-wrap"><div>Mới</div></div><div id="ydp12yahoo_quoted_99" class="ydp1yahoo_quoted"><div>On Wed, BBT wrote:</div><div>Cũ</div></div>',
    ),
    "HTML: moz": (
        "",
        '<p>Mới</p><div class="moz-cite-prefix">On 25/11/2026 13:31, BBT wrote:<br></div><blockquote type="cite" cite="mid:x"><p>Cũ</p></blockquote>',
    ),
    "HTML: moz bottom": (
        "",
        '<div class="moz-cite-prefix">Vào lúc 13:31 25/11/2026, BBT viết:<br></div><blockquote type="cite" cite="mid:x"><p>Cũ</p></blockquote><p>Mới</p>',
    ),
    "HTML: zimbra": (
        "",
        '<html><body><div style="font-family: arial"><div>Mới<br></div><div><br></div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>Từ: </b>"BBT" &lt;pgd@x.example&gt;<br><b>Tới: </b>"TH"<br><b>Đã gửi: </b>Thứ Tư<br><b>Chủ đề: </b>Nhắc<br></div><div data-marker="__QUOTED_TEXT__"><div>Cũ</div></div></div></body></html>',
    ),
    "HTML: zimbra2": (
        "",
        '<div>Mới</div><hr id="zwchr"><blockquote style="border-left:2px solid #1010FF;margin-left:5px"><b>Từ: </b>BBT<br><b>Tới: </b>T<br><b>Chủ đề: </b>N<br><br>Cũ</blockquote>',
    ),
    "HTML: iphone": (
        "",
        '<div dir="ltr">Mới</div><div dir="ltr">Đã gửi từ iPhone của tôi</div><div dir="ltr"><br><blockquote type="cite">Vào 13:31, 25 thg 11, 2026, BBT &lt;pgd@x.example&gt; đã viết:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">Cũ</div></blockquote>',
    ),
    "HTML: table header": (
        "",
        "<div>Mới</div><table><tr><td><b>From:</b></td><td>BBT &lt;pgd@x.example&gt;</td></tr><tr><td><b>Sent:</b></td><td>Wed</td></tr><tr><td><b>To:</b></td><td>TH</td></tr><tr><td><b>Subject:</b></td><td>N</td></tr></table><div>Cũ</div>",
    ),
    "HTML: table header vi": (
        "",
        "<div>Mới</div><table><tr><td>Từ</td><td>:</td><td>BBT &lt;pgd@x.example&gt;</td></tr><tr><td>Đã gửi</td><td>:</td><td>Wed</td></tr><tr><td>Đến</td><td>:</td><td>TH</td></tr><tr><td>Chủ đề</td><td>:</td><td>N</td></tr></table><div>Cũ</div>",
    ),
    "HTML: samsung": (
        "",
        '<div>Mới</div><div id="composer_signature"><div>Đã gửi từ điện thoại Galaxy</div></div><div><br></div><div style="font-size:100%;color:#000000"><!-- originalMessage --><div>-------- Thư gốc --------</div><div>Từ: BBT &lt;pgd@x.example&gt; </div><div>Ngày: 25/11/26  13:31  (GMT+07:00) </div><div>Đến: a@x.example </div><div>Chủ đề: Nhắc </div><div><br></div></div>Cũ',
    ),
    "HTML: proton": (
        "",
        '<div>Mới</div><div class="protonmail_quote">On Wed, BBT wrote:<br><blockquote class="protonmail_quote" type="cite">Cũ</blockquote></div>',
    ),
    "HTML: roundcube": (
        "",
        '<p>Mới</p><p id="reply-intro">Vào 2026-11-25 13:31, BBT đã viết:</p><blockquote type="cite" style="padding: 0 0.4em"><div id="replybody1">Cũ</div></blockquote>',
    ),
    "HTML: sogo/other": (
        "",
        '<p>Mới</p>Wednesday, November 25, 2026 13:31 +07, BBT &lt;pgd@x.example&gt;:<br><blockquote type="cite">Cũ</blockquote>',
    ),
    "HTML: outlook web new": (
        "",
        '<div class="elementToProof">Mới</div><div id="mail-editor-reference-message-container"><div><div style="border:none"><p><b>Từ: </b>BBT<br><b>Ngày: </b>Thứ Tư<br><b>Đến: </b>T<br><b>Chủ đề: </b>N</p></div><div>Cũ</div></div></div>',
    ),
    "HTML: ios outlook": (
        "",
        '<div>Mới</div><div id="ms-outlook-mobile-signature">Tải <a href="https://aka.ms/o0ukef">Outlook cho iOS</a></div><div id="mail-editor-reference-message-container"><hr><div id="divRplyFwdMsg"><strong>Từ:</strong> BBT<br><strong>Đã gửi:</strong> Wed<br><strong>Đến:</strong> T<br><strong>Tiêu đề:</strong> N</div>Cũ</div>',
    ),
}


@pytest.mark.parametrize(("text", "html"), ANSWERS.values(), ids=ANSWERS.keys())
def test_of_an_answer_only_the_new_words_are_the_senders_own(text: str, html: str) -> None:
    assert own(letter(text, html, subject="Re: Gửi bài", references=("<a@b>",))) == "Mới"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("BBT wrote:\n> Cũ\n\nMới\n\n> Cũ\n\nMới", ""),
        ("", '<div class="moz-cite-prefix">On 25/11, BBT wrote:<br></div><blockquote type="cite">Cũ</blockquote><p>Mới</p><blockquote type="cite">Cũ</blockquote><p>Mới</p>'),
    ],
)  # fmt: skip
def test_answers_between_the_quotes_are_the_senders_own(text: str, html: str) -> None:
    assert own(letter(text, html, subject="Re: Gửi bài", references=("<a@b>",))) == "Mới / Mới"


# The sender says "Kính chuyển.", the letter handed on "Bài hay"
FORWARDS = {
    "gmail en": (
        "Kính chuyển.\n\n---------- Forwarded message ---------\nFrom: A <a@x.example>\nDate: Tue, Nov 24, 2026 at 8:00 AM\nSubject: Bài\nTo: <b@x.example>\n\n\nBài hay",
        "",
    ),
    "gmail vi": (
        "Kính chuyển.\n\n---------- Thư đã chuyển tiếp ---------\nTừ: A <a@x.example>\nNgày: Th 3, 24 thg 11, 2026\nTiêu đề: Bài\nĐến: <b@x.example>\n\nBài hay",
        "",
    ),
    "gmail vi2": (
        "Kính chuyển.\n\n---------- Thư được chuyển tiếp ----------\nTừ: A <a@x.example>\nDate: Th 3\nSubject: Bài\nTo: b\n\nBài hay",
        "",
    ),
    "gmail bold": (
        "Kính chuyển.\n\n---------- Forwarded message ---------\n*Từ:* *A* <a@x.example>\n*Date:* Th 3\n*Subject:* Bài\n*To:* b\n\nBài hay",
        "",
    ),
    "outlook desk en": (
        "Kính chuyển.\n\nFrom: A [mailto:a@x.example] \nSent: Tuesday, November 24, 2026 8:00 AM\nTo: B\nCc: C\nSubject: Bài\nAttachments: a.docx\nImportance: High\n\nBài hay",
        "",
    ),
    "outlook desk vi": (
        "Kính chuyển.\n\nTừ: A <a@x.example> \nĐã gửi: Thứ Ba, 24 Tháng Mười Một 2026 8:00 SA\nĐến: B\nChủ đề: Bài\n\nBài hay",
        "",
    ),
    "outlook bold": ("Kính chuyển.\n\n*From:* A <a@x.example>\n*Sent:* Tue\n*To:* B\n*Subject:* Bài\n\nBài hay", ""),
    "outlook web": (
        "Kính chuyển.\n________________________________\nFrom: A <a@x.example>\nSent: Tuesday, November 24, 2026 8:00 AM\nTo: B <b@x.example>\nSubject: Bài\n\nBài hay",
        "",
    ),
    "outlook mobile": (
        "Kính chuyển.\n\nTải Outlook cho Android<https://aka.ms/x>\n________________________________\nTừ: A <a@x.example>\nĐã gửi: Thứ Ba\nĐến: B\nTiêu đề: Bài\n\nBài hay",
        "",
    ),
    "apple en": (
        "Kính chuyển.\n\nBegin forwarded message:\n\nFrom: A <a@x.example>\nSubject: Bài\nDate: 24 November 2026 at 08:00:00 GMT+7\nTo: B <b@x.example>\n\nBài hay",
        "",
    ),
    "apple quoted": (
        "Kính chuyển.\n\n> Begin forwarded message:\n> \n> From: A <a@x.example>\n> Subject: Bài\n> Date: 24\n> To: B\n> \n> Bài hay",
        "",
    ),
    "apple vi": (
        "Kính chuyển.\n\nBắt đầu thư được chuyển tiếp:\n\nTừ: A <a@x.example>\nChủ đề: Bài\nNgày: 08:00:00 GMT+7, 24 tháng 11, 2026\nĐến: B\n\nBài hay",
        "",
    ),
    "apple vi2": (
        "Kính chuyển.\n\nĐã gửi từ iPhone của tôi\n\nBắt đầu tin nhắn được chuyển tiếp:\n\n> Từ: A <a@x.example>\n> Ngày: 08:00:00 GMT+7, 24 tháng 11, 2026\n> Đến: B\n> Chủ đề: Bài\n> \n> Bài hay",
        "",
    ),
    "zimbra vi": (
        'Kính chuyển.\n\n----- Thư chuyển tiếp -----\nTừ: "A" <a@x.example>\nTới: "B"\nĐã gửi: Thứ Ba, 24 Tháng 11, 2026\nChủ đề: Bài\n\nBài hay',
        "",
    ),
    "zimbra en": (
        'Kính chuyển.\n\n----- Forwarded Message -----\nFrom: "A" <a@x.example>\nTo: "B"\nSent: Tue\nSubject: Bài\n\nBài hay',
        "",
    ),
    "yahoo en": (
        "Kính chuyển.\n\n   ----- Forwarded Message ----- From: A <a@x.example>To: B <b@x.example>Sent: Tuesday, November 24, 2026 at 08:00:00 AM GMT+7Subject: Bài\n Bài hay",
        "",
    ),
    "yahoo lines": (
        "Kính chuyển.\n\n----- Thư đã được chuyển tiếp -----\nTừ: A <a@x.example>\nĐến: B\nĐã gửi: 08:00 GMT+7 Thứ Ba\nChủ đề: Bài\n\nBài hay",
        "",
    ),
    "thunderbird": (
        "Kính chuyển.\n\n\n-------- Forwarded Message --------\nSubject: \tBài\nDate: \tTue, 24 Nov 2026 08:00:00 +0700\nFrom: \tA <a@x.example>\nTo: \tB\n\nBài hay",
        "",
    ),
    "thunderbird vi": (
        "Kính chuyển.\n\n-------- Thư Chuyển Tiếp --------\nTiêu đề: \tBài\nNgày: \tTue\nTừ: \tA <a@x.example>\nTới: \tB\n\nBài hay",
        "",
    ),
    "samsung": (
        "Kính chuyển.\n\nĐã gửi từ điện thoại Galaxy của tôi\n\n-------- Thư gốc --------\nTừ: A <a@x.example>\nNgày: 24/11/26\nĐến: B\nChủ đề: Bài\n\nBài hay",
        "",
    ),
    "two levels": (
        "Kính chuyển.\n\n---------- Forwarded message ---------\nFrom: M <m@x.example>\nDate: Tue\nSubject: Fwd: Bài\nTo: B\n\nNhờ chuyển.\n\n---------- Forwarded message ---------\nFrom: A <a@x.example>\nDate: Tue\nSubject: Bài\nTo: M\n\nBài hay",
        "",
    ),
    "HTML: gmail": (
        "",
        '<div dir="ltr">Kính chuyển.<br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>Từ: <strong class="gmail_sendername" dir="auto">A</strong> <span dir="auto">&lt;<a href="mailto:a@x.example">a@x.example</a>&gt;</span><br>Date: Th 3<br>Subject: Bài<br>To: B<br></div><br><br><div dir="ltr">Bài hay</div></div></div>',
    ),
    "HTML: outlook": (
        "",
        '<p>Kính chuyển.</p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>From:</b> A &lt;a@x.example&gt;<br><b>Sent:</b> Tue<br><b>To:</b> B<br><b>Subject:</b> Bài</p></div></div><p>Bài hay</p>',
    ),
    "HTML: outlook web": (
        "",
        '<div>Kính chuyển.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Từ:</b> A &lt;a@x.example&gt;<br><b>Đã gửi:</b> Tue<br><b>Đến:</b> B<br><b>Chủ đề:</b> Bài</div><div>Bài hay</div>',
    ),
    "HTML: apple": (
        "",
        '<div>Kính chuyển.</div><div><br><blockquote type="cite"><div>Begin forwarded message:</div><br><div><span><b>From: </b></span><span>A &lt;<a href="mailto:a@x.example">a@x.example</a>&gt;<br></span></div><div><span><b>Subject: </b></span><span><b>Bài</b><br></span></div><div><span><b>Date: </b></span><span>24<br></span></div><div><span><b>To: </b></span><span>B<br></span></div><br><div>Bài hay</div></blockquote></div>',
    ),
    "HTML: iphone": (
        "",
        '<div dir="ltr">Kính chuyển.</div><div dir="ltr">Đã gửi từ iPhone của tôi</div><div dir="ltr"><br>Bắt đầu thư chuyển tiếp:<br><br></div><blockquote type="cite"><div dir="ltr"><b>Từ:</b> A &lt;a@x.example&gt;<br><b>Ngày:</b> 24<br><b>Đến:</b> B<br><b>Chủ đề:</b> <b>Bài</b><br><br></div></blockquote><blockquote type="cite"><div dir="ltr">Bài hay</div></blockquote>',
    ),
    "HTML: zimbra": (
        "",
        '<div><div>Kính chuyển.</div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>Từ: </b>"A" &lt;a@x.example&gt;<br><b>Tới: </b>B<br><b>Đã gửi: </b>Tue<br><b>Chủ đề: </b>Bài<br></div><br><div data-marker="__QUOTED_TEXT__">Bài hay</div></div>',
    ),
    "HTML: yahoo": (
        "",
        '<div>Kính chuyển.</div><div id="ydp1yahoo_quoted_1" class="yahoo_quoted"><div>----- Thư đã được chuyển tiếp -----</div><div><b>Từ:</b> A &lt;a@x.example&gt;</div><div><b>Đến:</b> B</div><div><b>Đã gửi:</b> Tue</div><div><b>Chủ đề:</b> Bài</div><div><br></div><div>Bài hay</div></div>',
    ),
    "HTML: thunderbird": (
        "",
        '<p>Kính chuyển.</p><div class="moz-forward-container"><br>-------- Forwarded Message --------<table class="moz-email-headers-table"><tbody><tr><th>Subject: </th><td>Bài</td></tr><tr><th>Date: </th><td>Tue</td></tr><tr><th>From: </th><td>A <a href="mailto:a@x.example">&lt;a@x.example&gt;</a></td></tr><tr><th>To: </th><td>B</td></tr></tbody></table><br><br>Bài hay</div>',
    ),
    "HTML: table no separator": (
        "",
        "<p>Kính chuyển.</p><table><tr><td>Từ:</td><td>A &lt;a@x.example&gt;</td></tr><tr><td>Ngày:</td><td>Tue</td></tr><tr><td>Đến:</td><td>B</td></tr><tr><td>Chủ đề:</td><td>Bài</td></tr></table><div>Bài hay</div>",
    ),
    "HTML: gmail blockquote": (
        "",
        '<div>Kính chuyển.</div><div class="gmail_quote"><div>---------- Forwarded message ---------<br>From: A &lt;a@x.example&gt;<br>Date: x<br>Subject: Bài<br>To: B<br></div><blockquote>Bài hay</blockquote></div>',
    ),
}


@pytest.mark.parametrize("subject", ["Fwd: Bài", "Bài"])
@pytest.mark.parametrize(("text", "html"), FORWARDS.values(), ids=FORWARDS.keys())
def test_a_letter_handed_on_counts_whatever_the_subject(text: str, html: str, subject: str) -> None:
    found = sections(letter(text, html, subject=subject))
    assert ("Bài hay" in text_of(found, ("forwarded",)), "Kính chuyển." in text_of(found, ("new",))) == (True, True)


# Text, HTML, whether it answers a mail, subject: the link is the sender's own, or handed on; "Cũ" is neither
NEAR = {
    "pupil wrote (new)": (f"Ngày 20/11 lúc 7:30, các em lớp 5A viết:\nBài văn hay\n{LINK}", "", False, "Bài"),
    "pupil wrote (reply)": (f"Ngày 20/11, các em lớp 5A đã viết:\nBài văn hay\n{LINK}", "", True, "Re: Bài"),
    "gửi từ trường": (f"Gửi từ trường TH Kim Đồng: {LINK}", "", True, "Re: Bài"),
    "sent from school": (f"Sent from Kim Dong school: {LINK}", "", False, "Bài"),
    "form": (f"Người gửi: Nguyễn Lan\nNgày gửi: 25/11\nTiêu đề: Ngày hội\nLink: {LINK}", "", True, "Re: Bài"),
    "schedule": (f"Từ: 8h00\nĐến: 11h00\nNgày: 25/11\nChủ đề: Đọc sách\n{LINK}", "", True, "Re: Bài"),
    "arrow": (f">> Xem tại:\n>> {LINK}", "", False, "Bài"),
    "list": (
        f"1. Bài A {LINK}\n2. Bài B\nVào Th 4, 25 thg 11, 2026 lúc 13:31 BBT <p@x.example> đã viết:\n> Cũ",
        "",
        True,
        "Re: x",
    ),
    "dash titles": (
        f"----- DANH SÁCH TIN BÀI -----\nBài: {LINK}\n-----------------------\nTrân trọng",
        "",
        True,
        "Re: x",
    ),
    "rule then form": (f"Kính gửi\n__________________\nTừ: Trường TH\nLink: {LINK}", "", True, "Re: x"),
    "bottom post with intro": (
        f"On Wed, Nov 25, 2026 at 1:31 PM BBT <p@x.example> wrote:\n> Cũ\n\nLink {LINK}",
        "",
        True,
        "Re: x",
    ),
    "fwd of bottom-posted": (
        f"---------- Forwarded message ---------\nFrom: A <a@x.example>\nDate: x\nSubject: Re: Nhắc\nTo: B\n\n> Cũ http://cu.example/1\n\nBài đây {LINK}",
        "",
        False,
        "Fwd: Re: Nhắc",
    ),
    "fwd of top-posted": (
        f"---------- Forwarded message ---------\nFrom: A <a@x.example>\nDate: x\nSubject: Re: Nhắc\nTo: B\n\nBài đây {LINK}\n\nVào Th 4, 25 thg 11, 2026 vào lúc 13:31 BBT <p@x.example> đã viết:\n> Cũ http://cu.example/1",
        "",
        False,
        "Fwd: Re: Nhắc",
    ),
    "fwd of outlook reply": (
        f"From: A <a@x.example>\nSent: x\nTo: B\nSubject: RE: Nhắc\n\nBài đây {LINK}\n\nFrom: BBT <p@x.example>\nSent: y\nTo: A\nSubject: Nhắc\n\nCũ http://cu.example/1",
        "",
        False,
        "FW: RE: Nhắc",
    ),
    "fwd then own below html": (
        "",
        f'<div>---------- Forwarded message ---------</div><blockquote type="cite"><div>From: A &lt;a@x.example&gt;<br>Date: x<br>Subject: B<br>To: C</div><div>Bài đây {LINK}</div></blockquote><div>Nhờ BBT đăng giúp</div>',
        False,
        "Fwd: B",
    ),
    "vn reply nobody": (
        f"Dạ em gửi lại: {LINK}\n\nĐã gửi từ iPhone của tôi\n\nVào 13:31, 25 thg 11, 2026, BBT <p@x.example> đã viết:\n\n> Cũ http://cu.example/1",
        "",
        True,
        "Re: x",
    ),
    "wrapped to": (
        f"Mới {LINK}\n\nFrom: BBT <p@x.example>\nSent: Wed\nTo: TH Kim Đồng <c1@x.example>; THCS\nGiảng Võ <c2@x.example>;\nMN <m@x.example>\nSubject: Nhắc\n\nCũ http://cu.example/1",
        "",
        True,
        "RE: Nhắc",
    ),
    "p per header": (
        "",
        f"<p>Mới {LINK}</p><p><b>From:</b> BBT &lt;p@x.example&gt;</p><p><b>Sent:</b> Wed</p><p><b>To:</b> T</p><p><b>Subject:</b> N</p><p>Cũ http://cu.example/1</p>",
        True,
        "RE: N",
    ),
    "no subject field": (
        f"Mới {LINK}\n\nFrom: BBT <p@x.example>\nSent: Wed\nTo: T\n\nCũ http://cu.example/1",
        "",
        True,
        "RE: ",
    ),
    "sig dashes before quote": (
        f"Mới {LINK}\n-- \nNguyễn Lan\nTH Kim Đồng\n\nOn Wed, Nov 25, 2026 at 1:31 PM BBT <p@x.example> wrote:\n> Cũ http://cu.example/1",
        "",
        True,
        "Re: x",
    ),
    "blockquote indent new mail": (
        "",
        f'<p>Bài:</p><blockquote style="margin-left:40px">{LINK}</blockquote>',
        False,
        "Bài",
    ),
    "reply forwards": (
        f"Gửi lại BBT thư hôm trước\n\n---------- Forwarded message ---------\nFrom: A <a@x.example>\nDate: x\nSubject: Bài\nTo: B\n\nBài {LINK}",
        "",
        True,
        "Re: Nhắc",
    ),
    "cc nhận": (f"Kính gửi: BBT\nĐồng kính gửi: PGD\nChủ đề: gửi bài\n{LINK}", "", True, "Re: x"),
}


@pytest.mark.parametrize(("text", "html", "reply", "subject"), NEAR.values(), ids=NEAR.keys())
def test_what_only_looks_like_a_quote_is_none_and_a_quote_in_a_letter_is_one(
    text: str, html: str, reply: bool, subject: str
) -> None:
    said = own(letter(text, html, subject=subject, references=("<a@b>",) if reply else ()))
    assert (LINK in said, "Cũ" in said) == (True, False)


@pytest.mark.parametrize(
    ("line", "signature"),
    [
        ("Đã gửi từ iPhone của tôi", True),
        ("Gửi từ máy tính bảng Samsung", True),
        ("Được gửi bằng điện thoại Galaxy", True),
        ("Nhận Outlook cho Android", True),
        ("Sent with Proton Mail secure email.", True),
        ("Gửi từ trường TH Kim Đồng", False),
        ("Sent from our school in Hà Nội", False),
        ("Đã gửi từ hôm qua ạ", False),
    ],
)
def test_programs_that_praise_themselves_are_no_part_of_the_letter(line: str, signature: bool) -> None:
    assert own(letter(f"Mới\n{line}")) == ("Mới" if signature else f"Mới / {line}")


@pytest.mark.parametrize(
    ("subject", "quoted"),
    [
        ("RE: x", True),
        ("[Tuần 12] Trả lời: x", True),
        ("TL: x", True),
        ("[Ngoài] Fwd: x", True),
        ("Reo vang: x", False),
    ],
)
def test_a_bare_blockquote_is_a_quote_in_an_answer_or_a_forward_only(subject: str, quoted: bool) -> None:
    message = letter(html="<p>Mới</p><blockquote>Bài</blockquote>", subject=subject)
    found = text_of(sections(message), ("quoted",))
    assert ("Bài" in found) == quoted
