"""The mails of the measurements: schools that send their links, 1.3 to 24 KB, in the encodings that mail programs use.

The same arguments make the same mails, on every machine.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from html import escape

from tests.factories import NOW
from tests.servers.dovecot import AUTHSERV_ID

VOCABULARY = """
nhà trường học sinh giáo viên phụ huynh thầy cô lớp khối chủ nhiệm ban giám hiệu thư viện đọc sách ngày hội sân trường
chuyên đề sinh hoạt dưới cờ trải nghiệm sáng tạo văn nghệ thể dục bóng rổ cờ vua vẽ tranh kể chuyện tiếng Anh khoa học
chuyển đổi số an toàn giao thông phòng cháy thi đua hai tốt chào mừng kỷ niệm Nhà giáo Việt Nam Ba Đình Hà Nội Giảng Võ
Kim Mã Ngọc Hà Đội Cấn tổ chức tham gia tuyên dương trao tặng đạt giải cấp quận thành phố trong sáng nay vừa qua với
những nhiều các được đã đang sẽ cùng và cho từ trên ngoài trước sau khi đồng thời qua đó góp phần nâng cao chất lượng
"""
WORDS = tuple(VOCABULARY.split())
TRACKED = ("", "", "?utm_source=zalo&utm_medium=chat", "?fbclid=IwAR0xyz8Kq", "?zarsrc=30&gidzl=a1b2c3", "#binh-luan")
GROWTH = {"quoted-printable": 1.9, "base64": 1.4, "8bit": 1.0}  # encoding → how much longer it makes our language
SMALLEST, USUAL, LARGEST = 50, 2_500, 19_000  # bytes of a mail besides head and links
PACE = timedelta(seconds=37)


def mails(number: int, senders: Sequence[str], hosts: Sequence[str], to: str, seed: int = 20261125) -> Iterator[bytes]:
    """So many mails; the n-th sender has the n-th host. Every link is new, so that each becomes a story."""
    dice = random.Random(seed)
    for place in range(number):
        school = dice.randrange(len(senders))
        yield _mail(dice, place, senders[school], hosts[school], to)


def _mail(dice: random.Random, place: int, sender: str, host: str, to: str) -> bytes:
    mail = _headed(dice, place, sender, to, NOW + place * PACE)
    encoding, twofold = list(GROWTH)[place % len(GROWTH)], place % 5 > 0
    size = dice.triangular(SMALLEST, LARGEST, USUAL) / GROWTH[encoding] / (2.2 if twofold else 1)
    paragraphs = list(_paragraphs(dice, size))
    links = [_link(dice, host, f"{place}{at}") for at in range(dice.randint(1, 8))]
    # Four mails in five say everything twice, as webmail does.
    mail.set_content("\n\n".join([*paragraphs, *links]) + "\n", charset="utf-8", cte=encoding)
    if twofold:
        mail.add_alternative(_html(dice, paragraphs, links), subtype="html", charset="utf-8", cte=encoding)
    return mail.as_bytes()


def _headed(dice: random.Random, place: int, sender: str, to: str, at: datetime) -> EmailMessage:
    """What the school's program writes, below what the receiving server writes."""
    mail, domain = EmailMessage(policy=SMTP), sender.partition("@")[2]
    mail["Received"] = f"from out.{domain} by {AUTHSERV_ID} with ESMTPS id x{place}; {format_datetime(at)}"
    mail["Authentication-Results"] = f"{AUTHSERV_ID}; dmarc=pass header.from={domain}"
    mail["From"], mail["To"] = formataddr(("Văn thư nhà trường", sender)), to
    mail["Subject"] = f"Trường gửi link tin bài: {_sentence(dice, 4, 10)}"
    mail["Date"], mail["Message-ID"] = format_datetime(at), f"<{place}.{dice.getrandbits(48):x}@{domain}>"
    return mail


def _paragraphs(dice: random.Random, size: float) -> Iterator[str]:
    while size > 0:
        paragraph = " ".join(_sentence(dice, 8, 24) for _ in range(dice.randint(2, 5)))
        size -= len(paragraph.encode())
        yield paragraph


def _sentence(dice: random.Random, shortest: int, longest: int) -> str:
    words = " ".join(dice.choices(WORDS, k=dice.randint(shortest, longest)))
    return f"{words[0].upper()}{words[1:]}."


def _link(dice: random.Random, host: str, number: str) -> str:
    slug = "-".join(dice.choices(("ngay", "hoi", "doc", "sach", "chuyen", "de", "hoc", "sinh", "khoi", "lop"), k=6))
    return f"https://{host}/tin-tuc-su-kien/{slug}-{number}.html{dice.choice(TRACKED)}"


def _html(dice: random.Random, paragraphs: Sequence[str], links: Sequence[str]) -> str:
    """As a mail program writes it: a style, a paragraph for each, anchors with a title, a signature."""
    said = "".join(f'<p style="margin:0;font-family:Arial">{escape(paragraph)}</p>' for paragraph in paragraphs)
    linked = "".join(f'<p><a href="{escape(link)}"><b>{_sentence(dice, 3, 8)}</b></a></p>' for link in links)
    head = "<head><meta charset=utf-8><style>p{margin:0 0 1em}</style></head>"
    return f"<html>{head}<body>{said}{linked}<div>--<br>Văn thư nhà trường</div></body></html>"
