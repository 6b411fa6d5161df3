"""Raw mails for tests, as a school's mail program writes them and the office's server receives them."""

from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from tests.factories import NOW

OFFICE = "pgd@badinhedu.example"
MX = "mx.badinhedu.example"
SCHOOL = "c1kimdong-bd@hanoiedu.example"


def mail(
    text: str,
    *,
    sender: str = SCHOOL,
    subject: str = "Trường TH Kim Đồng gửi tin bài tuần 12",
    dmarc: str | None = "pass",
    **headers: str,
) -> bytes:
    """A plain mail to the office; `dmarc` is what the receiving server says of its sender, None: nothing."""
    message = EmailMessage()
    if dmarc is not None:
        domain = sender.rpartition("@")[2].rstrip(">")
        message["Received"] = f"from out.{domain} by {MX} with ESMTPS id x1; {format_datetime(NOW)}"
        message["Authentication-Results"] = f"{MX}; dmarc={dmarc} header.from={domain}"
    message["From"], message["To"], message["Subject"] = sender, OFFICE, subject
    message["Date"], message["Message-ID"] = format_datetime(NOW), make_msgid(domain="hanoiedu.example")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()
