"""The rival: the loop anybody would write in an afternoon. IDLE, parse, open the links, answer; nothing is stored.

It shows what the protocols themselves cost. `python -m bench.naive IMAP_PORT SMTP_PORT ADDRESS PASSWORD`.
"""

import re
import smtplib
import socket
import sys
import urllib.request
from email.message import EmailMessage

import mailparser
from bs4 import BeautifulSoup
from imapclient import IMAPClient

look_up = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **named: look_up(  # *.localhost, where no system does it
    "127.0.0.1" if str(host).endswith(".localhost") else host, *rest, **named
)
LINK = re.compile(r"https?://[^\s<>\"]+")


def answer(raw: bytes, smtp: smtplib.SMTP, office: str) -> None:
    """Answer one mail with the titles of its pages."""
    mail = mailparser.parse_from_bytes(raw)
    titles = []
    for link in LINK.findall(mail.body):
        with urllib.request.urlopen(link, timeout=20) as page:
            titles.append(BeautifulSoup(page.read(), "lxml").title)
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = office, mail.from_[0][1], "Đã nhận"
    reply["In-Reply-To"] = mail.message_id
    reply.set_content("\n".join(str(title) for title in titles))
    smtp.send_message(reply)


def main(imap_port: int, smtp_port: int, office: str, password: str) -> None:
    """Answer whatever arrives, for ever."""
    smtp = smtplib.SMTP("localhost", smtp_port)
    smtp.starttls()
    smtp.login(office, password)
    client = IMAPClient("127.0.0.1", imap_port, ssl=False)
    client.login(office, password)
    client.select_folder("INBOX", readonly=True)
    last = 0
    while True:
        fresh = [uid for uid in client.search(["UID", f"{last + 1}:*"]) if uid > last]
        for uid in fresh:
            answer(client.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"], smtp, office)
            last = uid
        client.idle()
        client.idle_check(timeout=60)
        client.idle_done()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4])
